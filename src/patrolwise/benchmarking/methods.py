"""One unit under many methods: a flag is worth what it is worth under all of them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from patrolwise.benchmarking.funnels import Form, Funnel, judge_changes, judge_ratios
from patrolwise.benchmarking.limits import OUTLIER_Z, WATCH_Z, Floats, two_sided_exact
from patrolwise.benchmarking.others import AgainstOthers, hold_against_others


class Method(StrEnum):
    """How a unit is held against others."""

    OTHERS = "against all others, their spread learned whole"
    CHANCE = "by chance alone, exact"
    MULTIPLICATIVE = "spread as a factor, outer tenths left out"
    LOGARITHMS = "spread added, on logarithms (as SHMI)"
    ROOTS = "spread added, on square roots (as CQC)"
    SIMILAR = "against similar forces alone"


HEADLINE = Method.OTHERS
_SMALL = 100.0  # expected counts below: square roots are nearer to normal than logarithms


class Band(StrEnum):
    """Where a unit lies, and whether that is the good side."""

    OUTLIER_GOOD = "positive outlier"
    WATCH_GOOD = "better, to watch"
    ORDINARY = "as the others"
    WATCH_BAD = "worse, to watch"
    OUTLIER_BAD = "negative outlier"
    OUTLIER = "outlier"  # of a measure with no good side
    WATCH = "to watch"
    UNKNOWN = "too few to say"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Units of one comparison, by every method that was possible."""

    observed: Floats  # (n,)
    expected: Floats  # (n,) if it were as all together
    ratio: Floats  # (n,) observed by expected
    low: Floats  # (n,) 95 % limits of that ratio for a unit like the others
    high: Floats
    z: dict[Method, Floats]  # (n,) each; NaN where the method is not possible
    p: Floats  # (n,) of the headline
    funnel: Funnel  # that the headline stands on
    others: AgainstOthers

    def draw_limits(self, sizes: Floats, confidence: float) -> tuple[Floats, Floats]:
        """Return the limits of a ratio for units of some sizes that are like all: to be drawn.

        Parameters
        ----------
        sizes : (m,) array
            Expected counts for levels; for changes 1 / (1 / before + 1 / after).
        confidence : float

        Returns
        -------
        (m,) array, (m,) array
        """
        funnel, others = self.funnel, self.others
        s = (0.5 if funnel.form is Form.CQC else 1.0) / np.sqrt(sizes)
        quantile = special.stdtrit(len(funnel.y) - 2, 0.5 + confidence / 2.0)
        reach = quantile * np.sqrt(others.scale.mean() * (s**2 + others.tau2.mean()))
        middle = others.middle.mean()
        base = funnel.to_ratio(np.array([funnel.target]))[0]
        return (
            funnel.to_ratio(middle - reach) / base,
            funnel.to_ratio(middle + reach) / base,
        )

    @property
    def sizes(self) -> Floats:
        """What each unit is drawn at, as in `draw_limits`."""
        return np.asarray((0.25 if self.funnel.form is Form.CQC else 1.0) / self.funnel.s**2)

    @property
    def headline(self) -> Floats:
        """The headline's z of each unit."""
        return self.z[HEADLINE]


def level_funnel(observed: Floats, expected: Floats) -> Funnel:
    """Return the funnel of levels that the headline stands on.

    Parameters
    ----------
    observed, expected : (n,) array
        The expected are scaled to the sum of the observed.

    Returns
    -------
    Funnel
        On square roots where a unit is expected to have fewer than 100, else on logarithms.

    Raises
    ------
    InputError
        As `judge_ratios`.
    """
    scaled = expected * (observed.sum() / expected.sum())
    return judge_ratios(observed, scaled, Form.CQC if scaled.min() < _SMALL else Form.SHMI)


def judge_level(
    observed: Floats,
    expected: Floats,
    similar: NDArray[np.bool_] | None = None,
    noise: ArrayLike = 0.0,
) -> Judged:
    """Return units held against what would be expected of each, by every method.

    Parameters
    ----------
    observed, expected : (n,) array
        At least five units; together they need not be equal, the expected are scaled so.
    similar : (n, n) array of bool, optional
        Row by row, which units are like each.
    noise : (n,) array
        Variance of each count because it is rounded; all methods but the exact one carry it.

    Returns
    -------
    Judged

    Raises
    ------
    InputError
        As `judge_ratios` and `hold_against_others`.
    """
    expected = expected * (observed.sum() / expected.sum())
    logarithms = judge_ratios(observed, expected, Form.SHMI, noise)
    roots = judge_ratios(observed, expected, Form.CQC, noise)
    funnel = roots if expected.min() < _SMALL else logarithms
    exact = sign_deviates(two_sided_exact(observed, expected), observed - expected)
    return gather_methods(observed, expected, funnel, (exact, logarithms, roots), similar)


