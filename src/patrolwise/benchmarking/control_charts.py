"""Whether a force's own series changed: charts of counts, rates, shares and other values."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from patrolwise.benchmarking.chart import ChartKind, ControlChart, Floats, Phase, Rebase
from patrolwise.errors import check_faults
from patrolwise.evaluation.xmr import LIMIT, find_mean_range

MEAN_RANGE = 1.128  # mean moving range of a normal series, in standard deviations

Level = tuple[float, Floats | float, float]  # middle; sigma, (n,) or one for all; spread
FindLevel = Callable[[slice], Level]  # from the baseline's points


def chart_counts(
    counts: ArrayLike, *, baseline: int | None = None, rebases: Sequence[Rebase] = ()
) -> ControlChart:
    """Return the c chart of counts over periods of one length and one population.

    It takes the counts to vary as chance alone would have it (Poisson). A force's crime seldom
    does: with more than some 30 a period look at `chart_values` or u′ too. With fewer than some
    10 the limits lean: at a mean of 3, 0.4 % lie above the upper one and nothing below.

    Parameters
    ----------
    counts : (n,) array of whole numbers
        In order of time, without a gap.
    baseline : int or None
        How many of the first points give the limits; None takes all up to the first rebase.
    rebases : sequence of Rebase
        Where the limits begin anew, in order of time.

    Returns
    -------
    ControlChart
        Of 56 unchanged points that give their own limits, 2 to 3 in 1,000 lie beyond three
        sigma, and 44 beyond two, as of a normal curve.

    Raises
    ------
    InputError
        A count is no whole number or below 0, or baseline or rebases do not fit.

    References
    ----------
    Shewhart (1931), Economic Control of Quality of Manufactured Product: mean ± 3 √mean.

    Examples
    --------
    >>> chart = chart_counts([4, 2, 3, 3, 1, 5])
    >>> chart.high.round(2)[0], chart.low[0], chart.is_trial
    (np.float64(8.2), np.float64(0.0), True)
    >>> chart_counts([]).values.size
    0
    """
    values = _as_floats(counts)
    faults = [*_faults_of_counts(values), *_faults_of_plan(values, baseline, rebases)]
    check_faults("c chart", faults)

    def find_level(base: slice) -> Level:
        mean = float(values[base].mean())
        return mean, float(np.sqrt(mean)), 1.0

    return make_chart(ChartKind.COUNTS, values, _plan_phases(values, baseline, rebases), find_level)


def chart_rates(
    counts: ArrayLike,
    exposures: ArrayLike,
    *,
    is_widened: bool = False,
    baseline: int | None = None,
    rebases: Sequence[Rebase] = (),
) -> ControlChart:
    """Return the u chart of counts per exposure, or u′ that allows for more than chance.

    Parameters
    ----------
    counts : (n,) array of whole numbers
        In order of time, without a gap.
    exposures : (n,) array
        What the counts arose from, in the unit of the rate: thousands of people, say.
    is_widened : bool
        Laney's u′: sigma times the spread that neighbouring points show; also less than 1.
    baseline, rebases
        As of `chart_counts`.

    Returns
    -------
    ControlChart
        Of rates; limits are narrower where the exposure is larger. Of 56 unchanged points that
        vary by 10 % beyond chance, u′ has 49 in 1,000 beyond 1.96 sigma and 2.5 beyond 3.09,
        where 50 and 2 are meant; u has 414 and 196.

    Raises
    ------
    InputError
        A count is no whole number or below 0, an exposure not above 0, or they do not fit.

    References
    ----------
    Laney (2002), Quality Engineering 14(4), 531-537: u′ and p′, z's mean moving range / 1.128.

    Examples
    --------
    >>> chart = chart_rates([10, 14, 9, 12], [5, 5, 5, 10])
    >>> chart.centre.round(2)[0], chart.high.round(2).tolist()
    (np.float64(1.8), [3.6, 3.6, 3.6, 3.07])
    """
    values, sizes = _as_floats(counts), _as_floats(exposures)
    faults = [
        *_faults_of_counts(values),
        *_faults_of_sizes(sizes, values, "exposure"),
        *_faults_of_plan(values, baseline, rebases),
    ]
    check_faults("u chart", faults)
    rates = values / sizes

    def find_level(base: slice) -> Level:
        mean = float(values[base].sum() / sizes[base].sum())
        sigma = np.sqrt(mean / sizes)
        spread = _find_spread(rates[base], mean, sigma[base]) if is_widened else 1.0
        return mean, sigma, spread

    kind = ChartKind.WIDENED_RATES if is_widened else ChartKind.RATES
    return make_chart(kind, rates, _plan_phases(values, baseline, rebases), find_level)


def chart_shares(
    counts: ArrayLike,
    totals: ArrayLike,
    *,
    is_widened: bool = False,
    baseline: int | None = None,
    rebases: Sequence[Rebase] = (),
) -> ControlChart:
    """Return the p chart of shares, or p′ that allows for more than chance.

    Parameters
    ----------
    counts : (n,) array of whole numbers
        How many of each total.
    totals : (n,) array of whole numbers
        In order of time, without a gap.
    is_widened, baseline, rebases
        As of `chart_rates`.

    Returns
    -------
    ControlChart
        Of shares, with limits from 0 to 1.

    Raises
    ------
    InputError
        A count is no whole number, below 0 or above its total, a total not above 0, or they do
        not fit.

    References
    ----------
    Laney (2002), Quality Engineering 14(4), 531-537: p′.

    Examples
    --------
    >>> chart = chart_shares([9, 8, 10], [10, 10, 10])
    >>> chart.centre.round(2)[0], chart.low.round(2)[0], chart.high[0]
    (np.float64(0.9), np.float64(0.62), np.float64(1.0))
    """
    values, sizes = _as_floats(counts), _as_floats(totals)
    faults = [
        *_faults_of_counts(values),
        *_faults_of_sizes(sizes, values, "total"),
        *_faults_of_plan(values, baseline, rebases),
    ]
    if not faults:
        faults += [
            f"Point {k + 1} counts {values[k]:g} of {sizes[k]:g}. No part exceeds the whole."
            for k in np.flatnonzero(values > sizes)
        ]
    check_faults("p chart", faults)
    shares = values / sizes

    def find_level(base: slice) -> Level:
        mean = float(values[base].sum() / sizes[base].sum())
        sigma = np.sqrt(mean * (1 - mean) / sizes)
        spread = _find_spread(shares[base], mean, sigma[base]) if is_widened else 1.0
        return mean, sigma, spread

    kind = ChartKind.WIDENED_SHARES if is_widened else ChartKind.SHARES
    phases = _plan_phases(values, baseline, rebases)
    return make_chart(kind, shares, phases, find_level, ends=(0.0, 1.0))


def chart_values(
    values: ArrayLike,
    *,
    is_screened: bool = False,
    lowest: float = -np.inf,
    baseline: int | None = None,
    rebases: Sequence[Rebase] = (),
) -> ControlChart:
    """Return the XmR chart of any values, whose limits come from how much neighbours differ.

    Parameters
    ----------
    values : (n,) array
        In order of time, without a gap.
    is_screened : bool
        Leave moving ranges of 3.267 mean ranges or more out of the mean range, once.
    lowest : float
        What no value can be below, such as 0 for rates; limits are cut there.
    baseline, rebases
        As of `chart_counts`.

    Returns
    -------
    ControlChart
        Seasons make neighbours alike and the limits too narrow: chart years, or rates against
        the same quarter. A phase of one point has its value as both limits.

    Raises
    ------
    InputError
        A value is not finite or below the lowest, or baseline or rebases do not fit.

    References
    ----------
    Wheeler (1993) and Nelson (1982), as in `evaluation.xmr`, whose constants these are.

    Examples
    --------
    >>> chart = chart_values([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2], is_screened=True, lowest=0)
    >>> chart.high.round(2)[0], chart.low[0]
    (np.float64(4.81), np.float64(0.0))
    """
    series = _as_floats(values)
    faults = [
        f"Point {k + 1} is {series[k]:g}; it must be a number of {lowest:g} or more."
        for k in np.flatnonzero(~np.isfinite(series) | (series < lowest))
    ]
    check_faults("XmR chart", [*faults, *_faults_of_plan(series, baseline, rebases)])

    def find_level(base: slice) -> Level:
        taken = series[base].tolist()
        mean_range = find_mean_range(taken, is_screened=is_screened)
        return float(series[base].mean()), LIMIT / 3 * mean_range, 1.0

    phases = _plan_phases(series, baseline, rebases)
    return make_chart(ChartKind.VALUES, series, phases, find_level, ends=(lowest, np.inf))


def _plan_phases(
    values: Floats, baseline: int | None, rebases: Sequence[Rebase]
) -> tuple[Phase, ...]:
    """Return the phases of a series that `_faults_of_plan` found nothing against."""
    if not values.size:
        return ()
    starts = [Rebase(at=0, reason="first", baseline=baseline), *rebases]
    ends = [*(rebase.at for rebase in rebases), values.size]
    return tuple(
        Phase(
            first=start.at,
            last=end - 1,
            baseline=start.baseline or end - start.at,
            reason=start.reason if start.at else "",
        )
        for start, end in zip(starts, ends, strict=True)
    )


def make_chart(
    kind: ChartKind,
    values: Floats,
    phases: tuple[Phase, ...],
    find_level: FindLevel,
    *,
    ends: tuple[float, float] = (0.0, np.inf),
) -> ControlChart:
    """Return the chart of a series, each phase at its own level.

    Parameters
    ----------
    kind : ChartKind
    values : (n,) array
        What is charted.
    phases : tuple of Phase
        Of a chart that was checked.
    find_level : callable
        From the baseline's points, as a slice: middle; sigma, one or (n,); spread.
    ends : two floats
        What no value can lie below or above.

    Returns
    -------
    ControlChart
    """
    middle, sigma, spread = (np.zeros(values.size) for _ in range(3))
    for phase in phases:
        base = slice(phase.first, phase.first + phase.baseline)
        whole = slice(phase.first, phase.last + 1)
        middle[whole], plain, spread[whole] = find_level(base)
        sigma[whole] = np.broadcast_to(plain, values.size)[whole] * spread[whole]
    floor, ceiling = ends
    return ControlChart(
        kind=kind,
        values=values,
        middle=middle,
        sigma=sigma,
        spread=spread,
        phases=phases,
        floor=floor,
        ceiling=ceiling,
    )


def _find_spread(values: Floats, mean: float, sigma: Floats) -> float:
    """Return by how much neighbouring points differ beyond chance, as a factor of sigma."""
    if mean in (0.0, 1.0) or values.size < 2:
        return 1.0  # nothing varies that could be compared
    z = (values - mean) / sigma
    return find_mean_range(z.tolist()) / MEAN_RANGE


def _as_floats(values: ArrayLike) -> Floats:
    return np.array(values, dtype=float).ravel()


def _faults_of_counts(counts: Floats) -> list[str]:
    is_whole = np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))
    return [
        f"Point {k + 1} counts {counts[k]:g}. Counts are whole numbers of 0 or more."
        for k in np.flatnonzero(~is_whole)
    ]


def _faults_of_sizes(sizes: Floats, counts: Floats, name: str) -> list[str]:
    if sizes.size != counts.size:
        return [f"There are {counts.size} counts and {sizes.size} {name}s. Give one for each."]
    return [
        f"Point {k + 1} has the {name} {sizes[k]:g}. Leave it out, or give a {name} above 0."
        for k in np.flatnonzero(~(np.isfinite(sizes) & (sizes > 0)))
    ]


def _faults_of_plan(values: Floats, baseline: int | None, rebases: Sequence[Rebase]) -> list[str]:
    places = [0, *(rebase.at for rebase in rebases), values.size]
    if any(b <= a for a, b in pairwise(places)) and rebases:
        given = ", ".join(map(str, places[1:-1]))
        return [f"Rebases must be in order, at 1 to {values.size - 1}; got {given}."]
    wanted = [baseline, *(rebase.baseline for rebase in rebases)]
    lengths = np.diff(places)
    return [
        f"baseline must be 2 to {length} points of the phase from position {start}, got {points}."
        for start, length, points in zip(places[:-1], lengths, wanted, strict=True)
        if points is not None and not 2 <= points <= length
    ]
