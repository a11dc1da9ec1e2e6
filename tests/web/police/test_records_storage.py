"""Files beside the database: whole or not there, and none left behind."""

import os
import subprocess
import sys

import polars as pl
import pytest

from patrolwise.web.records import stored_files
from patrolwise.web.records.actions import tidy_up
from patrolwise.web.records.reading_lock import hold, is_held
from patrolwise.web.records.stored_files import (
    INCOMING,
    PROGRAMMES,
    TABLES,
    WORK,
    below_data,
    find_stored,
    folder_of,
    forget,
    named_as_sent,
    sweep,
    write_table_whole,
)

TABLE = pl.DataFrame({"a": [1, 2]})


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def test_a_table_is_there_whole_under_a_name_that_nobody_guesses():
    path = write_table_whole(TABLE)
    assert pl.read_parquet(path).equals(TABLE)
    assert len(path.stem) == 32
    assert find_stored(below_data(path)) == path


def test_a_table_that_could_not_be_written_leaves_nothing(monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_table_whole(TABLE)
    assert list(folder_of(TABLES).iterdir()) == []


def test_what_is_forgotten_is_gone_and_the_rest_stays():
    path, other = write_table_whole(TABLE), write_table_whole(TABLE)
    programme = folder_of(PROGRAMMES) / "p" / "inner"
    programme.mkdir(parents=True)
    (programme / "programme.toml").touch()
    forget(below_data(path))
    forget(below_data(path))
    forget("")
    forget(below_data(programme / "programme.toml"))
    assert not path.exists()
    assert other.exists()
    assert list(folder_of(PROGRAMMES).iterdir()) == []


def test_what_no_row_names_is_swept_away_a_day_later():
    named, lost = write_table_whole(TABLE), write_table_whole(TABLE)
    part = folder_of(INCOMING) / "half.part"
    part.write_bytes(b"half")
    for folder in ("kept", "lost"):
        (folder_of(PROGRAMMES) / folder).mkdir()
        (folder_of(PROGRAMMES) / folder / "programme.toml").touch()
    (folder_of(WORK) / "old").mkdir()
    names = {below_data(named), "files/programmes/kept/programme.toml"}
    now = lost.stat().st_mtime
    assert sweep(names, now=now + 60) == 0
    assert sweep(names, now=now + 100_000) == 4
    assert named.exists()
    assert [path.name for path in folder_of(PROGRAMMES).iterdir()] == ["kept"]
    assert sweep(names) == 0


def test_tidying_up_keeps_what_uploads_name(db):
    path = write_table_whole(TABLE)
    os.utime(path, (1, 1))
    assert tidy_up() == 1
    assert not path.exists()


def test_a_file_stands_under_its_own_name_while_it_is_read():
    path = write_table_whole(TABLE)
    with named_as_sent(below_data(path), "../my table.parquet") as shown:
        assert shown.name == "my table.parquet"
        assert pl.read_parquet(shown).equals(TABLE)
    assert list(folder_of(WORK).iterdir()) == []
    assert path.exists()


def test_a_lock_goes_with_the_process_that_held_it(data_folder):
    code = (
        "import fcntl, os, signal\n"
        f"file = open({str(folder_of(WORK) / 'upload-7.lock')!r}, 'w')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert is_held(7)
        with hold(7) as is_free:
            assert not is_free
        other.kill()
        other.wait()
    assert not is_held(7)
