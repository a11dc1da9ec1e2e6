"""How treated areas fared against a blend of comparison areas that moved like them before.

Weights are 0 or more and sum to 1; they make the blend's periods before as near as can be to the
treated areas' mean. No covariates, so no second search for weights of covariates: the fit is one
exact least-squares problem. (pysyncon solves the same problem step by step; `evaluation.
synthetic_peer` sets the two side by side.)
"""

from dataclasses import dataclass
from math import comb, exp, log

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.area_panels import AreaPanel, Flags, draw_labels
from patrolwise.evaluation.dispersion import find_dispersion
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.inverted_tests import find_interval

Floats = NDArray[np.float64]

FEWEST_DONORS = 5
_FARTHER_THAN_CHANCE = 2.0  # squared gap before, over what counts' own variation would give
_OFF_LEVEL = 0.1  # share of the treated mean by which the blend may miss it before
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class SyntheticControl:
    """The blend, how well it fits, and what came after."""

    weights: Floats  # (areas,); 0 for treated areas
    treated: Floats  # (periods,) mean of the treated areas
    synthetic: Floats  # (periods,) the blend
    first_after: int
    areas: int  # how many were treated, and so averaged
    chance: float  # mean squared gap before, if counts vary about their blend by themselves alone

    @property
    def gap_before(self) -> float:
        """Root mean squared prediction error before."""
        return _root_mean_square((self.treated - self.synthetic)[: self.first_after])

    @property
    def gap_after(self) -> float:
        """Root mean squared prediction error after."""
        return _root_mean_square((self.treated - self.synthetic)[self.first_after :])

    @property
    def off_level(self) -> float:
        """By what share of the treated mean the blend misses it before; infinite without crime."""
        mean = self.treated[: self.first_after].mean()
        off = abs(mean - self.synthetic[: self.first_after].mean())
        return float(off / mean) if mean > 0 else float("inf")

    @property
    def is_poor(self) -> bool:
        """Whether the blend misses the level before, or its moves by more than chance would."""
        moves = self.gap_before**2 > _FARTHER_THAN_CHANCE * self.chance
        return bool(moves or self.off_level > _OFF_LEVEL)


def fit_weights(treated: Floats, donors: Floats) -> Floats:
    """Return the weights, 0 or more with sum 1, whose blend is nearest to the treated series.

    Parameters
    ----------
    treated : (periods,) array
    donors : (donors, periods) array

    Returns
    -------
    (donors,) array
        Exact up to rounding. Where several blends fit equally well, one of them.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association
    105(490), 493-505. Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23: with
    the row of ones below the donors' gaps, non-negative least squares finds the nearest point of
    their hull, up to a factor.

    Examples
    --------
    >>> fit_weights(np.array([3.0, 5.0]), np.array([[2.0, 4.0], [4.0, 6.0], [9.0, 0.0]])).round(6)
    array([0.5, 0.5, 0. ])
    """
    return np.asarray(_fit_all(treated[None], donors[None])[0])


def fit_synthetic_control(panel: AreaPanel) -> SyntheticControl:
    """Return the blend of comparison areas that moved most like the treated areas before.

    Parameters
    ----------
    panel : AreaPanel
        With several treated areas, their mean is what is fitted.

    Returns
    -------
    SyntheticControl
    """
    before = panel.counts[:, : panel.first_after]
    treated = panel.counts[panel.treated].mean(axis=0)
    weights, areas = np.zeros(len(panel.treated)), int(panel.treated.sum())
    weights[~panel.treated] = fit_weights(treated[: panel.first_after], before[~panel.treated])
    noise = (treated / areas + weights**2 @ panel.counts)[: panel.first_after]
    return SyntheticControl(
        weights=weights,
        treated=treated,
        synthetic=weights @ panel.counts,
        first_after=panel.first_after,
        areas=areas,
        chance=float(noise.mean()) * find_dispersion(before),
    )


def estimate_by_synthetic_control(
    panel: AreaPanel, rng: np.random.Generator, *, draws: int = 199, level: float = 0.95
) -> Estimate:
    """Return treated crimes after over the blend's, judged by placebos in space.

    Each placebo takes other areas as treated (as many as were), fits a blend of all the rest, and
    divides its gap after by its gap before. With one treated area every area has its turn once;
    with more, areas are drawn at random.

    Parameters
    ----------
    panel : AreaPanel
    rng : numpy Generator
        Not used with one treated area.
    draws : int
        Placebos, when more than one area was treated.
    level : float

    Returns
    -------
    Estimate
        `p` is the rank of the treated areas' ratio of gaps after to before; two-sided, exact if
        any of the areas could have been treated. The interval holds the ratios that would not be
        rejected; an end is None where it lies beyond 1,000-fold, and both where there are too few
        areas to reject any, or no ratio is left. No value when the blend has no crime after.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), section 2.4 and figure 8, for the rank; Firpo and
    Possebom (2018), Journal of Causal Inference 6(2), for the interval; Phipson and Smyth (2010)
    for counting the true choice among the draws.
    """
    fitted = fit_synthetic_control(panel)
    after, blend = (v[panel.first_after :].sum() for v in (fitted.treated, fitted.synthetic))
    estimate = Estimate(
        id="synthetic-control",
        name="Ratio to a synthetic control, placebo in space",
        value=float(after / blend) if blend > 0 else None,
        level=level,
        note="Not defined: the blend of comparison areas has no crime after, or treated have none.",
    )
    if not estimate.value:
        return estimate
    labels, choices = _choose_labels(panel, draws, rng)
    counts, moved = panel.counts, panel.treated
    before = counts[:, : panel.first_after]
    contrasts = _find_contrasts(before, labels)
    gaps = _mean_square(contrasts @ before)
    still, moving = (
        contrasts[:, side] @ counts[side, panel.first_after :] for side in (~moved, moved)
    )

    def find_p(log_ratio: float) -> float:
        ratios = _find_gap_ratios(_mean_square(still + moving / exp(log_ratio)), gaps)
        return float((~(ratios < ratios[0] * (1 - _TINY))).mean())

    note = f"The rank among {len(labels)} choices out of {choices:,}."
    ends: tuple[float | None, float | None] = (None, None)
    if 1 / len(labels) > 1 - level + _TINY:
        note += f" With so few areas no p-value can be below {1 / len(labels):.2f}."
    elif find_p(log(estimate.value)) <= 1 - level:
        note += " No interval: months after vary so much that no single ratio fits them."
    else:
        ends = find_interval(find_p, log(estimate.value), level)
    return Estimate(
        id=estimate.id,
        name=estimate.name,
        value=estimate.value,
        low=ends[0],
        high=ends[1],
        level=level,
        p=find_p(0.0),
        dispersion=find_dispersion(panel.counts[:, : panel.first_after]),
        headline=ends != (None, None),
        note=note,
    )


