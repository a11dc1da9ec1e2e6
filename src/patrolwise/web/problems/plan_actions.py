"""What is done to problem-solving plans: begun, filled, moved on, measured and decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.plan_measures import (
    MeasuredCounts,
    PlanAssessment,
    PlanMeasure,
    assess_response,
    check_measure,
    propose_windows,
    tell_changes,
)
from patrolwise.partnership.problem_plans import (
    ActionState,
    Decision,
    Finding,
    Stage,
    check_decision,
    check_step,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.problems.counting import count_measure
from patrolwise.web.problems.models import (
    PlanAction,
    PlanEvidence,
    PlanHypothesis,
    ProblemPlan,
    RegisteredMeasure,
)
from patrolwise.web.problems.photo_actions import drop_with_plan
from patrolwise.web.problems.plan_facts import measure_of, read_facts, read_measure

FIELDS = (
    "title", "area_ids", "owner_id", "review_due", "behaviour", "place", "time", "harm",
    "affected", "aim", "community_view", "what_changed", "data_gaps",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MeasureAsk:
    """What somebody chooses of a measure; the windows follow from it."""

    outcome: str
    first: date  # of the first month of the window
    months: int
    comparison_ids: tuple[str, ...]


def begin_plan(*, by: Person, given: Mapping[str, Any], today: date) -> ProblemPlan:
    """Begin a plan.

    Parameters
    ----------
    by : Person
    given : mapping
        By name of `FIELDS`; what is lacking is empty.
    today : date

    Returns
    -------
    ProblemPlan
    """
    with transaction.atomic():
        fields = {name: given[name] for name in FIELDS if name in given}
        plan = ProblemPlan.objects.create(begun=today, begun_by_id=by.pk, **fields)
        _record(by, "problem plan begun", plan)
    return plan


def edit_plan(*, by: Person, plan: ProblemPlan, given: Mapping[str, Any]) -> None:
    """Change what a plan says of its problem.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    given : mapping
        By name of `FIELDS`.

    Raises
    ------
    RefusedError
        It is closed.
    """
    with transaction.atomic():
        plan = _hold(plan)
        changed = sorted(
            name for name in FIELDS if name in given and given[name] != getattr(plan, name)
        )
        for name in changed:
            setattr(plan, name, given[name])
        plan.save()
        _record(by, "problem plan edited", plan, changed=", ".join(changed))


def add_evidence(*, by: Person, plan: ProblemPlan, given: Mapping[str, Any], today: date) -> None:
    """Add what a source says of the problem.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    given : mapping
        source, text.
    today : date
    """
    with transaction.atomic():
        plan = _hold(plan)
        PlanEvidence.objects.create(plan=plan, said=today, said_by_id=by.pk, **given)
        _record(by, "evidence added", plan, source=given["source"])


def add_hypothesis(*, by: Person, plan: ProblemPlan, given: Mapping[str, Any], today: date) -> None:
    """Add why the problem may be there; it is not tested yet.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    given : mapping
        side, text.
    today : date
    """
    with transaction.atomic():
        plan = _hold(plan)
        row = PlanHypothesis.objects.create(plan=plan, said=today, said_by_id=by.pk, **given)
        _record(by, "hypothesis added", plan, hypothesis=row.pk)


def keep_test(*, by: Person, row: PlanHypothesis, test: str, finding: Finding, today: date) -> None:
    """Keep how a hypothesis was tested, and what the test said.

    Parameters
    ----------
    by : Person
    row : PlanHypothesis
    test : str
    finding : Finding
    today : date

    Raises
    ------
    InputError
        It says not how, or the finding is that it was not tested.
    """
    if not test.strip() or finding is Finding.UNTESTED:
        raise InputError("Test: say how it was tested, and what the test said.")
    with transaction.atomic():
        plan = _hold(row.plan)
        row.test, row.finding, row.tested = test.strip(), finding.value, today
        row.save(update_fields=["test", "finding", "tested"])
        _record(by, "hypothesis tested", plan, hypothesis=row.pk, finding=finding.value)


def add_action(*, by: Person, plan: ProblemPlan, given: Mapping[str, Any], today: date) -> None:
    """Add something that an organisation does about the problem.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    given : mapping
        kind, mechanism, owner, due, cost_pounds, strength.
    today : date
    """
    with transaction.atomic():
        plan = _hold(plan)
        row = PlanAction.objects.create(plan=plan, said=today, said_by_id=by.pk, **given)
        _record(by, "action added", plan, action_id=row.pk)


def move_action(*, by: Person, row: PlanAction, to: ActionState, note: str, today: date) -> None:
    """Keep how far an action is.

    Parameters
    ----------
    by : Person
    row : PlanAction
    to : ActionState
    note : str
        What was done, or why it was dropped.
    today : date

    Raises
    ------
    InputError
        It is done or dropped without a word on it.
    """
    if to in (ActionState.DONE, ActionState.DROPPED) and not note.strip():
        raise InputError(f"Action: say what was done, or why it is {to.value}.")
    with transaction.atomic():
        plan = _hold(row.plan)
        before, row.state, row.note = row.state, to.value, note.strip()
        row.done = today if to is ActionState.DONE else None
        row.save(update_fields=["state", "note", "done"])
        _record(by, "action moved", plan, action_id=row.pk, before=before, after=to.value)


def register_measure(
    *, by: Person, plan: ProblemPlan, ask: MeasureAsk, today: date
) -> RegisteredMeasure:
    """Register what a plan's response will be judged by. It cannot be changed afterwards.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    ask : MeasureAsk
    today : date

    Returns
    -------
    RegisteredMeasure

    Raises
    ------
    InputError
        The measure could not tell anything.
    RefusedError
        This round has one, or the plan is at another step.
    """
    with transaction.atomic():
        plan = _hold(plan)
        if measure_of(plan) is not None:
            raise RefusedError("A measure is registered for this round, and stays as it is.")
        if plan.stage not in (Stage.ANALYSIS, Stage.RESPONSE):
            raise RefusedError("A measure is registered in the analysis, before the response.")
        before = plan.response_began or today
        baseline, window = propose_windows(ask.first, ask.months, before)
        measure = PlanMeasure(
            outcome=ask.outcome,
            area_ids=tuple(plan.area_ids),
            comparison_ids=ask.comparison_ids,
            baseline=baseline,
            window=window,
            registered=today,
        )
        check_measure(measure, plan.response_began)
        row = RegisteredMeasure.objects.create(
            plan=plan,
            round=plan.round,
            outcome=measure.outcome,
            area_ids=list(measure.area_ids),
            comparison_ids=list(measure.comparison_ids),
            baseline_first=baseline.first,
            baseline_last=baseline.last,
            window_first=window.first,
            window_last=window.last,
            registered=today,
            registered_by_id=by.pk,
        )
        _record(by, "measure registered", plan, outcome=row.outcome, window=str(window))
    return row


def move_on(*, by: Person, plan: ProblemPlan, to: Stage, today: date) -> None:
    """Move a plan to its next step, or refuse with all that is lacking.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    to : Stage
    today : date

    Raises
    ------
    RefusedError
        The gate is shut.
    """
    with transaction.atomic():
        plan = _hold(plan)
        check_step(read_facts(plan), to, today)
        before, plan.stage = plan.stage, to.value
        if to is Stage.RESPONSE and plan.response_began is None:
            plan.response_began = today
        plan.save(update_fields=["stage", "response_began"])
        _record(by, "problem plan moved on", plan, before=before, after=to.value)


def take_outcome(*, by: Person, plan: ProblemPlan, today: date) -> RegisteredMeasure:
    """Take the counts of a plan's measure, and keep what they say.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    today : date

    Returns
    -------
    RegisteredMeasure

    Raises
    ------
    RefusedError
        There is no measure, its window is not over, its counts were taken, or cannot be.
    """
    with transaction.atomic():
        plan = _hold(plan)
        row = measure_of(plan)
        if row is None or not read_measure(row).is_over(today):
            raise RefusedError("There is no measure whose window is over.")
        if row.taken is not None:
            raise RefusedError("The counts were taken, and stay as they are.")
        counts, spot_set = count_measure(read_measure(row))
        _keep_outcome(row, counts, assess_response(counts))
        row.spot_set, row.taken = spot_set, today
        row.save()
        _record(by, "outcome taken", plan, outcome=row.outcome, verdict=row.verdict)
    return row


def decide(*, by: Person, plan: ProblemPlan, decision: Decision, lessons: str, today: date) -> None:
    """Close, adapt or continue a plan after its assessment.

    Parameters
    ----------
    by : Person
    plan : ProblemPlan
    decision : Decision
    lessons : str
    today : date

    Raises
    ------
    RefusedError
        The assessment does not bear it.
    """
    with transaction.atomic():
        plan = _hold(plan)
        to = check_decision(read_facts(plan), decision, lessons, today)
        plan.stage, plan.decision = to.value, decision.value
        plan.decided, plan.decided_by_id = today, by.pk
        plan.lessons = "\n\n".join(one for one in (plan.lessons, lessons.strip()) if one)
        if to is not Stage.CLOSED:
            plan.round += 1
        plan.save()
        dropped = drop_with_plan(plan) if to is Stage.CLOSED else 0
        told = {"decision": decision.value, "round": plan.round, "photographs_deleted": dropped}
        _record(by, "problem plan decided", plan, **told)


def _hold(plan: ProblemPlan) -> ProblemPlan:
    """Return a plan that nobody else changes meanwhile, or refuse to touch a closed one."""
    held = ProblemPlan.objects.select_for_update().get(pk=plan.pk)
    if held.stage == Stage.CLOSED:
        raise RefusedError("The plan is closed. Begin a new one, and name this one in it.")
    return held


def _keep_outcome(row: RegisteredMeasure, counts: MeasuredCounts, said: PlanAssessment) -> None:
    row.counts = asdict(counts)
    row.before, row.after = said.counts
    row.comparison_before, row.comparison_after = said.comparison
    row.verdict, row.sentence = said.verdict.id, said.verdict.sentence
    row.change, row.compared = tell_changes(said)


def _record(by: Person, action: str, plan: ProblemPlan, **detail: Any) -> None:
    subject = f"problem:{plan.pk}"
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    )
