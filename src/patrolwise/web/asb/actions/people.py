"""How those harmed and those held to do it are written down: never both in one change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_subjects import Standing, renew_standing
from patrolwise.partnership.asb_words import ContactResult
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.cases import CASE, check_open
from patrolwise.web.asb.models import Case, RoleLink, Subject, Victim, VictimContact
from patrolwise.web.asb.reckoning import reckon_case
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record

ADULT_YEARS = 18
WHO = ("name", "phone", "born", "address", "code", "words")


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who somebody is; all but a name can be left out."""

    name: str
    phone: str = ""
    born: date | None = None
    address: str = ""
    code: str = ""  # of another system
    words: str = ""
    is_under_18: bool | None = None  # when the day of birth is not known


def add_victim(*, writing: Writing, case: Case, who: Who) -> Victim:
    """Write down who is harmed.

    Parameters
    ----------
    writing : Writing
    case : Case
    who : Who

    Returns
    -------
    Victim

    Raises
    ------
    InputError
        There is no name, or the day of birth cannot be.
    RefusedError
        The case is closed, or the role may not.
    """
    values = _check_who(writing, case, who)
    with transaction.atomic():
        number = _number_next(case, case.victims)
        victim = add_record(Victim, writing, CASE, case=case, number=number, **values)
        reckon_case(case)
    victim.refresh_from_db()
    return victim


def change_victim(*, writing: Writing, victim: Victim, who: Who) -> None:
    """Correct who somebody is that is harmed; InputError and RefusedError as `add_victim`.

    Parameters
    ----------
    writing : Writing
    victim : Victim
    who : Who
    """
    with transaction.atomic():
        _change(writing, victim, who)
        reckon_case(victim.case)


def note_contact(
    *, writing: Writing, victim: Victim, on: date, result: str, words: str
) -> VictimContact:
    """Note that somebody spoke with a victim, or tried to.

    Parameters
    ----------
    writing : Writing
    victim : Victim
    on : date
    result : str
        Of ContactResult; an attempt leaves what is owed as it was.
    words : str

    Returns
    -------
    VictimContact

    Raises
    ------
    InputError
        The day is to come or before the case, or the result is none.
    RefusedError
        The case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(victim.case)
    faults = []
    if result not in list(ContactResult):
        faults.append(f"What came of it is none of {', '.join(ContactResult)}.")
    if not victim.case.opened_on <= on <= day_of(writing.now):
        faults.append("The day is still to come, or before the case was opened.")
    check_faults("The contact", faults)
    with transaction.atomic():
        contact = add_record(
            VictimContact,
            writing,
            CASE,
            victim=victim,
            contacted_on=on,
            result=result,
            words=words.strip(),
        )
        if ContactResult(result).counts and on >= (victim.last_contact_on or on):
            victim.last_contact_on = on
            save_record(victim, writing, "last_contact_on")
        reckon_case(victim.case)
    return contact


def add_subject(*, writing: Writing, case: Case, who: Who, standing: Standing) -> Subject:
    """Write down who is held to do it, on what basis and until when.

    Parameters
    ----------
    writing : Writing
    case : Case
    who : Who
    standing : Standing

    Returns
    -------
    Subject

    Raises
    ------
    InputError
        There is no name, or a day cannot be.
    RefusedError
        The case is closed, or the role may not.
    """
    values = _check_who(writing, case, who)
    check_faults("The subject", _check_evidence(standing, writing.now))
    with transaction.atomic():
        number = _number_next(case, case.subjects)
        return add_record(
            Subject,
            writing,
            CASE,
            case=case,
            number=number,
            **_as_columns(standing),
            **values,
        )


def change_subject(*, writing: Writing, subject: Subject, who: Who) -> None:
    """Correct who a subject is; who has lapsed is not corrected but evidenced, or left to go.

    Parameters
    ----------
    writing : Writing
    subject : Subject
    who : Who
    """
    if has_lapsed(subject, writing.now):
        raise RefusedError("The subject has lapsed. Only newer evidence brings the record back.")
    _change(writing, subject, who)


def renew_subject(*, writing: Writing, subject: Subject, newer: Standing) -> None:
    """Let a subject stand on newer evidence; the same again renews nothing.

    Parameters
    ----------
    writing : Writing
    subject : Subject
    newer : Standing

    Raises
    ------
    InputError
        A day cannot be.
    RefusedError
        The evidence is no newer, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(subject.case)
    check_faults("The evidence", _check_evidence(newer, writing.now))
    columns = _as_columns(renew_standing(standing_of(subject), newer))
    for name, value in columns.items():
        setattr(subject, name, value)
    save_record(subject, writing, *columns)


