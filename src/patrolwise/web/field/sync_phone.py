"""What is answered to a phone that sends what it kept: each item by itself, none is bounced.

Whoever is signed in gets their items kept. What comes from a phone whose person lost access or has
another role is put aside for a coordinator. What comes for somebody who could sign in waits on the
phone until they do.
"""

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
from patrolwise.web.phone_messages import (
    HELD,
    MOST_ITEMS,
    NOT_TEXT,
    REFUSED,
    Message,
    MessageRule,
    can_be_stored,
    check_writer,
    read_sent,
    tell_no_access,
)

KEPT, ALREADY = "kept", "already kept"
_RULE = MessageRule(
    read_pass=read_pass, least=1, asked=f"Send pass, and items: a list of 1 to {MOST_ITEMS}."
)


@dataclass(frozen=True)
class Answer:
    """What became of one item."""

    client_id: str
    state: str
    why: str = ""


def read_message(body: bytes) -> Message[Pass]:
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
    return read_sent(body, _RULE)


def answer_message(message: Message[Pass], person: Person | None, now: datetime) -> list[Answer]:
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
        return [_hold(owner, raw, tell_no_access(writer), now) for raw in message.items]
    check_writer(person, writer)
    return [_keep(writer, raw, now) for raw in message.items]


def _keep(writer: Person, raw: object, now: datetime) -> Answer:
    client_id = id_of(raw)
    if not can_be_stored(raw):
        return Answer(client_id, REFUSED, NOT_TEXT)
    try:
        is_new = keep_item(by=writer, item=read_item(raw), now=now)
    except PatrolwiseError as error:
        return Answer(client_id, REFUSED, str(error))
    return Answer(client_id, KEPT if is_new else ALREADY)


def _hold(owner: Pass, raw: object, why: str, now: datetime) -> Answer:
    client_id = id_of(raw)
    if not client_id or not isinstance(raw, Mapping):
        return Answer(client_id, REFUSED, "This is not an item as a phone sends it.")
    if not can_be_stored(raw):
        return Answer(client_id, REFUSED, NOT_TEXT)
    item = {**raw, "client_id": client_id}
    try:
        is_new = hold_item(owner=owner, item=item, why=why, now=now)
    except RefusedError as error:
        return Answer(client_id, REFUSED, str(error))
    return Answer(client_id, HELD if is_new else ALREADY, "A coordinator will decide on it.")
