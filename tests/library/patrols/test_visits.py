"""Visits and credited seconds are those that a person would count by hand, from the same rule.

The twins in visit_oracles.py are slow and written from the rule's words. Walks are drawn along
one line through the areas, where shapely's distance is exact, and all over the town, where the
distance is the index's own (test_area_index.py compares that with shapely).
"""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols import day_batches
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.day_batches import find_batch
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import find_visits, join_batches
from patrolwise.tables import (
    AREAS,
    DEVICE_DAYS,
    FIXES,
    VISIT_PIECES,
    VISITS,
    check_columns,
    make_table,
)

from .visit_oracles import (
    START,
    areas_of,
    find_signed_distance,
    fixes_of,
    inside_each,
    join_by_hand,
    pieces_by_hand,
    plain_modules,
    square,
    visit_rows,
    visits_by_hand,
)

ONE = areas_of(square())
# two that adjoin, one that overlaps both, one apart: all cross the line y = 75
TOWN = areas_of(
    square(0), square(150), shapely.box(100, -40, 230, 190), square(420), ids=["a", "b", "c", "d"]
)
# x along that line: inside, on edges, and outside by what is well away from every margin
ALONG = (-700, -130, -62, -50, -38, -22, -12, -5, 0, 5, 75, 100, 120, 150, 200, 230, 242, 300, 305,
         312, 330, 352, 360, 371, 398, 420, 500, 570, 582, 622, 631, 900)  # fmt: skip
RULES = (
    VisitRule(),
    VisitRule(fixes_to_leave=1, longest_absence=timedelta(0), absence_refreshes=0.0),
    VisitRule(
        longest_step=timedelta(seconds=20),
        step_refreshes=1.2,
        longest_near=timedelta(seconds=45),
        longest_silence=timedelta(seconds=200),
        shortest_visit=timedelta(seconds=25),
        slow_refresh=timedelta(seconds=10),
        fixes_to_leave=3,
        fastest_m_s=60.0,
    ),
    VisitRule(margin_accuracies=0.0, margin_least_m=0.0, poorest_entry_m=9.0, fixes_to_leave=3),
)
STEPS = (0, 1, 1, 5, 10, 10, 30, 30, 59.5, 60, 90, 120, 120.000001, 150, 400, 601, 1_800, 1_801,
         3_000, 40_000)  # fmt: skip
ACCURACIES = (None, math.nan, -3.0, 4.0, 8.0, 12.0, 30.0, 100.0, 101.0, 150.0)


@st.composite
def walks(draw, places, most=40):
    """Return FIXES of one to three devices: gaps, repeats, mock fixes, spikes and segments."""
    tables = []
    for device in range(draw(st.integers(1, 3))):
        usual = draw(st.sampled_from([None, 1, 10, 30, 60, 130, 300]))
        step = st.sampled_from([usual] * 20 + list(STEPS)) if usual else st.sampled_from(STEPS)
        rows = draw(
            st.lists(
                st.tuples(
                    step,
                    places,
                    st.sampled_from(ACCURACIES),
                    st.sampled_from([None] * 8 + [True, False]),
                    st.sampled_from([None] * 8 + [True, False]),
                ),
                min_size=1,
                max_size=most,
            )
        )
        begins = timedelta(hours=draw(st.sampled_from([0, 13, 13.9])))
        seconds = np.round(np.cumsum([row[0] for row in rows]), 6).tolist()
        tables.append(
            fixes_of(
                *(
                    (
                        s,
                        place[0],
                        {
                            "y": place[1],
                            "device_id": f"d{device}",
                            "accuracy_m": accuracy,
                            "is_mock": mock,
                            "starts_segment": cut,
                        },
                    )
                    for s, (_, place, accuracy, mock, cut) in zip(seconds, rows, strict=True)
                ),
                start=START + begins,
            )
        )
    # of two fixes of one instant one is the more accurate: which of equals is kept has its own test
    fixes, given = pl.concat(tables), pl.col("accuracy_m")
    used = pl.when(given.is_between(0, 1e7, closed="none")).then(given).otherwise(10.0)
    fixes = fixes.with_columns(used=used)
    return fixes.unique(["device_id", "time", "used"], maintain_order=True).drop("used")


on_the_line = st.sampled_from([(float(x), 75.0) for x in ALONG])
all_over = st.tuples(
    st.integers(-90, 680).map(float), st.one_of(st.just(75.0), st.integers(-90, 260).map(float))
)


# twins


