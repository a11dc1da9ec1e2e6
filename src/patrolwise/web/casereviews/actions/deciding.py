"""How an application is prepared, by its case and complaints, and decided on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Case, Incident, Victim
from patrolwise.web.casereviews.actions.applying import ToldComplaint, list_complaint_faults
from patrolwise.web.casereviews.actions.closing import check_open, lock
from patrolwise.web.casereviews.apart import check_apart
from patrolwise.web.casereviews.facts import find_rule, tell_library
from patrolwise.web.casereviews.models import Complaint, Review
from patrolwise.web.casereviews.words import FROM_THE_CASE, LEFT_OUT
from patrolwise.web.casereviews.writing import add_record, list_long
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether a review is held, and what was weighed."""

    is_met: bool
    persistence: str = ""
    harm: str = ""
    adequacy: str = ""
    reasons: str = ""


def match(*, review: Review, case: Case, victim: Victim | None, writing: Writing) -> None:
    """Say which case an application is about, and which of those harmed in it applied.

    Parameters
    ----------
    review : Review
    case : Case
        Within the writer's reach.
    victim : Victim or None
        None: whoever applied is no victim of the case yet.
    writing : Writing

    Raises
    ------
    RefusedError
        The role may not, it was decided, or the victim is of another case.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    check_open(review)
    if victim is not None and victim.case != case:
        raise RefusedError("That person is of another case. Choose one of this case.")
    review.case, review.victim = case, victim
    save_record(review, writing, "case", "victim")


def add_complaint(*, review: Review, told: ToldComplaint, writing: Writing) -> Complaint:
    """Write down a complaint that the applicant told of.

    Parameters
    ----------
    review : Review
    told : ToldComplaint
    writing : Writing

    Returns
    -------
    Complaint

    Raises
    ------
    InputError
        Its days cannot be.
    RefusedError
        It was decided on already.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    _check_undecided(review)
    check_faults("The complaint", list_complaint_faults(told, review.requested_on, "Complaint"))
    return add_record(Complaint, writing, review=review, **vars(told))


def take_incidents(*, review: Review, incidents: Sequence[UUID], writing: Writing) -> int:
    """Take complaints from the incidents of the case that the review is about.

    Parameters
    ----------
    review : Review
    incidents : sequence of UUID
        Of the case; those that were taken already are left.
    writing : Writing

    Returns
    -------
    int
        How many were taken.

    Raises
    ------
    RefusedError
        It was decided on already, or no case was found yet.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    _check_undecided(review)
    if review.case is None:
        raise RefusedError("Say first which case it is about.")
    with transaction.atomic():
        chosen = list_incidents(review).filter(pk__in=incidents)
        for one in chosen:
            assert one.happened_at is not None  # of those that can be taken
            add_record(
                Complaint,
                writing,
                review=review,
                incident=one,
                behaved_on=day_of(one.happened_at),
                reported_on=day_of(one.reported_at),
                told_to=FROM_THE_CASE,
            )
    return len(chosen)


def list_incidents(review: Review) -> QuerySet[Incident]:
    """Return the incidents of the case that can be complaints: with their days, not taken yet.

    Parameters
    ----------
    review : Review

    Returns
    -------
    QuerySet of Incident
    """
    taken = review.complaints.exclude(incident=None).values("incident")
    found = Incident.objects.filter(case=review.case_id, happened_at__isnull=False)
    if review.victim_id is not None:
        found = found.filter(victim=review.victim_id)
    last = review.requested_on
    return found.filter(reported_at__date__lte=last).exclude(pk__in=taken)


def leave_out(*, complaint: Complaint, why: str, writing: Writing) -> None:
    """Leave a complaint out of what is judged, or judge it again.

    Parameters
    ----------
    complaint : Complaint
    why : str
        Of the vocabulary; empty: it is judged again.
    writing : Writing

    Raises
    ------
    InputError
        It is no such reason.
    RefusedError
        It was decided on already.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    _check_undecided(complaint.review)
    if why and why not in LEFT_OUT:
        raise InputError("Choose why it is left out.")
    complaint.left_out = why
    save_record(complaint, writing, "left_out")


@transaction.atomic
def decide(*, review: Review, new: Decision, writing: Writing) -> None:
    """Decide whether a review is held.

    With enough complaints it must be. With fewer, how persistent the behaviour is, what harm it
    does and whether the answer to it was adequate are weighed, and the reasons are written down.

    Parameters
    ----------
    review : Review
    new : Decision
    writing : Writing

    Raises
    ------
    InputError
        The complaints alone make it a duty, something was not weighed, or a name is in it.
    RefusedError
        The role may not, or it was decided before.
    """
    by = writing.by
    check_may(by, Permission.DECIDE_REVIEWS)
    lock(review)
    _check_undecided(review)
    rule = find_rule(review.requested_on)
    weighed = {name: getattr(new, name).strip() for name in _WEIGHED}
    told = tell_library(review, rule)
    faults = list_long(**weighed)
    if not told.threshold.must_review:
        faults += [f"Weigh {what}." for name, what in _WEIGHED.items() if not weighed[name]]
    check_faults("The decision", faults)
    check_apart(review, *weighed.values())
    # the library refuses what the law does
    replace(told, is_met=new.is_met, decided_on=day_of(writing.now), reasons=weighed["reasons"])
    review.is_met, review.decided_on, review.decided_by_id = new.is_met, day_of(writing.now), by.pk
    for name, text in weighed.items():
        setattr(review, name, text)
    save_record(review, writing, "is_met", "decided_on", "decided_by_id", *weighed)


_WEIGHED = {
    "persistence": "how long and how often it went on",
    "harm": "what harm it does, or may do",
    "adequacy": "whether the answer to it was adequate",
    "reasons": "all of it, and give the reasons",
}


def _check_undecided(review: Review) -> None:
    check_open(review)
    if review.decided_on is not None:
        raise RefusedError(
            f"It was decided on {review.decided_on:%-d %B %Y}: what it rests on stays as it was."
        )
