"""The weekly tasking pack in the background: it is there whole, or refused with the reason."""

import logging
from datetime import UTC, datetime

from django.db import transaction
from django_tasks import task

from patrolwise.errors import PatrolwiseError
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import RunState, TaskingPack
from patrolwise.web.insight.pack_making import make_document

_log = logging.getLogger("patrolwise.insight")


@task()
def make_pack(pack_id: int) -> None:
    """Make a pack; one that is done stays as it is.

    Parameters
    ----------
    pack_id : int
    """
    packs = TaskingPack.objects.filter(pk=pack_id).exclude(state=RunState.DONE.value)
    if not packs.update(state=RunState.RUNNING.value, reason=""):
        return
    try:
        document = make_document(packs.get().week, now=datetime.now(UTC))
    except Exception as error:
        with transaction.atomic():
            packs.update(state=RunState.REFUSED.value, reason=_reason(error))
            record_event(NewEvent(action="tasking pack refused", subject=f"tasking-pack:{pack_id}"))
        return
    with transaction.atomic():
        packs.update(
            state=RunState.DONE.value, document=document, finished=datetime.now(UTC), reason=""
        )
        record_event(NewEvent(action="tasking pack made", subject=f"tasking-pack:{pack_id}"))


def _reason(error: Exception) -> str:
    if isinstance(error, PatrolwiseError):
        return str(error)
    _log.warning("tasking pack ended", extra={"error": type(error).__name__})
    return (
        f"It ended with {type(error).__name__}, which is a fault of the program or of its "
        "machine. Ask for it again; if it ends so again, tell whoever looks after the site."
    )
