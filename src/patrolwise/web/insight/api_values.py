"""How days and whole numbers are written in the addresses of the tables: in one way each."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def check_day(given: Any) -> Any:
    """Return a day as it was written; pydantic would also read times, and seconds since 1970.

    Parameters
    ----------
    given : str or date
        A default is a date already.

    Returns
    -------
    str or date

    Raises
    ------
    ValueError
        It is not written as a day.
    """
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("Write the day as 2026-03-31.")
    return given


def check_whole(given: Any) -> Any:
    """Return a whole number as it was written; pydantic would also read 1.0, +1 and 1_0.

    Parameters
    ----------
    given : str or int
        A default is a number already.

    Returns
    -------
    str or int

    Raises
    ------
    ValueError
        It is not written in digits alone.
    """
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        raise ValueError("Write a whole number in digits, such as 1000.")
    return given


Day = Annotated[date, BeforeValidator(check_day)]
Whole = Annotated[int, BeforeValidator(check_whole)]
