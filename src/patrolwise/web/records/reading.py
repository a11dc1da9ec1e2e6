"""What an upload holds: read by the library's own readers, bounded, described line by line."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from patrolwise.crimes import FileFault
from patrolwise.errors import InputError
from patrolwise.files.areas import AreasRead, read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.files.fixes import read_fixes
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.files.recorded_crime import read_recorded_crime
from patrolwise.reporting.results import QualityLine
from patrolwise.study.benchmark_quality import describe_recorded_crime
from patrolwise.study.fix_lines import describe_fix_quality
from patrolwise.study.quality_lines import describe_quality
from patrolwise.web.records.fix_tables import is_fix_table
from patrolwise.web.records.fix_trying import parse_fix_mapping
from patrolwise.web.records.force_tables import check_force_table
from patrolwise.web.records.mapping_making import parse_mapping
from patrolwise.web.records.models import Kind
from patrolwise.web.records.packed_files import check_packed
from patrolwise.web.records.programme_files import (
    check_programme,
    describe_programme,
    drop_unnamed,
    read_any_programme,
    unpack_programme,
)
from patrolwise.web.records.stored_files import (
    PROGRAMMES,
    folder_of,
    new_name,
    sync_tree,
    write_table_whole,
)
from patrolwise.web.records.street_or_export import holds_table, is_street_data
from patrolwise.web.records.trackers import check_trackers

_MOST_AREAS = 50 << 20  # bytes
_MOST_VALUES = 400_000_000  # of a Parquet file: rows by columns
_IDS = ("area_id", "id", "code", "LSOA21CD", "LSOA11CD", "name")
_NOT_READ = "Not read: "


@dataclass(frozen=True, kw_only=True)
class UploadRead:
    """What was read, and where it now is."""

    lines: tuple[QualityLine, ...]
    rows: int
    path: Path  # of the Parquet table, or of the programme.toml
    first: date | None = None
    last: date | None = None
    left_out: tuple[str, ...] = ()  # files of a programme that it does not name


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One upload that is to be read."""

    kind: str
    path: Path  # under the name that it was sent with
    mapping: str = ""  # TOML
    tell: Callable[[str, float], None]  # what it is at, and the share done
    fit: Callable[[Path], str]  # the saved mapping of a table of fixes; blank when there is none


class NeedsMappingError(InputError):
    """The columns of a table must be told before it can be read."""


class NotHereError(InputError):
    """It may hold where outreach was: its bytes must not stay on this site."""


def read_stored(reading: Reading) -> UploadRead:
    """Return what an upload holds, with its table written.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    UploadRead

    Raises
    ------
    NeedsMappingError
        It is a force's own export, or a tracker's table, without a mapping.
    InputError
        It is not what it says, damaged, or too large once unpacked.
    """
    reading.tell("Looking at the file", 0.05)
    if reading.path.stat().st_size == 0:
        raise InputError(f"{reading.path.name} is empty. Export it again.")
    check_packed(reading.path)
    _check_parquet(reading.path)
    return _READERS[reading.kind](reading)


def _read_crimes(reading: Reading) -> UploadRead:
    if not reading.mapping and not is_street_data(reading.path):
        if not holds_table(reading.path):
            raise InputError(
                f"{reading.path.name} holds no table: no .csv, .xlsx or .parquet. Zip those."
            )
        raise NeedsMappingError("This is a force's own export: say what its columns hold.")
    mapping = parse_mapping(reading.mapping) if reading.mapping else None
    reading.tell("Reading the rows", 0.2)
    read = read_crimes(reading.path, mapping=mapping)
    lines = _with_reasons(describe_quality(read.quality), read.quality.faults)
    reading.tell("Writing the table", 0.8)
    days = read.crimes.select(
        first=pl.coalesce(pl.col("time_from").dt.date(), "month").min(),
        last=pl.coalesce(pl.col("time_from").dt.date(), pl.col("month").dt.month_end()).max(),
    )
    return _made(read.crimes, lines, days)


def _read_fixes(reading: Reading) -> UploadRead:
    text = reading.mapping
    if not text and is_fix_table(reading.path):
        text = reading.fit(reading.path)
        if not text:
            raise NeedsMappingError("This is a table of fixes: say what its columns hold.")
    mapping = parse_fix_mapping(text) if text else None
    reading.tell("Reading the fixes", 0.2)
    read = read_fixes(reading.path, mapping=mapping)
    with _kept_out():
        check_trackers(read.fixes, reading.path.name)
    lines = _with_reasons(describe_fix_quality(read.quality), read.quality.faults)
    reading.tell("Writing the table", 0.8)
    day = pl.col("time").dt.date()
    return _made(read.fixes, lines, read.fixes.select(first=day.min(), last=day.max()))


