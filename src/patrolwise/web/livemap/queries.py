"""What the page of the day shows: units, hot spots, alarms and devices now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from django.core.cache import cache
from django.db.models import Max, Q
from numpy.typing import NDArray

from patrolwise.places import area_geometries, to_national_grid
from patrolwise.web.field.assignments_queries import assignments_at
from patrolwise.web.field.models import Abstraction, Device, LastFix
from patrolwise.web.livemap.counting import patrol_day_of, span_of
from patrolwise.web.livemap.jobs import count_doses
from patrolwise.web.livemap.models import DayDose, RuleBook, Stay
from patrolwise.web.livemap.owed import SpotDose, tabulate_spots
from patrolwise.web.livemap.rules import find_book, is_outreach
from patrolwise.web.livemap.spots import SpotsInForce, find_spots
from patrolwise.web.livemap.states import (
    MARKS,
    Seen,
    UnitState,
    is_silent,
    judge_unit,
    tell_age,
)
from patrolwise.web.tasking.models import PlannedVisit, PlanState, UnitShift

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNT_EVERY_S = 60
_LEAVING = timedelta(minutes=10)  # a stay that ended longer ago is not the one going on
MARGIN_M = 75.0  # round a hot spot with outreach: the width of a street and a fix's error
LEAST_MARGIN_MIN = 15.0


@dataclass(frozen=True, kw_only=True)
class LiveUnit:
    """One unit on duty."""

    unit_id: str
    service: str
    until: datetime
    state: UnitState
    age: str  # of its newest fix, in words
    area_id: str | None
    place: str  # the hot spot's name, or empty
    since: datetime | None  # in that hot spot
    planned: str  # name of where it should be now, or empty
    planned_until: datetime | None
    longitude: float | None
    latitude: float | None
    is_mock: bool

    @property
    def mark(self) -> str:
        """Which of the four marks of the shell its state has."""
        return MARKS[self.state]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A police unit in or near a hot spot that is outreach's now or soon."""

    unit_id: str
    place: str
    distance_m: int  # 0: inside
    start: datetime  # of the outreach visit, as published
    end: datetime


@dataclass(frozen=True, kw_only=True)
class QuietDevice:
    """A device, or some, of a unit on duty that should be looked at."""

    name: str
    unit_id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Live:
    """All of the page."""

    now: datetime
    spots: SpotsInForce | None = None
    book: RuleBook | None = None
    units: list[LiveUnit] = field(default_factory=list)
    doses: list[SpotDose] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    devices: list[QuietDevice] = field(default_factory=list)
    counted: datetime | None = None  # when minutes were last counted
    margin_min: float = LEAST_MARGIN_MIN


@dataclass(frozen=True, kw_only=True, eq=False)
class _Carried:
    """A device that a unit has now."""

    device: Device
    fix: LastFix | None  # its newest, if the unit had the device by then
    has_sent: bool  # ever, for whatever unit
    people: int  # of the unit, who go by it


@dataclass(frozen=True, kw_only=True, eq=False)
class _Day:
    """Rows that several parts of the page need."""

    now: datetime
    spots: SpotsInForce | None
    shapes: NDArray[np.object_]
    shifts: list[UnitShift]  # police on duty
    visits: list[PlannedVisit]  # of today's published plans, of every service
    devices: dict[tuple[str, str], list[_Carried]]


def look_now(now: datetime) -> Live:
    """Return who is where now, what hot spots are owed, and what asks to be looked at.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Live
        Minutes are those last counted; a count is asked for when that is a minute ago.
    """
    ask_for_count(now)
    spots, book = find_spots(), find_book()
    day = _read_day(now, spots, book)
    units = _list_units(day)
    margin = max(book.margin_min if book else 0.0, LEAST_MARGIN_MIN)
    counted = DayDose.objects.filter(day=patrol_day_of(now)).aggregate(at=Max("counted"))["at"]
    return Live(
        now=now,
        spots=spots,
        book=book,
        units=units,
        doses=tabulate_spots(spots, book, day.visits, now=now) if spots else [],
        alarms=_find_alarms(day, units, book, margin),
        devices=list(_find_quiet(day)),
        counted=counted,
        margin_min=margin,
    )


