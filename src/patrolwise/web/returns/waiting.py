"""What of returns and releases needs somebody today."""

from collections.abc import Iterator
from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import Todo
from patrolwise.web.returns.queries import list_waiting


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield what waits for a second person.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    if person.may(Permission.RELEASE_OUTPUTS):
        number = len(list_waiting(person))
        yield Todo(title="To let out, as the second person", number=number, page="releases")
