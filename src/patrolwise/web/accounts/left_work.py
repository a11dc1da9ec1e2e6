"""Background jobs that a worker was at when it was killed are begun again by the next one.

Each job is kept once however often it is begun: it writes all that it does in one transaction, or
a folder that appears whole. So one that was cut off left nothing, and is still to be done.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

MOST_TRIES = 3  # a job that ends its worker each time would end every worker that is started
_LOCK = "worker.lock"
_GIVEN_UP = f"Its worker ended {MOST_TRIES} times while it was at this job."
_log = logging.getLogger("patrolwise.accounts")


@contextmanager
def take_up_left_work() -> Iterator[None]:
    """Begin again what was cut off, unless another worker lives; be a living worker meanwhile.

    The system drops the lock when a process ends, however it ends. Where a worker of this site
    holds it, what is said to run may be its own.

    Yields
    ------
    None
    """
    with (Path(settings.DATA_FOLDER) / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            _begin_again()
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def _begin_again() -> None:
    """Put what is said to run back into the queue; nobody is at it."""
    with transaction.atomic():
        running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
        cut_off = list(running.values_list("pk", "worker_ids"))
        spent = [pk for pk, workers in cut_off if len(workers) >= MOST_TRIES]
        mine = DBTaskResult.objects.filter(pk__in=[pk for pk, _ in cut_off])
        mine.filter(pk__in=spent).update(
            status=TaskResultStatus.FAILED,
            finished_at=datetime.now(UTC),
            exception_class_path="builtins.InterruptedError",
            traceback=_GIVEN_UP,
        )
        mine.exclude(pk__in=spent).update(status=TaskResultStatus.READY, started_at=None)
    if spent:
        _log.error("jobs that ended their worker each time are given up")
    if len(cut_off) > len(spent):
        _log.warning("jobs of a worker that was killed are begun again")
