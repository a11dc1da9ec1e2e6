from dataclasses import replace
from datetime import time, timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError, MissingExtraError, RefusedError
from patrolwise.planning import extras
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota import make_rota
from patrolwise.planning.rota_checking import find_rota_breaches
from patrolwise.planning.rota_problem import Cycle
from patrolwise.planning.rota_rule import Budget, RotaWeights
from patrolwise.planning.rota_tables import AVAILABILITY, FAIRNESS_HISTORY, LEAVE, REQUESTS
from patrolwise.planning.searching import SearchRule

from .rota_twin import best_by_trying
from .rota_worlds import (
    LIGHT,
    at,
    crews,
    day,
    member,
    problem,
    rota_of,
    rule,
    staff,
    table,
    template,
    who_works,
)

ONLY = dict.fromkeys(
    ("missing_unit", "request", "evenings", "weekends", "worst_spots", "apart", "relief", "change"),
    0,
)


def caring_for(**weights):
    """Return weights that care for nothing but what is named."""
    return RotaWeights(**(ONLY | weights))


def made(asked, search=LIGHT):
    """Return a rota that the checker has found no breach in."""
    found = make_rota(asked, search)
    assert find_rota_breaches(asked, found.rota) == ()
    return found


def small(seed):
    """Return a problem so small that every rota of it can be tried."""
    rng = np.random.default_rng(seed)
    kinds = int(rng.integers(3))
    days = 4 if kinds == 0 else 3
    weights = caring_for(missing_unit=40, request=10, weekends=15, relief=3, change=20)
    first = 4 - int(rng.integers(3))  # so that most windows hold a Saturday
    templates = (template(people=1 + kinds % 2, units=1 if kinds else 2, least_units=0),)
    own = list(staff(2 if kinds == 0 else 3, least_shifts=0, most_shifts=int(rng.integers(2, 5))))
    if kinds == 2:
        own[2] = replace(own[2], is_relief=True)
    window = replace(rule(days).window, first=day(first), last=day(first + days - 1))
    ask = [
        (f"r{n}", f"s{1 + n}", day(first + int(rng.integers(days))), rng.choice(["off", "late"]), 1)
        for n in range(2)
    ]
    leave = ("s1", day(first + int(rng.integers(days))), day(first + days), "leave")
    past = [(each.staff_id, 5.0, 0, int(rng.integers(3)), 0.0) for each in own]
    asked = problem(
        templates=templates,
        staff=tuple(own),
        rule=replace(rule(days, days_in_seven=3, longest_run=2), window=window, weights=weights),
        requests=table(REQUESTS, *ask),
        leave=table(LEAVE, *([leave] if rng.random() < 0.5 else [])),
        history=table(FAIRNESS_HISTORY, *past),
    )
    before = [(first + n, "late", templates[0].unit_ids[0], "s2") for n in range(days)]
    return replace(asked, previous=rota_of(asked, *before) if rng.random() < 0.5 else None)


@pytest.mark.parametrize("seed", range(6))
def test_no_rota_costs_less_than_the_one_that_is_proven_best(seed):
    asked = small(seed)
    found = made(replace(asked, rule=replace(asked.rule, keep_pairs=False)))
    assert found.is_proven
    # fair shares are rounded to thousandths
    assert found.cost == pytest.approx(best_by_trying(asked), abs=0.3)


def test_partners_apart_cost_what_they_are_said_to():
    weights = caring_for(missing_unit=10, apart=3, request=1)
    asked = problem(
        templates=(template(people=1, units=2),),
        staff=(member("s1", partner="s2"), member("s2", partner="s1")),
        rule=rule(3, weights=weights),
        requests=table(REQUESTS, ("r1", "s1", day(0), "off", 2), ("r2", "s2", day(1), "off", 20)),
    )
    found = made(asked)
    assert found.cost == best_by_trying(asked, partners=[("s1", "s2")])
    assert who_works(found.rota) == {
        (0, "late", "s1"), (0, "late", "s2"), (1, "late", "s1"), (2, "late", "s1"),
        (2, "late", "s2"),
    }  # fmt: skip
    assert (found.costs["request"], found.costs["apart"]) == (2.0, 3.0)


