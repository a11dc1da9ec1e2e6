"""What is alike by day of the week, by month and by event, as terms of a panel's columns."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError

Floats = NDArray[np.float64]


def make_day_terms(
    days: Sequence[date],
    events: Mapping[str, Sequence[date]] | None = None,
    *,
    weekdays: bool = True,
    months: bool = True,
) -> Floats:
    """Return a flag for each weekday, each calendar month of each year, and each event.

    Every weekday and month has its own; what is one too many is left out by the model.

    Parameters
    ----------
    days : (d,) sequence of date
    events : name → days of it, optional
        Bank holidays, school holidays, a festival, a campaign.
    weekdays, months : bool

    Returns
    -------
    (d, q) array of 0 and 1

    Raises
    ------
    InputError
        There is no day.

    Examples
    --------
    >>> make_day_terms([date(2024, 6, 3), date(2024, 6, 4)], months=False).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if not days:
        raise InputError("There are no days. Give the days of the panel's columns.")
    parts = []
    if weekdays:
        parts.append(_flags([day.weekday() for day in days]))
    if months:
        parts.append(_flags([day.year * 12 + day.month for day in days]))
    for held in (events or {}).values():
        flags = np.isin([day.toordinal() for day in days], [day.toordinal() for day in held])
        parts.append(flags.astype(np.float64)[:, None])
    return np.hstack([np.empty((len(days), 0)), *parts])


def find_alike(days: Sequence[date], block_days: int = 28) -> tuple[int, ...]:
    """Return a number for each day, the same for days of one weekday in one block of days.

    Parameters
    ----------
    days : (d,) sequence of date
        In order.
    block_days : int
        Whole weeks: 28 keeps four of each weekday together.

    Returns
    -------
    tuple of int

    Raises
    ------
    InputError
        There is no day, or a block is no whole weeks.

    Examples
    --------
    >>> find_alike([date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 10)], 14)
    (0, 1, 0)
    """
    if not days or block_days < 7 or block_days % 7:
        raise InputError(
            f"Alike days need days, and blocks of whole weeks; got {len(days)} days and blocks of "
            f"{block_days} days."
        )
    first = min(days)
    return tuple((day - first).days // block_days * 7 + (day - first).days % 7 for day in days)


def _flags(values: Sequence[int]) -> Floats:
    names, place = np.unique(values, return_inverse=True)
    return np.eye(len(names))[place]
