"""Quarters, fund rules as data, the visits that they count, and rows as known on a day."""

import dataclasses
from datetime import date
from importlib.resources import files

import pytest

from patrolwise.errors import InputError
from patrolwise.partnership.fund_rules import (
    FundActivity,
    check_fund_date,
    find_fund_rules,
    load_fund_rules,
    parse_fund_rules,
)
from patrolwise.partnership.fund_visits import find_fund_visits
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.partnership.return_checks import ReturnNames, check_return_tables
from patrolwise.partnership.return_tables import take_known_on
from patrolwise.times import Window

from .return_worlds import CUT, RULES, at, crimes, sources, spot, table, worked

SHIPPED = (
    files("patrolwise.partnership") / "data" / "fund-rules-hotspot-response-2024-25-1.toml"
).read_text("utf-8")


def test_the_second_quarter_of_a_financial_year_is_july_to_september():
    quarter = parse_quarter("2024-Q2")
    assert str(quarter.window) == "2024-07-01 to 2024-09-30"
    assert (quarter.year_label, quarter.year_before.label) == ("2024/25", "2023-Q2")
    assert str(parse_quarter("1999-Q4").window) == "2000-01-01 to 2000-03-31"
    assert Quarter(1999, 4).year_label == "1999/00"
    calendar = parse_quarter("2024-Q2", 1)
    assert (str(calendar.window), calendar.year_label) == ("2024-04-01 to 2024-06-30", "2024")
    for wrong in ("2024-Q5", "2024/25 Q2", "Q2", ""):
        with pytest.raises(InputError, match=r"is no quarter\. Write 2024-Q2"):
            parse_quarter(wrong)


def test_rules_that_are_shipped_are_marked_as_reconstructions_and_have_sources():
    for key, rules in load_fund_rules().items():
        assert rules.key == key
        assert rules.is_reconstruction
        assert rules.source.startswith("Reconstruction: no official form was found.")
        assert rules.sheets == tuple(range(1, 10))
        hidden = {one.id for one in rules.activities if one.is_suppressed}
        searches = {one.id for one in rules.activities if one.id.startswith("stop-and-search")}
        assert searches <= hidden  # a shown total would give hidden parts away


def test_rules_of_another_year_or_name_are_refused():
    with pytest.raises(InputError, match=r"no fund rules 'grip@1'. Known are hotspot-action"):
        find_fund_rules("grip@1")
    check_fund_date(RULES, parse_quarter("2024-Q4").window)
    for quarter in ("2023-Q4", "2025-Q1"):
        with pytest.raises(InputError, match="hold from 2024-04-01 to 2025-03-31"):
            check_fund_date(RULES, parse_quarter(quarter).window)


def test_a_rules_file_that_cannot_be_says_why():
    assert parse_fund_rules(SHIPPED) == RULES
    for old, new, told in (
        ("year_starts = 4", "", "'year_starts' is missing"),
        ("version = 1", "version =", "Invalid value"),
        ("shortest_min = 5", 'shortest_min = "five"', "could not convert"),
        ("[visit]", "[visits]", "'visit' is missing"),
    ):
        with pytest.raises(InputError, match=rf"mine are no fund rules: .*{told}"):
            parse_fund_rules(SHIPPED.replace(old, new, 1), "mine")
    with pytest.raises(InputError, match="5 faults") as caught:
        dataclasses.replace(
            RULES, year_starts=13, sheets=(1, 10), patrol_types=("extra",), shortest_min=0.0,
            activities=(FundActivity(id="a", name="A"), FundActivity(id="a", name="B")),
        )  # fmt: skip
    assert "sheets names 10; known are 1, 2, 3" in str(caught.value)
    assert "Activity a is there twice." in str(caught.value)


def stay(row_id, start, length, **given):
    row = {"row_id": row_id, "area_id": "A", "agency": "Police", "unit_id": "P1",
           "start": at(start), "end": at(start + length), "recorded": CUT}  # fmt: skip
    return row | given


def test_short_absences_are_part_of_a_visit_and_short_visits_are_none():
    stays = [
        stay("1", 0, 3), stay("2", 5, 3),  # two minutes away: one visit of 8
        stay("3", 11, 4),  # three minutes away: another, and too short
        stay("4", 100, 20), stay("5", 105, 2), stay("6", 121, 4),  # one within the other
        stay("7", 0, 5, unit_id="P2"), stay("8", 0, 4.9, area_id="B"),
    ]  # fmt: skip
    found = find_fund_visits(table("stays", stays), RULES)
    assert [(unit, minutes, ids) for _, _, unit, _, _, _, minutes, ids in found.iter_rows()] == [
        ("P1", 8, ["1", "2"]), ("P1", 25, ["4", "5", "6"]), ("P2", 5, ["7"]),
    ]  # fmt: skip
    assert find_fund_visits(table("stays", []), RULES).is_empty()


