"""Displacement of a study: worlds where it is known who moved, and the demo's real crimes."""

import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from scipy.stats import false_discovery_control

from patrolwise.demo import demo_programme
from patrolwise.errors import RefusedError
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.evaluation.near_repeats import RepeatRule
from patrolwise.harm.weights import starting_points_index
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.study.areas import make_rings
from patrolwise.study.displacement import assess_displacement
from patrolwise.study.displacement_places import kept_ground
from patrolwise.study.displacement_programme import DisplacementPlan
from patrolwise.study.evaluation import open_study
from patrolwise.study.outcomes import count_outcome
from patrolwise.study.reading import read_programme
from patrolwise.times import Window

from .displacement_worlds import (
    AFTER,
    ASB,
    BEFORE,
    VIOLENCE,
    crimes_from,
    make_areas,
    quiet,
    rows_of,
    study_of,
    timed_rows,
    with_rings,
)

EARLY = DisplacementPlan(declared=date(2020, 6, 1))
HOURS = PatrolHours(hours=(14, 15, 16, 17, 18, 19))


@pytest.fixture(scope="session")
def demo_study():
    return open_study(read_programme(demo_programme()), progress=lambda what: None).study


@pytest.fixture(scope="session")
def demo_found(demo_study):
    plan = DisplacementPlan(declared=date(2021, 6, 30), is_by_category=True)
    return assess_displacement(demo_study, plan)


def found_in(counts, plan=EARLY, **changes):
    return assess_displacement(study_of(rows_of(counts), **changes), plan)


def ids(guards):
    return [guard.id for guard in guards]


# --- rings


def test_crime_that_moved_round_the_corner_is_found_there():
    record, guards = found_in(quiet(spot=(0, -30), near=(0, 25)))
    (outcome,) = record.outcomes
    assert outcome.verdict_id == "moved"
    assert outcome.verdict.startswith("Crime moved: ")
    assert "the ring 0 to 100 m" in outcome.verdict
    assert "100 to 200 m" not in outcome.verdict
    near, far = outcome.rings
    # nothing trends in the comparison areas but their unrest, which all rows share
    unrest = 6 * 25
    assert near.displacement.value == pytest.approx(unrest, abs=20)
    assert near.q <= 0.05 < far.q
    assert record.verdict == outcome.verdict
    assert guards == ()


def test_a_benefit_that_spread_is_found_there():
    record, _ = found_in(quiet(spot=(0, -30), near=(0, -20), far=(0, -20)))
    (outcome,) = record.outcomes
    assert outcome.verdict_id == "spread"
    assert all(ring.q <= 0.05 for ring in outcome.rings)
    assert outcome.rings[0].quotient.quotient > 0
    assert outcome.rings[0].quotient.reading.startswith("Diffusion of benefits")
    assert outcome.total.value < outcome.local.value


def test_both_ways_at_once_is_neither():
    record, _ = found_in(quiet(spot=(0, -30), near=(0, 25), far=(0, -25)))
    assert record.outcomes[0].verdict_id == "mixed"


def test_nothing_moved_where_nothing_changed_and_the_room_left_is_told():
    record, _ = found_in(quiet())
    (outcome,) = record.outcomes
    assert outcome.verdict_id == "not-shown"
    assert "The intervals leave room for up to" in outcome.verdict
    assert outcome.rings[0].displacement.headline


def test_a_rise_nearby_is_no_displacement_where_hot_spots_did_not_fall():
    rose, _ = found_in(quiet(near=(0, 25)))
    assert rose.outcomes[0].verdict_id == "rose-near"
    fell, _ = found_in(quiet(near=(0, -25)))
    assert fell.outcomes[0].verdict_id == "fell-near"
    assert "moved from them" in rose.verdict
    assert "no benefit" in fell.verdict


def test_the_ring_estimate_is_the_difference_by_hand():
    counts = quiet(spot=(0, -30), near=(0, 25))
    record, _ = found_in(counts)
    change = {
        row: sum(a - b for (r, place, _), (b, a) in counts.items() if (r, place) == (row, "near"))
        for row in (0, 1)
    }
    ring = record.outcomes[0].rings[0]
    assert ring.comparison_weight == pytest.approx(1.0)
    assert ring.displacement.value == pytest.approx(change[0] - 6 / 8 * change[1])
    assert ring.before == 6 * 40
    assert ring.comparison_before == 8 * 40


