"""Powers: law on their day or refused, every test answered, nobody unasked, no longer than so."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from tomllib import loads
from zoneinfo import ZoneInfo

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.asb_powers import (
    PowerUse,
    TestAnswer,
    check_power_use,
    find_power,
    load_powers,
    make_powers,
)

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 6, 1)
TEXT = (files("patrolwise.partnership") / "data" / "asb-powers.toml").read_text("utf-8")
COMMENCED = sorted({power.key for power in load_powers() if power.starts})
ACT_2026 = ("respect-order", "youth-injunction", "housing-injunction")


def use(key, **changes):
    """A use of a power with nothing wrong in it."""
    power = find_power(key, DAY)
    given = PowerUse(
        power=key,
        starts=datetime(2026, 6, 1, 18, tzinfo=LONDON),
        ends=datetime(2026, 6, 2, 18, tzinfo=LONDON),
        issued_by=power.issued_by[0],
        age=None if power.least_age is None else 30,
        answers={name: TestAnswer(is_yes=True, reason="Seen twice.") for name, _ in power.tests},
        consulted=frozenset(power.must_consult(is_under_18=True)),
        less_intrusive="A word was not enough.",
        support="A visit was offered.",
    )
    return replace(given, **changes)


@pytest.mark.parametrize("key", COMMENCED)
def test_every_power_in_force_can_be_used_when_all_is_answered(key):
    shortest, _ = find_power(key, DAY).allowed_length(is_under_18=False)
    ends = datetime(2028, 6, 1, 18, tzinfo=LONDON) if shortest else use(key).ends
    assert check_power_use(use(key, ends=ends)) == []


@pytest.mark.parametrize("key", COMMENCED)
def test_no_test_of_necessity_may_be_left_out(key):
    good = use(key)
    for name, question in find_power(key, DAY).tests:
        left_out = {k: v for k, v in good.answers.items() if k != name}
        no = good.answers | {name: TestAnswer(is_yes=False, reason="Not seen.")}
        bare = good.answers | {name: TestAnswer(is_yes=True, reason=" ")}
        for answers, told in ((left_out, "Not answered"), (no, "with no"), (bare, "without a")):
            faults = check_power_use(replace(good, answers=answers))
            assert any(told in fault and question in fault for fault in faults)


@pytest.mark.parametrize("key", ACT_2026)
def test_the_act_of_2026_is_refused_until_a_day_of_commencement_is_entered(key):
    with pytest.raises(RefusedError, match="not commenced"):
        find_power(key, date(2030, 1, 1))
    given = loads(TEXT)
    row = next(row for row in given["powers"] if row["key"] == key)
    row["from"] = date(2026, 9, 1)
    powers = make_powers(given, "own.toml")
    assert find_power(key, date(2026, 9, 1), powers).act.startswith("Crime and Policing Act 2026")
    with pytest.raises(RefusedError, match="no law on 2026-08-31; it is in force from 2026-09-01"):
        find_power(key, date(2026, 8, 31), powers)


def test_a_power_that_ended_or_is_unknown_is_refused():
    with pytest.raises(RefusedError, match="no law on 2015-03-22"):
        find_power("civil-injunction", date(2015, 3, 22))
    with pytest.raises(InputError, match="There is no power asbo"):
        find_power("asbo", DAY)
    with pytest.raises(RefusedError):
        check_power_use(use("civil-injunction", starts=datetime(2014, 1, 1, tzinfo=LONDON)))


def test_states_of_one_power_follow_each_other():
    given = loads(TEXT)
    row = next(row for row in given["powers"] if row["key"] == "dispersal-direction")
    later = deepcopy(row) | {"from": date(2026, 9, 1), "longest": "72 hours"}
    given["powers"].append(later)
    with pytest.raises(InputError, match="two states in force on 2026-09-01"):
        make_powers(given, "own.toml")
    row["until"] = date(2026, 8, 31)
    powers = make_powers(given, "own.toml")
    lengths = [find_power(row["key"], day, powers).longest for day in (DAY, date(2026, 9, 1))]
    assert lengths == ["48 hours", "72 hours"]


def test_under_18_youth_justice_is_asked_first_and_the_order_is_shorter():
    young = use("civil-injunction", age=15, consulted=frozenset(), ends=None)
    faults = check_power_use(young)
    assert any("Not consulted yet" in fault and "youth justice" in fault for fault in faults)
    assert any("may last 12 months at most" in fault for fault in faults)
    assert check_power_use(use("civil-injunction", ends=None)) == []
    order = use("criminal-behaviour-order", age=15)
    assert ["1 year at least" in fault for fault in check_power_use(order)] == [True]
    too_long = replace(order, ends=datetime(2029, 6, 2, tzinfo=LONDON))
    assert ["3 years at most" in fault for fault in check_power_use(too_long)] == [True]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"age": 9}, "for ages 10 and over; the subject is 9"),
        ({"age": None}, "age is not given"),
        ({"issued_by": "council"}, "issued by court, not by council"),
        ({"less_intrusive": ""}, "what was considered that intrudes less"),
        ({"support": " "}, "what support was offered"),
        ({"ends": datetime(2026, 6, 1, 18, tzinfo=LONDON)}, "ends before it begins"),
        ({"answers": use("civil-injunction").answers | {"x": TestAnswer(is_yes=True, reason="y")}},
         "has no test x"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_use_is_told(changes, told):
    assert any(told in fault for fault in check_power_use(use("civil-injunction", **changes)))


def test_an_age_from_to_and_a_place_without_anybody():
    given = loads(TEXT)
    next(row for row in given["powers"] if row["key"] == "youth-injunction")["from"] = DAY
    powers = make_powers(given, "own.toml")
    adult = replace(use("civil-injunction"), power="youth-injunction", age=18)
    assert any("for ages 10 to 17" in fault for fault in check_power_use(adult, powers))
    order = use("public-spaces-protection-order", age=20)
    assert any("names" in fault or "no person" in fault for fault in check_power_use(order))


def test_48_hours_are_48_hours_when_the_clocks_change():
    starts = datetime(2026, 10, 24, 18, tzinfo=LONDON)  # the clocks go back the next morning
    for hour, is_allowed in ((17, True), (18, False)):
        ends = datetime(2026, 10, 26, hour, tzinfo=LONDON)
        faults = check_power_use(use("dispersal-direction", starts=starts, ends=ends))
        assert (not faults) is is_allowed
    assert "End it by 2026-10-26 17:00" in faults[0]


def test_months_are_of_the_calendar():
    starts = datetime(2026, 11, 30, 12, tzinfo=LONDON)
    last = datetime(2027, 2, 28, 12, tzinfo=LONDON)
    good = use("closure-order", starts=starts, ends=last)
    assert check_power_use(good) == []
    assert check_power_use(replace(good, ends=last + timedelta(minutes=1)))


def test_a_time_without_a_zone_is_refused():
    for changes in ({"starts": datetime(2026, 6, 1)}, {"ends": datetime(2026, 6, 2)}):
        with pytest.raises(InputError, match="no zone"):
            check_power_use(use("civil-injunction", **changes))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": None}, "Power 1 lacks title"),
        ({"colour": "red"}, "Power 1 has colour"),
        ({"from": "June"}, "from must be date"),
        ({"longest": "a while"}, "'a while', no length"),
        ({"tests": {}}, "has no test"),
    ],
)
def test_data_that_are_wrong_are_told(changes, told):
    row = {k: v for k, v in (loads(TEXT)["powers"][0] | changes).items() if v is not None}
    with pytest.raises(InputError, match=told):
        make_powers({"powers": [row]}, "own.toml")
    for nothing in ({}, {"powers": []}, {"powers": ["x"]}):
        with pytest.raises(InputError):
            make_powers(nothing, "own.toml")
