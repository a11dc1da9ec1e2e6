"""When each row of a force's export happened, as UTC, by the zone its mapping names."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from patrolwise.files.csv_faults import name_rows
from patrolwise.files.mapping import CrimeMapping

LOCAL_ZONE = "Europe/London"
_LOCAL = pl.Datetime("us")
_UTC = pl.Datetime("us", "UTC")


@dataclass
class ExportTimes:
    """Times and months of the rows, what was done to get them, and what stops it."""

    month: pl.Series
    time_from: pl.Series
    time_to: pl.Series
    never_was: pl.Series  # bool: a local time that the clocks skipped in March
    remarks: dict[str, int] = field(default_factory=dict)  # what was done → rows
    faults: list[str] = field(default_factory=list)


def text_of(rows: pl.DataFrame, sources: tuple[str, ...]) -> pl.Series:
    """Return one or two columns as text, joined by a space; blank becomes null.

    Parameters
    ----------
    rows : (n, c) frame
    sources : (k,) tuple of str
        Column names.

    Returns
    -------
    (n,) series of str

    Examples
    --------
    >>> text_of(pl.DataFrame({"a": [39.0, 4.5, None]}), ("a",)).to_list()
    ['39', '4.5', None]
    >>> text_of(pl.DataFrame({"a": [" x", None], "b": ["y ", "z"]}), ("a", "b")).to_list()
    ['x y', None]
    """
    joined = pl.concat_str([_as_text(rows[column]) for column in sources], separator=" ")
    return rows.select(pl.when(joined != "").then(joined)).to_series()


def read_times(rows: pl.DataFrame, mapping: CrimeMapping) -> ExportTimes:
    """Return when each row happened.

    The hour that happens twice each October becomes the earlier instant for the earliest time
    and the later for the latest, so that the true one lies between. The hour that the clocks
    skip in March never was. A blank latest time is the earliest one again; one before the
    earliest is taken out. Days without a clock last from midnight to a second before the next.

    Parameters
    ----------
    rows : (n, c) frame
        With the force's columns and `row`.
    mapping : CrimeMapping

    Returns
    -------
    ExportTimes
        `time_from`, `time_to` and `month` are null where the row does not say.
    """
    nothing = pl.repeat(None, rows.height, dtype=_UTC, eager=True)
    never = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    no_month = pl.repeat(None, rows.height, dtype=pl.Date, eager=True)
    times = ExportTimes(no_month, nothing, nothing, never)
    if "time_from" in mapping.columns:
        _add_instants(times, rows, mapping)
    local = times.time_from.dt.convert_time_zone(LOCAL_ZONE).dt.date().dt.truncate("1mo")
    times.month = _months(times, rows, mapping) if "month" in mapping.columns else local
    return times


def _add_instants(times: ExportTimes, rows: pl.DataFrame, mapping: CrimeMapping) -> None:
    start, start_is_day = _local_times(times, rows, mapping, "time_from")
    end, end_is_day = start, start_is_day
    if "time_to" in mapping.columns:
        given, end_is_day = _local_times(times, rows, mapping, "time_to")
        blank = given.is_null() & start.is_not_null()
        _remark(times, "rows have no latest time and get the earliest one", blank)
        end = given.zip_with(~blank, start)
    if end_is_day:
        end = end + timedelta(days=1) - timedelta(seconds=1)
    earliest, latest = _in_utc(start, mapping, "earliest"), _in_utc(start, mapping, "latest")
    time_to = _in_utc(end, mapping, "latest")
    twice = (earliest != latest) | (_in_utc(end, mapping, "earliest") != time_to)
    lost = (start.is_not_null() & earliest.is_null()) | (end.is_not_null() & time_to.is_null())
    _remark(times, "rows have a time that happens twice as the clocks go back", twice)
    backwards = (time_to < earliest).fill_null(False)
    _remark(times, "rows end before they begin; their latest time is taken out", backwards)
    nothing = pl.repeat(None, rows.height, dtype=_UTC, eager=True)
    times.time_from, times.never_was = earliest, lost
    times.time_to = time_to.zip_with(~backwards, nothing)


def _local_times(
    times: ExportTimes, rows: pl.DataFrame, mapping: CrimeMapping, target: str
) -> tuple[pl.Series, bool]:
    """Return naive local times of one column, and whether they are days without a clock."""
    sources = mapping.columns[target]
    kind = rows[sources[0]].dtype
    if len(sources) == 1 and kind.is_temporal() and kind != pl.Time:
        column = rows[sources[0]]
        if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
            # An instant needs no zone; to the mapping's, so that all goes one way from here.
            column = column.dt.convert_time_zone(mapping.zone).dt.replace_time_zone(None)
        return column.cast(_LOCAL), kind == pl.Date
    text = text_of(rows, sources)
    parsed = text.str.strptime(_LOCAL, mapping.time_format, strict=False)
    unread = parsed.is_null() & text.is_not_null()
    if unread.any():
        remedy = f"that does not fit time_format {mapping.time_format!r} in {mapping.name}."
        shown = rows.select("row", text.alias(" + ".join(sources)))
        times.faults.append(name_rows(shown, shown.columns[1], unread, remedy))
    return parsed, mapping.is_days_only


def _months(times: ExportTimes, rows: pl.DataFrame, mapping: CrimeMapping) -> pl.Series:
    source = mapping.columns["month"]
    if rows[source[0]].dtype.is_temporal():
        return rows[source[0]].cast(pl.Date).dt.truncate("1mo")
    text = text_of(rows, source)
    found = {value: _month(value, mapping.month_format) for value in text.drop_nulls().unique()}
    months = text.replace_strict(found, default=None, return_dtype=pl.Date)
    unread = months.is_null() & text.is_not_null()
    if unread.any():
        remedy = f"that does not fit month_format {mapping.month_format!r} in {mapping.name}."
        times.faults.append(name_rows(rows, source[0], unread, remedy))
    return months


def _month(text: str, month_format: str) -> date | None:
    try:
        return datetime.strptime(text, month_format).date().replace(day=1)
    except ValueError:
        return None


def _in_utc(
    local: pl.Series, mapping: CrimeMapping, side: Literal["earliest", "latest"]
) -> pl.Series:
    aware = local.dt.replace_time_zone(mapping.zone, ambiguous=side, non_existent="null")
    return aware.dt.convert_time_zone("UTC")


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        # Excel holds the code 39 as 39.0.
        return column.cast(pl.String).str.strip_suffix(".0")
    return column.cast(pl.String).str.strip_chars()


def _remark(times: ExportTimes, what: str, rows: pl.Series) -> None:
    if count := int(rows.sum()):
        times.remarks[what] = count
