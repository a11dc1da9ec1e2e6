"""What is answered to a phone that sends what it kept: each item by itself, and none is bounced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.http import Http404

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record
from patrolwise.web.street.items import KEPT, Item, keep_item, read_item
from patrolwise.web.street.models import HeldItem, Phone
from patrolwise.web.street.phones import Pass, read_pass

REFUSED, HELD = "refused", "held"
MOST_ITEMS, MOST_HELD = 100, 1_000


class SyncError(Exception):
    """Nothing of a message can be answered; the status is HTTP's, the message a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What became of one item."""

    id: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class Message:
    """What a phone sent."""

    owner: Pass
    items: list[object]
    waiting: int  # items that the phone still has, these among them


def read_message(body: bytes) -> Message:
    """Return what a phone sent.

    Parameters
    ----------
    body : bytes
        JSON: `pass`; `items`, a list; `waiting`.

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
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise SyncError(400, f"Send pass, waiting, and items: a list of at most {MOST_ITEMS}.")
    owner = read_pass(given.get("pass"))
    if owner is None:
        raise SyncError(401, "Sign in to send what is kept on this phone.")
    waiting = given.get("waiting")
    is_number = isinstance(waiting, int) and 0 <= waiting < 100_000
    return Message(owner, items, waiting if is_number else len(items))


def answer_message(message: Message, person: Person | None, writing: Writing) -> list[Answer]:
    """Keep or put aside what a phone sent.

    Parameters
    ----------
    message : Message
    person : Person or None
        Who is signed in.
    writing : Writing
        Its `by` is not looked at: items are of whoever the pass names.

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
    phone = Phone.objects.filter(pk=owner.phone_id).first()
    if writer is None or phone is None:
        raise SyncError(401, "Sign in to send what is kept on this phone.")
    own = Writing(by=writer, now=writing.now, device_id=str(owner.phone_id))
    why = _why_held(writer, owner, phone)
    if why:
        return [_hold(own, raw, why) for raw in message.items]
    if person is None or person.pk != writer.pk:
        raise SyncError(401, "Whoever wrote this has to sign in to send it.")
    answers = [_keep(own, raw) for raw in message.items]
    left = max(message.waiting - sum(one.state != REFUSED for one in answers), 0)
    Phone.objects.filter(pk=phone.pk).update(waiting=left, last_seen=writing.now)
    return answers


def _keep(writing: Writing, raw: object) -> Answer:
    item_id = _id_of(raw)
    try:
        item = _read(raw)
        with transaction.atomic():
            state = keep_item(writing, item)
    except PatrolwiseError as error:
        return Answer(item_id, REFUSED, str(error))
    except Http404:
        return Answer(item_id, REFUSED, "There is no such record.")
    return Answer(item_id, state)


def _hold(writing: Writing, raw: object, why: str) -> Answer:
    item_id = _id_of(raw)
    try:
        item = _read(raw)
    except InputError as error:
        return Answer(item_id, REFUSED, str(error))
    if not HeldItem.objects.filter(item_id=item.id).exists():
        if HeldItem.objects.filter(person_id=writing.by.pk, decided_at=None).count() >= MOST_HELD:
            return Answer(item_id, "later", "Too much waits for the lead. It stays on this phone.")
        _put_aside(writing, item, why)
    return Answer(item_id, HELD, "The lead will decide on it.")


def _put_aside(writing: Writing, item: Item, why: str) -> None:
    told = {
        "id": str(item.id),
        "kind": item.kind,
        "made_at": item.made_at.isoformat(),
        "sequence": item.sequence,
        "values": dict(item.values),
    }
    values = {"person_id": writing.by.pk, "kind": item.kind, "item_id": item.id, "item": told}
    day = writing.now.date()
    add_record(
        HeldItem, writing, "contact", why=why, received=writing.now, clock_start=day, **values
    )


def decide_held(*, writing: Writing, held: HeldItem, is_kept: bool) -> None:
    """Keep or leave what was put aside, as the lead.

    Parameters
    ----------
    writing : Writing
    held : HeldItem
    is_kept : bool

    Raises
    ------
    InputError, RefusedError
        It was decided before, or cannot be kept: why is said, and it stays.
    """
    if held.decided_at is not None:
        raise InputError("It was decided before.")
    with transaction.atomic():
        if is_kept:
            keep_item(replace(writing, author_id=held.person_id), read_item(held.item))
        held.decided_at, held.decided_by_id, held.is_kept = writing.now, writing.by.pk, is_kept
        held.save(update_fields=["decided_at", "decided_by_id", "is_kept"])


def _why_held(writer: Person, owner: Pass, phone: Phone) -> str:
    if not writer.is_active:
        return "Whoever wrote it no longer has access."
    if writer.role != owner.role or not writer.may(Permission.WORK_STREET):
        return "Whoever wrote it has another role by now."
    return "The phone was taken off the list." if phone.ended_at is not None else ""


def _read(raw: object) -> Item:
    """Return an item that databases take: no half characters, no NUL, no number that is none."""
    item = read_item(raw)
    try:
        text = json.dumps(dict(item.values), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError):
        text = "\\u0000"
    if "\\u0000" in text:
        raise InputError("It has characters that cannot be kept. Write it anew.")
    return item


def _id_of(raw: object) -> str:
    """Return the identifier that an item came with, however wrong the rest of it is."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    try:
        return str(UUID(str(given)))
    except ValueError:
        return ""


__all__ = [
    "HELD",
    "KEPT",
    "REFUSED",
    "Answer",
    "Message",
    "SyncError",
    "answer_message",
    "decide_held",
    "read_message",
]
