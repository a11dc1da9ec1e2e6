from datetime import UTC, date, datetime, time, timedelta
from math import sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.abstractions import ABSTRACTIONS
from patrolwise.patrols.compliance import (
    COMPLIANCE,
    COMPLIANCE_SUMS,
    ComplianceRule,
    measure_compliance,
    sum_compliance,
)
from patrolwise.patrols.dose import Period, list_area_days
from patrolwise.patrols.dose_rules import DoseRule, plan_doses
from patrolwise.tables import UNIT_VISITS, make_table

FIRST = date(2024, 6, 3)
NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
AREA = pl.DataFrame({"area_id": ["a"]})
NONE = make_table(ABSTRACTIONS)
Z = 1.959963984540054


def day(n):
    return FIRST + timedelta(days=n)


def dose(first=0, last=None, **changes):
    own = {
        "service": "police",
        "first": day(first),
        "last": None if last is None else day(last),
        "visit_min": 15,
        "visits_a_day": 2,
        "reason": "as agreed",
        "decided": FIRST,
    }
    return DoseRule(**(own | changes))


def stays(*rows):
    """Return UNIT_VISITS in area a; a row is (start in minutes from noon, minutes, columns)."""
    listed = []
    for start, minutes, *further in rows:
        begins = NOON + timedelta(minutes=start)
        own = {"unknown_s": 0.0, "edge_s": 0.0, "variance_s2": 0.0, "common_s": 0.0}
        own |= {"is_pass_through": False}
        listed.append(
            {
                "unit_id": "u",
                "service": "police",
                "area_id": "a",
                "day": (begins - timedelta(hours=4)).date(),
                "start": begins,
                "end": begins + timedelta(minutes=minutes),
                "patrol_s": 60.0 * minutes,
                "person_s": 60.0 * minutes,
            }
            | own
            | (further[0] if further else {})
        )
    return make_table(UNIT_VISITS, pl.DataFrame(listed) if listed else None)


def measure(visits, rules, days=1, abstractions=NONE, **options):
    area_days = list_area_days(AREA, map(day, range(days)), ["police"])
    planned = plan_doses(rules, area_days)
    return measure_compliance(visits, planned, abstractions, ComplianceRule(**options))


def test_a_day_with_all_visits_long_enough_is_met():
    found = measure(stays((0, 15), (60, 20)), [dose()])
    assert found.schema == COMPLIANCE.schema
    row = found.row(0, named=True)
    assert (row["met"], row["surely"], row["planned_visits"]) == ("yes", 2, 2)
    assert (row["planned_min"], row["delivered_min"]) == (30.0, 35.0)


def test_a_day_with_a_visit_too_few_or_too_short_is_not_met():
    assert measure(stays((0, 15)), [dose()])["met"].item() == "no"
    row = measure(stays((0, 60), (90, 14.9)), [dose()]).row(0, named=True)
    assert (row["met"], row["surely"], row["too_short"]) == ("no", 1, 1)
    assert measure(stays(), [dose()])["met"].item() == "no"


@pytest.mark.parametrize(
    ("seconds", "met"),
    [
        (900 - 60 * Z - 1, "no"),
        (900 - 60 * Z + 1, "cannot tell"),
        (900, "cannot tell"),
        (900 + 60 * Z - 1, "cannot tell"),
        (900 + 60 * Z + 1, "yes"),
    ],
)
def test_what_the_error_of_the_minutes_leaves_open_cannot_be_told(seconds, met):
    visits = stays((0, seconds / 60, {"variance_s2": 3600.0}))
    found = measure(visits, [dose(visits_a_day=1)])
    assert found["met"].item() == met
    assert found["possibly"].item() == (met == "cannot tell")


def test_silence_inside_a_visit_may_have_been_patrol():
    silent = stays((0, 10, {"unknown_s": 300.0}))
    row = measure(silent, [dose(visits_a_day=1)]).row(0, named=True)
    assert (row["met"], row["possibly"], row["unknown_min"]) == ("cannot tell", 1, 5.0)
    less = stays((0, 10, {"unknown_s": 299.0}))
    assert measure(less, [dose(visits_a_day=1)])["met"].item() == "no"


