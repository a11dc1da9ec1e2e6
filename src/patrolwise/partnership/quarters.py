"""Which days a quarter of a financial year has."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from patrolwise.errors import InputError
from patrolwise.times import Window

_WRITTEN = re.compile(r"(\d{4})-Q([1-4])")
_MONTHS = 3


@dataclass(frozen=True)
class Quarter:
    """One quarter of a year that begins on the first of a month."""

    year: int  # in which the financial year begins
    number: int  # 1 to 4
    year_starts: int = 4  # month

    @property
    def label(self) -> str:
        """As it is written: 2024-Q2."""
        return f"{self.year}-Q{self.number}"

    @property
    def year_label(self) -> str:
        """The financial year: 2024/25, or 2024 where it is the calendar's."""
        return (
            str(self.year) if self.year_starts == 1 else f"{self.year}/{(self.year + 1) % 100:02}"
        )

    @cached_property
    def window(self) -> Window:
        """Its days."""
        first = _month_after(self.year, self.year_starts + _MONTHS * (self.number - 1))
        after = _month_after(self.year, self.year_starts + _MONTHS * self.number)
        return Window(self.label, first, after - timedelta(days=1))

    @property
    def year_before(self) -> "Quarter":
        """The same quarter of the year before."""
        return Quarter(self.year - 1, self.number, self.year_starts)


def parse_quarter(text: str, year_starts: int = 4) -> Quarter:
    """Return the quarter that is written as 2024-Q2.

    Parameters
    ----------
    text : str
        The calendar year in which the financial year begins, and the quarter.
    year_starts : int
        The month with which the year begins: 4 for April. Fund rules say which.

    Returns
    -------
    Quarter

    Raises
    ------
    InputError
        It is written otherwise.

    Examples
    --------
    >>> str(parse_quarter("2024-Q2").window)
    '2024-07-01 to 2024-09-30'
    >>> str(parse_quarter("2024-Q4").window), parse_quarter("2024-Q4").year_label
    ('2025-01-01 to 2025-03-31', '2024/25')
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise InputError(
            f"{text!r} is no quarter. Write 2024-Q2: the year in which the financial year begins, "
            "and the quarter."
        )
    return Quarter(int(found[1]), int(found[2]), year_starts)


def _month_after(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
