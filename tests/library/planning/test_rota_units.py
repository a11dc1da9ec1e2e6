from dataclasses import replace

import polars as pl

from patrolwise.planning.rota_checking import find_rota_breaches
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_problem import Cycle
from patrolwise.planning.rota_units import find_partners, form_units

from .rota_worlds import crews, day, member, problem, rota_of, rule, staff, template


def partners_of(asked):
    grid = RotaGrid(asked)
    return {tuple(grid.staff[who].staff_id for who in pair) for pair in find_partners(grid)}


def formed(asked, *works):
    """Return the crews of those who work, given as (day number, shift, member)."""
    grid = RotaGrid(asked)
    number_of = {each.staff_id: who for who, each in enumerate(grid.staff)}
    duty_of = {(duty.day, duty.shift): number for number, duty in enumerate(grid.duties)}
    places = [(number_of[who], duty_of[day(on), shift]) for on, shift, who in works]
    rota = form_units(grid, find_partners(grid), places)
    assert find_rota_breaches(asked, rota) == ()
    return crews(rota)


def all_late(number, *who):
    return [(number, "late", each) for each in who]


def test_declared_partners_come_before_those_who_worked_together():
    own = (member("s1", partner="s3"), member("s2"), member("s3", partner="s1"), member("s4"))
    asked = problem(staff=own)
    before = rota_of(asked, (-1, "late", "outreach-1", "s1"), (-1, "late", "outreach-1", "s2"))
    assert partners_of(replace(asked, around=before)) == {("s1", "s3"), ("s2", "s4")}


def test_those_who_worked_together_most_stay_partners():
    asked = problem()
    rows = [(-n, "late", "outreach-1", who) for n in (1, 2) for who in ("s1", "s4")]
    rows += [(-3, "late", "outreach-1", who) for who in ("s1", "s2")]
    assert partners_of(replace(asked, around=rota_of(asked, *rows))) == {("s1", "s4"), ("s2", "s3")}
    published = rota_of(asked, *((n, *rest) for n, *rest in rows))
    assert partners_of(replace(asked, previous=published)) == {("s1", "s4"), ("s2", "s3")}


def test_patterns_in_common_make_partners_where_the_past_does_not():
    even, odd = (Cycle(days_on=1, days_off=1, anchor=day(n)) for n in (0, 1))
    own = tuple(
        member(f"s{n}", cycle=cycle) for n, cycle in enumerate((even, odd, odd, even), start=1)
    )
    assert partners_of(problem(staff=own)) == {("s1", "s4"), ("s2", "s3")}
    alone = (member("s1", cycle=even), member("s2", cycle=odd))
    assert partners_of(problem(staff=alone)) == set()


def test_relief_staff_single_members_and_services_of_single_officers_have_no_partners():
    shifts = (template(units=2), template("beat", service="police", people=1))
    own = (*staff(3), member("s4", is_relief=True))
    own += tuple(member(f"p{n}", service="police") for n in (1, 2))
    assert partners_of(problem(templates=shifts, staff=own)) == {("s1", "s2")}


def test_a_rule_that_does_not_keep_pairs_has_none():
    assert partners_of(problem(rule=rule(keep_pairs=False))) == set()


def test_partners_of_two_services_are_never_made():
    shifts = (template(), template("beat", service="police"))
    own = (member("s1"), member("p1", service="police"))
    assert partners_of(problem(templates=shifts, staff=own)) == set()


def test_partners_are_in_one_unit_and_a_crew_keeps_its_unit():
    own = (member("s1", partner="s3"), member("s2"), member("s3", partner="s1"), member("s4"))
    asked = problem(staff=own)
    found = formed(
        asked,
        *all_late(0, "s2", "s4"),
        *all_late(1, "s1", "s2", "s3", "s4"),
    )
    assert found == {
        (0, "late", "outreach-1"): ("s2", "s4"),
        (1, "late", "outreach-1"): ("s2", "s4"),
        (1, "late", "outreach-2"): ("s1", "s3"),
    }


def test_a_published_crew_stays_together_in_its_unit_even_apart_from_partners():
    asked = problem()
    published = rota_of(
        asked,
        *((0, "late", "outreach-2", who) for who in ("s1", "s3")),
        *((0, "late", "outreach-1", who) for who in ("s2", "s4")),
    )
    found = formed(replace(asked, previous=published), *all_late(0, "s1", "s2", "s3", "s4"))
    assert found == crews(published)


def test_a_published_rota_may_name_members_who_have_left():
    asked = problem()
    published = rota_of(asked, (0, "late", "outreach-1", "s9"))
    assert set(formed(replace(asked, previous=published), *all_late(0, "s1", "s2"))) == {
        (0, "late", "outreach-1")
    }


def test_locked_members_stay_in_their_units_which_are_filled_first():
    own = (member("s1"), member("s2", partner="s4"), member("s3"), member("s4", partner="s2"))
    asked = problem(staff=own)
    locked = rota_of(asked, (0, "late", "outreach-2", "s4"), locked=True)
    found = formed(replace(asked, locked=locked), *all_late(0, "s1", "s2", "s3", "s4"))
    assert found[0, "late", "outreach-2"] == ("s2", "s4")
    assert found[0, "late", "outreach-1"] == ("s1", "s3")


def test_units_of_one_and_of_three_are_whole():
    single = problem(templates=(template(people=1, units=3),))
    assert sorted(formed(single, *all_late(0, "s1", "s3")).values()) == [("s1",), ("s3",)]
    three = problem(templates=(template(people=3, units=2),), staff=staff(6))
    found = formed(three, *all_late(0, *(f"s{n}" for n in range(1, 7))))
    assert [len(who) for who in found.values()] == [3, 3]


def test_a_rota_of_nobody_has_no_rows():
    grid = RotaGrid(problem())
    rota = form_units(grid, (), [])
    assert rota.height == 0
    assert rota.schema["start"] == pl.Datetime("us", "UTC")
