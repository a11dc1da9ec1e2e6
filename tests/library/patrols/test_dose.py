from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.dose import (
    AREA_DAYS,
    DOSE_SUMS,
    Period,
    find_interval,
    list_area_days,
    sum_doses,
    sum_doses_by,
    sum_with_interval,
)
from patrolwise.tables import DOSES, UNIT_VISITS, make_table

FIRST = date(2024, 6, 27)  # a Thursday; the month ends on the Sunday
AREAS = pl.DataFrame({"area_id": ["b", "a"]})
Z = 1.959963984540054


def day(n):
    return FIRST + timedelta(days=n)


def stays(*rows):
    """Return UNIT_VISITS; a row is (area, day, service, seconds, further columns)."""
    listed = []
    for area, n, service, seconds, *further in rows:
        start = datetime(2024, 6, 27, 12, tzinfo=UTC) + timedelta(days=n)
        own = {
            "person_s": 2 * seconds,
            "unknown_s": 0,
            "edge_s": 0,
            "variance_s2": 0,
            "common_s": 0,
        }
        own |= {"is_pass_through": False} | (further[0] if further else {})
        listed.append(
            {"unit_id": "u", "service": service, "area_id": area, "day": day(n), "start": start}
            | {"end": start + timedelta(seconds=seconds), "patrol_s": seconds}
            | own
        )
    return make_table(UNIT_VISITS, pl.DataFrame(listed) if listed else None)


def test_every_area_day_and_service_has_a_row_with_or_without_a_visit():
    found = sum_doses(stays(("a", 0, "police", 600)), AREAS, [day(1), day(0)], ["police", "x"])
    assert found.schema == DOSES.schema
    assert found.select("area_id", "day", "service", "visits", "patrol_min").rows() == [
        ("b", day(1), "police", 0, 0.0),
        ("b", day(1), "x", 0, 0.0),
        ("b", day(0), "police", 0, 0.0),
        ("b", day(0), "x", 0, 0.0),
        ("a", day(1), "police", 0, 0.0),
        ("a", day(1), "x", 0, 0.0),
        ("a", day(0), "police", 1, 10.0),
        ("a", day(0), "x", 0, 0.0),
    ]
    assert found.null_count().sum_horizontal().item() == 0


def test_visits_elsewhere_and_of_others_are_left_out():
    visits = stays(("c", 0, "police", 60), ("a", 5, "police", 60), ("a", 0, "x", 60))
    assert sum_doses(visits, AREAS, [day(0)], ["police"])["patrol_min"].sum() == 0


def test_pass_throughs_are_counted_apart_and_are_no_dose():
    passing = {"is_pass_through": True, "unknown_s": 12, "edge_s": 60, "variance_s2": 3600}
    visits = stays(("a", 0, "police", 600, {"unknown_s": 48}), ("a", 0, "police", 30, passing))
    row = sum_doses(visits, AREAS[1:], [day(0)], ["police"]).row(0, named=True)
    assert (row["visits"], row["pass_throughs"]) == (1, 1)
    assert (row["patrol_min"], row["person_min"], row["pass_through_min"]) == (10.0, 20.0, 0.5)
    assert (row["patrol_low_min"], row["patrol_high_min"]) == (10.0, 10.0)
    assert row["unknown_min"] == 1.0


def test_the_interval_is_credit_and_edge_with_the_square_root_of_the_summed_variance():
    error = {"edge_s": 30, "variance_s2": 3600}
    visits = stays(*4 * [("a", 0, "police", 600, error)])
    row = sum_doses(visits, AREAS[1:], [day(0)], ["police"]).row(0, named=True)
    assert row["patrol_min"] == 40.0
    assert row["patrol_low_min"] == pytest.approx(42 - 2 * Z)
    assert row["patrol_high_min"] == pytest.approx(42 + 2 * Z)


def test_the_error_that_visits_share_does_not_average_out():
    visits = stays(*100 * [("a", 0, "police", 600, {"common_s": 60})])
    row = sum_with_interval(visits, ["area_id"]).row(0, named=True)
    assert row["common_min"] == pytest.approx(100)
    assert row["patrol_high_min"] == pytest.approx(1000 + 100 * Z)