@given(walks(on_the_line), st.sampled_from(RULES))
def test_visits_are_those_that_a_person_would_count_by_hand(fixes, rule):
    found = find_visits(fixes, TOWN, rule, with_pieces=True)
    assert visit_rows(found.visits) == visits_by_hand(fixes, TOWN, rule)
    assert found.pieces.rows() == pieces_by_hand(fixes, TOWN, rule)


@given(walks(all_over), st.sampled_from(RULES))
def test_visits_all_over_the_town_are_those_counted_by_hand(fixes, rule):
    arrays = index_areas(TOWN).arrays

    def distance_of(area, x, y):
        return find_signed_distance(arrays, area, x, y)

    found = find_visits(fixes, TOWN, rule, with_pieces=True)
    assert visit_rows(found.visits) == visits_by_hand(fixes, TOWN, rule, distance_of)
    assert found.pieces.rows() == pieces_by_hand(fixes, TOWN, rule, distance_of)


def wander(seed, n=300):
    """Return FIXES of a walker who drifts across edges, with noise, silences and odd fixes."""
    rng = np.random.default_rng(seed)
    refresh = rng.choice([1, 5, 10, 30, 60, 150])
    step = np.where(rng.random(n) < 0.03, rng.exponential(900, n), refresh + rng.uniform(0, 1, n))
    seconds = np.round(np.cumsum(step), 6)
    speed = 1.3 * np.sqrt(refresh * 40.0)
    walk = np.cumsum(rng.normal(0, speed, (n, 2)), axis=0)
    # folded back at the borders of the town, so that it goes on crossing edges
    folded = np.abs(np.mod(walk + np.array([150, 75]), [1_400, 500]) - np.array([700, 250]))
    places = folded - 80
    places += rng.normal(0, rng.choice([2.0, 12.0]), (n, 2))
    accuracy = rng.choice([4.0, 8.0, 15.0, 30.0], n) * rng.uniform(0.8, 1.2, n)
    fixes = fixes_of(
        *(
            (s, x, {"y": y, "accuracy_m": a, "is_mock": m, "starts_segment": c})
            for s, x, y, a, m, c in zip(
                seconds.tolist(),
                *places.T.tolist(),
                accuracy.tolist(),
                (rng.random(n) < 0.02).tolist(),
                (rng.random(n) < 0.01).tolist(),
                strict=True,
            )
        )
    )
    if seed % 2:  # nothing odd: the quick way
        fixes = fixes.with_columns(is_mock=None, starts_segment=None)
        fixes = make_table(FIXES, fixes)
    return fixes


@given(st.integers(0, 2**32 - 1), st.sampled_from(RULES))
@settings(max_examples=40)
def test_visits_of_a_long_walk_across_edges_are_those_counted_by_hand(seed, rule):
    fixes, arrays = wander(seed), index_areas(TOWN).arrays

    def distance_of(area, x, y):
        return find_signed_distance(arrays, area, x, y)

    found = find_visits(fixes, TOWN, rule, with_pieces=True)
    assert visit_rows(found.visits) == visits_by_hand(fixes, TOWN, rule, distance_of)
    assert found.pieces.rows() == pieces_by_hand(fixes, TOWN, rule, distance_of)


def test_such_walks_come_and_go_often_enough_to_try_every_rule():
    visits = [find_visits(wander(seed), TOWN).visits for seed in range(20)]
    assert sum(one.height for one in visits) > 300
    assert sum((one["unknown_s"] > 0).sum() for one in visits) > 20
    assert sum((~one["is_pass_through"]).sum() for one in visits) > 100


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_a_long_walk_without_hysteresis_is_a_plain_geometric_join(seed):
    found = find_visits(wander(seed), TOWN, VisitRule.without_hysteresis()).visits
    assert [(*row[:6], row[8]) for row in visit_rows(found)] == join_by_hand(wander(seed), TOWN)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=5)
def test_machine_code_and_plain_python_agree_on_a_long_walk(seed):
    fixes, index = wander(seed), index_areas(TOWN)
    fast = find_batch(fixes, index, VisitRule())
    with np.errstate(over="ignore"):
        slow = plain_modules().day_batches.find_batch(fixes, index, VisitRule())
    assert np.array_equal(fast.whole, slow.whole)
    np.testing.assert_allclose(fast.decimal, slow.decimal, rtol=1e-3, atol=1e-3)


def test_machine_code_and_plain_python_agree_where_steps_are_all_alike():
    rows = [(8 * k, 150.0 + 6.0 * math.sin(k), {"accuracy_m": 8.0}) for k in range(60)]
    index = index_areas(ONE)
    fast = find_batch(fixes_of(*rows), index, VisitRule())
    with np.errstate(over="ignore"):
        slow = plain_modules().day_batches.find_batch(fixes_of(*rows), index, VisitRule())
    assert np.array_equal(fast.whole, slow.whole)
    np.testing.assert_allclose(fast.decimal, slow.decimal, rtol=1e-3, atol=1e-3)


