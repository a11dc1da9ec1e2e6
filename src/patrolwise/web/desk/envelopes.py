"""An envelope that only who was told its code can open: the site that carries it cannot.

The code has 100 bits of chance and is told by telephone. PBKDF2-HMAC-SHA256 (RFC 8018) stretches
it; AES-256-GCM seals. A browser opens it with what it has built in.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from patrolwise.errors import RefusedError

ROUNDS = 600_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 5, 4


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Sealed bytes, hexadecimal."""

    salt: str
    nonce: str
    sealed: str


def make_code() -> str:
    """Return a code that can be said by telephone.

    Returns
    -------
    str
        Five groups of four.
    """
    drawn = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    return "-".join(drawn)


def close_envelope(letter: Mapping[str, object], code: str, reference: str) -> Envelope:
    """Return a letter that opens with a code.

    Parameters
    ----------
    letter : mapping
    code : str
    reference : str
        Of the disclosure: an envelope under another reference does not open.

    Returns
    -------
    Envelope
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    text = json.dumps(letter, ensure_ascii=False, sort_keys=True).encode()
    sealed = AESGCM(_stretch(code, salt)).encrypt(nonce, text, reference.encode())
    return Envelope(salt=salt.hex(), nonce=nonce.hex(), sealed=sealed.hex())


def open_envelope(envelope: Envelope, code: str, reference: str) -> dict[str, object]:
    """Return what an envelope holds; browsers do the same.

    Parameters
    ----------
    envelope : Envelope
    code : str
    reference : str

    Returns
    -------
    dict

    Raises
    ------
    RefusedError
        The code is another one, or the envelope was changed.
    """
    key = _stretch(code, bytes.fromhex(envelope.salt))
    try:
        text = AESGCM(key).decrypt(
            bytes.fromhex(envelope.nonce), bytes.fromhex(envelope.sealed), reference.encode()
        )
    except InvalidTag:
        raise RefusedError("The envelope does not open with this code.") from None
    letter: dict[str, object] = json.loads(text)
    return letter


def _stretch(code: str, salt: bytes) -> bytes:
    plain = "".join(filter(str.isalnum, code.upper())).encode()
    return PBKDF2HMAC(SHA256(), 32, salt, ROUNDS).derive(plain)
