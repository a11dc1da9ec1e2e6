"""Fixes taken in on this machine: posts of one and batches a second, and what kills lose.

`python -m benchmarks.ingest` measures with wrk on loopback, each on a new site on SQLite, durable
as it always is, in turns with a server that only answers and a table that only keeps. `python -m
benchmarks.ingest --kills 50` kills the server that often instead.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.police.kill_ingest import Server, free_port, kill_often, make_site  # noqa: E402

from benchmarks.bare_ingest import insert  # noqa: E402
from benchmarks.pairs import Ratio, cpu_seconds_of  # noqa: E402

DEVICES = 500
SINGLE_BAR, BATCH_BAR = 3_000, 50_000  # posts, and fixes in batches, a second
BATCH, BATCH_CONNECTIONS = 500, 8
COMMIT = BATCH * BATCH_CONNECTIONS  # fixes that wait at once, which the site keeps together
_DAY_S = 86_400
_TITLE = "\n## Fixes taken in\n\n"
_TOLD = """\
Posts over loopback from wrk on the same machine to the police site's `ingest`, one process, SQLite;
a post is answered when its fixes are on the disk. {rounds} rounds of {seconds} s, each way in turn;
every fix is a new one, of {devices} devices. Posts of one fix: {connections} connections; batches
of {batch}: {batch_connections}. The bare server is asyncio that answers 200 and reads nothing; the
bare table is SQLite with the site's table and index, its settings, and transactions of {commit:,}
fixes.

