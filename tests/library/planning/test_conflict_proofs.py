"""What proves that rules hold or do not hold together, each against trying all orders."""

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.conflict_model import search_plan
from patrolwise.planning.conflict_oracle import Oracle
from patrolwise.planning.conflict_packing import pack_stays
from patrolwise.planning.conflict_parts import Placing, part_of, pin, plan_of, stay_names
from patrolwise.planning.conflict_room import find_shortage
from patrolwise.planning.conflict_rounds import find_shares, kinds_of, least_ways, most_stays
from patrolwise.planning.conflict_rules import list_rules
from patrolwise.planning.conflict_search import find_conflict
from patrolwise.planning.searching import SearchRule

from . import conflict_worlds as worlds
from .conflict_twin import can_hold
from .plan_worlds import seeds_case, small_problems

SEARCH = SearchRule(effort=2.0)


def whole_part(problem):
    return part_of(problem, list_rules(problem))


def owing_all(problem, visits=1, **changes):
    demands = tuple(replace(one, least_visits=visits, **changes) for one in problem.demands)
    return replace(problem, demands=demands)


def farther(problem, times):
    """Return the shift with all ways so many times as long."""
    travel = {
        service: np.ceil(ways * times).astype(np.int64) for service, ways in problem.travel.items()
    }
    return replace(problem, travel=travel)


