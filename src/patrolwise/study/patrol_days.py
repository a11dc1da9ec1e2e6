"""What a coordinator reads at 7 a.m.: each hot spot on one patrol day, the short ones first."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from patrolwise.errors import InputError
from patrolwise.reporting.patrol_results import DoseDayRecord, PatrolResults, StayRecord
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.wording import NONE, format_count, format_day

DAY_SCHEMA = "patrolwise.patrol-day/1"
LOCAL_ZONE = ZoneInfo("Europe/London")
_ORDER = ("short", "cannot tell", "met", "no rule", "not planned")


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One hot spot and service on one patrol day."""

    area_id: str
    name: str
    service: str
    verdict: str
    patrol_min: float
    low_min: float  # 95 % interval for the true minutes
    high_min: float
    planned_min: float | None
    visits: int
    units: tuple[str, ...]  # that stayed, in order of coming
    last_left: str  # UTC, ISO 8601; empty when nobody stayed


def list_day(results: PatrolResults, day: date) -> tuple[DayLine, ...]:
    """Return what each hot spot got on a patrol day, those that are short first.

    Parameters
    ----------
    results : PatrolResults
    day : date

    Returns
    -------
    tuple of DayLine
        By verdict, the furthest below what was owed first. Hot spots that were not planned and
        that nobody came to are left out.

    Raises
    ------
    InputError
        The day is not in the results.
    """
    rows = [row for row in results.days if row.day == day.isoformat()]
    if not rows:
        window = results.window
        raise InputError(
            f"{day} is not among the days of these results, {window.first} to {window.last}. "
            "Give a patrol day in them."
        )
    names = {one.area_id: one.name for one in results.doses}
    stays = [stay for stay in results.stays if stay.day == day.isoformat()]
    lines = [_line(row, names[row.area_id], stays) for row in rows]
    shown = [line for line in lines if line.visits or line.verdict in _ORDER[:3]]
    return tuple(sorted(shown, key=_rank))


def describe_day(results: PatrolResults, day: date) -> dict[str, Any]:
    """Return a patrol day as plain values, ready for JSON.

    Parameters
    ----------
    results : PatrolResults
    day : date

    Returns
    -------
    dict

    Raises
    ------
    InputError
        The day is not in the results.
    """
    return {
        "schema": DAY_SCHEMA,
        "title": results.title,
        "notice": results.notice,
        "is_simulated": results.is_simulated,
        "day": day.isoformat(),
        "hot_spot_set": results.hot_spot_set,
        "lines": [asdict(line) for line in list_day(results, day)],
        "questions": list(_questions(results, day)),
    }


def tell_day(results: PatrolResults, day: date) -> str:
    """Return a patrol day for the terminal; hours are local (Europe/London).

    Parameters
    ----------
    results : PatrolResults
    day : date

    Returns
    -------
    str
        Lines, joined by a line break.

    Raises
    ------
    InputError
        The day is not in the results.
    """
    lines = list_day(results, day)
    head = [f"! {SIMULATED}."] if results.is_simulated else []
    head += [results.title, f"Patrol day {day:%A} {format_day(day.isoformat())}, from 04:00 UTC"]
    told = [_tell(line) for line in lines]
    if not told:
        return "\n".join([*head, "", "Nothing was owed, and nobody came."])
    columns = ("hot spot", "service", "verdict", "minutes", "true", "owed", "who", "left last")
    table = _align([columns, *told])
    questions = _questions(results, day)
    asked = ["", "To ask:", *(f"  {question}" for question in questions)] if questions else []
    note = (
        "minutes: verified by trackers; true: 95 % interval for the true minutes while tracked; "
        "left last: by the clock on the wall"
    )
    return "\n".join([*head, "", *table, "", note, *asked])


def _line(row: DoseDayRecord, name: str, stays: list[StayRecord]) -> DayLine:
    own = [
        stay
        for stay in stays
        if (stay.area_id, stay.service) == (row.area_id, row.service) and not stay.is_pass_through
    ]
    return DayLine(
        area_id=row.area_id,
        name=name,
        service=row.service,
        verdict=row.verdict,
        patrol_min=row.patrol_min,
        low_min=row.low_min,
        high_min=row.high_min,
        planned_min=row.planned_min,
        visits=row.visits,
        units=tuple(dict.fromkeys(stay.unit_id for stay in own)),
        last_left=max((stay.end for stay in own), default=""),
    )


def _rank(line: DayLine) -> tuple[int, float]:
    return _ORDER.index(line.verdict), line.patrol_min - (line.planned_min or 0.0)


def _questions(results: PatrolResults, day: date) -> tuple[str, ...]:
    return tuple(one for one in results.questions if day.isoformat() in one)


def _tell(line: DayLine) -> tuple[str, ...]:
    left = NONE
    if line.last_left:
        left = f"{datetime.fromisoformat(line.last_left).astimezone(LOCAL_ZONE):%H:%M}"
    true = f"{format_count(line.low_min)}-{format_count(line.high_min)}" if line.visits else NONE
    return (
        line.name,
        line.service,
        line.verdict,
        format_count(line.patrol_min),
        true,
        format_count(line.planned_min),
        ", ".join(line.units) or "nobody",
        left,
    )


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows in columns: words to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if number in (3, 4, 5) else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
