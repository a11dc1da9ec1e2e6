"""Shifts without a plan: a shift that has one, spoilt in a known way.

Each kind is a function of a shift that has plans, outreach with two pairs and police with two
officers or more. It says which rules are to blame, by kind and number, where that is plain.
"""

from collections.abc import Callable
from dataclasses import replace

from patrolwise.planning.shift_problem import (
    Demand,
    PlannedBreak,
    PlannedVisit,
    ShiftPlan,
    ShiftProblem,
)

from .plan_worlds import two_services


def owing(seed: int, spots: int = 7, police: int = 2) -> ShiftProblem:
    """Return a shift of two pairs and some officers that owe about half of what they could do."""
    problem = two_services(seed, spots, outreach=2, police=police)
    owed = {"outreach": min(spots, 10) * 3 // 4, "police": spots * 4 // 5}
    return replace(
        problem,
        demands=tuple(
            replace(one, least_visits=int(one.area < owed[one.service])) for one in problem.demands
        ),
    )


def number_of(problem: ShiftProblem, service: str, area: int) -> int:
    """Return the number of a demand."""
    return next(
        number
        for number, one in enumerate(problem.demands)
        if (one.service, one.area) == (service, area)
    )


def asking(problem: ShiftProblem, service: str, area: int, **changes) -> ShiftProblem:
    """Return the shift with another demand of a service in a hot spot."""
    demands = list(problem.demands)
    number = number_of(problem, service, area)
    demands[number] = replace(demands[number], **changes)
    return replace(problem, demands=tuple(demands))


def with_units(problem: ShiftProblem, **changes: dict[str, int]) -> ShiftProblem:
    """Return the shift with other hours or breaks of some units, by id with _ for -."""
    units = [
        replace(unit, **changes.get(unit.unit_id.replace("-", "_"), {})) for unit in problem.units
    ]
    return replace(problem, units=tuple(units))


def fixing(problem: ShiftProblem, *entries) -> ShiftProblem:
    """Return the shift with fixed visits (unit, area, start, minutes) and breaks (three of it)."""
    visits = [
        PlannedVisit(unit=u, area=a, start=s, minutes=m)
        for u, a, s, m in (one for one in entries if len(one) == 4)
    ]
    breaks = [
        PlannedBreak(unit=u, start=s, minutes=m)
        for u, s, m in (one for one in entries if len(one) == 3)
    ]
    return replace(problem, locked=ShiftPlan(visits=tuple(visits), breaks=tuple(breaks)))


def pairs_owe_one_visit_too_many(problem):
    for area in range(6):
        problem = asking(problem, "outreach", area, least_visits=2 if area < 5 else 1, visit_min=59)
    for area in range(6, len(problem.area_ids)):
        problem = asking(problem, "outreach", area, least_visits=0)
    return problem


def everything_owed_twice(problem):
    demands = (replace(d, least_visits=2, visit_min=d.visit_min + 10) for d in problem.demands)
    return replace(problem, demands=tuple(demands))


def police_owe_too_much(problem):
    for area in range(len(problem.area_ids)):
        problem = asking(problem, "police", area, least_visits=3, most_visits=3, prizes=(3, 2, 1))
    officers = {u.unit_id.replace("-", "_"): {"end": 260} for u in problem.units[2:]}
    return with_units(problem, **officers)


def fixed_after_hours(problem):
    return fixing(problem, (0, 1, 330, 40))


def fixed_outside_window(problem):
    return fixing(asking(problem, "outreach", 1, windows=((0, 100),)), (0, 1, 80, 40))


def fixed_over_the_only_break(problem):
    return fixing(with_units(problem, outreach_1={"break_until": 170}), (0, 1, 145, 40))


def two_fixed_at_once(problem):
    return fixing(problem, (0, 1, 60, 40), (0, 2, 90, 40))


def two_fixed_without_time_for_the_way(problem):
    way = problem.minutes_between(0, 1, 2)
    return fixing(problem, (0, 1, 60, 40), (0, 2, 100 + way - 1, 40))


def fixed_where_nobody_asked(problem):
    kept = tuple(d for d in problem.demands if (d.service, d.area) != ("outreach", 1))
    return fixing(replace(problem, demands=kept), (0, 1, 60, 40))


def fixed_too_long(problem):
    return fixing(problem, (0, 1, 60, 55))


def more_fixed_than_asked(problem):
    return fixing(problem, (0, 1, 0, 40), (1, 1, 110, 40), (0, 1, 230, 40))


def two_fixed_too_near_in_time(problem):
    return fixing(problem, (0, 1, 60, 40), (1, 1, 150, 40))


def two_services_fixed_together(problem):
    return fixing(problem, (0, 1, 60, 40), (2, 1, 104, 15))


def window_too_short_for_two(problem):
    return asking(problem, "outreach", 1, least_visits=2, windows=((60, 199),))


def window_after_everyones_hours(problem):
    return asking(problem, "outreach", 1, windows=((340, 400),))


def service_without_units(problem):
    warden = Demand(
        service="wardens", area=1, visit_min=20, least_visits=1, most_visits=1, prizes=(5,)
    )
    return replace(problem, demands=(*problem.demands, warden))


def three_windows_at_once(problem):
    for area in (0, 1, 2):
        problem = asking(problem, "outreach", area, windows=((60, 105),))
    return problem


def services_in_one_short_window(problem):
    problem = asking(problem, "police", 1, windows=((60, 118),))
    return asking(problem, "outreach", 1, windows=((60, 118),))


def window_over_everyones_break(problem):
    problem = with_units(
        problem,
        outreach_1={"break_from": 150, "break_until": 180},
        outreach_2={"break_from": 155, "break_until": 185},
    )
    return asking(problem, "outreach", 1, windows=((145, 194),))


def hot_spot_too_far_away(problem):
    travel = {}
    for service, ways in problem.travel.items():
        far = ways.copy()
        far[1, :] += 200
        far[:, 1] += 200
        far[1, 1] = 0
        travel[service] = far
    return replace(asking(problem, "police", 1, least_visits=1), travel=travel)


def fixed_all_through_the_break(problem):
    return fixing(problem, (0, 0, 95, 40), (0, 1, 153, 40), (0, 2, 211, 40))


def early_window_and_nobody_free(problem):
    problem = with_units(problem, outreach_2={"start": 90, "break_from": 135})
    problem = asking(problem, "outreach", 1, windows=((0, 60),))
    return fixing(problem, (0, 2, 10, 40))


def fixed_break_outside_its_window(problem):
    return fixing(problem, (0, 230, 30))


def fixed_break_of_a_unit_without_one(problem):
    free = {"break_min": 0, "break_from": 0, "break_until": 0}
    return fixing(with_units(problem, outreach_1=free), (0, 150, 30))


def visit_longer_than_any_shift(problem):
    return asking(problem, "outreach", 1, visit_min=370)


KINDS: dict[Callable[[ShiftProblem], ShiftProblem], int | None] = {
    pairs_owe_one_visit_too_many: None,
    everything_owed_twice: None,
    police_owe_too_much: None,
    fixed_after_hours: 2,
    fixed_outside_window: 2,
    fixed_over_the_only_break: 2,
    two_fixed_at_once: 2,
    two_fixed_without_time_for_the_way: 2,
    fixed_where_nobody_asked: 2,
    fixed_too_long: 2,
    more_fixed_than_asked: 4,
    two_fixed_too_near_in_time: 3,
    two_services_fixed_together: 3,
    window_too_short_for_two: 3,
    window_after_everyones_hours: 4,
    service_without_units: 1,
    three_windows_at_once: None,
    services_in_one_short_window: 5,
    window_over_everyones_break: None,
    hot_spot_too_far_away: None,
    fixed_all_through_the_break: 3,
    early_window_and_nobody_free: 4,
    fixed_break_outside_its_window: 2,
    fixed_break_of_a_unit_without_one: 2,
    visit_longer_than_any_shift: 3,
}
