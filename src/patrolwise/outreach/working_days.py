"""Which days are working days in England, and how many lie between two.

Bank holidays are a dated list, `data/bank-holidays.csv`, not a rule: the Crown can add or move one
by proclamation. Years beyond the list are refused, never guessed.
"""

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from patrolwise.errors import InputError

_DAY = timedelta(days=1)
_SATURDAY = 5


@cache
def load_bank_holidays() -> dict[date, str]:
    """Return the bank holidays of England, by date.

    Returns
    -------
    dict of date to str
        In order, each with its title. Whole years, 2023 to 2028.

    References
    ----------
    GOV.UK, UK bank holidays, England and Wales (Open Government Licence v3.0); Banking and
    Financial Dealings Act 1971, Schedule 1.

    Examples
    --------
    >>> load_bank_holidays()[date(2026, 12, 28)]
    'Boxing Day'
    """
    text = (files("patrolwise.outreach") / "data" / "bank-holidays.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {date.fromisoformat(row["date"]): row["title"] for row in rows}


def is_working_day(day: date) -> bool:
    """Return whether a day is neither a Saturday, a Sunday nor a bank holiday in England.

    Parameters
    ----------
    day : date

    Returns
    -------
    bool

    Raises
    ------
    InputError
        The list of bank holidays does not hold that year.

    Examples
    --------
    >>> is_working_day(date(2026, 12, 24)), is_working_day(date(2026, 12, 25))
    (True, False)
    """
    holidays = load_bank_holidays()
    years = {holiday.year for holiday in holidays}
    if day.year not in years:
        raise InputError(
            f"Bank holidays are known from {min(years)} to {max(years)}, and {day} lies outside. "
            "Add the year to outreach/data/bank-holidays.csv, from GOV.UK."
        )
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, working_days: int) -> date:
    """Return the day by which so many working days have come after a day.

    Parameters
    ----------
    day : date
        Not counted itself; it need be no working day.
    working_days : int
        0 or more; 0 gives the day itself.

    Returns
    -------
    date

    Raises
    ------
    InputError
        `working_days` is below zero, or the list of bank holidays ends before.

    Examples
    --------
    >>> add_working_days(date(2026, 12, 24), 1)
    datetime.date(2026, 12, 29)
    """
    if working_days < 0:
        raise InputError(f"Working days are counted forward, got {working_days}. Give 0 or more.")
    while working_days:
        day += _DAY
        working_days -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days have come after one day, up to another.

    Parameters
    ----------
    first : date
        Not counted itself.
    last : date
        Counted, if it is a working day.

    Returns
    -------
    int
        0 for the same day.

    Raises
    ------
    InputError
        `last` is before `first`, or the list of bank holidays ends before.

    Examples
    --------
    >>> working_days_between(date(2026, 12, 24), date(2026, 12, 29))
    1
    """
    if last < first:
        raise InputError(f"{last} is before {first}. Swap the two dates.")
    return sum(is_working_day(first + n * _DAY) for n in range(1, (last - first).days + 1))
