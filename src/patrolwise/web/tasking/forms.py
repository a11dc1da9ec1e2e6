"""The forms of plans and events."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import EventKind, UnitShift
from patrolwise.web.tasking.plan_actions import MOST_DAYS

Choices = Sequence[tuple[str, str]]


def is_done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do something with a form that is valid; a refusal stands on the form in its own words.

    Parameters
    ----------
    form : Form
    act : callable

    Returns
    -------
    bool
        Whether it was done.
    """
    try:
        act()
    except PatrolwiseError as error:
        form.add_error(None, str(error))
        return False
    return True


class DayInput(forms.DateInput):
    """A day, as browsers let people choose it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and time, likewise."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ClockInput(forms.TimeInput):
    """A time of day, likewise."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PlanForm(forms.Form):
    """What is to be planned."""

    upload_id = forms.TypedChoiceField(coerce=int, label="Programme")
    first = forms.DateField(label="First day", widget=DayInput())
    last = forms.DateField(
        label="Last day", widget=DayInput(), help_text=f"Up to {MOST_DAYS} days; a week as a rule."
    )
    seed = forms.IntegerField(
        label="Seed", initial=1, help_text="The same seed and forms give the same plan."
    )
    effort = forms.FloatField(
        label="Effort",
        initial=30,
        help_text="About seconds of work. More may find a better plan, and never a worse check.",
    )
    keep_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, programmes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload_id"].choices = programmes  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """Whether gaps are known."""

    accept_gaps = forms.BooleanField(
        required=False, label="I have read what is lacking, and publish it all the same"
    )


class ReasonForm(forms.Form):
    """Why."""

    why = forms.CharField(
        max_length=300, label="Why", help_text="Kept with the plan, for whoever looks later."
    )


class MoveForm(forms.Form):
    """Another unit or another time for a visit."""

    shift_id = forms.TypedChoiceField(coerce=int, label="Unit")
    at = forms.TimeField(label="Begins at", widget=ClockInput(), help_text="Local time.")

    def __init__(self, *args: Any, shifts: Sequence[UnitShift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shifts = {one.pk: one for one in shifts}
        self.fields["shift_id"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.unit_id} ({one.shift})") for one in shifts
        ]

    def read(self) -> tuple[UnitShift, datetime]:
        """Return the unit's shift, and the instant: after midnight when the clock says so."""
        shift = self._shifts[self.cleaned_data["shift_id"]]
        clock: time = self.cleaned_data["at"]
        start = datetime.combine(shift.day, clock, LOCAL)
        begin = shift.start.astimezone(LOCAL)
        if clock < begin.time() and shift.end.astimezone(LOCAL).date() > begin.date():
            start = datetime.combine(shift.end.astimezone(LOCAL).date(), clock, LOCAL)
        return shift, start


class SwapForm(forms.Form):
    """Which visit of another unit."""

    other_id = forms.TypedChoiceField(coerce=int, label="With")

    def __init__(self, *args: Any, visits: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other_id"].choices = visits  # type: ignore[attr-defined]


class OutForm(ReasonForm):
    """Which unit fell out, and when."""

    unit_id = forms.ChoiceField(label="Unit that fell out")
    at = forms.DateTimeField(label="From", widget=MomentInput(), help_text="Local time.")
    field_order = ("unit_id", "at", "why")

    def __init__(self, *args: Any, units: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [(one, one) for one in units]  # type: ignore[attr-defined]


class EventForm(forms.Form):
    """Something that draws people to places, or a campaign."""

    kind = forms.ChoiceField(
        choices=EventKind.choices,
        initial=EventKind.EVENT.value,
        widget=forms.RadioSelect,
        label="What it is",
        help_text="Charts mark the days of a campaign, since counts may differ because of it.",
    )
    title = forms.CharField(
        max_length=120,
        label="Its name",
        help_text="Such as a match, a market, or Operation Sceptre.",
    )
    first = forms.DateTimeField(label="From", widget=MomentInput())
    last = forms.DateTimeField(label="Until", widget=MomentInput())
    area_ids = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Hot spots",
        help_text="None: everywhere.",
    )
    note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), label="What units should know"
    )

    def __init__(self, *args: Any, areas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_ids"].choices = list(areas.items())  # type: ignore[attr-defined]
