"""Whether two windows may be compared: dated, in order, of equal length and of one season."""

from patrolwise.errors import RefusedError, check_faults
from patrolwise.times import Window

YEAR_DAYS = 365.25
SEASON_TOLERANCE_DAYS = 4  # 52 weeks is 1.25 days short of a year, three times 52 weeks 3.75
LEAP_DAY = 1


def find_window_faults(before: Window, after: Window) -> list[str]:
    """Return why two windows should not be compared; empty when they may be.

    Parameters
    ----------
    before, after : Window

    Returns
    -------
    list of str
        Whole sentences: what is wrong, what was given, what to do.

    Examples
    --------
    >>> from datetime import date
    >>> find_window_faults(
    ...     Window("before", date(2021, 7, 1), date(2022, 6, 30)),
    ...     Window("after", date(2022, 7, 1), date(2023, 6, 30)))
    []
    """
    faults = []
    if before.overlaps(after) or after.first < before.first:
        faults.append(
            f"The after window ({after}) must begin when the before window ({before}) is over."
        )
    if not _is_equal(before, after):
        faults.append(
            f"The windows differ in length: {before.days} days before, {after.days} after. "
            "Give both the same length."
        )
    shift = (after.first - before.first).days
    off = abs(shift - YEAR_DAYS * max(1, round(shift / YEAR_DAYS)))
    if off > SEASON_TOLERANCE_DAYS:
        faults.append(
            f"The windows lie in different seasons: one begins on {before.first}, the other on "
            f"{after.first}, {shift} days later. Begin them a whole number of years apart."
        )
    return faults


def check_windows(before: Window, after: Window, *, override: str = "") -> list[str]:
    """Refuse windows that should not be compared, unless a reason is written down.

    Parameters
    ----------
    before, after : Window
    override : str
        Why they are compared all the same. It is printed in the report. Windows that overlap or
        are in the wrong order are refused whatever the reason.

    Returns
    -------
    list of str
        The faults that the override passes over.

    Raises
    ------
    RefusedError
        There are faults and no written reason.
    """
    faults = find_window_faults(before, after)
    order = [fault for fault in faults if "must begin when" in fault]
    if order or not override.strip():
        check_faults("Windows", order or faults, RefusedError)
    return faults


def _is_equal(before: Window, after: Window) -> bool:
    difference = abs(before.days - after.days)
    if before.is_whole_months and after.is_whole_months:
        return difference <= LEAP_DAY and len(before.months) == len(after.months)
    return difference == 0
