"""What the kernel found becomes tables, the same for any split, and each device-day has a grade."""

import gc
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.patrols import visit_rows
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.day_batches import find_batch
from patrolwise.patrols.visit_rows import (
    RowsInParts,
    hold_few,
    join_days,
    list_visit_rows,
    times_of,
)
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visit_tables import (
    find_errors,
    learn_errors,
    make_day_table,
    make_piece_table,
    make_visit_table,
)
from patrolwise.patrols.visits import find_visits, join_batches, stream_visits
from patrolwise.tables import DEVICE_DAYS, UTC_TIME, VISIT_PIECES, VISITS, check_columns

from .visit_oracles import START, areas_of, fixes_of, inside_each, square

RULE = VisitRule()
TWO = areas_of(square(0), square(100), ids=["east", "west"])
INDEX = index_areas(TWO)


def batches_of(*tables, with_pieces=True):
    """Return the batches of tables of fixes, one each."""
    return [find_batch(t, INDEX, RULE, with_pieces=with_pieces) for t in tables]


def visits_of(batches):
    """Return VISITS with their error."""
    joined = join_days(batches)
    (rows,) = list_visit_rows(joined, batches)
    shares = learn_errors(joined, [rows], INDEX, RULE)
    error = find_errors(joined, rows, shares, INDEX, RULE)
    return make_visit_table(joined, rows, error, INDEX, RULE)


def pieces_of(batches):
    joined = join_days(batches)
    (rows,) = list_visit_rows(joined, batches)
    return make_piece_table(joined, rows, INDEX)


def named(device, fixes):
    return fixes.with_columns(device_id=pl.lit(device))


def day_of(fixes):
    """Return the one row of DEVICE_DAYS."""
    (row,) = find_visits(fixes, TWO).device_days.rows(named=True)
    return row


