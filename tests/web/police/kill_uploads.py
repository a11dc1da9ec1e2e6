"""A worker that is killed again and again while it applies uploads of crimes, and what is left.

Used by the tests (a few kills) and by `python tests/web/police/kill_uploads.py --kills 50`.

Each upload is a month of crimes. It is killed twice, each time at a random moment of what the real
worker does in the background: while its file is read, and while its crimes are counted. A kill
that comes a little before or after the work counts too; how many fell within it is told.
"""

import argparse
import csv
import hashlib
import io
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

if __package__:
    from .kill_ingest import Site, make_site
else:
    from kill_ingest import Site, make_site

HERE = Path(__file__).resolve().parent
ROWS = 12_000  # crimes of an upload
SQUARES = "abc"  # of patrol_rows.make_set, 600 m apart
HEADER = [
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location",
    "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context",
]  # fmt: skip
COUNTED = (
    "SELECT definition, area_id, day, is_month, crimes, harm FROM records_daycount ORDER BY 1, 2, 3"
)
TOOK = (
    "SELECT (julianday(finished_at) - julianday(started_at)) * 86400 FROM "
    "django_tasks_database_dbtaskresult WHERE task_path LIKE ? ORDER BY finished_at DESC LIMIT 1"
)
BUSY = "status IN ('READY', 'RUNNING')"


