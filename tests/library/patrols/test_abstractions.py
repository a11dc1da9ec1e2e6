from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.abstractions import (
    ABSTRACTION_RATES,
    ABSTRACTIONS,
    AWAY_BUT_INSIDE,
    REASONS,
    check_abstractions,
    find_contradictions,
    rate_abstractions,
    sum_abstractions,
)
from patrolwise.patrols.dose_rules import PLANNED_DOSES
from patrolwise.tables import UNIT_VISITS, make_table

NOON = datetime(2024, 6, 7, 12, tzinfo=UTC)
UNUSED = ("person_s", "unknown_s", "edge_s", "variance_s2", "common_s")


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def away(*rows):
    """Return ABSTRACTIONS; a row is (unit, area, start, end, reason) in minutes from noon."""
    listed = [("police", unit, area, at(a), at(b), reason) for unit, area, a, b, reason in rows]
    return make_table(ABSTRACTIONS, pl.DataFrame(listed, ABSTRACTIONS.schema, orient="row"))


def stays(*rows):
    """Return UNIT_VISITS; a row is (unit, area, start, end, is a pass-through)."""
    listed = {
        "unit_id": [row[0] for row in rows],
        "area_id": [row[1] for row in rows],
        "start": [at(row[2]) for row in rows],
        "end": [at(row[3]) for row in rows],
        "patrol_s": [60.0 * (row[3] - row[2]) for row in rows],
        "is_pass_through": [row[4] for row in rows],
    }
    fixed = {"service": pl.lit("police"), "day": pl.lit(NOON.date())}
    zeros = {name: pl.lit(0.0) for name in UNUSED}
    return make_table(UNIT_VISITS, pl.DataFrame(listed).with_columns(**fixed, **zeros))


def planned(*rows):
    """Return PLANNED_DOSES; a row is (service, area, minutes owed)."""
    return make_table(
        PLANNED_DOSES,
        {
            "service": [row[0] for row in rows],
            "area_id": [row[1] for row in rows],
            "day": [NOON.date()] * len(rows),
            "status": ["planned"] * len(rows),
            "planned_visits": [1] * len(rows),
            "planned_min": [row[2] for row in rows],
            "is_backdated": [False] * len(rows),
        },
    )


def test_minutes_are_summed_by_reason_and_reasons_without_any_are_zero():
    log = away(("u1", "a", 0, 30, "arrest"), ("u2", "b", 5, 15, "arrest"))
    found = sum_abstractions(log, planned(("police", "a", 60.0), ("police", "b", 20.0)))
    told = {row["reason"]: row for row in found.iter_rows(named=True)}
    assert list(told) == sorted(REASONS)
    assert told["arrest"] == {
        "service": "police",
        "reason": "arrest",
        "abstractions": 2,
        "minutes": 40.0,
        "planned_min": 80.0,
        "share_of_planned": 0.5,
    }
    assert told["custody"]["minutes"] == 0.0
    assert told["custody"]["share_of_planned"] == 0.0


def test_each_service_and_area_has_its_own_row_whether_or_not_it_was_left():
    log = away(("u1", "a", 0, 30, "arrest"), ("u1", "c", 40, 50, "other"))
    plan = planned(("police", "a", 60.0), ("outreach", "a", 20.0))
    found = sum_abstractions(log, plan, ["area_id"])
    assert found.rows() == [
        ("outreach", "a", 0, 0.0, 20.0, 0.0),
        ("police", "a", 1, 30.0, 60.0, 0.5),
        ("police", "c", 1, 10.0, 0.0, None),
    ]
    by_service = sum_abstractions(log, plan, [])
    assert by_service["share_of_planned"].to_list() == [0.0, 40 / 60]


def test_a_night_away_counts_on_the_patrol_day_in_which_it_began():
    log = away(("u1", "a", 15 * 60, 17 * 60, "custody"), ("u1", "a", 17 * 60, 18 * 60, "other"))
    found = sum_abstractions(log, planned(("police", "a", 60.0)), ["day"])
    assert [(row[1].day, row[3]) for row in found.rows()] == [(7, 120.0), (8, 60.0)]


def test_only_columns_that_a_sum_can_have_are_taken():
    with pytest.raises(InputError, match="cannot be summed by unit_id; name some of area_id"):
        sum_abstractions(away(), planned(), ["unit_id"])


