"""What a programme plans, as a protocol freezes it, and how its results stand to the frozen one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from patrolwise import __version__
from patrolwise.evaluation.guards import FEWEST_AREAS, Guard, Severity
from patrolwise.evaluation.protocol import (
    Plan,
    PlanChange,
    PlannedArea,
    PlannedAreas,
    PlannedDays,
    PlannedTest,
    PlannedWindow,
    PlanStatus,
    Protocol,
    find_plan_changes,
    guard_protocol,
)
from patrolwise.files.allocations import read_published
from patrolwise.files.crimes import read_crimes
from patrolwise.hot_spots import HotSpotSet
from patrolwise.reporting.results import HarmRecord, OutcomeRecord, ProtocolChange, ProtocolRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.study.days_programme import PatrolDays
from patrolwise.study.file_names import PUBLIC
from patrolwise.study.programme import Programme
from patrolwise.study.protocol_standing import RING_TEST, ResultKey, hold_plan, stand_of
from patrolwise.study.spots import place_study
from patrolwise.tables import COUNTS, CRIMES, make_table
from patrolwise.times import Window

LEVEL = 0.95  # of every headline interval
AGAINST = ("ratio-of-ratios-robust", "ratio-of-ratios-permutation", "wdd-robust")
ALONE = ("rate-ratio-paired-months",)
COMPARATORS = ("difference-in-differences-permutation", "synthetic-control")
RINGS_TOGETHER = "wdd-robust-total"
BY_LOT = "patrol-days-ratio-randomisation"
BY_EXCHANGE = "patrol-days-ratio-permutation"


@dataclass(frozen=True, kw_only=True)
class Held:
    """Results held against a protocol: each with its standing, and the guards that fired."""

    outcomes: tuple[OutcomeRecord, ...]
    harm: tuple[HarmRecord, ...]
    record: ProtocolRecord | None
    guards: tuple[Guard, ...]


def plan_of(
    programme: Programme, spots: HotSpotSet, areas: StudyAreas, days: Sequence[PatrolDays] = ()
) -> Plan:
    """Return all that a programme plans.

    Parameters
    ----------
    programme : Programme
    spots : HotSpotSet
    areas : StudyAreas
    days : sequence of PatrolDays
        The comparisons of days that it declares.

    Returns
    -------
    Plan
    """
    compared = areas.comparison.height
    is_enough = compared > 0 and compared + areas.hot_spots.height >= FEWEST_AREAS
    return Plan(
        question=programme.question,
        outcomes=programme.definitions,
        before=_window(programme.before),
        after=_window(programme.after),
        selection=_window(spots.window),
        hot_spots=_areas(spots.method, spots.area_hashes),
        comparison=_areas(areas.comparison_rule, _hash_areas(areas.comparison, spots)),
        rings_m=programme.rings_m,
        tests=_tests(AGAINST if is_enough else ALONE),
        exclusions=_exclusions(programme),
        harm=_harm(programme),
        seed=programme.seed,
        patrol_days=tuple(_plan_days(part, key) for part in days for key in part.definitions),
        displacement=_tests((RING_TEST, RINGS_TOGETHER) if is_enough and areas.rings else ()),
        comparators=_tests(COMPARATORS if is_enough else ()),
    )


def freeze_programme(
    programme: Programme, *, by: str, now: datetime, days: Sequence[PatrolDays] = ()
) -> Protocol:
    """Return the protocol of a programme as it stands.

    Crimes are read only where hot spots are to be chosen from them.

    Parameters
    ----------
    programme : Programme
    by : str
        Who freezes it.
    now : datetime
        Aware, UTC.
    days : sequence of PatrolDays
        The comparisons of days that it declares.

    Returns
    -------
    Protocol

    Raises
    ------
    InputError
        A file is wrong, or nobody is named.
    """
    plan, until = plan_programme(programme, days)
    return Protocol(
        frozen_at=now.replace(microsecond=0),
        frozen_by=by,
        version=__version__,
        programme_sha256=programme.sha256,
        data_until=None if until is None else until.isoformat(),
        plan=plan,
    )


def plan_programme(
    programme: Programme, days: Sequence[PatrolDays] = ()
) -> tuple[Plan, date | None]:
    """Return all that a programme plans, and the last month of the crimes that were looked at.

    Parameters
    ----------
    programme : Programme
    days : sequence of PatrolDays
        The comparisons of days that it declares.

    Returns
    -------
    Plan, date or None
        None when no crime had to be looked at.

    Raises
    ------
    InputError
        A file is wrong.
    """
    if programme.hot_spots.select is None:
        return plan_of(programme, *place_study(programme, make_table(CRIMES)), days), None
    source = programme.crimes
    read = read_crimes(list(source.files), mapping=source.mapping)
    plan = plan_of(programme, *place_study(programme, read.crimes), days)
    return plan, read.quality.last_month


def hold_against_protocol(
    programme: Programme,
    plan: Plan,
    last_month: date | None,
    outcomes: list[OutcomeRecord],
    harm: list[HarmRecord],
) -> Held:
    """Return the results, each marked as planned, changed or exploratory.

    Parameters
    ----------
    programme : Programme
        Names the protocol and the changes that were declared.
    plan : Plan
        What was really done.
    last_month : date or None
        Of the crimes that were read; None when there were none.
    outcomes, harm : list of OutcomeRecord, list of HarmRecord

    Returns
    -------
    Held

    Raises
    ------
    InputError
        The protocol cannot be read, or was changed after it was frozen.
    """
    held = hold_plan(programme, plan, last_month)
    protocol, changes = held.protocol, held.changes
    if protocol is None:
        return Held(outcomes=tuple(outcomes), harm=tuple(harm), record=None, guards=())

    def stand(outcome: str, test: str | None, *, is_harm: bool) -> PlanStatus:
        return stand_of(held, "tests", ResultKey(outcome=outcome, test=test, is_harm=is_harm))

    changed = find_plan_changes(protocol.plan, plan, changes)
    late = guard_protocol(protocol, programme.after, held.last_day)
    guards = (late, _guard_changes(changed))
    return Held(
        outcomes=tuple(
            replace(one, planned=stand(one.definition, _headline(one), is_harm=False))
            for one in outcomes
        ),
        harm=tuple(replace(one, planned=stand(one.definition, None, is_harm=True)) for one in harm),
        record=ProtocolRecord(
            sha256=protocol.sha256,
            frozen_at=protocol.frozen_at.isoformat(),
            frozen_by=protocol.frozen_by,
            changes=tuple(map(_record, changed)),
        ),
        guards=tuple(guard for guard in guards if guard is not None),
    )


def _tests(names: Sequence[str]) -> tuple[PlannedTest, ...]:
    return tuple(PlannedTest(id=name, level=LEVEL) for name in names)


def _plan_days(part: PatrolDays, key: str) -> PlannedDays:
    lot = read_published(part.published / PUBLIC).sha256 if part.published else ""
    rule = part.make_rule()
    test = PlannedTest(id=BY_LOT if lot else BY_EXCHANGE, level=rule.level)
    return PlannedDays(
        service=part.service,
        outcome=key,
        test=test,
        lot=lot,
        hours=part.hours,
        least_min=part.least_min,
        washout_days=part.washout_days,
        window=None if part.window is None else _window(part.window),
        events=_name(part.events) if part.events else "",
    )


def _record(change: PlanChange) -> ProtocolChange:
    declared = change.declared
    return ProtocolChange(
        part=change.part,
        then=change.then,
        now=change.now,
        declared_on=declared.day.isoformat() if declared else None,
        reason=declared.reason if declared else "",
    )


def _guard_changes(changes: tuple[PlanChange, ...]) -> Guard | None:
    undeclared = [change.part for change in changes if change.declared is None]
    if not undeclared:
        return None
    return Guard(
        id="protocol-departed",
        severity=Severity.AMBER,
        title="The plan was changed and nobody said why",
        message=(
            f"Not as frozen: {', '.join(undeclared)}. Declare each with [[protocol.change]]; "
            "results that rest on them are exploratory."
        ),
    )


def _headline(outcome: OutcomeRecord) -> str | None:
    return next((estimate.id for estimate in outcome.estimates if estimate.headline), None)


def _window(window: Window) -> PlannedWindow:
    return PlannedWindow(first=window.first.isoformat(), last=window.last.isoformat())


def _areas(rule: str, hashes: dict[str, str]) -> PlannedAreas:
    areas = tuple(PlannedArea(area_id=key, sha256=sha) for key, sha in hashes.items())
    return PlannedAreas(rule=rule, areas=areas)


def _hash_areas(areas: pl.DataFrame, spots: HotSpotSet) -> dict[str, str]:
    """Return the hash of each area's shape, rounded as those of hot spots are."""
    return (
        replace(spots, areas=areas, selected_on=make_table(COUNTS)).area_hashes
        if areas.height
        else {}
    )


def _exclusions(programme: Programme) -> tuple[str, ...]:
    select, said = programme.hot_spots.select, []
    if select is not None and select.exclude is not None:
        said.append(f"No hot spot in the places of {_name(select.exclude)}.")
    if select is not None and select.small_areas_reason:
        said.append(f"Small areas on open data: {select.small_areas_reason}")
    if programme.crimes.force_area is not None:
        said.append(f"The force area is that of {_name(programme.crimes.force_area)}.")
    if programme.window_override:
        said.append(f"Windows that do not match: {programme.window_override}")
    return tuple(said)


def _harm(programme: Programme) -> str:
    harm = programme.harm
    if harm is None:
        return ""
    weights = f"{_name(harm.weights_file)} {harm.version}" if harm.weights_file else "shipped index"
    mix = f", offence mix {_name(harm.offence_mix)}" if harm.offence_mix else ""
    years = f" of {', '.join(harm.mix_years)}" if harm.mix_years else ""
    return f"{weights}{mix}{years}"


def _name(path: Path) -> str:
    """Return a file's name with the start of its hash: a name alone does not say what is in it."""
    return f"{path.name} (sha256 {hashlib.sha256(path.read_bytes()).hexdigest()[:16]})"
