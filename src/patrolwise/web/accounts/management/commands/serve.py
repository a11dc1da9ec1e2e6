"""`serve`: answer requests, take fixes in, and do what is to be done in the background."""

import subprocess
import sys
import threading
from time import monotonic
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from granian.constants import Interfaces

from patrolwise.web.serving import Server

_PAUSE_S = 2.0  # before what died is started again
_LONGEST_PAUSE_S = 60.0  # if it dies at once again and again: each pause is twice the last
_LIVED_S = 60.0  # what lived so long did not die at once
_DROP_S = 3600  # from one look for what is too old to the next
_COUNT_S = 3_600  # from one count of the last days' minutes to the next
_EXCHANGE_S = 60  # from one round of the exchange to the next


class Command(BaseCommand):
    """Serve the site until it is interrupted."""

    help = "Serve the site. Put a proxy with HTTPS in front, except on one machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--ingest-port", type=int, default=8001, help="where fixes come in")
        parser.add_argument("--workers", type=int, default=2, help="processes")
        parser.add_argument(
            "--alone",
            action="store_true",
            help="leave jobs (work), fixes (ingest), counts (count_doses) to processes elsewhere",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the server, and beside it what ends with it."""
        beside = [] if options["alone"] else [_Kept(command) for command in _beside(options)]
        try:
            Server(
                "patrolwise.web.wsgi:application",
                address=options["host"],
                port=options["port"],
                interface=Interfaces.WSGI,
                workers=options["workers"],
                blocking_threads=8,
                log_access=False,  # paths say what somebody asked for
            ).serve()
        finally:
            for kept in beside:
                kept.stop()


class _Kept:
    """A process that is started again when it dies, until it is told to stop."""

    def __init__(self, command: list[str]) -> None:
        self._command, self._stopping = command, threading.Event()
        self._process = subprocess.Popen(command)
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End it, and wait until it has put down what it was at."""
        self._stopping.set()
        self._process.terminate()
        self._process.wait(timeout=60)

    def _watch(self) -> None:
        pause = _PAUSE_S / 2.0
        while not self._stopping.is_set():
            began = monotonic()
            self._process.wait()
            pause = _next_pause(pause, monotonic() - began)
            if not self._stopping.wait(pause):
                self._process = subprocess.Popen(self._command)


def _next_pause(last: float, lived: float) -> float:
    """Return how long to wait before what lived so long is started again."""
    return _PAUSE_S if lived >= _LIVED_S else min(2.0 * last, _LONGEST_PAUSE_S)


def _beside(options: dict[str, Any]) -> list[list[str]]:
    site = [sys.executable, "-m", "patrolwise.web", settings.SITE_KEY]
    commands = [[*site, "work"]]
    if apps.is_installed("patrolwise.web.field"):  # only the police site takes fixes in
        port = str(options["ingest_port"])
        commands.append([*site, "ingest", "--host", options["host"], "--port", port])
        commands.append([*site, "count_doses", "--every", str(_COUNT_S)])
    if apps.is_installed("patrolwise.web.sources"):  # what is older than agreed goes by itself
        commands.append([*site, "drop_old_records", "--every", str(_DROP_S)])
    if apps.is_installed("patrolwise.web.asb"):  # so does what nobody kept within a day
        commands.append([*site, "drop_old_imports", "--every", str(_DROP_S)])
    if settings.EXCHANGE_FOLDER and apps.is_installed("patrolwise.web.exchange"):
        commands.append([*site, "exchange", "--every", str(_EXCHANGE_S)])
    return commands
