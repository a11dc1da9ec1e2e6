"""Numbers and changes in words; the percentage is worked out again by hand with fractions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.reporting.results import Estimate, WindowRecord
from patrolwise.reporting.wording import (
    describe_change,
    format_change,
    format_count,
    format_estimate,
    format_interval,
    format_p,
    format_percent,
    format_signed,
    format_value,
    format_window,
    is_difference,
)

counts = st.integers(min_value=0, max_value=10_000_000)


def thousands_by_hand(number: int) -> str:
    digits, groups = str(number), []
    while digits:
        groups.insert(0, digits[-3:])
        digits = digits[:-3]
    return ",".join(groups)


def change_by_hand(before: int, after: int) -> str:
    if before == after:
        return "no change"
    way, size = ("fewer", "lower") if after < before else ("more", "higher")
    moved = f"{thousands_by_hand(abs(after - before))} {way}"
    if before < 20:
        return f"{moved} (too few for a percentage)"
    share = Fraction(abs(after - before), before) * 100
    if share < Fraction(1, 20):
        return f"{moved}, less than 0.1 % {size}"
    return f"{moved}, {float(share):,.1f} % {size}"


@settings(deadline=None, max_examples=50)
@given(counts, counts)
def test_a_change_is_what_a_person_would_write_by_hand(before, after):
    assert describe_change(before, after) == change_by_hand(before, after)


@settings(deadline=None, max_examples=50)
@given(st.integers(min_value=0, max_value=19), counts)
def test_no_percentage_is_ever_given_on_a_base_under_20(before, after):
    assert "%" not in format_change(before, after)
    assert "%" not in describe_change(before * 5_000.0, after, base=before, countable=False)


def test_the_seed_counts_fall_by_39_point_4_percent():
    assert format_change(416, 252) == "416 → 252, 39.4 % lower"
    assert format_change(60_314, 38_421, base=416, countable=False) == (
        "60,314 → 38,421, 36.3 % lower"
    )


def test_a_percentage_starts_at_exactly_20():
    assert format_change(20, 10) == "20 → 10, 50.0 % lower"
    assert format_change(19, 10) == "19 → 10, 9 fewer (too few for a percentage)"


def test_both_small_bases_of_the_seeds_get_no_257_percent():
    assert format_change(7, 25) == "7 → 25, 18 more (too few for a percentage)"
    assert format_change(14, 50) == "14 → 50, 36 more (too few for a percentage)"


def test_a_change_from_nothing_has_no_percentage_even_on_a_large_base():
    assert (
        describe_change(0.0, 5.0, base=50, countable=False) == "5 more (too few for a percentage)"
    )


def test_no_change_and_a_tiny_change_are_told_apart():
    assert format_change(40, 40) == "40 → 40, no change"
    assert describe_change(10_000, 9_999) == "1 fewer, less than 0.1 % lower"


def test_harm_is_less_and_crimes_are_fewer():
    assert describe_change(50, 40) == "10 fewer, 20.0 % lower"
    assert describe_change(50.0, 40.0, countable=False, decimals=1) == "10.0 less, 20.0 % lower"


def test_a_minus_is_a_true_minus_and_zero_has_no_sign():
    assert format_count(-1234.5, 1) == "\u22121,234.5"
    assert format_count(-0.04, 1) == "0.0"
    assert (format_signed(-0.2), format_signed(0.2), format_signed(3)) == ("0", "0", "+3")


def test_what_is_not_known_is_a_dash_and_what_has_no_end_says_so():
    assert [format_count(None), format_count(float("nan"))] == ["–", "–"]
    assert [format_signed(None), format_p(float("nan"))] == ["–", "–"]
    assert format_interval(0.5, float("inf")) == "0.50 to no limit"
    assert format_interval(None, 1.0) == "no interval"


def test_p_is_never_printed_as_zero():
    assert [format_p(p) for p in (0.0, 0.00099, 0.001, 0.0999, 0.1, 1.0)] == [
        "< 0.001",
        "< 0.001",
        "0.001",
        "0.100",
        "0.10",
        "1.00",
    ]


@pytest.mark.parametrize("slug", ["wdd-poisson", "wdd-robust", "risk-difference", "net-effect"])
def test_a_difference_is_told_by_its_slug_and_printed_with_a_sign(slug):
    estimate = Estimate(id=slug, name="", value=12.4, low=-3.0, high=28.0, level=0.9)
    assert is_difference(estimate)
    assert format_estimate(estimate) == "+12 (90 % interval \u22123 to 28)"


def test_an_estimate_without_value_or_interval_says_so():
    assert format_value(Estimate(id="a", name="", value=None)) == "not defined"
    assert (
        format_estimate(Estimate(id="a", name="", value=None, low=1.0, high=2.0)) == "not defined"
    )
    assert format_estimate(Estimate(id="a", name="", value=0.5)) == "0.500"


def test_one_day_is_not_one_days():
    window = WindowRecord(name="a", first="2024-02-29", last="2024-02-29", days=1)
    assert format_window(window) == "29 February 2024 to 29 February 2024 (1 day)"


def test_a_share_is_printed_in_percent():
    assert format_percent(0.2344) == "23.4 %"
    assert format_percent(0.95, 0) == "95 %"
