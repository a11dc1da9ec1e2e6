"""Who works on a case beside its lead officer: colleagues, agencies, and one for an hour."""

from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Case, CaseMember, CaseParty, GlassBreak
from patrolwise.web.asb.places import check_unnamed
from patrolwise.web.asb.reach import GLASS_LASTS
from patrolwise.web.vault.writing import Writing, check_may, save_record, tell

GLASS_REASONS = ("safety now", "cover for a colleague", "complaint or request", "a court asks")
_LEAST_WORDS = 10


def share_case(
    *, writing: Writing, case: Case, person: Person, until: datetime | None
) -> CaseMember:
    """Let a colleague work on a case, for a while or until it is taken back.

    Parameters
    ----------
    writing : Writing
    case : Case
    person : Person
    until : datetime or None
        Aware.

    Returns
    -------
    CaseMember

    Raises
    ------
    RefusedError
        That role works on no cases, or only a lead may.
    """
    check_may(writing.by, Permission.SHARE_ASB_CASES)
    if not person.may(Permission.WRITE_ASB_CASES):
        raise RefusedError("That role works on no cases. Make its agency party to the case.")
    with transaction.atomic():
        member = CaseMember.objects.create(
            case=case,
            person_id=person.pk,
            since=writing.now,
            until=until,
            given_by_id=writing.by.pk,
        )
        tell("shared", case, writing, person=person.pk)
    return member


def give_case(*, writing: Writing, case: Case, person: Person) -> None:
    """Give a case to another lead officer.

    Parameters
    ----------
    writing : Writing
    case : Case
    person : Person

    Raises
    ------
    RefusedError
        That role works on no cases, or only a lead may.
    """
    check_may(writing.by, Permission.SHARE_ASB_CASES)
    if not person.may(Permission.WRITE_ASB_CASES):
        raise RefusedError("That role works on no cases.")
    case.lead_officer_id = person.pk
    save_record(case, writing, "lead_officer_id")


def add_party(*, writing: Writing, case: Case, team: Team, reason: str) -> CaseParty:
    """Make an agency party to a case: its people see all of it.

    Parameters
    ----------
    writing : Writing
    case : Case
    team : Team
        A partner.
    reason : str
        Why it has to know, without names.

    Returns
    -------
    CaseParty

    Raises
    ------
    InputError
        There is no reason, or it names somebody.
    RefusedError
        It is no partner agency, or party already, or only a lead may.
    """
    check_may(writing.by, Permission.SHARE_ASB_CASES)
    faults = [] if reason.strip() else ["It is not said why the agency has to know."]
    check_unnamed("The words of the reason", reason, faults)
    check_faults("The party", faults)
    if not team.is_partner:
        raise RefusedError("That team is no partner agency.")
    with transaction.atomic():
        party = CaseParty.objects.filter(case=case, team=team).first()
        if party and party.until is None:
            raise RefusedError("The agency is party to the case already.")
        party = party or CaseParty(case=case, team=team)
        party.since, party.until, party.reason = writing.now, None, reason.strip()
        party.given_by_id = writing.by.pk
        party.save()
        tell("shared with an agency", case, writing, team=team.pk)
    return party


def end_party(*, writing: Writing, party: CaseParty) -> None:
    """End that an agency is party to a case: its people see nothing of it from now on.

    Parameters
    ----------
    writing : Writing
    party : CaseParty

    Raises
    ------
    RefusedError
        It ended before, or only a lead may.
    """
    check_may(writing.by, Permission.SHARE_ASB_CASES)
    if party.until is not None:
        raise RefusedError("That has ended already.")
    party.until = writing.now
    with transaction.atomic():
        party.save(update_fields=["until"])
        tell("taken from an agency", party.case, writing, team=party.team.pk)


def break_glass(*, writing: Writing, case_id: Any, reason: str, words: str) -> GlassBreak:
    """Open a case that is not one's own, for sixty minutes. The lead and the officer are told.

    Parameters
    ----------
    writing : Writing
    case_id : UUID or None
    reason : str
        Of `GLASS_REASONS`.
    words : str
        Why, in a sentence.

    Returns
    -------
    GlassBreak

    Raises
    ------
    InputError
        There is no reason, or no such case: all faults.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.BREAK_ASB_GLASS)
    faults = []
    if reason not in GLASS_REASONS:
        faults.append(f"The reason is none of {', '.join(GLASS_REASONS)}.")
    if len(words.strip()) < _LEAST_WORDS:
        faults.append("Say why in a sentence: the lead and the data protection officer read it.")
    check_unnamed("The words of why", words, faults)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        faults.append("There is no such case.")
    check_faults("The case cannot be opened", faults)
    assert case is not None
    with transaction.atomic():
        opened = GlassBreak.objects.create(
            case=case,
            person_id=writing.by.pk,
            reason=reason,
            words=words.strip(),
            opened=writing.now,
            until=writing.now + GLASS_LASTS,
        )
        tell("opened by breaking the glass", case, writing, reason=reason)
    return opened


def note_seen(*, writing: Writing, opened: GlassBreak) -> None:
    """Note that a lead, or the data protection officer, has looked at why a case was opened.

    Parameters
    ----------
    writing : Writing
    opened : GlassBreak

    Raises
    ------
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.SEE_ASB_GLASS)
    field = find_seen_field(writing.by)
    if getattr(opened, field) is None:
        setattr(opened, field, writing.now)
        with transaction.atomic():
            opened.save(update_fields=[field])
            tell("looked at", opened, writing)


def find_seen_field(person: Person) -> str:
    """Return which column says that somebody's side has looked.

    Parameters
    ----------
    person : Person

    Returns
    -------
    str
    """
    sees_all = person.may(Permission.SEE_ALL_ASB_CASES)
    return "seen_by_lead_at" if sees_all else "seen_by_officer_at"