def test_two_pairs_work_five_days_and_nothing_is_missing():
    asked = problem(templates=(template(units=2, weekdays=(7, 1, 2, 3, 4)),))
    found = made(asked)
    assert found.is_proven
    assert found.cost == 0
    assert found.gap == 0
    assert found.shortfalls.height == 0
    assert found.rota.height == 5 * 4
    assert crews(found.rota)[0, "late", "outreach-1"] == crews(found.rota)[6, "late", "outreach-1"]
    assert found.rota.schema == ROTA.schema


def test_the_same_seed_and_effort_give_the_same_rota():
    asked = problem(
        templates=(template(units=2), template("early", start=time(7), end=time(13), units=2)),
        staff=staff(9),
        requests=table(REQUESTS, *((f"r{n}", f"s{n}", day(n), "off", 1) for n in range(1, 7))),
    )
    search = SearchRule(effort=0.3, seed=4)
    one, other = made(asked, search), made(asked, search)
    assert one.rota.equals(other.rota)
    assert (one.cost, one.bound) == (other.cost, other.bound)


def test_a_shift_that_cannot_be_filled_is_told_in_words():
    leave = [(f"s{n}", day(2), day(2), "leave") for n in (1, 2)]
    asked = problem(templates=(template(units=2, weekdays=(1, 2, 3)),), leave=table(LEAVE, *leave))
    found = made(asked)
    assert found.shortfalls.rows() == [
        (
            day(2), "late", "outreach", 2, 1,
            "outreach lacks 1 of 2 units. Of its 2 other members: 2 on leave (s1, s2).",
        )
    ]  # fmt: skip


def test_units_that_are_needed_come_before_all_that_is_wished():
    asked = problem(
        templates=(template(people=1, least_units=1, weekdays=(1,)),),
        staff=staff(1),
        rule=rule(weights=caring_for(request=10_000, missing_unit=1)),
        requests=table(REQUESTS, ("r1", "s1", day(0), "off", 100)),
    )
    assert who_works(made(asked).rota) == {(0, "late", "s1")}


def test_shifts_owed_are_given_even_where_they_cost():
    asked = problem(
        templates=(template(people=1),),
        staff=staff(1, least_shifts=2),
        rule=rule(weights=caring_for(request=50)),
        requests=table(REQUESTS, *((f"r{n}", "s1", day(n), "off", 1) for n in range(6))),
    )
    works = who_works(made(asked).rota)
    assert len(works) == 2
    assert (6, "late", "s1") in works


def test_locked_rows_are_kept_as_they_are_with_their_unit_and_hours():
    asked = problem(templates=(template(units=2, weekdays=(1, 2)),))
    locked = rota_of(asked, (0, "late", "outreach-2", "s3"), locked=True).with_columns(
        start=pl.col("start") - timedelta(minutes=30)
    )
    found = made(replace(asked, locked=locked))
    assert found.rota.filter(pl.col("is_locked")).equals(locked)
    assert "s3" in crews(found.rota)[0, "late", "outreach-2"]
    assert found.shortfalls.height == 0


def test_a_published_rota_is_changed_no_more_than_one_absence_asks_for():
    asked = problem(
        templates=(template(units=2, weekdays=(7, 1, 2, 3, 4)),),
        staff=(*staff(4), member("s5", is_relief=True)),
    )
    published = made(asked).rota
    absence = table(LEAVE, ("s2", day(1), day(2), "other"))
    again = made(replace(asked, leave=absence, previous=published))
    gone, come = (
        who_works(published) - who_works(again.rota),
        who_works(again.rota) - who_works(published),
    )
    assert gone == {(1, "late", "s2"), (2, "late", "s2")}
    assert {(number, who) for number, _, who in come} == {(1, "s5"), (2, "s5")}
    before, after = crews(published), crews(again.rota)
    assert all(before[key] == after[key] for key in before if key[0] in (0, 3, 6))
    assert again.costs["change"] == 50 * (4 + 2)  # four days, two members


