"""How even an allocation is: days, minutes, weekdays, baselines, and what follows patrol."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.planning.allocation import Allocation, DrawnSet
from patrolwise.planning.design import DesignRule
from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import Codes
from patrolwise.planning.washout import find_washout
from patrolwise.tables import Column, Table, make_table

BALANCE = Table(
    "BALANCE",
    "one arm in all of an allocation, or on one weekday, in one week or in one hot spot",
    (
        Column("by", pl.String, "all, weekday, week or hot spot"),
        Column("part", pl.String, "which weekday, first day of the week, or hot spot; all for all"),
        Column("arm", pl.String, "the arm"),
        Column("days", pl.Int64, "hot spot-days with it"),
        Column("minutes", pl.Float64, "minutes of patrol planned on them, all services together"),
        Column("after_patrol", pl.Int64, "those of its days before which the day had patrol there"),
        Column("washout", pl.Int64, "those too soon after patrol to count as days without"),
        Column("baseline", pl.Float64, "mean expected crimes of its hot spot-days", True),
        Column("difference", pl.Float64, "of baseline from the last arm's, standardised", True),
    ),
)

BALANCE_RANGE = Table(
    "BALANCE_RANGE",
    "one measure of balance of one arm, in the allocation and over the drawn set",
    (
        Column("measure", pl.String, "what is measured"),
        Column("arm", pl.String, "the arm"),
        Column("used", pl.Float64, "in the allocation that is used", True),
        Column("least", pl.Float64, "least of the drawn set", True),
        Column("median", pl.Float64, "median of the drawn set", True),
        Column("most", pl.Float64, "most of the drawn set", True),
    ),
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHUNK = 500  # draws measured at once

Floats = NDArray[np.float64]


def balance_allocation(allocation: Allocation, baseline: Floats | None = None) -> pl.DataFrame:
    """Return how even an allocation is.

    Parameters
    ----------
    allocation : Allocation
    baseline : (hot spots, days) array or None
        Crimes expected without any patrol, from the time before: of each hot spot on each
        weekday, say. Hot spots with one value each may be given as (hot spots, 1).

    Returns
    -------
    (k, 9) BALANCE
        All together, then by weekday, week and hot spot; arms in the rule's order.

    Raises
    ------
    InputError
        The baseline has another shape, or values that are not finite and 0 or more.

    References
    ----------
    Standardised difference: Austin (2009), Statistics in Medicine 28(25), 3083-3107, with the
    mean of both variances below.
    """
    design, codes = allocation.design, allocation.codes
    expected = _spread_baseline(design, baseline)
    follows, washout = _follows_patrol(design, codes), find_washout(design, codes)
    differences = _differences(design.rule, codes[None], expected)[0]
    rows = []
    for by, part, cells in _parts(design):
        for number, arm in enumerate(design.rule.arms):
            own = (codes == number) & cells
            days = int(own.sum())
            mean = None if expected is None or not days else float(expected[own].mean())
            rows.append(
                {
                    "by": by,
                    "part": part,
                    "arm": arm.name,
                    "days": days,
                    "minutes": days * design.rule.minutes_of(number),
                    "after_patrol": int((own & follows).sum()),
                    "washout": int((own & washout).sum()),
                    "baseline": mean,
                    "difference": _plain(differences[number]) if by == "all" else None,
                }
            )
    return make_table(BALANCE, pl.DataFrame(rows, schema=BALANCE.schema))


def range_balance(
    allocation: Allocation, drawn: DrawnSet, baseline: Floats | None = None
) -> pl.DataFrame:
    """Return how even the allocation is beside those that could have been drawn.

    Parameters
    ----------
    allocation : Allocation
    drawn : DrawnSet
        Of the same design.
    baseline : array or None
        As for `balance_allocation`.

    Returns
    -------
    (k, 6) BALANCE_RANGE
        For each arm: days; fewest and most hot spots on one day; days after patrol; washout
        days; and the standardised difference of the baseline, where one is given.

    Raises
    ------
    InputError
        The two are of different designs, or as `balance_allocation`.
    """
    design = allocation.design
    if (design.area_ids, design.days, design.rule) != (
        drawn.design.area_ids,
        drawn.design.days,
        drawn.design.rule,
    ):
        raise InputError(
            "The allocation and the drawn set are of different designs. Draw the set of the "
            "design that the allocation has."
        )
    expected = _spread_baseline(design, baseline)
    rows = []
    for measure, find in _measures(design, expected).items():
        used = find(allocation.codes[None])[0]
        chunks = range(0, drawn.count, _CHUNK)
        over = np.concatenate([find(drawn.codes[start : start + _CHUNK]) for start in chunks])
        for number, arm in enumerate(design.rule.arms):
            spread = [_plain(f(over[:, number])) for f in (np.min, np.median, np.max)]
            rows.append((measure, arm.name, _plain(used[number]), *spread))
    return make_table(BALANCE_RANGE, pl.DataFrame(rows, schema=BALANCE_RANGE.schema, orient="row"))


def _measures(design: Design, expected: Floats | None) -> dict[str, Callable[[Codes], Floats]]:
    """Return functions from (count, hot spots, days) codes to one value a draw and arm."""
    arms = range(len(design.rule.arms))
    plays = design.in_play.any(axis=0)

    def by_arm(find: Callable[[NDArray[np.bool_]], NDArray[np.int64]]) -> Callable[[Codes], Floats]:
        return lambda codes: np.stack([find(codes == arm) for arm in arms], axis=1).astype(float)

    def marked(mark: Callable[[Design, Codes], NDArray[np.bool_]]) -> Callable[[Codes], Floats]:
        def count(codes: Codes) -> Floats:
            marks = mark(design, codes)
            return by_arm(lambda own: (own & marks).sum(axis=(1, 2)))(codes)

        return count

    found = {
        "hot spot-days": by_arm(lambda own: own.sum(axis=(1, 2))),
        "fewest hot spots on a day": by_arm(lambda own: own[:, :, plays].sum(axis=1).min(axis=1)),
        "most hot spots on a day": by_arm(lambda own: own.sum(axis=1).max(axis=1)),
        "days after patrol": marked(_follows_patrol),
        "washout days": marked(find_washout),
    }
    if expected is not None:
        found["standardised difference"] = lambda codes: _differences(design.rule, codes, expected)
    return found


def _follows_patrol(design: Design, codes: Codes) -> NDArray[np.bool_]:
    """Return which days in play come the day after one with patrol in the same hot spot."""
    patrolled = np.isin(codes, design.rule.treated)
    follows = np.zeros(codes.shape, dtype=np.bool_)
    follows[..., 1:] = patrolled[..., :-1] & (np.diff(design.ordinals) == 1) & (codes[..., 1:] >= 0)
    return follows


def _differences(rule: DesignRule, codes: Codes, expected: Floats | None) -> Floats:
    """Return each arm's standardised difference in baseline from the last arm, by draw."""
    arms = len(rule.arms)
    found = np.full((len(codes), arms), np.nan)
    if expected is None:
        return found
    values = np.stack([np.ones(expected.size), expected.ravel(), expected.ravel() ** 2], axis=1)
    flat = codes.reshape(len(codes), -1)
    # One pass a chunk of draws: days, sum and sum of squares of each arm's baseline.
    sums = np.stack([(flat == arm).astype(np.float64) @ values for arm in range(arms)], axis=1)
    days = np.maximum(sums[..., 0], 1)
    mean = sums[..., 1] / days
    variance = np.maximum(sums[..., 2] / days - mean**2, 0)
    pooled = (variance + variance[:, -1:]) / 2
    is_known = (sums[..., 0] > 0) & (sums[:, -1:, 0] > 0) & (pooled > 1e-12 * mean**2)
    np.divide(mean - mean[:, -1:], np.sqrt(pooled), out=found, where=is_known)
    return found.round(9) + 0.0  # rounding error of an exact balance is no difference


