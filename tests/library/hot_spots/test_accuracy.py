import math
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.hot_spots.accuracy import (
    ACCURACY_CURVE,
    Accuracy,
    find_recapture_rate_index,
    find_recovery_rate_index,
    score_prediction,
    trace_accuracy,
)

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=6).filter(
    lambda pairs: sum(later for _, later in pairs) > 0
)


def hits_over_all_orders(scores, later, chosen):
    """The slow twin: rank in every order that breaks the ties, and take the mean."""
    hits = [
        sum(later[i] for i in order[:chosen])
        for order in permutations(range(len(scores)))
        if all(scores[a] >= scores[b] for a, b in pairwise(order))
    ]
    return sum(hits) / len(hits)


@given(PAIRS, st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_a_score_with_ties_is_the_mean_over_all_ways_to_break_them(pairs, chosen):
    scores, later = [list(column) for column in zip(*pairs, strict=True)]
    chosen = min(chosen, len(pairs))
    found = score_prediction(scores, later, chosen / len(pairs))
    assert found.crimes == pytest.approx(hits_over_all_orders(scores, later, chosen))
    best = max(sum(combination) for combination in combinations(later, chosen))
    assert found.oracle_crimes == best
    assert 0 <= found.pei <= 1


@given(PAIRS)
@settings(deadline=None, max_examples=40)
def test_the_curve_is_that_of_adding_areas_one_by_one(pairs):
    predicted, observed = [list(column) for column in zip(*pairs, strict=True)]
    curve = trace_accuracy(observed, predicted)
    order = sorted(range(len(pairs)), key=lambda i: (-predicted[i], observed[i]))
    for k, row in enumerate(curve.iter_rows(named=True), start=1):
        hits = sum(observed[i] for i in order[:k])
        best = sum(sorted(observed, reverse=True)[:k])
        assert row["hit_rate"] == pytest.approx(hits / sum(observed))
        assert row["pai"] == pytest.approx(hits / sum(observed) * len(pairs) / k)
        assert row["pei"] == pytest.approx(hits / best)
    assert dict(curve.schema) == ACCURACY_CURVE.schema


def test_unequal_areas_are_ranked_by_density_and_the_oracle_may_take_a_part():
    curve = trace_accuracy([6, 3, 1], [4, 3, 0.5], [4, 1, 1])
    assert curve["place"].to_list() == [1, 0, 2]
    assert curve["hit_rate"].to_list() == pytest.approx([0.3, 0.9, 1.0])
    assert curve["area_share"].to_list() == pytest.approx([1 / 6, 5 / 6, 1.0])
    assert curve["pei"].to_list() == pytest.approx([1.0, 1.0, 1.0])
    worst_first = trace_accuracy([0, 4, 4], [9, 0, 0], [1, 2, 2])
    assert worst_first["pei"][0] == 0.0


def test_recovery_is_null_until_a_crime_is_observed():
    assert trace_accuracy([0, 2], [5, 1])["recovery"].to_list() == [None, 3.0]


def test_the_penalised_index_runs_from_the_hit_rate_to_the_pai():
    found = Accuracy(crimes=30, all_crimes=100, area=2, all_area=50, oracle_crimes=40)
    assert (found.hit_rate, found.area_share, found.pei) == (0.3, 0.04, 0.75)
    assert found.penalised_pai(1) == found.pai == 7.5
    assert found.penalised_pai(0) == found.hit_rate
    assert found.penalised_pai(0.5) == pytest.approx(1.5)
    with pytest.raises(InputError, match="Alpha must be 0 to 1"):
        found.penalised_pai(1.5)


def test_the_two_indices_called_rri_are_different_things():
    earlier = Accuracy(crimes=40, all_crimes=100, area=1, all_area=10, oracle_crimes=40)
    later = Accuracy(crimes=20, all_crimes=80, area=1, all_area=10, oracle_crimes=20)
    assert find_recapture_rate_index(earlier, later) == pytest.approx(0.25 / 0.4)
    assert find_recovery_rate_index([20], [40]) == 2.0


def test_an_index_over_nothing_is_not_a_number():
    none = Accuracy(crimes=0, all_crimes=10, area=1, all_area=10, oracle_crimes=0)
    assert none.pei == 0
    assert math.isnan(find_recapture_rate_index(none, none))
    assert math.isnan(find_recovery_rate_index([0], [3]))


def test_at_least_one_cell_is_chosen_and_a_whole_share_is_all():
    assert score_prediction([1, 0, 0], [2, 1, 1], 0.01).area == 1
    assert score_prediction([1, 0, 0], [2, 1, 1], 1.0).hit_rate == 1.0


@pytest.mark.parametrize(
    ("observed", "predicted", "area", "fault"),
    [
        ([1], [1, 2], None, "1 observed, 2 predicted"),
        ([], [], None, "0 observed"),
        ([-1, 2], [1, 2], None, "0 or more"),
        ([1], [np.nan], None, "0 or more"),
        ([1], [1], [0.0], "above 0"),
        ([0], [1], None, "No crime was observed"),
    ],
)
def test_predictions_that_cannot_be_scored_are_refused(observed, predicted, area, fault):
    with pytest.raises(InputError, match=fault):
        trace_accuracy(observed, predicted, area)


@pytest.mark.parametrize(
    ("scores", "later", "share", "fault"),
    [
        ([1], [1, 2], 0.5, "1 scores for 2 cells"),
        ([], [], 0.5, "0 scores"),
        ([np.nan], [1], 0.5, "score is missing"),
        ([1], [-1], 0.5, "negative or missing"),
        ([1], [1], 0.0, "share of cells"),
        ([1], [0], 1.0, "no crime to score on"),
    ],
)
def test_scores_that_cannot_be_used_are_refused(scores, later, share, fault):
    with pytest.raises(InputError, match=fault):
        score_prediction(scores, later, share)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"crimes": 5, "oracle_crimes": 4}, "must not exceed the oracle"),
        ({"crimes": math.nan}, "numbers of 0 or more"),
        ({"area": 0}, "area must be above 0"),
    ],
)
def test_an_accuracy_that_cannot_be_is_refused(values, fault):
    right = {"crimes": 1, "all_crimes": 9, "area": 1, "all_area": 10, "oracle_crimes": 4}
    with pytest.raises(InputError, match=fault):
        Accuracy(**{**right, **values})
