"""When each row of a tracker's table was fixed, as UTC, and which rows cannot be told yet."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import polars as pl

from patrolwise.files.export_times import text_of
from patrolwise.files.fix_mapping import ISO, UNIX, UNIX_MS, FixMapping
from patrolwise.files.fix_parts import FixTally, NotThisFormatError

TWICE = "clock time that happens twice"
NEVER = "clock time that never was"
_LOCAL = pl.Datetime("us")
_UTC = pl.Datetime("us", "UTC")
_ISO = "%Y-%m-%d %H:%M:%S%.f"
_OFFSET = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_HOURS_ROUND = 3  # what is looked at round a repeated hour, to see which way a file runs
_SHIFTS = pl.DataFrame(
    {"shift": [timedelta(hours=k) for k in range(-_HOURS_ROUND, _HOURS_ROUND + 1)]}
)


@dataclass(frozen=True, kw_only=True)
class RowTimes:
    """The times of some rows, each column as long as the rows."""

    time_us: pl.Series  # null where there is none, or where it is not known yet
    local: pl.Series  # naive; null where the row has an offset of its own
    text: pl.Series  # as the file gives it, for messages
    unread: pl.Series  # bool: there is something, and it is no time
    never_was: pl.Series  # bool: skipped by the clocks in spring
    twice: pl.Series  # bool: repeated by the clocks in autumn
    near_twice: pl.Series  # bool: within hours of such a repetition, or in it


def read_row_times(rows: pl.DataFrame, mapping: FixMapping) -> RowTimes:
    """Return when each row was fixed.

    Parameters
    ----------
    rows : (n, c) frame
        With the file's columns and `row`.
    mapping : FixMapping

    Returns
    -------
    RowTimes

    Raises
    ------
    NotThisFormatError
        A time has no offset, and the mapping has no zone.
    """
    sources = mapping.columns["time"]
    if all(rows[column].dtype.is_temporal() for column in sources):
        aware, local = _from_workbook(rows, sources)
        text = rows[sources[0]].cast(pl.String)
    else:
        text = text_of(rows, sources)
        aware, local = parse_times(text, mapping.time_format)
    if not mapping.zone and local.is_not_null().any():
        row, shown = rows.select("row", text.alias("text")).filter(local.is_not_null()).row(0)
        raise NotThisFormatError(
            f"Row {row}, column {' + '.join(sources)} is {shown!r}, a time without an offset. "
            f"Write zone = 'Europe/London' (local time) or zone = 'UTC' in {mapping.name}."
        )
    zone = mapping.zone or "UTC"
    earliest, latest = _in_utc(local, zone, "earliest"), _in_utc(local, zone, "latest")
    twice = (earliest != latest).fill_null(False)
    instants = aware.zip_with(aware.is_not_null(), earliest)
    nothing = pl.repeat(None, rows.height, dtype=_UTC, eager=True)
    return RowTimes(
        time_us=instants.zip_with(~twice, nothing).dt.epoch("us"),
        local=local,
        text=text,
        unread=aware.is_null() & local.is_null() & text.is_not_null(),
        never_was=local.is_not_null() & earliest.is_null(),
        twice=twice,
        near_twice=_near_twice(local, zone),
    )


def resolve_repeated_hours(held: pl.DataFrame, zone: str, tally: FixTally) -> pl.DataFrame:
    """Return rows of the nights when the clocks go back, with the times that can be told.

    Within a device whose other times run one way, oldest first or newest first, a repeated hour
    is told by its order when the clock is seen to jump in it exactly once. Otherwise its rows
    are dropped and counted: a guess would be wrong by an hour.

    Parameters
    ----------
    held : (n, c) frame in the order of the file
        With time_us, device_id, local and twice; all rows near a repeated hour.
    zone : str
    tally : FixTally
        Changed.

    Returns
    -------
    (k, c) frame
    """
    local, twice, step = pl.col("local"), pl.col("twice"), pl.col("step")
    steps = held.with_columns(
        step=local.diff().dt.total_microseconds().sign().over("device_id").fill_null(0),
        is_inner=(twice & twice.shift().over("device_id")).fill_null(False),
    )
    # which way a device's rows run is told by the steps that the repeated hour cannot disturb
    outer = pl.when(~pl.col("is_inner")).then(step)
    lowest, highest = outer.min().over("device_id"), outer.max().over("device_id")
    runs_up, runs_down = (lowest == 0) & (highest == 1), (lowest == -1) & (highest == 0)
    way = pl.when(runs_up).then(1).when(runs_down).then(-1)
    night = ["device_id", local.dt.date()]
    is_jump = (pl.col("is_inner") & (step == -pl.col("way"))).fill_null(False)
    told = steps.with_columns(way=way).with_columns(
        jumps_so_far=is_jump.cast(pl.Int32).cum_sum().over(night),
        jumps=is_jump.sum().over(night),
    )
    is_early = (pl.col("jumps_so_far") == 0) == (pl.col("way") == 1)
    early = _in_utc(told["local"], zone, "earliest").dt.epoch("us")
    late = _in_utc(told["local"], zone, "latest").dt.epoch("us")
    instant = pl.when(is_early).then(early).otherwise(late)
    is_known = ~twice | (pl.col("way").is_not_null() & (pl.col("jumps") == 1))
    kept = told.with_columns(time_us=pl.when(twice).then(instant).otherwise("time_us"))
    kept = kept.filter(is_known)
    if lost := told.height - kept.height:
        tally.drop(TWICE, lost)
    if resolved := kept.filter(twice).height:
        tally.remark(
            f"{resolved:,} fixes of the hour that the clocks repeat in autumn were told apart "
            "by the order of the file."
        )
    return kept.select(held.columns)


def parse_times(text: pl.Series, form: str) -> tuple[pl.Series, pl.Series]:
    """Return times that carry their own offset, and those that do not; one of the two is null.

    Parameters
    ----------
    text : (n,) series of str
    form : str
        As a mapping's `time_format`.

    Returns
    -------
    (n,) series of times in UTC, (n,) series of times without a zone
        Both null where the text is no such time.
    """
    nothing = pl.repeat(None, len(text), dtype=_LOCAL, eager=True)
    if form in (UNIX, UNIX_MS):
        scale = 1_000_000 if form == UNIX else 1_000
        numbers = text.cast(pl.Float64, strict=False) * scale
        return numbers.round().cast(pl.Int64, strict=False).cast(_UTC), nothing
    if form == ISO:
        spaced = text.str.replace("T", " ", literal=True)
        has_offset = spaced.str.contains(_OFFSET).fill_null(False)
        aware = nothing.cast(_UTC)
        if has_offset.any():
            aware = spaced.str.strptime(_UTC, f"{_ISO}%#z", strict=False)
        # a date ends like an offset: 2024-06-01
        local = spaced.str.strptime(_LOCAL, _ISO, strict=False)
        return aware, local.zip_with(aware.is_null(), nothing)
    if "%z" in form or "%#z" in form:
        return text.str.strptime(_UTC, form, strict=False), nothing
    return nothing.cast(_UTC), text.str.strptime(_LOCAL, form, strict=False)


def _from_workbook(rows: pl.DataFrame, sources: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    """Return the same two from cells that a workbook holds as times, or as a date and a clock."""
    nothing = pl.repeat(None, rows.height, dtype=_LOCAL, eager=True)
    local = rows[sources[0]].cast(_LOCAL)
    if len(sources) == 2:
        clock = rows[sources[1]]
        if isinstance(clock.dtype, pl.Datetime):
            clock = clock.dt.time()
        local = local.dt.truncate("1d") + clock.cast(pl.Duration("us"))
    return nothing.cast(_UTC), local


def _in_utc(local: pl.Series, zone: str, side: Literal["earliest", "latest"]) -> pl.Series:
    instant = _aware(pl.col("local"), zone, side).dt.convert_time_zone("UTC")
    return local.to_frame("local").select(instant).to_series()


def _aware(local: pl.Expr, zone: str, side: Literal["earliest", "latest"]) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous=side, non_existent="null")


def _near_twice(local: pl.Series, zone: str) -> pl.Series:
    """Return which times lie within some hours of a repeated one; by hours, of which are few."""
    hours = local.dt.truncate("1h")
    # all that is looked at in one column: the cost of a small table is that of each call
    moved = hours.drop_nulls().unique().to_frame("hour").join(_SHIFTS, how="cross")
    at = pl.col("hour") + pl.col("shift")
    is_twice = _aware(at, zone, "earliest").ne_missing(_aware(at, zone, "latest"))
    near = moved.filter(is_twice)["hour"]
    return hours.is_in(near.to_list()).fill_null(False)