def test_rows_are_known_from_the_day_they_are_recorded_until_they_are_withdrawn():
    day = date(2024, 7, 10)
    rows = table("hours", [
        worked("new", recorded=date(2024, 7, 11)), worked("now", recorded=day),
        worked("gone", recorded=FIRST, withdrawn=day),
        worked("later", recorded=FIRST, withdrawn=date(2024, 7, 11)),
    ])  # fmt: skip
    assert take_known_on(rows, day, "hours")["row_id"].to_list() == ["later", "now"]
    wrong = table("hours", [
        worked("a", recorded=day), worked("a", recorded=day),
        worked("b", recorded=day, withdrawn=FIRST),
    ])  # fmt: skip
    with pytest.raises(InputError, match="2 faults") as caught:
        take_known_on(wrong, day, "hours.csv")
    assert "Row b, column withdrawn is 2024-04-01: it is before recorded" in str(caught.value)
    assert "Row a, column recorded is 2024-07-10: another row with the same id" in str(caught.value)


FIRST = date(2024, 4, 1)
NAMES = ReturnNames(
    areas=["A", "B"], agencies=["Police"], streams=["S1"], definitions=["serious-violence@1"]
)


def wrong_tables(**given):
    with pytest.raises(InputError) as caught:
        check_return_tables(sources(**given), NAMES, RULES)
    return str(caught.value)


def test_tables_that_cannot_be_are_named_one_by_one():
    check_return_tables(sources(), NAMES, RULES)
    base = {"row_id": "r", "recorded": FIRST}
    who = base | {"area_id": "A", "agency": "Police", "month": FIRST}
    told = wrong_tables(
        activities=[who | {"activity": "dancing", "shown": "2", "month": date(2024, 7, 2)}],
        planned=[who | {"day": FIRST, "planned": -1, "met": "perhaps"}],
        outcomes=[crimes("force", FIRST, 3), crimes("Z", FIRST, -2, definition="asb@9")],
        plans=[who | {"plan_id": "p", "stage": "begun", "actions_open": -1, "actions_closed": 0}],
        finances=[who | {"stream_id": "S2", "first": CUT, "last": FIRST, "granted": -1.0,
                         "spent": 0.0, "forecast": 0.0, "matched": 0.0}],
        surveys=[who | {"wave": "w", "base": 30, "feel_safe": 31, "seen_patrol": 2}],
        hot_spots=[spot("A", kind="bad", area_m2=0.0, baseline=101), spot("B")],
        streams=[base | {"pounds": -5.0, "agencies": "Police; Others", "first": FIRST,
                         "last": FIRST}],
        away=[who | {"unit_id": "P1", "start": at(5), "end": at(5)}],
        rostered=[who | {"unit_id": "P1", "staff": 0, "start": at(0), "end": at(5)}],
    )  # fmt: skip
    for expected in (
        "activities: Row r, column activity is 'dancing'",
        "activities: Row r, column month is 2024-07-02: write the first day of a month.",
        "planned: Row r, column planned is -1: write 0 or more.",
        "planned: Row r, column met is 'perhaps': write one of met, short, cannot tell.",
        "column area_id is 'force': force goes with rest of force",
        "column area_id is 'Z': write one of A, B, force.",
        "column definition is 'asb@9': write one of serious-violence@1.",
        "plans: Row r, column stage is 'begun'",
        "finances: Row r, column last is 2024-04-01: it is before first",
        "finances: Row r, column stream_id is 'S2'",
        "surveys: Row r, column feel_safe is 31: it must be 0 to base.",
        "hot_spots: Row A/1, column baseline is 101: it must be 0 to force_total.",
        "streams: Row r, column agencies is 'Police; Others'",
        "away: Row r, column end",
        "rostered: Row r, column staff is 0",
    ):
        assert expected in told


def test_a_hot_spot_has_one_version_a_day():
    two = [spot("A", last=date(2024, 8, 1)), spot("A", row_id="A/2", version=2, first=CUT)]
    check_return_tables(sources(hot_spots=[*two, spot("B")]), NAMES, RULES)
    two[0]["last"] = CUT
    told = wrong_tables(hot_spots=[*two, spot("B")])
    assert told == ("return: hot_spots: A/1 is still live when A/2 begins. Give A/1 a last day.")


def test_windows_have_both_ends():
    assert RULES.valid == Window("valid", FIRST, date(2025, 3, 31))
