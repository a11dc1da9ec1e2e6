"""How fixes that many posts brought are written together, and each is told once it is on the disk.

One thread a process takes what waits, writes it in one transaction, and wakes those who wait only
after the commit. A commit costs one wait for the disk, however many fixes it holds.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from threading import Condition, Thread
from time import monotonic, sleep

from django.db import OperationalError, connection, transaction

from patrolwise.web.field.ingest_judging import KeptFix
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.ingest_sql import tokens_of, write_rows
from patrolwise.web.field.ingest_tokens import KnownDevice
from patrolwise.web.field.ingest_turns import Turns

_LOG = logging.getLogger(__name__)
_LONGEST_REST_S = 0.05


class Outcome(Enum):
    """What became of an entry."""

    WAITING = "it waits"
    WRITTEN = "it is on the disk"
    NO_DEVICE = "the token has ended, or is no longer the device's"
    FAILED = "the database could not be written to"


@dataclass(eq=False, slots=True)
class Entry:
    """The fixes of one post that wait to be written."""

    device: KnownDevice
    fixes: list[KeptFix]
    outcome: Outcome = Outcome.WAITING
    is_given_up: bool = False  # nobody waits any more: it need not be written
    waiter: object = field(default=None)  # of whoever waits; the writer does not look at it


Wake = Callable[[Sequence[Entry]], None]


class Writer:
    """The one thread of a process that writes fixes."""

    def __init__(self, rule: IngestRule, wake: Wake, turns: Turns) -> None:
        self._rule, self._wake, self._turns = rule, wake, turns
        self._waiting: deque[Entry] = deque()
        self._fixes_waiting = 0
        self._change = Condition()
        self._is_ending = False
        self._thread = Thread(target=self._run, name="fix-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def end(self) -> None:
        """Write what waits, then end."""
        with self._change:
            self._is_ending = True
            self._change.notify()
        self._thread.join()

    def submit(self, entry: Entry) -> bool:
        """Take an entry; False when too much waits already.

        Parameters
        ----------
        entry : Entry

        Returns
        -------
        bool
        """
        with self._change:
            is_full = self._fixes_waiting + len(entry.fixes) > self._rule.waiting_fixes
            if is_full and self._waiting:
                return False
            self._waiting.append(entry)
            self._fixes_waiting += len(entry.fixes)
            self._change.notify()
        return True

    def _run(self) -> None:
        try:
            while group := self._take():
                began = monotonic()
                self._write(group)
                # SQLite has no queue of writers: without a gap pages could wait for ever.
                sleep(min(_LONGEST_REST_S, self._rule.rest_share * (monotonic() - began)))
        finally:
            connection.close()

    def _take(self) -> list[Entry]:
        """Return what waits, up to the size of a transaction; nothing when it is time to end."""
        group: list[Entry] = []
        with self._change:
            while not group:
                while not self._waiting and not self._is_ending:
                    self._change.wait()
                    self._change.release()
                    sleep(self._rule.linger_s)
                    self._change.acquire()
                if not self._waiting:
                    return []
                group = self._gather()
        return group

    def _gather(self) -> list[Entry]:
        group: list[Entry] = []
        fixes = 0
        while self._waiting and fixes < self._rule.group_fixes:
            entry = self._waiting.popleft()
            self._fixes_waiting -= len(entry.fixes)
            if not entry.is_given_up:
                fixes += len(entry.fixes)
                group.append(entry)
        return group

    def _write(self, group: list[Entry]) -> None:
        """Write a group and wake those who wait; one that cannot be written is tried by parts."""
        try:
            with self._turns.turn(), _write_connection(self._rule.lock_s):
                outcomes = _write_group(group)
        except (OperationalError, OSError) as error:  # locked, full, gone: nothing of it is kept
            _tell(error)
            outcomes = [Outcome.FAILED] * len(group)
        except Exception as error:  # the thread must live on: one entry may be at fault
            _tell(error)
            if len(group) > 1:
                middle = len(group) // 2
                self._write(group[:middle])
                self._write(group[middle:])
                return
            outcomes = [Outcome.FAILED]
        for entry, outcome in zip(group, outcomes, strict=True):
            entry.outcome = outcome
        self._wake(group)


def _write_group(group: Sequence[Entry]) -> list[Outcome]:
    with transaction.atomic():
        tokens = tokens_of(sorted({entry.device.device_id for entry in group}))
        outcomes = [
            Outcome.WRITTEN
            if _token_of(entry.device) in tokens.get(entry.device.device_id, ())
            else Outcome.NO_DEVICE
            for entry in group
        ]
        rows = (
            (entry.device.device_id, fix)
            for entry, outcome in zip(group, outcomes, strict=True)
            if outcome is Outcome.WRITTEN
            for fix in entry.fixes
        )
        write_rows(rows)
    return outcomes


def _token_of(device: KnownDevice) -> tuple[str, str]:
    return device.token_sha256, device.tracker


@contextmanager
def _write_connection(lock_s: float) -> Iterator[None]:
    """Have a connection that waits for a lock no longer than the posts can; drop it at a fault."""
    try:
        if connection.connection is None:
            connection.ensure_connection()
            if connection.vendor == "sqlite":  # pragma: no branch
                with connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA busy_timeout={round(lock_s * 1_000)}")
        yield
    except Exception:
        connection.close()
        raise


def _tell(error: Exception) -> None:
    """Log that it failed, without the database's words: they may repeat rows."""
    _LOG.error("Fixes could not be written: %s", type(error).__name__)
