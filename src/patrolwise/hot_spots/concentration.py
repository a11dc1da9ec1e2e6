"""How concentrated crime is: how few places hold a quarter or half of it, and the Gini family."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]

LORENZ_POINTS = Table(
    "LORENZ_POINTS",
    "one point of a Lorenz curve, from no place to all places",
    (
        Column("places", pl.Float64, "share of places, the quietest first, 0 to 1"),
        Column("crimes", pl.Float64, "share of crimes in them, 0 to 1"),
    ),
)

# Share of street segments that hold a quarter and half of crime, over the large cities.
WEISBURD_BANDS = {0.25: (0.004, 0.016), 0.50: (0.021, 0.060)}


class PlaceUnit(StrEnum):
    """What one place is: shares of different kinds of place cannot be compared."""

    STREET_SEGMENT = "street segment"
    CELL = "cell"
    SNAP_POINT = "snap point"  # open data's anonymised points; those without crime are unknown


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How concentrated the crimes of a set of places are."""

    unit: PlaceUnit
    places: int
    crimes: int
    holding_quarter: float  # smallest share of places with 25 % of the crimes
    holding_half: float  # the same for 50 %
    gini: float
    generalised_gini: float  # allows for fewer crimes than places

    def __str__(self) -> str:
        return (
            f"50 % of {self.crimes:,} crimes are in {self.holding_half:.1%} of {self.places:,} "
            f"{self.unit}s (Gini {self.gini:.2f}, generalised {self.generalised_gini:.2f})"
        )


def summarise_concentration(crimes: ArrayLike, unit: PlaceUnit) -> Concentration:
    """Return the measures of concentration, with the kind of place that they hold for.

    Parameters
    ----------
    crimes : (n,) array
        Crimes in each place; places without crime belong in it. Open data's snap points have no
        zeros, which makes crime look less concentrated than it is.
    unit : PlaceUnit

    Returns
    -------
    Concentration

    Raises
    ------
    InputError
        There is no place or no crime, or a count is negative or missing.

    Examples
    --------
    >>> print(summarise_concentration([10, 8, 2, 0, 0, 0, 0, 0, 0, 0], PlaceUnit.CELL))
    50 % of 20 crimes are in 10.0% of 10 cells (Gini 0.78, generalised 0.78)
    """
    counts = _counts(crimes)
    return Concentration(
        unit=unit,
        places=len(counts),
        crimes=int(counts.sum()),
        holding_quarter=find_share_holding(counts, 0.25),
        holding_half=find_share_holding(counts, 0.50),
        gini=find_gini(counts),
        generalised_gini=find_generalised_gini(counts),
    )


def find_share_holding(crimes: ArrayLike, share: float) -> float:
    """Return the smallest share of places that holds at least a share of the crimes.

    Parameters
    ----------
    crimes : (n,) array
        Crimes in each place.
    share : float
        Of the crimes, above 0 to 1.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    InputError
        As `summarise_concentration`, or the share is not above 0 to 1.

    References
    ----------
    Weisburd (2015), Criminology 53(2), 133-157: the law of crime concentration.

    Examples
    --------
    >>> find_share_holding([10, 8, 2, 0, 0, 0, 0, 0, 0, 0], 0.5)
    0.1
    >>> find_share_holding([1, 1, 1, 1], 1.0)
    1.0
    """
    counts = _counts(crimes)
    if not 0 < share <= 1:
        raise InputError(f"The share must be above 0 and at most 1, got {share}.")
    running = np.cumsum(np.sort(counts)[::-1])
    # The tolerance keeps 0.1 + 0.2 crimes of weight from missing 0.3.
    needed = share * running[-1] * (1 - 1e-12)
    return float((np.searchsorted(running, needed) + 1) / len(counts))


def trace_lorenz(crimes: ArrayLike) -> pl.DataFrame:
    """Return the Lorenz curve of crime over places, the quietest places first.

    Parameters
    ----------
    crimes : (n,) array
        Crimes in each place.

    Returns
    -------
    (n + 1, 2) LORENZ_POINTS, from (0, 0) to (1, 1)

    Raises
    ------
    InputError
        As `summarise_concentration`.

    Examples
    --------
    >>> trace_lorenz([3, 1]).rows()
    [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    """
    counts = _counts(crimes)
    running = np.cumsum(np.concatenate([[0.0], np.sort(counts)]))
    places = np.arange(len(counts) + 1) / len(counts)
    return make_table(LORENZ_POINTS, {"places": places, "crimes": running / running[-1]})


