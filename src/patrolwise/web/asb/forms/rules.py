"""The forms of risk, powers, imports, keeping and numbers."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.partnership.asb_instruments import Band, RiskInstrument
from patrolwise.partnership.asb_powers import Power, TestAnswer
from patrolwise.partnership.asb_words import Appeal, PowerOutcome
from patrolwise.web.asb.actions.risk import Sitting
from patrolwise.web.asb.extracts import HARMED, HELD
from patrolwise.web.asb.forms.cases import list_words
from patrolwise.web.asb.places import ask_places
from patrolwise.web.commons.asking import (
    ask_day,
    ask_line,
    ask_many,
    ask_moment,
    ask_one,
    ask_words,
)

_MOST_FILE = 5_000_000


class FileForm(forms.Form):
    """A small file."""

    file = forms.FileField(label="File")

    def clean_file(self) -> Any:
        """Refuse what cannot be one."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_FILE:
            raise forms.ValidationError(
                f"The file has {file.size / 1e6:.1f} MB. Give {_MOST_FILE / 1e6:.0f} MB at most."
            )
        return file


class ImportForm(FileForm):
    """An export of another case system, and what its columns mean."""

    mapping = forms.FileField(label="Mapping", help_text="TOML: what the file’s columns mean.")
    lead_agency = ask_line("Which agency leads the cases?", required=True, most=80)
    field_order = ("file", "mapping", "lead_agency")


class RiskForm(forms.Form):
    """The questions of an instrument."""

    victim_rating = forms.TypedChoiceField(
        label="How worried are you, from 0 to 10?",
        help_text="The victim’s own answer. It is in no sum.",
        choices=[("", "Not asked"), *((str(n), str(n)) for n in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    override_band = forms.ChoiceField(
        label="Set the risk by hand",
        choices=[("", "No: as the answers have it"), *list_words(Band)],
        required=False,
    )
    override_reason = ask_words("If so, why?", rows=2)

    def __init__(self, *args: Any, instrument: RiskInstrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = [item.key for item in instrument.items]
        for item in instrument.items:
            answers = [(answer.key, answer.text) for answer in item.answers]
            self.fields[f"item-{item.key}"] = ask_one(item.question, answers, required=False)
        self.order_fields([f"item-{key}" for key in self._keys])

    def read_sitting(self) -> Sitting:
        """Return what was answered; the form is valid."""
        given = self.cleaned_data
        answers = {key: given[f"item-{key}"] for key in self._keys if given[f"item-{key}"]}
        more = ("victim_rating", "override_band", "override_reason")
        return Sitting(answers=answers, **{name: given[name] for name in more})


class PowerForm(forms.Form):
    """The tests of a power, and what it holds."""

    issued_by = forms.ChoiceField(label="Who issues it?")
    starts = ask_moment("From when?")
    ends = ask_moment("Until when?", required=False)
    less_intrusive = ask_words(
        "What was considered that intrudes less, and why will it not do?", required=True
    )
    support = ask_words("What support was offered?", required=True)
    equality_note = ask_words(
        "Equality", "Whom does it touch more than others, and what follows from that?",
        required=True,
    )  # fmt: skip
    conditions = ask_words("Conditions", "Patrols read them: without names.", required=True)
    area = ask_words(
        "Where does it hold?", "Patrols read it: without names.", required=True, rows=2
    )
    hot_spot_id = forms.ChoiceField(label="In which hot spot?", required=False)
    review_due = ask_day("When is it looked at again?", required=False)

    def __init__(
        self, *args: Any, power: Power, subjects: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._power = power
        chosen = [(one, one.capitalize()) for one in power.issued_by]
        self.fields["issued_by"].choices = chosen  # type: ignore[attr-defined]
        self.fields["hot_spot_id"].choices = ask_places()  # type: ignore[attr-defined]
        for key, question in power.tests:
            self.fields[f"yes-{key}"] = ask_one(
                question, [("yes", "Yes"), ("no", "No")], required=False
            )
            self.fields[f"why-{key}"] = ask_words("Why?", rows=2)
        bodies = dict.fromkeys((*power.consult, *power.consult_under_18))
        if bodies:
            told = [(one, one.capitalize()) for one in bodies]
            self.fields["consulted"] = ask_many("Who was consulted?", told)
        if power.least_age is not None:
            self.fields["subject"] = forms.ChoiceField(label="Whom does it bind?", choices=subjects)
            self.fields["age"] = forms.IntegerField(label="Their age", min_value=0, max_value=120)
        tests = [name for key, _ in power.tests for name in (f"yes-{key}", f"why-{key}")]
        self.order_fields(["subject", "age", "issued_by", "starts", "ends", *tests, "consulted"])

    def read_answers(self) -> dict[str, TestAnswer]:
        """Return how each test was answered; what was left out is not there."""
        given = self.cleaned_data
        return {
            key: TestAnswer(is_yes=given[f"yes-{key}"] == "yes", reason=given[f"why-{key}"])
            for key, _ in self._power.tests
            if given[f"yes-{key}"]
        }


class ServeForm(forms.Form):
    """When a power was served."""

    served_at = ask_moment("When was it served, or put up?")


class EndForm(forms.Form):
    """How a power goes on, or ended."""

    review_due = ask_day("When is it looked at again?", required=False)
    appeal = forms.ChoiceField(
        label="An appeal", choices=[("", "There is none"), *list_words(Appeal)], required=False
    )
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=[("", "It goes on"), *list_words(PowerOutcome)],
        required=False,
    )


class BreachForm(forms.Form):
    """That conditions were seen to be broken."""

    seen_at = ask_moment("When was it seen?")
    words = ask_words(
        "What was seen?", "The case team alone reads it. You will not see it again.", required=True
    )


class WhyForm(forms.Form):
    """A reason."""

    why = ask_line("Why?", required=True)


class ExtractForm(forms.Form):
    """Which tables, of which days."""

    about = ask_one(
        "About what?",
        [(HARMED, "Cases, reports and risk"), (HELD, "Subjects and powers")],
    )
    first = ask_day("First day")
    last = ask_day("Last day")
