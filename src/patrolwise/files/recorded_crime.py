"""How police recorded crime tables become one RECORDED_CRIME table, each row accounted for."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.forces import find_force, load_forces
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME, rename_subgroups
from patrolwise.crimes import FileRead, clean_offence_codes
from patrolwise.errors import InputError, check_faults
from patrolwise.files.csv_faults import name_rows
from patrolwise.files.reading import OneFile, Reading, load_batches
from patrolwise.files.recorded_crime_sheets import DESCRIPTION, HEADERS, Sheet, load_sheets
from patrolwise.files.sources import Sources, Wanted, find_sources
from patrolwise.tables import make_table

TABLE_ENDINGS = (".csv", ".csv.gz", ".xlsx", ".ods", ".parquet")
NO_COUNT = "no count was given (such as N/a)"
TWICE = "the same count of the same cell given again"

_WANTED = Wanted(
    f"tables of recorded crime ({', '.join(TABLE_ENDINGS)})",
    lambda name: name.casefold().endswith(TABLE_ENDINGS),
)
_YEAR = re.compile(r"(\d{4})\s*[/-]\s*(\d{2}|\d{4})")
_YEARS = range(1900, 2100)  # another is a slip
_QUARTER = re.compile(r"(?:Q\s*)?([1-4])(?:\.0)?", re.IGNORECASE)
_NUMBER = r"^[+-]?\d+(\.0+)?$"
_NOTHING = ("", "n/a", "na", "-", "..", ":", "[x]", "[z]", "not available")
_KEY = ("force", "quarter", "offence_code")
_MOST_TOLD = 20  # cells with two values that a message lists
_REMEDIES = {
    "year": "write a financial year as 2023/24.",
    "quarter": "write a financial quarter as 1, 2, 3 or 4; 1 begins in April.",
    "offence_code": "a row needs its offence code.",
    "offence_group": "a row needs its offence group.",
    "offence_subgroup": "a row needs its offence sub-group.",
    "n": "that is no whole number.",
}


@dataclass(frozen=True, kw_only=True)
class RecordedCrimeQuality:
    """What became of each row: rows_read is rows_kept and the sum of dropped."""

    files: tuple[FileRead, ...]
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]  # reason → rows
    below_nought: int  # rows kept with a count below 0: corrections of earlier quarters
    first_quarter: date
    last_quarter: date
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordedCrimeRead:
    """What was read: the table, and what a reader must know before trusting it."""

    recorded: pl.DataFrame  # RECORDED_CRIME
    quality: RecordedCrimeQuality


@dataclass
class _Gathered:
    """What all files gave so far."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    files: list[OneFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    no_count: int = 0


