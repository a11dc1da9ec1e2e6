"""Whether a case review must be held, what of it is due by when, and what is published.

Anybody whom anti-social behaviour harms may ask the bodies of the area to look at how they answered
it. Dates are given; nothing here looks at a clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from patrolwise.errors import check_faults
from patrolwise.outreach.dates_ahead import add_months
from patrolwise.outreach.working_days import add_working_days, working_days_between
from patrolwise.partnership.asb_review_rules import ReviewRule


class Step(StrEnum):
    """What is done in a case review, in order."""

    ACKNOWLEDGE = "acknowledge the application"
    DECIDE = "decide whether the threshold is met"
    REVIEW = "hold the review"
    TELL = "tell the applicant the outcome"
    APPEAL = "appeal, if the applicant wants to"
    ANSWER_APPEAL = "answer the appeal"


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """One report of anti-social behaviour that an application for a review rests on."""

    complaint_id: str
    behaved_on: date  # when the behaviour is said to have been
    reported_on: date


@dataclass(frozen=True, kw_only=True)
class JudgedComplaint:
    """Whether a complaint counts, and why not."""

    complaint_id: str
    counts: bool
    reason: str  # empty when it counts


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """What complaints make of an application."""

    complaints: tuple[JudgedComplaint, ...]
    counted: int
    needed: int

    @property
    def must_review(self) -> bool:
        """Whether a review must be held. If not, the bodies weigh the case and still may hold one.

        They weigh how persistent the behaviour is, what harm it does or may do, and whether the
        answer to it was adequate.
        """
        return self.counted >= self.needed


@dataclass(frozen=True, kw_only=True)
class CaseReview:
    """How far one application has come; what has not happened is None."""

    review_id: str
    requested_on: date
    threshold: Threshold
    acknowledged_on: date | None = None
    decided_on: date | None = None
    is_met: bool | None = None  # what was decided
    reasons: str = ""  # for a decision that the complaints alone do not make
    reviewed_on: date | None = None
    recommendations: int = 0
    told_on: date | None = None
    appealed_on: date | None = None
    appeal_answered_on: date | None = None

    def __post_init__(self) -> None:
        check_faults(
            f"Case review {self.review_id}", [*_order_faults(self), *_decision_faults(self)]
        )

    def day_of(self, step: Step) -> date | None:
        """Return when a step was done, or None."""
        return {
            Step.ACKNOWLEDGE: self.acknowledged_on,
            Step.DECIDE: self.decided_on,
            Step.REVIEW: self.reviewed_on,
            Step.TELL: self.told_on,
            Step.APPEAL: self.appealed_on,
            Step.ANSWER_APPEAL: self.appeal_answered_on,
        }[step]


@dataclass(frozen=True, kw_only=True)
class DueStep:
    """One step of a case review with its day."""

    review_id: str
    step: Step
    due: date | None  # None where the area sets no days
    done: date | None
    is_late: bool  # done after its day, or not done and its day is over
    days_left: int | None  # working days, of a step that is not done; 0 on the day and after it


@dataclass(frozen=True, kw_only=True)
class PublishedCounts:
    """What the bodies of an area must publish of a period."""

    first: date
    last: date
    requests: int
    threshold_not_met: int
    reviews: int
    reviews_with_recommendations: int


def find_last_day(first: date, months: int) -> date:
    """Return the last day of a period of months that begins with a day.

    Parameters
    ----------
    first : date
        The first day of the period: it counts.
    months : int

    Returns
    -------
    date

    References
    ----------
    Dodds v Walker [1981] 1 WLR 1027: the day before the corresponding date, or the last day of a
    month that has no such date.

    Examples
    --------
    >>> find_last_day(date(2026, 3, 5), 1), find_last_day(date(2026, 1, 31), 1)
    (datetime.date(2026, 4, 4), datetime.date(2026, 2, 28))
    """
    ahead = add_months(first, months)
    return ahead if ahead.day < first.day else ahead - timedelta(days=1)


def judge_threshold(
    complaints: Sequence[Complaint], applied_on: date, rule: ReviewRule
) -> Threshold:
    """Return which complaints count, and whether they make a review a duty.

    A complaint counts when it was made within a month of the behaviour, and the application within
    six months of the complaint, or as the area's rule has it.

    Parameters
    ----------
    complaints : sequence of Complaint
    applied_on : date
    rule : ReviewRule
        In force on that day.

    Returns
    -------
    Threshold

    Raises
    ------
    InputError
        A complaint comes twice, or was made before the behaviour or after the application.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014, section 104(4), (5) and (11).

    Examples
    --------
    >>> from patrolwise.partnership.asb_review_rules import find_review_rule
    >>> rule = find_review_rule("statute", date(2026, 6, 1))
    >>> late = Complaint(
    ...     complaint_id="c1", behaved_on=date(2026, 1, 1), reported_on=date(2026, 3, 1))
    >>> judge_threshold([late], date(2026, 6, 1), rule).complaints[0].reason
    'reported on 2026-03-01; 2026-01-31 was the last day'
    """
    ids = [one.complaint_id for one in complaints]
    faults = [f"Complaint {one} comes twice. Keep one." for one in sorted(set(ids))
              if ids.count(one) > 1]  # fmt: skip
    for one in complaints:
        if one.reported_on < one.behaved_on:
            faults.append(
                f"Complaint {one.complaint_id} was made before the behaviour. Mend a day."
            )
        if one.reported_on > applied_on:
            faults.append(f"Complaint {one.complaint_id} was made after the application.")
    check_faults("Complaints", faults)
    judged = tuple(_judge(one, applied_on, rule) for one in complaints)
    return Threshold(
        complaints=judged, counted=sum(one.counts for one in judged), needed=rule.complaints
    )


def find_due_steps(review: CaseReview, rule: ReviewRule, today: date) -> tuple[DueStep, ...]:
    """Return the steps of a case review that are begun or come next, with what is late.

    Parameters
    ----------
    review : CaseReview
    rule : ReviewRule
        In force on the day of the application.
    today : date

    Returns
    -------
    tuple of DueStep
        In order. A step whose days run from one that is not done yet is left out, so is a review
        that was decided against, and an appeal that nobody made and nobody can make any more.

    Raises
    ------
    InputError
        The list of bank holidays ends before.

    References
    ----------
    Home Office, Anti-social behaviour powers: statutory guidance for frontline professionals, part
    1: what a procedure says; its days are each area's own.

    Examples
    --------
    >>> from patrolwise.partnership.asb_review_rules import find_review_rule
    >>> rule = find_review_rule("example", date(2026, 6, 1))
    >>> review = CaseReview(review_id="r1", requested_on=date(2026, 6, 1),
    ...     threshold=judge_threshold([], date(2026, 6, 1), rule))
    >>> [str(one.due) for one in find_due_steps(review, rule, date(2026, 6, 2))]
    ['2026-06-15', '2026-06-22']
    """
    steps = []
    for step, begun, days in _clock(review, rule):
        done = review.day_of(step)
        if begun is None:
            continue
        due = None if days is None else add_working_days(begun, days)
        is_over = due is not None and today > due
        if step is Step.APPEAL and done is None and is_over:
            continue
        steps.append(
            DueStep(
                review_id=review.review_id,
                step=step,
                due=due,
                done=done,
                is_late=is_over if done is None else due is not None and done > due,
                days_left=_find_days_left(due, done, today),
            )
        )
    return tuple(steps)


def count_for_publication(
    reviews: Iterable[CaseReview], first: date, last: date
) -> PublishedCounts:
    """Return the counts that an area must publish of a period.

    Parameters
    ----------
    reviews : iterable of CaseReview
    first, last : date
        Both count.

    Returns
    -------
    PublishedCounts
        Applications by the day they were made, decisions by theirs, reviews by the day they were
        held: one application may be counted in two periods, in each for another thing.

    Raises
    ------
    InputError
        `last` is before `first`.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014, section 104: what is published, and how
    councils do so.
    """
    if last < first:
        check_faults("Period", [f"{last} is before {first}. Swap the two days."])
    given = tuple(reviews)
    held = [one for one in given if _lies(one.reviewed_on, first, last)]
    return PublishedCounts(
        first=first,
        last=last,
        requests=sum(_lies(one.requested_on, first, last) for one in given),
        threshold_not_met=sum(
            one.is_met is False and _lies(one.decided_on, first, last) for one in given
        ),
        reviews=len(held),
        reviews_with_recommendations=sum(one.recommendations > 0 for one in held),
    )


def _judge(complaint: Complaint, applied_on: date, rule: ReviewRule) -> JudgedComplaint:
    report_by = find_last_day(complaint.behaved_on, rule.months_to_report)
    apply_by = find_last_day(complaint.reported_on, rule.months_to_apply)
    reason = ""
    if complaint.reported_on > report_by:
        reason = f"reported on {complaint.reported_on}; {report_by} was the last day"
    elif applied_on > apply_by:
        reason = f"applied on {applied_on}; {apply_by} was the last day for this complaint"
    return JudgedComplaint(complaint_id=complaint.complaint_id, counts=not reason, reason=reason)


def _clock(
    review: CaseReview, rule: ReviewRule
) -> tuple[tuple[Step, date | None, int | None], ...]:
    """Return each step, the day from which its working days run, and how many there are."""
    is_against = review.is_met is False
    return (
        (Step.ACKNOWLEDGE, review.requested_on, rule.days_to_acknowledge),
        (Step.DECIDE, review.requested_on, rule.days_to_decide),
        (Step.REVIEW, None if is_against else review.decided_on, rule.days_to_review),
        (
            Step.TELL,
            review.decided_on if is_against else review.reviewed_on,
            rule.days_to_tell,
        ),
        (Step.APPEAL, review.told_on, rule.days_to_appeal),
        (Step.ANSWER_APPEAL, review.appealed_on, rule.days_to_answer_appeal),
    )


def _find_days_left(due: date | None, done: date | None, today: date) -> int | None:
    if due is None or done is not None:
        return None
    return working_days_between(today, due) if today < due else 0


def _lies(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _order_faults(review: CaseReview) -> list[str]:
    """Return which step was done before the one that it follows, or without it."""
    before = {
        Step.ACKNOWLEDGE: review.requested_on,
        Step.DECIDE: review.requested_on,
        Step.REVIEW: review.decided_on,
        Step.TELL: review.decided_on if review.is_met is False else review.reviewed_on,
        Step.APPEAL: review.told_on,
        Step.ANSWER_APPEAL: review.appealed_on,
    }
    faults = []
    for step, earlier in before.items():
        done = review.day_of(step)
        if done is not None and (earlier is None or done < earlier):
            told = "is not done" if earlier is None else f"was on {earlier}"
            faults.append(f"To {step} was on {done}, and what comes before {told}. Mend a day.")
    return faults


def _decision_faults(review: CaseReview) -> list[str]:
    faults = []
    if (review.is_met is None) != (review.decided_on is None):
        faults.append("A decision needs both its day and what was decided. Give both, or neither.")
    if review.is_met is False and review.threshold.must_review:
        faults.append(
            f"{review.threshold.counted} complaints count and {review.threshold.needed} are "
            "enough: the threshold is met, and a review must be held."
        )
    if (
        review.is_met is not None
        and not review.threshold.must_review
        and not review.reasons.strip()
    ):
        faults.append(
            "Too few complaints count to decide by them alone. Give the reasons: how persistent "
            "it is, what harm it does, whether the answer to it was adequate."
        )
    if review.is_met is False and review.reviewed_on is not None:
        faults.append("The threshold was not met and a review was held. Mend one.")
    if not review.recommendations >= 0 or (review.recommendations and not review.reviewed_on):
        faults.append("Recommendations come from a review: give 0 or more, and its day.")
    return faults
