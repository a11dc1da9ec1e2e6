"""How two periods compare when crime varies more than chance, as real crime does.

Two sources of variation are measured from the data, never assumed: how months differ beyond
chance (`estimate_paired_month_ratio`), and how areas change apart from one another
(`estimate_ratio_of_ratios`). Which is right depends on what is compared; calibration on placebo
splits of real months is in docs/explanation/calibration.md.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError
from patrolwise.evaluation.area_panels import has_like_level
from patrolwise.evaluation.estimate import Estimate, find_reach, find_two_sided_p

Floats = NDArray[np.float64]

_OWN_SPREAD = 2  # degrees of freedom that a group needs to have a spread of its own


@dataclass(frozen=True, kw_only=True)
class AreaPeriods:
    """Crimes (or harm) by area, before and after: hot spots and comparison areas.

    All arrays are one value an area. `time_ratio` is the length of the after window over that of
    the before window.
    """

    before: Floats
    after: Floats
    comparison_before: Floats
    comparison_after: Floats
    time_ratio: float = 1.0

    def __post_init__(self) -> None:
        for name in ("before", "after", "comparison_before", "comparison_after"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=float).ravel())
        faults = []
        if len(self.before) != len(self.after):
            faults.append(f"{len(self.before)} hot spots before but {len(self.after)} after")
        if len(self.comparison_before) != len(self.comparison_after):
            faults.append(
                f"{len(self.comparison_before)} comparison areas before but "
                f"{len(self.comparison_after)} after"
            )
        if not self.time_ratio > 0:
            faults.append(f"the time ratio must be above 0, got {self.time_ratio:g}")
        if faults:
            raise InputError(f"Areas by period: {'; '.join(faults)}.")

    @property
    def degrees_of_freedom(self) -> int:
        """Areas less the two groups' means."""
        return len(self.before) + len(self.comparison_before) - 2

    @property
    def is_enough(self) -> bool:
        """Whether both groups have an area and a crime, and at least three areas can vary."""
        groups = min(len(self.before), len(self.comparison_before))
        held = min(
            self.before.sum() + self.after.sum(),
            self.comparison_before.sum() + self.comparison_after.sum(),
        )
        return groups >= 1 and held > 0 and self.degrees_of_freedom >= 3


