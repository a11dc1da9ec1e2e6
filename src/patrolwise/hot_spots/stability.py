"""Whether the same places are busy year after year, so that a hot spot is worth a plan."""

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STABILITY = Table(
    "STABILITY",
    "one year and the next",
    (
        Column("first", pl.String, "the earlier year"),
        Column("second", pl.String, "the later year"),
        Column("top_first", pl.Int64, "places in the top in the earlier; ties for the last are in"),
        Column("top_second", pl.Int64, "places in the top in the later"),
        Column("overlap", pl.Float64, "places in both tops over places in either (Jaccard)"),
        Column(
            "rank_correlation", pl.Float64, "Spearman's, over all places; null if undefined", True
        ),
        Column(
            "s_index", pl.Float64, "share of places whose share of crime did not clearly change"
        ),
    ),
)


def summarise_stability(
    counts: ArrayLike, years: list[str], top: int, rng: np.random.Generator
) -> pl.DataFrame:
    """Return how alike each year and the next are: in their top, their ranks and their shares.

    Parameters
    ----------
    counts : (n, y) array
        Crimes by place and year; the same places each year, zeros included.
    years : (y,) list of str
        In order.
    top : int
        How many places make the top of a year.
    rng : numpy Generator
        For the S-index.

    Returns
    -------
    (y - 1, 7) STABILITY, in order
        ``rank_correlation`` is null when all places of a year are alike.

    Raises
    ------
    InputError
        The shape does not fit the years, there are fewer than two, a year has no crime, a count
        is negative or missing, or the top is below 1.

    References
    ----------
    Weisburd, Bushway, Lum and Yang (2004), Criminology 42(2), 283-321: stability of places.

    Examples
    --------
    >>> counts = [[9, 8], [5, 6], [4, 0], [0, 1], [0, 0]]
    >>> table = summarise_stability(counts, ["2020", "2021"], 2, np.random.default_rng(1))
    >>> table.select("overlap", "rank_correlation").row(0)
    (1.0, 0.7631578947368421)
    """
    array = _check_counts(counts, top, years)
    tops = find_top(array, top)
    rows = []
    for i in range(len(years) - 1):
        both, either = (tops[:, i] & tops[:, i + 1]).sum(), (tops[:, i] | tops[:, i + 1]).sum()
        rows.append(
            {
                "first": years[i],
                "second": years[i + 1],
                "top_first": int(tops[:, i].sum()),
                "top_second": int(tops[:, i + 1].sum()),
                "overlap": float(both / either),
                "rank_correlation": find_rank_correlation(array[:, i], array[:, i + 1]),
                "s_index": find_s_index(array[:, i], array[:, i + 1], rng),
            }
        )
    return make_table(STABILITY, pl.DataFrame(rows, infer_schema_length=None))


def find_top(counts: ArrayLike, top: int) -> Flags:
    """Return which places are in the top of each year.

    A place without crime never is, and places tied for the last are all in: the top may so be
    smaller or larger than asked, but never a matter of row order.

    Parameters
    ----------
    counts : (n, y) array
        Crimes by place and year.
    top : int
        How many places make the top of a year.

    Returns
    -------
    (n, y) array of bool

    Raises
    ------
    InputError
        There is no place or year, a count is negative or missing, or the top is below 1.

    Examples
    --------
    >>> find_top([[5], [2], [2], [0]], 2).ravel().tolist()
    [True, True, True, False]
    """
    array = _check_counts(counts, top)
    last = np.sort(array, axis=0)[::-1][min(top, len(array)) - 1]
    in_top: Flags = (array >= last) & (array > 0)
    return in_top