def judge_change(
    before: Floats,
    after: Floats,
    similar: NDArray[np.bool_] | None = None,
    noise: ArrayLike = 0.0,
) -> Judged:
    """Return how units changed beside how all together changed, by every method.

    Parameters
    ----------
    before, after : (n,) array
        Counts of at least five units.
    similar : (n, n) array of bool, optional
        Row by row, which units are like each.
    noise : (n,) array
        Variance of each count because it is rounded; all methods but the exact one carry it.

    Returns
    -------
    Judged
        Expected is what it had before, changed as all together.

    Raises
    ------
    InputError
        As `judge_changes` and `hold_against_others`.
    """
    logarithms = judge_changes(before, after, form=Form.SHMI, noise=noise)
    clipped = judge_changes(before, after, form=Form.CQC, noise=noise)
    expected = before * (after.sum() / before.sum())
    exact = sign_deviates(_binomial(before, after), after - expected)
    return gather_methods(after, expected, logarithms, (exact, logarithms, clipped), similar)


def name_bands(z: Floats, direction_good: str) -> tuple[Band, ...]:
    """Return where each unit lies.

    Parameters
    ----------
    z : (n,) array
        NaN: too few to say.
    direction_good : str
        "down", "up", or anything else for a measure with no good side.

    Returns
    -------
    tuple of Band

    Examples
    --------
    >>> [band.value for band in name_bands(np.array([-3.2, -2.0, 0.0]), "down")]
    ['positive outlier', 'better, to watch', 'as the others']
    """
    sign = {"down": -1.0, "up": 1.0}.get(direction_good)
    return tuple(_name_band(float(one), sign) for one in z)


def count_agreeing(judged: Judged, k: int) -> tuple[int, int]:
    """Return under how many methods a unit lies as far out as by the headline, of how many.

    Parameters
    ----------
    judged : Judged
    k : int
        Position of the unit.

    Returns
    -------
    (int, int)
        Those that put it beyond the same limit on the same side; those that were possible.
    """
    own = float(judged.headline[k])
    limit = OUTLIER_Z if abs(own) >= OUTLIER_Z else WATCH_Z if abs(own) >= WATCH_Z else 0.0
    known = [float(z[k]) for z in judged.z.values() if not np.isnan(z[k])]
    if limit == 0.0:
        return sum(abs(one) < WATCH_Z for one in known), len(known)
    return sum(bool(one * np.sign(own) >= limit) for one in known), len(known)


def gather_methods(
    observed: Floats,
    expected: Floats,
    funnel: Funnel,
    others: tuple[Floats, Funnel, Funnel],
    similar: NDArray[np.bool_] | None,
) -> Judged:
    """Return units as every method has them.

    Parameters
    ----------
    observed, expected : (n,) array
    funnel : Funnel
        That the headline stands on.
    others : (n,) array, Funnel, Funnel
        Deviates of the exact method; the funnels that leave out, and that draw in, the outer
        tenths.
    similar : (n, n) array of bool, or None
        Row by row, which units are like each.

    Returns
    -------
    Judged

    Raises
    ------
    InputError
        As `hold_against_others`.
    """
    exact, logarithms, roots = others
    headline = hold_against_others(funnel)
    reach = special.stdtrit(len(observed) - 2, 0.975) * headline.spread
    # limits are of a ratio to what all together say, as the ratio itself is
    base = funnel.to_ratio(np.array([funnel.target]))[0]
    low, high = (funnel.to_ratio(headline.middle + side * reach) / base for side in (-1.0, 1.0))
    z = {
        Method.OTHERS: headline.z,
        Method.CHANCE: exact,
        Method.MULTIPLICATIVE: logarithms.z_multiplicative,
        Method.LOGARITHMS: logarithms.z_additive,
        Method.ROOTS: roots.z_additive,
    }
    if similar is not None:
        z[Method.SIMILAR] = hold_against_others(funnel, similar).z
    return Judged(
        observed=observed,
        expected=expected,
        ratio=observed / expected,
        low=low,
        high=high,
        z=z,
        p=headline.p,
        funnel=funnel,
        others=headline,
    )


def _binomial(before: Floats, after: Floats) -> Floats:
    """Return the exact p of each unit's split between before and after, twice the smaller tail."""
    total, share = before + after, after.sum() / (before.sum() + after.sum())
    low = stats.binom.cdf(after, total, share)
    high = stats.binom.sf(after - 1.0, total, share)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(low, high)))


def sign_deviates(p: Floats, way: Floats) -> Floats:
    """Return two-sided p-values as standard normal deviates.

    Parameters
    ----------
    p : (n,) array
    way : (n,) array
        Of which the sign is taken.

    Returns
    -------
    (n,) array
    """
    return np.asarray(np.sign(way) * -stats.norm.ppf(np.maximum(p, 1e-300) / 2.0))


def _name_band(z: float, sign: float | None) -> Band:
    if np.isnan(z):
        return Band.UNKNOWN
    size = abs(z)
    if size < WATCH_Z:
        return Band.ORDINARY
    if sign is None:
        return Band.OUTLIER if size >= OUTLIER_Z else Band.WATCH
    if z * sign > 0:
        return Band.OUTLIER_GOOD if size >= OUTLIER_Z else Band.WATCH_GOOD
    return Band.OUTLIER_BAD if size >= OUTLIER_Z else Band.WATCH_BAD