def estimate_paired_month_ratio(
    before: ArrayLike, after: ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Return the rate ratio of two periods, with the spread of its months.

    The k-th month of one period is set against the k-th of the other (January with January), so
    that season cancels. How far the pairs differ from one common ratio gives the dispersion
    phi; the interval is Student's with one less degree of freedom than pairs. It says whether
    crime changed by more than its months vary; it cannot say why.

    Parameters
    ----------
    before, after : (m,) array
        Crimes by calendar month, aligned.
    level : float

    Returns
    -------
    Estimate
        No interval with fewer than three pairs that hold a crime. Phi is never taken below 1,
        so that it is never narrower than Poisson.

    Raises
    ------
    InputError
        The two differ in length.

    References
    ----------
    Quasi-Poisson: McCullagh and Nelder (1989), Generalized Linear Models, section 9.2.4; month
    effects are conditioned out.

    Examples
    --------
    >>> e = estimate_paired_month_ratio([40, 50, 60, 50], [20, 30, 25, 25])
    >>> e.value, e.low < 0.5 < e.high
    (0.5, True)
    >>> estimate_paired_month_ratio([0, 0], [1, 2]).value is None
    True
    """
    b, a = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if b.shape != a.shape:
        raise InputError(
            f"Paired months: {len(b)} months before, {len(a)} after. Give windows of equal length."
        )
    name = "Rate ratio, spread of paired months"
    total_b, total_a = b.sum(), a.sum()
    pairs = int(((a + b) > 0).sum())
    value = float(total_a / total_b) if total_b else None
    if not value or pairs < 3:
        note = "Needs three pairs of months with crime in each period for an interval."
        return Estimate(id="rate-ratio-paired-months", name=name, value=value, note=note)
    phi = max(1.0, _pearson(b, a) / (pairs - 1))
    error = float(np.sqrt(phi * (1 / total_a + 1 / total_b)))
    return _on_log_scale(
        Estimate(
            id="rate-ratio-paired-months",
            name=name,
            value=value,
            level=level,
            dispersion=float(phi),
            headline=True,
            note="Allows for months that vary more than chance; a common trend stays in it.",
        ),
        error,
        pairs - 1,
    )


def estimate_ratio_of_ratios(areas: AreaPeriods, *, level: float = 0.95) -> Estimate:
    """Return the hot spots' change over the comparison areas' change.

    Each area has its own log ratio, with chance error 1/before + 1/after and a spread tau² between
    areas that is estimated from both groups. Means are weighted by precision; the interval is
    Student's, by Knapp and Hartung. Where one group's areas had more than 1.5 times the crime of
    the other's, they vary otherwise by ratio too: each group then has its own factor, and degrees
    of freedom are Welch's.

    Parameters
    ----------
    areas : AreaPeriods
        Counts, one an area. Comparison areas of like kind and size: those that differ react
        differently to season and events, and no interval mends that.
    level : float

    Returns
    -------
    Estimate
        Below 1: the hot spots fell by more. None when there are fewer than five areas in all.
        Half a crime is added to each count, so that an area without crime can take part.
        `dispersion` is 1 + tau² over the typical chance variance.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188 (tau², pooled within
    groups); Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710. Their factor is taken
    as it is: kept from falling below 1 the test finds 3 of 100 where 5 are due, with areas that
    vary by chance alone (docs/explanation/placebo-study.md). Welch (1947), Biometrika 34, 28-35.
    """
    name = "Ratio of ratios with comparison areas, spread between areas"
    if not areas.is_enough:
        return Estimate(
            id="ratio-of-ratios-robust",
            name=name,
            value=None,
            note="Needs crime in both groups, and five areas in all.",
        )
    groups = [
        _log_ratios(areas.before, areas.after),
        _log_ratios(areas.comparison_before, areas.comparison_after),
    ]
    tau2 = _between_areas(groups, areas.degrees_of_freedom)
    means, spreads, variances = [], [], []
    for ratios, chance in groups:
        weights = 1 / (chance + tau2)
        mean = float(weights @ ratios / weights.sum())
        means.append(mean)
        spreads.append(float(weights @ (ratios - mean) ** 2))
        variances.append(float(1 / weights.sum()))
    is_like = has_like_level(areas.before, areas.comparison_before)
    error, df = _knapp_hartung(variances, spreads, [len(r) - 1 for r, _ in groups], is_like)
    typical = float(np.median(np.concatenate([chance for _, chance in groups])))
    return _on_log_scale(
        Estimate(
            id="ratio-of-ratios-robust",
            name=name,
            value=float(np.exp(means[0] - means[1])),
            level=level,
            dispersion=1 + tau2 / typical,
            headline=True,
            note="Season and trend that both share cancel; unlike comparison areas bias it.",
        ),
        error,
        df,
    )


def estimate_poisson_ratio_of_ratios(areas: AreaPeriods, *, level: float = 0.95) -> Estimate:
    """Return the ratio of ratios of the totals as if counts were Poisson: for comparison only.

    Parameters
    ----------
    areas : AreaPeriods
    level : float

    Returns
    -------
    Estimate
        Never a headline: on placebo splits of real months it rejects several times too often.

    References
    ----------
    Wilson (2022), Journal of Experimental Criminology 18, 427-458, log incidence rate ratio.

    Examples
    --------
    >>> import numpy as np
    >>> e = estimate_poisson_ratio_of_ratios(AreaPeriods(
    ...     before=np.array([50]), after=np.array([30]),
    ...     comparison_before=np.array([60]), comparison_after=np.array([55])))
    >>> round(e.value, 7), round(e.low, 4), round(e.high, 4)
    (0.6545455, 0.3657, 1.1714)
    """
    name = "Ratio of ratios of totals, taken as Poisson"
    totals = [
        float(a.sum())
        for a in (areas.after, areas.before, areas.comparison_after, areas.comparison_before)
    ]
    if min(totals) == 0:
        return Estimate(
            id="ratio-of-ratios-poisson",
            name=name,
            value=None,
            note="Not defined: one of the four totals is 0.",
        )
    after, before, c_after, c_before = totals
    estimate = Estimate(
        id="ratio-of-ratios-poisson",
        name=name,
        value=(after / before) / (c_after / c_before),
        level=level,
        note="Takes areas and months as Poisson; its interval is too narrow.",
    )
    return _on_log_scale(estimate, float(np.sqrt(sum(1 / t for t in totals))), None)


def find_permutation_p(
    areas: AreaPeriods, rng: np.random.Generator, *, draws: int = 1999
) -> Estimate:
    """Return how often areas drawn at random as "hot spots" differ as much (placebo in space).

    Parameters
    ----------
    areas : AreaPeriods
        Counts or harm.
    rng : numpy Generator
    draws : int
        Random relabellings; the observed one is counted among them.

    Returns
    -------
    Estimate
        `value` is the ratio of ratios of the totals. No interval. `p` is two-sided, valid
        whatever the areas' distribution, if they could have been hot spots alike. What is
        compared is the log ratio over the root of 1/hot + 1/rest, of each group's total of both
        windows: where variance goes with the mean, as of crimes and of harm, hot spots busier
        than the others vary less by ratio, and without it they would be found changed too seldom.

    References
    ----------
    Fisher (1935); Phipson and Smyth (2010), Statistical Applications in Genetics 9(1), 39, on
    counting the observed labelling; Janssen (1997), Statistics and Probability Letters 36(1),
    9-21: permutation of a studentised difference where groups vary unlike. Here the scale is not
    estimated from the few areas but taken from their totals, which costs less power.
    """
    name = "Ratio of ratios, placebo in space"
    before = np.concatenate([areas.before, areas.comparison_before])
    after = np.concatenate([areas.after, areas.comparison_after])
    k = len(areas.before)
    observed = _log_ror(before, after, k)
    if not areas.is_enough or not np.isfinite(observed):
        return Estimate(
            id="ratio-of-ratios-permutation",
            name=name,
            value=None,
            note="Needs five areas in all, with crime in both groups and both windows.",
        )
    order = np.argsort(rng.random((draws, len(before))), axis=1)
    found = abs(observed) / _scale_of(before + after, k)
    drawn = np.abs(_log_ror(before[order], after[order], k)) / _scale_of((before + after)[order], k)
    # A draw that leaves a group empty is as far out as can be: it counts as further.
    further = (drawn >= found - 1e-12) | ~np.isfinite(drawn)
    return Estimate(
        id="ratio-of-ratios-permutation",
        name=name,
        value=float(np.exp(observed)),
        p=float((1 + further.sum()) / (1 + draws)),
        headline=True,
        note=f"{draws:,} random choices of {k} areas out of {len(before)}.",
    )


def _pearson(before: Floats, after: Floats) -> float:
    """Return Pearson's chi-squared of the pairs round one common ratio."""
    total = before + after
    share = after.sum() / total.sum()
    held = total > 0
    expected = total[held] * share
    return float((((after[held] - expected) ** 2) / (expected * (1 - share))).sum())


def _log_ratios(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    b, a = before + 0.5, after + 0.5
    return np.log(a / b), 1 / a + 1 / b


def _between_areas(groups: list[tuple[Floats, Floats]], df: int) -> float:
    """Return tau², DerSimonian and Laird's, with each group about its own mean."""
    spread, scale = 0.0, 0.0
    for ratios, chance in groups:
        weights = 1 / chance
        mean = weights @ ratios / weights.sum()
        spread += float(weights @ (ratios - mean) ** 2)
        scale += float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (spread - df) / scale)


def _knapp_hartung(
    variances: list[float], spreads: list[float], dfs: list[int], is_pooled: bool
) -> tuple[float, float]:
    """Return the error of the difference of two groups' means, and its degrees of freedom."""
    total = sum(spreads)
    if total == 0:  # all areas changed by one ratio: nothing is known but chance
        return float(np.sqrt(sum(variances))), sum(dfs)
    if is_pooled or min(dfs) < _OWN_SPREAD:
        return float(np.sqrt(sum(variances) * total / sum(dfs))), sum(dfs)
    own = [
        variance * spread / df for variance, spread, df in zip(variances, spreads, dfs, strict=True)
    ]
    fourth = sum(part**2 / df for part, df in zip(own, dfs, strict=True))
    return float(np.sqrt(sum(own))), sum(own) ** 2 / fourth


def _log_ror(before: Floats, after: Floats, k: int) -> Floats:
    """Return the log ratio of ratios of totals, the first k areas against the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        hot = np.log(after[..., :k].sum(-1)) - np.log(before[..., :k].sum(-1))
        rest = np.log(after[..., k:].sum(-1)) - np.log(before[..., k:].sum(-1))
        return np.asarray(hot - rest, dtype=float)


def _scale_of(both: Floats, k: int) -> Floats:
    """Return the spread of a log ratio of ratios, up to a factor, if variance is like the mean."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.sqrt(1 / both[..., :k].sum(-1) + 1 / both[..., k:].sum(-1)))


def _on_log_scale(estimate: Estimate, error: float, df: float | None) -> Estimate:
    """Return the estimate with interval and p-value; df None is the normal distribution."""
    assert estimate.value is not None
    log_value, reach = np.log(estimate.value), find_reach(estimate.level, df)
    return replace(
        estimate,
        low=float(np.exp(log_value - reach * error)),
        high=float(np.exp(log_value + reach * error)),
        p=find_two_sided_p(abs(log_value) / error, df),
    )
