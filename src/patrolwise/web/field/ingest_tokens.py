"""Which device or forwarding server a token belongs to, and how tokens are made and kept."""

import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

from patrolwise.web.field.models import Device, Forwarder

_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{20,90}", re.ASCII)


Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class KnownDevice:
    """A device whose fixes may be written, and by which token."""

    device_id: int
    token_sha256: str  # its own, or that of the server which forwards for it
    tracker: str = ""  # its identifier at that server


@dataclass(frozen=True)
class KnownForwarder:
    """A server that forwards what many trackers send."""

    forwarder_id: int
    token_sha256: str


Sender = KnownDevice | KnownForwarder


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


class Remembered(Generic[Key, Value]):
    """What was found lately, a bounded number of it, each for a time."""

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._known: OrderedDict[Key, tuple[Value, float]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """Return what is remembered; None when nothing is.

        Parameters
        ----------
        key : Key

        Returns
        -------
        Value or None
        """
        kept = self._known.get(key)
        return kept[0] if kept is not None and kept[1] > self._clock() else None

    def keep(self, key: Key, value: Value) -> None:
        """Remember something; the oldest is forgotten when it is too much.

        Parameters
        ----------
        key : Key
        value : Value
        """
        with self._lock:
            self._known[key] = (value, self._clock() + self._seconds)
            self._known.move_to_end(key)
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, key: Key) -> None:
        """Forget something, if it is remembered.

        Parameters
        ----------
        key : Key
        """
        with self._lock:
            self._known.pop(key, None)


class TokenBook:
    """Tokens that were asked for lately, so that not every fix asks the database.

    The writer asks once more, inside the transaction, so that a token that ended is of no use
    from that moment on, however long it is remembered here.
    """

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float]) -> None:
        self._known: Remembered[str, Sender] = Remembered(most, seconds, clock=clock)

    def remembered(self, token: str) -> Sender | None:
        """Return whose token was found lately; None to say: ask `find`.

        Parameters
        ----------
        token : str

        Returns
        -------
        KnownDevice, KnownForwarder or None
        """
        return self._known.get(hash_token(token))

    def find(self, token: str) -> Sender | None:
        """Return whose token it is; None when it is nobody's, or was taken away.

        What is compared is the hash, by the database's index and again in constant time: how long
        it takes says nothing about a token.

        Parameters
        ----------
        token : str

        Returns
        -------
        KnownDevice, KnownForwarder or None
        """
        known = self.remembered(token)
        if known is not None or not _FORM.fullmatch(token):
            return known
        digest = hash_token(token)
        sender = _ask(digest)
        if sender is not None:
            self._known.keep(digest, sender)
        return sender

    def forget(self, token_sha256: str) -> None:
        """Forget a token that the writer found to have ended.

        Parameters
        ----------
        token_sha256 : str
        """
        self._known.forget(token_sha256)


def _ask(digest: str) -> Sender | None:
    for model, kind in ((Device, KnownDevice), (Forwarder, KnownForwarder)):
        found = model.objects.filter(token_sha256=digest, is_active=True)
        row = found.values_list("pk", "token_sha256").first()
        if row is not None and hmac.compare_digest(row[1], digest):
            return kind(row[0], digest)
    return None
