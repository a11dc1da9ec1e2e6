from datetime import date, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.dose import list_area_days
from patrolwise.patrols.dose_rules import (
    DOSE_RULES,
    PLANNED_DOSES,
    DoseRule,
    check_dose_rules,
    find_rule_gaps,
    make_dose_rules,
    plan_doses,
    rule_in_force,
    tabulate_dose_rules,
)

MONDAY = date(2024, 6, 3)


def day(n):
    return MONDAY + timedelta(days=n)


def rule(first=0, last=None, **changes):
    own = {
        "service": "police",
        "first": day(first),
        "last": None if last is None else day(last),
        "visit_min": 15,
        "visits_a_day": 2,
        "reason": "as agreed",
        "decided": day(first),
    }
    return DoseRule(**(own | changes))


def area_days(days, areas=("a", "b"), services=("police",)):
    return list_area_days(pl.DataFrame({"area_id": areas}), map(day, days), services)


def test_the_rule_in_force_is_that_of_the_day_not_of_today():
    old, new = rule(0, 9, visit_min=10), rule(10, visit_min=20)
    assert rule_in_force([old, new], "police", "a", day(9)) is old
    assert rule_in_force([old, new], "police", "a", day(10)) is new
    assert rule_in_force([old, new], "police", "a", day(-1)) is None
    assert rule_in_force([old, new], "outreach", "a", day(5)) is None


def test_a_rule_holds_for_its_areas_and_weekdays_only():
    friday = rule(areas=("a",), weekdays=(5,))
    assert rule_in_force([friday], "police", "a", day(4)) is friday
    assert rule_in_force([friday], "police", "b", day(4)) is None
    assert rule_in_force([friday], "police", "a", day(3)) is None


def test_a_plan_tells_what_is_owed_from_what_is_not_and_from_days_without_a_rule():
    rules = [rule(0, 3, weekdays=(1, 2)), rule(0, 3, weekdays=(3,), visits_a_day=1, visit_min=40)]
    planned = plan_doses(rules, area_days(range(5), areas=["a"]))
    assert planned.schema == PLANNED_DOSES.schema
    told = planned.select("status", "planned_visits", "planned_min")
    assert told.rows() == [
        ("planned", 2, 30.0),
        ("planned", 2, 30.0),
        ("planned", 1, 40.0),
        ("not planned", 0, 0.0),
        ("no rule", 0, 0.0),
    ]


def test_a_plan_without_a_rule_is_no_rule_throughout():
    planned = plan_doses([], area_days([1, 0]))
    assert planned["status"].unique().to_list() == ["no rule"]
    assert planned["day"].to_list() == [day(1), day(0), day(1), day(0)]  # as given
    assert planned["visit_min"].null_count() == 4


def test_days_before_a_rule_was_decided_are_marked():
    late = rule(0, 3, decided=day(2))
    assert late.is_backdated
    assert not rule(0).is_backdated
    planned = plan_doses([late], area_days(range(4), areas=["a"]))
    assert planned["is_backdated"].to_list() == [True, True, False, False]


def test_rules_that_overlap_are_refused_and_both_are_named():
    with pytest.raises(InputError) as caught:
        check_dose_rules([rule(0, 5), rule(5, areas=("b",)), rule(9, areas=("b", "c"))])
    assert str(caught.value).splitlines() == [
        "Dose rules: 2 faults.",
        "  1. Rules 1 (police, 2024-06-03 to 2024-06-08: 2 x 15 min a day) and 2 (police, "
        "2024-06-08 to now: 2 x 15 min a day) are both in force for the same area and day. "
        "End one before the other begins, or give them different areas or weekdays.",
        "  2. Rules 2 (police, 2024-06-08 to now: 2 x 15 min a day) and 3 (police, 2024-06-12 to "
        "now: 2 x 15 min a day) are both in force for the same area and day. "
        "End one before the other begins, or give them different areas or weekdays.",
    ]


@pytest.mark.parametrize(
    "other",
    [
        rule(service="outreach"),
        rule(6),
        rule(areas=("b",)),
        rule(weekdays=(6, 7)),
    ],
)
def test_rules_apart_in_service_dates_areas_or_weekdays_are_no_fault(other):
    check_dose_rules([rule(0, 5, areas=("a",), weekdays=(1, 2, 3, 4, 5)), other])


def test_gaps_between_rules_are_named_by_service_and_area():
    rules = [
        rule(0, 3),
        rule(6, 9, areas=("a",)),
        rule(9, 12, areas=("b",)),
        rule(13, None, areas=("b",)),
        rule(20, None, service="outreach"),
    ]
    gaps = find_rule_gaps(rules)
    assert gaps.rows() == [
        ("police", "a", day(4), day(5)),
        ("police", "b", day(4), day(8)),
    ]
    assert find_rule_gaps([]).is_empty()


