"""A hand-over pack as a file: sealed under a passphrase that is told apart from it."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from patrolwise.errors import InputError, RefusedError

_MAGIC = b"patrolwise hand-over 1\n"
_SALT, _NONCE = 16, 12
_COST = {"n": 2**15, "r": 8, "p": 1}  # 32 MiB: RFC 7914
_WORDS = 20  # letters of a passphrase


def make_passphrase() -> str:
    """Return a passphrase of 100 bits.

    Returns
    -------
    str
        Five groups of four.
    """
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    drawn = "".join(secrets.choice(letters) for _ in range(_WORDS))
    return "-".join(drawn[at : at + 4] for at in range(0, _WORDS, 4))


def seal_pack(pack: Mapping[str, Any], passphrase: str) -> bytes:
    """Return a pack that opens with a passphrase.

    Parameters
    ----------
    pack : mapping
    passphrase : str

    Returns
    -------
    bytes
    """
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    text = json.dumps(pack, ensure_ascii=False).encode()
    return _MAGIC + salt + nonce + AESGCM(_stretch(passphrase, salt)).encrypt(nonce, text, _MAGIC)


def open_pack(data: bytes, passphrase: str) -> dict[str, Any]:
    """Return what a pack holds.

    Parameters
    ----------
    data : bytes
    passphrase : str

    Returns
    -------
    dict

    Raises
    ------
    InputError
        It is no pack.
    RefusedError
        The passphrase is another one, or the pack was changed.
    """
    if not data.startswith(_MAGIC):
        raise InputError("This is no hand-over pack.")
    rest = data[len(_MAGIC) :]
    salt, nonce, sealed = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    try:
        text = AESGCM(_stretch(passphrase, salt)).decrypt(nonce, sealed, _MAGIC)
    except (InvalidTag, ValueError):
        raise RefusedError("The pack does not open with this passphrase.") from None
    pack: dict[str, Any] = json.loads(text)
    return pack


def _stretch(passphrase: str, salt: bytes) -> bytes:
    plain = "".join(filter(str.isalnum, passphrase.upper())).encode()
    return Scrypt(salt=salt, length=32, **_COST).derive(plain)
