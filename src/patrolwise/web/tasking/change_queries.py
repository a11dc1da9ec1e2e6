"""What is read of proposed changes: who waits for a reply, since when, and what can follow."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from patrolwise.planning.proposals import TRANSITIONS, Status, find_unanswered
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.tasking.change_actions import read_events
from patrolwise.web.tasking.models import ChangeEvent, ProposedChange
from patrolwise.web.tasking.own_service import rank_service
from patrolwise.web.tasking.queries import list_services, services_of


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One proposed change, and how long its proposer has waited."""

    change: ProposedChange
    days_waiting: int | None  # None: has been told
    days_late: int


def list_changes(person: Person) -> QuerySet[ProposedChange]:
    """Return the proposed changes that somebody may see: all to whoever decides, else their own.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of ProposedChange
    """
    changes = ProposedChange.objects.all()
    if not person.may(Permission.DECIDE_CHANGES):
        changes = changes.filter(proposed_by_id=person.pk)
    return changes


def tell_changes(changes: list[ProposedChange], today: date) -> list[ChangeRow]:
    """Return changes with how long each has waited for its reply.

    Parameters
    ----------
    changes : list of ProposedChange
    today : date

    Returns
    -------
    list of ChangeRow
    """
    events = list(ChangeEvent.objects.filter(change__in=changes))
    waiting = {
        row["proposal_id"]: row
        for row in find_unanswered(read_events(events), today).iter_rows(named=True)
    }
    told = []
    for one in changes:
        row = waiting.get(str(one.pk))
        days = None if row is None else max((today - row["proposed"]).days, 0)
        late = 0 if row is None else row["days_late"]
        told.append(ChangeRow(change=one, days_waiting=days, days_late=late))
    return told


def next_steps(change: ProposedChange) -> tuple[str, ...]:
    """Return what can be done to a change now: decide, reply, effect.

    Parameters
    ----------
    change : ProposedChange

    Returns
    -------
    tuple of str
    """
    following = TRANSITIONS[Status(change.status)]
    steps = {"decide": Status.ACCEPTED, "effect": Status.EFFECTIVE}
    named = [name for name, status in steps.items() if status in following]
    return tuple(named) if named or not following else ("reply",)


def role_titles() -> dict[str, str]:
    """Return what each role is called, by its key.

    Returns
    -------
    dict of str
    """
    return {key: role.title for key, role in ROLES.items()}


def services_for(person: Person) -> list[str]:
    """Return the services for which somebody may propose a change.

    Parameters
    ----------
    person : Person

    Returns
    -------
    list of str
        Their own first. A partner's worker: their own agency's alone.
    """
    own = services_of(person)
    if own is None:
        return sorted(list_services(), key=lambda one: rank_service(person, one))
    return [own] if own else []


def count_waiting(person: Person, today: date) -> tuple[int, int]:
    """Return how many proposers wait for a reply, and how many of them for too long.

    Parameters
    ----------
    person : Person
        Of those that they may see.
    today : date

    Returns
    -------
    (int, int)
    """
    open_ones = list(list_changes(person).filter(answered=None))
    rows = tell_changes(open_ones, today)
    return len(rows), sum(row.days_late > 0 for row in rows)


def tell_events(change: ProposedChange) -> list[tuple[ChangeEvent, str]]:
    """Return what happened to a change, each with the role of who did it.

    Parameters
    ----------
    change : ProposedChange

    Returns
    -------
    list of (ChangeEvent, str)
    """
    titles = role_titles()
    return [(one, titles.get(one.by_role, one.by_role)) for one in change.events.all()]