def test_a_short_rule_within_a_long_one_makes_no_gap():
    rules = [rule(0, 20, weekdays=(1,)), rule(2, 4, weekdays=(2,)), rule(21, 30)]
    assert find_rule_gaps(rules).is_empty()


def test_an_area_that_nobody_reports_on_is_a_fault():
    with pytest.raises(InputError, match="not among those reported on: x, y"):
        plan_doses([rule(areas=("a", "y", "x"))], area_days([0]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service": " "}, "It names no service"),
        ({"reason": ""}, "It has no reason"),
        ({"last": -1}, "It ends on 2024-06-02, before it begins on 2024-06-03"),
        ({"visit_min": 0}, "visit_min must be above 0 and at most 1440 minutes, got 0"),
        ({"visit_min": float("nan")}, "got nan"),
        ({"visit_min": 1441}, "got 1441"),
        ({"visits_a_day": 0}, "visits_a_day must be at least 1, got 0"),
        ({"areas": ()}, "Its areas are empty"),
        ({"areas": ("a", "a")}, "hold one twice"),
        ({"weekdays": ()}, "weekdays must be different numbers"),
        ({"weekdays": (1, 1)}, "weekdays must be different numbers"),
        ({"weekdays": (0, 1)}, "weekdays must be different numbers"),
        ({"from_clock": time(14)}, "Its hours need a beginning and another end"),
        ({"from_clock": time(14), "until_clock": time(14)}, "another end"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(changes, said):
    with pytest.raises(InputError, match="Dose rule of") as caught:
        rule(**changes)
    assert said in str(caught.value)


def test_a_rule_names_all_its_faults_at_once():
    with pytest.raises(InputError, match="3 faults"):
        rule(reason="", visit_min=-1, visits_a_day=0)


RULES = st.builds(
    rule,
    st.integers(0, 20),
    st.none() | st.integers(20, 40),
    visit_min=st.integers(1, 90),
    visits_a_day=st.integers(1, 4),
    areas=st.none() | st.sampled_from([("a",), ("b",), ("a", "b")]),
    weekdays=st.sampled_from([(1, 2, 3), (4, 5), (6, 7), (1, 2, 3, 4, 5, 6, 7)]),
    service=st.sampled_from(["police", "outreach"]),
    from_clock=st.just(time(14)),
    until_clock=st.just(time(2)),
)


@given(st.lists(RULES, max_size=5))
def test_the_plan_says_of_each_day_what_a_search_through_the_rules_says(rules):
    try:
        check_dose_rules(rules)
    except InputError:
        rules = rules[:1]
    days = area_days(range(45), services=("police", "outreach"))
    for row in plan_doses(rules, days).iter_rows(named=True):
        found = rule_in_force(rules, row["service"], row["area_id"], row["day"])
        dated = [
            r for r in rules if r.service == row["service"] and r.covers(row["area_id"], row["day"])
        ]
        status = "planned" if found else "not planned" if dated else "no rule"
        assert row["status"] == status
        assert row["planned_visits"] == (found.visits_a_day if found else 0)
        assert row["planned_min"] == (found.visits_a_day * found.visit_min if found else 0)
        assert (row["from_clock"] == time(14)) == bool(dated)


@given(st.lists(RULES, max_size=3))
def test_no_two_rules_are_let_through_that_hold_on_the_same_area_and_day(rules):
    clash = any(
        one.service == other.service
        and one.covers(area, day(n))
        and other.covers(area, day(n))
        and day(n).isoweekday() in set(one.weekdays) & set(other.weekdays)
        for i, one in enumerate(rules)
        for other in rules[:i]
        for area in "ab"
        for n in range(60)
    )
    if clash:
        with pytest.raises(InputError, match="both in force"):
            check_dose_rules(rules)


@given(RULES)
def test_rules_survive_as_a_table(one):
    table = tabulate_dose_rules([one])
    assert table.schema == DOSE_RULES.schema
    assert make_dose_rules(table) == (one,)


def test_a_table_with_wrong_rows_names_them_all():
    table = tabulate_dose_rules([rule(0, 5), rule(6), rule(7)])
    wrong = table.with_columns(
        visit_min=pl.Series([15.0, -1.0, None]), reason=pl.Series(["x", "", None])
    )
    with pytest.raises(InputError) as caught:
        make_dose_rules(wrong)
    assert "Row 3 has nothing in visit_min, reason." in str(caught.value)
    assert "Row 2: Dose rule of police from 2024-06-09: 2 faults." in str(caught.value)
    with pytest.raises(InputError, match="both in force"):
        make_dose_rules(table)
    assert make_dose_rules(table.clear()) == ()
