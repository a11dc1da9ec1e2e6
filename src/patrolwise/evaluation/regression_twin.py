"""What each hot spot would have had if nothing had been done: its regression-to-the-mean twin.

Places are chosen because they were high, and part of that was luck. The twin takes the luck back: a
gamma distribution of true rates is fitted to all candidate places, and each hot spot's forecast is
what a place with its count can be expected to have next. The fall to be explained is from the twin,
not from the count before, and both have an interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy import special

from patrolwise.errors import check_faults
from patrolwise.evaluation.dispersion import find_dispersion
from patrolwise.evaluation.estimate import Estimate
from patrolwise.hot_spots import GammaPrior, expected_next, fit_prior
from patrolwise.hot_spots.gi_star import adjust_for_discoveries
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]

TWINS = Table(
    "TWINS",
    "one hot spot beside its do-nothing forecast",
    (
        Column("place", pl.Int64, "position among the candidate places, from 0"),
        Column("before", pl.Float64, "crimes before"),
        Column("after", pl.Float64, "crimes after"),
        Column("expected", pl.Float64, "crimes to expect after with no action: the twin"),
        Column("low", pl.Float64, "fewest crimes that chance alone would make likely"),
        Column("high", pl.Float64, "most crimes that chance alone would make likely"),
        Column("difference", pl.Float64, "after less expected; below 0 is fewer than the twin"),
        Column("difference_low", pl.Float64, "lower end of the difference's interval"),
        Column("difference_high", pl.Float64, "upper end of the difference's interval"),
        Column("p", pl.Float64, "two-sided, of so many crimes with no action"),
        Column("q", pl.Float64, "p, allowed for the number of hot spots"),
    ),
)

_NOTE = (
    "Regression to the mean is allowed for. A change that came to all places alike is not, unless "
    "a trend is given."
)
_STEP = 1e-3  # of a log parameter, for slopes
_WIDE_STEP = 0.05  # for curvature: with less, a flat one drowns in rounding
_FLAT = 1e-6  # a curvature below it says nothing of the parameter


@dataclass(frozen=True, kw_only=True)
class TwinRule:
    """The lengths of both windows, and what is allowed for."""

    before: float = 1.0  # length of the window before, in years say
    after: float = 1.0
    trend: float = 1.0  # ratio by which crime changed everywhere; comparison areas' or a force's
    dispersion: float | None = None  # of one place's periods; None: from the periods, 1 with one
    level: float = 0.95

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be above 0 and finite, got {value:g}."
            for name, value in (
                ("before", self.before),
                ("after", self.after),
                ("trend", self.trend),
            )
            if not 0 < value < inf
        ]
        if self.dispersion is not None and not 1 <= self.dispersion < inf:
            faults.append(f"dispersion must be 1 or more, got {self.dispersion:g}.")
        if not 0 < self.level < 1:
            faults.append(f"level must lie between 0 and 1, got {self.level:g}.")
        check_faults("Twin rule", faults)


@dataclass(frozen=True, kw_only=True)
class TwinForecast:
    """The forecasts of chosen places, and what they share."""

    twins: pl.DataFrame  # (k, 11) TWINS
    total: Estimate  # crimes after less expected, all hot spots together
    ratio: Estimate  # crimes after over expected, all together
    shrinkage: float  # expected over before, all together, less 1: the fall with no action
    prior: GammaPrior  # in units of the dispersion
    dispersion: float


def forecast_twins(
    candidates: ArrayLike, after: ArrayLike, chosen: ArrayLike, rule: TwinRule | None = None
) -> TwinForecast:
    """Return each chosen place's do-nothing forecast, and how far it ended from it.

    Parameters
    ----------
    candidates : (places,) or (places, periods) array
        Crimes before at every place that could have been chosen, empty ones too. With periods
        (months, say) it is measured how much more a place varies than chance.
    after : (k,) array
        Crimes after at the chosen places, in the order of `chosen`.
    chosen : (k,) array of int
        Positions of the hot spots among the candidates.
    rule : TwinRule, optional

    Returns
    -------
    TwinForecast
        Intervals are prediction intervals: a count after falls outside in 5 % with no action. They
        hold the luck of the count after, what is not known of the place's true rate, and the error
        of the fitted gamma. Selection needs no further allowance: the forecast is the same
        whyever a place was chosen, as long as that was by counts before.

    Raises
    ------
    InputError
        Counts are negative or missing, a position is not among the candidates or given twice, or
        `after` and `chosen` differ in length.

    References
    ----------
    Robbins (1956); Clayton and Kaldor (1987), Biometrics 43, 671-681; Hauer (1997), Observational
    Before-After Studies in Road Safety, chapters 11 and 12. Efron (2011), Journal of the American
    Statistical Association 106(496), 1602-1614, on selection. McCullagh and Nelder (1989), section
    6.2.3: counts over their dispersion, where a place varies more than chance.

    Examples
    --------
    >>> seen = np.array([20, 7, 5, 4, 3, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    >>> found = forecast_twins(seen, [12], [0])
    >>> found.twins["expected"].round(1).to_list(), round(found.shrinkage, 2)
    ([17.8], -0.11)
    """
    rule = rule or TwinRule()
    seen, seen_after = np.asarray(candidates, dtype=float), np.asarray(after, dtype=float)
    places = np.asarray(chosen, dtype=np.int64)
    check_faults("Twins", _find_faults(seen, seen_after, places))
    totals = seen if seen.ndim == 1 else seen.sum(axis=1)
    dispersion = rule.dispersion or (1.0 if seen.ndim == 1 else find_dispersion(seen))
    prior = fit_prior(totals / dispersion, rule.before)
    own = totals[places]
    expected = _expect(prior, own, dispersion, rule)
    chance = dispersion * expected * (1 + _share_unknown(prior, rule))
    slopes = _find_slopes(prior, own, dispersion, rule)
    error = _find_prior_error(prior, totals / dispersion, rule.before)
    together = slopes.sum(axis=0)
    each = _predict(
        expected,
        chance + np.einsum("ik,kl,il->i", slopes, error, slopes),
        seen_after,
        rule.level,
    )
    total = _predict(
        expected.sum(keepdims=True),
        chance.sum(keepdims=True) + together @ error @ together,
        seen_after.sum(keepdims=True),
        rule.level,
    )
    return TwinForecast(
        twins=_tabulate(places, own, each),
        total=_as_difference(total, rule.level, dispersion),
        ratio=_as_ratio(total, rule.level, dispersion),
        shrinkage=float(expected.sum() / own.sum() - 1) if own.sum() else 0.0,
        prior=prior,
        dispersion=dispersion,
    )


@dataclass(frozen=True, kw_only=True)
class _Predicted:
    expected: Floats
    low: Floats
    high: Floats
    seen: Floats
    p: Floats


def _find_faults(seen: Floats, after: Floats, places: NDArray[np.int64]) -> list[str]:
    faults = []
    if seen.ndim not in (1, 2) or not seen.size:
        return [f"candidates must be places, or places by periods, got {seen.shape}."]
    if not all(np.isfinite(counts).all() and (counts >= 0).all() for counts in (seen, after)):
        faults.append("Counts must be 0 or more, none missing.")
    if after.shape != places.shape or places.ndim != 1 or not places.size:
        faults.append(f"There are {places.size} chosen places and {after.size} counts after.")
    if not ((places >= 0) & (places < len(seen))).all():
        faults.append(f"chosen must be positions from 0 to {len(seen) - 1}.")
    if len(np.unique(places)) < places.size:
        faults.append("A place is chosen twice.")
    return faults


def _expect(prior: GammaPrior, own: Floats, dispersion: float, rule: TwinRule) -> Floats:
    to_come = rule.after * rule.trend
    expected = expected_next(prior, own / dispersion, rule.before, to_come)
    return np.asarray(dispersion * expected)


def _share_unknown(prior: GammaPrior, rule: TwinRule) -> float:
    """Return how much the unknown true rate adds to the variance, over the count's own luck."""
    return rule.after * rule.trend / (rule.before + prior.beta)


def _find_slopes(prior: GammaPrior, own: Floats, dispersion: float, rule: TwinRule) -> Floats:
    """Return how each forecast moves with the prior's log mean and log alpha: (k, 2)."""

    def expect(log_mean: float, log_alpha: float) -> Floats:
        moved = GammaPrior(
            mean=prior.mean * np.exp(log_mean), alpha=prior.alpha * np.exp(log_alpha)
        )
        return _expect(moved, own, dispersion, rule)

    up, down = _STEP, -_STEP
    by_mean = (expect(up, 0.0) - expect(down, 0.0)) / (2 * _STEP)
    by_alpha = (expect(0.0, up) - expect(0.0, down)) / (2 * _STEP)
    return np.column_stack([by_mean, by_alpha])


def _find_prior_error(prior: GammaPrior, counts: Floats, exposure: float) -> Floats:
    """Return the covariance of the fitted log mean and log alpha, from the likelihood's curvature.

    Alpha's error is left out where the likelihood says nothing of it: places then differ by hardly
    more than chance, and no forecast depends on it.
    """
    only_mean = np.diag([1 / max(counts.sum(), 1.0), 0.0])
    if prior.is_collapsed:
        return only_mean

    values, times = np.unique(counts, return_counts=True)

    def fit(log_mean: float, log_alpha: float) -> float:
        a = prior.alpha * np.exp(log_alpha)
        expected = exposure * prior.mean * np.exp(log_mean)
        terms = special.gammaln(values + a) - special.gammaln(a)
        terms += a * np.log(a / (a + expected)) + values * np.log(expected / (a + expected))
        return float(times @ terms)

    h = _WIDE_STEP
    middle = fit(0.0, 0.0)
    by_mean = (fit(h, 0.0) - 2 * middle + fit(-h, 0.0)) / h**2
    by_alpha = (fit(0.0, h) - 2 * middle + fit(0.0, -h)) / h**2
    by_both = (fit(h, h) - fit(h, -h) - fit(-h, h) + fit(-h, -h)) / (4 * h**2)
    curvature = -np.array([[by_mean, by_both], [by_both, by_alpha]])
    if np.linalg.eigvalsh(curvature).min() <= _FLAT * abs(by_mean):
        return only_mean
    return np.asarray(np.linalg.inv(curvature))


def _predict(expected: Floats, variance: Floats, seen: Floats, level: float) -> _Predicted:
    """Return what chance makes likely, from the negative binomial of that mean and variance."""
    extra = np.maximum(variance - expected, _FLAT * np.maximum(expected, _FLAT))
    size, share = expected**2 / extra, expected / (expected + extra)

    def up_to(count: Floats) -> Floats:
        held = special.betainc(size, np.maximum(count, 0.0) + 1, share)
        return np.where(count < 0, 0.0, np.where(expected > 0, held, 1.0))

    tail = (1 - level) / 2
    whole = np.floor(seen)
    # Half of the mass at the count seen: whole counts are then not judged too kindly.
    below = (up_to(whole - 1) + up_to(whole)) / 2
    return _Predicted(
        expected=expected,
        low=_find_quantile(up_to, tail, expected, variance),
        high=_find_quantile(up_to, 1 - tail, expected, variance),
        seen=seen,
        p=np.minimum(1.0, 2 * np.minimum(below, 1 - below)),
    )


def _find_quantile(
    up_to: Callable[[Floats], Floats], wanted: float, expected: Floats, variance: Floats
) -> Floats:
    """Return the fewest crimes that are not exceeded with the chance wanted."""
    low = np.full(len(expected), -1.0)
    high = np.ceil(expected + 40 * np.sqrt(variance) + 40)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = up_to(middle) >= wanted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.asarray(high)


def _tabulate(places: NDArray[np.int64], own: Floats, each: _Predicted) -> pl.DataFrame:
    return make_table(
        TWINS,
        {
            "place": places,
            "before": own,
            "after": each.seen,
            "expected": each.expected,
            "low": each.low,
            "high": each.high,
            "difference": each.seen - each.expected,
            "difference_low": each.seen - each.high,
            "difference_high": each.seen - each.low,
            "p": each.p,
            "q": adjust_for_discoveries(each.p),
        },
    )


def _as_difference(total: _Predicted, level: float, dispersion: float) -> Estimate:
    seen = float(total.seen[0])
    return Estimate(
        id="twin-difference",
        name="Crimes after less the regression-to-the-mean twin",
        value=seen - float(total.expected[0]),
        low=seen - float(total.high[0]),
        high=seen - float(total.low[0]),
        level=level,
        p=float(total.p[0]),
        dispersion=dispersion,
        note=_NOTE,
    )


def _as_ratio(total: _Predicted, level: float, dispersion: float) -> Estimate:
    seen, expected, low, high = (
        float(v[0]) for v in (total.seen, total.expected, total.low, total.high)
    )
    return Estimate(
        id="twin-ratio",
        name="Crimes after over the regression-to-the-mean twin",
        value=seen / expected if expected else None,
        low=seen / high if expected and high else None,
        high=seen / low if expected and low else None,
        level=level,
        p=float(total.p[0]) if expected else None,
        dispersion=dispersion,
        note=_NOTE if expected else "Not defined: the forecast is 0.",
    )
