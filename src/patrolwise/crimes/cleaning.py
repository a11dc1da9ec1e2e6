"""How names of categories, offence codes and repeated ids are put in order."""

import re
from dataclasses import dataclass

import polars as pl

from patrolwise.definitions import OPEN_DATA_CATEGORIES, known_offence_codes
from patrolwise.definitions.categories import ANTI_SOCIAL_BEHAVIOUR
from patrolwise.tables import CRIMES, check_columns

# Slugs of the police API and of files before May 2013, when the categories were cut otherwise.
_OTHER_SLUGS: dict[str, str] = {
    "violent-crime": "violence-and-sexual-offences",
    "public-disorder-and-weapons": "public-order",
    "public-disorder-weapons": "public-order",
    "criminal-damage-arson": "criminal-damage-and-arson",
}

# What makes two rows with one id the same crime; the month may differ.
_SAME_CRIME = ("force", "crime_id", "category", "offence_code", "place", "x", "y")
_SAME_INCIDENT = ("force", "month", "x", "y", "place", "lsoa", "time_from", "time_to")


@dataclass(frozen=True)
class RepeatedIds:
    """Crime ids that occur more than once, and which of their rows are later copies."""

    ids: int
    rows: int
    later_copies: pl.Series  # (n,) of bool, by row: the same crime again in a later month


def clean_categories(names: pl.Series) -> pl.Series:
    """Return category slugs for category names; null where a name is not known.

    Takes the names of data.police.uk files (old ones too) and slugs, in any case.
    "Violent crime" and "Public disorder and weapons" were cut otherwise before May 2013; they
    get the nearest slug of today, and a series across that month breaks.

    Parameters
    ----------
    names : (n,) series of str

    Returns
    -------
    (n,) series of str

    References
    ----------
    data.police.uk, About, columns in the CSV files, and the crime categories of its API.

    Examples
    --------
    >>> clean_categories(pl.Series(["Bicycle theft", "Violent crime", "Piracy", None])).to_list()
    ['bicycle-theft', 'violence-and-sexual-offences', None, None]
    """
    slugs = {name: _slug(name) for name in names.drop_nulls().unique().to_list()}
    known = {
        name: slug
        for name, slug in ((n, _OTHER_SLUGS.get(s, s)) for n, s in slugs.items())
        if slug in OPEN_DATA_CATEGORIES
    }
    return names.replace_strict(known, default=None, return_dtype=pl.String)


def clean_offence_codes(codes: pl.Series) -> pl.Series:
    """Return offence codes as the Home Office tables write them; blank becomes null.

    Spaces and leading zeros go, letters become capitals and a slash a point. A code that is
    not known afterwards is kept as it is: the reader counts those and says so.

    Parameters
    ----------
    codes : (n,) series of str

    Returns
    -------
    (n,) series of str

    Examples
    --------
    >>> clean_offence_codes(pl.Series([" 008n", "4/3", "34B", "UK Finance", ""])).to_list()
    ['8N', '4.3', '34B', 'UK Finance', None]
    """
    cleaned = {code: _code(code) for code in codes.drop_nulls().unique().to_list()}
    return codes.replace_strict(cleaned, default=None, return_dtype=pl.String)


def find_repeated_ids(crimes: pl.DataFrame) -> RepeatedIds:
    """Return which crime ids recur, and which rows to leave out because of it.

    One id with the same force, type, place and coordinates in different months is one crime,
    published again: the earliest month is kept, later ones are copies. Any other repetition
    (another type or place, or twice in one month) may be several crimes under one record:
    every row is kept, and counted.

    Parameters
    ----------
    crimes : (n, 16) CRIMES

    Returns
    -------
    RepeatedIds

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> find_repeated_ids(make_table(CRIMES)).ids
    0
    """
    check_columns(crimes, CRIMES, name="crimes")
    ids = crimes["crime_id"]
    # Ids are long texts: their hashes say quickly which few may recur, and those are compared.
    maybe = crimes.with_row_index("at").filter(ids.hash().is_duplicated() & ids.is_not_null())
    rows = maybe.filter(maybe["crime_id"].is_duplicated())
    copies = rows.filter(pl.col("month") > pl.col("month").min().over(_SAME_CRIME))["at"]
    later = pl.zeros(crimes.height, dtype=pl.Boolean, eager=True).scatter(copies, True)
    return RepeatedIds(rows["crime_id"].n_unique(), rows.height, later.alias("later_copies"))


def count_identical_asb(crimes: pl.DataFrame) -> tuple[int, int]:
    """Return how many ASB rows there are, and how many repeat an earlier one in every column.

    ASB has no id in open data, and two incidents at one anonymised point in one month look the
    same. So these rows are counted for the reader, and never left out.

    Parameters
    ----------
    crimes : (n, 16) CRIMES

    Returns
    -------
    int, int

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> count_identical_asb(make_table(CRIMES))
    (0, 0)
    """
    asb = crimes.filter(pl.col("category") == ANTI_SOCIAL_BEHAVIOUR, pl.col("crime_id").is_null())
    all_asb = int((crimes["category"] == ANTI_SOCIAL_BEHAVIOUR).sum())
    return all_asb, asb.height - asb.select(_SAME_INCIDENT).unique().height


def _slug(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", name.casefold()).strip("-")


def _code(code: str) -> str | None:
    plain = code.strip()
    if plain in known_offence_codes():
        return plain
    return plain.upper().replace("/", ".").lstrip("0") or None
