"""What a programme is told to do, learns and decides: recommendations, lessons, stage gates.

A recommendation is closed only with evidence, and by somebody other than who says that it is done.
A lesson says what was changed because of it, and on what its effect rests. A gate from one stage
to the next names evidence, decision, day and funder; no stage is jumped over, and none is entered
before the one before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

OPEN, ACCEPTED, PARTLY, REJECTED, DONE, CLOSED = (
    "open",
    "accepted",
    "partly accepted",
    "rejected",
    "said to be done",
    "closed",
)
_ANSWERS = (ACCEPTED, PARTLY, REJECTED)
MOVES = {
    OPEN: _ANSWERS,
    ACCEPTED: (PARTLY, REJECTED, DONE),
    PARTLY: (ACCEPTED, REJECTED, DONE),
    REJECTED: (ACCEPTED, PARTLY, CLOSED),
    DONE: (CLOSED, ACCEPTED, PARTLY),
    CLOSED: (),
}
PILOT, EXTENDED, EMBEDDED, STOPPED = "pilot", "extended", "embedded", "stopped"
STAGES = (PILOT, EXTENDED, EMBEDDED, STOPPED)
EFFECTS = {
    "not looked at yet": "nobody has looked yet",
    "told by people": "people who were there say so",
    "measured before and after": "counts or minutes before and after, with nothing beside them",
    "measured with a comparison": "counts or minutes beside places or days without the change",
}
MEASURED = ("measured before and after", "measured with a comparison")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a recommendation."""

    state: str  # that it comes to
    words: str  # why, or what was done
    evidence: str = ""  # where it can be seen: a paper, an evaluation, a minute
    by: str  # who; only told apart, never shown


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A decision on the stage of something that was tried."""

    stage: str
    on: date
    evidence: str
    decision: str
    funder: str
    until: date | None = None  # how long it is paid for; None: it has no end


def check_step(steps: Sequence[Step], new: Step) -> list[str]:
    """Return what stands against the next step of a recommendation.

    Parameters
    ----------
    steps : sequence of Step
        Until now, in order.
    new : Step

    Returns
    -------
    list of str
        Whole sentences; empty when the step may be taken.

    Examples
    --------
    >>> check_step([], Step(state=DONE, words="Done.", by="a"))[0]
    'From open it comes to accepted, partly accepted or rejected, and not to said to be done.'
    """
    state = steps[-1].state if steps else OPEN
    faults = []
    if new.state not in MOVES[state]:
        faults.append(_tell_moves(state, new.state))
    if not new.words.strip():
        faults.append("Say why, or what was done.")
    if new.state == DONE and not new.evidence.strip():
        faults.append("Say where it can be seen that it is done: a paper, a minute, an evaluation.")
    if new.state == CLOSED and steps and new.by == steps[-1].by:
        faults.append("Somebody else closes it: not who said that it is done, or rejected it.")
    return faults


def check_gate(gates: Sequence[Gate], new: Gate) -> list[str]:
    """Return what stands against the next gate.

    Parameters
    ----------
    gates : sequence of Gate
        Until now, in order.
    new : Gate

    Returns
    -------
    list of str
        Whole sentences; empty when the stage may be entered.
    """
    last = gates[-1] if gates else None
    faults = _find_stage_faults([gate.stage for gate in gates], new.stage)
    if last is not None and new.on <= last.on:
        faults.append(f"{new.on} is not after the gate before it, on {last.on}.")
    if new.until is not None and new.until <= new.on:
        faults.append(f"It is paid for until {new.until}, which is not after {new.on}.")
    for given, told in (
        (new.evidence, "evidence: what was known on the day, and where it is"),
        (new.decision, "decision: what was decided, and by whom"),
        (new.funder, "funder: who pays for it"),
    ):
        if not given.strip():
            faults.append(f"Give the {told}.")
    return faults


def _find_stage_faults(known: Sequence[str], new: str) -> list[str]:
    """Return what stands against a stage after others; at most one fault."""
    rules = (
        (new not in STAGES, f"{new!r} is no stage. Give one of {', '.join(STAGES)}."),
        (not known and new != PILOT, "It begins as a pilot: nothing was tried yet."),
        (STOPPED in known, "It was stopped. Begin a new one, with its own pilot."),
        (new == PILOT and known, "It was a pilot already. A pilot that goes on is extended."),
        (new == EMBEDDED and EXTENDED not in known, "It is extended before it is embedded."),
        (new == EXTENDED and EMBEDDED in known, "It is embedded already."),
    )
    return [fault for is_broken, fault in rules if is_broken][:1]


def check_lesson(changed: str, effect: str, effect_words: str) -> list[str]:
    """Return what stands against a lesson's effect.

    Parameters
    ----------
    changed : str
        What was changed because of it; empty when nothing was yet.
    effect : str
        A key of `EFFECTS`.
    effect_words : str
        What came of it, with the count.

    Returns
    -------
    list of str
        Whole sentences; empty when it may be told so.
    """
    faults = []
    if effect not in EFFECTS:
        faults.append(f"{effect!r} is no ground. Give one of {', '.join(EFFECTS)}.")
    looked = effect in EFFECTS and effect != "not looked at yet"
    if looked and not changed.strip():
        faults.append("It has an effect of nothing: say first what was changed.")
    if looked and not effect_words.strip():
        faults.append("Say what came of it.")
    if effect in MEASURED and not any(one.isdigit() for one in effect_words):
        faults.append("It is measured, but no number is told. Give the count before and after.")
    return faults


def _tell_moves(state: str, new: str) -> str:
    ways = MOVES[state]
    if not ways:
        return f"It is {state}: nothing comes after that. Write a new recommendation."
    *first, last = ways
    told = f"{', '.join(first)} or {last}" if first else last
    return f"From {state} it comes to {told}, and not to {new}."
