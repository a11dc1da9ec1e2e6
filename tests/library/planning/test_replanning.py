"""A shift that goes on without a unit, against known changes and against trying everything."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.infeasibility import explain_infeasibility
from patrolwise.planning.replan_freezing import ShiftChange, UnitChange, freeze_shift
from patrolwise.planning.replanning import replan_shift
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import (
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)

from .plan_twin import is_valid_by_the_minute
from .plan_worlds import TWO_IN_LONDON, seeds_case, two_services
from .test_checking import plans

QUICK = SearchRule(effort=0.05)
MARKET, PARK, QUAY = 0, 1, 2


def visit(unit, area, start, minutes=30):
    return PlannedVisit(unit=unit, area=area, start=start, minutes=minutes)


def pause(unit, start, minutes=20):
    return PlannedBreak(unit=unit, start=start, minutes=minutes)


def demand(area, prizes, **changes):
    given_ = {"service": "outreach", "visit_min": 30, "apart_min": 60, **changes}
    return Demand(area=area, most_visits=len(prizes), prizes=prizes, **given_)


def pair(unit_id, **changes):
    given_ = {"end": 240, "break_min": 20, "break_from": 90, "break_until": 160, **changes}
    return PlanUnit(unit_id=unit_id, service="outreach", **given_)


# Two pairs from 14:00 to 18:00; everything lies 5 min apart.
PROBLEM = ShiftProblem(
    name="Monday late",
    start=TWO_IN_LONDON,
    units=(pair("pair-A"), pair("pair-B")),
    area_ids=("market", "park", "quay"),
    travel={"outreach": 5 * (1 - np.eye(4, dtype=np.int64))},
    demands=(demand(MARKET, (1000, 500)), demand(PARK, (600, 300)), demand(QUAY, (400, 200))),
)
PLAN = ShiftPlan(
    visits=(
        visit(0, MARKET, 0),
        visit(0, PARK, 40),
        visit(0, MARKET, 130),
        visit(1, PARK, 150),
        visit(1, QUAY, 60),
        visit(1, QUAY, 200),
    ),
    breaks=(pause(0, 100), pause(1, 120)),
)


def left_at(now, unit_id="pair-A", **changes):
    return ShiftChange(now=now, units=(UnitChange(unit_id=unit_id, end=now),), **changes)


def replan(change, problem=PROBLEM, plan=PLAN, search=QUICK):
    found = replan_shift(problem, plan, change, search)
    assert find_breaches(found.problem, found.plan) == ()
    return found


def told(found):
    return [change.sentence for change in found.changes]


def test_another_unit_takes_what_the_one_that_fell_out_was_to_do():
    found = replan(left_at(75))
    assert told(found)[-1].startswith("pair-B takes market at 15:")
    assert told(found)[-1].endswith(" instead of pair-A at 16:10.")
    assert "pair-A does not take its break at 15:40." in told(found)
    assert found.shortfalls == ()
    ours = [one for one in found.plan.visits if one.unit == 0]
    assert ours == [
        replace(visit(0, MARKET, 0), is_locked=True),
        replace(visit(0, PARK, 40), is_locked=True),
    ]
    assert found.lost_prize == score_plan(PROBLEM, PLAN) - score_plan(found.problem, found.plan)


def test_a_change_is_made_only_if_it_earns_its_price():
    # pair-B's break must be moved for it: 500 less the way are worth one change of 480, not of 500
    cheap, dear = replan(left_at(75, change_cost=480)), replan(left_at(75, change_cost=500))
    assert any("pair-B takes market" in sentence for sentence in told(cheap))
    assert told(dear) == [
        "pair-A does not take its break at 15:40.",
        "pair-A does not go to market at 16:10, nor does another.",
    ]


def test_what_is_under_way_or_soon_stays():
    change = ShiftChange(now=75, units=(UnitChange(unit_id="pair-A", end=75),), freeze_min=50)
    found = replan(change)
    locked = found.problem.locked
    assert {(one.unit, one.area, one.start) for one in locked.visits} == {
        (0, MARKET, 0),
        (0, PARK, 40),
        (1, QUAY, 60),
    }
    assert [(one.unit, one.start) for one in locked.breaks] == [(1, 120)]
    assert min(one.start for one in found.plan.visits if not one.is_locked) >= 125


def test_a_visit_that_is_broken_off_counts_as_not_made():
    found = replan(left_at(50))
    assert visit(0, PARK, 40) not in [replace(one, is_locked=False) for one in found.plan.visits]
    assert "pair-A breaks off its visit to park, planned until 15:10" in " ".join(told(found))
    short = replace(PROBLEM, demands=(PROBLEM.demands[0], demand(PARK, (600,)), PROBLEM.demands[2]))
    plan = ShiftPlan(
        visits=tuple(one for one in PLAN.visits if one.start != 150), breaks=PLAN.breaks
    )
    again = replan(left_at(50), short, plan)
    assert any(
        sentence.startswith(
            "pair-A breaks off its visit to park, planned until 15:10; pair-B goes there at 1"
        )
        for sentence in told(again)
    )


def test_a_visit_that_ends_as_the_unit_falls_out_is_made():
    found = replan(left_at(70))
    assert (0, PARK, 40) in {(one.unit, one.area, one.start) for one in found.plan.visits}


def test_a_unit_that_never_comes_keeps_its_number_and_nothing_to_do():
    change = ShiftChange(now=-30, units=(UnitChange(unit_id="pair-A", end=-30),))
    found = replan(change)
    assert [unit.unit_id for unit in found.problem.units] == ["pair-A", "pair-B"]
    assert found.problem.units[0].minutes == 1
    assert {one.unit for one in found.plan.visits} == {1}
    assert found.shortfalls == ()  # it has left: nobody misses its break


def test_a_unit_that_comes_late_does_what_it_still_can():
    change = ShiftChange(now=0, units=(UnitChange(unit_id="pair-A", start=60),))
    found = replan(change)
    assert all(one.start >= 60 for one in found.plan.visits if one.unit == 0)
    assert found.problem.units[0].start == 60
    assert pause(0, 100) in found.plan.breaks
    assert visit(0, MARKET, 130) in found.plan.visits


def test_a_unit_that_comes_too_late_for_its_break_has_none():
    change = ShiftChange(now=0, units=(UnitChange(unit_id="pair-A", start=150),))
    found = replan(change)
    assert found.problem.units[0].break_min == 0
    assert found.shortfalls == ("pair-A has no time left for its break.",)
    assert "pair-A does not take its break at 15:40." in told(found)


def test_a_unit_that_must_leave_early_is_back_at_its_base_by_then():
    based = replace(PROBLEM, units=tuple(replace(unit, base=3) for unit in PROBLEM.units))
    plan = ShiftPlan(
        visits=tuple(replace(one, start=one.start + 5) for one in PLAN.visits), breaks=PLAN.breaks
    )
    change = ShiftChange(now=30, units=(UnitChange(unit_id="pair-A", end=165),))
    found = replan(change, based, plan)
    last = max(one.end for one in found.plan.visits if one.unit == 0)
    assert last + 5 <= 165
    assert visit(0, MARKET, 135) not in found.plan.visits
    just = replace(change, units=(UnitChange(unit_id="pair-A", end=170),))
    assert visit(0, MARKET, 135) in replan(just, based, plan).plan.visits


def test_a_break_moves_with_hours_and_is_told():
    plan = ShiftPlan(visits=PLAN.visits[:1], breaks=(pause(0, 140), pause(1, 120)))
    change = ShiftChange(now=35, units=(UnitChange(unit_id="pair-A", end=150),))
    found = replan(change, plan=plan)
    (ours,) = [one for one in found.plan.breaks if one.unit == 0]
    assert ours.end <= 150
    assert any("pair-A takes its break at" in sentence for sentence in told(found))
    assert any("instead of 16:20." in sentence for sentence in told(found))


def test_what_was_fixed_by_hand_stays_fixed_unless_its_unit_is_gone():
    fixed = ShiftPlan(visits=(visit(1, QUAY, 200), visit(0, MARKET, 130)), breaks=(pause(1, 120),))
    problem = replace(PROBLEM, locked=fixed)
    found = replan(left_at(75), problem)
    times = {(one.unit, one.area, one.start) for one in found.problem.locked.visits}
    assert (1, QUAY, 200) in times
    assert (0, MARKET, 130) not in times
    assert [(one.unit, one.start) for one in found.problem.locked.breaks] == [(1, 120)]
    assert replace(visit(1, QUAY, 200), is_locked=True) in found.plan.visits


def test_what_is_owed_comes_before_what_earns_more():
    owing = replace(PROBLEM, demands=(*PROBLEM.demands[:2], demand(QUAY, (4, 2), least_visits=2)))
    plan = ShiftPlan(
        visits=(*PLAN.visits[:4], visit(0, QUAY, 75), visit(0, QUAY, 200)),
        breaks=(pause(0, 105), pause(1, 120)),
    )
    plan = replace(
        plan, visits=tuple(one for one in plan.visits if (one.unit, one.area) != (1, QUAY))
    )
    found = replan(left_at(72), owing, plan)
    quay = [one for one in found.plan.visits if one.area == QUAY]
    assert [one.unit for one in quay] == [1, 1]
    assert found.shortfalls == ()


def test_what_is_owed_and_cannot_be_had_is_told_and_no_longer_owed():
    owing = replace(
        PROBLEM,
        units=(PROBLEM.units[0], replace(PROBLEM.units[1], end=160)),
        demands=(demand(MARKET, (1000, 500), least_visits=2), *PROBLEM.demands[1:]),
    )
    plan = ShiftPlan(visits=(*PLAN.visits[:2], visit(0, MARKET, 170)), breaks=PLAN.breaks)
    found = replan(left_at(120), owing, plan)
    assert found.shortfalls == ("market is owed 2 visits of outreach and gets 1.",)
    assert found.problem.demands[0].least_visits == 1
    assert "pair-A does not go to market at 16:50, nor does another." in told(found)


def test_a_unit_on_its_way_is_sent_elsewhere_only_with_time_to_come_back():
    # everything is 60 min from everything, and market is worth much more the sooner
    ways = 60 * (1 - np.eye(3, dtype=np.int64))
    soon = tuple((first, first + 10, 300 - first) for first in range(0, 240, 10))
    far = replace(
        PROBLEM,
        units=(pair("pair-A", break_min=0), pair("pair-B", break_min=0)),
        travel={"outreach": ways},
        demands=(demand(MARKET, (1000,), bands=soon), PROBLEM.demands[1], demand(QUAY, (10,))),
    )
    plan = ShiftPlan(visits=(visit(0, MARKET, 180), visit(1, PARK, 0), visit(1, QUAY, 120)))
    found = replan(left_at(50, freeze_min=0), far, plan)
    (market,) = [one for one in found.plan.visits if one.area == MARKET]
    # it left park at 30 and turns at 50: it is back at 70, and in market at 130
    assert (market.unit, market.start) == (1, 130)
    nowhere_yet = ShiftPlan(visits=(visit(0, MARKET, 180), visit(1, QUAY, 120)))
    found = replan(left_at(50, freeze_min=0), far, nowhere_yet)
    (market,) = [one for one in found.plan.visits if one.area == MARKET]
    assert (market.unit, market.start) == (1, 110)  # taken to be at the quay already


def test_an_added_visit_is_told():
    few = ShiftPlan(visits=PLAN.visits[:2], breaks=PLAN.breaks)
    found = replan(left_at(75), plan=few)
    assert any(sentence.startswith("pair-B also goes to ") for sentence in told(found))


def test_nothing_to_change_changes_nothing():
    alone = replace(PROBLEM, demands=())
    plan = ShiftPlan(breaks=PLAN.breaks)
    found = replan(left_at(150, "pair-B"), alone, plan)
    assert found.changes == ()
    assert [(one.unit, one.start) for one in found.plan.breaks] == [(0, 100), (1, 120)]


@pytest.mark.parametrize(
    ("units", "match"),
    [
        ((UnitChange(unit_id="pair-C", end=5),), "pair-C is not on the shift; there are pair-A, p"),
        ((UnitChange(unit_id="pair-A", start=90, end=80),), "would come at minute 90 and leave at"),
        ((UnitChange(unit_id="pair-A", end=1),) * 2, "pair-A is changed twice"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(units, match):
    with pytest.raises(InputError, match=match):
        replan(ShiftChange(now=0, units=units))


def test_weights_below_zero_are_refused():
    with pytest.raises(InputError, match="must be 0 or more, got -1 and -2"):
        left_at(0, freeze_min=-1, change_cost=-2)


def test_a_plan_that_breaks_a_rule_is_not_gone_on_with():
    with pytest.raises(InputError, match="market gets"):
        replan(left_at(0), plan=ShiftPlan(visits=[*PLAN.visits, visit(1, MARKET, 0)]))


def worth(found, frozen, change):
    """Return what a new plan is worth, counted anew: its score less the price of its changes."""
    problem = frozen.problem
    locked = {(one.unit, one.start) for one in problem.locked.visits}

    def free_visits(visits, one):
        return {
            (visit.unit, visit.start)
            for visit in visits
            if visit.area == one.area
            and problem.units[visit.unit].service == one.service
            and (visit.unit, visit.start) not in locked
        }

    changes = 0
    for one in problem.demands:
        before = free_visits((*frozen.open_plan.visits, *frozen.lost.visits), one)
        after = free_visits(found.visits, one)
        changes += max(len(before - after), len(after - before))
    breaks = {one.unit: one.start for one in found.breaks}
    old = (*frozen.open_plan.breaks, *frozen.lost.breaks)
    changes += sum(breaks.get(one.unit) != one.start for one in old)
    return score_plan(problem, found) - change.change_cost * changes


def test_the_same_seed_gives_the_same_plan_and_more_effort_no_worse():
    problem = seeds_case(1)
    plan = ShiftPlan(
        visits=[visit(u, 3 * u + i, s, 40) for u in (0, 1) for i, s in enumerate((0, 60, 230))],
        breaks=[PlannedBreak(unit=u, start=150, minutes=30) for u in (0, 1)],
    )
    change = ShiftChange(now=110, units=(UnitChange(unit_id="pair-A", end=110),))
    one, other = (replan(change, problem, plan, SearchRule(effort=0.02)) for _ in range(2))
    assert (one.plan, one.changes) == (other.plan, other.changes)
    more = replan(change, problem, plan, SearchRule(effort=0.1))
    frozen = freeze_shift(problem, plan, change)
    assert worth(more.plan, frozen, change) >= worth(one.plan, frozen, change)


def small_shift(seed):
    """Return two pairs of two hours with visits of 15 min; all times are in steps of 5 min."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.0, 12.0, (3, 2))
    apart = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    units = tuple(
        pair(name, end=120, break_min=10, break_from=60, break_until=110)
        for name in ("pair-A", "pair-B")
    )
    demands = tuple(
        demand(area, (int(prize), int(prize) // 2), visit_min=15, apart_min=20)
        for area, prize in enumerate(rng.integers(100, 1000, 3))
    )
    problem = replace(
        PROBLEM,
        units=units,
        demands=demands,
        travel={"outreach": (5 * np.ceil(apart / 5)).astype(np.int64)},
    )
    order = rng.permutation(3)
    plan = ShiftPlan(
        visits=[
            visit(0, int(order[0]), 0, 15),
            visit(0, int(order[1]), 80, 15),
            visit(1, int(order[2]), 50, 15),
            visit(1, int(order[0]), 95, 15),
        ],
        breaks=[pause(0, 60, 10), pause(1, 75, 10)],
    )
    return problem, plan


def all_rounds():
    """Yield every order of visits that pair-B could make from now on, in steps of 5 min."""
    choices = [visit(1, area, start, 15) for start in range(70, 106, 5) for area in range(3)]
    for size in range(4):
        for some in combinations(choices, size):
            if all(one.end <= other.start for one, other in pairwise(some)):
                yield some


@pytest.mark.parametrize("seed", range(4))
def test_no_way_to_go_on_is_better(seed):
    problem, plan = small_shift(seed)
    change = left_at(55, freeze_min=15, change_cost=60)
    found = replan(change, problem, plan, SearchRule(effort=0.1))
    frozen = freeze_shift(problem, plan, change)
    best = worth(found.plan, frozen, change)
    for some in all_rounds():
        for begin in range(110, 65, -5):
            visits = (*frozen.problem.locked.visits, *some)
            other = ShiftPlan(visits=visits, breaks=(pause(1, begin, 10),))
            if worth(other, frozen, change) <= best - 60 * (begin != 75):
                break  # no other time of the break makes up for it
            assert worth(other, frozen, change) <= best or find_breaches(frozen.problem, other)


def test_a_visit_that_the_new_break_pushes_away_is_moved():
    plan = ShiftPlan(visits=(visit(0, PARK, 100),), breaks=(pause(0, 140), pause(1, 120)))
    change = ShiftChange(now=30, units=(UnitChange(unit_id="pair-A", end=145),))
    found = replan(change, plan=plan)
    (park,) = [one for one in found.plan.visits if one.unit == 0 and one.area == PARK]
    assert park.start != 100
    assert max(park.end, *(one.end for one in found.plan.breaks if one.unit == 0)) <= 145


def test_ways_that_are_longer_than_a_detour_do_no_harm():
    ways = 5 * (1 - np.eye(4, dtype=np.int64))
    ways[PARK, MARKET] = 90
    odd = replace(PROBLEM, travel={"outreach": ways})
    odd = replace(odd, units=(odd.units[0], pair("pair-B", break_min=0)))
    plan = ShiftPlan(
        visits=(visit(1, PARK, 0), visit(1, QUAY, 40), visit(1, MARKET, 80)),
        breaks=(pause(0, 100),),
    )
    found = replan(left_at(10, freeze_min=30), odd, plan)
    assert (PARK, 0) in [(one.area, one.start) for one in found.plan.visits if one.unit == 1]


def test_two_services_that_need_not_keep_apart_may_be_sent_to_one_place():
    officer = PlanUnit(unit_id="officer", service="police", end=240)
    both = replace(
        PROBLEM,
        units=(*PROBLEM.units, officer),
        travel={**PROBLEM.travel, "police": PROBLEM.travel["outreach"]},
        demands=(*PROBLEM.demands, demand(MARKET, (900,), service="police")),
    )
    plan = ShiftPlan(visits=(*PLAN.visits, visit(2, MARKET, 130)), breaks=PLAN.breaks)
    found = replan(left_at(120, "pair-B"), both, plan)
    assert visit(2, MARKET, 130) in [replace(one, is_locked=False) for one in found.plan.visits]
    assert visit(0, MARKET, 130) in [replace(one, is_locked=False) for one in found.plan.visits]


def test_a_large_shift_goes_on_too():
    problem = two_services(1, spots=12, outreach=2, police=2)
    owed = tuple(replace(one, least_visits=1) for one in problem.demands if one.area < 8)
    plan = explain_infeasibility(replace(problem, demands=owed), SearchRule(effort=1)).plan
    for unit_id in ("police-1", "outreach-2"):
        change = left_at(100, unit_id)
        found = replan(change, problem, plan, SearchRule(effort=0.1))
        frozen = freeze_shift(problem, plan, change)
        as_it_was = ShiftPlan(
            visits=(*frozen.problem.locked.visits, *frozen.open_plan.visits),
            breaks=(*frozen.problem.locked.breaks, *frozen.open_plan.breaks),
        )
        assert worth(found.plan, frozen, change) > worth(as_it_was, frozen, change)


@st.composite
def changes_of(draw, problem):
    now = 5 * draw(st.integers(0, 20))
    unit = draw(st.sampled_from(problem.units))
    later = 5 * draw(st.integers(0, 10))
    kind = draw(st.sampled_from(("fell out", "late", "leaves", "both")))
    start = now + later if kind in ("late", "both") else None
    end = {"fell out": now, "late": None, "leaves": now + later, "both": now + later + 40}[kind]
    if start is not None and start >= (unit.end if end is None else end):
        start, end = None, now
    return ShiftChange(
        now=now,
        units=(UnitChange(unit_id=unit.unit_id, start=start, end=end),),
        freeze_min=draw(st.sampled_from((0, 20))),
        change_cost=draw(st.sampled_from((0, 10, 1000))),
    )


@settings(max_examples=50)
@given(st.data())
def test_every_change_of_every_plan_gives_a_plan_that_keeps_the_rules(data):
    problem, plan = data.draw(plans())
    assume(find_breaches(problem, plan) == ())
    change = data.draw(changes_of(problem))
    found = replan(change, problem, plan, SearchRule(effort=0.005))
    assert is_valid_by_the_minute(found.problem, found.plan)
    before = {(one.unit, one.area, one.start) for one in plan.visits}
    for one in found.plan.visits:
        assert one.start >= change.free_from or (one.unit, one.area, one.start) in before
    after = {(one.unit, one.area, one.start) for one in found.plan.visits}
    moved = max(len(before - after), len(after - before))
    assert moved <= len(found.changes)  # each is told
    gone = {unit.unit_id for unit in change.units}
    for one in plan.visits:
        if problem.units[one.unit].unit_id not in gone and one.start < change.free_from:
            assert (one.unit, one.area, one.start) in after
    for one, other in zip(problem.demands, found.problem.demands, strict=True):
        assert other.least_visits <= one.least_visits
