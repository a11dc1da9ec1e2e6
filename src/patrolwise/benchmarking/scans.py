"""Whether crime gathered in some months, or in some forces' months: the scan statistic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from patrolwise.benchmarking.chart import Floats
from patrolwise.benchmarking.control_charts import MEAN_RANGE
from patrolwise.benchmarking.scan_windows import (
    ScanRule,
    Search,
    count_draws,
    find_best,
)
from patrolwise.errors import check_faults

ALL_WINDOWS = ScanRule()


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The window that chance explains least."""

    forces: tuple[int, ...]  # rows of the counts, from 0
    first: int  # periods, from 0
    last: int
    observed: int
    expected: float
    log_ratio: float  # of the likelihoods with and without a cluster there
    p: float  # chance of one as unlikely anywhere; no less than 1 / (draws + 1)
    draws: int

    @property
    def ratio(self) -> float:
        """Observed to expected."""
        return self.observed / self.expected


def scan_times(
    counts: ArrayLike,
    rng: np.random.Generator,
    *,
    exposures: ArrayLike | None = None,
    rule: ScanRule = ALL_WINDOWS,
) -> Cluster | None:
    """Return the run of periods in which one series has more, or less, than chance would give it.

    Parameters
    ----------
    counts : (t,) array of whole numbers
        In order of time, without a gap.
    rng : Generator
        For the draws.
    exposures : (t,) array or None
        What the periods' expected counts are in proportion to: days, say; None for equal ones.
    rule : ScanRule

    Returns
    -------
    Cluster or None
        None if no window has more (or less) than expected.

    Raises
    ------
    InputError
        A count is no whole number or below 0, an exposure not above 0, they do not fit, or the
        windows are as long as the series.

    References
    ----------
    Naus (1965), Journal of the American Statistical Association 60, 532-538; Kulldorff (1997), as
    in `scan_forces`, for windows of many lengths.

    Examples
    --------
    >>> found = scan_times([2, 3, 2, 9, 8, 10, 2, 3], np.random.default_rng(1))
    >>> found.first, found.last, found.observed, found.expected, found.p
    (3, 5, 27, 14.625, 0.001)
    >>> scan_times([0, 0, 0, 0], np.random.default_rng(1)) is None
    True
    """
    series = np.array(counts, dtype=float).reshape(1, -1)
    sizes = np.ones(series.shape) if exposures is None else np.array(exposures, float, ndmin=2)
    return scan_forces(series, rng, expected=sizes, rule=rule)


def scan_forces(
    counts: ArrayLike,
    rng: np.random.Generator,
    *,
    expected: ArrayLike | None = None,
    zones: Sequence[Sequence[int]] | None = None,
    rule: ScanRule = ALL_WINDOWS,
) -> Cluster | None:
    """Return the forces and periods that together have more, or less, than chance would give them.

    One p-value answers for all windows and zones looked at. It takes cells to vary on their own:
    where a force drifts over years, a small p says only that it went its own way.

    Parameters
    ----------
    counts : (f, t) array of whole numbers
        Forces by periods, in order of time, without a gap.
    rng : Generator
        For the draws.
    expected : (f, t) array or None
        What the counts are in proportion to when nothing gathers, such as population. None holds
        each force's and each period's total, and asks who had more than its share when: neither
        large forces nor a national trend are then a find.
    zones : sequence of sequence of int, or None
        Groups of rows that may form a cluster, as from `find_zones`; None for single forces.
    rule : ScanRule
        With a spread, as from `find_spread`, counts are weighted by 1 / (1 + spread² expected) in
        search and in draws; draws are then raked to the totals held, and p errs upwards below
        some 5 crimes a cell.

    Returns
    -------
    Cluster or None
        None if no window has more (or less) than expected.

    Raises
    ------
    InputError
        A count is no whole number or below 0, an expected one not above 0 where something was
        counted, a zone names no force, the tables do not fit, or the windows are as long as the
        series.

    References
    ----------
    Kulldorff (1997), Communications in Statistics 26(6), 1481-1496: the likelihood ratio, given
    the total. Kulldorff et al. (2005), PLoS Medicine 2(3), e59: totals of both kinds held. Davison
    and Hinkley (1997), Bootstrap Methods and their Application, 4.2: (1 + k) / (1 + n).

    Examples
    --------
    >>> counts = np.full((4, 8), 20)
    >>> counts[2, 5:7] = 45
    >>> found = scan_forces(counts, np.random.default_rng(1))
    >>> found.forces, found.first, found.last, round(found.ratio, 2), found.p
    ((2,), 5, 6, 1.41, 0.002)
    """
    search = _prepare(counts, expected, zones, rule)
    best = find_best(search) if search.total else None
    if best is None:
        return None
    worse = count_draws(search, best.log_ratio, rng)
    forces = np.flatnonzero(search.zones[best.zone])
    inside = np.ix_(forces, np.arange(best.first, best.last + 1))
    return Cluster(
        forces=tuple(forces.tolist()),
        first=best.first,
        last=best.last,
        observed=int(search.counts[inside].sum()),
        expected=float(search.expected[inside].sum()),
        log_ratio=best.log_ratio,
        p=(1 + worse) / (1 + rule.draws),
        draws=rule.draws,
    )


