"""A worry is never refused; a safeguarding lead decides, and says why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.vocabulary import ConcernCategory, DslDecision, ToldPerson
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import (
    Writing,
    add_record,
    check_may,
    save_record,
)
from patrolwise.web.casework.models import Concern, ConcernDecision, Engagement
from patrolwise.web.casework.words import find_word, key_of
from patrolwise.web.identifiers import make_uuid7

CSA_DUTY = ("applies", "does not", "unsure")


@dataclass(frozen=True, kw_only=True)
class NewConcern:
    """What was seen, heard and said. Nothing of it is needed."""

    facts: str = ""
    opinion: str = ""
    description: str = ""
    is_child: bool | None = None
    categories: tuple[str, ...] = ()
    is_immediate: bool = False
    told_person: str = ""
    is_about_staff: bool = False
    is_about_place: bool = False
    hot_spot_id: str = ""
    place_words: str = ""
    happened_at: datetime | None = None


def raise_concern(
    *,
    writing: Writing,
    case: Engagement | None,
    new: NewConcern,
    concern_id: UUID | None = None,
) -> Concern:
    """Keep a worry. Words that are no words of their list are kept beside it, never refused.

    Parameters
    ----------
    writing : Writing
    case : Engagement or None
    new : NewConcern
    concern_id : UUID, optional
        Made by a phone.

    Returns
    -------
    Concern

    Raises
    ------
    RefusedError
        Only for somebody who has no access to this site at all.
    """
    check_may(writing.by, Permission.RAISE_CONCERNS)
    known = {member.name.lower() for member in ConcernCategory}
    unknown = [word for word in new.categories if word not in known]
    facts = new.facts if not unknown else f"{new.facts}\n(Also: {', '.join(unknown)})"
    told = new.told_person if new.told_person.upper() in ToldPerson.__members__ else ""
    return add_record(
        Concern,
        writing,
        retention_of(new.categories, is_about_staff=new.is_about_staff),
        id=concern_id or make_uuid7(),
        engagement=case,
        description=new.description.strip(),
        is_child=new.is_child,
        categories=[word for word in new.categories if word in known],
        is_immediate=new.is_immediate,
        facts=facts.strip(),
        opinion=new.opinion.strip(),
        told_person=told,
        is_about_staff=new.is_about_staff,
        is_about_place=new.is_about_place,
        hot_spot_id=new.hot_spot_id,
        place_words=new.place_words[:300],
        happened_at=new.happened_at,
    )


def close_concern(*, writing: Writing, concern: Concern) -> None:
    """Close a worry that was decided on: its retention begins to count.

    Parameters
    ----------
    writing : Writing
    concern : Concern

    Raises
    ------
    RefusedError
        Nobody has decided on it, it is closed already, or the role may not.
    """
    check_may(writing.by, Permission.DECIDE_CONCERNS)
    if concern.status != "decided":
        raise RefusedError("It is closed already, or nobody has decided on it.")
    concern.status = "closed"
    concern.closed_on = concern.clock_start = writing.now.date()
    save_record(concern, writing, "status", "closed_on", "clock_start")


def retention_of(categories: tuple[str, ...], *, is_about_staff: bool) -> str:
    """Return how long a concern is kept: the longest that any of it asks for.

    Parameters
    ----------
    categories : tuple of str
    is_about_staff : bool

    Returns
    -------
    str
        A retention class.
    """
    sexual = {key_of(ConcernCategory.SEXUAL), key_of(ConcernCategory.SEXUAL_EXPLOITATION)}
    if sexual & set(categories):
        return "safeguarding-csa"
    if is_about_staff or key_of(ConcernCategory.STAFF_ALLEGATION) in categories:
        return "safeguarding-staff-allegation"
    return "safeguarding-concern"


def decide_concern(
    *, writing: Writing, concern: Concern, decision: str, reason: str, csa_duty: str
) -> ConcernDecision:
    """Decide what is done about a worry.

    Parameters
    ----------
    writing : Writing
    concern : Concern
    decision : str
        Key of DslDecision.
    reason : str
    csa_duty : str
        Whether the duty to report child sexual abuse applies: of `CSA_DUTY`.

    Returns
    -------
    ConcernDecision

    Raises
    ------
    InputError
        A word is none of its list, or there is no reason.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.DECIDE_CONCERNS)
    faults: list[str] = []
    find_word(DslDecision, decision, "The decision", faults)
    if not reason.strip():
        faults.append("There is no reason. Say why, for whoever looks later.")
    if csa_duty not in CSA_DUTY:
        faults.append(f"Whether the duty to report applies is none of {', '.join(CSA_DUTY)}.")
    check_faults("The decision", faults)
    with transaction.atomic():
        made = add_record(
            ConcernDecision,
            writing,
            concern.retention_class,
            concern=concern,
            decision=decision,
            reason=reason.strip(),
            decided_at=writing.now,
            csa_duty=csa_duty,
        )
        concern.status = "decided"
        save_record(concern, writing, "status")
    return made
