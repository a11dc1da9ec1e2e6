"""How street files of data.police.uk become counts of forces by quarter, as recorded crime is."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.forces import find_force
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.crimes import FileRead
from patrolwise.errors import InputError, check_faults
from patrolwise.files.crimes import read_crimes
from patrolwise.files.recorded_crime import RecordedCrimeQuality, RecordedCrimeRead
from patrolwise.files.street_crimes import is_street_name
from patrolwise.tables import make_table

PART = "in a quarter of which a month is missing"
STREET = "Street-level: "  # what groups of offences begin with
_PREFIX = "street-"  # likewise codes
_MONTHS = 3


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
        A file cannot be read, a force is not known, or no quarter is whole.
    """
    read = read_crimes(list(paths))
    quality = read.quality
    faults = [f"{fault.file}: {fault.message}" for fault in quality.faults]
    months = read.crimes.group_by("force", "month", "category").agg(n=pl.len().cast(pl.Int64))
    names = {given: find_force(given) for given in months["force"].unique().sort().to_list()}
    faults += [
        f"No police force of England and Wales is known as {given!r}. Leave its files out."
        for given, name in names.items()
        if name is None
    ]
    check_faults("Street files", faults)
    named = months.with_columns(
        pl.col("force").replace_strict(names, return_dtype=pl.String),
        quarter=pl.col("month").dt.truncate("1q"),
    )
    is_whole = pl.col("month").n_unique().over("force", "quarter") == _MONTHS
    whole = named.filter(is_whole)
    if whole.is_empty():
        raise InputError(
            "No force has all three months of a quarter in these files. Give more months."
        )
    category = pl.col("category")
    words = pl.lit(STREET) + category.str.replace_all("-", " ", literal=True)
    counted = whole.group_by("force", "quarter", "category").agg(pl.col("n").sum())
    recorded = counted.with_columns(
        offence_code=pl.lit(_PREFIX) + category, offence_group=words, offence_subgroup=words
    ).sort("force", "quarter", "offence_code")
    left_out = int(named.filter(~is_whole)["n"].sum())
    table = make_table(RECORDED_CRIME, recorded)
    quarters = table["quarter"].sort()
    return RecordedCrimeRead(
        recorded=table,
        quality=RecordedCrimeQuality(
            files=tuple(
                FileRead(name=one.name, sha256=one.sha256, rows=one.rows) for one in quality.files
            ),
            rows_read=quality.rows_read,
            rows_kept=quality.rows_kept - left_out,
            dropped=dict(quality.dropped) | ({PART: left_out} if left_out else {}),
            below_nought=0,
            first_quarter=quarters[0],
            last_quarter=quarters[-1],
            notes=quality.notes,
        ),
    )
