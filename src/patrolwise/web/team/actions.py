"""What a lead does beside the rota and briefs: proposals, what was held, calls, broken glass."""

from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, save_record, tell
from patrolwise.web.casework.models import GlassBreak
from patrolwise.web.exchange.delivery import pack_parcel
from patrolwise.web.street.models import HeldItem, Wellbeing
from patrolwise.web.street.places import check_words
from patrolwise.web.street.sync import decide_held
from patrolwise.web.team.held import may_read
from patrolwise.web.team.models import Proposal

ANSWERS = ("accepted", "refused")
_MOST = 300


def propose_change(*, writing: Writing, what: str, why: str) -> Proposal:
    """Ask the police and partners' side for a change of the plan.

    Parameters
    ----------
    writing : Writing
    what, why : str
        About places and times, never a person.

    Returns
    -------
    Proposal

    Raises
    ------
    InputError
        A part is missing, too long, or looks as if it told of a person; all faults are named.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    faults: list[str] = []
    for title, text in (("What is to change", what), ("Why", why)):
        if not text.strip():
            faults.append(f"{title} is empty. Say it in a sentence.")
        check_words(text, title, _MOST, faults)
    check_faults("The proposal", faults)
    with transaction.atomic():
        made = Proposal.objects.create(
            what=what.strip(),
            why=why.strip(),
            created_by_id=writing.by.pk,
            sent_at=writing.now,
        )
        row = {
            "proposal_id": str(made.pk),
            "what": made.what,
            "why": made.why,
            "at": writing.now.isoformat(),
        }
        pack_parcel("proposals", [row], by=writing.by.pk, now=writing.now)
        tell("sent", made, writing)
    return made


def take_replies(rows: list[dict[str, Any]], now: datetime) -> None:
    """Take in what the other side answered; the first answer stands.

    Parameters
    ----------
    rows : list of dict
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        It answers what was never asked, or is no answer.
    """
    known = {str(one.pk): one for one in Proposal.objects.filter(replied_at=None)}
    asked = {str(pk) for pk in Proposal.objects.values_list("pk", flat=True)}
    for row in rows:
        if row["proposal_id"] not in asked:
            raise RefusedError("It answers a proposal that this site never made.")
        if row["state"] not in ANSWERS:
            raise RefusedError(f"An answer is none of {', '.join(ANSWERS)}.")
        found = known.pop(row["proposal_id"], None)
        if found is not None:
            found.state, found.reply = row["state"], row["reply"]
            found.replied_at = datetime.fromisoformat(row["at"])
            found.save(update_fields=["state", "reply", "replied_at"])


def settle_held(*, writing: Writing, held: HeldItem, is_kept: bool, why: str = "") -> None:
    """Keep or leave what a phone sent for somebody who may no longer send it.

    Parameters
    ----------
    writing : Writing
    held : HeldItem
    is_kept : bool
    why : str
        It is left out.

    Raises
    ------
    InputError, RefusedError
        It was decided before, cannot be kept, is left out without a reason, or the role may not.
    """
    if not may_read(writing.by, held, writing.now):
        raise RefusedError("Your role may not decide on it.")
    has_reason = is_kept or bool(why.strip())
    check_faults("Leaving it out", [] if has_reason else ["It says not why it is left out."])
    with transaction.atomic():
        decide_held(writing=writing, held=held, is_kept=is_kept)
        if not is_kept:
            held.left_why = why.strip()
            held.save(update_fields=["left_why"])
        tell("kept" if is_kept else "left", held, writing)


def note_called(*, writing: Writing, wellbeing: Wellbeing) -> None:
    """Note that a worker who wanted a call was called.

    Parameters
    ----------
    writing : Writing
    wellbeing : Wellbeing

    Raises
    ------
    RefusedError
        Somebody called before, or the role may not.
    """
    check_may(writing.by, Permission.SEE_TEAM)
    if wellbeing.called_at is not None:
        raise RefusedError("Somebody called before.")
    wellbeing.called_at = writing.now
    save_record(wellbeing, writing, "called_at")


def see_break(*, writing: Writing, broken: GlassBreak) -> None:
    """Mark that somebody looked at an opening of a case that was not the opener's; twice is once.

    Parameters
    ----------
    writing : Writing
        By a lead, or by the data protection officer.
    broken : GlassBreak

    Raises
    ------
    RefusedError
        The role may not, or it was their own.
    """
    if broken.person_id == writing.by.pk:
        raise RefusedError("Nobody marks their own. Ask another lead.")
    field = seen_field(writing)
    with transaction.atomic():
        if getattr(broken, field) is None:
            setattr(broken, field, writing.now)
            broken.save(update_fields=[field])
            tell("seen", broken, writing, field=field)


def seen_field(writing: Writing) -> str:
    """Return which mark is somebody's: the lead's or the officer's.

    Parameters
    ----------
    writing : Writing

    Returns
    -------
    str

    Raises
    ------
    RefusedError
        Neither: the role may not.
    """
    if writing.by.may(Permission.SIGN_GOVERNANCE):
        return "seen_by_officer_at"
    check_may(writing.by, Permission.SEE_TEAM)
    return "seen_by_lead_at"
