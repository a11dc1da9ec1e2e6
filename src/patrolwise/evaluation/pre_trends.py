"""Whether treated and comparison areas moved apart before anything began, and could it be seen.

A check that finds nothing proves nothing unless it could have found something. So beside the test
stands the drift that it would find with 80 % power, and the effect such a drift would fake.
"""

from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy import special

from patrolwise.errors import check_faults
from patrolwise.evaluation.area_panels import AreaPanel, Flags, draw_labels
from patrolwise.evaluation.choice_sums import sum_leads
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TINY = 1e-9
_SINGULAR = 1e12  # condition of a covariance that says nothing
_HALVINGS = 30
_LEAST_DF = 0.5  # of the F distribution, where areas are too few for it


@dataclass(frozen=True, kw_only=True)
class PreTrendRule:
    """How the periods before are cut up, and what is asked of the check."""

    blocks: int = 4  # of equal length, from the start of treatment back; the last is the yardstick
    power: float = 0.8
    draws: int = 999
    level: float = 0.95

    def __post_init__(self) -> None:
        faults = []
        if self.blocks < 2:
            faults.append(f"There must be 2 blocks or more to compare, got {self.blocks}.")
        if not 1 - self.level < self.power < 1:
            faults.append(f"Power must lie between {1 - self.level:.2f} and 1, got {self.power:g}.")
        if not 0 < self.level < 1:
            faults.append(f"The level must lie between 0 and 1, got {self.level:g}.")
        check_faults("Pre-trend rule", faults)


@dataclass(frozen=True, kw_only=True)
class PreTrend:
    """What the periods before say, and what they could not have shown."""

    leads: tuple[float, ...]  # ratio of ratios of each earlier block against the last one before
    p: float | None  # joint test that all leads are 1; None: not defined
    power: float
    drift: float | None = None  # steady drift found with that power: ratio from period to period
    faked: float | None = None  # ratio that such a drift would give with no effect at all
    note: str = ""


def check_pre_trend(
    panel: AreaPanel, rng: np.random.Generator, rule: PreTrendRule | None = None
) -> PreTrend:
    """Return the joint test of leads, and the drift that it would find.

    Leads are the coefficients of an event study in the two-way Poisson model: each earlier block's
    ratio of treated to comparison crimes over that of the last block before. The joint statistic is
    Wald's with areas as units, taken as a quantile of Hotelling's distribution with each choice's
    own degrees of freedom; its p-value is from choosing other areas as treated. So it holds its
    level where treated areas are busier than the others, too.

    Parameters
    ----------
    panel : AreaPanel
        Only periods before `first_after` are used; those left over at the start are not.
    rng : numpy Generator
    rule : PreTrendRule, optional

    Returns
    -------
    PreTrend
        The drift is taken as a fall of the treated areas: below 1. A rise of the same size on the
        log scale is found about as surely. None, with a note, where areas or crimes are too few.

    Raises
    ------
    InputError
        There are fewer periods before than blocks.

    References
    ----------
    Roth (2022), American Economic Review: Insights 4(3), 305-322: report the drift that a
    pre-trend test would find and the bias it brings. Here the power is counted over the placebos
    in space, each with the drift added, rather than taken from a normal distribution. Nel and van
    der Merwe (1986), Communications in Statistics: Theory and Methods 15(12), 3719-3735, for the
    degrees of freedom of two covariances together; Beran (1988), Journal of the American
    Statistical Association 83(403), 687-697, for the quantile (prepivoting).
    """
    rule = rule or PreTrendRule()
    blocks, middles = _cut(panel, rule.blocks)
    on, off = blocks[panel.treated], blocks[~panel.treated]
    if min(on.sum(axis=0).min(), off.sum(axis=0).min()) == 0:
        return PreTrend(
            leads=(),
            p=None,
            power=rule.power,
            note="Not defined: a block of periods before has no crime on one side. "
            "Use fewer blocks.",
        )
    found = PreTrend(
        leads=tuple(np.exp(_find_leads(blocks, panel.treated[None])[0]).tolist()),
        p=None,
        power=rule.power,
        note="Too few areas for a joint test: give more areas or fewer blocks.",
    )
    if len(blocks) - 2 < rule.blocks or min(len(on), len(off)) < 2:
        return found
    labels = np.vstack([panel.treated, draw_labels(panel.treated, rule.draws, rng)])
    leads, (sides, freedoms) = _find_leads(blocks, labels), _find_sides(blocks, labels)
    statistics = _find_statistics(leads, _weigh(leads, sides, freedoms))
    further = ~(statistics[1:] < statistics[0] - _TINY)
    found = replace(found, p=float((1 + further.sum()) / (1 + rule.draws)), note="")
    weights = _weigh(leads[1:], sides[:, 1:], freedoms[:, 1:])
    drift = _find_detectable(leads[1:], weights, middles[:-1] - middles[-1], rule)
    if drift is None:
        return replace(found, note="No drift would be found so surely: areas or crimes are few.")
    before = (panel.first_after - 1) / 2
    after = (panel.first_after + panel.counts.shape[1] - 1) / 2
    return replace(found, drift=exp(-drift), faked=exp(-drift * (after - before)))