def read_recorded_crime(paths: str | Path | Iterable[str | Path]) -> RecordedCrimeRead:
    r"""Return the recorded crime of one or many files as one table.

    Files are the Home Office's open data tables (columns Financial Year, Financial Quarter, Force
    Name, Offence Description, Offence Group, Offence Subgroup, Offence Code, Number of Offences;
    in a workbook every sheet that has them), or the same with the columns fy, fq, force,
    offence_group, offence_subgroup, offence_code, n. Folders are searched, zips opened.

    Names of forces and of sub-groups become those of today: see `benchmarking.forces` and
    `benchmarking.recorded_crime`. A cell is one force, quarter and offence code. Given twice with
    the same count it is kept once; with another it is a fault.

    Parameters
    ----------
    paths : path or iterable of paths
        CSV (gzip or not), .xlsx, .ods or Parquet. Read in batches of 64 MiB as stored.

    Returns
    -------
    RecordedCrimeRead
        `recorded` is (n, 6) RECORDED_CRIME in the order of files and rows.

    Raises
    ------
    InputError
        A file cannot be read, a column is missing, a cell cannot be understood, a force is not
        known, two rows give one cell two values, or no row has a count; all faults of all files
        are listed. Nothing is guessed: with a wrong row no rate of that force would be right.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "quarters.csv"
    ...     _ = path.write_text("fy,fq,force,offence_group,offence_subgroup,offence_code,n\n"
    ...         "2023/24,1,Kent,Robbery,Robbery of personal property,34B,250\n")
    ...     read_recorded_crime(path).recorded.row(0)[:3]
    ('Kent', datetime.date(2023, 4, 1), '34B')
    """
    gathered = _Gathered()
    with ExitStack() as stack:
        sources = find_sources(paths, _WANTED, stack)
        reading = Reading()
        for one, data in (item for batch in load_batches(sources.files, reading) for item in batch):
            _take_file(one, data, gathered)
    faults = [f"{fault.file}: {fault.message}" for fault in (*sources.faults, *reading.faults)]
    faults += gathered.faults
    if not gathered.frames and not faults:
        faults.append("No file was given. Name a file or a folder.")
    check_faults("Recorded crime", faults)
    rows = pl.concat(gathered.frames)
    if rows.is_empty():
        raise InputError("Recorded crime: No row has a count. Give the tables of offences.")
    kept = _settle_repeats(rows, gathered.files)
    recorded = make_table(RECORDED_CRIME, rename_subgroups(kept))
    dropped = {NO_COUNT: gathered.no_count, TWICE: rows.height - kept.height}
    quality = RecordedCrimeQuality(
        files=tuple(
            FileRead(name=one.source.name, sha256=one.sha256, rows=one.rows_read)
            for one in gathered.files
        ),
        rows_read=sum(one.rows_read for one in gathered.files),
        rows_kept=recorded.height,
        dropped={reason: count for reason, count in dropped.items() if count},
        below_nought=int((recorded["n"] < 0).sum()),
        first_quarter=recorded["quarter"].min(),  # type: ignore[arg-type]
        last_quarter=recorded["quarter"].max(),  # type: ignore[arg-type]
        notes=(*_tell_ignored(sources), *reading.notes, *gathered.notes),
    )
    return RecordedCrimeRead(recorded=recorded, quality=quality)


def _take_file(one: OneFile, data: bytes, gathered: _Gathered) -> None:
    name = one.source.name
    sheets = load_sheets(data)
    if isinstance(sheets, str):
        gathered.faults.append(f"{name}: {sheets}")
        return
    if sheets.others:
        gathered.notes.append(f"{name}: no table in {', '.join(sheets.others)}; passed over.")
    for sheet in sheets.tables:
        place = f"{name}, sheet {sheet.name}" if sheet.name else name
        if sheet.rows.is_empty():
            gathered.faults.append(f"{place}: It has a header and no rows. Export it again.")
            continue
        one.rows_read += sheet.rows.height
        rows, faults = _read_rows(sheet)
        gathered.faults += [f"{place}: {fault}" for fault in faults]
        counted = rows.filter(pl.col("n").is_not_null())
        gathered.no_count += rows.height - counted.height
        file = pl.lit(len(gathered.files), pl.UInt32)
        gathered.frames.append(counted.with_columns(file=file, sheet=pl.lit(sheet.name)))
    gathered.files.append(one)


def _read_rows(sheet: Sheet) -> tuple[pl.DataFrame, list[str]]:
    """Return the cells of one table understood, and what is wrong with those that are not."""
    given = sheet.rows
    known = {
        "year": _by_value(given["year"], _first_year),
        "quarter": _by_value(given["quarter"], _first_month),
        "force": _by_value(given["force"], find_force),
        "offence_code": clean_offence_codes(given["offence_code"]),
        "offence_group": _by_value(given["offence_group"], _words),
        "offence_subgroup": _by_value(given["offence_subgroup"], _words),
        "n": _whole_numbers(given["n"]),
    }
    blank = given["n"].is_null() | given["n"].str.strip_chars().str.to_lowercase().is_in(_NOTHING)
    faults = []
    for column in HEADERS:
        wrong = known[column].is_null()
        if column == "n":
            wrong = wrong & ~blank
        if wrong.any():
            faults.append(_tell(given, column, wrong))
    starts = pl.date(pl.col("year") + pl.col("quarter").gt(12), (pl.col("quarter") - 1) % 12 + 1, 1)
    rows = given.select("row").with_columns(**known).with_columns(quarter=starts).drop("year")
    if DESCRIPTION in given.columns:
        rows = rows.with_columns(offence_code=_restore_trailing_nought(given, rows))
    return rows, faults


