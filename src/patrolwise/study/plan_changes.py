"""How a plan is changed in the middle of a shift, when a unit falls out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.plan_files import tell_rows
from patrolwise.planning.plan_rows import read_back, tabulate_plan
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.replan_freezing import ShiftChange, UnitChange
from patrolwise.planning.replanning import Replanned, replan_shift
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_building import BuiltShift, build_shift_problem, find_day_shifts
from patrolwise.study.plan_making import as_free
from patrolwise.study.plan_sets import check_no_set
from patrolwise.study.plan_sources import read_plan_sources
from patrolwise.study.plan_study import shift_inputs
from patrolwise.study.planning_programme import LOCAL, PlanProgramme
from patrolwise.study.writing import write_folder

REPLAN_EFFORT = 2.0  # about seconds


@dataclass(frozen=True, kw_only=True, eq=False)
class ChangedPlan:
    """A plan of which one shift was planned anew from a time on."""

    planned: pl.DataFrame  # PLANNED_VISITS of all shifts
    replanned: Replanned

    @property
    def changes(self) -> tuple[str, ...]:
        """What is otherwise than before, then what is lacking, in sentences."""
        told = [change.sentence for change in self.replanned.changes]
        return (*told, *self.replanned.shortfalls)


def read_local_time(text: str) -> datetime:
    """Return an instant that somebody wrote down.

    Parameters
    ----------
    text : str
        ISO; without an offset it is local, Europe/London.

    Returns
    -------
    datetime, UTC

    Raises
    ------
    InputError
        It is no time.

    Examples
    --------
    >>> read_local_time("2024-06-03T16:10").isoformat()
    '2024-06-03T15:10:00+00:00'
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--at is {text!r}. Write it as 2024-06-03T16:10.") from None
    return (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(LOCAL))).astimezone(UTC)


def replan(
    programme: PlanProgramme, planned: pl.DataFrame, unit_id: str, at: datetime
) -> ChangedPlan:
    """Return a plan changed as little as possible after a unit fell out.

    Parameters
    ----------
    programme : PlanProgramme
        With the rota that the plan was made for, as `rota`.
    planned : (n, 8) PLANNED_VISITS
    unit_id : str
    at : datetime
        When it fell out, aware.

    Returns
    -------
    ChangedPlan

    Raises
    ------
    InputError
        The programme names no rota, the unit is on no shift at that time, or the plan breaks a
        rule as it is.
    """
    sources = read_plan_sources(programme)
    if sources.rota is None:
        raise InputError(
            f"{programme.file_name} names no rota. Name the one that was written beside the plan "
            'as rota = "rota.csv": another rota might have other units.'
        )
    inputs = shift_inputs(programme, sources, sources.rota)
    on_duty = sources.rota.filter(
        pl.col("unit_id") == unit_id, pl.col("start") <= at, pl.col("end") > at
    )
    if on_duty.is_empty():
        raise InputError(
            f"{unit_id} is on no shift at {at.astimezone(ZoneInfo(LOCAL)):%H:%M on %d/%m/%Y}. "
            "Check the unit and the time."
        )
    day, name = on_duty.select("day", "shift").row(0)
    shift = next(
        one for one in find_day_shifts(sources.rota) if one.day == day and name in one.shifts
    )
    built = build_shift_problem(inputs, shift.day, shift.shifts)
    is_own = (pl.col("day") == day) & pl.col("shift").is_in(list(shift.shifts))
    minute = (at - built.problem.start) // timedelta(minutes=1)
    found = replan_shift(
        built.problem,
        as_free(read_back(built.problem, planned.filter(is_own)), built.problem.locked),
        ShiftChange(now=minute, units=(UnitChange(unit_id=unit_id, end=minute),)),
        SearchRule(seed=programme.seed, effort=REPLAN_EFFORT),
    )
    rows = _tabulate(built, found, planned.filter(is_own, "is_locked"))
    return ChangedPlan(planned=pl.concat([planned.filter(~is_own), rows]), replanned=found)


def _tabulate(built: BuiltShift, found: Replanned, locked: pl.DataFrame) -> pl.DataFrame:
    """Return the shift's rows; locked are those that were locked by hand and have not moved."""
    rows = tabulate_plan(found.problem, found.plan, built.day, built.shift_names)
    key = ["unit_id", "area_id", "start"]
    by_hand = locked.select(*key, pl.lit(value=True).alias("by_hand"))
    marked = rows.join(by_hand, on=key, how="left", nulls_equal=True, maintain_order="left")
    return marked.with_columns(is_locked=pl.col("by_hand").fill_null(value=False)).drop("by_hand")


def write_replan(made: ChangedPlan, out: Path) -> tuple[Path, ...]:
    """Write the changed plan, and what is otherwise in sentences.

    Parameters
    ----------
    made : ChangedPlan
    out : Path
        A folder; made when absent.

    Returns
    -------
    tuple of Path

    Raises
    ------
    InputError
        The folder cannot be written to, or holds a plan with its cards.
    """
    check_no_set(out)
    contents = {
        "plan.csv": tell_rows(made.planned, PLANNED_VISITS),
        "changes.txt": ("\n".join(made.changes) + "\n").encode(),
    }
    return write_folder(contents, out)
