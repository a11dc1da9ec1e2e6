"""The forms of those who run rounds: declaring, screening, scoring, awarding, paying."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify

from patrolwise.web.accounts.models import Person
from patrolwise.web.grants.forms.fields import (
    AskForm,
    DayInput,
    Lines,
    LinesForm,
    PoundsField,
    ask_yes_no,
)

OUTCOMES = {
    "eligible": "Eligible: it goes to assessors",
    "more": "Ask the applicant for more",
    "not eligible": "Not eligible",
}


def _ask_words(label: str, help_text: str = "", *, required: bool = True, rows: int = 4) -> Any:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def _ask_day(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


def _ask_number(label: str, most: int, help_text: str = "", least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=least, max_value=most)


class RoundForm(LinesForm):
    """What a round declares before it opens."""

    groups = (
        Lines(
            name="criteria",
            title="Criterion",
            make=lambda: {
                "title": forms.CharField(label="What is scored", max_length=100),
                "weight": forms.IntegerField(label="Weight", min_value=1, max_value=100),
            },
            least=4,
            most=12,
        ),
    )
    title = forms.CharField(label="What it is called", max_length=120)
    key = forms.SlugField(
        label="Short name", max_length=40, help_text="Such as communities-fund; in every award."
    )
    version = _ask_number("Version", 99)
    opens = _ask_day("First day")
    closes = _ask_day("Last day")
    budget_pence = PoundsField("Pounds in all")
    most_pence = PoundsField("Pounds for one application, at most")
    youngest = _ask_number("Ages from", 99, least=0)
    oldest = _ask_number("Ages to", 99, least=0)
    top_score = _ask_number("Highest score of a criterion", 20)
    assessors = _ask_number("Assessors for each application", 9, least=2)
    widest_spread = _ask_number(
        "Widest spread", 100, "Per cent of the highest total. Above it, a note of the panel.", 0
    )
    least_total = _ask_number(
        "Least total", 100, "Per cent of the highest total. Below it nothing is awarded.", 0
    )
    days_to_report = _ask_number("Days to report", 365, "After each quarter.")
    conditions = _ask_words("Conditions of every award", "One a line.", required=False)
    funder_name = forms.CharField(label="Funder", max_length=120)
    funder_org_id = forms.CharField(
        label="The funder’s number", max_length=80, help_text="By org-id.guide, as GB-CHC-1000147."
    )
    funder_prefix = forms.CharField(
        label="Prefix at 360Giving", max_length=40, help_text="Such as 360G-example."
    )

    def clean(self) -> dict[str, Any]:
        """Return criteria with keys made of their titles."""
        given = super().clean()
        given["criteria"] = [
            {**one, "key": slugify(one["title"] or "")[:40]} for one in given["criteria"]
        ]
        return given


class ScreenForm(forms.Form):
    """What the screening says."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=list(OUTCOMES.items()), widget=forms.RadioSelect
    )
    reasons = _ask_words("Reasons, or what you ask", "The applicant reads this.")


class GiveForm(forms.Form):
    """To whom an application is given."""

    assessors = forms.MultipleChoiceField(label="Give it to", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessors"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in people
        ]


class DeclareForm(forms.Form):
    """Whether an assessor has an interest."""

    has_conflict = ask_yes_no(
        "Do you, or somebody close to you, have an interest in this group or its plan?",
        help_text="Work, money, a seat on its board, family, friends or a quarrel.",
    )
    note = forms.CharField(label="What it is", max_length=300, required=False)


class ScoreForm(AskForm):
    """Scores and reasons, a criterion each; until they are complete, scores may be left out."""

    is_draft = True

    def __init__(
        self, *args: Any, criteria: Sequence[Mapping[str, Any]], top: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._keys = [one["key"] for one in criteria]
        for one in criteria:
            self.fields[f"score-{one['key']}"] = forms.IntegerField(
                label=f"{one['title']} (0 to {top}, weight {one['weight']})",
                min_value=0,
                max_value=top,
            )
            self.fields[f"note-{one['key']}"] = _ask_words(
                f"Why: {one['title'].lower()}", required=False, rows=2
            )

    @property
    def scores(self) -> dict[str, int]:
        """Scores that were given, by criterion."""
        found = {key: self.cleaned_data[f"score-{key}"] for key in self._keys}
        return {key: value for key, value in found.items() if value is not None}

    @property
    def notes(self) -> dict[str, str]:
        """Reasons, by criterion."""
        return {key: self.cleaned_data[f"note-{key}"] for key in self._keys}


class ModerateForm(forms.Form):
    """Why assessors differ."""

    note = _ask_words("Why they differ, and what the panel made of it")


class DecideForm(forms.Form):
    """What is decided."""

    is_funded = ask_yes_no("Fund it?")
    reasons = _ask_words("Reasons", "The applicant reads this.")


class AwardForm(LinesForm):
    """What is awarded, and how."""

    groups = (
        Lines(
            name="instalments",
            title="Instalment",
            make=lambda: {
                "due": _ask_day("Due"),
                "pence": PoundsField("Pounds", min_value=0.01),
            },
            least=3,
            most=12,
        ),
        Lines(
            name="conditions",
            title="Condition",
            make=lambda: {
                "text": forms.CharField(label="What they must show", max_length=300),
                "before": forms.IntegerField(label="Before instalment", min_value=1, max_value=12),
            },
            least=2,
            most=12,
        ),
    )
    first = _ask_day("First day")
    last = _ask_day("Last day")
    place = forms.CharField(
        label="Place, as it is published", max_length=80,
        help_text="A ward or a district, such as Leicester. Never a hot spot.",
    )  # fmt: skip
    place_code = forms.CharField(
        label="Code of the place", max_length=9, required=False, help_text="Such as E06000016."
    )
    place_code_type = forms.CharField(
        label="Kind of the code", max_length=10, required=False, help_text="Such as UA or WD."
    )


class SeenForm(forms.Form):
    """What showed that a condition is met."""

    seen = forms.CharField(label="What you saw", max_length=300)


class WhyForm(forms.Form):
    """What is to be mended in a report."""

    why = forms.CharField(label="What is to be mended", max_length=300)


class PaymentForm(forms.Form):
    """A payment to propose, or money that came back."""

    number = forms.IntegerField(label="Instalment", min_value=1, max_value=12)
    pence = PoundsField("Pounds", min_value=0.01)
    is_back = forms.BooleanField(label="This is money that came back", required=False)
