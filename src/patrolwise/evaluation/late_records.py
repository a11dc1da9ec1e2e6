"""Whether the last month of the data looks as if not all of its crimes were in yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.estimate import find_reach
from patrolwise.evaluation.guards import Guard, Severity

LOOK_BACK = 3
FEWEST_MONTHS = 24  # a year, three to look back on, eight to learn the spread from, and the last
_YEAR = 12
_SHORT = 0.85  # of the expected count: less missing than that is not worth a word
_LEVEL = 0.98  # of both tails: a whole last month is called short once in 100 times
_MAD = 1.4826  # makes a median absolute deviation a standard deviation


@dataclass(frozen=True, kw_only=True)
class LastMonth:
    """The last month's count beside what the months before it lead one to expect."""

    count: float
    expected: float
    errors: float  # how many standard errors it is off, below 0 for too few
    df: int  # of the spread that the errors are counted in


def find_last_month(counts: Sequence[float]) -> LastMonth | None:
    """Return the last month beside the three before it, with the season of a year ago.

    Parameters
    ----------
    counts : (m,) sequence of float
        All crimes in the files by month, in order, without gaps.

    Returns
    -------
    LastMonth or None
        None with fewer than 24 months: season cannot be told from missing records by less.

    Examples
    --------
    >>> found = find_last_month([*[1000, 1010, 990, 1005, 995] * 5, 500])
    >>> round(found.expected), found.errors < -10
    (1000, True)
    """
    y = np.asarray(counts, dtype=float)
    if len(y) < FEWEST_MONTHS:
        return None
    steps = _steps(y)
    steps = steps[_YEAR:] - steps[:-_YEAR]
    others, last = steps[:-1], steps[-1]
    middle = float(np.median(others))
    chance = 2 * (1 + 1 / LOOK_BACK) / max(float(y[-1 - LOOK_BACK : -1].mean()), 1.0)
    least = float(np.sqrt(chance))  # Poisson: no month varies by less
    spread = max(_MAD * float(np.median(np.abs(others - middle))), least)
    off = float(last - middle)
    return LastMonth(
        count=float(y[-1]),
        expected=float((y[-1] + 0.5) / np.exp(off) - 0.5),
        errors=off / spread,
        df=len(others) - 1,
    )


def guard_last_month(month: date, counts: Sequence[float]) -> Guard | None:
    """Return an amber guard when the last month of the data looks incomplete.

    Parameters
    ----------
    month : date
        The last one.
    counts : (m,) sequence of float
        As `find_last_month`.

    Returns
    -------
    Guard or None
        Fires when the count is under 85 % of what was to be expected, and by so much that
        months as they vary would do it once in 100 times.
    """
    found = find_last_month(counts)
    if found is None or found.count >= _SHORT * found.expected:
        return None
    if found.errors > -find_reach(_LEVEL, found.df):
        return None
    return Guard(
        id="last-month-incomplete",
        severity=Severity.AMBER,
        title="The last month looks incomplete",
        message=(
            f"All crimes of {month:%B %Y}: {found.count:,.0f}, where about {found.expected:,.0f} "
            "were to be expected from the months before. If records were still to come, this is "
            "a fall on paper only. End the windows a month earlier, or take the crimes again."
        ),
    )


def _steps(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log of each month over the mean of the three before it, from the fourth on."""
    mean = np.convolve(y, np.full(LOOK_BACK, 1 / LOOK_BACK), "valid")[:-1]
    return np.asarray(np.log((y[LOOK_BACK:] + 0.5) / (mean + 0.5)), dtype=float)
