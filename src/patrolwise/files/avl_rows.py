"""What the rows of a tracker's table say, in the units of FIXES, and which rows say nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from patrolwise.files.avl_times import (
    NEVER,
    TWICE,
    RowTimes,
    read_row_times,
    resolve_repeated_hours,
)
from patrolwise.files.degree_texts import read_degrees
from patrolwise.files.export_times import text_of
from patrolwise.files.fix_frames import RAW_SCHEMA
from patrolwise.files.fix_mapping import SEXAGESIMAL, SPEED_UNITS, FixMapping
from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_SIGNAL,
    FixTally,
    NotThisFormatError,
)

BLANK = "a blank row"
NO_DEVICE = "no device id"
_MOST_UNREAD = 0.1  # share of times or places; with more, the mapping is wrong and not the rows
_HASHED = 12  # hexadecimal digits: a chance of one in millions that two of 10,000 radios agree


@dataclass
class _Unread:
    """Values of one kind that could not be read, to tell a bad row from a bad mapping."""

    seen: int = 0
    unread: int = 0
    first: tuple[int, str] = (0, "")

    def add(self, rows: pl.Series, text: pl.Series, unread: pl.Series) -> None:
        """Count a batch."""
        count = int(unread.sum())
        self.seen += len(text) - text.null_count()
        if count and not self.unread:
            at = unread.arg_max() or 0
            self.first = (rows[at], text[at])
        self.unread += count


@dataclass
class _Doubts:
    """What is counted over the rows of a whole file."""

    by_column: dict[str, _Unread] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def of(self, column: str) -> _Unread:
        """Return the counts of one column."""
        return self.by_column.setdefault(column, _Unread())


def read_rows(
    frames: Iterable[pl.DataFrame], mapping: FixMapping, tally: FixTally
) -> Iterator[pl.DataFrame]:
    """Yield what the rows say, as frames of raw fixes.

    Rows of the hour that the clocks repeat in autumn, and of the hours round it, come last: only
    the whole file can tell which of the two is meant.

    Parameters
    ----------
    frames : iterable of (n, c) frames
        With the file's columns and `row`.
    mapping : FixMapping
    tally : FixTally
        Changed.

    Yields
    ------
    frame of RAW_SCHEMA

    Raises
    ------
    NotThisFormatError
        More than a tenth of the times or coordinates cannot be read: the mapping is wrong.
    """
    doubts = _Doubts()
    held = []
    for rows in frames:
        told = _read_batch(rows, mapping, doubts, tally)
        held.append(told.filter("near_twice"))
        sure = told.filter(~pl.col("near_twice"))
        tally.points += sure.height
        yield sure.select(*RAW_SCHEMA)
    nights = pl.concat(held) if held else pl.DataFrame()
    if nights.height:
        told = resolve_repeated_hours(nights, mapping.zone, tally)
        tally.points += told.height
        yield told.select(*RAW_SCHEMA)
    _check_doubts(doubts, mapping, tally)


def _read_batch(
    rows: pl.DataFrame, mapping: FixMapping, doubts: _Doubts, tally: FixTally
) -> pl.DataFrame:
    times = read_row_times(rows, mapping)
    doubts.of("time").add(rows["row"], times.text, times.unread)
    x, bad_x = _number(rows, mapping, "x", doubts)
    y, bad_y = _number(rows, mapping, "y", doubts)
    accuracy, _ = _number(rows, mapping, "accuracy_m", doubts)
    speed, _ = _number(rows, mapping, "speed", doubts)
    device = _devices(rows, mapping, doubts)
    reason = _reasons(rows, mapping, times, bad_x | bad_y)
    reason = reason.zip_with(reason.is_not_null() | device.is_not_null(), _all(rows, NO_DEVICE))
    for what, lost in reason.drop_nulls().value_counts(name="rows").sort(reason.name).iter_rows():
        tally.drop(what, lost)
    told = rows.select("row").with_columns(
        time_us=times.time_us,
        x=x,
        y=y,
        device_id=device,
        accuracy_m=accuracy * mapping.metres_of_accuracy,
        speed_m_s=speed * SPEED_UNITS[mapping.speed_unit],
        is_mock=pl.lit(None, dtype=pl.Boolean),
        starts_segment=pl.lit(None, dtype=pl.Boolean),
        local=times.local,
        twice=times.twice,
        near_twice=times.near_twice,
    )
    return told.filter(reason.is_null())


def _reasons(
    rows: pl.DataFrame, mapping: FixMapping, times: RowTimes, bad_place: pl.Series
) -> pl.Series:
    """Return why each row cannot be used; null where it can."""
    is_blank = rows.select(pl.all_horizontal(pl.col(mapping.source_columns).is_null())).to_series()
    judged = pl.DataFrame(
        {
            "blank": is_blank,
            "unread": times.unread,
            "never": times.never_was,
            "bad_place": bad_place,
            "no_signal": _without_signal(rows, mapping),
        }
    )
    return judged.select(
        pl.when("blank")
        .then(pl.lit(BLANK))
        .when("unread")
        .then(pl.lit(BAD_TIME))
        .when("never")
        .then(pl.lit(NEVER))
        .when("bad_place")
        .then(pl.lit(BAD_NUMBER))
        .when("no_signal")
        .then(pl.lit(NO_SIGNAL))
        .alias("reason")
    ).to_series()


def _without_signal(rows: pl.DataFrame, mapping: FixMapping) -> pl.Series:
    if "valid" not in mapping.columns:
        return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    word = text_of(rows, mapping.columns["valid"]).str.to_lowercase()
    return ~word.is_in(list(mapping.valid_words)).fill_null(False)


def _number(
    rows: pl.DataFrame, mapping: FixMapping, target: str, doubts: _Doubts
) -> tuple[pl.Series, pl.Series]:
    """Return a column's numbers, and where there is something that is none."""
    if target not in mapping.columns:
        nothing = pl.repeat(None, rows.height, dtype=pl.Float64, eager=True)
        return nothing, nothing.is_not_null()
    text = text_of(rows, mapping.columns[target])
    plain = text.str.replace(",", ".", literal=True) if mapping.decimal == "," else text
    if target in ("x", "y") and mapping.degrees == SEXAGESIMAL:
        numbers = read_degrees(plain)
    else:
        numbers = plain.cast(pl.Float64, strict=False)
    bad = numbers.is_null() & text.is_not_null()
    doubts.of(target).add(rows["row"], text, bad)
    return numbers, bad