def test_rings_fixed_when_results_were_known_find_nothing():
    for plan in (None, DisplacementPlan(), DisplacementPlan(declared=AFTER.first)):
        record, guards = found_in(quiet(spot=(0, -30), near=(0, 25)), plan)
        assert record.outcomes[0].verdict_id == "exploratory"
        assert record.verdict.startswith("Nothing is shown")
        assert not record.is_fixed_in_advance
        assert not any(ring.displacement.headline for ring in record.outcomes[0].rings)
        (guard,) = guards
        assert guard.id == "rings-fixed-late"
    assert "they were fixed on 2021-01-01" in guard.message


def test_without_comparison_areas_nothing_can_be_told():
    areas = make_areas(other=0)
    plan = replace(EARLY, is_by_category=True, hours=HOURS)
    record, guards = found_in(quiet(other=0, near=(0, 25)), plan, areas=areas)
    assert record.outcomes[0].verdict_id == "cannot-tell"
    assert record.outcomes[0].rings[0].before == 240
    assert record.outcomes[0].rings[0].quotient.quotient is None
    assert "no comparison areas" in record.rings_reason
    assert "no comparison areas" in record.switches_reason
    assert guards == ()


def test_one_hot_spot_and_few_areas_have_no_interval():
    record, _ = found_in(
        quiet(hot=1, other=2, near=(0, 25)),
        areas=make_areas(hot=1, other=2),
        definitions=[VIOLENCE],
    )
    (outcome,) = record.outcomes
    assert outcome.verdict_id == "cannot-tell"
    assert outcome.local.value is None
    assert "five areas" in outcome.verdict


def test_one_hot_spot_among_enough_areas_is_judged():
    record, _ = found_in(quiet(hot=1, near=(0, 40)), areas=make_areas(hot=1))
    assert record.outcomes[0].rings[0].displacement.p is not None


def test_no_crime_at_all_is_told_as_such():
    crime = {"x": 50.0, "y": 50.0, "month": BEFORE.first, "category": "robbery"}
    record, _ = assess_displacement(study_of([crime]), EARLY)
    (outcome,) = record.outcomes
    assert outcome.verdict_id == "cannot-tell"
    assert outcome.rings[0].before == 0


def test_rings_without_any_spread_have_no_interval_and_no_find():
    flat = dict.fromkeys(quiet(), (10, 10))
    record, _ = found_in(flat)
    assert record.outcomes[0].rings[0].displacement.p is None
    assert record.outcomes[0].verdict_id == "cannot-tell"


def test_no_rings_were_declared():
    record, guards = found_in(quiet(), areas=make_areas(edges=()))
    assert record.outcomes == ()
    assert "were declared" in record.rings_reason
    assert "not looked at" in record.verdict
    assert guards == ()


def test_rings_unlike_each_other_carry_no_conclusion():
    counts = quiet(spot=(0, -30), near=(0, 25))
    counts |= {(1, "near", k): (4, 4 + (k % 2)) for k in range(8)}
    record, guards = found_in(counts)
    near, far = record.outcomes[0].rings
    assert (near.is_like, far.is_like) == (False, True)
    assert not near.displacement.headline
    assert record.outcomes[0].verdict_id == "not-shown"
    assert "cannot be told for 0 to 100 m" in record.verdict
    assert not record.outcomes[0].total.headline
    assert "unlike-rings" in ids(guards)
    counts |= {(1, "far", k): (4, 4 + (k % 2)) for k in range(8)}
    record, _ = found_in(counts)
    assert record.outcomes[0].verdict_id == "cannot-tell"
    assert "unlike" in record.verdict


def test_windows_of_unequal_length_are_set_over_their_days():
    half = Window("after", date(2021, 1, 1), date(2021, 6, 30))
    counts = {key: (40, 20 + k % 3) for k, key in enumerate(quiet())}
    rows = [row for row in rows_of(counts) if row["month"] <= BEFORE.last]
    rows += [
        {**row, "month": half.months[n % 6]}
        for n, row in enumerate(r for r in rows_of(counts) if r["month"] > BEFORE.last)
    ]
    record, _ = assess_displacement(study_of(rows, windows=(BEFORE, half)), EARLY)
    ring = record.outcomes[0].rings[0]
    ratio = half.days / BEFORE.days
    hot = ring.after / ratio - ring.before
    other = ring.comparison_after / ratio - ring.comparison_before
    assert ring.displacement.value == pytest.approx(hot - 6 / 8 * other)


