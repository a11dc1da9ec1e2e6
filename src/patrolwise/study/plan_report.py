"""How a plan that was made becomes its record: the values behind plan.json and the report."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import polars as pl

from patrolwise.planning.breaches import RULES
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.unpredictability import find_entropy
from patrolwise.reporting.patrol_wording import format_times
from patrolwise.reporting.plan_records import (
    PLAN_SCHEMA,
    ArrivalRecord,
    ConflictRecord,
    MethodRecord,
    PlanBreachRecord,
    PlanDoseRecord,
    PlannedStayRecord,
    PlanReport,
    UnitShiftRecord,
)
from patrolwise.reporting.results import Made, QualityLine, WindowRecord
from patrolwise.study.experiment import lay_out
from patrolwise.study.experiment_record import describe_experiment
from patrolwise.study.plan_staff import describe_fairness, describe_requests
from patrolwise.study.plan_times import describe_doses, describe_margins, describe_times

if TYPE_CHECKING:
    from patrolwise.study.plan_study import MadePlan


FLOOR_EFFORT = 0.3  # for each shift


def describe_plan(made: MadePlan) -> PlanReport:
    """Return the record of a plan.

    Parameters
    ----------
    made : MadePlan
        Its own report is not looked at.

    Returns
    -------
    PlanReport
    """
    planning, stamp = made.programme.planning, made.paper.stamp
    window = planning.window
    search = SearchRule(seed=made.programme.seed, effort=FLOOR_EFFORT)
    times = describe_times(made.shifts, made.paper.services, planning.rota_rule.pay_an_hour, search)
    doses = describe_doses(
        made.paper, made.paper.services, window, made.owed, planning.delivered_share
    )
    conflicts = (*_conflicts(made), *_shortages(made, doses))
    breaches = tuple(_breaches(made))
    return PlanReport(
        schema=PLAN_SCHEMA,
        title=made.programme.title,
        notice=made.programme.notice,
        is_draft=stamp.is_draft,
        is_simulated=stamp.is_simulated,
        made=Made(
            version=version("patrolwise"),
            seed=made.programme.seed,
            programme_sha256=made.programme.sha256,
            inputs=made.sources.inputs,
        ),
        plan_sha256=stamp.plan_sha256,
        inputs_sha256=stamp.inputs_sha256,
        window=WindowRecord(
            name=window.name, first=str(window.first), last=str(window.last), days=window.days
        ),
        hot_spot_set=made.sources.spots.key,
        hot_spot_hash=made.sources.spots.hash,
        services=made.paper.services,
        is_feasible=not conflicts and not breaches,
        conflicts=conflicts,
        times=times,
        doses=doses,
        shifts=tuple(_shifts(made)),
        stays=tuple(_stays(made)),
        shown_day=_busiest_day(made.planned),
        margins=describe_margins(made.paper, planning.separations),
        fairness=describe_fairness(made),
        requests=describe_requests(made),
        experiment=describe_experiment(made.programme, lay_out(made.programme, made.sources)),
        arrivals=tuple(_arrivals(made)),
        methods=tuple(_methods(made)),
        rules_checked=tuple(RULES.values()),
        breaches=breaches,
        findings=tuple(_findings(made)),
        limits=_LIMITS,
        quality=tuple(_quality(made)),
    )


_LIMITS = (
    "Minutes planned are not minutes delivered: trackers say afterwards what was done.",
    "The way within a hot spot is part of its visit; travel times know no crowds and no weather.",
    "A plan keeps services apart by the clock. Who is late must be told where the other one is.",
)


_CONFLICT = "these rules cannot all be kept"


def _conflicts(made: MadePlan) -> Iterator[ConflictRecord]:
    for one in made.shifts:
        if one.conflict is not None:
            yield ConflictRecord(
                rules=one.conflict.sentences,
                sentence=f"{one.name}: {one.conflict.reason or _CONFLICT}",
                remedies=one.conflict.suggestions,
            )


def _shortages(made: MadePlan, doses: tuple[PlanDoseRecord, ...]) -> Iterator[ConflictRecord]:
    """Yield what is owed and not planned, where no conflict of a shift says why."""
    if any(one.conflict is not None for one in made.shifts):
        return
    owing = {rule.service for rule in made.programme.planning.services if rule.is_owed}
    for dose in doses:
        lacks = (dose.owed_min or 0.0) - dose.planned_min
        if dose.service in owing and lacks > 0.5:
            yield ConflictRecord(
                rules=(),
                sentence=(
                    f"{dose.name} is owed {dose.owed_min:g} min of {dose.service} and gets "
                    f"{dose.planned_min:g}: no shift has room for the rest."
                ),
                remedies=("The data-quality part says what was left out of which shift, and why.",),
            )


def _breaches(made: MadePlan) -> Iterator[PlanBreachRecord]:
    for one in made.shifts:
        for breach in one.breaches:
            yield PlanBreachRecord(shift=one.name, rule=breach.rule, sentence=breach.sentence)


def _shifts(made: MadePlan) -> Iterator[UnitShiftRecord]:
    for row in made.paper.shifts.iter_rows(named=True):
        yield UnitShiftRecord(
            unit_id=row["unit_id"],
            service=row["service"],
            day=str(row["day"]),
            shift=row["shift"],
            start=row["start"].isoformat(),
            end=row["end"].isoformat(),
            people=row["people"],
        )


def _stays(made: MadePlan) -> Iterator[PlannedStayRecord]:
    for row in made.planned.iter_rows(named=True):
        yield PlannedStayRecord(
            unit_id=row["unit_id"],
            service=row["service"],
            day=str(row["day"]),
            shift=row["shift"],
            area_id=row["area_id"] or "",
            start=row["start"].isoformat(),
            end=row["end"].isoformat(),
        )


def _busiest_day(planned: pl.DataFrame) -> str:
    days = planned.filter(pl.col("area_id").is_not_null()).group_by("day").len()
    return str(days.sort("len", "day", descending=[True, False])["day"][0]) if days.height else ""


def _arrivals(made: MadePlan) -> Iterator[ArrivalRecord]:
    names = made.paper.names
    for row in find_entropy(made.planned).iter_rows(named=True):
        yield ArrivalRecord(
            area_id=row["area_id"],
            name=names[row["area_id"]],
            service=row["service"],
            visits=row["visits"],
            entropy_bits=row["entropy_bits"],
            most_bits=row["most_bits"],
        )


def _methods(made: MadePlan) -> Iterator[MethodRecord]:
    for one in made.shifts:
        if one.solved is not None:
            yield MethodRecord(
                shift=one.name,
                method=one.solved.method,
                score=float(one.solved.score),
                bound=None if one.solved.bound is None else float(one.solved.bound),
                was_cut=one.solved.was_cut,
            )


def _findings(made: MadePlan) -> Iterator[str]:
    visits = made.planned.filter(pl.col("area_id").is_not_null())
    minutes = ((visits["end"] - visits["start"]).dt.total_minutes()).sum()
    yield (
        f"{format_times(visits.height, 'visit')} and {minutes:,} minutes in hot spots are planned "
        f"on {format_times(len(made.shifts), 'shift')}."
    )
    unmet = sum(one.conflict is not None for one in made.shifts)
    if unmet:
        yield (
            f"On {unmet} of {format_times(len(made.shifts), 'shift')} not all that is owed can be "
            "done; as much as can be is planned, and the rules that stand against each other are "
            "named."
        )
    if made.made_rota is not None and made.made_rota.shortfalls.height:
        number = made.made_rota.shortfalls.height
        yield f"{format_times(number, 'shift')} with fewer units than wanted."


def _quality(made: MadePlan) -> Iterator[QualityLine]:
    yield from (QualityLine(what=note) for note in made.sources.notes)
    yield from (
        QualityLine(what=f"{one.name}: {note}") for one in made.shifts for note in one.built.notes
    )
    if made.made_rota is not None:
        for row in made.made_rota.shortfalls.iter_rows(named=True):
            yield QualityLine(what=_tell_shortfall(row))
        proof = "proven best" if made.made_rota.is_proven else f"gap {made.made_rota.gap:.0%}"
        yield QualityLine(what="Rota", note=f"cost {made.made_rota.cost:,.1f} points, {proof}")


def _tell_shortfall(row: dict[str, Any]) -> str:
    wanted = format_times(row["wanted"], "unit")
    return f"{row['day']} {row['shift']}: {row['planned']} of {wanted}. {row['why']}"
