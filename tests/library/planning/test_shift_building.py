"""A shift's problem: what is owed, when and where, and what is left out of it in words."""

from datetime import date, time, timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.shift_building import DayShift, find_day_shifts
from patrolwise.planning.shift_inputs import BreakRule, ServiceRule
from patrolwise.planning.shift_problem import NOWHERE, PlannedVisit, Separation
from patrolwise.planning.travel import TravelRule, estimate_travel

from .shift_worlds import (
    MONDAY,
    PLACES,
    allocation_of,
    build,
    demand_in,
    events_of,
    on_rota,
    planned_of,
    priorities_of,
    rota_of,
    rule_of,
    utc,
)

EARLY = {"shift": "early"}
LOCKED = {"is_locked": True}


def test_the_plainest_shift_asks_for_one_visit_in_each_hot_spot_at_any_time():
    built = build()
    problem = built.problem
    assert problem.name == "2024-06-03 late"
    assert problem.start == utc(13)
    assert [(unit.unit_id, unit.start, unit.end, unit.people) for unit in problem.units] == [
        ("p1", 0, 360, 2)
    ]
    assert [demand.area for demand in problem.demands] == [0, 1, 2]
    demand = problem.demands[0]
    assert (demand.visit_min, demand.least_visits, demand.most_visits) == (15, 1, 1)
    assert (demand.prizes, demand.windows, demand.bands) == ((1000,), (), ())
    assert (built.day, built.patrol_day, built.shift_names) == (MONDAY, MONDAY, ("late",))
    assert built.notes == ()


def test_minutes_of_a_visit_are_rounded_up():
    assert demand_in(build(dose_rules=(rule_of(visit_min=14.2),)), "a").visit_min == 15


def test_further_visits_may_be_made_and_each_earns_less_than_the_one_before():
    police = ServiceRule(service="police", further_visits=2, prize=900, repeat_share=1 / 3)
    demand = demand_in(build(service_rules=(police,)), "a")
    assert (demand.least_visits, demand.most_visits) == (1, 3)
    assert demand.prizes == (900, 300, 100)


def test_a_dose_that_is_only_wished_for_is_owed_by_nobody():
    demand = demand_in(
        build(service_rules=(ServiceRule(service="police", is_owed=False, apart_min=90),)), "a"
    )
    assert (demand.least_visits, demand.most_visits, demand.apart_min) == (0, 1, 90)


def test_where_no_dose_rule_asks_for_a_visit_nobody_goes():
    built = build(dose_rules=(rule_of(areas=("b",)),))
    assert demand_in(built, "a") is None
    assert built.notes == ("police does not go to a, c: no dose rule asks for it.",)


def test_hours_of_a_dose_rule_bind_the_start_of_a_visit_and_shift_hours_its_end():
    from_three = rule_of(from_clock=time(15), until_clock=time(16))
    assert demand_in(build(dose_rules=(from_three,)), "a").windows == ((60, 134),)
    evening = rule_of(from_clock=time(19), until_clock=time(23))
    assert demand_in(build(dose_rules=(evening,)), "a").windows == ((300, 360),)
    night = build(dose_rules=(rule_of(from_clock=time(22), until_clock=time(4)),))
    assert night.problem.demands == ()
    assert night.notes == (
        "police does not go to a, b, c: the hours of its dose rule leave no room for 15 min.",
    )


def test_the_arm_of_the_day_is_law():
    drawn = allocation_of(("a", MONDAY, "patrol"), ("b", MONDAY, "none"), ("b", date(2024, 6, 4),
                          "patrol"))  # fmt: skip
    arms = {"patrol": ("police",), "none": ()}
    built = build(allocation=drawn, arms=arms)
    assert demand_in(built, "a") is not None
    assert demand_in(built, "b") is None
    assert demand_in(built, "c") is not None  # is not in the experiment
    assert built.notes == ("police does not go to b: its arm that day is none.",)


