"""What a fund asks for: which hours, visits, activities and sheets, as versioned data files.

A version that was published is never edited: a new year or a correction is a new file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.times import Window

SHEET_NUMBERS = tuple(range(1, 10))
PATROL_TYPES = ("extra-funded", "targeted", "routine")
VISIBILITIES = ("police uniform", "partner brand", "plain clothes")
_MONTHS = range(1, 13)


@dataclass(frozen=True, kw_only=True)
class FundActivity:
    """One thing that is counted on the activity sheet."""

    id: str
    name: str
    is_suppressed: bool = False  # counts of 1 to 7 are hidden, others rounded


@dataclass(frozen=True, kw_only=True)
class FundRules:
    """What one fund asks for in one year."""

    id: str
    version: int
    name: str
    source: str
    is_reconstruction: bool  # made from published lists, as no official form was found
    valid: Window
    year_starts: int  # month
    sheets: tuple[int, ...]
    shortest_min: float  # of a visit: continuous minutes inside
    longest_gap_min: float  # absences up to this are part of the visit
    patrol_types: tuple[str, ...]  # that may be claimed
    visibilities: tuple[str, ...]  # that may be claimed
    oldest_young_person: int  # years
    activities: tuple[FundActivity, ...]

    def __post_init__(self) -> None:
        faults = [
            f"{name} names {', '.join(unknown)}; known are {', '.join(map(str, known))}."
            for name, given, known in (
                ("sheets", self.sheets, SHEET_NUMBERS),
                ("hours.patrol_types", self.patrol_types, PATROL_TYPES),
                ("hours.visibilities", self.visibilities, VISIBILITIES),
                ("year_starts", (self.year_starts,), _MONTHS),
            )
            if (unknown := [str(one) for one in given if one not in known])
        ]
        ids = [one.id for one in self.activities]
        faults += [f"Activity {one} is there twice." for one in set(ids) if ids.count(one) > 1]
        if not (self.shortest_min > 0 and self.longest_gap_min >= 0):
            faults.append("visit.shortest_min must be above 0, longest_gap_min 0 or more.")
        check_faults(f"Fund rules {self.key}", faults)

    @property
    def key(self) -> str:
        """The name that is printed with every return: id@version."""
        return f"{self.id}@{self.version}"


def parse_fund_rules(text: str, name: str = "fund rules") -> FundRules:
    """Return the rules that a TOML file declares.

    Parameters
    ----------
    text : str
    name : str
        What the caller calls it, such as the file's name.

    Returns
    -------
    FundRules

    Raises
    ------
    InputError
        It is no TOML, lacks a part, or a part is not known; `check_faults` lists them.
    """
    try:
        given = tomllib.loads(text)
        return FundRules(
            **{key: given[key] for key in ("id", "version", "name", "source", "is_reconstruction")},
            valid=Window("valid", given["valid_from"], given["valid_until"]),
            year_starts=given["year_starts"],
            sheets=tuple(given["sheets"]),
            shortest_min=float(given["visit"]["shortest_min"]),
            longest_gap_min=float(given["visit"]["longest_gap_min"]),
            patrol_types=tuple(given["hours"]["patrol_types"]),
            visibilities=tuple(given["hours"]["visibilities"]),
            oldest_young_person=given["ages"]["oldest_young_person"],
            activities=tuple(FundActivity(**one) for one in given["activities"]),
        )
    except (tomllib.TOMLDecodeError, TypeError, KeyError, ValueError) as error:
        raise InputError(
            f"{name} are no fund rules: {_tell(error)}. Compare "
            "partnership/data/fund-rules-hotspot-response-2024-25-1.toml."
        ) from error


def load_fund_rules() -> dict[str, FundRules]:
    """Return the rules that come with Patrolwise, by key.

    Returns
    -------
    dict of key to FundRules
        Sorted by key. A new dict each time.

    Examples
    --------
    >>> sorted(load_fund_rules())
    ['hotspot-action-2025-26@1', 'hotspot-response-2024-25@1']
    """
    return dict(_shipped())


def find_fund_rules(key: str, rules: Mapping[str, FundRules] | None = None) -> FundRules:
    """Return the rules of that key.

    Parameters
    ----------
    key : str
        "id@version": a return names the version, so that it can be made again.
    rules : mapping of key to FundRules, optional
        Where to look; the shipped ones when None.

    Returns
    -------
    FundRules

    Raises
    ------
    InputError
        There are none of that key; the message lists those there are.

    Examples
    --------
    >>> find_fund_rules("hotspot-response-2024-25@1").shortest_min
    5.0
    """
    known = load_fund_rules() if rules is None else rules
    if key not in known:
        raise InputError(
            f"There are no fund rules {key!r}. Known are {', '.join(sorted(known))}. Name one, "
            "with its version."
        )
    return known[key]


def check_fund_date(rules: FundRules, window: Window) -> None:
    """Raise unless rules hold on every day of a window; silent when they do.

    Parameters
    ----------
    rules : FundRules
    window : Window

    Raises
    ------
    InputError
        They hold at another time.
    """
    if window.first < rules.valid.first or rules.valid.last < window.last:
        raise InputError(
            f"Fund rules {rules.key} hold from {rules.valid}, and the return is of {window}. "
            "Name the rules of that year."
        )


@cache
def _shipped() -> dict[str, FundRules]:
    folder = files("patrolwise.partnership") / "data"
    found = [
        parse_fund_rules(path.read_text("utf-8"), path.name)
        for path in folder.iterdir()
        if path.name.startswith("fund-rules-")
    ]
    return {one.key: one for one in sorted(found, key=lambda one: one.key)}


def _tell(error: Any) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
