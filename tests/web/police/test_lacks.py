"""A full disk or a database that is held: people are told, nothing is half done, a retry works."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse

from patrolwise.errors import InputError
from patrolwise.web.accounts.lacks import BUSY, FULL, find_lack
from patrolwise.web.records import actions, jobs
from patrolwise.web.records.models import Upload
from patrolwise.web.records.stored_files import folder_of

LACKING = Path(__file__).with_name("lacking.py")
SIZE = "size=6m"


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def run(how, folder):
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, str(LACKING), how],
        env={**environ, "PATROLWISE_DATA": str(folder), "PATROLWISE_DEMO": "yes"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_told(told, lack):
    for name in ("upload", "post", "read", "session"):
        status, page = told["answers"][name]
        assert status == lack.status, (name, page)
        assert lack.sentence.split(",")[0].replace("'", "&#x27;") in page
    assert told["answers"]["sign-in"][0] == 429  # what cannot be counted is not let in
    assert told["meanwhile"] == {"people": 2, "uploads": 0, "files": 0, "whole": True}
    assert told["again"] == {"upload": 302, "post": 200, "read": 200}
    assert told["after"] == {"people": 3, "uploads": 1, "files": 1, "whole": True}


def test_a_full_disk_is_told_and_nothing_is_half_done(small_disk):
    check_told(run("full", small_disk), FULL)


def test_a_database_that_another_holds_is_told_and_nothing_is_half_done(tmp_path):
    check_told(run("locked", tmp_path / "site"), BUSY)


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (OSError(errno.ENOSPC, "x"), FULL),
        (OSError(errno.EDQUOT, "x"), FULL),
        (OSError(errno.ENOENT, "x"), None),
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("database is locked"), BUSY),
        (caused(OperationalError("x"), psycopg.errors.DiskFull("No space left on device")), FULL),
        (caused(OperationalError("x"), psycopg.errors.LockNotAvailable("x")), BUSY),
        (caused(InputError("x"), OSError(errno.ENOSPC, "x")), FULL),
        (ValueError("x"), None),
        (None, None),
    ],
)
def test_a_lack_is_told_from_other_failures(error, lack):
    assert find_lack(error) is lack


def test_what_is_no_lack_still_has_its_own_page(sign_in, monkeypatch):
    def fail():
        raise ValueError

    client = sign_in("analyst")
    client.raise_request_exception = False
    monkeypatch.setattr("patrolwise.web.records.queries.list_uploads", fail)
    page = client.get(reverse("uploads"))
    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()


def test_a_host_that_is_not_ours_is_still_a_bad_request(client):
    page = client.get("/health/", headers={"host": "elsewhere.example"})
    assert page.status_code == 400


def test_of_several_files_it_is_said_which_were_not_taken(sign_in, settings, tmp_path, monkeypatch):
    settings.DATA_FOLDER = tmp_path
    add, taken = actions.add_upload, []

    def take_one(**given):
        if taken:
            raise OperationalError("database is locked")
        taken.append(add(**given))

    monkeypatch.setattr(actions, "add_upload", take_one)
    files = [SimpleUploadedFile(f"{n}.geojson", b"x" * n) for n in (1, 2, 3)]
    data = {"kind": "areas", "sent": files}
    page = sign_in("analyst").post(reverse("upload-new"), data, follow=True).content.decode()
    assert "2.geojson, 3.geojson: The site" in page
    assert Upload.objects.get().name == "1.geojson"
    assert len(list(folder_of("incoming").iterdir())) == 1


def test_a_single_file_that_was_not_taken_is_answered_as_a_lack(
    sign_in, settings, tmp_path, monkeypatch
):
    settings.DATA_FOLDER = tmp_path

    def take_none(**given):
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "add_upload", take_none)
    sent = [SimpleUploadedFile("2022-06-leicestershire-street.csv", b"x")]
    response = sign_in("analyst").post(reverse("upload-new"), {"kind": "crimes", "sent": sent})
    assert response.status_code == 503
    assert BUSY.sentence in response.content.decode().replace("&#x27;", "'")
    assert not Upload.objects.exists()


def test_files_are_dropped_where_tidying_up_before_them_meets_a_lack(
    sign_in, settings, tmp_path, monkeypatch
):
    settings.DATA_FOLDER = tmp_path

    def fail():
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "tidy_up", fail)
    sent = [SimpleUploadedFile("1.geojson", b"x")]
    response = sign_in("analyst").post(reverse("upload-new"), {"kind": "areas", "sent": sent})
    assert response.status_code == 503
    assert not list(folder_of("incoming").iterdir())


def test_a_reading_that_met_a_full_disk_says_so_and_can_be_had_again():
    assert "have it read again" in jobs._reason(OSError(errno.ENOSPC, "x"))
