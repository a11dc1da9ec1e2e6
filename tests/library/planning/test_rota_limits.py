"""The hard limits beside the checker: any choice of who works breaks both, or neither."""

from dataclasses import replace
from datetime import time

import numpy as np
import pytest

from patrolwise.planning.rota_checking import find_rota_breaches
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_limits import Family, list_limits
from patrolwise.planning.rota_problem import Cycle
from patrolwise.planning.rota_rule import Budget
from patrolwise.planning.rota_tables import AVAILABILITY, LEAVE

from .rota_worlds import at, day, member, problem, rota_of, rule, staff, table, template


def broken_by_limits(grid, works):
    """Return the families that a choice breaks; works holds (member, duty) by number."""
    values = [int(place in works) for place in grid.places]
    for number, duty in enumerate(grid.duties):
        on = sum(values[place] for place in grid.of_duty[number])
        values.append(on // duty.template.people)
    broken = set()
    for limit in list_limits(grid):
        total = sum(values[variable] * times for variable, times in limit.terms)
        is_low = limit.low is not None and total < limit.low
        if is_low or (limit.high is not None and total > limit.high):
            broken.add(limit.rule.family)
    return broken


def as_rota(grid, works):
    """Return a rota of members in units by number; each unit is one member."""
    rows, out = [], {}
    for who, number in sorted(works, key=lambda one: (one[1], one[0])):
        duty = grid.duties[number]
        unit = out.setdefault(number, [])
        left = [one for one in duty.template.unit_ids if one not in unit]
        unit.append(left[0] if left else "too-many")
        rows.append(((duty.day - day(0)).days, duty.shift, unit[-1], grid.staff[who].staff_id))
    return rota_of(grid.problem, *rows)


def drawn(seed):
    """Return a problem with all kinds of rules, and a choice of who works that may break any."""
    rng = np.random.default_rng(seed)
    early = template("early", people=1, start=time(5), end=time(11), units=2)
    night = template("night", people=1, start=time(22), end=time(6), least_units=int(seed % 3 == 0))
    asked = problem(
        templates=(template(people=1, units=2, weekdays=(1, 2, 3, 4, 5, 7)), early, night),
        staff=(
            member("s1", least_shifts=int(rng.integers(5)), most_shifts=4),
            member("s2", cycle=Cycle(days_on=4, days_off=2, anchor=day(1)), most_shifts=5),
            member("s3", may_work=("late", "night"), weekdays=(1, 2, 3, 4, 6, 7)),
        ),
        rule=rule(8, longest_run=int(rng.integers(2, 5)), budgets=(Budget(minutes=360 * 12),)),
        leave=table(LEAVE, ("s1", day(3), day(4), "leave"), ("s2", day(6), day(6), "other")),
    )
    around = rota_of(
        asked,
        *((-n, "late", "outreach-1", "s1") for n in (1, 2, 4)),
        (-1, "night", "outreach-1", "s2"),
        (9, "early", "outreach-1", "s3"),
    )
    asked = replace(asked, around=around)
    grid = RotaGrid(asked)
    chance = rng.choice([0.1, 0.25])
    return grid, {place for place in grid.places if rng.random() < chance}


@pytest.mark.parametrize("seed", range(40))
def test_a_choice_breaks_a_limit_when_and_only_when_the_checker_finds_a_breach(seed):
    grid, works = drawn(seed)
    # whatever breaks a rule is taken out again with some luck, so that good rotas come up too
    for place in sorted(works):
        if seed % 2 and broken_by_limits(grid, works):
            works = works - {place}
    found = find_rota_breaches(grid.problem, as_rota(grid, works))
    assert (broken_by_limits(grid, works) == set()) is (found == ())


def test_good_rotas_and_bad_ones_are_both_among_those_drawn():
    kinds = set()
    for seed in range(40):
        grid, works = drawn(seed)
        kinds |= broken_by_limits(grid, works)
    assert {Family.FORM, Family.ROOM, Family.REST, Family.RUN, Family.AWAY} <= kinds
    assert {Family.PATTERN, Family.MAY_NOT, Family.MOST, Family.NEED, Family.BUDGET} <= kinds


def families(asked):
    return {limit.rule.family for limit in list_limits(RotaGrid(asked))}


def test_only_what_could_be_broken_is_a_limit():
    assert families(problem(rule=rule(3), staff=staff(4, most_shifts=7))) == {
        Family.FORM,
        Family.ROOM,
    }
    assert Family.SEVEN in families(problem())
    assert Family.RUN not in families(problem())  # five in seven days leaves no longer run
    weekdays = template(weekdays=(7,))
    assert Family.MOST not in families(problem(templates=(weekdays,)))


def test_a_week_without_a_day_for_a_member_has_no_limit():
    own = (member("s1"), member("p1", service="police"))
    shifts = (template(), template("beat", service="police", weekdays=(7,)))
    cut = rule(6)
    subjects = {
        limit.rule.subject
        for limit in list_limits(RotaGrid(problem(templates=shifts, staff=own, rule=cut)))
    }
    assert "p1" not in subjects


def test_locked_members_of_two_units_ask_for_two_units():
    asked = problem()
    rows = [(0, "late", f"outreach-{n}", f"s{n}") for n in (1, 2)]
    locked = rota_of(asked, *rows, locked=True)
    limits = list_limits(RotaGrid(replace(asked, locked=locked)))
    units = [one for one in limits if one.rule.family == Family.LOCKED and one.low == 2]
    assert [one.rule.subject for one in units] == ["late"]


def test_a_locked_unit_that_cannot_be_provided_is_a_limit_of_the_partner():
    asked = problem()
    locked = rota_of(asked, (0, "late", "outreach-1", "s1"), locked=True)
    offers = table(AVAILABILITY, ("outreach", "outreach-2", at(0, 0), at(7, 0)))
    limits = list_limits(RotaGrid(replace(asked, locked=locked, availability=offers)))
    assert any(one.rule.family == Family.PARTNER and len(one.terms) == 1 and one.high == 0
               for one in limits if one.terms[0][1] == 1 and one.terms[0][0] < 28)  # fmt: skip


def test_pay_counts_seconds_and_pennies():
    pay = {"outreach": 15.55}
    asked = problem(rule=rule(budgets=(Budget(pounds=100.0),), pay_an_hour=pay))
    (limit,) = [one for one in list_limits(RotaGrid(asked)) if one.rule.family == Family.BUDGET]
    assert {times for _, times in limit.terms} == {6 * 3600 * 1555}
    assert limit.high == 3600 * 10_000


def test_a_budget_is_spent_by_its_own_service_alone():
    shifts = (template(people=1), template("beat", service="police", people=1))
    own = (member("s1"), member("p1", service="police"))
    budgets = (Budget(service="police", minutes=60), Budget(minutes=90))
    asked = problem(templates=shifts, staff=own, rule=rule(2, budgets=budgets))
    limits = [one for one in list_limits(RotaGrid(asked)) if one.rule.family == Family.BUDGET]
    assert [(one.rule.subject, len(one.terms), one.high) for one in limits] == [
        ("police", 2, 3600),
        ("", 4, 5400),
    ]
