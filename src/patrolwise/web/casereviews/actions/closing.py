"""Who runs a review, how it is closed, and what keeps it longer than its time."""

from django.db import transaction

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.words import CLOSE_REASONS
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record


def assign(*, review: Review, officer: Person, writing: Writing) -> None:
    """Say who runs a review.

    Parameters
    ----------
    review : Review
    officer : Person
    writing : Writing

    Raises
    ------
    RefusedError
        The role may not, or the officer may not run one.
    """
    check_may(writing.by, Permission.SEE_ALL_REVIEWS)
    if not officer.may(Permission.RUN_REVIEWS):
        raise RefusedError("Choose a case officer or a lead.")
    review.officer_id = officer.pk
    save_record(review, writing, "officer_id")


@transaction.atomic
def close(*, review: Review, reason: str, writing: Writing) -> None:
    """Close a review; from then on it is kept for as long as a case is.

    Parameters
    ----------
    review : Review
    reason : str
        Of the vocabulary.
    writing : Writing

    Raises
    ------
    InputError
        It is no such reason.
    RefusedError
        It is closed, the applicant was not told, or an appeal is open.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    lock(review)
    check_open(review)
    if reason not in CLOSE_REASONS:
        raise InputError("Choose why it is closed.")
    if reason == "finished" and review.told_on is None:
        raise RefusedError("The applicant was not told the outcome yet. Send the letter first.")
    if review.appealed_on is not None and review.appeal_answered_on is None:
        raise RefusedError("An appeal is open. It is closed after the answer.")
    review.closed_on, review.close_reason = day_of(writing.now), reason
    review.clock_start = day_of(writing.now)
    save_record(review, writing, "closed_on", "close_reason", "clock_start")


def hold(*, review: Review, reason: str, writing: Writing) -> None:
    """Keep a review whatever its clock says: a court, an inquiry or a request asks for it.

    Parameters
    ----------
    review : Review
    reason : str
        Empty: it is not on hold any longer.
    writing : Writing
    """
    check_may(writing.by, Permission.PROPOSE_ASB_DELETIONS)
    review.is_held, review.hold_reason = bool(reason.strip()), reason.strip()
    save_record(review, writing, "is_held", "hold_reason")


def lock(review: Review) -> None:
    """Read a review again, so that nobody else changes it until the transaction ends.

    Parameters
    ----------
    review : Review
    """
    review.refresh_from_db(from_queryset=Review.objects.select_for_update())


def check_open(review: Review) -> None:
    """Refuse what would change a review that was closed.

    Parameters
    ----------
    review : Review

    Raises
    ------
    RefusedError
    """
    if review.closed_on is not None:
        raise RefusedError(f"The review was closed on {review.closed_on:%-d %B %Y}.")
