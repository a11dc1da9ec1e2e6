"""Which known mistakes of evaluation were made here, and what a reader must be told.

Each guard is one mistake of `docs/explanation/guards.md`. A red guard changes the wording of the
conclusion; it is never only a footnote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from patrolwise.definitions import Definition
from patrolwise.times import Window

FEWEST_FOR_PERCENT = 20  # a percentage of fewer is noise dressed as a figure
SNAP_POINTS_MOVED = date(2022, 7, 1)
FEWEST_AREAS = 5  # three degrees of freedom between areas, at least
_PATROL_GENERATED = ("drugs", "possession-of-weapons")  # found by searching, so by patrolling
_POLICE_CODES = ("92", "10A", "10B", "10C", "10D", "81", "90")


class Severity(StrEnum):
    """How much a guard that fired should weigh with a reader."""

    RED = "red"  # the conclusion is worded differently because of it
    AMBER = "amber"  # read the figure with this in mind
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One known mistake of evaluation that was looked for, and found."""

    id: str
    severity: Severity
    title: str
    message: str
    about: str = ""  # the outcome's id@version; empty when it concerns the whole evaluation


def guard_selection(selected: Window | None, before: Window) -> Guard | None:
    """Return a red guard when hot spots were chosen on the period they are compared with.

    Parameters
    ----------
    selected : Window or None
        The window the hot spots were chosen on; None when they were not chosen on counts.
    before : Window

    Returns
    -------
    Guard or None

    References
    ----------
    Regression to the mean: 50 places of 2,000 chosen on one year fall 4 to 13 % the year after
    with no action at all (docs/explanation/guards.md).
    """
    if selected is None or not selected.overlaps(before):
        return None
    return Guard(
        id="selected-on-before",
        severity=Severity.RED,
        title="Hot spots were chosen on the period they are compared with",
        message=(
            f"They were chosen on {selected}; the before window is {before}. Places chosen "
            "because they were high fall again by chance, with no action. Read the change "
            "against the expected count, not against the count before."
        ),
    )


def guard_comparison(before: ArrayLike, comparison_before: ArrayLike) -> Guard | None:
    """Return a red guard when there is nothing, or nothing alike, to compare with.

    Parameters
    ----------
    before, comparison_before : (k,) array, (m,) array
        Crimes by area in the before window.

    Returns
    -------
    Guard or None
        Unlike: the areas' mean differs by more than half or double.
    """
    hot, other = np.asarray(before, dtype=float), np.asarray(comparison_before, dtype=float)
    if len(other) == 0:
        return Guard(
            id="no-comparison",
            severity=Severity.RED,
            title="Nothing to compare with",
            message=(
                "There are no comparison areas, so a change in the hot spots cannot be told "
                "from a change everywhere. Declare comparison areas in the programme."
            ),
        )
    if len(hot) + len(other) < FEWEST_AREAS:
        return Guard(
            id="few-areas",
            severity=Severity.RED,
            title="Too few areas to compare",
            message=(
                f"There are {len(hot)} hot spots and {len(other)} comparison areas; below "
                f"{FEWEST_AREAS} in all nobody can tell how much areas differ by themselves, so "
                "the hot spots are judged by their own months alone. Declare more comparison areas."
            ),
        )
    if hot.mean() <= 2 * other.mean() and other.mean() <= 2 * hot.mean():
        return None
    return Guard(
        id="unlike-comparison",
        severity=Severity.RED,
        title="The comparison areas are unlike the hot spots",
        message=(
            f"A hot spot had {hot.mean():.0f} crimes before on average, a comparison area "
            f"{other.mean():.0f}. Places of another size follow season and events differently: "
            "on placebo months, such comparisons find a difference far too often."
        ),
    )


def guard_small_counts(before: int, after: int) -> Guard | None:
    """Return a red guard when the counts are too small for a percentage.

    Parameters
    ----------
    before, after : int

    Returns
    -------
    Guard or None
    """
    if min(before, max(before, after)) >= FEWEST_FOR_PERCENT:
        return None
    return Guard(
        id="few-crimes",
        severity=Severity.RED,
        title="Too few crimes for a percentage",
        message=(
            f"There were {before} crimes before; below {FEWEST_FOR_PERCENT} a percentage says "
            "little. Lengthen the windows or use a wider definition."
        ),
    )


