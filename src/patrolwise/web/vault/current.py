"""The keyring that this process works with: read once, and anew when the file is another one."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from patrolwise.web.vault.keyring import Keyring, read_keyring


def current_keyring() -> Keyring:
    """Return the site's keys.

    Returns
    -------
    Keyring

    Raises
    ------
    InputError
        There is no keyring, or it is damaged.
    """
    path = Path(settings.KEYRING)
    try:
        stat = path.stat()
    except OSError:
        return read_keyring(path)  # which says what is wrong
    return _read(path, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int, inode: int) -> Keyring:
    return read_keyring(path)