def find_zones(nearest: Sequence[Sequence[int]], largest: int) -> tuple[tuple[int, ...], ...]:
    """Return each force with its none, one, two … most similar ones, every group once.

    Parameters
    ----------
    nearest : sequence, one a force, of sequence of int
        The rows of the forces most like it, the most similar first, itself left out.
    largest : int
        Most forces in a group.

    Returns
    -------
    tuple of sorted tuples

    Examples
    --------
    >>> find_zones([[1, 2], [0, 2], [1, 0]], 2)
    ((0,), (1,), (2,), (0, 1), (1, 2))
    """
    groups = {
        tuple(sorted((force, *others[:size])))
        for force, others in enumerate(nearest)
        for size in range(largest)
    }
    return tuple(sorted(groups, key=lambda group: (len(group), group)))


def find_spread(counts: ArrayLike) -> float:
    """Return by how much of its mean a force's count varies beyond chance, as a scan takes it.

    It compares neighbouring periods, so that slow drifts count little, and takes the middle
    force, so that one that went its own way counts little.

    Parameters
    ----------
    counts : (f, t) array of whole numbers
        Forces by periods, in order of time; what each period had in common is taken out.

    Returns
    -------
    float
        0 if the middle force varies no more than chance would have it.

    Raises
    ------
    InputError
        A count is no whole number or below 0, or there are less than 2 forces or periods.

    References
    ----------
    Laney (2002), Quality Engineering 14(4), 531-537: the spread from moving ranges of z-scores;
    less 1 and over the mean it is an additive variance, as in funnels.

    Examples
    --------
    >>> round(find_spread([[100, 130, 90, 120], [200, 150, 210, 190], [80, 90, 110, 70]]), 2)
    0.19
    >>> find_spread([[0, 0], [0, 0]])
    0.0
    """
    table = np.array(counts, dtype=float)
    faults = _faults_of_counts(table)
    if not faults and min(table.shape) < 2:
        faults.append(f"There must be 2 forces and 2 periods at least, got {table.shape}.")
    check_faults("spread", faults)
    kept = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
    if min(kept.shape) < 2:
        return 0.0
    due = np.outer(kept.sum(axis=1), kept.sum(axis=0)) / kept.sum()
    ranges = np.abs(np.diff((kept - due) / np.sqrt(due), axis=1)).mean(axis=1)
    free = 1 - kept.sum(axis=1) / kept.sum()  # of its own variation a force takes part with it
    beyond = ((ranges / MEAN_RANGE) ** 2 / free - 1) / due.mean(axis=1)
    return float(np.sqrt(max(np.median(beyond), 0.0)))


def _prepare(
    counts: ArrayLike,
    expected: ArrayLike | None,
    zones: Sequence[Sequence[int]] | None,
    rule: ScanRule,
) -> Search:
    table = np.array(counts, dtype=float)
    groups = [[force] for force in range(len(table))] if zones is None else zones
    given = np.ones(table.shape) if expected is None else np.array(expected, dtype=float)
    check_faults("scan", _faults_of(table, given, groups, rule))
    if expected is None:
        given = np.outer(table.sum(axis=1), table.sum(axis=0))
    given = given * (table.sum() / max(given.sum(), 1e-300))
    chosen = np.zeros((len(groups), len(table)))
    for row, group in enumerate(groups):
        chosen[row, list(group)] = 1.0
    return Search(
        counts=table,
        expected=given,
        weights=1 / (1 + rule.spread**2 * given),
        zones=chosen,
        has_margins=expected is None,
        rule=rule,
    )


def _faults_of_counts(counts: Floats) -> list[str]:
    if counts.ndim != 2:
        return [f"Counts must be a table of forces by periods, got {counts.ndim} dimensions."]
    if (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        return []
    return ["Counts must be whole numbers of 0 or more. Leave the period out, or count it."]


def _faults_of(
    counts: Floats, expected: Floats, zones: Sequence[Sequence[int]], rule: ScanRule
) -> list[str]:
    faults = _faults_of_counts(counts)
    if counts.ndim != 2:
        return faults
    if expected.shape != counts.shape:
        faults.append(f"Counts are {counts.shape}, expected {expected.shape}. Give one for each.")
    elif not (np.isfinite(expected) & (expected >= 0) & ((expected > 0) | (counts == 0))).all():
        faults.append(
            "What is expected must be 0 or more, and above 0 where something was counted."
        )
    forces, periods = counts.shape
    if any(not zone or min(zone) < 0 or max(zone) >= forces for zone in zones):
        faults.append(f"Each zone must name rows from 0 to {forces - 1}, one at least.")
    if max(rule.shortest, rule.longest or 1) >= periods:
        faults.append(
            f"Windows of {rule.shortest} to {rule.longest or rule.shortest} periods do not fit "
            f"in a series of {periods}: something must be left outside."
        )
    return faults
