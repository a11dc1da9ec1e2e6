"""What is answered to a phone that sends what it kept: each item by itself, and none is bounced."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.http import Http404

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record
from patrolwise.web.phone_messages import (
    HELD,
    MOST_ITEMS,
    NOT_TEXT,
    REFUSED,
    Message,
    MessageRule,
    ask_to_sign_in,
    can_be_stored,
    check_writer,
    read_sent,
    tell_no_access,
)
from patrolwise.web.street.items import Item, keep_item, read_item
from patrolwise.web.street.models import HeldItem, Phone
from patrolwise.web.street.phones import Pass, read_pass

MOST_HELD = 1_000
_RULE = MessageRule(
    read_pass=read_pass,
    least=0,  # to tell how many wait
    asked=f"Send pass, waiting, and items: a list of at most {MOST_ITEMS}.",
)


@dataclass(frozen=True)
class Answer:
    """What became of one item."""

    id: str
    state: str
    why: str = ""


def read_message(body: bytes) -> Message[Pass]:
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
    return read_sent(body, _RULE)


def answer_message(message: Message[Pass], person: Person | None, writing: Writing) -> list[Answer]:
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
        raise ask_to_sign_in()
    own = Writing(by=writer, now=writing.now, device_id=str(owner.phone_id))
    why = _why_held(writer, owner, phone)
    if why:
        return [_hold(own, raw, why) for raw in message.items]
    check_writer(person, writer)
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
    if writer.role != owner.role or not writer.may(Permission.WORK_STREET):
        return tell_no_access(writer)
    return "The phone was taken off the list." if phone.ended_at is not None else ""


def _read(raw: object) -> Item:
    """Return an item that databases take."""
    item = read_item(raw)
    if not can_be_stored(dict(item.values)):
        raise InputError(NOT_TEXT)
    return item


def _id_of(raw: object) -> str:
    """Return the identifier that an item came with, however wrong the rest of it is."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    try:
        return str(UUID(str(given)))
    except ValueError:
        return ""
