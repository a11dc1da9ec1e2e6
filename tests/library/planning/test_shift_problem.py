"""A shift to plan refuses to be wrong, every fault at once; a rule of search and a score too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.scoring import score_plan, travel_minutes
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_problem import (
    NOWHERE,
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)

UNIT = PlanUnit(unit_id="p1", service="police", end=360)
DEMAND = Demand(service="police", area=0, visit_min=15, prizes=(100,))
GOOD = {
    "name": "late",
    "start": datetime(2024, 6, 3, 13, tzinfo=UTC),
    "units": (UNIT,),
    "area_ids": ("a", "b"),
    "travel": {"police": np.array([[0, 7], [7, 0]])},
    "demands": (DEMAND,),
}


def refusal(**changes):
    with pytest.raises(InputError) as caught:
        ShiftProblem(**{**GOOD, **changes})
    return str(caught.value)


def test_a_good_shift_is_taken():
    problem = ShiftProblem(**GOOD)
    assert problem.minutes_between(0, 0, 1) == 7
    assert problem.minutes_between(0, NOWHERE, 1) == 0
    assert problem.time_of(90) == datetime(2024, 6, 3, 14, 30, tzinfo=UTC)
    assert problem.demand_of(0, 0) is DEMAND
    assert problem.demand_of(0, 1) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"units": ()}, "No unit is on the shift"),
        ({"units": (UNIT, UNIT)}, "Unit p1 is there twice"),
        (
            {"start": datetime(2024, 6, 3, 14, tzinfo=timezone(timedelta(hours=1)))},
            "start must be in UTC",
        ),
        ({"units": (replace(UNIT, start=360),)}, "from minute 360 to 360"),
        ({"units": (replace(UNIT, break_min=30, break_until=20),)}, "it does not fit"),
        ({"units": (replace(UNIT, break_min=-1),)}, "it does not fit"),
        ({"units": (replace(UNIT, base=-2),)}, "negative place"),
        ({"demands": (replace(DEMAND, area=9),)}, "hot spot number 9"),
        ({"demands": (DEMAND, DEMAND)}, "two demands of police in a"),
        ({"demands": (replace(DEMAND, visit_min=0),)}, "visit_min must be at least 1"),
        ({"demands": (replace(DEMAND, least_visits=2),)}, "2 to 1 visits"),
        ({"demands": (replace(DEMAND, prizes=(1, 2)),)}, "2 prizes for 1 visits"),
        ({"demands": (replace(DEMAND, prizes=(-1,)),)}, "prizes must be 0 or more"),
        ({"travel": {}}, "no travel times of police"),
        ({"travel": {"police": np.zeros((1, 1), dtype=int)}}, "2 places are needed"),
        ({"travel": {"police": np.zeros((2, 2))}}, "must be whole minutes"),
        (
            {"locked": ShiftPlan(visits=(PlannedVisit(start=0, unit=4, area=0, minutes=15),))},
            "unit number 4",
        ),
        (
            {"locked": ShiftPlan(breaks=(PlannedBreak(start=0, unit=4, minutes=15),))},
            "A locked break is of unit number 4",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes, told):
    assert told in refusal(**changes)


def test_all_faults_are_told_at_once():
    told = refusal(units=(), demands=(replace(DEMAND, area=9),))
    assert "No unit is on the shift" in told
    assert "hot spot number 9" in told


def test_a_rule_of_search_refuses_nonsense():
    with pytest.raises(InputError, match=r"(?s)seed must be 0.*effort and longest_s"):
        SearchRule(seed=-1, effort=0)


def test_a_plan_is_proven_when_its_score_reaches_the_bound():
    given = {"plan": ShiftPlan(), "score": 5, "method": "exact"}
    assert Solved(**given, bound=5).is_proven
    assert not Solved(**given, bound=6).is_proven
    assert not Solved(**given, bound=None).is_proven


def test_a_visit_where_nothing_is_asked_earns_nothing_and_its_way_still_costs():
    problem = ShiftProblem(**GOOD)
    plan = ShiftPlan(
        visits=(
            PlannedVisit(start=0, unit=0, area=0, minutes=15),
            PlannedVisit(start=30, unit=0, area=1, minutes=15),
        )
    )
    assert score_plan(problem, plan) == 100 - 7
    assert travel_minutes(problem, plan, 0) == 7
