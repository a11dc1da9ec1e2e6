"""The wall, tried: two hundred markers about people in a month, and none on the other side.

Both sites run as they do for people: own processes, folders, databases and keys. What is written in
every field about people on one side is looked for, byte by byte, in everything that the other side
has, and in what this side keeps in clear.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from patrolwise.web.vault.keyring import read_keyring

from .. import matrix

HERE = Path(__file__).parent
CALL = "from django.core.management import call_command"  # a process does steps in a row
pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="the files are those of the embedded database"
)


def run_site(root, site, *arguments):
    other = "police" if site == "outreach" else "outreach"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    environ = kept | {
        "PATROLWISE_DATA": str(root / site),
        "PATROLWISE_DEMO": "yes",
        "PATROLWISE_HOSTS": "testserver,127.0.0.1",
        "PATROLWISE_EXCHANGE": str(root / "exchange"),
        "PATROLWISE_EXCHANGE_PEER": str(root / other / "exchange-key.pub"),
    }
    command = [sys.executable, "-m", "patrolwise.web", site, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """Return the markers, the folder of both sites, and what each side printed and logged."""
    root = tmp_path_factory.mktemp("wall")
    told = {"police": b"", "outreach": b""}

    def run(site, *steps):
        out, log = run_site(root, site, "shell", "-c", "\n".join((CALL, *steps)))
        told[site] += out + log
        return out

    for site in told:
        out, log = run_site(root, site, "init")
        told[site] += out + log
    police = read_script("taint_police.py")
    exchange = "call_command('exchange')"
    run("police", police, exchange)
    run("outreach", exchange)
    told["outreach"] = b""
    out = run("outreach", read_script("taint_world.py"), exchange)
    line = next(one for one in out.splitlines() if one.startswith(b"MARKERS "))
    told["outreach"] = told["outreach"].replace(line, b"")
    backup = f"call_command('backup', {str(root / 'police' / 'backup.tar.gz')!r})"
    assert b"read every page" in run("police", exchange, police, backup)
    backup = f"call_command('backup', {str(root / 'outreach-backup.tar.gz')!r})"
    run("outreach", exchange, backup, "call_command('dumpdata')")
    return json.loads(line.removeprefix(b"MARKERS ")), root, told


def read_script(name):
    """Return what runs a file's text as a module's of its own, as functions in it need it to."""
    text = (HERE / name).read_text(encoding="utf-8")
    return f"exec(compile({text!r}, {name!r}, 'exec'), {{'__name__': '__main__'}})"


def find_markers(markers, data):
    held = list(matrix.unpack(data))  # a backup is packed, and so are its files
    return [marker for marker in markers if any(marker.encode() in one for one in held)]


def files_of(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_there_are_two_hundred_markers(month):
    assert len(set(month[0])) == len(month[0]) >= 200


def test_no_marker_is_anywhere_on_the_police_side(month):
    markers, root, told = month
    files = files_of(root / "police")
    assert any(path.name == "patrolwise.sqlite3" for path in files)
    for path in files:
        assert find_markers(markers, path.read_bytes()) == [], path
    assert find_markers(markers, told["police"]) == []


def test_no_marker_crosses_the_exchange(month):
    markers, root, _ = month
    for path in files_of(root / "exchange"):
        assert find_markers(markers, path.read_bytes()) == [], path


def test_no_marker_is_in_clear_in_outreachs_own_files(month):
    """The database without its keys, the backup, the files and their write-ahead log."""
    markers, root, _ = month
    files = [*files_of(root / "outreach"), root / "outreach-backup.tar.gz"]
    assert any(path.name == "patrolwise.sqlite3" for path in files)
    for path in files:
        assert find_markers(markers, path.read_bytes()) == [], path


def test_no_marker_is_in_outreachs_logs_or_dumps(month):
    markers, _, told = month
    assert b"django.request" in told["outreach"]  # something was logged
    assert find_markers(markers, told["outreach"]) == []


def test_no_key_is_in_the_backup(month):
    _, root, _ = month
    ring = read_keyring(root / "outreach" / "keyring.json")
    held = list(matrix.unpack((root / "outreach-backup.tar.gz").read_bytes()))
    assert any(data.startswith(b"SQLite format 3") for data in held)
    for key in ring.keys:
        forms = (key.secret, base64.b64encode(key.secret), key.secret.hex().encode())
        assert not [form for form in forms if any(form in data for data in held)]


def test_the_markers_are_there_for_who_has_the_keys(month):
    """Else the tests above would hold for an empty site."""
    _, root, _ = month
    out, _ = run_site(
        root,
        "outreach",
        "shell",
        "-c",
        "from patrolwise.web.casework.models import Engagement as E\n"
        "print([one.alias for one in E.objects.all()])",
    )
    assert b"mxv" in out
