"""Whether the calendar weighs on two windows alike: days of the week, and Easter."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.times import Window

CALENDAR_SHIFT = 0.02  # of the count, by the calendar alone, from which a reader must be told
FEWEST_FOR_WEEK = 1000  # crimes: the shape of a week of fewer is noise
EASTER_SHARE = 0.02  # of the window's days: an Easter in one window only
# Where crimes have no day, the week of night-time violence: Friday to Sunday half as much again.
_USUAL_WEEK = (1.0, 1.0, 1.0, 1.0, 1.5, 1.5, 1.5)


def find_calendar_ratio(
    before: Window, after: Window, weekday_rates: Sequence[float] = _USUAL_WEEK
) -> float:
    """Return the ratio, after to before, that the days of the week alone would make.

    Parameters
    ----------
    before, after : Window
    weekday_rates : (7,) sequence of float
        Crimes a day from Monday to Sunday, in any unit.

    Returns
    -------
    float
        Of crimes a day, so that windows of unequal length can be compared; 1 when rates are 0.

    Examples
    --------
    >>> short = Window("before", date(2022, 2, 1), date(2022, 2, 28))
    >>> find_calendar_ratio(short, Window("after", date(2023, 2, 1), date(2023, 2, 28)))
    1.0
    """
    rates = np.asarray(weekday_rates, dtype=float)
    means = [float(_weekdays(w) @ rates / w.days) for w in (before, after)]
    return means[1] / means[0] if min(means) > 0 else 1.0


def guard_calendar(
    before: Window, after: Window, weekday_crimes: Sequence[float] | None
) -> Guard | None:
    """Return an amber guard when one window has more weekend days than the other.

    Parameters
    ----------
    before, after : Window
    weekday_crimes : (7,) sequence of float, or None
        Crimes of both windows from Monday to Sunday, which give the week's shape. None where
        crimes have no day; then, and with fewer than 1,000, Friday to Sunday are taken to have
        half as much again.

    Returns
    -------
    Guard or None
        Fires when the calendar alone would move the count by two per cent. In windows of a year
        it cannot; in windows of one month it often does.
    """
    rates: Sequence[float] = _USUAL_WEEK
    is_own = weekday_crimes is not None and sum(weekday_crimes) >= FEWEST_FOR_WEEK
    if is_own:
        days = np.maximum(_weekdays(before) + _weekdays(after), 1)
        rates = (np.asarray(weekday_crimes, dtype=float) / days).tolist()
    ratio = find_calendar_ratio(before, after, rates)
    if abs(ratio - 1) < CALENDAR_SHIFT:
        return None
    weekend = [int(_weekdays(w)[4:].sum()) for w in (before, after)]
    shape = "By the week's own shape" if is_own else "If Friday to Sunday have half as much again"
    return Guard(
        id="calendar-unbalanced",
        severity=Severity.AMBER,
        title="The windows do not have the same days of the week",
        message=(
            f"The before window has {weekend[0]} days from Friday to Sunday, the after window "
            f"{weekend[1]}. {shape}, the count would change by {100 * (ratio - 1):+.1f} % with "
            "nothing else changed. Comparison areas share the calendar, a plain change does not."
        ),
    )


def guard_easter(before: Window, after: Window) -> Guard | None:
    """Return an amber guard when the days of Easter weigh on one window more than the other.

    Parameters
    ----------
    before, after : Window

    Returns
    -------
    Guard or None
        Fires when Good Friday to Easter Monday are two per cent more of one window's days.
    """
    held = [_easter_days(window) for window in (before, after)]
    shares = [days / window.days for days, window in zip(held, (before, after), strict=True)]
    if abs(shares[1] - shares[0]) < EASTER_SHARE:
        return None
    return Guard(
        id="easter-unbalanced",
        severity=Severity.AMBER,
        title="Easter is in one window more than in the other",
        message=(
            f"The before window has {held[0]} of the days from Good Friday to Easter Monday, the "
            f"after window {held[1]}. Holidays have their own crime. Take windows that both hold "
            "Easter, or neither."
        ),
    )


def _weekdays(window: Window) -> NDArray[np.float64]:
    """Return how many of each day of the week a window has, from Monday."""
    whole, rest = divmod(window.days, 7)
    held = np.full(7, float(whole))
    held[[(window.first.weekday() + k) % 7 for k in range(rest)]] += 1
    return held


def _easter_days(window: Window) -> int:
    days = 0
    for year in range(window.first.year, window.last.year + 1):
        sunday = _easter_sunday(year)
        good_friday, monday = sunday - timedelta(days=2), sunday + timedelta(days=1)
        shared = min(monday, window.last) - max(good_friday, window.first)
        days += max(0, shared.days + 1)
    return days


def _easter_sunday(year: int) -> date:
    """Return Easter Sunday, by the anonymous Gregorian algorithm (Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    shift = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    month, day = divmod(
        epact + weekday - 7 * ((golden + 11 * epact + 22 * weekday) // 451) + 114, 31
    )
    return date(year, month, day + 1)
