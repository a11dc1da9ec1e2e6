"""What is answered to a phone that sends what it kept: each item by itself, none is bounced.

Whoever is signed in gets their items kept. What comes from a phone whose person lost access or has
another role is put aside for a coordinator. What comes for somebody who could sign in waits on the
phone until they do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from patrolwise.errors import PatrolwiseError, RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field.actions_held import hold_item
from patrolwise.web.field.actions_phone import keep_item
from patrolwise.web.field.forms_phone import id_of, read_item
from patrolwise.web.field.passes_phone import Pass, read_pass

KEPT, ALREADY, REFUSED, HELD = "kept", "already kept", "refused", "held"
_MOST_ITEMS = 100
_NOT_TEXT = "It has characters that cannot be kept. Write it anew."


class SyncError(Exception):
    """Nothing of a message can be answered; the status is HTTP's, the message a whole sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What became of one item."""

    client_id: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class Message:
    """What a phone sent."""

    owner: Pass
    items: list[object]


def read_message(body: bytes) -> Message:
    """Return what a phone sent.

    Parameters
    ----------
    body : bytes
        JSON: `pass`, and `items`, a list.

    Returns
    -------
    Message

    Raises
    ------
    SyncError
        It is no such message, or its pass is not good.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise SyncError(400, "This is not JSON.") from None
    items = given.get("items") if isinstance(given, Mapping) else None
    if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
        raise SyncError(400, f"Send pass, and items: a list of 1 to {_MOST_ITEMS}.")
    owner = read_pass(given.get("pass"))
    if owner is None:
        raise SyncError(401, "Sign in to send what is kept on this phone.")
    return Message(owner, items)


def answer_message(message: Message, person: Person | None, now: datetime) -> list[Answer]:
    """Keep or put aside what a phone sent; return what became of each item.

    Parameters
    ----------
    message : Message
    person : Person or None
        Who is signed in.
    now : datetime
        Aware.

    Returns
    -------
    list of Answer
        One an item, in order.

    Raises
    ------
    SyncError
        Whoever wrote them has to sign in first.
    """
    owner = message.owner
    writer = Person.objects.select_related("team").filter(pk=owner.person_id).first()
    if writer is None or not writer.may(Permission.CHECK_IN) or writer.role != owner.role:
        return [_hold(owner, raw, _why_held(writer), now) for raw in message.items]
    if person is None or person.pk != writer.pk:
        raise SyncError(401, "Whoever wrote this has to sign in to send it.")
    return [_keep(writer, raw, now) for raw in message.items]


def _keep(writer: Person, raw: object, now: datetime) -> Answer:
    client_id = id_of(raw)
    if not _can_be_stored(raw):
        return Answer(client_id, REFUSED, _NOT_TEXT)
    try:
        is_new = keep_item(by=writer, item=read_item(raw), now=now)
    except PatrolwiseError as error:
        return Answer(client_id, REFUSED, str(error))
    return Answer(client_id, KEPT if is_new else ALREADY)


def _hold(owner: Pass, raw: object, why: str, now: datetime) -> Answer:
    client_id = id_of(raw)
    if not client_id or not isinstance(raw, Mapping):
        return Answer(client_id, REFUSED, "This is not an item as a phone sends it.")
    if not _can_be_stored(raw):
        return Answer(client_id, REFUSED, _NOT_TEXT)
    item = {**raw, "client_id": client_id}
    try:
        is_new = hold_item(owner=owner, item=item, why=why, now=now)
    except RefusedError as error:
        return Answer(client_id, REFUSED, str(error))
    return Answer(client_id, HELD if is_new else ALREADY, "A coordinator will decide on it.")


def _why_held(writer: Person | None) -> str:
    if writer is None or not writer.is_active:
        return "Whoever wrote it no longer has access."
    return "Whoever wrote it has another role by now."


def _can_be_stored(raw: object) -> bool:
    """Return whether databases take it: no half characters, no NUL, no number that is none."""
    try:
        text = json.dumps(raw, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text
