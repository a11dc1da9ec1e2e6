"""Whether a shift has a plan and why not, against known conflicts and against trying everything."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.conflict_rules import list_rules, tell_rules
from patrolwise.planning.infeasibility import Explanation, explain_infeasibility
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan

from . import conflict_worlds as worlds
from .conflict_twin import can_hold, smallest_conflict
from .plan_worlds import seeds_case, small_problems

SEARCH, QUICK = SearchRule(effort=0.5), SearchRule(effort=0.2)
SURE = {kind: size for kind, size in worlds.KINDS.items() if size is not None}
BY_COUNTING = [kind for kind, size in worlds.KINDS.items() if size is None]
BY_COUNTING.remove(worlds.police_owe_too_much)  # takes long; see benchmarks


@pytest.mark.parametrize("kind", SURE, ids=lambda kind: kind.__name__)
def test_a_known_conflict_is_found_and_is_the_smallest(kind):
    problem = kind(worlds.owing(1))
    found = explain_infeasibility(problem, SEARCH)
    assert found.is_feasible is False
    assert (len(found.conflict), found.is_smallest, found.is_minimal) == (SURE[kind], True, True)
    assert len(found.suggestions) == SURE[kind]  # without any one of them there is a plan
    assert str(found).endswith("No smaller set of rules is in conflict.")
    assert found.plan is None


@pytest.mark.parametrize("kind", BY_COUNTING, ids=lambda kind: kind.__name__)
def test_a_conflict_of_many_rules_is_found_though_effort_is_small(kind):
    problem = kind(worlds.owing(1))
    found = explain_infeasibility(problem, QUICK)
    assert found.is_feasible is False
    assert 3 <= len(found.conflict) <= 16
    assert set(found.conflict) <= set(list_rules(problem))


def test_the_same_seed_and_effort_give_the_same_answer():
    problem = worlds.pairs_owe_one_visit_too_many(worlds.owing(2))
    one, other = (explain_infeasibility(problem, SearchRule(effort=0.05)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shift_that_has_a_plan_gets_one(seed):
    problem = seeds_case(seed)
    owed = tuple(replace(demand, least_visits=2) for demand in problem.demands)
    for one in (worlds.owing(seed), replace(problem, demands=owed)):
        found = explain_infeasibility(one, SEARCH)
        assert found.is_feasible is True
        assert find_breaches(one, found.plan) == ()
        assert str(found) == "There is a plan that keeps all rules."


def test_a_shift_of_which_nothing_is_asked_has_a_plan_with_everyones_break():
    problem = worlds.owing(1)
    idle = replace(problem, demands=())
    found = explain_infeasibility(idle, SEARCH)
    assert find_breaches(idle, found.plan) == ()
    assert len(found.plan.breaks) == 4


def test_the_sum_that_does_not_come_out_is_told():
    found = explain_infeasibility(worlds.three_windows_at_once(worlds.owing(1)), SEARCH)
    assert found.reason == (
        "From 15:00 to 15:45 outreach needs 120 min for 3 visits and at least 6 min for ways: "
        "126 min in all, but its units are on duty for 90 min."
    )
    assert found.sentences == (
        "outreach owes 1 visit of 40 min to each of spot-1, spot-2 and spot-3.",
        "Visits of outreach to each of spot-1, spot-2 and spot-3 are within 15:00 to 15:45.",
    )
    assert str(found).startswith(found.reason + " Together these cannot hold: outreach owes")


def test_breaks_are_part_of_the_sum():
    found = explain_infeasibility(worlds.window_over_everyones_break(worlds.owing(1)), SEARCH)
    assert found.reason == (
        "From 16:25 to 17:14 outreach needs 40 min for 1 visit and 60 min for breaks: 100 min in "
        "all, but its units are on duty for 98 min."
    )


def test_a_sum_of_visits_alone_needs_no_total():
    problem = worlds.asking(worlds.owing(1), "outreach", 1, windows=((60, 100),))
    problem = worlds.with_units(problem, outreach_1={"start": 70}, outreach_2={"start": 80})
    found = explain_infeasibility(problem, QUICK)
    assert found.reason == (
        "outreach owes 1 visit, but within their hours its units can make none of them."
    )
    long = worlds.asking(worlds.owing(1), "outreach", 1, visit_min=50, windows=((60, 110),))
    long = worlds.asking(long, "outreach", 2, visit_min=50, windows=((60, 110),))
    long = worlds.with_units(long, outreach_2={"start": 110})
    found = explain_infeasibility(long, QUICK)
    assert "for 2 visits and at least" in found.reason
    first = worlds.owing(1)
    first = replace(first, travel={name: ways * 0 for name, ways in first.travel.items()})
    for area in (1, 2, 3):
        first = worlds.asking(first, "outreach", area, windows=((60, 100),))
    found = explain_infeasibility(first, QUICK)
    assert found.reason == (
        "From 15:00 to 15:40 outreach needs 120 min for 3 visits, but its units are on duty for "
        "80 min."
    )


def test_where_minutes_are_enough_the_visits_that_fit_each_unit_are_told():
    problem = worlds.pairs_owe_one_visit_too_many(worlds.owing(1))
    found = explain_infeasibility(problem, SEARCH)
    assert found.reason == (
        "outreach owes 11 visits, but within their hours its units can make 10: outreach-1 at "
        "most 5, outreach-2 at most 5."
    )
    assert "It is enough to owe spot-1 1 visit of outreach instead of 2." in found.suggestions
    assert "It is enough to owe spot-6 no visit of outreach." in found.suggestions
    assert "It is enough to keep outreach-1 on duty 60 min longer." in found.suggestions


def test_the_shortest_round_is_looked_up_where_the_sum_is_close():
    problem = seeds_case(1)
    demands = tuple(replace(one, least_visits=1, visit_min=42) for one in problem.demands)
    pair = replace(problem.units[0], break_min=0)
    far = {"outreach": problem.travel["outreach"] * 2}
    found = explain_infeasibility(
        replace(problem, units=(pair,), demands=demands, travel=far), SEARCH
    )
    assert found.reason == (
        "From 14:00 to 20:00 outreach needs 294 min for 7 visits and at least 70 min for ways: "
        "364 min in all, but its units are on duty for 360 min."
    )
    assert found.is_smallest


def test_a_service_without_units_is_named():
    found = explain_infeasibility(worlds.service_without_units(worlds.owing(1)), SEARCH)
    assert str(found) == (
        "No unit of wardens is on this shift. This cannot hold: wardens owes 1 visit of 20 min to "
        "spot-2. No smaller set of rules is in conflict."
    )
    assert found.suggestions == ("It is enough to owe spot-2 no visit of wardens.",)


def test_rules_that_contradict_each_other_need_no_sum():
    found = explain_infeasibility(worlds.fixed_too_long(worlds.owing(1)), SEARCH)
    assert found.reason == ""
    assert found.sentences == (
        "It is fixed that outreach-1 is in spot-2 from 15:00 to 15:55.",
        "Visits of outreach to spot-2 last 40 min.",
    )
    assert found.suggestions == (
        "It is enough to no longer fix that outreach-1 is in spot-2 from 15:00 to 15:55.",
        "It is enough to let visits of outreach to spot-2 last longer or shorter.",
    )


def test_fewer_visits_are_suggested_only_where_that_is_enough():
    problem = worlds.asking(worlds.owing(1), "outreach", 1, least_visits=2, windows=((60, 99),))
    found = explain_infeasibility(problem, SEARCH)
    assert found.suggestions == (
        "It is enough to owe spot-2 no visit of outreach, or fewer.",
        "It is enough to let visits of outreach to spot-2 be at other times.",
    )


def test_a_conflict_that_is_only_known_to_be_minimal_says_so():
    rules = list_rules(worlds.owing(1))[:2]
    told = str(Explanation(is_feasible=False, conflict=rules, is_minimal=True))
    assert told.endswith("Without any one of them the others can hold.")


def test_two_conflicts_need_two_remedies():
    problem = worlds.window_after_everyones_hours(worlds.owing(1))
    both = worlds.fixing(problem, (0, 3, 60, 55))
    found = explain_infeasibility(both, SEARCH)
    assert (len(found.conflict), found.is_smallest) == (2, True)  # the smaller of the two
    (only,) = found.suggestions
    assert only.startswith("It is enough to ")
    assert "; and to " in only


def test_a_way_out_that_needs_more_changes_than_there_are_rules_in_conflict_is_not_suggested():
    problem = worlds.everything_owed_twice(worlds.owing(1, 30, 3))
    found = explain_infeasibility(problem, SEARCH)
    assert len(found.conflict) < 15
    assert found.suggestions == ()


def test_a_visit_that_is_fixed_within_its_window_is_no_conflict():
    problem = worlds.asking(worlds.owing(1), "outreach", 1, windows=((0, 100),))
    problem = worlds.fixing(problem, (0, 1, 60, 40))
    found = explain_infeasibility(problem, SEARCH)
    assert find_breaches(problem, found.plan) == ()


def test_what_cannot_be_decided_is_said_to_be_undecided():
    problem = seeds_case(1)
    demands = [replace(one, least_visits=2 if one.area < 6 else 1) for one in problem.demands]
    far = {"outreach": problem.travel["outreach"] * 2}
    hard = replace(problem, demands=tuple(demands), travel=far)
    found = explain_infeasibility(hard, SearchRule(effort=0.01))
    assert (found.is_feasible, found.plan, found.conflict) == (None, None, ())
    assert str(found) == "Whether any plan keeps all rules was not decided. Allow more effort."


def test_a_conflict_that_could_not_be_made_smaller_for_lack_of_effort_says_so():
    problem = worlds.everything_owed_twice(worlds.owing(1))
    found = explain_infeasibility(problem, SearchRule(effort=0.01))
    assert (found.is_feasible, found.is_smallest, found.is_minimal) == (False, False, False)
    assert str(found).endswith("They may hold a smaller set that is in conflict too.")


@st.composite
def spoilt_problems(draw):
    """Draw a small problem that owes visits, with some visits and breaks fixed at any time."""
    problem = draw(small_problems(owed=True))
    times = st.integers(0, 20).map(lambda step: 5 * step)
    units = st.integers(0, len(problem.units) - 1)
    visits = []
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        unit, area = draw(units), draw(st.integers(0, len(problem.area_ids) - 1))
        demand = problem.demand_of(unit, area)
        asked = demand.visit_min if demand else 10
        minutes = draw(st.sampled_from((asked, 15)))
        visits.append(PlannedVisit(unit=unit, area=area, start=draw(times), minutes=minutes))
    breaks = [
        PlannedBreak(unit=draw(units), start=draw(times), minutes=10)
        for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2))))
    ]
    locked = ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))
    return replace(problem, locked=locked)


@settings(max_examples=40)
@given(spoilt_problems())
def test_a_plan_is_found_if_there_is_one_and_else_a_smallest_conflict(problem):
    rules = list_rules(problem)
    owed = sum(demand.least_visits for demand in problem.demands)
    assume(owed + len(problem.locked.visits) <= 3 and len(problem.units) <= 2)
    found = explain_infeasibility(problem, SearchRule(effort=2.0))
    assert found.is_feasible is can_hold(problem, rules)
    if found.is_feasible:
        assert find_breaches(problem, found.plan) == ()
        return
    assert found.is_smallest
    assert not can_hold(problem, found.conflict)
    for rule in found.conflict:
        assert can_hold(problem, [one for one in found.conflict if one is not rule])
    most = min(len(found.conflict) - 1, 3)  # trying all sets of more takes too long
    assert smallest_conflict(problem, rules, most) is None


def test_rules_that_differ_only_in_what_they_are_about_are_told_together():
    problem = worlds.owing(1)
    told = tell_rules(list_rules(problem))
    assert told == (
        "outreach owes 1 visit of 40 min to each of spot-1, spot-2, spot-3, spot-4 and spot-5.",
        "police owes 1 visit of 15 min to each of spot-1, spot-2, spot-3, spot-4 and spot-5.",
        "The hours of each of outreach-1 and outreach-2 (outreach) are 14:00 to 20:00.",
        "The break of each of outreach-1 and outreach-2 takes 30 min within 16:15 to 17:45.",
        "The hours of police-1 (police) are 14:00 to 20:00.",
        "The break of each of police-1 and police-2 takes 30 min within 16:00 to 18:00.",
        "The hours of police-2 (police) are 14:30 to 20:00.",
        "outreach and police keep 5 min apart in each of spot-1, spot-2, spot-3, spot-4 and "
        "spot-5.",
    )