def guard_pre_trend(checked: PreTrend, estimate: Estimate) -> Guard | None:
    """Return a red guard when the groups moved apart before, an amber one when nobody could tell.

    Parameters
    ----------
    checked : PreTrend
    estimate : Estimate
        The difference-in-differences that leans on it.

    Returns
    -------
    Guard or None
        Amber: a drift as large as the whole estimate could pass unseen.
    """
    if checked.p is not None and checked.p < 0.05:
        return Guard(
            id="pre-trend",
            severity=Severity.RED,
            title="The groups were moving apart before the start",
            message=(
                "Before the treatment began, treated and comparison areas already changed by "
                f"different ratios (p = {checked.p:.3f}). What they did after may be more of the "
                "same."
            ),
        )
    if checked.faked is None:
        return Guard(
            id="pre-trend-unchecked",
            severity=Severity.AMBER,
            title="Nobody can tell whether the groups moved alike before the start",
            message=f"The check of the periods before could not be made. {checked.note}",
        )
    assert checked.drift is not None
    if estimate.value is None or abs(np.log(estimate.value)) > abs(np.log(checked.faked)):
        return None
    return Guard(
        id="pre-trend-weak",
        severity=Severity.AMBER,
        title="The check of the periods before is weak",
        message=(
            f"It finds a drift with {checked.power:.0%} power only from {1 - checked.drift:.1%} a "
            f"period on. Such a drift would give a ratio of {checked.faked:.2f} with no effect at "
            f"all; the estimate is {estimate.value:.2f}."
        ),
    )


def _cut(panel: AreaPanel, count: int) -> tuple[Floats, Floats]:
    """Return crimes by area and block, and where the middle of each block lies, in periods."""
    length = panel.first_after // count
    if length == 0:
        told = f"There are {panel.first_after} periods before, and {count} blocks were asked for."
        check_faults("Pre-trend", [f"{told} Ask for fewer."])
    start = panel.first_after - length * count
    held = panel.counts[:, start : panel.first_after].reshape(len(panel.counts), count, length)
    middles = start + (length - 1) / 2 + length * np.arange(count)
    return np.asarray(held.sum(axis=2)), np.asarray(middles, dtype=float)


def _find_leads(blocks: Floats, labels: Flags) -> Floats:
    """Return each labelling's log leads."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(labels @ blocks) - np.log(~labels @ blocks)
        return np.asarray(log_ratio[:, :-1] - log_ratio[:, -1:])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Weights:
    """What leads are weighed by: their covariances, and how well these are known."""

    usable: Integers  # labellings that say something
    inverses: Floats  # (usable, leads, leads)
    df: Floats  # (usable,) degrees of freedom of the covariances


def _find_sides(blocks: Floats, labels: Flags) -> tuple[Floats, Floats]:
    """Return each side's covariance of the log leads, areas' own departures squared, and its df.

    (2, labellings, leads, leads) and (2, labellings); degrees of freedom count areas by how evenly
    crimes are spread over them.
    """
    count, last = len(labels), blocks.shape[1] - 1
    covariances, squares = np.zeros((2, count, last, last)), np.zeros((2, count))
    totals = np.stack([labels @ blocks, ~labels @ blocks])
    sum_leads(np.ascontiguousarray(blocks), labels, totals, covariances, squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        return covariances, 1 / squares - 1


def _weigh(leads: Floats, sides: Floats, freedoms: Floats) -> _Weights:
    """Return the inverse of each labelling's covariance, with its degrees of freedom."""
    total, count = sides.sum(axis=0), leads.shape[1]
    finite = np.isfinite(leads).all(axis=1) & np.isfinite(total).all(axis=(1, 2))
    usable = np.flatnonzero(finite)
    usable = usable[np.linalg.cond(total[usable]) < _SINGULAR]
    inverses = np.linalg.inv(total[usable])
    unsure = np.zeros(len(usable))
    for side, freedom in zip(sides[:, usable], freedoms[:, usable], strict=True):
        part = side @ inverses
        squares = np.einsum("dij,dji->d", part, part) + np.einsum("dii->d", part) ** 2
        unsure += squares / np.maximum(freedom, _TINY)
    return _Weights(usable=usable, inverses=inverses, df=(count + count**2) / unsure)


def _find_statistics(leads: Floats, weights: _Weights) -> Floats:
    """Return how far out each labelling's leads are; infinite where a side or its spread is empty.

    Wald's statistic, as a normal quantile of Hotelling's distribution: where treated areas are
    busier than the others, the covariances of other choices are less well known than theirs.
    """
    own = leads[weights.usable]
    return _take_quantiles(np.einsum("di,dij,dj->d", own, weights.inverses, own), leads, weights)


def _take_quantiles(wald: Floats, leads: Floats, weights: _Weights) -> Floats:
    statistics = np.full(len(leads), np.inf)
    count = leads.shape[1]
    below = np.maximum(weights.df - count + 1, _LEAST_DF)
    share = special.fdtrc(count, below, wald * below / (weights.df * count))
    statistics[weights.usable] = -special.ndtri(share)
    return statistics


def _find_detectable(
    leads: Floats, weights: _Weights, distance: Floats, rule: PreTrendRule
) -> float | None:
    """Return the steady log drift a period that the joint test finds with the power asked for.

    Placebos in space are what the leads do with no drift; a drift is added to each of them.
    """
    limit = np.quantile(_find_statistics(leads, weights), rule.level, method="higher")
    if not np.isfinite(limit):
        return None
    # The covariances stay as they are, so that Wald's statistic is a parabola of the drift.
    own, inverses = leads[weights.usable], weights.inverses
    still = np.einsum("di,dij,dj->d", own, inverses, own)
    linear = ((inverses + inverses.transpose(0, 2, 1)) @ distance * own).sum(axis=1)
    square = inverses @ distance @ distance

    def find_power(drift: float) -> float:
        moved = still + drift * (linear + drift * square)
        return float((_take_quantiles(moved, leads, weights) > limit).mean())

    low, high = 0.0, 0.01
    while find_power(high) < rule.power:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if find_power(middle) < rule.power else (low, middle)
    return high
