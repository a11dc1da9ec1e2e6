"""How a phone's sealed file is opened: with the worker's PIN and the half of the key kept here.

The phone makes it in `static/street/store.js`; what is derived here is derived there the same way.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from django.http import Http404

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, tell
from patrolwise.web.street.items import keep_item, read_item
from patrolwise.web.street.models import HeldItem, Phone

ROUNDS = 600_000  # of PBKDF2-HMAC-SHA-256: OWASP's figure of 2023
_INFO = b"patrolwise street store"
_KEY, _MOST_ITEMS = 32, 5_000


@dataclass(frozen=True, kw_only=True)
class Rescued:
    """What came of a file."""

    kept: int
    put_aside: int  # could not be kept as it is: the lead decides
    unreadable: int


def open_file(content: bytes, pin: str, writing: Writing) -> tuple[Phone, list[object]]:
    """Return whose phone a file is of, and what it holds.

    Parameters
    ----------
    content : bytes
    pin : str
    writing : Writing
        Its `by` is who brings it: the worker, or a lead.

    Returns
    -------
    phone : Phone
    items : list of object
        As a phone sends them, unread.

    Raises
    ------
    InputError
        It is no such file, of no phone that they may open, or the PIN does not fit.
    """
    try:
        told = json.loads(content)
        phone_id, salt = UUID(told["phone"]), _bytes(told["salt"])
        sealed_key, sealed = told["key"], told["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("This is no rescue file of this site's phones.") from None
    phone = _find_phone(phone_id, writing)
    key = derive_key(pin, salt, base64.b64decode(phone.half))
    if not isinstance(sealed, list) or len(sealed) > _MOST_ITEMS:
        raise InputError(f"A rescue file holds {_MOST_ITEMS} items at most.")
    try:
        box = AESGCM(_open(AESGCM(key), sealed_key, "key"))
        return phone, [_read(box, one) for one in sealed]
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise InputError("The PIN does not fit this file, or the file was changed.") from None


def derive_key(pin: str, salt: bytes, half: bytes) -> bytes:
    """Return the key that opens a phone's own key.

    Parameters
    ----------
    pin : str
    salt : bytes
        Of the phone.
    half : bytes
        Of the phone, kept here.

    Returns
    -------
    bytes
        32. PBKDF2 makes the PIN dear to guess, HKDF (RFC 5869) binds it to the half.
    """
    slow = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, ROUNDS)
    return HKDF(algorithm=SHA256(), length=_KEY, salt=slow, info=_INFO).derive(half)


def keep_rescued(*, writing: Writing, phone: Phone, items: list[object]) -> Rescued:
    """Keep what a file held, as of whoever wrote it; what cannot be kept is put aside.

    Parameters
    ----------
    writing : Writing
    phone : Phone
    items : list of object

    Returns
    -------
    Rescued
    """
    own = replace(writing, author_id=phone.person_id, device_id=str(phone.pk))
    kept = put_aside = unreadable = 0
    for raw in items:
        try:
            item = read_item(raw)
        except InputError:
            unreadable += 1
            continue
        try:
            with transaction.atomic():
                keep_item(own, item)
            kept += 1
        except (PatrolwiseError, Http404):
            put_aside += _put_aside(own, raw, phone)
    tell("rescued", phone, writing, kept=kept, put_aside=put_aside, unreadable=unreadable)
    return Rescued(kept=kept, put_aside=put_aside, unreadable=unreadable)


def _put_aside(writing: Writing, raw: Any, phone: Phone) -> int:
    if HeldItem.objects.filter(item_id=raw["id"]).exists():
        return 0
    values = {"person_id": phone.person_id, "kind": raw["kind"], "item_id": raw["id"], "item": raw}
    why = "It came from a rescue file and could not be kept as it is."
    day = writing.now.date()
    add_record(
        HeldItem, writing, "contact", why=why, received=writing.now, clock_start=day, **values
    )
    return 1


def _find_phone(phone_id: UUID, writing: Writing) -> Phone:
    found = Phone.objects.filter(pk=phone_id)
    if not writing.by.may(Permission.SEE_TEAM):
        found = found.filter(person_id=writing.by.pk)
    phone = found.first()
    if phone is None:
        raise InputError("This is no rescue file of a phone of yours.")
    if not phone.half:
        raise InputError("That phone was ended: its files can be opened by nobody any more.")
    return phone


def _read(box: AESGCM, sealed: Mapping[str, Any]) -> object:
    """Return an item; its number stands outside of the seal, as on the phone."""
    return {"sequence": sealed["seq"], **json.loads(_open(box, sealed, str(sealed["id"])))}


def _open(box: AESGCM, sealed: Mapping[str, str], bound_to: str) -> bytes:
    return box.decrypt(_bytes(sealed["iv"]), _bytes(sealed["data"]), bound_to.encode())


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
