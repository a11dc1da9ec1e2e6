"""Whether days with patrol differ from days without by more than the draw of days alone would do.

The allocation was drawn by lot; so the reference for what chance does is the lot itself, drawn
again many times by the same mechanism, with the crimes as they were. Nothing is assumed about how
crimes vary: neither Poisson, nor independence of days or of hot spots.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.randomisation_sums import count_nearer, sum_by_side, sum_by_unit

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

_GRID = 17  # ratios tried between one that is not rejected and one that is, for an end
_ROUNDS = 20  # of halving between two of them
_MANY_CELLS = 4_000_000  # with fewer, starting threads takes longer than the work
_THREADS = 4
_FURTHEST = log(1000.0)  # a rate ratio beyond is not looked for
_TINY = 1e-9  # differences of statistics below it are rounding
_MOST_TURNS = 100  # of rows and columns
_SETTLED, _NOTHING = 1e-9, 1e-12  # how far off totals may stay, as a share and in crimes


@dataclass(frozen=True, kw_only=True)
class RandomisationRule:
    """What is compared, and how."""

    treated: tuple[int, ...] = (0,)  # numbers of the arms on the one side
    control: tuple[int, ...] = (1,)  # and on the other
    statistic: Literal["ratio", "difference"] = "ratio"
    # One number for each day, the same for days that are alike: same block and same weekday.
    # Empty: all days are alike, which is right only where arms are balanced over weekdays.
    alike: tuple[int, ...] = ()
    block_days: int | None = None  # columns of a block; for the difference, within hot spot × block
    level: float = 0.95

    def __post_init__(self) -> None:
        codes = [*self.treated, *self.control]
        checks = [
            (
                not self.treated or not self.control or len(set(codes)) < len(codes),
                f"treated and control must be different arms, got {self.treated} and "
                f"{self.control}.",
            ),
            (
                any(not 0 <= code <= 126 for code in codes),
                f"Arms are numbers from 0 to 126, got {codes}.",
            ),
            (
                self.statistic not in ("ratio", "difference"),
                f"statistic is ratio or difference, got {self.statistic}.",
            ),
            (
                self.statistic == "difference" and (self.block_days or 0) < 1,
                "The difference is taken within hot spot and block: give block_days.",
            ),
            (not 0 < self.level < 1, f"level must lie between 0 and 1, got {self.level:g}."),
        ]
        check_faults("Randomisation rule", [told for is_wrong, told in checks if is_wrong])


def estimate_by_randomisation(
    counts: NDArray[np.generic],
    arms: Codes,
    draws: Codes,
    rule: RandomisationRule,
    expected: Floats | None = None,
) -> Estimate:
    """Return how days with patrol compare with days without, tested by drawing again.

    The hypothesis tested is that no hot spot would have had other crimes on any day under any
    allocation. With more than two arms that means that none of them does anything.

    The ratio is (crimes / expected on treated days) over the same on control days. Its interval
    holds the ratios that the same test would not reject, if patrol multiplies the crimes of each
    treated day by one ratio. The difference is crimes a hot spot-day, treated less control, within
    hot spot and block; it is studentised, so that it also holds where effects differ from hot spot
    to hot spot. It has no interval.

    Parameters
    ----------
    counts : (hot spots, days) array
        Crimes, or harm, of each hot spot on each day; 0 or more.
    arms : (hot spots, days) int8
        What was drawn: numbers of arms, negative where a day does not count.
    draws : (n, hot spots, days) int8
        The exported set: what could have been drawn. Where washout days are left out of `arms`,
        each draw has its own left out.
    rule : RandomisationRule
    expected : (hot spots, days) array or None
        Crimes expected if arms do nothing, up to a factor; made without looking at the arms. None
        takes them from the totals of hot spots and of days that are alike.

    Returns
    -------
    Estimate
        `p` is two-sided, (1 + draws as far out) / (1 + draws), never 0. `dispersion` is how much
        more the ratio varies over the draws than it would with Poisson counts. No value where a
        side has no crime. An end of the interval is None where it lies beyond 1,000-fold.

    Raises
    ------
    InputError
        Shapes do not match, counts are negative or missing, there are too few draws for the
        level, or a side has no day.

    References
    ----------
    Fisher (1935), The Design of Experiments; Rosenberger and Lachin (2016), Randomization in
    Clinical Trials, chapter 6, for the test; Phipson and Smyth (2010), Statistical Applications
    in Genetics 9(1), 39, for the 1 + ; Rosenbaum (2002), Observational Studies, chapter 5, for
    intervals by inversion; Gail, Tan and Piantadosi (1988), Biometrika 75(1), 57-64, for expected
    counts that are made without the arms; Wu and Ding (2021), Journal of the American Statistical
    Association 116(536), 1898-1913, for the studentised difference.

    Examples
    --------
    >>> draws = np.random.default_rng(1).permuted(np.tile([0, 1], (999, 1, 10)), axis=2)
    >>> arms = np.array([[0, 1] * 10])
    >>> e = estimate_by_randomisation(
    ...     np.array([[2, 4] * 10]), arms.astype(np.int8), draws.astype(np.int8),
    ...     RandomisationRule(), np.ones((1, 20)))
    >>> e.value, round(e.p, 3)
    (0.5, 0.001)
    """
    crimes = np.ascontiguousarray(counts, dtype=np.float64)
    check_faults("Randomisation test", _find_faults(crimes, arms, draws, rule, expected))
    in_play = np.maximum(draws.max(axis=0), arms) >= 0
    alike = np.array(rule.alike or [0] * crimes.shape[1])
    means = expect_by_margins(crimes, in_play, alike) if expected is None else expected
    if rule.statistic == "ratio":
        return _estimate_ratio(crimes, arms, draws, rule, means)
    return _estimate_difference(crimes, arms, draws, rule, means)


def expect_by_margins(
    counts: Floats, in_play: NDArray[np.bool_], alike: NDArray[np.int64]
) -> Floats:
    """Return expected counts that have the totals of hot spots and of days that are alike.

    No arm is in them. Where each hot spot has each arm equally often on days that are alike, an
    effect changes them all by one factor, so that the ratio of crimes to them is not biased; the
    total of each single day would hold that day's share of treated hot spots.

    Parameters
    ----------
    counts : (hot spots, days) array
    in_play : (hot spots, days) bool
        Only these cells count.
    alike : (days,) int64
        The same number for days that are alike.

    Returns
    -------
    (hot spots, days) array
        0 out of play. Where all is in play: row total times total of the days that are alike over
        the grand total, for each of those days its part.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444: rows and columns
    by turns, where cells are missing.
    """
    group = np.unique(alike, return_inverse=True)[1]
    member = (group[:, None] == np.arange(group.max() + 1)).astype(np.float64)
    held, cells = np.where(in_play, counts, 0.0) @ member, in_play @ member
    rows, columns = held.sum(axis=1), held.sum(axis=0)
    expected = cells.copy()
    for _ in range(_MOST_TURNS):
        expected *= _divide(rows, expected.sum(axis=1))[:, None]
        expected *= _divide(columns, expected.sum(axis=0))
        # the columns are right after their turn; the rows tell whether both are
        off = np.abs(expected.sum(axis=1) - rows)
        if (off <= _SETTLED * rows + _NOTHING).all():
            break
    return np.where(in_play, _divide(expected, cells)[:, group], 0.0)


def _divide(some: Floats, by: Floats) -> Floats:
    """Return the quotient, and 0 where it has none."""
    return np.divide(some, by, out=np.zeros_like(some), where=by > 0)


def _estimate_ratio(
    counts: Floats, arms: Codes, draws: Codes, rule: RandomisationRule, means: Floats
) -> Estimate:
    on = np.isin(arms, rule.treated)
    values = np.stack([np.where(on, 0.0, counts), np.where(on, counts, 0.0), means], axis=2)
    sides = _sides(rule)
    observed = _sum_sides(arms[None], sides, values)[0]
    estimate = Estimate(
        id="patrol-days-ratio-randomisation",
        name="Rate ratio, treated over control days, by drawing the days again",
        value=None,
        level=rule.level,
        note="Not defined: a side has no crime.",
    )
    (kept_on, crimes_on, expected_on), (crimes_off, kept_off, expected_off) = observed
    assert kept_on == kept_off == 0.0
    if min(crimes_on, crimes_off, expected_on, expected_off) <= 0:
        return estimate
    found = log(crimes_on / expected_on) - log(crimes_off / expected_off)
    sums = _sum_sides(draws, sides, values)
    alone = _log_ratios(sums)
    low, high = (_find_end(sums, found, rule, sign) for sign in (-1.0, 1.0))
    poisson = 1 / crimes_on + 1 / crimes_off
    return replace(
        estimate,
        value=exp(found),
        low=low,
        high=high,
        p=find_p(sums, 0.0, abs(found)),
        dispersion=float(alone[np.isfinite(alone)].var() / poisson),
        headline=True,
        note=f"{len(draws):,} allocations that could have been drawn just as well.",
    )


def _estimate_difference(
    counts: Floats, arms: Codes, draws: Codes, rule: RandomisationRule, means: Floats
) -> Estimate:
    sides, length = _sides(rule), rule.block_days or 1
    residuals = counts - means * (counts.sum() / max(means.sum(), _TINY))

    def find(codes: Codes) -> Floats:
        out = np.empty((len(codes), 3))
        _in_parts(codes, lambda p: sum_by_unit(codes[p], sides, residuals, length, out[p]))
        return out

    observed = find(arms[None])
    units, total, squares = (float(value) for value in observed[0])
    estimate = Estimate(
        id="patrol-days-difference-randomisation",
        name="Crimes a hot spot-day, treated less control, by drawing the days again",
        value=None,
        level=rule.level,
        note="Not defined: it needs two hot spot-blocks that differ.",
    )
    if units < 2 or squares * units - total**2 <= _TINY:
        return estimate
    # A draw that cannot be studentised is as far out as can be.
    further = ~(np.abs(_studentise(find(draws))) < abs(float(_studentise(observed)[0])) - _TINY)
    return replace(
        estimate,
        value=total / units,
        p=float((1 + further.sum()) / (1 + len(draws))),
        headline=True,
        note=f"{len(draws):,} allocations that could have been drawn; {units:.0f} hot spot-blocks.",
    )


def _find_faults(
    counts: Floats,
    arms: Codes,
    draws: Codes,
    rule: RandomisationRule,
    expected: Floats | None,
) -> list[str]:
    shapes = [counts.shape, arms.shape, draws.shape[1:]]
    shapes += [] if expected is None else [expected.shape]
    if counts.ndim != 2 or len(set(shapes)) > 1:
        return [f"counts, arms, each draw and expected must be hot spots by days, got {shapes}."]
    faults = []
    if arms.dtype != np.int8 or draws.dtype != np.int8:
        faults.append(f"arms and draws must be int8, got {arms.dtype} and {draws.dtype}.")
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        faults.append("counts must be 0 or more, none missing. A day without crime is 0.")
    if expected is not None and not (np.isfinite(expected).all() and (expected >= 0).all()):
        faults.append("expected must be 0 or more, none missing.")
    if (1 + len(draws)) * (1 - rule.level) < 1:
        faults.append(
            f"{len(draws)} draws cannot show anything at level {rule.level:g}. Draw 999 or more."
        )
    faults += [
        f"No day has {side} ({', '.join(map(str, codes))}). Name arms that were drawn."
        for side, codes in (("treated", rule.treated), ("control", rule.control))
        if not any((arms == code).any() for code in codes)
    ]
    if rule.alike and len(rule.alike) != counts.shape[1]:
        faults.append(f"alike has {len(rule.alike)} numbers for {counts.shape[1]} days.")
    if rule.block_days and counts.shape[1] % rule.block_days:
        faults.append(f"{counts.shape[1]} days are no whole blocks of {rule.block_days}.")
    return faults


def _sides(rule: RandomisationRule) -> Floats:
    """Return for each code whether it is treated, and whether it is control, as 1 and 0."""
    sides = np.zeros((256, 2))
    sides[list(rule.treated), 0] = sides[list(rule.control), 1] = 1.0
    return sides


def _sum_sides(codes: Codes, sides: Floats, values: Floats) -> Floats:
    """Return (n, 2, 3) sums of three values over each side's days, by draw."""
    out = np.empty((len(codes), 2, 3))
    flat, cells = codes.reshape(len(codes), -1), values.reshape(-1, 3)
    _in_parts(codes, lambda part: sum_by_side(flat[part], sides, cells, out[part]))
    return out


