"""Which crimes belong to a definition, and when the table cannot say."""

import polars as pl

from patrolwise.definitions import Definition
from patrolwise.errors import RefusedError, check_faults
from patrolwise.tables import CRIMES, check_columns

_WHY_NOT_OPEN_DATA = (
    "Open data has neither offence codes nor flags, and its category violence and sexual "
    "offences spans common assault to murder, so it cannot stand in for them. "
    "Read a force export with these columns mapped, or choose a definition by category."
)


def select_crimes(crimes: pl.DataFrame, definition: Definition) -> pl.DataFrame:
    """Return the crimes that belong to a definition.

    A row with no flag counts as not flagged: it is left out where the flag is required, and
    kept where it is excluded.

    Parameters
    ----------
    crimes : (n, 16) CRIMES, any order
    definition : Definition

    Returns
    -------
    (k, 16) CRIMES, in the order given; no rows when none belongs

    Raises
    ------
    InputError
        A column is missing.
    RefusedError
        The definition needs offence codes, categories or flags, and the whole table has none.

    Examples
    --------
    >>> from patrolwise.definitions import find_definition
    >>> from patrolwise.tables import make_table
    >>> select_crimes(make_table(CRIMES), find_definition("serious-violence")).height
    0
    """
    check_columns(crimes, CRIMES, name="crimes")
    check_faults(definition.key, _refusals(crimes, definition), RefusedError)
    in_codes = (
        pl.col("offence_code").is_not_null()
        if definition.takes_any_code
        else pl.col("offence_code").is_in(definition.codes)
    )
    in_categories = pl.col("category").is_in(definition.categories)
    belongs = in_codes.fill_null(False) | in_categories.fill_null(False)
    for flag in definition.required_flags:
        belongs &= pl.col(flag).fill_null(False)
    for flag in definition.excluded_flags:
        belongs &= ~pl.col(flag).fill_null(False)
    if definition.place_types:
        belongs &= pl.col("public_place").fill_null(False)
    return crimes.filter(belongs)


def is_open_data(crimes: pl.DataFrame) -> bool:
    """Return whether no crime has an offence code, as in data.police.uk's files.

    Parameters
    ----------
    crimes : (n, 16) CRIMES

    Returns
    -------
    bool
        True when there are no crimes.
    """
    return _has_none(crimes, "offence_code")


def _refusals(crimes: pl.DataFrame, definition: Definition) -> list[str]:
    if crimes.is_empty():
        return []
    ways = [("offence_code", definition.codes), ("category", definition.categories)]
    usable = [column for column, listed in ways if listed]
    absent = [column for column in definition.needed_columns if _has_none(crimes, column)]
    if all(_has_none(crimes, column) for column in usable):
        absent = usable + absent
    if not absent:
        return []
    why = (
        _WHY_NOT_OPEN_DATA
        if definition.needs_offence_codes
        else (f"Map {' or '.join(absent)} in the mapping file of the force export.")
    )
    return [f"It counts by {', '.join(absent)}, and no row of the {crimes.height} has any. {why}"]


def _has_none(crimes: pl.DataFrame, column: str) -> bool:
    return crimes[column].null_count() == crimes.height
