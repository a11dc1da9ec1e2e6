"""The server as people start it: killed, locked out, on a full disk, it loses nothing it took."""

import resource
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from .kill_ingest import Server, kill_often, make_site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return make_site(tmp_path_factory.mktemp("ingest"), 8)


@pytest.fixture(scope="module")
def server(site):
    """Return a server that stays up whatever is done to it."""
    found = Server(site)
    found.start()
    yield found
    found.stop()


def post(server, time_s):
    token = server.site.tokens[0]
    query = f"lat=52.6&lon=-1.1&timestamp={time_s}"
    return server.post("GET", f"/in/osmand/{token}?{query}")


def workers_of(server):
    found = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(server.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(pid) for pid in found.stdout.split()]


def is_kept(site, time_s):
    sql = f"SELECT count(*) FROM field_fix WHERE time = {time_s * 1_000_000}"
    return site.count(sql) == 1


def test_a_server_that_is_killed_five_times_loses_no_fix_that_it_acknowledged(site):
    found = kill_often(site, 5, seed=6)
    assert found.kills == 5
    assert found.acknowledged > 200
    assert (found.lost, found.twice) == (0, 0)
    assert site.count("PRAGMA integrity_check") == "ok"


def test_while_another_locks_the_database_nothing_is_acknowledged_and_then_all_is_well(server):
    now = int(time.time()) - 100
    with closing(sqlite3.connect(server.site.database, timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        status, headers, _ = post(server, now)
        assert status == 503
        assert headers["retry-after"] == "10"
        assert time.monotonic() - began < 12
        other.execute("ROLLBACK")
    assert not is_kept(server.site, now)
    assert post(server, now)[0] == 200
    assert is_kept(server.site, now)


def test_on_a_full_disk_nothing_is_acknowledged_and_then_all_is_well(server):
    now = int(time.time()) - 200
    assert post(server, now)[0] == 200
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in workers_of(server)}
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        statuses = [post(server, now + number)[0] for number in range(1, 4)]
    finally:
        for pid, before in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert statuses == [503] * 3
    assert not any(is_kept(server.site, now + number) for number in range(1, 4))
    assert post(server, now + 1)[0] == 200
    assert is_kept(server.site, now)
    assert is_kept(server.site, now + 1)
    assert server.site.count("PRAGMA integrity_check") == "ok"


def test_the_log_of_a_server_holds_no_token_and_no_place(server):
    post(server, int(time.time()) - 300)
    log = Path(server.site.folder / "server.log").read_text()
    assert "Started worker" in log
    assert not any(token in log for token in server.site.tokens)
    assert "52.6" not in log


def test_a_server_that_is_stopped_writes_first_what_it_took(site):
    found = Server(site, workers=2)
    found.start()
    now = int(time.time()) - 400
    assert post(found, now)[0] == 200
    found.stop()
    assert is_kept(site, now)
    assert found.process.returncode == 0


def test_a_server_that_is_stopped_while_its_workers_start_ends_with_them(site):
    """A worker that was forked, and has not loaded the site yet, hears that it is to stop."""
    found = Server(site, workers=2)
    log = site.folder / "server.log"
    before = len(log.read_text())
    found.begin()
    while "Spawning worker-2" not in log.read_text()[before:]:
        time.sleep(0.01)
    found.stop()
    assert found.process.returncode == 0
