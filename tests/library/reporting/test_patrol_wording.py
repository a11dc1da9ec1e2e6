"""Minutes, pounds and clock times in words; numbers of places."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.reporting.patrol_places import find_places
from patrolwise.reporting.patrol_wording import (
    VERDICTS,
    format_clock,
    format_cost,
    format_minutes,
    format_pounds,
    format_share,
    format_times,
    format_weekday,
    join_words,
    judge_days,
    monday_of,
    read_time,
)

from .patrol_samples import make_bare, make_costs, make_patrols


def test_minutes_stand_with_their_interval_or_alone():
    told = format_minutes(1195.2, 1201, 1212.4)  # an interval beside its figure is no error
    assert told == "1,195 min (the true minutes while tracked: 1,201 to 1,212, 95 % interval)"
    assert format_minutes(12, 10, None) == "12 min"


def test_pounds_keep_their_sign_before_the_pound_and_unknown_ones_have_none():
    assert format_pounds(2.284) == "£2.28"
    assert format_pounds(-1200, 0) == "\u2212£1,200"
    assert format_pounds(None) == "\u2013"
    assert format_pounds(float("inf")) == "no limit"


def test_a_cost_says_whose_minute_how_sure_and_whether_it_is_verified():
    police = make_costs()[0]
    assert format_cost(police) == "£3.38 a minute of a patrol (95 % interval £3.29 to £3.47)"
    person = replace(police, basis="person", high=None)
    assert "of one person (95 % interval £3.29 to no limit)" in format_cost(person)
    told = replace(police, low=None, high=None, is_verified=False)
    assert format_cost(told).endswith("(no interval, not verified)")


def test_a_cost_tells_both_figures_where_they_differ_by_a_penny():
    police = replace(make_costs()[0], per_minute=1.02, corrected=0.97, low=0.96, high=0.98)
    assert format_cost(police) == (
        "£1.02 a credited minute of a patrol; £0.97 on the minutes expected to be true "
        "(95 % interval £0.96 to £0.98)"
    )
    assert format_cost(replace(police, corrected=1.0249)).startswith("£1.02 a minute of a patrol (")
    assert format_cost(replace(police, corrected=None)).startswith("£1.02 a minute of a patrol (")


@pytest.mark.parametrize(
    ("iso", "clock"),
    [
        ("2024-06-12T14:05:00Z", "15:05"),
        ("2024-06-12T14:05:00", "15:05"),
        ("2024-01-12T14:05:00+00:00", "14:05"),
        ("2024-10-27T00:30:00Z", "01:30"),
        ("2024-10-27T01:30:00Z", "01:30"),
        ("2024-06-12T16:05:00+02:00", "15:05"),
    ],
)
def test_clock_times_are_those_of_a_watch_in_britain(iso, clock):
    assert format_clock(iso) == clock


def test_a_time_without_an_offset_is_read_as_utc():
    assert read_time("2024-06-12T14:05:00") == read_time("2024-06-12T14:05:00Z")


def test_a_small_whole_has_no_percentage():
    assert format_share(31, 36) == "31 of 36 (86 %)"
    assert format_share(3, 19) == "3 of 19"
    assert format_share(0, 0) == "\u2013"


def test_nouns_follow_their_number():
    assert [format_times(n, "visit") for n in (0, 1, 2)] == ["0 visits", "1 visit", "2 visits"]
    assert format_times(2, "pass", "passes") == "2 passes"


def test_words_are_joined_as_in_a_sentence():
    assert [join_words(w) for w in ([], ["4"], ["4", "5"], ["4", "5", "7"])] == [
        "",
        "4",
        "4 and 5",
        "4, 5 and 7",
    ]


def test_a_day_has_its_weekday():
    assert format_weekday("2024-06-03") == "Mon 3 Jun 2024"


@given(st.dates(date(1900, 1, 1)))
def test_the_monday_of_a_week_is_the_last_monday_up_to_that_day(day):
    found = monday_of(day)
    assert found.strftime("%a") == "Mon"
    assert 0 <= (day - found).days < 7


@given(st.lists(st.sampled_from(VERDICTS)))
def test_several_days_are_judged_as_a_person_would(verdicts):
    planned = [v for v in verdicts if v in ("met", "short", "cannot tell")]
    if "short" in planned:
        expected = "short"
    elif "cannot tell" in planned:
        expected = "cannot tell"
    elif planned:
        expected = "met"
    else:
        expected = "not planned" if "not planned" in verdicts else "no rule"
    assert judge_days(verdicts) == expected


def test_hot_spots_are_numbered_once_in_the_order_of_the_doses():
    results = make_patrols()
    places = find_places(results)
    assert list(places.numbers.values()) == list(range(1, 8))
    assert places.label("hs-3") == "3 Old Bus Station"
    turned = find_places(replace(results, doses=results.doses[::-1]))
    assert turned.number("hs-7") == "1"


def test_an_area_that_nobody_names_is_called_by_its_id():
    results = make_patrols()
    bare = replace(make_bare(), days=results.days, stays=results.stays)
    assert find_places(bare).label("hs-1") == "1 hs-1"
    nameless = replace(results.doses[0], name="")
    assert find_places(replace(make_bare(), doses=(nameless,))).label("hs-1") == "1 hs-1"