| What | a second, median (least–most) | server’s CPU |
|---|--:|--:|
"""


# Every fix is a new one: those that are there already would be quick to leave out.
SINGLE = """
local n, tokens, base = 0, {}, %d
for line in io.lines("%s") do tokens[#tokens + 1] = line end
function request()
  n = n + 1
  return wrk.format("GET", "/in/osmand/" .. tokens[n %% #tokens + 1] ..
    "?id=1&lat=52.6" .. n %% 1000 .. "&lon=-1.1&timestamp=" .. base + n ..
    "&speed=2.1&bearing=4&altitude=50&accuracy=8&batt=77")
end
"""
MANY = """
local n, tokens, base, size = 0, {}, %d, %d
for line in io.lines("%s") do tokens[#tokens + 1] = line end
function request()
  n = n + 1
  local items, start = {}, base + n * size
  for i = 1, size do
    items[i] = string.format(
      '{"time":%%.0f,"lon":-1.1%%03d,"lat":52.6%%03d,"accuracy":8.5,"speed":1.3}',
      start + i, i, n %% 1000)
  end
  return wrk.format("POST", "/in/batch/" .. tokens[n %% #tokens + 1],
    {["Content-Type"] = "application/json"}, "[" .. table.concat(items, ",") .. "]")
end
"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How hard the site is asked."""

    seconds: float = 5
    rounds: int = 3
    connections: int = 128
    workers: int = 1  # processes that take fixes in


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run of wrk."""

    rate: float  # posts a second
    cpu_us: float  # of the server, a post


@dataclass
class Rates:
    """What each round gave, a second."""

    single: list[float] = field(default_factory=list)
    bare_single: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)  # fixes, in batches
    bare_many: list[float] = field(default_factory=list)
    single_us: list[float] = field(default_factory=list)  # CPU a fix
    many_us: list[float] = field(default_factory=list)

    def ratios(self) -> list[Ratio]:
        """Return the lines of the table of ratios."""
        one = "Fixes taken in by posts of one, durable"
        batches = f"Fixes taken in by batches of {BATCH}, durable"
        note = f"{_told(self.single)} a second"
        more = f"{_told(self.many)} a second"
        return [
            _compare(one, f"{SINGLE_BAR:,} a second", self.single, SINGLE_BAR, note=note),
            _compare(one, "bare asyncio server that answers 200", self.single, self.bare_single),
            _compare(batches, f"{BATCH_BAR:,} a second", self.many, BATCH_BAR, note=more),
            _compare(batches, "bare SQLite, executemany", self.many, self.bare_many),
        ]


def check_tool() -> None:
    """Refuse to begin where there is no wrk: it is asked for late in a long run."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not here: on Debian, apt install wrk.")


def measure(load: Load = Load()) -> tuple[list[Ratio], str]:
    """Return the lines of the table of ratios, and the part of the page."""
    rates = time_rounds(load)
    told = _TOLD.format(
        rounds=load.rounds,
        seconds=f"{load.seconds:g}",
        devices=DEVICES,
        connections=load.connections,
        batch=BATCH,
        batch_connections=BATCH_CONNECTIONS,
        commit=COMMIT,
    )
    single, many = (_told(values, ".0f") for values in (rates.single_us, rates.many_us))
    rows = [
        ("posts of one fix, the site", rates.single, f"{single} µs a fix"),
        ("the same posts, the bare server", rates.bare_single, "–"),
        (f"fixes in batches of {BATCH}, the site", rates.many, f"{many} µs a fix"),
        ("fixes, the bare table", rates.bare_many, "–"),
    ]
    table = "".join(f"| {what} | {_told(values)} | {cpu} |\n" for what, values, cpu in rows)
    return rates.ratios(), _TITLE + told + table


def time_rounds(load: Load) -> Rates:
    """Return the rates of each way, one after the other in each round."""
    check_tool()
    rates = Rates()
    with (
        tempfile.TemporaryDirectory() as name,
        _serve(Path(name) / "single", load) as single,
        _serve(Path(name) / "many", load) as many,
        _serve_bare() as bare_port,
    ):
        # tokens are known to the server before it is measured, as they are in the second minute
        for server, script in ((single, SINGLE), (many, MANY)):
            _ask(server, script, load, days_ago=29, seconds=2)
        for number in range(load.rounds):
            days_ago = 28 - number
            one = _ask(single, SINGLE, load, days_ago=days_ago)
            batches = _ask(many, MANY, load, days_ago=days_ago)
            lua = single.site.folder / "posts.lua"
            rates.single.append(one.rate)
            rates.bare_single.append(_rate(_wrk(lua, bare_port, load.connections, load.seconds)))
            rates.many.append(batches.rate * BATCH)
            like, path = many.site.database, Path(name) / f"bare-{number}.sqlite3"
            rates.bare_many.append(insert(like, path, seconds=load.seconds, commit=COMMIT))
            rates.single_us.append(one.cpu_us)
            rates.many_us.append(batches.cpu_us / BATCH)
    return rates


@contextmanager
def _serve(folder: Path, load: Load) -> Iterator[Server]:
    server = Server(make_site(folder, DEVICES), workers=load.workers)
    (folder / "tokens").write_text("\n".join(server.site.tokens), encoding="ascii")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _serve_bare() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_ingest", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        time.sleep(1)  # it imports asyncio alone
        try:
            yield port
        finally:
            process.terminate()


def _ask(
    server: Server, script: str, load: Load, *, days_ago: int, seconds: float | None = None
) -> Measured:
    """Post fixes of some days ago for a while; what was answered has to be in the database."""
    folder, size = server.site.folder, BATCH if script is MANY else 1
    base = int(time.time() - days_ago * _DAY_S) * 1_000
    tokens, lua = folder / "tokens", folder / "posts.lua"
    values = (base, size, tokens) if script is MANY else (base, tokens)
    lua.write_text(script % values, encoding="ascii")
    cpu, rows = cpu_seconds_of(server.process.pid), server.site.count()
    connections = BATCH_CONNECTIONS if script is MANY else load.connections
    told = _wrk(lua, server.port, connections, seconds or load.seconds)
    posts = int(re.search(r"(\d+) requests in", told)[1])
    kept = server.site.count() - rows
    if kept < posts * size:  # those that wrk did not wait for may be there too
        raise SystemExit(f"{posts * size:,} fixes were answered, and {kept:,} are there.")
    spent = cpu_seconds_of(server.process.pid) - cpu
    return Measured(rate=_rate(told), cpu_us=spent / posts * 1e6)


def _wrk(lua: Path, port: int, connections: int, seconds: float) -> str:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}", "--latency", "-s", str(lua)]
    address = f"http://127.0.0.1:{port}"
    done = subprocess.run([*command, address], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise SystemExit(done.stdout)
    return done.stdout


def _rate(told: str) -> float:
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def _compare(
    job: str, peer: str, ours: list[float], theirs: list[float] | int, *, note: str = ""
) -> Ratio:
    """Return our rate over that of a program, which has no target, or over a bar."""
    is_bar = isinstance(theirs, int)
    others = [theirs] * len(ours) if isinstance(theirs, int) else theirs
    ratios = tuple(mine / other for mine, other in zip(ours, others, strict=True))
    return Ratio(job=job, peer=peer, ratios=ratios, target=1 if is_bar else None, note=note)


def _told(values: list[float], form: str = ",.0f") -> str:
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return f"{middle:{form}} ({ordered[0]:{form}}–{ordered[-1]:{form}})"


def main() -> int:
    """Measure, or kill; return 0 when the bars are met and nothing was lost."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=0, help="kill the server, measure nothing")
    asked.add_argument("--seconds", type=float, default=5)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--connections", type=int, default=128)
    asked.add_argument("--workers", type=int, default=1, help="processes that take fixes in")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    if given.kills:
        with tempfile.TemporaryDirectory() as folder:
            return _kill(Path(folder), given)
    load = Load(
        seconds=given.seconds,
        rounds=given.rounds,
        connections=given.connections,
        workers=given.workers,
    )
    print(f"load before {os.getloadavg()[0]:.1f}")
    lines, told = measure(load)
    print(told)
    for line in lines:
        print(f"{line.job}, to {line.peer}: {line.median:.2f}")
    return int(not all(line.is_met for line in lines))


def _kill(folder: Path, given: argparse.Namespace) -> int:
    site = make_site(folder, 8)
    found = kill_often(site, given.kills, seed=given.seed, workers=given.workers, tell=print)
    whole = site.count("PRAGMA integrity_check")
    print(f"{found.kills} kills: {found.acknowledged:,} fixes acknowledged, {found.kept:,} in the")
    print(f"database, {found.lost} lost, {found.twice} twice; the database is {whole}")
    return int(bool(found.lost or found.twice or whole != "ok"))


if __name__ == "__main__":
    raise SystemExit(main())
