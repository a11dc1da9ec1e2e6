"""Scans against a slow twin, against p-values counted out, and when nothing gathers."""

import itertools
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.benchmarking.scan_windows import Direction, ScanRule
from patrolwise.benchmarking.scans import find_spread, find_zones, scan_forces, scan_times
from patrolwise.errors import InputError


def log_ratio(seen, due, total, direction):
    if (seen <= due) if direction is Direction.MORE else (seen >= due):
        return 0.0
    inside = seen * log(seen / due) if seen else 0.0
    rest = total - seen
    return inside + (rest * log(rest / (total - due)) if rest else 0.0)


def twin(counts, expected, zones, rule):
    """Walk every zone and window; return the highest ratio and where it is."""
    total = sum(map(sum, counts))
    scale = total / sum(map(sum, expected))
    periods = len(counts[0])
    best = (0.0, None)
    for zone in zones:
        for first, last in itertools.combinations_with_replacement(range(periods), 2):
            length = last - first + 1
            if not rule.shortest <= length <= (rule.longest or periods // 2):
                continue
            if rule.is_current and last != periods - 1:
                continue
            inside = [(f, t) for f in zone for t in range(first, last + 1)]
            seen = sum(counts[f][t] for f, t in inside)
            due = scale * sum(expected[f][t] for f, t in inside)
            ratio = log_ratio(seen, due, total, rule.direction)
            if ratio > best[0] + 1e-9:
                best = (ratio, (tuple(zone), first, last))
    return best


ZONES = ((0,), (1,), (2,), (0, 1), (1, 2))
RULES = [
    ScanRule(draws=1),
    ScanRule(draws=1, direction=Direction.LESS),
    ScanRule(draws=1, shortest=2, longest=3),
    ScanRule(draws=1, is_current=True),
]


@given(st.lists(st.integers(0, 9), min_size=18, max_size=18), st.sampled_from(RULES))
def test_the_cluster_found_is_that_of_the_twin(cells, rule):
    counts = np.reshape(cells, (3, 6))
    margins = np.outer(counts.sum(axis=1), counts.sum(axis=0))
    for expected in (None, np.arange(1.0, 19.0).reshape(3, 6)):
        found = scan_forces(
            counts, np.random.default_rng(1), expected=expected, zones=ZONES, rule=rule
        )
        given = margins if expected is None else expected
        if not counts.sum():
            assert found is None
            continue
        ratio, _ = twin(counts.tolist(), given.tolist(), ZONES, rule)
        if ratio < 1e-9:
            assert found is None or found.log_ratio < 1e-9
            continue
        assert found.log_ratio == pytest.approx(ratio)
        # of equal ones another may come first: what was found must have the ratio it says
        inside = np.ix_(found.forces, range(found.first, found.last + 1))
        due = given[inside].sum() * counts.sum() / given.sum()
        assert (found.observed, found.expected) == pytest.approx((counts[inside].sum(), due))
        assert found.ratio == pytest.approx(found.observed / found.expected)
        assert log_ratio(
            found.observed, found.expected, counts.sum(), rule.direction
        ) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("counts", "expected", "zones", "rule"),
    [
        ([[0, 3, 2, 0, 1]], [[1, 1, 1, 1, 1]], [[0]], ScanRule(draws=20_000)),
        (
            [[0, 3, 2, 0, 1]],
            [[1, 2, 1, 3, 1]],
            [[0]],
            ScanRule(draws=20_000, direction=Direction.LESS, longest=3),
        ),
        (
            [[0, 2, 3], [1, 0, 0]],
            [[1, 1, 1], [2, 1, 1]],
            [[0], [1], [0, 1]],
            ScanRule(draws=20_000, longest=2),
        ),
        (
            [[0, 1, 4], [1, 0, 0]],
            [[1, 1, 1], [2, 1, 1]],
            [[0], [1]],
            ScanRule(draws=20_000, longest=2, is_current=True),
        ),
    ],
)
def test_p_is_that_of_all_outcomes_counted_out(counts, expected, zones, rule):
    """Every way in which the crimes could have fallen, each with its chance."""
    total, flat = int(np.sum(counts)), np.ravel(expected) / np.sum(expected)
    observed = twin(counts, expected, zones, rule)[0]
    exact = 0.0
    for places in itertools.combinations_with_replacement(range(flat.size), total):
        cells = np.bincount(places, minlength=flat.size)
        drawn = cells.reshape(np.shape(counts)).tolist()
        if twin(drawn, expected, zones, rule)[0] >= observed - 1e-9:
            exact += stats.multinomial.pmf(cells, total, flat)
    found = scan_forces(
        counts, np.random.default_rng(20_264), expected=expected, zones=zones, rule=rule
    )
    assert found.p == pytest.approx(exact, abs=4 * (exact / rule.draws) ** 0.5)


