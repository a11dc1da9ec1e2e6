"""What is done to proposed changes: the library says what may follow on what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from django.db import transaction

from patrolwise.planning.proposals import (
    PROPOSAL_EVENTS,
    TOLD,
    Proposal,
    Said,
    Status,
    decide,
    note_effect,
    propose,
    reply,
)
from patrolwise.tables import make_table
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import ChangeEvent, ProposedChange

Move = Callable[[pl.DataFrame, str, Said], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class NewChange:
    """A change that somebody proposes."""

    service: str
    about: str  # of planning.proposals.ABOUT
    what: str
    why: str


def propose_change(*, by: Person, change: NewChange) -> ProposedChange:
    """Propose a change.

    Parameters
    ----------
    by : Person
    change : NewChange

    Returns
    -------
    ProposedChange

    Raises
    ------
    InputError
        Something is blank, or it is about nothing that is known.
    """
    now = datetime.now(UTC)
    proposal = Proposal(
        proposal_id="new",
        made_on=local_day(now),
        by_role=by.role,
        service=change.service,
        about=change.about,
        text=change.what,
        why=change.why,
    )
    events = propose(make_table(PROPOSAL_EVENTS), proposal, now)
    with transaction.atomic():
        row = ProposedChange.objects.create(
            about=change.about,
            what=change.what,
            why=change.why,
            service=change.service,
            proposed=now,
            proposed_by_id=by.pk,
            status=Status.PROPOSED.value,
        )
        _keep(by, row, events)
    return row


def decide_change(*, by: Person, row: ProposedChange, decision: str, text: str) -> None:
    """Decide on a proposed change, with the reason.

    Parameters
    ----------
    by : Person
    row : ProposedChange
    decision : str
        accepted, changed or refused.
    text : str

    Raises
    ------
    InputError
        It is no decision, or there is no reason.
    RefusedError
        It has been decided.
    """

    def move(events: pl.DataFrame, proposal_id: str, said: Said) -> pl.DataFrame:
        return decide(events, proposal_id, Status(decision), said)

    _say(by, row, text, move)


def reply_to_change(*, by: Person, row: ProposedChange, text: str) -> None:
    """Tell whoever proposed a change what was decided.

    Parameters
    ----------
    by : Person
    row : ProposedChange
    text : str

    Raises
    ------
    RefusedError
        Nothing has been decided, or they have been told.
    """
    _say(by, row, text, reply)


def note_change_effect(
    *, by: Person, row: ProposedChange, text: str, was: str, now_is: str
) -> None:
    """Add what an accepted change came to.

    Parameters
    ----------
    by : Person
    row : ProposedChange
    text, was, now_is : str

    Raises
    ------
    InputError
        Nothing is otherwise.
    RefusedError
        It was refused, is not decided, or nobody has been told.
    """

    def move(events: pl.DataFrame, proposal_id: str, said: Said) -> pl.DataFrame:
        return note_effect(events, proposal_id, said, was, now_is)

    _say(by, row, text, move)


def read_events(rows: list[ChangeEvent]) -> pl.DataFrame:
    """Return events as the library knows them.

    Parameters
    ----------
    rows : list of ChangeEvent
        In order of time.

    Returns
    -------
    (n, 7) PROPOSAL_EVENTS
    """
    told = [
        (one.time, str(one.change_id), one.event, one.by_role, one.text, one.was, one.now_is)
        for one in rows
    ]
    table = pl.DataFrame(told, schema=PROPOSAL_EVENTS.schema, orient="row")
    return make_table(PROPOSAL_EVENTS, table)


def _say(by: Person, row: ProposedChange, text: str, move: Move) -> None:
    said = Said(time=datetime.now(UTC), by_role=by.role, text=text)
    with transaction.atomic():
        row = ProposedChange.objects.select_for_update().get(pk=row.pk)
        _keep(by, row, move(read_events(list(row.events.all())), str(row.pk), said))


def _keep(by: Person, row: ProposedChange, events: pl.DataFrame) -> None:
    """Keep the event that the library added last, and where the change stands with it."""
    last = events.row(-1, named=True)
    ChangeEvent.objects.create(
        change=row,
        time=last["time"],
        event=last["event"],
        by_role=last["by_role"],
        by_id=by.pk,
        text=last["text"],
        was=last["before"] or "",
        now_is=last["after"] or "",
    )
    row.status = last["event"]
    if last["event"] in TOLD:
        row.answer, row.answered, row.answered_by_id = last["text"], last["time"], by.pk
    if last["event"] == Status.EFFECTIVE:
        row.effect = last["text"]
    row.save()
    record_event(
        NewEvent(
            action=f"change {last['event']}",
            subject=f"proposed-change:{row.pk}",
            actor_id=by.pk,
            role=by.role,
        )
    )
