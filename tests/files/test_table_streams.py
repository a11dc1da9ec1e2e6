"""A table written part by part is the table written at once, or nothing."""

import tempfile
import threading
from itertools import repeat
from pathlib import Path

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.table_files import write_table
from patrolwise.files.table_streams import TableWriter

TABLE = pl.DataFrame({"area_id": ["a", "b", None, "d"], "minutes": [1.5, 2.0, 0.25, None]})
READ = {".csv": pl.read_csv, ".parquet": pl.read_parquet}


def refuse(*args, **kwargs):
    raise OSError(28, "No space left on device")


def write_twice(path, table, *columns):
    with TableWriter(path) as writer:
        writer.append(table)
        writer.append(table.select(*columns))


@pytest.mark.parametrize("ending", READ)
@pytest.mark.parametrize("rows", [1, 3, 4])
def test_parts_are_the_table_and_nothing_else_is_left_in_the_folder(tmp_path, ending, rows):
    path, whole = tmp_path / f"t{ending}", tmp_path / f"whole{ending}"
    with TableWriter(path) as writer:
        for start in range(0, TABLE.height, rows):
            writer.append(TABLE[start : start + rows])
        assert not path.exists()
    write_table(whole, TABLE)
    assert READ[ending](path).equals(TABLE)
    assert READ[ending](path).schema == READ[ending](whole).schema
    assert {found.name for found in tmp_path.iterdir()} == {path.name, whole.name}


@pytest.mark.parametrize("ending", READ)
def test_a_table_of_no_rows_has_its_columns(tmp_path, ending):
    with TableWriter(tmp_path / f"t{ending}") as writer:
        writer.append(TABLE.clear())
    assert READ[ending](tmp_path / f"t{ending}").columns == TABLE.columns


@pytest.mark.parametrize("ending", READ)
def test_an_error_halfway_or_no_part_at_all_leaves_the_old_file_whole(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    path.write_text("old")
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        write_twice(path, TABLE, "absent")
    with TableWriter(path):
        pass
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def write_on(path, parts):
    with TableWriter(path) as writer:
        for part in parts:
            writer.append(part)


def test_a_disk_that_refuses_while_parts_are_made_stops_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", refuse)
    parts = repeat(TABLE, 1_000)
    with pytest.raises(InputError, match="No space left"):
        write_on(tmp_path / "t.parquet", parts)
    assert next(parts) is not None
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_work_is_told_and_not_that_of_the_disk(tmp_path, monkeypatch):
    failed = threading.Event()

    def refuse_late(*args, **kwargs):
        failed.wait(10.0)
        refuse()

    def parts():
        yield TABLE
        failed.set()
        raise KeyError("mine")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", refuse_late)
    with pytest.raises(KeyError, match="mine"):
        write_on(tmp_path / "t.parquet", parts())
    assert not list(tmp_path.iterdir())


def test_a_wrong_ending_and_a_missing_folder_are_said_before_any_work(tmp_path):
    with pytest.raises(InputError, match=r"must end in \.parquet or \.csv"):
        TableWriter(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match="does not exist"):
        TableWriter(tmp_path / "absent" / "t.csv")


@pytest.mark.parametrize(
    ("ending", "where", "name"),
    [
        (".csv", pl.DataFrame, "write_csv"),
        (".parquet", pl.LazyFrame, "sink_parquet"),
        (".csv", Path, "replace"),
        (".csv", tempfile, "TemporaryDirectory"),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_file_whole(tmp_path, monkeypatch, ending, where, name):
    path = tmp_path / f"t{ending}"
    path.write_text("old")
    monkeypatch.setattr(where, name, refuse)
    with pytest.raises(InputError, match=r"No space left on device\. Name another"):
        write_twice(path, TABLE)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
