"""How many crimes, or days of harm, patrols prevented: what was recorded, and the effect."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.evaluation.estimate import Estimate

Floats = NDArray[np.float64]
FEWEST_PARTS = 5  # hot spots or weeks: of fewer nobody can tell how much they differ
_FARTHEST = 50.0  # of a log ratio: nobody can tell e^50 from more
_LEAST_LEFT = 0.99  # share of the draws in which the ratio must be defined


@dataclass(frozen=True, kw_only=True)
class ChainRule:
    """How chance is carried from the counts to the pounds."""

    level: float = 0.95
    draws: int = 9_999

    def __post_init__(self) -> None:
        faults = []
        if not 0 < self.level < 1:
            faults.append(f"level must lie between 0 and 1, got {self.level:g}.")
        if self.draws < 99:
            faults.append(f"draws must be 99 or more, got {self.draws}.")
        check_faults("ChainRule", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class OnOffCounts:
    """Crimes, or days of harm, on days with and without patrols; (g,) arrays, one value a part.

    Parts are what is drawn anew: hot spots, or weeks where all hot spots share what moves crime.
    """

    on: Floats  # on patrol days
    off: Floats  # on days without
    days_on: Floats
    days_off: Floats

    def __post_init__(self) -> None:
        arrays = (self.on, self.off, self.days_on, self.days_off)
        if {array.shape for array in arrays} != {(len(self.on),)}:
            raise InputError("Counts on and off: give four arrays of one length.")
        faults = []
        if not all(np.isfinite(array).all() and (array >= 0).all() for array in arrays):
            faults.append("Counts and days must be 0 or more, and finite.")
        elif not ((self.days_on > 0) & (self.days_off > 0)).all():
            faults.append("Each part needs days with and days without patrols. Leave out others.")
        if len(self.on) < FEWEST_PARTS:
            faults.append(
                f"There are {len(self.on)} parts; below {FEWEST_PARTS} nobody can tell how much "
                "they differ by themselves. Give weeks instead of hot spots."
            )
        check_faults("Counts on and off", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class Effect:
    """The rate with patrols over the rate without, θ, and how sure it is.

    One effect that is used twice, for two services say, brings the same draws to both.
    """

    ratio: float
    low: float
    high: float
    level: float
    draws: Floats  # (n,) of θ; their quantiles are its limits


@dataclass(frozen=True, kw_only=True, eq=False)
class Prevented:
    """How many were prevented on patrol days, if that is shown at all."""

    what: str  # one of them: "crime", "CCHI day"
    recorded: float  # on patrol days
    effect: Effect
    value: float | None  # None: not shown, so there is no figure to quote
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        """Whether the effect's interval lies wholly below 1."""
        return self.effect.high < 1

    @property
    def draws(self) -> Floats:
        """What was prevented, (n,), below 0 where there was more with patrols."""
        return self.recorded * (1 / self.effect.draws - 1)

    @property
    def sentence(self) -> str:
        """The figure as it may be quoted."""
        sure = (
            f"rate ratio {self.effect.ratio:.2f}, {100 * self.effect.level:g} % interval "
            f"{self.effect.low:.2f} to {self.effect.high:.2f}"
        )
        if self.value is None:
            return f"Not shown to prevent crime ({sure}). So no cost per {self.what} prevented."
        return (
            f"{self.value:,.0f} {self.what}s prevented on patrol days ({self.low:,.0f} to "
            f"{self.high:,.0f}; {sure})."
        )


