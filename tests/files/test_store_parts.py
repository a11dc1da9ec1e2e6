"""What row groups say of their devices: told only where it is sure, and cut where rows are cut."""

from collections import deque
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.store_parts import cut_runs, merge_runs, read_device_runs, take_runs

pa = pytest.importorskip("pyarrow", reason="row groups are looked at by pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
RUNS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=8)


@pytest.fixture
def groups_of(tmp_path):
    def write(*groups, **options):
        path = tmp_path / "groups.parquet"
        schema = pa.schema({"time": pa.int64(), "device_id": pa.string()})
        with pq.ParquetWriter(path, schema, **options) as file:
            for group in groups:
                columns = {"time": list(range(len(group))), "device_id": group}
                file.write_table(pa.table(columns, schema=schema))
        return path

    return write


def test_row_groups_of_one_device_each_tell_it(groups_of):
    path = groups_of(["a"] * 3, ["a"] * 2, ["b"], ["a"] * 4)
    assert read_device_runs(path) == (("a", 5), ("b", 1), ("a", 4))


def test_a_device_of_any_length_is_told_whole(groups_of):
    long = "é" * 5_000
    runs = read_device_runs(groups_of([long] * 2, ["b"]))
    assert runs in {((long, 2), ("b", 1)), None}  # a writer may keep no bounds of long texts


@pytest.mark.parametrize(
    "groups",
    [
        (["a", "b"],),
        (["a", "a"], ["a", "b"]),
        (["a", None],),
        ([None, None],),
        (["a"], [None]),
        (),
    ],
)
def test_what_is_not_sure_is_not_told(groups_of, groups):
    assert read_device_runs(groups_of(*groups)) is None


def test_without_statistics_nothing_is_told(groups_of):
    assert read_device_runs(groups_of(["a"], write_statistics=False)) is None


def test_a_file_that_is_none_or_has_no_devices_tells_nothing(tmp_path):
    path = tmp_path / "odd.parquet"
    assert read_device_runs(path) is None
    path.write_bytes(b"PAR1 but not really")
    assert read_device_runs(path) is None
    pl.DataFrame({"time": [1], "tracker": ["a"]}).write_parquet(path)
    assert read_device_runs(path) is None
    pl.DataFrame({"time": [1], "device_id": [7]}).write_parquet(path)
    assert read_device_runs(path) is None


def test_nested_columns_before_it_do_not_shift_the_devices(tmp_path):
    path = tmp_path / "nested.parquet"
    table = pl.DataFrame({"place": [{"x": "p", "y": "q"}], "device_id": ["a"]})
    table.write_parquet(path)
    assert read_device_runs(path) == (("a", 1),)


@given(RUNS, st.integers(0, 40), st.integers(0, 40))
def test_runs_are_cut_as_their_rows_are(runs, first, last):
    rows = [device for device, n in runs for _ in range(n)]
    cut = cut_runs(tuple(runs), first, last)
    assert [device for device, n in cut for _ in range(n)] == rows[first:last]
    assert all(n > 0 for _, n in cut)


@given(RUNS, st.lists(st.integers(1, 12), max_size=9))
def test_runs_that_are_taken_piece_by_piece_are_those_of_the_rows(runs, heights):
    rows, left = [device for device, n in runs for _ in range(n)], deque(runs)
    for height in heights:
        if height > len(rows):
            break
        taken = take_runs(left, height)
        assert [device for device, n in taken for _ in range(n)] == rows[:height]
        assert all(n > 0 for _, n in taken)
        rows = rows[height:]
    assert [device for device, n in left for _ in range(n)] == rows


@given(RUNS)
def test_merged_runs_tell_the_same_rows_and_no_device_twice_in_a_row(runs):
    merged = merge_runs(runs)
    rows = [device for device, n in runs for _ in range(n)]
    assert [device for device, n in merged for _ in range(n)] == rows
    assert all(one[0] != other[0] for one, other in pairwise(merged))
