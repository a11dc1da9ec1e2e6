"""Which way of choosing cells foretold later crime best, against a plain count.

Scored on the period it was made from, every method looks good. Here the crimes scored are later
ones, and the yardstick is the plain count, which is hard to beat.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import RefusedError, check_faults
from patrolwise.hot_spots.accuracy import ORACLE, score_prediction
from patrolwise.hot_spots.cells import CellMonths
from patrolwise.tables import Column, Table, make_table
from patrolwise.times import Window

Floats = NDArray[np.float64]

METHOD_SCORES = Table(
    "METHOD_SCORES",
    "one method of choosing cells, scored on months after those it was made from",
    (
        Column("method", pl.String, "the method's column in the scores"),
        Column("cells", pl.Int64, "cells chosen"),
        Column("crimes", pl.Float64, "later crimes in them; cells tied for the last share it"),
        Column("hit_rate", pl.Float64, "share of later crimes, 0 to 1"),
        Column("pai", pl.Float64, "predictive accuracy index"),
        Column("pei", pl.Float64, f"predictive efficiency index; oracle: {ORACLE}"),
        Column("gain", pl.Float64, "hit rate less that of the baseline, mean of the months", True),
        Column("gain_low", pl.Float64, "lower end of its 95 % interval over months", True),
        Column("gain_high", pl.Float64, "upper end of its 95 % interval over months", True),
    ),
)


def compare_methods(
    scores: pl.DataFrame,
    later: CellMonths,
    trained: Window,
    *,
    area_share: float = 0.02,
    baseline: str = "count",
) -> pl.DataFrame:
    """Return how each method of choosing cells did on later months, against a plain count.

    The same months are scored by all methods, so the gain over the baseline is a paired
    difference, and its interval is Student's over months.

    Parameters
    ----------
    scores : (n, 1 + m) table
        ``cell`` and one column of scores for each method; every cell of `later`, any order.
    later : CellMonths
        Crimes after `trained`, zeros included.
    trained : Window
        What the scores were made from.
    area_share : float
        Share of cells to choose.
    baseline : str
        The method that the others are set against.

    Returns
    -------
    (m, 9) METHOD_SCORES, the highest hit rate first
        ``gain`` is null for the baseline, and its interval also with fewer than two months that
        hold a crime. A method is better only when ``gain_low`` is above 0.

    Raises
    ------
    InputError
        A cell, a score or the baseline is missing, the share is out of range, or no crime follows.
    RefusedError
        A month scored lies in what the scores were made from.

    Examples
    --------
    >>> from datetime import date
    >>> months = (date(2022, 1, 1), date(2022, 2, 1))
    >>> later = CellMonths(np.arange(4), months, np.array([[5, 3], [0, 1], [1, 0], [0, 0]]))
    >>> scores = pl.DataFrame(
    ...     {"cell": [0, 1, 2, 3], "count": [0.0, 9.0, 1.0, 0.0], "shrunken": [3.0, 2.0, 1.0, 0.0]}
    ... )
    >>> year = Window("year", date(2021, 1, 1), date(2021, 12, 31))
    >>> table = compare_methods(scores, later, year, area_share=0.25)
    >>> table.select("method", "hit_rate", "pei").rows()
    [('shrunken', 0.8, 1.0), ('count', 0.1, 0.125)]
    """
    if later.months and later.months[0] <= trained.last:
        raise RefusedError(
            f"The scores were made from {trained}, and the months scored begin on "
            f"{later.months[0]}. A method scored on its own data always looks good: score later "
            "months."
        )
    methods = _align_scores(scores, later, baseline)
    total = later.counts.sum(axis=1)
    rates = {name: _monthly_hit_rates(score, later, area_share) for name, score in methods.items()}
    rows = []
    for name, score in methods.items():
        found = score_prediction(score, total, area_share)
        gain = None if name == baseline else rates[name] - rates[baseline]
        rows.append(
            {
                "method": name,
                "cells": int(found.area),
                "crimes": found.crimes,
                "hit_rate": found.hit_rate,
                "pai": found.pai,
                "pei": found.pei,
                **_mean_and_interval(gain),
            }
        )
    table = make_table(METHOD_SCORES, pl.DataFrame(rows, infer_schema_length=None))
    return table.sort(["hit_rate", "method"], descending=[True, False])


def _align_scores(scores: pl.DataFrame, later: CellMonths, baseline: str) -> dict[str, Floats]:
    methods = [name for name in scores.columns if name != "cell"]
    faults = []
    if "cell" not in scores.columns or baseline not in methods:
        faults.append(
            f"They need the columns cell and {baseline}, and have {', '.join(scores.columns)}."
        )
        check_faults("Scores by method", faults)
    wanted = pl.DataFrame({"cell": later.cells})
    aligned = wanted.join(scores.with_columns(pl.col("cell").cast(pl.Int64)), on="cell", how="left")
    if aligned.height != wanted.height:
        faults.append("A cell has two rows.")
    faults += [
        f"{missing} of {wanted.height} cells have no {name}."
        for name in methods
        if (missing := aligned[name].null_count())
    ]
    check_faults("Scores by method", faults)
    return {name: aligned[name].cast(pl.Float64).to_numpy() for name in methods}


def _monthly_hit_rates(scores: Floats, later: CellMonths, area_share: float) -> Floats:
    with_crime = [month for month in later.counts.T if month.any()]
    return np.array([score_prediction(scores, month, area_share).hit_rate for month in with_crime])


def _mean_and_interval(gain: Floats | None) -> dict[str, float | None]:
    names = ("gain", "gain_low", "gain_high")
    if gain is None or len(gain) == 0:
        return dict.fromkeys(names)
    mean = float(gain.mean())
    if len(gain) < 2:
        return dict(zip(names, (mean, None, None), strict=True))
    from scipy.special import stdtrit  # noqa: PLC0415  slow to import

    reach = stdtrit(len(gain) - 1, 0.975) * gain.std(ddof=1) / np.sqrt(len(gain))
    return dict(zip(names, (mean, mean - float(reach), mean + float(reach)), strict=True))
