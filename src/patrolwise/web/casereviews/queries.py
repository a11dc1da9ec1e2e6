"""What pages of reviews show: what is due, with the next letter, and one review as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from patrolwise.partnership.asb_review import DueStep, Step, Threshold
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.reach import reach_cases
from patrolwise.web.casereviews.apart import list_kept_apart, withhold
from patrolwise.web.casereviews.facts import (
    find_rule,
    judge,
    list_procedures,
    list_steps,
)
from patrolwise.web.casereviews.letters import TITLES, find_next
from patrolwise.web.casereviews.models import (
    AgencyRequest,
    Complaint,
    Letter,
    Recommendation,
    Review,
    Seat,
)
from patrolwise.web.casereviews.reach import name_people, reach_reviews, runs
from patrolwise.web.commons.clock import day_of

OURS = (Step.ACKNOWLEDGE, Step.DECIDE, Step.REVIEW, Step.TELL, Step.ANSWER_APPEAL)
TABS = {"open": "Open", "closed": "Closed"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One review of a list: what is due next, and which letter is ready."""

    review: Review
    officer: str
    due: DueStep | None
    letter: str  # kind; empty: none

    @property
    def letter_title(self) -> str:
        """Return what the letter is called."""
        return TITLES.get(self.letter, "")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One review as somebody sees it."""

    review: Review
    sees_person: bool  # who applied, and how to reach them: a panel need not know
    words: str  # the applicant's, without names that are kept apart
    appeal_words: str
    officer: str
    threshold: Threshold
    complaints: list[tuple[Complaint, bool, str]]  # whether it counts, and why not
    steps: tuple[DueStep, ...]
    seats: list[tuple[Seat, str]]
    requests: list[AgencyRequest]
    recommendations: list[Recommendation]
    letters: list[tuple[Letter, str]]
    may_run: bool = False
    may_decide: bool = False
    may_hold: bool = False
    sees_case: bool = False
    letter: str = ""  # kind of the next one; empty: none

    @property
    def letter_title(self) -> str:
        """Return what the next letter is called."""
        return TITLES.get(self.letter, "")


def list_rows(person: Person, tab: str, today: date) -> list[Row]:
    """Return the reviews that somebody may see: of open ones, what is due first, first.

    Parameters
    ----------
    person : Person
    tab : str
        Of `TABS`.
    today : date

    Returns
    -------
    list of Row
    """
    reached = reach_reviews(person).filter(closed_on__isnull=tab != "closed")
    if tab == "closed":
        reached = reached.order_by("-closed_on")
    rows = _make_rows(reached, today)
    if tab == "closed":
        return rows
    return sorted(rows, key=lambda row: (row.due.due or date.max) if row.due else date.max)


def find_whole(person: Person, review: Review, now: datetime) -> Whole:
    """Return a review with all that somebody may see of it.

    Parameters
    ----------
    person : Person
    review : Review
        Within their reach.
    now : datetime
        Aware.

    Returns
    -------
    Whole
    """
    may_run, is_open = runs(person, review), review.closed_on is None
    whole = _make_whole(review, day_of(now), sees_person=may_run)
    return replace(
        whole,
        may_run=may_run and is_open,
        may_decide=may_run and person.may(Permission.DECIDE_REVIEWS) and is_open,
        may_hold=may_run and person.may(Permission.PROPOSE_ASB_DELETIONS),
        sees_case=reach_cases(person, now).filter(pk=review.case_id).exists(),
        letter=find_next(review) if may_run else "",
    )


def find_appeal_whole(review: Review, today: date) -> Whole:
    """Return a review of which an appeal was made, as the local policing body sees it: in full.

    Parameters
    ----------
    review : Review
    today : date

    Returns
    -------
    Whole
        Nothing of it can be changed but the answer to the appeal.
    """
    return _make_whole(review, today, sees_person=True)


def find_due(steps: Iterable[DueStep]) -> DueStep | None:
    """Return the next step that is for the bodies to do.

    Parameters
    ----------
    steps : iterable of DueStep

    Returns
    -------
    DueStep or None
    """
    waiting = [one for one in steps if one.done is None and one.step in OURS]
    return min(waiting, key=lambda one: one.due or date.max) if waiting else None


def _make_whole(review: Review, today: date, *, sees_person: bool) -> Whole:
    threshold = judge(review, find_rule(review.requested_on))
    apart = list_kept_apart(review)
    judged = {one.complaint_id: one for one in threshold.complaints}
    complaints = [
        (one, bool(found and found.counts), found.reason if found else "")
        for one in review.complaints.all()
        for found in (judged.get(str(one.pk)),)
    ]
    seats = list(review.seats.filter(left_at=None))
    names = name_people([review.officer_id, *(one.person_id for one in seats)])
    return Whole(
        review=review,
        sees_person=sees_person,
        words=withhold(review.words, apart),
        appeal_words=withhold(review.appeal_words, apart),
        officer=names.get(review.officer_id or 0, ""),
        threshold=threshold,
        complaints=complaints,
        steps=list_steps(review, today),
        seats=[(one, names.get(one.person_id, "somebody who left")) for one in seats],
        requests=list(review.requests.select_related("team")),
        recommendations=list(review.recommendations.select_related("team")),
        letters=[(one, TITLES.get(one.kind, one.kind)) for one in review.letters.all()],
    )


def _make_rows(reviews: QuerySet[Review], today: date) -> list[Row]:
    procedures = list_procedures()
    found = list(reviews.prefetch_related("complaints", "recommendations", "letters"))
    names = name_people(one.officer_id for one in found)
    return [
        Row(
            review=one,
            officer=names.get(one.officer_id or 0, ""),
            due=find_due(list_steps(one, today, procedures)) if one.closed_on is None else None,
            letter=find_next(one),
        )
        for one in found
    ]