def test_nothing_changes_where_nothing_has_to():
    asked = problem(staff=staff(5))
    published = made(asked).rota
    again = made(replace(asked, previous=published), SearchRule(effort=0.5, seed=9))
    assert who_works(again.rota) == who_works(published)


def test_relief_fills_gaps_and_does_not_take_turns():
    asked = problem(
        templates=(template(units=1, weekdays=(1, 2, 3)),),
        staff=(*staff(2), member("s3", is_relief=True)),
        leave=table(LEAVE, ("s1", day(1), day(1), "leave")),
    )
    found = made(asked)
    assert [one for one in who_works(found.rota) if one[2] == "s3"] == [(1, "late", "s3")]


def test_weekends_and_evenings_go_to_those_who_had_fewer_of_them():
    past = [("s1", 20.0, 18, 8, 0.0), ("s2", 20.0, 10, 2, 0.0)]
    asked = problem(
        templates=(template(people=1), template("early", people=1, start=time(6), end=time(12))),
        staff=staff(2, most_shifts=5),
        history=table(FAIRNESS_HISTORY, *past),
    )
    works = who_works(made(asked).rota)
    evenings = [who for _, shift, who in works if shift == "late"]
    assert evenings.count("s2") > evenings.count("s1")
    assert all(who == "s2" for number, _, who in works if number >= 5)


def test_the_hardest_hot_spots_go_to_those_who_were_there_least():
    asked = problem(
        templates=(template(people=1, worst_min=90.0), template("calm", people=1)),
        staff=staff(2, most_shifts=4),
        rule=rule(weights=caring_for(missing_unit=100, worst_spots=10)),
        history=table(FAIRNESS_HISTORY, ("s1", 20.0, 0, 0, 600.0), ("s2", 20.0, 0, 0, 240.0)),
    )
    works = who_works(made(asked).rota)
    hard = [who for _, shift, who in works if shift == "late"]
    assert hard.count("s1") == 0
    assert hard.count("s2") >= 3  # 510 minutes: within one such shift of 600


@pytest.mark.parametrize(
    ("budget", "shifts"),
    [
        (Budget(minutes=1440), 2),
        (Budget(minutes=1439), 1),
        (Budget(service="outreach", pounds=360.0), 2),
        (Budget(pounds=359.99), 1),
    ],
)
def test_no_more_is_paid_than_the_budget(budget, shifts):
    paid = rule(budgets=(budget,), pay_an_hour={"outreach": 15.0})
    asked = problem(staff=staff(2), templates=(template(),), rule=paid)
    found = made(asked)
    assert found.rota.height == 2 * shifts
    assert "beyond the budget" in found.shortfalls["why"][0]


def test_a_budget_of_one_service_leaves_the_other_alone():
    both = (
        template(people=1, weekdays=(1,)),
        template("beat", service="police", people=1, weekdays=(1,)),
    )
    asked = problem(
        templates=both,
        staff=(member("s1"), member("p1", service="police")),
        rule=rule(budgets=(Budget(service="outreach", minutes=0),)),
    )  # fmt: skip
    assert who_works(made(asked).rota) == {(0, "beat", "p1")}


def test_partners_units_are_used_only_when_they_can_be_provided():
    offers = table(
        AVAILABILITY,
        ("outreach", "outreach-2", at(0, 13), at(0, 19)),
        ("outreach", None, at(1, 0), at(2, 0)),
    )
    asked = problem(templates=(template(units=2, weekdays=(1, 2, 3)),), availability=offers)
    found = made(asked)
    assert set(crews(found.rota)) == {
        (0, "late", "outreach-2"), (1, "late", "outreach-1"), (1, "late", "outreach-2"),
    }  # fmt: skip
    assert found.shortfalls["why"].to_list() == [
        "outreach lacks 1 of 2 units: no more than 1 can be provided at that time.",
        "outreach lacks 2 of 2 units: no more than 0 can be provided at that time.",
    ]