@given(walks(all_over))
def test_without_hysteresis_visits_are_a_plain_geometric_join(fixes):
    found = find_visits(fixes, TOWN, VisitRule.without_hysteresis()).visits
    got = [(*row[:6], row[8]) for row in visit_rows(found)]
    assert got == join_by_hand(fixes, TOWN)
    assert not found["is_pass_through"].any()


def as_order(fixes):
    return fixes.sort("device_id", "time", "accuracy_m", "x", "y", nulls_last=True)


@given(walks(all_over, most=25), st.sampled_from(RULES))
@settings(max_examples=40)
def test_machine_code_and_plain_python_find_the_same_visits(fixes, rule):
    index, ordered = index_areas(TOWN), as_order(fixes)
    fast = find_batch(ordered, index, rule, with_pieces=True)
    with np.errstate(over="ignore"):  # 64 bits of a fingerprint wrap round: so they are meant to
        slow = plain_modules().day_batches.find_batch(ordered, index, rule, with_pieces=True)
    assert fast.devices == slow.devices
    for name in ("first_given", "given", "whole", "pieces"):
        assert np.array_equal(getattr(fast, name), getattr(slow, name)), name
    for one, other in zip(fast.days, slow.days, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)  # some sums are of 32 bits in Python
    np.testing.assert_allclose(fast.decimal, slow.decimal, rtol=1e-4, atol=1e-4)


@given(walks(all_over), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_any_order_of_fixes_and_any_split_into_device_days_give_the_same_bytes(fixes, chance):
    rule = VisitRule()
    whole = find_visits(fixes, TOWN, rule, with_pieces=True)
    rows = list(range(fixes.height))
    chance.shuffle(rows)
    assert_same(find_visits(fixes[rows], TOWN, rule, with_pieces=True), whole)
    index, batches = index_areas(TOWN), []
    day = (pl.col("time") - timedelta(hours=4)).dt.date()
    parts = [
        part.drop("day")
        for part in as_order(fixes)
        .with_columns(day=day)
        .partition_by("device_id", "day", maintain_order=True)
    ]
    while parts:
        size = chance.randint(1, len(parts))
        batches.append(find_batch(pl.concat(parts[:size]), index, rule, with_pieces=True))
        parts = parts[size:]
    chance.shuffle(batches)
    assert_same(join_batches(batches, rule, index), whole)


def assert_same(found, other):
    """Compare every table to the last bit, and the record."""
    assert found.record == other.record
    for name in ("visits", "pieces", "device_days"):
        assert getattr(found, name).equals(getattr(other, name), null_equal=True), name


@given(walks(all_over), st.sampled_from(RULES))
def test_credit_silence_and_visits_keep_within_what_there_is(fixes, rule):
    found = find_visits(fixes, TOWN, rule, with_pieces=True)
    visits, days = found.visits, found.device_days
    check_columns(visits, VISITS, name="visits")
    check_columns(found.pieces, VISIT_PIECES, name="pieces")
    check_columns(days, DEVICE_DAYS, name="device_days")
    long = visits["end"] - visits["start"]
    within = visits["credited_s"] <= long.dt.total_microseconds() / 1e6 + 1e-6
    assert within.all()
    by = ["device_id", "day", "area_id"]
    sums = visits.group_by(by).agg(pl.col("credited_s", "unknown_s").sum())
    beside = sums.join(days, on=["device_id", "day"])
    assert (beside["credited_s"] <= beside["observed_s"] + 1e-6).all()
    assert (beside["unknown_s"] <= beside["gap_s"] + 1e-6).all()
    pieces = (found.pieces["end"] - found.pieces["start"]).dt.total_microseconds().sum()
    assert pieces == round(visits["credited_s"].sum() * 1e6)
    assert (found.pieces["end"] > found.pieces["start"]).all()
    assert (visits["variance_s2"] >= 0).all()
    assert (visits["common_s"] >= 0).all()
    assert days["fixes"].sum() == fixes.height
    assert visits.null_count().sum_horizontal().item() == 0
    numbers = visits.select("edge_s", "variance_s2", "common_s", "refresh_s")
    assert np.isfinite(numbers.to_numpy()).all()


# one fact each


def only(fixes, areas=ONE, rule=VisitRule()):
    """Return the one visit."""
    (visit,) = find_visits(fixes, areas, rule).visits.rows(named=True)
    return visit


def credits_of(fixes, areas=ONE, rule=VisitRule()):
    """Return the credited and unknown seconds of each visit."""
    return find_visits(fixes, areas, rule).visits.select("credited_s", "unknown_s").rows()


def test_one_fix_inside_is_a_pass_through_of_no_seconds():
    visit = only(inside_each(0))
    assert (visit["credited_s"], visit["unknown_s"], visit["fixes"]) == (0.0, 0.0, 1)
    assert visit["is_pass_through"]
    assert visit["start"] == visit["end"] == START
    assert visit["refresh_s"] == 0.0


def test_fixes_none_of_which_is_inside_make_no_visit_but_a_device_day():
    found = find_visits(fixes_of((0, 500), (30, 510)), ONE)
    assert found.visits.is_empty()
    assert found.device_days["observed_s"].to_list() == [30.0]
    assert found.record["fixes"] == 2


def test_no_fixes_make_empty_tables_and_a_record():
    found = find_visits(make_table(FIXES), ONE)
    assert found.visits.equals(make_table(VISITS))
    assert found.pieces.equals(make_table(VISIT_PIECES))
    assert found.device_days.equals(make_table(DEVICE_DAYS))
    assert found.record["visits"] == found.record["fixes"] == 0


def test_a_visit_that_is_still_open_when_the_fixes_end_is_told():
    visit = only(inside_each(0, 30, 60, 90))
    assert visit["credited_s"] == 90.0
    assert visit["end"] == START + timedelta(seconds=90)
    assert not visit["is_pass_through"]


def test_the_credit_is_the_steps_begun_inside():
    visit = only(fixes_of((0, -400), (60, 75), (120, 80), (180, 600), (240, 900)))
    assert visit["start"] == START + timedelta(seconds=60)
    assert visit["end"] == START + timedelta(seconds=180)
    assert (visit["credited_s"], visit["fixes"]) == (120.0, 2)


def test_a_visit_across_four_in_the_morning_is_cut_and_the_step_across_is_nobodys():
    start = datetime(2024, 6, 8, 3, 59, tzinfo=UTC)
    fixes = fixes_of(*((s, 75) for s in (0, 30, 59, 61, 90, 150)), start=start)
    visits = find_visits(fixes, ONE).visits
    assert visits["day"].dt.day().to_list() == [7, 8]
    assert visits["credited_s"].to_list() == [59.0, 89.0]
    assert visits["start"].dt.second().to_list() == [0, 1]


def test_when_the_clocks_go_back_in_october_no_second_is_lost_or_counted_twice():
    start = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)  # 01:30 in Leicester, twice that night
    fixes = fixes_of(*((30 * k, 75) for k in range(241)), start=start)
    visit = only(fixes)
    assert visit["credited_s"] == 7_200.0
    assert visit["day"].isoformat() == "2024-10-26"


