"""How an application comes in, by the public page or by telephone, and how its code is used."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from patrolwise.errors import InputError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.models import Complaint, Review
from patrolwise.web.casereviews.words import ACTING_AS, TOLD_TO
from patrolwise.web.casereviews.writing import add_record, is_applicant, list_long
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, tell

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_NEITHER = "This number and code do not fit. Look at both again, or ring us."


@dataclass(frozen=True, kw_only=True)
class ToldComplaint:
    """One report of the behaviour, as the applicant tells it."""

    behaved_on: date
    reported_on: date
    told_to: str
    their_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody asks, and how they can be reached."""

    name: str  # of who is harmed
    reach: str
    words: str
    complaints: Sequence[ToldComplaint] = ()
    acting_name: str = ""  # of who applies for them; empty: they apply themselves
    acting_as: str = ""
    is_agreed: bool = False
    agreed_how: str = ""
    requested_on: date | None = None  # None: today


def apply(*, application: Application, writing: Writing) -> tuple[Review, str]:
    """Take an application; its clock starts.

    Parameters
    ----------
    application : Application
    writing : Writing
        Of the applicant: on the public page. Of staff: by telephone, and they run it.

    Returns
    -------
    review : Review
    code : str
        Three groups of four, to be told now: it is kept nowhere.

    Raises
    ------
    InputError
        Something is missing, or days cannot be; all is named, and no word is repeated.
    """
    if not is_applicant(writing):
        check_may(writing.by, Permission.RUN_REVIEWS)
    requested_on = application.requested_on or day_of(writing.now)
    faults = _list_faults(application)
    if requested_on > day_of(writing.now):
        faults.append("The day of the application is still to come.")
    for number, one in enumerate(application.complaints, start=1):
        faults += list_complaint_faults(one, requested_on, f"Complaint {number}")
    check_faults("The application", faults)
    code = _draw_code()
    told = {
        name: getattr(application, name).strip()
        for name in ("name", "reach", "words", "acting_name", "agreed_how")
    }
    with transaction.atomic():
        review = add_record(
            Review,
            writing,
            code_digest=_digest(code),
            channel="page" if is_applicant(writing) else "phone",
            officer_id=writing.by.pk,
            acting_as=application.acting_as if told["acting_name"] else "",
            is_agreed=application.is_agreed,
            requested_on=requested_on,
            **told,
        )
        for one in application.complaints:
            _add_complaint(review, one, writing)
    return review, code


def use_code(*, reference: str, code: str, writing: Writing) -> Review:
    """Return the review that a number and its code open.

    Parameters
    ----------
    reference, code : str
        As somebody typed them.
    writing : Writing
        Of the applicant.

    Returns
    -------
    Review

    Raises
    ------
    InputError
        They do not fit: which, is not said.
    """
    plain = _plain(reference)
    reference = "-".join(plain[start : start + 3] for start in range(0, len(plain), 3))
    found = Review.objects.filter(reference=reference).first()
    digest = found.code_digest if found else "0" * 64
    if not hmac.compare_digest(digest, _digest(code)) or found is None:
        raise InputError(_NEITHER)
    tell("state read", found, writing)
    return found


def make_new_code(*, review: Review, writing: Writing) -> str:
    """Give an applicant who lost it another code; the one before does not work any more.

    Parameters
    ----------
    review : Review
    writing : Writing

    Returns
    -------
    str
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    code = _draw_code()
    review.code_digest = _digest(code)
    with transaction.atomic():
        review.save(update_fields=["code_digest"])
        tell("given another code", review, writing)
    return code


def list_complaint_faults(one: ToldComplaint, requested_on: date, what: str) -> list[str]:
    """Return what cannot be of a complaint.

    Parameters
    ----------
    one : ToldComplaint
    requested_on : date
    what : str
        How it is called in a message.

    Returns
    -------
    list of str
    """
    faults = []
    if one.reported_on < one.behaved_on:
        faults.append(f"{what}: you told somebody before it happened. Look at the two days.")
    if one.reported_on > requested_on:
        faults.append(f"{what}: the day on which you told somebody is still to come.")
    if one.told_to not in TOLD_TO:
        faults.append(f"{what}: choose whom you told.")
    return faults


def _add_complaint(review: Review, one: ToldComplaint, writing: Writing) -> Complaint:
    return add_record(
        Complaint,
        writing,
        review=review,
        behaved_on=one.behaved_on,
        reported_on=one.reported_on,
        told_to=one.told_to,
        their_number=one.their_number.strip(),
    )


def _list_faults(application: Application) -> list[str]:
    faults = list_long(
        name=application.name, how_to_reach_you=application.reach, what_happened=application.words
    )
    if not application.name.strip():
        faults.append("Give a name.")
    if not application.reach.strip():
        faults.append("Say how we can reach you.")
    if not application.words.strip():
        faults.append("Say what happened.")
    if application.acting_name.strip():
        if application.acting_as not in ACTING_AS:
            faults.append("Say who you are to them.")
        if not application.is_agreed:
            faults.append("Ask them first. We need them to agree.")
    return faults


def _draw_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _digest(code: str) -> str:
    """Return what is kept of a code; it has 60 bits of chance, so that no salt is needed."""
    return hashlib.sha256(f"patrolwise.review:{_plain(code)}".encode()).hexdigest()


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.upper()))