def _devices(rows: pl.DataFrame, mapping: FixMapping, doubts: _Doubts) -> pl.Series:
    if mapping.device:
        given = _all(rows, mapping.device)
    else:
        given = text_of(rows, mapping.columns["device_id"])
    if not mapping.id_salt:
        return given
    for device in given.unique().drop_nulls():
        if device not in doubts.hashes:
            salted = f"{mapping.id_salt}{device}".encode()
            doubts.hashes[device] = hashlib.sha256(salted).hexdigest()[:_HASHED]
    return given.replace_strict(doubts.hashes, default=None, return_dtype=pl.String)


def _all(rows: pl.DataFrame, text: str) -> pl.Series:
    return pl.repeat(text, rows.height, dtype=pl.String, eager=True)


def _check_doubts(doubts: _Doubts, mapping: FixMapping, tally: FixTally) -> None:
    """Refuse a file that the mapping does not fit, and say what was taken as unknown."""
    faults = []
    for target, one in doubts.by_column.items():
        column = " + ".join(mapping.columns[target])
        if target in ("accuracy_m", "speed"):
            if one.unread:
                tally.remark(
                    f"{one.unread:,} values of column {column} are no numbers, taken as unknown."
                )
        elif one.unread > _MOST_UNREAD * one.seen:
            row, value = one.first
            faults.append(
                f"Row {row}, column {column} is {value!r}, and so are {one.unread:,} of "
                f"{one.seen:,} rows. {_remedy(target, mapping)} in {mapping.name}; correct the "
                "mapping."
            )
    if faults:
        raise NotThisFormatError(" ".join(faults))


def _remedy(target: str, mapping: FixMapping) -> str:
    if target == "time":
        return f"That does not fit time_format {mapping.time_format!r}"
    if mapping.degrees == SEXAGESIMAL:
        return "That is not degrees, minutes and seconds, as degrees = 'dms' says"
    return f"That is no number with decimal = {mapping.decimal!r}"


__all__ = ["BLANK", "NEVER", "NO_DEVICE", "TWICE", "read_rows"]
