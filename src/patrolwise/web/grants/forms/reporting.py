"""The report of a quarter: made for a phone and five minutes."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.grants.forms.fields import AskForm, PoundsField, WordsField

_MANY = 1_000_000


def _ask_number(label: str, **kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=_MANY, widget=widget, **kwargs)


class ReportForm(AskForm):
    """What a grantee says of one quarter."""

    unnamed = ("measure", "risks", "story")
    quarter = forms.ChoiceField(label="Which three months?")
    spent_pence = PoundsField("Pounds spent in these months")
    sessions_planned = _ask_number("Sessions you planned")
    sessions_held = _ask_number("Sessions you held")
    unique_young_people = _ask_number(
        "How many young people came?", help_text="Count each of them once."
    )
    attendances = _ask_number(
        "How often did they come, all in all?", help_text="Count each time that one came."
    )
    area_ids = forms.MultipleChoiceField(
        label="Where were you?", widget=forms.CheckboxSelectMultiple, required=False
    )
    referrals_received = _ask_number("How many did others send to you?")
    referrals_accepted = _ask_number("How many of those did you take on?")
    measure = forms.CharField(
        label="What did you ask young people?", max_length=200, required=False,
        help_text="Such as: I feel safe on my way home, 1 to 5.",
    )  # fmt: skip
    asked = _ask_number("How many did you ask?", required=False)
    answered = _ask_number("How many told you?", required=False)
    mean = forms.FloatField(label="The mean of what they said", required=False)
    underspend_pence = PoundsField("Pounds you will not need", required=False)
    risks = WordsField("What worries you?", 100, help_text="Give no names.", required=False)
    story = WordsField(
        "One good story", 150, help_text="Ask them first. Leave out the name.", required=False
    )
    has_permission = forms.BooleanField(
        label="I asked, and they said yes to the story", required=False
    )

    def __init__(self, *args: Any, quarters: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = list(quarters)  # type: ignore[attr-defined]
        self.fields["area_ids"].choices = list_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return figures that were left out as none."""
        given = super().clean()
        for name in ("asked", "answered", "underspend_pence"):
            given[name] = given.get(name) or 0
        return given