def find_gini(crimes: ArrayLike) -> float:
    """Return the Gini coefficient of crime over places.

    With fewer crimes than places it cannot be near 0, however evenly crime is spread: use
    `find_generalised_gini` then.

    Parameters
    ----------
    crimes : (n,) array
        Crimes in each place.

    Returns
    -------
    float
        0 (all places alike) to 1 - 1/n (one place has all).

    Raises
    ------
    InputError
        As `summarise_concentration`.

    References
    ----------
    Bernasco and Steenbeek (2017), Journal of Quantitative Criminology 33(3), 451-467, equation 1:
    G = 2 sum(i x_i) / (n sum(x)) - (n + 1) / n, places in rising order.

    Examples
    --------
    >>> round(find_gini([10, 8, 2, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.78
    >>> find_gini([2, 2])
    0.0
    """
    counts = np.sort(_counts(crimes))
    n = len(counts)
    order = np.arange(1, n + 1)
    return float(2 * (order @ counts) / (n * counts.sum()) - (n + 1) / n)


def find_generalised_gini(crimes: ArrayLike, *, unbiased: bool = False) -> float:
    """Return the Gini coefficient against the evenest spread that so few crimes allow.

    Parameters
    ----------
    crimes : (n,) array
        Whole crimes in each place.
    unbiased : bool
        Whether to multiply by m / (m - 1), m the smaller of places and crimes.

    Returns
    -------
    float
        0 to 1. Unbiased, it is nan for a single crime or place, which cannot be concentrated.

    Raises
    ------
    InputError
        As `summarise_concentration`.

    References
    ----------
    Bernasco and Steenbeek (2017), Journal of Quantitative Criminology 33(3), 451-467:
    G' = max(1, n/c) (G - 1) + 1 for c crimes in n places.

    Examples
    --------
    >>> crimes = [5, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    >>> round(find_gini(crimes), 2), round(find_generalised_gini(crimes), 2)
    (0.8, 0.75)
    >>> find_generalised_gini([1, 0, 0], unbiased=True)
    nan
    """
    counts = _counts(crimes)
    n, total = len(counts), counts.sum()
    value = max(1.0, float(n / total)) * (find_gini(counts) - 1) + 1
    if not unbiased:
        return value
    fewer = min(n, float(total))
    return value * fewer / (fewer - 1) if fewer > 1 else float("nan")


def is_in_weisburd_band(concentration: Concentration, share: float = 0.5) -> bool:
    """Return whether the places that hold a quarter or half of crime are as few as in big cities.

    Parameters
    ----------
    concentration : Concentration
        Of street segments.
    share : float
        0.25 or 0.5.

    Returns
    -------
    bool

    Raises
    ------
    InputError
        Another share.
    RefusedError
        The places are not street segments.

    References
    ----------
    Weisburd (2015), Criminology 53(2), 133-157: 25 % of crime in 0.4 to 1.6 % of segments, 50 % in
    2.1 to 6.0 %.

    Examples
    --------
    >>> segments = summarise_concentration([60, 40] + [1] * 48, PlaceUnit.STREET_SEGMENT)
    >>> is_in_weisburd_band(segments)
    True
    """
    if share not in WEISBURD_BANDS:
        raise InputError(f"The band is known for shares 0.25 and 0.5, got {share}.")
    if concentration.unit is not PlaceUnit.STREET_SEGMENT:
        raise RefusedError(
            f"Weisburd's band is of street segments, and these are {concentration.unit}s. Open "
            "data puts crimes on few anonymised points and leaves out places without crime, so "
            "its shares are far larger. Count by street segment from a force export."
        )
    low, high = WEISBURD_BANDS[share]
    held = concentration.holding_half if share == 0.5 else concentration.holding_quarter
    return low <= held <= high


def _counts(crimes: ArrayLike) -> Floats:
    counts = np.asarray(crimes, dtype=float)
    faults = []
    if counts.ndim != 1 or counts.size == 0:
        faults.append("There is no place: give one number for each.")
    elif not np.all(counts >= 0):
        faults.append("A count is negative or missing.")
    elif counts.sum() == 0:
        faults.append("There is no crime, so nothing is concentrated.")
    check_faults("Crimes by place", faults)
    return counts
