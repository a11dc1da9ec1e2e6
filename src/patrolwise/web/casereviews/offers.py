"""Who has reached the threshold of a review and did not apply: the lead is told, with a letter."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count
from django.http import Http404

from patrolwise.errors import RefusedError
from patrolwise.partnership.asb_cases import ASB_INCIDENTS
from patrolwise.partnership.asb_review import Threshold
from patrolwise.partnership.asb_review_offers import find_review_offers
from patrolwise.partnership.asb_review_rules import ReviewRule
from patrolwise.tables import make_table
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Incident, Victim
from patrolwise.web.casereviews.facts import find_procedure, find_rule
from patrolwise.web.casereviews.letters import PAGE, say_day
from patrolwise.web.casereviews.models import Review, ReviewOffer
from patrolwise.web.casereviews.writing import add_record
from patrolwise.web.commons.addresses import tell_address
from patrolwise.web.commons.clock import LOCAL, day_of
from patrolwise.web.vault.writing import Writing, check_may

_SLACK = timedelta(days=2)  # of months, whose lengths differ
_US = "the office that sends this letter"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody who could apply today."""

    victim: Victim
    threshold: Threshold
    last_day: date  # on which they could still apply with enough complaints
    offered_on: date | None


def list_found(today: date) -> list[Found]:
    """Return who has reached the threshold and did not apply, who was not offered one yet first.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of Found
    """
    rule = find_rule(today)
    rows = _list_recent(today, rule)
    table = make_table(
        ASB_INCIDENTS,
        {
            "incident_id": [str(row[0]) for row in rows],
            "victim_id": [str(row[1]) for row in rows],
            "reported_at": [row[2] for row in rows],
            "happened_from": [row[3] for row in rows],
            "source": ["case"] * len(rows),
            "row": [1] * len(rows),
        },
    )
    applied = Review.objects.exclude(victim=None).values_list("victim_id", flat=True)
    offers = find_review_offers(table, {str(one) for one in applied}, today, rule)
    ids = [UUID(one.victim_id) for one in offers]
    victims = Victim.objects.select_related("case").in_bulk(ids)
    offered = dict(
        ReviewOffer.objects.filter(victim__in=ids)
        .order_by("offered_on")
        .values_list("victim_id", "offered_on")
    )
    found = [
        Found(
            victim=victims[pk],
            threshold=one.threshold,
            last_day=one.last_day,
            offered_on=offered.get(pk),
        )
        for pk, one in zip(ids, offers, strict=True)
    ]
    return sorted(found, key=lambda one: (one.offered_on is not None, one.last_day))


def find_found(victim_id: UUID, today: date) -> Found:
    """Return one of them.

    Parameters
    ----------
    victim_id : UUID
    today : date

    Returns
    -------
    Found

    Raises
    ------
    Http404
        They did not reach it, or applied.
    """
    for one in list_found(today):
        if one.victim.pk == victim_id:
            return one
    raise Http404


def draft_offer(found: Found, today: date) -> tuple[str, ...]:
    """Return the letter by which somebody is offered a review, paragraph by paragraph.

    Parameters
    ----------
    found : Found
    today : date

    Returns
    -------
    tuple of str
    """
    procedure = find_procedure(today)
    contact = procedure.contact if procedure else _US
    return (
        f"You told us about behaviour that harms you. Your case is {found.victim.case.reference}.",
        f"{found.threshold.counted} of your complaints count, and {found.threshold.needed} are "
        "enough to ask for an ASB case review. The bodies of the area, such as the council and the "
        "police, then have to look at how you were answered, and at what else can be done.",
        f"You do not have to. If you want to, apply by {say_day(found.last_day)}. Somebody can do "
        "it for you, if you agree.",
        f"Ask {contact}, or apply on our page: {tell_address(PAGE)}",
        "Your case goes on either way. If you are in danger, ring 999.",
    )


def note_offer(*, found: Found, writing: Writing) -> ReviewOffer:
    """Write down that somebody was offered a review.

    Parameters
    ----------
    found : Found
    writing : Writing

    Returns
    -------
    ReviewOffer

    Raises
    ------
    RefusedError
        The role may not, or they were offered one.
    """
    check_may(writing.by, Permission.DECIDE_REVIEWS)
    if found.offered_on is not None:
        raise RefusedError(f"They were offered one on {found.offered_on:%-d %B %Y}.")
    today = day_of(writing.now)
    return add_record(
        ReviewOffer,
        writing,
        case=found.victim.case,
        victim=found.victim,
        complaints=found.threshold.counted,
        offered_on=today,
        clock_start=today,
    )


def _list_recent(today: date, rule: ReviewRule) -> list[tuple[UUID, UUID, datetime, datetime]]:
    """Return the incidents that can still count, of who has as many as are needed.

    Each with its key, its victim's, when it was reported and when it happened.
    """
    begins = _months_before(today, rule.months_to_apply) - _SLACK
    since = datetime.combine(begins, time.min, tzinfo=LOCAL)
    rows = Incident.objects.filter(
        reported_at__gte=since, victim__isnull=False, happened_at__isnull=False
    ).order_by()
    often = rows.values("victim").annotate(times=Count("pk")).filter(times__gte=rule.complaints)
    columns = ("pk", "victim_id", "reported_at", "happened_at")
    found = rows.filter(victim__in=often.values("victim")).order_by("reported_at", "pk")
    return list(found.values_list(*columns))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))
