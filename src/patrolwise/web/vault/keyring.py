"""The keys of a site's controllers: a file of its own, never in the database or a backup of it.

A sealed value is one version byte, two of the key's number, twelve of the nonce, then AES-256-GCM's
text and tag. What it belongs to (table, record, field) is authenticated with it, so that a value
that is moved to another record or field does not open. (NIST SP 800-38D; RFC 5869 for the keys of
indexes.)
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from patrolwise.errors import InputError, RefusedError, check_faults

_VERSION = 1
_KEY, _NONCE, _HEAD = 32, 12, 3
_MOST_KEYS = 65_535


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key that seals values of one controller."""

    controller: str
    number: int  # from 1, told in each value that it sealed
    secret: bytes
    made: str  # date, ISO

    def __repr__(self) -> str:
        """Return which key it is, never the secret."""
        return f"Key({self.controller} {self.number}, made {self.made})"


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The keys that a site holds; of each controller the newest seals, all open."""

    keys: tuple[Key, ...]
    index_secrets: Mapping[str, bytes]  # controller → what indexes are made with

    def __repr__(self) -> str:
        """Return which keys there are."""
        return f"Keyring({list(self.keys)})"

    def newest(self, controller: str) -> Key:
        """Return the key that seals for a controller.

        Parameters
        ----------
        controller : str

        Returns
        -------
        Key

        Raises
        ------
        RefusedError
            This site has no key of that controller.
        """
        own = [key for key in self.keys if key.controller == controller]
        if not own:
            raise RefusedError(f"This site holds no key of {controller}: nothing can be sealed.")
        return max(own, key=lambda key: key.number)

    def find(self, controller: str, number: int) -> Key:
        """Return one key by its number.

        Parameters
        ----------
        controller : str
        number : int

        Returns
        -------
        Key

        Raises
        ------
        RefusedError
            It is not on this ring.
        """
        for key in self.keys:
            if (key.controller, key.number) == (controller, number):
                return key
        raise RefusedError(
            f"Key {number} of {controller} is not on this site's keyring: what it sealed stays "
            "shut."
        )


def make_keyring(controllers: tuple[str, ...], made: str) -> Keyring:
    """Return a ring with one new key a controller.

    Parameters
    ----------
    controllers : tuple of str
    made : str
        Today, ISO.

    Returns
    -------
    Keyring
    """
    empty = Keyring(keys=(), index_secrets={c: secrets.token_bytes(_KEY) for c in controllers})
    for controller in controllers:
        empty = add_key(empty, controller, made)
    return empty


def add_key(ring: Keyring, controller: str, made: str) -> Keyring:
    """Return the ring with one more key, which seals from now on.

    Parameters
    ----------
    ring : Keyring
    controller : str
    made : str
        Today, ISO.

    Returns
    -------
    Keyring

    Raises
    ------
    RefusedError
        There are as many keys as values can tell apart.
    """
    number = 1 + max((k.number for k in ring.keys if k.controller == controller), default=0)
    if number > _MOST_KEYS:
        raise RefusedError(f"{controller} has had {_MOST_KEYS} keys: no more can be told apart.")
    key = Key(controller=controller, number=number, secret=secrets.token_bytes(_KEY), made=made)
    return replace(ring, keys=(*ring.keys, key))


def drop_keys(ring: Keyring, controller: str) -> Keyring:
    """Return the ring with the newest key of a controller only.

    Parameters
    ----------
    ring : Keyring
    controller : str

    Returns
    -------
    Keyring
    """
    newest = ring.newest(controller)
    return replace(
        ring, keys=tuple(k for k in ring.keys if k.controller != controller or k == newest)
    )


def seal(ring: Keyring, controller: str, plain: bytes, belongs_to: str) -> bytes:
    """Return a value that only this ring opens, and only where it belongs.

    Parameters
    ----------
    ring : Keyring
    controller : str
    plain : bytes
    belongs_to : str
        Table, record and field.

    Returns
    -------
    bytes
    """
    key = ring.newest(controller)
    nonce = secrets.token_bytes(_NONCE)
    head = bytes([_VERSION]) + key.number.to_bytes(2, "big")
    return head + nonce + AESGCM(key.secret).encrypt(nonce, plain, head + belongs_to.encode())


def open_sealed(ring: Keyring, controller: str, sealed: bytes, belongs_to: str) -> bytes:
    """Return what was sealed.

    Parameters
    ----------
    ring : Keyring
    controller : str
    sealed : bytes
    belongs_to : str
        As it was when it was sealed.

    Returns
    -------
    bytes

    Raises
    ------
    RefusedError
        The key is not here, or the value was changed or moved. The message never repeats it.
    """
    key = ring.find(controller, number_of(sealed))
    head, nonce = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE]
    try:
        return AESGCM(key.secret).decrypt(
            nonce, sealed[_HEAD + _NONCE :], head + belongs_to.encode()
        )
    except InvalidTag:
        raise RefusedError(
            f"A sealed value of {belongs_to.partition(':')[0]} does not open: it was changed, or "
            "moved from another record. Restore it from a backup."
        ) from None


def number_of(sealed: bytes) -> int:
    """Return the number of the key that sealed a value.

    Parameters
    ----------
    sealed : bytes

    Returns
    -------
    int

    Raises
    ------
    RefusedError
        It is no sealed value.
    """
    if len(sealed) < _HEAD + _NONCE + 16 or sealed[0] != _VERSION:
        raise RefusedError("A field holds something that was never sealed by this program.")
    return int.from_bytes(sealed[1:_HEAD], "big")


def index_of(ring: Keyring, controller: str, value: str, belongs_to: str) -> str:
    """Return what stands for a value in an index: the same for the same value, and nothing else.

    Parameters
    ----------
    ring : Keyring
    controller : str
    value : str
        Already in the form in which values are compared.
    belongs_to : str
        Table and field, so that the same name in two fields is not seen to be the same.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    RefusedError
        This site has no key of that controller.
    """
    secret = ring.index_secrets.get(controller)
    if secret is None:
        raise RefusedError(f"This site holds no key of {controller}: nothing can be looked up.")
    own = hmac.digest(secret, belongs_to.encode(), hashlib.sha256)
    return hmac.new(own, value.encode(), hashlib.sha256).hexdigest()


def read_keyring(path: Path) -> Keyring:
    """Return the keys of a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Keyring

    Raises
    ------
    InputError
        There is none, or it is damaged; no secret is repeated.
    """
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        keys = tuple(
            Key(
                controller=str(one["controller"]),
                number=int(one["number"]),
                secret=base64.b64decode(one["secret"], validate=True),
                made=str(one["made"]),
            )
            for one in told["keys"]
        )
        indexes = {
            str(controller): base64.b64decode(secret, validate=True)
            for controller, secret in told["indexes"].items()
        }
    except FileNotFoundError:
        raise InputError(
            f"There is no keyring at {path}. Run the site's init command, which makes one, or put "
            "back the one that is kept apart from the backups."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{path} is no keyring, or is damaged. Put back the copy that is kept apart."
        ) from None
    _check(path, keys, indexes)
    return Keyring(keys=keys, index_secrets=indexes)


def _check(path: Path, keys: tuple[Key, ...], indexes: Mapping[str, bytes]) -> None:
    names = [(key.controller, key.number) for key in keys]
    faults = [
        f"key {n} of {c} is there twice" for c, n in sorted(set(names)) if names.count((c, n)) > 1
    ]
    faults += [
        f"key {key.number} of {key.controller} has {len(key.secret)} bytes, not {_KEY}"
        for key in keys
        if len(key.secret) != _KEY
    ]
    faults += [
        f"{c} has keys but no key of indexes"
        for c in sorted({c for c, _ in names})
        if c not in indexes
    ]
    faults += [
        f"key of {c}'s indexes has {len(s)} bytes, not {_KEY}"
        for c, s in indexes.items()
        if len(s) != _KEY
    ]
    check_faults(f"Keyring {path}", faults)


def write_keyring(ring: Keyring, path: Path) -> None:
    """Write keys to a file that only its owner reads; it is on the disk when this returns.

    Parameters
    ----------
    ring : Keyring
    path : Path
        Is replaced whole, or not at all.
    """
    told = {
        "keys": [
            {
                "controller": key.controller,
                "number": key.number,
                "secret": base64.b64encode(key.secret).decode(),
                "made": key.made,
            }
            for key in ring.keys
        ],
        "indexes": {c: base64.b64encode(s).decode() for c, s in ring.index_secrets.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)  # noqa: PTH105  (atomic, and says so)
