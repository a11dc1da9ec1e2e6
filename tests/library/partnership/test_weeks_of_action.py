"""Weeks of action: eight days from the 13th to the 20th, planned and done, limits without them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.xmr import chart_xmr
from patrolwise.partnership.weeks_of_action import (
    WEEK_ACTIVITIES,
    Campaign,
    chart_without_campaigns,
    check_week_activities,
    make_week_return,
    mark_campaign_weeks,
)
from patrolwise.tables import make_table
from patrolwise.times import Window

SCEPTRE = Window("Sceptre", date(2023, 11, 13), date(2023, 11, 20))
COUNTS = (
    "arrests",
    "arrests_knife",
    "knives_seized",
    "knives_surrendered",
    "knives_swept",
    "sales",
)


def activity(number, kind="sweep", **given):
    row = {
        "activity_id": number, "campaign": "Sceptre", "day": date(2023, 11, 13),
        "organisation": "Police", "kind": kind, "state": "done", "was_planned": True,
        "area_id": None, "events": 1, **dict.fromkeys(COUNTS, 0),
    }  # fmt: skip
    return row | given


def table(*rows):
    return make_table(WEEK_ACTIVITIES, pl.DataFrame(list(rows), infer_schema_length=None))


def test_the_return_has_the_national_lines_and_only_what_was_done():
    assert SCEPTRE.days == 8
    made = make_week_return(
        table(
            activity("1", knives_swept=7, arrests=3, arrests_knife=2),
            activity("2", "surrender bin", day=date(2023, 11, 20), knives_surrendered=41),
            activity("3", "test purchase", events=10, sales=3),
            activity("4", "test purchase", events=5, state="planned"),
            activity("5", "retailer visit", events=12, was_planned=False),
            activity("6", "school", events=4),
            activity("7", "community event", events=2),
            activity("8", "warrant", arrests=2, knives_seized=5),
            activity("9", campaign="Other", knives_swept=99, day=date(2024, 5, 1)),
        ),
        "Sceptre",
        SCEPTRE,
    )
    assert dict(made.lines) == {
        "Arrests, total": 5, "Arrests, knife-related": 2, "Knives seized": 5,
        "Knives surrendered": 41, "Knives found in sweeps": 7, "Retailer visits": 12,
        "Test purchases": 10, "Test purchases that sold": 3, "School engagements": 4,
        "Community events": 2,
    }  # fmt: skip
    by_kind = {one.kind: (one.planned, one.done, one.open, one.unplanned) for one in made.kinds}
    assert by_kind["test purchase"] == (2, 1, 1, 0)
    assert by_kind["retailer visit"] == (0, 0, 0, 1)
    assert next(iter(by_kind)) == "sweep"


@pytest.mark.parametrize("day", [date(2023, 11, 12), date(2023, 11, 21)])
def test_both_ends_are_in_and_no_day_beyond_them(day):
    rows = [activity("1"), activity("2", day=date(2023, 11, 20))]
    assert make_week_return(table(*rows), "Sceptre", SCEPTRE).kinds[0].done == 2
    with pytest.raises(InputError, match="outside the campaign"):
        make_week_return(table(*rows, activity("3", day=day)), "Sceptre", SCEPTRE)


def test_counts_that_cannot_be_are_all_named():
    with pytest.raises(InputError) as caught:
        check_week_activities(
            table(
                activity("1", "magic", state="soon", events=0, arrests=-1),
                activity("1", arrests=1, arrests_knife=2, sales=1),
                activity("3", "test purchase", events=2, sales=3),
                activity("4", state="planned", was_planned=False, knives_swept=1),
            )
        )
    for told in ("there twice", "'magic'", "'soon'", "events is 0", "arrests is -1",
                 "arrests_knife is 2", "Row 2, column sales", "Row 3, column sales",
                 "a planned one was planned", "nothing can be counted yet"):  # fmt: skip
        assert told in str(caught.value)


# --- campaigns as covariates ---------------------------------------------------------------------


def weeks(values, first=date(2023, 1, 2)):
    return {first + timedelta(days=7 * n): value for n, value in enumerate(values)}


def campaign(first, last, name="Sceptre"):
    return Campaign(name=name, window=Window(name, first, last))


def test_limits_are_restated_without_campaign_weeks_and_these_are_judged_by_them():
    values = [5, 6, 5, 6, 5, 6, 30, 6, 5, 6, 5, 6, 5, 6]
    counts = weeks(values)
    marked = list(counts)[6]
    found = chart_without_campaigns(counts, [campaign(marked, marked + timedelta(days=6))])
    assert found.marks[6] == ("Sceptre",)
    assert sum(bool(one) for one in found.marks) == 1
    assert found.everything == chart_xmr(values)
    assert found.ordinary == chart_xmr(values[:6] + values[7:])
    assert found.ordinary.high < 9 < 30
    assert found.everything.high > 12  # one week widened the limits of all
    assert found.stand_out == (marked,)
    assert found.sentence.startswith("1 of 14 weeks are campaigns'.")
    assert found.sentence.endswith("1 lie beyond these.")
    quiet = chart_without_campaigns(counts, [])
    assert quiet.ordinary == quiet.everything
    assert quiet.stand_out == ()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=4))
def test_a_week_is_marked_when_a_day_of_it_is_a_campaigns(spans):
    starts = [date(2023, 1, 2) + timedelta(days=7 * n) for n in range(20)]
    given_ = [
        campaign(starts[0] + timedelta(days=a), starts[0] + timedelta(days=a + b), f"c{n}")
        for n, (a, b) in enumerate(spans)
    ]
    for start, names in zip(starts, mark_campaign_weeks(starts, given_), strict=True):
        days = {start + timedelta(days=n) for n in range(7)}
        by_hand = [
            one.name
            for one in given_
            if any(one.window.first <= day <= one.window.last for day in days)
        ]
        assert list(names) == by_hand


def test_a_gap_no_weeks_or_nothing_ordinary_is_refused():
    counts = weeks([1, 2, 3])
    with pytest.raises(RefusedError, match="1 of 3 weeks are without a campaign"):
        chart_without_campaigns(counts, [campaign(date(2023, 1, 9), date(2023, 1, 16))])
    with pytest.raises(InputError, match="There is none"):
        chart_without_campaigns({}, [])
    del counts[date(2023, 1, 9)]
    with pytest.raises(InputError, match="no week of 2023-01-09"):
        chart_without_campaigns(counts, [])
