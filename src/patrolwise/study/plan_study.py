"""The recipe from a programme to a plan: rota, visits, checks, and the record of it all."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

import polars as pl

from patrolwise.errors import InputError
from patrolwise.places import to_longitude_latitude
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.planning.rota import MadeRota, make_rota
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_inputs import ShiftInputs
from patrolwise.reporting.card_records import Base, CardNotes, PlaceNote, ServiceNote
from patrolwise.reporting.plan_paper import UNIT_SHIFTS, PlanPaper, PlanStamp, list_unit_shifts
from patrolwise.reporting.plan_records import PlanReport
from patrolwise.study.plan_making import PlannedShift, check_shifts, join_plan, plan_shifts
from patrolwise.study.plan_report import describe_plan
from patrolwise.study.plan_sources import PlanSources, read_plan_sources
from patrolwise.study.plan_times import find_owed
from patrolwise.study.planning_programme import PlanProgramme
from patrolwise.tables import make_table

PLAN_STEPS = 5
ROTA_SHARE = 0.3  # of the effort


@dataclass(frozen=True, kw_only=True, eq=False)
class MadePlan:
    """A plan, everything it was made from, and what is known of it."""

    programme: PlanProgramme
    sources: PlanSources
    rota: pl.DataFrame  # ROTA
    made_rota: MadeRota | None  # None: the rota was settled
    rota_problem: RotaProblem | None  # likewise
    shifts: tuple[PlannedShift, ...]
    planned: pl.DataFrame  # PLANNED_VISITS
    owed: pl.DataFrame  # PLANNED_DOSES
    paper: PlanPaper
    notes: CardNotes
    report: PlanReport


def make_plan(programme: PlanProgramme, *, progress: Callable[[str], None]) -> MadePlan:
    """Return a rota and the patrol plan of every shift in it.

    Parameters
    ----------
    programme : PlanProgramme
    progress : callable
        Told of each of `PLAN_STEPS` steps and of the rounds in which shifts are planned.

    Returns
    -------
    MadePlan

    Raises
    ------
    InputError
        A file is wrong, a settled rota has no shift in the window, or no rota keeps the rules;
        what stands against each other is named.
    MissingExtraError
        The plan extra is not installed.
    """
    sources, rota, made_rota = _begin(programme, progress)
    inputs = shift_inputs(programme, sources, rota)
    search = _search(programme, 1.0 if made_rota is None else 1.0 - ROTA_SHARE)
    variety = programme.planning.variety
    shifts = plan_shifts(inputs, search, variety=variety, progress=progress)
    return _finish(programme, sources, (rota, made_rota), (inputs, shifts), progress)


def check_plan_of(
    programme: PlanProgramme, planned: pl.DataFrame, *, progress: Callable[[str], None]
) -> MadePlan:
    """Return what is known of a plan that was made elsewhere or edited by hand.

    Parameters
    ----------
    programme : PlanProgramme
        With a settled rota, or one is made that the plan must fit.
    planned : (n, 8) PLANNED_VISITS
    progress : callable

    Returns
    -------
    MadePlan
        With every rule that the plan breaks.

    Raises
    ------
    InputError
        A file is wrong, or the plan has rows of shifts that the rota has not.
    """
    sources, rota, made_rota = _begin(programme, progress)
    inputs = shift_inputs(programme, sources, rota)
    shifts = check_shifts(inputs, planned)
    return _finish(programme, sources, (rota, made_rota), (inputs, shifts), progress)


def shift_inputs(programme: PlanProgramme, sources: PlanSources, rota: pl.DataFrame) -> ShiftInputs:
    """Return all that shifts are planned from.

    Parameters
    ----------
    programme : PlanProgramme
    sources : PlanSources
    rota : (n, 8) ROTA

    Returns
    -------
    ShiftInputs

    Raises
    ------
    InputError
        A file names a service or hot spot that is not known, or rules do not fit each other.
    """
    planning = programme.planning
    return ShiftInputs(
        rota=rota,
        area_ids=tuple(sources.spots.areas["area_id"]),
        dose_rules=planning.dose_rules,
        service_rules=planning.services,
        travel=sources.travel,
        breaks=planning.breaks,
        separations=planning.separations,
        priorities=sources.priorities,
        events=sources.events,
        allocation=sources.allocation,
        arms=planning.arms,
        planned=sources.decided,
    )


def make_rota_problem(programme: PlanProgramme, sources: PlanSources) -> RotaProblem:
    """Return all that a rota is made from.

    Parameters
    ----------
    programme : PlanProgramme
    sources : PlanSources

    Returns
    -------
    RotaProblem

    Raises
    ------
    InputError
        Forms, shifts and staff do not fit each other.
    """
    window = programme.planning.window
    requests = sources.requests.filter(pl.col("day").is_between(window.first, window.last))
    return RotaProblem(
        templates=programme.planning.shifts,
        staff=sources.staff,
        rule=programme.planning.rota_rule,
        leave=sources.leave,
        requests=requests,
        availability=sources.availability,
        history=sources.burden,
    )


def _begin(
    programme: PlanProgramme, progress: Callable[[str], None]
) -> tuple[PlanSources, pl.DataFrame, MadeRota | None]:
    progress("Reading forms, hot spots and travel times")
    sources = read_plan_sources(programme)
    window = programme.planning.window
    if sources.rota is not None:
        progress("Taking the rota as it is")
        in_window = pl.col("day").is_between(window.first, window.last)
        settled = sources.rota.filter(in_window)
        if settled.is_empty():
            raise InputError(
                f"The rota has no shift from {window.first} to {window.last}. Give the rota of "
                "these days, or another window."
            )
        return sources, settled, None
    progress("Making a rota")
    made = make_rota(make_rota_problem(programme, sources), _search(programme, ROTA_SHARE))
    return sources, made.rota, made


def _search(programme: PlanProgramme, share: float) -> SearchRule:
    return SearchRule(seed=programme.seed, effort=programme.planning.effort * share)


def _finish(
    programme: PlanProgramme,
    sources: PlanSources,
    rota: tuple[pl.DataFrame, MadeRota | None],
    planned: tuple[ShiftInputs, tuple[PlannedShift, ...]],
    progress: Callable[[str], None],
) -> MadePlan:
    progress("Putting it together")
    inputs, shifts = planned
    visits = join_plan(shifts)
    window = programme.planning.window
    stamp = _stamp(programme, sources, rota[0], visits)
    paper = PlanPaper(
        stamp=stamp,
        shifts=_unit_shifts(inputs, rota[0]),
        visits=visits,
        areas=sources.spots.areas,
    )
    owed = find_owed(inputs, window, paper.services)
    made = MadePlan(
        programme=programme,
        sources=sources,
        rota=rota[0],
        made_rota=rota[1],
        rota_problem=None if rota[1] is None else make_rota_problem(programme, sources),
        shifts=shifts,
        planned=visits,
        owed=owed,
        paper=paper,
        notes=_card_notes(programme, sources, inputs, owed),
        report=_NO_REPORT,
    )
    return replace(made, report=describe_plan(made))


_NO_REPORT: PlanReport = None  # type: ignore[assignment]  # until it is described, in `_finish`


def _unit_shifts(inputs: ShiftInputs, rota: pl.DataFrame) -> pl.DataFrame:
    shifts = list_unit_shifts(rota)
    bases = [
        inputs.base_of(unit_id, service) or None
        for service, unit_id in shifts.select("service", "unit_id").iter_rows()
    ]
    return make_table(
        UNIT_SHIFTS, shifts.with_columns(pl.Series("base_id", bases, dtype=pl.String))
    )


def _stamp(
    programme: PlanProgramme, sources: PlanSources, rota: pl.DataFrame, visits: pl.DataFrame
) -> PlanStamp:
    inputs = [[one.name, one.sha256] for one in sources.inputs]
    made_from = json.dumps([programme.sha256, inputs])
    tables = rota.select(ROTA.names).write_csv() + visits.select(PLANNED_VISITS.names).write_csv()
    return PlanStamp(
        title=programme.title,
        version=version("patrolwise"),
        plan_sha256=hashlib.sha256(tables.encode()).hexdigest(),
        inputs_sha256=hashlib.sha256(made_from.encode()).hexdigest(),
        is_draft=programme.planning.is_draft,
        is_simulated=programme.planning.is_simulated,
    )


def _card_notes(
    programme: PlanProgramme, sources: PlanSources, inputs: ShiftInputs, owed: pl.DataFrame
) -> CardNotes:
    longitude, latitude = to_longitude_latitude(
        sources.bases["x"].to_numpy(), sources.bases["y"].to_numpy()
    )
    bases = [
        Base(base_id=base_id, name=base_id, longitude=float(lon), latitude=float(lat))
        for base_id, lon, lat in zip(sources.bases["place_id"], longitude, latitude, strict=True)
    ]
    return CardNotes(
        travel=sources.travel,
        bases=tuple(bases),
        places=tuple(
            PlaceNote(area_id=area_id, why=_why(sources, area_id, owed))
            for area_id in inputs.area_ids
        ),
        services=tuple(
            ServiceNote(service=rule.service, mode=rule.mode)
            for rule in programme.planning.services
        ),
        separations=programme.planning.separations,
    )


def _why(sources: PlanSources, area_id: str, owed: pl.DataFrame) -> str:
    """Return why a hot spot is on the card: what it was chosen for, and what it is owed."""
    chosen = sources.spots.definition.partition("@")[0].replace("-", " ")
    told = [f"Hot spot for {chosen}."]
    own = owed.filter(pl.col("area_id") == area_id, pl.col("planned_visits") > 0)
    rules = own.select("service", "planned_visits", "visit_min").unique(maintain_order=True)
    told += [
        f"{service} owes {visits} x {minutes:g} min a day."
        for service, visits, minutes in rules.iter_rows()
    ]
    return " ".join(told)[:160]