# --- more than one outcome


def test_several_outcomes_come_to_one_sentence():
    rows = rows_of(quiet(spot=(0, -30), near=(0, 25)))
    rows += rows_of(quiet(), category="anti-social-behaviour")
    record, _ = assess_displacement(study_of(rows, definitions=[VIOLENCE, ASB]), EARLY)
    assert [one.verdict_id for one in record.outcomes] == ["moved", "not-shown"]
    assert "Crime moved" in record.verdict
    assert "For the other outcomes" in record.verdict


def test_outcomes_that_cannot_be_told_are_named():
    rows = rows_of(quiet())
    rows += [{"x": 50.0, "y": 50.0, "month": BEFORE.first, "category": "anti-social-behaviour"}]
    record, _ = assess_displacement(study_of(rows, definitions=[VIOLENCE, ASB]), EARLY)
    assert record.verdict.startswith("It is not shown")
    assert "For some it cannot be told: Anti-social behaviour incidents" in record.verdict
    areas = make_areas(other=0)
    rows = rows_of(quiet(other=0)) + rows_of(quiet(other=0), category="anti-social-behaviour")
    record, _ = assess_displacement(study_of(rows, areas, definitions=[VIOLENCE, ASB]), EARLY)
    assert record.verdict == record.outcomes[0].verdict


def test_finds_of_all_outcomes_need_no_rest():
    rows = rows_of(quiet(spot=(0, -30), near=(0, 25)))
    rows += rows_of(quiet(spot=(0, -30), near=(0, 25)), category="anti-social-behaviour")
    record, _ = assess_displacement(study_of(rows, definitions=[VIOLENCE, ASB]), EARLY)
    assert "other outcomes" not in record.verdict
    assert record.verdict.count("Crime moved") == 2


# --- harm


def coded(counts, code):
    return [{**row, "category": None, "offence_code": code} for row in rows_of(counts)]


def test_harm_is_the_weighted_sum_of_the_same_differences():
    rows = coded(quiet(near=(0, 20)), "8N") + coded(quiet(near=(0, 5)), "34B")
    index = starting_points_index()
    study = study_of(rows, definitions=["all-crime@1"], weights=index)
    record, _ = assess_displacement(study, EARLY)
    crimes, harm = record.outcomes
    assert (crimes.is_harm, harm.is_harm) == (False, True)
    assert harm.harm_index == index.key
    assert not harm.is_estimate
    days = {"8N": 10, "34B": 365}
    by_code = [
        assess_displacement(
            study_of(coded(quiet(near=(0, n)), c), definitions=["all-crime@1"]), EARLY
        )[0]
        for c, n in (("8N", 20), ("34B", 5))
    ]
    told = sum(
        weight * one.outcomes[0].rings[0].displacement.value
        for weight, one in zip(days.values(), by_code, strict=True)
    )
    assert harm.rings[0].displacement.value == pytest.approx(told)
    assert harm.rings[0].quotient is None
    assert len({test.name for test in record.tests}) == 4


def test_a_single_type_has_no_harm_of_its_own():
    study = study_of(
        coded(quiet(), "8N"), definitions=["all-crime@1"], weights=starting_points_index()
    )
    record, _ = assess_displacement(study, EARLY)
    assert [one.is_harm for one in record.outcomes] == [False]


# --- types


def test_a_switch_from_one_type_to_another_is_found():
    rows = rows_of(quiet(spot=(0, -40)))
    rows += rows_of(quiet(spot=(0, 35)), category="shoplifting")
    rows += rows_of(quiet(), category="burglary")
    record, _ = assess_displacement(study_of(rows), replace(EARLY, is_by_category=True))
    by_name = {one.name: one for one in record.switches}
    assert set(by_name) == {"violence-and-sexual-offences", "shoplifting", "burglary"}
    assert by_name["shoplifting"].estimate.value > 1 > by_name[VIOLENCE[:-2]].estimate.value
    assert by_name["shoplifting"].q <= 0.05
    assert by_name["shoplifting"].title == "Shoplifting"
    assert record.switches_reason == ""