def test_a_fix_on_an_edge_that_two_areas_share_counts_in_both():
    fixes = fixes_of((0, 150), (30, 150), (60, 150), (90, 150))
    visits = find_visits(fixes, areas_of(square(0), square(150))).visits
    assert visits["area_id"].to_list() == ["a", "b"]
    assert visits["credited_s"].to_list() == [90.0, 90.0]


def test_one_stay_counts_in_every_area_that_overlaps_there():
    areas = areas_of(square(), square(50, 50, 50), square(-500, -500, 2_000))
    visits = find_visits(inside_each(0, 30, 60, 90), areas).visits
    assert visits["area_id"].to_list() == ["a", "b", "c"]
    assert visits["credited_s"].to_list() == [90.0] * 3


def test_a_gap_is_credited_to_nobody_and_reported_as_unknown():
    visit = only(inside_each(0, 30, 60, 60 + 121, 60 + 151))
    assert (visit["credited_s"], visit["unknown_s"]) == (90.0, 121.0)


def test_a_step_of_exactly_the_longest_is_credited():
    visit = only(inside_each(0, 30, 60, 60 + 120, 60 + 150))
    assert (visit["credited_s"], visit["unknown_s"]) == (210.0, 0.0)


def test_two_silences_in_one_visit_add_up():
    visit = only(inside_each(0, 10, 20, 220, 230, 240, 740, 750))
    assert (visit["credited_s"], visit["unknown_s"]) == (50.0, 700.0)


def test_silences_one_after_another_are_all_unknown():
    visit = only(inside_each(0, 10, 20, 30, 40, 240, 740, 750))
    assert (visit["credited_s"], visit["unknown_s"]) == (50.0, 700.0)