def rounds_by_hand(problem, unit, areas):
    """Return the least minutes of way over all orders of some areas."""
    base = problem.units[unit].base
    return min(
        sum(
            problem.minutes_between(unit, one, other)
            for one, other in zip((base, *order), (*order, base), strict=True)
        )
        for order in permutations(areas)
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_least_ways_are_those_of_the_best_order(seed):
    problem = owing_all(seeds_case(seed))
    alone = replace(problem, units=problem.units[:1])
    assert least_ways(whole_part(alone), "outreach") == rounds_by_hand(alone, 0, range(7))
    with_base = replace(alone, units=(replace(alone.units[0], base=3),))
    assert least_ways(whole_part(with_base), "outreach") == rounds_by_hand(with_base, 0, range(7))
    shared = min(
        rounds_by_hand(problem, 0, some) + rounds_by_hand(problem, 1, set(range(7)) - set(some))
        for size in range(1, 7)
        for some in combinations(range(7), size)
    )
    assert least_ways(whole_part(problem), "outreach") == shared


def test_two_visits_of_one_hot_spot_need_no_way_but_are_apart():
    problem = seeds_case(1)
    problem = worlds.asking(problem, "outreach", 0, least_visits=2)
    part = whole_part(replace(problem, units=problem.units[:1]))
    assert least_ways(part, "outreach") == 0
    kinds = kinds_of(part, "outreach")
    assert (kinds.counts, kinds.gaps) == ((2,), (60,))
    assert most_stays(part, "outreach") == {0: 2}


@pytest.mark.parametrize(("end", "is_short"), [(55, False), (54, True)])
def test_a_break_is_taken_while_a_visit_waits_for_the_one_before_to_be_long_enough_ago(
    end, is_short
):
    problem = seeds_case(1)
    spot = replace(problem.demands[0], visit_min=5, apart_min=20, least_visits=3, most_visits=3)
    pair = replace(problem.units[0], end=end, break_min=20, break_from=10, break_until=50)
    # at best: there until 5, from 25 to 30, on its break until 50, and there until 55
    one = replace(problem, units=(pair,), demands=(replace(spot, prizes=(3, 2, 1)),))
    part = whole_part(one)
    assert find_shares(part, "outreach").is_beyond is is_short
    assert search_plan(part, 1.0, SEARCH).is_impossible is is_short
    assert find_shortage(part) is None  # it does not see how breaks and waits fall together
    assert can_hold(one, list_rules(one)) is not is_short


def test_what_has_too_many_orders_is_not_counted():
    part = whole_part(owing_all(worlds.owing(1, 50, 3), 2))
    assert find_shares(part, "police") is None
    assert least_ways(part, "police") is None
    assert most_stays(part, "police") is None


def test_a_service_that_owes_nothing_has_nothing_to_share():
    part = whole_part(seeds_case(1))
    assert find_shares(part, "outreach") is None
    assert least_ways(part, "outreach") is None


@pytest.mark.parametrize(("times", "owed", "is_beyond"), [(1, 2, False), (2.0, 2, True)])
def test_shares_show_whether_two_pairs_can_make_what_they_owe(times, owed, is_beyond):
    problem = farther(owing_all(seeds_case(1), owed), times)
    shares = find_shares(whole_part(problem), "outreach")
    assert shares.is_beyond is is_beyond
    assert shares.are_alike
    late = replace(problem.units[1], start=30)
    other = find_shares(whole_part(replace(problem, units=(problem.units[0], late))), "outreach")
    assert not other.can[1].sum() > shares.can[1].sum()


def test_three_units_share_what_two_cannot_make():
    problem = farther(owing_all(seeds_case(1), 2), 2.0)
    third = replace(problem.units[0], unit_id="pair-C", end=180, break_min=0)
    shares = find_shares(whole_part(replace(problem, units=(*problem.units, third))), "outreach")
    assert not shares.is_beyond
    assert not shares.are_alike
    total = np.array(shares.kinds.counts)
    for unit in range(3):
        assert shares.can[unit].any()
    # somebody else makes what the third does not
    most = np.argwhere(shares.can[2]).sum(axis=1).max()
    assert 0 < most < total.sum()


def owed_at_most(problem, visits, units):
    owed = sum(demand.least_visits for demand in problem.demands)
    return owed <= visits and len(problem.units) <= units


@settings(max_examples=40)
@given(small_problems(owed=True))
def test_no_proof_contradicts_a_plan_and_no_plan_a_proof(problem):
    assume(owed_at_most(problem, 3, 2))
    rules, part = list_rules(problem), whole_part(problem)
    is_possible = can_hold(problem, rules)
    packed = pack_stays(part, 5, seed=1) if not part.is_clash else Placing()
    if part.is_clash:
        assert not is_possible
        return
    assert find_shortage(part) is None or not is_possible
    shares = [find_shares(part, service) for service in ("outreach", "police")]
    shares = [one for one in shares if one is not None]
    assert not is_possible or not any(one.is_beyond for one in shares)
    assert is_possible or not packed.is_whole(part)
    for some in ([], shares):
        found = search_plan(part, 1.0, SEARCH, some)
        assert (found.placing is not None, found.is_impossible) == (is_possible, not is_possible)
        if is_possible:
            assert found.placing.is_whole(part)
            breaches = find_breaches(problem, plan_of(part, found.placing))
            assert {one.rule for one in breaches} <= {"break"}  # of units that nothing is asked of
    # what was packed keeps every rule but those of what it leaves out
    breaches = find_breaches(problem, plan_of(part, packed))
    assert {one.rule for one in breaches} <= {"break", "least_visits"}


def test_a_plan_is_found_where_time_is_short_though_only_a_few_shares_are_left():
    problem = farther(owing_all(seeds_case(3), 2), 1.45)
    part = whole_part(problem)
    shares = find_shares(part, "outreach")
    found = search_plan(part, 2.0, SEARCH, [shares])
    assert found.placing is not None
    assert find_breaches(problem, plan_of(part, found.placing)) == ()


def test_shares_that_say_little_are_left_out_of_the_model():
    problem = owing_all(seeds_case(1), 2, visit_min=5)
    part = whole_part(
        replace(problem, units=(problem.units[0], replace(problem.units[1], end=350)))
    )
    shares = find_shares(part, "outreach")
    assert shares.can[0].sum() > 2000
    assert search_plan(part, 1.0, SEARCH, [shares]).placing is not None


def test_a_search_that_is_cut_by_the_clock_says_so():
    part = whole_part(farther(owing_all(seeds_case(1), 2), 1.6))
    found = search_plan(part, 5.0, replace(SEARCH, longest_s=1e-6))
    assert (found.placing, found.is_impossible, found.was_cut) == (None, False, True)


def test_a_search_that_uses_up_its_work_is_not_cut():
    found = search_plan(whole_part(farther(owing_all(seeds_case(1), 2), 1.7)), 1e-6, SEARCH)
    assert (found.placing, found.is_impossible, found.was_cut) == (None, False, False)


def test_two_breaks_that_are_fixed_are_both_kept_where_no_rule_says_how_many():
    problem = worlds.fixing(worlds.owing(1), (0, 140, 30), (0, 200, 20))
    rules = [rule for rule in list_rules(problem) if rule.kind != "break"]
    part = part_of(problem, rules)
    assert len(part.pauses[0]) == 2
    for placing in (pack_stays(part, 5, seed=1), search_plan(part, 1.0, SEARCH).placing):
        assert placing.is_whole(part)
        plan = plan_of(part, placing)
        assert [(one.start, one.minutes, one.is_locked) for one in plan.breaks] == [
            (140, 30, True),
            (200, 20, True),
        ]
    at_once = worlds.fixing(worlds.owing(1), (0, 140, 30), (0, 169, 20))
    part = part_of(at_once, [rule for rule in list_rules(at_once) if rule.kind != "break"])
    assert search_plan(part, 1.0, SEARCH).is_impossible


def test_a_break_that_is_fixed_before_the_hours_is_not_packed():
    problem = worlds.with_units(worlds.owing(1), outreach_1={"start": 60})
    problem = worlds.fixing(problem, (0, 20, 30))
    part = part_of(problem, [rule for rule in list_rules(problem) if rule.kind != "break"])
    packed = pack_stays(part, 3, seed=1)
    assert packed.breaks == {}
    assert not packed.is_whole(part)


def test_a_part_can_be_pinned_to_a_plan_of_some_of_its_rules():
    problem = worlds.owing(1)
    rules = list_rules(problem)
    some = [rule for rule in rules if rule.kind != "owed" or rule.about == "spot-1"]
    few, whole = part_of(problem, some), part_of(problem, rules)
    placing = pack_stays(few, 1, seed=1)
    pinned = pin(whole, placing, stay_names(few))
    packed = pack_stays(pinned, 5, seed=1)
    times = {stay_names(whole)[number]: where for number, where in packed.stays.items()}
    for number, where in placing.stays.items():
        assert times[stay_names(few)[number]] == where
    assert placing.breaks == packed.breaks


def test_stays_that_count_more_are_packed_before_others():
    problem = farther(owing_all(seeds_case(1), 2), 2.0)
    part = whole_part(problem)
    first = frozenset({12, 13})
    packed = pack_stays(part, 30, seed=1, first=first)
    assert not packed.is_whole(part)
    assert first <= packed.stays.keys()


def test_the_ways_from_and_to_the_base_are_part_of_a_shortage():
    problem = owing_all(worlds.owing(1), 0)
    for area in range(7):
        problem = worlds.asking(problem, "police", area, least_visits=1, visit_min=40)
    officer = replace(problem.units[2], break_min=0, end=300)
    short = find_shortage(whole_part(replace(problem, units=(officer,))))
    assert (short.visits, short.visits_min, short.breaks_min, short.duty_min) == (7, 280, 0, 300)
    assert 0 < short.ways_min <= rounds_by_hand(problem, 2, range(7))
    assert short.short_min == 280 + short.ways_min - 300


def hard_problem():
    """Return two pairs that owe 13 visits: there is no plan, but that is hard to see."""
    problem = farther(owing_all(seeds_case(1), 2), 2.0)
    return worlds.asking(problem, "outreach", 6, least_visits=1)


def test_an_oracle_whose_effort_is_spent_decides_only_what_is_quick():
    problem = hard_problem()
    rules = frozenset(list_rules(problem))
    oracle = Oracle(problem, SearchRule(effort=1e-9))
    verdict = oracle.judge(rules, share=0.01)
    assert (verdict.plan, verdict.is_impossible, oracle.is_spent) == (None, False, True)
    assert oracle.known == {}  # more effort may decide it
    assert oracle.judge(rules).placing is None
    assert oracle.known.keys() == {rules}
    assert oracle.grow(frozenset(), list(rules)) < rules


def tight_problem():
    """Return two pairs that can just make the 13 visits that they owe; no quick plan does."""
    problem = farther(owing_all(seeds_case(3), 2), 2.0)
    return worlds.asking(problem, "outreach", 6, least_visits=1)


def test_rules_grow_to_all_where_the_solver_finds_what_no_quick_plan_does():
    problem = tight_problem()
    rules = list_rules(problem)
    assert not pack_stays(part_of(problem, rules), 40, seed=1).is_whole(part_of(problem, rules))
    oracle = Oracle(problem, SearchRule(effort=60.0))
    assert oracle.grow(frozenset(), rules) == frozenset(rules)


def test_what_the_solver_has_placed_stays_in_place_when_more_is_added():
    problem = tight_problem()
    rules = list_rules(problem)
    more = list_rules(worlds.service_without_units(problem))
    oracle = Oracle(worlds.service_without_units(problem), SearchRule(effort=20.0))
    assert oracle.judge(frozenset(rules)).placing is not None
    assert len(more) == len(rules) + 1
    assert oracle.grow(frozenset(rules), more) == frozenset(rules)


def test_of_many_visits_those_left_out_are_not_looked_at_one_by_one():
    problem = worlds.everything_owed_twice(worlds.owing(1, 50, 3))
    rules = list_rules(problem)
    oracle = Oracle(problem, SearchRule(effort=0.3))
    grown = oracle.grow(frozenset(), rules)
    assert len(frozenset(rules) - grown) > 20
    part = part_of(problem, grown)
    packed = pack_stays(part, 5, seed=1)
    assert {one.rule for one in find_breaches(problem, plan_of(part, packed))} <= {"least_visits"}


def test_a_conflict_is_not_called_minimal_where_a_part_of_it_was_not_decided():
    problem = farther(owing_all(seeds_case(1), 2), 2.0)
    found = find_conflict(problem, SearchRule(effort=0.5))
    assert found.plan is None
    assert (found.is_smallest, found.is_minimal) == (False, False)
    assert set(found.rules) <= set(list_rules(problem))
    assert find_shares(part_of(problem, found.rules), "outreach").is_beyond
