"""What patrols delivered, as tables: visits, doses, compliance, meetings; nothing is worded yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from patrolwise.patrols.compliance import measure_compliance
from patrolwise.patrols.dose import list_area_days, sum_doses
from patrolwise.patrols.dose_rules import plan_doses
from patrolwise.patrols.separation import COPRESENCE, find_copresence
from patrolwise.patrols.units import find_unassigned, find_unit_visits
from patrolwise.patrols.visits import find_visits
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.patrol_silence import allow_for_unseen, find_unseen_units
from patrolwise.study.patrol_sources import PatrolSources, read_patrol_sources
from patrolwise.tables import make_table
from patrolwise.times import Window

MEASURING_STEPS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class PatrolTables:
    """All tables of a study of patrols."""

    programme: PatrolProgramme
    sources: PatrolSources
    services: tuple[str, ...]  # those with a crew or a dose rule, in the programme's order
    visits: pl.DataFrame  # VISITS
    device_days: pl.DataFrame  # DEVICE_DAYS
    record: dict[str, Any]  # how visits were found
    unit_visits: pl.DataFrame  # UNIT_VISITS
    unassigned: pl.DataFrame  # UNASSIGNED
    doses: pl.DataFrame  # DOSES
    planned: pl.DataFrame  # PLANNED_DOSES
    unseen: pl.DataFrame  # UNSEEN_UNITS
    compliance: pl.DataFrame  # COMPLIANCE, and why
    copresence: pl.DataFrame  # COPRESENCE of the two services that must not meet

    @property
    def areas(self) -> pl.DataFrame:
        """The hot spots."""
        return self.sources.spots.areas


def measure_patrols(
    programme: PatrolProgramme, *, progress: Callable[[str], None], now: datetime | None = None
) -> PatrolTables:
    """Return what a programme's patrols delivered.

    Parameters
    ----------
    programme : PatrolProgramme
    progress : callable
        Told of each of `MEASURING_STEPS` steps.
    now : datetime, optional
        As `read_patrol_sources` takes it.

    Returns
    -------
    PatrolTables

    Raises
    ------
    InputError
        A file is wrong, or two tables do not fit together.
    RefusedError
        A form holds a column that could hold details of persons.
    """
    tracking = programme.tracking
    progress("Reading fixes and forms")
    sources = read_patrol_sources(programme, now)
    progress("Finding visits")
    areas, crews = sources.spots.areas, sources.assignments
    found = find_visits(sources.fixes, areas, tracking.visit_rule, with_pieces=True)
    unit_visits = find_unit_visits(found.visits, found.pieces, crews, tracking.visit_rule)
    progress("Adding up doses")
    services = _tracked_services(programme, crews)
    days = _days_of(tracking.window)
    planned = plan_doses(tracking.dose_rules, list_area_days(areas, days, services))
    unseen = find_unseen_units(crews, found.device_days, tracking.window)
    compliance = measure_compliance(unit_visits, planned, sources.abstractions)
    return PatrolTables(
        programme=programme,
        sources=sources,
        services=services,
        visits=found.visits,
        device_days=found.device_days,
        record=found.record,
        unit_visits=unit_visits,
        unassigned=find_unassigned(found.visits, crews),
        doses=sum_doses(unit_visits, areas, days, services),
        planned=planned,
        unseen=unseen,
        compliance=allow_for_unseen(compliance, unseen),
        copresence=_find_meetings(programme, unit_visits),
    )


def have_both_stays(programme: PatrolProgramme, unit_visits: pl.DataFrame) -> bool:
    """Return whether both services that must not meet were in a hot spot at all.

    Parameters
    ----------
    programme : PatrolProgramme
    unit_visits : (n, 13) UNIT_VISITS

    Returns
    -------
    bool
        False too when no two services are named.
    """
    two = programme.tracking.separated
    return bool(two) and set(two) <= set(unit_visits["service"].unique())


def _days_of(window: Window) -> list[date]:
    return [window.first + timedelta(days=number) for number in range(window.days)]


def _tracked_services(programme: PatrolProgramme, crews: pl.DataFrame) -> tuple[str, ...]:
    ruled = {rule.service for rule in programme.tracking.dose_rules}
    tracked = ruled | set(crews["service"].unique())
    return tuple(name for name in programme.service_names if name in tracked)


def _find_meetings(programme: PatrolProgramme, unit_visits: pl.DataFrame) -> pl.DataFrame:
    if not have_both_stays(programme, unit_visits):
        return make_table(COPRESENCE)
    first, second = programme.tracking.separated
    margin = timedelta(minutes=programme.tracking.margin_min)
    return find_copresence(unit_visits, first, second, margin)
