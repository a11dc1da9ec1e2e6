"""What one estimate says: a figure, its interval, its test, and how far it can be trusted."""

from dataclasses import dataclass
from math import inf

from scipy import special

from patrolwise.errors import InputError

MOST_CRIMES = 10_000_000  # more than England and Wales record in a year


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One figure with its interval.

    `headline` is True only for methods that reject about as often as they say on placebo splits
    of real months (docs/explanation/calibration.md); only those may carry a conclusion.
    """

    id: str  # stable slug, such as "ratio-of-ratios-robust"
    name: str  # in words
    value: float | None  # None: not defined for these counts
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    p: float | None = None  # two-sided
    dispersion: float | None = None  # phi, where one was estimated
    headline: bool = False
    note: str = ""


@dataclass(frozen=True)
class TwoPeriods:
    """Counts of one place before and after, with the time (or area × time) each was open to it."""

    before: int
    after: int
    time_before: float = 1.0
    time_after: float = 1.0

    def __post_init__(self) -> None:
        faults = []
        if self.before < 0 or self.after < 0:
            faults.append(f"counts must be 0 or more, got {self.before} and {self.after}")
        if max(self.before, self.after) > MOST_CRIMES:
            faults.append(f"counts must be at most {MOST_CRIMES:,}")
        if not (0 < self.time_before < inf and 0 < self.time_after < inf):
            faults.append(
                "times must be above 0 and finite, "
                f"got {self.time_before:g} and {self.time_after:g}"
            )
        if faults:
            raise InputError(f"Two periods: {'; '.join(faults)}.")

    @property
    def ratio(self) -> float | None:
        """The rate after over the rate before; None when there was nothing before."""
        if self.before == 0:
            return None
        return (self.after / self.time_after) / (self.before / self.time_before)


def find_reach(level: float, df: float | None) -> float:
    """Return how many standard errors an interval reaches to each side.

    Parameters
    ----------
    level : float
        Share of intervals that hold the truth.
    df : float or None
        Degrees of freedom of Student's t; None is the normal distribution.

    Returns
    -------
    float

    Examples
    --------
    >>> round(find_reach(0.95, None), 3), round(find_reach(0.95, 11), 3)
    (1.96, 2.201)
    """
    tail = (1 + level) / 2
    return float(special.ndtri(tail) if df is None else special.stdtrit(df, tail))


def find_two_sided_p(errors: float, df: float | None) -> float:
    """Return the two-sided p-value of a value so many standard errors from none.

    Parameters
    ----------
    errors : float
        0 or more.
    df : float or None
        As `find_reach`.

    Returns
    -------
    float
    """
    return float(2 * (special.ndtr(-errors) if df is None else special.stdtr(df, -errors)))
