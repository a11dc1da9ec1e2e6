"""How the page of one service and day stays one page: words, and how many of them fit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from patrolwise.web.tasking.concealing import LOCAL

_MORE = "…"
_OWES = re.compile(r" owes \d+ x ")
_FEW, _SOME = 7, 12  # hot spots


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many characters or things each part may have; the card has all of them."""

    name: int
    visits: int
    why: int
    reasons: int  # bands and squares
    hazards: int
    apart: int
    line: int
    events: int  # things
    actions: int
    units: int


# measured by printing 7, 12 and 25 hot spots with every part full
_LARGE = Room(
    name=60, visits=90, why=100, reasons=4, hazards=72, apart=50, line=100, events=3, actions=4,
    units=12,
)  # fmt: skip
_MIDDLE = Room(
    name=40, visits=46, why=60, reasons=3, hazards=46, apart=40, line=90, events=2, actions=5,
    units=12,
)  # fmt: skip
_SMALL = Room(
    name=34, visits=46, why=52, reasons=3, hazards=42, apart=26, line=75, events=2, actions=4,
    units=12,
)  # fmt: skip


def room_for(spots: int) -> Room:
    """Return how much fits one page with so many hot spots.

    Parameters
    ----------
    spots : int

    Returns
    -------
    Room
        The less, the more hot spots.
    """
    if spots <= _FEW:
        return _LARGE
    return _MIDDLE if spots <= _SOME else _SMALL


def shorten(text: str, most: int) -> str:
    """Return a text cut at a word, with a mark where it was cut.

    Parameters
    ----------
    text : str
    most : int
        Characters, the mark with them.

    Returns
    -------
    str
        On one line.

    Examples
    --------
    >>> shorten("Loose paving by the bus shelter", 20)
    'Loose paving by the…'
    >>> shorten("Loose paving", 20)
    'Loose paving'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[: most - len(_MORE) + 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept[:-1]).rstrip(" ,;.") + _MORE


def drop_rules(why: str) -> str:
    """Return why a hot spot is on a plan, without what services owe it: the rule stands beside.

    Parameters
    ----------
    why : str
        As the plan's card says it.

    Returns
    -------
    str

    Examples
    --------
    >>> drop_rules("Hot spot for robbery. outreach owes 1 x 40 min a day. Two lamps are out.")
    'Hot spot for robbery. Two lamps are out.'
    """
    return " ".join(part for part in re.split(r"(?<=\.) ", why) if not _OWES.search(part))


def list_times(lines: Sequence[str]) -> str:
    """Return spans of time in one line.

    Parameters
    ----------
    lines : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> list_times(["10:00 to 10:15 P1", "12:00 to 12:15 P2"])
    '10:00–10:15 P1, 12:00–12:15 P2'
    """
    return ", ".join(line.replace(" to ", "–") for line in lines)


def tell_rule(row: Mapping[str, Any]) -> str:
    """Return a row of PLANNED_DOSES in few words.

    Parameters
    ----------
    row : mapping

    Returns
    -------
    str

    Examples
    --------
    >>> tell_rule({"status": "planned", "planned_visits": 2, "visit_min": 15.0,
    ...            "from_clock": None, "until_clock": None})
    '2 × 15 min'
    >>> tell_rule({"status": "no rule"})
    'no rule'
    """
    if row["status"] != "planned":
        return "not owed today" if row["status"] == "not planned" else "no rule"
    told = f"{row['planned_visits']} × {row['visit_min']:g} min"
    if row["from_clock"] is None:
        return told
    return f"{told}, {row['from_clock']:%H:%M}–{row['until_clock']:%H:%M}"


def tell_since(time: datetime | None, now: datetime) -> str:
    """Return when a hot spot was last visited.

    Parameters
    ----------
    time : datetime or None
        Aware; None where no visit is known.
    now : datetime
        Aware.

    Returns
    -------
    str
        Empty without a visit.
    """
    if time is None:
        return ""
    there = time.astimezone(LOCAL)
    days = (now.astimezone(LOCAL).date() - there.date()) // timedelta(days=1)
    if days <= 0:
        return f"today {there:%H:%M}"
    return f"{there.day} {there:%b} {there:%H:%M}"


def tell_clock(time: datetime) -> str:
    """Return the local time of day.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    str
    """
    return f"{time.astimezone(LOCAL):%H:%M}"