def test_declared_definitions_are_types_too():
    rows = rows_of(quiet()) + rows_of(quiet(), category="anti-social-behaviour")
    plan = replace(EARLY, switches=(VIOLENCE, ASB))
    record, _ = assess_displacement(study_of(rows), plan)
    assert [one.name for one in record.switches] == [VIOLENCE, ASB]
    assert record.switches[1].title == "Anti-social behaviour incidents"


def test_definitions_that_share_crimes_are_refused_by_name():
    plan = replace(EARLY, switches=(VIOLENCE, "all-crime@1"))
    with pytest.raises(RefusedError, match=r"violence-and-sexual-offences@1 and all-crime@1 share"):
        found_in(quiet(), plan)


def test_categories_that_the_crimes_lack_are_told():
    plan = replace(EARLY, is_by_category=True)
    study = study_of(coded(quiet(), "8N"), definitions=["all-crime@1"])
    record, _ = assess_displacement(study, plan)
    assert "no open data categories" in record.switches_reason


def test_one_type_alone_cannot_switch():
    record, _ = found_in(quiet(), replace(EARLY, is_by_category=True))
    assert record.switches == ()
    assert record.switches_reason.startswith("Fewer than two types")


# --- hours and near repeats


def shifted(row, k, window, hour):
    """Crime of the patrol's hours goes to those just before and after, in the hot spots."""
    if row == 0 and window == "after":
        if hour in HOURS.hours:
            return 2
        if hour in HOURS.beside_hours:
            return 8 + k % 2
    return 4 + (k + hour) % 2


def test_crime_that_moved_to_the_hours_beside_is_found():
    study = study_of(timed_rows(shifted), definitions=["all-crime@1"])
    record, _ = assess_displacement(study, replace(EARLY, hours=HOURS))
    (hours,) = record.hours
    assert hours.patrol.value < 0.6
    assert hours.beside.value > 1.5
    assert hours.q <= 0.05
    assert not hours.beside.headline
    assert hours.left_out == 0
    assert hours.crimes == study.crimes.height
    assert record.hours_reason == ""


def test_months_cannot_tell_of_hours_nor_of_near_repeats():
    record, _ = found_in(quiet(), replace(EARLY, hours=HOURS, near_repeats=RepeatRule()))
    assert (record.hours, record.near_repeats) == ((), ())
    assert "a month and no time" in record.hours_reason
    assert "a month and no time" in record.near_repeats_reason


def test_what_was_not_asked_for_is_told_as_such():
    record, _ = found_in(quiet())
    assert "No patrol hours were declared" in record.hours_reason
    assert "not asked for" in record.near_repeats_reason
    assert "No types of crime were declared" in record.switches_reason


def test_hours_need_comparison_areas():
    study = study_of(timed_rows(shifted, other=0), make_areas(other=0), definitions=["all-crime@1"])
    record, _ = assess_displacement(study, replace(EARLY, hours=HOURS))
    assert record.hours == ()
    assert "no comparison areas" in record.hours_reason


def test_ranges_are_shared_over_their_hours_and_long_ones_left_out():
    rows = timed_rows(lambda row, k, window, hour: 2, length=timedelta(hours=2))
    wide = timed_rows(lambda row, k, window, hour: hour == 3, length=timedelta(days=9))
    study = study_of(rows + wide, definitions=["all-crime@1"])
    record, _ = assess_displacement(study, replace(EARLY, hours=HOURS))
    assert record.hours[0].left_out == len(wide)
    assert record.hours[0].beside.value == pytest.approx(1.0)


def test_near_repeats_are_counted_before_and_after():
    def flurries(row, k, window, hour):
        return 0 if row else (6 if hour == 12 else 0)

    study = study_of(timed_rows(flurries), definitions=["all-crime@1"])
    rule = RepeatRule(edges_m=(0, 100), edges_days=(0, 8), permutations=99)
    record, _ = assess_displacement(study, replace(EARLY, near_repeats=rule))
    assert [one.window for one in record.near_repeats] == ["before", "after"]
    (band,) = record.near_repeats[0].bands
    # in each hot spot six crimes stand a week apart, wrapped at sixty days
    assert record.near_repeats[0].crimes == 36
    days = [[(7 * n + 36 + k) % 60 for n in range(6)] for k in range(6)]
    pairs = sum(abs(a - b) < 8 for place in days for i, a in enumerate(place) for b in place[:i])
    assert band.pairs == pairs
    again, _ = assess_displacement(study, replace(EARLY, near_repeats=rule))
    assert again == record


