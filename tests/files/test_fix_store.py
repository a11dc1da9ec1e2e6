"""What a fix store keeps, how it is laid out, and what is no fix store."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files import fix_store
from patrolwise.files.fix_store import (
    SCHEMA_NAME,
    STORED,
    is_fix_store,
    is_simulated_store,
    scan_fixes,
    write_fixes,
)
from patrolwise.tables import FIXES, UTC_TIME, make_table
from patrolwise.times import patrol_day

START = datetime(2024, 6, 1, 3, 59, 59, tzinfo=UTC)


def fixes_of(device="a", count=3, every_s=1, **more):
    times = [START + timedelta(seconds=every_s * n) for n in range(count)]
    columns = {
        "device_id": [device] * count,
        "time": pl.Series(times, dtype=UTC_TIME),
        "x": [458_000.0 + n for n in range(count)],
        "y": [304_000.0] * count,
        "source": ["walk.gpx"] * count,
        "row": range(count),
        **more,
    }
    return make_table(FIXES, columns)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.parquet"


def test_a_store_keeps_what_fixes_say_in_order(path):
    fixes = pl.concat(
        [fixes_of("b"), fixes_of("a", accuracy_m=[5.0, None, 7.0], is_mock=[True] * 3)]
    )
    write_fixes(path, fixes.reverse())
    stored = scan_fixes(path).collect()
    assert stored.columns == list(STORED)
    assert stored.equals(fixes.select(STORED).sort("device_id", "time"))


@pytest.mark.parametrize("simulated", [False, True])
def test_a_store_says_what_it_is_and_whether_it_is_simulated(path, simulated):
    write_fixes(path, fixes_of(), simulated=simulated)
    assert is_fix_store(path)
    assert is_simulated_store(path) is simulated
    notes = pl.read_parquet_metadata(path)
    assert (notes["schema"], notes["simulated"]) == (SCHEMA_NAME, str(simulated).lower())


def test_no_fixes_are_a_store_too(path):
    write_fixes(path, make_table(FIXES))
    assert scan_fixes(path).collect().height == 0


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(1, 9)), max_size=12),
    st.integers(1, 12),
)
def test_a_row_group_to_be_holds_whole_device_days_and_few_more_than_the_least(parts, least):
    frames = [
        make_table(
            FIXES,
            {
                "device_id": [device] * count,
                "time": pl.Series([START + timedelta(days=day)] * count, dtype=UTC_TIME),
                "x": [0.0] * count,
                "y": [0.0] * count,
            },
        )
        for device, day, count in parts
    ]
    fixes = pl.concat([make_table(FIXES), *frames]).sort("device_id", "time")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fix_store, "LEAST_ROWS", least)
        grouped = fix_store._in_row_groups(fixes)
    assert grouped.equals(fixes)
    days = fixes.select("device_id", patrol_day(pl.col("time"))).rows()
    edges = [0]
    for length in grouped["x"].chunk_lengths():
        edges.append(edges[-1] + length)
    for edge in edges[1:-1]:
        assert days[edge - 1] != days[edge]
    longest = max((days.count(day) for day in set(days)), default=0)
    for first, last in pairwise(edges[:-1]):
        assert least <= last - first < least + longest


def test_the_file_has_the_row_groups_that_were_meant(path):
    parquet = pytest.importorskip("pyarrow.parquet")
    fixes = pl.concat([fixes_of(name, 30_000, 8) for name in "abcdefg"])
    write_fixes(path, fixes)
    meta = parquet.ParquetFile(path).metadata
    rows = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
    assert len(rows) > 1
    assert sum(rows) == fixes.height
    assert all(fix_store.LEAST_ROWS <= count < 200_000 for count in rows[:-1])
    assert meta.row_group(0).column(0).compression == "ZSTD"
    days = fixes.sort("device_id", "time").select("device_id", patrol_day(pl.col("time"))).rows()
    edges = [sum(rows[:n]) for n in range(1, len(rows))]
    assert all(days[edge - 1] != days[edge] for edge in edges)


@pytest.mark.parametrize("name", ["store.csv", "none/store.parquet"])
def test_a_store_that_could_not_be_written_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"Give another name|does not exist"):
        write_fixes(tmp_path / name, fixes_of())
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_replaced_whole_or_not_at_all(path, monkeypatch):
    write_fixes(path, fixes_of(count=1))

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_fixes(path, fixes_of(count=3))
    assert scan_fixes(path).collect().height == 1
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_table_of_fixes_is_not_written(path):
    with pytest.raises(InputError, match="fixes lacks"):
        write_fixes(path, pl.DataFrame({"device_id": ["a"]}))
    assert not path.exists()


def test_other_files_are_no_stores(tmp_path, path):
    table = tmp_path / "table.parquet"
    fixes_of().write_parquet(table)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(table.read_bytes()[:200])
    text = tmp_path / "text.parquet"
    text.write_text("PAR, but not 1")
    for other in (table, cut, text):
        assert not is_fix_store(other)
        with pytest.raises(InputError, match="is no fix store"):
            scan_fixes(other)
    assert not is_fix_store(path)
    assert not is_simulated_store(path)
    with pytest.raises(InputError, match="there is no such file"):
        scan_fixes(path)


def test_a_store_that_something_else_wrote_is_refused_by_its_columns(path):
    frame = fixes_of().select(STORED).drop("y").with_columns(pl.col("x").cast(pl.Int32))
    frame.write_parquet(path, metadata={"schema": SCHEMA_NAME})
    with pytest.raises(InputError, match="its x, y are not as in FIXES"):
        scan_fixes(path)