def test_a_share_of_the_minutes_can_be_enough():
    visits = stays((0, 12), (60, 12))
    assert measure(visits, [dose()])["met"].item() == "no"
    assert measure(visits, [dose()], share=0.8)["met"].item() == "yes"


def test_a_day_without_a_rule_is_no_failure_and_its_minutes_are_shown():
    found = measure(stays((0, 15), (1440, 5)), [dose(2)], days=3)
    assert found["met"].to_list() == ["no rule", "no rule", "no"]
    assert found["delivered_min"].to_list() == [15.0, 5.0, 0.0]
    assert found.select("surely", "possibly", "too_short").rows()[0] == (0, 0, 0)


def test_a_weekday_that_the_rule_leaves_out_is_not_planned():
    assert measure(stays(), [dose(weekdays=(2,))], days=2)["met"].to_list() == ["not planned", "no"]


def test_each_day_is_judged_by_the_rule_in_force_on_it():
    visits = stays(*((1440 * n, 12) for n in range(4)))
    rules = [dose(0, 1, visit_min=10, visits_a_day=1), dose(2, visit_min=15, visits_a_day=1)]
    assert measure(visits, rules, days=4)["met"].to_list() == ["yes", "yes", "no", "no"]


def test_visits_outside_the_hours_of_the_rule_do_not_count():
    rule = dose(visits_a_day=1, from_clock=time(14), until_clock=time(20))
    visits = stays((59, 20), (60, 20), (420, 30))  # 13:59, 14:00 and 20:00 in London
    row = measure(visits, [rule]).row(0, named=True)
    assert (row["surely"], row["outside_hours"], row["delivered_min"]) == (1, 2, 20.0)


def test_hours_may_cross_midnight_and_stay_in_their_patrol_day():
    rule = dose(visits_a_day=1, from_clock=time(22), until_clock=time(2))
    visits = stays((540, 20), (779, 20), (780, 20))  # 22:00, 01:59 and 02:00 in London
    row = measure(visits, [rule]).row(0, named=True)
    assert (row["surely"], row["outside_hours"]) == (2, 1)


@pytest.mark.parametrize(
    ("noon", "counted"),
    [
        (date(2024, 3, 30), 14 * 60),
        (date(2024, 3, 31), 13 * 60),
        (date(2024, 10, 26), 13 * 60),
        (date(2024, 10, 27), 14 * 60),
    ],
)
def test_hours_follow_the_clock_on_the_wall_across_its_changes(noon, counted):
    rule = dose(first=-200, from_clock=time(14), until_clock=time(15), visits_a_day=1)
    begins = datetime(noon.year, noon.month, noon.day, tzinfo=UTC) + timedelta(minutes=counted)
    visits = stays((0, 20)).with_columns(
        start=pl.lit(begins).cast(pl.Datetime("us", "UTC")), day=pl.lit(noon)
    )
    planned = plan_doses([rule], list_area_days(AREA, [noon], ["police"]))
    assert measure_compliance(visits, planned, NONE)["surely"].item() == 1
    early = visits.with_columns(pl.col("start") - timedelta(minutes=1))
    assert measure_compliance(early, planned, NONE)["outside_hours"].item() == 1


def test_pass_throughs_are_neither_visits_nor_minutes():
    row = measure(stays((0, 30, {"is_pass_through": True})), [dose()]).row(0, named=True)
    assert (row["too_short"], row["surely"], row["delivered_min"]) == (0, 0, 0.0)


def test_abstractions_stand_beside_with_their_reasons_and_excuse_nothing():
    listed = [
        ("police", "u", "a", NOON, NOON + timedelta(minutes=10), "emergency"),
        ("police", "u", "a", NOON + timedelta(minutes=20), NOON + timedelta(minutes=55), "arrest"),
        ("police", "v", "a", NOON, NOON + timedelta(minutes=5), "emergency"),
        ("police", "u", "b", NOON + timedelta(days=1), NOON + timedelta(days=2), "custody"),
    ]
    log = make_table(ABSTRACTIONS, pl.DataFrame(listed, ABSTRACTIONS.schema, orient="row"))
    found = measure(stays((0, 15)), [dose()], days=2, abstractions=log)
    assert found.select("met", "abstracted_min", "abstracted_for").rows() == [
        ("no", 50.0, "arrest 35; emergency 15"),
        ("no", 0.0, None),
    ]