def test_patterns_rest_runs_and_weeks_are_kept_beside_shifts_outside_the_window():
    early = template("early", people=1, start=time(5), end=time(11))
    asked = problem(
        templates=(template(people=1, units=2), early),
        staff=(
            member("s1", cycle=Cycle(days_on=4, days_off=2, anchor=day(-2))),
            member("s2", weekdays=(1, 2, 6), most_shifts=2),
            member("s3", may_work=("early",)),
        ),
        rule=rule(14, longest_run=3),
    )
    around = rota_of(
        asked,
        (-1, "late", "outreach-1", "s1"),
        (-1, "late", "outreach-2", "s3"),
        *((n, "early", "outreach-1", "s3") for n in (-4, -3, -2)),
        (15, "early", "outreach-1", "s3"),
    )
    found = made(replace(asked, around=around), SearchRule(effort=1))
    assert found.rota.height > 10


def test_a_rota_that_cannot_be_is_refused_with_the_reason():
    asked = problem(
        templates=(template(least_units=1, weekdays=(1,)),),
        staff=staff(2),
        leave=table(LEAVE, ("s1", day(0), day(0), "leave")),
    )
    with pytest.raises(RefusedError) as caught:
        make_rota(asked, LIGHT)
    assert str(caught.value).splitlines() == [
        "No rota can keep all of this. Change at least one:",
        "  1. late needs 1 unit of 2 on 2024-06-03.",
        "  2. outreach has 2 members of staff.",
        "  3. s1 is on leave on 2024-06-03.",
    ]


def test_locked_rows_that_break_a_rule_are_refused_with_the_reason():
    asked = problem(templates=(template(people=1, weekdays=(1,)),), staff=staff(1))
    locked = rota_of(asked, (0, "late", "outreach-1", "s1"), locked=True)
    leave = table(LEAVE, ("s1", day(0), day(0), "other"))
    with pytest.raises(
        RefusedError, match=r"s1 is locked on late on 2024-06-03\.\n.*s1 is away on"
    ):
        make_rota(replace(asked, locked=locked, leave=leave), LIGHT)


def test_a_window_without_a_day_on_which_a_shift_is_worked_is_told_as_that():
    weekend = problem(templates=(template(weekdays=(7, 6)),), rule=rule(3))
    with pytest.raises(
        InputError, match="No shift begins from 2024-06-03 to 2024-06-05: shifts"
    ) as e:
        make_rota(weekend, LIGHT)
    assert "are worked on Sat, Sun. Give another window, or other weekdays." in str(e.value)


def test_units_of_a_second_shift_can_have_numbers_of_their_own():
    later = template("night", start=time(20), end=time(23), first_number=2, least_units=1)
    asked = problem(templates=(template(least_units=1), later), staff=staff(4), rule=rule(1))
    rota = make_rota(asked, LIGHT).rota
    named = dict(rota.select("shift", "unit_id").unique().iter_rows())
    assert named == {"late": "outreach-1", "night": "outreach-2"}
    assert find_rota_breaches(asked, rota) == ()
    wrong = rota.with_columns(unit_id=pl.lit("outreach-1"))
    told, _ = find_rota_breaches(asked, wrong)
    assert told.endswith("is in outreach-1, which is no unit of the shift.")


def test_a_search_that_the_clock_stops_says_so_or_finds_nothing():
    asked = problem(staff=staff(8), rule=rule(14))
    with pytest.raises(RefusedError, match="No rota was found with effort 1, and none was proven"):
        make_rota(asked, SearchRule(effort=1, longest_s=1e-9))


def test_without_the_solver_the_error_names_what_to_install(monkeypatch):
    def fail(name):
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", fail)
    with pytest.raises(MissingExtraError, match=r"patrolwise\[plan\]"):
        make_rota(problem(), LIGHT)
