"""Spark gives the library's tables, from workers that are processes of their own.

The fixes are simulated. Spark itself runs where its extra and Java are installed; what its tasks
do is tested without it as well.
"""

import gc
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.files.fix_store import write_fixes
from patrolwise.files.fix_streams import find_visits_in_store
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import KERNEL_VERSION, find_visits, join_batches
from patrolwise.places import areas_from_geometries
from patrolwise.simulate import GpsRule, add_error
from patrolwise.simulate.walks import path_table
from patrolwise.spark import visits as module
from patrolwise.spark.visits import (
    Job,
    answer_chunks,
    find_visits_on_spark,
    plan_chunks,
    read_chunk,
)
from patrolwise.tables import FIXES, UTC_TIME, make_table
from patrolwise.times import patrol_day

EVENING = datetime(2024, 6, 3, 19, tzinfo=UTC)
AREAS = areas_from_geometries(
    ["park", "square", "both"],
    [
        shapely.Point(150, 150).buffer(120),
        shapely.box(300, 0, 450, 150),
        shapely.box(0, 0, 500, 90),
    ],
)
FAR = areas_from_geometries(["far"], [shapely.box(90_000, 90_000, 90_100, 90_100)])
RULE = VisitRule(shortest_visit=timedelta(seconds=30))


def simulate_fixes(devices, nights=2, hours=11, seed=1):
    """Devices that stroll about the areas through the night: past 04:00, when patrol days end."""
    rng = np.random.default_rng(seed)
    parts = [make_table(FIXES)]
    for device in devices:
        for night in range(nights):
            steps = rng.normal(0.0, 0.8, (hours * 3600, 2)).cumsum(axis=0)
            path = path_table(device, EVENING + timedelta(days=night), 100 + abs(steps) % 400)
            parts.append(add_error(path, GpsRule(refresh_s=20.0, gap_rate_per_h=1.0), rng))
    return pl.concat(parts)


def write_cut(path, fixes, rows):
    """Write row groups of so many rows, wherever that cuts a device-day."""
    fixes.write_parquet(path, row_group_size=rows)
    return path


def assert_same(found, expected):
    for table in ("visits", "pieces", "device_days"):
        assert getattr(found, table).equals(getattr(expected, table)), table
    assert found.record == expected.record


# ---- what a task reads, without Spark


@pytest.fixture(scope="session")
def parquet():
    return pytest.importorskip("pyarrow.parquet", reason="the spark extra is not installed")


def days_of(fixes):
    return set(fixes.select("device_id", patrol_day(pl.col("time"))).rows())


@given(
    parts=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(1, 9)), max_size=9
    ),
    rows_of_group=st.integers(1, 7),
    rows_of_chunk=st.integers(1, 12),
    statistics=st.booleans(),
)
def test_chunks_share_the_rows_out_and_keep_device_days_whole(
    parquet, tmp_path_factory, parts, rows_of_group, rows_of_chunk, statistics
):
    rows = [(name, EVENING + timedelta(days=day)) for name, day, n in parts for _ in range(n)]
    places = {
        "device_id": [r[0] for r in rows],
        "time": pl.Series([r[1] for r in rows], dtype=UTC_TIME),
    }
    numbers = [float(n) for n in range(len(rows))]
    fixes = make_table(FIXES, {**places, "x": numbers, "y": numbers}).sort("device_id", "time")
    path = str(tmp_path_factory.mktemp("cut") / "fixes.parquet")
    parquet.write_table(
        fixes.to_arrow(), path, row_group_size=rows_of_group, write_statistics=statistics
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ROWS", rows_of_chunk)
        chunks = plan_chunks(path)
    read = [read_chunk(chunk) for chunk in chunks]
    together = pl.concat(read) if read else fixes.head(0)
    assert together.rows() == fixes.select(together.columns).rows() if read else not rows
    seen = [days_of(part) for part in read]
    assert sum(map(len, seen)) == len(days_of(fixes))
    assert [chunk.first for chunk in chunks[1:]] == [chunk.end for chunk in chunks[:-1]]
    assert all((c.end - c.first) * rows_of_group >= rows_of_chunk for c in chunks[:-1])


def test_a_footer_that_parts_two_devices_spares_the_look_at_the_neighbours(
    parquet, tmp_path, monkeypatch
):
    table = simulate_fixes(["a" * 300, "b" * 300], nights=1, hours=1).to_arrow()
    each = table["device_id"].to_pylist().index("b" * 300)
    monkeypatch.setattr(module, "ROWS", 1)
    path = str(tmp_path / "apart.parquet")
    with parquet.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table[:each])
        writer.write_table(table[each:])
    apart = plan_chunks(path)
    assert not any(chunk.may_begin_before or chunk.may_go_on for chunk in apart)
    parquet.write_table(table, path, row_group_size=each - 1)
    cut = plan_chunks(path)
    assert [chunk.may_go_on for chunk in cut] == [True] * (len(cut) - 1) + [False]
    assert [chunk.may_begin_before for chunk in cut] == [False] + [True] * (len(cut) - 1)


