"""The forms of agencies. What is refused stands on the form, every fault at once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.partnership.fund_rules import PATROL_TYPES, VISIBILITIES, load_fund_rules
from patrolwise.partnership.hours_ledger import AGENCY_KINDS
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.web.accounts.models import Team
from patrolwise.web.agencies.link_actions import MOST_STAFF
from patrolwise.web.agencies.models import Agency, HoursRow, Stream
from patrolwise.web.agencies.stream_actions import SORTS, NewAgency, NewStream
from patrolwise.web.agencies.upload_actions import MOST_BYTES, OWN_KINDS, SERVICE_KINDS
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import ask_day, ask_line, ask_many, ask_one, ask_words
from patrolwise.web.commons.hot_spots import list_choices

_A_DAY = timedelta(days=1)
_PAID = (("in kind", "In kind: nobody pays for it"), ("funded", "Funded"))


class _ClockInput(forms.TimeInput):
    """A time of day, as browsers let people choose it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _ask_clock(label: str, help_text: str = "") -> Any:
    return forms.TimeField(label=label, help_text=help_text, widget=_ClockInput())


def _ask_people() -> Any:
    return forms.IntegerField(label="How many people", min_value=1, max_value=MOST_STAFF, initial=1)


class CodeForm(forms.Form):
    """The code of a phone link."""

    code = forms.CharField(
        label="Your code",
        max_length=40,
        help_text="Three groups of four, such as ABCD-EFGH-2345.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-code": ""}),
    )


class BeenForm(forms.Form):
    """Where somebody was, from when to when."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    hot_spot = forms.ChoiceField(label="Where")
    day = ask_day("Day on which it began")
    start = _ask_clock("From")
    end = _ask_clock("To", "After midnight is the next day.")
    people = _ask_people()
    paid = ask_one("Who pays", _PAID)

    def __init__(self, *args: Any, has_fund: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hot_spot"].choices = [("", "Choose"), *list_choices()]  # type: ignore[attr-defined]
        if not has_fund:
            self.fields["paid"] = forms.CharField(widget=forms.HiddenInput, initial="in kind")

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From when to when; an end before the start is of the next day."""
        given = self.cleaned_data
        last = given["day"] + (_A_DAY if given["end"] <= given["start"] else timedelta(0))
        return _at(given["day"], given["start"]), _at(last, given["end"])


