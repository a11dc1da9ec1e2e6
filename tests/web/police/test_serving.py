"""A new site, from nothing to the first page, as a server of its own."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from patrolwise.web.audit.triggers import _list_sql


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def server(made_site, tmp_path):
    """Return the address of a site that was made and is served by the commands that people use."""
    folder, port, other = tmp_path / "site", free_port(), free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
    environ |= {"PATROLWISE_DATA": str(folder), "PATROLWISE_DEMO": "yes"}
    command = [sys.executable, "-m", "patrolwise.web", "police"]
    shutil.copytree(made_site, folder)
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--ingest-port", str(other), "--workers", "1"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://127.0.0.1:{port}", folder, f"http://127.0.0.1:{other}"
    process.terminate()
    process.wait(timeout=30)


def read(address):
    for _ in range(900):
        try:
            with urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def read_status(address):
    for _ in range(900):
        try:
            with urlopen(address, timeout=10) as answer:
                return answer.status
        except HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_a_site_is_made_and_served_and_its_files_are_its_owners_alone(server):
    address, folder, ingest = server
    assert read_status(f"{ingest}/in/osmand/no-such-token") == 404
    assert read(f"{address}/health/")[0] == 200
    status, page = read(f"{address}/accounts/login/")
    assert status == 200
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert read(address + style)[0] == 200
    for name in ("secret-key", "patrolwise.sqlite3"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_site_can_be_made_again_without_harm(db, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "patrolwise_cache",
        }
    }
    for _ in range(2):
        call_command("init")
    assert (tmp_path / "static" / "shell" / "shell.css").exists()


@pytest.mark.parametrize(("vendor", "statements"), [("sqlite", 2), ("postgresql", 3)])
def test_each_database_is_told_to_refuse_changes(vendor, statements):
    sql = _list_sql(vendor)
    assert len(sql) == statements
    assert all("CREATE" in one for one in sql)