def test_a_log_with_notes_and_a_plan_with_a_day_twice_are_refused():
    with pytest.raises(RefusedError, match="note"):
        measure(stays(), [dose()], abstractions=NONE.with_columns(note=pl.lit("x")))
    planned = plan_doses([dose()], list_area_days(AREA, [FIRST], ["police"]))
    with pytest.raises(InputError, match="an area, day and service twice"):
        measure_compliance(stays(), pl.concat([planned, planned]), NONE)


def test_a_rule_of_compliance_that_cannot_be_meant_is_refused():
    with pytest.raises(InputError, match="2 faults"):
        ComplianceRule(share=0, level=95)
    with pytest.raises(InputError, match=r"share must be above 0 and at most 1, got 1\.5"):
        ComplianceRule(share=1.5)


def test_the_summary_bounds_the_share_met_by_what_cannot_be_told():
    unsure = {"variance_s2": 3600.0}
    visits = stays((0, 30), (1440, 15, unsure), (2880, 1), (4320, 99), (8640, 60))
    rules = [dose(0, 3, visits_a_day=1, decided=day(2)), dose(5, visits_a_day=1, weekdays=(7,))]
    found = measure(visits, rules, days=7)
    assert found["met"].to_list() == [
        "yes", "cannot tell", "no", "yes", "no rule", "not planned", "yes",
    ]  # fmt: skip
    sums = sum_compliance(found, Period.WEEK)
    assert sums.schema == COMPLIANCE_SUMS.schema
    row = sums.row(0, named=True)
    assert (row["period_start"], row["service"]) == (FIRST, "police")
    assert (row["planned_days"], row["met_days"]) == (5, 3)
    assert (row["unmet_days"], row["unsure_days"]) == (1, 1)
    assert (row["no_rule_days"], row["not_planned_days"], row["backdated_days"]) == (1, 1, 2)
    assert (row["met_share_low"], row["met_share_high"]) == (0.6, 0.8)
    assert (row["planned_min"], row["delivered_min"]) == (75.0, 205.0)
    assert row["delivered_low_min"] == pytest.approx(205 - Z)
    assert row["delivered_share"] == pytest.approx(205 / 75)


def test_a_week_with_nothing_planned_has_no_share():
    row = sum_compliance(measure(stays((0, 30)), []), Period.ALL).row(0, named=True)
    assert (row["met_share_low"], row["met_share_high"], row["delivered_share"]) == (None,) * 3
    assert row["delivered_min"] == 0.0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.integers(1, 40),
            st.fixed_dictionaries(
                {
                    "unknown_s": st.integers(0, 300),
                    "edge_s": st.integers(-60, 60),
                    "variance_s2": st.integers(0, 9000),
                    "common_s": st.integers(0, 60),
                    "is_pass_through": st.booleans(),
                }
            ),
        ),
        max_size=6,
    ),
    st.integers(1, 3),
    st.sampled_from([0.5, 0.8, 1.0]),
)
def test_the_verdict_is_that_of_judging_visit_by_visit(rows, owed, share):
    rule = dose(visits_a_day=owed, from_clock=time(13), until_clock=time(22))
    row = measure(stays(*rows), [rule], share=share).row(0, named=True)
    sure = maybe = short = outside = 0
    for start, minutes, own in rows:
        if own["is_pass_through"]:
            continue
        if not 0 <= start < 540:  # noon UTC is 13:00 in London
            outside += 1
            continue
        middle, reach = (
            60 * minutes + own["edge_s"],
            Z * sqrt(own["variance_s2"] + own["common_s"] ** 2),
        )
        low, high = max(0, middle - reach), max(0, middle + reach) + own["unknown_s"]
        needed = 900 * share
        sure += low >= needed
        maybe += low < needed <= high
        short += high < needed
    assert (row["surely"], row["possibly"], row["too_short"]) == (sure, maybe, short)
    assert row["outside_hours"] == outside
    met = "yes" if sure >= owed else "cannot tell" if sure + maybe >= owed else "no"
    assert row["met"] == met
