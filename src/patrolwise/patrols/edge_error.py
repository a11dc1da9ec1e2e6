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

from patrolwise.patrols.compiled import compiled
from patrolwise.patrols.fix_marks import BLUR
from patrolwise.patrols.visit_state import BINS

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


@dataclass(frozen=True)
class EdgeSums:
    """What is summed over all visits before anything is said of one.

    Whole numbers, so that any split of the visits, in any order, gives the same.
    """

    profile_us: NDArray[np.int64]  # (areas, groups of device-days, BINS) microseconds
    accuracy: NDArray[np.int64]  # (areas,) milliseconds by millimetres of accuracy


@dataclass(frozen=True)
class EdgeShares:
    """What the sums of all visits say of each area."""

    share: Floats  # (areas, BINS) of the seconds seen at a distance, those truly inside
    spread: Floats  # (areas,) error of the correction, as a share of all seconds near the edge
    groups: int


def count_groups(days_with_visits: int) -> int:
    """Return into how many groups device-days are dealt, each to be left out once.

    Parameters
    ----------
    days_with_visits : int

    Returns
    -------
    int
    """
    return max(min(_GROUPS, days_with_visits), 1)


def make_sums(areas: int, groups: int) -> EdgeSums:
    """Return sums to add visits to.

    Parameters
    ----------
    areas : int
    groups : int
        As `count_groups` says.

    Returns
    -------
    EdgeSums
        All zero.
    """
    profile = np.zeros((areas, groups, BINS), dtype=np.int64)
    return EdgeSums(profile, np.zeros(areas, dtype=np.int64))


def add_edges(
    sums: EdgeSums,
    labels: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
    profile: NDArray[np.float32],
) -> None:
    """Add visits to the sums.

    Parameters
    ----------
    sums : EdgeSums
        Changed in place.
    labels : ((n,) int array, (n,) int array, (n,) array of metres)
        Of each visit: its area; its device-day's number among those with visits, modulo the
        groups; and its accuracy.
    profile : (n, BINS) array
        Seconds by signed distance.
    """
    area, group, accuracy_m = labels
    millimetres = np.rint(accuracy_m * 1e3).astype(np.int64)
    _add_profiles((area, group, millimetres), profile, *vars(sums).values())


@compiled
def _add_profiles(
    labels: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    profile: NDArray[np.float32],
    seconds: NDArray[np.int64],
    accuracy: NDArray[np.int64],
) -> None:
    area, group, millimetres = labels
    for row in range(len(area)):
        own, total = seconds[area[row], group[row]], 0
        for k in range(BINS):  # mostly of nothing: adding that is quicker than asking
            whole = int(float(profile[row, k]) * 1e6 + 0.5)
            own[k] += whole
            total += int(whole / 1000)  # exact, and quicker than dividing whole numbers
        accuracy[area[row]] += total * millimetres[row]


def learn_shares(sums: EdgeSums, radii_m: Floats) -> EdgeShares:
    """Return, for each area and distance, which share of the seconds seen there was inside.

    Parameters
    ----------
    sums : EdgeSums
        Of all visits.
    radii_m : (areas,) array of metres
        Twice the surface over the length of the edge: the radius, of a circle.

    Returns
    -------
    EdgeShares
    """
    parts = sums.profile_us * 1e-6
    everywhere = parts.sum(axis=(0, 1))
    lent = everywhere * (_POOLED_S / max(float(everywhere.sum()), 1e-9))
    share, spread = np.zeros((len(parts), BINS)), np.zeros(len(parts))
    for area, own in enumerate(parts):
        seconds = float(own.sum())
        if seconds > 0.0:
            accuracy_m = float(sums.accuracy[area]) * 1e-6 / seconds
            sigma = accuracy_m / math.sqrt(2.0 * math.log(1.0 / 0.32))
            # rounded, so that few tables are made
            bend = min(round(_BEND * sigma / float(radii_m[area]), 2), 1.0 / 3.0)
            share[area], spread[area] = _share_inside(own, lent, bend)
    return EdgeShares(share, spread, parts.shape[1])


def apply_shares(visits: VisitEdges, shares: EdgeShares, radii_m: Floats) -> EdgeError:
    """Return what position error at the edge, and the refresh, do to each visit's seconds.

    Parameters
    ----------
    visits : VisitEdges
        Some of those that the shares were learned from.
    shares : EdgeShares
    radii_m : (areas,) array of metres

    Returns
    -------
    EdgeError
    """
    n = len(visits.area)
    error = EdgeError(np.empty(n), np.empty(n), np.empty(n))
    given = (
        visits.area,
        visits.accuracy_m / math.sqrt(2.0 * math.log(1.0 / 0.32)),
        np.asarray(visits.sampled_s2, dtype=np.float64),
        np.ascontiguousarray(visits.blurred_s2),
    )
    chance = _chance_inside_flat()
    known = (
        (shares.share, shares.share - _is_middle_inside(), 1.0 - shares.share),
        (chance, 1.0 - chance),
        (shares.spread, radii_m),
    )
    least = _FEW_SHARE if shares.groups < 2 else 0.0
    model = np.empty(n)
    out = (error.edge_s, error.variance_s2, error.common_s, model)
    _apply_profiles(given, visits.profile, known, least, out)
    np.hypot(error.common_s, model, out=error.common_s)
    return error


@compiled
def _apply_profiles(
    given: tuple[NDArray[np.int64], Floats, Floats, NDArray[np.float32]],
    profile: NDArray[np.float32],
    known: tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    least: float,
    out: tuple[Floats, Floats, Floats, Floats],
) -> None:
    area, sigma, sampled, blurred = given
    (share, lost_by, other), (chance, other_chance), (spread, radius) = known
    edge, variance, common, model = out
    for row in range(len(area)):
        at = area[row]
        own, own_lost, own_other = share[at], lost_by[at], other[at]
        lost = near = uncertain = even = 0.0
        for k in range(BINS):  # mostly of nothing: adding that is quicker than asking
            seconds = float(profile[row, k])
            lost += seconds * own_lost[k]
            near += seconds
            uncertain += seconds * own[k] * own_other[k]
            even += seconds * chance[k] * other_chance[k]
        edge[row] = lost
        variance[row] = sampled[row] + uncertain / max(even, 1e-9) * blurred[row]
        common[row] = spread[at] * near
        share_wrong = max(_MODEL_SHARE + _CURVE_SHARE * sigma[row] / radius[at], least)
        model[row] = share_wrong * abs(lost)


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
    days, number = np.unique(visits.day, return_inverse=True)
    groups = count_groups(len(days))
    sums = make_sums(len(radii_m), groups)
    labels = (visits.area, number % groups, visits.accuracy_m)
    add_edges(sums, labels, visits.profile)
    return apply_shares(visits, learn_shares(sums, radii_m), radii_m)


def _share_inside(parts: Floats, lent: Floats, bend: float) -> tuple[Floats, float]:
    """Return the share of the seconds seen at each distance that was truly inside, and its error.

    The error is the spread of the whole correction, when one group of device-days after another
    is left out, as a share of all seconds near the edge.
    """
    from scipy.optimize import nnls  # noqa: PLC0415, takes 0.3 s to import

    blurred, is_inside = _blurred_levels(bend)
    own = parts.sum(axis=0)
    seconds = own + lent
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
