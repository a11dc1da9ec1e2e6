"""What of grants needs somebody, for the first page."""

from datetime import datetime

from django.db.models import Q

from patrolwise.partnership.grants import GrantState
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.award_queries import list_awards
from patrolwise.web.grants.models import (
    FundRound,
    GrantApplication,
    GrantAssessment,
    GrantDeletion,
)
from patrolwise.web.grants.models.rounds import CLOSED, OPEN
from patrolwise.web.grants.queries import STANDS


def list_waiting(person: Person, now: datetime) -> list[Todo]:
    """Return what of grants waits for somebody.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Todo
    """
    found: list[Todo] = []
    if person.may(Permission.SCORE_GRANTS):
        own = GrantAssessment.objects.filter(assessor_id=person.pk, completed_at=None)
        own = own.filter(application__withdrawn_at=None).exclude(has_conflict=True)
        own = own.filter(application__state=GrantState.SCREENING.value)
        found.append(Todo(title="Application to score", number=own.count(), page="assess-list"))
    if person.may(Permission.RUN_GRANTS):
        found += _list_running(person, now)
    if person.may(Permission.RELEASE_GRANT_DELETIONS):
        runs = GrantDeletion.objects.filter(state="proposed").exclude(proposed_by_id=person.pk)
        title = "Deletion of grants to release"
        found.append(Todo(title=title, number=runs.count(), page="grant-keeping", urgency=LATER))
    return found


def _list_running(person: Person, now: datetime) -> list[Todo]:
    awards = list_awards(day_of(now))
    late = sum(bool(one.late) for one in awards)
    release = sum(bool(one.waits) for one in awards)
    ended = FundRound.objects.filter(state=OPEN, closes__lt=day_of(now)).count()
    rows = GrantApplication.objects.filter(STANDS, round__state=CLOSED)
    screened = Q(state__in=[GrantState.SUBMITTED.value, GrantState.SCREENING.value])
    screen = rows.filter(screened, is_eligible=None).count()
    decide = rows.filter(state=GrantState.SCORED.value).count()
    return [
        Todo(title="Grant report late", number=late, page="award-list"),
        Todo(title="Award with a payment to release", number=release, page="award-list"),
        Todo(title="Round to close", number=ended, page="grant-rounds"),
        Todo(title="Application to screen", number=screen, page="grant-rounds"),
        Todo(title="Application to decide", number=decide, page="grant-rounds", urgency=LATER),
    ]
