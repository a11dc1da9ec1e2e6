"""Which table recorded crime is, and how sub-groups that changed their name become one series."""

from functools import cache
from importlib.resources import files

import polars as pl

from patrolwise.tables import Column, Table, make_table

RECORDED_CRIME = Table(
    "RECORDED_CRIME",
    "one force (or central body), financial quarter and offence code",
    (
        Column("force", pl.String, "one of the names of FORCES"),
        Column("quarter", pl.Date, "first day of the quarter: financial quarter 1 is 1 April"),
        Column("offence_code", pl.String, "Home Office offence code, such as 8N or 34B"),
        Column("offence_group", pl.String, "Home Office offence group"),
        Column("offence_subgroup", pl.String, "offence sub-group, under its newest name"),
        Column("n", pl.Int64, "offences recorded; below 0 where earlier quarters were corrected"),
    ),
)

SUBGROUP_CHANGES = Table(
    "SUBGROUP_CHANGES",
    "one name of a sub-group that became another, for all its codes or for one",
    (
        Column("given", pl.String, "the sub-group as older tables name it"),
        Column("offence_code", pl.String, "the code that moved; null: all of the sub-group", True),
        Column("subgroup", pl.String, "the newest name"),
        Column("why", pl.String, "what changed, and what it does to the series"),
        Column("source", pl.String, "where that is told"),
    ),
)

FRAUD = "Fraud offences"  # recorded centrally since 2013, so no force's count is told by it
ALL_GROUPS = (  # of offence groups without fraud: what makes a table one of all crime
    "Criminal damage and arson",
    "Drug offences",
    "Miscellaneous crimes against society",
    "Possession of weapons offences",
    "Public order offences",
    "Robbery",
    "Sexual offences",
    "Theft offences",
    "Violence against the person",
)


def load_subgroup_changes() -> pl.DataFrame:
    """Return which sub-groups changed their name, and why each may be taken for the newer one.

    Returns
    -------
    (n, 5) SUBGROUP_CHANGES

    Examples
    --------
    >>> "Domestic burglary" in load_subgroup_changes()["given"].to_list()
    True
    """
    return _shipped()


def rename_subgroups(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose sub-groups have their newest names, so that a measure is one series.

    Parameters
    ----------
    rows : (n, c) frame
        With offence_code and offence_subgroup, both text.

    Returns
    -------
    (n, c) frame
        The same rows; a sub-group that is not in the list stays as it is.

    Examples
    --------
    >>> old = pl.DataFrame({"offence_code": ["28A", "8L"],
    ...     "offence_subgroup": ["Domestic burglary", "Violence without injury"]})
    >>> rename_subgroups(old)["offence_subgroup"].to_list()
    ['Residential burglary', 'Stalking and harassment']
    """
    changes = _shipped().select("given", "offence_code", "subgroup").rows()
    every_code = {given: name for given, code, name in changes if code is None}
    one_code = {(given, code): name for given, code, name in changes if code is not None}
    pairs = rows.select("offence_code", "offence_subgroup").unique()
    newest = [
        one_code.get((group, code)) or every_code.get(group, group) for code, group in pairs.rows()
    ]
    named = pairs.with_columns(newest=pl.Series(newest, dtype=pl.String))
    if named["newest"].equals(named["offence_subgroup"]):
        return rows
    renamed = rows.join(
        named,
        on=["offence_code", "offence_subgroup"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return renamed.with_columns(offence_subgroup="newest").drop("newest")


@cache
def _shipped() -> pl.DataFrame:
    data = (files("patrolwise.benchmarking") / "data" / "subgroup-changes.csv").read_bytes()
    return make_table(SUBGROUP_CHANGES, pl.read_csv(data, infer_schema=False))
