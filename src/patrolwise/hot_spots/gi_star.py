"""Which cells lie amid more crime, or less, than chance would put there: Getis and Ord's Gi*."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.hot_spots.neighbours import Neighbourhood, sum_neighbourhoods
from patrolwise.hot_spots.permutation import Tails, find_exact_tails, simulate_tails
from patrolwise.places import Grid
from patrolwise.tables import CELL_COUNTS, Column, Table, check_columns, make_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

GI_STARS = Table(
    "GI_STARS",
    "one cell of a grid over the study area, with the sum round it and how unusual that is",
    (
        Column("cell", pl.Int64, "the cell's key in its grid"),
        Column("x", pl.Float64, "easting of the cell's centre, metres"),
        Column("y", pl.Float64, "northing of the cell's centre, metres"),
        Column("value", pl.Float64, "crimes, or harm score, of the cell"),
        Column("total", pl.Float64, "the same of the cell and its neighbours together"),
        Column("cells", pl.Int64, "cells in that neighbourhood, the cell included"),
        Column("z", pl.Float64, "Gi*, standard normal under chance; null if not defined", True),
        Column(
            "p_high", pl.Float64, "chance of as much or more round it; null: no neighbour", True
        ),
        Column(
            "p_low", pl.Float64, "chance of as little or less round it; null: no neighbour", True
        ),
        Column("p", pl.Float64, "two-sided: twice the smaller, at most 1", True),
        Column("q", pl.Float64, "p adjusted for the number of cells (false discovery rate)", True),
        Column("kind", pl.String, "hot, cold or neither, by q and the rate that was chosen"),
    ),
)


class Inference(StrEnum):
    """Where the p-values come from."""

    EXACT = "exact"  # all permutations, counted out; whole numbers
    SIMULATED = "simulated"  # some permutations, drawn; any values
    NORMAL = "normal"  # the normal curve; rough where crime is sparse


@dataclass(frozen=True, kw_only=True)
class GiStarRule:
    """How hot and cold cells are told from chance. The defaults suit counts of crimes."""

    neighbourhood: Neighbourhood = field(default_factory=Neighbourhood)
    inference: Inference = Inference.EXACT
    permutations: int = 9_999  # for simulated inference only
    false_discovery_rate: float = 0.05
    column: str = "crimes"  # or "harm"

    def __post_init__(self) -> None:
        faults = []
        if self.column not in ("crimes", "harm"):
            faults.append(f"The column must be crimes or harm, got {self.column}.")
        if not 0 < self.false_discovery_rate < 1:
            faults.append(
                "The false discovery rate must be between 0 and 1, "
                f"got {self.false_discovery_rate}."
            )
        check_faults("Gi* rule", faults)


def score_gi_star(
    counts: pl.DataFrame,
    grid: Grid,
    rule: GiStarRule | None = None,
    rng: np.random.Generator | None = None,
) -> pl.DataFrame:
    """Return how unusual the crime in and round each cell is, against crime spread by chance.

    Only the cells given are neighbours of each other, so the table must hold the empty ones, as
    that of `count_cells` does. Permutation keeps the cell's own value and shuffles the others:
    a cell is hot for what lies round it, not for its own count alone, and a cell without
    neighbours is not tested.

    Parameters
    ----------
    counts : (n, 5) CELL_COUNTS, any order
    grid : Grid
        That of `counts`.
    rule : GiStarRule, optional
        Neighbourhood, inference, column and false discovery rate; None for the defaults.
    rng : Generator, optional
        For simulated inference, which alone needs it.

    Returns
    -------
    (n, 12) GI_STARS, in the order of `counts`

    Raises
    ------
    InputError
        `counts` is not the table, a value is missing or negative, exact inference is asked for
        values that are not whole, or simulated inference without a generator.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27(4), 286-306: Gi* and its moments.
    Caldas de Castro and Singer (2006), Geographical Analysis 38(2), 180-208: the false discovery
    rate for local statistics.
    Benjamini and Hochberg (1995), JRSS B 57(1), 289-300: the q-values.

    Examples
    --------
    A block of nine: its inner corner has nothing on five of eight sides, and is not hot.

    >>> grid = Grid(size_m=100)
    >>> column, row = (axis.ravel() for axis in np.meshgrid(np.arange(12), np.arange(12)))
    >>> crimes = np.where((column < 3) & (row < 3), 9, 0)
    >>> data = {"cell": grid.pack(column, row), "x": column, "y": row, "crimes": crimes}
    >>> scored = score_gi_star(make_table(CELL_COUNTS, data), grid)
    >>> scored["kind"].value_counts().sort("count").rows()
    [('hot', 8), ('neither', 136)]
    >>> score_gi_star(make_table(CELL_COUNTS), grid).height
    0
    """
    rule = rule or GiStarRule()
    values = _values_of(counts, rule)
    cells = counts["cell"].to_numpy()
    totals, sizes = sum_neighbourhoods(cells, values, grid, rule.neighbourhood)
    tested = sizes > 1
    tails = _tails((values, totals, sizes), rule, rng)
    p = np.where(tested, tails.two_sided, np.nan)
    q = adjust_for_discoveries(p)
    found = np.nan_to_num(q, nan=1.0) <= rule.false_discovery_rate
    kind = np.where(found, np.where(tails.high < tails.low, "hot", "cold"), "neither")
    scored = {
        "value": values,
        "total": totals,
        "cells": sizes,
        "z": standardise_totals(values, totals, sizes),
        "p_high": np.where(tested, tails.high, np.nan),
        "p_low": np.where(tested, tails.low, np.nan),
        "p": p,
        "q": q,
        "kind": kind.astype(str),
    }
    frame = counts.select("cell", "x", "y").with_columns(
        pl.Series(name, column) for name, column in scored.items()
    )
    return make_table(GI_STARS, frame.with_columns(pl.col("z", "^p.*$", "q").fill_nan(None)))


def standardise_totals(values: NDArray[Any], totals: NDArray[Any], sizes: Integers) -> Floats:
    """Return Gi* of each neighbourhood: its sum, less what chance expects, in standard errors.

    z = (sum - mean W) / (S sqrt((n W - W²) / (n - 1))), with W cells in the neighbourhood (the
    cell included) and S the standard deviation over all n cells.

    Parameters
    ----------
    values : (n,) or (n, m) array
        One a cell, or one a cell and period; each period is standardised by itself.
    totals : array as `values`
        Sums over the neighbourhoods, as `sum_neighbourhoods` returns them.
    sizes : (n,) array of int
        Cells in each neighbourhood.

    Returns
    -------
    array as `values`, float
        NaN where all cells have the same value, or where the neighbourhood is all cells.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27(4), 286-306, equation 5, for weights 0 and 1.

    Examples
    --------
    >>> z = standardise_totals(np.array([0, 0, 0, 4]), np.array([0, 0, 4, 4]), np.full(4, 2))
    >>> z.round(3).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    >>> standardise_totals(np.ones(3), np.full(3, 2.0), np.full(3, 2)).tolist()
    [nan, nan, nan]
    """
    n = len(values)
    if n < 2:
        return np.full(np.shape(values), np.nan)
    w = sizes.astype(float).reshape((-1,) + (1,) * (np.ndim(values) - 1))
    spread = np.ptp(values, axis=0) > 0  # a rounded deviation of equal values may not be 0
    error = np.std(values, axis=0) * np.sqrt((n * w - w**2) / (n - 1))
    error = np.where(spread & (w < n), error, np.nan)
    return np.asarray((totals - np.mean(values, axis=0) * w) / error, dtype=float)


def adjust_for_discoveries(p: Floats) -> Floats:
    """Return Benjamini and Hochberg's q-values: calling all with q <= 0.05 a find errs in 5 %.

    Parameters
    ----------
    p : (n,) array
        0 to 1; NaN was not tested and is not counted.

    Returns
    -------
    (n,) array
        NaN where `p` is.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57(1), 289-300.

    Examples
    --------
    >>> adjust_for_discoveries(np.array([0.01, 0.04, np.nan, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, nan, 0.0533, 0.5]
    """
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested])]
    raw = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(raw[::-1])[::-1])
    return q


def _values_of(counts: pl.DataFrame, rule: GiStarRule) -> NDArray[Any]:
    check_columns(counts, CELL_COUNTS, name="counts")
    column = counts[rule.column]
    faults = []
    if missing := column.null_count():
        faults.append(f"{missing} cells have no {rule.column}; count with weights to have harm.")
    values = column.drop_nulls().to_numpy()
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        faults.append(f"{rule.column} must be 0 or more in every cell.")
    if rule.inference is Inference.EXACT and np.any(values % 1 != 0):
        faults.append(f"{rule.column} is not in whole numbers: use simulated inference.")
    check_faults("Gi*", faults)
    return values.astype(np.int64) if rule.inference is Inference.EXACT else values


def _tails(
    sums: tuple[NDArray[Any], NDArray[Any], Integers],
    rule: GiStarRule,
    rng: np.random.Generator | None,
) -> Tails:
    values, totals, sizes = sums
    if rule.inference is Inference.EXACT:
        return find_exact_tails(values, totals - values, sizes - 1)
    if rule.inference is Inference.SIMULATED:
        if rng is None:
            raise InputError("Simulated inference needs a seeded generator: give rng.")
        return simulate_tails(values, totals - values, sizes - 1, rule.permutations, rng)
    from scipy.special import ndtr  # noqa: PLC0415  slow to import

    z = standardise_totals(values, totals, sizes)
    # Where z is not defined every draw has the same sum, which is then no surprise.
    return Tails(np.nan_to_num(ndtr(-z), nan=1.0), np.nan_to_num(ndtr(z), nan=1.0))