def _in_parts(codes: Codes, work: Callable[[slice], None]) -> None:
    """Work through the draws: in several threads where they are many."""
    if codes.size < _MANY_CELLS:
        work(slice(None))
        return
    step = -(-len(codes) // _THREADS)
    parts = [slice(start, start + step) for start in range(0, len(codes), step)]
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, parts))


def _log_ratios(sums: Floats) -> Floats:
    """Return each draw's log ratio of crimes over expected."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.log((sums[..., 0] + sums[..., 1]) / sums[..., 2])
        return np.asarray(rates[:, 0] - rates[:, 1], dtype=np.float64)


def find_p(sums: Floats, log_ratio: float, found: float) -> float:
    """Return the p-value of a ratio: how many draws have the two sides as far from each other.

    Parameters
    ----------
    sums : (n, 2, 3) array
        By draw and side: crimes that no patrol touched, those of patrolled days, and expected.
    log_ratio : float
        That patrolled days are said to have; it is undone before the sides are compared.
    found : float
        How far the true sides then are from each other, on the log scale.

    Returns
    -------
    float
        A draw that leaves a side without crime is as far out as can be.
    """
    nearer = count_nearer(sums, exp(-log_ratio), exp(found - _TINY))
    return (1 + len(sums) - nearer) / (1 + len(sums))


def _find_end(sums: Floats, found: float, rule: RandomisationRule, sign: float) -> float | None:
    """Return the last ratio in one direction that is not rejected.

    With few crimes the p-value can dip below the level and rise again; so the end is the last of
    all that are not rejected. It lies beyond 1 just when 1 itself is not rejected.
    """

    def is_rejected(log_ratio: float) -> bool:
        return find_p(sums, log_ratio, abs(found - log_ratio)) <= 1 - rule.level

    base, outer, step = found, found, 0.1
    if found * sign < 0:  # 1 lies on this side
        base, outer = (found, 0.0) if is_rejected(0.0) else (0.0, 0.0)
    while not is_rejected(outer):
        outer, step = outer + sign * step, 2 * step
        if step > _FURTHEST:
            return None
    grid = np.linspace(base, outer, _GRID).tolist()
    last = next(place for place in reversed(range(_GRID - 1)) if not is_rejected(grid[place]))
    inner, outer = grid[last], grid[last + 1]
    for _ in range(_ROUNDS):
        middle = (inner + outer) / 2
        inner, outer = (inner, middle) if is_rejected(middle) else (middle, outer)
    return exp(inner)


def _studentise(sums: Floats) -> Floats:
    units, total, squares = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / units
        error = np.sqrt((squares / units - mean**2) / (units - 1))
        return np.asarray(np.where(units >= 2, mean / error, inf), dtype=np.float64)
