"""Which day lies so many months or years ahead, and when somebody reaches an age."""

from calendar import monthrange
from datetime import date

from patrolwise.errors import InputError


def add_months(day: date, months: int) -> date:
    """Return the corresponding day some months later, or the last of that month without one.

    Parameters
    ----------
    day : date
    months : int
        0 or more.

    Returns
    -------
    date

    Raises
    ------
    InputError
        `months` is below zero, or the year is beyond 9999.

    References
    ----------
    Dodds v Walker [1981] 1 WLR 1027: the corresponding date rule for periods of months.

    Examples
    --------
    >>> add_months(date(2025, 8, 31), 6), add_months(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if months < 0 or year > 9999:
        raise InputError(f"{months} months after {day} cannot be reckoned. Give 0 or more.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def find_birthday(born: date, age: int) -> date:
    """Return the day on which somebody reaches an age.

    Parameters
    ----------
    born : date
    age : int
        Years, 0 or more.

    Returns
    -------
    date
        Who was born on 29 February has the birthday on 1 March in a year without that day: the
        later of the two readings, so that nothing is destroyed a day early.

    Raises
    ------
    InputError
        `age` is below zero, or the year is beyond 9999.

    Examples
    --------
    >>> find_birthday(date(2008, 2, 29), 25), find_birthday(date(2008, 2, 29), 24)
    (datetime.date(2033, 3, 1), datetime.date(2032, 2, 29))
    """
    if age < 0 or born.year + age > 9999:
        raise InputError(f"Age {age} of somebody born on {born} cannot be reckoned.")
    year = born.year + age
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born.replace(year=year)
