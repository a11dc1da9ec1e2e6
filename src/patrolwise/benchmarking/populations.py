"""How many people live in each force's area, by year, and by quarter between years."""

from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from patrolwise.errors import check_faults
from patrolwise.tables import Column, Table, check_columns, make_table

POPULATIONS = Table(
    "POPULATIONS",
    "one force and year",
    (
        Column("force", pl.String, "one of the names of FORCES"),
        Column("year", pl.Int64, "the estimate is of 30 June of that year"),
        Column("population", pl.Int64, "residents; of the City of London few, its visitors not"),
    ),
)

QUARTER_POPULATIONS = Table(
    "QUARTER_POPULATIONS",
    "one force and financial quarter",
    (
        Column("force", pl.String, "one of the names of FORCES"),
        Column("quarter", pl.Date, "first day of the quarter"),
        Column("population", pl.Float64, "residents in the middle of the quarter"),
        Column("is_held", pl.Boolean, "beyond the first or last year known: that year's is held"),
    ),
)

_MID_QUARTER_DAYS = 45  # from a quarter's first day to its middle


def load_populations() -> pl.DataFrame:
    """Return the residents of each police force area in mid-2024, as shipped.

    One year only: rates of other years made with it are wrong by how much areas grew since.

    Returns
    -------
    (43, 3) POPULATIONS

    References
    ----------
    Office for National Statistics, population estimates for police force areas, mid-2024; see
    data/README.md there for how it came here and how it was checked.

    Examples
    --------
    >>> load_populations()["population"].sum()
    61806682
    """
    return _shipped()


def find_population_faults(populations: pl.DataFrame) -> list[str]:
    """Return what is wrong with a table of populations, in sentences.

    Parameters
    ----------
    populations : (n, 3) POPULATIONS

    Returns
    -------
    list of str
        A force's year twice; people not above 0; a change of more than a tenth in a year.

    Examples
    --------
    >>> rows = pl.DataFrame({"force": "Kent", "year": [2023, 2024], "population": [900, 1900]})
    >>> find_population_faults(rows)[0][:45]
    'Kent has 900 people in 2023 and 1,900 in 2024'
    """
    check_columns(populations, POPULATIONS, name="populations")
    few = populations.filter(pl.col("population") <= 0)
    faults = [
        f"{force} has {people:,} people in {year}. Write 1 or more."
        for force, year, people in few.rows()
    ]
    cell = populations.select("force", "year")
    twice = cell.filter(cell.is_duplicated()).unique(maintain_order=True)
    faults += [f"{force} has {year} more than once. Keep one." for force, year in twice.rows()]
    if faults:
        return faults
    before = [pl.col(c).shift(1).over("force").alias(f"{c}_before") for c in ("year", "population")]
    steps = populations.sort("force", "year").with_columns(before).drop_nulls()
    yearly = (pl.col("population") / pl.col("population_before")).log() / (
        pl.col("year") - pl.col("year_before")
    )
    wide = steps.filter(yearly.abs() > np.log(1.1), ~_is_city())
    return [
        f"{force} has {old:,} people in {then} and {new:,} in {year}: more than a tenth apart in "
        "a year. Check them."
        for force, year, new, then, old in wide.rows()
    ]


def populations_of_quarters(populations: pl.DataFrame, quarters: list[date]) -> pl.DataFrame:
    """Return each force's residents in the middle of each quarter, straight between 30 Junes.

    Parameters
    ----------
    populations : (n, 3) POPULATIONS
    quarters : list of date
        First days.

    Returns
    -------
    (f q, 4) QUARTER_POPULATIONS, by force, then quarter as given

    Raises
    ------
    InputError
        `populations` is another table, or has a fault of `find_population_faults`.

    Examples
    --------
    >>> rows = pl.DataFrame({"force": "Kent", "year": [2020, 2021], "population": [1000, 1010]})
    >>> found = populations_of_quarters(rows, [date(2020, 7, 1), date(2022, 4, 1)])
    >>> found.select(pl.col("population").round(2), "is_held").rows()
    [(1001.26, False), (1010.0, True)]
    """
    check_faults("Populations", find_population_faults(populations))
    days = np.array([day.toordinal() + _MID_QUARTER_DAYS for day in quarters], dtype=float)
    frames = []
    for (force,), group in populations.sort("force", "year").group_by("force", maintain_order=True):
        known = [date(year, 6, 30).toordinal() for year in group["year"]]
        people = np.interp(days, known, group["population"].to_numpy())
        is_held = (days < known[0]) | (days > known[-1])
        frames.append(
            pl.DataFrame(
                {"quarter": quarters, "population": people, "is_held": is_held},
                schema_overrides={"quarter": pl.Date},
            ).with_columns(force=pl.lit(force))
        )
    return make_table(QUARTER_POPULATIONS, pl.concat(frames) if frames else None)


def _is_city() -> pl.Expr:
    return pl.col("force") == "City of London"  # few residents: a tenth is one block of flats


@cache
def _shipped() -> pl.DataFrame:
    data = (files("patrolwise.benchmarking") / "data" / "populations.csv").read_bytes()
    return make_table(POPULATIONS, pl.read_csv(data))
