"""What of people's requests and complaints needs somebody, for the first page."""

from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.yourrecord.models import PersonRequest


def list_waiting(person: Person, now: datetime) -> list[Todo]:
    """Return requests and complaints that wait for an answer.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Todo
    """
    if not person.may(Permission.ANSWER_COMPLAINTS):
        return []
    asked = PersonRequest.objects.filter(answered_on=None)
    due = asked.filter(answer_by__lte=now.date()).count()
    more = asked.filter(answer_by__gt=now.date()).count()
    return [
        Todo(title="Request or complaint due today or late", number=due, page="asked-list"),
        Todo(title="Request or complaint to answer", number=more, page="asked-list", urgency=LATER),
    ]