def test_a_silence_longer_than_the_longest_makes_two_visits():
    seconds = [*range(0, 130, 10), *range(120 + 1_801, 120 + 1_801 + 130, 10)]
    visits = find_visits(inside_each(*seconds), ONE).visits
    assert visits["credited_s"].to_list() == [120.0, 120.0]
    assert visits["start"].to_list()[1] == START + timedelta(seconds=1_921)
    # the silence lies between two fixes inside: it is told with the visit that it followed
    assert visits["unknown_s"].to_list() == [1_801.0, 0.0]
    seconds = [*range(0, 130, 10), *range(120 + 1_800, 120 + 1_800 + 130, 10)]
    assert credits_of(inside_each(*seconds)) == [(240.0, 1_800.0)]


def test_a_gap_that_ends_outside_is_not_unknown():
    fixes = fixes_of((0, 75), (10, 75), (20, 75), (320, 900), (330, 900))
    assert credits_of(fixes) == [(20.0, 0.0)]


def test_recording_that_stopped_is_silence_however_short():
    fixes = fixes_of((0, 75), (10, 75), (20, 75, {"starts_segment": True}), (30, 75))
    assert credits_of(fixes) == [(20.0, 10.0)]


def test_a_slow_device_is_credited_up_to_two_and_a_half_usual_steps():
    assert credits_of(inside_each(0, 300, 600, 1_350)) == [(1_350.0, 0.0)]
    assert credits_of(inside_each(0, 300, 600, 1_350.000001)) == [(600.0, 750.000001)]


def test_noise_just_outside_the_edge_does_not_cut_a_visit():
    fixes = fixes_of(*((10 * k, -15 if k % 3 == 1 else 5) for k in range(30)))
    visit = only(fixes)
    assert visit["fixes"] == 20
    assert visit["credited_s"] == 190.0  # the seconds outside are not credited


def test_one_fix_far_outside_does_not_end_a_visit_and_two_do_once_the_absence_is_long():
    rows = [(s, 75, {"accuracy_m": 8.0}) for s in range(0, 100, 10)]
    one = [*rows, (100, 220, {"accuracy_m": 8.0}), *((s, 75) for s in range(110, 300, 10))]
    assert len(credits_of(fixes_of(*one))) == 1
    away = [(s, 220, {"accuracy_m": 8.0}) for s in range(100, 200, 10)]
    back = [(s, 75, {"accuracy_m": 8.0}) for s in range(200, 300, 10)]
    assert len(credits_of(fixes_of(*rows, *away, *back))) == 2
    soon = [(s, 75, {"accuracy_m": 8.0}) for s in range(180, 300, 10)]
    assert len(credits_of(fixes_of(*rows, *away[:8], *soon))) == 1  # 80 s: bridged


def test_the_margin_follows_the_accuracy_of_the_fix():
    def visits_with(accuracy):
        away = [(s, 180, {"accuracy_m": accuracy}) for s in range(100, 300, 10)]
        rows = [(s, 75) for s in range(0, 100, 10)]
        return len(credits_of(fixes_of(*rows, *away, *((s, 75) for s in range(300, 400, 10)))))

    assert visits_with(8.0) == 2  # 30 m is beyond 16 m
    assert visits_with(20.0) == 1  # and within 40 m


def test_lingering_just_outside_for_longer_than_ten_minutes_is_another_visit():
    rows = [(s, 75) for s in range(0, 100, 10)]
    for away, visits in ((600, 1), (601, 2)):
        near = [(s, -8) for s in range(100, 95 + away, 10)]
        back = [(100 + away + s, 75) for s in range(0, 100, 10)]
        assert len(credits_of(fixes_of(*rows, *near, *back))) == visits


def test_from_two_minutes_refresh_one_fix_outside_is_enough_to_leave():
    slow = fixes_of((0, 75), (150, 75), (300, 300), (450, 75), (600, 75))
    assert len(credits_of(slow, rule=VisitRule(absence_refreshes=0.5))) == 2
    assert len(credits_of(slow)) == 1  # an absence of two usual steps is bridged


def test_less_than_a_minute_is_a_pass_through_and_a_minute_is_not():
    assert only(fixes_of((0, 75), (30, 75), (59, 500), (90, 900)))["is_pass_through"]
    assert not only(fixes_of((0, 75), (30, 75), (60, 500), (90, 900)))["is_pass_through"]


def test_silence_inside_makes_a_short_credit_a_visit():
    fixes = fixes_of(*((s, 75) for s in (0, 10, 20, 220)), *((s, 900) for s in (300, 310)))
    visit = only(fixes)
    assert not visit["is_pass_through"]


