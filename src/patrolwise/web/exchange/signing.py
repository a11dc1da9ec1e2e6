"""How a site signs what it sends, and knows what the other one sent (Ed25519, RFC 8032)."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from patrolwise.errors import InputError

KEY_FILE, PUBLIC_FILE = "exchange-key", "exchange-key.pub"
_PARTS = {"id", "from", "to", "number", "kind", "made_at", "body"}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is signed: who sends what to whom, as the how-manieth."""

    id: UUID
    sender: str  # police, or outreach
    recipient: str
    number: int
    kind: str
    made_at: str  # ISO, UTC
    body: Mapping[str, Any]

    def as_bytes(self) -> bytes:
        """Return the one form in which it is signed and hashed."""
        told = {
            "id": str(self.id),
            "from": self.sender,
            "to": self.recipient,
            "number": self.number,
            "kind": self.kind,
            "made_at": self.made_at,
            "body": self.body,
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

    def hash(self) -> str:
        """Return its SHA-256, hexadecimal."""
        return hashlib.sha256(self.as_bytes()).hexdigest()


def make_keys(folder: Path) -> None:
    """Write a site's pair of keys, where there is none; only its owner reads the private one.

    Parameters
    ----------
    folder : Path
        The site's data folder.
    """
    file = folder / KEY_FILE
    if file.exists():
        return
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(secret)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    (folder / PUBLIC_FILE).write_text(f"{public}\n", encoding="ascii")


def sign_letter(letter: Letter, folder: Path) -> str:
    """Return a letter's signature.

    Parameters
    ----------
    letter : Letter
    folder : Path
        The site's data folder.

    Returns
    -------
    str
        128 hexadecimal digits.

    Raises
    ------
    InputError
        The site has no key.
    """
    try:
        secret = bytes.fromhex((folder / KEY_FILE).read_text(encoding="ascii").strip())
        key = Ed25519PrivateKey.from_private_bytes(secret)
    except (OSError, ValueError):
        raise InputError(
            f"There is no key to sign with at {folder / KEY_FILE}. Run the site's init command."
        ) from None
    return key.sign(letter.as_bytes()).hex()


def is_signed(letter: Letter, signature: str, public: str) -> bool:
    """Return whether the other site signed a letter.

    Parameters
    ----------
    letter : Letter
    signature : str
        Hexadecimal.
    public : str
        The other site's key: 64 hexadecimal digits.

    Returns
    -------
    bool
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.strip()))
        key.verify(bytes.fromhex(signature), letter.as_bytes())
    except (ValueError, InvalidSignature):
        return False
    return True


def write_letter(letter: Letter, signature: str) -> bytes:
    """Return a letter and its signature as they are put into a file.

    Parameters
    ----------
    letter : Letter
    signature : str

    Returns
    -------
    bytes
        JSON.
    """
    return json.dumps(
        {"letter": json.loads(letter.as_bytes()), "signature": signature}, indent=1, sort_keys=True
    ).encode("ascii")


def read_letter(data: bytes) -> tuple[Letter, str]:
    """Return a letter and its signature from a file; neither is believed yet.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    letter : Letter
    signature : str

    Raises
    ------
    InputError
        It is no letter. Nothing of it is repeated.
    """
    try:
        told = json.loads(data)
        given, signature = told["letter"], told["signature"]
        if set(given) != _PARTS or set(told) != {"letter", "signature"}:
            raise ValueError
        if not (isinstance(given["number"], int) and isinstance(given["body"], dict)):
            raise ValueError
        letter = Letter(
            id=UUID(given["id"]),
            sender=str(given["from"]),
            recipient=str(given["to"]),
            number=given["number"],
            kind=str(given["kind"]),
            made_at=str(given["made_at"]),
            body=given["body"],
        )
        return letter, str(signature)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("A file in the exchange is no parcel of these sites.") from None
