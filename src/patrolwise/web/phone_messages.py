"""What a phone of either site sends: a pass and a list of items, each to be answered by itself."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from patrolwise.web.accounts.models import Person

REFUSED, HELD = "refused", "held"
MOST_ITEMS = 100
NOT_TEXT = "It has characters that cannot be kept. Write it anew."
_SIGN_IN = "Sign in to send what is kept on this phone."
Pass = TypeVar("Pass")


class SyncError(Exception):
    """Nothing of a message can be answered; the status is HTTP's, the message a whole sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class MessageRule(Generic[Pass]):
    """What a site asks of a message."""

    read_pass: Callable[[object], Pass | None]  # None: it is not good
    least: int  # items
    asked: str  # what to send, for whoever sent something else


@dataclass(frozen=True)
class Message(Generic[Pass]):
    """What a phone sent."""

    owner: Pass
    items: list[object]
    waiting: int  # items that the phone still has, these among them


def read_sent(body: bytes, rule: MessageRule[Pass]) -> Message[Pass]:
    """Return what a phone sent.

    Parameters
    ----------
    body : bytes
        JSON: `pass`; `items`, a list; `waiting`, as many as there are items when it is not told.
    rule : MessageRule

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
    if not isinstance(items, list) or not rule.least <= len(items) <= MOST_ITEMS:
        raise SyncError(400, rule.asked)
    owner = rule.read_pass(given.get("pass"))
    if owner is None:
        raise ask_to_sign_in()
    waiting = given.get("waiting")
    is_number = isinstance(waiting, int) and 0 <= waiting < 100_000
    return Message(owner, items, waiting if is_number else len(items))


def ask_to_sign_in() -> SyncError:
    """Return what says that a pass is good for nothing.

    Returns
    -------
    SyncError
    """
    return SyncError(401, _SIGN_IN)


def check_writer(person: Person | None, writer: Person) -> None:
    """Refuse items of somebody who could sign in and has not: they wait on the phone.

    Parameters
    ----------
    person : Person or None
        Who is signed in.
    writer : Person
        Who wrote them.

    Raises
    ------
    SyncError
    """
    if person is None or person.pk != writer.pk:
        raise SyncError(401, "Whoever wrote this has to sign in to send it.")


def tell_no_access(writer: Person | None) -> str:
    """Return why what somebody wrote who may not send it any more is put aside.

    Parameters
    ----------
    writer : Person or None

    Returns
    -------
    str
        A sentence for whoever decides on it.
    """
    if writer is None or not writer.is_active:
        return "Whoever wrote it no longer has access."
    return "Whoever wrote it has another role by now."


def can_be_stored(value: object) -> bool:
    """Return whether databases take a value: no half characters, no NUL, no number that is none.

    Parameters
    ----------
    value : object
        As JSON has it.

    Returns
    -------
    bool
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text
