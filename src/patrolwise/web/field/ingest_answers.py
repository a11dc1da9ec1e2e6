"""What each post of fixes is answered: who may post, what is kept, and that it is on the disk.

The way of a post, whatever server it comes by: `Door.admit` looks at address and token, before
the body is read; `Door.read` reads the body; what is to be written goes to the writer; once it
is on the disk, `Door.confirm` has the answer. No answer repeats a place or a token.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from patrolwise.web.field.ingest_judging import Judge
from patrolwise.web.field.ingest_queries import last_place
from patrolwise.web.field.ingest_rates import Buckets
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.ingest_tokens import KnownDevice, KnownForwarder, Sender, TokenBook
from patrolwise.web.field.ingest_trackers import TrackerBook
from patrolwise.web.field.ingest_writer import Entry, Outcome
from patrolwise.web.field.posts import Post, ReadPost, read_osmand, read_owntracks, read_traccar
from patrolwise.web.field.posts_batch import BatchError, ReadBatch, read_batch, unpack

OSMAND, OWNTRACKS, TRACCAR, BATCH = "osmand", "owntracks", "traccar", "batch"
_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"
_PING = re.compile(rb'"(?:p|\\u0070)"')  # the sign of a ping, however it is written
_PACKED = "The body is packed in a way that is not read here. Send it plain, or as gzip."
_ONE_EACH = "This token is a forwarding server's, which sends one position at a time. Not a batch."
_NOT_REGISTERED = (
    "Not kept. This tracker is not registered with this forwarding server. Whoever looks after the "
    "devices can register it on the page Devices, by the identifier that the server has for it."
)
_METHODS = {
    OSMAND: ("GET", "POST"),
    OWNTRACKS: ("POST",),
    TRACCAR: ("POST",),
    BATCH: ("POST",),
}
_READERS = {OSMAND: read_osmand, OWNTRACKS: read_owntracks, TRACCAR: read_traccar}


@dataclass(frozen=True)
class Reply:
    """An answer, as a server sends it."""

    status: int
    body: bytes = b""
    content_type: str = _TEXT
    headers: tuple[tuple[str, str], ...] = ()

    def all_headers(self) -> list[tuple[str, str]]:
        """Return the headers, those that every answer has too."""
        fixed = [("content-type", self.content_type), ("cache-control", "no-store")]
        return [*fixed, *self.headers]


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is known of a post before its body is read."""

    method: str
    path: str
    query: str
    address: str  # of the client
    content_type: str = ""
    is_gzip: bool = False
    coding: str = ""  # any other that it is packed by
    length: int | None = None  # of the body, where it is told


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A post that may be read."""

    form: str
    sender: Sender
    head: Head
    most_bytes: int


@dataclass(frozen=True, kw_only=True)
class ToWrite:
    """What is to be written, and what is answered once it is."""

    entry: Entry
    reply: Reply
    refusal: Reply = Reply(404)  # when the writer finds that the token is of no use any more


class Door:
    """Takes posts in, for one process."""

    def __init__(
        self,
        rule: IngestRule,
        *,
        clock: Callable[[], float],
        now_us: Callable[[], int],
    ) -> None:
        self.rule = rule
        self.tokens = TokenBook(rule.remembered, rule.token_s, clock=clock)
        self.trackers = TrackerBook(rule.remembered, rule.token_s, clock=clock)
        self._now_us = now_us
        self._devices = Buckets(rule.device_rate, rule.device_burst, rule.remembered, clock=clock)
        self._forwarders = Buckets(
            rule.forwarder_rate, rule.forwarder_burst, rule.remembered, clock=clock
        )
        self._addresses = Buckets(
            rule.address_rate, rule.address_burst, rule.remembered, clock=clock
        )

    def is_quick(self, head: Head) -> bool:
        """Return whether `admit` will answer without asking the database.

        Parameters
        ----------
        head : Head

        Returns
        -------
        bool
        """
        found = _split(head.path)
        return found is None or self.tokens.remembered(found[1]) is not None

    def admit(self, head: Head) -> Admitted | Reply:
        """Return the post as one that may be read, or the answer that it gets unread.

        Parameters
        ----------
        head : Head

        Returns
        -------
        Admitted or Reply
            An unknown token, and one that ended, are answered alike, with nothing said.
        """
        wait = self._addresses.take(head.address)
        if wait:
            return _too_often(wait)
        found = _split(head.path)
        sender = self.tokens.find(found[1]) if found else None
        if found is None or sender is None:
            self._addresses.owe(head.address, self.rule.unknown_cost)
            return Reply(404)
        form = found[0]
        refused = self._refuse_unread(form, sender, head)
        if refused is not None:
            return refused
        most = self.rule.batch_bytes if form == BATCH else self.rule.single_bytes
        admitted = Admitted(form=form, sender=sender, head=head, most_bytes=most)
        return too_large(admitted) if (head.length or 0) > most else admitted

    def read(self, admitted: Admitted, body: bytes) -> ToWrite | Reply:
        """Return what is to be written of a post, or the answer when nothing is.

        Parameters
        ----------
        admitted : Admitted
        body : bytes

        Returns
        -------
        ToWrite or Reply
        """
        judge = Judge(self.rule, self._now_us())
        try:
            plain = unpack(body, self.rule, is_gzip=admitted.head.is_gzip)
            if admitted.form == BATCH:
                is_geojson = "geo+json" in admitted.head.content_type
                found = read_batch(plain, judge, self.rule, is_geojson=is_geojson)
                return self._read_batch(admitted, found)
        except BatchError as error:
            return _refuse(admitted.form, error.status, str(error))
        post = Post(
            query=admitted.head.query,
            body=plain,
            content_type=admitted.head.content_type,
            last_place=lambda tracker: self._last_place(admitted.sender, tracker),
        )
        return self._answer_single(admitted, _READERS[admitted.form](post, judge))

    def asks_to_read(self, admitted: Admitted, body: bytes) -> bool:
        """Return whether `read` may ask the database: of forwarded trackers, and of pings.

        Parameters
        ----------
        admitted : Admitted
        body : bytes

        Returns
        -------
        bool
        """
        if isinstance(admitted.sender, KnownForwarder):
            return True
        return admitted.form == OWNTRACKS and _PING.search(body) is not None

    def confirm(self, given: ToWrite) -> Reply:
        """Return the answer to a post, now that the writer is done with it or time is up.

        Parameters
        ----------
        given : ToWrite

        Returns
        -------
        Reply
            2xx only when the fixes are on the disk.
        """
        outcome = given.entry.outcome
        if outcome is Outcome.WRITTEN:
            return given.reply
        if outcome is Outcome.NO_DEVICE:
            self.tokens.forget(given.entry.device.token_sha256)
            self.trackers.forget(given.entry.device)
            return given.refusal
        return self.busy()

    def busy(self) -> Reply:
        """Return the answer to a post that could not be written: nothing of it was acknowledged.

        Returns
        -------
        Reply
        """
        told = "The fixes could not be written just now. Keep them, and send them again."
        return _say(503, told, ("retry-after", str(self.rule.retry_s)))

    def _refuse_unread(self, form: str, sender: Sender, head: Head) -> Reply | None:
        """Return the answer to what is not to be read though its token is known; else None."""
        if head.method not in _METHODS[form]:
            allowed = ", ".join(_METHODS[form])
            return _say(405, f"Send this by {allowed}.", ("allow", allowed))
        wait = self._take(sender)
        if wait:
            return _too_often(wait)
        if form == BATCH and isinstance(sender, KnownForwarder):
            return _refuse(form, 403, _ONE_EACH)
        if head.coding:
            return _refuse(form, 415, _PACKED, ("accept-encoding", "gzip"))
        return None

    def _take(self, sender: Sender) -> int:
        if isinstance(sender, KnownForwarder):
            return self._forwarders.take(sender.forwarder_id)
        return self._devices.take(sender.device_id)

    def _device_of(self, sender: Sender, tracker: str | None) -> KnownDevice | None:
        """Return whose fix it is: what a device calls itself is not used."""
        if isinstance(sender, KnownForwarder):
            return self.trackers.find(sender, tracker)
        return sender

    def _last_place(self, sender: Sender, tracker: str | None) -> tuple[float, float] | None:
        device = self._device_of(sender, tracker)
        return None if device is None else last_place(device.device_id)

    def _answer_single(self, admitted: Admitted, read: ReadPost) -> ToWrite | Reply:
        form = admitted.form
        if read.fix is not None:
            device = self._device_of(admitted.sender, read.tracker)
            if device is None:
                return _refuse(form, 403, _NOT_REGISTERED)
            entry = Entry(device, [read.fix])
            done = Reply(200, b"[]", _JSON) if form == OWNTRACKS else Reply(200)
            if device.tracker:
                return ToWrite(entry=entry, reply=done, refusal=_refuse(form, 403, _NOT_REGISTERED))
            return ToWrite(entry=entry, reply=done)
        if read.status == 200 and form == OWNTRACKS:
            return Reply(200, b"[]", _JSON)  # the app reads nothing else
        if read.status == 200:
            return _say(200, f"Not kept. {read.reason}") if read.reason else Reply(200)
        return _refuse(form, read.status, read.reason)

    def _read_batch(self, admitted: Admitted, found: ReadBatch) -> ToWrite | Reply:
        assert isinstance(admitted.sender, KnownDevice)  # no other is admitted with a batch
        cost = found.items / self.rule.fixes_a_post
        self._devices.owe(admitted.sender.device_id, cost)
        reply = Reply(200, _tell_batch(found), _JSON)
        if not found.fixes:
            return reply
        return ToWrite(entry=Entry(admitted.sender, found.fixes), reply=reply)


def too_large(admitted: Admitted) -> Reply:
    """Return the answer to a body that is longer than it may be.

    Parameters
    ----------
    admitted : Admitted

    Returns
    -------
    Reply
    """
    told = f"The body is larger than {admitted.most_bytes >> 10:,} kB. Send it in parts."
    return _refuse(admitted.form, 413, told)


def _split(path: str) -> tuple[str, str] | None:
    """Return form and token of an address; None when it is none of ours."""
    parts = path.split("/")
    if len(parts) == 5 and not parts[4]:
        parts.pop()
    if len(parts) != 4 or parts[:2] != ["", "in"] or parts[2] not in _METHODS:
        return None
    return parts[2], parts[3]


def _tell_batch(found: ReadBatch) -> bytes:
    told = {
        "items": found.items,
        "kept": len(found.fixes),
        "refused": found.refused.total(),
        "reasons": found.refused,
        "refused_items": [{"item": item, "reason": reason} for item, reason in found.told],
    }
    return json.dumps(told).encode()


def _refuse(form: str, status: int, sentence: str, *headers: tuple[str, str]) -> Reply:
    if form in (BATCH, OWNTRACKS):
        return Reply(status, json.dumps({"error": sentence}).encode(), _JSON, headers)
    return _say(status, sentence, *headers)


def _too_often(wait: int) -> Reply:
    return _say(429, "Too many posts. Wait, and send again.", ("retry-after", str(wait)))


def _say(status: int, sentence: str, *headers: tuple[str, str]) -> Reply:
    return Reply(status, sentence.encode(), headers=headers)
