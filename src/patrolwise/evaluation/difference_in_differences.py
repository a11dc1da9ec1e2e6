"""By how much treated areas changed beyond comparison areas: difference-in-differences of counts.

The model is Poisson with an effect of each area and of each period, and one ratio for treated areas
after the start. With one start for all areas its maximum needs no iteration. Fitted counts must
match each area's total, each period's total and the treated areas' total after; that leaves the
ratio of ratios of the four totals, whatever the months within them. In the same way the sandwich
error clustered by area is a sum over areas of how far each one's change lies from its group's.

Neither the ratio nor its error takes counts as Poisson: the error is that of whole areas.
"""

from dataclasses import replace
from math import comb, exp, log

import numpy as np
from numpy.typing import NDArray
from scipy import special

from patrolwise.evaluation.area_panels import AreaPanel, Flags, draw_labels
from patrolwise.evaluation.choice_sums import sum_changes
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.inverted_tests import find_interval

Floats = NDArray[np.float64]

MANY_AREAS = 30  # with fewer, errors clustered by area are too small more often than they say
_TINY = 1e-9


def estimate_difference_in_differences(panel: AreaPanel, *, level: float = 0.95) -> Estimate:
    """Return the rate ratio of a two-way fixed effects Poisson model, clustered by area.

    Parameters
    ----------
    panel : AreaPanel
    level : float

    Returns
    -------
    Estimate
        Below 1: treated areas fell by more. None when one of the four totals is 0. No interval
        with a single area on a side. The interval is Student's: each area is weighed by its
        leverage, and degrees of freedom count areas by how evenly crimes are spread over them.
        `dispersion` is the variance over Poisson's. A headline from 30 areas on.

    References
    ----------
    Wooldridge (1999), Journal of Econometrics 90(1), 77-97: fixed effects Poisson holds for any
    distribution of counts. Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics
    119(1), 249-275: cluster by area. Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181,
    for leverage and degrees of freedom; Carter, Schnepel and Steigerwald (2017), Review of
    Economics and Statistics 99(4), 698-709, for the effective number of clusters.

    Examples
    --------
    >>> e = estimate_difference_in_differences(AreaPanel(
    ...     counts=np.array([[12, 8, 6, 4], [11, 9, 5, 5], [14, 16, 15, 13], [30, 28, 31, 26]]),
    ...     treated=np.array([True, True, False, False]), first_after=2))
    >>> round(e.value, 4), round(e.low, 3), round(e.high, 3)
    (0.5176, 0.296, 0.905)
    """
    estimate = Estimate(
        id="difference-in-differences",
        name="Difference-in-differences, clustered by area",
        value=None,
        level=level,
        note="Not defined: treated or comparison areas had no crime before or after.",
    )
    totals = _find_totals(panel)
    if min(totals) == 0:
        return estimate
    found = _log_ratio(*totals)
    estimate = replace(estimate, value=exp(found), note="No interval: a side has a single area.")
    if min(panel.treated.sum(), (~panel.treated).sum()) < 2:
        return estimate
    parts = [
        _find_spread(panel.before[side], panel.after[side])
        for side in (panel.treated, ~panel.treated)
    ]
    variance = sum(spread for spread, _ in parts)
    if variance < _TINY**2:
        return replace(estimate, note="No interval: areas of a side all changed alike.")
    df = variance**2 / sum(spread**2 / freedom for spread, freedom in parts)
    error, reach = variance**0.5, float(special.stdtrit(df, (1 + level) / 2))
    areas = len(panel.treated)
    return replace(
        estimate,
        low=exp(found - reach * error),
        high=exp(found + reach * error),
        p=float(2 * special.stdtr(df, -abs(found) / error)),
        dispersion=float(variance / sum(1 / total for total in totals)),
        headline=areas >= MANY_AREAS,
        note=f"{areas} areas, {df:.1f} degrees of freedom. It assumes that without treatment both "
        "groups would have changed by the same ratio.",
    )


