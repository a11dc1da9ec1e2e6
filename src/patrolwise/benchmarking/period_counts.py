"""How counts by quarter become counts of financial and rolling years, none of them partial."""

import re
from typing import Literal

import polars as pl

from patrolwise.errors import InputError
from patrolwise.tables import Column, Table, check_columns, make_table

PeriodKind = Literal["financial year", "quarter", "rolling year"]

MEASURE_COUNTS = Table(
    "MEASURE_COUNTS",
    "one measure, force and financial quarter for which the force's recorded crime is known",
    (
        Column("measure", pl.String, "id of the measure"),
        Column("force", pl.String, "one of the names of FORCES"),
        Column("quarter", pl.Date, "first day of the quarter"),
        Column("n", pl.Int64, "offences; 0 when the force recorded others and none of these"),
    ),
)

PERIOD_COUNTS = Table(
    "PERIOD_COUNTS",
    "one measure, force and period",
    (
        Column("measure", pl.String, "id of the measure"),
        Column("force", pl.String, "one of the names of FORCES"),
        Column("period", pl.String, "as a reader is told it: 2023/24, 2023/24 Q1, year to ..."),
        Column("first", pl.Date, "its first day"),
        Column("last", pl.Date, "its last day"),
        Column("quarters", pl.Int64, "quarters of it that are known; 4 make a year whole"),
        Column("is_whole", pl.Boolean, "all its quarters are known"),
        Column("n", pl.Int64, "offences; null unless it is whole", True),
    ),
)

_YEAR = re.compile(r"(\d{4})/(\d{2})")
_NAME = ["measure", "force"]
_FIRST, _LAST = pl.col("first"), pl.col("last")


def is_financial_year(text: str) -> bool:
    """Return whether a text names a financial year, such as 2019/20.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_financial_year("1999/00"), is_financial_year("2019/21")
    (True, False)
    """
    found = _YEAR.fullmatch(text)
    return found is not None and int(found[2]) == (int(found[1]) + 1) % 100


def counts_of_periods(counts: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """Return the counts of each period that the table touches.

    Parameters
    ----------
    counts : (n, 4) MEASURE_COUNTS
    kind : str
        "financial year" (April to March), "quarter", or "rolling year": four quarters to the end
        of each quarter, those before the first whole year of the table left out.

    Returns
    -------
    (k, 8) PERIOD_COUNTS, by measure, force, first day
        Every force has every period; one that is not whole has no count.

    Raises
    ------
    InputError
        `counts` is no MEASURE_COUNTS table, or the kind is another word.

    Examples
    --------
    >>> from datetime import date
    >>> quarters = [date(2023, 4, 1), date(2023, 7, 1), date(2023, 10, 1), date(2024, 1, 1)]
    >>> counts = pl.DataFrame({"measure": "robbery", "force": "Kent", "quarter": quarters,
    ...     "n": [10, 11, 12, 13]})
    >>> counts_of_periods(counts, "financial year").select("period", "n").rows()
    [('2023/24', 46)]
    >>> counts_of_periods(counts, "rolling year").select("period", "n").rows()
    [('year to 31 March 2024', 46)]
    """
    check_columns(counts, MEASURE_COUNTS, name="counts")
    if kind not in _LABELS:
        raise InputError(f"A period is one of {', '.join(_LABELS)}; got {kind!r}.")
    if counts.is_empty():
        return make_table(PERIOD_COUNTS)
    quarters = counts.lazy()
    if kind == "financial year":
        quarters = quarters.with_columns(first=_start_of_year())
    elif kind == "quarter":
        quarters = quarters.with_columns(first="quarter")
    else:
        back = [pl.col("quarter").dt.offset_by(f"-{3 * k}mo") for k in range(4)]
        years = counts.lazy().select("quarter").unique().with_columns(first=pl.concat_list(back))
        quarters = quarters.join(years.explode("first"), on="quarter")
    known = quarters.group_by(*_NAME, "first").agg(quarters=pl.len(), n=pl.sum("n")).collect()
    return make_table(PERIOD_COUNTS, _join_whole(counts, _all_periods(counts, known, kind), known))


def _all_periods(counts: pl.DataFrame, known: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """Return each period's first and last day, name, and how many quarters make it whole."""
    months = 3 if kind == "quarter" else 12
    last = _FIRST.dt.offset_by(f"{months}mo").dt.offset_by("-1d")
    periods = known.select("first").unique().with_columns(last=last)
    if kind == "rolling year":
        ends = counts.select(pl.col("quarter").max().dt.offset_by("3mo")).item()
        periods = periods.filter(pl.col("last") < ends, pl.col("first") >= counts["quarter"].min())
    return periods.with_columns(period=_LABELS[kind], needed=months // 3)


def _join_whole(counts: pl.DataFrame, periods: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    every = counts.select(_NAME).unique(maintain_order=True).with_row_index("place")
    joined = every.join(periods, how="cross").join(known, on=[*_NAME, "first"], how="left")
    is_whole = (pl.col("quarters") == pl.col("needed")).fill_null(value=False)
    return (
        joined.with_columns(is_whole=is_whole, quarters=pl.col("quarters").fill_null(0))
        .with_columns(n=pl.when("is_whole").then("n"))
        .sort("place", "first")
    )


def _start_of_year() -> pl.Expr:
    year = pl.col("quarter").dt.year() - pl.col("quarter").dt.month().lt(4)
    return pl.date(year, 4, 1)


def _name_year() -> pl.Expr:
    year = _FIRST.dt.year() - _FIRST.dt.month().lt(4)
    return pl.format("{}/{}", year, ((year + 1) % 100).cast(pl.String).str.zfill(2))


_LABELS: dict[str, pl.Expr] = {
    "financial year": _name_year(),
    "quarter": pl.format("{} Q{}", _name_year(), (_FIRST.dt.month() + 8) % 12 // 3 + 1),
    "rolling year": pl.format("year to {}", _LAST.dt.strftime("%-d %B %Y")),
}
