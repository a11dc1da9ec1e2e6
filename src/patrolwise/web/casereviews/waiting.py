"""What of case reviews needs somebody, for the first page."""

from collections.abc import Iterator
from datetime import date, datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.casereviews.models import Publication, Review
from patrolwise.web.casereviews.offers import list_found
from patrolwise.web.casereviews.queries import list_rows
from patrolwise.web.casereviews.reach import (
    reach_appeals,
    reach_recommendations,
    reach_requests,
    reach_reviews,
)
from patrolwise.web.commons.clock import day_of


def list_waiting(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield what of case reviews waits for somebody.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    today = day_of(now)
    if person.may(Permission.RUN_REVIEWS):
        yield from _of_runner(person, today)
    elif person.may(Permission.SEE_REVIEWS):
        meets = reach_reviews(person).filter(reviewed_on=None).count()
        yield Todo(title="Case review that you are called to", number=meets, page="reviews")
    if person.may(Permission.DECIDE_REVIEWS):
        yield from _of_lead(today)
    if person.may(Permission.ANSWER_REVIEWS):
        yield from _of_agency(person)
    if person.may(Permission.SEE_APPEALS):
        open_ones = reach_appeals(person).filter(appeal_answered_on=None).count()
        yield Todo(title="Appeal of a case review to answer", number=open_ones, page="appeals")
    if person.may(Permission.RELEASE_REVIEW_COUNTS):
        counts = Publication.objects.filter(released_at=None).exclude(proposed_by_id=person.pk)
        yield Todo(
            title="Counts of case reviews to publish",
            number=counts.count(),
            page="review-counts",
            urgency=LATER,
        )


def _of_runner(person: Person, today: date) -> Iterator[Todo]:
    rows = list_rows(person, "open", today)
    late = sum(row.due is not None and row.due.is_late for row in rows)
    soon = sum(row.due is not None and row.due.due == today for row in rows)
    yield Todo(title="Step of a case review due today or late", number=late + soon, page="reviews")
    letters = sum(bool(row.letter) for row in rows)
    yield Todo(title="Letter of a case review that is ready", number=letters, page="reviews")


def _of_lead(today: date) -> Iterator[Todo]:
    nobodys = Review.objects.filter(officer_id=None, closed_on=None).count()
    yield Todo(
        title="Application for a case review that nobody runs", number=nobodys, page="reviews"
    )
    could = sum(one.offered_on is None for one in list_found(today))
    yield Todo(title="Person who could ask for a case review", number=could, page="review-offers")


def _of_agency(person: Person) -> Iterator[Todo]:
    asked = reach_requests(person).filter(answered_on=None, review__closed_on=None).count()
    page = "review-requests"
    yield Todo(title="Question of a case review to answer", number=asked, page=page)
    told = reach_recommendations(person).filter(is_accepted=None).count()
    yield Todo(title="Recommendation of a case review to answer", number=told, page=page)
