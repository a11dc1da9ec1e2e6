"""Whether a month is more than ordinary variation, in few words; what a definition is called."""

from patrolwise.definitions import load_definitions
from patrolwise.evaluation.xmr import Signal, XmrChart

ORDINARY = "ordinary"
RULES = (
    "Limits: the mean of the months shown, less and more 2.66 mean moving ranges (XmR). More than "
    "ordinary: a month outside the limits; seven in a row above or below the mean; seven rising or "
    "falling; two of three near a limit. It says that something changed, not what."
)
_MOVED = 0.2  # share of months outside; of a level that holds, less than 1 in 100 is


def title_of(definition: str) -> str:
    """Return what a definition is called.

    Parameters
    ----------
    definition : str
        id@version.

    Returns
    -------
    str
        The id when it is none that comes with Patrolwise.
    """
    known = load_definitions().get(definition)
    return known.title if known else definition


def tell_variation(chart: XmrChart, k: int) -> str:
    """Return the strongest signal of a point in few words.

    Parameters
    ----------
    chart : XmrChart
    k : int
        Which point, from 0.

    Returns
    -------
    str
    """
    if not chart.signals[k]:
        return ORDINARY
    is_above = chart.values[k] > chart.mean
    is_rising = k > 0 and chart.values[k] > chart.values[k - 1]
    side = "above" if is_above else "below"
    return {
        Signal.BEYOND: f"{side} the limits",
        Signal.SIDE: f"7 in a row {side} the mean",
        Signal.TREND: f"7 in a row {'rising' if is_rising else 'falling'}",
        Signal.NEAR_LIMIT: f"near the {'upper' if is_above else 'lower'} limit",
    }[chart.signals[k][0]]


def tell_level(chart: XmrChart) -> str:
    """Return a sentence when the limits describe no level that held; else nothing.

    Parameters
    ----------
    chart : XmrChart

    Returns
    -------
    str
        Where more than a fifth of the points lie outside. Limits stand on the differences of
        neighbours, which a trend or a season leaves small: they are honest, and too narrow.
    """
    outside = sum(Signal.BEYOND in signals for signals in chart.signals)
    if outside <= _MOVED * len(chart.signals):
        return ""
    return (
        f"{outside} of these {len(chart.signals)} months lie outside the limits: the level itself "
        "moved, as by a trend or a season, so compare a month with the same month a year before."
    )