def test_crimes_known_to_worse_than_a_day_make_no_pairs():
    rows = timed_rows(lambda row, k, window, hour: hour == 5, length=timedelta(hours=30))
    study = study_of(rows, definitions=["all-crime@1"])
    rule = RepeatRule(permutations=99)
    record, _ = assess_displacement(study, replace(EARLY, near_repeats=rule))
    one = record.near_repeats[0]
    assert (one.crimes, one.bands) == (0, ())
    assert one.left_out == 6
    assert "0 crimes have a time" in one.reason


def test_too_many_close_pairs_are_told_and_stop_nothing(monkeypatch):
    from patrolwise.evaluation import near_repeats

    monkeypatch.setattr(near_repeats, "_MOST_PAIRS", 3)
    study = study_of(timed_rows(lambda row, k, window, hour: 1), definitions=["all-crime@1"])
    rule = RepeatRule(permutations=99)
    record, _ = assess_displacement(study, replace(EARLY, near_repeats=rule))
    assert "can be held" in record.near_repeats[0].reason


# --- all tests together


def test_one_false_discovery_rate_is_over_rings_hours_and_types(demo_found):
    record, _ = demo_found
    told = [test for test in record.tests if test.p is not None]
    q = false_discovery_control([test.p for test in told])
    assert [test.q for test in told] == pytest.approx(q.tolist())
    assert {test.kind for test in record.tests} == {"ring", "type"}
    by_name = {test.name: test for test in record.tests}
    assert len(by_name) == len(record.tests) == 2 * 4 + 14
    ring = record.outcomes[0].rings[0]
    assert ring.q == by_name[f"{VIOLENCE}: ring 0 to 100 m"].q
    assert (
        record.switches[0].q
        == by_name["anti-social-behaviour: its change over that of all types"].q
    )


def test_a_find_that_many_tests_take_away_fires_a_guard(demo_found):
    record, guards = demo_found
    alone = sum(test.p is not None and test.p <= 0.05 for test in record.tests)
    left = sum(test.q is not None and test.q <= 0.05 for test in record.tests)
    assert left < alone
    (guard,) = [guard for guard in guards if guard.id == "many-displacement-tests"]
    assert f"{alone} have a p" in guard.message


def test_taken_alone_is_told_where_the_rings_are_like():
    counts = quiet(near=(0, 3))
    alone, _ = found_in(counts)
    assert alone.outcomes[0].rings[0].displacement.p < 0.05
    # more types, so that the same p is one of many
    rows = rows_of(counts)
    for category in ("burglary", "shoplifting", "drugs", "robbery", "vehicle-crime"):
        rows += rows_of(quiet(base=(12, 0, 0)), category=category)
    record, guards = assess_displacement(study_of(rows), replace(EARLY, is_by_category=True))
    assert record.outcomes[0].verdict_id == "not-shown"
    assert "Taken alone, 0 to 100 m would look like a find" in record.verdict
    assert "many-displacement-tests" in ids(guards)
    # with that ring alone no room is left on both sides, and none is told
    near_only = study_of(rows, make_areas(edges=(0.0, 100.0)))
    record, _ = assess_displacement(near_only, replace(EARLY, is_by_category=True))
    assert "Taken alone" in record.verdict
    assert "leave room" not in record.verdict


# --- guards on places


def test_comparison_areas_within_the_rings_are_told():
    hot = make_areas().hot_spots
    squares = [shapely.box(250, 0, 350, 100), *area_geometries(make_areas().comparison)]
    other = areas_from_geometries([f"comparison-{k}" for k in range(9)], squares)
    _, guards = found_in(quiet(), areas=with_rings(hot, other))
    (guard,) = [guard for guard in guards if guard.id == "comparison-in-rings"]
    assert guard.message.startswith("1 of 9 lie within 200 m")


def test_hot_spots_whose_own_rings_would_overlap_are_noted():
    _, guards = found_in(quiet(), areas=make_areas(apart=300.0))
    (guard,) = [guard for guard in guards if guard.id == "rings-share-ground"]
    assert guard.severity is Severity.NOTE