def test_the_rate_has_an_exact_interval():
    log = away(*(("u1", "a", 10 * k, 10 * k + 5, "arrest") for k in range(4)))
    visits = stays(("u1", "a", 0, 600, False), ("u1", "a", 600, 601, True))
    found = rate_abstractions(log, visits)
    assert found.schema == ABSTRACTION_RATES.schema
    row = found.row(0, named=True)
    low, high = stats.chi2.ppf(0.025, 8) / 2, stats.chi2.ppf(0.975, 10) / 2
    assert row["per_100_h"] == pytest.approx(40)
    assert (row["low"], row["high"]) == pytest.approx((10 * low, 10 * high))
    assert (row["minutes"], row["patrol_hours"]) == (20.0, 10.0)


def test_no_abstraction_in_some_hours_is_a_rate_of_zero_and_no_hours_are_no_rate():
    none = rate_abstractions(away(), stays(("u1", "a", 0, 600, False)))
    assert none.select("per_100_h", "low").rows() == [(0.0, 0.0)]
    assert none["high"][0] == pytest.approx(10 * stats.chi2.ppf(0.975, 2) / 2)
    log = away(("u1", "a", 0, 30, "arrest"))
    nowhere = rate_abstractions(log, stays())
    assert nowhere.select("abstractions", "per_100_h", "low", "high").rows() == [
        (1, None, None, None)
    ]
    with pytest.raises(InputError, match="level must be above 0 and below 1, got 1"):
        rate_abstractions(log, stays(), level=1)


def test_who_is_said_to_be_away_and_is_inside_is_named():
    log = away(("u1", "a", 0, 30, "arrest"), ("u1", "b", 30, 60, "arrest"))
    visits = stays(("u1", "a", 20, 50, False), ("u1", "b", 0, 30, False), ("u2", "a", 0, 30, False))
    found = find_contradictions(log, visits)
    assert found.schema == AWAY_BUT_INSIDE.schema
    assert found.select("unit_id", "area_id", "overlap_s").rows() == [("u1", "a", 600.0)]


def test_a_note_is_refused_as_it_would_hold_details_of_persons():
    log = away(("u1", "a", 0, 30, "arrest")).with_columns(note=pl.lit("arrested John"))
    with pytest.raises(RefusedError, match="does not allow: note") as caught:
        check_abstractions(log)
    assert "John" not in str(caught.value)
    for use in (find_contradictions, rate_abstractions):
        with pytest.raises(RefusedError, match="note"):
            use(log, stays())
    with pytest.raises(RefusedError, match="note"):
        sum_abstractions(log, planned())


def test_wrong_rows_are_named_all_at_once_by_the_line_of_their_file():
    log = away(
        ("u1", "a", 0, 30, "arrest"),
        ("u1", "a", 29, 60, "custody"),
        ("u2", "a", 10, 10, "other"),
        ("u3", " ", 0, 30, "arrest"),
        (None, "a", 0, 30, "arrest"),
        ("u4", "a", 0, 30, "stabbing of John"),
    ).with_row_index("row", 2)
    with pytest.raises(InputError) as caught:
        check_abstractions(log)
    known = "arrest, emergency, safeguarding, custody, other"
    assert str(caught.value).splitlines() == [
        "Abstractions: 5 faults.",
        "  1. Row 5 has an empty cell; fill in each of service, unit_id, area_id, start, end, "
        "reason.",
        "  2. Row 6 has an empty cell; fill in each of service, unit_id, area_id, start, end, "
        "reason.",
        f"  3. Row 7 gives a reason that is not in the table; use one of {known}.",
        "  4. Row 4 ends at 2024-06-07 12:10:00, which is not after its start at "
        "2024-06-07 12:10:00 (UTC).",
        "  5. Rows 2 and 3 overlap: unit u1 cannot be away twice at once. Leave out or cut one of "
        "them.",
    ]


TIMES = st.tuples(st.integers(0, 90), st.integers(1, 60))


@given(st.lists(TIMES, max_size=6), st.lists(TIMES, max_size=6))
def test_minutes_both_away_and_inside_are_those_that_counting_gives(logged, seen):
    log, end = [], 0
    for start, length in logged:  # one after another: nobody is away twice at once
        log.append(("u1", "a", end + start, end + start + length, "arrest"))
        end += start + length
    visits = [("u1", "a", start, start + length, False) for start, length in seen]
    found = find_contradictions(away(*log), stays(*visits))
    by_hand = sum(
        len(set(range(a, b)) & set(range(c, d)))
        for _, _, a, b, _ in log
        for _, _, c, d, _ in visits
    )
    assert found["overlap_s"].sum() == 60 * by_hand
