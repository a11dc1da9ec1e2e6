"""The end of funds: minutes lost by the day, hot spots that end, crimes by a stated effect."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.fund_cliff import (
    CliffQuestion,
    SpotLevel,
    StatedEffect,
    add_not_prevented,
    project_fund_cliff,
)
from patrolwise.times import Window

from .return_worlds import ledger, stream, worked

RECENT = Window("recent", date(2024, 7, 1), date(2024, 7, 14))  # two weeks, from a Monday
EFFECT = StatedEffect(
    share=0.2, low=0.1, high=0.3, definition="serious-violence@1", source="Our report of 2024"
)
LEVELS = {"A": SpotLevel(crimes=4.0, harm=100.0), "B": SpotLevel(crimes=8.0, harm=None)}
DAY = 24 * 60


def question(weeks=3, **given):
    return CliffQuestion(recent=RECENT, weeks=weeks, **given)


def project(hours, streams, asked=None, effect=None):
    made = ledger(hours, streams=streams)
    return project_fund_cliff(made.streams, made.hours, asked or question(), effect)


def test_minutes_end_by_the_day_and_a_hot_spot_ends_with_its_last_stream():
    hours = [
        worked("1", length=120),  # A, S1: 60 a week
        worked("2", DAY, 60, area_id="B"),  # B, S1: 30 a week
        worked("3", 2 * DAY, 60, area_id="B", stream_id=None, paid="in kind"),  # goes on
        worked("4", 3 * DAY, 600, activity="extended"),  # has no patrol-minutes
        worked("5", 30 * DAY, 600),  # after the recent weeks
    ]
    found = project(hours, [stream(last=date(2024, 7, 24))])  # the Wednesday of the second week
    assert [one.week for one in found] == [date(2024, 7, 15 + 7 * n) for n in range(3)]
    assert [round(one.minutes_lost, 6) for one in found] == [0, round(90 * 4 / 7, 6), 90]
    assert [round(one.minutes_left + one.minutes_lost, 6) for one in found] == [120] * 3
    assert [one.spots_ended for one in found] == [(), ("A",), ("A",)]
    assert [one.ended for one in found] == [(), ("S1",), ("S1",)]
    assert {one.crimes for one in found} == {None}
    assert add_not_prevented(found, "crimes") is None


def test_a_stream_is_paid_until_the_end_of_its_last_day():
    found = project([worked("1")], [stream(last=date(2024, 7, 21))])  # a Sunday
    assert [one.minutes_lost for one in found] == [0, 30, 30]


def test_crimes_not_prevented_come_from_the_effect_and_its_interval():
    hours = [worked("1", length=60), worked("2", DAY, 60, stream_id=None, paid="in kind")]
    asked = question(weeks=2, levels=LEVELS)
    found = project(hours, [stream(last=RECENT.last)], asked, EFFECT)
    first = found[0].crimes  # half of A's minutes end: 4 x 0.5 x 0.2 / 0.8
    assert (first.expected, round(first.low, 4), round(first.high, 4)) == (0.5, 0.2222, 0.8571)
    assert found[0].harm.expected == 12.5
    assert add_not_prevented(found, "crimes").expected == 1.0
    assert add_not_prevented(found, "harm").high == pytest.approx(2 * 50 * 0.3 / 0.7)
    harmful = replace(EFFECT, low=-0.05)
    assert project(hours, [stream(last=RECENT.last)], asked, harmful)[0].crimes.low < 0
    both = [*hours, worked("3", 2 * DAY, 60, area_id="B")]
    assert project(both, [stream(last=RECENT.last)], asked, EFFECT)[0].harm is None  # B has none


def test_no_total_is_told_where_one_week_is_not_known():
    hours = [worked("1"), worked("2", DAY, area_id="B", stream_id="S2")]  # B's harm: not scored
    streams = [stream(last=RECENT.last), stream("S2", last=date(2024, 7, 21))]
    found = project(hours, streams, question(weeks=2, levels=LEVELS), EFFECT)
    assert [one.harm is None for one in found] == [False, True]
    assert add_not_prevented(found, "harm") is None
    assert add_not_prevented(found, "crimes").expected == pytest.approx(1 + 1 + 2)


def test_what_was_signed_to_follow_goes_on():
    streams = [stream(last=date(2024, 7, 20)), stream("S2", first=date(2024, 7, 21)),
               stream("S3", last=date(2024, 7, 21))]  # fmt: skip
    asked = question(follow_ons={"S1": "S2"})
    found = project([worked("1"), worked("2", DAY, stream_id="S3")], streams, asked)
    assert [one.minutes_lost for one in found] == [0, 30, 30]
    assert found[-1].ended == ("S3",)
    late = [streams[0], stream("S2", first=date(2024, 7, 22))]
    with pytest.raises(RefusedError, match="must begin by the day after"):
        project([worked("1")], late, asked)
    with pytest.raises(RefusedError, match="there is no stream S9"):
        project([worked("1")], streams, question(follow_ons={"S1": "S9"}))


def test_nothing_is_said_of_crimes_without_an_effect_or_without_levels():
    with pytest.raises(RefusedError, match="need an effect with its interval"):
        project([worked("1")], [stream()], question(levels=LEVELS))
    with pytest.raises(RefusedError, match="A has no crimes a week"):
        project([worked("1")], [stream()], question(), EFFECT)
    with pytest.raises(RefusedError, match="Nobody patrolled"):
        project([worked("1", 60 * DAY)], [stream()])
    with pytest.raises(RefusedError, match="claimed from S1, which is no stream"):
        project([worked("1")], [stream("S2")])


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"share": 1.0}, "share is 1.0"),
        ({"low": float("nan")}, "low is nan"),
        ({"low": 0.25}, "not within 0.25 to 0.3"),
        ({"low": 0.2, "high": 0.2}, "no width"),
        ({"source": " "}, "which evaluation"),
        ({"definition": ""}, "which crimes"),
    ],
)
def test_an_effect_has_an_interval_and_a_source(given_, told):
    with pytest.raises(InputError, match=told):
        replace(EFFECT, **given_)


def test_a_question_that_cannot_be_answered_is_refused():
    with pytest.raises(InputError) as caught:
        CliffQuestion(
            recent=Window("r", date(2024, 7, 1), date(2024, 7, 13)), weeks=0,
            levels={"A": SpotLevel(crimes=-1), "B": SpotLevel(crimes=1, harm=-1)},
        )  # fmt: skip
    assert "4 faults" in str(caught.value)


ROWS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["S1", "S2", None]), st.integers(1, 600)),
    min_size=1,
    max_size=10,
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(-3, 40), st.integers(-3, 40))
def test_a_projection_is_what_one_would_count_day_by_day(rows, first_end, second_end):
    hours = [
        worked(str(n), n * DAY, length, area_id=area, stream_id=name,
               paid="funded" if name else "in kind")
        for n, (area, name, length) in enumerate(rows)
    ]  # fmt: skip
    ends = {
        name: RECENT.last + timedelta(days=days)
        for name, days in (("S1", first_end), ("S2", second_end))
    }
    streams = [stream(name, last=last) for name, last in ends.items()]
    levels = {"A": SpotLevel(crimes=4.0), "B": SpotLevel(crimes=8.0)}
    found = project(hours, streams, question(weeks=5, levels=levels), EFFECT)
    for week in found:
        lost = {"A": 0.0, "B": 0.0}
        for n in range(7):
            day = week.week + timedelta(days=n)
            for area, name, length in rows:
                if name and day > ends[name]:
                    lost[area] += length / 14
        assert week.minutes_lost == pytest.approx(sum(lost.values()))
        usual = {area: sum(r[2] for r in rows if r[0] == area) / 2 for area in lost}
        crimes = sum(
            levels[area].crimes * lost[area] / usual[area] / 4 for area in lost if usual[area]
        )
        assert week.crimes.expected == pytest.approx(crimes)
        assert week.crimes.low <= week.crimes.expected <= week.crimes.high
    assert [w.minutes_lost for w in found] == sorted(w.minutes_lost for w in found)
