"""What a round of grants declares before it opens: days, budget, criteria with weights, limits.

A round is a versioned file: a round that has opened is never edited; a change is a new version.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from patrolwise.errors import InputError, check_faults

FEWEST_ASSESSORS = 2
PENCE = 100


@dataclass(frozen=True)
class Criterion:
    """One thing that applications are scored on."""

    key: str
    title: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Funder:
    """Who gives the money, as it is named in published data."""

    org_id: str  # by org-id.guide, such as GB-CHC-1000147
    name: str
    prefix: str  # the publisher's own at 360Giving, such as 360G-example


@dataclass(frozen=True, kw_only=True)
class GrantRound:
    """One round of grants. Money is whole pence, so that sums are exact."""

    id: str
    version: int
    title: str
    opens: date
    closes: date  # last day on which an application may be submitted
    budget_pence: int
    most_pence: int  # for one application
    criteria: tuple[Criterion, ...]
    top_score: int  # of each criterion; the lowest is 0
    assessors: int  # that score each application
    widest_spread: int  # per cent of the highest total; above it a moderation note is needed
    least_total: int  # per cent of the highest total; below it nothing is awarded
    days_to_report: int  # after a quarter ends
    funder: Funder

    def __post_init__(self) -> None:
        check_faults(f"Round {self.id}@{self.version}", _round_faults(self))

    @property
    def key(self) -> str:
        """The name that is printed with every total: id@version."""
        return f"{self.id}@{self.version}"

    @property
    def highest_total(self) -> int:
        """The total of an application with the top score on every criterion."""
        return self.top_score * sum(one.weight for one in self.criteria)

    def is_open(self, on: date) -> bool:
        """Return whether an application may be submitted on a day."""
        return self.opens <= on <= self.closes


def parse_grant_round(text: str, name: str = "round.toml") -> GrantRound:
    """Return the round that a TOML file declares.

    Parameters
    ----------
    text : str
    name : str
        What the caller calls it, such as the file's name.

    Returns
    -------
    GrantRound

    Raises
    ------
    InputError
        It is no TOML, lacks a part, has one that nothing reads, or a part is of another type or
        cannot be; all are named.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is no TOML: {error}. Mend that line.") from error
    criteria = given.get("criteria")
    rows = [row for row in criteria if isinstance(row, dict)] if isinstance(criteria, list) else []
    funder = given.get("funder")
    faults = _part_faults("The round", given, {**_PARTS, "criteria": list, "funder": dict})
    for number, row in enumerate(rows, start=1):
        faults += _part_faults(f"Criterion {number}", row, _CRITERION)
    faults += _part_faults("The funder", funder, _FUNDER) if isinstance(funder, dict) else []
    check_faults(name, faults)
    return GrantRound(
        **{key: given[key] for key in _PARTS if key not in ("budget", "most")},
        budget_pence=to_pence(given["budget"]),
        most_pence=to_pence(given["most"]),
        criteria=tuple(Criterion(**row) for row in rows),
        funder=Funder(**given["funder"]),
    )


def to_pence(pounds: float) -> int:
    """Return an amount of money in pence.

    Parameters
    ----------
    pounds : float
        With no more than two decimals.

    Returns
    -------
    int

    Raises
    ------
    InputError
        It has a part of a penny.

    Examples
    --------
    >>> to_pence(1234.56), to_pence(20000)
    (123456, 2000000)
    """
    # by the digits that were written: 1.005 pounds are no pence, though a float is near to some
    pence = Decimal(str(pounds)) * PENCE
    if pence != int(pence):
        raise InputError(f"{pounds} pounds has a part of a penny. Give two decimals at most.")
    return int(pence)


def show_pounds(pence: int) -> str:
    """Return an amount as it is told.

    Parameters
    ----------
    pence : int

    Returns
    -------
    str
        Without pence where there are none.

    Examples
    --------
    >>> show_pounds(2000000), show_pounds(123456), show_pounds(-50)
    ('£20,000', '£1,234.56', '-£0.50')
    """
    told = f"£{abs(pence) // PENCE:,}.{abs(pence) % PENCE:02}".removesuffix(".00")
    return f"-{told}" if pence < 0 else told


_PARTS: Mapping[str, type] = {
    **dict.fromkeys(("id", "title"), str),
    **dict.fromkeys(("version", "budget", "most", "top_score", "assessors"), int),
    **dict.fromkeys(("widest_spread", "least_total", "days_to_report"), int),
    **dict.fromkeys(("opens", "closes"), date),
}
_CRITERION: Mapping[str, type] = {"key": str, "title": str, "weight": int}
_FUNDER: Mapping[str, type] = {"org_id": str, "name": str, "prefix": str}


def _part_faults(what: str, given: Mapping[str, Any], parts: Mapping[str, type]) -> list[str]:
    faults = [f"{what} lacks {key}." for key in parts if key not in given]
    faults += [f"{what} has {key}, which nothing reads." for key in given if key not in parts]
    return faults + [
        f"{what}: {key} is {given[key]!r}, no {_TOLD[wanted]}."
        for key, wanted in parts.items()
        if key in given and type(given[key]) is not wanted
    ]


_TOLD = {
    str: "text",
    int: "whole number",
    date: "day; write it as 2026-04-01",
    list: "list; write each criterion under [[criteria]]",
    dict: "table; write it under [funder]",
}


def _round_faults(given: GrantRound) -> list[str]:
    keys = [one.key for one in given.criteria]
    faults = [
        f"Criterion {key} is there twice." for key in sorted(set(keys)) if keys.count(key) > 1
    ]
    faults += [
        f"Criterion {one.key} has the weight {one.weight}. Give 1 or more."
        for one in given.criteria
        if one.weight < 1
    ]
    faults += [
        f"{name} is {value}. Give {least} or more."
        for name, value, least in (
            ("version", given.version, 1),
            ("budget", given.budget_pence, 1),
            ("most", given.most_pence, 1),
            ("top_score", given.top_score, 1),
            ("assessors", given.assessors, FEWEST_ASSESSORS),
            ("days_to_report", given.days_to_report, 1),
        )
        if value < least
    ]
    faults += [
        f"{name} is {value} per cent. Give 0 to 100."
        for name, value in (
            ("widest_spread", given.widest_spread),
            ("least_total", given.least_total),
        )
        if not 0 <= value <= 100
    ]
    if not given.criteria:
        faults.append("It has no criteria. Give one or more, each with its weight.")
    if given.closes < given.opens:
        faults.append(f"It closes on {given.closes}, before it opens on {given.opens}. Swap them.")
    if given.most_pence > given.budget_pence:
        faults.append("most is above budget: one application could ask for more than there is.")
    return faults
