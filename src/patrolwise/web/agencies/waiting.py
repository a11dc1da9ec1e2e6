"""What of agencies' patrols needs somebody today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, NOW, Todo
from patrolwise.web.agencies import queries
from patrolwise.web.agencies.models import Agency, PhoneLink, Stream, Upload
from patrolwise.web.agencies.phone_actions import LONGEST
from patrolwise.web.commons import clock

_SOON, _STREAM_ENDS = timedelta(days=7), timedelta(days=30)


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield what waits for whoever coordinates an agency, or runs the ledger.

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
    if person.may(Permission.KEEP_OWN_PATROLS):
        agency = queries.agency_of(person)
        if agency is not None:
            yield from _of_agency(agency, now)
    if person.may(Permission.RUN_LEDGER):
        ends = Stream.objects.filter(withdrawn_at=None, last__range=(today, today + _STREAM_ENDS))
        yield Todo(title="Streams that end soon", number=ends.count(), page="ledger", urgency=LATER)
        waits = Upload.objects.filter(agency=None, state="read").count()
        yield Todo(title="Services’ files to keep or give up", number=waits, page="service-files")


def _of_agency(agency: Agency, now: datetime) -> Iterator[Todo]:
    today = clock.day_of(now)
    forgotten = queries.list_forgotten(agency, now - LONGEST).count()
    yield Todo(
        title="Patrols that were never stopped", number=forgotten, page="phone-links", urgency=NOW
    )
    waits = Upload.objects.filter(agency=agency, state="read").count()
    yield Todo(title="Files to keep or give up", number=waits, page="own-files")
    ending = PhoneLink.objects.filter(
        agency=agency, ended_at=None, expires__range=(today, today + _SOON)
    ).count()
    yield Todo(title="Phone links that end soon", number=ending, page="phone-links", urgency=LATER)
