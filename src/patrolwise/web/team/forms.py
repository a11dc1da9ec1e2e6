"""The forms of the lead and of evaluators."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.web.casework.forms import DayInput, ask_one, ask_words
from patrolwise.web.street.queries import HEADINGS
from patrolwise.web.team.briefs import KINDS
from patrolwise.web.team.extracts import CSV, PARQUET

Choices = Sequence[tuple[str, str]]


class _Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class AssignForm(forms.Form):
    """Who works a shift."""

    first = forms.ChoiceField(label="First worker", required=False)
    second = forms.ChoiceField(label="Second worker", required=False)

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "Nobody yet"), *workers]  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Two workers change places."""

    gone = forms.ChoiceField(label="Who of this shift?")
    come = forms.ChoiceField(label="Who comes instead, and from which shift?")

    def __init__(self, *args: Any, ours: Choices, theirs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gone"].choices = list(ours)  # type: ignore[attr-defined]
        self.fields["come"].choices = list(theirs)  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    """Why a shift does not take place."""

    reason = forms.CharField(
        max_length=200,
        label="Why?",
        help_text="Without saying who: “not enough staff”, “the river is over its banks”.",
    )


class ShiftForm(forms.Form):
    """A shift that the plan does not have."""

    unit_id = forms.CharField(max_length=80, label="Which pair?", help_text="Such as outreach 1.")
    date = forms.DateField(label="Day", widget=DayInput())
    start = forms.TimeField(label="From", widget=_Clock())
    end = forms.TimeField(label="Until", widget=_Clock())


class ItemForm(forms.Form):
    """One thing to be told."""

    heading = forms.ChoiceField(
        label="Under which heading?", choices=[(one, one.capitalize()) for one in HEADINGS]
    )
    kind = forms.ChoiceField(
        label="What is it?", choices=[(one, one.capitalize()) for one in KINDS]
    )
    hot_spot_id = forms.ChoiceField(label="Which place?", required=False)
    text = ask_words(
        "In a sentence or two",
        "About places and services. Never about a person.",
        required=True,
        rows=3,
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hot_spot_id"].choices = [("", "No place"), *places]  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """A change of the plan."""

    what = ask_words(
        "What is to change?", "Places and times. Never a person.", required=True, rows=3
    )
    why = ask_words("Why?", "The police and partners’ side reads this.", required=True, rows=3)


class ExtractForm(forms.Form):
    """Which tables."""

    first = forms.DateField(label="From", widget=DayInput())
    last = forms.DateField(label="Until", widget=DayInput())
    form = ask_one("As", [(CSV, "CSV"), (PARQUET, "Parquet")])
