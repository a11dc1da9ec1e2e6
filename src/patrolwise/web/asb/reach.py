"""Whose cases somebody reaches: own ones, their agency's, all, or one for an hour with a reason.

Every page and every action of casework gets its case here. What may not be seen is not there.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import (
    Case,
    CaseMember,
    CaseParty,
    GlassBreak,
    PlannedAction,
    PowerAction,
    Subject,
    Victim,
)
from patrolwise.web.asb.models.records import ASB
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.fields import make_index

GLASS_LASTS = timedelta(minutes=60)
MOST_FOUND = 10
Row = TypeVar("Row", Victim, Subject)


def reach_cases(person: Person, now: datetime) -> QuerySet[Case]:
    """Return the cases that somebody may see now.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    QuerySet of Case
    """
    if person.may(Permission.SEE_ALL_ASB_CASES):
        return Case.objects.all()
    if not person.may(Permission.SEE_ASB_CASES):
        return Case.objects.none()
    holds = Q(until=None) | Q(until__gt=now)
    if not person.may(Permission.WRITE_ASB_CASES):  # of an agency: what that is party to
        party = CaseParty.objects.filter(
            holds, case=OuterRef("pk"), team=person.team, since__lte=now
        )
        return Case.objects.none() if person.team is None else Case.objects.filter(Exists(party))
    member = CaseMember.objects.filter(
        holds, case=OuterRef("pk"), person_id=person.pk, since__lte=now
    )
    opened = GlassBreak.objects.filter(
        case=OuterRef("pk"), person_id=person.pk, opened__lte=now, until__gt=now
    )
    own = Q(lead_officer_id=person.pk)
    return Case.objects.filter(own | Exists(member) | Exists(opened))


def find_case(person: Person, case_id: UUID, now: datetime) -> Case:
    """Return one case that somebody may see now.

    Parameters
    ----------
    person : Person
    case_id : UUID
    now : datetime
        Aware.

    Returns
    -------
    Case

    Raises
    ------
    Http404
        There is none, or it may not be seen: the two look the same.
    """
    return _found(reach_cases(person, now).filter(pk=case_id).first())


def find_victim(person: Person, victim_id: UUID, now: datetime) -> Victim:
    """Return one victim of a case that somebody may see now; Http404 as `find_case`.

    Parameters
    ----------
    person : Person
    victim_id : UUID
    now : datetime

    Returns
    -------
    Victim
    """
    return _find_within(Victim, person, victim_id, now)


def find_subject(person: Person, subject_id: UUID, now: datetime) -> Subject:
    """Return one subject of a case that somebody may see now; Http404 as `find_case`.

    Parameters
    ----------
    person : Person
    subject_id : UUID
    now : datetime

    Returns
    -------
    Subject
    """
    return _find_within(Subject, person, subject_id, now)


def find_power_action(person: Person, power_id: UUID, now: datetime) -> PowerAction:
    """Return one use of a power in a case that somebody may see now; Http404 as `find_case`.

    Parameters
    ----------
    person : Person
    power_id : UUID
    now : datetime

    Returns
    -------
    PowerAction
    """
    return _find_within(PowerAction, person, power_id, now)


def reach_actions(person: Person, now: datetime) -> QuerySet[PlannedAction]:
    """Return the planned actions that are for somebody to do: of own cases, or of their agency.

    Parameters
    ----------
    person : Person
    now : datetime

    Returns
    -------
    QuerySet of PlannedAction
        Of open cases within reach.
    """
    actions = PlannedAction.objects.filter(
        case__in=reach_cases(person, now), case__status="open"
    ).select_related("case", "team")
    if person.may(Permission.WRITE_ASB_CASES):
        return actions
    return actions.filter(team=person.team)


def reach_orders(now: datetime) -> QuerySet[PowerAction]:
    """Return the powers in force now, as patrols know them.

    Parameters
    ----------
    now : datetime

    Returns
    -------
    QuerySet of PowerAction
        With the columns that patrols see, and no other: what is not read cannot be shown.
    """
    holds = Q(ends=None) | Q(ends__gt=now)
    shown = ("id", "controller", "reference", "title", "conditions", "area", "hot_spot_id", "ends")
    return PowerAction.objects.filter(
        holds, served_at__lte=now, starts__lte=now, ended_on=None
    ).only(*shown)


def search_victims(
    person: Person, attributes: dict[str, str], now: datetime
) -> tuple[list[Victim], bool]:
    """Return victims that match at least two attributes exactly, of cases that may be seen.

    Parameters
    ----------
    person : Person
    attributes : dict of str
        Of name, born, phone and code; empty ones do not count. Fewer than two find nothing.
    now : datetime
        Aware.

    Returns
    -------
    victims : list of Victim
        Ten at most.
    is_cut : bool
        There are more: ask more narrowly.
    """
    return _search(Victim.objects.all(), person, attributes, now)


def search_subjects(
    person: Person, attributes: dict[str, str], now: datetime
) -> tuple[list[Subject], bool]:
    """Return subjects as `search_victims` does; who has lapsed is not found.

    Parameters
    ----------
    person : Person
    attributes : dict of str
    now : datetime
        Aware.

    Returns
    -------
    subjects : list of Subject
    is_cut : bool
    """
    standing = Subject.objects.filter(review_due__gte=day_of(now))
    return _search(standing, person, attributes, now)


def _search(
    rows: QuerySet[Row], person: Person, attributes: dict[str, str], now: datetime
) -> tuple[list[Row], bool]:
    given = {key: value.strip() for key, value in attributes.items() if value.strip()}
    conditions = {
        f"{key}_index": make_index(rows.model, key, value, ASB) for key, value in given.items()
    }
    if len(conditions) < 2 or "" in conditions.values():
        return [], False
    reached = rows.filter(case__in=reach_cases(person, now), **conditions).select_related("case")
    found = list(reached[: MOST_FOUND + 1])
    return found[:MOST_FOUND], len(found) > MOST_FOUND


def _find_within(model: Any, person: Person, pk: UUID, now: datetime) -> Any:
    rows = model._default_manager.select_related("case")
    return _found(rows.filter(pk=pk, case__in=reach_cases(person, now)).first())


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row
