"""Which areas are compared with, and whether they were declared before anybody knew the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import shapely

from patrolwise.errors import check_faults
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.places import area_geometries

SHARED_M2 = 1.0  # square metres: neighbours that share an edge overlap by rounding


@dataclass(frozen=True, kw_only=True)
class ComparisonSet:
    """A declaration: these areas, of that day, by that person, for that reason."""

    area_ids: tuple[str, ...]
    declared: date | None  # None: nobody wrote down when
    declared_by: str
    reason: str  # why these areas are like the treated ones

    def __post_init__(self) -> None:
        faults = []
        if not self.area_ids:
            faults.append("It names no area.")
        if twice := sorted({i for i in self.area_ids if self.area_ids.count(i) > 1}):
            faults.append(f"{', '.join(twice)} is named twice.")
        if not self.declared_by.strip():
            faults.append("It does not say who declared it.")
        if not self.reason.strip():
            faults.append("It does not say why these areas: give the reason in a sentence.")
        check_faults("Comparison set", faults)


def find_comparison_faults(comparison: ComparisonSet, treated_ids: Sequence[str]) -> list[str]:
    """Return why these areas cannot be compared with; empty when they can.

    Parameters
    ----------
    comparison : ComparisonSet
    treated_ids : sequence of str

    Returns
    -------
    list of str
        Whole sentences.

    Examples
    --------
    >>> c = ComparisonSet(area_ids=("A", "B"), declared=date(2024, 1, 2), declared_by="J. Smith",
    ...     reason="Busy town centres of like size.")
    >>> find_comparison_faults(c, ["B", "C"])
    ['B is both treated and compared with. Take it out of one of the two.']
    """
    return [
        f"{area_id} is both treated and compared with. Take it out of one of the two."
        for area_id in sorted(set(comparison.area_ids) & set(treated_ids))
    ]


def check_comparison(comparison: ComparisonSet, treated_ids: Sequence[str]) -> None:
    """Refuse a comparison set that shares areas with the treated ones.

    Parameters
    ----------
    comparison : ComparisonSet
    treated_ids : sequence of str

    Raises
    ------
    InputError
        An area is in both; all are named.
    """
    check_faults("Comparison set", find_comparison_faults(comparison, treated_ids))


def guard_declaration(
    declared: date | None, started: date, *, seen: date | None = None, declared_by: str = ""
) -> Guard | None:
    """Return an amber guard when areas were declared late, a red one when results were known.

    Parameters
    ----------
    declared : date or None
        When the comparison areas were chosen; None: nobody wrote it down, which counts as late.
    started : date
        First day of the programme, or of the after window. A declaration of that very day is in
        time: nobody can know yet what comes after.
    seen : date or None
        First day on which somebody could have seen crimes after the start; None: not known.
    declared_by : str
        Who declared them; blank when that is not known.

    Returns
    -------
    Guard or None

    Examples
    --------
    >>> guard_declaration(date(2024, 4, 1), date(2024, 4, 1)) is None
    True
    >>> guard_declaration(date(2024, 4, 2), date(2024, 4, 1)).id
    'comparison-declared-late'
    """
    if declared is not None and declared <= started:
        return None
    said = f"{declared_by} declared them" if declared_by else "they were declared"
    if declared is not None and seen is not None and declared >= seen:
        return Guard(
            id="comparison-after-data",
            severity=Severity.RED,
            title="Comparison areas were declared when results could be seen",
            message=(
                f"Crimes after the start could be seen from {seen} on; {said} on {declared}. "
                "Areas that are chosen then can be chosen to please."
            ),
        )
    when = "no date is given" if declared is None else f"{said} on {declared}"
    return Guard(
        id="comparison-declared-late",
        severity=Severity.AMBER,
        title="Comparison areas were not declared in advance",
        message=(
            f"What is compared began on {started}; {when}. Declare comparison areas before that "
            "day: those that are chosen later can be chosen to please."
        ),
    )


def guard_overlap(compared: pl.DataFrame, treated: pl.DataFrame) -> list[Guard]:
    """Return a red guard for each comparison area that lies over a treated one.

    Parameters
    ----------
    compared, treated : (m, 3) AREAS, (k, 3) AREAS

    Returns
    -------
    list of Guard
        By order of `compared`. A shared edge is no overlap.
    """
    shapes, hot = area_geometries(compared), area_geometries(treated)
    fired = []
    for area_id, shape in zip(compared["area_id"], shapes, strict=True):
        shared = shapely.area(shapely.intersection(hot, shape))
        over = [i for i, m2 in zip(treated["area_id"], shared, strict=True) if m2 > SHARED_M2]
        if over:
            fired.append(
                Guard(
                    id="comparison-overlap",
                    severity=Severity.RED,
                    title="A comparison area lies over a treated one",
                    message=(
                        f"{area_id} shares {shared.sum():,.0f} m² with {', '.join(over)}. Crimes "
                        "there are counted on both sides, and the comparison area is treated too."
                    ),
                    about=str(area_id),
                )
            )
    return fired