def test_the_true_minutes_are_never_below_zero():
    error = {"edge_s": -90, "variance_s2": 3600}
    row = sum_doses(stays(("a", 0, "police", 60, error)), AREAS[1:], [day(0)], ["police"])
    assert row.select("patrol_low_min", "patrol_high_min").row(0) == (0, pytest.approx(Z - 0.5))
    surely = stays(("a", 0, "police", 60, {"edge_s": -90}))
    assert sum_with_interval(surely, ["area_id"])["patrol_high_min"].item() == 0.0


def test_ninety_five_of_a_hundred_intervals_hold_the_truth():
    rng = np.random.default_rng(20240607)
    variance, edge, n, trials = 900.0, -12.0, 9, 4000
    common = 7.0
    error = {"edge_s": edge, "variance_s2": variance, "common_s": common}
    row = sum_with_interval(stays(*n * [("a", 0, "police", 900, error)]), ["area_id"]).row(
        0, named=True
    )
    shared = n * rng.normal(0, common, trials)
    truth = (n * 900 + rng.normal(edge, sqrt(variance), (trials, n)).sum(axis=1) + shared) / 60
    held = np.mean((truth >= row["patrol_low_min"]) & (truth <= row["patrol_high_min"]))
    assert abs(held - 0.95) < 4 * sqrt(0.95 * 0.05 / trials)


def test_services_are_never_added_together():
    visits = stays(("a", 0, "police", 600), ("a", 0, "outreach", 600))
    with pytest.raises(RefusedError, match="add the minutes of outreach and police together"):
        sum_with_interval(visits, ["area_id"])
    assert sum_with_interval(visits, ["service"])["patrol_min"].to_list() == [10.0, 10.0]
    alone = visits.filter(pl.col("service") == "police")
    assert sum_with_interval(alone, ["area_id"])["patrol_min"].to_list() == [10.0]


def test_a_column_that_is_not_there_and_a_level_that_is_no_share_are_refused():
    visits = stays(("a", 0, "police", 600))
    with pytest.raises(InputError, match="no column ward to sum by"):
        sum_with_interval(visits, ["service", "ward"])
    for level in (0, 1, 95, float("nan")):
        with pytest.raises(InputError, match="level must be above 0 and below 1"):
            find_interval(("patrol_s", "edge_s", "variance_s2", "common_s"), level)


def test_a_wider_level_gives_a_wider_interval():
    visits = stays(("a", 0, "police", 600, {"variance_s2": 3600}))
    low = [sum_with_interval(visits, ["service"], x)["patrol_low_min"].item() for x in (0.8, 0.99)]
    assert low == pytest.approx([10 - 1.2815515655446004, 10 - 2.5758293035489004])


def test_what_is_given_twice_is_refused_all_at_once():
    areas = pl.DataFrame({"area_id": ["a", "a", "b"]})
    with pytest.raises(InputError, match="3 faults") as caught:
        list_area_days(areas, [day(0), day(0)], ["police", "police", "police"])
    assert "The day 2024-06-27 is given twice; its minutes would count twice." in str(caught.value)


def test_nothing_asked_for_is_a_table_without_rows():
    assert list_area_days(AREAS, [], ["police"]).schema == AREA_DAYS.schema
    assert sum_doses(stays(), AREAS, [], []).is_empty()


def test_weeks_begin_on_monday_and_months_on_the_first():
    days = list_area_days(AREAS, map(day, range(6)), ["police"])
    visits = stays(("a", 3, "police", 600), ("a", 4, "police", 600), ("a", 4, "police", 60))
    weeks = sum_doses_by(visits, days, Period.WEEK)
    assert weeks.schema == DOSE_SUMS.schema
    shown = ("area_id", "period_start", "area_days", "patrolled_days", "visits", "patrol_min")
    assert weeks.select(shown).rows() == [
        ("a", date(2024, 6, 24), 4, 1, 1, 10.0),
        ("a", date(2024, 7, 1), 2, 1, 2, 11.0),
        ("b", date(2024, 6, 24), 4, 0, 0, 0.0),
        ("b", date(2024, 7, 1), 2, 0, 0, 0.0),
    ]
    months = sum_doses_by(visits, days, Period.MONTH, per_area=False)
    assert months.select(shown).rows() == [
        (None, date(2024, 6, 1), 8, 1, 1, 10.0),
        (None, date(2024, 7, 1), 4, 1, 2, 11.0),
    ]
    whole = sum_doses_by(visits, days, Period.ALL, per_area=False)
    assert whole.select(shown).rows() == [(None, FIRST, 12, 2, 3, 21.0)]
    assert sum_doses_by(visits, days, Period.DAY).height == 12


