"""What position error does at an area's edge to credited seconds: the expected error, its spread.

A patrol that stays inside loses seconds at the edge: error carries some of its fixes outside, and
nobody outside gives as many back. The loss is a few per cent at 8 m and up to a fifth at 30 m in
a hot spot 150 m wide. Crediting each fix by its chance of being inside, as if it were as likely
to be on either side, makes it worse: the fixes are blurred already. So the blur is undone first.
Over all visits to an area, the seconds by signed distance from its edge, in standard deviations
of the fix, are explained as blurred by a few levels of true presence (none negative): one outside,
four inside. The levels say, for each distance, which share of the seconds seen there was inside.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.visit_state import BINS, BLUR

Floats = NDArray[np.float64]

# true presence is taken as level between these distances, in standard deviations; outside is one
# level, since patrols cross it and do not linger there
_LEVELS = (-8.0, 0.0, 0.5, 1.5, 3.0, 8.0)
_BEND = (
    0.35  # how much the edge's length grows outwards, 1 on a circle; less than that, since those
)
# who pass far outside leave no visit. Set by simulation, so that roaming is left uncorrected
_POOLED_S = 3600.0  # so many seconds near the edge of all areas are lent to each area
_GROUPS = 10  # of device-days, each left out once
_MODEL_SHARE = 0.03  # of the correction: what the levels cannot follow
_CURVE_SHARE = 0.2  # more of it where the error is large beside the area: its edge is not straight
_FEW_SHARE = 0.5  # of the correction, with a single device-day to learn from


@dataclass(frozen=True)
class VisitEdges:
    """What is known of each visit at its area's edge; one row a visit, in a settled order."""

    area: NDArray[np.int64]  # number of the area
    day: NDArray[np.int64]  # number of the device-day
    accuracy_m: Floats  # 68 % radius
    sampled_s2: Floats  # variance from the refresh: step² / 12 a crossing
    blurred_s2: NDArray[np.float32]  # variance at the edge, were both sides as likely
    profile: NDArray[np.float32]  # (n, BINS) seconds by signed distance


@dataclass(frozen=True)
class EdgeError:
    """For each visit: expected truth less credit, and the two kinds of error of that."""

    edge_s: Floats
    variance_s2: Floats  # independent from visit to visit: variances add
    common_s: Floats  # the same for all visits: standard deviations add


def find_edge_error(visits: VisitEdges, radii_m: Floats) -> EdgeError:
    """Return what position error at the edge, and the refresh, do to each visit's seconds.

    Parameters
    ----------
    visits : VisitEdges
    radii_m : (areas,) array of metres
        Twice the surface over the length of the edge: the radius, of a circle.

    Returns
    -------
    EdgeError
        All zero where no fix was near an edge and no step led across one.

    References
    ----------
    Efron (2014), Statistical Science 29(2), 285-301: estimate the distribution of the truth from
    blurred observations, then apply Bayes' rule to each. The spread by leaving out groups: Shao &
    Tu (1995), The Jackknife and Bootstrap, ch. 1. Checked by simulation against known truth:
    docs/explanation/dwell-error.md.
    """
    n = len(visits.area)
    if n == 0:
        return EdgeError(np.zeros(0), np.zeros(0), np.zeros(0))
    inside, chance = _is_middle_inside(), _chance_inside_flat()
    sigma = visits.accuracy_m / math.sqrt(2.0 * math.log(1.0 / 0.32))
    edge, common, left = np.zeros(n), np.zeros(n), np.zeros(n)
    days = np.unique(visits.day)
    groups = min(_GROUPS, len(days))
    group = np.searchsorted(days, visits.day) % max(groups, 1)
    everywhere = visits.profile.sum(axis=0, dtype=float)
    lent = everywhere * (_POOLED_S / max(float(everywhere.sum()), 1e-9))
    by_area = np.argsort(visits.area, kind="stable")
    for rows in np.split(by_area, np.flatnonzero(np.diff(visits.area[by_area])) + 1):
        own = visits.profile[rows].astype(float)
        parts = np.stack([own[group[rows] == number].sum(axis=0) for number in range(groups)])
        bend = _find_bend(own, sigma[rows], radii_m[visits.area[rows[0]]])
        share, spread = _share_inside(parts, lent, bend)
        edge[rows] = own @ (share - inside)
        left[rows] = (own @ (share * (1.0 - share))) / np.maximum(
            own @ (chance * (1.0 - chance)), 1e-9
        )
        common[rows] = spread * own.sum(axis=1)
    model = (_MODEL_SHARE + _CURVE_SHARE * sigma / radii_m[visits.area]) * np.abs(edge)
    if groups < 2:
        model = np.maximum(model, _FEW_SHARE * np.abs(edge))
    return EdgeError(edge, visits.sampled_s2 + left * visits.blurred_s2, np.hypot(common, model))


