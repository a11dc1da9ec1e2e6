"""How well a choice of areas foretold later crime: the PAI and its relations."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]

ORACLE = "the most crimes that any choice of the same area could have held"

ACCURACY_CURVE = Table(
    "ACCURACY_CURVE",
    "the areas predicted busiest up to one more area",
    (
        Column("place", pl.Int64, "position of the area added, as given, from 0"),
        Column("crimes", pl.Float64, "crimes observed in all areas so far"),
        Column("predicted", pl.Float64, "crimes predicted in all areas so far"),
        Column("area_share", pl.Float64, "their share of the area, 0 to 1"),
        Column("hit_rate", pl.Float64, "their share of the crimes, 0 to 1"),
        Column("pai", pl.Float64, "predictive accuracy index: hit rate over area share"),
        Column("pei", pl.Float64, f"predictive efficiency index; oracle: {ORACLE}"),
        Column("recovery", pl.Float64, "predicted over observed; null without a crime", True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How well one choice of areas did; areas in one unit, such as cells or square metres."""

    crimes: float  # later crimes inside the areas chosen
    all_crimes: float
    area: float
    all_area: float
    oracle_crimes: float  # the most crimes that any choice of the same area could have held

    def __post_init__(self) -> None:
        faults = []
        if not all(isfinite(v) and v >= 0 for v in (self.crimes, self.all_crimes)):
            faults.append("The crimes must be numbers of 0 or more.")
        elif not self.crimes <= self.oracle_crimes <= self.all_crimes:
            faults.append(
                f"The crimes inside ({self.crimes:g}) must not exceed the oracle's "
                f"({self.oracle_crimes:g}), nor those all crimes ({self.all_crimes:g})."
            )
        if not 0 < self.area <= self.all_area < float("inf"):
            faults.append(f"The area must be above 0 and within the whole, got {self.area:g}.")
        if self.all_crimes == 0:
            faults.append("There is no crime to score on.")
        check_faults("Accuracy", faults)

    @property
    def hit_rate(self) -> float:
        """Share of the crimes inside, n/N."""
        return self.crimes / self.all_crimes

    @property
    def area_share(self) -> float:
        """Share of the area chosen, a/A."""
        return self.area / self.all_area

    @property
    def pai(self) -> float:
        """Predictive accuracy index (n/N)/(a/A): Chainey, Tompson and Uhlig (2008)."""
        return self.hit_rate / self.area_share

    @property
    def pei(self) -> float:
        """Predictive efficiency index n/n*: the PAI over the oracle's; 0 when it has none."""
        return self.crimes / self.oracle_crimes if self.oracle_crimes else 0.0

    def penalised_pai(self, alpha: float) -> float:
        """Return (n/N)/(a/A)^alpha, which favours small areas less: Joshi et al. (2021).

        Parameters
        ----------
        alpha : float
            1 is the PAI, 0 the hit rate.

        Returns
        -------
        float
        """
        if not 0 <= alpha <= 1:
            raise InputError(f"Alpha must be 0 to 1, got {alpha}.")
        return self.hit_rate / float(self.area_share**alpha)


def trace_accuracy(
    observed: ArrayLike, predicted: ArrayLike, area: ArrayLike | None = None
) -> pl.DataFrame:
    """Return the indices of accuracy as areas are added, the densest prediction first.

    Of areas predicted alike, the one with least crime observed for its size comes first, so that
    no method gains by a tie.

    Parameters
    ----------
    observed, predicted : (n,) array
        Later crimes, and what was predicted for each area.
    area : (n,) array, optional
        Its size in any one unit; None means equal areas.

    Returns
    -------
    (n, 8) ACCURACY_CURVE, in the order of adding
        The oracle may take part of an area, so with unequal areas the efficiency is a lower bound.

    Raises
    ------
    InputError
        The arrays differ in length or are empty, a value is negative or missing, an area is not
        above 0, or no crime was observed.

    References
    ----------
    Chainey, Tompson and Uhlig (2008), Security Journal 21, 4-28 (PAI). Hunt (2016), dissertation,
    George Mason University (PEI). Wheeler and Steenbeek (2021), Journal of Quantitative
    Criminology 37, 445-480: the curve, and ties as here.

    Examples
    --------
    >>> curve = trace_accuracy([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0])
    >>> curve["pai"][:3].round(4).to_list(), curve["pei"][:3].round(4).to_list()
    ([1.8947, 1.4211, 1.6842], [0.8571, 0.6923, 1.0])
    """
    seen, told, size = _check_predictions(observed, predicted, area)
    order = np.lexsort((seen / size, -told / size))
    crimes, areas = np.cumsum(seen[order]), np.cumsum(size[order])
    hit_rate, area_share = crimes / crimes[-1], areas / areas[-1]
    oracle = _oracle_crimes(seen, size, areas)
    recovery = np.cumsum(told[order]) / np.where(crimes > 0, crimes, np.nan)
    return make_table(
        ACCURACY_CURVE,
        {
            "place": order,
            "crimes": crimes,
            "predicted": np.cumsum(told[order]),
            "area_share": area_share,
            "hit_rate": hit_rate,
            "pai": hit_rate / area_share,
            "pei": crimes / oracle,
            "recovery": pl.Series(recovery).fill_nan(None),
        },
    )


