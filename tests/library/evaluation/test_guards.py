from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.definitions import find_definition
from patrolwise.evaluation.guards import (
    Severity,
    guard_comparison,
    guard_contamination,
    guard_dispersion,
    guard_missing_places,
    guard_not_randomised,
    guard_open_data,
    guard_patrol_generated,
    guard_selection,
    guard_small_counts,
    guard_snap_point_change,
)
from patrolwise.times import Window


def window(first, last, name="w"):
    return Window(name, date.fromisoformat(first), date.fromisoformat(last))


BEFORE = window("2021-01-01", "2021-12-31", "before")
AFTER = window("2022-01-01", "2022-12-31", "after")
EARLIER = window("2020-01-01", "2020-12-31")


def test_hot_spots_chosen_on_one_day_of_the_before_window_are_a_red_guard():
    guard = guard_selection(window("2020-01-01", "2021-01-01"), BEFORE)
    assert (guard.id, guard.severity) == ("selected-on-before", Severity.RED)
    assert "2020-01-01 to 2021-01-01" in guard.message
    assert "2021-01-01 to 2021-12-31" in guard.message


def test_hot_spots_chosen_earlier_or_not_on_counts_are_no_guard():
    assert guard_selection(EARLIER, BEFORE) is None
    assert guard_selection(None, BEFORE) is None


DAYS = st.integers(0, 60).map(lambda n: date(2021, 1, 1) + timedelta(days=n))


@settings(deadline=None, max_examples=50)
@given(DAYS, DAYS, DAYS, DAYS)
def test_selection_is_caught_just_when_a_day_is_in_both(a, b, c, d):
    chosen, before = Window("s", min(a, b), max(a, b)), Window("b", min(c, d), max(c, d))

    def days(w):
        return {w.first + timedelta(days=n) for n in range(w.days)}

    assert (guard_selection(chosen, before) is not None) == bool(days(chosen) & days(before))


def test_nothing_to_compare_with_is_a_red_guard():
    guard = guard_comparison([5, 6], [])
    assert (guard.id, guard.severity) == ("no-comparison", Severity.RED)


def test_fewer_than_five_areas_cannot_tell_how_areas_differ():
    guard = guard_comparison([40, 40], [40, 40])
    assert (guard.id, guard.severity) == ("few-areas", Severity.RED)
    assert "2 hot spots and 2 comparison areas" in guard.message
    assert guard_comparison([40, 40], [40, 40, 40]) is None


@pytest.mark.parametrize(
    ("hot", "other", "fires"),
    [
        ([40, 40], [20, 20, 20], False),  # just double
        ([41, 40], [20, 20, 20], True),
        ([20, 20], [40, 40, 40], False),
        ([20, 20], [40, 40, 41], True),
        ([0, 0], [0, 0, 0], False),
        ([1, 0], [0, 0, 0], True),
    ],
)
def test_comparison_areas_are_unlike_beyond_half_or_double(hot, other, fires):
    guard = guard_comparison(hot, other)
    assert (guard is not None) == fires
    if fires:
        assert (guard.id, guard.severity) == ("unlike-comparison", Severity.RED)


@pytest.mark.parametrize(
    ("before", "after", "fires"),
    [(19, 0, True), (19, 50, True), (20, 0, False), (20, 50, False), (0, 0, True)],
)
def test_fewer_than_twenty_before_are_few_whatever_came_after(before, after, fires):
    guard = guard_small_counts(before, after)
    assert (guard is not None) == fires
    if fires:
        assert (guard.id, guard.severity) == ("few-crimes", Severity.RED)
        assert f"There were {before} crimes before" in guard.message


def test_dispersion_is_told_from_one_and_a_half_on():
    assert guard_dispersion(None) is None
    assert guard_dispersion(1.49) is None
    guard = guard_dispersion(1.5)
    assert (guard.id, guard.severity) == ("overdispersion", Severity.AMBER)
    assert "1.5 times the mean" in guard.message


def test_each_service_that_ran_in_the_before_window_is_named():
    never_ended = date(9999, 12, 31)
    began = {
        "Police": Window("Police", date(2021, 12, 31), never_ended),
        "Outreach": Window("Outreach", date(2022, 1, 1), never_ended),
        "Pilot": window("2020-01-01", "2021-02-01"),
    }
    fired = guard_contamination(began, BEFORE)
    assert [guard.message.split(" ran ")[0] for guard in fired] == ["Police", "Pilot"]
    assert {(g.id, g.severity) for g in fired} == {("contaminated-baseline", Severity.RED)}


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        ("all-crime", "drugs, possession-of-weapons"),
        ("possession-of-weapons", "10A"),
        ("violence-and-sexual-offences", None),
        ("serious-violence", None),
        ("robbery", None),
    ],
)
def test_outcomes_that_searching_makes_are_an_amber_guard(definition, found):
    guard = guard_patrol_generated(find_definition(definition))
    assert (guard is None) == (found is None)
    if guard is not None:
        assert (guard.id, guard.severity) == ("patrol-generated", Severity.AMBER)
        assert found in guard.message
        assert find_definition(definition).key in guard.message


def test_open_data_has_approximate_places():
    assert guard_open_data(False) is None
    guard = guard_open_data(True)
    assert (guard.id, guard.severity) == ("snap-points", Severity.AMBER)


@pytest.mark.parametrize(
    ("before", "after", "fires"),
    [
        (BEFORE, AFTER, True),
        (window("2021-06-01", "2021-06-30"), window("2022-06-01", "2022-06-30"), False),
        (window("2021-06-01", "2021-06-30"), window("2022-07-01", "2022-07-31"), True),
        (window("2022-07-01", "2023-06-30"), window("2023-07-01", "2024-06-30"), False),
        (window("2022-06-30", "2023-06-29"), window("2023-06-30", "2024-06-29"), True),
    ],
)
def test_windows_on_both_sides_of_july_2022_are_a_red_guard_on_open_data_only(before, after, fires):
    guard = guard_snap_point_change([before, after], True)
    assert (guard is not None) == fires
    assert guard_snap_point_change([before, after], False) is None
    if fires:
        assert (guard.id, guard.severity) == ("snap-points-moved", Severity.RED)


def test_missing_places_are_told_from_two_points_of_change_either_way():
    assert guard_missing_places(0.05, 0.06) is None
    assert guard_missing_places(0.0, 0.0) is None
    for shares in ((0.0, 0.02), (0.02, 0.0)):
        guard = guard_missing_places(*shares)
        assert (guard.id, guard.severity) == ("missing-places", Severity.AMBER)
    assert "0.0% of the crimes had no place before, 2.0% after" in (
        guard_missing_places(0.0, 0.02).message
    )


def test_no_comparison_of_before_and_after_is_an_experiment():
    guard = guard_not_randomised()
    assert (guard.id, guard.severity, guard.about) == ("not-randomised", Severity.NOTE, "")


def test_hot_spots_chosen_round_the_old_points_do_not_fit_the_new_ones():
    selected = Window("selection", date(2021, 7, 1), date(2022, 6, 30))
    before = Window("before", date(2022, 7, 1), date(2022, 8, 31))
    after = Window("after", date(2023, 7, 1), date(2023, 8, 31))
    assert guard_snap_point_change([before, after], True) is None
    assert guard_snap_point_change([before, after, selected], True).id == "snap-points-moved"