def _find_bend(own: Floats, sigma: Floats, radius_m: float) -> float:
    """Return by which share the edge's length changes with each standard deviation outwards."""
    weight = own.sum(axis=1) + 1e-9
    bend = _BEND * float(np.average(sigma, weights=weight)) / radius_m
    return min(round(bend, 2), 1.0 / 3.0)  # rounded, so that few tables are made


def _share_inside(parts: Floats, lent: Floats, bend: float) -> tuple[Floats, float]:
    """Return the share of the seconds seen at each distance that was truly inside, and its error.

    The error is the spread of the whole correction, when one group of device-days after another
    is left out, as a share of all seconds near the edge.
    """
    from scipy.optimize import nnls  # noqa: PLC0415, takes 0.3 s to import

    blurred, is_inside = _blurred_levels(bend)
    own = parts.sum(axis=0)
    seconds = own + lent
    if seconds.sum() <= 0.0:
        return _is_middle_inside(), 0.0
    expected = np.full(BINS, float(seconds.mean()))
    for _ in range(4):  # least squares, weighted by what was expected: as good as likelihood
        weight = 1.0 / np.sqrt(np.maximum(expected, 1e-3 * float(seconds.max())))
        level, _rest = nnls(blurred * weight[:, None], seconds * weight)
        expected = blurred @ level
    share = _bayes(blurred, level[:, None], is_inside)[:, 0]
    if len(parts) < 2:
        return share, 0.0
    used = level > 0.0  # the levels that are not nought stay so when a group is left out
    solver = np.linalg.pinv(blurred[:, used] * weight[:, None])
    levels = np.zeros((len(level), len(parts)))
    levels[used] = np.maximum(solver @ ((seconds[:, None] - parts.T) * weight[:, None]), 0.0)
    shifts = own @ _bayes(blurred, levels, is_inside)
    spread = math.sqrt((len(parts) - 1) / len(parts) * np.sum((shifts - shifts.mean()) ** 2))
    return share, spread / max(float(own.sum()), 1e-9)


def _bayes(blurred: Floats, levels: Floats, is_inside: NDArray[np.bool_]) -> Floats:
    """Return, for each distance and each set of levels, the share that was inside."""
    expected = blurred @ levels
    known = expected > 1e-12
    share = (blurred[:, is_inside] @ levels[is_inside]) / np.where(known, expected, 1.0)
    return np.clip(np.where(known, share, _is_middle_inside()[:, None]), 0.0, 1.0)


@cache
def _is_middle_inside() -> Floats:
    """Return 1 for the bins inside the edge and 0 for those outside."""
    return np.where(_middles() > 0.0, 1.0, 0.0)


@cache
def _middles() -> Floats:
    """Return the middle of each bin, in standard deviations from the edge."""
    width = 2.0 * BLUR / BINS
    return np.asarray(-BLUR + width * (np.arange(BINS) + 0.5))


@cache
def _chance_inside_flat() -> Floats:
    """Return the chance of being inside at each distance, were both sides as likely."""
    return np.array([0.5 * math.erfc(-z / math.sqrt(2.0)) for z in _middles()])


@cache
def _blurred_levels(bend: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return (bins, levels): what presence on one level looks like, and which are inside."""
    from scipy.special import ndtr  # noqa: PLC0415, takes a while to import

    width = 2.0 * BLUR / BINS
    fine = 0.0125
    truth = np.arange(_LEVELS[0], _LEVELS[-1], fine) + fine / 2.0
    low = _middles() - width / 2.0
    seen = ndtr(low[:, None] + width - truth) - ndtr(low[:, None] - truth)
    # what is seen of presence even over the ground is the length of the edge at that distance
    length_seen = np.maximum(1.0 - bend * _middles(), 0.0)
    length_true = np.maximum(1.0 - bend * truth, 0.0)
    seen *= np.sqrt(length_seen[:, None] * length_true)
    columns = [
        seen[:, (truth > start) & (truth < end)].mean(axis=1) for start, end in pairwise(_LEVELS)
    ]
    return np.stack(columns, axis=1), np.array(_LEVELS[:-1]) >= 0.0
