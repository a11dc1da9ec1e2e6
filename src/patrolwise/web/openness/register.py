"""The record of processing (UK GDPR, article 30), made from the tables themselves.

For each table about people it says what it is for, which fields are sealed, who may see it and how
long it is kept. A table that is not described here fails a test, so that none is forgotten.
"""

from dataclasses import dataclass

from django.db import models

from patrolwise.outreach.retention import load_retention
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.keeping.due import list_personal_tables
from patrolwise.web.vault.fields import BlindIndexField, SealedField
from patrolwise.web.vault.records import PersonalRecord

P = Permission
_BASE = {field.name for field in PersonalRecord._meta.get_fields()} | {"controller"}


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Why a table is there."""

    what: str  # in words
    why: str
    basis: str  # article of UK GDPR; for a data protection officer to confirm
    seen_with: tuple[Permission, ...]  # who has one of these may see rows, within their reach
    kept_as: tuple[str, ...]  # retention classes


_CONSENT = "article 6(1)(a) and 9(2)(a): consent, where they agreed to support"
_INTEREST = "article 6(1)(f): legitimate interest of a support service"
_SAFETY = "article 6(1)(ea) and DPA 2018, schedule 1, paragraph 18: safeguarding"
_DUTY = "article 6(1)(c): a duty to show what was done"
_CASES = (P.SEE_OWN_CASES, P.SEE_ALL_CASES)

PURPOSES = {
    "casework.Engagement": Purpose(
        what="People who agreed to support, and what they want to be called",
        why="To support them",
        basis=_CONSENT,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "casework.Identity": Purpose(
        what="Who somebody is by law, where a service has to know",
        why="To refer them",
        basis=_CONSENT,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "casework.NeedAssessment": Purpose(
        what="Needs, strengths and goals",
        why="To support them",
        basis=_CONSENT,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "casework.CaseNote": Purpose(
        what="What was done together",
        why="To support them, also when a colleague takes over",
        basis=_CONSENT,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "casework.FollowUp": Purpose(
        what="What was promised, and by when",
        why="To keep promises",
        basis=_CONSENT,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "casework.Consent": Purpose(
        what="What somebody allowed",
        why="To show that they did, and to stop when they take it back",
        basis=_DUTY,
        seen_with=_CASES,
        kept_as=("consent",),
    ),
    "casework.Referral": Purpose(
        what="Who was put in touch with which service",
        why="To get them help",
        basis=_CONSENT,
        seen_with=(*_CASES, P.ANSWER_REFERRALS),
        kept_as=("case-adult", "case-child"),
    ),
    "casework.Story": Purpose(
        what="Case studies without names, of people who agreed that theirs is told",
        why="To show funders and the public what support does",
        basis="article 6(1)(a) and 9(2)(a): consent, for this alone",
        seen_with=(P.BUILD_STORIES, P.RELEASE_STORIES),
        kept_as=("case-adult", "case-child"),
    ),
    "casework.StoryReceiver": Purpose(
        what="Who got a case study",
        why="To tell them when it is taken back",
        basis=_DUTY,
        seen_with=(P.BUILD_STORIES, P.RELEASE_STORIES),
        kept_as=("case-adult", "case-child"),
    ),
    "casework.Concern": Purpose(
        what="Worries about somebody's safety",
        why="To protect them",
        basis=_SAFETY,
        seen_with=(P.DECIDE_CONCERNS,),
        kept_as=("safeguarding-concern", "safeguarding-staff-allegation", "safeguarding-csa"),
    ),
    "casework.ConcernDecision": Purpose(
        what="What was decided on a worry, and why",
        why="To protect them, and to show how it was decided",
        basis=_SAFETY,
        seen_with=(P.DECIDE_CONCERNS,),
        kept_as=("safeguarding-concern", "safeguarding-staff-allegation", "safeguarding-csa"),
    ),
    "casework.ReachableMoment": Purpose(
        what="That somebody, not who, could have been reached in custody or hospital",
        why="To see how many are reached",
        basis=_INTEREST,
        seen_with=_CASES,
        kept_as=("contact",),
    ),
    "street.Contact": Purpose(
        what="Contacts on the street: no names, what was seen in coarse bands",
        why="To see where help is needed",
        basis=_INTEREST,
        seen_with=(P.WORK_STREET, P.SEE_TEAM),
        kept_as=("contact",),
    ),
    "street.PeopleDebrief": Purpose(
        what="What a shift has to tell colleagues about people",
        why="To support and protect them",
        basis=_INTEREST,
        seen_with=(P.WORK_STREET, P.SEE_TEAM),
        kept_as=("contact",),
    ),
    "street.Wellbeing": Purpose(
        what="How workers are after a shift",
        why="To look after them",
        basis=_INTEREST,
        seen_with=(P.SEE_TEAM,),
        kept_as=("contact",),
    ),
    "street.Track": Purpose(
        what="Where workers' phones were during a shift",
        why="Their safety; minutes by hot spot are reckoned from it, then it goes",
        basis=_INTEREST,
        seen_with=(P.SEE_TEAM,),
        kept_as=("device-cache",),
    ),
    "street.Call": Purpose(
        what="That a worker is safe, late or needs help",
        why="Their safety",
        basis=_INTEREST,
        seen_with=(P.SEE_TEAM,),
        kept_as=("device-cache",),
    ),
    "street.Phone": Purpose(
        what="Phones of workers, and the half of their key",
        why="To lock what a phone holds when access ends",
        basis=_INTEREST,
        seen_with=(P.WORK_STREET, P.SEE_TEAM),
        kept_as=("device-cache",),
    ),
    "street.HeldItem": Purpose(
        what="What a phone sent for somebody who may no longer send it",
        why="That nothing is lost",
        basis=_INTEREST,
        seen_with=(P.SEE_TEAM,),
        kept_as=("contact",),
    ),
    "street.FieldClash": Purpose(
        what="Two versions of one field",
        why="That nothing is lost",
        basis=_INTEREST,
        seen_with=_CASES,
        kept_as=("case-adult", "case-child"),
    ),
    "desk.DisclosureRequest": Purpose(
        what="Who asked about somebody, and for what",
        why="To decide, and to show how it was decided",
        basis=_DUTY,
        seen_with=(P.DECIDE_DISCLOSURES,),
        kept_as=("disclosure",),
    ),
    "desk.Disclosure": Purpose(
        what="What was told to another organisation, under which law",
        why="To show what was told and why",
        basis=_DUTY,
        seen_with=(P.DECIDE_DISCLOSURES, P.SEE_DISCLOSURES),
        kept_as=("disclosure",),
    ),
    "yourrecord.RecordCode": Purpose(
        what="That a code to their own record was given; not the code",
        why="That people can read what is written about them",
        basis=_DUTY,
        seen_with=(),
        kept_as=("case-adult", "case-child"),
    ),
    "yourrecord.PersonRequest": Purpose(
        what="Complaints and requests of people about their record",
        why="To answer them",
        basis=_DUTY,
        seen_with=(P.ANSWER_COMPLAINTS,),
        kept_as=("disclosure",),
    ),
    "yourrecord.Rating": Purpose(
        what="How people found us",
        why="To get better",
        basis=_INTEREST,
        seen_with=(P.SEE_TEAM,),
        kept_as=("disclosure",),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One table of the record of processing."""

    table: str
    purpose: Purpose
    sealed: tuple[str, ...]
    in_clear: tuple[str, ...]
    seen_by: tuple[str, ...]  # titles of roles
    kept: tuple[str, ...]  # how long, then what


def list_entries() -> list[Entry]:
    """Return the record of processing, table by table.

    Returns
    -------
    list of Entry
    """
    classes = load_retention()
    entries = []
    for model in list_personal_tables():
        purpose = PURPOSES[model._meta.label]
        seen = [role.title for role in ROLES.values() if role.permissions & set(purpose.seen_with)]
        entries.append(
            Entry(
                table=model._meta.label,
                purpose=purpose,
                sealed=tuple(_names(model, is_sealed=True)),
                in_clear=tuple(_names(model, is_sealed=False)),
                seen_by=tuple(seen),
                kept=tuple(
                    f"{classes[key].what}: {classes[key].keep} from {classes[key].clock}, then "
                    f"{classes[key].then}"
                    for key in purpose.kept_as
                ),
            )
        )
    return entries


def _names(model: type[models.Model], *, is_sealed: bool) -> list[str]:
    return [
        field.name.replace("_", " ")
        for field in model._meta.concrete_fields
        if field.name not in _BASE
        and not isinstance(field, BlindIndexField)
        and isinstance(field, SealedField) == is_sealed
    ]
