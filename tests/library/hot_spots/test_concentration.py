import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.concentration import (
    PlaceUnit,
    find_generalised_gini,
    find_gini,
    find_share_holding,
    is_in_weisburd_band,
    summarise_concentration,
    trace_lorenz,
)

COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(lambda c: sum(c) > 0)


def gini_by_pairs(counts):
    """The slow twin: the mean difference between any two places, over twice the mean."""
    n = len(counts)
    differences = sum(abs(a - b) for a in counts for b in counts)
    return differences / (2 * n * sum(counts))


def share_by_adding(counts, share):
    """The slow twin: add the busiest places until they hold enough."""
    held, places = 0, 0
    for crimes in sorted(counts, reverse=True):
        if held >= share * sum(counts):
            break
        held, places = held + crimes, places + 1
    return places / len(counts)


@given(COUNTS)
@settings(deadline=None, max_examples=50)
def test_gini_is_the_mean_difference_between_places(counts):
    assert find_gini(counts) == pytest.approx(gini_by_pairs(counts), abs=1e-12)


@given(COUNTS)
@settings(deadline=None, max_examples=50)
def test_gini_is_twice_the_area_above_the_lorenz_curve(counts):
    curve = trace_lorenz(counts)
    places, crimes = curve["places"].to_list(), curve["crimes"].to_list()
    under = sum(
        (places[i + 1] - places[i]) * (crimes[i] + crimes[i + 1]) / 2 for i in range(len(counts))
    )
    assert find_gini(counts) == pytest.approx(1 - 2 * under, abs=1e-12)
    assert (places[-1], crimes[-1]) == (1.0, 1.0)


@given(COUNTS, st.sampled_from([0.25, 0.5, 0.8, 1.0]))
@settings(deadline=None, max_examples=50)
def test_the_share_of_places_is_that_of_adding_the_busiest(counts, share):
    assert find_share_holding(counts, share) == share_by_adding(counts, share)


@given(COUNTS)
@settings(deadline=None, max_examples=50)
def test_the_generalised_gini_is_between_zero_and_one_and_not_above_gini(counts):
    value = find_generalised_gini(counts)
    assert -1e-12 <= value <= 1
    assert value <= find_gini(counts) + 1e-12


def test_as_many_crimes_as_places_spread_evenly_have_no_concentration():
    assert find_generalised_gini([1, 1, 1, 0, 0, 0, 0, 0]) == pytest.approx(0)
    assert find_gini([1, 1, 1, 0, 0, 0, 0, 0]) == pytest.approx(0.625)


def test_the_unbiased_form_allows_for_the_smaller_of_places_and_crimes():
    crimes = [5, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    assert find_generalised_gini(crimes, unbiased=True) == pytest.approx(0.75 * 8 / 7)
    assert math.isnan(find_generalised_gini([4], unbiased=True))


def test_the_summary_says_what_its_places_are():
    summary = summarise_concentration([6, 3, 1], PlaceUnit.SNAP_POINT)
    assert "33.3% of 3 snap points" in str(summary)
    assert (summary.crimes, summary.holding_quarter) == (10, pytest.approx(1 / 3))


@pytest.mark.parametrize("unit", [PlaceUnit.SNAP_POINT, PlaceUnit.CELL])
def test_snap_points_and_cells_are_not_compared_with_street_segments(unit):
    with pytest.raises(RefusedError, match=f"these are {unit}s"):
        is_in_weisburd_band(summarise_concentration([1, 2], unit))


def test_the_band_has_a_quarter_and_a_half_and_nothing_else():
    segments = summarise_concentration([50] + [1] * 149, PlaceUnit.STREET_SEGMENT)
    assert is_in_weisburd_band(segments, 0.25)
    assert not is_in_weisburd_band(segments, 0.5)
    with pytest.raises(InputError, match=r"0\.25 and 0\.5"):
        is_in_weisburd_band(segments, 0.8)


@pytest.mark.parametrize(
    ("counts", "fault"),
    [([], "no place"), ([0, 0], "no crime"), ([1, -1], "negative"), ([[1]], "no place")],
)
def test_counts_that_have_no_concentration_are_refused(counts, fault):
    with pytest.raises(InputError, match=fault):
        find_gini(counts)


def test_an_even_spread_is_outside_the_band():
    assert not is_in_weisburd_band(summarise_concentration([1] * 9, PlaceUnit.STREET_SEGMENT))


def test_a_share_of_nothing_is_refused():
    with pytest.raises(InputError, match="share must be"):
        find_share_holding([1], 0.0)
