"""What stays as it is when a shift is planned anew in its middle, and what is lost."""

from dataclasses import dataclass, replace

from patrolwise.errors import check_faults
from patrolwise.planning.breaches import Entry
from patrolwise.planning.shift_problem import PlannedVisit, PlanUnit, ShiftPlan, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class UnitChange:
    """New hours of one unit, in minutes of the shift. It fell out when it ends now."""

    unit_id: str
    start: int | None = None  # it comes at; None as planned
    end: int | None = None  # it must be back at its base by, or fell out at; None as planned


@dataclass(frozen=True, kw_only=True)
class ShiftChange:
    """What happened, when, and how much changing the plan costs."""

    now: int  # minute of the shift
    units: tuple[UnitChange, ...]
    freeze_min: int = 20  # what begins so soon is not changed: units are on their way
    change_cost: int = 100  # in prizes: a visit or break is moved only if that earns more

    def __post_init__(self) -> None:
        faults = []
        if self.freeze_min < 0 or self.change_cost < 0:
            faults.append(
                "freeze_min and change_cost must be 0 or more, got "
                f"{self.freeze_min} and {self.change_cost}."
            )
        ids = [unit.unit_id for unit in self.units]
        faults += [
            f"Unit {unit_id} is changed twice. Give its new hours once."
            for unit_id in sorted({one for one in ids if ids.count(one) > 1})
        ]
        check_faults(f"Change at minute {self.now}", faults)

    @property
    def free_from(self) -> int:
        """The first minute at which something new can begin."""
        return self.now + self.freeze_min


@dataclass(frozen=True, kw_only=True)
class FrozenShift:
    """A shift from now on: what is fixed, and what of the old plan is open or lost."""

    problem: ShiftProblem  # new hours; what is over, under way or soon is locked
    open_plan: ShiftPlan  # of the old plan: neither locked nor lost
    lost: ShiftPlan  # of the old plan: who was to do it is not there then
    without_break: tuple[int, ...]  # units whose new hours leave no room for their break


def freeze_shift(problem: ShiftProblem, plan: ShiftPlan, change: ShiftChange) -> FrozenShift:
    """Return what stays as it is, and what is open, when a shift is planned anew.

    Fixed are visits and breaks that are over, under way, or begin within `freeze_min`. Lost are
    those of a unit that is not there for the whole of them, with its way to them and home.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
        Keeps the rules of the problem.
    change : ShiftChange

    Returns
    -------
    FrozenShift

    Raises
    ------
    InputError
        A unit is not on the shift, or its new hours end before they begin.
    """
    hours = _new_hours(problem, change)
    lost = ShiftPlan(
        visits=tuple(visit for visit in plan.visits if _is_lost(problem, visit, hours, change)),
        breaks=tuple(pause for pause in plan.breaks if _is_lost(problem, pause, hours, change)),
    )
    left = _without(plan, lost)
    by_hand = _without(left, _without(left, problem.locked))
    soon = ShiftPlan(
        visits=tuple(visit for visit in left.visits if visit.start < change.free_from),
        breaks=tuple(pause for pause in left.breaks if pause.start < change.free_from),
    )
    open_plan = _without(_without(left, by_hand), soon)
    fixed = _without(left, open_plan)
    locked = ShiftPlan(
        visits=tuple(replace(visit, is_locked=True) for visit in fixed.visits),
        breaks=tuple(replace(pause, is_locked=True) for pause in fixed.breaks),
    )
    units = [
        _unit_from_now(problem, number, hours[number], locked, change)
        for number in range(len(problem.units))
    ]
    return FrozenShift(
        problem=replace(problem, units=tuple(units), locked=locked),
        open_plan=ShiftPlan(
            visits=tuple(replace(visit, is_locked=False) for visit in open_plan.visits),
            breaks=tuple(replace(pause, is_locked=False) for pause in open_plan.breaks),
        ),
        lost=lost,
        without_break=tuple(
            number
            for number, unit in enumerate(units)
            if problem.units[number].break_min and not unit.break_min
        ),
    )


