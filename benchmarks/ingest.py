"""Fixes taken in on this machine: posts of one and batches a second, and what kills lose.

`python benchmarks/ingest.py` measures with wrk on loopback, each on a new site on SQLite, durable
as it always is. `python benchmarks/ingest.py --kills 50` kills the server that often instead.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.police.kill_ingest import Server, kill_often, make_site  # noqa: E402

from benchmarks.pairs import cpu_seconds_of  # noqa: E402

DEVICES = 500
SINGLE_BAR, BATCH_BAR = 3_000, 50_000  # posts, and fixes in batches, a second
BATCH = 500

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
class Measured:
    """One run."""

    posts: float  # a second
    cpu_s: float  # of the server, a thousand posts
    rows: int  # in the database afterwards
    told: str  # by wrk


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=0, help="kill the server, measure nothing")
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--connections", type=int, default=128)
    asked.add_argument("--workers", type=int, default=1, help="processes that take fixes in")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.kills:
            return _kill(Path(folder), given)
        if shutil.which("wrk") is None:
            sys.stderr.write("wrk is not here: on Debian, apt install wrk.\n")
            return 3
        return _measure(Path(folder), given)


def _kill(folder: Path, given: argparse.Namespace) -> int:
    site = make_site(folder, 8)
    found = kill_often(site, given.kills, seed=given.seed, workers=given.workers, tell=print)
    whole = site.count("PRAGMA integrity_check")
    print(f"{found.kills} kills: {found.acknowledged:,} fixes acknowledged, {found.kept:,} in the")
    print(f"database, {found.lost} lost, {found.twice} twice; the database is {whole}")
    return int(bool(found.lost or found.twice or whole != "ok"))


def _measure(folder: Path, given: argparse.Namespace) -> int:
    load = os.getloadavg()[0]
    single = _run(folder / "single", SINGLE, given, size=1)
    many = _run(folder / "many", MANY, given, size=BATCH)
    fixes = many.posts * BATCH
    print(f"{given.workers} process, {given.connections} connections, load before {load:.1f}")
    print(f"posts of one fix: {single.posts:,.0f} a second, bar {SINGLE_BAR:,}")
    print(f"  server {single.cpu_s * 1e3:.0f} us of CPU a post, {single.rows:,} rows")
    print(f"fixes in batches of {BATCH}: {fixes:,.0f} a second, bar {BATCH_BAR:,}")
    print(f"  server {many.cpu_s * 1e3 / BATCH:.1f} us of CPU a fix, {many.rows:,} rows")
    print(single.told, many.told, sep="\n")
    return int(single.posts < SINGLE_BAR or fixes < BATCH_BAR)


def _run(folder: Path, script: str, given: argparse.Namespace, *, size: int) -> Measured:
    site = make_site(folder, DEVICES)
    tokens, lua = folder / "tokens", folder / "posts.lua"
    tokens.write_text("\n".join(site.tokens), encoding="ascii")
    server = Server(site, workers=given.workers)
    server.start()
    try:
        # tokens are known to the server before it is measured, as they are in the second minute
        for before, seconds in ((29, 3), (20, given.seconds)):
            base = int(time.time() - before * 86_400) * 1_000
            values = (base, tokens) if size == 1 else (base, size, tokens)
            lua.write_text(script % values, encoding="ascii")
            cpu, rows = cpu_seconds_of(server.process.pid), site.count()
            told = _wrk(lua, server.port, given, seconds)
        spent = cpu_seconds_of(server.process.pid) - cpu
    finally:
        server.stop()
    posts = int(re.search(r"(\d+) requests in", told)[1])
    if "Non-2xx" in told:
        raise SystemExit(told)
    kept = site.count() - rows
    assert kept >= posts * size  # those that wrk did not wait for may be there too
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    return Measured(posts=rate, cpu_s=spent / posts * 1e3, rows=kept, told=told)


def _wrk(lua: Path, port: int, given: argparse.Namespace, seconds: int) -> str:
    connections = given.connections if "POST" not in lua.read_text() else 8
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", str(lua)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
