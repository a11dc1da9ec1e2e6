"""A store gives the visits that its fixes give in memory, however it is cut, read and worked on."""

import math
import threading
import time
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files import fix_streams, store_parts
from patrolwise.files.fix_store import write_fixes
from patrolwise.files.fix_streams import (
    find_visits_in_store,
    scan_store,
    stream_visits_in_store,
)
from patrolwise.patrols import visit_rows
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.day_batches import FIX_COLUMNS
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import find_visits
from patrolwise.places import areas_from_geometries
from patrolwise.simulate import GpsRule, Round, Stay, add_error, walk_round
from patrolwise.simulate.walks import ON_FOOT
from patrolwise.tables import FIXES, make_table

AREAS = areas_from_geometries(
    ["a", "b", "c"],
    [shapely.box(0, 0, 150, 150), shapely.box(120, 0, 260, 150), shapely.box(600, 0, 750, 150)],
)
ROWS = (1, 3, 17, 50, 64, 200, 10_000)


def simulated(seed=1, devices=2, days=3, stay_s=900):
    """Return FIXES of simulated patrols that come and go for some days."""
    rng = np.random.default_rng(seed)
    begins = pl.datetime(2024, 6, 7, 21, 30, time_zone="UTC")
    tables = []
    for device in range(devices):
        for day in range(days):
            start = pl.select(begins + timedelta(days=day, minutes=7 * device)).item()
            stays = tuple(Stay(area, stay_s) for area in ("a", "c", "b", "c"))
            round_ = Round(unit_id=f"u{device}", start=start, base=(400.0, 300.0), stays=stays)
            path = walk_round(round_, AREAS, ON_FOOT, rng)
            tables.append(add_error(path, GpsRule(refresh_s=20.0, gap_rate_per_h=1.0), rng))
    return pl.concat(tables).sort("device_id", "time")


FIXES_MADE = simulated()


@pytest.fixture
def store_of(tmp_path):
    """Return a writer of plain Parquet, the fixes as they are given."""

    def write(fixes, **options):
        path = tmp_path / "fixes.parquet"
        fixes.write_parquet(path, **options)
        return path

    return write


def assert_same(found, other):
    assert found.record == other.record
    for name in ("visits", "pieces", "device_days"):
        assert getattr(found, name).equals(getattr(other, name), null_equal=True), name


def test_the_made_fixes_make_visits_enough_for_a_comparison():
    found = find_visits(FIXES_MADE, AREAS, with_pieces=True)
    assert found.visits.height > 20
    assert found.device_days.height == 6
    assert found.pieces.height > found.visits.height


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("rows", [*ROWS, None])
def test_batches_that_cut_device_days_anywhere_give_what_memory_gives(
    store_of, monkeypatch, rows, threads
):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    path = store_of(FIXES_MADE)
    found = find_visits_in_store(path, AREAS, threads=threads, with_pieces=True)
    assert_same(found, find_visits(FIXES_MADE, AREAS, with_pieces=True))


@pytest.mark.parametrize("group", [1, 40, 333, 100_000])
def test_row_groups_of_any_size_give_what_memory_gives(store_of, group):
    found = find_visits_in_store(store_of(FIXES_MADE, row_group_size=group), AREAS)
    assert_same(found, find_visits(FIXES_MADE, AREAS))


@pytest.fixture
def one_device_a_group(tmp_path):
    """Write a store in which no row group has two devices, and each device some."""
    pq = pytest.importorskip("pyarrow.parquet", reason="row groups are looked at by pyarrow")
    path = tmp_path / "groups.parquet"
    with pq.ParquetWriter(path, FIXES_MADE.select(FIX_COLUMNS).to_arrow().schema) as file:
        for own in FIXES_MADE.partition_by("device_id"):
            file.write_table(own.select(FIX_COLUMNS).to_arrow(), row_group_size=333)
    return path


@pytest.mark.parametrize("rows", [*ROWS, None])
def test_devices_told_by_row_groups_give_what_their_column_gives(
    one_device_a_group, monkeypatch, rows
):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    parts = list(fix_streams._whole_days(one_device_a_group))
    assert all("device_id" not in part.fixes.columns for part in parts)
    told = [device for part in parts for device, n in part.runs for _ in range(n)]
    assert told == FIXES_MADE["device_id"].to_list()
    assert all(sum(n for _, n in part.runs) == part.height for part in parts)
    found = find_visits_in_store(one_device_a_group, AREAS, with_pieces=True)
    assert_same(found, find_visits(FIXES_MADE, AREAS, with_pieces=True))


