"""How the pages of a site that is served are timed, one request after another, and told."""

import argparse
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from benchmarks.pairs import Ratio, cpu_seconds_of

BAR_MS = 150.0
ROUNDS, AGAIN = 30, 3  # requests a page; rounds more for those above the bar
SLOWEST_TOLD = 25
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_PASSWORD = "patrolwise-demo-only"
_SHIFT = re.compile(r'name="shift" value="(\d+)"')


@dataclass(frozen=True, kw_only=True)
class PageTime:
    """One page, asked for again and again."""

    name: str
    address: str
    ms: tuple[float, ...]  # each request, until its last byte
    cpu_ms: float  # of the server, a request
    bytes: int

    @property
    def p50(self) -> float:
        """Half of the requests took no longer."""
        return float(np.percentile(self.ms, 50))

    @property
    def p95(self) -> float:
        """One in twenty took longer."""
        return float(np.percentile(self.ms, 95))


@dataclass
class Visitor:
    """A browser without pictures: one connection, its cookies, who is signed in."""

    port: int
    role: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        _, page = self.ask("/accounts/login/")
        token = TOKEN.search(page.decode())[1]
        form = {"login": f"{self.role}@demo.example", "password": _PASSWORD}
        status, _ = self.ask("/accounts/login/", form | {"csrfmiddlewaretoken": token})
        assert status == 302, f"{self.role} could not sign in: {status}"
        if self.role == "officer":
            self._choose_unit()

    def _choose_unit(self) -> None:
        """Be one of a unit on duty: the phone page then shows its day."""
        page = self.ask("/field/")[1].decode()
        form = {"shift": _SHIFT.search(page)[1], "csrfmiddlewaretoken": TOKEN.search(page)[1]}
        assert self.ask("/field/unit/", form)[0] == 302

    def begin_anew(self) -> None:
        """Take a new connection: the server closes those that were idle for a while."""
        self._line.close()

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Return status and body of a page."""
        cookie = "; ".join(f"{one.key}={one.value}" for one in self.cookies.values())
        headers = {"Cookie": cookie, "Accept-Encoding": "identity"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        self._line.request("GET" if form is None else "POST", address, body, headers)
        answer = self._line.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(value)
        return answer.status, answer.read()


@dataclass(frozen=True)
class BenchSite:
    """A site that was made for a benchmark."""

    key: str  # of `patrolwise.web`: police, outreach, asb or partnership
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """What its programs are started with."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
        return kept | {
            "DJANGO_SETTINGS_MODULE": f"patrolwise.web.settings.{self.key}",
            "PATROLWISE_DATA": str(self.folder),
            "PATROLWISE_DEMO": "yes",
            "PATROLWISE_SECRET_KEY": "not-a-secret-but-long-enough-for-a-benchmark-0123456789",
        }

    @property
    def is_filled(self) -> bool:
        """Whether it was filled before."""
        return (self.folder / "filled").exists()

    def fill(self, module: str) -> None:
        """Make it, and fill it by a module of the benchmarks, unless that was done."""
        if self.is_filled:
            return
        self.manage("init")
        self.run("-m", f"benchmarks.{module}")
        (self.folder / "filled").touch()

    def manage(self, *words: str) -> str:
        """Run one of its commands; return what that says."""
        return self.run("-m", "patrolwise.web", self.key, *words)

    def run(self, *words: str) -> str:
        """Run Python in its surroundings; return what that says."""
        done = subprocess.run(
            [sys.executable, *words], env=self.environ, check=True, timeout=3_600,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def count_rows(self, tables: Mapping[str, str]) -> str:
        """Return how many rows some tables have, in words."""
        with closing(sqlite3.connect(self.folder / "patrolwise.sqlite3")) as connection:
            many = {
                what: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for what, table in tables.items()
            }
        return ", ".join(f"{count:,} {what}" for what, count in many.items())

    @contextmanager
    def serve(self) -> Iterator[tuple[int, int]]:
        """Serve it on loopback with one process; give the process's number and the port."""
        from tests.web.police.kill_ingest import free_port

        port = free_port()
        command = [sys.executable, "-m", "patrolwise.web", self.key, "serve", "--alone"]
        command += ["--port", str(port), "--workers", "1"]
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        try:
            _wait_for(port, process)
            yield process.pid, port
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def time_each(
    pages: list[dict[str, str]], visitors: Mapping[str, Visitor], pid: int
) -> list[PageTime]:
    """Return every page's times; those above the bar are asked again, and their best round told."""
    found = [_time(visitors[page["role"]], page, pid) for page in pages]
    for _ in range(AGAIN):
        for at, page in enumerate(pages):
            if found[at].p95 > BAR_MS:
                again = _time(visitors[page["role"]], page, pid)
                found[at] = min(found[at], again, key=lambda one: one.p95)
    return sorted(found, key=lambda page: -page.p95)


def tell_slowest(pages: list[PageTime], what: str) -> Ratio:
    """Return the line of the table of ratios; the pages come the slowest first."""
    slowest = pages[0]
    return Ratio(
        job=f"slowest of {len(pages)} pages of {what}",
        peer=f"{BAR_MS:g} ms",
        ratios=(BAR_MS / slowest.p95,),
        target=1,
        note=f"95 of 100 within {slowest.p95:.0f} ms: {slowest.name}; below",
    )


def tabulate(pages: list[PageTime], many: int = SLOWEST_TOLD) -> str:
    """Return the table of the slowest pages, and one line of the others."""
    rows = ["| Page | p50, ms | p95, ms | Processor, ms | kB | |", "|---|--:|--:|--:|--:|---|"]
    rows += [
        f"| {page.name} | {page.p50:.0f} | {page.p95:.0f} | {page.cpu_ms:.0f} "
        f"| {page.bytes / 1e3:.0f} | {'**above**' if page.p95 > BAR_MS else ''} |"
        for page in pages[:many]
    ]
    above = sum(page.p95 > BAR_MS for page in pages)
    rest = f"{len(pages) - many} others are quicker. " if len(pages) > many else ""
    return "\n".join(rows) + f"\n\n{rest}{above} of {len(pages)} are above {BAR_MS:g} ms.\n"


def run_alone(
    about: str, fill: Callable[[Path], None], time_pages: Callable[[Path, str], list[PageTime]]
) -> int:
    """Fill a site, or take one that is kept, and print its pages; return 1 where one is slow."""
    asked = argparse.ArgumentParser(description=about.splitlines()[0])
    asked.add_argument("--keep", type=Path, help="a folder for the site, to measure it again")
    asked.add_argument("--only", default="", help="pages with this in their name")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = (given.keep or Path(name) / "site").resolve()
        fill(folder)
        pages = time_pages(folder, given.only)
    print(tabulate(pages, len(pages)))
    return int(any(page.p95 > BAR_MS for page in pages))


def _time(visitor: Visitor, page: dict[str, str], pid: int) -> PageTime:
    visitor.begin_anew()
    status, body = visitor.ask(page["address"])
    if status != 200:
        raise SystemExit(f"{page['name']}: {page['address']} answers {status}")
    began, times = cpu_seconds_of(pid), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        visitor.ask(page["address"])
        times.append((time.perf_counter() - start) * 1e3)
    spent = (cpu_seconds_of(pid) - began) / ROUNDS * 1e3
    shown = {"name": page["name"], "address": page["address"], "bytes": len(body)}
    return PageTime(ms=tuple(times), cpu_ms=spent, **shown)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
                line.request("GET", "/health/")
                if line.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start: see server.log in the site's folder.")
