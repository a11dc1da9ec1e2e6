"""How street files of data.police.uk become counts of forces by quarter, as recorded crime is.

Each force's files are counted by themselves, in one process or by the tasks of a cluster, and the
counts are put together: no more than one force's rows are in memory at a time.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.forces import find_force
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.crimes import FileRead
from patrolwise.errors import InputError, check_faults
from patrolwise.files.crimes import read_crimes
from patrolwise.files.recorded_crime import RecordedCrimeQuality, RecordedCrimeRead
from patrolwise.files.sources import Wanted, find_sources
from patrolwise.files.street_crimes import is_street_name
from patrolwise.tables import make_table

PART = "in a quarter of which a month is missing"
STREET = "Street-level: "  # what groups of offences begin with
_PREFIX = "street-"  # likewise codes
_MONTHS = 3
_MOST_NOTES = 12
_WANTED = Wanted("street files (such as 2022-06-leicestershire-street.csv)", is_street_name)


@dataclass(frozen=True, kw_only=True)
class StreetFiles:
    """Street files by force, with what was found on the way."""

    groups: tuple[tuple[Path, ...], ...]  # all files of a force are in one
    notes: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ForceMonths:
    """What one group of street files holds, and what became of each of its rows."""

    months: pl.DataFrame  # force as its files write it, month, category, n
    files: tuple[FileRead, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()  # nothing of a group with a fault may be used


def are_street_files(paths: Sequence[Path]) -> bool:
    """Return whether files are street files, by their names; a folder is looked through.

    Parameters
    ----------
    paths : sequence of Path

    Returns
    -------
    bool

    Raises
    ------
    InputError
        Some are and some are not: counts of the two kinds cannot be compared.
    """
    names = [
        file.name
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file() and (not path.is_dir() or ".csv" in file.name or ".xls" in file.name)
    ]
    street = [name for name in names if is_street_name(name)]
    named = [path.name for path in paths if not path.is_dir() and not is_street_name(path.name)]
    if street and named:
        raise InputError(
            f"{named[0]} is no street file and {street[0]} is one. Their counts cannot be "
            "compared: give tables of recorded crime, or street files."
        )
    return bool(street)


def read_street_counts(paths: Sequence[Path]) -> RecordedCrimeRead:
    """Return the street files of forces as counts by quarter and category.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders or zips, of any number of forces and months.

    Returns
    -------
    RecordedCrimeRead
        Groups and sub-groups are "Street-level: " and the category, codes "street-" and its slug.
        Only quarters of which a force has all three months are counted.

    Raises
    ------
    InputError
        A file cannot be read, a force is not known, its months are in files named for two forces,
        or no quarter is whole.
    """
    found = group_by_force(paths)
    return join_forces(found, (count_force(group) for group in found.groups))


def group_by_force(paths: Sequence[Path]) -> StreetFiles:
    """Return street files by the force in their names, each group to be counted by itself.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders or zips.

    Returns
    -------
    StreetFiles
        One group of all paths where there is a zip, or a file that is not named as street files
        are: what is in it is known only when it is read.
    """
    with ExitStack() as stack:
        sources = find_sources(list(paths), _WANTED, stack)
        is_plain = all(one.archive is None and is_street_name(one.name) for one in sources.files)
    faults = tuple(f"{fault.file}: {fault.message}" for fault in sources.faults)
    if not is_plain:
        return StreetFiles(groups=(tuple(paths),), notes=(), faults=faults)
    groups: dict[str, list[Path]] = {}
    for one in sources.files:
        groups.setdefault(one.name.casefold().split("-street.")[0][len("2022-06-") :], []).append(
            one.path
        )
    ignored = len(sources.ignored)
    notes = (f"{ignored} other files were not read.",) if ignored else ()
    return StreetFiles(groups=tuple(map(tuple, groups.values())), notes=notes, faults=faults)


def count_force(paths: Sequence[Path]) -> ForceMonths:
    """Return the street files of one force as counts by month and category.

    Parameters
    ----------
    paths : sequence of Path
        A group of `group_by_force`.

    Returns
    -------
    ForceMonths
        What is wrong is in its faults, so that all groups can be told of at once.
    """
    empty = pl.DataFrame(
        schema={"force": pl.String, "month": pl.Date, "category": pl.String, "n": pl.Int64}
    )
    try:
        read = read_crimes(list(paths))
    except InputError as error:
        return ForceMonths(months=empty, faults=(str(error),))
    quality = read.quality
    counted = read.crimes.group_by("force", "month", "category").agg(n=pl.len().cast(pl.Int64))
    return ForceMonths(
        months=counted.sort("force", "month", "category"),
        files=tuple(
            FileRead(name=one.name, sha256=one.sha256, rows=one.rows) for one in quality.files
        ),
        rows_read=quality.rows_read,
        rows_kept=quality.rows_kept,
        dropped=tuple(quality.dropped.items()),
        notes=tuple(quality.notes),
        faults=tuple(f"{fault.file}: {fault.message}" for fault in quality.faults),
    )


def join_forces(found: StreetFiles, counted: Iterable[ForceMonths]) -> RecordedCrimeRead:
    """Return the counts of all groups as one table by quarter.

    Parameters
    ----------
    found : StreetFiles
    counted : iterable of ForceMonths
        One a group, in their order.

    Returns
    -------
    RecordedCrimeRead

    Raises
    ------
    InputError
        As `read_street_counts`.
    """
    parts = list(counted)
    faults = [*found.faults, *(fault for part in parts for fault in part.faults)]
    if not parts and not faults:
        faults.append("There is no street file. Name files, folders or zips.")
    check_faults("Street files", faults)
    months = pl.concat([part.months.with_columns(group=k) for k, part in enumerate(parts)])
    named = _name_forces(months).with_columns(quarter=pl.col("month").dt.truncate("1q"))
    is_whole = pl.col("month").n_unique().over("force", "quarter") == _MONTHS
    whole = named.filter(is_whole)
    if whole.is_empty():
        raise InputError(
            "No force has all three months of a quarter in these files. Give more months."
        )
    dropped = Counter[str]()
    for part in parts:
        dropped.update(dict(part.dropped))
    left_out = int(named.filter(~is_whole)["n"].sum())
    table = _as_recorded(whole)
    quarters = table["quarter"].sort()
    return RecordedCrimeRead(
        recorded=table,
        quality=RecordedCrimeQuality(
            files=tuple(one for part in parts for one in part.files),
            rows_read=sum(part.rows_read for part in parts),
            rows_kept=sum(part.rows_kept for part in parts) - left_out,
            dropped=dict(dropped) | ({PART: left_out} if left_out else {}),
            below_nought=0,
            first_quarter=quarters[0],
            last_quarter=quarters[-1],
            notes=_tell_notes(found, parts),
        ),
    )


def _name_forces(months: pl.DataFrame) -> pl.DataFrame:
    """Return months under the forces' one name; raise where one is not known, or is in two groups.

    Copies are looked for within a group, so that a month in two groups could be counted twice.
    """
    names = {given: find_force(given) for given in months["force"].unique().sort().to_list()}
    faults = [
        f"No police force of England and Wales is known as {given!r}. Leave its files out."
        for given, name in names.items()
        if name is None
    ]
    named = months.with_columns(pl.col("force").replace_strict(names, return_dtype=pl.String))
    twice = named.group_by("force", "month").agg(pl.col("group").n_unique()).sort("force", "month")
    faults += [
        f"{force} {month:%Y-%m} is in files that are named for different forces. Take one out."
        for force, month, groups in twice.drop_nulls("force").rows()
        if groups > 1
    ]
    check_faults("Street files", faults)
    return named


def _as_recorded(whole: pl.DataFrame) -> pl.DataFrame:
    category = pl.col("category")
    words = pl.lit(STREET) + category.str.replace_all("-", " ", literal=True)
    counted = whole.group_by("force", "quarter", "category").agg(pl.col("n").sum())
    recorded = counted.with_columns(
        offence_code=pl.lit(_PREFIX) + category, offence_group=words, offence_subgroup=words
    )
    return make_table(RECORDED_CRIME, recorded.sort("force", "quarter", "offence_code"))


def _tell_notes(found: StreetFiles, parts: Sequence[ForceMonths]) -> tuple[str, ...]:
    """Return what is known of the reading; of many forces, whose each note is."""
    if len(parts) == 1:
        return (*found.notes, *parts[0].notes)
    notes = [
        f"{part.months['force'][0]}: {note}"
        for part in parts
        for note in part.notes
        if part.months.height
    ]
    if len(notes) > _MOST_NOTES:
        more = len(notes) - _MOST_NOTES
        notes = [*notes[:_MOST_NOTES], f"And {more} notes more: patrolwise crimes tells them."]
    return (*found.notes, *notes)
