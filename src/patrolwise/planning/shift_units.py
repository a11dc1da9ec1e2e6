"""Which units are on a shift, from when to when, and within which hours they have their break."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.planning.shift_hours import ShiftClock, find_runs, within_hours
from patrolwise.planning.shift_inputs import BreakRule, ShiftInputs
from patrolwise.planning.shift_problem import NOWHERE, PlanUnit

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class UnitsOnShift:
    """The units of the shifts that are planned together."""

    clock: ShiftClock  # from the first unit's start to the last one's end
    units: tuple[PlanUnit, ...]
    shift_names: tuple[str, ...]  # of each unit
    notes: tuple[str, ...] = ()


def find_units(inputs: ShiftInputs, day: date, shifts: Sequence[str]) -> UnitsOnShift:
    """Return the units that the rota has on some shifts of a day.

    A unit is there while all its people are: from the last one's start to the first one's end.

    Parameters
    ----------
    inputs : ShiftInputs
    day : date
        Local, on which the shifts begin.
    shifts : sequence of str
        Names of the shift templates.

    Returns
    -------
    UnitsOnShift
        In order of service and unit.

    Raises
    ------
    InputError
        The rota has nobody on one of the shifts; a unit is on two of them, or of two services;
        its people are never there at once; or a break does not fit its hours. All are named.
    """
    own = inputs.rota.filter(pl.col("day") == day, pl.col("shift").is_in(list(shifts)))
    if missing := [shift for shift in shifts if shift not in own["shift"]]:
        raise InputError(
            f"The rota has nobody on {' or '.join(missing)} on {day}. Make the rota first, or "
            f"name a shift that it has: {', '.join(_shifts_of(inputs.rota, day)) or 'none'}."
        )
    rows = own.group_by("service", "unit_id").agg(
        pl.col("shift").unique().sort(),
        pl.col("start").max(),
        pl.col("end").min(),
        pl.len().cast(pl.Int64).alias("people"),
        (pl.col("start").n_unique() + pl.col("end").n_unique() > 2).alias("hours_differ"),
    )
    rows = rows.sort("service", "unit_id")
    check_faults(f"Rota of {day}", _row_faults(rows))
    start: datetime = rows["start"].min()  # type: ignore[assignment]
    end: datetime = rows["end"].max()  # type: ignore[assignment]
    clock = ShiftClock(start, (end - start) // _MINUTE)
    units, faults = [], []
    for row in rows.iter_rows(named=True):
        unit = _make_unit(inputs, clock, row)
        units.append(unit)
        faults += _break_faults(clock, unit, inputs.break_rule(unit.service, row["shift"][0]))
    check_faults(f"Rota of {day}", faults)
    notes = [
        f"The people of {unit_id} have different hours: it is planned while all are there."
        for unit_id in rows.filter("hours_differ")["unit_id"]
    ]
    names = tuple(row[0] for row in rows["shift"])
    return UnitsOnShift(clock=clock, units=tuple(units), shift_names=names, notes=tuple(notes))


def _shifts_of(rota: pl.DataFrame, day: date) -> list[str]:
    return rota.filter(pl.col("day") == day)["shift"].unique().sort().to_list()


def _row_faults(rows: pl.DataFrame) -> list[str]:
    faults = [
        f"Unit {unit_id} is of two services. Give one of them another id."
        for unit_id in rows.filter(pl.col("unit_id").is_duplicated())["unit_id"].unique().sort()
    ]
    for row in rows.iter_rows(named=True):
        if len(row["shift"]) > 1:
            faults.append(
                f"Unit {row['unit_id']} is on {' and '.join(row['shift'])}, which are planned as "
                "one. Give the unit of one of them another id."
            )
        if row["end"] <= row["start"]:
            faults.append(
                f"The people of {row['unit_id']} are never there at once. Mend their hours."
            )
    return faults


def _make_unit(inputs: ShiftInputs, clock: ShiftClock, row: dict[str, Any]) -> PlanUnit:
    service, first = row["service"], -((clock.start - row["start"]) // _MINUTE)
    until = (row["end"] - clock.start) // _MINUTE
    base_id = inputs.base_of(row["unit_id"], service)
    rule = inputs.break_rule(service, row["shift"][0])
    has_break = rule is not None and until - first > rule.longest_without_min
    break_from, break_until = (0, 0)
    if rule is not None and has_break:
        break_from, break_until = _break_hours(clock, rule, first, until)
    return PlanUnit(
        unit_id=row["unit_id"],
        service=service,
        start=first,
        end=until,
        base=len(inputs.area_ids) + inputs.bases.index(base_id) if base_id else NOWHERE,
        break_min=rule.minutes if rule is not None and has_break else 0,
        break_from=break_from,
        break_until=break_until,
        people=row["people"],
    )


def _break_hours(clock: ShiftClock, rule: BreakRule, first: int, until: int) -> tuple[int, int]:
    """Return the longest run of minutes on duty within the hours of the break; 0, 0 if none."""
    mask = within_hours(clock, rule.earliest, rule.latest).copy()
    mask[:first] = mask[until:] = False
    runs = [run for run in find_runs(mask) if mask[run[0]]]
    return max(runs, key=lambda run: run[1] - run[0], default=(0, 0))


def _break_faults(clock: ShiftClock, unit: PlanUnit, rule: BreakRule | None) -> list[str]:
    if rule is None or unit.break_until - unit.break_from >= unit.break_min:
        return []
    first, until = clock.local[unit.start], clock.local[unit.end - 1] + _MINUTE
    return [
        f"Unit {unit.unit_id} is on duty from {first:%H:%M} to {until:%H:%M}, and its break of "
        f"{rule.minutes} min lies between {rule.earliest:%H:%M} and {rule.latest:%H:%M}: it does "
        "not fit. Widen the break's hours, or give the shift a break rule of its own."
    ]