def note_duties(
    *, writing: Writing, subject: Subject, youth_justice_on: date | None, needs_on: date | None
) -> None:
    """Note when youth justice was consulted, and when a screening of needs was offered.

    Parameters
    ----------
    writing : Writing
    subject : Subject
    youth_justice_on, needs_on : date or None

    Raises
    ------
    InputError
        A day is still to come.
    RefusedError
        The case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(subject.case)
    days = (youth_justice_on, needs_on)
    is_ahead = any(day and day > day_of(writing.now) for day in days)
    check_faults("The subject", ["A day is still to come."] if is_ahead else [])
    subject.youth_justice_on, subject.needs_offered_on = days
    save_record(subject, writing, "youth_justice_on", "needs_offered_on")


def link_roles(*, writing: Writing, victim: Victim, subject: Subject, reason: str) -> RoleLink:
    """Join a victim's record and a subject's of one case that are of one person; a lead alone.

    Parameters
    ----------
    writing : Writing
    victim : Victim
    subject : Subject
    reason : str

    Returns
    -------
    RoleLink

    Raises
    ------
    InputError
        There is no reason, or the two are of two cases.
    RefusedError
        They are joined already, or the role may not.
    """
    check_may(writing.by, Permission.LINK_ASB_ROLES)
    faults = [] if reason.strip() else ["It is not said why that must be known."]
    if victim.case_id != subject.case_id:
        faults.append("The two records are of two cases.")
    check_faults("The link", faults)
    if RoleLink.objects.filter(victim=victim, subject=subject).exists():
        raise RefusedError("The two are joined already.")
    return add_record(
        RoleLink, writing, "asb-role-link", victim=victim, subject=subject, reason=reason.strip()
    )


def has_lapsed(subject: Subject, now: datetime) -> bool:
    """Return whether a subject's basis is over: then the record tells nobody who it is.

    Parameters
    ----------
    subject : Subject
    now : datetime
        Aware.

    Returns
    -------
    bool
    """
    return standing_of(subject).has_lapsed(day_of(now))


def standing_of(subject: Subject) -> Standing:
    """Return on what a subject stands.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    Standing
    """
    return Standing(
        basis=Basis(subject.basis),
        evidence_ref=subject.evidence_ref,
        evidenced_on=subject.evidenced_on,
        review_due=subject.review_due,
    )


def is_under_18(who: Who, on: date) -> bool | None:
    """Return whether somebody is under 18 on a day, as far as is known.

    Parameters
    ----------
    who : Who
    on : date

    Returns
    -------
    bool or None
    """
    if who.born is None:
        return who.is_under_18
    had_birthday = (on.month, on.day) >= (who.born.month, who.born.day)
    return on.year - who.born.year - (not had_birthday) < ADULT_YEARS


def _number_next(case: Case, people: QuerySet[Any]) -> int:
    """Return the next number of a table's people in a case; two at once wait for each other."""
    Case.objects.select_for_update().only("pk", "controller").get(pk=case.pk)
    return int(people.aggregate(most=Max("number"))["most"] or 0) + 1


def _as_columns(standing: Standing) -> dict[str, object]:
    return {**vars(standing), "basis": standing.basis.value}


def _check_evidence(standing: Standing, now: datetime) -> list[str]:
    is_ahead = standing.evidenced_on > day_of(now)
    return ["The evidence is of a day that is still to come."] if is_ahead else []


def _check_who(writing: Writing, case: Case, who: Who) -> dict[str, object]:
    """Return the columns of who somebody is, or raise with all that is wrong."""
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    today, faults = day_of(writing.now), []
    if not who.name.strip():
        faults.append("There is no name. Write “not known” if it is not.")
    if who.born and not date(1900, 1, 1) <= who.born <= today:
        faults.append("The day of birth is still to come, or before 1900.")
    check_faults("Who they are", faults)
    return {
        "name": who.name.strip(),
        "phone": who.phone.strip(),
        "born": who.born.isoformat() if who.born else "",
        "address": who.address.strip(),
        "code": who.code.strip(),
        "words": who.words.strip(),
        "is_under_18": is_under_18(who, today),
    }


def _change(writing: Writing, record: Victim | Subject, who: Who) -> None:
    values = _check_who(writing, record.case, who)
    for name, value in values.items():
        setattr(record, name, value)
    save_record(record, writing, *values)
