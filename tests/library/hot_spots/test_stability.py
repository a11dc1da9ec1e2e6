import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.hot_spots.stability import (
    STABILITY,
    find_rank_correlation,
    find_s_index,
    find_share_of_years,
    find_top,
    summarise_stability,
)

YEAR_PAIRS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=2, max_size=15
).filter(lambda pairs: all(sum(column) > 0 for column in zip(*pairs, strict=True)))


def top_by_hand(counts, top):
    """The slow twin: take places one by one, then all that equal the last."""
    ordered = sorted(counts, reverse=True)
    last = ordered[min(top, len(ordered)) - 1]
    return {i for i, crimes in enumerate(counts) if crimes >= last and crimes > 0}


@given(YEAR_PAIRS, st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_overlap_is_that_of_sets_made_by_hand(pairs, top):
    first, second = zip(*pairs, strict=True)
    row = summarise_stability(pairs, ["a", "b"], top, np.random.default_rng(1)).row(0, named=True)
    one, two = top_by_hand(first, top), top_by_hand(second, top)
    assert row["overlap"] == pytest.approx(len(one & two) / len(one | two))
    assert (row["top_first"], row["top_second"]) == (len(one), len(two))


@given(YEAR_PAIRS)
@settings(deadline=None, max_examples=40)
def test_the_rank_correlation_is_scipys(pairs):
    first, second = zip(*pairs, strict=True)
    found = find_rank_correlation(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-12)


def test_ties_for_the_last_place_are_all_in_and_empty_places_never():
    tops = find_top([[4, 0], [3, 0], [3, 0], [0, 1]], 2)
    assert tops[:, 0].tolist() == [True, True, True, False]
    assert tops[:, 1].tolist() == [False, False, False, True]


def test_a_top_larger_than_the_table_takes_all_that_have_crime():
    assert find_top([[2], [1], [0]], 9).ravel().tolist() == [True, True, False]


def test_the_share_of_years_counts_each_year_in_the_top():
    counts = [[9, 1, 9, 9], [1, 9, 1, 1], [0, 0, 0, 0]]
    assert find_share_of_years(counts, 1).tolist() == [0.75, 0.25, 0.0]


def test_years_are_compared_with_the_next_only():
    counts = [[5, 5, 1], [4, 4, 9], [0, 1, 0]]
    table = summarise_stability(counts, ["2019", "2020", "2021"], 1, np.random.default_rng(1))
    assert table["first"].to_list() == ["2019", "2020"]
    assert table["overlap"].to_list() == [1.0, 0.0]
    assert dict(table.schema) == STABILITY.schema


def test_the_s_index_finds_equal_patterns_alike_and_opposite_ones_not():
    rng = np.random.default_rng(1)
    assert find_s_index([500, 300, 200], [50, 30, 20], rng) == 1.0
    assert find_s_index([500, 0], [0, 500], rng) == 0.0
    # An empty place in both years counts as alike, which the docstring warns of.
    assert find_s_index([500, 0, 0], [0, 500, 0], rng) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("counts", "years", "top", "fault"),
    [
        ([1, 2], ["a", "b"], 1, "a row a place"),
        ([[1, -2]], ["a", "b"], 1, "negative or missing"),
        ([[1, 2]], ["a"], 1, "2 columns for 1 years"),
        ([[1]], ["a"], 1, "1 columns for 1 years"),
        ([[1, 0]], ["a", "b"], 1, "no crime in b"),
        ([[1, 2]], ["a", "b"], 0, "top must be"),
    ],
)
def test_counts_that_cannot_be_compared_are_refused(counts, years, top, fault):
    with pytest.raises(InputError, match=fault):
        summarise_stability(counts, years, top, np.random.default_rng(1))


def test_years_of_different_places_are_refused():
    with pytest.raises(InputError, match="2 and 1 places"):
        find_s_index([1, 2], [1], np.random.default_rng(1))
