"""What forces tell each other, attacked by somebody who has all of it and knows the rule."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest

from patrolwise.benchmarking.funnels import Form, judge_changes, judge_ratios
from patrolwise.benchmarking.spans import parse_period
from patrolwise.errors import InputError
from patrolwise.reporting import share_guard
from patrolwise.reporting.share_guard import hide_shares
from patrolwise.reporting.shares import (
    OwnCount,
    SharedCount,
    SharedMeasure,
    find_parts,
    show_count,
    shown_range,
)

YEAR = ("all", "2023/24")
QUARTERS = [("all", f"2023/24 Q{k}") for k in range(1, 5)]
MOST = 13  # the largest count that is tried


def measure(name, **given):
    told = {"title": name, "counted": name, "exposure": "residents", "expected": ""}
    return SharedMeasure(**{"id": name, **told, "direction_good": "down", "min_count": 20, **given})


ONE = {"all": measure("all")}
PARTS = {**ONE, "part": measure("part", within="all")}


def own(cells):
    return [
        OwnCount(measure=name, period=parse_period(label), observed=n, expected=None, exposure=1e6)
        for (name, label), n in cells.items()
    ]


def share(cells, stages, measures=ONE):
    """Return what is told, where a force makes one share after another."""
    told = {}
    for stage in stages:
        hidden = hide_shares(own(cells), stage, measures, tuple(told.values()))
        told.update({one.key: one for one in hidden.told})
    return {key: one.observed for key, one in told.items()}


def attack(worlds, stages, measures=ONE):
    """Return hidden counts of which somebody with all shares knows that they are few of 1 to 7.

    Everything that a force could have counted is tried; what remains possible is what gives the
    very same shares. Worlds end somewhere: shares that one at the end gives are left out.
    """
    same = defaultdict(list)
    for cells in worlds:
        same[tuple(share(cells, stages, measures).items())].append(cells)
    found, hidden = [], 0
    for told, possible in same.items():
        if max(max(cells.values()) for cells in possible) >= MOST:
            continue
        for key, shown in told:
            values = {cells[key] for cells in possible}
            if shown is None and values & set(range(1, 8)):
                hidden += 1
                found += [(key, told, values)] if len(values) < 7 else []
    assert hidden
    return found


LONG = ("all", "2021/22 to 2023/24")
YEARS = [("all", f"20{k}/{k + 1}") for k in (21, 22, 23)]


@pytest.fixture
def unchecked(monkeypatch):
    """Leave out the check of sums, a quarter of the time: all worlds add up."""
    monkeypatch.setattr(share_guard, "_check_sums", lambda groups: None)


def years():
    for counts in itertools.product(range(MOST + 1), repeat=3):
        if sum(counts) <= MOST:
            yield {**dict(zip(YEARS, counts, strict=True)), LONG: sum(counts)}


def parts():
    first, last, both = "2022/23", "2023/24", "2022/23 to 2023/24"
    for p, q, r, s in itertools.product(range(MOST + 1), repeat=4):
        if p + q + r + s <= MOST:
            yield {
                ("all", first): p + r,
                ("all", last): q + s,
                ("all", both): p + q + r + s,
                ("part", first): p,
                ("part", last): q,
                ("part", both): p + q,
            }


@pytest.mark.parametrize(
    "stages",
    [
        [[LONG, *YEARS]],
        [[LONG, *YEARS[:2]]],
        [[LONG], YEARS[:1], YEARS[1:]],
        [YEARS[:1], YEARS[1:], [LONG]],
        [YEARS[2:], [LONG, *YEARS[:2]]],
    ],
    ids=["at once", "one year never told", "long first", "years first", "mixed"],
)
def test_no_small_count_of_a_year_is_found_by_subtraction(stages, unchecked):
    assert attack(years(), stages) == []


def test_no_small_count_is_found_by_taking_a_part_from_its_measure(unchecked):
    assert attack(parts(), [list(next(parts()))], PARTS) == []


def test_the_attack_finds_what_the_rule_of_small_counts_alone_leaves_open(monkeypatch):
    """The slow twin of the guard, on counts that are only hidden and rounded one by one."""
    alone = {key: show_count(n) for key, n in {**dict.fromkeys(QUARTERS, 0), YEAR: 15}.items()}
    alone[QUARTERS[0]] = alone[QUARTERS[1]] = None
    low, high = shown_range(alone[YEAR])
    possible = {
        one for one, other in itertools.product(range(1, 8), repeat=2) if low <= one + other <= high
    }
    assert possible == {6, 7}
    told = share(
        {**dict.fromkeys(QUARTERS, 0), QUARTERS[0]: 7, QUARTERS[1]: 7, YEAR: 14},
        [[YEAR, *QUARTERS]],
    )
    assert told == {YEAR: 15, **dict.fromkeys(QUARTERS)}


@pytest.mark.parametrize("count", range(40))
def test_what_is_shown_is_what_the_rule_says_and_its_range_holds_the_count(count):
    slow = None if 1 <= count <= 7 else min(range(0, 45, 5), key=lambda one: abs(one - count))
    assert show_count(count) == slow
    low, high = shown_range(show_count(count))
    assert low <= count <= high
    assert all(show_count(one) == slow for one in range(low, high + 1))


def test_nothing_is_kept_back_where_nothing_is_small():
    cells = {**dict(zip(QUARTERS, (30, 25, 41, 12), strict=True)), YEAR: 108}
    cells |= {("part", label): min(n, 12) for (_, label), n in cells.items() if label != YEAR[1]}
    cells["part", YEAR[1]] = sum(n for (name, _), n in cells.items() if name == "part")
    told = share(cells, [list(cells)], PARTS)
    small_rest = cells["all", "2023/24 Q4"] - cells["part", "2023/24 Q4"]
    assert small_rest == 0
    assert told == {key: show_count(n) for key, n in cells.items()}


def test_what_was_told_stays_and_its_maker_learns_why():
    cells = {**dict(zip(QUARTERS, (30, 25, 41, 12), strict=True)), YEAR: 108}
    first = hide_shares(own(cells), [QUARTERS[0]], ONE)
    corrected = {**cells, QUARTERS[0]: 33, YEAR: 111}
    second = hide_shares(own(corrected), [QUARTERS[0]], ONE, first.told)
    assert second.told == first.told
    assert "stays as it was told before (30)" in second.hidden[0].why
    hidden = (
        SharedCount(measure="all", period=YEAR[1], observed=None, expected=None, exposure=1e6),
    )
    third = hide_shares(own(cells), [YEAR, QUARTERS[0]], ONE, hidden)
    assert [one.observed for one in third.told] == [None, None]
    assert "(hidden)" in third.hidden[0].why
    # a figure of which the present count is not known still bounds what is told beside it
    old = SharedCount(measure="all", period=YEAR[1], observed=35, expected=None, exposure=1e6)
    fourth = hide_shares(own({QUARTERS[0]: 30}), [QUARTERS[0]], ONE, (old,))
    assert fourth.told[0].observed is None
    assert "without all 2023/24 Q1" in fourth.hidden[0].why


def test_a_rest_of_a_few_keeps_its_part_back_and_what_stands_beside_it():
    cells = {YEAR: 60, QUARTERS[0]: 55, ("part", YEAR[1]): 20}
    told = hide_shares(own(cells), list(cells), PARTS)
    assert [one.observed for one in told.told] == [60, None, 20]
    assert "all 2023/24 without all 2023/24 Q1" in told.hidden[0].why
    # one quarter may not be told, so none of its year is
    cells = {YEAR: 60, QUARTERS[0]: 55, QUARTERS[1]: 0}
    assert list(share(cells, [list(cells)]).values()) == [60, None, None]


@pytest.mark.parametrize("rest", [(3, 7), (10, 0)])
def test_what_a_small_count_could_not_be_hidden_among_is_kept_back_whatever_it_is(rest):
    """Of 20 with 10 told, a hidden count would be known to be far fewer than 7 were both near."""
    cells = {LONG: 18, **dict(zip(YEARS, (8, *rest), strict=True))}
    told = share(cells, [[LONG], YEARS[:1], YEARS[1:]])
    assert list(told.values()) == [20, 10, None, None]


def test_expected_counts_are_rounded_and_go_with_the_observed():
    counts = [
        OwnCount(measure="all", period=parse_period(label), observed=n, expected=e, exposure=1e6)
        for label, n, e in (("2021/22", 31, 28.4), ("2022/23", 3, 28.0), ("2023/24", 40, 3.0))
    ]
    told = hide_shares(counts, [one.key for one in counts], ONE).told
    assert [(one.observed, one.expected) for one in told] == [(30, 30), (None, None), (40, None)]


def test_counts_that_contradict_each_other_and_measures_that_do_are_refused():
    with pytest.raises(InputError, match="more than the whole"):
        hide_shares(own({YEAR: 10, QUARTERS[0]: 12}), [YEAR], ONE)
    with pytest.raises(InputError, match="all parts together are the whole"):
        hide_shares(own({YEAR: 50, **dict.fromkeys(QUARTERS, 10)}), [YEAR], ONE)
    loop = {"a": measure("a", within="b"), "b": measure("b", within="a")}
    with pytest.raises(InputError, match="comes back to it"):
        find_parts(loop)
    with pytest.raises(InputError, match="is not defined"):
        find_parts({"a": measure("a", within="b")})
    with pytest.raises(InputError) as told:
        measure("a", counted=" ", direction_good="left", min_count=7, within="a")
    for fault in ("counted is blank", "'left'", "8 or more", "names the measure itself"):
        assert fault in str(told.value)


@pytest.mark.parametrize("form", list(Form))
def test_noise_widens_as_a_simulation_says(form):
    """Rounded counts vary by what the funnel takes for their standard deviation."""
    rng = np.random.default_rng(4)
    expected = np.full(20_000, 60.0)
    counts, later = rng.poisson(expected), rng.poisson(expected)
    rounded, after = ((one + 2) // 5 * 5.0 for one in (counts, later))
    funnel = judge_ratios(rounded, expected, form, noise=2.0)
    # the mean square of z is 1 but for what the scale itself does, which is there without rounding
    exact = (judge_ratios(counts, expected, form).z ** 2).mean()
    assert (funnel.z**2).mean() == pytest.approx(exact, abs=0.012)
    assert (judge_ratios(rounded, expected, form).z ** 2).mean() > 1.02 * exact
    change = judge_changes(rounded, after, form=form, noise=2.0)
    slow = [
        math.sqrt(1 / one + 1 / two + 2 / one**2 + 2 / two**2)
        for one, two in zip(rounded, after, strict=True)
    ]
    assert change.s == pytest.approx(slow)