def ask_for_count(now: datetime) -> None:
    """Have today counted in the background, at most once a minute whoever asks.

    Parameters
    ----------
    now : datetime
        Aware.
    """
    if cache.add("livemap-count", 1, _COUNT_EVERY_S):
        count_doses.enqueue(str(patrol_day_of(now)))


def find_version() -> str:
    """Return what changes whenever the page would: two small looks into the database.

    Returns
    -------
    str
    """
    fixes = LastFix.objects.aggregate(at=Max("received"))["at"]
    doses = DayDose.objects.order_by("-day").values_list("counted", flat=True).first()
    away = Abstraction.objects.aggregate(at=Max("received"))["at"]
    return f"{fixes or 0}-{doses.timestamp() if doses else 0}-{away.timestamp() if away else 0}"


def time_of(microseconds: int) -> datetime:
    """Return the time that a fix keeps as a number.

    Parameters
    ----------
    microseconds : int
        Since 1970, UTC.

    Returns
    -------
    datetime
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def _read_day(now: datetime, spots: SpotsInForce | None, book: RuleBook | None) -> _Day:
    on_duty = UnitShift.objects.filter(
        plan__state=PlanState.PUBLISHED.value, start__lte=now, end__gt=now
    )
    shifts = [shift for shift in on_duty if not is_outreach(shift.service, book)]
    visits = PlannedVisit.objects.filter(
        shift__plan__state=PlanState.PUBLISHED.value,
        end__gt=now,
        start__lt=max(span_of(patrol_day_of(now))[1], now + timedelta(hours=2)),
    ).select_related("shift")
    visits = visits.only("area_id", "start", "end", "shift__service")
    shapes = area_geometries(spots.areas) if spots else np.array([], dtype=object)
    return _Day(
        now=now,
        spots=spots,
        shapes=shapes,
        shifts=shifts,
        visits=list(visits),
        devices=_find_devices(now, {shift.unit_id for shift in shifts}),
    )


def _find_devices(now: datetime, units: set[str]) -> dict[tuple[str, str], list[_Carried]]:
    """Return the devices that units have now, by service and unit."""
    given = assignments_at(now).filter(device__is_active=True, unit_id__in=units)
    devices: dict[tuple[str, str], list[_Carried]] = {}
    for one in given.select_related("device__lastfix").order_by("device_id"):
        fix = getattr(one.device, "lastfix", None)
        is_own = fix is not None and time_of(fix.time) >= one.start  # else it is another unit's
        carried = _Carried(
            device=one.device,
            fix=fix if is_own else None,
            has_sent=fix is not None,
            people=one.people,
        )
        devices.setdefault((one.service, one.unit_id), []).append(carried)
    return devices


def _list_units(day: _Day) -> list[LiveUnit]:
    away = set(
        Abstraction.objects.filter(start__lte=day.now, start__gt=day.now - timedelta(hours=24))
        .filter(Q(end=None) | Q(end__gt=day.now))
        .values_list("service", "unit_id")
    )
    stays = {
        (stay.unit_id, stay.area_id): stay.start
        for stay in Stay.objects.filter(
            day=patrol_day_of(day.now), end__gte=day.now - _LEAVING
        ).order_by("start")
    }
    return [_look_at(day, shift, away, stays) for shift in day.shifts]


def _look_at(
    day: _Day,
    shift: UnitShift,
    away: set[tuple[str, str]],
    stays: dict[tuple[str, str], datetime],
) -> LiveUnit:
    carried = day.devices.get((shift.service, shift.unit_id), [])
    sent = [(one.fix.time, one.fix, one.device) for one in carried if one.fix is not None]
    newest = max(sent, key=lambda one: one[0]) if sent else None
    planned = next(
        (visit for visit in day.visits if visit.shift_id == shift.pk and visit.start <= day.now),
        None,
    )
    fix = newest[1] if newest else None
    fix_time = time_of(fix.time) if fix else None
    area_id = _find_area(day, fix)
    names = day.spots.names if day.spots else {}
    state = judge_unit(
        Seen(
            fix_time=fix_time,
            area_id=area_id,
            planned_area=(planned.area_id or None) if planned else None,
            planned_start=planned.start if planned else None,
            is_away=(shift.service, shift.unit_id) in away,
            refresh_s=newest[2].refresh_s if newest else 30.0,
            is_mock=fix.is_mock if fix else False,
        ),
        day.now,
    )
    return LiveUnit(
        unit_id=shift.unit_id,
        service=shift.service,
        until=shift.end,
        state=state,
        age=tell_age(day.now - fix_time) if fix_time else "never",
        area_id=area_id,
        place=names.get(area_id, "") if area_id else "",
        since=stays.get((shift.unit_id, area_id)) if area_id else None,
        planned=_tell_planned(planned, names),
        planned_until=planned.end if planned else None,
        longitude=fix.longitude if fix else None,
        latitude=fix.latitude if fix else None,
        is_mock=fix.is_mock if fix else False,
    )


def _tell_planned(planned: PlannedVisit | None, names: dict[str, str]) -> str:
    if planned is None:
        return ""
    return names.get(planned.area_id, planned.area_id) if planned.area_id else "Break"


def _find_area(day: _Day, fix: LastFix | None) -> str | None:
    """Return the hot spot that a fix is in; the first, where several overlap."""
    if fix is None or day.spots is None:
        return None
    inside = np.flatnonzero(shapely.covers(day.shapes, _point_of(fix.longitude, fix.latitude)))
    return str(day.spots.areas["area_id"][int(inside[0])]) if len(inside) else None


def _point_of(longitude: float, latitude: float) -> shapely.Point:
    x, y = to_national_grid([longitude], [latitude])
    return shapely.Point(x[0], y[0])


def _find_alarms(
    day: _Day, units: list[LiveUnit], book: RuleBook | None, margin_min: float
) -> list[Alarm]:
    """Return police units too near to where outreach is planned: its plan, never its positions."""
    if day.spots is None:
        return []
    soon = day.now + timedelta(minutes=margin_min)
    shapes = dict(zip(day.spots.areas["area_id"], day.shapes, strict=True))
    theirs = [
        visit
        for visit in day.visits
        if visit.start <= soon
        and visit.area_id in shapes
        and is_outreach(visit.shift.service, book)
    ]
    alarms = []
    for unit in units:
        if unit.longitude is None or unit.latitude is None or unit.state is UnitState.NO_SIGNAL:
            continue
        point = _point_of(unit.longitude, unit.latitude)
        for visit in theirs:
            away = shapes[visit.area_id].distance(point)
            if away <= MARGIN_M:
                name = day.spots.names[visit.area_id]
                alarms.append(
                    Alarm(
                        unit_id=unit.unit_id,
                        place=name,
                        distance_m=round(away),
                        start=visit.start,
                        end=visit.end,
                    )
                )
    return alarms


def _find_quiet(day: _Day) -> Iterable[QuietDevice]:
    for shift in day.shifts:
        carried = day.devices.get((shift.service, shift.unit_id), [])
        if not carried:
            yield QuietDevice(
                name="no device", unit_id=shift.unit_id, why="Nothing is set up to send for it."
            )
        people = sum(one.people for one in carried)
        if carried and shift.people and people != shift.people:
            yield QuietDevice(
                name=", ".join(one.device.name for one in carried),
                unit_id=shift.unit_id,
                why=f"People: {people} by its devices, {shift.people} by the plan. Its "
                "person-minutes follow its devices: say on their pages who goes by them.",
            )
        for one in carried:
            device, fix = one.device, one.fix
            at = time_of(fix.time) if fix else None
            if fix is not None and fix.is_mock:
                yield QuietDevice(
                    name=device.name,
                    unit_id=shift.unit_id,
                    why="Its phone says that an app made the place up. Nothing is credited.",
                )
            elif is_silent(at, device.refresh_s, day.now):
                never = f"It has sent nothing since {shift.unit_id} has it."
                unsent = never if one.has_sent else "It has never sent."
                told = f"Last fix {tell_age(day.now - at)}." if at else unsent
                yield QuietDevice(name=device.name, unit_id=shift.unit_id, why=told)