def effect_from_counts(
    counts: OnOffCounts, rng: np.random.Generator, rule: ChainRule | None = None
) -> Effect:
    """Return the effect of patrols from counts, with an interval by bootstrap over the parts.

    The ratio is that of Mantel and Haenszel over the parts, so parts of other levels and other
    numbers of days may be mixed. Parts are drawn with replacement; each draw is measured in its
    own standard errors, whatever its sign (symmetric bootstrap-t), as few parts vary more than
    the normal distribution says. scripts/calibrate_costs.py measures how often it holds the truth.

    Parameters
    ----------
    counts : OnOffCounts
    rng : numpy Generator
    rule : ChainRule, optional

    Returns
    -------
    Effect

    Raises
    ------
    RefusedError
        There is nothing on one side, or the counts lie in so few parts that draws without them
        have no ratio.

    References
    ----------
    Greenland and Robins (1985), Biometrics 41, 55-68: the ratio of sparse rates.
    Hall (1988), Journal of the Royal Statistical Society B 50, 35-45: symmetric bootstrap-t.
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 12.5: bootstrap-t.
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90, 414-427: with few
    clusters, draw the statistic in its own standard errors.
    """
    rule = rule or ChainRule()
    days = counts.days_on + counts.days_off
    on, off = counts.on * counts.days_off / days, counts.off * counts.days_on / days
    if on.sum() == 0 or off.sum() == 0:
        raise RefusedError(
            f"There are {counts.on.sum():g} on patrol days and {counts.off.sum():g} on others: "
            "with nothing on one side there is no ratio. Lengthen the windows."
        )
    parts = len(on)
    middle, error = _log_ratio(np.ones((1, parts)), on, off)
    weights = rng.multinomial(parts, np.full(parts, 1 / parts), size=rule.draws).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn, errors = _log_ratio(weights, on, off)
        t = (drawn - middle) / errors
    size = np.abs(t[np.isfinite(t)])
    if len(size) < _LEAST_LEFT * rule.draws:
        raise RefusedError(
            "The counts lie in too few of the parts: many draws have no ratio. Give larger parts, "
            "or longer windows."
        )
    # As many draws as asked for, evenly spread over both signs, in an order by chance.
    even = (np.arange(rule.draws) + 0.5) / rule.draws
    spread = rng.permutation(np.quantile(np.concatenate([-size, size]), even))
    reach = np.quantile(size, rule.level)
    ends = middle + np.array([-reach, 0, reach]) * error
    low, ratio, high = np.exp(np.clip(ends, -_FARTHEST, _FARTHEST))
    draws = np.exp(np.clip(middle + spread * error, -_FARTHEST, _FARTHEST))
    return Effect(
        ratio=float(ratio),
        low=float(low),
        high=float(high),
        level=rule.level,
        draws=draws,
    )


def effect_from_estimate(
    estimate: Estimate, rng: np.random.Generator, rule: ChainRule | None = None
) -> Effect:
    """Return the effect that an estimate says, with draws whose quantiles are its limits.

    Parameters
    ----------
    estimate : Estimate
        A rate ratio with its interval.
    rng : numpy Generator
    rule : ChainRule, optional
        Its level must be the estimate's.

    Returns
    -------
    Effect
        Normal on the logarithm, each side as wide as the interval says.

    Raises
    ------
    InputError
        It has no value or interval, is no ratio, or is of another level.
    """
    rule = rule or ChainRule()
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None or not 0 < low <= value <= high < np.inf:
        raise InputError(f"{estimate.id} is no rate ratio with an interval: a cost needs both.")
    if estimate.level != rule.level:
        raise InputError(
            f"{estimate.id} has an interval of {estimate.level:g} and the rule asks "
            f"{rule.level:g}. Make both at one level."
        )
    # Evenly spread over the distribution, in an order by chance: no noise of few draws.
    even = special.ndtri((np.arange(rule.draws) + 0.5) / rule.draws)
    z = rng.permutation(even) / special.ndtri((1 + rule.level) / 2)
    sides = np.where(z < 0, np.log(value / low), np.log(high / value))
    draws = value * np.exp(z * sides)
    return Effect(ratio=value, low=low, high=high, level=rule.level, draws=draws)


def find_prevented(recorded: float, effect: Effect, what: str = "crime") -> Prevented:
    """Return how many were prevented on patrol days: recorded × (1/θ − 1).

    Parameters
    ----------
    recorded : float
        Crimes, or days of harm, on patrol days; taken as known.
    effect : Effect
        On the same outcome.
    what : str
        One of them.

    Returns
    -------
    Prevented
        Its interval comes from the effect's limits.

    Raises
    ------
    InputError
        Nothing was recorded.

    Examples
    --------
    >>> said = Estimate(id="r", name="", value=0.8, low=0.64, high=1.0)
    >>> effect = effect_from_estimate(said, np.random.default_rng(1))
    >>> find_prevented(100, effect).sentence[:28]
    'Not shown to prevent crime ('
    """
    if not 0 < recorded < np.inf:
        raise InputError(f"{recorded:g} recorded on patrol days: nothing to start from.")
    return Prevented(
        what=what,
        recorded=recorded,
        effect=effect,
        value=recorded * (1 / effect.ratio - 1) if effect.high < 1 else None,
        low=recorded * (1 / effect.high - 1),
        high=recorded * (1 / effect.low - 1),
    )


def _log_ratio(weights: Floats, on: Floats, off: Floats) -> tuple[Floats, Floats]:
    """Return the log ratio and its standard error for each row of weights, (n,) both."""
    parts = len(on)
    total_on, total_off = weights @ on, weights @ off
    spread = (
        weights @ on**2 / total_on**2
        - 2 * (weights @ (on * off)) / (total_on * total_off)
        + weights @ off**2 / total_off**2
    )
    error = np.sqrt(np.maximum(spread, 0) * parts / (parts - 1))
    return np.log(total_on / total_off), error
