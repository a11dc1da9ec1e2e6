"""How a number, a change and an interval are put into words, the same in every output.

The terminal, the page and the PDF all call these, so no two of them can say it differently.
"""

import math
from datetime import date

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.reporting.results import Estimate, WindowRecord

MINUS = "\u2212"
NONE = "\u2013"  # an en dash: nothing to show here

_DIFFERENCES = ("wdd", "difference", "net-effect")
_RATIOS = ("difference-in-differences",)  # that have the word in their name


def format_count(value: float | None, decimals: int = 0) -> str:
    """Return a number as a British reader writes it.

    Parameters
    ----------
    value : float or None
        None, or not a number: an en dash, for "nothing to show".
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        With thousands separators and a true minus sign.

    Examples
    --------
    >>> format_count(60314), format_count(-118), format_count(144.987, 2)
    ('60,314', '−118', '144.99')
    >>> format_count(None), format_count(-0.3)
    ('–', '0')
    """
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "no limit"
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def format_signed(value: float | None, decimals: int = 0) -> str:
    """Return a difference with its sign, so that a rise cannot be read as a level.

    Parameters
    ----------
    value : float or None
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> format_signed(12), format_signed(-118), format_signed(0)
    ('+12', '−118', '0')
    """
    text = format_count(value, decimals)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.,") else text


def format_percent(share: float, decimals: int = 1) -> str:
    """Return a share of 0 to 1 as a percentage.

    Parameters
    ----------
    share : float
        0 to 1; the caller sees to it that the base is not small.
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> format_percent(0.948), format_percent(1, 0)
    ('94.8 %', '100 %')
    """
    return f"{format_count(100 * share, decimals)} %"


def describe_change(
    before: float,
    after: float,
    *,
    base: float | None = None,
    countable: bool = True,
    decimals: int = 0,
) -> str:
    """Return how far a figure moved: the difference always, the percentage if the base allows.

    Parameters
    ----------
    before, after : float
        Counts, or harm scores.
    base : float, optional
        The crimes that the figure rests on; `before` itself when None. Give it for harm scores.
    countable : bool
        "fewer" when True, "less" when False.
    decimals : int
        Of the difference.

    Returns
    -------
    str
        No percentage when the base is under 20 crimes.

    Examples
    --------
    >>> describe_change(416, 252)
    '164 fewer, 39.4 % lower'
    >>> describe_change(7, 25)
    '18 more (too few for a percentage)'
    >>> describe_change(40, 40)
    'no change'
    """
    difference = after - before
    if difference == 0:
        return "no change"
    less = "fewer" if countable else "less"
    moved = f"{format_count(abs(difference), decimals)} {less if difference < 0 else 'more'}"
    if (before if base is None else base) < FEWEST_FOR_PERCENT or before <= 0:
        return f"{moved} (too few for a percentage)"
    percent = 100 * abs(difference) / before
    size = f"{percent:,.1f} %" if percent >= 0.05 else "less than 0.1 %"
    return f"{moved}, {size} {'lower' if difference < 0 else 'higher'}"


def format_change(
    before: float,
    after: float,
    *,
    base: float | None = None,
    countable: bool = True,
    decimals: int = 0,
) -> str:
    """Return both figures and how far they moved, never a percentage without its counts.

    Parameters
    ----------
    before, after : float
    base : float, optional
    countable : bool
    decimals : int
        As in `describe_change`.

    Returns
    -------
    str

    Examples
    --------
    >>> format_change(416, 252)
    '416 → 252, 39.4 % lower'
    >>> format_change(14, 9)
    '14 → 9, 5 fewer (too few for a percentage)'
    """
    both = f"{format_count(before, decimals)} → {format_count(after, decimals)}"
    change = describe_change(before, after, base=base, countable=countable, decimals=decimals)
    return f"{both}, {change.split(', ')[-1]}"


def format_interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    """Return an interval in words; "to" cannot be read as a minus sign.

    Parameters
    ----------
    low, high : float or None
        None: there is no interval.
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> format_interval(0.516, 0.7101), format_interval(-196, -40, 0)
    ('0.52 to 0.71', '−196 to −40')
    >>> format_interval(0, float("inf")), format_interval(None, None)
    ('0.00 to no limit', 'no interval')
    """
    if low is None or high is None:
        return "no interval"
    return f"{format_count(low, decimals)} to {format_count(high, decimals)}"


def format_p(p: float | None) -> str:
    """Return a p value; never "0.000".

    Parameters
    ----------
    p : float or None

    Returns
    -------
    str

    Examples
    --------
    >>> format_p(0.3217), format_p(0.0317), format_p(4e-9), format_p(None)
    ('0.32', '0.032', '< 0.001', '–')
    """
    if p is None or math.isnan(p):
        return NONE
    if p < 0.001:
        return "< 0.001"
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"


def is_difference(estimate: Estimate) -> bool:
    """Return whether an estimate is a number of crimes (0: no change) and no ratio (1: no change).

    Parameters
    ----------
    estimate : Estimate
        Told by its id, which is a stable slug.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_difference(Estimate(id="wdd", name="WDD", value=-118.0))
    True
    >>> is_difference(Estimate(id="difference-in-differences", name="Ratio", value=0.8))
    False
    """
    if estimate.id.startswith(_RATIOS):
        return False
    return any(mark in estimate.id for mark in _DIFFERENCES)


def format_value(estimate: Estimate) -> str:
    """Return the figure of an estimate alone: a ratio with 3 digits, a difference with its sign.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
        "not defined" when the counts allow no figure.

    Examples
    --------
    >>> format_value(Estimate(id="rate-ratio-exact", name="Rate ratio", value=0.60577))
    '0.606'
    """
    if estimate.value is None:
        return "not defined"
    if is_difference(estimate):
        return format_signed(estimate.value)
    return format_count(estimate.value, 3)


def format_estimate(estimate: Estimate) -> str:
    """Return an estimate with its interval, at the level it was made for.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str

    Examples
    --------
    >>> format_estimate(Estimate(id="a", name="A", value=0.60577, low=0.51596, high=0.71009))
    '0.606 (95 % interval 0.516 to 0.710)'
    >>> format_estimate(Estimate(id="a", name="A", value=None))
    'not defined'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return format_value(estimate)
    interval = format_interval(estimate.low, estimate.high, 0 if is_difference(estimate) else 3)
    return f"{format_value(estimate)} ({format_percent(estimate.level, 0)} interval {interval})"


def format_day(iso: str) -> str:
    """Return an ISO date as a British reader writes it.

    Parameters
    ----------
    iso : str
        "2023-02-01".

    Returns
    -------
    str

    Examples
    --------
    >>> format_day("2023-02-01")
    '1 February 2023'
    """
    day = date.fromisoformat(iso)
    return f"{day.day} {format_month(iso)}"


def format_month(iso: str) -> str:
    """Return the month of an ISO date.

    Parameters
    ----------
    iso : str

    Returns
    -------
    str

    Examples
    --------
    >>> format_month("2023-02-01")
    'February 2023'
    """
    return f"{date.fromisoformat(iso):%B %Y}"


def format_window(window: WindowRecord) -> str:
    """Return a window's two dates and its length, both days included.

    Parameters
    ----------
    window : WindowRecord

    Returns
    -------
    str

    Examples
    --------
    >>> format_window(WindowRecord(name="a", first="2023-02-01", last="2023-12-31", days=334))
    '1 February 2023 to 31 December 2023 (334 days)'
    """
    days = "1 day" if window.days == 1 else f"{format_count(window.days)} days"
    return f"{format_day(window.first)} to {format_day(window.last)} ({days})"
