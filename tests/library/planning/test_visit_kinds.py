from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan
from patrolwise.planning.visit_kinds import (
    NEVER,
    VisitKind,
    earliest_next,
    earliest_starts,
    find_kinds,
    kind_of,
    prize_of_counts,
)

from .plan_worlds import small_problems, two_services


def only(problem, number, **changes):
    """Return the problem with one of its demands only, changed."""
    return replace(problem, demands=(replace(problem.demands[number], **changes),))


def of_outreach(**changes):
    return only(two_services(0), 0, **{"visit_min": 40, "bands": (), **changes})


@given(small_problems(owed=True))
def test_each_allowed_start_is_in_one_kind_with_its_percent_and_no_other_is(problem):
    horizon = max(unit.end for unit in problem.units)
    for demand in problem.demands:
        kinds = find_kinds(problem, demand.service)
        for start in range(-1, horizon + 1):
            visit = PlannedVisit(start=start, unit=0, area=demand.area, minutes=demand.visit_min)
            windows = demand.windows or ((0, horizon),)
            is_allowed = visit.end <= horizon and any(
                a <= start and visit.end <= b for a, b in windows
            )
            number = kind_of(kinds, visit)
            assert (number is not None) == is_allowed
            if number is not None:
                assert kinds[number].percent == demand.percent_at(start)


def test_a_shift_shorter_than_the_visit_has_no_kind():
    assert find_kinds(of_outreach(visit_min=400), "outreach") == ()


def test_a_service_that_is_asked_nothing_has_no_kind():
    assert find_kinds(of_outreach(), "police") == ()


def test_windows_that_overlap_are_one_stretch_and_those_apart_two():
    kinds = find_kinds(of_outreach(windows=((0, 100), (60, 140), (200, 240))), "outreach")
    assert [kind.starts for kind in kinds] == [((0, 100), (200, 200))]


def test_a_band_of_the_same_percent_as_before_begins_no_new_kind():
    kinds = find_kinds(
        of_outreach(bands=((0, 60, 100), (60, 120, 150), (120, 180, 150))), "outreach"
    )
    assert [(kind.percent, kind.starts) for kind in kinds] == [
        (100, ((0, 59),)),
        (150, ((60, 179),)),
        (100, ((180, 320),)),
    ]


def test_a_visit_of_another_length_or_elsewhere_is_of_no_kind():
    kinds = find_kinds(of_outreach(), "outreach")
    assert kind_of(kinds, PlannedVisit(start=0, unit=0, area=0, minutes=40)) == 0
    assert kind_of(kinds, PlannedVisit(start=0, unit=0, area=0, minutes=41)) is None
    assert kind_of(kinds, PlannedVisit(start=0, unit=0, area=1, minutes=40)) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3), st.integers(0, 40))
def test_the_earliest_start_is_the_first_allowed_minute_from_coming_on(spans, minute):
    starts = tuple(sorted((min(span), max(span)) for span in spans))
    allowed = [now for first, last in starts for now in range(first, last + 1) if now >= minute]
    assert earliest_starts(starts, 40)[minute] == min(allowed, default=NEVER)


@given(st.lists(st.sampled_from((0, 100, 250)), max_size=3), st.integers(0, 999))
def test_the_prize_of_so_many_of_each_kind_is_what_a_plan_of_them_scores(starts, prize):
    problem = of_outreach(
        most_visits=3,
        prizes=(prize, prize // 2, prize // 3),
        bands=((100, 200, 33), (200, 300, 150)),
    )
    demand = problem.demands[0]
    visits = tuple(
        PlannedVisit(start=start + at, unit=0, area=0, minutes=40)
        for at, start in enumerate(sorted(starts))
    )
    counts = tuple(starts.count(start) for start in (0, 100, 250))
    still = {name: 0 * ways for name, ways in problem.travel.items()}
    plan = ShiftPlan(visits=visits)
    assert prize_of_counts(demand, (100, 33, 150), counts) == score_plan(
        replace(problem, travel=still), plan
    )


def test_visits_to_one_hot_spot_follow_each_other_or_do_not_fit():
    demand = of_outreach(apart_min=60).demands[0]
    early = VisitKind(demand=0, area=0, minutes=40, percent=100, starts=((0, 50), (90, 120)))
    late = VisitKind(demand=0, area=0, minutes=40, percent=150, starts=((130, 250),))
    assert earliest_next(demand, (early, late), (0, 0)) == 0
    assert earliest_next(demand, (early, late), (2, 0)) == 200
    assert earliest_next(demand, (early, late), (2, 1)) == 300
    assert earliest_next(demand, (early, late), (2, 2)) == NEVER
    assert earliest_next(demand, (early, late), (3, 0)) == NEVER
