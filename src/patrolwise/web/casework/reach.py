"""Whose cases somebody reaches: own ones, all of the service, or one for an hour with a reason.

Every page and every action of casework gets its case here. What may not be seen is not there.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.models import CaseMember, Engagement, GlassBreak, Identity, Referral
from patrolwise.web.vault.fields import make_index
from patrolwise.web.vault.records import OUTREACH

GLASS_LASTS = timedelta(minutes=60)
MOST_FOUND = 10


def reach_cases(person: Person, now: datetime) -> QuerySet[Engagement]:
    """Return the cases that somebody may see now.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    QuerySet of Engagement
    """
    if person.may(Permission.SEE_ALL_CASES):
        return Engagement.objects.all()
    if not person.may(Permission.SEE_OWN_CASES):
        return Engagement.objects.none()
    member = CaseMember.objects.filter(
        Q(until=None) | Q(until__gt=now),
        engagement=OuterRef("pk"),
        person_id=person.pk,
        since__lte=now,
    )
    opened = GlassBreak.objects.filter(
        engagement=OuterRef("pk"), person_id=person.pk, opened__lte=now, until__gt=now
    )
    own = Q(lead_worker_id=person.pk)
    return Engagement.objects.filter(own | Exists(member) | Exists(opened))


def find_case(person: Person, case_id: UUID, now: datetime) -> Engagement:
    """Return one case that somebody may see now.

    Parameters
    ----------
    person : Person
    case_id : UUID
    now : datetime
        Aware.

    Returns
    -------
    Engagement

    Raises
    ------
    Http404
        There is none, or it may not be seen: the two look the same.
    """
    found = reach_cases(person, now).filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


def reach_referrals(person: Person) -> QuerySet[Referral]:
    """Return the referrals that a partner service may see: to its own services, once sent.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of Referral
    """
    if not person.may(Permission.ANSWER_REFERRALS) or person.team is None:
        return Referral.objects.none()
    return Referral.objects.filter(service__team_id=person.team.pk).exclude(sent_at=None)


def search_cases(
    person: Person, attributes: dict[str, str], now: datetime
) -> tuple[list[Engagement], bool]:
    """Return cases that match at least two attributes exactly, among those that may be seen.

    Parameters
    ----------
    person : Person
    attributes : dict of str
        Of alias, legal_name, born, phone and hot_spot_id; empty ones do not count. Fewer than two
        find nothing: nobody browses people.
    now : datetime
        Aware.

    Returns
    -------
    cases : list of Engagement
        Ten at most.
    is_cut : bool
        There are more: ask more narrowly.
    """
    given = {key: value.strip() for key, value in attributes.items() if value.strip()}
    conditions = {
        _LOOKUPS[key]: value if key == "hot_spot_id" else _index(key, value)
        for key, value in given.items()
        if key in _LOOKUPS
    }
    if len(conditions) < 2 or "" in conditions.values():
        return [], False
    found = list(reach_cases(person, now).filter(**conditions)[: MOST_FOUND + 1])
    return found[:MOST_FOUND], len(found) > MOST_FOUND


_LOOKUPS = {
    "alias": "alias_index",
    "legal_name": "identity__name_index",
    "born": "identity__born_index",
    "phone": "identity__phone_index",
    "hot_spot_id": "hot_spot_id",
}


def _index(key: str, value: str) -> str:
    model = Engagement if key == "alias" else Identity
    return make_index(model, key, value, OUTREACH)
