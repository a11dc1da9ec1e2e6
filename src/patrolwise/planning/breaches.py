"""What a breach of a plan is, which rules there are, and how a plan is told in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftProblem

LOCAL_ZONE = ZoneInfo("Europe/London")  # of the clock times in sentences

Entry = PlannedVisit | PlannedBreak

RULES: Mapping[str, str] = MappingProxyType(
    {
        "known": "Units and hot spots are those of the shift.",
        "asked": "A unit goes only where its service is asked to on this shift.",
        "length": "A visit lasts exactly as long as is asked.",
        "duty": "A unit works within its hours, the way from and to its base included.",
        "overlap": "A unit does one thing at a time.",
        "travel": "Between two visits of a unit there is time for the way.",
        "break": "A unit takes exactly the break that it has, unbroken.",
        "break_window": "A break lies within its window.",
        "break_way": "A break comes on top of the way that it is taken on.",
        "least_visits": "A hot spot gets at least the visits that it is owed.",
        "most_visits": "A hot spot gets at most the visits that are asked for.",
        "apart": "Visits of a service to a hot spot lie apart.",
        "windows": "A visit begins and ends within one window of its hot spot.",
        "separation": "Two services are not in one hot spot at once, nor within the margin.",
        "locked": "What was decided by hand stays as it is.",
    }
)


@dataclass(frozen=True, kw_only=True)
class Breach:
    """One rule broken once."""

    rule: str  # a key of RULES
    unit_ids: tuple[str, ...] = ()
    area_ids: tuple[str, ...] = ()
    minute: int | None = None  # of the shift, when it happens; None for the shift as a whole
    by: int  # how much: minutes, or visits or breaks where those are counted
    sentence: str


def breach_of(
    rule: str, problem: ShiftProblem, entries: Sequence[Entry], by: int, sentence: str
) -> Breach:
    """Return a breach by some entries of a plan; it happens when the last of them begins.

    Parameters
    ----------
    rule : str
        A key of `RULES`.
    problem : ShiftProblem
    entries : sequence of PlannedVisit or PlannedBreak
        In order of start.
    by : int
        How much.
    sentence : str

    Returns
    -------
    Breach
    """
    visits = [entry for entry in entries if isinstance(entry, PlannedVisit)]
    units = [problem.units[entry.unit].unit_id for entry in entries]
    return Breach(
        rule=rule,
        unit_ids=tuple(dict.fromkeys(units)),
        area_ids=tuple(dict.fromkeys(problem.area_ids[visit.area] for visit in visits)),
        minute=entries[-1].start,
        by=by,
        sentence=sentence,
    )


def clock(problem: ShiftProblem, minute: int) -> str:
    """Return the local clock time of a minute of the shift, such as 15:00.

    Parameters
    ----------
    problem : ShiftProblem
    minute : int
        From the start of the shift.

    Returns
    -------
    str
        Europe/London.
    """
    return f"{problem.time_of(minute).astimezone(LOCAL_ZONE):%H:%M}"


def span(problem: ShiftProblem, start: int, end: int) -> str:
    """Return two local clock times, such as 15:00 to 15:40.

    Parameters
    ----------
    problem : ShiftProblem
    start, end : int
        Minutes from the start of the shift.

    Returns
    -------
    str
        Europe/London.
    """
    return f"{clock(problem, start)} to {clock(problem, end)}"


def tell_entry(problem: ShiftProblem, entry: Entry) -> str:
    """Return what a unit is planned to do, such as: in market from 15:00 to 15:40.

    Parameters
    ----------
    problem : ShiftProblem
    entry : PlannedVisit or PlannedBreak

    Returns
    -------
    str
    """
    where = "on its break"
    if isinstance(entry, PlannedVisit):
        where = f"in {problem.area_ids[entry.area]}"
    return f"{where} from {span(problem, entry.start, entry.end)}"


def count_of(number: int, what: str) -> str:
    """Return a number of things in words.

    Parameters
    ----------
    number : int
    what : str
        One of them.

    Returns
    -------
    str

    Examples
    --------
    >>> count_of(1, "visit"), count_of(2, "visit")
    ('1 visit', '2 visits')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
