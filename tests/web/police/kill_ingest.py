"""A site of its own that takes fixes in, clients that remember what was acknowledged, and kills.

Used by the tests (a few kills) and by `python -m benchmarks.ingest --kills 50`.
"""

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

_MAKE = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Device
call_command("migrate", verbosity=0, interactive=False)
tokens = [make_token() for _ in range(int(sys.argv[1]))]
Device.objects.bulk_create(
    Device(name=f"device {number}", service="police",
           token_sha256=hash_token(token), made=datetime.now(UTC), made_by_id=1)
    for number, token in enumerate(tokens)
)
print("\\n".join(tokens))
"""
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site that was made, with its devices' tokens; device n has the token n - 1."""

    folder: Path
    environ: dict[str, str]
    tokens: list[str]

    @property
    def database(self) -> Path:
        return self.folder / "patrolwise.sqlite3"

    def count(self, sql: str = "SELECT count(*) FROM field_fix"):
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(sql).fetchone()[0]

    def fixes(self) -> list[tuple[int, int]]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute("SELECT device_id, time FROM field_fix").fetchall()


def make_site(folder: Path, devices: int, *, rates: float = 1e6) -> Site:
    """Return a site on SQLite."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
    environ = kept | {
        "DJANGO_SETTINGS_MODULE": "patrolwise.web.settings.police",
        "PATROLWISE_DATA": str(folder),
        "PATROLWISE_SECRET_KEY": "not-a-secret-but-long-enough-for-tests-0123456789-abc",
        "PATROLWISE_DEMO": "yes",
        "PATROLWISE_INGEST_DEVICE_RATE": str(rates),
        "PATROLWISE_INGEST_ADDRESS_RATE": str(rates),
    }
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [sys.executable, "-c", _MAKE, str(devices)],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Site(folder=folder, environ=environ, tokens=made.stdout.split())


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@dataclass
class Server:
    """The server of a site; it can be killed at any moment."""

    site: Site
    port: int = field(default_factory=free_port)
    workers: int = 1
    process: subprocess.Popen | None = None

    def begin(self) -> None:
        """Start the server, and do not wait for it."""
        command = [sys.executable, "-m", "patrolwise.web", "police", "ingest"]
        with (self.site.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--workers", str(self.workers)],
                env=self.site.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, timeout: float = 60.0) -> None:
        """Start the server, and wait until it answers."""
        self.begin()
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            try:
                if self.post("GET", "/in/")[0] == 404:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def post(self, method, path, body=None, headers=None):
        """Return status, headers and body of one request."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()


class Client(threading.Thread):
    """Posts fixes of one device, each once, and remembers those that were acknowledged."""

    def __init__(self, server: Server, device: int, *, is_batch: bool, begin_ms: int) -> None:
        super().__init__(daemon=True)
        self.server, self.device, self.is_batch = server, device, is_batch
        self.next_ms = begin_ms
        self.acknowledged: list[tuple[int, int]] = []
        self.statuses: dict[int, int] = {}
        self.ending = threading.Event()

    def run(self) -> None:
        token = self.server.site.tokens[self.device - 1]
        while not self.ending.is_set():
            try:
                with closing(
                    http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
                ) as line:
                    while not self.ending.is_set():
                        self._post(line, token)
            except (OSError, http.client.HTTPException):
                self.ending.wait(0.05)

    def _post(self, line, token) -> None:
        times = [self.next_ms + i for i in range(BATCH if self.is_batch else 1)]
        if self.is_batch:
            items = [{"time": t, "lon": -1.13, "lat": 52.63, "accuracy": 8} for t in times]
            line.request("POST", f"/in/batch/{token}", json.dumps(items))
        else:
            query = f"id=1&lat=52.63&lon=-1.13&timestamp={times[0]}&accuracy=8"
            line.request("GET", f"/in/osmand/{token}?{query}")
        answer = line.getresponse()
        answer.read()
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status == 200:
            self.acknowledged += [(self.device, t * 1_000) for t in times]
        else:
            time.sleep(0.05)
        self.next_ms += len(times)


@dataclass
class Losses:
    """What became of what was acknowledged."""

    kills: int = 0
    acknowledged: int = 0
    kept: int = 0  # rows in the database: what was acknowledged, and what could not be told
    lost: int = 0
    twice: int = 0


def kill_often(site: Site, kills: int, *, seed: int, workers: int = 1, tell=None) -> Losses:
    """Return what was lost when a server is killed again and again while fixes come in."""
    rng = random.Random(seed)
    found, acknowledged = Losses(), set()
    server = Server(site, workers=workers)
    begin_ms = int(time.time() * 1_000) - 20 * 86_400_000
    for kill in range(kills):
        server.start()
        clients = [
            Client(
                server,
                device,
                is_batch=device % 3 == 0,
                begin_ms=begin_ms + kill * 10_000_000,
            )
            for device in range(1, len(site.tokens) + 1)
        ]
        for client in clients:
            client.start()
        while not any(client.acknowledged for client in clients):
            time.sleep(0.01)
        time.sleep(rng.uniform(0.05, 0.6))
        server.kill()
        for client in clients:
            client.ending.set()
        for client in clients:
            client.join()
            acknowledged.update(client.acknowledged)
        rows = site.fixes()
        kept = set(rows)
        found.kills += 1
        found.acknowledged, found.kept = len(acknowledged), len(rows)
        found.lost = len(acknowledged - kept)
        found.twice = len(rows) - len(kept)
        if tell:
            tell(found)
        if found.lost or found.twice:
            break
    return found