def test_comparison_areas_without_rings_are_told():
    hot = make_areas().hot_spots
    close = [shapely.box(120, 20, 160, 60), *area_geometries(make_areas().comparison)]
    other = areas_from_geometries([f"comparison-{k}" for k in range(9)], close)
    record, guards = found_in(quiet(), areas=with_rings(hot, other))
    assert (record.comparison_areas, record.comparison_areas_without) == (8, 1)
    (guard,) = [guard for guard in guards if guard.id == "comparison-without-rings"]
    assert guard.message.startswith("1 of 9")
    every = [shapely.box(2000 * k + 120, 20, 2000 * k + 140, 40) for k in range(6)]
    other = areas_from_geometries([f"comparison-{k}" for k in range(6)], every)
    record, guards = found_in(quiet(), areas=with_rings(hot, other))
    assert "No comparison area has room" in record.rings_reason
    (guard,) = [guard for guard in guards if guard.id == "comparison-without-rings"]
    assert guard.message.startswith("None of the 6")
    assert record.outcomes[0].verdict_id == "cannot-tell"


# --- real crimes


def test_the_demos_hot_spots_are_those_of_its_outcomes(demo_study, demo_found):
    from patrolwise.crimes import select_crimes
    from patrolwise.definitions import find_definition

    record, _ = demo_found
    for one in record.outcomes[:3]:
        definition = find_definition(one.definition)
        crimes = select_crimes(demo_study.crimes, definition)
        areas = count_outcome(definition, crimes, demo_study.areas, demo_study.windows).areas
        scale = len(areas.before) / len(areas.comparison_before)
        change = (areas.after - areas.before).sum()
        other = (areas.comparison_after - areas.comparison_before).sum()
        assert one.local.value == pytest.approx(change - scale * other)
        for kept, ring in zip(demo_study.areas.rings, one.rings, strict=True):
            within = shapely.contains_xy(
                kept.outline, crimes["x"].to_numpy(), crimes["y"].to_numpy()
            )
            months = crimes["month"].to_numpy()
            window = demo_study.windows[0]
            first, last = np.datetime64(window.first), np.datetime64(window.last)
            assert ring.before == int((within & (months >= first) & (months <= last)).sum())


def test_the_demos_rings_share_no_ground_with_their_like(demo_study):
    areas = demo_study.areas
    ground = kept_ground(areas)
    assert ground.covers(areas.study_area)
    without = areas.rings[-1].outline.union(shapely.union_all(area_geometries(areas.hot_spots)))
    like = make_rings(areas.comparison, (0.0, 200.0), without)
    assert all(ring.outline.intersection(without).area < 1 for ring in like)


def test_nothing_moved_in_the_demo_where_no_patrol_began(demo_found):
    record, guards = demo_found
    assert all(one.verdict_id in ("not-shown", "cannot-tell") for one in record.outcomes)
    assert record.is_fixed_in_advance
    assert record.comparison_areas == 14
    assert [one.is_harm for one in record.outcomes] == [False, False, False, True]
    assert record.outcomes[3].is_estimate
    assert len(record.switches) == 14
    assert "a month and no time" not in record.hours_reason
    assert all(guard.severity is not Severity.RED for guard in guards)


def test_the_same_study_gives_the_same_record(demo_study, demo_found):
    plan = DisplacementPlan(declared=date(2021, 6, 30), is_by_category=True)
    assert assess_displacement(demo_study, plan) == demo_found


def kinds_in(value):
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return set().union(*(kinds_in(getattr(value, field.name)) for field in fields))
    if isinstance(value, tuple):
        return set().union(*(kinds_in(item) for item in value))
    return {type(value)}


def test_a_record_holds_plain_values_only(demo_found):
    rule = RepeatRule(permutations=99)
    study = study_of(
        timed_rows(lambda row, k, window, hour: 1 + (k + hour) % 2), definitions=["all-crime@1"]
    )
    timed, _ = assess_displacement(study, replace(EARLY, hours=HOURS, near_repeats=rule))
    assert timed.hours
    assert timed.near_repeats[0].bands
    for record in (demo_found[0], timed):
        assert kinds_in(record) <= {str, int, float, bool, type(None)}


def test_no_crimes_at_all_are_no_error():
    record, _ = assess_displacement(study_of(crimes_from([])), EARLY)
    assert record.outcomes[0].verdict_id == "cannot-tell"
