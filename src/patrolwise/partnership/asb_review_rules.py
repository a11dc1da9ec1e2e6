"""What makes a complaint count towards a case review, and within how many working days it goes on.

Each area sets its own threshold and clock, so these are dated data, `data/asb-review-rules.csv`:
a row that was in force is never edited; another follows it.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from patrolwise.errors import RefusedError, check_faults

STATUTE = "statute"  # the area whose row holds what section 104 says where nothing else is set
_DAYS = (
    "days_to_acknowledge",
    "days_to_decide",
    "days_to_review",
    "days_to_tell",
    "days_to_appeal",
    "days_to_answer_appeal",
)
_NUMBERS = ("complaints", "months_to_report", "months_to_apply")
_COLUMNS = ("area", "from", "until", *_NUMBERS, *_DAYS, "source")


@dataclass(frozen=True, kw_only=True)
class ReviewRule:
    """An area's threshold and clock. Days are working days; None where the area sets none."""

    area: str
    starts: date
    ends: date | None  # last day in force; None while it is
    complaints: int  # so many that qualify, and a review must be held
    months_to_report: int  # from the behaviour, its day the first
    months_to_apply: int  # from the complaint, its day the first
    days_to_acknowledge: int | None  # after the application
    days_to_decide: int | None  # after the application
    days_to_review: int | None  # after the decision
    days_to_tell: int | None  # the applicant, after the review or a decision against one
    days_to_appeal: int | None  # after the applicant was told
    days_to_answer_appeal: int | None  # after the appeal
    source: str

    def is_in_force(self, on: date) -> bool:
        """Return whether it is the area's rule on a day."""
        return self.starts <= on and (self.ends or on) >= on


@cache
def _shipped() -> tuple[ReviewRule, ...]:
    text = (files("patrolwise.partnership") / "data" / "asb-review-rules.csv").read_text("utf-8")
    return make_review_rules(csv.DictReader(text.splitlines()), "asb-review-rules.csv")


def load_review_rules() -> tuple[ReviewRule, ...]:
    """Return the rules that come with Patrolwise: the statute's, and an example of an area's.

    Returns
    -------
    tuple of ReviewRule
        In the order of the file.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014, section 104(4) and (11).

    Examples
    --------
    >>> [rule.complaints for rule in load_review_rules()]
    [3, 3]
    """
    return _shipped()


def make_review_rules(
    rows: Iterable[Mapping[str, str | None]], what: str
) -> tuple[ReviewRule, ...]:
    """Return rules from rows of text.

    Parameters
    ----------
    rows : iterable of mapping
        With the columns of `data/asb-review-rules.csv`; blank days are days that nobody set.
    what : str
        What is being read, for the message.

    Returns
    -------
    tuple of ReviewRule

    Raises
    ------
    InputError
        A column, a date or a number is missing or wrong, a threshold is above three complaints,
        or two rules of an area are in force on one day; all are named.
    """
    found: list[ReviewRule] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):  # the header is line 1
        if missing := [name for name in _COLUMNS if row.get(name) is None]:
            faults.append(f"Line {number} lacks {', '.join(missing)}.")
            continue
        cells = {name: str(row[name]).strip() for name in _COLUMNS}
        wrong = _cell_faults(cells, number)
        faults += wrong
        if not wrong:
            found.append(_make_rule(cells))
    check_faults(what, faults or [*_statute_faults(found), *_overlap_faults(found)])
    return tuple(found)


def find_review_rule(area: str, on: date, rules: Iterable[ReviewRule] | None = None) -> ReviewRule:
    """Return an area's rule in force on a day: that of the day of the application.

    Parameters
    ----------
    area : str
    on : date
    rules : iterable of ReviewRule, optional
        The shipped ones when None.

    Returns
    -------
    ReviewRule

    Raises
    ------
    RefusedError
        The area has none on that day: no threshold is guessed.

    Examples
    --------
    >>> find_review_rule("statute", date(2026, 6, 1)).months_to_apply
    6
    """
    given = tuple(_shipped() if rules is None else rules)
    for rule in given:
        if rule.area == area and rule.is_in_force(on):
            return rule
    known = ", ".join(sorted({rule.area for rule in given})) or "none"
    raise RefusedError(
        f"{area} has no rule of case reviews on {on}; rules are there of {known}. Enter the "
        "procedure that the area published, with its dates."
    )


def _cell_faults(cells: Mapping[str, str], number: int) -> list[str]:
    faults = [
        f"Line {number} has nothing in {name}."
        for name in ("area", "from", *_NUMBERS, "source")
        if not cells[name]
    ]
    faults += [
        f"Line {number}, {name}: {cells[name]!r} is no date. Write it as 2026-06-29."
        for name in ("from", "until")
        if cells[name] and not _is_date(cells[name])
    ]
    return faults + [
        f"Line {number}, {name}: {cells[name]!r} is no whole number above 0."
        for name in (*_NUMBERS, *_DAYS)
        if cells[name] and not (cells[name].isdecimal() and int(cells[name]) > 0)
    ]


def _make_rule(cells: Mapping[str, str]) -> ReviewRule:
    return ReviewRule(
        area=cells["area"],
        starts=date.fromisoformat(cells["from"]),
        ends=date.fromisoformat(cells["until"]) if cells["until"] else None,
        complaints=int(cells["complaints"]),
        months_to_report=int(cells["months_to_report"]),
        months_to_apply=int(cells["months_to_apply"]),
        **{name: int(cells[name]) if cells[name] else None for name in _DAYS},
        source=cells["source"],
    )


def _statute_faults(rules: Iterable[ReviewRule]) -> list[str]:
    return [
        f"{rule.area} asks for {rule.complaints} complaints from {rule.starts} on. The Act is "
        "explained to let an area ask for three at most."
        for rule in rules
        if rule.complaints > 3
    ]


def _overlap_faults(rules: list[ReviewRule]) -> list[str]:
    return [
        f"{one.area} has two rules in force on {max(one.starts, other.starts)}. End the earlier."
        for place, one in enumerate(rules)
        for other in rules[place + 1 :]
        if one.area == other.area
        and one.is_in_force(max(one.starts, other.starts))
        and other.is_in_force(max(one.starts, other.starts))
    ]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
