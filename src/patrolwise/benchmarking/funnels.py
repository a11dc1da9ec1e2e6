"""Which units lie outside a funnel: by level or by change, for more spread than chance alone.

Units of one size differ by chance; units of all sizes differ for reasons that no funnel knows
(overdispersion). Limits by chance alone flag many of these. Both forms in use that allow for it are
here, each as its source has it: the one for hospital deaths (SHMI), on logarithms, and the one of
the Care Quality Commission (CQC), on square roots.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.benchmarking.limits import Floats, check_shares
from patrolwise.errors import InputError, check_faults

_TRIM = 0.1  # of the units at each end, when the spread is learned
_LEAST_UNITS = 3


class Form(StrEnum):
    """How the spread between units is learned, and on which scale."""

    SHMI = "logarithms, the outer tenths left out"
    CQC = "square roots, the outer tenths drawn in"


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Units on a scale on which each is near to normal, with the spread that they all have."""

    form: Form
    y: Floats  # (n,) on the form's scale
    target: float  # of all units, on that scale
    s: Floats  # (n,) standard deviation by chance alone
    phi: float  # mean of z²: 1 when units differ by chance alone
    tau2: float  # variance between units beyond chance
    kept: NDArray[np.bool_]  # (n,) of which the spread was learned as they are
    to_ratio: Callable[[Floats], Floats]  # from the scale to the ratio, share or change

    @property
    def z(self) -> Floats:
        """How far each unit lies from the target in standard deviations by chance alone."""
        return (self.y - self.target) / self.s

    @property
    def z_additive(self) -> Floats:
        """The same when units differ by `tau2` besides."""
        return (self.y - self.target) / np.sqrt(self.s**2 + self.tau2)

    @property
    def z_multiplicative(self) -> Floats:
        """The same when every unit varies by the square root of `phi`, if that is above 1."""
        return np.asarray(self.z / np.sqrt(max(self.phi, 1.0)))

    def limits(self, z: float, s: ArrayLike | None = None) -> tuple[Floats, Floats]:
        """Return the limits with the additive spread, as ratios, shares or changes.

        Parameters
        ----------
        z : float
            1.96 for 95 %, 3.09 for 99.8 %.
        s : (m,) array, optional
            Standard deviations by chance alone; of the units when left out.

        Returns
        -------
        (m,) array, (m,) array
        """
        own = self.s if s is None else np.asarray(s, dtype=float)
        reach = z * np.sqrt(own**2 + self.tau2)
        return self.to_ratio(self.target - reach), self.to_ratio(self.target + reach)


def judge_ratios(
    observed: ArrayLike, expected: ArrayLike, form: Form = Form.SHMI, noise: ArrayLike = 0.0
) -> Funnel:
    """Return a funnel of observed to expected counts.

    Parameters
    ----------
    observed, expected : (n,) array
        At least three units; expected above 0. Under logarithms half a crime is added to both
        where nothing was observed.
    form : Form
    noise : (n,) array
        Variance of each count beyond chance because it is not known exactly, as when it is rounded.

    Returns
    -------
    Funnel
        Its target is a ratio of 1.

    Raises
    ------
    InputError
        A count cannot be, or there are fewer than three units.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202; NHS Digital, SHMI specification:
    exclusion by rank, τ² of DerSimonian and Laird (1986); Care Quality Commission, Intelligent
    Monitoring statistical methodology: winsorised z, limits squared.

    Examples
    --------
    >>> shmi = judge_ratios([100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220])
    >>> round(shmi.phi, 6), round(shmi.tau2, 8)
    (2.948033, 0.01947753)
    >>> shmi.z_additive.round(3).tolist()
    [-0.454, 1.733, 0.544, -0.992, 1.062, 0.145]
    """
    observed, expected = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    _check_ratio(observed, expected)
    s = np.sqrt(1.0 / expected + np.asarray(noise) / expected**2)
    if form is Form.CQC:
        return _learn(form, np.sqrt(observed / expected), 1.0, 0.5 * s, _square)
    more = np.where(observed == 0, 0.5, 0.0)
    y = np.log((observed + more) / (expected + more))
    return _learn(form, y, 0.0, s, np.exp)


def judge_shares(part: ArrayLike, whole: ArrayLike, form: Form = Form.SHMI) -> Funnel:
    """Return a funnel of shares, on the scale of the arcsine of the square root.

    Parameters
    ----------
    part, whole : (n,) array
        At least three units.
    form : Form
        How the spread is learned; the scale is the same for both.

    Returns
    -------
    Funnel
        Its target is the share of all units together.

    Raises
    ------
    InputError
        A part is no part of its whole, or there are fewer than three units.

    References
    ----------
    As `judge_ratios`. The arcsine makes a share's variance 1 / 4n, whatever the share.

    Examples
    --------
    >>> funnel = judge_shares([10, 12, 40], [100, 100, 100])
    >>> funnel.z.round(2).tolist()
    [-3.0, -2.36, 4.26]
    """
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    check_shares(part, whole)
    _check_units(part)
    target = float(np.arcsin(np.sqrt(part.sum() / whole.sum())))
    y = np.arcsin(np.sqrt(part / whole))
    return _learn(form, y, target, 0.5 / np.sqrt(whole), _sine_squared)


