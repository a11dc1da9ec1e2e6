"""Whether a job is still at an upload: it holds a lock that goes when its process goes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from patrolwise.web.records.stored_files import WORK, folder_of


@contextmanager
def hold(upload_id: int) -> Iterator[bool]:
    """Yield whether this process may read an upload: False when another one is at it.

    The system drops the lock when a process ends, however it ends. So nobody waits for a job that
    was killed, and no two read the same upload.

    Parameters
    ----------
    upload_id : int

    Yields
    ------
    bool
    """
    with (folder_of(WORK) / f"upload-{upload_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_held(upload_id: int) -> bool:
    """Return whether a job is at an upload now.

    Parameters
    ----------
    upload_id : int

    Returns
    -------
    bool
    """
    with hold(upload_id) as is_free:
        return not is_free
