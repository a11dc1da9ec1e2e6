"""How one shift's problem is made of the rota, the dose rules, the experiment and what is decided.

A shift is a day and the names of the shift templates that run beside each other on it: units of
all of them are planned together, so that services can be kept apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.plan_rows import read_back
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.shift_demands import LeftOut, OtherVisit, ShiftSetting, make_demand
from patrolwise.planning.shift_hours import ShiftClock
from patrolwise.planning.shift_inputs import ShiftInputs
from patrolwise.planning.shift_problem import Demand, ShiftPlan, ShiftProblem
from patrolwise.planning.shift_units import UnitsOnShift, find_units
from patrolwise.planning.travel import make_matrices
from patrolwise.tables import check_columns
from patrolwise.times import patrol_day

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class DayShift:
    """A local day and the shift templates that run beside each other on it."""

    day: date
    shifts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.day} {' and '.join(self.shifts)}"


@dataclass(frozen=True, kw_only=True)
class BuiltShift:
    """A shift's problem, and in words what was left out of it and why."""

    problem: ShiftProblem
    day: date  # local, on which the shift begins
    patrol_day: date  # whose doses and arms hold
    shift_names: tuple[str, ...]  # of each unit of the problem: its shift template
    notes: tuple[str, ...] = ()


def find_day_shifts(rota: pl.DataFrame) -> tuple[DayShift, ...]:
    """Return which shifts are to be planned, those that overlap on a day as one.

    Parameters
    ----------
    rota : (n, 8) ROTA

    Returns
    -------
    tuple of DayShift, by day and start; none for a rota without rows
        Shifts of one day that only touch, the one ending as the other begins, are two.
    """
    check_columns(rota, ROTA, name="rota")
    spans = rota.group_by("day", "shift").agg(pl.col("start").min(), pl.col("end").max())
    found: list[DayShift] = []
    until: datetime | None = None
    for day, shift, start, end in spans.sort("day", "start", "shift").iter_rows():
        if found and found[-1].day == day and until is not None and start < until:
            found[-1] = DayShift(day=day, shifts=(*found[-1].shifts, shift))
            until = max(until, end)
        else:
            found.append(DayShift(day=day, shifts=(shift,)))
            until = end
    return tuple(found)


def build_shift_problem(inputs: ShiftInputs, day: date, shifts: Sequence[str]) -> BuiltShift:
    """Return the problem of one shift, and in words what was left out of it.

    The shift's patrol day, whose doses are owed and whose arms are law, is the one that holds
    most of its minutes; no visit is planned in minutes of another.

    Parameters
    ----------
    inputs : ShiftInputs
    day : date
        Local, on which the shifts begin.
    shifts : sequence of str
        Names of the shift templates to plan together, as `find_day_shifts` has them.

    Returns
    -------
    BuiltShift
        Locked rows of units that are no longer on the shift are left out with a note.

    Raises
    ------
    InputError
        As `find_units` and `make_matrices`; or a locked row cannot be kept: it is as `read_back`
        says, or in a hot spot where its service must not go. All are named.
    """
    on_shift = find_units(inputs, day, shifts)
    services = tuple(dict.fromkeys(unit.service for unit in on_shift.units))
    setting = ShiftSetting(
        inputs=inputs,
        clock=on_shift.clock,
        others=_other_visits(inputs, day, shifts),
        later=_later_shifts(inputs, on_shift.clock),
    )
    found = [make_demand(setting, one, area) for one in services for area in inputs.area_ids]
    left_out = [one for one in found if isinstance(one, LeftOut)]
    together = [one for one in inputs.separations if {*one.services} <= {*services}]
    modes = {service: inputs.service_rule(service).mode for service in services}
    bare = ShiftProblem(
        name=f"{day} {' and '.join(shifts)}",
        start=on_shift.clock.start,
        units=on_shift.units,
        area_ids=inputs.area_ids,
        travel=make_matrices(inputs.travel, inputs.area_ids, inputs.bases, modes),
        demands=tuple(one for one in found if isinstance(one, Demand)),
        separations=tuple(together),
    )
    locked, dropped = _read_locked(inputs, bare, day, shifts)
    check_faults(f"Locked rows of {bare.name}", _locked_faults(bare, locked, left_out))
    return BuiltShift(
        problem=replace(bare, locked=locked),
        day=day,
        patrol_day=on_shift.clock.patrol_day,
        shift_names=on_shift.shift_names,
        notes=(*on_shift.notes, *_day_notes(on_shift), *_tell_left_out(left_out), *dropped),
    )