def steady(refresh, accuracy=8.0, n=60, gap=0.0):
    """Return FIXES at a steady refresh, with one silence."""
    seconds = [refresh * k + (gap if k > n // 2 else 0.0) for k in range(n)]
    return fixes_of(*((s, 75, {"accuracy_m": accuracy}) for s in seconds))


def test_microseconds_become_utc_times():
    times = times_of(np.array([0, 1_717_768_800_000_001, -1]))
    assert times.dtype == UTC_TIME
    assert times[1] == START + timedelta(microseconds=1)
    assert times[0] == datetime(1970, 1, 1, tzinfo=UTC)
    assert times[2] < times[0]


def test_batches_come_in_order_of_device_and_day_whatever_their_order():
    one, two = named("b", inside_each(0, 30, 60)), named("a", inside_each(0, 10, 70))
    three = named("a", inside_each(0, 10, 80)).with_columns(pl.col("time") - timedelta(days=3))
    batches = batches_of(one, two, three)
    joined = join_days(batches)
    assert joined.keys["device_id"].to_list() == ["a", "a", "b"]
    assert joined.keys["day"].to_list() == [date(2024, 6, 4), date(2024, 6, 7), date(2024, 6, 7)]
    assert (np.diff(joined.days.ends, axis=1)[:, 0] / 1e6).tolist() == [80.0, 70.0, 60.0]
    visits = visits_of(batches)
    assert visits["credited_s"].to_list() == [80.0, 70.0, 60.0]
    for order in ((three, one, two), (two, three, one)):
        again = batches_of(*order)
        assert visits_of(again).equals(visits)
        assert make_day_table(join_days(again)).equals(make_day_table(joined))
        assert pieces_of(again).equals(pieces_of(batches))


def test_the_batches_are_left_as_they_were():
    batch = find_batch(named("b", inside_each(0, 30)), INDEX, RULE, with_pieces=True)
    other = find_batch(named("a", inside_each(0, 30)), INDEX, RULE, with_pieces=True)
    before = batch.whole.copy(), batch.pieces.copy()
    visits_of([batch, other])
    assert np.array_equal(batch.whole, before[0])
    assert np.array_equal(batch.pieces, before[1])


def test_batches_whose_device_days_lie_between_each_other_are_put_in_order():
    first = pl.concat([named(name, inside_each(0, 30, 60)) for name in "ac"])
    second = pl.concat([named(name, inside_each(0, 10, 70)) for name in "bd"])
    batches = batches_of(first, second)
    assert not join_days(batches).are_in_order
    visits, pieces = visits_of(batches), pieces_of(batches)
    assert visits["device_id"].to_list() == ["a", "b", "c", "d"]
    assert visits["credited_s"].to_list() == [60.0, 70.0, 60.0, 70.0]
    assert pieces["device_id"].to_list() == ["a", "b", "c", "d"]
    whole = pl.concat([first, second]).sort("device_id", "time")
    assert visits.equals(visits_of(batches_of(whole)))


def test_visits_made_into_tables_a_few_at_a_time_are_those_made_at_once(monkeypatch):
    tables = [named(name, inside_each(0, 30, 60)) for name in "abcde"]
    batches = batches_of(*tables)
    whole, pieces = visits_of(batches), pieces_of(batches)
    monkeypatch.setattr(visit_rows, "_CHUNK", 2)
    found = join_batches(batches, RULE, INDEX)
    assert [rows.whole.shape[0] for rows in list_visit_rows(join_days(batches), batches)] == [
        2,
        2,
        1,
    ]
    assert found.visits.equals(whole)
    assert found.pieces.equals(pieces)
    even = batches_of(*tables[:4])  # the last part is full too: nothing is left over
    parts = list(list_visit_rows(join_days(even), even))
    assert [len(rows.whole) for rows in parts] == [2, 2]


def test_many_visits_are_not_held_and_come_out_the_same(monkeypatch):
    batches = batches_of(*(named(name, inside_each(0, 30, 60)) for name in "abcde"))
    held = join_batches(batches, RULE, INDEX)
    monkeypatch.setattr(visit_rows, "_CHUNK", 2)
    monkeypatch.setattr(visit_rows, "_MOST_HELD", 3)
    made_anew = join_batches(batches, RULE, INDEX)
    assert made_anew.visits.equals(held.visits)
    assert made_anew.pieces.equals(held.pieces)
    with ThreadPoolExecutor(1) as pool:
        rows = RowsInParts(join_days(batches), batches)
        assert hold_few(rows, pool) is rows
        monkeypatch.setattr(visit_rows, "_MOST_HELD", 5)
        assert [len(part.whole) for part in hold_few(rows, pool)] == [2, 2, 1]


@pytest.mark.parametrize("names", [["a", "b"], ["it's", 'a "b"', "back\\slash", "é\n", "{}"]])
def test_the_hash_of_all_fixes_is_that_of_the_days_as_python_writes_them(names):
    joined = join_days(batches_of(*(named(name, inside_each(0, 30, 60)) for name in names)))
    told = zip(
        *(joined.keys[name].to_list() for name in ("device_id", "day")),
        joined.days.fingerprint.tolist(),
        strict=True,
    )
    record = join_batches(
        batches_of(*(named(name, inside_each(0, 30, 60)) for name in reversed(names))), RULE, INDEX
    ).record
    by_hand = hashlib.sha256("".join(f"{day!r}" for day in told).encode()).hexdigest()
    assert record["fixes_fingerprint"] == by_hand


def test_a_device_day_that_is_in_two_batches_is_refused():
    with pytest.raises(InputError, match="Device d has fixes of 2024-06-07 in two places"):
        join_days(batches_of(inside_each(0, 30), inside_each(60, 90)))


def test_visits_of_one_day_come_by_start_then_in_the_areas_order():
    fixes = fixes_of(*((30 * k, x) for k, x in enumerate((120, 120, 120, 170, 220, 220, 220))))
    visits = visits_of(batches_of(fixes))
    check_columns(visits, VISITS, name="visits")
    assert visits["area_id"].to_list() == ["east", "west"]
    assert visits["fixes"].to_list() == [3, 7]
    assert visits["start"].is_sorted()


def test_pieces_name_the_visit_that_they_are_part_of():
    pieces = pieces_of(batches_of(inside_each(0, 10, 20, 320, 330)))
    check_columns(pieces, VISIT_PIECES, name="pieces")
    assert pieces["visit_start"].unique().to_list() == [START]
    assert pieces.height == 2
    assert pieces_of(batches_of(inside_each(0, 10), with_pieces=False)).is_empty()


def test_a_device_day_tells_what_was_given_and_what_was_left_out():
    fixes = fixes_of(
        (0, 0, {"accuracy_m": 4.0}),
        (10, 30, {"accuracy_m": 8.0}),
        (10, 30, {"accuracy_m": 9.0}),
        (20, 2_000),
        (30, 60, {"y": 115.0}),
        (40, 60, {"is_mock": True}),
        (330, 60),
    )
    row = day_of(fixes)
    check_columns(find_visits(fixes, TWO).device_days, DEVICE_DAYS, name="device_days")
    assert (row["fixes"], row["mock"], row["repeated"], row["spikes"]) == (7, 1, 1, 1)
    assert (row["first"], row["last"]) == (START, START + timedelta(seconds=330))
    assert row["accuracy_m"] == 6.0
    assert (row["observed_s"], row["gap_s"]) == (30.0, 300.0)
    assert row["spread_m"] == pytest.approx(np.hypot(60.0, 40.0))
    assert row["refresh_s"] == 20.0


def test_a_day_of_one_fix_has_no_refresh_and_grade_d():
    row = day_of(inside_each(0))
    assert row["refresh_s"] is None
    assert (row["grade"], row["first"], row["last"]) == ("D", START, START)


def test_a_day_of_mock_fixes_only_has_no_ends_and_grade_d():
    row = day_of(fixes_of((0, 75, {"is_mock": True}), (10, 75, {"is_mock": True})))
    assert (row["first"], row["last"], row["refresh_s"]) == (None, None, None)
    assert (row["grade"], row["mock"], row["fixes"]) == ("D", 2, 2)
    assert (row["observed_s"], row["gap_s"], row["spread_m"]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("refresh", "accuracy", "grade"),
    [
        (15, 15.0, "A"),
        (16, 15.0, "B"),
        (15, 15.5, "B"),
        (60, 30.0, "B"),
        (61, 30.0, "C"),
        (60, 30.5, "C"),
        (300, 100.0, "C"),
        (301, 100.0, "D"),
        (300, 101.0, "D"),
        (10, None, "A"),
        (30, None, "B"),
    ],
)
def test_the_grade_is_the_best_whose_refresh_and_accuracy_are_both_met(refresh, accuracy, grade):
    row = day_of(steady(refresh, accuracy))
    assert row["grade"] == grade
    assert row["accuracy_m"] == accuracy


@pytest.mark.parametrize(("share", "grade"), [(0.95, "A"), (0.94, "B"), (0.85, "B"), (0.84, "C"),
                                              (0.60, "C"), (0.59, "D")])  # fmt: skip
def test_silence_lowers_the_grade(share, grade):
    # 101 fixes each 10 s are 100 steps; the silence replaces one of them
    observed = 990.0
    gap = observed / share - observed - 10.0
    row = day_of(steady(10, n=101, gap=gap))
    seen = row["observed_s"] / (row["observed_s"] + row["gap_s"])
    assert seen == pytest.approx(share if gap > 110 else 1.0, abs=1e-6)
    assert row["grade"] == (grade if gap > 110 else "A")


def test_the_error_of_a_visit_is_that_of_its_device_days_accuracy_or_the_assumed_one():
    rows = [(10 * k, x) for k, x in enumerate([60, 20, 3, -4, 6, 40, 120, 150, 153, 149, 90] * 6)]
    plain = fixes_of(*rows)
    ten = plain.with_columns(accuracy_m=pl.lit(RULE.assumed_accuracy_m, pl.Float32))
    columns = ["edge_s", "variance_s2", "common_s", "credited_s"]
    assumed, told = (find_visits(f, TWO).visits.select(columns) for f in (plain, ten))
    assert assumed.equals(told)
    coarse = plain.with_columns(accuracy_m=pl.lit(30.0, pl.Float32))
    assert not find_visits(coarse, TWO).visits.select(columns).equals(told)


def test_a_step_across_an_edge_adds_a_twelfth_of_its_square():
    fixes = fixes_of((0, -600), (60, 50), (120, 50), (180, 50), (240, -600), (300, -700))
    (visit,) = find_visits(fixes, areas_of(square())).visits.rows(named=True)
    assert visit["variance_s2"] == pytest.approx(2 * 60.0**2 / 12.0)
    assert visit["edge_s"] == visit["common_s"] == 0.0


def test_a_batch_does_not_change_when_the_next_is_found_in_the_same_room():
    one = named("a", inside_each(0, 30, 60))
    first = find_batch(one, INDEX, RULE, with_pieces=True)
    before = [array.copy() for array in (first.whole, first.decimal, first.profile, first.pieces)]
    find_batch(named("b", inside_each(0, 10, 70)), INDEX, RULE, with_pieces=True)
    after = (first.whole, first.decimal, first.profile, first.pieces)
    assert len(first.whole)
    for array, same in zip(before, after, strict=True):
        assert np.array_equal(array, same)


def test_a_stream_that_is_not_read_to_its_end_leaves_no_thread_behind(monkeypatch):
    monkeypatch.setattr(visit_rows, "_CHUNK", 1)
    batches = batches_of(*(named(name, inside_each(0, 30, 60)) for name in "abcd"))
    threads = threading.active_count()
    read_in_part = stream_visits(batches, RULE, INDEX)
    next(read_in_part.parts)
    never_read = stream_visits(batches, RULE, INDEX)
    assert threading.active_count() > threads
    del read_in_part, never_read
    gc.collect()
    until = time.monotonic() + 20
    while threading.active_count() > threads and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == threads
