"""How a page learns that something changed: a bounded number of streams, each bounded in time.

A stream holds a thread of the server. So there are few, they end after some minutes, and whoever
finds none free asks for the table every 15 seconds instead. A stream says only that something
changed; the page then fetches what, by the same address as without a stream.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

from django.db import connection

MOST_OPEN = 3  # of the 8 threads of a process
LASTS_S = 180.0
LOOK_EVERY_S = 3.0
HEARTBEAT_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Time as a stream meets it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Streams:
    """How many are open. One that was never closed counts until its time is over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._ends: dict[int, float] = {}
        self._number = 0

    def open(self, find_version: Callable[[], str]) -> "Stream | None":
        """Return a stream; None when as many are open as there may be."""
        with self._lock:
            now = self._clock.now()
            self._ends = {number: end for number, end in self._ends.items() if end > now}
            if len(self._ends) >= MOST_OPEN:
                return None
            self._number += 1
            self._ends[self._number] = now + LASTS_S
            return Stream(self, self._number, find_version, self._clock)

    def close(self, number: int) -> None:
        """Forget a stream."""
        with self._lock:
            self._ends.pop(number, None)


class Stream:
    """Server-sent events: `changed` when something did, a heartbeat when long nothing was."""

    def __init__(
        self, streams: Streams, number: int, find_version: Callable[[], str], clock: Clock
    ) -> None:
        self._streams, self._number = streams, number
        self._find_version, self._clock = find_version, clock

    def __iter__(self) -> Iterator[bytes]:
        """Yield events until its time is over."""
        began = spoke = self._clock.now()
        known = ""
        yield b"retry: 5000\n\n"
        while (now := self._clock.now()) - began < LASTS_S:
            version = self._find_version()
            connection.close()  # a thread that waits must not hold a connection
            if version != known:
                if known:
                    yield f"event: changed\ndata: {version}\n\n".encode()
                    spoke = now
                known = version
            elif now - spoke >= HEARTBEAT_S:
                yield b": still here\n\n"
                spoke = now
            self._clock.sleep(LOOK_EVERY_S)
        yield b"event: over\ndata: come again\n\n"
        self.close()

    def close(self) -> None:
        """Make room for another; called by the server too when the reader has gone."""
        self._streams.close(self._number)


STREAMS = Streams(Clock())
