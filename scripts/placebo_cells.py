"""What one cell of the placebo study holds: how often a test rejected, and its interval held."""

from dataclasses import dataclass, field, fields
from math import inf, sqrt

from patrolwise.evaluation.estimate import Estimate

LEVEL = 0.05
REJECTS, HOLDS = (0.04, 0.06), (0.93, 0.97)  # where a headline must lie, but for chance
_Z = 1.959964


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One kind of programme that is drawn again and again."""

    group: str  # the row of the table, without what varies from column to column
    column: str
    runs: float = 1.0  # share of the runs asked for
    is_trap: bool = False  # meant to fail, or a harder thing than any test claims to bear


@dataclass
class Tally:
    """Runs of one test on one kind of programme.

    Where the product lets a test carry a conclusion in some runs only, those alone are held to the
    bounds: that is how often a headline is wrong.
    """

    runs: int = 0
    rejected: int = 0
    headlines: int = 0  # runs in which it may carry a conclusion
    headline_rejected: int = 0
    asked: int = 0  # intervals looked at
    held: int = 0
    headline_asked: int = 0
    headline_held: int = 0

    def add_test(self, found: Estimate) -> None:
        """Count one run with no effect; a test that is not defined has not rejected."""
        is_rejected = found.p is not None and found.p <= LEVEL + 1e-12
        self.runs += 1
        self.rejected += int(is_rejected)
        self.headlines += int(found.headline)
        self.headline_rejected += int(found.headline and is_rejected)

    def add_interval(self, found: Estimate, truth: float) -> None:
        """Count one interval; an open end holds whatever lies beyond."""
        low = -inf if found.low is None else found.low
        high = inf if found.high is None else found.high
        is_held = low <= truth <= high
        self.asked += 1
        self.held += int(is_held)
        self.headline_asked += int(found.headline)
        self.headline_held += int(found.headline and is_held)

    def add_set(self, found: Estimate, truth: float) -> None:
        """Count one set of what is not rejected: where it is empty it holds nothing.

        It has its level over all runs alone: runs in which it is bounded are those in which the
        months after fit a ratio well, and an empty set is a miss.
        """
        is_empty = found.p is not None and found.p <= LEVEL and found.low is found.high is None
        low = -inf if found.low is None else found.low
        high = inf if found.high is None else found.high
        is_held = not is_empty and low <= truth <= high
        self.asked, self.held = self.asked + 1, self.held + int(is_held)
        self.headline_asked, self.headline_held = self.asked, self.held

    def merge(self, other: "Tally") -> None:
        """Add the runs of another part."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def is_headline(self) -> bool:
        """Whether it carried a conclusion in half of the runs or more."""
        return 2 * self.headlines >= self.runs > 0

    def count(self, what: str, *, claimed: bool) -> tuple[int, int]:
        """Return how many were rejected or held, and of how many; of headlines where claimed."""
        if what == "rejects":
            return (
                (self.headline_rejected, self.headlines) if claimed else (self.rejected, self.runs)
            )
        return (self.headline_held, self.headline_asked) if claimed else (self.held, self.asked)


@dataclass
class Tallies:
    """Tallies by test, in the order in which tests were first met."""

    by_test: dict[str, Tally] = field(default_factory=dict)

    def at(self, test: str) -> Tally:
        """Return the tally of a test, made when first asked for."""
        return self.by_test.setdefault(test, Tally())

    def merge(self, other: "Tallies") -> None:
        """Add those of another part."""
        for test, tally in other.by_test.items():
            self.at(test).merge(tally)


def find_error(runs: int, share: float = LEVEL) -> float:
    """Return the Monte-Carlo error of a share: 1.96 standard errors."""
    return _Z * sqrt(share * (1 - share) / max(runs, 1))


def find_limits(found: int, runs: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    share, scale = found / runs, 1 + _Z**2 / runs
    middle = (share + _Z**2 / (2 * runs)) / scale
    reach = _Z / scale * sqrt(share * (1 - share) / runs + _Z**2 / (4 * runs**2))
    return middle - reach, middle + reach


def is_outside(found: int, runs: int, bounds: tuple[float, float]) -> bool:
    """Return whether a share lies outside the bounds by more than Monte-Carlo error."""
    if not runs:
        return False
    low, high = find_limits(found, runs)
    return high < bounds[0] or low > bounds[1]
