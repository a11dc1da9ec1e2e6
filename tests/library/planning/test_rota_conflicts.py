"""Conflicts beside a twin that tries every choice of who works and notes which rules it breaks."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import combinations, product

import numpy as np
import polars as pl
import pytest

from patrolwise.planning import rota_conflicts, rota_oracle
from patrolwise.planning.rota_conflict_words import tell_rules
from patrolwise.planning.rota_conflicts import find_conflict
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_limits import Family, RuleId, list_limits
from patrolwise.planning.rota_oracle import RotaOracle
from patrolwise.planning.rota_problem import Cycle
from patrolwise.planning.rota_rule import Budget
from patrolwise.planning.rota_tables import AVAILABILITY, LEAVE

from .rota_worlds import at, day, member, problem, rota_of, rule, staff, table, template


def broken_by_each_choice(grid):
    """Return, for every choice that is a rota at all, the rules that it breaks."""
    limits = list_limits(grid)
    found = set()
    for values in product((0, 1), repeat=len(grid.places)):
        filled = list(values)
        for number, duty in enumerate(grid.duties):
            on = sum(values[place] for place in grid.of_duty[number])
            filled.append(on / duty.template.people)
        broken = {
            limit.rule
            for limit in limits
            if not _is_kept(limit, sum(filled[n] * times for n, times in limit.terms))
        }
        is_rota = all(float(units).is_integer() for units in filled)
        if is_rota and all(rule.family != Family.FORM for rule in broken):
            found.add(frozenset(broken))
    return found


def _is_kept(limit, total):
    return (limit.low is None or total >= limit.low) and (limit.high is None or total <= limit.high)


def clashes(rules, broken):
    """Return whether every choice breaks at least one of the rules."""
    return all(not one.isdisjoint(rules) for one in broken)


def smallest_by_trying(broken):
    rules = sorted(set().union(*broken))
    for size in range(1, len(rules) + 1):
        if any(clashes(picked, broken) for picked in combinations(rules, size)):
            return size
    return None


def drawn(seed):
    """Return a problem of few places; about half cannot be kept."""
    rng = np.random.default_rng(seed)
    days = 1 + seed % 2
    early = template(
        "early", people=1, start=time(5), end=time(11), least_units=int(rng.integers(2))
    )
    late = template(people=1 + seed % 2, least_units=int(rng.integers(2)))
    many = 4 if days == 1 else 3
    own = staff(many, most_shifts=int(rng.integers(1, 3)))
    absent = [
        (each.staff_id, day(0), day(int(rng.integers(days))), "leave")
        for each in own
        if rng.random() < 0.5
    ]
    return problem(
        templates=(late, early),
        staff=(*own[1:], replace(own[0], may_work=("late",), weekdays=(1, 3))),
        rule=rule(days, budgets=(Budget(minutes=int(rng.integers(2, 8)) * 360),)),
        leave=table(LEAVE, *absent),
    )


@pytest.mark.parametrize("seed", range(16))
def test_a_conflict_is_found_when_and_only_when_every_choice_breaks_a_rule(seed):
    asked = drawn(seed)
    broken = broken_by_each_choice(RotaGrid(asked))
    found = find_conflict(asked)
    assert (found is None) is (frozenset() in broken)
    if found is not None:
        assert clashes(found.rules, broken)
        for rule_id in found.rules:
            assert not clashes({*found.rules} - {rule_id}, broken)
        assert found.is_minimal
        if asked.rule.window.days == 1:
            assert found.is_smallest
            assert len(found.rules) == smallest_by_trying(broken)


def told(asked):
    found = find_conflict(asked)
    assert found.is_minimal
    return found.sentences


def one_late(**changes):
    """Return a Monday on which one unit of two is needed, and three members."""
    own = {
        "templates": (template(least_units=1),),
        "staff": staff(3),
        "rule": rule(1),
    }
    return problem(**(own | changes))


NEED = ("late needs 1 unit of 2 on 2024-06-03.", "outreach has 3 members of staff.")


def test_leave_that_leaves_too_few_is_told_with_who_is_away():
    kinds = ("leave", "training")
    leave = table(LEAVE, *((f"s{n}", day(0), day(0), kind) for n, kind in enumerate(kinds, 1)))
    assert told(one_late(leave=leave)) == (*NEED, "s1, s2 are away on 2024-06-03.")
    alike = leave.with_columns(kind=pl.lit("training"))
    assert told(one_late(leave=alike)) == (*NEED, "s1, s2 are on training on 2024-06-03.")


def test_patterns_and_shifts_that_members_may_work_are_told():
    own = (
        member("s1", weekdays=(2, 4)),
        member("s2", cycle=Cycle(days_on=1, days_off=1, anchor=day(1))),
        member("s3"),
    )
    assert told(one_late(staff=own)) == (*NEED, "s1, s2 have 2024-06-03 off by the pattern.")
    early = template("early", least_units=0)
    own = (member("s1", may_work=("early",)), member("s2", may_work=()), member("s3"))
    shifts = (template(least_units=1), early)
    assert told(one_late(staff=own, templates=shifts)) == (
        *NEED,
        "s1 may work no other shift than early.",
        "s2 may work no other shift than none.",
    )


def test_too_few_members_are_told_without_any_other_rule():
    assert told(one_late(staff=staff(1))) == (
        "late needs 1 unit of 2 on 2024-06-03.",
        "outreach has 1 member of staff.",
    )


def test_rest_between_shifts_is_told_with_the_shifts_that_need_the_same_people():
    dawn = template("dawn", start=time(4), end=time(10), least_units=1, weekdays=(2,))
    late = template(least_units=1, weekdays=(1,))
    assert told(one_late(templates=(late, dawn), rule=rule(2), staff=staff(3))) == (
        "dawn needs 1 unit of 2 on 2024-06-04.",
        "late needs 1 unit of 2 on 2024-06-03.",
        "outreach has 3 members of staff.",
        "s1, s2, s3 must rest 11 h from the end of one shift to the next.",
    )


def test_seven_days_runs_and_weeks_are_told():
    pair = staff(2, most_shifts=7)
    every = (template(least_units=1),)
    sentences = told(one_late(templates=every, staff=pair[:2], rule=rule(6)))
    assert sentences[-1].endswith("may work 5 shifts at most in any seven days.")
    sentences = told(one_late(templates=every, staff=pair, rule=rule(6, longest_run=2)))
    assert sentences[0] == "late needs 1 unit of 2 on 2024-06-03 to 2024-06-05."
    assert sentences[-1].endswith("may work on 2 days in a row at most.")
    pair = staff(2, most_shifts=1)
    sentences = told(one_late(templates=every, staff=pair, rule=rule(2)))
    assert sentences[-1].endswith(
        "may work 1 shift at most in the week of 2024-06-03; leave has been taken off."
    )


def test_more_shifts_owed_than_there_are_is_told_with_the_room():
    weekday = template(people=1, weekdays=(1, 2))
    asked = one_late(templates=(weekday,), staff=staff(3, least_shifts=2), rule=rule(7))
    sentences = told(asked)
    assert sentences[0] in (
        "s1, s2 are owed 2 shifts in the week of 2024-06-03.",
        "s1, s3 are owed 2 shifts in the week of 2024-06-03.",
        "s2, s3 are owed 2 shifts in the week of 2024-06-03.",
    )
    assert sentences[1] == "late has room for 1 unit of 1."


def test_a_budget_below_what_is_needed_and_owed_is_told():
    budgets = (Budget(minutes=3 * 360),)
    asked = one_late(
        templates=(template(people=1),),
        staff=staff(2, least_shifts=1),
        rule=rule(14, budgets=budgets),
    )
    assert told(asked) == (
        "s1, s2 are owed 1 shift in each of the weeks of 2024-06-03, 2024-06-10.",
        "There is the budget of all services, 1,080 paid minutes, and no more.",
    )


def test_what_a_partner_cannot_provide_is_told():
    offers = table(AVAILABILITY, ("outreach", "outreach-2", at(0, 0), at(1, 0)))
    shifts = (template(units=2, least_units=2),)
    assert told(one_late(templates=shifts, staff=staff(4), availability=offers)) == (
        "late needs 2 units of 2 on 2024-06-03.",
        "outreach has 4 members of staff.",
        "outreach can provide outreach-2 for late on 2024-06-03.",
    )
    none = table(AVAILABILITY, ("outreach", None, at(3, 0), at(4, 0)))
    assert told(one_late(availability=none))[-1] == (
        "outreach can provide no unit for late on 2024-06-03."
    )


def test_locked_rows_that_clash_are_told():
    asked = one_late(templates=(template(units=2),))
    rows = [(0, "late", f"outreach-{n}", f"s{n}") for n in (1, 2)]
    locked = rota_of(asked, *rows, locked=True)
    assert told(replace(asked, locked=locked)) == (
        "Members of several units are locked on late on 2024-06-03.",
    )
    leave = table(LEAVE, ("s1", day(0), day(0), "other"))
    one = locked.filter(staff_id="s1")
    assert told(replace(asked, locked=one, leave=leave)) == (
        "s1 is locked on late on 2024-06-03.",
        "s1 is away on 2024-06-03.",
    )


def test_the_shorter_of_the_days_conflicts_is_told():
    rows = [("s1", day(0), day(0), "leave"), ("s2", day(0), day(0), "leave")]
    rows += [(f"s{n}", day(1), day(1), "leave") for n in range(1, 4)]
    asked = one_late(rule=rule(3), leave=table(LEAVE, *rows), staff=staff(3))
    found = find_conflict(asked)
    assert len(found.rules) == 3
    assert str(found).startswith("No rota can keep all of this. Change at least one:\n  1. late")


def test_a_conflict_of_several_days_is_told_by_the_shortest_stretch():
    # every day can be filled, and so can any five days in a row of the seven
    asked = one_late(templates=(template(least_units=1),), staff=staff(2), rule=rule(14))
    found = find_conflict(asked)
    days = sorted({one.day for one in found.rules if one.family == Family.NEED})
    assert len(days) == 6
    assert days[-1] - days[0] <= timedelta(days=6)


def test_of_two_conflicts_of_a_day_the_one_of_fewer_rules_is_told():
    leave = table(LEAVE, *((f"s{n}", day(0), day(0), "leave") for n in (1, 2)))
    asked = one_late(leave=leave, templates=(template(units=2, least_units=1),))
    locked = rota_of(asked, (0, "late", "outreach-1", "s1"), locked=True)
    found = find_conflict(replace(asked, locked=locked))
    assert found.is_smallest
    assert found.sentences == (
        "s1 is locked on late on 2024-06-03.",
        "s1 is on leave on 2024-06-03.",
    )


def test_a_conflict_of_one_service_is_told_without_the_other():
    shifts = (
        template(people=1, weekdays=(1, 3), units=2),
        template("beat", service="police", weekdays=(2,), least_units=1),
        template("walk", service="police", weekdays=(2,), unit_names="walk-{number}"),
    )
    own = (member("s1", most_shifts=1), member("p1", service="police"))
    own += (member("p2", service="police"),)
    offers = table(AVAILABILITY, ("police", "walk-1", at(0, 0), at(7, 0)))
    asked = one_late(templates=shifts, staff=own, rule=rule(4), availability=offers)
    assert told(asked) == (
        "beat needs 1 unit of 2 on 2024-06-04.",
        "police has 2 members of staff.",
        "police can provide no unit for beat on 2024-06-04.",
    )


def test_where_the_effort_is_spent_the_conflict_says_that_it_may_hold_too_much(monkeypatch):
    asked = one_late(rule=rule(14), staff=staff(2))
    monkeypatch.setattr(rota_oracle, "EFFORT", 1e-9)
    found = find_conflict(asked)
    assert not found.is_minimal
    assert not found.is_smallest
    assert str(found).endswith("Some of it may not be needed for the conflict.")


def test_a_search_for_a_smaller_conflict_that_is_cut_keeps_the_one_it_has(monkeypatch):
    leave = table(LEAVE, *((f"s{n}", day(0), day(0), "leave") for n in (1, 2)))
    monkeypatch.setattr(rota_conflicts, "MOST_ROUNDS", 1)
    found = find_conflict(one_late(leave=leave))
    assert len(found.rules) == 3
    assert (found.is_minimal, found.is_smallest) == (True, False)


def test_a_smaller_conflict_that_is_not_decided_is_not_told(monkeypatch):
    leave = table(LEAVE, *((f"s{n}", day(0), day(0), "leave") for n in (1, 2)))
    nothing = False, frozenset()
    monkeypatch.setattr(RotaOracle, "keep_most", lambda *_: nothing)
    found = find_conflict(one_late(leave=leave))
    assert len(found.rules) == 3
    assert not found.is_smallest


def test_an_oracle_that_cannot_decide_says_neither(monkeypatch):
    asked = one_late(rule=rule(14), staff=staff(8), templates=(template(units=3, least_units=3),))
    monkeypatch.setattr(rota_oracle, "MOST_WORK", 0.0)
    oracle = RotaOracle(RotaGrid(asked))
    rules = oracle.rules_of(day(0), day(13))
    assert not oracle.is_clash(rules)
    assert oracle.keep_most(rules, []) == (False, frozenset())


def test_rules_that_ask_for_nothing_can_be_kept():
    oracle = RotaOracle(RotaGrid(one_late()))
    rules = [one for one in oracle.rules_of(day(0), day(0)) if one.family != Family.NEED]
    assert not oracle.is_clash(rules)
    assert oracle.keep_most(rules, [])[1] == frozenset(rules)


def test_every_family_of_rules_has_words():
    asked = problem(rule=rule(budgets=(Budget(minutes=1),)))
    grid = RotaGrid(asked)
    for family in Family:
        if family in (Family.FORM, Family.AWAY, Family.PARTNER):
            continue
        subject = {Family.NEED: "late", Family.ROOM: "late", Family.BUDGET: ""}.get(family, "s1")
        sentences = tell_rules(grid, [RuleId(family, subject, day(0))], (day(0), day(6)))
        assert all(one.endswith(".") for one in sentences)
        assert sentences
