"""How trackers' files of any format become one FIXES table with a quality report beside it."""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes import FileFault
from patrolwise.errors import check_faults
from patrolwise.files.fix_content import hash_contents
from patrolwise.files.fix_file import FileReading, OneFile, read_one_file
from patrolwise.files.fix_formats import is_fix_name
from patrolwise.files.fix_mapping import FixMapping, read_fix_mapping
from patrolwise.files.fix_parts import NotThisFormatError
from patrolwise.files.fix_quality import (
    FixFile,
    FixQuality,
    count_clock_backwards,
    describe_devices,
    sum_dropped,
)
from patrolwise.files.sources import Source, Sources, Wanted, find_sources

REPEATED = "a second fix of the same device and instant"
_WANTED = Wanted("files of fixes (such as walk.gpx)", is_fix_name)
_OF_A_FILE = "file"  # column: number of the file, while files are merged


@dataclass(frozen=True, kw_only=True)
class FixReadRule:
    """What the files do not say themselves, and what is expected of them."""

    on: date | None = None  # the UTC day of a file whose times have none
    device_id: str = ""  # of files that name no device; empty: each file's own name
    area: BaseGeometry | None = None  # where fixes should lie, British National Grid metres
    least_share: float = 0.9  # of a file's fixes that must lie in the box of the area
    now: datetime | None = None  # aware; fixes from more than a day later are impossible

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.least_share <= 1:
            faults.append(f"least_share must lie between 0 and 1, got {self.least_share}.")
        if self.now is not None and self.now.tzinfo is None:
            faults.append(f"now has no zone: {self.now}. Give an aware time.")
        if self.area is not None:
            faults += _area_faults(self.area)
        check_faults("Reading fixes", faults)


@dataclass(frozen=True, kw_only=True)
class FixesRead:
    """What was read: the table, and what a reader must know before trusting it."""

    fixes: pl.DataFrame  # FIXES by device_id, then time
    quality: FixQuality


@dataclass
class _Reading:
    """What has been read so far."""

    files: list[FixFile] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    backwards: Counter[str] = field(default_factory=Counter)  # by device
    contents: dict[str, str] = field(default_factory=dict)  # sha256 → name of the first
    simulated: list[str] = field(default_factory=list)  # names of files


def read_fixes(
    paths: str | Path | Iterable[str | Path],
    *,
    mapping: FixMapping | str | Path | None = None,
    rule: FixReadRule = FixReadRule(),
) -> FixesRead:
    """Return the fixes of many files as one table, with every point accounted for.

    The format of a file is seen from its content, then from its name: GPX, KML, TCX, FIT, NMEA
    0183, TAIP, PLT, OwnTracks, Traccar, OsmAnd, GeoJSON, MF-JSON, Cursor on Target, a fix store,
    and CSV or Excel through a mapping. Folders are searched to the bottom, zips and gzip opened.

    A file that is not what it says becomes a fault of the report, none of its points is used, and
    the good files beside it are kept. One content met twice is read once. Of two fixes of one
    device and instant the one with the smaller radius is kept.

    Parameters
    ----------
    paths : path or iterable of paths
        Files and folders.
    mapping : FixMapping, or path of a mapping file, optional
        What the columns of a CSV or workbook hold.
    rule : FixReadRule

    Returns
    -------
    FixesRead
        `fixes` is (n, 10) FIXES by device_id, then time, no instant of a device twice;
        `quality.points_read` is `points_kept` and the sum of `dropped`.

    Raises
    ------
    InputError
        No file is good: all faults are listed. Or the mapping is wrong.

    Examples
    --------
    >>> read_fixes([])
    Traceback (most recent call last):
    patrolwise.errors.InputError: Files of fixes: No file was given. Name a file or a folder.
    """
    if mapping is not None and not isinstance(mapping, FixMapping):
        mapping = read_fix_mapping(mapping)
    how = FileReading(mapping=mapping, on=rule.on, device_id=rule.device_id, now=rule.now)
    reading = _Reading()
    with ExitStack() as stack:
        sources = find_sources(paths, _WANTED, stack)
        for source in sources.files:
            _add_file(source, how, rule, reading)
    faults = [*sources.faults, *reading.faults]
    if not reading.files:
        listed = [f"{fault.file}: {fault.message}" for fault in faults]
        check_faults("Files of fixes", listed or ["No file was given. Name a file or a folder."])
    fixes, files = _merge(reading)
    dropped = sum_dropped(files)
    return FixesRead(
        fixes=fixes,
        quality=FixQuality(
            files=tuple(files),
            faults=tuple(faults),
            points_read=sum(one.points for one in files),
            points_kept=fixes.height,
            dropped=dropped,
            devices=describe_devices(fixes, reading.backwards),
            first=fixes["time"].min(),  # type: ignore[arg-type]  # of a column of times
            last=fixes["time"].max(),  # type: ignore[arg-type]
            simulated=bool(reading.simulated),
            notes=(*_notes(reading, sources),),
        ),
    )


