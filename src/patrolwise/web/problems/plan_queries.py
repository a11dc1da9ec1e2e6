"""What is read of problem-solving plans, and how it is told on their pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from patrolwise.partnership.plan_measures import ADVISED_AREAS
from patrolwise.partnership.problem_plans import (
    STEPS,
    ActionState,
    Overdue,
    Stage,
    list_lacking,
    list_overdue,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.problems.models import PlanAction, ProblemPlan, RegisteredMeasure
from patrolwise.web.problems.plan_facts import measure_of, read_facts

OPEN_ACTIONS = (ActionState.PLANNED.value, ActionState.UNDER_WAY.value)
_ROWS = ("evidence", "hypotheses", "actions", "measures")
_TITLES = {
    Stage.OBJECTIVE: "Objective",
    Stage.SCANNING: "Scanning",
    Stage.ANALYSIS: "Analysis",
    Stage.RESPONSE: "Response",
    Stage.ASSESSMENT: "Assessment",
}


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan in a list."""

    plan: ProblemPlan
    owner: str
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the five steps of a plan."""

    key: str
    title: str
    is_here: bool
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class PlanSheet:
    """All that a plan's page tells."""

    plan: ProblemPlan
    owner: str
    steps: tuple[Step, ...]
    next_step: str  # which step may follow; empty: none
    lacking: tuple[str, ...]  # before the next step, or before closing
    overdue: tuple[Overdue, ...]
    measure: RegisteredMeasure | None  # of this round
    earlier: tuple[RegisteredMeasure, ...]
    cost_pounds: int
    is_cost_whole: bool  # every action that was not dropped has its cost


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What a closed plan came to."""

    plan: ProblemPlan
    actions: tuple[str, ...]  # kinds of those that were done
    measure: RegisteredMeasure
    cost: str
    strength: str


def order_plans(today: date, *, is_closed: bool) -> list[int]:
    """Return the keys of plans, those with the longest overdue first, without reading them.

    Parameters
    ----------
    today : date
    is_closed : bool

    Returns
    -------
    list of int
    """
    closed = ProblemPlan.objects.filter(stage=Stage.CLOSED)
    plans = closed if is_closed else ProblemPlan.objects.exclude(stage=Stage.CLOSED)
    since: dict[int, date] = {}
    for rows, day in _list_overdue_rows(today):
        key = "pk" if rows.model is ProblemPlan else "plan_id"
        for plan_id, due in rows.values_list(key, day):
            since[plan_id] = min(due, since.get(plan_id, date.max))
    return sorted(plans.values_list("pk", flat=True), key=lambda pk: since.get(pk, date.max))


def list_plans(keys: Iterable[int], today: date) -> list[PlanLine]:
    """Return plans as they stand in a list.

    Parameters
    ----------
    keys : iterable of int
        As `order_plans` gives them.
    today : date

    Returns
    -------
    list of PlanLine
        In the order of the keys.
    """
    order = {pk: place for place, pk in enumerate(keys)}
    plans = list(ProblemPlan.objects.filter(pk__in=order).prefetch_related(*_ROWS))
    owners = name_people(plan.owner_id for plan in plans)
    return [
        PlanLine(
            plan=plan,
            owner=owners.get(plan.owner_id, "nobody"),
            overdue=list_overdue(read_facts(plan), today),
        )
        for plan in sorted(plans, key=lambda plan: order[plan.pk])
    ]


def count_overdue(today: date) -> int:
    """Return how much is overdue in all plans, as `list_overdue` tells it, without reading them.

    Parameters
    ----------
    today : date

    Returns
    -------
    int
    """
    return sum(rows.count() for rows, _ in _list_overdue_rows(today))


def _list_overdue_rows(today: date) -> list[tuple[QuerySet[Any], str]]:
    """Return what `list_overdue` tells of, of all plans, and the day that each waits since."""
    open_plans = ProblemPlan.objects.exclude(stage=Stage.CLOSED)
    actions = PlanAction.objects.filter(plan__in=open_plans, due__lt=today, state__in=OPEN_ACTIONS)
    measures = RegisteredMeasure.objects.filter(
        plan__stage__in=(Stage.RESPONSE, Stage.ASSESSMENT),
        round=F("plan__round"),
        window_last__lt=today,
        taken=None,
    )
    reviews = open_plans.filter(review_due__lt=today)
    return [(actions, "due"), (reviews, "review_due"), (measures, "window_last")]


def find_plan(problem_id: int) -> ProblemPlan | None:
    """Return a plan with all that hangs on it.

    Parameters
    ----------
    problem_id : int

    Returns
    -------
    ProblemPlan or None
    """
    return ProblemPlan.objects.prefetch_related(*_ROWS).filter(pk=problem_id).first()


def read_sheet(plan: ProblemPlan, today: date) -> PlanSheet:
    """Return all that a plan's page tells.

    Parameters
    ----------
    plan : ProblemPlan
    today : date

    Returns
    -------
    PlanSheet
    """
    facts, stage = read_facts(plan), Stage(plan.stage)
    following = STEPS.get(stage)
    measure = measure_of(plan)
    stages = list(Stage)
    at = stages.index(stage)
    kept = [one for one in plan.actions.all() if one.state != ActionState.DROPPED]
    gate = following or (Stage.CLOSED if stage is Stage.ASSESSMENT else None)
    return PlanSheet(
        plan=plan,
        owner=name_people([plan.owner_id]).get(plan.owner_id, "nobody"),
        steps=tuple(
            Step(key=one.value, title=title, is_here=one is stage, is_done=stages.index(one) < at)
            for one, title in _TITLES.items()
        ),
        next_step=following.value if following else "",
        lacking=list_lacking(facts, gate, today) if gate else (),
        overdue=list_overdue(facts, today),
        measure=measure,
        earlier=tuple(one for one in plan.measures.all() if one != measure),
        cost_pounds=sum(one.cost_pounds or 0 for one in kept),
        is_cost_whole=all(one.cost_pounds is not None for one in kept),
    )


def tell_objective(plan: ProblemPlan) -> list[tuple[str, str]]:
    """Return the parts of a plan's objective, each with its title.

    Parameters
    ----------
    plan : ProblemPlan

    Returns
    -------
    list of (str, str)
    """
    return [
        ("What happens", plan.behaviour),
        ("Where", plan.place),
        ("When", plan.time),
        ("Harm", plan.harm),
        ("Who is affected", plan.affected),
        ("Aim", plan.aim),
    ]


def list_worked() -> list[Worked]:
    """Return what closed plans came to, the last closed first.

    Returns
    -------
    list of Worked
    """
    rows = ProblemPlan.objects.filter(stage=Stage.CLOSED).order_by("-decided", "-id")
    return [
        _tell_worked(plan, measure)
        for plan in rows.prefetch_related("actions", "measures")
        if (measure := next((one for one in plan.measures.all() if one.taken), None))
    ]


def list_comparison_areas(plan: ProblemPlan, areas: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the hot spots that may stand beside a plan's, and which of them have a plan too.

    Parameters
    ----------
    plan : ProblemPlan
    areas : mapping
        Hot spot → its name.

    Returns
    -------
    list of (str, str)
        What changes where there is a response too is no measure of what happens without one.
    """
    others = ProblemPlan.objects.exclude(pk=plan.pk).exclude(stage=Stage.CLOSED)
    taken = {area_id for row in others.values_list("area_ids", flat=True) for area_id in row}
    return [
        (area_id, f"{name}: has a plan of its own" if area_id in taken else name)
        for area_id, name in areas.items()
        if area_id not in plan.area_ids
    ]