def test_within_the_dates_of_the_experiment_nobody_goes_where_nothing_was_drawn():
    days = [MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)]
    drawn = allocation_of(*(("a", day, "patrol") for day in days))
    built = build(allocation=drawn, arms={"patrol": ("police",)})
    assert built.notes == ("police does not go to a: nothing was drawn for it that day.",)
    before = allocation_of(("a", days[0], "patrol"))
    assert build(allocation=before, arms={"patrol": ("police",)}).notes == ()
    after = allocation_of(("a", days[1], "patrol"))
    assert build(allocation=after, arms={"patrol": ("police",)}).notes == ()


def test_a_closed_hot_spot_is_left_while_it_is_closed():
    works = events_of(("works", "a", utc(14), utc(15), "closed", None, None))
    built = build(events=works)
    assert demand_in(built, "a").windows == ((0, 60), (120, 360))
    assert demand_in(built, "b").windows == ()


def test_a_hot_spot_that_is_closed_all_shift_is_left_out_by_the_name_of_the_event():
    works = events_of(
        ("works", None, utc(10), utc(16), "closed", None, None),
        ("parade", "a", utc(15), utc(19), "closed", None, None),
        ("fair", "a", utc(19), utc(23), "closed", None, None),
    )
    built = build(events=works)
    assert built.notes == ("police does not go to a: it is closed (works, parade).",)
    assert demand_in(built, "b").windows == ((180, 360),)


def test_weights_that_hold_at_one_time_are_multiplied_into_bands():
    built = build(
        priorities=priorities_of(
            ("a", None, None, None, 1.5),
            ("a", [1], time(18), time(19), 2.0),
            ("a", [2], time(14), time(18), 9.0),
            ("b", None, time(14), time(14, 30), 0.5),
        ),
        events=events_of(("match", None, utc(18, 30), utc(20), "priority", 2.0, None)),
    )
    assert demand_in(built, "a").bands == (
        (0, 240, 150),
        (240, 300, 300),
        (300, 330, 150),
        (330, 360, 300),
    )
    assert demand_in(built, "b").bands == ((0, 30, 50), (330, 360, 200))


def test_a_unit_is_planned_while_all_its_people_are_there():
    late = rota_of(on_rota("p1", 13, 19, people=1), on_rota("p1", 14, 20, people=1))
    built = build(rota=late)
    unit = built.problem.units[0]
    assert (built.problem.start, unit.start, unit.end, unit.people) == (utc(14), 0, 300, 2)
    assert built.notes == ("The people of p1 have different hours: it is planned while all are "
                           "there.",)  # fmt: skip


def test_seconds_of_a_rota_are_no_time_on_duty():
    rows = rota_of(on_rota("p1"), on_rota("p2"))
    is_late = pl.col("unit_id") == "p2"
    late = pl.col("start") + pl.when(is_late).then(timedelta(seconds=30)).otherwise(timedelta(0))
    unit = build(rota=rows.with_columns(late)).problem.units[1]
    assert (unit.unit_id, unit.start, unit.end) == ("p2", 1, 360)


def test_bases_are_those_of_the_unit_or_of_its_service_or_none():
    rules = (ServiceRule(service="police", base_id="station"), ServiceRule(service="outreach"))
    units = (on_rota("p1"), on_rota("p2"), on_rota("o1", service="outreach"))
    built = build(rota=rota_of(*units), service_rules=rules, unit_bases={"p2": ""})
    assert [(unit.unit_id, unit.base) for unit in built.problem.units] == [
        ("o1", NOWHERE), ("p1", 3), ("p2", NOWHERE),
    ]  # fmt: skip
    assert built.problem.minutes_between(1, 3, 0) == 10  # 780 m


def test_each_service_goes_its_own_way():
    rules = (ServiceRule(service="police", mode="driving"), ServiceRule(service="outreach"))
    rota = rota_of(on_rota("p1"), on_rota("o1", service="outreach"))
    straight = TravelRule(detour=1, driving_detour=1, walking_km_h=4, driving_km_h=24)
    travel = estimate_travel(PLACES, straight)
    built = build(rota=rota, service_rules=rules, travel=travel)
    assert built.problem.travel["outreach"][0, 1] == 6
    assert built.problem.travel["police"][0, 1] == 1


