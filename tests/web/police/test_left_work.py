"""What a worker was at when it was killed is begun again by the next one, and kept once."""

import fcntl
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime

import polars as pl
import pytest
from django.core.management import call_command
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from patrolwise.web.accounts.left_work import MOST_TRIES, take_up_left_work
from patrolwise.web.field.queries import to_us

from .kill_ingest import make_site
from .kill_uploads import ROWS, Killer, check_counted, check_end, check_read, kill_often

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
FIXES = 60_000
# an upload of fixes that was kept, and the job that puts them to their days
KEEP = f"""
import sys
import django
django.setup()
from datetime import UTC, datetime, timedelta
import numpy as np
import polars as pl
from patrolwise.tables import FIXES, make_table
from patrolwise.web.livemap.arrivals import Trackers
from patrolwise.web.records.models import Upload
from patrolwise.web.records.stored_files import below_data, write_table_whole
now = datetime(2026, 3, 3, 12, tzinfo=UTC)
times = pl.Series(np.arange({FIXES}) * 1_000_000).cast(pl.Duration("us")) + now
east, north = 458_000.0, 304_000.0
table = pl.DataFrame({{"time": times}}).with_columns(
    device_id=pl.lit("device 0"), x=pl.lit(east), y=pl.lit(north), accuracy_m=pl.lit(5.0))
path = write_table_whole(make_table(FIXES, table))
upload = Upload.objects.create(
    kind="fixes", name="fixes.csv", sha256="0" * 64, size=1, stored="none", state="kept",
    table=below_data(path), rows={FIXES}, first_day=now.date(), last_day=now.date(),
    uploaded=now, uploaded_by_id=1)
Trackers().add_fixes(upload.pk)
"""


def add_job(status="RUNNING", tries=1):
    return DBTaskResult.objects.create(
        status=status, args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
        task_path="patrolwise.web.records.jobs.count_days", worker_ids=["w"] * tries,
        started_at=NOW, run_after=NOW, exception_class_path="", traceback="",
    )  # fmt: skip


@pytest.fixture
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def state_of(job):
    job.refresh_from_db()
    return job.status


# before it takes the fix at five sixths of the way the database counts to a thousand million: there
# a worker stands, in the midst of its work, until it is killed
STAND = f"""
CREATE TRIGGER stand AFTER INSERT ON field_fix
WHEN NEW.time = {to_us(NOW) + FIXES * 5 // 6 * 1_000_000} BEGIN
  SELECT count(*) FROM (
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
    SELECT i FROM n);
END
"""


def run_sql(site, sql):
    with closing(sqlite3.connect(site.database, timeout=30)) as connection, connection:
        connection.execute(sql)


def is_half_written(site):
    """Return whether some of the fixes are on the disk, as they are well before all of them are."""
    log = site.database.with_name(f"{site.database.name}-wal")
    return log.exists() and log.stat().st_size > 2**20


def test_jobs_of_a_worker_that_was_killed_are_to_be_done_again_and_no_others(db, data_folder):
    cut_off, spent = add_job(), add_job(tries=MOST_TRIES)
    others = [add_job(status) for status in ("SUCCESSFUL", "FAILED", "READY")]
    with take_up_left_work():
        assert state_of(cut_off) == "READY"
        assert cut_off.started_at is None
        assert state_of(spent) == "FAILED"
        assert spent.traceback == "Its worker ended 3 times while it was at this job."
        assert [state_of(one) for one in others] == ["SUCCESSFUL", "FAILED", "READY"]


def test_while_another_worker_lives_what_runs_may_be_its_own(db, data_folder):
    job = add_job()
    with take_up_left_work():  # a second worker of the same site
        job.status = "RUNNING"
        job.save()
        with take_up_left_work():
            assert state_of(job) == "RUNNING"
    with (data_folder / "worker.lock").open() as free:
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more


def test_the_command_does_what_was_cut_off(db, data_folder, settings, monkeypatch):
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)  # it is the test's own
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    job = add_job()
    call_command("work", batch=True, interval=0.0, startup_delay=False, verbosity=0)
    assert (state_of(job), len(job.worker_ids)) == ("SUCCESSFUL", 2)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return make_site(tmp_path_factory.mktemp("site"), 1)


def test_a_worker_that_is_killed_leaves_no_half_of_an_upload_and_the_next_one_ends_it(site):
    subprocess.run([sys.executable, "-c", KEEP], env=site.environ, check=True, timeout=120)
    work = [sys.executable, "-m", "patrolwise.web", "police", "work", "--no-startup-delay"]
    running = f"SELECT count(*) FROM {DBTaskResult._meta.db_table} WHERE status = 'RUNNING'"
    run_sql(site, STAND)
    worker = subprocess.Popen(work, env=site.environ)
    try:
        until = time.monotonic() + 60
        while not is_half_written(site) and time.monotonic() < until:
            time.sleep(0.005)
    finally:
        worker.kill()
        worker.wait()
    run_sql(site, "DROP TRIGGER stand")
    assert (site.count(), site.count(running)) == (0, 1)
    doing = "SELECT doing FROM records_upload WHERE kind = 'fixes'"
    assert site.count(doing) == "Its fixes are being put to their days"
    subprocess.run([*work, "--batch"], env=site.environ, check=True, timeout=120)
    assert (site.count(), site.count(running), site.count(doing)) == (FIXES, 0, "")


def test_of_crimes_none_or_all_are_there_whenever_the_worker_is_killed(site):
    found = kill_often(site, 2, seed=7)  # one while they are read, one while they are counted
    assert found.faults == []
    assert (found.kills, found.uploads, found.rows) == (2, 1, ROWS)


def test_what_is_half_applied_is_told(site):
    killer = Killer(site=site, rng=random.Random(1))
    ((upload, table),) = killer.ask(
        "SELECT id, \"table\" FROM records_upload WHERE kind = 'crimes'"
    )
    path = site.folder / table
    whole = pl.read_parquet(path)
    killer.found.uploads, killer.found.rows = 1, ROWS
    check_end(killer)
    assert killer.found.faults == []
    whole.head(ROWS // 2).write_parquet(path)
    check_end(killer)
    assert killer.found.faults == [f"after kill 0: {ROWS // 2} rows are kept of {ROWS}"]
    assert check_read(killer, upload, []) == "half"
    assert check_counted(killer, [], Counter({("a", "2015-01-01"): 1})) == "half"