def test_row_groups_without_rows_do_no_harm(parquet, tmp_path, monkeypatch):
    fixes = simulate_fixes("a", nights=1, hours=1)
    table = fixes.to_arrow()
    path = str(tmp_path / "holes.parquet")
    with parquet.ParquetWriter(path, table.schema) as writer:
        for part in (table[:0], table[:50], table[:0], table[50:], table[:0]):
            writer.write_table(part)
    monkeypatch.setattr(module, "ROWS", 1)
    read = [read_chunk(chunk) for chunk in plan_chunks(path)]
    assert [part.height for part in read] == [fixes.height, 0, 0]


@pytest.fixture
def job(parquet, tmp_path):
    """Return a job of one chunk, as a task is told it."""
    path = write_cut(tmp_path / "one.parquet", simulate_fixes("a", nights=1, hours=1), 1000)
    index = index_areas(AREAS)
    chunks = tuple(plan_chunks(str(path)))
    return Job(chunks, index, index.sha256, KERNEL_VERSION, VisitRule(), with_pieces=False)


def answer(job, *numbers):
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict({"id": list(numbers)})
    return [row for part in answer_chunks([batch], job) for row in part.to_pylist()]


def test_a_task_answers_each_number_with_what_the_kernel_found(job):
    first, second = answer(job, 0, 0)
    assert first == second
    assert first["fault"] is None
    found = module._unpack(first["found"], first["size"])
    assert set(found.devices) == {"a"}
    assert len(found.whole) > 0


def test_a_chunk_in_which_no_device_day_begins_is_answered_with_nothing(job, monkeypatch):
    path = job.chunks[0].path
    write_cut(Path(path), pl.read_parquet(path), 100)
    monkeypatch.setattr(module, "ROWS", 100)
    cut = replace(job, chunks=tuple(plan_chunks(path)))
    assert answer(cut, 1) == [{"found": None, "size": None, "fault": None}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kernel": KERNEL_VERSION + 1}, "Install the same version on both"),
        ({"areas_sha256": "0" * 64}, "areas on a worker are not those of the driver"),
    ],
)
def test_a_worker_that_could_answer_otherwise_refuses(job, change, says):
    assert says in answer(replace(job, **change), 0)[0]["fault"]


def test_a_worker_is_not_looked_through_for_garbage_after_every_task(job):
    module._spare_the_collector.cache_clear()
    gc.unfreeze()
    answer(job, 0)
    frozen = gc.get_freeze_count()
    answer(job, 0)
    assert gc.get_freeze_count() <= frozen, "once is enough: later garbage is still found"
    assert frozen > 10_000
    gc.unfreeze()


def test_fixes_out_of_order_are_a_fault_that_names_the_file(job):
    path = job.chunks[0].path
    pl.read_parquet(path).reverse().write_parquet(path)
    said = answer(job, 0)
    assert said[0]["found"] is None
    assert said[0]["fault"].startswith(f"{path}: The fixes are not in order")


