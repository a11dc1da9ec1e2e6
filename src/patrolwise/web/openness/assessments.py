"""How an impact assessment is signed, and whether one is good today."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from patrolwise.errors import check_faults
from patrolwise.outreach.dates_ahead import add_months
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.openness.models import SignedAssessment

LONGEST_MONTHS = 12  # until it is looked at again
_MOST_NOTE = 300


@dataclass(frozen=True, kw_only=True)
class NewAssessment:
    """An impact assessment as its officer signed it."""

    version: str
    document: bytes = field(repr=False)  # only its fingerprint is kept
    file_name: str
    signed_on: date
    review_by: date
    note: str = ""


def sign_assessment(*, writing: Writing, new: NewAssessment) -> SignedAssessment:
    """Write down that the data protection officer signed an impact assessment.

    Parameters
    ----------
    writing : Writing
    new : NewAssessment

    Returns
    -------
    SignedAssessment

    Raises
    ------
    InputError
        All that it lacks.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.SIGN_GOVERNANCE)
    check_faults("The impact assessment", _check(new, writing.now.date()))
    with transaction.atomic():
        made = SignedAssessment.objects.create(
            version=new.version.strip(),
            sha256=hashlib.sha256(new.document).hexdigest(),
            file_name=new.file_name[:120],
            signed_on=new.signed_on,
            review_by=new.review_by,
            note=new.note.strip(),
            signed_by_id=writing.by.pk,
            signed_at=writing.now,
        )
        tell("signed", made, writing, sha256=made.sha256)
    return made


def find_signed(on: date) -> SignedAssessment | None:
    """Return the impact assessment that is good on a day: the one signed last.

    Parameters
    ----------
    on : date

    Returns
    -------
    SignedAssessment or None
        None when the last one has to be looked at again, or none was signed.
    """
    last = SignedAssessment.objects.filter(signed_on__lte=on).first()
    return last if last is not None and last.review_by >= on else None


def _check(new: NewAssessment, today: date) -> list[str]:
    faults = []
    if not new.version.strip():
        faults.append("It has no version. Say which one was signed, such as 1.2.")
    if not new.document:
        faults.append("The document is empty. Choose the file that was signed.")
    if new.signed_on > today:
        faults.append("The day on which it was signed is still to come.")
    if new.review_by <= today:
        faults.append("The day on which it is looked at again has passed.")
    last = add_months(new.signed_on, LONGEST_MONTHS)
    if new.review_by > last:
        faults.append(f"It is looked at again within a year: by {last:%-d %B %Y} at the latest.")
    if len(new.note.strip()) > _MOST_NOTE:
        faults.append(f"The note has more than {_MOST_NOTE} characters.")
    return faults