def test_a_poor_fix_cannot_begin_a_visit_but_may_continue_one():
    poor, good = {"accuracy_m": 100.1}, {"accuracy_m": 100.0}
    assert credits_of(fixes_of((0, 75, poor), (30, 75, poor), (60, 75, poor))) == []
    began = only(fixes_of((0, 75, poor), (30, 75, good), (60, 75, poor), (90, 75, poor)))
    assert began["start"] == START + timedelta(seconds=30)
    assert (began["credited_s"], began["fixes"]) == (60.0, 3)


def test_a_poor_fix_after_a_long_absence_ends_a_visit_without_beginning_another():
    rows = [(s, 75) for s in range(0, 100, 10)]
    away = [(s, 900) for s in range(100, 300, 10)]
    back = [(300, 75, {"accuracy_m": 150.0}), (310, 75, {"accuracy_m": 5.0}), (320, 75)]
    visits = find_visits(fixes_of(*rows, *away, *back), ONE).visits
    assert visits["credited_s"].to_list() == [100.0, 10.0]


@pytest.mark.parametrize("accuracy", [None, math.nan, -5.0, 0.0, math.inf, 1e8])
def test_an_accuracy_that_makes_no_sense_is_taken_as_not_reported(accuracy):
    rows = ((0, 75), (30, 145), (60, 155), (90, 75), (120, 160), (150, 500), (180, 500))
    odd = fixes_of(*((s, x, {"accuracy_m": accuracy}) for s, x in rows))
    none = find_visits(fixes_of(*rows), ONE)
    found = find_visits(odd, ONE)
    assert found.visits.equals(none.visits)
    assert found.device_days["accuracy_m"].to_list() == [None]


def test_mock_fixes_are_never_credited():
    fixes = fixes_of(*((s, 75, {"is_mock": True}) for s in (0, 30, 60)), (90, 500), (120, 500))
    found = find_visits(fixes, ONE)
    assert found.visits.is_empty()
    assert found.device_days["mock"].to_list() == [3]


def test_of_two_fixes_of_one_instant_the_more_accurate_decides_whatever_their_order():
    rows = [(0, 75), (30, 75, {"accuracy_m": 4.0}), (30, 120, {"accuracy_m": 9.0}), (60, 75)]
    rows += [(60, 140, {"accuracy_m": 4.0}), (90, 140, {"accuracy_m": 4.0})]
    found = find_visits(fixes_of(*rows), areas_of(square(0, 0, 100)))
    assert visit_rows(found.visits)[0][5] == 60 * 10**6
    assert found.device_days["repeated"].to_list() == [2]
    assert_same(find_visits(fixes_of(*rows[::-1]), areas_of(square(0, 0, 100))), found)


def test_equally_accurate_fixes_of_one_instant_give_the_same_visits_in_any_order():
    rows = [(0, 75), (30, 75), (30, 500), (60, 75), (90, 75)]
    found = find_visits(fixes_of(*rows), ONE)
    assert_same(find_visits(fixes_of(*rows[::-1]), ONE), found)


def test_a_spike_inside_is_no_visit_and_a_spike_outside_cuts_none():
    walk = [(10 * k, 1_000 + k) for k in range(20)]
    walk[10] = (100, 75)
    assert credits_of(fixes_of(*walk)) == []
    stay = [(10 * k, 75) for k in range(20)]
    stay[10] = (100, 1_000)
    assert credits_of(fixes_of(*stay)) == [(190.0, 0.0)]


@pytest.mark.parametrize("place", [1e9, -1e9, 1e300])
def test_fixes_far_outside_the_raster_are_outside(place):
    rows = [(s, 75) for s in range(0, 100, 10)]
    away = [(s, place) for s in range(100, 300, 10)]
    assert credits_of(fixes_of(*rows, *away)) == [(100.0, 0.0)]


def test_each_device_is_followed_by_itself():
    one = inside_each(*range(0, 100, 10))
    other = fixes_of(*((s, 75, {"device_id": "e"}) for s in range(5, 200, 10)))
    both = find_visits(pl.concat([other, one]), ONE).visits
    assert both["device_id"].to_list() == ["d", "e"]
    assert both["credited_s"].to_list() == [90.0, 190.0]


def test_visits_come_by_device_then_day_then_start_then_the_areas_order():
    areas = areas_of(square(150), square(0), ids=["z", "a"])
    first = fixes_of((0, 150), (30, 150), (60, 150), (90, 700), (120, 700))
    fixes = pl.concat([first.with_columns(device_id=pl.lit(name)) for name in "ba"])
    visits = find_visits(fixes, areas).visits
    assert visits["device_id"].to_list() == ["a", "a", "b", "b"]
    assert visits["area_id"].to_list() == ["z", "a", "z", "a"]


