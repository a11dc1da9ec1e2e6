"""The Maryland level: what was done sets it, red guards lower it, each with its reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.design_levels import CAPS, LEVEL_NAMES, DesignFacts, judge_design
from patrolwise.evaluation.guards import Guard, Severity

BEFORE_AFTER = DesignFacts(hot_spots=7, comparison_areas=0)
COMPARED = DesignFacts(hot_spots=7, comparison_areas=14)
ALIKE = replace(COMPARED, pre_trend_ok=True)
DRAWN = replace(COMPARED, is_drawn=True, is_seal_verified=True)


def red(name, title="A known mistake."):
    return Guard(id=name, severity=Severity.RED, title=title, message="")


FACTS = st.builds(
    DesignFacts,
    hot_spots=st.integers(0, 3),
    comparison_areas=st.integers(0, 3),
    has_before=st.booleans(),
    is_drawn=st.just(True),
    is_seal_verified=st.booleans(),
    pre_trend_ok=st.sampled_from([None, False, True]),
    synthetic_ok=st.sampled_from([None, False, True]),
)
GUARDS = st.lists(
    st.builds(
        Guard,
        id=st.sampled_from([*CAPS, "few-crimes", "new-one", "newer-one"]),
        severity=st.sampled_from(Severity),
        title=st.just("T"),
        message=st.just(""),
    ),
    max_size=5,
)


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (replace(BEFORE_AFTER, has_before=False), 1),
        (BEFORE_AFTER, 2),
        (COMPARED, 3),
        (replace(COMPARED, pre_trend_ok=False), 3),
        (ALIKE, 4),
        (replace(COMPARED, synthetic_ok=True), 4),
        (DRAWN, 5),
    ],
)
def test_each_level_is_reached_by_what_it_asks_for(facts, level):
    found = judge_design(facts, [])
    assert (found.level, found.design, found.lowered_by) == (level, level, ())
    assert found.name == LEVEL_NAMES[level]
    assert found.reasons


def test_one_treated_place_or_one_comparison_area_is_level_three_at_best():
    for facts in (replace(ALIKE, hot_spots=1), replace(ALIKE, comparison_areas=1)):
        found = judge_design(facts, [])
        assert found.level == 3
        assert "several places of each kind" in found.reasons[-1]


def test_a_draw_that_was_not_verified_does_not_count_and_is_told():
    found = judge_design(replace(COMPARED, is_drawn=True), [])
    assert found.level == 3
    assert any("not verified" in reason for reason in found.reasons)


def test_a_red_guard_lowers_the_level_with_its_reason():
    found = judge_design(ALIKE, [red("unlike-comparison")])
    assert (found.level, found.design) == (2, 4)
    assert found.lowered_by == ("No higher than 2: the comparison areas are unlike the hot spots.",)


def test_a_baseline_with_patrols_leaves_level_one():
    assert judge_design(DRAWN, [red("contaminated-baseline")]).level == 1


def test_a_red_guard_that_is_not_known_takes_one_level():
    found = judge_design(COMPARED, [red("new", "Clocks ran fast.")])
    assert found.level == 2
    assert found.lowered_by == ("One level lower: Clocks ran fast.",)
    many = [red("new"), red("newer"), red("newest"), red("no-comparison")]
    assert judge_design(COMPARED, many).level == 1


def test_few_crimes_and_amber_guards_leave_the_level_alone():
    amber = replace(red("unlike-comparison"), severity=Severity.AMBER)
    assert judge_design(COMPARED, [red("few-crimes"), amber]).level == 3


def test_a_guard_that_says_what_the_design_says_already_is_not_told_twice():
    assert judge_design(BEFORE_AFTER, [red("no-comparison")]).lowered_by == ()


def test_facts_that_cannot_be_are_refused_all_at_once():
    with pytest.raises(InputError) as error:
        DesignFacts(hot_spots=-1, comparison_areas=-2, is_seal_verified=True)
    for fault in ("hot_spots must", "comparison_areas must", "nothing was drawn"):
        assert fault in str(error.value)


def level_by_hand(facts, guards):
    """Ask the scale's questions from the top, then take levels away one by one."""
    asked = {
        5: facts.has_before and facts.is_seal_verified,
        4: facts.has_before
        and facts.hot_spots >= 2
        and facts.comparison_areas >= 2
        and (facts.pre_trend_ok is True or facts.synthetic_ok is True),
        3: facts.has_before and facts.comparison_areas > 0,
        2: facts.has_before,
        1: True,
    }
    level = next(number for number, holds in asked.items() if holds)
    names = {guard.id for guard in guards if guard.severity is Severity.RED}
    for name in names:
        while level > CAPS.get(name, (5, ""))[0]:
            level -= 1
    for _ in names - {*CAPS, "few-crimes"}:
        level -= level > 1
    return level


@given(FACTS, GUARDS)
def test_the_level_is_what_a_person_would_find_by_hand(facts, guards):
    assert judge_design(facts, guards).level == level_by_hand(facts, guards)


@given(FACTS, GUARDS, st.sampled_from([*CAPS, "few-crimes", "new-one"]))
def test_one_guard_more_never_raises_the_level_nor_does_the_order_matter(facts, guards, name):
    alone = judge_design(facts, guards).level
    assert judge_design(facts, [*guards, red(name)]).level <= alone
    assert judge_design(facts, guards[::-1]).level == alone
