"""Whether a figure that is told bears its verdict: counts, change, interval, or why there is none.

A percentage needs 20 at its base, a verdict an interval that is calibrated, pounds an hour the
pounds of those hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.evaluation.robust import estimate_paired_month_ratio
from patrolwise.partnership.hours_totals import HoursFigure
from patrolwise.times import Window

_ALPHA = 0.05
_Z = 1.96
VERDICTS = ("clear fall", "clear rise", "could be chance", "too few to say", "not judged")


@dataclass(frozen=True, kw_only=True)
class JudgedFigure:
    """One figure now and then, and what may be said of it."""

    id: str
    name: str
    counted: str  # of what: a definition's id@version, or words
    then: int
    now: int
    change: float | None  # share; None where the base is too small
    low: float | None  # 95 % interval of the change
    high: float | None
    verdict: str  # of VERDICTS
    reason: str  # why that verdict


@dataclass(frozen=True, kw_only=True)
class MonthlyFigure:
    """Counts by month of two periods that are compared, January with January."""

    id: str
    name: str
    counted: str
    then: tuple[int, ...]
    now: tuple[int, ...]


def judge_figure(figure: MonthlyFigure) -> JudgedFigure:
    """Return what may be said of a figure.

    Parameters
    ----------
    figure : MonthlyFigure

    Returns
    -------
    JudgedFigure
        With a base under 20, no percentage, no interval and "too few to say". Otherwise the
        interval of `estimate_paired_month_ratio`, which allows for months that vary more than
        chance. A verdict names no cause.

    Examples
    --------
    >>> few = MonthlyFigure(id="p", name="Partner patrols", counted="patrols", then=(2, 2, 3),
    ...                     now=(8, 8, 9))
    >>> judge_figure(few).change, judge_figure(few).verdict
    (None, 'too few to say')
    """
    then, now = sum(figure.then), sum(figure.now)
    told = {"id": figure.id, "name": figure.name, "counted": figure.counted}
    if then < FEWEST_FOR_PERCENT:
        return JudgedFigure(
            **told, then=then, now=now, change=None, low=None, high=None,
            verdict="too few to say",
            reason=f"There were {then} before; a percentage needs {FEWEST_FOR_PERCENT}.",
        )  # fmt: skip
    estimate = estimate_paired_month_ratio(figure.then, figure.now)
    if estimate.low is None or estimate.high is None or estimate.p is None:
        return JudgedFigure(
            **told, then=then, now=now, change=now / then - 1, low=None, high=None,
            verdict="too few to say", reason=estimate.note,
        )  # fmt: skip
    is_clear = estimate.p < _ALPHA
    way = "clear fall" if now < then else "clear rise"
    return JudgedFigure(
        **told, then=then, now=now, change=now / then - 1,
        low=estimate.low - 1, high=estimate.high - 1,
        verdict=way if is_clear else "could be chance",
        reason=f"{len(figure.then)} months against the same of the year before; their spread is "
        "in the interval. It names no cause.",
    )  # fmt: skip


def find_least_base(change: float) -> int:
    """Return how many must have been counted before for a change to be told from chance.

    Parameters
    ----------
    change : float
        As a share: -0.084 is a fall of 8.4 %. Above -1, and not 0.

    Returns
    -------
    int
        For two periods of equal length whose counts vary as Poisson. Real months vary more, so
        more are needed: fewer than this are certainly too few.

    Raises
    ------
    InputError
        There is no change, or a fall of 100 % or more.

    References
    ----------
    The normal test of two Poisson counts: z = (a - b) / sqrt(a + b).

    Examples
    --------
    >>> find_least_base(-0.084), find_least_base(-0.152)
    (1044, 308)
    """
    if not change > -1 or change == 0:
        raise InputError(f"A change of {change:g} is none that can be tested. Give -0.084 or so.")
    return ceil(_Z**2 * (2 + change) / change**2)


def refuse_bare_change(name: str, change: float) -> str:
    """Return why a percentage that is told without its counts is not judged.

    Parameters
    ----------
    name : str
    change : float
        As a share.

    Returns
    -------
    str

    Examples
    --------
    >>> refuse_bare_change("Serious violence", -0.084)  # doctest: +ELLIPSIS
    'Serious violence, −8.4 %: refused. No counts are given; with fewer than 1,044 before, ...'
    """
    told = f"{100 * change:+.1f} %".replace("-", "\u2212")
    least = max(find_least_base(change), FEWEST_FOR_PERCENT)
    return (
        f"{name}, {told}: refused. No counts are given; with fewer than {least:,} before, it "
        "could be chance. Give the counts, now and then."
    )


def divide_pounds_by_hours(
    pounds: float, spent: Window, figure: HoursFigure, payers: Sequence[str]
) -> float:
    """Return pounds an hour, where the pounds paid for those hours and no others.

    Parameters
    ----------
    pounds : float
        0 or more.
    spent : Window
        The days that they were spent on.
    figure : HoursFigure
    payers : sequence of str
        The ways of paying that the pounds cover, such as "funded".

    Returns
    -------
    float

    Raises
    ------
    InputError
        There are no hours.
    RefusedError
        The hours are not told what of; they are of other days; or some were paid otherwise, such
        as in kind. All are named.
    """
    scope = figure.scope
    if scope is None:
        raise RefusedError(f"{figure}. Pounds are divided by no such figure.")
    if not figure.minutes:
        raise InputError("There are no hours to divide by.")
    faults = []
    if (scope.window.first, scope.window.last) != (spent.first, spent.last):
        faults.append(
            f"The pounds are of {spent}, and the hours of {scope.window}: a year's money over a "
            "quarter's hours is no price of an hour. Give both of the same days."
        )
    if not scope.paid or set(scope.paid) - set(payers):
        faults.append(
            f"The pounds paid for {', '.join(payers)} hours, and the hours are "
            f"{', '.join(scope.paid) or 'paid in any way, in kind too'}. Count those alone."
        )
    check_faults("Pounds an hour", faults, RefusedError)
    return pounds / figure.hours
