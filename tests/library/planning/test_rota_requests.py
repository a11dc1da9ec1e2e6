from dataclasses import replace
from datetime import time

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota import make_rota
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_problem import Cycle
from patrolwise.planning.rota_requests import REQUEST_ANSWERS, answer_requests
from patrolwise.planning.rota_room import RotaRoom
from patrolwise.planning.rota_rule import Budget, RotaWeights
from patrolwise.planning.rota_shortfalls import SHORTFALLS, find_shortfalls
from patrolwise.planning.rota_tables import AVAILABILITY, LEAVE, REQUESTS
from patrolwise.planning.searching import SearchRule
from patrolwise.tables import make_table

from .rota_worlds import LIGHT, at, day, member, problem, rota_of, rule, staff, table, template


def asking(*wishes, **changes):
    """Return a problem with requests given as (member, day number, wants)."""
    rows = [(f"r{n}", who, day(on), wants, 1) for n, (who, on, wants) in enumerate(wishes)]
    return problem(requests=table(REQUESTS, *rows), **changes)


def reasons(asked, *rows, search=LIGHT, locked=False):
    answers = answer_requests(asked, rota_of(asked, *rows, locked=locked), search)
    assert answers.schema == REQUEST_ANSWERS.schema
    assert (answers["is_honoured"] == answers["reason"].is_null()).all()
    return answers["reason"].to_list()


def pair(number, *who, unit="outreach-1"):
    return [(number, "late", unit, each) for each in who]


def test_what_the_rota_gives_is_honoured_and_needs_no_reason():
    asked = asking(("s1", 0, "late"), ("s3", 0, "off"), ("s2", 1, "off"))
    assert reasons(asked, *pair(0, "s1", "s2")) == [None, None, None]


def test_without_requests_there_are_no_answers():
    assert reasons(problem()) == []


def test_answers_keep_the_order_of_the_requests():
    asked = asking(("s4", 0, "off"), ("s1", 0, "off"))
    answers = answer_requests(asked, make_table(ROTA), LIGHT)
    assert answers["request_id"].to_list() == ["r0", "r1"]


def test_leave_patterns_locks_and_offers_are_reasons_found_by_rule():
    own = (
        member("s1"),
        member("s2", weekdays=(2,)),
        member("s3", may_work=("early",)),
        member("s4"),
    )
    shifts = (template(units=2), template("early", start=time(5), end=time(11), weekdays=(1,)))
    asked = asking(
        *((who, 0, "late") for who in ("s1", "s2", "s3")),
        ("s4", 1, "early"),
        ("s4", 2, "late"),
        staff=own,
        templates=shifts,
        leave=table(LEAVE, ("s1", day(0), day(0), "training")),
        availability=table(AVAILABILITY, ("outreach", None, at(0, 0), at(2, 0))),
    )
    assert reasons(asked) == [
        "the member is on training that day",
        "the member is off by pattern that day",
        "the member is not for that shift that day",
        "the shift is not worked that day, or not by the member's service",
        "no unit can be provided at that time",
    ]


def test_a_locked_row_is_a_reason_for_both_kinds_of_request():
    shifts = (template(people=1), template("early", people=1, start=time(5), end=time(11)))
    asked = asking(("s1", 0, "off"), ("s2", 0, "late"), templates=shifts)
    rows = [(0, "late", "outreach-1", "s1"), (0, "early", "outreach-1", "s2")]
    asked = replace(asked, locked=rota_of(asked, *rows, locked=True))
    assert reasons(asked, *rows, locked=True) == [
        "locked by hand on late that day",
        "locked by hand on early that day",
    ]


def test_a_place_that_nobody_else_could_take_is_told_with_who_is_away():
    leave = table(LEAVE, *((f"s{n}", day(0), day(0), "leave") for n in (3, 4)))
    asked = asking(("s1", 0, "off"), leave=leave)
    assert reasons(asked, *pair(0, "s1", "s2")) == [
        "late has 2 of outreach that day, and nobody else could take the place: 2 on leave (s3, s4)"
    ]
    alone = asking(("s1", 0, "off"), staff=staff(2))
    assert reasons(alone, *pair(0, "s1", "s2")) == [
        "late has 2 of outreach that day, and nobody else could take the place"
    ]


