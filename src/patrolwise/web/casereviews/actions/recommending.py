"""What a review recommends to an agency, whether it accepts it, and when it is done."""

from datetime import date

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions.closing import check_open
from patrolwise.web.casereviews.actions.panel import check_own
from patrolwise.web.casereviews.apart import check_apart
from patrolwise.web.casereviews.models import Recommendation, Review
from patrolwise.web.casereviews.writing import add_record, list_long
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record


def recommend(
    *, review: Review, team: Team, text: str, due_on: date, writing: Writing
) -> Recommendation:
    """Write a recommendation down, for an agency to accept or not.

    Parameters
    ----------
    review : Review
    team : Team
    text : str
    due_on : date
    writing : Writing

    Returns
    -------
    Recommendation

    Raises
    ------
    InputError
        It says nothing, is due before the meeting, or holds a name.
    RefusedError
        No review was held, or the applicant was told already.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    check_open(review)
    if review.reviewed_on is None:
        raise RefusedError("Recommendations come from a review. Write the meeting down first.")
    if review.told_on is not None:
        raise RefusedError("The applicant was told the outcome: it stays as it was told.")
    faults = list_long(recommendation=text)
    if not text.strip():
        faults.append("Say what is recommended.")
    if due_on < review.reviewed_on:
        faults.append("It is due before the meeting. Mend the day.")
    check_faults("The recommendation", faults)
    check_apart(review, text)
    return add_record(
        Recommendation, writing, review=review, team=team, text=text.strip(), due_on=due_on
    )


def answer_recommendation(
    *, one: Recommendation, is_accepted: bool, because: str, writing: Writing
) -> None:
    """Say for one's agency whether it accepts a recommendation.

    Parameters
    ----------
    one : Recommendation
    is_accepted : bool
    because : str
        Why not.
    writing : Writing

    Raises
    ------
    InputError
        It is not accepted, and no reason is given.
    RefusedError
        It is for another agency, or was answered.
    """
    _check_answers(one, writing)
    if one.is_accepted is not None:
        raise RefusedError("It was answered before.")
    faults = list_long(reason=because)
    if not is_accepted and not because.strip():
        faults.append("Say why your agency does not accept it.")
    check_faults("The answer", faults)
    check_apart(one.review, because)
    one.is_accepted, one.answered_on = is_accepted, day_of(writing.now)
    one.refused_because = "" if is_accepted else because.strip()
    save_record(one, writing, "is_accepted", "answered_on", "refused_because")


def finish_recommendation(*, one: Recommendation, done_on: date, writing: Writing) -> None:
    """Say that a recommendation is carried out.

    Parameters
    ----------
    one : Recommendation
    done_on : date
    writing : Writing

    Raises
    ------
    InputError
        The day is still to come, or before it was accepted.
    RefusedError
        It was not accepted, or is done already.
    """
    _check_answers(one, writing)
    if not one.is_accepted or one.answered_on is None:
        raise RefusedError("It was not accepted yet.")
    if one.done_on is not None:
        raise RefusedError("It is done already.")
    if not one.answered_on <= done_on <= day_of(writing.now):
        raise InputError("The day is still to come, or before your agency accepted it. Mend it.")
    one.done_on = done_on
    save_record(one, writing, "done_on")


def _check_answers(one: Recommendation, writing: Writing) -> None:
    """Let the agency itself answer, or whoever runs the review for one that does not sign in."""
    if not writing.by.may(Permission.RUN_REVIEWS):
        check_may(writing.by, Permission.ANSWER_REVIEWS)
        check_own(writing.by, one.team)