def test_breaks_lie_within_their_hours_on_duty():
    supper = BreakRule(service="police", minutes=30, earliest=time(18), latest=time(21))
    unit = build(breaks=(supper,)).problem.units[0]
    assert (unit.break_min, unit.break_from, unit.break_until) == (30, 240, 360)


def test_a_shift_can_have_a_break_rule_of_its_own():
    other = BreakRule(service="police", minutes=30, earliest=time(10), latest=time(11))
    own = BreakRule(service="police", minutes=20, earliest=time(16), latest=time(17), shift="late")
    unit = build(breaks=(other, own)).problem.units[0]
    assert (unit.break_min, unit.break_from, unit.break_until) == (20, 120, 180)


def test_a_short_shift_has_no_break():
    rule = BreakRule(
        service="police", minutes=30, earliest=time(10), latest=time(11), longest_without_min=360
    )
    assert build(breaks=(rule,)).problem.units[0].break_min == 0


def test_breaks_that_do_not_fit_are_told_for_every_unit():
    rule = BreakRule(service="police", minutes=30, earliest=time(19, 45), latest=time(21))
    with pytest.raises(InputError) as raised:
        build(breaks=(rule,), rota=rota_of(on_rota("p1"), on_rota("p2")))
    told = str(raised.value)
    assert "Unit p1 is on duty from 14:00 to 20:00, and its break of 30 min lies between" in told
    assert "Unit p2" in told


def test_separation_is_asked_of_services_that_are_both_on_the_shift():
    apart = Separation(services=("police", "outreach"), margin_min=5)
    assert build(separations=(apart,)).problem.separations == ()
    both = rota_of(on_rota("p1"), on_rota("o1", service="outreach"))
    assert build(separations=(apart,), rota=both).problem.separations == (apart,)


def test_visits_of_other_shifts_keep_their_distance_and_count_towards_the_dose():
    planned = planned_of(
        ("p7", "a", utc(12, 30), utc(12, 45), EARLY),
        ("o7", "b", utc(14), utc(14, 40), {"shift": "evening", "service": "outreach"}),
        ("p7", None, utc(14), utc(14, 40), EARLY),
        ("p1", "c", utc(14), utc(14, 40)),  # of this shift, not locked: planned anew
    )
    apart = (Separation(services=("police", "outreach"), margin_min=5),)
    built = build(planned=planned, separations=apart, dose_rules=(rule_of(visits_a_day=2),))
    assert demand_in(built, "a").windows == ((45, 360),)
    assert (demand_in(built, "a").least_visits, demand_in(built, "a").prizes) == (1, (500,))
    assert demand_in(built, "b").windows == ((0, 55), (105, 360))
    assert demand_in(built, "b").least_visits == 2
    assert demand_in(built, "c").windows == ()


def test_other_services_that_need_no_separation_do_not_take_a_hot_spot():
    visit = ("o7", "b", utc(13), utc(19), {"shift": "evening", "service": "outreach"})
    apart = (Separation(services=("outreach", "wardens")),)
    rules = tuple(ServiceRule(service=name) for name in ("police", "outreach", "wardens"))
    built = build(planned=planned_of(visit), separations=apart, service_rules=rules)
    assert demand_in(built, "b").windows == ()


def test_two_units_of_one_service_can_be_kept_apart_by_more_than_its_visits():
    visit = ("p7", "b", utc(12), utc(12, 15), EARLY)
    apart = (Separation(services=("police", "police"), margin_min=120),)
    built = build(
        planned=planned_of(visit), separations=apart, dose_rules=(rule_of(visits_a_day=2),)
    )
    assert demand_in(built, "b").windows == ((75, 360),)


