"""Which tables cross a boundary, and what each of their columns holds.

A table is a polars frame whose columns are declared here, in this order and of these types.
`docs/reference/tables.md` is made from these declarations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from patrolwise.errors import InputError

UTC_TIME = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Column:
    """One column: its name, its type and what it holds, with the unit."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    holds: str
    may_be_null: bool = False


@dataclass(frozen=True)
class Table:
    """A declared table: a name, what one row is, and its columns in order."""

    name: str
    row_is: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """The columns' types by name, in order."""
        return {column.name: column.dtype for column in self.columns}


CRIMES = Table(
    "CRIMES",
    "one recorded crime, or one anti-social behaviour incident, as its file gave it",
    (
        Column("crime_id", pl.String, "the force's id; ASB rows of open data have none", True),
        Column("force", pl.String, "the force that recorded it, as written in the file"),
        Column("month", pl.Date, "first day of the month of the crime (open data) or record"),
        Column("time_from", UTC_TIME, "earliest time it can have happened, UTC", True),
        Column("time_to", UTC_TIME, "latest time it can have happened, UTC", True),
        Column("x", pl.Float64, "easting, metres, British National Grid (EPSG:27700)", True),
        Column("y", pl.Float64, "northing, metres, British National Grid (EPSG:27700)", True),
        Column("category", pl.String, "one of the 14 open data categories, as a slug", True),
        Column("offence_code", pl.String, "Home Office offence code, such as 8N or 34B", True),
        Column("place", pl.String, "the place in words, where the file has one", True),
        Column("lsoa", pl.String, "LSOA code as given: of 2011 or of 2021", True),
        Column("knife", pl.Boolean, "knife-enabled, by the force's flag", True),
        Column("domestic", pl.Boolean, "domestic abuse, by the force's flag", True),
        Column("public_place", pl.Boolean, "happened in a public place, by the force", True),
        Column("source", pl.String, "name of the file it came from"),
        Column("row", pl.UInt32, "line in that file; the header is line 1"),
    ),
)

AREAS = Table(
    "AREAS",
    "one area: a hot spot, a comparison area, a ring",
    (
        Column("area_id", pl.String, "unique within the table"),
        Column("name", pl.String, "what people call it"),
        Column("geometry", pl.Binary, "polygon as WKB, metres, British National Grid"),
    ),
)

COUNTS = Table(
    "COUNTS",
    "one area in one window; zeros are rows",
    (
        Column("area_id", pl.String, "the area"),
        Column("window", pl.String, "the window's name"),
        Column("crimes", pl.Int64, "recorded crimes inside the area in the window"),
    ),
)

MONTHLY_COUNTS = Table(
    "MONTHLY_COUNTS",
    "one area in one calendar month; zeros are rows",
    (
        Column("area_id", pl.String, "the area"),
        Column("month", pl.Date, "first day of the month"),
        Column("crimes", pl.Int64, "recorded crimes inside the area in the month"),
    ),
)

CELL_COUNTS = Table(
    "CELL_COUNTS",
    "one cell of a grid over the study area; empty cells are rows with zero",
    (
        Column("cell", pl.Int64, "the cell's key in its grid"),
        Column("x", pl.Float64, "easting of the cell's centre, metres"),
        Column("y", pl.Float64, "northing of the cell's centre, metres"),
        Column("crimes", pl.Int64, "crimes in the cell"),
        Column("harm", pl.Float64, "harm score of those crimes; null when none was asked", True),
    ),
)

ALL_TABLES = (CRIMES, AREAS, COUNTS, MONTHLY_COUNTS, CELL_COUNTS)


def make_table(table: Table, data: Mapping[str, Any] | pl.DataFrame | None = None) -> pl.DataFrame:
    """Return a frame with exactly the declared columns and types.

    Nullable columns that are missing are filled with nulls, so that a reader names only what its
    file has. Columns not declared are dropped.

    Parameters
    ----------
    table : Table
        The declaration.
    data : mapping of column to values, DataFrame or None
        None gives the table with no rows.

    Returns
    -------
    (n, c) frame of that table

    Raises
    ------
    InputError
        A column that may not be null is missing, or a value does not fit its type.

    Examples
    --------
    >>> make_table(COUNTS).columns
    ['area_id', 'window', 'crimes']
    """
    if data is None:
        return pl.DataFrame(schema=table.schema)
    frame = data if isinstance(data, pl.DataFrame) else pl.DataFrame(dict(data))
    known = frame.columns
    missing = [c.name for c in table.columns if c.name not in known and not c.may_be_null]
    if missing:
        raise InputError(_lacks(table.name, missing, known))
    wanted = [
        pl.col(c.name).cast(c.dtype, strict=True)
        if c.name in known
        else pl.lit(None, dtype=c.dtype).alias(c.name)
        for c in table.columns
    ]
    try:
        return frame.select(wanted)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{table.name}: a value does not fit its column: {reason}.") from error


def check_columns(frame: pl.DataFrame, table: Table, *, name: str) -> None:
    """Raise when a frame is not the declared table; silent when it is.

    Parameters
    ----------
    frame : DataFrame
        What was given.
    table : Table
        What is needed; further columns are allowed.
    name : str
        What the caller calls the frame, for the message.

    Raises
    ------
    InputError
        Columns are missing or of another type; all are named.
    """
    missing = [column for column in table.names if column not in frame.columns]
    if missing:
        raise InputError(_lacks(name, missing, frame.columns))
    wrong = [
        f"{column} is {frame.schema[column]}, not {dtype}"
        for column, dtype in table.schema.items()
        if frame.schema[column] != dtype
    ]
    if wrong:
        raise InputError(
            f"{name} is not a {table.name} table: {'; '.join(wrong)}. "
            f"Build it with make_table({table.name}, ...)."
        )


def _lacks(name: str, missing: list[str], has: list[str]) -> str:
    return (
        f"{name} lacks {', '.join(missing)}; it has {', '.join(has) or 'no columns'}. "
        "Rename them, or see docs/reference/tables.md for what each one holds."
    )
