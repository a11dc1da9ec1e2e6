"""The forms of cases, of reports, and of who works on them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django import forms

from patrolwise.partnership.asb_cases import Category, HateStrand, Qualifier
from patrolwise.partnership.asb_words import ActionKind, Channel, CloseReason
from patrolwise.web.asb.actions.sharing import GLASS_REASONS
from patrolwise.web.asb.places import ask_places
from patrolwise.web.commons.asking import (
    NOT_SAID,
    ask_day,
    ask_line,
    ask_moment,
    ask_one,
    ask_words,
)

NO_NAMES = "What happened, without names: say “the victim”, “the person”, “a neighbour”."
YES_NO = (("yes", "Yes"), ("no", "No"))
_SAID = {"yes": True, "no": False}


def list_words(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the words of a vocabulary as choices."""
    return [(word.value, word.value.capitalize()) for word in kind]


def read_said(word: str) -> bool | None:
    """Return yes or no; None where it was not said."""
    return _SAID.get(word)


class CaseForm(forms.Form):
    """A new case."""

    lead_agency = ask_line("Which agency leads?", required=True, most=80)
    category = forms.ChoiceField(label="What is it?", choices=list_words(Category))
    qualifier = ask_one("Whom is it aimed at?", list_words(Qualifier))
    hot_spot_id = forms.ChoiceField(label="Where?", required=False)
    summary = ask_words("In short", NO_NAMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hot_spot_id"].choices = ask_places()  # type: ignore[attr-defined]


class IncidentForm(forms.Form):
    """A report."""

    reported_at = ask_moment("When was it reported?")
    happened_at = ask_moment(
        "When did it happen?",
        "The earliest that it can have. A case review counts reports by both times.",
        required=False,
    )
    happened_to = ask_moment("Until when, at the latest?", required=False)
    category = forms.ChoiceField(
        label="What was it?", choices=[NOT_SAID, *list_words(Category)], required=False
    )
    qualifier = forms.ChoiceField(
        label="Whom was it aimed at?", choices=[NOT_SAID, *list_words(Qualifier)], required=False
    )
    channel = forms.ChoiceField(
        label="How did the report come?", choices=[NOT_SAID, *list_words(Channel)], required=False
    )
    hot_spot_id = forms.ChoiceField(label="Where?", required=False)
    victim = forms.ChoiceField(label="Whom did it harm?", required=False)
    hate_strand = forms.ChoiceField(
        label="Was hostility perceived?",
        choices=[("", "No, or not said"), *list_words(HateStrand)],
        required=False,
    )
    child_involved = forms.ChoiceField(
        label="Was a child harmed, or did one take part?",
        choices=[NOT_SAID, *YES_NO],
        required=False,
    )
    words = ask_words("What happened?", NO_NAMES)

    def __init__(
        self, *args: Any, victims: Sequence[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hot_spot_id"].choices = ask_places()  # type: ignore[attr-defined]
        if victims is None:
            del self.fields["victim"]
        else:
            told = [("", "Nobody that is written down"), *victims]
            self.fields["victim"].choices = told  # type: ignore[attr-defined]


class ReferenceForm(forms.Form):
    """A case, by its reference."""

    reference = ask_line("Reference of the case", "Such as K7F-3QD-W2M.", required=True, most=12)


class StageForm(forms.Form):
    """A stage of the partnership's approach."""

    def __init__(self, *args: Any, stages: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = ask_one("Which stage?", stages)


class CloseForm(forms.Form):
    """Why a case is closed."""

    reason = ask_one("Why?", list_words(CloseReason))
    is_substantiated = ask_one("Was it borne out?", YES_NO)
    is_victim_satisfied = ask_one(
        "Are those harmed satisfied with what was done?", [*YES_NO, ("unsaid", "Not asked or said")]
    )


class ActionForm(forms.Form):
    """An action of a plan."""

    kind = ask_one("What kind is it?", list_words(ActionKind))
    what = ask_words("What is to be done?", "Without names.", required=True, rows=2)
    team = forms.ChoiceField(label="Who does it?", required=False)
    by_day = ask_day(
        "Until when?", "Left empty: the target of its kind at the case’s risk.", required=False
    )

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [("", "The lead officer"), *teams]
        self.fields["team"].choices = told  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What came of an action."""

    outcome = ask_words("What came of it?", "Without names.", required=True, rows=2)


class ShareForm(forms.Form):
    """A colleague who works on a case."""

    days = forms.TypedChoiceField(
        label="For how long?",
        choices=[("7", "A week"), ("28", "Four weeks"), ("0", "Until it is closed")],
        coerce=int,
        widget=forms.RadioSelect,
    )
    is_lead = forms.BooleanField(label="They lead the case from now on", required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = forms.ChoiceField(label="Who?", choices=list(people))
        self.order_fields(["person", "days", "is_lead"])


class PartyForm(forms.Form):
    """An agency that is party to a case."""

    reason = ask_line("Why does it have to know?", "Without names.", required=True)

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"] = forms.ChoiceField(label="Which agency?", choices=list(teams))
        self.order_fields(["team", "reason"])


class GlassForm(forms.Form):
    """Why somebody opens a case that is not theirs."""

    reference = ask_line("Reference of the case", required=True, most=12)
    reason = ask_one("Why?", [(one, one.capitalize()) for one in GLASS_REASONS])
    words = ask_words("In a sentence", "Without names.", required=True, rows=2)
