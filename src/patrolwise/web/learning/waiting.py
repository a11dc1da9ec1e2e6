"""What of recommendations and trials needs somebody today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from patrolwise.partnership.learning import DONE, STOPPED
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.commons.clock import day_of
from patrolwise.web.learning.actions import count_overdue
from patrolwise.web.learning.models import Recommendation, StageGate

_SOON = timedelta(days=90)


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield overdue recommendations, those to close, and trials whose money ends soon.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    if not person.may(Permission.KEEP_LEARNING):
        return
    today = day_of(now)
    page = "recommendations"
    yield Todo(title="Recommendation overdue", number=count_overdue(today), page=page)
    done = Recommendation.objects.filter(state=DONE).exclude(steps__by_id=person.pk).count()
    yield Todo(title="Recommendation to look at and close", number=done, page=page, urgency=LATER)
    gates = StageGate.objects.order_by("on", "id").select_related("trial")
    last = {gate.trial: gate for gate in gates}
    ends = sum(
        gate.stage != STOPPED and gate.until is not None and gate.until < today + _SOON
        for gate in last.values()
    )
    yield Todo(title="Trial whose money ends within 90 days", number=ends, page="trials")
