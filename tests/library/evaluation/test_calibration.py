"""The placebo study on made months: what should hold, holds; what should fail, fails."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.calibration import (
    PlaceboDesign,
    _all_tests,
    _draw_areas,
    _draw_months,
    _wilson,
    find_rejections,
)

MONTHS = [date(2018 + k // 12, k % 12 + 1, 1) for k in range(48)]


def cube(rng, areas=60, rate=12.0):
    """Made crimes: area rates, season and months that all share, and gamma noise besides."""
    level = rng.gamma(8.0, rate / 8.0, areas)
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(len(MONTHS)) / 12)
    shared = rng.gamma(25.0, 1 / 25.0, len(MONTHS))
    noise = rng.gamma(6.0, 1 / 6.0, (areas, len(MONTHS)))
    return rng.poisson(level[:, None] * season * shared * noise).astype(float)


@pytest.fixture(scope="module")
def rejected():
    """Several made worlds: splits of one are not independent of each other."""
    rng = np.random.default_rng(20)
    design = PlaceboDesign(permutations=199)
    tables = [find_rejections(cube(rng), MONTHS, design, rng, splits=50) for _ in range(12)]
    names = tables[0]["test"].to_list()
    assert all(table["test"].to_list() == names for table in tables)
    shares = np.mean([table["rejected"].to_numpy() for table in tables], axis=0)
    return dict(zip(names, shares, strict=True)), tables[0]


def test_headline_tests_against_comparison_areas_reject_about_as_often_as_they_say(rejected):
    shares, table = rejected
    headline = table.filter(table["headline"])["test"].to_list()
    assert set(headline) >= {
        "ratio-of-ratios-robust",
        "ratio-of-ratios-permutation",
        "wdd-robust",
    }
    for test in headline:
        assert 0.02 <= shares[test] <= 0.085, (test, shares[test])


def test_tests_that_take_crime_as_poisson_cry_wolf(rejected):
    shares, table = rejected
    assert shares["rate-ratio-exact"] > 0.15
    assert shares["rate-ratio-mid-p"] > 0.15
    assert shares["rate-ratio-e-test"] > 0.15
    # against comparison areas too, and only by its error: its difference has no bias
    assert 0.1 < shares["ratio-of-ratios-poisson"] < 0.5
    assert 0.1 < shares["wdd-poisson"] < 0.5
    poisson = ["rate-ratio-exact", "rate-ratio-mid-p", "rate-ratio-e-test"]
    poisson += ["ratio-of-ratios-poisson", "wdd-poisson"]
    assert not table.filter(table["test"].is_in(poisson))["headline"].any()


def test_the_share_lies_within_its_monte_carlo_interval(rejected):
    _, table = rejected
    assert (table["low"] <= table["rejected"]).all()
    assert (table["rejected"] <= table["high"]).all()
    assert table.columns == ["test", "headline", "rejected", "low", "high"]


def test_one_seed_gives_one_table_and_the_cube_is_left_as_it_was():
    counts = cube(np.random.default_rng(5))
    before = counts.copy()
    design = PlaceboDesign(permutations=99)
    first, second = (
        find_rejections(counts, MONTHS, design, np.random.default_rng(3), splits=5)
        for _ in range(2)
    )
    assert first.equals(second)
    assert (counts == before).all()


def test_comparison_areas_are_scaled_to_as_many_as_there_are_hot_spots():
    rng = np.random.default_rng(4)
    counts, groups = cube(rng), (np.arange(7), np.arange(7, 27))
    windows = (list(range(12)), list(range(12, 24)))
    found = {e.id: e for e in _all_tests(counts, groups, windows, PlaceboDesign(), rng)}
    change = counts[:, 12:24].sum(axis=1) - counts[:, :12].sum(axis=1)
    wanted = change[:7].sum() - change[7:27].sum() * 7 / 20
    assert found["wdd-poisson"].value == pytest.approx(wanted)
    assert found["wdd-robust"].value == pytest.approx(wanted)


def test_areas_with_no_crime_are_a_split_not_rejected():
    design = PlaceboDesign(pool=27, permutations=99)
    counts = np.zeros((27, len(MONTHS)))
    found = find_rejections(counts, MONTHS, design, np.random.default_rng(1), splits=3)
    assert found["rejected"].to_list() == [0.0] * found.height


# --- the draws ------------------------------------------------------------------------------------


def test_alike_groups_are_drawn_from_the_whole_pool_and_share_no_area():
    rng, seen = np.random.default_rng(1), set()
    for _ in range(100):
        hot, other = _draw_areas(np.arange(60), PlaceboDesign(), rng)
        assert (len(hot), len(other)) == (7, 20)
        assert not set(hot) & set(other)
        seen |= set(hot)
    assert seen == set(range(60))


def test_unlike_groups_are_the_busiest_third_and_the_rest():
    hot, other = _draw_areas(np.arange(60), PlaceboDesign(alike=False), np.random.default_rng(1))
    assert max(hot) < 20 <= min(other)


def test_only_the_busiest_areas_are_in_the_pool():
    counts = np.zeros((30, len(MONTHS)))
    counts[3:] = np.random.default_rng(2).poisson(9.0, (27, len(MONTHS)))
    counts[:3] = 0.0
    design = PlaceboDesign(pool=27, permutations=99)
    # the three areas without crime would make each ratio of one area undefined or far out
    found = find_rejections(counts, MONTHS, design, np.random.default_rng(1), splits=20)
    same = find_rejections(counts[3:], MONTHS, design, np.random.default_rng(1), splits=20)
    assert found.equals(same)


def test_months_are_paired_by_calendar_month_in_two_different_years():
    rng = np.random.default_rng(1)
    for _ in range(20):
        first, second = _draw_months(MONTHS, PlaceboDesign(), rng)
        assert sorted(MONTHS[k].month for k in first) == list(range(1, 13))
        assert [MONTHS[k].month for k in first] == [MONTHS[k].month for k in second]
        assert all(a != b for a, b in zip(first, second, strict=True))


def test_contiguous_windows_are_a_year_apart_in_either_order():
    rng, orders = np.random.default_rng(1), set()
    design = PlaceboDesign(contiguous=True, months=10)
    for _ in range(60):
        first, second = _draw_months(MONTHS, design, rng)
        orders.add(first[0] < second[0])
        assert {b - a for a, b in zip(first, second, strict=True)} in ({12}, {-12})
        assert np.diff(first).tolist() == [1] * 9
        assert 0 <= min(first + second) <= max(first + second) < 48
    assert orders == {True, False}


# --- what cannot be drawn -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ({"hot_spots": 41}, "41 hot spots and 20 comparison areas cannot be drawn from a pool"),
        ({"alike": False, "hot_spots": 21}, "21 hot spots from the first third of 60"),
        ({"alike": False, "comparison": 41, "hot_spots": 7}, "41 comparison areas from the rest"),
    ],
)
def test_designs_that_cannot_be_drawn_are_refused(design, said):
    with pytest.raises(InputError, match=said):
        PlaceboDesign(**design)


def test_fewer_areas_than_the_pool_are_refused():
    with pytest.raises(InputError, match="The pool needs 60 areas; there are 59"):
        find_rejections(np.ones((59, 48)), MONTHS, PlaceboDesign(), np.random.default_rng(1))


def test_months_that_make_no_pairs_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match="each calendar month at least twice"):
        _draw_months(MONTHS[:23], PlaceboDesign(), rng)
    assert _draw_months(MONTHS[:24], PlaceboDesign(), rng)
    with pytest.raises(InputError, match="need 24 months; there are 23"):
        _draw_months(MONTHS[:23], PlaceboDesign(contiguous=True), rng)
    assert _draw_months(MONTHS[:24], PlaceboDesign(contiguous=True), rng)


# --- Wilson's interval ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_limits_are_where_the_score_test_just_rejects(counted):
    """The definition (Wilson 1927): (share - p)² = z² p (1 - p) / n at both limits."""
    found, tried = counted
    z = 1.959964
    for limit in _wilson(found, tried):
        distance = (float(Fraction(found, tried)) - limit) ** 2
        assert distance == pytest.approx(z**2 * limit * (1 - limit) / tried, abs=1e-9)


def test_wilsons_interval_of_a_textbook_case():
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, and 0 of 20."""
    assert _wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert _wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