def test_the_interval_of_a_month_is_narrower_than_that_of_its_days_end_to_end():
    days = list_area_days(AREAS[1:], map(day, range(4)), ["police"])
    visits = stays(*(("a", n, "police", 600, {"variance_s2": 3600}) for n in range(4)))
    month = sum_doses_by(visits, days, Period.MONTH).row(0, named=True)
    reach = month["patrol_high_min"] - month["patrol_min"]
    assert reach == pytest.approx(2 * Z)  # and not 4 z, as the ends of four days would add up to
    assert (month["edge_min"], month["variance_min2"]) == (0.0, pytest.approx(4))


def test_a_day_that_is_reported_on_twice_is_refused():
    days = list_area_days(AREAS, [FIRST], ["police"])
    with pytest.raises(InputError, match="an area, day and service twice"):
        sum_doses_by(stays(), pl.concat([days, days]), Period.ALL)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(0, 6),
        st.sampled_from(["police", "outreach"]),
        st.integers(0, 3000),
        st.fixed_dictionaries(
            {
                "is_pass_through": st.booleans(),
                "unknown_s": st.integers(0, 60),
                "edge_s": st.integers(-60, 60),
                "variance_s2": st.integers(0, 3600),
                "common_s": st.integers(0, 30),
            }
        ),
    ),
    max_size=12,
)


def sums_by_hand(rows, key):
    """Return the sums of visits by adding them one by one, in seconds."""
    sums = defaultdict(
        lambda: dict.fromkeys(("n", "pass", "s", "pass_s", "silent", "e", "v", "c"), 0)
    )
    for row in rows:
        own, further = sums[key(row)], row[4]
        own["silent"] += further["unknown_s"]
        if further["is_pass_through"]:
            own["pass"] += 1
            own["pass_s"] += row[3]
        else:
            own["n"] += 1
            own["s"] += row[3]
            own["e"] += further["edge_s"]
            own["v"] += further["variance_s2"]
            own["c"] += further["common_s"]
    return sums


def compare(row, own):
    middle, reach = (own["s"] + own["e"]) / 60, Z * sqrt(own["v"] + own["c"] ** 2) / 60
    expected = {
        "visits": own["n"],
        "pass_throughs": own["pass"],
        "patrol_min": own["s"] / 60,
        "patrol_low_min": max(0, middle - reach),
        "patrol_high_min": max(0, middle + reach),
        "person_min": own["s"] / 30,
        "pass_through_min": own["pass_s"] / 60,
        "unknown_min": own["silent"] / 60,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@given(ROWS)
def test_doses_are_what_adding_visit_by_visit_gives(rows):
    found = sum_doses(stays(*rows), AREAS, map(day, range(5)), ["police", "outreach"])
    sums = sums_by_hand(rows, lambda row: (row[0], day(row[1]), row[2]))
    assert found.height == 2 * 5 * 2
    for row in found.iter_rows(named=True):
        compare(row, sums[row["area_id"], row["day"], row["service"]])


@given(ROWS, st.sampled_from(Period), st.booleans())
def test_roll_ups_are_what_adding_visit_by_visit_gives(rows, period, per_area):
    days = list_area_days(AREAS, map(day, range(5)), ["police", "outreach"])
    reported = [row for row in rows if row[0] in "ab" and row[1] < 5]
    starts = {
        Period.DAY: lambda d: d,
        Period.WEEK: lambda d: d - timedelta(days=d.weekday()),
        Period.MONTH: lambda d: d.replace(day=1),
        Period.ALL: lambda d: FIRST,
    }
    sums = sums_by_hand(
        reported, lambda row: (row[0] if per_area else None, starts[period](day(row[1])), row[2])
    )
    found = sum_doses_by(stays(*rows), days, period, per_area=per_area)
    for row in found.iter_rows(named=True):
        compare(row, sums[row["area_id"], row["period_start"], row["service"]])
    assert found["area_days"].sum() == days.height
    patrolled = {row[:3] for row in reported if not row[4]["is_pass_through"]}
    assert found["patrolled_days"].sum() == len(patrolled)
