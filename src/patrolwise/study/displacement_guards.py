"""Which known mistakes of displacement tests were made: late rings, overlaps, many tests."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.places import area_geometries, union_of
from patrolwise.reporting.displacement_records import MovedOutcome, TestRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.study.displacement_places import DisplacementPlaces
from patrolwise.study.displacement_verdicts import LEVEL

_EDGE_M = 1e-6


def guard_late_rings(declared: date | None, after_from: date) -> Guard | None:
    """Return an amber guard when rings were not fixed before anybody could know what happened.

    Parameters
    ----------
    declared : date or None
        None: nobody said when.
    after_from : date
        First day of the after window.

    Returns
    -------
    Guard or None
    """
    if declared is not None and declared < after_from:
        return None
    when = "no date is given" if declared is None else f"they were fixed on {declared}"
    return Guard(
        id="rings-fixed-late",
        severity=Severity.AMBER,
        title="The rings were not fixed in advance",
        message=(
            f"The after window began on {after_from}; {when}. Distances that are chosen when "
            "results are known can be chosen to please, so what the rings show is exploratory."
        ),
    )


def guard_overlaps(areas: StudyAreas, places: DisplacementPlaces) -> list[Guard]:
    """Return a guard for each way in which rings meet other hot spots or comparison areas.

    Parameters
    ----------
    areas : StudyAreas
    places : DisplacementPlaces

    Returns
    -------
    list of Guard
        A note where buffers round each hot spot would overlap: the rings do not, as they are made
        once. Amber where comparison areas stand in the rings' ground, or have no ring.
    """
    if not areas.rings:
        return []
    fired = [_guard_shared(areas), _guard_near(areas), _guard_without(places)]
    return [guard for guard in fired if guard is not None]


def guard_unlike_rings(outcomes: Sequence[MovedOutcome]) -> list[Guard]:
    """Return an amber guard for each outcome whose rings have nothing alike to compare with.

    Parameters
    ----------
    outcomes : sequence of MovedOutcome

    Returns
    -------
    list of Guard
    """
    return [
        Guard(
            id="unlike-rings",
            severity=Severity.AMBER,
            title="The comparison areas' rings are unlike the hot spots'",
            message=(
                f"{', '.join(ring.name for ring in one.rings if not ring.is_like)}"
                f"{' (harm)' if one.is_harm else ''}: over the same ground, one had at least half "
                "as much again as the other before. A trend that both share takes more from the "
                "busier, so that their difference carries no conclusion."
            ),
            about=one.definition,
        )
        for one in outcomes
        if not all(ring.is_like for ring in one.rings)
    ]


def guard_many_tests(tests: Sequence[TestRecord]) -> Guard | None:
    """Return an amber guard when tests look like finds only as long as the others are forgotten.

    Parameters
    ----------
    tests : sequence of TestRecord

    Returns
    -------
    Guard or None
    """
    made = [test for test in tests if test.p is not None and test.q is not None]
    alone = [test for test in made if test.p is not None and test.p <= LEVEL]
    left = [test for test in alone if test.q is not None and test.q <= LEVEL]
    if len(left) == len(alone):
        return None
    return Guard(
        id="many-displacement-tests",
        severity=Severity.AMBER,
        title="Some tests of displacement are finds only when taken alone",
        message=(
            f"{len(made)} tests were made; {len(alone)} have a p of {LEVEL:g} or less, and "
            f"{len(left)} of them are left with one false discovery rate over all. Quote no other."
        ),
    )


def _guard_shared(areas: StudyAreas) -> Guard | None:
    outermost = areas.rings[-1].outer_m
    buffers = shapely.buffer(area_geometries(areas.hot_spots), outermost)
    alone = float(shapely.area(buffers).sum())
    together = float(shapely.union_all(buffers).area)
    shared = 1 - together / alone
    if shared < 0.005:
        return None
    return Guard(
        id="rings-share-ground",
        severity=Severity.NOTE,
        title="Rings round single hot spots would overlap",
        message=(
            f"At {outermost:g} m, {shared:.0%} of their ground would count twice. The rings here "
            "are made once round all hot spots together and divided by the nearest, so that no "
            "crime does. Comparison areas are left out of them."
        ),
    )


def _guard_near(areas: StudyAreas) -> Guard | None:
    if not areas.comparison.height:
        return None
    outermost = areas.rings[-1].outer_m
    away = shapely.distance(area_geometries(areas.comparison), union_of(areas.hot_spots))
    near = int(np.sum(away < outermost - _EDGE_M))
    if not near:
        return None
    return Guard(
        id="comparison-in-rings",
        severity=Severity.AMBER,
        title="Comparison areas lie where displaced crime is looked for",
        message=(
            f"{near} of {areas.comparison.height} lie within {outermost:g} m of a hot spot. Crime "
            "that moved into them would make the hot spots look better than they are, and a "
            "benefit that spread to them worse. Choose comparison areas beyond the rings."
        ),
    )


def _guard_without(places: DisplacementPlaces) -> Guard | None:
    every = len(places.comparison) + places.without
    if not places.without:
        return None
    if not len(places.comparison):
        message = (
            f"None of the {every} comparison areas has ground of its own for every ring that is "
            "free of hot spots, their rings and other comparison areas. Without it nobody knows "
            "what the rings would have done."
        )
    else:
        message = (
            f"{places.without} of {every} comparison areas have no ground of their own for every "
            "ring. They are left out wherever rings are judged, so that figures for the hot spots "
            "there can differ from those elsewhere."
        )
    return Guard(
        id="comparison-without-rings",
        severity=Severity.AMBER,
        title="Comparison areas have no room for rings",
        message=message,
    )
