"""Which deletions wait for a second person, for the first page."""

from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.keeping.models import DeletionRun


def list_waiting(person: Person, now: datetime) -> list[Todo]:
    """Return deletions that somebody else proposed.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Todo
    """
    if not person.may(Permission.RELEASE_DELETIONS):
        return []
    runs = DeletionRun.objects.filter(state="proposed").exclude(proposed_by_id=person.pk).count()
    return [Todo(title="Deletion to release", number=runs, page="keeping", urgency=LATER)]
