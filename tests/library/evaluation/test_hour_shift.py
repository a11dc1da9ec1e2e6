from itertools import product

import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.hour_shift import HourCounts, PatrolHours, estimate_hour_shift

EVENING = PatrolHours(hours=(14, 15, 16, 17, 18, 19))


def hours_of(rng, parts=(12, 12), mean=2.0, comparison=True, **more):
    draws = [rng.poisson(mean, (n, 24)) for n in parts * 2]
    if not comparison:
        draws[2:] = [None, None]
    names = ("before", "after", "comparison_before", "comparison_after")
    return HourCounts(**dict(zip(names, draws, strict=True)), **more)


def shift(counts, seed=1, **more):
    return estimate_hour_shift(counts, EVENING, np.random.default_rng(seed), **more)


def test_hours_beside_the_patrol_go_round_midnight():
    hours = PatrolHours(hours=(22, 23, 0), beside=2)
    assert hours.beside_hours == (1, 2, 20, 21)
    assert set(hours.rest_hours) == set(range(3, 20))


def test_hours_between_two_patrols_are_beside_both_once():
    assert PatrolHours(hours=(9, 11), beside=1).beside_hours == (8, 10, 12)


@pytest.mark.parametrize(
    ("hours", "beside", "words"),
    [
        ((), 1, "0 to 23"),
        ((24,), 1, "0 to 23"),
        ((5,), 0, "one hour beside"),
        (tuple(range(20)), 2, "No hour is left"),
    ],
)
def test_hours_that_leave_nothing_to_compare_are_refused(hours, beside, words):
    with pytest.raises(InputError, match=words):
        PatrolHours(hours=hours, beside=beside)


def test_faults_of_tables_of_hours_are_told():
    ok = np.ones((3, 24))
    with pytest.raises(InputError, match="2 faults"):
        HourCounts(before=np.ones((3, 23)), after=ok, comparison_before=ok)
    with pytest.raises(InputError, match="as many parts after as before"):
        HourCounts(before=ok, after=np.ones((4, 24)))
    with pytest.raises(InputError, match="0 or more"):
        HourCounts(before=-ok, after=ok)


def by_hand(counts, hours, rest):
    """The same, month by month: a share of each total is what a month adds to its log."""
    tables = [(1, counts.before, counts.after)]
    if counts.comparison_before is not None:
        tables.append((-1, counts.comparison_before, counts.comparison_after))
    log, poisson, months = 0.0, 0.0, np.zeros(len(counts.before))
    for sign, before, after in tables:
        for columns, turn in ((hours, 1), (rest, -1)):
            b, a = sum(before[:, h] for h in columns), sum(after[:, h] for h in columns)
            log += sign * turn * np.log(a.sum() / b.sum())
            poisson += 1 / a.sum() + 1 / b.sum()
            months += sign * turn * (a / a.sum() - b / b.sum())
    n = len(months)
    variance = n * months.var(ddof=1)
    reach = stats.t(n - 1).ppf(0.975) * variance**0.5
    return np.exp(log), np.exp(log - reach), np.exp(log + reach), variance / poisson


@pytest.mark.parametrize("comparison", [True, False])
def test_shifts_are_ratios_of_ratios_with_the_spread_of_months(comparison):
    counts = hours_of(np.random.default_rng(6), comparison=comparison)
    found = shift(counts)
    beside, patrol = (12, 13, 20, 21), (14, 15, 16, 17, 18, 19)
    rest = tuple(set(range(24)) - set(beside) - set(patrol))
    for e, hours in ((found.beside, beside), (found.patrol, patrol)):
        assert (e.value, e.low, e.high, e.dispersion) == pytest.approx(by_hand(counts, hours, rest))


def test_a_shift_that_comparison_areas_share_cancels():
    rng = np.random.default_rng(2)
    before, after = rng.poisson(4, (12, 24)) + 1.0, rng.poisson(4, (12, 24)) + 1.0
    counts = HourCounts(
        before=before, after=after, comparison_before=3 * before, comparison_after=5 * after
    )
    assert shift(counts).beside.value == pytest.approx(1.0)


def test_hours_without_crime_are_not_defined_and_say_so():
    empty = np.ones((12, 24))
    empty[:, [12, 13, 20, 21]] = 0
    found = shift(HourCounts(before=np.ones((12, 24)), after=empty))
    assert found.beside.value is None
    assert found.permutation.value is None
    assert "Not defined" in found.beside.note
    assert "Not defined" in found.permutation.note
    assert found.patrol.value == 1.0


def test_too_few_parts_give_no_interval_and_no_permutation():
    found = shift(hours_of(np.random.default_rng(1), (2, 2)))
    assert found.beside.value is not None
    assert (found.beside.p, found.beside.dispersion, found.permutation.p) == (None, None, None)
    assert "Too few parts" in found.permutation.note


def contrast(table):
    """Return the log ratio of one table of before and after by cells."""
    (hot, rest, other, other_rest) = (np.log(after / before) for before, after in table)
    return hot - rest - other + other_rest


def cells_of(counts):
    beside, rest = [12, 13, 20, 21], [*range(12), 22, 23]
    return [
        (before[:, columns].sum(1), after[:, columns].sum(1))
        for before, after in (
            (counts.before, counts.after),
            (counts.comparison_before, counts.comparison_after),
        )
        for columns in (beside, rest)
    ]


def test_all_swaps_of_pairs_of_months_are_counted_when_there_are_few():
    counts = hours_of(np.random.default_rng(11), (7, 7), mean=4.0)
    cells = cells_of(counts)
    seen = contrast([(b.sum(), a.sum()) for b, a in cells])
    further = 0
    for swaps in product([False, True], repeat=7):
        s = np.array(swaps)
        drawn = contrast([(np.where(s, a, b).sum(), np.where(s, b, a).sum()) for b, a in cells])
        further += abs(drawn) >= abs(seen) - 1e-12
    found = shift(counts).permutation
    assert found.p == further / 2**7
    assert found.value == pytest.approx(np.exp(seen))
    assert "All 128 ways to swap pairs of parts" in found.note


@pytest.mark.parametrize("aligned", [True, False])
def test_drawn_swaps_agree_with_the_interval(aligned):
    counts = hours_of(np.random.default_rng(5), (24, 24), mean=3.0, aligned=aligned)
    found = shift(counts, draws=2000)
    assert found.permutation.p == pytest.approx(found.beside.p, abs=0.06)
    assert "All" not in found.permutation.note


def test_unequal_windows_are_permuted_part_by_part():
    counts = hours_of(np.random.default_rng(5), (18, 9), mean=3.0, aligned=False)
    found = shift(counts, draws=500)
    assert 0 < found.permutation.p <= 1
    assert "500 ways to swap parts" in found.permutation.note


def test_draws_that_empty_a_total_count_as_further():
    """All crime beside the patrol is in two parts, one of each window.

    Draws that part them are as far out as what was seen; the others, 7 in 15, leave a window
    without crime beside the patrol.
    """
    before, after = np.ones((8, 24)), np.ones((8, 24))
    before[1:, [12, 13, 20, 21]] = 0
    after[1:, [12, 13, 20, 21]] = 0
    after[0, 12] = 9
    found = shift(HourCounts(before=before, after=after, aligned=False), draws=400)
    assert found.permutation.value == pytest.approx(12 / 4)
    assert found.permutation.p == 1.0


def test_the_same_seed_draws_the_same():
    counts = hours_of(np.random.default_rng(3), (20, 20))
    assert shift(counts, draws=300) == shift(counts, draws=300)
