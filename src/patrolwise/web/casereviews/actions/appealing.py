"""How an applicant appeals to the local policing body, and how it answers."""

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_review import Step
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions.closing import lock
from patrolwise.web.casereviews.apart import check_apart
from patrolwise.web.casereviews.facts import list_steps
from patrolwise.web.casereviews.letters import draft_letter
from patrolwise.web.casereviews.models import Letter, Review
from patrolwise.web.casereviews.words import APPEAL_OUTCOMES
from patrolwise.web.casereviews.writing import add_record, is_applicant, list_long
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record


def can_appeal(review: Review, writing: Writing) -> bool:
    """Return whether an applicant may appeal today: they were told, and the days are not over.

    Parameters
    ----------
    review : Review
    writing : Writing

    Returns
    -------
    bool
    """
    if review.told_on is None or review.appealed_on is not None:
        return False
    return any(one.step is Step.APPEAL for one in list_steps(review, day_of(writing.now)))


@transaction.atomic
def appeal(*, review: Review, words: str, writing: Writing) -> None:
    """Take an appeal; a review that was closed is open again.

    Parameters
    ----------
    review : Review
    words : str
        Of the applicant, or as they said them on the telephone.
    writing : Writing
        Of the applicant, or of who runs the review.

    Raises
    ------
    InputError
        It says nothing.
    RefusedError
        It cannot be appealed, or not any more.
    """
    if not is_applicant(writing):
        check_may(writing.by, Permission.RUN_REVIEWS)
    lock(review)
    if not can_appeal(review, writing):
        raise RefusedError("You cannot appeal now: the time for it is over, or you did it already.")
    faults = list_long(what_you_wrote=words)
    check_faults("Your appeal", faults if words.strip() else ["Say what you think is wrong."])
    review.appealed_on, review.appeal_words = day_of(writing.now), words.strip()
    review.closed_on, review.close_reason, review.clock_start = None, "", None
    save_record(
        review, writing, "appealed_on", "appeal_words", "closed_on", "close_reason", "clock_start"
    )


@transaction.atomic
def answer_appeal(*, review: Review, outcome: str, answer: str, writing: Writing) -> None:
    """Answer an appeal for the local policing body; the letter is kept as it goes out.

    Parameters
    ----------
    review : Review
    outcome : str
        Of the vocabulary.
    answer : str
    writing : Writing

    Raises
    ------
    InputError
        It says nothing, is no such outcome, or holds a name.
    RefusedError
        The role may not, there is no appeal, or it was answered before.
    """
    check_may(writing.by, Permission.SEE_APPEALS)
    lock(review)
    if review.appealed_on is None:
        raise RefusedError("Nobody appealed.")
    if review.appeal_answered_on is not None:
        raise RefusedError("It was answered before.")
    faults = list_long(answer=answer)
    if outcome not in APPEAL_OUTCOMES:
        faults.append("Choose what comes of it.")
    if not answer.strip():
        faults.append("Give the reasons.")
    check_faults("The answer", faults)
    check_apart(review, answer)
    review.appeal_outcome, review.appeal_answer = outcome, answer.strip()
    today = day_of(writing.now)
    review.appeal_answered_on = today
    draft = draft_letter(review, "appeal", today)
    save_record(review, writing, "appeal_outcome", "appeal_answer", "appeal_answered_on")
    add_record(Letter, writing, review=review, kind=draft.kind, sent_on=today, text=draft.text)
