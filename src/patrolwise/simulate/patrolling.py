"""How simulated units go from hot spot to hot spot, and keep out of each other's way."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.simulate.bookings import STEP_OUT_M, Bookings, Ground
from patrolwise.simulate.services import SHIFTS, SeparationRule, ServicePlan
from patrolwise.simulate.walks import (
    choose_way_out,
    go_straight,
    nearest_edge,
    path_table,
    wander,
)
from patrolwise.tables import UTC_TIME, Column, Table, check_columns

Floats = NDArray[np.float64]

STAYS = Table(
    "STAYS",
    "one stay as it was decided; simulated",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("service", pl.String, "its service"),
        Column("area_id", pl.String, "the hot spot it went to"),
        Column("start", UTC_TIME, "when it came to the edge"),
        Column("end", UTC_TIME, "when it turned to leave: early, if it was called away"),
        Column("planned_s", pl.Float64, "seconds it was to stay"),
        Column("is_breach", pl.Boolean, "it sought a hot spot where another service was"),
    ),
)
# the columns of ABSTRACTIONS in patrols, which this package may not import
TRUE_ABSTRACTIONS = Table(
    "TRUE_ABSTRACTIONS",
    "one time that a unit was called away from an area; simulated",
    (
        Column("service", pl.String, "the service that the unit belongs to"),
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the area that it left"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("reason", pl.String, "arrest, emergency, safeguarding, custody or other"),
    ),
)

_WAIT_S = 300
_CUT_SHARES = (0.1, 0.9)  # of its stay that a unit has done when it is called away
_AWAY_S = (20 * 60, 90 * 60)


@dataclass(frozen=True)
class PatrolledShift:
    """What one unit did in one shift."""

    unit_id: str
    service: str
    path: pl.DataFrame  # TRUE_PATHS
    stays: pl.DataFrame  # STAYS
    abstractions: pl.DataFrame  # TRUE_ABSTRACTIONS


def patrol_shifts(
    shifts: pl.DataFrame,
    plans: Sequence[ServicePlan],
    areas: pl.DataFrame,
    rule: SeparationRule,
    rng: np.random.Generator,
) -> Iterator[PatrolledShift]:
    """Yield what each unit did in each shift, day by day.

    A unit goes to the hot spots where its service was least that day, in random order among
    equals. Where services are kept apart, it goes only where no unit of another service is or is
    to be, nor on its way; when there is no such place it waits 20 m outside the one it left.
    When no stay fits into its shift any more it goes home; its path ends with the shift.

    Parameters
    ----------
    shifts : (n, 5) SHIFTS
    plans : sequence of ServicePlan
        One for each service of `shifts`.
    areas : (m, 3) AREAS
        At least one.
    rule : SeparationRule
    rng : numpy Generator

    Yields
    ------
    PatrolledShift
        By day, then in the order of `shifts`.

    Raises
    ------
    InputError
        There is no area; or two areas lie so close that a unit leaving one could not wait
        between them, and services are to be kept apart.
    """
    check_columns(shifts, SHIFTS, name="shifts")
    scene = _Scene(Ground(areas), Bookings(rule), rng)
    if rule.keep_apart and shifts["service"].n_unique() > 1:
        scene.ground.check_room_between(max(plan.walk.reach_m for plan in plans))
    by_name = {plan.name: plan for plan in plans}
    for day in shifts.partition_by("day", maintain_order=True):
        units = [
            _Unit(
                plan=by_name[row["service"]],
                unit_id=row["unit_id"],
                start=int(row["start"].timestamp()),
                end=int(row["end"].timestamp()),
                here=scene.ground.base,
            )
            for row in day.iter_rows(named=True)
        ]
        _patrol_day(units, scene)
        yield from (_finish(unit) for unit in units)


@dataclass
class _Scene:
    """What all units share."""

    ground: Ground
    bookings: Bookings
    rng: np.random.Generator
    stays_today: Counter[tuple[str, int]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Visit:
    """The stay that a unit is in; it ends at the unit's `now`."""

    area: int
    way_in: Floats
    seconds: int
    away_s: int  # that it is then called away; 0 when it is not


