"""Separation of two services, against every pair of stays and every minute taken one by one."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.separation import (
    COPRESENCE,
    MARGINS,
    SEPARATION,
    find_copresence,
    find_margins,
    sum_copresence,
)
from patrolwise.tables import UNIT_VISITS, make_table

ZERO = datetime(2024, 6, 3, 4, tzinfo=UTC)  # a Monday; the patrol day begins
MINUTE = timedelta(minutes=1)
DAY_MIN = 24 * 60


def stays(*rows):
    """Return UNIT_VISITS of (service, unit, area, from, to in minutes, passing through or not)."""
    told = []
    for service, unit, area, start, end, *passing in rows:
        told.append(
            {
                "unit_id": unit,
                "service": service,
                "area_id": area,
                "day": (ZERO + start * MINUTE - timedelta(hours=4)).date(),
                "start": ZERO + start * MINUTE,
                "end": ZERO + end * MINUTE,
                "patrol_s": 60.0 * (end - start),
                "person_s": 120.0 * (end - start),
                "unknown_s": 0.0,
                "is_pass_through": bool(passing),
                "edge_s": 0.0,
                "variance_s2": 0.0,
                "common_s": 0.0,
            }
        )
    return make_table(UNIT_VISITS, pl.DataFrame(told)) if told else make_table(UNIT_VISITS)


def police(start, end, *more, unit="p1", area="A"):
    return ("police", unit, area, start, end, *more)


def outreach(start, end, *more, unit="o1", area="A"):
    return ("outreach", unit, area, start, end, *more)


def meetings_of(visits, margin=timedelta(0)):
    found = find_copresence(visits, "police", "outreach", margin)
    minutes = [(t - ZERO) / MINUTE for t in [*found["start"], *found["end"]]]
    half = len(minutes) // 2
    return list(zip(minutes[:half], minutes[half:], strict=True))


def test_the_minutes_in_which_both_stay_are_together():
    found = find_copresence(stays(police(0, 15), outreach(10, 50)), "police", "outreach")
    assert found.columns == COPRESENCE.names
    (row,) = found.iter_rows(named=True)
    assert (row["unit_a"], row["unit_b"], row["day"]) == ("p1", "o1", date(2024, 6, 3))
    assert (row["start"], row["end"]) == (ZERO + 10 * MINUTE, ZERO + 15 * MINUTE)
    assert (row["together_s"], row["apart_s"], row["is_pass_through"]) == (300.0, 0.0, False)


def test_who_leaves_as_the_other_comes_has_not_met():
    assert meetings_of(stays(police(0, 15), outreach(15, 50))) == []
    assert meetings_of(stays(police(15, 20), outreach(5, 15))) == []


def test_two_hot_spots_at_one_time_are_no_meeting():
    assert meetings_of(stays(police(0, 15), outreach(0, 15, area="B"))) == []


def test_two_units_of_one_service_are_no_meeting():
    visits = stays(police(0, 15), police(0, 15, unit="p2"), outreach(60, 70))
    assert meetings_of(visits) == []


def test_a_drive_through_is_a_meeting_marked_as_one():
    found = find_copresence(stays(police(5, 5.5, "through"), outreach(0, 40)), "police", "outreach")
    assert found["is_pass_through"].to_list() == [True]
    assert found["together_s"].to_list() == [30.0]


def test_a_margin_adds_those_who_just_missed_each_other_with_the_time_between():
    visits = stays(police(0, 15), outreach(20, 50), police(60, 70), police(90, 95, unit="p2"))
    assert meetings_of(visits) == []
    found = find_copresence(visits, "police", "outreach", 10 * MINUTE)
    assert found["apart_s"].to_list() == [300.0, 600.0]
    assert found["together_s"].to_list() == [0.0, 0.0]
    assert [str(v) for v in found["together_s"]] == ["0.0", "0.0"]
    assert meetings_of(visits, 10 * MINUTE) == [(15, 20), (50, 60)]
    assert meetings_of(visits, 9 * MINUTE) == [(15, 20)]


def test_a_stay_of_no_length_meets_nobody_but_is_near():
    visits = stays(police(10, 10), outreach(0, 40))
    assert meetings_of(visits) == []
    assert meetings_of(visits, MINUTE) == [(10, 10)]


def test_the_day_of_a_meeting_after_four_is_the_new_one():
    late = stays(police(DAY_MIN - 5, DAY_MIN + 20), outreach(DAY_MIN + 1, DAY_MIN + 40))
    assert find_copresence(late, "police", "outreach")["day"].to_list() == [date(2024, 6, 4)]


def test_no_stays_at_all_give_no_rows():
    nothing = stays()
    assert find_copresence(nothing, "police", "outreach").equals(make_table(COPRESENCE))
    assert find_margins(nothing, "police", "outreach").equals(make_table(MARGINS))
    summed = sum_copresence(make_table(COPRESENCE), nothing, "outreach")
    assert summed.equals(make_table(SEPARATION))


def test_a_slip_in_a_services_name_does_not_pass_for_perfect_separation():
    visits = stays(police(0, 15), outreach(0, 15))
    with pytest.raises(InputError, match="no stay of a service 'polise'; it has outreach, police"):
        find_copresence(visits, "polise", "outreach")
    with pytest.raises(InputError, match="no stay of a service 'Outreach'"):
        find_margins(visits, "police", "Outreach")
    with pytest.raises(InputError, match="got police twice"):
        find_copresence(visits, "police", "police")
    with pytest.raises(InputError, match="margin must be 0 or more"):
        find_copresence(visits, "police", "outreach", -MINUTE)


def test_the_nearest_margin_says_who_left_and_who_came():
    visits = stays(
        police(0, 15),
        outreach(45, 85),
        police(90, 100),
        outreach(DAY_MIN, DAY_MIN + 40),
        police(DAY_MIN + 39, DAY_MIN + 60),
        outreach(2 * DAY_MIN, 2 * DAY_MIN + 40),
        outreach(10, 20, area="B"),
        police(30, 45, area="B"),
    )
    found = find_margins(visits, "police", "outreach")
    assert found.select("area_id", "day", "margin_min", "first_service").rows() == [
        ("A", date(2024, 6, 3), 5.0, "outreach"),
        ("A", date(2024, 6, 4), 0.0, None),
        ("B", date(2024, 6, 3), 10.0, "outreach"),
    ]
    assert found["left"][0] == ZERO + 85 * MINUTE
    assert found["came"][0] == ZERO + 90 * MINUTE


def test_two_pairs_in_one_hot_spot_are_one_meeting_of_each_minute_once():
    visits = stays(
        police(0, 20),
        police(0, 25, unit="p2"),
        outreach(10, 50),
        outreach(10, 50, unit="o2"),
    )
    found = find_copresence(visits, "police", "outreach")
    assert found.height == 4
    (row,) = sum_copresence(found, visits, "outreach").iter_rows(named=True)
    assert (row["meetings"], row["together_min"], row["present_min"]) == (1, 15.0, 40.0)
    assert row["share_of_min"] == 15 / 40
    assert (row["days_together"], row["days_present"], row["share_of_days"]) == (1, 1, 1.0)


def test_the_rate_has_the_exact_limits_of_a_poisson_count():
    """Garwood 1936: 0 meetings up to 3.6889, 1 from 0.0253 to 5.5716, 10 from 4.7954 to 18.3904."""
    for count, low, high in ((0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)):
        met = [police(60 * n, 60 * n + 1) for n in range(count)]
        visits = stays(outreach(0, 6000), police(7000, 7001), *met)  # outreach: 100 hours
        found = find_copresence(visits, "police", "outreach")
        (row,) = sum_copresence(found, visits, "outreach", by=()).iter_rows(named=True)
        assert row["per_100_h"] == count
        assert row["per_100_h_low"] == pytest.approx(low, abs=1e-4)
        assert row["per_100_h_high"] == pytest.approx(high, abs=1e-4)


def test_a_meeting_over_four_in_the_morning_is_cut_there_and_counted_where_it_began():
    week = 7 * DAY_MIN
    visits = stays(police(week - 10, week + 10), outreach(week - 5, week + 20))
    found = find_copresence(visits, "police", "outreach")
    summed = sum_copresence(found, visits, "outreach", by=("area_id", "week"))
    assert summed["week"].to_list() == [date(2024, 6, 3), date(2024, 6, 10)]
    assert summed["together_min"].to_list() == [5.0, 10.0]
    assert summed["present_min"].to_list() == [5.0, 20.0]
    assert summed["meetings"].to_list() == [1, 0]
    assert summed["days_together"].to_list() == [1, 1]


def test_weeks_and_areas_can_be_taken_together():
    visits = stays(
        police(0, 15),
        outreach(10, 40),
        police(7 * DAY_MIN, 7 * DAY_MIN + 10, area="B"),
        outreach(7 * DAY_MIN, 7 * DAY_MIN + 10, area="B"),
    )
    found = find_copresence(visits, "police", "outreach")
    by_week = sum_copresence(found, visits, "outreach", by=("week",))
    assert by_week["area_id"].to_list() == [None, None]
    assert by_week["together_min"].to_list() == [5.0, 10.0]
    by_area = sum_copresence(found, visits, "police")
    assert by_area.select("area_id", "week", "present_min").rows() == [
        ("A", None, 15.0),
        ("B", None, 10.0),
    ]
    (row,) = sum_copresence(found, visits, "outreach", by=()).iter_rows(named=True)
    assert (row["meetings"], row["together_min"], row["present_min"]) == (2, 15.0, 40.0)


def test_near_misses_are_counted_apart_and_give_no_minutes():
    visits = stays(police(0, 15), outreach(20, 50))
    found = find_copresence(visits, "police", "outreach", 10 * MINUTE)
    (row,) = sum_copresence(found, visits, "outreach").iter_rows(named=True)
    assert (row["near_misses"], row["meetings"], row["together_min"]) == (1, 0, 0.0)
    assert row["per_100_h_low"] == 0.0


def test_a_service_that_was_there_for_no_time_has_no_shares():
    visits = stays(outreach(5, 5), police(0, 10))
    (row,) = sum_copresence(make_table(COPRESENCE), visits, "outreach").iter_rows(named=True)
    assert (row["present_min"], row["days_present"], row["share_of_days"]) == (0.0, 1, 0.0)
    assert row["share_of_min"] is row["per_100_h"] is row["per_100_h_high"] is None


def test_what_cannot_be_grouped_by_or_has_no_interval_is_said():
    visits = stays(outreach(5, 6))
    nothing = make_table(COPRESENCE)
    with pytest.raises(InputError, match="by takes area_id and week"):
        sum_copresence(nothing, visits, "outreach", by=("unit_id",))
    with pytest.raises(InputError, match="each at most once"):
        sum_copresence(nothing, visits, "outreach", by=("week", "week"))
    with pytest.raises(InputError, match="level must lie between 0 and 1, got 1"):
        sum_copresence(nothing, visits, "outreach", level=1.0)


SOME_STAYS = st.lists(
    st.tuples(
        st.sampled_from(["police", "outreach"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["A", "B"]),
        st.integers(DAY_MIN - 40, DAY_MIN + 40),
        st.integers(0, 30),
    ),
    max_size=12,
)


def as_rows(drawn):
    """Return the drawn stays, and one of each service far off, so that both are in the table."""
    rows = [(s, f"{s}-{u}", a, start, start + length) for s, u, a, start, length in drawn]
    return [*rows, police(-500, -490, area="far"), outreach(-600, -590, area="far")]


def copresence_by_double_loop(rows, margin):
    found = set()
    for s, unit, area, start, end in rows:
        for s2, unit2, area2, start2, end2 in rows:
            if (s, s2, area) != ("police", "outreach", area2):
                continue
            last_came, first_left = max(start, start2), min(end, end2)
            together, apart = first_left - last_came, max(last_came - first_left, 0)
            if together > 0 or (margin and apart <= margin):
                spell = (min(last_came, first_left), max(last_came, first_left))
                found.add((area, unit, unit2, *spell, 60.0 * max(together, 0), 60.0 * apart))
    return found


@given(SOME_STAYS, st.sampled_from([0, 1, 7]))
def test_copresence_is_what_a_double_loop_finds(drawn, margin):
    rows = list(dict.fromkeys(as_rows(drawn)))
    found = find_copresence(stays(*rows), "police", "outreach", margin * MINUTE)
    columns = ["area_id", "unit_a", "unit_b", "start", "end", "together_s", "apart_s"]
    told = [
        (area, a, b, (start - ZERO) / MINUTE, (end - ZERO) / MINUTE, together, apart)
        for area, a, b, start, end, together, apart in found.select(columns).iter_rows()
    ]
    # Two stays of one pair may meet twice over the same minutes: as a set, as the twin.
    assert set(told) == copresence_by_double_loop(rows, margin)
    assert found.equals(find_copresence(stays(*rows[::-1]), "police", "outreach", margin * MINUTE))


@given(SOME_STAYS)
def test_margins_are_the_least_over_all_pairs_of_a_day(drawn):
    rows = as_rows(drawn)
    least = {}
    for s, _, area, start, end in rows:
        for s2, _, area2, start2, end2 in rows:
            if (s, s2, area) == ("police", "outreach", area2) and (start >= DAY_MIN) == (
                start2 >= DAY_MIN
            ):
                key = (area, date(2024, 6, 3) + timedelta(days=start // DAY_MIN))
                gap = max(start2 - end, start - end2, 0)
                least[key] = min(gap, least.get(key, gap))
    found = find_margins(stays(*rows), "police", "outreach")
    told = found.select("area_id", "day", "margin_min").rows()
    assert {(area, day): gap for area, day, gap in told} == least


@given(SOME_STAYS)
def test_sums_are_those_of_counting_every_minute_of_every_day(drawn):
    rows = as_rows(drawn)
    visits = stays(*rows)
    found = find_copresence(visits, "police", "outreach")
    summed = sum_copresence(found, visits, "outreach")

    def minutes(service, area):
        own = [(a, b) for s, _, where, a, b in rows if (s, where) == (service, area)]
        return {m for a, b in own for m in range(a, b)}

    for row in summed.iter_rows(named=True):
        there = minutes("outreach", row["area_id"])
        both = there & minutes("police", row["area_id"])
        assert row["together_min"] == len(both)
        assert row["present_min"] == len(there)
        assert row["days_together"] == len({m // DAY_MIN for m in both})
        assert row["meetings"] == len([m for m in both if m - 1 not in both])
    assert set(summed["area_id"]) == {area for s, _, area, *_ in rows if s == "outreach"}
