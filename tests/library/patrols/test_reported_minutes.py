"""Self-reported minutes: checked, marked, set beside verified ones and never added to them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.costs import CostRule, divide_costs
from patrolwise.patrols.ledgers import LEDGER
from patrolwise.patrols.reported_minutes import (
    DOSES_BESIDE_REPORTS,
    METHODS,
    REPORTED_DOSES,
    REPORTED_MINUTES,
    ROLES,
    as_reported_doses,
    check_reported_minutes,
    set_beside,
    sum_minutes,
    total_reported_minutes,
)
from patrolwise.tables import DOSES, check_columns, make_table
from patrolwise.times import Window

MONDAY = date(2024, 6, 3)
TODAY = date(2024, 6, 30)
WEEK = Window("week", MONDAY, MONDAY + timedelta(days=6))


def told(minutes=30.0, day=0, **more):
    stated = {
        "service": "wardens",
        "area_id": "A",
        "day": MONDAY + timedelta(days=day),
        "minutes": minutes,
        "people": 2,
        "reported_by": "team leader",
        "method": "diary",
    }
    return stated | more


def reports(*rows):
    return make_table(REPORTED_MINUTES, pl.DataFrame(list(rows), schema=REPORTED_MINUTES.schema))


def doses_of(*rows):
    """Return DOSES of (service, area, day of the week, minutes)."""
    return make_table(
        DOSES,
        pl.DataFrame(
            [
                {
                    "area_id": area,
                    "day": MONDAY + timedelta(days=day),
                    "service": service,
                    "visits": 1,
                    "pass_throughs": 0,
                    "patrol_min": minutes,
                    "patrol_low_min": minutes - 1,
                    "patrol_high_min": minutes + 1,
                    "person_min": 2 * minutes,
                    "pass_through_min": 0.0,
                    "unknown_min": 0.0,
                }
                for service, area, day, minutes in rows
            ]
        ),
    )


def test_every_role_and_method_is_taken_and_a_whole_day_too():
    every = [told(1440.0, day=n, reported_by=role) for n, role in enumerate(ROLES)]
    every += [told(0.0, day=n, area_id="B", method=m) for n, m in enumerate(METHODS)]
    check_reported_minutes(reports(*every), ["A", "B"], TODAY)
    check_reported_minutes(reports(), [], TODAY)


def test_all_faults_are_told_at_once_with_row_column_and_value():
    rows = reports(
        told(-1.0),
        told(1440.5, day=1),
        told(float("nan"), day=2),
        told(day=3, people=0),
        told(day=3),
        told(day=3),
        told(day=4, area_id="Z"),
        told(day=28),
        told(day=5, reported_by="Sam Smith"),
        told(day=6, method="guess"),
        told(day=7, service=" "),
    )
    with pytest.raises(InputError) as raised:
        check_reported_minutes(rows, list("ABCDEFG"), TODAY, "june.csv")
    message = str(raised.value)
    assert "june.csv: 11 faults." in message
    for fault in (
        "Row 1, column minutes is -1.0: write minutes of that one day, 0 to 1440.",
        "Row 2, column minutes is 1440.5",
        "Row 3, column minutes is nan",
        "Row 4, column people is 0",
        "Row 5, column day is 2024-06-06: that service has told of that area and day already",
        "Row 6, column day is 2024-06-06",
        "Row 7, column area_id is 'Z': there is no such area; there are A, B, C, D, E and 2 more.",
        "Row 8, column day is 2024-07-01: that is after 2024-06-30",
        "Row 9, column reported_by is 'Sam Smith': write a role and no name",
        "Row 10, column method is 'guess': write diary, form, estimate.",
        "Row 11, column service is ' '",
    ):
        assert fault in message
    with pytest.raises(InputError, match="Row 9, column people is 0"):
        check_reported_minutes(reports(told(people=0)).with_columns(row=pl.lit(9)), ["A"], TODAY)


def test_every_row_of_reported_doses_is_marked_unverified():
    found = as_reported_doses(reports(told(30.0, day=1), told(0.0), told(5.0, area_id="B")))
    assert found.columns == REPORTED_DOSES.names
    assert found["verified"].to_list() == [False, False, False]
    assert found.select("area_id", "reported_min", "reported_person_min").rows() == [
        ("A", 0.0, 0.0),
        ("A", 30.0, 60.0),
        ("B", 5.0, 10.0),
    ]
    assert as_reported_doses(reports()).equals(make_table(REPORTED_DOSES))


def test_reported_doses_cannot_pass_for_verified_ones():
    with pytest.raises(InputError, match="lacks visits, pass_throughs, patrol_min"):
        check_columns(as_reported_doses(reports(told())), DOSES, name="doses")


def test_verified_and_reported_stand_side_by_side_with_nulls_where_one_is_silent():
    doses = doses_of(("wardens", "A", 0, 20.0), ("police", "A", 0, 15.0))
    found = set_beside(doses, as_reported_doses(reports(told(30.0), told(40.0, day=1))))
    assert found.columns == DOSES_BESIDE_REPORTS.names
    assert found.select("service", "day", "patrol_min", "reported_min").rows() == [
        ("police", MONDAY, 15.0, None),
        ("wardens", MONDAY, 20.0, 30.0),
        ("wardens", MONDAY + timedelta(days=1), None, 40.0),
    ]


def test_an_area_day_that_is_there_twice_is_said_for_both_tables():
    twice = doses_of(("wardens", "A", 0, 20.0), ("wardens", "A", 0, 20.0))
    with pytest.raises(InputError) as raised:
        set_beside(twice, as_reported_doses(reports(told(), told())))
    assert "1. doses has 2 rows" in str(raised.value)
    assert "2. reported_doses has 2 rows" in str(raised.value)


def test_a_sum_of_verified_and_reported_minutes_is_refused():
    beside = set_beside(doses_of(("wardens", "A", 0, 20.0)), as_reported_doses(reports(told())))
    assert sum_minutes(beside, ["patrol_min"]) == 20.0
    assert sum_minutes(beside, ["reported_person_min"]) == 60.0
    assert sum_minutes(make_table(DOSES_BESIDE_REPORTS), ["reported_min"]) == 0.0
    with pytest.raises(RefusedError, match="Verified and self-reported minutes are never added"):
        sum_minutes(beside, ["patrol_min", "reported_min"])
    with pytest.raises(RefusedError, match="the same time"):
        sum_minutes(beside, ["patrol_min", "person_min"])


def test_a_sum_over_services_is_refused():
    beside = set_beside(doses_of(("police", "A", 0, 20.0)), as_reported_doses(reports(told())))
    with pytest.raises(RefusedError, match="Services are never added: police, wardens"):
        sum_minutes(beside, ["patrol_min"])
    with pytest.raises(RefusedError, match="2 faults"):
        sum_minutes(beside, ["patrol_min", "reported_min"])


@pytest.mark.parametrize("columns", [[], ["minutes"], ["patrol_low_min"]])
def test_a_sum_of_a_column_that_holds_no_minutes_to_add_is_an_input_error(columns):
    with pytest.raises(InputError, match="columns must name one of patrol_min"):
        sum_minutes(make_table(DOSES_BESIDE_REPORTS), columns)


def test_reported_minutes_make_a_total_of_unknown_certainty():
    doses = as_reported_doses(reports(*(told(10.0, day=n) for n in range(8))))
    total = total_reported_minutes(doses, "wardens", WEEK, "patrol")
    assert (total.minutes, total.verified, total.variance_min2) == (70.0, False, None)
    assert total_reported_minutes(doses, "wardens", WEEK, "person").minutes == 140.0
    with pytest.raises(InputError, match="basis must be patrol or person, got 'pair'"):
        total_reported_minutes(doses, "wardens", WEEK, "pair")


def test_a_day_of_silence_is_not_a_day_of_none():
    doses = as_reported_doses(reports(*(told(10.0, day=n) for n in range(6))))
    with pytest.raises(RefusedError, match="wardens has told of 6 of the 7 days of 2024-06-03 to"):
        total_reported_minutes(doses, "wardens", WEEK, "patrol")


def test_a_cost_of_reported_minutes_needs_leave_and_is_marked():
    paid = {
        "service": "wardens",
        "first": WEEK.first,
        "last": WEEK.last,
        "kind": "pay",
        "pounds": 140.0,
        "may_split": False,
        "note": "invented",
    }
    ledger = make_table(LEDGER, pl.DataFrame([paid]))
    doses = as_reported_doses(reports(*(told(10.0, day=n) for n in range(7))))
    minutes = total_reported_minutes(doses, "wardens", WEEK, "patrol")
    rule = CostRule(service="wardens", kinds=("pay",), basis="patrol")
    with pytest.raises(RefusedError, match="self-reported"):
        divide_costs(ledger, minutes, rule)
    allowed = CostRule(service="wardens", kinds=("pay",), basis="patrol", allow_reported=True)
    cost = divide_costs(ledger, minutes, allowed)
    assert (cost.value, cost.low) == (2.0, None)
    assert "UNVERIFIED" in cost.sentence


SOME = st.dictionaries(
    st.tuples(st.sampled_from(["police", "wardens"]), st.sampled_from("AB"), st.integers(0, 3)),
    st.integers(0, 90),
    max_size=8,
)


@given(SOME, SOME)
def test_side_by_side_loses_nothing_and_mixes_nothing(verified, reported):
    doses = doses_of(*((*key, float(m)) for key, m in verified.items())) if verified else None
    rows = [told(float(m), day=d, service=s, area_id=a) for (s, a, d), m in reported.items()]
    beside = set_beside(make_table(DOSES, doses), as_reported_doses(reports(*rows)))
    by_key = {
        (service, area, (day - MONDAY).days): (patrol, said)
        for area, day, service, patrol, said in beside.select(
            "area_id", "day", "service", "patrol_min", "reported_min"
        ).iter_rows()
    }
    assert by_key == {
        key: (verified.get(key), reported.get(key)) for key in verified.keys() | reported.keys()
    }
