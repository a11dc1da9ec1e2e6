"""Which device a token belongs to, and how tokens are made and kept."""

import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from patrolwise.web.field.models import Device

_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{20,90}", re.ASCII)


@dataclass(frozen=True)
class KnownDevice:
    """A device whose token was shown."""

    device_id: int
    token_sha256: str


def make_token() -> str:
    """Return a token that nobody can guess; only its hash is to be kept.

    Returns
    -------
    str
        43 characters that need no encoding in an address.
    """
    return secrets.token_urlsafe(_BYTES)


def hash_token(token: str) -> str:
    """Return what is kept of a token.

    Parameters
    ----------
    token : str

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits. A token is 256 bits at random, so no salt is needed.
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class TokenBook:
    """Tokens that were asked for lately, so that not every fix asks the database.

    The writer asks once more, inside the transaction, so that a token that ended is of no use
    from that moment on, however long it is remembered here.
    """

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._known: OrderedDict[str, tuple[KnownDevice, float]] = OrderedDict()
        self._lock = Lock()

    def remembered(self, token: str) -> KnownDevice | None:
        """Return the device of a token that was found lately; None to say: ask `find`.

        Parameters
        ----------
        token : str

        Returns
        -------
        KnownDevice or None
        """
        kept = self._known.get(hash_token(token))
        return kept[0] if kept is not None and kept[1] > self._clock() else None

    def find(self, token: str) -> KnownDevice | None:
        """Return the device of a token; None when there is none, or its token was taken away.

        What is compared is the hash, by the database's index and again in constant time: how long
        it takes says nothing about a token.

        Parameters
        ----------
        token : str

        Returns
        -------
        KnownDevice or None
        """
        known = self.remembered(token)
        if known is not None or not _FORM.fullmatch(token):
            return known
        digest = hash_token(token)
        found = Device.objects.filter(token_sha256=digest, is_active=True)
        row = found.values_list("pk", "token_sha256").first()
        if row is None or not hmac.compare_digest(row[1], digest):
            return None
        device = KnownDevice(row[0], digest)
        with self._lock:
            self._known[digest] = (device, self._clock() + self._seconds)
            self._known.move_to_end(digest)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return device

    def forget(self, token_sha256: str) -> None:
        """Forget a token that the writer found to have ended.

        Parameters
        ----------
        token_sha256 : str
        """
        with self._lock:
            self._known.pop(token_sha256, None)