def _read_areas(reading: Reading) -> UploadRead:
    if reading.path.stat().st_size > _MOST_AREAS:
        raise InputError(
            f"{reading.path.name} has more than {_MOST_AREAS >> 20} MB, which no file of areas "
            "needs. Simplify the outlines, and send it again."
        )
    reading.tell("Reading the areas", 0.3)
    if is_hot_spot_set(reading.path):
        spots = read_hot_spot_set(reading.path)
        note = f"{spots.key}, its hash verified; {spots.method}"
        lines = [QualityLine(what="Hot spot set", count=spots.areas.height, note=note)]
        return _made(spots.areas, tuple(lines), None)
    read = _read_plain_areas(reading.path)
    lines = [QualityLine(what="Areas", count=read.areas.height)]
    lines += [QualityLine(what="Note", note=note) for note in read.notes]
    return _made(read.areas, tuple(lines), None)


def _read_plain_areas(path: Path) -> AreasRead:
    """Read areas by the first usual property that gives each its own id; else number them."""
    for name in _IDS:
        try:
            return read_areas(path, id_property=name)
        except InputError:
            continue
    return read_areas(path, id_property=None)


def _read_programme(reading: Reading) -> UploadRead:
    folder = folder_of(PROGRAMMES) / new_name()
    folder.mkdir(mode=0o700)
    try:
        reading.tell("Unpacking the programme", 0.2)
        file = unpack_programme(reading.path, folder)
        reading.tell("Checking the programme", 0.5)
        programme = read_any_programme(file)
        with _kept_out():
            check_programme(programme, file)
        left_out = drop_unnamed(file, folder)
        sync_tree(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise
    lines = describe_programme(programme, left_out)
    return UploadRead(lines=lines, rows=1, path=file, left_out=tuple(left_out))


def _read_recorded(reading: Reading) -> UploadRead:
    check_force_table(reading.path)
    reading.tell("Reading the counts of all forces", 0.2)
    read = read_recorded_crime(reading.path)
    reading.tell("Writing the table", 0.8)
    quarter = pl.col("quarter")
    ends = quarter.max().dt.offset_by("2mo").dt.month_end()
    days = read.recorded.select(first=quarter.min(), last=ends)
    return _made(read.recorded, describe_recorded_crime(read.quality), days)


@contextmanager
def _kept_out() -> Iterator[None]:
    """Tell faults of what is checked here as faults for which the bytes go too."""
    try:
        yield
    except InputError as error:
        raise NotHereError(
            f"{error}\nNothing of it was kept, its bytes neither. Mend that, and send it again."
        ) from error


def _made(
    table: pl.DataFrame, lines: tuple[QualityLine, ...], days: pl.DataFrame | None
) -> UploadRead:
    first, last = days.row(0) if days is not None else (None, None)
    path = write_table_whole(table)
    return UploadRead(lines=lines, rows=table.height, path=path, first=first, last=last)


def _with_reasons(
    lines: tuple[QualityLine, ...], faults: tuple[FileFault, ...]
) -> tuple[QualityLine, ...]:
    """Return the lines with the reason for each file that was not read: here is its sender."""
    kept = [line for line in lines if not line.what.startswith(_NOT_READ)]
    told = [QualityLine(what=f"{_NOT_READ}{fault.file}", note=fault.message) for fault in faults]
    return (*kept, *told)


def _check_parquet(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return
    try:
        scan = pl.scan_parquet(path)
        values = scan.select(pl.len()).collect().item() * len(scan.collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise InputError(f"{path.name} is cut short or damaged. Send it again.") from error
    if values > _MOST_VALUES:
        raise InputError(f"{path.name} holds {values:,} values, too many. Send months apart.")


_READERS: dict[str, Callable[[Reading], UploadRead]] = {
    Kind.CRIMES.value: _read_crimes,
    Kind.FIXES.value: _read_fixes,
    Kind.AREAS.value: _read_areas,
    Kind.PROGRAMME.value: _read_programme,
    Kind.RECORDED.value: _read_recorded,
}