def test_what_granting_costs_is_the_reason_where_no_rule_settles_it():
    early = template("early", people=1, start=time(5), end=time(11))
    asked = problem(
        templates=(template(people=1), early),
        staff=staff(2),
        rule=rule(2),
        requests=table(REQUESTS, ("r0", "s1", day(0), "late", 1), ("r1", "s2", day(0), "late", 5)),
    )
    rows = [(0, "late", "outreach-1", "s2"), (0, "early", "outreach-1", "s1")]
    (reason, honoured) = reasons(asked, *rows)
    assert honoured is None
    assert reason == "granting it means other requests of more weight"


def test_granting_is_weighed_beside_the_rota_as_it_is_when_that_is_the_best():
    asked = problem(
        templates=(template(people=1),),
        staff=staff(2),
        rule=rule(1),
        requests=table(REQUESTS, ("r0", "s1", day(0), "late", 1), ("r1", "s2", day(0), "late", 5)),
    )
    assert reasons(asked, *pair(0, "s2")) == [
        "granting it means other requests of more weight",
        None,
    ]


def test_a_request_that_only_another_of_equal_weight_stands_against_is_told_as_that():
    asked = problem(
        templates=(template(people=1),),
        staff=staff(2),
        rule=rule(1),
        requests=table(REQUESTS, ("r0", "s1", day(0), "late", 2), ("r1", "s2", day(0), "late", 2)),
    )
    assert reasons(asked, *pair(0, "s2")) == [
        "a rota as good could grant it, and refuse another request of equal weight instead",
        None,
    ]


def test_a_request_that_is_worth_no_more_than_what_it_costs_is_told_with_that():
    asked = problem(
        templates=(template(people=1),),
        staff=(member("s1"), member("s2", is_relief=True)),
        rule=rule(1, weights=RotaWeights(relief=10, request=10)),
        requests=table(REQUESTS, ("r0", "s1", day(0), "off", 1)),
    )
    assert reasons(asked, *pair(0, "s1")) == [
        "a rota as good could grant it, which means more relief staff"
    ]


def test_a_rota_that_breaks_a_rule_has_no_trials():
    asked = asking(("s3", 0, "late"), leave=table(LEAVE, ("s1", day(0), day(0), "leave")))
    with pytest.raises(InputError, match="The rota breaks a rule"):
        reasons(asked, *pair(0, "s1", "s2"))


def test_a_rota_that_is_not_the_best_says_that_a_request_could_be_granted():
    asked = asking(("s1", 0, "off"), rule=rule(1), templates=(template(),))
    assert reasons(asked, *pair(0, "s1", "s2")) == [
        "not seen: it could be granted at no cost; make the rota with more effort"
    ]


def test_a_request_whose_neighbours_forbid_it_says_how_far_was_looked():
    locked_rows = [(n, "late", "outreach-1", "s1") for n in range(5)]
    asked = asking(("s1", 6, "late"), templates=(template(people=1),), staff=staff(2))
    locked = rota_of(asked, *locked_rows, locked=True)
    (reason,) = reasons(replace(asked, locked=locked), *locked_rows, locked=True)
    assert reason.startswith("granting it breaks a rule, unless the rota changes more than a day")


def test_trials_stop_when_the_effort_is_spent_and_say_so():
    asked = asking(("s1", 0, "off"), ("s2", 0, "off"), rule=rule(1), templates=(template(),))
    first, second = reasons(asked, *pair(0, "s1", "s2"), search=SearchRule(effort=1e-9))
    assert first.startswith("not seen")
    assert second == "outweighed by the rest of the rota; with more effort it is said by what"


def test_a_trial_that_the_clock_stops_found_no_way():
    asked = asking(("s1", 0, "off"), rule=rule(1), templates=(template(),))
    stopped = SearchRule(effort=1, longest_s=1e-9)
    assert reasons(asked, *pair(0, "s1", "s2"), search=stopped) == [
        "no way to grant it was found with this effort"
    ]


def test_the_requests_of_a_rota_that_is_best_all_have_true_reasons():
    wishes = [(f"s{n}", on, "off") for n, on in ((1, 0), (2, 0), (3, 0), (4, 1), (1, 1))]
    asked = asking(*wishes, templates=(template(units=2),), rule=rule(3))
    made = make_rota(asked, LIGHT)
    answers = answer_requests(asked, made.rota, LIGHT)
    works = set(made.rota.select("staff_id", "day").iter_rows())
    wanted = asked.requests.select("staff_id", "day").iter_rows()
    assert answers["is_honoured"].to_list() == [one not in works for one in wanted]
    assert not answers["reason"].drop_nulls().str.contains("not seen").any()


