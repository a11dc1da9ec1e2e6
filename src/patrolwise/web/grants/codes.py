"""Codes that open an application or an award's reports, and how often an address may try them."""

import hashlib
import secrets

from django.core.cache import cache
from django.http import HttpRequest

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
SHUT_S = 15 * 60
# an address may be a whole building's; a code has 60 bits of chance, so that many may try
TRIES_AN_ADDRESS, TRIES_A_REFERENCE, NEW_AN_ADDRESS = 60, 10, 20


def make_code() -> str:
    """Return a new code: three groups of four, 60 bits of chance.

    Returns
    -------
    str
    """
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def digest_code(reference: str, code: str) -> str:
    """Return what is kept of a code.

    Parameters
    ----------
    reference : str
        Of what it opens: the same code for another thing has another digest.
    code : str
        As somebody typed it.

    Returns
    -------
    str
        Of that many bits of chance no salt is needed.
    """
    plain = "".join(filter(str.isalnum, code.upper()))
    return hashlib.sha256(f"patrolwise.grants:{reference}:{plain}".encode()).hexdigest()


def is_code(reference: str, code: str, digest: str) -> bool:
    """Return whether a code is the one of a digest; without a digest none is.

    Parameters
    ----------
    reference, code, digest : str

    Returns
    -------
    bool
    """
    return bool(digest) and secrets.compare_digest(digest_code(reference, code), digest)


def may_try(request: HttpRequest, reference: str) -> bool:
    """Return whether an address may try a code again, and whether anybody may for a reference.

    Parameters
    ----------
    request : HttpRequest
    reference : str

    Returns
    -------
    bool
    """
    tried = hashlib.sha256(reference.encode()).hexdigest()  # whatever was typed is a key
    by_address = _count(f"grants-try:{_address(request)}") <= TRIES_AN_ADDRESS
    return _count(f"grants-for:{tried}") <= TRIES_A_REFERENCE and by_address


def may_begin(request: HttpRequest) -> bool:
    """Return whether an address may begin another application.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    bool
    """
    return _count(f"grants-new:{_address(request)}") <= NEW_AN_ADDRESS


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _count(key: str) -> int:
    cache.add(key, 0, SHUT_S)
    return int(cache.incr(key))
