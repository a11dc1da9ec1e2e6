"""Which forces are most like each other, by what they are like or by a list that somebody made."""

from collections.abc import Mapping
from datetime import date
from math import isfinite

import numpy as np
import polars as pl

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.recorded_crime import FRAUD, RECORDED_CRIME
from patrolwise.errors import InputError, check_faults
from patrolwise.tables import Column, Table, check_columns, make_table

SIMILAR_FORCES = Table(
    "SIMILAR_FORCES",
    "one force that is among the most similar to another",
    (
        Column("force", pl.String, "the force"),
        Column("similar", pl.String, "one like it"),
        Column("rank", pl.Int64, "1 is the most similar; in a list, its place there"),
        Column("distance", pl.Float64, "z-scored distance; null where somebody listed them", True),
    ),
)


def find_similar(
    columns: pl.DataFrame, k: int, weights: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Return the k forces nearest to each, by the columns that describe them.

    Each column becomes z-scores: less its mean, over its standard deviation (of n - 1). The
    distance is the root of the weighted sum of squared differences. Of forces that are equally far,
    the first by name comes first. Being near is not mutual: A may be in B's list and B not in A's.

    Parameters
    ----------
    columns : (n, 1 + c) frame
        `force`, each once, and numbers by which they are compared.
    k : int
        How many; at most n - 1.
    weights : mapping of column to float, optional
        1 for columns that are not named.

    Returns
    -------
    (n k, 4) SIMILAR_FORCES, by force, then rank

    Raises
    ------
    InputError
        A force is there twice, a column is no number, has a blank or is the same for all, a weight
        names no column or is not above 0, or k does not fit; all are told.

    References
    ----------
    Scottish Police Authority, benchmarking (March 2024), after HMICFRS: similar groups by
    standardised socio-demographic variables (policy-and-reporting.md 2.0 of the design). The five
    variables of the official groups, and the groups, are not shipped: their licence is not known.

    Examples
    --------
    >>> columns = pl.DataFrame({"force": ["A", "B", "C"], "density": [1.0, 2.0, 9.0]})
    >>> find_similar(columns, 1).select("force", "similar").rows()
    [('A', 'B'), ('B', 'A'), ('C', 'B')]
    """
    given = dict(weights or {})
    check_faults("Similar forces", _find_faults(columns, k, given))
    ordered = columns.sort("force")
    names = [name for name in ordered.columns if name != "force"]
    values = ordered.select(names).cast(pl.Float64).to_numpy()
    scores = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    weighted = scores * np.sqrt([given.get(name, 1.0) for name in names])
    distances = np.sqrt(((weighted[:, None, :] - weighted[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(distances, np.inf)
    # Rounded, so that forces equally far are not told apart by the last digit of a root.
    order = np.argsort(distances.round(9), axis=1, kind="stable")[:, :k]
    forces = ordered["force"].to_numpy()
    rows = {
        "force": np.repeat(forces, k),
        "similar": forces[order].ravel(),
        "rank": np.tile(np.arange(1, k + 1), len(forces)),
        "distance": np.take_along_axis(distances, order, axis=1).ravel(),
    }
    return make_table(SIMILAR_FORCES, rows)


def take_list(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return similar forces as somebody listed them, such as an inspectorate.

    Parameters
    ----------
    pairs : (n, 2) frame
        `force` and `similar`, in the order of the list.

    Returns
    -------
    (n, 4) SIMILAR_FORCES, without distances

    Raises
    ------
    InputError
        A force is listed as similar to itself, or a pair is there twice.

    Examples
    --------
    >>> take_list(pl.DataFrame({"force": ["Kent"], "similar": ["Essex"]})).rows()
    [('Kent', 'Essex', 1, None)]
    """
    itself = pairs.filter(pl.col("force") == pl.col("similar"))["force"].unique(maintain_order=True)
    twice = pairs.filter(pairs.select("force", "similar").is_duplicated()).unique(
        maintain_order=True
    )
    faults = [f"{force} is listed as similar to itself. Take it out." for force in itself]
    faults += [
        f"{force} and {other} are listed more than once. Keep one."
        for force, other in twice.select("force", "similar").rows()
    ]
    check_faults("List of similar forces", faults)
    rank = pl.int_range(1, pl.len() + 1).over("force")
    return make_table(SIMILAR_FORCES, pairs.with_columns(rank=rank))


def describe_by_crime(recorded: pl.DataFrame, first: date, after: date) -> pl.DataFrame:
    """Return what forces are like by their recorded crime alone: its mix and its size.

    It stands in where nothing else is known of the places. Forces that record alike then count as
    alike, so a force that did well in one kind of crime has drifted from its peers: choose a
    window that ends before what is judged, and say so.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME
    first, after : date
        First day of the window, and first day after it.

    Returns
    -------
    (f, 1 + g + 1) frame, by force
        `force`; the share of each offence group without fraud; `log of all crime`. Territorial
        forces with every quarter of the window that any of them has.

    Raises
    ------
    InputError
        `recorded` is no RECORDED_CRIME table, or no force is whole in the window.

    Examples
    --------
    >>> rows = [("Kent", date(2019, 4, 1), "34B", "Robbery", "Robbery of personal property", 1),
    ...         ("Kent", date(2019, 4, 1), "46", "Theft offences", "Shoplifting", 3)]
    >>> recorded = pl.DataFrame(rows, schema=RECORDED_CRIME.schema, orient="row")
    >>> describe_by_crime(recorded, date(2019, 4, 1), date(2020, 4, 1))["Theft offences"].to_list()
    [0.75]
    """
    check_columns(recorded, RECORDED_CRIME, name="recorded")
    window = recorded.filter(
        pl.col("quarter").is_between(first, after, closed="left"),
        pl.col("offence_group") != FRAUD,
        pl.col("force").is_in(territorial_forces()),
    )
    whole = window.group_by("force").agg(held=pl.col("quarter").n_unique(), total=pl.sum("n"))
    needed = window["quarter"].n_unique()
    whole = whole.filter(pl.col("held") == needed, pl.col("total") > 0)
    if whole.is_empty():
        raise InputError(f"No force has recorded crime in every quarter from {first} to {after}.")
    groups = window.group_by("force", "offence_group").agg(pl.sum("n")).sort("offence_group")
    mix = groups.pivot(on="offence_group", index="force", values="n").fill_null(0)
    joined = mix.join(whole.select("force", "total"), on="force").sort("force")
    share = pl.exclude("force", "total") / pl.col("total")
    size = pl.col("total").log().alias("log of all crime")
    return joined.select("force", share, size)


def _find_faults(columns: pl.DataFrame, k: int, weights: Mapping[str, float]) -> list[str]:
    if "force" not in columns.columns or columns.width < 2:
        return [f"It has {', '.join(columns.columns) or 'no columns'}; give force and numbers."]
    names = [name for name in columns.columns if name != "force"]
    twice = columns.filter(columns["force"].is_duplicated())["force"].unique(maintain_order=True)
    faults = [f"{force} is there more than once. Keep one." for force in twice]
    if not 1 <= k < columns.height:
        faults.append(f"k must be 1 to {columns.height - 1} of {columns.height} forces, got {k}.")
    for name in names:
        column = columns[name]
        if not column.dtype.is_numeric():
            faults.append(f"Column {name} is {column.dtype}, no number. Take it out.")
        elif (blank := column.is_null() | ~column.cast(pl.Float64).is_finite()).any():
            without = ", ".join(columns.filter(blank)["force"])
            faults.append(f"Column {name} has no number for {without}. Fill it in.")
        elif column.n_unique() < 2:
            faults.append(f"Column {name} is the same for all and tells nothing. Take it out.")
    for name, weight in weights.items():
        if name not in names:
            faults.append(f"Weight {name} names no column. Columns are {', '.join(names)}.")
        elif not (isfinite(weight) and weight > 0):
            faults.append(f"Weight {name} must be above 0, got {weight}. Take the column out.")
    return faults
