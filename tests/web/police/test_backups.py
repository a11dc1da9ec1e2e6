"""A backup is put back as it was, or not at all."""

import io
import json
import shutil
import sqlite3
import tarfile
from datetime import UTC, datetime

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts import backups
from patrolwise.web.accounts.backups import make_backup, restore_backup

from .conftest import run_site

NOW = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def database_in(folder):
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "patrolwise.sqlite3")}


@pytest.fixture
def site(tmp_path):
    """Return the folder of a small site: a database that somebody writes to, and files."""
    folder = tmp_path / "site"
    (folder / "files" / "2026").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "static" / "shell.css").write_text("x")
    (folder / "secret-key").write_text("s" * 60)
    (folder / "files" / "2026" / "crimes.parquet").write_bytes(b"rows")
    with sqlite3.connect(folder / "patrolwise.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (x INTEGER)")
        database.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(100)])
    return folder


def back_up(site, tmp_path, name="b.tar.gz"):
    out = tmp_path / name
    return out, make_backup("police", site, database_in(site), out, NOW)


def test_what_is_put_back_is_what_was_there(site, tmp_path):
    out, made = back_up(site, tmp_path)
    other = tmp_path / "other"
    found = restore_backup(out, "police", other, database_in(other))
    assert found == made
    with sqlite3.connect(other / "patrolwise.sqlite3") as database:
        assert database.execute("SELECT sum(x) FROM t").fetchone() == (4950,)
    assert (other / "files/2026/crimes.parquet").read_bytes() == b"rows"


def test_neither_the_secret_nor_what_can_be_made_anew_is_in_it(site, tmp_path):
    out, _ = back_up(site, tmp_path)
    with tarfile.open(out) as tar:
        names = set(tar.getnames())
    assert names == {"manifest.json", "database", "files/2026/crimes.parquet"}


def test_rows_that_are_not_committed_yet_are_not_in_it(site, tmp_path):
    writing = sqlite3.connect(site / "patrolwise.sqlite3")
    writing.execute("INSERT INTO t VALUES (1000000)")
    out, _ = back_up(site, tmp_path)
    writing.rollback()
    writing.close()
    other = tmp_path / "other"
    restore_backup(out, "police", other, database_in(other))
    with sqlite3.connect(other / "patrolwise.sqlite3") as database:
        assert database.execute("SELECT max(x) FROM t").fetchone() == (99,)


def test_a_backup_is_never_replaced(site, tmp_path):
    back_up(site, tmp_path)
    with pytest.raises(RefusedError, match="no backup is ever replaced"):
        back_up(site, tmp_path)


def test_a_site_that_is_there_is_never_replaced(site, tmp_path):
    out, _ = back_up(site, tmp_path)
    with pytest.raises(RefusedError, match="only where there is no site"):
        restore_backup(out, "police", site, database_in(site))


def test_a_backup_of_another_site_or_database_is_refused(site, tmp_path):
    out, _ = back_up(site, tmp_path)
    other = tmp_path / "other"
    with pytest.raises(RefusedError, match="of the police site, not of outreach"):
        restore_backup(out, "outreach", other, database_in(other))
    postgres = {"ENGINE": "django.db.backends.postgresql", "NAME": "n"}
    with pytest.raises(RefusedError, match="Set DATABASE_URL as it was"):
        restore_backup(out, "police", other, postgres)
    assert list(other.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00cut off"])
def test_what_is_no_backup_is_refused(content, tmp_path):
    out = tmp_path / "b.tar.gz"
    out.write_bytes(content)
    with pytest.raises(InputError, match="no backup that can be read"):
        restore_backup(out, "police", tmp_path / "other", database_in(tmp_path / "other"))


def pack(out, members):
    with tarfile.open(out, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def test_a_backup_that_was_changed_is_refused_and_nothing_is_put_back(site, tmp_path):
    out, _ = back_up(site, tmp_path)
    with tarfile.open(out) as tar:
        members = {name: tar.extractfile(name).read() for name in tar.getnames()}
    members["files/2026/crimes.parquet"] = b"other"
    changed, other = tmp_path / "changed.tar.gz", tmp_path / "other"
    pack(changed, members)
    with pytest.raises(InputError, match="was changed after it was made"):
        restore_backup(changed, "police", other, database_in(other))
    assert list(other.iterdir()) == []


def test_an_archive_whose_paths_lead_out_is_refused(tmp_path):
    out = tmp_path / "b.tar.gz"
    manifest = {"site": "police", "version": "1", "made": "", "vendor": "sqlite", "files": {}}
    pack(out, {"manifest.json": json.dumps(manifest).encode(), "../out.txt": b"x"})
    with pytest.raises(InputError):
        restore_backup(out, "police", tmp_path / "deep" / "o", database_in(tmp_path))
    assert not (tmp_path / "deep" / "out.txt").exists()


def test_without_the_programs_of_postgresql_it_says_what_to_install(site, tmp_path, monkeypatch):
    monkeypatch.setattr(backups.shutil, "which", lambda name: None)
    postgres = {"ENGINE": "django.db.backends.postgresql", "NAME": "n", "USER": "u"}
    with pytest.raises(InputError, match="postgresql-client"):
        make_backup("police", site, postgres, tmp_path / "b.tar.gz", NOW)


def test_postgresql_is_dumped_and_loaded_by_its_own_programs(site, tmp_path, monkeypatch):
    """Stand-ins for pg_dump and pg_restore: that we call them rightly."""
    dump = """
for a in "$@"; do
    case $a in --file=*) echo "$PGPASSWORD" >"${a#--file=}" ;; esac
done
"""
    load = f"""
eval "last=\\${{$#}}"
cp "$last" {tmp_path}/loaded
echo "$@" >{tmp_path}/said
"""
    for name, body in {"pg_dump": dump, "pg_restore": load}.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    postgres = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "n",
        "USER": "u",
        "HOST": "h",
        "PASSWORD": "secret",
    }
    out = tmp_path / "b.tar.gz"
    assert make_backup("police", site, postgres, out, NOW).vendor == "postgresql"
    restore_backup(out, "police", tmp_path / "other", postgres)
    assert (tmp_path / "loaded").read_text() == "secret\n"  # by the environment alone
    said = (tmp_path / "said").read_text()
    assert "--username=u --host=h --dbname=n" in said
    assert "secret" not in said


def test_a_program_of_postgresql_that_fails_is_told_without_the_password(tmp_path, site):
    postgres = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "n",
        "HOST": str(tmp_path),
        "PASSWORD": "verysecret",
    }
    with pytest.raises(InputError) as caught:
        make_backup("police", site, postgres, tmp_path / "b.tar.gz", NOW)
    assert "verysecret" not in str(caught.value)


def test_the_commands_back_up_a_real_site_and_put_it_back(made_site, tmp_path):
    def run(folder, *command):
        return run_site(tmp_path / folder, *command)

    shutil.copytree(made_site, tmp_path / "one")
    archive = str(tmp_path / "b.tar.gz")
    assert run("one", "backup", archive).returncode == 0
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "secret-key").write_text("s" * 60)
    done = run("two", "restore", archive)
    assert "The record is whole: 0 events" in done.stdout, done.stderr
    again = run("two", "restore", archive)
    assert again.returncode != 0
    assert "only where there is no site" in again.stderr
