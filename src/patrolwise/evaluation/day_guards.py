"""Which known mistakes a comparison of days would make, or has to be read with."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.day_comparison import DayComparison
from patrolwise.evaluation.guards import Guard, Severity

_FEW_CRIMES = 20
_FEW_PLACES = 30
_UNEVEN = 0.2  # between the weekday patrolled most and the one patrolled least, share of days
_SPREAD = 1.5  # variance over mean, from which a Poisson interval misleads
_ONE_DAY = 0.2  # of all harm, in one hot spot-day


def guard_days(
    found: DayComparison, days: Sequence[date], patrolled: NDArray[np.bool_]
) -> list[Guard]:
    """Return the guards that fire on a comparison of days.

    Parameters
    ----------
    found : DayComparison
    days : (d,) sequence of date
    patrolled : (hot spots, d) array of bool
        Where patrol took place.

    Returns
    -------
    list of Guard
        Red ones change the wording of the conclusion.
    """
    fired = [
        _not_drawn(found),
        None if found.is_drawn else _uneven_weekdays(days, patrolled),
        _few_crimes(found),
        _few_places(len(patrolled)),
        _overdispersed(found),
        _lasting(found),
        _one_day(found),
    ]
    return [guard for guard in fired if guard is not None]


def _not_drawn(found: DayComparison) -> Guard | None:
    if found.is_drawn:
        return None
    return Guard(
        id="days-not-drawn",
        severity=Severity.RED,
        title="Patrol days were not drawn by lot",
        message=(
            "Somebody decided where patrols went. The test takes days of one weekday in the same "
            "weeks as alike but for patrol; if units were sent where trouble was expected, or "
            "called away from it, they were not. It cannot be said that patrol caused a difference."
        ),
    )


def _uneven_weekdays(days: Sequence[date], patrolled: NDArray[np.bool_]) -> Guard | None:
    weekday = np.array([day.weekday() for day in days])
    shares = [float(patrolled[:, weekday == one].mean()) for one in np.unique(weekday)]
    if max(shares) - min(shares) < _UNEVEN:
        return None
    return Guard(
        id="weekdays-unbalanced",
        severity=Severity.AMBER,
        title="Patrol and weekday go together",
        message=(
            f"The share of days with patrol goes from {100 * min(shares):.0f} % to "
            f"{100 * max(shares):.0f} % by weekday. The plain ratio of days with and without is "
            "partly the weekday's; only days of one weekday are compared here."
        ),
    )


def _few_crimes(found: DayComparison) -> Guard | None:
    fewest = min(found.patrolled.crimes, found.without.crimes)
    if fewest >= _FEW_CRIMES:
        return None
    return Guard(
        id="few-crimes",
        severity=Severity.AMBER,
        title="Few crimes on one side",
        message=f"One side has {fewest:,.0f} crimes. Give no percentages of so few.",
    )


def _few_places(places: int) -> Guard | None:
    if places >= _FEW_PLACES:
        return None
    return Guard(
        id="few-hot-spots",
        severity=Severity.NOTE,
        title=f"{places} hot spots are few",
        message=(
            "Days of one hot spot are not independent of each other, so that a model's own errors "
            "are too small with so few. The headline does not rest on them."
        ),
    )


def _overdispersed(found: DayComparison) -> Guard | None:
    phi = found.model.dispersion if found.model else None
    if phi is None or phi < _SPREAD:
        return None
    return Guard(
        id="overdispersed",
        severity=Severity.NOTE,
        title="Crimes vary more than chance alone",
        message=(
            f"Variance over mean is {phi:.1f}, not 1. An interval for Poisson counts would be too "
            "narrow; the headline takes no such thing for granted."
        ),
    )


def _lasting(found: DayComparison) -> Guard | None:
    after = [one for one in found.lags[1:] if one.high is not None and one.high < 1]
    if not after:
        return None
    return Guard(
        id="effect-lasts",
        severity=Severity.AMBER,
        title="Days after patrol are low too",
        message=(
            f"{after[0].name.removeprefix('Rate ratio of ').split(',')[0].capitalize()}: "
            f"{after[0].value:.2f} of later days. Days without patrol so soon after one are no "
            "fair comparison, and the ratio shows less than there is; see the one without them."
        ),
    )


def _one_day(found: DayComparison) -> Guard | None:
    if found.harm is None or found.harm.worst_share < _ONE_DAY:
        return None
    return Guard(
        id="harm-of-one-day",
        severity=Severity.AMBER,
        title="One day holds much of the harm",
        message=(
            f"One hot spot-day has {100 * found.harm.worst_share:.0f} % of all harm. Read the "
            "ratio beside the one without it."
        ),
    )
