"""The 17 mistakes that evaluators of hot spots policing make, and what became of each in a run.

Each is looked for by guards, or cannot be made with this software; where the data do not allow
to look, that is said. `docs/explanation/guards.md` holds the same register for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from patrolwise.evaluation.guards import Guard
from patrolwise.evaluation.mistake_register import ENTRIES, Entry


class Design(StrEnum):
    """What was run: how the comparison was made."""

    WINDOWS = "windows"  # before and after
    CHOSEN_DAYS = "chosen days"  # days with patrol and without, as somebody decided
    DRAWN_DAYS = "drawn days"  # the same, drawn by lot
    PLAN = "plan"  # an experiment that is drawn, before there are data


class State(StrEnum):
    """What became of one mistake."""

    FIRED = "fired"
    NOT_FOUND = "not found"
    IMPOSSIBLE = "impossible"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What was run, and what it had to look with."""

    design: Design
    looked: frozenset[str]  # ids of the guards that were looked for
    why_not: Mapping[int, str] = field(default_factory=dict)  # number: why nobody could look


@dataclass(frozen=True, kw_only=True)
class MistakeRecord:
    """One of the 17 mistakes, and what became of it in this run."""

    number: int  # 1 to 17
    title: str
    looked_for: str  # in words
    state: State
    detail: str  # the message, or why it is impossible, or why it was not looked at
    guards: tuple[str, ...]  # ids of those that fired


def check_mistakes(guards: Sequence[Guard], run: Run) -> tuple[MistakeRecord, ...]:
    """Return what became of each of the 17 mistakes.

    Parameters
    ----------
    guards : sequence of Guard
        Those that fired.
    run : Run

    Returns
    -------
    (17,) tuple of MistakeRecord, by number
        A guard that fired counts whatever else is known; then what the design makes impossible;
        then what was looked for.
    """
    return tuple(_check(entry, guards, run) for entry in ENTRIES)


def guard_ids() -> frozenset[str]:
    """Return the ids of all guards that stand for one of the 17 mistakes.

    Returns
    -------
    frozenset of str

    Examples
    --------
    >>> "few-crimes" in guard_ids()
    True
    """
    return frozenset(guard_id for entry in ENTRIES for guard_id in entry.guards)


def _check(entry: Entry, guards: Sequence[Guard], run: Run) -> MistakeRecord:
    fired = [guard for guard in guards if guard.id in entry.guards]
    state, detail = _decide(entry, fired, run)
    return MistakeRecord(
        number=entry.number,
        title=entry.title,
        looked_for=entry.looked_for,
        state=state,
        detail=detail,
        guards=tuple(dict.fromkeys(guard.id for guard in fired)),
    )


def _decide(entry: Entry, fired: Sequence[Guard], run: Run) -> tuple[State, str]:
    if fired:
        return State.FIRED, _tell(fired)
    impossible = entry.impossible.get(run.design.value, "")
    if impossible:
        return State.IMPOSSIBLE, impossible
    if not run.looked.isdisjoint(entry.guards):
        return State.NOT_FOUND, ""
    reason = run.why_not.get(entry.number) or entry.absent.get(run.design.value, "")
    return State.NOT_LOOKED_AT, reason or "Nothing was there to look at."


def _tell(fired: Sequence[Guard]) -> str:
    """Return the first message of each guard, and how many more outcomes it is about."""
    told = []
    for guard_id in dict.fromkeys(guard.id for guard in fired):
        same = [guard for guard in fired if guard.id == guard_id]
        about = ", ".join(guard.about for guard in same[1:] if guard.about)
        first = f"{same[0].about}: " if same[0].about else ""
        told.append(first + same[0].message + (f" Also of {about}." if about else ""))
    return " ".join(told)
