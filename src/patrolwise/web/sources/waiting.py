"""What of sources needs somebody today; and what is old is dropped when somebody looks."""

from collections.abc import Iterator
from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, Todo
from patrolwise.web.commons.clock import day_of
from patrolwise.web.sources.models import AgencyRecord
from patrolwise.web.sources.queries import list_sources


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield agreements that end soon or ended, and records to place.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    if person.may(Permission.AGREE_SOURCES):
        ends = sum(one["state"] != "in force" for one in list_sources(day_of(now)))
        yield Todo(title="Sharing agreement that ended or ends soon", number=ends, page="sources")
    if person.may(Permission.SEE_SOURCE_RECORDS):
        left = AgencyRecord.objects.filter(placed_by="", place__isnull=False).count()
        yield Todo(title="Record to place by hand", number=left, page="sources", urgency=LATER)