def test_pieces_are_the_unbroken_runs_of_a_visit_and_none_come_unasked():
    fixes = inside_each(0, 10, 20, 320, 330, 340)
    assert find_visits(fixes, ONE).pieces.is_empty()
    pieces = find_visits(fixes, ONE, with_pieces=True).pieces
    begin = [(t - START).total_seconds() for t in pieces["start"]]
    end = [(t - START).total_seconds() for t in pieces["end"]]
    assert (begin, end) == ([0.0, 320.0], [20.0, 340.0])
    assert pieces["visit_start"].to_list() == [START, START]


def test_what_was_found_at_once_can_be_gone_through_as_a_stream():
    found = find_visits(inside_each(0, 30, 60), ONE, with_pieces=True)
    stream = found.as_stream()
    (part,) = stream.parts
    assert part.visits.equals(found.visits)
    assert part.pieces.equals(found.pieces)
    assert stream.device_days.equals(found.device_days)
    assert stream.record == found.record


def test_the_arguments_are_left_alone():
    fixes, areas = inside_each(30, 0, 60), ONE.clone()
    before = fixes.clone()
    find_visits(fixes, areas)
    assert fixes.equals(before)
    assert areas.equals(ONE)


# what is refused


def test_a_table_that_is_not_fixes_or_not_areas_is_refused():
    with pytest.raises(InputError, match="fixes lacks time"):
        find_visits(inside_each(0).drop("time"), ONE)
    with pytest.raises(InputError, match="areas lacks geometry"):
        find_visits(inside_each(0), ONE.drop("geometry"))


def test_no_areas_are_refused_even_without_fixes():
    with pytest.raises(InputError, match="no area"):
        find_visits(make_table(FIXES), make_table(AREAS))


@pytest.mark.parametrize("column", ["device_id", "time", "x", "y"])
def test_a_fix_without_a_device_a_time_or_a_place_is_refused(column):
    fixes = inside_each(0, 30, 60)
    holes = pl.when(pl.int_range(pl.len()) != 1).then(column).alias(column)
    with pytest.raises(InputError, match=f"1 rows have no {column}"):
        find_visits(fixes.with_columns(holes), ONE)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("column", ["x", "y"])
def test_a_place_that_is_not_a_number_is_refused_and_neither_hangs_nor_crashes(column, value):
    fixes = inside_each(0, 30, 60)
    odd = pl.when(pl.int_range(pl.len()) != 1).then(column).otherwise(value).alias(column)
    with pytest.raises(InputError, match=f"{column} is not a number in 1 rows"):
        find_visits(fixes.with_columns(odd), ONE)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("flag", ["is_mock", "starts_segment", None])
@pytest.mark.parametrize("at", [(0,), (0, 30, 60)])
def test_so_is_one_alone_in_its_day_or_on_a_day_in_which_something_is_odd(value, flag, at):
    fixes = inside_each(*at).with_columns(y=pl.lit(value))
    if flag:
        fixes = fixes.with_columns(pl.lit(value=True).alias(flag))
    for find in (find_batch, plain_modules().day_batches.find_batch):
        whole = f"y is not a number in {len(at)} rows"
        with np.errstate(all="ignore"), pytest.raises(InputError, match=whole):
            find(fixes, index_areas(ONE), VisitRule())


def test_times_that_are_not_in_order_are_refused():
    with pytest.raises(InputError, match="not in order of device and time"):
        find_batch(inside_each(0, 60, 30), index_areas(ONE), VisitRule())
    with pytest.raises(InputError, match="not in order of device and time"):
        plain_modules().day_batches.find_batch(
            inside_each(0, 60, 30), index_areas(ONE), VisitRule()
        )


def test_rows_of_a_device_that_are_not_together_are_refused():
    fixes = fixes_of((0, 75), (0, 75, {"device_id": "e"}), (30, 75))
    with pytest.raises(InputError, match="rows of a device are not together"):
        find_batch(fixes, index_areas(ONE), VisitRule())


def test_a_device_day_in_two_batches_is_refused():
    index = index_areas(ONE)
    batches = [find_batch(inside_each(s, s + 30), index, VisitRule()) for s in (0, 60)]
    with pytest.raises(InputError, match="Device d has fixes of 2024-06-07 in two places"):
        join_batches(batches, VisitRule(), index)


# room