def _other_visits(inputs: ShiftInputs, day: date, shifts: Sequence[str]) -> tuple[OtherVisit, ...]:
    is_own = (pl.col("day") == day) & pl.col("shift").is_in(list(shifts))
    rows = inputs.planned.filter(~is_own, pl.col("area_id").is_not_null()).select(
        "service", "area_id", patrol_day(pl.col("start")).alias("patrol_day"), "start", "end"
    )
    return tuple(OtherVisit(*row) for row in rows.iter_rows())


def _later_shifts(inputs: ShiftInputs, own: ShiftClock) -> dict[str, tuple[ShiftClock, ...]]:
    """Return each service's shifts that begin later and belong to the same patrol day."""
    spans = (
        inputs.rota.group_by("service", "day", "shift")
        .agg(pl.col("start").min(), pl.col("end").max())
        .filter(pl.col("start") > own.start)
        .sort("start", "service", "shift")
    )
    later: dict[str, tuple[ShiftClock, ...]] = {}
    for service, _, _, start, end in spans.iter_rows():
        clock = ShiftClock(start, (end - start) // _MINUTE)
        if clock.patrol_day == own.patrol_day:
            later[service] = (*later.get(service, ()), clock)
    return later


def _read_locked(
    inputs: ShiftInputs, problem: ShiftProblem, day: date, shifts: Sequence[str]
) -> tuple[ShiftPlan, list[str]]:
    """Return what is locked on this shift, and a note on each row of a unit that is not on it."""
    rows = inputs.planned.filter(
        "is_locked", pl.col("day") == day, pl.col("shift").is_in(list(shifts))
    )
    is_there = pl.col("unit_id").is_in([unit.unit_id for unit in problem.units])
    notes = [
        f"A locked {'break' if area_id is None else f'visit to {area_id}'} of {unit_id} is left "
        "out: the unit is not on this shift."
        for unit_id, area_id in rows.filter(~is_there).select("unit_id", "area_id").iter_rows()
    ]
    return read_back(problem, rows.filter(is_there)), notes


def _locked_faults(
    problem: ShiftProblem, locked: ShiftPlan, left_out: Sequence[LeftOut]
) -> list[str]:
    why = {(one.service, one.area_id): one.why for one in left_out}
    faults = []
    for visit in locked.visits:
        unit, area_id = problem.units[visit.unit], problem.area_ids[visit.area]
        if (unit.service, area_id) in why:
            time = problem.time_of(visit.start)
            faults.append(
                f"{unit.unit_id} is locked to visit {area_id} at {time:%H:%M} UTC, where "
                f"{unit.service} must not go: {why[unit.service, area_id]}. Unlock it."
            )
    return faults


def _day_notes(on_shift: UnitsOnShift) -> list[str]:
    clock = on_shift.clock
    if outside := int((~clock.within_patrol_day).sum()):
        return [
            f"No visit is planned in {outside} of the shift's {clock.minutes} minutes: they "
            f"belong to another patrol day than {clock.patrol_day}, which ends at 04:00 UTC."
        ]
    return []


def _tell_left_out(left_out: Sequence[LeftOut]) -> list[str]:
    areas: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        areas.setdefault((one.service, one.why), []).append(one.area_id)
    return [
        f"{service} does not go to {', '.join(ids)}: {why}."
        for (service, why), ids in areas.items()
    ]
