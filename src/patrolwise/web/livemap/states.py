"""What can be said of a unit on duty from its newest fix, its plan and what it said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_LATE = timedelta(minutes=5)
_SILENT = timedelta(minutes=5)
_SILENT_REFRESHES = 5  # a slow tracker is given more time before it counts as silent
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


class UnitState(StrEnum):
    """Where a unit is against its plan."""

    CALLED_AWAY = "Called away"
    NO_SIGNAL = "No signal"
    MADE_UP = "Place made up by an app"
    IN_PLACE = "In place"
    ON_THE_WAY = "On the way"
    LATE = "Late"
    ELSEWHERE = "Elsewhere"
    NOT_PLANNED = "Nothing planned now"


MARKS = {
    UnitState.CALLED_AWAY: "watch",
    UnitState.NO_SIGNAL: "bad",
    UnitState.MADE_UP: "bad",
    UnitState.IN_PLACE: "good",
    UnitState.ON_THE_WAY: "idle",
    UnitState.LATE: "watch",
    UnitState.ELSEWHERE: "watch",
    UnitState.NOT_PLANNED: "idle",
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of a unit now."""

    fix_time: datetime | None  # of its newest fix; None when there is none
    area_id: str | None  # the hot spot of that fix
    planned_area: str | None  # None: nothing is planned now, or a break
    planned_start: datetime | None
    is_away: bool  # it said that it was called away
    refresh_s: float = 30.0
    is_mock: bool = False  # an app on the phone made that place up


def judge_unit(seen: Seen, now: datetime) -> UnitState:
    """Return what a unit's place says against its plan.

    Parameters
    ----------
    seen : Seen
    now : datetime
        Aware.

    Returns
    -------
    UnitState
        What it said comes before where it is; a place that is too old, or that an app made up,
        says nothing.
    """
    if seen.is_away:
        return UnitState.CALLED_AWAY
    if is_silent(seen.fix_time, seen.refresh_s, now):
        return UnitState.NO_SIGNAL
    if seen.is_mock:
        return UnitState.MADE_UP
    return _judge_place(seen, now)


def _judge_place(seen: Seen, now: datetime) -> UnitState:
    if seen.planned_area is None or seen.planned_start is None:
        return UnitState.NOT_PLANNED
    if seen.area_id == seen.planned_area:
        return UnitState.IN_PLACE
    if now - seen.planned_start <= _LATE:
        return UnitState.ON_THE_WAY
    return UnitState.LATE if seen.area_id is None else UnitState.ELSEWHERE


def is_silent(fix_time: datetime | None, refresh_s: float, now: datetime) -> bool:
    """Return whether a device has sent nothing for longer than it should.

    Parameters
    ----------
    fix_time : datetime or None
    refresh_s : float
        How often it is expected to send.
    now : datetime
        Aware.

    Returns
    -------
    bool
        After five minutes, or five of its usual steps where those are longer.
    """
    allowed = max(_SILENT, timedelta(seconds=_SILENT_REFRESHES * refresh_s))
    return fix_time is None or now - fix_time > allowed


def tell_age(age: timedelta) -> str:
    """Return an age in words.

    Parameters
    ----------
    age : timedelta
        Below zero when a clock runs ahead.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_age(timedelta(seconds=20)), tell_age(timedelta(minutes=1)), tell_age(timedelta(days=3))
    ('less than a minute ago', '1 minute ago', '3 days ago')
    """
    if age < _MINUTE:
        return "less than a minute ago"
    for unit, one in (("day", timedelta(days=1)), ("hour", _HOUR), ("minute", _MINUTE)):
        if age >= one:
            many = age // one
            return f"{many} {unit}{'' if many == 1 else 's'} ago"
    raise AssertionError