def test_columns_that_may_be_absent_may_be_absent():
    fixes = inside_each(0, 30, 60)
    index = index_areas(ONE)
    few = find_batch(fixes.select("device_id", "time", "x", "y"), index, VisitRule())
    all_of_them = find_batch(fixes, index, VisitRule())
    assert np.array_equal(few.whole, all_of_them.whole)
    assert np.array_equal(few.days.fingerprint, all_of_them.days.fingerprint)


def test_more_visits_and_pieces_than_there_was_room_for_are_all_found():
    # 100 areas that all cover the place, and a silence after each second fix
    areas = areas_of(*[square(k, 0, 200) for k in range(100)], ids=[f"{k:03d}" for k in range(100)])
    seconds = [s for k in range(40) for s in (200.0 * k, 200.0 * k + 1.0, 200.0 * k + 2.0)]
    found = find_visits(inside_each(*seconds, x=150), areas, with_pieces=True)
    assert found.visits.height == 100
    assert found.pieces.height == 4_000
    assert (found.visits["credited_s"] == 80.0).all()
    cut = VisitRule(longest_silence=timedelta(0))
    many = find_visits(inside_each(*seconds, x=150), areas, cut, with_pieces=True)
    assert many.visits.height == many.pieces.height == 4_000
    assert (many.visits["credited_s"] == 2.0).all()
    apart = find_visits(inside_each(*seconds, x=150), areas, cut)
    assert apart.visits.equals(many.visits)


def test_when_room_was_short_nothing_is_counted_twice():
    areas = areas_of(*[square(k, 0, 200) for k in range(100)], ids=[f"{k:03d}" for k in range(100)])
    seconds = [s for k in range(12) for s in (200.0 * k, 200.0 * k + 1.0)]
    rule = VisitRule(longest_silence=timedelta(0))
    fixes = inside_each(*seconds, x=150)
    many = find_batch(fixes, index_areas(areas), rule, with_pieces=True)
    with np.errstate(over="ignore"):
        slow = plain_modules().day_batches.find_batch(
            fixes, index_areas(areas), rule, with_pieces=True
        )
    assert np.array_equal(many.whole, slow.whole)
    assert np.array_equal(many.pieces, slow.pieces)
    assert many.days.seconds.tolist() == [[12_000_000, 11 * 199_000_000]]


# record


def test_the_record_is_enough_to_find_the_same_again():
    fixes = inside_each(0, 30, 60, 90)
    record = find_visits(fixes, ONE).record
    assert record["kernel"] >= 1
    assert record["rule"] == VisitRule().as_record()
    assert record["areas_sha256"] == index_areas(ONE).sha256
    assert (record["fixes"], record["device_days"]) == (4, 1)
    assert (record["visits"], record["pass_throughs"]) == (1, 0)
    assert record["refresh_s"] == {"median": 30.0, "fastest": 30.0, "slowest": 30.0}


@pytest.mark.parametrize(
    "change",
    [
        {"x": pl.col("x") + 1e-9},
        {"y": pl.col("y") - 1e-9},
        {"time": pl.col("time") + timedelta(microseconds=1)},
        {"device_id": pl.lit("e")},
        {"accuracy_m": pl.lit(5.0, pl.Float32)},
        {"is_mock": pl.lit(value=True)},
        {"starts_segment": pl.lit(value=True)},
    ],
)
def test_the_record_changes_with_any_change_of_the_fixes(change):
    fixes = inside_each(0, 30, 60)
    before = find_visits(fixes, ONE).record["fixes_fingerprint"]
    assert find_visits(fixes.with_columns(**change), ONE).record["fixes_fingerprint"] != before
    assert find_visits(fixes.reverse(), ONE).record["fixes_fingerprint"] == before


def test_a_flag_that_is_down_is_as_good_as_none():
    fixes = inside_each(0, 30, 60)
    down = fixes.with_columns(is_mock=pl.lit(value=False), starts_segment=pl.lit(value=False))
    assert_same(find_visits(down, ONE), find_visits(fixes, ONE))


def test_a_flag_on_another_device_changes_nothing_for_this_one():
    mine = fixes_of(*((10 * k, 150 - 10 * k, {"accuracy_m": 7.3}) for k in range(30)))
    other = fixes_of((0, 75, {"device_id": "e", "is_mock": True}), (9, 75, {"device_id": "e"}))
    index = index_areas(ONE)
    alone = find_batch(mine, index, VisitRule())
    beside = find_batch(pl.concat([mine, other]), index, VisitRule())
    assert np.array_equal(alone.whole, beside.whole[: len(alone.whole)])
    for one, both in zip(alone.days, beside.days, strict=True):
        assert np.array_equal(one[0], both[0])
    assert day_batches.FIX_COLUMNS[0] == "device_id"
