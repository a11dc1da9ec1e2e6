"""A tasking pack is asked for; what its meeting decides is kept, and kept as done."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import RunState, TaskingDecision, TaskingPack


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a tasking meeting decided."""

    what: str
    owner: str
    due: date
    area_id: str = ""  # empty: of no one hot spot

    def __post_init__(self) -> None:
        faults = []
        if not self.what.strip():
            faults.append("It does not say what was decided.")
        if not self.owner.strip():
            faults.append("It has no owner. Name the role, team or organisation that does it.")
        check_faults("Decision", faults)


def ask_pack(*, by: Person, week: date) -> TaskingPack:
    """Have a pack made in the background; one of this week that is being made is that one.

    Parameters
    ----------
    by : Person
    week : date
        Monday.

    Returns
    -------
    TaskingPack
    """
    from patrolwise.web.insight.pack_jobs import make_pack  # noqa: PLC0415  (as runs)

    begun = (RunState.WAITING.value, RunState.RUNNING.value)
    with transaction.atomic():
        waiting = TaskingPack.objects.filter(week=week, state__in=begun).first()
        if waiting is not None:
            transaction.on_commit(lambda: make_pack.enqueue(waiting.pk))  # one that died
            return waiting
        pack = TaskingPack.objects.create(week=week, asked=datetime.now(UTC), asked_by_id=by.pk)
        _record(by, "tasking pack asked for", f"tasking-pack:{pack.pk}", week=str(week))
        transaction.on_commit(lambda: make_pack.enqueue(pack.pk))
    return pack


def keep_decision(*, by: Person, pack: TaskingPack, decided: Decided) -> TaskingDecision:
    """Keep what was decided on a pack.

    Parameters
    ----------
    by : Person
    pack : TaskingPack
    decided : Decided

    Returns
    -------
    TaskingDecision

    Raises
    ------
    RefusedError
        The pack is not made yet.
    """
    if pack.state != RunState.DONE.value:
        raise RefusedError("This pack is not made yet. Decide on it once it can be read.")
    with transaction.atomic():
        row = TaskingDecision.objects.create(
            week=pack.week, decided=datetime.now(UTC), decided_by_id=by.pk, **vars(decided)
        )
        _record(by, "tasking decision kept", f"tasking-decision:{row.pk}", week=str(pack.week))
    return row


def finish_decision(*, by: Person, row: TaskingDecision, today: date) -> None:
    """Keep that a decision was carried out.

    Parameters
    ----------
    by : Person
    row : TaskingDecision
    today : date

    Raises
    ------
    RefusedError
        It is done already.
    """
    with transaction.atomic():
        if not TaskingDecision.objects.filter(pk=row.pk, done=None).update(done=today):
            raise RefusedError("This decision is done already. Its day stays as it is.")
        _record(by, "tasking decision done", f"tasking-decision:{row.pk}")


def _record(by: Person, action: str, subject: str, **detail: Any) -> None:
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    )