def judge_changes(
    before: ArrayLike,
    after: ArrayLike,
    exposure: tuple[ArrayLike, ArrayLike] | None = None,
    form: Form = Form.SHMI,
    noise: ArrayLike = 0.0,
) -> Funnel:
    """Return a funnel of changes: after by before, beside all units together.

    Both counts vary, so that a change has the variance of both: with limits that take the count
    before as known, one in six units would lie outside 95 % limits where nothing differs.

    Parameters
    ----------
    before, after : (n,) array
        Counts of at least three units. Half a crime is added to all where any is 0.
    exposure : ((n,) array, (n,) array), optional
        What each count is of, such as days or people, before and after; the same when left out.
    form : Form
        How the spread is learned; the scale is the logarithm for both.
    noise : (n,) array
        Variance of each of the two counts because it is not known exactly.

    Returns
    -------
    Funnel
        Its target is the change of all units together; `1 / s²` is the precision to draw it on.

    Raises
    ------
    InputError
        A count or an exposure cannot be, or there are fewer than three units.

    References
    ----------
    Spiegelhalter (2005), as above: change in performance, the ratio of two rates.

    Examples
    --------
    >>> funnel = judge_changes([400, 300, 500], [400, 300, 250])
    >>> funnel.z.round(2).tolist()
    [3.3, 2.86, -5.93]
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    _check_change(before, after, exposure)
    if (before == 0).any() or (after == 0).any():
        before, after = before + 0.5, after + 0.5
    longer = np.zeros(len(before))
    if exposure is not None:
        first, last = (np.asarray(one, dtype=float) for one in exposure)
        longer = np.log(last / first)
    y = np.log(after / before) - longer
    target = float(np.log(after.sum() / (before * np.exp(longer)).sum()))
    more = np.asarray(noise) * (1.0 / before**2 + 1.0 / after**2)
    return _learn(form, y, target, np.sqrt(1.0 / before + 1.0 / after + more), np.exp)


def _learn(
    form: Form, y: Floats, target: float, s: Floats, to_ratio: Callable[[Floats], Floats]
) -> Funnel:
    """Return a funnel with the spread between its units, the outermost kept from ruling it."""
    z = (y - target) / s
    if form is Form.SHMI:
        kept = _inner(z)
        taken, weights = z[kept], 1.0 / s[kept] ** 2
    else:
        kept = np.ones(len(z), dtype=bool)
        low, high = np.quantile(z, [_TRIM, 1.0 - _TRIM])
        taken, weights = np.clip(z, low, high), 1.0 / s**2
    n = len(taken)
    phi = float((taken**2).sum() / n)
    over = weights.sum() - (weights**2).sum() / weights.sum()
    tau2 = max(0.0, float((n * phi - (n - 1)) / over))
    return Funnel(
        form=form, y=y, target=target, s=s, phi=phi, tau2=tau2, kept=kept, to_ratio=to_ratio
    )


def _inner(z: Floats) -> NDArray[np.bool_]:
    """Return which units are in no outer tenth, by rank; ties in the order given."""
    tenths = round(1.0 / _TRIM)
    rank = np.empty(len(z), dtype=int)
    rank[np.argsort(z, kind="stable")] = np.arange(1, len(z) + 1)
    tenth = rank * tenths // (len(z) + 1)
    return np.asarray((tenth > 0) & (tenth < tenths - 1))


def _square(y: Floats) -> Floats:
    return np.maximum(y, 0.0) ** 2


def _sine_squared(y: Floats) -> Floats:
    return np.sin(np.clip(y, 0.0, np.pi / 2.0)) ** 2


def _check_ratio(observed: Floats, expected: Floats) -> None:
    _check_units(observed)
    is_wrong = ~((observed >= 0) & np.isfinite(observed) & (expected > 0) & np.isfinite(expected))
    check_faults(
        "Funnel",
        [
            f"Unit {k + 1} has {observed[k]:g} observed and {expected[k]:g} expected. Give 0 or "
            "more observed and more than 0 expected, or leave the unit out."
            for k in np.flatnonzero(is_wrong).tolist()
        ],
    )


def _check_change(
    before: Floats, after: Floats, exposure: tuple[ArrayLike, ArrayLike] | None
) -> None:
    _check_units(before)
    is_wrong = ~((before >= 0) & (after >= 0) & np.isfinite(before) & np.isfinite(after))
    faults = [
        f"Unit {k + 1} has {before[k]:g} before and {after[k]:g} after. Give 0 or more."
        for k in np.flatnonzero(is_wrong).tolist()
    ]
    for name, given in zip(("before", "after"), exposure or (), strict=False):
        values = np.asarray(given, dtype=float)
        faults += [
            f"Unit {k + 1} has an exposure of {values[k]:g} {name}. Give a number above 0."
            for k in np.flatnonzero(~((values > 0) & np.isfinite(values))).tolist()
        ]
    check_faults("Change funnel", faults)


def _check_units(values: Floats) -> None:
    if len(values) < _LEAST_UNITS:
        raise InputError(
            f"A funnel needs {_LEAST_UNITS} units or more, got {len(values)}. Compare two with a "
            "rate ratio."
        )