def drive() -> None:
    """Do, in a process of its own, what people do on the pages: send a file, keep what was read."""
    import django

    django.setup()
    from patrolwise.web.accounts.models import Person
    from patrolwise.web.records import actions, incoming, stored_files
    from patrolwise.web.records.models import Kind, Upload

    sys.path.insert(0, str(HERE.parent))
    from police.patrol_rows import make_set

    by = Person.objects.create(email="kills@example.org", name="Kills", role="analyst")
    make_set(len(SQUARES))
    print("null", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "keep" in asked:
            actions.keep_upload(by=by, upload=Upload.objects.get(pk=asked["keep"]))
            print("null", flush=True)
            continue
        sent, path = Path(asked["add"]), stored_files.folder_of("incoming") / asked["name"]
        path.write_bytes(sent.read_bytes())
        arrived = incoming.ArrivedFile(
            name=sent.name,
            stored=stored_files.below_data(path),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            size=path.stat().st_size,
        )
        upload = actions.add_upload(by=by, kind=Kind.CRIMES, file=arrived)
        print(json.dumps(upload.pk), flush=True)


@dataclass
class Found:
    """What became of the uploads."""

    kills: int = 0
    within: int = 0  # kills before the job was done
    none_there: int = 0  # kills after which nothing of the upload was there
    all_there: int = 0
    uploads: int = 0
    rows: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Killer:
    """One site with its worker, and what its tables have to hold."""

    site: Site
    rng: random.Random
    found: Found = field(default_factory=Found)
    kept: Counter = field(default_factory=Counter)  # crimes by square and month's first day
    took_s: dict[str, float] = field(default_factory=lambda: {"read": 0.5, "count": 0.3})
    worker: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "patrolwise.web", "police", "work"]
        with (self.site.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [*command, "--interval", "0.02", "--no-startup-delay"],
                env=self.site.environ,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        self.worker.kill()
        self.worker.wait()

    def ask(self, sql: str, *given) -> list[tuple]:
        with closing(sqlite3.connect(self.site.database, timeout=30)) as connection:
            return connection.execute(sql, given).fetchall()

    def jobs(self, which: str) -> int:
        return self.ask(f"SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE {which}")[
            0
        ][0]

    def wait(self, until, what: str) -> None:
        last = time.monotonic() + 120
        while not until():
            if time.monotonic() > last or self.worker.poll() is not None:
                log = (self.site.folder / "worker.log").read_text("utf-8", "replace")
                jobs = self.ask("SELECT task_path, status FROM django_tasks_database_dbtaskresult")
                raise AssertionError(
                    f"the worker ({self.worker.poll()}) did not come to this: {what}; "
                    f"jobs {jobs}; it said:\n{log[-3000:]}"
                )
            time.sleep(0.005)

    def apply(self, stage: str, job: str, begin, check, *, is_killed: bool) -> None:
        """Have a job done by the worker, killed once on its way."""
        which = f"task_path LIKE '%.{job}'"
        before = self.jobs(which)
        begin()
        self.wait(lambda: self.jobs(which) > before, f"a job {job}")
        if is_killed:
            left = f"{which} AND {BUSY}"
            self.wait(lambda: not self.jobs(f"{which} AND status = 'READY'"), f"{job} begins")
            time.sleep(self.rng.uniform(0, 1.1 * self.took_s[stage]))
            self.kill()
            self.found.kills += 1
            self.found.within += bool(self.jobs(left))
            there = check()
            self.found.none_there += there == "none"
            self.found.all_there += there == "all"
            self.start()
        self.wait(lambda: not self.jobs(f"{which} AND {BUSY}"), f"{job} done")
        self.took_s[stage] = self.ask(TOOK, f"%.{job}")[0][0]

    def say(self, fault: str) -> None:
        self.found.faults.append(f"after kill {self.found.kills}: {fault}")


def write_month(rng: random.Random, number: int) -> tuple[str, bytes, Counter]:
    """Return the name and bytes of a month of crimes in the squares, and how many are in each."""
    month = f"{2015 + number // 12}-{number % 12 + 1:02d}"
    text, tally = io.StringIO(), Counter()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    # middles of the squares; WGS84 of eastings 458,100, 458,700 and 459,300 at northing 304,100
    middles = dict(zip(SQUARES, _middles(), strict=True))
    for row in range(ROWS):
        square = rng.choice(SQUARES)
        tally[square, f"{month}-01"] += 1
        longitude, latitude = middles[square]
        force = "Leicestershire Police"
        place = ["On or near Park", "E01", "L", "Robbery", "", ""]
        identifier = hashlib.sha256(f"{number} {row}".encode()).hexdigest()
        writer.writerow([identifier, month, force, force, longitude, latitude, *place])
    return f"{month}-leicestershire-street.csv", text.getvalue().encode(), tally


def _middles() -> list[tuple[float, float]]:
    from patrolwise.places import to_longitude_latitude

    longitudes, latitudes = to_longitude_latitude([458_100, 458_700, 459_300], [304_100] * 3)
    return [(round(x, 6), round(y, 6)) for x, y in zip(longitudes, latitudes, strict=True)]


def kill_often(site: Site, kills: int, *, seed: int, tell=None) -> Found:
    """Return what stood after each kill, and at the end."""
    killer = Killer(site=site, rng=random.Random(seed))
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import kill_uploads as k; k.drive()"
    driver = subprocess.Popen(
        [sys.executable, "-c", code],
        env=site.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def do(**asked):
        if asked:
            driver.stdin.write(json.dumps(asked) + "\n")
            driver.stdin.flush()
        return json.loads(driver.stdout.readline())

    killer.start()
    try:
        do()
        number = 0
        while killer.found.kills < kills:
            _apply_month(killer, do, number, kills)
            number += 1
            if tell:
                tell(killer.found)
        check_end(killer)
    finally:
        killer.kill()
        driver.stdin.close()
        driver.wait()
        driver.stdout.close()
    return killer.found


def _apply_month(killer: Killer, do, number: int, kills: int) -> None:
    """Send a month, have it read and counted, and kill the worker in both."""
    name, content, tally = write_month(killer.rng, number)
    path = killer.site.folder / name
    path.write_bytes(content)
    sent = []
    counted = killer.ask(COUNTED)

    def is_killed():
        return killer.found.kills < kills

    killer.apply(
        "read",
        "read_upload",
        lambda: sent.append(do(add=str(path), name=f"sent-{number}")),
        lambda: check_read(killer, sent[0], counted),
        is_killed=is_killed(),
    )
    state, _, rows = _row(killer, sent[0])
    if (state, rows) != ("preview", ROWS) or check_read(killer, sent[0], counted) != "all":
        killer.say(f"upload {number} was read as {state} with {rows} rows")
    killer.apply(
        "count",
        "count_days",
        lambda: do(keep=sent[0]),
        lambda: check_counted(killer, counted, tally),
        is_killed=is_killed(),
    )
    if check_counted(killer, counted, tally) != "all":
        killer.say(f"upload {number} is not counted")
    killer.kept += tally
    killer.found.uploads, killer.found.rows = number + 1, killer.kept.total()
    path.unlink()


def _row(killer: Killer, upload: int) -> tuple:
    return killer.ask('SELECT state, "table", rows FROM records_upload WHERE id = ?', upload)[0]


def check_read(killer: Killer, upload: int, counted: list[tuple]) -> str:
    """Return whether none or all of an upload's rows are there; anything else is a fault."""
    state, table, rows = _row(killer, upload)
    if killer.ask(COUNTED) != counted:
        killer.say("counts changed by an upload that nobody kept")
    if state in ("waiting", "reading") and not table and not rows:
        return "none"
    there = pl.read_parquet(killer.site.folder / table).height if table else 0
    if (state, rows, there) == ("preview", ROWS, ROWS):
        return "all"
    killer.say(f"upload {upload} is {state}, of {rows} rows, {there} in its table")
    return "half"


def check_counted(killer: Killer, before: list[tuple], tally: Counter) -> str:
    """Return whether the counts are those without an upload or those with it, and no others."""
    now = killer.ask(COUNTED)
    if now == before:
        return "none"
    expected = {key: n for key, n in (killer.kept + tally).items() if n}
    counted = {(area, day): n for key, area, day, _, n, _ in now if key == "all-crime@1" and n}
    if counted == expected:
        return "all"
    killer.say(f"{sum(counted.values())} crimes are counted, not {sum(expected.values())}")
    return "half"


def check_end(killer: Killer) -> None:
    """Hold the tables at the end against what was sent: each upload once, and whole."""
    rows = killer.ask("SELECT id, state, \"table\" FROM records_upload WHERE kind = 'crimes'")
    tables = [pl.read_parquet(killer.site.folder / table) for _, _, table in rows]
    crimes = pl.concat(tables)
    if len(rows) != killer.found.uploads or {state for _, state, _ in rows} != {"kept"}:
        killer.say(f"at the end uploads are {[state for _, state, _ in rows]}")
    if (crimes.height, crimes["crime_id"].n_unique()) != (killer.found.rows,) * 2:
        killer.say(f"{crimes.height} rows are kept of {killer.found.rows}")
    for pk, _, _ in rows:
        for action in ("upload received", "upload read", "upload kept"):
            subject = "" if action == "upload received" else f" AND subject = 'upload:{pk}'"
            sql = f"SELECT count(*) FROM audit_event WHERE action = ?{subject}"
            times, expected = killer.ask(sql, action)[0][0], len(rows) if not subject else 1
            if times != expected:
                killer.say(f"{action!r} stands {times} times in the record, not {expected}")
    if killer.ask("PRAGMA integrity_check") != [("ok",)]:
        killer.say("the database is damaged")


def main() -> int:
    """Return 0 when nothing was half applied."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        found = kill_often(make_site(Path(folder), 1), given.kills, seed=given.seed, tell=print)
    took = time.monotonic() - begun
    print(f"{found.kills} kills, {found.within} before the job was done; after {found.none_there}")
    print(f"nothing of the upload was there, after {found.all_there} all of it")
    print(f"{found.uploads} uploads, {found.rows:,} crimes, each there once; {took:.0f} s")
    print(*found.faults, sep="\n")
    return int(bool(found.faults))


if __name__ == "__main__":
    raise SystemExit(main())