def list_own_actions(person: Person) -> QuerySet[PlanAction]:
    """Return the actions that somebody's team owes to plans that are not closed.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of PlanAction
        None for whoever is in no team.
    """
    team = person.team.name if person.team else None
    rows = PlanAction.objects.exclude(plan__stage=Stage.CLOSED).select_related("plan")
    return rows.filter(owner__iexact=team) if team else rows.none()


def list_owners() -> list[Person]:
    """Return who may own a plan, by name.

    Returns
    -------
    list of Person
    """
    may = [key for key, role in ROLES.items() if Permission.WRITE_PROBLEMS in role.permissions]
    return list(Person.objects.filter(is_active=True, role__in=may))


def name_people(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people by id.

    Parameters
    ----------
    ids : iterable of int

    Returns
    -------
    dict of int to str
    """
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def tell_strength(measure: RegisteredMeasure) -> str:
    """Return in words how strongly a measure's counts speak.

    Parameters
    ----------
    measure : RegisteredMeasure

    Returns
    -------
    str
    """
    beside = len(measure.comparison_ids)
    areas = f"{beside} comparison area{'' if beside == 1 else 's'}"
    if beside + len(measure.area_ids) < ADVISED_AREAS or measure.verdict == "few":
        return f"Weak: counts with {areas}, too few for a test."
    if measure.verdict == "chance":
        return f"Unclear: tested against {areas}; it could be chance."
    return f"Fair: tested against {areas}, beyond chance; places were not drawn by lot."


def _tell_worked(plan: ProblemPlan, measure: RegisteredMeasure) -> Worked:
    done = [one for one in plan.actions.all() if one.state == ActionState.DONE]
    pounds = sum(one.cost_pounds or 0 for one in done)
    is_whole = all(one.cost_pounds is not None for one in done)
    return Worked(
        plan=plan,
        actions=tuple(sorted({one.kind for one in done})),
        measure=measure,
        cost=f"£{pounds:,}" if is_whole else f"£{pounds:,} at least",
        strength=tell_strength(measure),
    )
