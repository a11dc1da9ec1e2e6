"""What ends when awards and other money end, from a form: the library does the sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
from django import forms

from patrolwise.errors import check_faults
from patrolwise.partnership.fund_cliff import (
    CliffQuestion,
    CliffWeek,
    NotPrevented,
    SpotLevel,
    StatedEffect,
    add_not_prevented,
    project_fund_cliff,
)
from patrolwise.partnership.return_tables import HOURS_WORKED, STREAMS
from patrolwise.tables import Table, make_table
from patrolwise.times import Window
from patrolwise.web.grants.forms.fields import DayInput, Lines, LinesForm

MOST_WEEKS = 104
_PER_CENT = 100
_NOON = time(12, tzinfo=UTC)
_EFFECT = ("share", "low", "high", "definition", "source")


def _make_line() -> dict[str, forms.Field]:
    return {
        "spot": forms.CharField(label="Hot spot", max_length=80),
        "stream": forms.CharField(label="What pays there", max_length=80, required=False),
        "last": forms.DateField(label="Paid until", widget=DayInput(), required=False),
        "minutes": forms.IntegerField(label="Patrol-minutes a week", min_value=1, max_value=10_080),
        "crimes": forms.FloatField(label="Crimes a week", min_value=0, required=False),
        "harm": forms.FloatField(label="Harm a week, days", min_value=0, required=False),
    }


class CliffForm(LinesForm):
    """Who is where, until when it is paid, and what patrols are known to prevent."""

    groups = (Lines(name="lines", title="Line", make=_make_line, least=2, most=40),)
    weeks = forms.IntegerField(label="Weeks to look ahead", min_value=1, max_value=MOST_WEEKS)
    share = forms.FloatField(
        label="Crimes prevented, per cent", required=False, help_text="By your own evaluation."
    )
    low = forms.FloatField(label="Lower end of its interval, per cent", required=False)
    high = forms.FloatField(label="Upper end of its interval, per cent", required=False)
    definition = forms.CharField(
        label="Of which crimes", max_length=80, required=False, help_text="As all-crime@1."
    )
    source = forms.CharField(label="By which report", max_length=200, required=False)

    @property
    def effect(self) -> StatedEffect | None:
        """The effect that was stated; None where nothing of it was given."""
        said = [self.cleaned_data.get(name) for name in _EFFECT]
        if all(one in (None, "") for one in said):
            return None
        lacks = any(one is None for one in said[:3])
        check_faults("Effect", ["Give the effect with both ends of its interval."] if lacks else [])
        share, low, high = (one / _PER_CENT for one in said[:3])  # type: ignore[operator]
        return StatedEffect(
            share=share, low=low, high=high, definition=str(said[3]), source=str(said[4])
        )


@dataclass(frozen=True, kw_only=True)
class Cliff:
    """What a projection says."""

    weeks: tuple[CliffWeek, ...]
    minutes_lost: float
    crimes: NotPrevented | None
    harm: NotPrevented | None


def project(
    lines: Sequence[Mapping[str, Any]], weeks: int, effect: StatedEffect | None, today: date
) -> Cliff:
    """Return what ends in the weeks from today.

    Parameters
    ----------
    lines : sequence of mapping
        As `CliffForm` gives them: each a hot spot with what pays there.
    weeks : int
    effect : StatedEffect or None
    today : date

    Returns
    -------
    Cliff

    Raises
    ------
    InputError
        With everything in the lines that cannot be.
    RefusedError
        As `project_fund_cliff`.
    """
    check_faults("The lines", _find_faults(lines))
    recent = Window("the week before", today - timedelta(days=7), today - timedelta(days=1))
    ends = {one["stream"]: one["last"] for one in lines if one["stream"]}
    levels = {
        one["spot"]: SpotLevel(crimes=one["crimes"], harm=one["harm"])
        for one in lines
        if one["crimes"] is not None
    }
    question = CliffQuestion(recent=recent, weeks=weeks, levels=levels if effect else {})
    found = project_fund_cliff(
        _fill(STREAMS, [_stream(name, last, today) for name, last in ends.items()]),
        _fill(HOURS_WORKED, [_hours(at, one, recent) for at, one in enumerate(lines)]),
        question,
        effect,
    )
    return Cliff(
        weeks=found,
        minutes_lost=sum(one.minutes_lost for one in found),
        crimes=add_not_prevented(found, "crimes"),
        harm=add_not_prevented(found, "harm"),
    )


def _find_faults(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    faults = [] if lines else ["Give one hot spot or more, with its patrol-minutes."]
    faults += [
        f"{one['spot']}: say what pays there together with its last day, or leave both out."
        for one in lines
        if bool(one["stream"]) != bool(one["last"])
    ]
    days: dict[str, set[date]] = {}
    crimes: dict[str, set[tuple[float | None, float | None]]] = {}
    for one in lines:
        if one["stream"] and one["last"]:
            days.setdefault(one["stream"], set()).add(one["last"])
        crimes.setdefault(one["spot"], set()).add((one["crimes"], one["harm"]))
    faults += [
        f"{stream} has two last days. Give one; what is paid longer is a stream of its own."
        for stream, found in days.items()
        if len(found) > 1
    ]
    return faults + [
        f"{spot} has two numbers of crimes. Give the same in each of its lines."
        for spot, found in crimes.items()
        if len(found) > 1
    ]


def _fill(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    if not rows:
        return make_table(table)
    return make_table(table, {name: [one[name] for one in rows] for name in rows[0]})


def _stream(name: str, last: date, today: date) -> dict[str, Any]:
    return {
        "row_id": name, "fund": name, "year": "", "pounds": 0.0, "first": min(last, today),
        "last": last, "agencies": "", "patrol_types": "", "recorded": today,
    }  # fmt: skip


def _hours(at: int, line: Mapping[str, Any], recent: Window) -> dict[str, Any]:
    start = datetime.combine(recent.first, _NOON)
    return {
        "row_id": str(at), "area_id": line["spot"], "agency": "all", "unit_id": str(at), "staff": 1,
        "start": start, "end": start + timedelta(minutes=line["minutes"]),
        "patrol_type": "targeted", "activity": "patrol", "paid": "funded",
        "visibility": "partner brand", "basis": "self-reported",
        "stream_id": line["stream"] or None, "recorded": recent.last,
    }  # fmt: skip
