"""The door for fixes as a server of its own calls it: many posts wait, and none holds a thread."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, close_old_connections, connection, connections

from patrolwise.web.field.ingest_answers import Admitted, Door, Head, Reply, ToWrite, too_large
from patrolwise.web.field.ingest_rules import IngestRule, read_rule
from patrolwise.web.field.ingest_turns import Turns
from patrolwise.web.field.ingest_writer import Entry, Writer

_LOG = logging.getLogger(__name__)
_SWITCH_S = 0.0005  # between threads: the writer must not wait 5 ms for each of its statements
_LONG = 32 * 1024  # bytes of a body that another thread reads, so that posts of one fix go on
_GZIP = ("gzip", "x-gzip")
_LOOPBACK = ("127.0.0.1", "::1")

Answer = TypeVar("Answer")


class IngestServer:
    """What granian calls for each request, in one event loop."""

    def __init__(self, rule: IngestRule, turns: Turns) -> None:
        self._rule = rule
        self._door = Door(rule, clock=time.monotonic, now_us=_now_us)
        self._writer = Writer(rule, self._wake, turns)
        self._asking = ThreadPoolExecutor(1, "fix-asker")
        self._loop: asyncio.AbstractEventLoop | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin: granian calls this once."""
        self._loop = loop
        self._writer.start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End: what was taken is written first."""
        self._writer.end()
        self._asking.submit(connections.close_all).result()
        self._asking.shutdown()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        head = _head_of(scope)
        door = self._door
        admitted = door.admit(head) if door.is_quick(head) else await self._ask(door.admit, head)
        reply = await self._take(admitted, proto) if isinstance(admitted, Admitted) else admitted
        proto.response_bytes(reply.status, reply.all_headers(), reply.body)

    async def _take(self, admitted: Admitted, proto: Any) -> Reply:
        body = b"" if admitted.head.method == "GET" else await _body_of(admitted, proto)
        if body is None:
            return too_large(admitted)
        door = self._door
        if door.asks_to_read(admitted, body):
            given = await self._ask(door.read, admitted, body)
        elif len(body) > _LONG:
            given = await asyncio.to_thread(door.read, admitted, body)
        else:
            given = door.read(admitted, body)
        return given if isinstance(given, Reply) else await self._write(given)

    async def _ask(self, ask: Callable[..., Answer], *given: Any) -> Answer | Reply:
        """Do what asks the database in the one thread for that; the loop must not wait for it."""
        assert self._loop is not None
        try:
            return await self._loop.run_in_executor(self._asking, _ask_anew, ask, *given)
        except Error:
            _LOG.error("The database could not be asked")
            return self._door.busy()

    async def _write(self, given: ToWrite) -> Reply:
        assert self._loop is not None
        entry = given.entry
        written: asyncio.Future[None] = self._loop.create_future()
        entry.waiter = written
        if not self._writer.submit(entry):
            return self._door.busy()
        timer = self._loop.call_later(self._rule.patience_s, _give_up, entry)
        await written
        timer.cancel()
        return self._door.confirm(given)

    def _wake(self, entries: Sequence[Entry]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(_resolve, entries)


def _ask_anew(ask: Callable[..., Answer], *given: Any) -> Answer:
    close_old_connections()  # one that the database has dropped would fail for ever
    return ask(*given)


def _resolve(entries: Sequence[Entry]) -> None:
    for entry in entries:
        waiter = entry.waiter
        if isinstance(waiter, asyncio.Future) and not waiter.done():
            waiter.set_result(None)


def _give_up(entry: Entry) -> None:
    entry.is_given_up = True
    _resolve([entry])


async def _body_of(admitted: Admitted, proto: Any) -> bytes | None:
    """Return the body; None as soon as it is longer than it may be."""
    if admitted.head.length is not None:
        return bytes(await proto())
    parts, size = [], 0
    async for part in proto:
        size += len(part)
        if size > admitted.most_bytes:
            return None
        parts.append(bytes(part))
    return b"".join(parts)


def _head_of(scope: Any) -> Head:
    header = scope.headers.get
    length = header("content-length") or ""
    coding = (header("content-encoding") or "").strip().lower()
    return Head(
        method=scope.method,
        path=scope.path,
        query=scope.query_string,
        address=client_address(scope.client, header("x-forwarded-for")),
        content_type=(header("content-type") or "").lower(),
        is_gzip=coding in _GZIP,
        coding="" if coding in (*_GZIP, "", "identity") else coding,
        length=int(length) if length.isdecimal() else None,
    )


def client_address(peer: str, forwarded: str | None) -> str:
    """Return whose address counts: the peer's, or the one that a proxy on this machine names last.

    Parameters
    ----------
    peer : str
        Address and port.
    forwarded : str or None
        The header X-Forwarded-For. Anybody can send it: it is believed only of this machine.

    Returns
    -------
    str

    Examples
    --------
    >>> client_address("127.0.0.1:5000", "203.0.113.9, 198.51.100.7")
    '198.51.100.7'
    >>> client_address("198.51.100.7:5000", "203.0.113.9")
    '198.51.100.7'
    """
    address = peer.rpartition(":")[0].strip("[]") or peer
    if address in _LOOPBACK and forwarded:
        return forwarded.rpartition(",")[2].strip()[:64]
    return address


def _now_us() -> int:
    return time.time_ns() // 1_000


def make_server() -> IngestServer:
    """Return the server, as the site is configured.

    Returns
    -------
    IngestServer
    """
    sys.setswitchinterval(_SWITCH_S)
    is_embedded = connection.vendor == "sqlite"
    turns = Turns(settings.DATA_FOLDER / "ingest.turn" if is_embedded else None)
    return IngestServer(read_rule(os.environ), turns)