def test_another_table_is_no_rota():
    with pytest.raises(InputError, match="rota lacks"):
        answer_requests(problem(), pl.DataFrame({"day": [day(0)]}), LIGHT)


HINDERED = problem(
    templates=(
        template(people=1, units=9),
        template("early", people=1, start=time(6), end=time(12), units=9),
    ),
    staff=(
        member("s1", may_work=("early",)),
        member("s2", cycle=Cycle(days_on=1, days_off=6, anchor=day(1))),
        member("s3"),
        member("s4"),
        member("s5"),
        member("s6", most_shifts=2),
        member("s7"),
    ),
    rule=rule(longest_run=2, days_in_seven=3),
    leave=table(LEAVE, ("s3", day(3), day(3), "leave")),
)


@pytest.mark.parametrize(
    ("who", "rows", "told"),
    [
        ("s1", [], "not for that shift"),
        ("s2", [], "off by pattern"),
        ("s3", [], "on leave"),
        ("s4", [(3, "early")], "on another shift that day"),
        ("s4", [(4, "early")], "without 11 h rest"),
        ("s5", [(-1, "late"), (0, "late"), (5, "late")], "at 3 shifts in seven days"),
        ("s5", [(1, "late"), (2, "late")], "at 2 days in a row"),
        ("s5", [(2, "late"), (4, "late")], "at 2 days in a row"),
        ("s6", [(0, "late"), (6, "late")], "at the most shifts of the week"),
        ("s7", [(1, "late"), (5, "late")], None),
    ],
)
def test_the_first_hindrance_of_a_member_is_told(who, rows, told):
    grid = RotaGrid(HINDERED)
    number = next(
        n for n, duty in enumerate(grid.duties) if (duty.day, duty.shift) == (day(3), "late")
    )
    inside = [(on, shift, "outreach-1", who) for on, shift in rows if on >= 0]
    outside = [(on, shift, "outreach-1", who) for on, shift in rows if on < 0]
    grid = RotaGrid(replace(HINDERED, around=rota_of(HINDERED, *outside)))
    room = RotaRoom(grid, rota_of(HINDERED, *inside))
    members = [each.staff_id for each in grid.staff]
    assert room.hindrance(members.index(who), number) == told


def test_a_budget_is_a_hindrance_for_its_own_service():
    shifts = (template(people=1), template("beat", service="police", people=1))
    own = (member("s1"), member("p1", service="police"))
    budgets = (Budget(service="police", minutes=359), Budget(minutes=360))
    asked = problem(templates=shifts, staff=own, rule=rule(1, budgets=budgets))
    room = RotaRoom(RotaGrid(asked), make_table(ROTA))
    assert (room.hindrance(0, 0), room.hindrance(1, 1)) == (None, "beyond the budget")
    spent = RotaRoom(RotaGrid(asked), rota_of(asked, (0, "late", "outreach-1", "s1")))
    assert spent.hindrance(1, 1) == "beyond the budget"
    assert [room.affords(0, people) for people in (1, 2)] == [True, False]


def whys(asked, *rows):
    found = find_shortfalls(RotaGrid(asked), rota_of(asked, *rows))
    assert found.schema == SHORTFALLS.schema
    return found["why"].to_list()


def test_a_shortfall_says_who_is_free_where_too_few_or_the_search_left_them():
    leave = table(LEAVE, ("s4", day(0), day(0), "leave"))
    asked = problem(rule=rule(1), leave=leave)
    assert whys(asked, *pair(0, "s1", "s2")) == [
        "outreach lacks 1 of 2 units. Of its 2 other members: 1 on leave (s4); 1 free (s3), and "
        "a unit needs 2."
    ]
    assert whys(problem(rule=rule(1)), *pair(0, "s1", "s2")) == [
        "outreach lacks 1 of 2 units. Of its 2 other members: none barred; 2 free (s3, s4). "
        "Another effort may add a unit, or a higher weight for missing units."
    ]
    paid = rule(1, budgets=(Budget(minutes=3 * 360),))
    assert whys(problem(rule=paid), *pair(0, "s1", "s2"))[0].endswith(
        "2 free (s3, s4), and a unit is beyond the budget."
    )


def test_a_rota_without_a_shortfall_has_none_and_all_days_are_looked_at():
    asked = problem(rule=rule(2), templates=(template(),))
    assert whys(asked, *pair(0, "s1", "s2"), *pair(1, "s3", "s4")) == []
    assert len(whys(asked)) == 2
