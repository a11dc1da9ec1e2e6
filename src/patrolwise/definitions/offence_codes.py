"""Which Home Office offence codes there are, and what each stands for.

The list is that of the police recorded crime open data tables, year ending March 2013 to
2025/26 (Home Office, Open Government Licence v3.0), kept in `data/offence-codes.csv`.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class OffenceCode:
    """One Home Office offence code with its latest description and its place in the tables."""

    code: str
    description: str
    group: str
    subgroup: str


@cache
def known_offence_codes() -> dict[str, OffenceCode]:
    """Return the offence codes of the Home Office tables, by code.

    Returns
    -------
    dict of code to OffenceCode
        190 codes, those no longer recorded included, so that old exports can be read.

    References
    ----------
    Home Office, police recorded crime open data tables, police force areas.

    Examples
    --------
    >>> known_offence_codes()["34B"].description
    'Robbery of personal property'
    """
    text = (files("patrolwise.definitions") / "data" / "offence-codes.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["offence_code"]: OffenceCode(
            row["offence_code"],
            row["offence_description"],
            row["offence_group"],
            row["offence_subgroup"],
        )
        for row in rows
    }