@pytest.mark.parametrize(
    ("level", "spread", "direction", "has_margins"),
    [
        (1.5, 0.0, Direction.MORE, True),  # about one homicide a quarter
        (40, 0.0, Direction.LESS, True),
        (300, 0.15, Direction.MORE, True),
        (300, 0.15, Direction.LESS, False),
    ],
)
def test_p_is_small_no_more_often_than_it_says_when_nothing_gathers(
    level, spread, direction, has_margins
):
    rng = np.random.default_rng(20_265)
    expected = level * np.outer(np.linspace(0.3, 2, 8), np.linspace(1, 1.4, 16))
    rule = ScanRule(draws=99, spread=spread, direction=direction)
    p = []
    for _ in range(120):
        vary = rng.gamma(spread**-2, spread**2, expected.shape) if spread else 1.0
        counts = rng.poisson(expected * vary)
        found = scan_forces(counts, rng, expected=None if has_margins else expected, rule=rule)
        p.append(found.p)
    # 4 Monte-Carlo errors
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=4 * (0.09 / 120) ** 0.5)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=4 * (0.25 / 120) ** 0.5)


def test_without_the_spread_overdispersed_counts_always_seem_to_gather():
    rng = np.random.default_rng(20_266)
    counts = rng.poisson(2_000 * rng.gamma(100, 0.01, (8, 16)))
    assert scan_forces(counts, rng, rule=ScanRule(draws=99)).p == 0.01
    assert scan_forces(counts, rng, rule=ScanRule(draws=99, spread=0.1)).p > 0.05


def test_a_fall_in_two_like_forces_is_found_and_a_national_one_is_not():
    rng = np.random.default_rng(20_267)
    level = np.outer([50, 80, 30, 60], np.linspace(2, 1, 12))
    level[1:3, 6:9] *= 0.6
    counts = rng.poisson(level)
    zones = find_zones([[1], [2], [1], [0]], 2)
    rule = ScanRule(direction=Direction.LESS, draws=199)
    found = scan_forces(counts, rng, zones=zones, rule=rule)
    assert (found.forces, found.first, found.last, found.p) == ((1, 2), 6, 8, 0.005)
    calm = rng.poisson(np.outer([50, 80, 30, 60], np.linspace(2, 1, 12)))
    assert scan_forces(calm, rng, zones=zones, rule=rule).p > 0.05


def test_the_same_seed_gives_the_same_answer_and_chance_is_never_nothing():
    counts = [3, 2, 4, 30, 28, 3, 2, 3]
    found = [scan_times(counts, np.random.default_rng(5)) for _ in range(2)]
    assert found[0] == found[1]
    assert (found[0].first, found[0].last, found[0].p) == (3, 4, 1 / 1_000)


def test_exposures_say_what_was_to_be_expected():
    days = [31, 31, 31, 310, 310, 31, 31, 31]
    found = scan_times([3, 2, 4, 30, 28, 3, 2, 3], np.random.default_rng(5), exposures=days)
    assert found.p > 0.5


def test_there_is_no_cluster_without_crime_or_without_a_difference():
    rng = np.random.default_rng(5)
    assert scan_forces(np.zeros((2, 4)), rng) is None
    assert scan_forces(np.full((2, 4), 3), rng) is None
    empty_force = [[0, 0, 0, 0], [1, 5, 1, 1], [3, 0, 3, 3]]
    assert scan_forces(empty_force, rng).forces == (1,)


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.2])
def test_the_spread_is_found_again_whatever_one_force_does(spread):
    rng = np.random.default_rng(20_268)
    level = np.outer(np.geomspace(50, 4_000, 43), np.linspace(1, 1.5, 56))
    level[7] *= np.where(np.arange(56) > 30, 2, 1)
    vary = rng.gamma(spread**-2, spread**2, level.shape) if spread else 1.0
    found = find_spread(rng.poisson(level * vary))
    assert found == pytest.approx(spread, rel=0.12, abs=0.012)


def test_forces_and_periods_without_crime_say_nothing_of_the_spread():
    counts = [[100, 130, 90, 120], [200, 150, 210, 190], [80, 90, 110, 70]]
    padded = np.pad(counts, ((0, 1), (1, 0)))
    assert find_spread(padded) == find_spread(counts) > 0
    assert find_spread([[3, 0], [0, 0]]) == 0


FLAT = np.full((2, 4), 3)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda rng: scan_forces([1, 2], rng), "got 1 dimensions"),
        (
            lambda rng: scan_forces([[1, -1, 2.5]], rng, expected=[[1, 1]]),
            "2 faults.*whole.*(1, 3)",
        ),
        (lambda rng: scan_forces(FLAT, rng, expected=FLAT * 0), "above 0 where"),
        (lambda rng: scan_forces(FLAT, rng, zones=[[0], [2]]), "rows from 0 to 1"),
        (lambda rng: scan_forces(FLAT, rng, zones=[[]]), "one at least"),
        (lambda rng: scan_times([1, 2, 3], rng, rule=ScanRule(longest=3)), "series of 3"),
        (lambda rng: scan_times([1], rng), "series of 1"),
        (lambda rng: find_spread([[1, 2]]), "2 forces and 2 periods"),
        (lambda rng: find_spread([1.5]), "got 1 dimensions"),
        (lambda rng: ScanRule(shortest=0, spread=-1, draws=0), "3 faults.*0 to None.*-1.*got 0"),
        (lambda rng: ScanRule(shortest=3, longest=2), "3 to 2"),
    ],
)
def test_what_cannot_be_scanned_is_refused(make, said):
    with pytest.raises(InputError, match=f"(?s){said}"):
        make(np.random.default_rng(1))