def test_a_worker_that_sees_another_file_than_the_driver_refuses(job):
    path = Path(job.chunks[0].path)
    simulate_fixes("b", nights=1, hours=2).write_parquet(path)
    assert "rows on a worker" in answer(job, 0)[0]["fault"]
    path.unlink()
    assert "cannot be read as Parquet" in answer(job, 0)[0]["fault"]


# ---- the driver, before any task runs


def test_without_pyarrow_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'patrolwise\[spark\]'"):
        plan_chunks("any.parquet")


def test_no_paths_are_refused():
    with pytest.raises(InputError, match="Give the path of at least one"):
        find_visits_on_spark(None, [], AREAS)


def test_a_path_given_twice_is_refused_and_not_counted_twice():
    with pytest.raises(InputError, match=r"b\.parquet is given 2 times"):
        find_visits_on_spark(None, ["a.parquet", "b.parquet", Path("b.parquet")], AREAS)


def test_a_file_that_is_not_there_no_parquet_or_lacks_columns_is_refused(parquet, tmp_path):
    with pytest.raises(InputError, match=r"none\.parquet cannot be read as Parquet"):
        find_visits_on_spark(None, [tmp_path / "none.parquet"], AREAS)
    text = tmp_path / "text.parquet"
    text.write_text("device,time", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        find_visits_on_spark(None, [text], AREAS)
    other = tmp_path / "other.parquet"
    pl.DataFrame({"device_id": ["a"], "x": [1.0]}).write_parquet(other)
    with pytest.raises(InputError, match="lacks time, y; it has device_id, x"):
        find_visits_on_spark(None, [f"file://{other}"], AREAS)


def test_columns_of_another_type_are_refused_all_at_once(parquet, tmp_path):
    path = tmp_path / "types.parquet"
    fixes = simulate_fixes("a", nights=1, hours=1)
    local = pl.col("time").dt.replace_time_zone(None)
    fixes.with_columns(local, pl.col("x").cast(pl.Int32)).write_parquet(path)
    with pytest.raises(InputError, match="2 faults") as error:
        plan_chunks(str(path))
    assert "time is Datetime(time_unit='us', time_zone=None)" in str(error.value)
    assert "x is Int32, not Float64" in str(error.value)
    assert "docs/how-to/run-on-spark.md" in str(error.value)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
def test_columns_that_differ_only_in_how_they_are_stored_give_the_same_fixes(
    job, parquet, tmp_path, unit, kind
):
    whole = pl.col("time").dt.truncate("1s")
    fixes = simulate_fixes("ab", nights=1, hours=1).with_columns(whole)
    path = tmp_path / "stored.parquet"
    stored = fixes.with_columns(
        pl.col("time").dt.cast_time_unit(unit),
        pl.col("accuracy_m").cast(pl.Float64),
        pl.col("device_id").cast(kind),
    )
    stored.drop("is_mock", "starts_segment").write_parquet(path)
    row = answer(replace(job, chunks=tuple(plan_chunks(str(path)))), 0)[0]
    found = module._unpack(row["found"], row["size"])
    assert_same(join_batches([found], VisitRule(), job.index), find_visits(fixes, AREAS))


def test_stores_without_a_fix_give_no_visits_and_need_no_job(parquet, tmp_path):
    path = tmp_path / "empty.parquet"
    write_fixes(path, make_table(FIXES), simulated=True)
    found = find_visits_on_spark(None, [path], AREAS)
    assert_same(found, find_visits(make_table(FIXES), AREAS))


# ---- Spark, with workers that are processes of their own


def test_workers_are_other_processes_than_the_driver(spark):
    import pyarrow as pa

    def whose(batches):
        import os

        for _ in batches:
            yield pa.RecordBatch.from_pydict({"parent": [os.getppid()], "own": [os.getpid()]})

    rows = spark.range(0, 4, 1, 4).mapInArrow(whose, "parent long, own long").collect()
    assert os.getpid() not in {row.own for row in rows} | {row.parent for row in rows}
    assert spark.sparkContext.master.startswith("local-cluster")


@pytest.mark.parametrize("with_pieces", [False, True])
def test_the_answers_are_those_of_one_process_wherever_row_groups_cut_a_device_day(
    spark, tmp_path, monkeypatch, with_pieces
):
    fixes = simulate_fixes("abcd")
    path = write_cut(tmp_path / "cut.parquet", fixes, 333)
    monkeypatch.setattr(module, "ROWS", 1500)
    assert any(chunk.may_begin_before for chunk in plan_chunks(str(path)))
    found = find_visits_on_spark(spark, [path], AREAS, RULE, with_pieces=with_pieces)
    assert found.visits.height > 20
    assert (found.pieces.height > 20) is with_pieces
    assert_same(found, find_visits_in_store(path, AREAS, RULE, with_pieces=with_pieces))
    assert_same(found, find_visits(fixes, AREAS, RULE, with_pieces=with_pieces))


def test_two_stores_give_what_their_fixes_give_together(spark, tmp_path):
    early, late = simulate_fixes("ac", seed=2), simulate_fixes("bd", seed=3)
    write_fixes(tmp_path / "early.parquet", early, simulated=True)
    write_fixes(tmp_path / "late.parquet", late, simulated=True)
    paths = [tmp_path / "late.parquet", f"file://{tmp_path / 'early.parquet'}"]
    assert len(plan_chunks(paths[1])) == 1
    found = find_visits_on_spark(spark, paths, AREAS)
    assert_same(found, find_visits(pl.concat([early, late]), AREAS))


def test_areas_where_nobody_went_have_no_visits_and_the_days_are_described_all_the_same(
    spark, tmp_path
):
    fixes = simulate_fixes("a", nights=1, hours=1)
    path = write_cut(tmp_path / "one.parquet", fixes, 10_000)
    found = find_visits_on_spark(spark, [path], FAR)
    assert found.visits.is_empty()
    assert_same(found, find_visits(fixes, FAR))


def test_what_is_wrong_on_workers_becomes_one_error_that_names_each_file(spark, tmp_path):
    fixes = simulate_fixes("ab", nights=1, hours=1)
    paths = [tmp_path / "backwards.parquet", tmp_path / "mixed.parquet", tmp_path / "good.parquet"]
    fixes.reverse().write_parquet(paths[0])
    fixes.sort("time").write_parquet(paths[1])
    simulate_fixes("c", nights=1, hours=1).write_parquet(paths[2])
    with pytest.raises(InputError) as error:
        find_visits_on_spark(spark, paths, AREAS)
    said = str(error.value)
    assert "2 faults" in said
    assert "backwards.parquet: The fixes are not in order" in said
    assert "mixed.parquet: The rows of a device are not together" in said
    assert "good.parquet" not in said
    assert "Traceback" not in said


def test_a_device_day_in_two_files_is_refused_and_not_found_twice(spark, tmp_path):
    fixes = simulate_fixes("ab", nights=1, hours=8)
    late = pl.col("time").dt.hour() < 12  # cut at midnight, and not at 04:00
    fixes.filter(~late).write_parquet(tmp_path / "one.parquet")
    fixes.filter(late).write_parquet(tmp_path / "two.parquet")
    with pytest.raises(InputError, match=r"Of 2 files: Device a .* begin at 04:00 UTC"):
        find_visits_on_spark(spark, [tmp_path / "one.parquet", tmp_path / "two.parquet"], AREAS)


def test_a_device_day_in_two_places_of_one_file_is_refused(spark, tmp_path, monkeypatch):
    fixes = simulate_fixes("ab", nights=1, hours=1)
    torn = pl.concat([fixes.filter(device_id="a"), fixes.filter(device_id="b"), fixes.head(9)])
    monkeypatch.setattr(module, "ROWS", 1)
    with pytest.raises(InputError, match=r"^Device a has fixes of 2024-06-03 in two places"):
        find_visits_on_spark(spark, [write_cut(tmp_path / "torn.parquet", torn, 50)], AREAS)