def test_a_dose_that_other_shifts_have_given_is_not_asked_for_again():
    visit = ("p7", "a", utc(8), utc(8, 15), EARLY)
    built = build(planned=planned_of(visit))
    assert built.notes == ("police does not go to a: it has its 1 visit of the day from other "
                           "shifts.",)  # fmt: skip
    more = build(
        planned=planned_of(visit), service_rules=(ServiceRule(service="police", further_visits=1),)
    )
    assert (demand_in(more, "a").least_visits, demand_in(more, "a").prizes) == (0, (500,))


def test_a_hot_spot_that_other_shifts_fill_is_left_out():
    visit = ("p7", "a", utc(12, 30), utc(18), EARLY)
    built = build(planned=planned_of(visit), dose_rules=(rule_of(visits_a_day=2),))
    assert built.notes == ("police does not go to a: visits of other shifts leave no room.",)


def test_yesterdays_visits_count_for_yesterday():
    yesterday = MONDAY - timedelta(days=1)
    visit = ("p7", "a", utc(20, day=yesterday), utc(21, day=yesterday), {"day": yesterday})
    assert demand_in(build(planned=planned_of(visit)), "a").least_visits == 1


@pytest.mark.parametrize(("owed", "early", "late"), [(1, 0, 1), (2, 1, 1), (3, 1, 2), (4, 2, 2)])
def test_shifts_of_a_day_share_what_it_is_owed_and_the_last_owes_what_is_left(owed, early, late):
    rota = rota_of(on_rota("p7", 5, 13, shift="early"), on_rota("p1"))
    rules = (rule_of(visits_a_day=owed),)
    first = build(("early",), rota=rota, dose_rules=rules)
    assert demand_in(first, "a").least_visits == early
    assert demand_in(first, "a").most_visits == owed
    given = [("p7", "a", utc(6 + n), utc(6 + n, 15), EARLY) for n in range(early)]
    last = build(rota=rota, dose_rules=rules, planned=planned_of(*given))
    assert demand_in(last, "a").least_visits == late


def test_a_later_shift_without_room_for_a_visit_takes_no_share():
    rota = rota_of(on_rota("p7", 5, 13, shift="early"), on_rota("p1"))
    morning = build(
        ("early",), rota=rota, dose_rules=(rule_of(from_clock=time(8), until_clock=time(12)),)
    )
    assert demand_in(morning, "a").least_visits == 1
    works = events_of(("works", "a", utc(13), utc(19), "closed", None, None))
    closed = build(("early",), rota=rota, events=works)
    assert demand_in(closed, "a").least_visits == 1
    assert demand_in(closed, "b").least_visits == 0


def test_shifts_of_the_next_day_or_of_another_service_take_no_share():
    tomorrow = on_rota("p1", day=MONDAY + timedelta(days=1))
    rota = rota_of(
        on_rota("p1"), tomorrow, on_rota("o1", 14, 20, shift="evening", service="outreach")
    )
    assert demand_in(build(rota=rota), "a").least_visits == 1


def test_a_night_is_planned_within_its_patrol_day():
    rota = rota_of(on_rota("p1", 21, 29, shift="night"))
    built = build(("night",), rota=rota)
    assert built.patrol_day == MONDAY
    assert demand_in(built, "a").windows == ((0, 420),)
    assert built.notes == (
        "No visit is planned in 60 of the shift's 480 minutes: they belong to another patrol day "
        "than 2024-06-03, which ends at 04:00 UTC.",
    )


def test_locked_rows_of_the_shift_are_part_of_its_problem():
    locked = planned_of(
        ("p1", "a", utc(14), utc(14, 15), LOCKED),
        ("p1", None, utc(16), utc(16, 30), LOCKED),
        ("p1", "b", utc(15), utc(15, 15)),
    )
    problem = build(planned=locked).problem
    assert problem.locked.visits == (
        PlannedVisit(start=60, unit=0, area=0, minutes=15, is_locked=True),
    )
    assert [pause.start for pause in problem.locked.breaks] == [180]


