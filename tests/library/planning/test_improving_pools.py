"""Pools of patrols: by kind of unit, those of the best plans first, read and written back."""

from dataclasses import replace

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving_pools import PatrolPool, group_kinds, read_patrols, write_plan
from patrolwise.planning.improving_services import split_services
from patrolwise.planning.shift_problem import NOWHERE, PlannedBreak, PlannedVisit, ShiftPlan

from .plan_worlds import two_services


def fill_pool(problem, *plans):
    pool = PatrolPool()
    for plan in plans:
        pool.add(problem, plan, 0.0)
    return pool


def test_units_that_are_alike_make_each_others_patrols():
    problem = two_services(1, spots=4, outreach=1, police=2)
    another = replace(problem.units[1], unit_id="another", people=1)
    problem = replace(problem, units=(*problem.units[:2], another))
    plan = plan_greedily(problem)
    own = read_patrols(problem, plan)
    swapped = write_plan(problem, [own[0], own[2], own[1]])
    assert find_breaches(problem, swapped) == ()
    assert fill_pool(problem, plan).losses == fill_pool(problem, swapped).losses
    assert [*group_kinds(problem).values()] == [(0,), (1, 2)]


def test_a_unit_with_something_locked_is_a_kind_of_its_own():
    problem = two_services(1, spots=4, outreach=1, police=2)
    another = replace(problem.units[1], unit_id="another")
    problem = replace(problem, units=(*problem.units[:2], another))
    visit = next(one for one in plan_greedily(problem).visits if one.unit == 2)
    problem = replace(problem, locked=ShiftPlan(visits=(visit,)))
    assert [*group_kinds(problem).values()] == [(0,), (1,), (2,)]


def test_a_service_by_itself_has_the_kinds_that_it_has_on_the_shift():
    problem = two_services(1, spots=4, outreach=3, police=3)
    parts = [part.problem for part in split_services(problem)]
    assert [kind for part in parts for kind in group_kinds(part)] == [*group_kinds(problem)]


def test_patrols_of_the_best_plans_come_first():
    problem = two_services(1, spots=4, outreach=1, police=1)
    plan = plan_greedily(problem)
    pool = PatrolPool()
    for one, loss in ((plan, 5.0), (ShiftPlan(), 1.0), (plan, 7.0)):
        pool.add(problem, one, loss)
    kind = next(iter(group_kinds(problem)))
    first = read_patrols(problem, plan)[0]
    assert pool.list_best(kind, 9) == [(), first]
    assert pool.list_best(kind, 1) == [()]
    pool.add(problem, plan, 0.0)
    assert pool.list_best(kind, 1) == [first]
    assert PatrolPool().list_best(kind, 9) == []


def test_patrols_are_read_and_written_back_with_what_is_locked():
    problem = two_services(2, spots=5, outreach=1, police=2)
    plan = plan_greedily(problem)
    locked = ShiftPlan(
        visits=(replace(plan.visits[0], is_locked=True),),
        breaks=(replace(plan.breaks[0], is_locked=True),),
    )
    again = write_plan(replace(problem, locked=locked), read_patrols(problem, plan))
    assert again == ShiftPlan(
        visits=(*locked.visits, *plan.visits[1:]), breaks=(*locked.breaks, *plan.breaks[1:])
    )


def test_visits_and_breaks_are_written_for_the_unit_that_makes_them():
    problem = two_services(1, spots=4, outreach=1, police=1)
    plan = write_plan(problem, [(), ((3, 2, 15), (20, NOWHERE, 30))])
    assert plan.visits == (PlannedVisit(start=3, unit=1, area=2, minutes=15),)
    assert plan.breaks == (PlannedBreak(start=20, unit=1, minutes=30),)