def estimate_by_permutation_in_space(
    panel: AreaPanel, rng: np.random.Generator, *, draws: int = 999, level: float = 0.95
) -> Estimate:
    """Return the same ratio, judged by choosing other areas as treated: placebo in space.

    The interval holds the ratios that the test would not reject: for each, the treated areas'
    crimes after are divided by it before areas are chosen again.

    Parameters
    ----------
    panel : AreaPanel
    rng : numpy Generator
    draws : int
        Random choices; the true one is counted among them.
    level : float

    Returns
    -------
    Estimate
        `p` is two-sided and exact whatever the counts' distribution, if any of the areas could
        have been treated. Differences are divided by their error and then taken as quantiles of
        Student's t with each choice's own degrees of freedom (with two areas or more on each
        side), so that groups of unlike size are judged fairly too, though no longer exactly. No
        interval where so few choices exist that none could be rejected; an end is None where it
        lies beyond 1,000-fold.

    References
    ----------
    Fisher (1935); Chung and Romano (2013), Annals of Statistics 41(2), 484-507, for dividing by
    the error; Beran (1988), Journal of the American Statistical Association 83(403), 687-697, for
    quantiles in the place of a statistic whose spread differs (prepivoting); Phipson and Smyth
    (2010), Statistical Applications in Genetics 9(1), 39, for counting the true choice; MacKinnon
    and Webb (2020), Journal of Econometrics 218(2), 435-450, for few treated clusters; Wallace
    (1959), Annals of Mathematical Statistics 30(4), 1121-1130, for bounds on quantiles of
    Student's t, by which most choices are told apart without reckoning theirs.
    """
    estimate = Estimate(
        id="difference-in-differences-permutation",
        name="Difference-in-differences, placebo in space",
        value=None,
        level=level,
        note="Not defined: treated or comparison areas had no crime before or after.",
    )
    totals = _find_totals(panel)
    if min(totals) == 0:
        return estimate
    labels = np.vstack([panel.treated, draw_labels(panel.treated, draws, rng)])
    found, before, seen = _log_ratio(*totals), panel.before, panel.after

    def find_p(log_ratio: float) -> float:
        after = np.where(panel.treated, seen / exp(log_ratio), seen)
        return _count_further(before, after, labels) / (1 + draws)

    choices = comb(len(panel.treated), int(panel.treated.sum()))
    note = f"{draws:,} random choices out of {choices:,}."
    ends: tuple[float | None, float | None] = (None, None)
    if choices * (1 - level) < 1:
        note += f" With so few areas no p-value can be below {1 / choices:.2f}."
    else:
        ends = find_interval(find_p, found, level)
    return replace(
        estimate,
        value=exp(found),
        low=ends[0],
        high=ends[1],
        p=find_p(0.0),
        headline=True,
        note=note,
    )


def _find_totals(panel: AreaPanel) -> tuple[float, float, float, float]:
    """Return crimes of treated areas after and before, of comparison areas after and before."""
    on, off = panel.treated, ~panel.treated
    after, before = panel.after, panel.before
    return (
        float(after[on].sum()),
        float(before[on].sum()),
        float(after[off].sum()),
        float(before[off].sum()),
    )


def _log_ratio(after: float, before: float, other_after: float, other_before: float) -> float:
    return log(after / before) - log(other_after / other_before)


def _find_spread(before: Floats, after: Floats) -> tuple[float, float]:
    """Return a side's part of the variance, and its degrees of freedom."""
    leverage = (before + after) / (before + after).sum()
    residual = after / after.sum() - before / before.sum()
    alone = leverage > 1 - _TINY  # one area has all crimes: it cannot differ from itself
    spread = residual**2 / np.where(alone, 1.0, 1 - leverage)
    return float(spread.sum()), max(float(1 / (leverage**2).sum()) - 1, _TINY)


def _count_further(before: Floats, after: Floats, labels: Flags) -> int:
    """Return how many labellings are as far out as the first, itself among them.

    Log ratios are divided by their error. Where treated areas are busier than the others, other
    choices have fewer degrees of freedom than the true one; so what is compared is the normal
    quantile of each one's Student's t. For a single area it is the log ratio alone.
    """
    sums = np.empty((len(labels), 3))
    sum_changes(before, after, labels, sums)
    log_ratio, variance, spread = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        t, df = np.abs(log_ratio) / np.sqrt(variance), variance**2 / spread
        if min(labels[0].sum(), (~labels[0]).sum()) < 2:
            t, df = np.abs(log_ratio), np.full(len(t), np.nan)
        limit = _take_quantiles(t[:1], df[:1])[0] - _TINY
        # Quantiles would take most of the time; Wallace's bounds on them tell most choices apart.
        above = np.sqrt(df * np.log1p(t**2 / df))
        further = above * np.sqrt(np.maximum(1 - 1 / (2 * df), 0.0)) >= limit
        unsure = ~further & ~(above < limit)
        # A draw that leaves a side without crime is as far out as can be.
        further[unsure] = ~(_take_quantiles(t[unsure], df[unsure]) < limit)
    return int(further.sum())


def _take_quantiles(t: Floats, df: Floats) -> Floats:
    """Return normal quantiles of Student's t; t itself where areas of a side all changed alike."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(df), -special.ndtri(special.stdtr(df, -t)), t)