def guard_dispersion(phi: float | None) -> Guard | None:
    """Return an amber guard when crime varied more than Poisson counts do.

    Parameters
    ----------
    phi : float or None
        Variance over mean of paired months.

    Returns
    -------
    Guard or None
    """
    if phi is None or phi < 1.5:
        return None
    return Guard(
        id="overdispersion",
        severity=Severity.AMBER,
        title="Months vary more than chance",
        message=(
            f"The variance of paired months is {phi:.1f} times the mean. Intervals that take "
            "counts as Poisson are too narrow by the square root of that; the headline ones "
            "allow for it."
        ),
    )


def guard_contamination(began: dict[str, Window], before: Window) -> list[Guard]:
    """Return a red guard for each service that already ran in the before window.

    Parameters
    ----------
    began : dict of service name to Window
        When each ran.
    before : Window

    Returns
    -------
    list of Guard
    """
    return [
        Guard(
            id="contaminated-baseline",
            severity=Severity.RED,
            title="The service already ran in the before window",
            message=(
                f"{name} ran from {ran.first}; the before window is {before}. The two overlap, "
                "so the before count holds patrolled days and the effect is understated. "
                "End the before window before the service began."
            ),
        )
        for name, ran in began.items()
        if ran.overlaps(before)
    ]


def guard_patrol_generated(definition: Definition) -> Guard | None:
    """Return an amber guard when patrols themselves make part of the outcome.

    Parameters
    ----------
    definition : Definition

    Returns
    -------
    Guard or None
    """
    found = sorted(
        {c for c in definition.categories if c in _PATROL_GENERATED}
        | {c for c in definition.offence_codes if c.startswith(_POLICE_CODES)}
    )
    if not found:
        return None
    return Guard(
        id="patrol-generated",
        severity=Severity.AMBER,
        title="Patrols make part of this outcome",
        message=(
            f"{definition.key} counts {', '.join(found)}, which rise when police search more. "
            "Read it beside an outcome that victims report."
        ),
    )


def guard_open_data(is_open_data: bool) -> Guard | None:
    """Return an amber guard for open data: places and dates are coarse.

    Parameters
    ----------
    is_open_data : bool

    Returns
    -------
    Guard or None
    """
    if not is_open_data:
        return None
    return Guard(
        id="snap-points",
        severity=Severity.AMBER,
        title="Places are approximate",
        message=(
            "Open data moves each crime to one of a set of anonymised points and gives the month "
            "only. A crime near the edge of a hot spot may be counted on the wrong side."
        ),
    )


def guard_snap_point_change(windows: Sequence[Window], is_open_data: bool) -> Guard | None:
    """Return a red guard when open data's points moved between or within the windows.

    Parameters
    ----------
    windows : sequence of Window
        Before, after, and that of the selection: hot spots that were drawn round the old points
        do not fit the new ones.
    is_open_data : bool

    Returns
    -------
    Guard or None

    References
    ----------
    From June to July 2022 only 3 % of data.police.uk's points stayed, against half from month to
    month otherwise; measured in docs/reference/data-quality.md.
    """
    first = min(window.first for window in windows)
    last = max(window.last for window in windows)
    if not is_open_data or not first < SNAP_POINTS_MOVED <= last:
        return None
    return Guard(
        id="snap-points-moved",
        severity=Severity.RED,
        title="The map of anonymised points changed in July 2022",
        message=(
            "Crimes near the edges of small areas moved in or out with the points, not with "
            "crime. Choose and compare on one side of July 2022, or use larger areas."
        ),
    )


def guard_missing_places(missing_before: float, missing_after: float) -> Guard | None:
    """Return an amber guard when the share of crimes without a place changed.

    Parameters
    ----------
    missing_before, missing_after : float
        Shares, 0 to 1, of all rows in the window that have no coordinate.

    Returns
    -------
    Guard or None
        Fires at two percentage points.
    """
    if abs(missing_before - missing_after) < 0.02:
        return None
    return Guard(
        id="missing-places",
        severity=Severity.AMBER,
        title="The share of crimes without a place changed",
        message=(
            f"{missing_before:.1%} of the crimes had no place before, {missing_after:.1%} after. "
            "Crimes without a place are in no hot spot, so part of any change is this."
        ),
    )


def guard_not_randomised() -> Guard:
    """Return the note that every before/after comparison carries.

    Returns
    -------
    Guard
    """
    return Guard(
        id="not-randomised",
        severity=Severity.NOTE,
        title="Not an experiment",
        message=(
            "Hot spots were not drawn at random, so other things that changed only there are "
            "part of the figure."
        ),
    )
