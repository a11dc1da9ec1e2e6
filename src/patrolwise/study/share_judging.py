"""How forces compare by counts that they shared, where these are rounded or hidden.

A count to the nearest 5 is one of five numbers, each as likely as the others: its error has a
variance of (5² - 1) / 12 = 2. That is added to the variance by chance of each force in every method
that learns the spread of forces. The exact method takes, of all numbers that a count may be, the
one nearest to what is expected. A count that is hidden is not judged, and is never taken for 0: it
is 1 to 7, or was kept back to keep another hidden.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import stats

from patrolwise.benchmarking.limits import Floats, two_sided_exact
from patrolwise.benchmarking.methods import (
    Band,
    Judged,
    Method,
    count_agreeing,
    judge_change,
    judge_level,
    name_bands,
)
from patrolwise.files.benchmark_shares import Share
from patrolwise.reporting.share_records import SharedComparison, SharedForce
from patrolwise.reporting.shares import SharedCount, SharedMeasure
from patrolwise.reporting.suppression import ROUNDED_TO
from patrolwise.study.benchmark_judging import draw_limits

HIDDEN, NOT_SHARED = "not judged: its count is hidden", "not judged: not shared"
LEAST_FORCES, _LEAST_METHODS = 5, 4
_VARIANCE = (ROUNDED_TO**2 - 1) / 12.0
_HALF = ROUNDED_TO // 2


def compare_shares(
    shares: Sequence[Share], periods: Sequence[str] = (), baseline: str = ""
) -> tuple[SharedComparison, ...]:
    """Return how forces compare by what they shared.

    Parameters
    ----------
    shares : sequence of Share
        Verified, and of the same definitions.
    periods : sequence of str
        Labels of `Period`; every one shared, when there is none.
    baseline : str
        Label of the period that changes are told against; empty: levels only.

    Returns
    -------
    tuple of SharedComparison
        By measure, then period; in each the level, then the change where there is a baseline.
    """
    measures = {one.id: one for share in shares for one in share.measures}
    told = {(share.force, *one.key): one for share in shares for one in share.counts}
    forces = sorted({share.force for share in shares})
    found = []
    for measure in measures.values():
        shared = sorted({period for _, of, period in told if of == measure.id})
        for period in shared:
            if period == baseline or (periods and period not in periods):
                continue
            now = [told.get((force, measure.id, period)) for force in forces]
            found.append(_compare_level(measure, period, forces, now))
            if baseline:
                then = [told.get((force, measure.id, baseline)) for force in forces]
                found.append(_compare_change(measure, (baseline, period), forces, then, now))
    return tuple(found)


def _compare_level(
    measure: SharedMeasure, period: str, forces: Sequence[str], now: Sequence[SharedCount | None]
) -> SharedComparison:
    is_expected = bool(measure.expected)
    basis = np.array([_basis_of(one, is_expected=is_expected) for one in now])
    after = _observed(now)
    kept = _keep(basis, after, measure.min_count)
    judged = None
    if len(kept) >= LEAST_FORCES:
        o, e = after[kept], basis[kept]
        scale = o.sum() / e.sum()
        unsure = scale if is_expected else 0.0  # expected counts are rounded too
        noise = np.where(o > 0, _VARIANCE, 0.0) + unsure**2 * _VARIANCE
        judged = judge_level(o, e, noise=noise)
        near = np.where(o > 0, _HALF, 0.0) + unsure * _HALF
        nearest = np.clip(judged.expected, o - near, o + near)
        p = np.where(
            nearest == judged.expected, 1.0, two_sided_exact(np.round(nearest), judged.expected)
        )
        judged = _with_exact(judged, p)
    return SharedComparison(
        measure=measure.id,
        kind="level",
        period=period,
        baseline="",
        beside=measure.expected or measure.exposure,
        judged=len(kept) if judged else 0,
        limits=draw_limits(judged) if judged else (),
        forces=_tell(forces, now, kept, judged, measure),
    )


def _compare_change(
    measure: SharedMeasure,
    periods: tuple[str, str],
    forces: Sequence[str],
    then: Sequence[SharedCount | None],
    now: Sequence[SharedCount | None],
) -> SharedComparison:
    before, after = _observed(then), _observed(now)
    kept = _keep(before, after, measure.min_count)
    # what was not told of before is as good a reason as what is not told of now
    told = [
        one if was and was.observed is not None else was for was, one in zip(then, now, strict=True)
    ]
    judged = None
    if len(kept) >= LEAST_FORCES:
        b, a = before[kept], after[kept]
        judged = judge_change(b, a, noise=np.full(len(kept), _VARIANCE))
        judged = _with_exact(judged, _exact_change(b, a))
    return SharedComparison(
        measure=measure.id,
        kind="change",
        period=periods[1],
        baseline=periods[0],
        beside="its own count before",
        judged=len(kept) if judged else 0,
        limits=draw_limits(judged) if judged else (),
        forces=_tell(forces, told, kept, judged, measure),
    )


def _keep(basis: Floats, after: Floats, min_count: int) -> list[int]:
    """Return which forces can be judged: known, and with as many expected as the measure asks."""
    is_known = ~np.isnan(basis) & ~np.isnan(after) & (basis > 0)
    if not is_known.any() or basis[is_known].sum() == 0 or after[is_known].sum() == 0:
        return []
    share = after[is_known].sum() / basis[is_known].sum()
    return [int(k) for k in np.flatnonzero(is_known & (basis * share >= min_count))]


def _exact_change(before: Floats, after: Floats) -> Floats:
    """Return the exact p of each change, at the counts nearest to the change of all together."""
    change = after.sum() / before.sum()
    side = np.sign(after - before * change)
    b = before + side * _HALF
    a = np.where(after > 0, after - side * _HALF, 0.0)
    total, share = a + b, change / (1.0 + change)
    tail = np.where(
        side > 0, stats.binom.sf(a - 1.0, total, share), stats.binom.cdf(a, total, share)
    )
    is_past = np.sign(a - b * change) != side
    return np.asarray(np.where(is_past, 1.0, np.minimum(1.0, 2.0 * tail)))


def _with_exact(judged: Judged, p: Floats) -> Judged:
    z = np.sign(judged.observed - judged.expected) * stats.norm.isf(np.maximum(p, 1e-300) / 2.0)
    return replace(judged, z={**judged.z, Method.CHANCE: np.asarray(z)})


def _tell(
    forces: Sequence[str],
    now: Sequence[SharedCount | None],
    kept: Sequence[int],
    judged: Judged | None,
    measure: SharedMeasure,
) -> tuple[SharedForce, ...]:
    if judged is None:
        return tuple(_unjudged(force, one) for force, one in zip(forces, now, strict=True))
    bands = name_bands(judged.headline, measure.direction_good)
    place = {at: k for k, at in enumerate(kept)}
    return tuple(
        _judged(force, judged, place[at], bands[place[at]])
        if at in place
        else _unjudged(force, one)
        for at, (force, one) in enumerate(zip(forces, now, strict=True))
    )


def _judged(force: str, judged: Judged, k: int, band: Band) -> SharedForce:
    agreeing, methods = count_agreeing(judged, k)
    flag = band.value
    if band not in (Band.ORDINARY, Band.UNKNOWN):
        if agreeing < methods or methods < _LEAST_METHODS:
            flag = f"method-dependent: {band.value} under {agreeing} of {methods} methods"
        else:
            flag = f"{band.value} under all {methods} methods, in this period alone"
    return SharedForce(
        force=force,
        observed=int(judged.observed[k]),
        expected=float(judged.expected[k]),
        size=float(judged.sizes[k]),
        ratio=float(judged.ratio[k]),
        low=float(judged.low[k]),
        high=float(judged.high[k]),
        z=float(judged.headline[k]),
        agreeing=agreeing,
        methods=methods,
        flag=flag,
    )


def _unjudged(force: str, one: SharedCount | None) -> SharedForce:
    why = Band.UNKNOWN.value
    if one is None:
        why = NOT_SHARED
    elif one.observed is None:
        why = HIDDEN
    return SharedForce(
        force=force,
        observed=one.observed if one else None,
        expected=None,
        size=None,
        ratio=None,
        low=None,
        high=None,
        z=None,
        agreeing=0,
        methods=0,
        flag=why,
    )


def _observed(counts: Sequence[SharedCount | None]) -> Floats:
    return np.array(
        [np.nan if one is None or one.observed is None else float(one.observed) for one in counts]
    )


def _basis_of(one: SharedCount | None, *, is_expected: bool) -> float:
    value = None if one is None else one.expected if is_expected else one.exposure
    return np.nan if value is None else float(value)
