"""What of schools and weeks of action needs somebody today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.commons import clock
from patrolwise.web.schools import queries
from patrolwise.web.schools.models import Initiative

_ANSWERED_WITHIN = timedelta(days=7)


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield what waits for whoever holds sessions, or runs the register.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    today = clock.day_of(now)
    if person.may(Permission.KEEP_SESSIONS):
        year = queries.school_year_of(today)
        silent = queries.own_sessions(person).filter(
            withdrawn_at=None, answer=None, day__range=(year.first, today - _ANSWERED_WITHIN)
        )
        yield Todo(
            title="Sessions without a teacher’s answer",
            number=silent.count(),
            page="sessions",
            urgency=LATER,
        )
        planned = queries.own_activities(person).filter(state="planned", day__lt=today)
        yield Todo(title="Planned activities to say done", number=planned.count(), page="weeks")
    if person.may(Permission.RUN_SCHOOLS):
        running = Initiative.objects.filter(ended=None)
        bare = running.filter(evaluation_plan="").count()
        yield Todo(
            title="Officers in schools without a plan to judge them",
            number=bare,
            page="initiatives",
        )
        due = running.filter(review_due__lte=today).count()
        yield Todo(title="Officers in schools to look at", number=due, page="initiatives")