@dataclass
class _Unit:
    """One unit in one shift, as far as it is decided; times are epoch seconds."""

    plan: ServicePlan
    unit_id: str
    start: int
    end: int
    here: Floats  # where it is at `now`, when it is in no stay
    now: int = 0
    visit: _Visit | None = None
    away_until: int = 0
    pieces: list[Floats] = field(default_factory=list)
    stays: list[tuple[object, ...]] = field(default_factory=list)
    abstractions: list[tuple[object, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.start


@dataclass(frozen=True)
class _Option:
    """A way to go on: to an area, by its number, or home, which is None."""

    area: int | None
    way_out: Floats
    leg: Floats  # one place a second
    arrive: int
    until: int


def _patrol_day(units: Sequence[_Unit], scene: _Scene) -> None:
    """Let the unit decide that is undecided the longest, until all shifts are over."""
    scene.bookings.forget_before(min(unit.start for unit in units))
    scene.stays_today.clear()
    queue = [(unit.now, number) for number, unit in enumerate(units)]
    heapq.heapify(queue)
    while queue:
        _, number = heapq.heappop(queue)
        unit = units[number]
        _decide(unit, scene)
        if unit.now < unit.end or unit.visit is not None:
            heapq.heappush(queue, (unit.now, number))


def _decide(unit: _Unit, scene: _Scene) -> None:
    if unit.visit is not None and unit.visit.away_s:
        _call_away(unit, unit.visit, scene)
    options = _find_options(unit, scene)
    rule = scene.bookings.rule
    if scene.rng.random() < rule.breach_rate:
        for option in options:
            if not _is_hot_spot_free(unit, option, scene):
                _take(unit, option, scene, is_breach=True)
                return
    for option in options:
        if not rule.keep_apart or _is_free(unit, option, scene):
            _take(unit, option, scene, is_breach=False)
            return
    _wait(unit, scene)


def _call_away(unit: _Unit, visit: _Visit, scene: _Scene) -> None:
    unit.away_until = unit.now + visit.away_s
    reasons = list(unit.plan.reasons)
    weights = np.array([unit.plan.reasons[reason] for reason in reasons])
    reason = reasons[scene.rng.choice(len(reasons), p=weights / weights.sum())]
    until = _utc(min(unit.away_until, unit.end))
    area_id = scene.ground.ids[visit.area]
    unit.abstractions.append((unit.plan.name, unit.unit_id, area_id, _utc(unit.now), until, reason))


def _find_options(unit: _Unit, scene: _Scene) -> list[_Option]:
    """Return the ways to go on, the best first; none when only the area it is in is left."""
    home = _way_to(unit, None, scene)
    order = scene.rng.random(len(scene.ground.ids))
    if unit.away_until > unit.now:
        return [home]
    done = scene.stays_today
    areas = sorted(range(len(order)), key=lambda a: (done[unit.plan.name, a], order[a]))
    fitting = [way for way in (_way_to(unit, a, scene) for a in areas) if way.until <= unit.end]
    if not fitting:
        return [home]
    current = None if unit.visit is None else unit.visit.area
    return [way for way in fitting if way.area != current]


def _way_to(unit: _Unit, area: int | None, scene: _Scene) -> _Option:
    ground, walk = scene.ground, unit.plan.walk
    way_out = unit.here
    if unit.visit is not None:
        goal = ground.base if area is None else ground.shapes[area]
        left = ground.shapes[unit.visit.area]
        way_out = choose_way_out(left, unit.visit.way_in, goal, unit.visit.seconds, walk)
    end = ground.base if area is None else nearest_edge(ground.shapes[area], way_out)
    leg = go_straight(way_out, end, walk.between_m_s)
    arrive = unit.now + len(leg)
    if area is not None:
        return _Option(area, way_out, leg, arrive, arrive + _planned_s(unit.plan))
    until = unit.away_until if unit.away_until > unit.now else unit.end
    return _Option(None, way_out, leg, arrive, max(arrive, until))


def _planned_s(plan: ServicePlan) -> int:
    return ceil(plan.minutes * 60)


def _is_free(unit: _Unit, option: _Option, scene: _Scene) -> bool:
    """Return whether no other service is met on the way or at its end."""
    return _is_hot_spot_free(unit, option, scene) and not any(
        scene.bookings.is_taken(area, start, end, unit.plan.name)
        for area, start, end in scene.ground.find_crossings(option.leg, unit.now)
    )


def _is_hot_spot_free(unit: _Unit, option: _Option, scene: _Scene) -> bool:
    until = _booked_until(unit, option.until)
    return option.area is None or not scene.bookings.is_taken(
        option.area, option.arrive, until, unit.plan.name
    )


def _booked_until(unit: _Unit, until: int) -> int:
    # a unit that waits takes its first steps out of the area after its stay
    return until + ceil(2 * STEP_OUT_M / unit.plan.walk.between_m_s)


def _take(unit: _Unit, option: _Option, scene: _Scene, *, is_breach: bool) -> None:
    _leave(unit, option.way_out, scene)
    unit.pieces.append(option.leg)
    for area, start, end in scene.ground.find_crossings(option.leg, unit.now):
        scene.bookings.add(area, start, end, unit.plan.name)
    if option.area is None:
        stood = np.repeat(scene.ground.base[None, :], option.until - option.arrive, axis=0)
        unit.pieces.append(stood)
        unit.here, unit.now = scene.ground.base, option.until
        return
    _begin_stay(unit, option, option.area, scene, is_breach=is_breach)


def _leave(unit: _Unit, way_out: Floats, scene: _Scene) -> None:
    """Let the unit walk about in the area it was in, now that it is known how it leaves."""
    if unit.visit is not None:
        visit, shape = unit.visit, scene.ground.shapes[unit.visit.area]
        ends = (visit.way_in, way_out)
        unit.pieces.append(wander(shape, ends, visit.seconds, unit.plan.walk, scene.rng))
        unit.visit = None


def _begin_stay(unit: _Unit, option: _Option, area: int, scene: _Scene, *, is_breach: bool) -> None:
    planned_s = _planned_s(unit.plan)
    seconds, away_s = planned_s, 0
    if scene.rng.random() < unit.plan.abstraction_chance:
        seconds = ceil(planned_s * scene.rng.uniform(*_CUT_SHARES))
        away_s = int(scene.rng.integers(*_AWAY_S))
    way_in = nearest_edge(scene.ground.shapes[area], option.way_out)
    unit.visit = _Visit(area, way_in, seconds, away_s)
    unit.now = option.arrive + seconds
    scene.stays_today[unit.plan.name, area] += 1
    scene.bookings.add(area, option.arrive, _booked_until(unit, unit.now), unit.plan.name)
    times = (_utc(option.arrive), _utc(unit.now))
    named = (unit.unit_id, unit.plan.name, scene.ground.ids[area])
    unit.stays.append((*named, *times, float(planned_s), is_breach))


def _wait(unit: _Unit, scene: _Scene) -> None:
    """Stand a while: where the unit is, or a few steps outside the area it was in."""
    step = np.empty((0, 2))
    if unit.visit is not None:
        shape = scene.ground.shapes[unit.visit.area]
        visit, walk = unit.visit, unit.plan.walk
        way_out = choose_way_out(shape, visit.way_in, scene.ground.base, visit.seconds, walk)
        unit.here = scene.ground.waiting_place(visit.area, way_out)
        step = go_straight(way_out, unit.here, walk.between_m_s)
        _leave(unit, way_out, scene)
    unit.pieces += [step, np.repeat(unit.here[None, :], _WAIT_S, axis=0)]
    unit.now += len(step) + _WAIT_S


def _finish(unit: _Unit) -> PatrolledShift:
    places = np.concatenate(unit.pieces)[: unit.end - unit.start]
    return PatrolledShift(
        unit_id=unit.unit_id,
        service=unit.plan.name,
        path=path_table(unit.unit_id, _utc(unit.start), places),
        stays=pl.DataFrame(unit.stays, schema=STAYS.schema, orient="row"),
        abstractions=pl.DataFrame(unit.abstractions, schema=TRUE_ABSTRACTIONS.schema, orient="row"),
    )


def _utc(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
