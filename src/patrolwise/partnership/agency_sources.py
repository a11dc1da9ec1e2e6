"""Records that other agencies send: on what terms, how good they are, and of which hot spot.

A record is of an event, never of a person: a day, an hour, what kind, what kind of place, and words
about the place. Words and an exact time can tell who was hurt, so that the time is kept as day and
hour, and the words are dropped once they are old.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import check_faults
from patrolwise.tables import Column, Table, check_columns

KINDS = {
    "emergency department": "assaults seen in an emergency department (ISTV)",
    "ambulance": "calls to an ambulance for violence",
    "custody": "detentions for violence",
    "youth justice": "offences of young people whom a youth justice team works with",
    "housing": "incidents that a landlord recorded",
    "social care": "incidents that social care recorded",
    "education": "incidents that schools recorded",
}
MOST_LOCATION_DAYS = 90  # Patrolwise's rule; a source may give fewer
LEAST_COUNT = 8  # counts of 1 to 7 are hidden whatever a source says
MOST_MONTHS = 84
_UNKNOWN = {"", "unknown", "not known", "n/a", "na", "none", "not stated", "not recorded", "?", "-"}
_LEAST_LETTERS = 3

AGENCY_RECORDS = Table(
    "AGENCY_RECORDS",
    "one event that an agency recorded",
    (
        Column("row_id", pl.String, "the agency's number of the record; never of a person"),
        Column("site_code", pl.String, "which site of the agency"),
        Column("day", pl.Date, "local day of the event"),
        Column("hour", pl.Int64, "local hour, 0 to 23; null: not known", True),
        Column("category", pl.String, "what happened, as the agency codes it"),
        Column("place_type", pl.String, "kind of place, as the agency codes it; null", True),
        Column("place", pl.String, "words about the place; null: none", True),
        Column("longitude", pl.Float64, "degrees; null", True),
        Column("latitude", pl.Float64, "degrees; null", True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SourceTerms:
    """On what terms an agency's records are here."""

    name: str
    kind: str  # a key of KINDS
    controller: str
    lawful_basis: str  # the power, with section: nobody guesses it
    purpose: str
    agreement: str  # reference of the sharing agreement
    first: date
    last: date  # of the agreement
    keep_months: int  # rows, from receipt
    location_days: int  # words about places, from receipt
    least_count: int  # smaller counts are hidden

    def __post_init__(self) -> None:
        faults = [
            f"{name.replace('_', ' ')} is blank."
            for name in ("name", "controller", "lawful_basis", "purpose", "agreement")
            if not getattr(self, name).strip()
        ]
        if self.kind not in KINDS:
            faults.append(f"The kind is {self.kind!r}. Give one of {', '.join(KINDS)}.")
        if self.last < self.first:
            faults.append(f"The agreement ends on {self.last}, before {self.first}.")
        for value, least, most, told in (
            (self.keep_months, 1, MOST_MONTHS, "Rows are kept for {} months"),
            (self.location_days, 0, MOST_LOCATION_DAYS, "Words about places are kept for {} days"),
            (self.least_count, LEAST_COUNT, 100, "The least count shown is {}"),
        ):
            if not least <= value <= most:
                faults.append(f"{told.format(value)}. Give {least} to {most}.")
        check_faults(f"Terms of {self.name or 'a source'}", faults)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A hot spot, as records are matched with it."""

    id: str
    name: str
    shape: BaseGeometry  # longitude and latitude


def match_places(records: pl.DataFrame, spots: Sequence[Spot]) -> pl.DataFrame:
    """Return records with the hot spot that each tells of.

    Coordinates decide where there are any; else the words, if they hold the whole name of one
    hot spot and of no other.

    Parameters
    ----------
    records : (n, 9) frame
        AGENCY_RECORDS.
    spots : sequence of Spot

    Returns
    -------
    (n, 11) frame
        With `hot_spot_id`, null outside them or not known, and `is_usable`: whether there are
        coordinates, or words that could be about a place.

    Raises
    ------
    InputError
        The frame is no AGENCY_RECORDS.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> square = shapely.box(-1.2, 52.6, -1.1, 52.7)
    >>> rows = make_table(AGENCY_RECORDS, pl.DataFrame({
    ...     "row_id": ["1"], "site_code": ["A"], "day": [date(2026, 5, 1)], "hour": [22],
    ...     "category": ["30"], "place_type": [None], "place": ["By the CLOCK TOWER, outside"],
    ...     "longitude": [None], "latitude": [None],
    ... }))
    >>> found = match_places(rows, [Spot(id="h1", name="Clock Tower", shape=square)])
    >>> found.select("hot_spot_id", "is_usable").row(0)
    ('h1', True)
    """
    check_columns(records, AGENCY_RECORDS, name="records")
    found, usable = [], []
    for place, longitude, latitude in records.select("place", "longitude", "latitude").iter_rows():
        has_point = longitude is not None and latitude is not None
        words = (place or "").strip()
        letters = len(re.findall(r"\w", words))
        is_told = words.casefold() not in _UNKNOWN and letters >= _LEAST_LETTERS
        usable.append(has_point or is_told)
        if has_point:
            found.append(_find_by_point(longitude, latitude, spots))
        else:
            found.append(_find_by_name(words, spots) if is_told else None)
    return records.with_columns(
        hot_spot_id=pl.Series(found, dtype=pl.String),
        is_usable=pl.Series(usable, dtype=pl.Boolean),
    )


def find_quality(matched: pl.DataFrame) -> pl.DataFrame:
    """Return how good records are, for each site and month.

    Parameters
    ----------
    matched : (n, 11) frame
        As `match_places` returns it; `day`, `hour`, `site_code` and `is_usable` are used.

    Returns
    -------
    (m, 6) frame
        By site and month: site_code, month (its first day), rows, usable (rows with a usable
        location), with_hour, in_hot_spots.
    """
    return (
        matched.group_by("site_code", pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(
            rows=pl.len(),
            usable=pl.col("is_usable").sum(),
            with_hour=pl.col("hour").is_not_null().sum(),
            in_hot_spots=pl.col("hot_spot_id").is_not_null().sum(),
        )
        .sort("site_code", "month")
    )


def _find_by_point(longitude: float, latitude: float, spots: Sequence[Spot]) -> str | None:
    point = shapely.Point(longitude, latitude)
    return next((spot.id for spot in spots if spot.shape.covers(point)), None)


def _find_by_name(words: str, spots: Sequence[Spot]) -> str | None:
    """Return the one hot spot whose name the words hold; None for none, or for two."""
    plain = _plain(words)
    found = [spot.id for spot in spots if f" {_plain(spot.name)} " in f" {plain} "]
    return found[0] if len(found) == 1 else None


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
