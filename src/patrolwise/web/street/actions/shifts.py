"""What is told to a shift, and how it ends."""

from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.street.models import BriefRead, OutreachBrief, Shift


def read_brief(*, writing: Writing, brief: OutreachBrief) -> None:
    """Note that somebody read a brief; twice is once.

    Parameters
    ----------
    writing : Writing
    brief : OutreachBrief
    """
    check_may(writing.by, Permission.WORK_STREET)
    with transaction.atomic():
        _, is_new = BriefRead.objects.get_or_create(
            brief=brief, person_id=writing.by.pk, defaults={"read_at": writing.now}
        )
        if is_new:
            tell("read", brief, writing)


def end_shift(*, writing: Writing, shift: Shift, waiting: int) -> None:
    """End a shift, and keep whether its phones had sent all.

    Parameters
    ----------
    writing : Writing
    shift : Shift
    waiting : int
        Items that its phones still have.

    Raises
    ------
    RefusedError
        It ended before.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if shift.closed_at is not None:
        raise RefusedError("The shift was ended before.")
    with transaction.atomic():
        shift.status, shift.closed_at, shift.is_all_sent = "closed", writing.now, waiting == 0
        shift.save(update_fields=["status", "closed_at", "is_all_sent"])
        tell("ended", shift, writing, waiting=waiting)