def _parts(design: Design) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Return what is tabulated: by what, its name, and its hot spot-days."""
    weekday = np.array([day.isoweekday() for day in design.days])
    week = (design.ordinals - design.rule.window.first.toordinal()) // 7
    first = design.rule.window.first.toordinal()
    everything = np.ones(design.shape, dtype=np.bool_)
    rows = np.arange(design.shape[0])[:, None]
    return [
        ("all", "all", everything),
        *(
            ("weekday", _WEEKDAYS[number - 1], everything & (weekday == number))
            for number in sorted(design.rule.weekdays)
        ),
        *(
            ("week", str(type(design.days[0]).fromordinal(first + 7 * int(number))), own)
            for number in np.unique(week)
            for own in [everything & (week == number)]
        ),
        *(("hot spot", area_id, everything & (rows == number))
          for number, area_id in enumerate(design.area_ids)),
    ]  # fmt: skip


def _spread_baseline(design: Design, baseline: Floats | None) -> Floats | None:
    if baseline is None:
        return None
    given = np.asarray(baseline, dtype=np.float64)
    if given.shape not in (design.shape, (design.shape[0], 1)):
        raise InputError(
            f"baseline has the shape {given.shape}; the design has {design.shape[0]} hot spots "
            f"and {design.shape[1]} days. Give one value for each, or one for each hot spot."
        )
    if not (np.isfinite(given).all() and (given >= 0).all()):
        raise InputError("baseline must be crimes of 0 or more, none missing. Fill them in.")
    return np.ascontiguousarray(np.broadcast_to(given, design.shape))


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
