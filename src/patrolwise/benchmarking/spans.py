"""Which quarters a period is made of, and which periods come before it."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from patrolwise.errors import InputError

_FORMS = "2023/24, 2021/22 to 2023/24, or 2023/24 Q2"
_YEAR = r"(\d{4})/(\d{2})"
_SHAPE = re.compile(rf"{_YEAR}(?:\s+Q([1-4])|\s+to\s+{_YEAR})?")


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole financial quarters, one after another."""

    first: date  # first day of its first quarter
    quarters: int  # how many: 1, or 4 for each year

    @cached_property
    def starts(self) -> tuple[date, ...]:
        """The first days of its quarters."""
        return tuple(_add_quarters(self.first, step) for step in range(self.quarters))

    @property
    def label(self) -> str:
        """What it is called: 2023/24, 2021/22 to 2023/24, or 2023/24 Q2."""
        if self.quarters == 1:
            return f"{_name_year(self.first)} Q{(self.first.month - 4) % 12 // 3 + 1}"
        last = _add_quarters(self.first, self.quarters - 1)
        one, other = _name_year(self.first), _name_year(last)
        return one if one == other else f"{one} to {other}"

    def back(self, years: int) -> "Period":
        """Return the same quarters some years earlier.

        Parameters
        ----------
        years : int

        Returns
        -------
        Period
        """
        return replace(self, first=_add_quarters(self.first, -4 * years))

    def before(self, periods: int = 1) -> "Period":
        """Return the period of the same length that ends when this one, or the last, begins.

        Parameters
        ----------
        periods : int
            How many lengths back.

        Returns
        -------
        Period
        """
        return replace(self, first=_add_quarters(self.first, -self.quarters * periods))


def parse_period(text: str) -> Period:
    """Return the period that a text names.

    Parameters
    ----------
    text : str
        A financial year, some of them, or a quarter of one.

    Returns
    -------
    Period

    Raises
    ------
    InputError
        It names none.

    Examples
    --------
    >>> period = parse_period("2021/22 to 2023/24")
    >>> period.quarters, period.back(1).label, period.before().label
    (12, '2020/21 to 2022/23', '2018/19 to 2020/21')
    >>> parse_period("2023/24 Q4").first
    datetime.date(2024, 1, 1)
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{text!r} is no period. Write {_FORMS}.")
    year, ending, quarter, last_year, last_ending = found.groups()
    first = _check_year(text, year, ending)
    if quarter:
        return Period(first=_add_quarters(date(first, 4, 1), int(quarter) - 1), quarters=1)
    last = _check_year(text, last_year, last_ending) if last_year else first
    if last < first:
        raise InputError(f"{text!r} ends before it begins. Write {_FORMS}.")
    return Period(first=date(first, 4, 1), quarters=4 * (last - first + 1))


def _check_year(text: str, year: str, ending: str) -> int:
    if (int(year) + 1) % 100 != int(ending):
        raise InputError(f"{text!r}: {year}/{ending} is no financial year. Write {_FORMS}.")
    return int(year)


def _add_quarters(day: date, quarters: int) -> date:
    month = day.year * 12 + day.month - 1 + 3 * quarters
    return date(month // 12, month % 12 + 1, 1)


def _name_year(day: date) -> str:
    year = day.year - (day.month < 4)
    return f"{year}/{(year + 1) % 100:02}"
