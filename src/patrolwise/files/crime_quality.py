"""What the data-quality report says of crimes that were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.crimes import (
    FileFault,
    FileRead,
    QualityReport,
    RepeatedIds,
    count_identical_asb,
)
from patrolwise.definitions.categories import ANTI_SOCIAL_BEHAVIOUR
from patrolwise.times import months_between

SNAP_POINTS_MOVED = date(2022, 7, 1)
CATEGORIES_CHANGED = date(2013, 5, 1)
MANY_MISSING = 0.05  # share of a month's rows without a coordinate that earns a sentence

# The last LSOA codes of 2011 in England and Wales: later ones exist only since 2021.
_LAST_OF_2011 = {"E": "E01033768", "W": "W01001909"}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What was counted while reading."""

    crimes: pl.DataFrame  # CRIMES, before repeats and outsiders were taken out
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]
    repeats: RepeatedIds
    outside: int | None
    blank_places: int
    is_open_data: bool
    remarks: dict[str, int]  # what was done → rows
    notes: Sequence[str]


def make_quality_report(
    files: Sequence[FileRead], faults: Sequence[FileFault], tally: Tally
) -> QualityReport:
    """Return the data-quality report.

    Every count is over the rows as read, so that it can be held against the files; only
    `rows_kept` counts what is left.

    Parameters
    ----------
    files : sequence of FileRead
    faults : sequence of FileFault
    tally : Tally

    Returns
    -------
    QualityReport
    """
    crimes = tally.crimes
    by_force = crimes.group_by("force", "month").agg(
        pl.len().alias("rows"), pl.col("x").null_count().alias("missing")
    )
    by_month = by_force.group_by("month").agg(pl.col("rows", "missing").sum()).sort("month")
    months = by_month["month"].to_list()
    first_month, last_month = (months[0], months[-1]) if months else (None, None)
    asb_rows, identical = count_identical_asb(crimes)
    # Each open data file has rows, so there are months; an export can lose all of its rows.
    straddles = tally.is_open_data and months[0] < SNAP_POINTS_MOVED <= months[-1]
    return QualityReport(
        files=tuple(files),
        faults=tuple(faults),
        rows_read=tally.rows_read,
        rows_kept=tally.rows_kept,
        dropped=dict(tally.dropped),
        first_month=first_month,
        last_month=last_month,
        missing_months=_missing_months(by_force),
        rows_by_month=dict(by_month.select("month", "rows").iter_rows()),
        missing_coordinates=dict(by_month.select("month", "missing").iter_rows()),
        repeated_ids=tally.repeats.ids,
        repeated_id_rows=tally.repeats.rows,
        repeated_id_rows_dropped=int(tally.repeats.later_copies.sum()),
        asb_rows=asb_rows,
        identical_asb_rows=identical,
        out_of_area=tally.outside,
        blank_places=tally.blank_places,
        snap_point_change=straddles,
        notes=(*tally.notes, *_notes(tally, by_month)),
    )


def _missing_months(by_force: pl.DataFrame) -> dict[str, tuple[date, ...]]:
    missing = {}
    of_force = by_force.group_by("force").agg("month").sort("force")
    for force, months in of_force.iter_rows():
        if absent := tuple(m for m in months_between(min(months), max(months)) if m not in months):
            missing[force] = absent
    return missing


def _notes(tally: Tally, by_month: pl.DataFrame) -> list[str]:
    crimes = tally.crimes
    notes = [f"{rows} {what}." for what, rows in tally.remarks.items() if rows]
    share = pl.col("missing") / pl.col("rows")
    worst = by_month.filter(share > MANY_MISSING).sort(share, descending=True).head(1)
    for month, rows, missing in worst.iter_rows():
        notes.append(
            f"Coordinates are missing most in {month:%Y-%m}: {missing} of {rows} rows "
            f"({missing / rows:.1%}). Those crimes are in no area."
        )
    repeats = tally.repeats
    twice = repeats.rows - int(repeats.later_copies.sum())
    if repeats.rows:
        notes.append(
            f"{repeats.ids} crime ids occur more than once, on {repeats.rows} rows. {twice} of "
            "these rows are kept: the earliest of each, and those of another type or place or "
            "of the same month, which may be several crimes."
        )
    if tally.is_open_data:
        notes += _open_data_notes(crimes)
    return notes


def _open_data_notes(crimes: pl.DataFrame) -> list[str]:
    notes = []
    no_id = crimes.filter(
        pl.col("crime_id").is_null(), pl.col("category") != ANTI_SOCIAL_BEHAVIOUR
    ).height
    if no_id:
        notes.append(f"{no_id} rows that are not ASB have no crime id and cannot be compared.")
    if early := crimes.filter(pl.col("month") < CATEGORIES_CHANGED).height:
        notes.append(
            f"{early} rows are from before May 2013, when the categories were cut otherwise: "
            "a series across that month breaks."
        )
    return notes + _lsoa_notes(crimes)


def _lsoa_notes(crimes: pl.DataFrame) -> list[str]:
    """Say which months use LSOAs of 2021: some of 2011 were split, joined or redrawn."""
    new = pl.lit(False)
    for nation, last in _LAST_OF_2011.items():
        new |= pl.col("lsoa").str.starts_with(nation) & (pl.col("lsoa") > last)
    coded = crimes.lazy().filter(pl.col("lsoa").is_not_null()).select("month", new.alias("new"))
    by_month = coded.group_by("month").agg(pl.col("new").any()).sort("month").collect()
    months_new = by_month.filter(pl.col("new"))["month"].to_list()
    months_old = by_month.filter(~pl.col("new"))["month"].to_list()
    if not months_new or not months_old:
        return []
    return [
        f"LSOA codes are of 2021 in {len(months_new)} months (from {months_new[0]:%Y-%m}) and of "
        f"2011 in {len(months_old)} (to {months_old[-1]:%Y-%m}). Do not compare LSOAs across them "
        "without a lookup."
    ]
