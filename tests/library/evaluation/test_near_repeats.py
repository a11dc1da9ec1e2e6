from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation import near_repeats
from patrolwise.evaluation.near_repeat_pairs import ABREAST, ClosePairs, count_gaps
from patrolwise.evaluation.near_repeats import (
    NEAR_REPEATS,
    KnoxTable,
    RepeatRule,
    find_knox_table,
    find_near_repeats,
)
from patrolwise.tables import check_columns

FAR = 300_000  # so that no coordinate looks like degrees
CRIMES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 12)), max_size=25)


def find(x, y, days, rule, seed=1):
    return find_near_repeats(x, y, days, rule, np.random.default_rng(seed))


def count_by_hand(crimes, edges_m, edges_days):
    """Look at all pairs, one by one, and at all bands."""
    counts = {}
    for (x1, y1, t1), (x2, y2, t2) in combinations(crimes, 2):
        apart, gap = np.hypot(x1 - x2, y1 - y2), abs(t1 - t2)
        for i, (near, far) in enumerate(pairwise(edges_m)):
            for j, (soon, late) in enumerate(pairwise(edges_days)):
                if near <= apart < far and soon <= gap < late:
                    counts[i, j] = counts.get((i, j), 0) + 1
    return [
        counts.get((i, j), 0) for i in range(len(edges_m) - 1) for j in range(len(edges_days) - 1)
    ]


@given(CRIMES)
def test_pairs_are_those_that_looking_at_all_pairs_finds(crimes):
    x, y, days = np.array(crimes, dtype=float).reshape(-1, 3).T
    for edges_m, edges_days in (((0, 1, 3, 5), (0, 1, 4)), ((2, 3), (1, 2, 9))):
        found = find(
            x + FAR,
            y + FAR,
            days,
            RepeatRule(edges_m=edges_m, edges_days=edges_days, permutations=99),
        )
        assert found["pairs"].to_list() == count_by_hand(crimes, edges_m, edges_days)


@given(CRIMES)
def test_the_table_of_knox_holds_every_pair_once(crimes):
    x, y, days = np.array(crimes, dtype=float).reshape(-1, 3).T
    table = find_knox_table(x + FAR, y + FAR, days, below_m=3, below_days=4)
    near = near_by_hand(crimes)
    assert (table.close, table.close_in_place, table.close_in_time, table.apart) == near


def near_by_hand(crimes):
    cells = [0, 0, 0, 0]
    for (x1, y1, t1), (x2, y2, t2) in combinations(crimes, 2):
        in_place, in_time = np.hypot(x1 - x2, y1 - y2) < 3, abs(t1 - t2) < 4
        cells[0 if in_place and in_time else 1 if in_place else 2 if in_time else 3] += 1
    return tuple(cells)


