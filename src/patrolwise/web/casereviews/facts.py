"""What the library needs to know of a review: the rule of its day, its complaints, its steps."""

from collections.abc import Iterable, Sequence
from datetime import date

from patrolwise.errors import check_faults
from patrolwise.partnership.asb_review import (
    CaseReview,
    Complaint,
    DueStep,
    Threshold,
    find_due_steps,
    judge_threshold,
)
from patrolwise.partnership.asb_review_rules import STATUTE, ReviewRule, find_review_rule
from patrolwise.web.casereviews import models
from patrolwise.web.casereviews.models import Procedure, Review

_DAYS = (
    "days_to_acknowledge",
    "days_to_decide",
    "days_to_review",
    "days_to_tell",
    "days_to_appeal",
    "days_to_answer_appeal",
)
_NUMBERS = ("complaints", "months_to_report", "months_to_apply")
MOST_COMPLAINTS = 3  # the Act is explained to let an area ask for three at most


def list_procedures() -> list[Procedure]:
    """Return the procedures that the area published, the newest first.

    Returns
    -------
    list of Procedure
    """
    return list(Procedure.objects.all())


def find_procedure(on: date, procedures: Iterable[Procedure] | None = None) -> Procedure | None:
    """Return the procedure in force on a day.

    Parameters
    ----------
    on : date
    procedures : iterable of Procedure, optional
        The newest first; read when None.

    Returns
    -------
    Procedure or None
        None before the area published one: then the statute's threshold holds, and no days run.
    """
    given = list_procedures() if procedures is None else procedures
    return next((one for one in given if one.starts <= on), None)


def find_rule(on: date, procedures: Iterable[Procedure] | None = None) -> ReviewRule:
    """Return the threshold and the clock of an application made on a day.

    Parameters
    ----------
    on : date
    procedures : iterable of Procedure, optional
        The newest first; read when None.

    Returns
    -------
    ReviewRule
    """
    found = find_procedure(on, procedures)
    if found is None:
        return find_review_rule(STATUTE, on)
    return ReviewRule(
        area="here",
        starts=found.starts,
        ends=None,
        source=found.source,
        **{name: getattr(found, name) for name in (*_NUMBERS, *_DAYS)},
    )


def check_procedure(values: dict[str, int | None]) -> None:
    """Refuse a procedure that no area may have.

    Parameters
    ----------
    values : dict of int
        Threshold, months and working days by their field.

    Raises
    ------
    InputError
        All faults are named.
    """
    faults = []
    asked = values["complaints"]
    if asked is not None and asked > MOST_COMPLAINTS:
        faults.append(
            f"It asks for {asked} complaints. The Act lets an area ask for {MOST_COMPLAINTS} at "
            "most."
        )
    for name in (*_NUMBERS, *_DAYS):
        given = values[name]
        if given is None and name in _DAYS:
            continue
        if given is None or given < 1:
            faults.append(f"{name.replace('_', ' ').capitalize()} is {given}. Give 1 or more.")
    check_faults("The procedure", faults)


def list_judged(review: Review) -> list[models.Complaint]:
    """Return the complaints of an application that are judged: none that was left out.

    Parameters
    ----------
    review : Review

    Returns
    -------
    list of Complaint
    """
    return [one for one in review.complaints.all() if not one.left_out]


def judge(review: Review, rule: ReviewRule) -> Threshold:
    """Return which complaints of an application count.

    Parameters
    ----------
    review : Review
    rule : ReviewRule
        Of the day of the application.

    Returns
    -------
    Threshold
    """
    told = [
        Complaint(complaint_id=str(one.pk), behaved_on=one.behaved_on, reported_on=one.reported_on)
        for one in list_judged(review)
    ]
    return judge_threshold(told, review.requested_on, rule)


def tell_library(review: Review, rule: ReviewRule) -> CaseReview:
    """Return a review as the library knows it, which refuses what cannot have been so.

    Parameters
    ----------
    review : Review
    rule : ReviewRule

    Returns
    -------
    CaseReview

    Raises
    ------
    InputError
        A step was done before the one that it follows, or a decision lacks its reasons.
    """
    return CaseReview(
        review_id=review.reference,
        requested_on=review.requested_on,
        threshold=judge(review, rule),
        acknowledged_on=review.acknowledged_on,
        decided_on=review.decided_on,
        is_met=review.is_met,
        reasons=review.reasons,
        reviewed_on=review.reviewed_on,
        recommendations=len(review.recommendations.all()),
        told_on=review.told_on,
        appealed_on=review.appealed_on,
        appeal_answered_on=review.appeal_answered_on,
    )


def list_steps(
    review: Review, today: date, procedures: Sequence[Procedure] | None = None
) -> tuple[DueStep, ...]:
    """Return the steps of a review that are begun or come next.

    Parameters
    ----------
    review : Review
    today : date
    procedures : sequence of Procedure, optional

    Returns
    -------
    tuple of DueStep
    """
    rule = find_rule(review.requested_on, procedures)
    return find_due_steps(tell_library(review, rule), rule, today)
