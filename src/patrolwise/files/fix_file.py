"""What one file of fixes holds, whatever its format, or why nothing of it can be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import BinaryIO

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.avl_fixes import read_avl, read_avl_workbook
from patrolwise.files.fix_content import damage_of, open_content
from patrolwise.files.fix_formats import (
    CSV,
    START_BYTES,
    STORE,
    WORKBOOK,
    FixFormat,
    find_format,
    list_formats,
)
from patrolwise.files.fix_frames import Placing, frame_raw_fixes, place_fixes
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_parts import CUT_SHORT, FixTally, NotThisFormatError
from patrolwise.files.fix_store import is_simulated_store, scan_fixes
from patrolwise.files.sources import Source
from patrolwise.tables import FIXES, make_table

_NEEDS_MAPPING = "a CSV needs a mapping file; see docs/how-to/read-tracker-files.md."
_PACKED = "It is a {what} inside a zip or gzip, which is not read there. Unpack it and give it."


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """What is known of files before they are opened."""

    mapping: FixMapping | None = None
    on: date | None = None
    device_id: str = ""
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OneFile:
    """One file: its fixes and what became of its other points."""

    fixes: pl.DataFrame  # FIXES in the order of the file
    format: str
    tally: FixTally


def read_one_file(source: Source, reading: FileReading) -> OneFile:
    """Return the fixes of one file.

    Parameters
    ----------
    source : Source
    reading : FileReading

    Returns
    -------
    OneFile
        With at least one fix.

    Raises
    ------
    NotThisFormatError
        It is in no format that is read, is not what it says, or holds no fix that can be used.
    OSError
        It cannot be opened.
    """
    with open_content(source) as stream:
        start = stream.read(START_BYTES)
    if not start.strip():
        raise NotThisFormatError("It is empty. Export it again, or take it out of the list.")
    kind = _kind(source, start, reading.mapping)
    tally = FixTally(source.name, on=reading.on)
    if kind is STORE:
        read = _read_store(source, tally)
    else:
        read = OneFile(fixes=_read(source, kind, reading, tally), format=kind.name, tally=tally)
    if read.fixes.is_empty():
        raise NotThisFormatError(_nothing_kept(tally))
    return read


def _kind(source: Source, start: bytes, mapping: FixMapping | None) -> FixFormat:
    name = PurePosixPath(source.name).name
    kind = find_format(name, start)
    if kind is None and mapping is not None:
        kind = CSV
    if kind is None:
        raise NotThisFormatError(
            f"Nobody can tell what it is from its content or its name. Read are {list_formats()}."
        )
    if kind is WORKBOOK and name.casefold().endswith((".zip", ".kmz")):
        raise NotThisFormatError(_PACKED.format(what="zip"))
    if kind in (CSV, WORKBOOK) and mapping is None:
        raise NotThisFormatError(_NEEDS_MAPPING[0].upper() + _NEEDS_MAPPING[1:])
    return kind


def _read(source: Source, kind: FixFormat, reading: FileReading, tally: FixTally) -> pl.DataFrame:
    mapping = reading.mapping
    placing = Placing(
        source=source.name,
        device_id=reading.device_id or _stem(source.name),
        now=reading.now,
        is_metric=kind.read is None and mapping is not None and mapping.is_metric,
    )
    with open_content(source) as stream:
        raw = _raw_frames(stream, kind, mapping, tally)
        frames = list(place_fixes(raw, tally, placing))
        damage = damage_of(stream)
    fixes = pl.concat(frames) if frames else make_table(FIXES)
    if damage:
        where = f"or damaged in its packing ({damage.rstrip('.')})"
        tally.remark(CUT_SHORT.format(where=where, points=f"{fixes.height:,}"))
    # rows of a repeated hour come last; the rest of the report needs the order of the file
    return fixes if fixes["row"].is_sorted() else fixes.sort("row", maintain_order=True)


def _raw_frames(
    stream: BinaryIO, kind: FixFormat, mapping: FixMapping | None, tally: FixTally
) -> Iterator[pl.DataFrame]:
    if kind.read is not None:
        return frame_raw_fixes(kind.read(stream, tally))
    if mapping is None:
        raise AssertionError("a table without a mapping was refused before")
    if kind is WORKBOOK:
        return read_avl_workbook(stream.read(), mapping, tally)
    return read_avl(stream, mapping, tally)


def _read_store(source: Source, tally: FixTally) -> OneFile:
    if source.archive is not None or source.name.casefold().endswith(".gz"):
        raise NotThisFormatError(_PACKED.format(what="fix store"))
    try:
        stored = scan_fixes(source.path).collect()
        fixes = make_table(
            FIXES,
            stored.with_columns(
                source=pl.lit(source.name), row=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)
            ),
        )
    except (InputError, pl.exceptions.PolarsError) as error:
        raise NotThisFormatError(str(error).splitlines()[0]) from error
    needed = [column.name for column in FIXES.columns if not column.may_be_null]
    if holes := [name for name in needed if fixes[name].null_count()]:
        raise NotThisFormatError(
            f"It is a fix store with rows that lack {', '.join(holes)}: something else wrote it. "
            "Write it again with write_fixes."
        )
    tally.points = fixes.height
    tally.simulated = is_simulated_store(source.path)
    return OneFile(fixes=fixes, format=STORE.name, tally=tally)


def _stem(name: str) -> str:
    """Return the name of a file without folder and ending: its device, when it names none."""
    return PurePosixPath(name.removesuffix(".gz")).stem


def _nothing_kept(tally: FixTally) -> str:
    lost = sum(tally.dropped.values())
    if not lost:
        return " ".join(["It holds no fixes.", *tally.remarks])
    reasons = ", ".join(f"{points:,} × {reason}" for reason, points in tally.dropped.items())
    return " ".join([f"None of its {lost:,} points can be used: {reasons}.", *tally.remarks])
