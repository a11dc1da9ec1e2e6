"""How crimes change with the dose: any at all, by the minute, by the visit, or less and less.

Several curves are fitted to the same days and set side by side; which fits best was chosen after
the fact, so its own interval is too narrow and it is never a headline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from patrolwise.errors import InputError
from patrolwise.evaluation.dose_terms import carry, saturate
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.fixed_effects import PanelFit, estimate_term, fit_panel
from patrolwise.evaluation.panels import Panel, with_terms

Floats = NDArray[np.float64]

_GRID = 13  # scales tried between the ends, before the best is looked for between two of them


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One curve, as fitted."""

    name: str
    estimate: Estimate  # rate ratio of one unit of the term
    unit: str  # in words: what one unit is
    deviance: float  # smaller fits better
    gain: float  # deviance below no dose at all, over the dispersion: about chi-squared by chance


@dataclass(frozen=True, kw_only=True)
class ScaleFound:
    """The best scale of a curve, and the scales that fit about as well."""

    name: str
    best: float
    low: float  # 95 % by the profile of the deviance over the dispersion
    high: float | None  # inf, null in a file: the data do not say that it ends
    ratio: float  # rate ratio of the full effect, at the best scale
    gain: float  # as of Curve; the scale was sought, so read it beside 2 degrees of freedom


def compare_curves(
    panel: Panel, minutes: ArrayLike, visits: ArrayLike, scales_min: Sequence[float] = (5, 15, 40)
) -> tuple[Curve, ...]:
    """Return several curves of dose fitted to the same days.

    Parameters
    ----------
    panel : Panel
        Its terms stay in the model, such as the other service's dose.
    minutes : (places, days) array
        Verified patrol-minutes.
    visits : (places, days) array
    scales_min : sequence of float
        Of the saturating curves: minutes that have 63 % of the full effect.

    Returns
    -------
    tuple of Curve
        Any patrol, by ten minutes, by the visit, and one for each scale.

    Raises
    ------
    InputError
        Doses do not fit the panel.
    RefusedError
        As `fit_panel`.

    References
    ----------
    Koper (1995), Justice Quarterly 12(4), 649-672: the effect of presence by its length, with its
    best at 11 to 15 minutes. Wedderburn (1974), Biometrika 61(3), 439-447: quasi-likelihood.
    """
    dose, count = np.asarray(minutes, dtype=float), np.asarray(visits, dtype=float)
    terms: dict[str, tuple[Floats, str]] = {
        "any patrol": ((dose > 0).astype(float), "a day with patrol"),
        "by the minute": (dose / 10.0, "ten minutes more"),
        "by the visit": (count, "one visit more"),
        **{
            f"less and less, {scale:g} min": (saturate(dose, scale), "the full effect")
            for scale in scales_min
        },
    }
    without = _deviance_without(panel)
    return tuple(
        _curve(name, unit, fit_panel(with_terms(panel, {name: term})), without)
        for name, (term, unit) in terms.items()
    )


def find_saturation(
    panel: Panel, minutes: ArrayLike, between_min: tuple[float, float] = (2.0, 120.0)
) -> ScaleFound:
    """Return the minutes at which a dose has 63 % of its full effect, with those as likely.

    Parameters
    ----------
    panel : Panel
        Its terms stay in the model.
    minutes : (places, days) array
    between_min : (float, float)
        Where to look.

    Returns
    -------
    ScaleFound
        An end of `between_min` that fits as well as the best is given as 0 or inf: the data do
        not say.

    Raises
    ------
    InputError, RefusedError
        As `compare_curves`.
    """
    dose = np.asarray(minutes, dtype=float)
    return _profile(panel, "saturation", lambda scale: saturate(dose, scale), between_min)


def find_half_life(
    panel: Panel, dose: ArrayLike, between_days: tuple[float, float] = (0.25, 14.0)
) -> ScaleFound:
    """Return the days in which the effect of patrol halves after it, with those as likely.

    Parameters
    ----------
    panel : Panel
        Its terms stay in the model. Days before the first patrol are best given no exposure.
    dose : (places, days) array
        Such as 1 on days with patrol. Days follow each other without a gap.
    between_days : (float, float)
        Where to look.

    Returns
    -------
    ScaleFound

    Raises
    ------
    InputError, RefusedError
        As `compare_curves`.
    """
    given = np.asarray(dose, dtype=float)
    return _profile(panel, "half-life", lambda days: carry(given, days), between_days)


def _curve(name: str, unit: str, fit: PanelFit, without: float) -> Curve:
    return Curve(
        name=name,
        estimate=estimate_term(fit, name),
        unit=unit,
        deviance=fit.deviance,
        gain=(without - fit.deviance) / fit.dispersion,
    )


def _deviance_without(panel: Panel) -> float:
    return fit_panel(panel).deviance


def _profile(
    panel: Panel, name: str, term: Callable[[float], Floats], between: tuple[float, float]
) -> ScaleFound:
    """Look for the best scale on a grid of its logarithm, then between the grid's points."""
    first, last = between
    if not 0 < first < last < inf:
        raise InputError(
            f"The scale is looked for between {first:g} and {last:g}: give two that rise."
        )

    def fit(log_scale: float) -> PanelFit:
        return fit_panel(with_terms(panel, {name: term(float(np.exp(log_scale)))}))

    grid = np.linspace(np.log(first), np.log(last), _GRID)
    fits = [fit(one) for one in grid]
    place = int(np.argmin([one.deviance for one in fits]))
    around = grid[max(place - 1, 0)], grid[min(place + 1, _GRID - 1)]
    sought = optimize.minimize_scalar(
        lambda one: fit(one).deviance, bounds=around, method="bounded", options={"xatol": 0.005}
    )
    best_at = float(sought.x) if sought.fun < fits[place].deviance else float(grid[place])
    best = fit(best_at)
    limit = best.deviance + best.dispersion * float(special.chdtri(1, 0.05))

    def excess(one: float) -> float:
        return fit(one).deviance - limit

    def end(outer: float) -> float | None:
        if excess(outer) <= 0 or outer == best_at:
            return None
        return float(np.exp(optimize.brentq(excess, best_at, outer, xtol=0.005)))

    low, high = end(float(grid[0])), end(float(grid[-1]))
    return ScaleFound(
        name=name,
        best=float(np.exp(best_at)),
        low=0.0 if low is None else low,
        high=inf if high is None else high,
        ratio=float(np.exp(best.logs[best.names.index(name)])),
        gain=(_deviance_without(panel) - best.deviance) / best.dispersion,
    )