def guard_synthetic_control(fitted: SyntheticControl) -> list[Guard]:
    """Return red guards when the blend cannot stand for the treated areas.

    Parameters
    ----------
    fitted : SyntheticControl

    Returns
    -------
    list of Guard
        Too few donors to choose from; or a poor fit before. That a fit is good is no proof: among
        lucky good fits a little more than 5 % are rejected with no effect.
    """
    fired = []
    donors = len(fitted.weights) - fitted.areas
    if donors < FEWEST_DONORS:
        fired.append(
            Guard(
                id="few-donors",
                severity=Severity.RED,
                title="Too few areas to make a synthetic control from",
                message=(
                    f"There are {donors} comparison areas; with fewer than {FEWEST_DONORS} a blend "
                    "is a choice between single areas. Declare more."
                ),
            )
        )
    if fitted.is_poor:
        fired.append(
            Guard(
                id="poor-synthetic-fit",
                severity=Severity.RED,
                title="No blend of comparison areas moved like the hot spots before",
                message=(
                    f"Before, the best blend is {fitted.off_level:.0%} off the level and "
                    f"{fitted.gap_before:.1f} crimes a period off on average, where chance alone "
                    f"would give {fitted.chance**0.5:.1f}. What it says of after is not to be used."
                ),
            )
        )
    return fired


def _root_mean_square(gaps: Floats) -> float:
    return float(np.sqrt((gaps**2).mean()))


def _choose_labels(panel: AreaPanel, draws: int, rng: np.random.Generator) -> tuple[Flags, int]:
    """Return which areas are taken as treated, the true ones first, and how many choices exist."""
    areas, treated = len(panel.treated), int(panel.treated.sum())
    if treated > 1:
        drawn = draw_labels(panel.treated, draws, rng)
        return np.vstack([panel.treated, drawn]), comb(areas, treated)
    others = np.eye(areas, dtype=bool)[~panel.treated]
    return np.vstack([panel.treated, others]), areas


def _find_contrasts(before: Floats, labels: Flags) -> Floats:
    """Return what each choice multiplies areas' counts by to give the gap: treated less blend."""
    own, others = (_list_places(side) for side in (labels, ~labels))
    contrasts = labels / own.shape[1]
    weights = _fit_all(before[own].mean(axis=1), before[others])
    np.put_along_axis(contrasts, others, -weights, axis=1)
    return np.asarray(contrasts)


def _list_places(labels: Flags) -> NDArray[np.intp]:
    """Return the places of the areas that each row names; all rows name as many."""
    return np.nonzero(labels)[1].reshape(len(labels), -1)


def _fit_all(treated: Floats, donors: Floats) -> Floats:
    """Return the nearest blend of donors of each choice, as `fit_weights` of one.

    (n, periods) and (n, donors, periods) give (n, donors).
    """
    from scipy.optimize import nnls  # noqa: PLC0415  slow to import

    gaps = donors - treated[:, None]
    # For weights s·v with sum v = 1 the loss s²·far² + (1 - s)² is least at far²/(1 + far²): it
    # rises with far, the distance of the blend v. So the best weights point at the nearest blend.
    scales = np.sqrt((gaps**2).sum(axis=2).mean(axis=1))
    scales[scales == 0] = 1.0
    choices, count, periods = gaps.shape
    rows, wanted = np.ones((choices, periods + 1, count)), np.zeros(periods + 1)
    rows[:, :-1], wanted[-1] = (gaps / scales[:, None, None]).transpose(0, 2, 1), 1.0
    weights = np.stack([nnls(row, wanted)[0] for row in rows])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _mean_square(gaps: Floats) -> Floats:
    return np.asarray((gaps**2).mean(axis=1))


def _find_gap_ratios(after: Floats, before: Floats) -> Floats:
    """Return mean squared gaps after over those before; infinite where the fit was perfect."""
    perfect = np.full(len(before), np.inf)
    return np.asarray(np.divide(after, before, out=perfect, where=before > _TINY**2))
