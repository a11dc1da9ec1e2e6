"""How proposals of outreach are answered, notes released to it, and envelopes opened."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.exchange.delivery import pack_parcel
from patrolwise.web.exchange.kinds import KINDS, check_body
from patrolwise.web.received.models import Envelope, OutreachProposal, ReleasedNote
from patrolwise.web.received.sending import close_for_good

ANSWERS = ("accepted", "refused")


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """What outreach workers may read about a place."""

    hot_spot_id: str
    text: str
    valid_from: datetime
    valid_until: datetime


def answer_proposal(
    *, by: Person, proposal: OutreachProposal, state: str, reply: str, now: datetime
) -> None:
    """Answer a proposal, with the reason; the reply crosses with the next round.

    Parameters
    ----------
    by : Person
    proposal : OutreachProposal
    state : str
        Of `ANSWERS`.
    reply : str
    now : datetime
        Aware.

    Raises
    ------
    InputError
        It is no answer, or gives no reason.
    RefusedError
        It was answered before, or the reply tells of a person.
    """
    faults = [] if state in ANSWERS else [f"The answer is none of {', '.join(ANSWERS)}."]
    if not reply.strip():
        faults.append("It gives no reason. Whoever asked is owed one.")
    check_faults("The answer", faults)
    if proposal.replied_at is not None:
        raise RefusedError("It was answered before.")
    told = {
        "proposal_id": proposal.proposal_id,
        "state": state,
        "reply": reply.strip(),
        "at": now.isoformat(),
    }
    with transaction.atomic():
        pack_parcel("replies", [told], by=by.pk, now=now)
        proposal.state, proposal.reply = state, reply.strip()
        proposal.replied_at, proposal.replied_by_id = now, by.pk
        proposal.save()
        _tell("proposal of outreach answered", str(proposal.pk), by, now)


def release_note(*, by: Person, new: NewNote, now: datetime) -> ReleasedNote:
    """Let outreach workers read a note about a place.

    Parameters
    ----------
    by : Person
    new : NewNote
    now : datetime
        Aware.

    Returns
    -------
    ReleasedNote

    Raises
    ------
    RefusedError
        It tells of a person, or cannot cross.
    """
    row = {
        "hot_spot_id": new.hot_spot_id,
        "text": new.text.strip(),
        "valid_from": new.valid_from.isoformat(),
        "valid_until": new.valid_until.isoformat(),
    }
    faults = check_body(KINDS["released"], {"rows": [row]})
    if new.valid_until <= new.valid_from:
        faults.append("It ends before it begins.")
    check_faults("The note", faults, RefusedError)
    with transaction.atomic():
        made = ReleasedNote.objects.create(
            hot_spot_id=new.hot_spot_id,
            text=new.text.strip(),
            valid_from=new.valid_from,
            valid_until=new.valid_until,
            released_by_id=by.pk,
            released_at=now,
        )
        _tell("note released to outreach", str(made.pk), by, now)
    return made


def note_opened(*, by: Person, envelope: Envelope, now: datetime) -> None:
    """Note that somebody opened an envelope in their browser; this site lets go of it.

    Parameters
    ----------
    by : Person
    envelope : Envelope
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        It was opened before, or ran out.
    """
    if not envelope.sealed:
        raise RefusedError("It was opened before, or ran out.")
    with transaction.atomic():
        close_for_good(envelope, "opened", now, by=by.pk)
        _tell("envelope opened", envelope.reference, by, now)


def _tell(action: str, subject: str, by: Person, now: datetime) -> None:
    record_event(NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role), now=now)
