"""How minutes, pounds, clock times and verdicts of patrols are put into words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.patrols.compliance import LOCAL_ZONE
from patrolwise.reporting.patrol_results import CostRecord, DoseRecord, TotalRecord
from patrolwise.reporting.wording import NONE, format_count, format_interval, format_percent

SIMULATED = "SIMULATED DATA: no patrol in this report took place"
VERDICTS = ("met", "short", "cannot tell", "not planned", "no rule")
PLANNED = VERDICTS[:3]  # on these a rule asked for minutes
EDGE = (
    "Position error carries some fixes of a patrol at the edge outside: the true minutes are "
    "likelier a little above those credited."
)


def format_minutes(value: float, low: float | None = None, high: float | None = None) -> str:
    """Return minutes with the interval for the true ones.

    Parameters
    ----------
    value : float
        Minutes.
    low, high : float or None
        Ends of the 95 % interval; None leaves it out.

    Returns
    -------
    str

    Examples
    --------
    >>> format_minutes(1195.2, 1188, 1202.4), format_minutes(1)
    ('1,195 min (the true minutes while tracked: 1,188 to 1,202, 95 % interval)', '1 min')
    """
    text = f"{format_count(value)} min"
    if low is None or high is None:
        return text
    interval = f"{format_interval(low, high, 0)}, 95 % interval"
    return f"{text} (the true minutes while tracked: {interval})"


def format_pounds(value: float | None, decimals: int = 2) -> str:
    """Return pounds as a British reader writes them.

    Parameters
    ----------
    value : float or None
        None: an en dash. Infinity: "no limit".
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> format_pounds(2.284), format_pounds(18400, 0), format_pounds(None)
    ('£2.28', '£18,400', '–')
    """
    text = format_count(value, decimals)
    if not text[-1].isdigit():
        return text
    return f"{text[0]}£{text[1:]}" if value is not None and value < 0 else f"£{text}"


def format_cost(cost: CostRecord) -> str:
    """Return a cost per minute with its interval, and whose minute it is.

    Parameters
    ----------
    cost : CostRecord

    Returns
    -------
    str
        Says so when the minutes are not verified, or nobody knows how sure they are. The interval
        is of the minutes expected to be true; the cost on these is told too where it differs.
    """
    whose = "of one person" if cost.basis == "person" else "of a patrol"
    credited, expected = format_pounds(cost.per_minute), format_pounds(cost.corrected)
    figure = f"{credited} a minute {whose}"
    if cost.corrected is not None and expected != credited:
        figure = f"{credited} a credited minute {whose}; {expected} on the minutes expected to be "
        figure += "true"
    known = "no interval"
    if cost.low is not None:
        high = "no limit" if cost.high is None else format_pounds(cost.high)
        known = f"95 % interval {format_pounds(cost.low)} to {high}"
    told = "" if cost.is_verified else ", not verified"
    return f"{figure} ({known}{told})"


def explain_edge(records: Sequence[DoseRecord | TotalRecord]) -> str:
    """Return why true minutes can lie above the credited ones, where a reader sees that they do.

    Parameters
    ----------
    records : sequence of DoseRecord or TotalRecord

    Returns
    -------
    str
        Empty unless the middle of some interval is half a minute or more above the credit. An
        interval that was cut off at 0 has lost its middle and is left aside.
    """
    above = (
        one.low_min + one.high_min - 2 * one.patrol_min >= 1 for one in records if one.low_min > 0
    )
    return EDGE if any(above) else ""


def format_clock(iso: str) -> str:
    """Return the local time of a UTC instant, as a watch in Britain shows it.

    Parameters
    ----------
    iso : str
        ISO 8601; without an offset it is read as UTC.

    Returns
    -------
    str

    Examples
    --------
    >>> format_clock("2024-06-12T14:05:00Z"), format_clock("2024-01-12T14:05:00+00:00")
    ('15:05', '14:05')
    """
    return f"{read_time(iso).astimezone(ZoneInfo(LOCAL_ZONE)):%H:%M}"


def read_time(iso: str) -> datetime:
    """Return the UTC instant that an ISO 8601 text names.

    Parameters
    ----------
    iso : str
        Without an offset it is read as UTC.

    Returns
    -------
    datetime
        Aware.

    Examples
    --------
    >>> read_time("2024-06-12T14:05:00").isoformat()
    '2024-06-12T14:05:00+00:00'
    """
    time = datetime.fromisoformat(iso)
    return time.replace(tzinfo=ZoneInfo("UTC")) if time.tzinfo is None else time


def format_weekday(iso: str) -> str:
    """Return a day as a short date with its weekday.

    Parameters
    ----------
    iso : str

    Returns
    -------
    str

    Examples
    --------
    >>> format_weekday("2024-06-03")
    'Mon 3 Jun 2024'
    """
    day = date.fromisoformat(iso)
    return f"{day:%a} {day.day} {day:%b %Y}"


def format_share(part: int, whole: int) -> str:
    """Return a share with its counts; the percentage only where the whole is not small.

    Parameters
    ----------
    part, whole : int

    Returns
    -------
    str
        An en dash when the whole is 0.

    Examples
    --------
    >>> format_share(31, 36), format_share(3, 7), format_share(0, 0)
    ('31 of 36 (86 %)', '3 of 7', '–')
    """
    if whole == 0:
        return NONE
    counts = f"{format_count(part)} of {format_count(whole)}"
    return counts if whole < FEWEST_FOR_PERCENT else f"{counts} ({format_percent(part / whole, 0)})"


def format_times(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun in the right number.

    Parameters
    ----------
    count : int
    one, many : str
        The noun; the plural adds an s when left out.

    Returns
    -------
    str

    Examples
    --------
    >>> format_times(1, "visit"), format_times(2300, "visit"), format_times(2, "pass", "passes")
    ('1 visit', '2,300 visits', '2 passes')
    """
    return f"{format_count(count)} {one if count == 1 else many or one + 's'}"


def join_words(words: Sequence[str]) -> str:
    """Return words as a list within a sentence.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    str
        Empty when there are none.

    Examples
    --------
    >>> join_words(["4", "5", "7"]), join_words(["4"]), join_words([])
    ('4, 5 and 7', '4', '')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def judge_days(verdicts: Sequence[str]) -> str:
    """Return one verdict on several days: short if one is, met only if all that count are.

    Parameters
    ----------
    verdicts : sequence of str
        Of `VERDICTS`; days without a plan do not count while another day has one.

    Returns
    -------
    str

    Examples
    --------
    >>> judge_days(["met", "not planned"]), judge_days(["met", "cannot tell", "short"])
    ('met', 'short')
    >>> judge_days(["no rule", "not planned"]), judge_days([])
    ('not planned', 'no rule')
    """
    gravest = ("short", "cannot tell", "met", "not planned", "no rule")
    return next((verdict for verdict in gravest if verdict in verdicts), "no rule")


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day lies in.

    Parameters
    ----------
    day : date

    Returns
    -------
    date

    Examples
    --------
    >>> monday_of(date(2024, 6, 9)).isoformat()
    '2024-06-03'
    """
    return day - timedelta(days=day.weekday())
