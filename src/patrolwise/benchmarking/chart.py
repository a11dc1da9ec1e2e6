"""What a control chart is: a series, what it varies round, and how far it goes by chance."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from patrolwise.errors import InputError
from patrolwise.evaluation.xmr import TRIAL

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class ChartKind(StrEnum):
    """Which chart it is, by the name that textbooks give it."""

    COUNTS = "c"
    RATES = "u"
    WIDENED_RATES = "u′"
    SHARES = "p"
    WIDENED_SHARES = "p′"
    VALUES = "XmR"
    GAPS = "g"
    EXACT_GAPS = "g with probability limits"
    TIMES = "t"


@dataclass(frozen=True, kw_only=True)
class Rebase:
    """A new start: limits come from this point on, and somebody has said why."""

    at: int  # position of the first point after it, counted from 0
    reason: str
    baseline: int | None = None  # how many points from there give the limits; None takes all

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise InputError(
                f"The rebase at position {self.at} has no reason. Say what changed: without it, "
                "new limits hide the change they should show."
            )


@dataclass(frozen=True, kw_only=True)
class Phase:
    """The points between two rebases, which share one level."""

    first: int  # position, counted from 0
    last: int
    baseline: int  # how many of its first points the limits are of
    reason: str  # of the rebase that began it; empty for the first phase

    @property
    def is_trial(self) -> bool:
        """Whether fewer than 12 points gave the limits, so that they may yet move much."""
        return self.baseline < TRIAL


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlChart:
    """A series of n points with its limits; every array holds one number a point."""

    kind: ChartKind
    values: Floats
    middle: Floats  # the level, on the scale where the limits lie evenly
    sigma: Floats  # one standard deviation of chance, on that scale
    spread: Floats  # how many times wider than chance alone sigma was made; 1 where it was not
    phases: tuple[Phase, ...]
    power: float = 1.0  # values are that scale to this power; 1 but for the t chart
    floor: float = 0.0  # no value can be lower
    ceiling: float = np.inf  # nor higher

    @property
    def centre(self) -> Floats:
        """The centre line, on the scale of the values."""
        if self.kind is ChartKind.EXACT_GAPS:
            return _geometric_quantile(self.middle, 0.5)
        return np.asarray(self.middle**self.power)

    @property
    def low(self) -> Floats:
        """Lower three-sigma limit."""
        return self.limits()[0]

    @property
    def high(self) -> Floats:
        """Upper three-sigma limit."""
        return self.limits()[1]

    @property
    def z(self) -> Floats:
        """Sigmas above the centre; 0 on it, and infinite off it where nothing varied."""
        away = self.values ** (1 / self.power) - self.middle
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(away == 0, 0.0, away / self.sigma))

    @property
    def baseline(self) -> int:
        """How many points the newest limits are of."""
        return self.phases[-1].baseline if self.phases else 0

    @property
    def rebases(self) -> tuple[Rebase, ...]:
        """Where the limits began anew, and why."""
        return tuple(
            Rebase(at=phase.first, reason=phase.reason, baseline=phase.baseline)
            for phase in self.phases[1:]
        )

    @property
    def is_trial(self) -> bool:
        """Whether the newest limits are of fewer than 12 points."""
        return self.baseline < TRIAL

    def limits(self, sigmas: float = 3.0) -> tuple[Floats, Floats]:
        """Return the lower and the upper limit of each point, cut where no value can be.

        Parameters
        ----------
        sigmas : float
            3 to act on, 2 to watch; 1.96 and 3.09 are the funnels' 95 % and 99.8 %. On a chart
            of exact gaps: the limits of the same probability.

        Returns
        -------
        two (n,) arrays
            Only what lies beyond them is a signal; what lies on them is not.
        """
        if self.kind is ChartKind.EXACT_GAPS:
            return _geometric_limits(self.middle, sigmas)
        reach = sigmas * self.sigma
        low, high = self.middle - reach, self.middle + reach
        if self.power != 1.0:
            low, high = np.maximum(low, 0.0) ** self.power, high**self.power
        return np.clip(low, self.floor, None), np.clip(high, None, self.ceiling)

    def is_beyond(self, sigmas: float = 3.0) -> Flags:
        """Return whether each point lies beyond its limits."""
        low, high = self.limits(sigmas)
        return np.asarray((self.values < low) | (self.values > high))


def _geometric_limits(mean: Floats, sigmas: float) -> tuple[Floats, Floats]:
    """Return the gaps that fewer than the normal curve's share fall short of, or go beyond."""
    tail = float(ndtr(-sigmas))
    shares = _log_stay(mean)
    low = np.floor(np.log1p(-tail) / shares)  # the least gap that more than the tail reach
    return low, _geometric_quantile(mean, 1 - tail)


def _geometric_quantile(mean: Floats, share: float) -> Floats:
    """Return the least number that a share of geometric gaps with this mean do not exceed."""
    return np.asarray(np.maximum(np.ceil(np.log1p(-share) / _log_stay(mean)) - 1, 0.0))


def _log_stay(mean: Floats) -> Floats:
    """Return the log of the chance that one more day passes without an event."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(1 / mean))