def test_shuffles_count_as_the_slow_twin_does_with_the_same_draws():
    """The twin draws from the same generator, in the order in which crimes are kept."""
    rng = np.random.default_rng(7)
    x, y, days = rng.uniform(0, 600, 60) + FAR, rng.uniform(0, 600, 60), rng.integers(0, 40, 60)
    rule = RepeatRule(edges_m=(0, 50, 120), edges_days=(0, 3, 10), permutations=120)
    found = find(x, y, days, rule, seed=5)
    kept = np.lexsort((y, x // 120))
    twin = np.random.default_rng(5)
    drawn = []
    for _ in range(120):
        times = twin.permutation(days[kept].astype(float))
        crimes = list(zip(x[kept], y[kept], times, strict=True))
        drawn.append(count_by_hand(crimes, rule.edges_m, rule.edges_days))
    drawn, seen = np.array(drawn), found["pairs"].to_numpy()
    np.testing.assert_allclose(found["expected"], drawn.mean(axis=0))
    np.testing.assert_allclose(found["p"], (1 + (drawn >= seen).sum(axis=0)) / 121)
    np.testing.assert_allclose(found["ratio"], seen / drawn.mean(axis=0))


def test_crimes_that_follow_each_other_are_found():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 20_000, (2, 200)) + FAR
    days = rng.uniform(0, 365, 200)
    x, y = np.r_[x, x[:40] + 20], np.r_[y, y[:40] + 20]
    days = np.r_[days, days[:40] + rng.uniform(0, 3, 40)]
    found = find(x, y, days, RepeatRule(edges_m=(0, 100), edges_days=(0, 7), permutations=199))
    row = found.row(0, named=True)
    assert row["p"] == 1 / 200
    assert row["ratio"] > 5
    check_columns(found, NEAR_REPEATS, name="found")


def test_near_repeats_reject_as_often_as_they_say_when_times_are_chance():
    """400 runs: 5 % is found 9 to 32 times in 999 of 1,000 such series."""
    rng = np.random.default_rng(12)
    rule = RepeatRule(edges_m=(0, 150), edges_days=(0, 7), permutations=99)
    places = rng.normal(0, 300, (2, 80)) + FAR
    p = [find(*places, rng.integers(0, 90, 80), rule, seed=n)["p"][0] for n in range(400)]
    assert 9 <= sum(one <= 0.05 for one in p) <= 32


def test_crimes_without_a_place_or_a_time_are_left_out():
    x, days = [FAR, np.nan, FAR, FAR], [1.0, 1.0, np.nan, 2.0]
    table = find_knox_table(x, [FAR] * 4, days, below_m=10, below_days=5)
    assert table == KnoxTable(close=1, close_in_place=0, close_in_time=0, apart=0)


def test_no_crimes_have_no_pairs_and_nothing_to_expect():
    found = find([], [], [], RepeatRule())
    assert found.height == 9
    assert found["pairs"].sum() == 0
    assert found["ratio"].null_count() == 9
    assert found["p"].to_list() == [1.0] * 9
    table = find_knox_table([], [], [], below_m=10, below_days=5)
    assert (table.expected, table.poisson_p) == (None, None)


def test_the_poisson_p_counts_as_many_pairs_or_more():
    one = KnoxTable(close=1, close_in_place=1, close_in_time=1, apart=1)
    assert one.expected == 1.0
    assert one.poisson_p == pytest.approx(1 - np.exp(-1))
    none = KnoxTable(close=0, close_in_place=2, close_in_time=2, apart=0)
    assert none.poisson_p == 1.0
    never = KnoxTable(close=0, close_in_place=0, close_in_time=2, apart=1)
    assert never.poisson_p is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"edges_m": (0.0,)}, "distance must be"),
        ({"edges_m": (5.0, 5.0)}, "got 5, 5"),
        ({"edges_m": ()}, "got none"),
        ({"edges_m": tuple(float(n) for n in range(200))}, "2 to 100"),
        ({"edges_days": (-1.0, 5.0)}, "time must be"),
        ({"edges_days": (0.0, float("inf"))}, "time must be"),
        ({"permutations": 98}, "98 permutations"),
    ],
)
def test_rules_that_cannot_be_are_refused(rule, words):
    with pytest.raises(InputError, match=words):
        RepeatRule(**rule)


def test_times_must_be_as_many_as_places():
    with pytest.raises(InputError, match="2 crimes have 3 times"):
        find([FAR, FAR], [FAR, FAR], [1, 2, 3], RepeatRule())


def test_too_many_pairs_to_hold_are_refused(monkeypatch):
    monkeypatch.setattr(near_repeats, "_MOST_PAIRS", 44)
    x = [float(FAR)] * 10
    with pytest.raises(RefusedError, match="45 pairs of crimes lie within 400 m"):
        find(x, x, range(10), RepeatRule())


def test_the_compiled_count_is_the_plain_one():
    rng = np.random.default_rng(2)
    pairs = ClosePairs(
        np.array([0, 2, 3, 3]), np.array([1, 2, 2], dtype=np.int32), np.array([0, 1, 1], np.int8)
    )
    times, edges = rng.uniform(0, 10, (3, ABREAST)), np.array([0.0, 2.0, 5.0])
    out = [np.zeros((2, 3, ABREAST), dtype=np.int32) for _ in range(2)]
    count_gaps(pairs, times, edges, out[0])
    count_gaps.py_func(pairs, times, edges, out[1])
    np.testing.assert_array_equal(*out)
    assert out[0][:, 2].sum() > 0