def find_share_of_years(counts: ArrayLike, top: int) -> Floats:
    """Return in what share of the years each place was in the top.

    Parameters
    ----------
    counts : (n, y) array
        Crimes by place and year.
    top : int
        How many places make the top of a year.

    Returns
    -------
    (n,) array
        0 to 1. Report it before a place is recommended: below a half, its year was a spell.

    Raises
    ------
    InputError
        As `find_top`.

    Examples
    --------
    >>> find_share_of_years([[5, 4], [1, 6], [0, 0]], 1).tolist()
    [0.5, 0.5, 0.0]
    """
    return np.asarray(find_top(counts, top).mean(axis=1), dtype=np.float64)


def find_rank_correlation(first: ArrayLike, second: ArrayLike) -> float | None:
    """Return Spearman's rank correlation; tied places have the mean of their ranks.

    Parameters
    ----------
    first, second : (n,) array
        Crimes in the same places in two years.

    Returns
    -------
    float or None
        -1 to 1; None when all places of a year are alike, or there is only one.

    References
    ----------
    Spearman (1904), American Journal of Psychology 15, 72-101, with mid-ranks.

    Examples
    --------
    >>> find_rank_correlation([1, 2, 3], [10, 20, 40])
    1.0
    >>> find_rank_correlation([1, 2, 3], [5, 5, 5]) is None
    True
    """
    ranks = [_middle_ranks(np.asarray(values, dtype=float)) for values in (first, second)]
    off = [rank - rank.mean() for rank in ranks]
    spread = float(np.sqrt((off[0] @ off[0]) * (off[1] @ off[1])))
    return float(np.clip(off[0] @ off[1] / spread, -1, 1)) if spread else None


def find_s_index(
    first: ArrayLike, second: ArrayLike, rng: np.random.Generator, *, draws: int = 200
) -> float:
    """Return the share of places whose share of crime did not clearly change.

    Each year's crimes are drawn again, as many as there were, and a place is alike when the 95 %
    ranges of its two shares overlap. Places with no crime in either year are alike too, so a fine
    grid of empty cells looks stable: count only places that had some.

    Parameters
    ----------
    first, second : (n,) array
        Crimes in the same places in two years; each year has some.
    rng : numpy Generator
    draws : int
        Of each year.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    InputError
        The two differ in length, a count is negative or missing, or a year has no crime.

    References
    ----------
    Andresen (2009), Applied Geography 29(3), 333-345; both years drawn again, with replacement, as
    in his later work (2016, Methodological Innovations 9).

    Examples
    --------
    >>> find_s_index([50, 50, 0], [0, 55, 45], np.random.default_rng(1)).__round__(2)
    0.33
    """
    pair = (np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    if pair[0].shape != pair[1].shape:
        raise InputError(f"The two years have {pair[0].size} and {pair[1].size} places.")
    _check_counts(np.stack(pair, axis=1), 1, ["first", "second"])
    ranges = []
    for counts in pair:
        total = int(counts.sum())
        drawn = rng.multinomial(total, counts / counts.sum(), draws) / total
        ranges.append(np.quantile(drawn, [0.025, 0.975], axis=0))
    (low, high), (next_low, next_high) = ranges
    return float(((low <= next_high) & (next_low <= high)).mean())


def _check_counts(counts: ArrayLike, top: int, years: list[str] | None = None) -> Floats:
    array = np.asarray(counts, dtype=float)
    faults = []
    if array.ndim != 2 or array.size == 0:
        faults.append(f"They must have a row a place and a column a year, got {array.shape}.")
    elif not np.all(array >= 0):
        faults.append("A count is negative or missing.")
    elif years is not None:
        if array.shape[1] != len(years) or len(years) < 2:
            faults.append(f"There are {array.shape[1]} columns for {len(years)} years; give 2.")
        elif empty := [y for y, total in zip(years, array.sum(axis=0), strict=True) if total == 0]:
            faults.append(f"There is no crime in {', '.join(empty)}.")
    if top < 1:
        faults.append(f"The top must be 1 place or more, got {top}.")
    check_faults("Counts by place and year", faults)
    return array


def _middle_ranks(values: Floats) -> Floats:
    _, which, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(sizes) - (sizes - 1) / 2)[which]
