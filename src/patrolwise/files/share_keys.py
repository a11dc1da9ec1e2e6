"""How a force signs its shares, and whose signatures are believed (Ed25519, RFC 8032)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolwise.benchmarking.forces import find_force, territorial_forces
from patrolwise.errors import InputError, MissingExtraError, RefusedError, check_faults

_OTHERS = 0o077  # bits of a file's mode by which anybody but its owner may use it
_PEM = b"-----BEGIN "


@dataclass(frozen=True)
class KeyPair:
    """A force's key: it signs, and tells by which public key that is known."""

    private: Any  # Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key: 64 hexadecimal digits."""
        return str(self.private.public_key().public_bytes_raw().hex())

    def sign(self, data: bytes) -> str:
        """Return the signature over data: 128 hexadecimal digits."""
        return str(self.private.sign(data).hex())


def make_key(folder: Path, force: str) -> tuple[Path, Path]:
    """Write a new pair of keys for a force; only its owner reads the private one.

    Parameters
    ----------
    folder : Path
        Made when absent.
    force : str
        Its one name, as of `find_force`.

    Returns
    -------
    private, public : Path
        Named after the force; the public one is sent to the others.

    Raises
    ------
    RefusedError
        There is such a key already: what it signed could no longer be verified.
    InputError
        The folder cannot be written to.
    MissingExtraError
        The web extra is not installed.
    """
    ed25519, _ = _load()
    name = re.sub(r"[^a-z]+", "-", force.casefold())
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if private.exists() or public.exists():
        raise RefusedError(
            f"{folder} has a key of {force} already; without it earlier shares cannot be verified. "
            "Keep it, or name another folder."
        )
    key = KeyPair(ed25519.Ed25519PrivateKey.generate())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{key.private.private_bytes_raw().hex()}\n")
        public.write_text(f"{key.public}\n", encoding="ascii")
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}.") from error
    return private, public


def read_key(path: Path) -> KeyPair:
    """Return a force's private key.

    Parameters
    ----------
    path : Path
        PEM (PKCS 8, without a password), 64 hexadecimal digits, or 32 bytes.

    Returns
    -------
    KeyPair

    Raises
    ------
    InputError
        It cannot be read, or is no Ed25519 key.
    RefusedError
        Others than its owner may read it.
    MissingExtraError
        The web extra is not installed.
    """
    ed25519, serialization = _load()
    try:
        if path.stat().st_mode & _OTHERS:
            raise RefusedError(
                f"{path} can be read by others than its owner, so that they could sign for the "
                f"force. Run: chmod 600 {path}"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Name the key.") from error
    try:
        if data.startswith(_PEM):
            key = serialization.load_pem_private_key(data, password=None)
        else:
            key = ed25519.Ed25519PrivateKey.from_private_bytes(_as_raw(data))
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InputError(f"{path} is no Ed25519 key. Make one: patrolwise shares key.")
    return KeyPair(key)


def read_public_keys(folder: Path) -> dict[str, str]:
    """Return which force each public key of a folder stands for.

    Parameters
    ----------
    folder : Path
        Of files named after their force: leicestershire.pub; PEM, hexadecimal or raw.

    Returns
    -------
    dict of public key, as 64 hexadecimal digits, to force

    Raises
    ------
    InputError
        There is none, a name is of no force, a file is no key, or two forces have the same. All
        are named.
    MissingExtraError
        The web extra is not installed.
    """
    _load()
    keys: dict[str, str] = {}
    faults = []
    for path in sorted(folder.glob("*.pub")):
        force = find_force(path.stem)
        if force not in territorial_forces():
            faults.append(f"{path.name} is named after no police force. Name it after its force.")
            continue
        assert force is not None
        try:
            public = _read_public(path)
        except (OSError, ValueError, TypeError, AttributeError):
            faults.append(f"{path.name} is no public Ed25519 key. Ask the force for it again.")
            continue
        if keys.setdefault(public, force) != force:
            faults.append(f"{path.name} is the same key as that of {keys[public]}.")
    if not keys and not faults:
        faults.append("No key is in it. Put the forces' .pub files there.")
    check_faults(str(folder), faults)
    return keys


def is_signed(data: bytes, signature: str, public: str) -> bool:
    """Return whether data was signed with a key.

    Parameters
    ----------
    data : bytes
    signature, public : str
        Hexadecimal.

    Returns
    -------
    bool
    """
    ed25519, _ = _load()
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (an optional part)

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), data)
    except (ValueError, InvalidSignature):
        return False
    return True


def _read_public(path: Path) -> str:
    ed25519, serialization = _load()
    data = path.read_bytes()
    if data.startswith(_PEM):
        key = serialization.load_pem_public_key(data)
    else:
        key = ed25519.Ed25519PublicKey.from_public_bytes(_as_raw(data))
    return str(key.public_bytes_raw().hex())


def _as_raw(data: bytes) -> bytes:
    return data if len(data) == 32 else bytes.fromhex(data.decode("ascii").strip())


def _load() -> tuple[Any, Any]:
    """Return the modules that make and read keys."""
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  (optional)
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Shares are signed with the cryptography package, which is not installed. It comes "
            "with the web extra: pip install 'patrolwise[web]'."
        ) from error
    return ed25519, serialization