def test_without_pyarrow_the_column_is_read(one_device_a_group, monkeypatch):
    monkeypatch.setattr(store_parts, "find_spec", lambda name: None)
    assert store_parts.read_device_runs(one_device_a_group) is None
    assert_same(find_visits_in_store(one_device_a_group, AREAS), find_visits(FIXES_MADE, AREAS))


def test_a_store_that_the_library_wrote_gives_what_memory_gives(tmp_path):
    path = tmp_path / "store.parquet"
    write_fixes(path, FIXES_MADE.sample(fraction=1.0, shuffle=True, seed=3))
    assert_same(find_visits_in_store(path, AREAS), find_visits(FIXES_MADE, AREAS))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(0, 5),  # day
            st.integers(0, 86_399),  # second of the patrol day
            st.integers(-50, 800),
        ),
        min_size=1,
        max_size=60,
        unique_by=lambda row: row[:3],
    ),
    st.sampled_from(ROWS),
    st.integers(1, 3),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_fixes_in_any_batches_give_what_memory_gives(
    tmp_path, monkeypatch, drawn, rows, threads
):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    begin = pl.select(pl.datetime(2024, 6, 7, 4, time_zone="UTC")).item()
    columns = {
        "device_id": [row[0] for row in drawn],
        "time": [begin + timedelta(days=row[1], seconds=row[2]) for row in drawn],
        "x": [float(row[3]) for row in drawn],
        "y": [75.0] * len(drawn),
    }
    fixes = make_table(FIXES, columns).sort("device_id", "time")
    path = tmp_path / "drawn.parquet"
    fixes.write_parquet(path, row_group_size=max(1, len(drawn) // 3))
    found = find_visits_in_store(path, AREAS, threads=threads, with_pieces=True)
    assert_same(found, find_visits(fixes, AREAS, with_pieces=True))


@pytest.mark.parametrize("rows", [1, 7, 100, 5_000])
def test_one_giant_device_day_is_kept_whole(store_of, monkeypatch, rows):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    giant = simulated(seed=2, devices=1, days=1, stay_s=2_400)
    assert_same(find_visits_in_store(store_of(giant), AREAS), find_visits(giant, AREAS))


@pytest.mark.parametrize("rows", [10, 30])
def test_batches_that_end_where_days_end_are_handed_on_one_by_one(store_of, monkeypatch, rows):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    day = FIXES_MADE[:30]
    days = [day.with_columns(pl.col("time") + timedelta(days=k)) for k in range(8)]
    parts = [part.height for part in fix_streams._whole_days(store_of(pl.concat(days)))]
    assert parts == [30] * 8  # never the whole file at once


def test_every_batch_holds_whole_device_days_and_all_fixes_come_once(store_of, monkeypatch):
    keys = ("device_id", (pl.col("time") - timedelta(hours=4)).dt.date().alias("day"))
    for rows in ROWS:
        monkeypatch.setattr(fix_streams, "_ROWS", rows)
        parts = list(fix_streams._whole_days(store_of(FIXES_MADE)))
        assert all(part.runs is None for part in parts)
        seen = pl.concat([part.fixes.select(keys).unique() for part in parts])
        assert seen.height == 6
        assert pl.concat([part.fixes for part in parts]).equals(
            FIXES_MADE.select(parts[0].fixes.columns)
        )


def test_another_rule_is_used(store_of):
    rule = VisitRule(shortest_visit=timedelta(minutes=10))
    found = find_visits_in_store(store_of(FIXES_MADE), AREAS, rule)
    assert_same(found, find_visits(FIXES_MADE, AREAS, rule))
    assert found.record["rule"]["shortest_visit"] == 600.0


def test_pieces_come_only_when_asked_for(store_of):
    assert find_visits_in_store(store_of(FIXES_MADE), AREAS).pieces.is_empty()


def test_an_empty_store_has_no_visits(store_of):
    found = find_visits_in_store(store_of(FIXES_MADE.clear()), AREAS)
    assert_same(found, find_visits(FIXES_MADE.clear(), AREAS))
    assert found.record["fixes"] == 0


@pytest.mark.parametrize("absent", ["accuracy_m", "is_mock", "starts_segment"])
def test_a_column_that_may_be_null_may_be_absent(store_of, absent):
    null = FIXES_MADE.with_columns(pl.lit(None, FIXES.schema[absent]).alias(absent))
    found = find_visits_in_store(store_of(FIXES_MADE.drop(absent)), AREAS)
    assert_same(found, find_visits(null, AREAS))


def test_only_the_columns_that_visits_need_are_read(store_of):
    frame = scan_store(store_of(FIXES_MADE.with_columns(note=pl.lit("x"))))
    assert frame.collect_schema().names() == [
        "device_id", "time", "x", "y", "accuracy_m", "is_mock", "starts_segment",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["ms", "ns"])
def test_times_of_another_unit_are_the_same_times(store_of, unit):
    whole = FIXES_MADE.with_columns(pl.col("time").dt.truncate("1ms"))
    other = whole.with_columns(pl.col("time").dt.cast_time_unit(unit))
    assert_same(find_visits_in_store(store_of(other), AREAS), find_visits(whole, AREAS))


def test_no_thread_is_left_behind(store_of):
    before = threading.active_count()
    find_visits_in_store(store_of(FIXES_MADE), AREAS, threads=4)
    with pytest.raises(InputError):
        find_visits_in_store(store_of(FIXES_MADE.reverse()), AREAS, threads=4)
    assert threading.active_count() <= before + 1


# what is refused


@pytest.mark.parametrize("missing", ["device_id", "time", "x", "y"])
def test_a_column_that_must_be_there_is_named_with_what_there_is(store_of, missing):
    with pytest.raises(InputError, match=f"fixes.parquet lacks {missing}; it has ") as caught:
        find_visits_in_store(store_of(FIXES_MADE.drop(missing)), AREAS)
    assert "patrolwise fixes check" in str(caught.value)


@pytest.mark.parametrize(
    ("column", "change", "words"),
    [
        ("time", pl.col("time").dt.replace_time_zone(None), "time is Datetime"),
        ("time", pl.col("time").dt.convert_time_zone("Europe/London"), "time is Datetime"),
        ("time", pl.col("time").cast(pl.String), "time is String"),
        ("x", pl.col("x").cast(pl.String), "x is String, not Float64"),
        ("device_id", pl.lit(7), "device_id is Int32, not String"),
        ("accuracy_m", pl.lit("good"), "accuracy_m is String, not Float32"),
        ("is_mock", pl.lit(1), "is_mock is Int32, not Boolean"),
    ],
)
def test_a_column_of_another_kind_is_refused_with_what_it_is(store_of, column, change, words):
    with pytest.raises(InputError, match=words):
        find_visits_in_store(store_of(FIXES_MADE.with_columns(change.alias(column))), AREAS)


def test_accuracy_in_more_digits_than_needed_is_read(store_of):
    wide = FIXES_MADE.with_columns(pl.col("accuracy_m").cast(pl.Float64))
    assert_same(find_visits_in_store(store_of(wide), AREAS), find_visits(FIXES_MADE, AREAS))


@pytest.mark.parametrize("content", [b"", b"hello", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_file_that_is_no_parquet_is_refused(tmp_path, content):
    path = tmp_path / "odd.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"odd\.parquet cannot be read as Parquet"):
        find_visits_in_store(path, AREAS)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.parquet cannot be read as Parquet"):
        find_visits_in_store(str(tmp_path / "none.parquet"), AREAS)


def test_a_file_whose_end_was_lost_is_refused(store_of):
    path = store_of(FIXES_MADE)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        find_visits_in_store(path, AREAS)


def test_a_file_damaged_in_the_middle_is_refused(store_of):
    # fault F13: polars' own error came through
    path = store_of(FIXES_MADE, compression="zstd")
    content = path.read_bytes()
    assert b"\x28\xb5\x2f\xfd" in content
    path.write_bytes(content.replace(b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfe"))
    with pytest.raises(InputError, match=r"fixes\.parquet is damaged"):
        find_visits_in_store(path, AREAS)


@pytest.mark.parametrize("rows", [20, 10_000])
def test_fixes_that_are_not_in_order_are_refused(store_of, monkeypatch, rows):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    one_day = FIXES_MADE.filter(pl.col("device_id") == "u0")[:60]
    with pytest.raises(InputError, match=r"not in order|in two places"):
        find_visits_in_store(store_of(one_day.reverse()), AREAS)


@pytest.mark.parametrize("rows", [20, 100, 10_000])
def test_a_device_day_in_two_places_is_refused_in_whatever_batches(store_of, monkeypatch, rows):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    one, other = FIXES_MADE[:90], FIXES_MADE.filter(pl.col("device_id") == "u1")
    torn = pl.concat([one[:60], other, one[60:]])
    with pytest.raises(InputError, match=r"not together|in two places"):
        find_visits_in_store(store_of(torn), AREAS)


@pytest.mark.parametrize("value", [math.nan, None])
def test_a_fix_without_a_place_is_refused(store_of, value):
    holes = pl.when(pl.int_range(pl.len()) != 70).then("x").otherwise(pl.lit(value, pl.Float64))
    with pytest.raises(InputError, match=r"1 rows"):
        find_visits_in_store(store_of(FIXES_MADE.with_columns(x=holes)), AREAS)


@pytest.mark.parametrize("threads", [0, -2])
def test_there_must_be_a_thread(store_of, threads):
    with pytest.raises(InputError, match=f"threads must be at least 1, got {threads}"):
        find_visits_in_store(store_of(FIXES_MADE), AREAS, threads=threads)


def test_there_must_be_an_area(store_of):
    with pytest.raises(InputError, match="no area"):
        find_visits_in_store(store_of(FIXES_MADE), AREAS.clear())
    with pytest.raises(InputError, match="areas lacks geometry"):
        find_visits_in_store(store_of(FIXES_MADE), AREAS.drop("geometry"))


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_visits_that_come_in_parts_are_those_found_at_once(store_of, monkeypatch, chunk):
    monkeypatch.setattr(visit_rows, "_CHUNK", chunk)
    monkeypatch.setattr(fix_streams, "_ROWS", 200)
    path = store_of(FIXES_MADE)
    whole = find_visits_in_store(path, AREAS, with_pieces=True)
    with stream_visits_in_store(path, AREAS, with_pieces=True) as found:
        parts = list(found.parts)
    assert found.record == whole.record
    assert found.device_days.equals(whole.device_days)
    assert pl.concat([part.visits for part in parts]).equals(whole.visits)
    assert pl.concat([part.pieces for part in parts]).equals(whole.pieces)
    assert (len(parts) > 1) == (chunk < 10**9)


@pytest.mark.parametrize("ahead", [0, 500, 10**9])
def test_fixes_decoded_before_the_areas_are_ready_are_as_good_as_any(store_of, monkeypatch, ahead):
    monkeypatch.setattr(fix_streams, "_ROWS", 20)
    monkeypatch.setattr(fix_streams, "_AHEAD", ahead)
    path, decoded, seen = store_of(FIXES_MADE), [], []
    whole_days = fix_streams._whole_days

    def counted(path):
        for part in whole_days(path):
            decoded.append(part.height)
            yield part

    def late(areas):
        time.sleep(0.3)
        seen.append(sum(decoded))
        return index_areas(areas)

    monkeypatch.setattr(fix_streams, "_whole_days", counted)
    monkeypatch.setattr(fix_streams, "index_areas", late)
    found = find_visits_in_store(path, AREAS)
    assert found.visits.equals(find_visits(FIXES_MADE, AREAS).visits)
    few = 4 * max(decoded)  # that wait for two threads at any time
    assert seen[0] == FIXES_MADE.height if ahead == 10**9 else seen[0] <= ahead + few


@pytest.mark.parametrize("rows", [20, 10_000])
def test_a_fix_without_a_time_is_refused_wherever_a_batch_ends(store_of, monkeypatch, rows):
    monkeypatch.setattr(fix_streams, "_ROWS", rows)
    times = pl.Series([*FIXES_MADE["time"][:-1], None], dtype=FIXES_MADE["time"].dtype)
    with pytest.raises(InputError, match="1 rows have no time"):
        find_visits_in_store(store_of(FIXES_MADE.with_columns(time=times)), AREAS)