class RowForm(BeenForm):
    """A patrol that a coordinator adds, or a row as it should have been."""

    unit = ask_line("Unit", "A short code, such as W3. Never a name.", required=True, most=20)
    stream = forms.ModelChoiceField(
        Stream.objects.none(), required=False, label="Stream that pays", empty_label="None"
    )
    reason = ask_line("Why it is corrected", required=True)

    field_order = (
        *("unit", "hot_spot", "day", "start", "end", "people", "paid", "stream", "reason", "key"),
    )

    def __init__(self, *args: Any, agency: Agency, row: HoursRow | None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {**_of_row(row), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = _streams_of(agency)  # type: ignore[attr-defined]
        if row is None:
            del self.fields["reason"]


class LinkForm(forms.Form):
    """For which unit a phone link is."""

    unit = ask_line("Unit", "A short code, such as W3. Never a name.", required=True, most=20)
    people = _ask_people()
    stream = forms.ModelChoiceField(
        Stream.objects.none(), required=False, label="Stream that pays", empty_label="None: in kind"
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = _streams_of(agency)  # type: ignore[attr-defined]


class _FileForm(forms.Form):
    """A file to be read."""

    file = forms.FileField(label="File")

    def clean_file(self) -> Any:
        """Refuse what no such file can be as large as."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            raise forms.ValidationError(f"It is larger than {most} MB. Send it in parts.")
        return file


class OwnFileForm(_FileForm):
    """A file of an agency: patrols, a roster, or a tracker's."""

    kind = ask_one("What it is", tuple(OWN_KINDS.items()))
    unit = ask_line("Unit of the tracker", "Of a tracker file only: a code.", most=20)
    people = forms.IntegerField(
        label="People with the tracker", min_value=1, max_value=MOST_STAFF, initial=1
    )
    field_order = ("kind", "file", "unit", "people")

    def clean(self) -> dict[str, Any]:
        """Ask for the unit of a tracker's file."""
        given = super().clean() or {}
        if given.get("kind") == "tracker" and not given.get("unit"):
            self.add_error("unit", "Say which unit had the tracker.")
        return given


class ServiceFileForm(_FileForm):
    """A file of services' minutes or hours."""

    kind = ask_one("What it is", tuple(SERVICE_KINDS.items()))
    field_order = ("kind", "file")


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = ask_line("Why", required=True)


class AgencyForm(forms.Form):
    """An agency and its team."""

    name = ask_line("Name", required=True, most=80)
    kind = ask_one("Counted as", [(one, one.capitalize()) for one in AGENCY_KINDS])
    sort = forms.ChoiceField(label="What it is", choices=[(one, one.capitalize()) for one in SORTS])
    visibility = forms.ChoiceField(
        label="How its people look",
        choices=[(one, one.capitalize()) for one in VISIBILITIES],
        initial="partner brand",
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label="Team of its coordinators",
        help_text="Whoever is invited into this team, as an agency coordinator, sees the agency.",
        empty_label="None",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(agency=None).order_by("name")  # type: ignore[attr-defined]

    def read(self) -> NewAgency:
        """Return the agency."""
        return NewAgency(**self.cleaned_data)


class StreamForm(forms.Form):
    """A stream of money."""

    key = ask_line("Key", "Small letters, digits and hyphens, such as hrf-2026.", required=True)
    fund = forms.ChoiceField(label="Fund")
    other_fund = ask_line("Its name, where it is another fund", most=80)
    year = ask_line("Financial year", "Such as 2026/27.", required=True, most=10)
    pounds = forms.DecimalField(label="Pounds granted", max_digits=12, decimal_places=2)
    pounds_an_hour = forms.DecimalField(
        label="Pounds for an hour of one person", max_digits=8, decimal_places=2
    )
    first = ask_day("First day")
    last = ask_day("Last day")
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.all(), label="Who may claim", widget=forms.CheckboxSelectMultiple
    )
    patrol_types = ask_many("Patrols that it pays for", [(one, one) for one in PATROL_TYPES])
    conditions = ask_words("What else was agreed", rows=3)
    reason = ask_line("Why it is corrected", required=True)

    def __init__(self, *args: Any, stream: Stream | None = None, **kwargs: Any) -> None:
        funds = sorted({one.name for one in load_fund_rules().values()})
        if stream is not None:
            kwargs["initial"] = _of_stream(stream, funds)
        super().__init__(*args, **kwargs)
        choices = [*((one, one) for one in funds), ("", "Another fund")]
        self.fields["fund"] = forms.ChoiceField(label="Fund", choices=choices, required=False)
        if stream is None:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Ask for the name of a fund that has no rules here."""
        given = super().clean() or {}
        if not given.get("fund") and not given.get("other_fund"):
            self.add_error("other_fund", "Name the fund.")
        return given

    def read(self) -> NewStream:
        """Return the stream."""
        given = {k: v for k, v in self.cleaned_data.items() if k not in ("other_fund", "reason")}
        return NewStream(**{**given, "fund": given["fund"] or self.cleaned_data["other_fund"]})


class WeekForm(forms.Form):
    """Which days and which hot spot are looked at."""

    last = ask_day("Seven days until", required=False)
    hot_spot = forms.ChoiceField(label="Hot spot", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hot_spot"].choices = [("", "All"), *list_choices()]  # type: ignore[attr-defined]


class QuarterForm(forms.Form):
    """Which quarter of a financial year."""

    quarter = ask_line("Quarter", "Such as 2026-Q3: October to December 2026.", most=7)

    def clean_quarter(self) -> Quarter | None:
        """Return the quarter; None where none is given."""
        try:
            text = self.cleaned_data["quarter"].strip()
            return parse_quarter(text) if text else None
        except PatrolwiseError as error:
            raise forms.ValidationError(str(error)) from error


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at.replace(second=0, microsecond=0), clock.LOCAL)


def _streams_of(agency: Agency) -> Any:
    return Stream.objects.filter(agencies=agency, withdrawn_at=None).order_by("key")


def _of_row(row: HoursRow) -> dict[str, Any]:
    start, end = (one.astimezone(clock.LOCAL) for one in (row.start, row.end))
    return {
        "unit": row.unit_id,
        "hot_spot": row.hot_spot_id,
        "day": start.date(),
        "start": start.time(),
        "end": end.time(),
        "people": row.staff,
        "paid": row.paid,
        "stream": row.stream_id,
    }


def _of_stream(stream: Stream, funds: Sequence[str]) -> dict[str, Any]:
    names = ("key", "year", "pounds", "pounds_an_hour", "first", "last", "patrol_types")
    is_known = stream.fund in funds
    return {
        **{name: getattr(stream, name) for name in names},
        "conditions": stream.conditions,
        "fund": stream.fund if is_known else "",
        "other_fund": "" if is_known else stream.fund,
        "agencies": [one.pk for one in stream.agencies.all()],
    }
