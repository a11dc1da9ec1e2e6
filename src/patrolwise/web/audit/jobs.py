"""The record checked in the background: a year of it takes longer than anybody waits for a page."""

from datetime import UTC, datetime

from django_tasks import task

from patrolwise.web.audit.models import RecordCheck
from patrolwise.web.audit.queries import verify_chain


@task()
def check_record(check_id: int) -> None:
    """Read the record from its first event to its last, and keep what was found.

    Parameters
    ----------
    check_id : int
        Of a check that was asked for; one that is done stays as it is.
    """
    found = verify_chain()
    RecordCheck.objects.filter(pk=check_id, finished=None).update(
        finished=datetime.now(UTC),
        events=found.events,
        broken_at=found.broken_at,
        reason=found.reason,
    )
