"""What one crime costs, by the user's own dated table; prices of two years are never mixed."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import Column, Table, check_columns, make_table

_FIRST_YEAR, _LAST_YEAR = 1990, 2100

UNIT_COSTS = Table(
    "UNIT_COSTS",
    "what one crime of a group costs, in pounds of one year",
    (
        Column("crime_group", pl.String, "the user's own name of a group of crimes"),
        Column("unit_cost_gbp", pl.Float64, "pounds sterling for one crime"),
        Column("price_year", pl.Int64, "the year whose pounds they are"),
        Column("source", pl.String, "where the figure is from, with its page"),
    ),
)
DEFLATORS = Table(
    "DEFLATORS",
    "the level of prices of one year, on any base",
    (
        Column("price_year", pl.Int64, "the year"),
        Column("index", pl.Float64, "level of prices; only ratios of two years matter"),
        Column("source", pl.String, "where the index is from, with its date"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class CrimeValue:
    """What one crime costs on average over the crimes that were counted."""

    pounds: float
    price_year: int
    sources: tuple[str, ...]
    crimes: float  # that the average is over


def check_unit_costs(unit_costs: pl.DataFrame, name: str = "unit costs") -> None:
    """Raise when unit costs cannot be right; silent when they can.

    Parameters
    ----------
    unit_costs : (n, 4) UNIT_COSTS
        May have a column `row`, the line in its file, which messages then name.
    name : str
        What the caller calls it, such as the file's name.

    Raises
    ------
    InputError
        A name or source is blank, a cost is no pounds above 0, a year is none, or a group is there
        twice; all are named.
    """
    check_columns(unit_costs, UNIT_COSTS, name=name)
    lines = number_rows(unit_costs)
    faults = describe_bad_rows(
        lines, _is_blank("crime_group"), "crime_group", "name the group of crimes."
    )
    faults += describe_bad_rows(
        lines,
        ~(pl.col("unit_cost_gbp").is_finite() & (pl.col("unit_cost_gbp") > 0)),
        "unit_cost_gbp",
        "write pounds above 0.",
    )
    faults += describe_bad_rows(
        lines,
        ~pl.col("price_year").is_between(_FIRST_YEAR, _LAST_YEAR),
        "price_year",
        "write a year such as 2021.",
    )
    faults += describe_bad_rows(
        lines, _is_blank("source"), "source", "say where the figure is from, with its page."
    )
    faults += describe_bad_rows(
        lines,
        ~pl.col("crime_group").is_first_distinct(),
        "crime_group",
        "the group is there already. Keep one.",
    )
    check_faults(name, faults)


def deflate_unit_costs(
    unit_costs: pl.DataFrame, deflators: pl.DataFrame, price_year: int
) -> pl.DataFrame:
    """Return unit costs in the pounds of one year, by a declared index of prices.

    Parameters
    ----------
    unit_costs : (n, 4) UNIT_COSTS
        Years may differ.
    deflators : (m, 3) DEFLATORS
    price_year : int

    Returns
    -------
    (n, 4) UNIT_COSTS
        Sources name the index where a cost was moved.

    Raises
    ------
    InputError
        A table cannot be right, or the index lacks a year; all years are named.

    Examples
    --------
    >>> costs = pl.DataFrame([("theft", 100.0, 2015, "A")], schema=UNIT_COSTS.names, orient="row")
    >>> index = [(2015, 80.0, "B"), (2020, 88.0, "B")]
    >>> prices = pl.DataFrame(index, schema=DEFLATORS.names, orient="row")
    >>> deflate_unit_costs(costs, prices, 2020).row(0)
    ('theft', 110.0, 2020, 'A; from 2015 to 2020 prices by B')
    """
    check_unit_costs(unit_costs)
    check_columns(deflators, DEFLATORS, name="deflators")
    index = {year: (level, source) for year, level, source in deflators.iter_rows()}
    faults = []
    if len(index) < deflators.height:
        faults.append("A year is there twice. Keep one.")
    faults += [
        f"The index of {year} is {level:g}. Give a level above 0."
        for year, (level, _) in index.items()
        if not 0 < level < float("inf")
    ]
    missing = sorted({price_year, *unit_costs["price_year"]} - set(index))
    if missing:
        faults.append(f"It lacks {', '.join(map(str, missing))}. Add the years.")
    check_faults("deflators", faults)
    rows = [
        (group, pounds, year, source)
        if year == price_year
        else (
            group,
            pounds * index[price_year][0] / index[year][0],
            price_year,
            f"{source}; from {year} to {price_year} prices by {index[price_year][1]}",
        )
        for group, pounds, year, source in unit_costs.select(UNIT_COSTS.names).iter_rows()
    ]
    return make_table(UNIT_COSTS, pl.DataFrame(rows, schema=UNIT_COSTS.names, orient="row"))


def value_crimes(unit_costs: pl.DataFrame, crimes: Mapping[str, float]) -> CrimeValue:
    """Return what one crime costs on average, over the crimes that were counted.

    Parameters
    ----------
    unit_costs : (n, 4) UNIT_COSTS
        Of one price year.
    crimes : mapping of crime group to crimes
        Recorded on patrol days: as if what was prevented had been of the same mix.

    Returns
    -------
    CrimeValue

    Raises
    ------
    InputError
        The table cannot be right, a group has no cost, or there are no crimes.
    RefusedError
        Prices of two years would be mixed.
    """
    check_unit_costs(unit_costs)
    costs = {group: (pounds, year, source) for group, pounds, year, source in _rows(unit_costs)}
    faults = [
        f"{group} has no unit cost; there are {', '.join(costs) or 'none'}."
        for group in crimes
        if group not in costs
    ]
    faults += [
        f"{group} has {count:g} crimes. Give 0 or more."
        for group, count in crimes.items()
        if not 0 <= count < float("inf")
    ]
    total = sum(crimes.values())
    if total == 0:
        faults.append("There are no crimes to average over.")
    check_faults("Value of crimes", faults)
    used = {group: costs[group] for group, count in crimes.items() if count > 0}
    years = sorted({year for _, year, _ in used.values()})
    if len(years) > 1:
        raise RefusedError(
            f"Unit costs are in the pounds of {', '.join(map(str, years))}: prices of two years "
            "are never added. Bring them to one year with a declared deflator."
        )
    return CrimeValue(
        pounds=sum(count * used[group][0] for group, count in crimes.items() if count) / total,
        price_year=years[0],
        sources=tuple(dict.fromkeys(source for _, _, source in used.values())),
        crimes=total,
    )


def check_one_price_year(price_year: int, value: CrimeValue) -> None:
    """Raise when the pounds paid and the pounds saved are of two years; silent otherwise.

    Parameters
    ----------
    price_year : int
        Of what was paid.
    value : CrimeValue

    Raises
    ------
    RefusedError
        They are.
    """
    if price_year != value.price_year:
        raise RefusedError(
            f"The patrols were paid in pounds of {price_year}, and crimes are valued in pounds of "
            f"{value.price_year}. Bring the unit costs to {price_year} with a declared deflator."
        )


def _rows(unit_costs: pl.DataFrame) -> list[tuple[str, float, int, str]]:
    return list(unit_costs.select(UNIT_COSTS.names).iter_rows())


def _is_blank(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""
