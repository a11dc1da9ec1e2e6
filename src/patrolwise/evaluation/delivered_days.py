"""What patrol did where it took place, when not all days drawn for patrol had one.

Comparing days with and without the visit itself would bring back what the lot took away: a unit
is called off when it is busy elsewhere. So the lot is kept: the ratio of delivered days is the one
that, once undone, leaves nothing between the days drawn for patrol and those drawn for none.
"""

from dataclasses import replace
from math import exp, log, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.randomisation import (
    Codes,
    RandomisationRule,
    expect_by_margins,
    find_p,
)
from patrolwise.evaluation.randomisation_sums import sum_by_side

Floats = NDArray[np.float64]

_FURTHEST = log(1000.0)
_ROUNDS, _GRID = 60, 33


def estimate_delivered(
    counts: ArrayLike, delivered: ArrayLike, arms: Codes, draws: Codes, rule: RandomisationRule
) -> Estimate:
    """Return the rate ratio of days on which patrol took place, from who was drawn, not who came.

    Parameters
    ----------
    counts : (hot spots, days) array
        Crimes, or harm; 0 or more.
    delivered : (hot spots, days) array of bool
        Whether patrol took place, on whatever days: at least so many minutes, by a rule that was
        fixed beforehand.
    arms, draws : int8 arrays
        As `estimate_by_randomisation`.
    rule : RandomisationRule

    Returns
    -------
    Estimate
        `low` and `high` hold every ratio that the test does not reject; None where none ends it
        within a thousandfold. `value` is None where no ratio levels the two sides, as when days
        drawn for patrol had it no more often than the others. `p` is that of the allocation
        alone: no effect of delivery is no effect of the draw.

    Raises
    ------
    InputError
        Shapes do not match, or a value is missing.

    References
    ----------
    Rosenbaum (2002), Observational Studies, section 5.4: randomisation inference with an
    instrument. Robins (1989); Hernán and Robins (2006), Epidemiology 17(4), 360-372: ratios by
    G-estimation. It takes patrol that was drawn but not delivered to do nothing.
    """
    crimes, came = np.asarray(counts, dtype=float), np.asarray(delivered, dtype=bool)
    _check(crimes, came, arms, draws)
    in_play = np.maximum(draws.max(axis=0), arms) >= 0
    alike = np.array(rule.alike or [0] * crimes.shape[1])
    sides = np.zeros((256, 2))
    sides[list(rule.treated), 0] = sides[list(rule.control), 1] = 1.0
    means = expect_by_margins(crimes, in_play, alike)
    values = np.stack([np.where(came, 0.0, crimes), np.where(came, crimes, 0.0), means], axis=2)
    (observed,), drawn = (
        _sum(codes, sides, values) for codes in (arms[None], np.ascontiguousarray(draws))
    )
    share_on, share_off = (
        float(came[np.isin(arms, codes)].mean()) for codes in (rule.treated, rule.control)
    )
    estimate = Estimate(
        id="patrol-days-delivered",
        name="Rate ratio of days with patrol delivered, by the draw",
        value=None,
        level=rule.level,
        note=f"{100 * share_on:.0f} % of days drawn for patrol had it, and {100 * share_off:.0f} % "
        "of the others.",
    )
    found = _level(observed)
    if found is None:
        return replace(estimate, note=f"Not defined: nothing levels the sides. {estimate.note}")
    low, high = (_find_end(observed, drawn, found, sign, rule.level) for sign in (-1.0, 1.0))
    return replace(estimate, value=exp(found), low=low, high=high, p=_find_p(observed, drawn, 0.0))


def _check(crimes: Floats, came: NDArray[np.bool_], arms: Codes, draws: Codes) -> None:
    shapes = [crimes.shape, came.shape, arms.shape, draws.shape[1:]]
    faults = []
    if crimes.ndim != 2 or len(set(shapes)) > 1:
        faults.append(
            f"counts, delivered, arms and each draw must be hot spots by days, got {shapes}."
        )
    if not (np.isfinite(crimes).all() and (crimes >= 0).all()):
        faults.append("counts must be 0 or more, none missing. A day without crime is 0.")
    check_faults("Delivered days", faults)


def _sum(codes: Codes, sides: Floats, values: Floats) -> Floats:
    """Return (n, 2, 3): crimes of days not delivered, of delivered, and expected, by side."""
    out = np.empty((len(codes), 2, 3))
    sum_by_side(codes.reshape(len(codes), -1), sides, values.reshape(-1, 3), out)
    return out


def _contrast(observed: Floats, log_ratio: float) -> float:
    """Return the log ratio of the sides once delivered days have the effect undone.

    Not a number where a side has no crime, or none expected.
    """
    kept = exp(-log_ratio)
    on, off = ((own + moved * kept, expected) for own, moved, expected in observed.tolist())
    if min(*on, *off) <= 0:
        return nan
    return log(on[0] / on[1]) - log(off[0] / off[1])


def _find_p(observed: Floats, drawn: Floats, log_ratio: float) -> float:
    return find_p(drawn, log_ratio, abs(_contrast(observed, log_ratio)))


def _level(observed: Floats) -> float | None:
    """Return the log ratio that leaves nothing between the sides; None where there is none."""
    low, high = -_FURTHEST, _FURTHEST
    at_low = _contrast(observed, low)
    if not at_low * _contrast(observed, high) < 0:
        return None
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if _contrast(observed, middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _find_end(
    observed: Floats, drawn: Floats, found: float, sign: float, level: float
) -> float | None:
    """Return the furthest ratio in one direction that is not rejected, by grid, then halving."""

    def is_rejected(log_ratio: float) -> bool:
        return _find_p(observed, drawn, log_ratio) <= 1 - level

    step, outer = 0.1, found
    while not is_rejected(outer):
        outer, step = outer + sign * step, 2 * step
        if abs(outer) > _FURTHEST:
            return None
    grid = np.linspace(found, outer, _GRID).tolist()
    last = next(place for place in reversed(range(_GRID - 1)) if not is_rejected(grid[place]))
    inner, outer = grid[last], grid[last + 1]
    for _ in range(20):
        middle = (inner + outer) / 2
        inner, outer = (inner, middle) if is_rejected(middle) else (middle, outer)
    return exp(inner)