def _by_value(column: pl.Series, read: Callable[[str], object]) -> pl.Series:
    """Read each different value once: few differ, and there are hundreds of thousands of rows."""
    read_once = {value: read(value) for value in column.drop_nulls().unique().to_list()}
    dtype = pl.String if read in (find_force, _words) else pl.Int32
    return column.replace_strict(read_once, default=None, return_dtype=dtype)


def _words(text: str) -> str | None:
    return " ".join(text.split()) or None


def _first_year(text: str) -> int | None:
    found = _YEAR.fullmatch(text.strip())
    if found is None or int(found[2][-2:]) != (int(found[1]) + 1) % 100:
        return None
    return int(found[1]) if int(found[1]) in _YEARS else None


def _first_month(text: str) -> int | None:
    """Return 4, 7, 10 or 13: the month in which the quarter begins, 13 being January."""
    found = _QUARTER.fullmatch(text.strip())
    return None if found is None else 3 * int(found[1]) + 1


def _whole_numbers(column: pl.Series) -> pl.Series:
    quick = column.cast(pl.Int64, strict=False)
    if not quick.has_nulls():
        return quick
    plain = column.str.strip_chars().str.replace_all(",", "", literal=True)
    whole = pl.when(plain.str.contains(_NUMBER)).then(plain.str.replace(r"\.0+$", ""))
    return pl.select(whole.cast(pl.Int64, strict=False)).to_series()


def _restore_trailing_nought(given: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Give corporate manslaughter its code 4.10, which spreadsheets turn into 4.1."""
    is_lost = (rows["offence_code"] == "4.1") & given[DESCRIPTION].str.starts_with("Corporate")
    restored = pl.when(is_lost).then(pl.lit("4.10")).otherwise(rows["offence_code"])
    return pl.select(restored.alias("offence_code")).to_series()


def _tell(given: pl.DataFrame, column: str, wrong: pl.Series) -> str:
    if column != "force":
        return name_rows(given, column, wrong, _REMEDIES[column])
    unknown = given.filter(wrong)["force"].unique(maintain_order=True).drop_nulls().to_list()
    names = load_forces()["force"].to_list()
    near = [f"{name!r}{_guess(name, names)}" for name in unknown]
    remedy = "a row needs the name of a police force."
    if near:
        remedy = f"no police force of England and Wales is known as {', '.join(near)}. Mend it."
    return name_rows(given, column, wrong, remedy)


def _guess(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f" (is it {close[0]}?)" if close else ""


def _settle_repeats(rows: pl.DataFrame, files: Sequence[OneFile]) -> pl.DataFrame:
    """Return rows with each cell once, or raise where one cell has two values."""
    is_repeated = rows.select(_KEY).is_duplicated()
    if not is_repeated.any():
        return rows
    several = rows.filter(is_repeated).group_by(_KEY, maintain_order=True)
    unlike = several.agg("n", "file", "sheet", "row").filter(pl.col("n").list.n_unique() > 1)
    faults = [
        f"{force}, quarter from {quarter:%-d %B %Y}, code {code} is "
        + " and ".join(
            f"{n} in {files[file].source.name}{f', sheet {sheet}' if sheet else ''}, row {row}"
            for n, file, sheet, row in zip(counts, numbers, sheets, lines, strict=True)
        )
        + ". Take one out."
        for force, quarter, code, counts, numbers, sheets, lines in unlike.head(_MOST_TOLD).rows()
    ]
    if unlike.height > _MOST_TOLD:
        faults.append(f"And {unlike.height - _MOST_TOLD} cells more have two values.")
    check_faults("Recorded crime", faults)
    return rows.filter(pl.struct(_KEY).is_first_distinct())


def _tell_ignored(sources: Sources) -> list[str]:
    ignored = sources.ignored
    if not ignored:
        return []
    more = f" and {len(ignored) - 3} more" if len(ignored) > 3 else ""
    return [f"{len(ignored)} other files were not read: {', '.join(ignored[:3])}{more}."]
