"""Whether some types of crime rose in the hot spots while others fell."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import select_crimes
from patrolwise.definitions import OPEN_DATA_CATEGORIES, find_definition
from patrolwise.definitions.categories import ANTI_SOCIAL_BEHAVIOUR
from patrolwise.errors import RefusedError, check_faults
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.evaluation.shifts_by_area import TypeAreas, estimate_crime_switches_by_area
from patrolwise.reporting.displacement_records import SwitchRecord
from patrolwise.study.displacement_places import DisplacementPlaces
from patrolwise.study.displacement_programme import DisplacementPlan

Floats = NDArray[np.float64]

_TITLES = {ANTI_SOCIAL_BEHAVIOUR: "Anti-social behaviour"}


@dataclass(frozen=True, kw_only=True, eq=False)
class CrimeType:
    """One type of crime, and which crimes of the study are of it."""

    name: str  # slug, or id@version
    title: str
    members: Floats  # (n,) 1 or 0


def find_types(crimes: pl.DataFrame, plan: DisplacementPlan) -> tuple[CrimeType, ...]:
    """Return the types of crime that a plan asks for.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        All crimes of the study.
    plan : DisplacementPlan

    Returns
    -------
    tuple of CrimeType
        None when it asks for none, or asks for categories that the crimes do not have.

    Raises
    ------
    RefusedError
        Definitions do not fit the data, or share crimes; all pairs are named.
    """
    if plan.is_by_category:
        if crimes["category"].null_count() == crimes.height:
            return ()
        return tuple(
            CrimeType(
                name=name,
                title=_TITLES.get(name, name.replace("-", " ").capitalize()),
                members=(crimes["category"] == name).fill_null(False).to_numpy().astype(float),
            )
            for name in OPEN_DATA_CATEGORIES
        )
    types = tuple(_of_definition(crimes, key) for key in plan.switches)
    check_faults("displacement.switches", _find_shared(types), RefusedError)
    return types


def members_of(crimes: pl.DataFrame, key: str) -> Floats:
    """Return 1 for each crime that belongs to a definition, 0 for each other.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    key : str
        id@version.

    Returns
    -------
    (n,) array

    Raises
    ------
    RefusedError
        The definition does not fit the data.
    """
    found = np.zeros(crimes.height)
    numbered = crimes.with_row_index("at")
    found[select_crimes(numbered, find_definition(key))["at"].to_numpy()] = 1.0
    return found


def measure_types(
    types: Sequence[CrimeType], places: DisplacementPlaces
) -> tuple[SwitchRecord, ...]:
    """Return each type's change in the hot spots over that of all types together.

    Parameters
    ----------
    types : sequence of CrimeType
        Two or more.
    places : DisplacementPlaces

    Returns
    -------
    tuple of SwitchRecord, in the order given
        Types with no crime in any place are left out: there is nothing to switch.
    """
    counted = [(kind, places.sum_in(kind.members)) for kind in types]
    held = [(kind, areas) for kind, areas in counted if _has_crime(areas)]
    if len(held) < 2:
        return ()
    estimates = estimate_crime_switches_by_area(
        [TypeAreas(name=kind.name, areas=areas) for kind, areas in held]
    )
    return tuple(
        SwitchRecord(
            name=kind.name,
            title=kind.title,
            before=int(areas.before.sum()),
            after=int(areas.after.sum()),
            estimate=estimate,
        )
        for (kind, areas), estimate in zip(held, estimates, strict=True)
    )


def _of_definition(crimes: pl.DataFrame, key: str) -> CrimeType:
    title = find_definition(key).title
    return CrimeType(name=key, title=title, members=members_of(crimes, key))


def _find_shared(types: Sequence[CrimeType]) -> list[str]:
    shared = [
        (first.name, second.name, int((first.members * second.members).sum()))
        for first, second in combinations(types, 2)
    ]
    return [
        f"{first} and {second} share {crimes:,} crimes, which would count on both sides of a "
        "switch. Give definitions that have no crime in common."
        for first, second, crimes in shared
        if crimes
    ]


def _has_crime(areas: AreaPeriods) -> bool:
    return bool(areas.before.sum() + areas.after.sum() + areas.comparison_before.sum())
