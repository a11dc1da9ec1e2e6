"""What is deleted in the background."""

from datetime import UTC, datetime

from django.db import transaction
from django_tasks import task

from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.problems.models import PlacePhoto


@task()
def drop_photographs() -> int:
    """Delete the photographs whose year is over.

    Returns
    -------
    int
        How many.
    """
    with transaction.atomic():
        due = PlacePhoto.objects.filter(delete_on__lte=datetime.now(UTC).date())
        count, _ = due.delete()
        if count:
            detail = {"photographs": count}
            record_event(NewEvent(action="photographs of places deleted", detail=detail))
    return count