def find_recapture_rate_index(earlier: Accuracy, later: Accuracy) -> float:
    """Return Levine's RRI: how much of its concentration a choice of areas keeps later.

    This is not `find_recovery_rate_index`, which others also call RRI.

    Parameters
    ----------
    earlier, later : Accuracy
        Of the same areas, on the crimes they were chosen from and on later ones.

    Returns
    -------
    float
        The later hit rate over the earlier; 1 keeps all. nan when the earlier is 0.

    References
    ----------
    Levine (2008), Security Journal 21, 295-302: recapture rate index.

    Examples
    --------
    >>> one = Accuracy(crimes=40, all_crimes=100, area=2, all_area=100, oracle_crimes=40)
    >>> two = Accuracy(crimes=20, all_crimes=100, area=2, all_area=100, oracle_crimes=35)
    >>> find_recapture_rate_index(one, two)
    0.5
    """
    return later.hit_rate / earlier.hit_rate if earlier.hit_rate else float("nan")


def find_recovery_rate_index(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Return the other RRI: crimes predicted over crimes observed, in the areas chosen.

    This is not `find_recapture_rate_index`, Levine's RRI. It says whether the level was right, not
    the places.

    Parameters
    ----------
    observed, predicted : (k,) array
        Of the areas chosen only.

    Returns
    -------
    float
        1 is right, above 1 too much was predicted. nan when nothing was observed.

    Raises
    ------
    InputError
        The arrays differ in length or are empty, or a value is negative or missing.

    References
    ----------
    Wheeler and Steenbeek (2021), Journal of Quantitative Criminology 37, 445-480.

    Examples
    --------
    >>> find_recovery_rate_index([6, 3], [8, 4]).__round__(4)
    1.3333
    """
    seen, told, _ = _check_predictions(observed, predicted, None, need_crime=False)
    return float(told.sum() / seen.sum()) if seen.sum() else float("nan")


def score_prediction(scores: ArrayLike, later: ArrayLike, area_share: float) -> Accuracy:
    """Return how well the cells of highest score held later crime. Cells are equal in area.

    Cells tied for the last place each count in part: a method with many ties neither gains nor
    loses by the order of the rows.

    Parameters
    ----------
    scores : (n,) array
        One score a cell, made from earlier crimes; the highest are chosen.
    later : (n,) array
        Crimes in each cell afterwards.
    area_share : float
        Share of cells to choose, above 0 to 1; at least one is.

    Returns
    -------
    Accuracy

    Raises
    ------
    InputError
        The arrays differ in length or are empty, a score is missing, a count negative or missing,
        the share is not above 0 to 1, or there is no later crime.

    Examples
    --------
    Three cells tie for two places, so each counts two thirds.

    >>> score_prediction([5, 5, 5, 0], [6, 3, 0, 1], 0.5).crimes
    6.0
    >>> score_prediction([5, 4, 3, 0], [6, 3, 0, 1], 0.25).pei
    1.0
    """
    value, crimes = np.asarray(scores, dtype=float), np.asarray(later, dtype=float)
    _check_prediction(value, crimes, area_share)
    chosen = _cells_chosen(len(crimes), area_share)
    inside = float(_membership(value, chosen) @ crimes)
    oracle = float(np.sort(crimes)[::-1][:chosen].sum())
    return Accuracy(
        crimes=min(inside, oracle),
        all_crimes=float(crimes.sum()),
        area=chosen,
        all_area=len(crimes),
        oracle_crimes=oracle,
    )


def _check_predictions(
    observed: ArrayLike, predicted: ArrayLike, area: ArrayLike | None, need_crime: bool = True
) -> tuple[Floats, Floats, Floats]:
    seen, told = np.asarray(observed, dtype=float), np.asarray(predicted, dtype=float)
    size = np.ones(seen.shape) if area is None else np.asarray(area, dtype=float)
    faults = []
    if seen.size == 0 or seen.shape != told.shape or seen.shape != size.shape:
        faults.append(
            f"There are {seen.size} observed, {told.size} predicted and {size.size} areas; give "
            "one of each for every area."
        )
    if not (np.all(seen >= 0) and np.all(told >= 0)):
        faults.append("Crimes observed and predicted must be 0 or more.")
    if not np.all(size > 0):
        faults.append("Every area must be above 0.")
    if need_crime and seen.sum() == 0:
        faults.append("No crime was observed, so there is nothing to score on.")
    check_faults("Predictions", faults)
    return seen, told, size


def _oracle_crimes(seen: Floats, size: Floats, areas: Floats) -> Floats:
    """Most crimes in so much area: the densest first, the last one in part."""
    best = np.argsort(-seen / size, kind="stable")
    held = np.concatenate([[0.0], np.cumsum(seen[best])])
    sizes = np.concatenate([[0.0], np.cumsum(size[best])])
    return np.asarray(np.interp(areas, sizes, held), dtype=np.float64)


def _check_prediction(scores: Floats, later: Floats, area_share: float) -> None:
    faults = []
    if later.size == 0 or scores.shape != later.shape:
        faults.append(f"There are {scores.size} scores for {later.size} cells; give one for each.")
    if np.isnan(scores).any():
        faults.append("A score is missing.")
    if not np.all(later >= 0):
        faults.append("A count is negative or missing.")
    if not 0 < area_share <= 1:
        faults.append(f"The share of cells must be above 0 and at most 1, got {area_share}.")
    check_faults("Scores", faults)


def _cells_chosen(cells: int, area_share: float) -> int:
    return max(1, int(cells * area_share + 1e-9))


def _membership(scores: Floats, chosen: int) -> Floats:
    """Return by how much each cell is chosen: 1, 0, or a share for those tied for the last."""
    last = np.sort(scores)[len(scores) - chosen]
    above, tied = scores > last, scores == last
    shares: Floats = above + tied * (chosen - above.sum()) / tied.sum()
    return shares
