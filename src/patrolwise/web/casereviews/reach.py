"""Whose reviews somebody reaches: all, those that one runs, those that one is called to.

Every page and action gets its review here. What may not be seen is not there.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.models import AgencyRequest, Recommendation, Review, Seat


def reach_reviews(person: Person) -> QuerySet[Review]:
    """Return the reviews that somebody may see.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of Review
        For who is called to a panel: until the review is closed.
    """
    if person.may(Permission.SEE_ALL_REVIEWS):
        return Review.objects.all()
    if not person.may(Permission.SEE_REVIEWS):
        return Review.objects.none()
    seat = Seat.objects.filter(review=OuterRef("pk"), person_id=person.pk, left_at=None)
    own = Q(officer_id=person.pk) if person.may(Permission.RUN_REVIEWS) else Q(pk=None)
    return Review.objects.filter(own | Q(closed_on=None) & Exists(seat))


def find_review(person: Person, review_id: UUID) -> Review:
    """Return one review that somebody may see.

    Parameters
    ----------
    person : Person
    review_id : UUID

    Returns
    -------
    Review

    Raises
    ------
    Http404
        There is none, or it may not be seen: the two look the same.
    """
    return _first(reach_reviews(person).filter(pk=review_id).select_related("case", "victim"))


def runs(person: Person, review: Review) -> bool:
    """Return whether somebody may change a review that they see.

    Parameters
    ----------
    person : Person
    review : Review

    Returns
    -------
    bool
    """
    if not person.may(Permission.RUN_REVIEWS):
        return False
    return person.may(Permission.SEE_ALL_REVIEWS) or review.officer_id == person.pk


def find_run(person: Person, review_id: UUID) -> Review:
    """Return one review that somebody runs.

    Parameters
    ----------
    person : Person
    review_id : UUID

    Returns
    -------
    Review

    Raises
    ------
    Http404
        There is none, or they do not run it.
    """
    found = find_review(person, review_id)
    if not runs(person, found):
        raise Http404
    return found


def reach_requests(person: Person) -> QuerySet[AgencyRequest]:
    """Return what reviews ask of somebody's agency.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of AgencyRequest
    """
    if not person.may(Permission.ANSWER_REVIEWS) or person.team is None:
        return AgencyRequest.objects.none()
    return AgencyRequest.objects.filter(team=person.team).select_related("review__case", "team")


def reach_recommendations(person: Person) -> QuerySet[Recommendation]:
    """Return what reviews recommend to somebody's agency.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of Recommendation
    """
    if not person.may(Permission.ANSWER_REVIEWS) or person.team is None:
        return Recommendation.objects.none()
    found = Recommendation.objects.filter(team=person.team)
    return found.select_related("review__case", "team")


def reach_appeals(person: Person) -> QuerySet[Review]:
    """Return the reviews of which an appeal was made.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of Review
    """
    if not person.may(Permission.SEE_APPEALS):
        return Review.objects.none()
    return Review.objects.exclude(appealed_on=None).order_by("-appealed_on")


def find_appeal(person: Person, review_id: UUID) -> Review:
    """Return one review of which an appeal was made.

    Parameters
    ----------
    person : Person
    review_id : UUID

    Returns
    -------
    Review

    Raises
    ------
    Http404
    """
    return _first(reach_appeals(person).filter(pk=review_id).select_related("case"))


def name_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of staff.

    Parameters
    ----------
    ids : iterable of int

    Returns
    -------
    dict of str
    """
    wanted = {one for one in ids if one is not None}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _first(found: QuerySet[Review]) -> Review:
    one = found.first()
    if one is None:
        raise Http404
    return one
