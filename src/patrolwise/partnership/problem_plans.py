"""How far a problem-solving plan has come, and what its next step still lacks.

The steps are OSARA's: objective, scanning, analysis, response, assessment. No response begins
without a hypothesis that was tested and a measure that was registered; no plan closes without an
outcome and a comparison.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.plan_measures import PlanMeasure

FEWEST_SOURCES = 2


class Stage(StrEnum):
    """Which step a plan is at."""

    OBJECTIVE = "objective"
    SCANNING = "scanning"
    ANALYSIS = "analysis"
    RESPONSE = "response"
    ASSESSMENT = "assessment"
    CLOSED = "closed"


class Decision(StrEnum):
    """What an assessment leads to."""

    CLOSE = "close"
    ADAPT = "adapt"
    CONTINUE = "continue"


class Finding(StrEnum):
    """What the test of a hypothesis said."""

    UNTESTED = "not tested yet"
    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    UNCLEAR = "could not be told"


class ActionState(StrEnum):
    """How far an action is."""

    PLANNED = "planned"
    UNDER_WAY = "under way"
    DONE = "done"
    DROPPED = "dropped"


STEPS: Mapping[Stage, Stage] = {
    Stage.OBJECTIVE: Stage.SCANNING,
    Stage.SCANNING: Stage.ANALYSIS,
    Stage.ANALYSIS: Stage.RESPONSE,
    Stage.RESPONSE: Stage.ASSESSMENT,
}  # onward; out of assessment only a decision leads
AFTER: Mapping[Decision, Stage] = {
    Decision.CLOSE: Stage.CLOSED,
    Decision.ADAPT: Stage.ANALYSIS,
    Decision.CONTINUE: Stage.RESPONSE,
}


@dataclass(frozen=True, kw_only=True)
class Objective:
    """The problem in its five parts, and the aim. All are text."""

    behaviour: str = ""
    place: str = ""
    time: str = ""
    harm: str = ""
    affected: str = ""
    aim: str = ""


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """Why the problem may be there, how that was tested, and what the test said."""

    text: str
    test: str = ""
    finding: Finding = Finding.UNTESTED

    @property
    def is_tested(self) -> bool:
        """Whether it says how it was tested, and what came of it."""
        return bool(self.test.strip()) and self.finding is not Finding.UNTESTED


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    """Something that somebody does about the problem."""

    mechanism: str  # how it should make a difference
    owner: str  # an organisation
    due: date
    state: ActionState = ActionState.PLANNED

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in (ActionState.PLANNED, ActionState.UNDER_WAY)


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """All of a plan that its gates look at."""

    stage: Stage = Stage.OBJECTIVE
    objective: Objective = Objective()
    sources: tuple[str, ...] = ()  # of the evidence, one for each piece
    hypotheses: tuple[Hypothesis, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    measure: PlanMeasure | None = None  # of this round
    has_outcome: bool = False  # its counts were taken
    has_comparison: bool = False  # those of comparison areas too
    review_due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """Something that should have been done by now."""

    what: str  # a sentence
    since: date  # the day it was due


_PARTS = {
    "behaviour": "Say what happens: the behaviour.",
    "place": "Say where it happens.",
    "time": "Say when it happens.",
    "harm": "Say what harm it does.",
    "affected": "Say who is affected, by group, never by name.",
    "aim": "Say what should be otherwise, by how much and by when: the aim.",
}


def list_lacking(plan: PlanFacts, to: Stage, on: date) -> tuple[str, ...]:
    """Return what a plan lacks for a step, all of it at once.

    Parameters
    ----------
    plan : PlanFacts
    to : Stage
        The step that it is to enter.
    on : date
        The day of entering.

    Returns
    -------
    tuple of str
        Whole sentences that say what to do; empty when the gate is open.

    References
    ----------
    Clarke and Eck (2005), Crime Analysis for Problem Solvers, steps 7, 18-20, 38-46; Sidebottom et
    al. (2020), Implementing and Sustaining Problem-Oriented Policing (England and Wales).

    Examples
    --------
    >>> list_lacking(PlanFacts(sources=("police records",)), Stage.ANALYSIS, date(2026, 1, 5))
    ('Confirm the problem by 2 sources: 1 is named (police records).',)
    """
    match to:
        case Stage.SCANNING:
            return tuple(_lacks_objective(plan))
        case Stage.ANALYSIS:
            return tuple(_lacks_evidence(plan))
        case Stage.RESPONSE:
            return tuple(_lacks_analysis(plan, on))
        case Stage.ASSESSMENT:
            return tuple(_lacks_response(plan, on))
        case Stage.CLOSED:
            return tuple(_lacks_assessment(plan))
        case _:
            return ()


def check_step(plan: PlanFacts, to: Stage, on: date) -> None:
    """Refuse a step that does not follow, or whose gate is shut.

    Parameters
    ----------
    plan : PlanFacts
    to : Stage
    on : date

    Raises
    ------
    RefusedError
        With all that is lacking.
    """
    faults = list(list_lacking(plan, to, on))
    if STEPS.get(plan.stage) is not to:
        onward = STEPS.get(plan.stage)
        way = f"{onward.value} comes next" if onward else "a decision leads on from there"
        faults.insert(0, f"The plan is at {plan.stage.value}: {way}, not {to.value}.")
    check_faults(f"Step to {to.value}", faults, RefusedError)


def check_decision(plan: PlanFacts, decision: Decision, lessons: str, on: date) -> Stage:
    """Refuse a decision that an assessment does not bear, or return where it leads.

    Parameters
    ----------
    plan : PlanFacts
    decision : Decision
    lessons : str
        What was learned; to adapt or to continue, why.
    on : date

    Returns
    -------
    Stage

    Raises
    ------
    RefusedError
        The plan is not at its assessment, says nothing of what was learned, or is to be closed
        without an outcome and a comparison.
    """
    faults = [] if decision is not Decision.CLOSE else list(list_lacking(plan, Stage.CLOSED, on))
    if plan.stage is not Stage.ASSESSMENT:
        faults.insert(0, f"The plan is at {plan.stage.value}; a decision follows its assessment.")
    if not lessons.strip():
        faults.append("Say what was learned, for whoever meets such a problem next.")
    check_faults(f"Decision to {decision.value}", faults, RefusedError)
    return AFTER[decision]


def list_overdue(plan: PlanFacts, on: date) -> tuple[Overdue, ...]:
    """Return what should have been done before a day: actions, the review, the assessment.

    Parameters
    ----------
    plan : PlanFacts
    on : date

    Returns
    -------
    tuple of Overdue
        The longest due first; nothing of a closed plan.

    Examples
    --------
    >>> list_overdue(PlanFacts(review_due=date(2026, 1, 5)), date(2026, 1, 5))
    ()
    >>> [one.what for one in list_overdue(PlanFacts(review_due=date(2026, 1, 5)), date(2026, 1, 6))]
    ['The review was due on 5 January 2026.']
    """
    if plan.stage is Stage.CLOSED:
        return ()
    found = [
        Overdue(
            what=f"{one.owner} was to act by {tell_day(one.due)}: {one.mechanism}", since=one.due
        )
        for one in plan.actions
        if one.is_open and one.due < on
    ]
    if plan.review_due is not None and plan.review_due < on:
        told = f"The review was due on {tell_day(plan.review_due)}."
        found.append(Overdue(what=told, since=plan.review_due))
    measure, is_answering = plan.measure, plan.stage in (Stage.RESPONSE, Stage.ASSESSMENT)
    if measure is not None and is_answering and not plan.has_outcome and measure.is_over(on):
        ended = measure.window.last
        told = f"The measure's window ended on {tell_day(ended)}; it waits to be assessed."
        found.append(Overdue(what=told, since=ended))
    return tuple(sorted(found, key=lambda one: one.since))


def tell_day(day: date) -> str:
    """Return a day as people write it.

    Parameters
    ----------
    day : date

    Returns
    -------
    str

    Examples
    --------
    >>> tell_day(date(2026, 1, 5))
    '5 January 2026'
    """
    return f"{day.day} {day:%B %Y}"


def _lacks_objective(plan: PlanFacts) -> list[str]:
    return [told for part, told in _PARTS.items() if not getattr(plan.objective, part).strip()]


def _lacks_evidence(plan: PlanFacts) -> list[str]:
    sources = sorted(set(plan.sources))
    if len(sources) >= FEWEST_SOURCES:
        return []
    named = f"1 is named ({sources[0]})" if sources else "none is named"
    return [f"Confirm the problem by {FEWEST_SOURCES} sources: {named}."]


def _lacks_analysis(plan: PlanFacts, on: date) -> list[str]:
    faults = []
    tested = [one for one in plan.hypotheses if one.is_tested]
    if not tested:
        faults.append("Test a hypothesis: say how, and what the test said.")
    elif not any(one.finding is Finding.SUPPORTED for one in tested):
        faults.append("No hypothesis that was tested was supported. Test another.")
    if plan.measure is None:
        faults.append("Register the measure, its window and its comparison areas.")
    elif plan.measure.window.first < on:
        faults.append(
            f"The measure's window began on {tell_day(plan.measure.window.first)}, before the "
            "response. Register a later one."
        )
    if not any(one.is_open or one.state is ActionState.DONE for one in plan.actions):
        faults.append("Add an action, with who does it and by when.")
    return faults


def _lacks_response(plan: PlanFacts, on: date) -> list[str]:
    faults = []
    if not any(one.state is ActionState.DONE for one in plan.actions):
        faults.append("No action is done yet: there is nothing to assess.")
    if plan.measure is None:
        faults.append("Register the measure of this round, its window and its comparison areas.")
    elif not plan.measure.is_over(on):
        faults.append(
            f"The measure's window lasts until {tell_day(plan.measure.window.last)}. Its counts "
            "can be taken from the day after."
        )
    return faults


def _lacks_assessment(plan: PlanFacts) -> list[str]:
    faults = []
    if not plan.has_outcome:
        faults.append("Take the outcome: the counts of the registered measure.")
    if not plan.has_comparison:
        faults.append("Take the comparison: the counts of the comparison areas.")
    return faults