def _new_hours(problem: ShiftProblem, change: ShiftChange) -> list[tuple[int, int]]:
    """Return when each unit is there; end before start where it never comes."""
    changes = {unit.unit_id: unit for unit in change.units}
    ids = [unit.unit_id for unit in problem.units]
    faults = [
        f"Unit {unit_id} is not on the shift; there are {', '.join(ids)}."
        for unit_id in changes
        if unit_id not in ids
    ]
    hours = []
    for unit in problem.units:
        found = changes.get(unit.unit_id, UnitChange(unit_id=unit.unit_id))
        start = unit.start if found.start is None else found.start
        end = unit.end if found.end is None else found.end
        if found.start is not None and start >= end:
            faults.append(
                f"Unit {unit.unit_id} would come at minute {start} and leave at {end}. Give an end "
                "after the start, or leave the start out if it does not come."
            )
        hours.append((start, end))
    check_faults(f"Change at minute {change.now}", faults)
    return hours


def _is_lost(
    problem: ShiftProblem, entry: Entry, hours: list[tuple[int, int]], change: ShiftChange
) -> bool:
    unit, (start, end) = problem.units[entry.unit], hours[entry.unit]
    coming = leaving = 0
    if isinstance(entry, PlannedVisit):
        coming = problem.minutes_between(entry.unit, unit.base, entry.area)
        leaving = problem.minutes_between(entry.unit, entry.area, unit.base)
    is_too_early = start != unit.start and entry.start < start + coming
    is_too_late = end != unit.end and entry.end > change.now and entry.end + leaving > end
    return is_too_early or is_too_late


def _without(plan: ShiftPlan, other: ShiftPlan) -> ShiftPlan:
    """Return what of a plan is not in another, whatever is locked."""
    visits = {(visit.unit, visit.start) for visit in other.visits}
    breaks = {(pause.unit, pause.start) for pause in other.breaks}
    return ShiftPlan(
        visits=tuple(one for one in plan.visits if (one.unit, one.start) not in visits),
        breaks=tuple(one for one in plan.breaks if (one.unit, one.start) not in breaks),
    )


def _unit_from_now(
    problem: ShiftProblem,
    number: int,
    hours: tuple[int, int],
    locked: ShiftPlan,
    change: ShiftChange,
) -> PlanUnit:
    unit = problem.units[number]
    if hours == (unit.start, unit.end):
        return unit
    visits = [visit for visit in locked.visits if visit.unit == number]
    ends = [
        visit.end + problem.minutes_between(number, visit.area, unit.base) for visit in visits
    ] + [pause.end for pause in locked.breaks if pause.unit == number]
    start, end = hours
    # what it has done needs its time; a unit that never comes keeps one minute and its number
    end = max([end, start + 1, *ends])
    new = replace(unit, start=start, end=end)
    has_taken = any(pause.unit == number for pause in locked.breaks)
    if has_taken or _has_room_for_break(problem, number, (start, end), visits, change):
        return new
    return replace(new, break_min=0, break_from=0, break_until=0)


def _has_room_for_break(
    problem: ShiftProblem,
    number: int,
    hours: tuple[int, int],
    visits: list[PlannedVisit],
    change: ShiftChange,
) -> bool:
    """Return whether a unit can still take its break between what is fixed."""
    unit = problem.units[number]
    place, free = unit.base, hours[0]
    for target, until, leaves in [
        *((visit.area, visit.start, visit.end) for visit in visits),
        (unit.base, hours[1], hours[1]),
    ]:
        begin = max(free, unit.break_from, change.free_from)
        way = problem.minutes_between(number, place, target)
        is_in_window = begin + unit.break_min <= min(until, unit.break_until)
        if is_in_window and free + way + unit.break_min <= until:
            return True
        place, free = target, leaves
    return False
