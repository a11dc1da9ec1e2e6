"""How crime files become one CRIMES table with a data-quality report beside it."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes import QualityReport, find_repeated_ids
from patrolwise.errors import InputError, check_faults
from patrolwise.files.crime_quality import Tally, make_quality_report
from patrolwise.files.force_export import EXPORT_ENDINGS, read_exports
from patrolwise.files.mapping import CrimeMapping, read_mapping
from patrolwise.files.reading import drop_overlaps
from patrolwise.files.sources import Sources, Wanted, find_sources
from patrolwise.files.street_crimes import is_street_name, read_street_files
from patrolwise.places import to_national_grid
from patrolwise.tables import CRIMES, make_table

_BLANK_STREETS = ("On or near ", "On or near")
_NO_PLACES = (*_BLANK_STREETS, "No Location", "No location", "")
REPEATED = "a crime id repeated in a later month, same type and place"
OUTSIDE = "outside the force area"


@dataclass(frozen=True, kw_only=True)
class ReadRule:
    """What is done with rows that can be read and may not be wanted.

    Rows outside the force area are counted and kept, unless `drop_outside`.
    """

    drop_outside: bool = False


@dataclass(frozen=True, kw_only=True)
class CrimesRead:
    """What was read: the table, and what a reader must know before trusting it."""

    crimes: pl.DataFrame  # CRIMES
    quality: QualityReport


def read_crimes(
    paths: str | Path | Iterable[str | Path],
    *,
    mapping: CrimeMapping | str | Path | None = None,
    area: BaseGeometry | None = None,
    rule: ReadRule = ReadRule(),
) -> CrimesRead:
    """Return the crimes of many files as one table, with every row accounted for.

    Without a mapping the files are street files of data.police.uk: CSV, gzip, zip, or folders of
    them, searched to the bottom. With one they are a force's own exports: CSV, Excel, Parquet.

    A file that is not what it says becomes a fault of the report, none of its rows is used, and
    the good files beside it are kept. One content met twice is read once. One crime id with the
    same type and place in different months is kept once, in its earliest month. ASB rows are
    never taken for copies of each other.

    Parameters
    ----------
    paths : path or iterable of paths
        Files and folders.
    mapping : CrimeMapping, or path of a mapping file, optional
        What a force's columns hold.
    area : polygon, optional
        The force area, British National Grid metres, to count rows outside it.
    rule : ReadRule

    Returns
    -------
    CrimesRead
        `crimes` is (n, 16) CRIMES in the order of files and rows; `quality.rows_read` is
        `rows_kept` and the sum of `dropped`.

    Raises
    ------
    InputError
        No file is good: all faults are listed. Or the area is no polygon in metres, or rows
        outside are to be dropped and no area is given.

    Examples
    --------
    >>> from patrolwise.demo import demo_street_folder
    >>> read = read_crimes(demo_street_folder())
    >>> read.quality.rows_read == read.quality.rows_kept + sum(read.quality.dropped.values())
    True
    >>> read_crimes([])
    Traceback (most recent call last):
    patrolwise.errors.InputError: Crime files: No file was given. Name a file or a folder.
    """
    _check_area(area, rule)
    if mapping is not None and not isinstance(mapping, CrimeMapping):
        mapping = read_mapping(mapping)
    with ExitStack() as stack:
        sources = find_sources(paths, _wanted(mapping), stack)
        if mapping is None:
            reading = read_street_files(sources.files)
        else:
            reading = read_exports(sources.files, mapping)
        if reading.files:
            drop_overlaps(reading)
    faults = [*sources.faults, *reading.faults]
    if not reading.files:
        listed = [f"{fault.file}: {fault.message}" for fault in faults]
        check_faults("Crime files", listed or ["No file was given. Name a file or a folder."])
    rows, remarks = _tidy_places(reading.rows)
    crimes, outside = _place(rows, mapping is not None and mapping.crs == 27700, area)
    repeats = find_repeated_ids(crimes)
    dropped = _add_up(one.dropped for one in reading.files)
    kept = _drop(crimes, repeats.later_copies, REPEATED, dropped)
    if rule.drop_outside:
        kept = _drop(kept, outside.filter(~repeats.later_copies), OUTSIDE, dropped)
    tally = Tally(
        crimes=crimes,
        rows_read=reading.rows_read,
        rows_kept=kept.height,
        dropped=dropped,
        repeats=repeats,
        outside=None if area is None else int(outside.sum()),
        blank_places=int(reading.rows["place"].is_in(_BLANK_STREETS).sum()),
        is_open_data=mapping is None,
        remarks=_add_up([*(one.remarks for one in reading.files), remarks]),
        notes=[*_ignored_note(sources), *reading.notes],
    )
    return CrimesRead(crimes=kept, quality=make_quality_report(reading.files_read, faults, tally))


def _check_area(area: BaseGeometry | None, rule: ReadRule) -> None:
    if area is None:
        if rule.drop_outside:
            raise InputError("drop_outside needs an area. Give the force area, or leave it out.")
    elif area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError(f"The force area is {area.geom_type or 'empty'}, not a polygon.")
    elif max(map(abs, area.bounds)) <= 180:
        raise InputError(
            f"The force area lies within {area.bounds}: degrees, not metres of British National "
            "Grid. Read it with read_areas, which projects it."
        )


def _wanted(mapping: CrimeMapping | None) -> Wanted:
    if mapping is None:
        return Wanted("street files (such as 2022-06-leicestershire-street.csv)", is_street_name)
    return Wanted(
        "exports (.csv, .xlsx, .parquet)", lambda n: n.casefold().endswith(EXPORT_ENDINGS)
    )


def _tidy_places(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return rows whose place and coordinates are there or null, and what that took."""
    half = rows["x"].is_null() != rows["y"].is_null()
    changes = [pl.when(~pl.col("place").is_in(_NO_PLACES)).then("place").alias("place")]
    if halves := int(half.sum()):
        changes += [pl.when(~half).then(axis).alias(axis) for axis in ("x", "y")]
    return rows.with_columns(changes), {"rows have half a coordinate, taken as missing": halves}


