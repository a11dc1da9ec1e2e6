"""What is done to plans: asked for, published, withdrawn, locked, swapped and moved."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.tasking.jobs import work_on_plan
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.plan_tables import read_planned
from patrolwise.web.tasking.plan_work import find_new_breaches

MOST_DAYS = 28  # a card for each unit and shift is drawn
MOST_EFFORT = 900.0  # about seconds of one core
WAITING, DRAWING = "Waiting for its turn", "Drawing the cards anew"


@dataclass(frozen=True, kw_only=True)
class PlanAsk:
    """What is to be planned."""

    upload_id: int
    first: date
    last: date
    seed: int
    effort: float  # about seconds
    keep_id: int | None = None  # a draft, whose rota and locked visits stay

    def __post_init__(self) -> None:
        faults = []
        if self.last < self.first:
            faults.append(f"The last day, {self.last}, is before the first, {self.first}.")
        elif (self.last - self.first).days >= MOST_DAYS:
            faults.append(
                f"From {self.first} to {self.last} are more than {MOST_DAYS} days. Plan fewer."
            )
        if not 0 <= self.seed < 2**31:
            faults.append(f"The seed is {self.seed}. Give a whole number from 0 to {2**31 - 1}.")
        if not 0 < self.effort <= MOST_EFFORT:
            faults.append(f"The effort is {self.effort:g}. Give up to {MOST_EFFORT:g} seconds.")
        check_faults("Plan", faults)


def ask_plan(*, by: Person, ask: PlanAsk) -> Plan:
    """Begin a plan; a job makes it.

    Parameters
    ----------
    by : Person
    ask : PlanAsk

    Returns
    -------
    Plan
    """
    asked = {"effort": ask.effort, **({"keep": ask.keep_id} if ask.keep_id else {})}
    with transaction.atomic():
        plan = Plan.objects.create(
            first=ask.first,
            last=ask.last,
            seed=ask.seed,
            upload_id=ask.upload_id,
            asked=asked,
            **_begun(by),
        )
        _record(by, "plan asked for", plan)
    return _enqueue(plan)


def ask_change(
    *, by: Person, plan: Plan, unit_id: str = "", at: datetime | None = None, why: str
) -> Plan:
    """Begin a draft that changes a plan: a copy, or as little else as can be when a unit is out.

    Parameters
    ----------
    by : Person
    plan : Plan
        Made; it stays as it is.
    unit_id : str
        That fell out; empty for a copy.
    at : datetime, optional
        Aware, when it did.
    why : str

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        The unit is on no shift of the plan then, or no reason is given.
    RefusedError
        The plan is not made, or was withdrawn.
    """
    faults = [] if why.strip() else ["No reason is given. Say in a few words why."]
    if unit_id and (
        at is None or not plan.shifts.filter(unit_id=unit_id, start__lte=at, end__gt=at).exists()
    ):
        faults.append(f"{unit_id} is on no shift of this plan at that time. Check both.")
    check_faults("Change of the plan", faults)
    if not plan.folder or plan.doing or plan.state == PlanState.WITHDRAWN:
        raise RefusedError("Only a plan that is made and not withdrawn can be changed.")
    asked = {"unit_id": unit_id, "at": at.isoformat()} if unit_id and at else {}
    with transaction.atomic():
        draft = Plan.objects.create(
            first=plan.first,
            last=plan.last,
            seed=plan.seed,
            upload_id=plan.upload_id,
            programme_sha256=plan.programme_sha256,
            asked={"effort": plan.asked.get("effort"), "why": why, **asked},
            before=plan,
            reason=why,
            **_begun(by),
        )
        _record(by, "plan change asked for", draft, before=plan.pk)
    return _enqueue(draft)


def start_again(*, by: Person, plan: Plan) -> None:
    """Begin the work on a plan once more: its job died, or what was wrong has been mended.

    Parameters
    ----------
    by : Person
    plan : Plan

    Raises
    ------
    RefusedError
        It is made, and nothing is to be done.
    """
    if plan.folder and not plan.doing:
        raise RefusedError("This plan is made. There is nothing to start again.")
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(doing=WAITING)
        _record(by, "plan started again", plan)
    _enqueue(plan)


def publish_plan(*, by: Person, plan: Plan, accept_gaps: bool = False) -> list[Plan]:
    """Put a draft in force; what was in force on any of its days is withdrawn.

    Parameters
    ----------
    by : Person
    plan : Plan
    accept_gaps : bool
        It may break rules or lack what is owed, and whoever publishes knows.

    Returns
    -------
    list of Plan
        Those that were withdrawn.

    Raises
    ------
    RefusedError
        It is no draft, is not made, is being drawn, or has gaps that were not accepted.
    """
    now = datetime.now(UTC)
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        _check_draft(plan)
        if not plan.is_whole and not accept_gaps:
            raise RefusedError(
                "Not all that is owed is in this plan, or a rule is broken. Read what, and say "
                "that it may be published all the same; or change it first."
            )
        gone = list(find_replaced(plan))
        for one in gone:
            _withdraw(by, one, f"Replaced by plan {plan.pk}", now)
        plan.state, plan.published, plan.published_by_id = PlanState.PUBLISHED, now, by.pk
        plan.save(update_fields=["state", "published", "published_by_id"])
        _record(by, "plan published", plan, first=str(plan.first), last=str(plan.last))
    return gone


def find_replaced(plan: Plan) -> "list[Plan]":
    """Return the plans in force on any day of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of Plan
    """
    return list(
        Plan.objects.defer("report", "owed")
        .filter(state=PlanState.PUBLISHED, first__lte=plan.last, last__gte=plan.first)
        .exclude(pk=plan.pk)
    )


def withdraw_plan(*, by: Person, plan: Plan, why: str) -> None:
    """Take a plan out of force, or put a draft aside.

    Parameters
    ----------
    by : Person
    plan : Plan
    why : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It is withdrawn already.
    """
    if not why.strip():
        raise InputError("No reason is given. Say in a few words why the plan is withdrawn.")
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.state == PlanState.WITHDRAWN:
            raise RefusedError("This plan is withdrawn already.")
        _withdraw(by, plan, why, datetime.now(UTC))


def lock_visit(*, by: Person, visit: PlannedVisit, is_locked: bool) -> None:
    """Lock or unlock a visit of a draft: a change or a later plan must keep what is locked.

    Parameters
    ----------
    by : Person
    visit : PlannedVisit
    is_locked : bool

    Raises
    ------
    RefusedError
        The plan is no draft, or is being drawn.
    """
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=visit.shift.plan_id)
        _check_draft(plan)
        PlannedVisit.objects.filter(pk=visit.pk).update(is_locked=is_locked)
        action = "visit locked" if is_locked else "visit unlocked"
        _record(by, action, plan, visit=visit.pk)


def swap_visits(*, by: Person, one: PlannedVisit, other: PlannedVisit) -> None:
    """Let two units make each other's visit; kept only when the checker has nothing against it.

    Parameters
    ----------
    by : Person
    one, other : PlannedVisit
        Of one day of one plan.

    Raises
    ------
    InputError
        A rule would be broken: its sentence.
    RefusedError
        The plan is no draft, or is being drawn.
    """
    here, there = one.shift, other.shift
    if (here.plan_id, here.day) != (there.plan_id, there.day) or here == there:
        raise InputError("Give two visits of two units on one day of one plan.")
    _keep(by, "visits swapped", {one.pk: (there, one.start), other.pk: (here, other.start)})


def move_visit(*, by: Person, visit: PlannedVisit, to: UnitShift, start: datetime) -> None:
    """Give a visit to another unit, or make it at another time; kept only as `swap_visits`.

    Parameters
    ----------
    by : Person
    visit : PlannedVisit
    to : UnitShift
        Of the same day of the same plan.
    start : datetime
        Aware.

    Raises
    ------
    InputError
        A rule would be broken: its sentence.
    RefusedError
        The plan is no draft, or is being drawn.
    """
    if (to.plan_id, to.day) != (visit.shift.plan_id, visit.shift.day):
        raise InputError("Give a unit that is on duty on the same day of the same plan.")
    _keep(by, "visit moved", {visit.pk: (to, start)})


def _keep(by: Person, action: str, moves: dict[int, tuple[UnitShift, datetime]]) -> None:
    """Check a changed day, then keep it, unless the plan was changed in between."""
    rows = list(PlannedVisit.objects.select_related("shift__plan").filter(pk__in=moves))
    plan, day = rows[0].shift.plan, rows[0].shift.day
    _check_draft(plan)
    before = read_planned(plan, day)
    after = before
    for row in rows:
        after = _moved(after, row, *moves[row.pk])
    check_faults("That cannot be kept", find_new_breaches(plan, day, before, after))
    with transaction.atomic():
        now = Plan.objects.select_for_update().get(pk=plan.pk)
        _check_draft(now)
        if now.revision != plan.revision:
            raise RefusedError("Somebody changed this plan just now. Look at it, then try again.")
        for row in rows:
            shift, start = moves[row.pk]
            row.start, row.end, row.shift = start, start + (row.end - row.start), shift
            row.save(update_fields=["start", "end", "shift"])
        now.revision, now.doing = now.revision + 1, DRAWING
        now.save(update_fields=["revision", "doing"])
        _record(by, action, now, visits=sorted(moves))
    _enqueue(now)


def _moved(
    planned: pl.DataFrame, row: PlannedVisit, to: UnitShift, start: datetime
) -> pl.DataFrame:
    own = (
        (pl.col("unit_id") == row.shift.unit_id)
        & (pl.col("service") == row.shift.service)
        & (pl.col("start") == row.start)
        & (pl.col("area_id") == row.area_id)
    )
    lasts = row.end - row.start
    changed = planned.filter(own).with_columns(
        shift=pl.lit(to.shift),
        service=pl.lit(to.service),
        unit_id=pl.lit(to.unit_id),
        start=pl.lit(start).cast(planned.schema["start"]),
        end=pl.lit(start + lasts).cast(planned.schema["end"]),
    )
    return pl.concat([planned.filter(~own.fill_null(value=False)), changed])


def _check_draft(plan: Plan) -> None:
    if plan.state != PlanState.DRAFT:
        raise RefusedError(
            f"This plan is {PlanState(plan.state).label.lower()} and stays as it is. Begin a "
            "change of it: that makes a draft."
        )
    if plan.doing or not plan.folder:
        raise RefusedError("This plan is still being made. Wait until its cards are drawn.")


def _withdraw(by: Person, plan: Plan, why: str, now: datetime) -> None:
    plan.state, plan.withdrawn, plan.withdrawn_by_id = PlanState.WITHDRAWN, now, by.pk
    plan.withdrawn_why, plan.doing = why, ""
    plan.save(update_fields=["state", "withdrawn", "withdrawn_by_id", "withdrawn_why", "doing"])
    _record(by, "plan withdrawn", plan)


def _begun(by: Person) -> dict[str, object]:
    return {
        "folder": "",
        "is_whole": False,
        "report": {},
        "doing": WAITING,
        "made": datetime.now(UTC),
        "made_by_id": by.pk,
    }


def _enqueue(plan: Plan) -> Plan:
    work_on_plan.enqueue(plan.pk)
    plan.refresh_from_db()
    return plan


def _record(by: Person, action: str, plan: Plan, **detail: object) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"plan:{plan.pk}",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )
