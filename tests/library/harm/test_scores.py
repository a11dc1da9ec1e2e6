"""What a harm score counts, what it leaves out, and what it says about both."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.harm import (
    CATEGORY_WEIGHTS,
    HARM_WEIGHTS,
    CategoryWeights,
    HarmIndex,
    HarmRule,
    score_categories,
    score_crimes,
    weight_of,
)
from patrolwise.tables import CRIMES, make_table

ALL = HarmRule(leave_out=())


def crimes_of(*codes, categories=None):
    n = len(codes or categories or ())
    return make_table(
        CRIMES,
        {
            "force": pl.Series(["F"] * n, dtype=pl.String),
            "month": pl.Series([date(2022, 4, 1)] * n, dtype=pl.Date),
            "offence_code": pl.Series(codes or [None] * n, dtype=pl.String),
            "category": pl.Series(categories or [None] * n, dtype=pl.String),
            "source": pl.Series(["x"] * n, dtype=pl.String),
            "row": pl.Series(range(n), dtype=pl.UInt32),
        },
    )


def index_of(*rows):
    """Return an index of invented weights: code, low, days, high, found_by."""
    codes, low, days, high, found_by = zip(*rows, strict=True)
    weights = {"offence_code": codes, "offence": codes, "days": days, "low": low, "high": high}
    weights |= {"rows": [2] * len(rows), "found_by": pl.Series(found_by, dtype=pl.String)}
    return HarmIndex(
        name="invented",
        title="Invented",
        version="2024",
        weights=make_table(HARM_WEIGHTS, weights),
        source="a test",
        licence="none",
    )


INDEX = index_of(
    ("1", 900.0, 900.0, 900.0, None),
    ("8N", 4.0, 16.0, 100.0, None),
    ("34B", 25.0, 25.0, 25.0, None),
    ("92E", 9.0, 9.0, 9.0, "police"),
    ("46", 1.0, 1.0, 1.0, "company"),
)

CATEGORIES = CategoryWeights(
    index="invented@2024",
    fy="2021/22",
    years=("2020/21", "2021/22"),
    weights=make_table(
        CATEGORY_WEIGHTS,
        {
            "category": ["robbery", "drugs", "burglary"],
            "days": [25.0, 9.0, None],
            "mix_low": [20.0, 8.0, None],
            "mix_high": [30.0, 10.0, None],
            "rule_low": [5.0, 1.0, None],
            "rule_high": [50.0, 90.0, None],
            "coverage": [1.0, 1.0, 0.2],
            "offences": [10, 10, 10],
            "found_by": [None, "police", None],
        },
    ),
)


def test_a_score_is_the_sum_of_days_with_its_range():
    score = score_crimes(crimes_of("8N", "8N", "34B"), INDEX)
    assert (score.total, score.low, score.high) == (57.0, 33.0, 225.0)
    assert (score.index, score.is_estimate) == ("invented@2024", False)
    assert score.mix_low is None
    assert score.mix_high is None
    assert score.per_crime == 19.0


def test_coverage_is_counted_before_anything_is_left_out():
    score = score_crimes(crimes_of("8N", "92E", "46", "77", None), INDEX)
    assert (score.crimes, score.weighed, score.left_out, score.scored) == (5, 3, 2, 1)
    assert score.coverage == pytest.approx(3 / 5)
    assert score.total == 16.0


def test_crimes_without_a_weight_are_named_and_counted():
    score = score_crimes(crimes_of("77", "77", "78", None), INDEX)
    assert score.unweighed.rows() == [("77", 2), ("78", 1), (None, 1)]
    assert score.per_crime is None
    assert score.worst is None
    assert score.total_without_worst == 0


def test_what_is_left_out_is_named_and_counted():
    score = score_crimes(crimes_of("46", "92E", "92E"), INDEX)
    assert score.excluded.rows() == [("92E", "92E", "police", 2), ("46", "46", "company", 1)]


@pytest.mark.parametrize(
    ("leave_out", "total"),
    [(("police", "company"), 16.0), (("police",), 17.0), (("company",), 25.0), ((), 26.0)],
)
def test_what_is_left_out_can_be_switched(leave_out, total):
    crimes = crimes_of("8N", "92E", "46")
    assert score_crimes(crimes, INDEX, HarmRule(leave_out=leave_out)).total == total


def test_a_rule_refuses_to_leave_out_what_it_does_not_know():
    with pytest.raises(InputError, match="not 'traffic'"):
        HarmRule(leave_out=("police", "traffic"))


def test_the_drivers_come_with_the_most_harm_first_and_shares_that_sum_to_one():
    score = score_crimes(crimes_of("1", *["8N"] * 6, "34B"), INDEX)
    assert score.drivers["key"].to_list() == ["1", "8N", "34B"]
    assert score.drivers["crimes"].to_list() == [1, 6, 1]
    assert score.drivers["harm"].to_list() == [900.0, 96.0, 25.0]
    assert score.drivers["share"].sum() == pytest.approx(1)


def test_without_its_worst_offence_a_frequency_desert_shows():
    score = score_crimes(crimes_of("1", "8N"), INDEX)
    assert score.worst == "1"
    assert score.total_without_worst == 16.0


def test_square_roots_keep_one_murder_from_being_everything():
    score = score_crimes(crimes_of("1", "8N"), INDEX, HarmRule(square_root=True))
    assert (score.total, score.low, score.high) == (34.0, 32.0, 40.0)
    assert score.label == "square root weights: Invented (invented@2024)"


def test_crimes_written_in_another_way_find_their_weight():
    assert score_crimes(crimes_of("08n", " 34B"), INDEX).total == 41.0


def test_no_crimes_have_no_harm():
    score = score_crimes(crimes_of(), INDEX)
    assert (score.crimes, score.total, score.coverage, score.per_crime) == (0, 0.0, 0.0, None)
    assert weight_of(crimes_of(), INDEX).tolist() == []


def test_anti_social_behaviour_is_set_aside_even_in_a_force_export():
    crimes = crimes_of(
        "8N", None, categories=["violence-and-sexual-offences", "anti-social-behaviour"]
    )
    score = score_crimes(crimes, INDEX)
    assert (score.crimes, score.incidents, score.coverage) == (1, 1, 1.0)


def test_open_data_is_scored_by_category_and_says_that_it_is_an_estimate():
    crimes = crimes_of(
        categories=["robbery", "robbery", "drugs", "burglary", "anti-social-behaviour", None]
    )
    score = score_categories(crimes, CATEGORIES)
    assert (score.total, score.low, score.high) == (50.0, 10.0, 100.0)
    assert (score.mix_low, score.mix_high) == (40.0, 60.0)
    assert (score.crimes, score.incidents, score.weighed, score.left_out) == (5, 1, 3, 1)
    assert score.is_estimate
    assert score.label == "estimate from the force's offence mix of 2021/22 (invented@2024)"
    assert score.index == "invented@2024, estimate"


def test_square_roots_of_an_estimate_hold_for_its_ranges_too():
    score = score_categories(
        crimes_of(categories=["robbery"]), CATEGORIES, HarmRule(square_root=True)
    )
    assert (score.total, score.mix_low) == (5.0, pytest.approx(20**0.5))


def test_weights_come_in_the_order_of_the_crimes():
    crimes = crimes_of("34B", None, "92E", "8N", "77", "34B")
    assert weight_of(crimes, INDEX).tolist() == [25.0, 0.0, 0.0, 16.0, 0.0, 25.0]
    assert weight_of(crimes, INDEX, ALL).tolist() == [25.0, 0.0, 9.0, 16.0, 0.0, 25.0]
    assert weight_of(crimes, INDEX, bound="low").tolist() == [25.0, 0.0, 0.0, 4.0, 0.0, 25.0]


def test_a_bound_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="got 'middle'"):
        weight_of(crimes_of("8N"), INDEX, bound="middle")


def test_the_crimes_given_are_not_changed():
    crimes = crimes_of("08n", None)
    before = crimes.clone()
    score_crimes(crimes, INDEX)
    assert crimes.equals(before)


DAYS = {"1": 900.0, "8N": 16.0, "34B": 25.0, "92E": 9.0, "46": 1.0}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from([*DAYS, "77", None]), max_size=30),
    st.sets(st.sampled_from(["police", "company"])),
)
def test_scores_are_those_of_a_plain_loop(codes, leave_out):
    left_out_codes = {"police": "92E", "company": "46"}
    skipped = {left_out_codes[by] for by in leave_out}
    total, weighed, left_out = 0.0, 0, 0
    for code in codes:
        if code in DAYS:
            weighed += 1
            if code in skipped:
                left_out += 1
            else:
                total += DAYS[code]
    rule = HarmRule(leave_out=tuple(sorted(leave_out)))
    score = score_crimes(crimes_of(*codes), INDEX, rule)
    assert (score.total, score.weighed, score.left_out) == (total, weighed, left_out)
    assert np.sum(weight_of(crimes_of(*codes), INDEX, rule)) == total