def _place(
    rows: pl.DataFrame, is_metric: bool, area: BaseGeometry | None
) -> tuple[pl.DataFrame, pl.Series]:
    """Return CRIMES in metres, and which rows lie outside the area."""
    # Tens of rows share each anonymised point: project and test each point once.
    points = rows.lazy().select("x", "y").drop_nulls().unique().collect()
    easting, northing = points["x"].to_numpy(), points["y"].to_numpy()
    if not is_metric:
        easting, northing = to_national_grid(easting, northing)
    points = points.with_columns(pl.Series("easting", easting), pl.Series("northing", northing))
    if area is not None:
        shapely.prepare(area)
        inside = shapely.intersects_xy(area, easting, northing)
        points = points.with_columns(pl.Series("outside", ~inside, dtype=pl.Boolean))
    else:
        points = points.with_columns(outside=pl.lit(False))
    placed = rows.join(points, on=["x", "y"], how="left", maintain_order="left")
    crimes = make_table(CRIMES, placed.with_columns(x="easting", y="northing"))
    return crimes, placed["outside"].fill_null(False)


def _drop(
    crimes: pl.DataFrame, lost: pl.Series, reason: str, dropped: dict[str, int]
) -> pl.DataFrame:
    """Return the rows that are not lost, and write the number of the others into `dropped`."""
    if not lost.any():
        return crimes
    dropped[reason] = int(lost.sum())
    return crimes.filter(~lost)


def _add_up(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for reason, rows in one.items():
            total[reason] = total.get(reason, 0) + rows
    return total


def _ignored_note(sources: Sources) -> list[str]:
    ignored = sources.ignored
    if not ignored:
        return []
    more = f" and {len(ignored) - 3} more" if len(ignored) > 3 else ""
    return [f"{len(ignored)} other files were not read: {', '.join(ignored[:3])}{more}."]
