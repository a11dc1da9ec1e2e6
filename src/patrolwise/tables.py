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

FIXES = Table(
    "FIXES",
    "one fix: one device, one place, one time",
    (
        Column("device_id", pl.String, "the tracker, radio or phone; not a person's name"),
        Column("time", UTC_TIME, "when the position was taken, UTC; not when it was received"),
        Column("x", pl.Float64, "easting, metres, British National Grid (EPSG:27700)"),
        Column("y", pl.Float64, "northing, metres, British National Grid (EPSG:27700)"),
        Column("accuracy_m", pl.Float32, "radius that holds the truth 68 times in 100", True),
        Column("speed_m_s", pl.Float32, "as the device reported it, metres a second", True),
        Column("is_mock", pl.Boolean, "the phone said that an app made the position up", True),
        Column("starts_segment", pl.Boolean, "recording had stopped before this fix", True),
        Column("source", pl.String, "name of the file it came from", True),
        Column("row", pl.UInt32, "line, or number of the point, in that file", True),
    ),
)

VISITS = Table(
    "VISITS",
    "one stay of a device in an area: when it came and left, and the seconds credited",
    (
        Column("device_id", pl.String, "the device"),
        Column("area_id", pl.String, "the area; one fix may count in several that overlap"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("start", UTC_TIME, "first fix inside"),
        Column("end", UTC_TIME, "end of the last step inside"),
        Column("credited_s", pl.Float64, "seconds inside: the sum of the steps begun inside"),
        Column("unknown_s", pl.Float64, "seconds of silence inside the stay, credited to nobody"),
        Column("is_pass_through", pl.Boolean, "too short to be a visit: counted apart"),
        Column("fixes", pl.UInt32, "fixes inside"),
        Column("refresh_s", pl.Float64, "usual seconds from fix to fix of the device that day"),
        Column("edge_s", pl.Float64, "expected truth less credit, from position error at the edge"),
        Column("variance_s2", pl.Float64, "variance of truth less credit, by visit: these add up"),
        Column("common_s", pl.Float64, "error of edge_s that visits share: standard errors add up"),
    ),
)

VISIT_PIECES = Table(
    "VISIT_PIECES",
    "one unbroken run of credited steps within a visit",
    (
        Column("device_id", pl.String, "the device"),
        Column("area_id", pl.String, "the area"),
        Column("visit_start", UTC_TIME, "start of the visit that it is part of"),
        Column("start", UTC_TIME, "first fix of the run"),
        Column("end", UTC_TIME, "end of the run's last step"),
    ),
)

DEVICE_DAYS = Table(
    "DEVICE_DAYS",
    "one device on one patrol day: how far its fixes can be trusted",
    (
        Column("device_id", pl.String, "the device"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("first", UTC_TIME, "first fix kept", True),
        Column("last", UTC_TIME, "last fix kept", True),
        Column("fixes", pl.UInt32, "fixes given"),
        Column("mock", pl.UInt32, "left out: made up by an app"),
        Column("repeated", pl.UInt32, "left out: a second fix of the same instant"),
        Column("spikes", pl.UInt32, "left out: one fix far from two neighbours that agree"),
        Column("refresh_s", pl.Float64, "median seconds from fix to fix; null with one fix", True),
        Column("accuracy_m", pl.Float64, "mean reported radius; null when none reports one", True),
        Column("observed_s", pl.Float64, "seconds of steps short enough to be credited"),
        Column("gap_s", pl.Float64, "seconds of longer steps: silence, credited to nobody"),
        Column("spread_m", pl.Float64, "how far the fixes lie apart: the diagonal of their box"),
        Column("grade", pl.String, "A, B, C or D: see docs/explanation/dwell-error.md"),
    ),
)

ASSIGNMENTS = Table(
    "ASSIGNMENTS",
    "one device, or people without one, that belongs to a unit for a time",
    (
        Column("unit_id", pl.String, "the unit: an officer, a pair, a vehicle"),
        Column("service", pl.String, "the service that the unit belongs to"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("device_id", pl.String, "the device; null for people who carry none", True),
        Column("people", pl.Int64, "how many people this row stands for"),
    ),
)

UNIT_VISITS = Table(
    "UNIT_VISITS",
    "one stay of a unit in an area: the visits of its devices that overlap, taken as one",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("service", pl.String, "its service"),
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("start", UTC_TIME, "when the first of its devices came"),
        Column("end", UTC_TIME, "when the last of them left"),
        Column("patrol_s", pl.Float64, "seconds in which at least one of its devices was inside"),
        Column("person_s", pl.Float64, "seconds inside, counted once for each person"),
        Column("unknown_s", pl.Float64, "seconds of silence inside the stay"),
        Column("is_pass_through", pl.Boolean, "too short to be a visit: counted apart"),
        Column("edge_s", pl.Float64, "expected truth less patrol_s, from error at the edge"),
        Column("variance_s2", pl.Float64, "variance of truth less patrol_s, by visit: add up"),
        Column("common_s", pl.Float64, "error of edge_s that visits share: standard errors add up"),
    ),
)

DOSES = Table(
    "DOSES",
    "one area, patrol day and service; days without a visit are rows with zero",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service; services are never added together"),
        Column("visits", pl.Int64, "visits, without those that only passed through"),
        Column("pass_throughs", pl.Int64, "stays too short to be visits"),
        Column("patrol_min", pl.Float64, "credited minutes of visits: verified by fixes"),
        Column("patrol_low_min", pl.Float64, "lower end of its 95 % interval"),
        Column("patrol_high_min", pl.Float64, "upper end of its 95 % interval"),
        Column("person_min", pl.Float64, "the same, counted once for each person"),
        Column("pass_through_min", pl.Float64, "credited minutes of pass-throughs, not dose"),
        Column("unknown_min", pl.Float64, "minutes of silence inside stays, credited to nobody"),
    ),
)

ALL_TABLES = (
    CRIMES,
    AREAS,
    COUNTS,
    MONTHLY_COUNTS,
    CELL_COUNTS,
    FIXES,
    VISITS,
    VISIT_PIECES,
    DEVICE_DAYS,
    ASSIGNMENTS,
    UNIT_VISITS,
    DOSES,
)


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
