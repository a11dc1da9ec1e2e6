"""Which police forces there are, how their names are written, and what their areas are called."""

import re
from functools import cache
from importlib.resources import files

import polars as pl

from patrolwise.tables import Column, Table, make_table

FORCES = Table(
    "FORCES",
    "one body that records crime: the 43 forces of England and Wales, and bodies without an area",
    (
        Column("force", pl.String, "its name, as every table of this library writes it"),
        Column("is_territorial", pl.Boolean, "has a police force area with residents"),
        Column("region", pl.String, "region of England, or Wales; null without an area", True),
        Column("area_code", pl.String, "ONS code of the police force area (December 2023)", True),
        Column("map_name", pl.String, "the area's name in ONS boundaries (December 2023)", True),
        Column("spellings", pl.List(pl.String), "other ways in which the name is written"),
    ),
)

_ENDINGS = re.compile(r"( (police|service|force|constabulary))+$")


def load_forces() -> pl.DataFrame:
    """Return the police forces and other bodies that the recorded crime tables name.

    Returns
    -------
    (48, 6) FORCES
        The territorial forces by name, then the others.

    Examples
    --------
    >>> load_forces()["is_territorial"].sum()
    43
    """
    return _shipped()


def territorial_forces() -> tuple[str, ...]:
    """Return the names of the 43 territorial forces, in alphabetical order.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> territorial_forces()[:2]
    ('Avon and Somerset', 'Bedfordshire')
    """
    return tuple(_shipped().filter("is_territorial")["force"])


def find_force(name: str) -> str | None:
    """Return the one name of a force for any common spelling of it, or None when it is not known.

    Capitals, hyphens, `&` and endings such as Police or Constabulary do not matter.

    Parameters
    ----------
    name : str

    Returns
    -------
    str or None

    Examples
    --------
    >>> find_force("London, City of"), find_force("devon-&-cornwall Police")
    ('City of London', 'Devon and Cornwall')
    >>> find_force("Police Scotland") is None
    True
    """
    return _names_by_spelling().get(_plain(name))


@cache
def _shipped() -> pl.DataFrame:
    data = (files("patrolwise.benchmarking") / "data" / "forces.csv").read_bytes()
    given = pl.read_csv(data, infer_schema=False)
    spellings = pl.col("spellings").fill_null("").str.split(";")
    return make_table(
        FORCES,
        given.with_columns(
            is_territorial=pl.col("is_territorial") == "yes",
            spellings=spellings.list.eval(pl.element().filter(pl.element() != "")),
        ),
    )


@cache
def _names_by_spelling() -> dict[str, str]:
    rows = _shipped().select("force", "map_name", "spellings").rows()
    return {
        _plain(spelling): force
        for force, map_name, others in rows
        for spelling in (force, map_name or force, *others)
    }


def _plain(name: str) -> str:
    words = re.sub(r"[^a-z]+", " ", name.casefold().replace("&", " and ")).strip()
    return _ENDINGS.sub("", words)
