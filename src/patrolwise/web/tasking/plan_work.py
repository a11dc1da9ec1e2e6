"""How a plan of this site is made, changed and checked with the library."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from patrolwise.errors import RefusedError
from patrolwise.files.plan_files import write_plan
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.study.plan_changes import replan
from patrolwise.study.plan_making import check_shifts
from patrolwise.study.plan_sources import read_plan_sources
from patrolwise.study.plan_study import MadePlan, check_plan_of, make_plan, shift_inputs
from patrolwise.study.planning_programme import PlanningForms, PlanProgramme
from patrolwise.study.reading import read_plan_programme
from patrolwise.tables import make_table
from patrolwise.times import Window
from patrolwise.web.tasking.models import Plan
from patrolwise.web.tasking.plan_folders import folder_path
from patrolwise.web.tasking.plan_tables import read_planned
from patrolwise.web.tasking.programmes import find_programme

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Worked:
    """What came of the work on a plan."""

    made: MadePlan
    changes: tuple[str, ...] = ()
    has_new_rows: bool = True  # False: the rows were right, and only the files are anew


def work_out(plan: Plan, *, progress: Progress) -> Worked:
    """Return what a plan's row asks for: a plan, a changed one, or one whose rows were edited.

    Parameters
    ----------
    plan : Plan
    progress : callable
        Told of each step.

    Returns
    -------
    Worked

    Raises
    ------
    InputError
        A form is wrong, or no plan can be made; why is told.
    RefusedError
        The programme is another than the one that the plan was made from.
    """
    if plan.folder:
        return Worked(made=_check(plan, plan, progress), has_new_rows=False)
    if plan.before is not None and plan.asked.get("unit_id"):
        return _replan(plan, plan.before, progress)
    if plan.before is not None:
        return Worked(made=_check(plan, plan.before, progress))
    return Worked(made=_make(plan, progress))


def find_new_breaches(
    plan: Plan, day: date, before: pl.DataFrame, after: pl.DataFrame
) -> list[str]:
    """Return the rules that a changed day breaks and the day as it was did not, in sentences.

    Parameters
    ----------
    plan : Plan
    day : date
    before, after : (n, 8) PLANNED_VISITS
        Of that day. What is locked before may not be moved.

    Returns
    -------
    list of str
        Of the library's checker; empty when the change may be kept.

    Raises
    ------
    InputError
        A unit is not on duty, or a file of the plan is gone.
    """
    programme = _settle(_open(plan), folder_path(plan.folder), streets=False)
    travel = pl.read_csv(folder_path(plan.folder) / "travel.csv", schema=TRAVEL.schema)
    sources = read_plan_sources(programme)
    sources = replace(sources, travel=make_table(TRAVEL, travel), decided=before)
    assert sources.rota is not None
    inputs = shift_inputs(programme, sources, sources.rota.filter(pl.col("day") == day))
    known, found = (
        [breach.sentence for shift in check_shifts(inputs, rows) for breach in shift.breaches]
        for rows in (before, after)
    )
    return [sentence for sentence in found if sentence not in known]


def _make(plan: Plan, progress: Progress) -> MadePlan:
    programme = _open(plan)
    kept_of = Plan.objects.filter(pk=plan.asked.get("keep")).first()
    if kept_of is None:
        return make_plan(programme, progress=progress)
    with _decided(kept_of) as decided:
        settled = _settle(programme, folder_path(kept_of.folder), decided=decided)
        return make_plan(settled, progress=progress)


def _check(plan: Plan, rows_of: Plan, progress: Progress) -> MadePlan:
    """Return what is known of rows that are in the database, locks and all."""
    with _decided(rows_of) as decided:
        programme = _settle(_open(plan), folder_path(rows_of.folder), decided=decided)
        return check_plan_of(programme, read_planned(rows_of), progress=progress)


def _replan(plan: Plan, before: Plan, progress: Progress) -> Worked:
    progress("Planning the rest of the shift")
    at = datetime.fromisoformat(plan.asked["at"])
    with _decided(before) as decided:
        programme = _settle(_open(plan), folder_path(before.folder), decided=decided)
        changed = replan(programme, read_planned(before), plan.asked["unit_id"], at)
    # what was locked may have had to give way: the change is law, the locks no longer are
    loose = _settle(_open(plan), folder_path(before.folder))
    made = check_plan_of(loose, changed.planned, progress=progress)
    return Worked(made=made, changes=changed.changes)


def _open(plan: Plan) -> PlanProgramme:
    programme = read_plan_programme(find_programme(plan.upload_id))
    if plan.programme_sha256 and programme.sha256 != plan.programme_sha256:
        raise RefusedError(
            "The programme is no longer the one that this plan was made from. Make a new plan."
        )
    window = Window("plan", plan.first, plan.last)
    planning = replace(
        programme.planning,
        window=window,
        rota_rule=replace(programme.planning.rota_rule, window=window),
        effort=plan.asked.get("effort") or programme.planning.effort,
    )
    return replace(programme, seed=plan.seed, planning=planning)


def _settle(
    programme: PlanProgramme, folder: Path, *, decided: Path | None = None, streets: bool = True
) -> PlanProgramme:
    """Return the programme with the rota of a plan, and with what was decided in it."""
    forms: PlanningForms = replace(
        programme.planning.forms, rota=folder / "rota.csv", decided=decided
    )
    forms = forms if streets else replace(forms, streets=None)
    return replace(programme, planning=replace(programme.planning, forms=forms))


@contextmanager
def _decided(plan: Plan) -> Iterator[Path | None]:
    """Give a file of the rows of a plan that are locked; None when none is."""
    locked = read_planned(plan).filter("is_locked")
    if locked.is_empty():
        yield None
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decided.csv"
        write_plan(path, locked)
        yield path
