"""What a plan is made of: hot spots, staff, forms and travel times, read and held together."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

from patrolwise.errors import PatrolwiseError, check_faults
from patrolwise.files.plan_files import read_plan, read_rota
from patrolwise.files.planning_forms import (
    read_availability,
    read_bases,
    read_burden,
    read_events,
    read_leave,
    read_priorities,
    read_requests,
)
from patrolwise.files.revealed_days import read_revealed_days
from patrolwise.files.staff_forms import read_staff
from patrolwise.files.streets import read_streets
from patrolwise.hot_spots import HotSpotSet
from patrolwise.planning.plan_tables import ALLOCATIONS, PLANNED_VISITS, TRAVEL
from patrolwise.planning.priorities import EVENTS, PRIORITIES
from patrolwise.planning.rota_problem import StaffMember
from patrolwise.planning.rota_tables import AVAILABILITY, FAIRNESS_HISTORY, LEAVE, REQUESTS
from patrolwise.planning.street_network import StreetRule, build_network, find_travel
from patrolwise.planning.travel import TRAVEL_PLACES, estimate_travel, list_places
from patrolwise.reporting.results import InputFile
from patrolwise.study.planning_programme import LOCAL, PlanProgramme
from patrolwise.study.spots import check_spots, read_spots
from patrolwise.tables import make_table

_Read = TypeVar("_Read")


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanSources:
    """All that was read."""

    spots: HotSpotSet
    staff: tuple[StaffMember, ...]
    rota: pl.DataFrame | None  # ROTA that is settled; None: one is to be made
    leave: pl.DataFrame  # LEAVE
    requests: pl.DataFrame  # REQUESTS
    availability: pl.DataFrame  # AVAILABILITY
    burden: pl.DataFrame  # FAIRNESS_HISTORY
    priorities: pl.DataFrame  # PRIORITIES
    events: pl.DataFrame  # EVENTS
    bases: pl.DataFrame  # TRAVEL_PLACES
    decided: pl.DataFrame  # PLANNED_VISITS
    allocation: pl.DataFrame  # ALLOCATIONS: the days that are revealed
    travel: pl.DataFrame  # TRAVEL
    inputs: tuple[InputFile, ...]
    notes: tuple[str, ...]  # what was repaired, dropped or assumed


def read_plan_sources(programme: PlanProgramme) -> PlanSources:
    """Return everything that a programme's plan is made from.

    Parameters
    ----------
    programme : PlanProgramme

    Returns
    -------
    PlanSources

    Raises
    ------
    InputError
        A file is wrong; what is wrong in each of them is told at once.
    RefusedError
        A form holds a column that could hold details of persons.
    """
    notes: list[str] = []
    spots = read_spots(programme.hot_spots, notes)
    check_spots(spots, programme.hot_spots)
    unknown = sorted(set(programme.planning.worst_spots) - set(spots.areas["area_id"]))
    check_faults(
        programme.file_name,
        [f"worst_spots names {area_id}, which is no hot spot. Mend the id." for area_id in unknown],
    )
    forms, reader = programme.planning.forms, _Reader()
    bases = reader.read(forms.bases, read_bases, make_table(TRAVEL_PLACES))
    sources = PlanSources(
        spots=spots,
        staff=reader.read(forms.staff, read_staff, ()),
        rota=reader.read(forms.rota, read_rota, None),
        leave=reader.read(forms.leave, read_leave, make_table(LEAVE)),
        requests=reader.read(forms.requests, read_requests, make_table(REQUESTS)),
        availability=reader.read(
            forms.availability,
            lambda path: read_availability(path, zone=LOCAL),
            make_table(AVAILABILITY),
        ),
        burden=reader.read(forms.burden, read_burden, make_table(FAIRNESS_HISTORY)),
        priorities=reader.read(forms.priorities, read_priorities, make_table(PRIORITIES)),
        events=reader.read(
            forms.events, lambda path: read_events(path, zone=LOCAL), make_table(EVENTS)
        ),
        bases=bases,
        decided=reader.read(forms.decided, read_plan, make_table(PLANNED_VISITS)),
        allocation=reader.read(forms.allocation, read_revealed_days, make_table(ALLOCATIONS)),
        travel=reader.read(
            forms.streets or Path(),
            lambda _: _find_travel(programme, spots.areas, bases, notes),
            make_table(TRAVEL),
        ),
        inputs=_inputs(programme),
        notes=tuple(notes),
    )
    reader.check(programme.file_name)
    return sources


class _Reader:
    """Reads one file after another, and keeps what is wrong until all have been looked at."""

    def __init__(self) -> None:
        self._errors: list[PatrolwiseError] = []

    def read(self, path: Path | None, read: Callable[[Path], _Read], otherwise: _Read) -> _Read:
        """Return what a file holds; `otherwise` without one, or where it is wrong."""
        if path is None:
            return otherwise
        try:
            return read(path)
        except PatrolwiseError as error:
            self._errors.append(error)
            return otherwise

    def check(self, name: str) -> None:
        """Raise one error for all files: in the family of the first."""
        if self._errors:
            check_faults(name, [str(error) for error in self._errors], type(self._errors[0]))


def _find_travel(
    programme: PlanProgramme, areas: pl.DataFrame, bases: pl.DataFrame, notes: list[str]
) -> pl.DataFrame:
    planning = programme.planning
    places = list_places(areas, bases)
    modes = sorted({rule.mode for rule in planning.services})
    rule = planning.travel_rule
    if planning.forms.streets is None:
        notes.append(
            f"Travel times are straight lines with a detour of {rule.detour:g} on foot; no street "
            "map was given. About half of real ways are longer."
        )
        return estimate_travel(places, rule, modes)
    read = read_streets(planning.forms.streets)
    notes.extend(read.notes)
    streets = StreetRule(walking_km_h=rule.walking_km_h)
    found = []
    for mode in modes:
        network = build_network(read.streets, mode, streets)
        if network.dropped_parts:
            notes.append(
                f"{network.dropped_m / 1000:.1f} km of streets, each direction counted, in "
                f"{network.dropped_parts} parts are left out for {mode}: they do not connect with "
                "the others."
            )
        found.append(find_travel(network, places))
    return pl.concat(found)


def _inputs(programme: PlanProgramme) -> tuple[InputFile, ...]:
    assert programme.hot_spots.file is not None
    paths = (programme.hot_spots.file, *programme.planning.forms.paths)
    return tuple(
        InputFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
        for path in paths
    )
