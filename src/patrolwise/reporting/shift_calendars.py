"""How a unit's shifts become a calendar file that phones and offices read (iCalendar, RFC 5545).

A calendar is often copied to somebody's cloud: it holds hours of duty, no place unless that is
asked for, nothing of another service, and nobody's name or code.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import polars as pl

from patrolwise.errors import InputError
from patrolwise.reporting.plan_paper import SHIFT_KEY, PlanPaper
from patrolwise.reporting.plan_wording import ShiftClock

LONGEST_LINE = 75  # octets, without the line break (RFC 5545, 3.1)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Row = dict[str, Any]  # one row of a declared table


@dataclass(frozen=True, kw_only=True)
class CalendarRule:
    """Whose calendar, and how much it tells."""

    service: str
    unit_id: str
    with_visits: bool = False  # hot spots too: in the shift's text, and an event for each visit


@dataclass(frozen=True, kw_only=True)
class _Event:
    """One event, its texts not yet escaped."""

    uid: str
    start: datetime  # UTC
    end: datetime
    summary: str
    description: str
    place: str = ""


def make_calendar(paper: PlanPaper, rule: CalendarRule, previous: PlanPaper | None = None) -> str:
    """Return the calendar of a unit's shifts.

    An event keeps its UID when its times change, so that a calendar that has it moves it; SEQUENCE
    is the plan's revision.

    Parameters
    ----------
    paper : PlanPaper
    rule : CalendarRule
    previous : PlanPaper, optional
        The plan that was given out before: what it has and this one has not is cancelled.

    Returns
    -------
    str
        iCalendar with CRLF; the same plan gives the same text. DTSTAMP is the day on which the
        plan was decided, or else the event's own: never the clock.

    Raises
    ------
    InputError
        The unit has no shift, or the plan's revision is not above that of the previous one.

    References
    ----------
    RFC 5545, sections 3.1 (folding), 3.3.11 (escaping), 3.6.1 (event), 3.8.7.4 (SEQUENCE).
    """
    events = {event.uid: event for event in _events(paper, rule)}
    cancelled = []
    if previous is not None:
        if paper.stamp.revision <= previous.stamp.revision:
            raise InputError(
                f"Revision {paper.stamp.revision} must be above {previous.stamp.revision}, that "
                "of the plan before: calendars take no notice of a change otherwise."
            )
        cancelled = [event for event in _events(previous, rule) if event.uid not in events]
    if not events and not cancelled:
        raise InputError(
            f"{rule.unit_id} of {rule.service} has no shift in this plan. Name another unit."
        )
    status = "TENTATIVE" if paper.stamp.is_draft else "CONFIRMED"
    name = _escape(f"{rule.unit_id}, {paper.stamp.title}")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Patrolwise//Patrolwise {_escape(paper.stamp.version)}//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        *(line for event in events.values() for line in _event_lines(paper, event, status)),
        *(line for event in cancelled for line in _event_lines(paper, event, "CANCELLED")),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold_line(line)}\r\n" for line in lines)


def fold_line(line: str) -> str:
    r"""Return a content line cut into pieces of at most 75 octets, no letter cut in two.

    Parameters
    ----------
    line : str
        Without its line break.

    Returns
    -------
    str
        Pieces joined by CRLF and a space.

    Examples
    --------
    >>> fold_line("SUMMARY:" + "a" * 70).split("\r\n ")[1]
    'aaa'
    """
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins the next line counts
        piece, size = piece + letter, size + octets
    return "\r\n ".join([*pieces, piece])


def _events(paper: PlanPaper, rule: CalendarRule) -> Iterator[_Event]:
    own = (pl.col("service") == rule.service) & (pl.col("unit_id") == rule.unit_id)
    shifts = paper.shifts.filter(own).sort("start", "shift")
    visits = paper.visits.filter(own).sort("start", "end")
    for shift in shifts.iter_rows(named=True):
        is_shift = [pl.col(name) == shift[name] for name in SHIFT_KEY]
        rows = visits.filter(is_shift).to_dicts() if rule.with_visits else []
        clock = ShiftClock(start=shift["start"], end=shift["end"])
        yield _Event(
            uid=_uid(paper, shift, "shift"),
            start=shift["start"],
            end=shift["end"],
            summary=f"{_mark(paper)}{shift['unit_id']}: {shift['shift']} shift",
            description="\n".join(_say_shift(paper, rows, clock)),
        )
        seen: dict[str, int] = {}
        for row in rows:
            if row["area_id"] is not None:
                seen[row["area_id"]] = seen.get(row["area_id"], 0) + 1
                place = paper.names[row["area_id"]]
                yield _Event(
                    uid=_uid(paper, shift, "visit", row["area_id"], seen[row["area_id"]]),
                    start=row["start"],
                    end=row["end"],
                    summary=f"{_mark(paper)}{shift['unit_id']}: {place}",
                    description=paper.stamp.origin,
                    place=place,
                )


def _say_shift(paper: PlanPaper, rows: list[Row], clock: ShiftClock) -> Iterator[str]:
    if paper.stamp.notice:
        yield paper.stamp.notice
    for row in rows:
        place = "break" if row["area_id"] is None else paper.names[row["area_id"]]
        yield f"{clock.span(row['start'], row['end'])} {place}"
    yield paper.stamp.origin


def _mark(paper: PlanPaper) -> str:
    stamp = paper.stamp
    marks = (("SIMULATED", stamp.is_simulated), ("DRAFT", stamp.is_draft))
    return "".join(f"{mark} " for mark, is_so in marks if is_so)


def _uid(paper: PlanPaper, shift: Row, *what: str | int) -> str:
    """Return an id that rests on what an event is, not on when: a change of times keeps it."""
    named = [paper.stamp.title, *(str(shift[name]) for name in SHIFT_KEY), *map(str, what)]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:32] + "@patrolwise"


def _event_lines(paper: PlanPaper, event: _Event, status: str) -> Iterator[str]:
    stamp = paper.stamp
    made = datetime.combine(stamp.decided or event.start.date(), time(), UTC)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_instant(made)}"
    yield f"SEQUENCE:{stamp.revision}"
    yield f"DTSTART:{_instant(event.start)}"
    yield f"DTEND:{_instant(event.end)}"
    yield f"SUMMARY:{_escape(event.summary)}"
    yield f"DESCRIPTION:{_escape(event.description)}"
    if event.place:
        yield f"LOCATION:{_escape(event.place)}"
    yield f"STATUS:{status}"
    yield "CLASS:PRIVATE"
    # A visit lies within its shift: it must not look like a clash of duties.
    yield f"TRANSP:{'TRANSPARENT' if event.place else 'OPAQUE'}"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _CONTROL.sub("", lines)
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")
