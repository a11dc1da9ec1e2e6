"""Fixes that wait unchecked: whose bytes are here, but not yet held against the known trackers.

A table of a tracker waits for somebody to say what its columns hold, and until then nobody can say
that it is not outreach's. So its sender alone may look into it, and after a day it is deleted.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.queries import NEEDS_MAPPING
from patrolwise.web.records.stored_files import forget

WAITS_FOR = timedelta(hours=24)
_TOLD = (
    "Nobody said within 24 hours what its columns hold, or mended what was wrong, so its bytes "
    "were deleted: it was not known whether fixes of outreach were among them. Send it again when "
    "there is time to look at it."
)


def is_unchecked(upload: Upload) -> bool:
    """Return whether an upload's bytes are fixes that were not held against the known trackers.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    bool
    """
    checked = (State.PREVIEW.value, State.KEPT.value)
    return bool(upload.kind == Kind.FIXES and upload.stored and upload.state not in checked)


def may_look_into(person: Person, upload: Upload) -> bool:
    """Return whether somebody may see rows of an upload's file: of unchecked fixes its sender only.

    Parameters
    ----------
    person : Person
        Who may upload.
    upload : Upload

    Returns
    -------
    bool
    """
    return not is_unchecked(upload) or upload.uploaded_by_id == person.pk


def waits_until(upload: Upload) -> datetime | None:
    """Return when the bytes of an upload that waits for somebody are deleted.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    datetime or None
        None: it is checked, or waits for nobody.
    """
    waits = upload.doing == NEEDS_MAPPING if upload.state == State.WAITING else True
    is_at_rest = waits and upload.state in (State.WAITING, State.REFUSED)
    if not (is_unchecked(upload) and is_at_rest):
        return None
    return (upload.finished or upload.uploaded) + WAITS_FOR


def forget_overdue(now: datetime | None = None) -> int:
    """Delete the bytes of all unchecked fixes that waited for too long; return of how many.

    Parameters
    ----------
    now : datetime, optional
        Aware.

    Returns
    -------
    int
    """
    limit = (now or datetime.now(UTC)) - WAITS_FOR
    if not _find_waiting(limit).exists():  # nearly always: nobody need wait for the one writer
        return 0
    with transaction.atomic():
        overdue = list(_find_waiting(limit).select_for_update())
        for upload in overdue:
            _forget(upload)
    return len(overdue)


def _find_waiting(limit: datetime) -> QuerySet[Upload]:
    at_rest = Q(state=State.REFUSED) | Q(state=State.WAITING, doing=NEEDS_MAPPING)
    unchecked = Upload.objects.filter(at_rest, kind=Kind.FIXES).exclude(stored="")
    return unchecked.annotate(since=Coalesce("finished", "uploaded")).filter(since__lte=limit)


def _forget(upload: Upload) -> None:
    gone = {"state": State.REFUSED, "doing": "", "stored": "", "reason": _TOLD}
    Upload.objects.filter(pk=upload.pk).update(**gone)
    transaction.on_commit(partial(forget, upload.stored))
    event = NewEvent(action="upload expired", subject=f"upload:{upload.pk}", detail={})
    record_event(event)