def test_locked_rows_of_a_unit_that_fell_out_are_left_out_with_a_note():
    locked = planned_of(
        ("p9", "a", utc(14), utc(14, 15), LOCKED), ("p9", None, utc(16), utc(17), LOCKED)
    )
    built = build(planned=locked)
    assert built.problem.locked.visits == ()
    assert built.notes == (
        "A locked visit to a of p9 is left out: the unit is not on this shift.",
        "A locked break of p9 is left out: the unit is not on this shift.",
    )


def test_a_visit_locked_against_the_arm_of_the_day_is_refused():
    locked = planned_of(
        ("p1", "a", utc(14), utc(14, 15), LOCKED), ("p1", "b", utc(15), utc(15, 15), LOCKED)
    )
    drawn = allocation_of(("a", MONDAY, "none"))
    with pytest.raises(InputError) as raised:
        build(planned=locked, allocation=drawn, arms={"none": ()})
    assert str(raised.value) == (
        "Locked rows of 2024-06-03 late: p1 is locked to visit a at 14:00 UTC, where police must "
        "not go: its arm that day is none. Unlock it."
    )


def test_shifts_that_overlap_are_planned_as_one():
    rota = rota_of(
        on_rota("p1", 5, 13, shift="early"),
        on_rota("p2"),
        on_rota("o1", 14, 20, shift="evening", service="outreach"),
        on_rota("p3", 19, 24, shift="swing"),
        on_rota("p1", 5, 13, shift="early", day=MONDAY + timedelta(days=1)),
    )
    found = find_day_shifts(rota)
    assert found == (
        DayShift(day=MONDAY, shifts=("early",)),
        DayShift(day=MONDAY, shifts=("late", "evening", "swing")),
        DayShift(day=MONDAY + timedelta(days=1), shifts=("early",)),
    )
    assert str(found[1]) == "2024-06-03 late and evening and swing"
    built = build(found[1].shifts, rota=rota, dose_rules=(rule_of(), rule_of("outreach")))
    assert built.shift_names == ("evening", "late", "swing")
    assert [(unit.unit_id, unit.start, unit.end) for unit in built.problem.units] == [
        ("o1", 60, 420), ("p2", 0, 360), ("p3", 360, 660),
    ]  # fmt: skip
    assert len(built.problem.demands) == 6


def test_a_long_shift_is_not_cut_by_a_short_one_within_it():
    rota = rota_of(on_rota("p1", 6, 18, shift="long"), on_rota("p2", 7, 8, shift="short"),
                   on_rota("p3", 10, 12, shift="noon"))  # fmt: skip
    assert [one.shifts for one in find_day_shifts(rota)] == [("long", "short", "noon")]


def test_a_rota_without_rows_has_no_shifts():
    assert find_day_shifts(rota_of()) == ()


def test_a_shift_that_nobody_is_on_is_told_with_those_of_the_day():
    with pytest.raises(InputError, match=r"nobody on early on 2024-06-03.*that it has: late"):
        build(("early",))
    with pytest.raises(InputError, match="that it has: none"):
        build(day=date(2024, 6, 9))


def test_all_that_is_wrong_with_the_units_of_a_shift_is_told_at_once():
    rota = rota_of(
        on_rota("p1"),
        on_rota("p1", shift="evening"),
        on_rota("x", service="outreach"),
        on_rota("x"),
        on_rota("p3", 13, 15, people=1),
        on_rota("p3", 16, 19, people=1),
    )
    with pytest.raises(InputError) as raised:
        build(("late", "evening"), rota=rota)
    told = str(raised.value)
    assert "3 faults" in told
    assert "Unit p1 is on evening and late" in told
    assert "Unit x is of two services" in told
    assert "The people of p3 are never there at once" in told


def test_a_problem_can_be_built_again_and_is_the_same():
    one, other = build(), build()
    assert one.problem.demands == other.problem.demands
    assert np.array_equal(one.problem.travel["police"], other.problem.travel["police"])