def _area_faults(area: BaseGeometry) -> list[str]:
    if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        return [f"The area is {area.geom_type or 'empty'}, not a polygon."]
    if max(map(abs, area.bounds)) <= 180:
        return [
            f"The area lies within {area.bounds}: degrees, not metres of British National Grid. "
            "Read it with read_outline, which projects it."
        ]
    return []


def _add_file(source: Source, how: FileReading, rule: FixReadRule, reading: _Reading) -> None:
    try:
        stored, content = hash_contents(source)
        if content in reading.contents:
            first = reading.contents[content]
            reading.notes.append(f"{source.name} has the same content as {first}: read once.")
            return
        read = read_one_file(source, how)
    except NotThisFormatError as error:
        reading.faults.append(FileFault(file=source.name, message=str(error)))
        return
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"It cannot be read ({reason}). Fetch it again."
        reading.faults.append(FileFault(file=source.name, message=message))
        return
    if (fault := _outside(read.fixes, rule)) is not None:
        reading.faults.append(FileFault(file=source.name, message=fault))
        return
    reading.contents[content] = source.name
    _keep(source.name, stored, read, reading)


def _outside(fixes: pl.DataFrame, rule: FixReadRule) -> str | None:
    """Return what to look for when most fixes of a file lie elsewhere; None when they do not."""
    if rule.area is None:
        return None
    west, south, east, north = rule.area.bounds
    inside = fixes.filter(
        pl.col("x").is_between(west, east), pl.col("y").is_between(south, north)
    ).height
    share = inside / fixes.height
    if share >= rule.least_share:
        return None
    return (
        f"It has {share:.0%} of its fixes inside the box round the area, under "
        f"{rule.least_share:.0%}: wrong columns, zone or force? Correct the mapping or the area."
    )


def _keep(name: str, sha256: str, read: OneFile, reading: _Reading) -> None:
    tally = read.tally
    backwards, is_newest_first = count_clock_backwards(read.fixes)
    reading.backwards.update(backwards)
    if is_newest_first:
        tally.remark("Its newest fix comes first.")
    if tally.simulated:
        reading.simulated.append(name)
    number = len(reading.files)
    reading.frames.append(read.fixes.with_columns(pl.lit(number, pl.UInt32).alias(_OF_A_FILE)))
    reading.files.append(
        FixFile(
            name=name,
            sha256=sha256,
            format=read.format,
            points=read.fixes.height + sum(tally.dropped.values()),
            kept=read.fixes.height,
            dropped=dict(tally.dropped),
            remarks=tuple(tally.remarks),
        )
    )


def _merge(reading: _Reading) -> tuple[pl.DataFrame, list[FixFile]]:
    """Return all fixes in order, each instant of a device once, and the files as counted then."""
    keys = ["device_id", "time", "accuracy_m", _OF_A_FILE, "row"]
    fixes = pl.concat(reading.frames).sort(keys, nulls_last=True)
    device, time = pl.col("device_id"), pl.col("time")
    is_again = ((device == device.shift()) & (time == time.shift())).fill_null(False)
    again = fixes.filter(is_again)
    if again.is_empty():
        return fixes.drop(_OF_A_FILE), reading.files
    lost = dict(again.group_by(_OF_A_FILE).len().iter_rows())
    files = [_less(one, lost.get(number, 0)) for number, one in enumerate(reading.files)]
    return fixes.filter(~is_again).drop(_OF_A_FILE), files


def _less(one: FixFile, repeated: int) -> FixFile:
    """Return a file with so many fixes dropped that another has too, or that it has twice."""
    if not repeated:
        return one
    return FixFile(
        name=one.name,
        sha256=one.sha256,
        format=one.format,
        points=one.points,
        kept=one.kept - repeated,
        dropped={**one.dropped, REPEATED: repeated},
        remarks=one.remarks,
    )


def _notes(reading: _Reading, sources: Sources) -> list[str]:
    notes = list(reading.notes)
    if reading.simulated:
        named = ", ".join(reading.simulated[:3])
        notes.append(f"Simulated, not measured: {named}. All that is made of it is marked so.")
    if ignored := sources.ignored:
        more = f" and {len(ignored) - 3} more" if len(ignored) > 3 else ""
        notes.append(f"{len(ignored)} other files were not read: {', '.join(ignored[:3])}{more}.")
    return notes
