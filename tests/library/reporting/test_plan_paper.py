"""What of a plan may stand on paper: tables that fit each other, times as a watch shows them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import area_geometries
from patrolwise.reporting.plan_paper import UNIT_SHIFTS, list_unit_shifts
from patrolwise.reporting.plan_shapes import shapes_of_areas
from patrolwise.reporting.plan_wording import ShiftClock, clip_words
from patrolwise.reporting.planned_minutes import count_plan_doses

from .plan_samples import (
    MONDAY,
    NAMES,
    OUTREACH,
    POLICE,
    STAMP,
    at,
    make_areas,
    make_owed,
    make_paper,
    make_rota,
    make_shifts,
    make_visits,
)


def test_the_stamp_tells_plan_inputs_and_program_without_a_clock():
    assert STAMP.origin == (
        "Plan 3f9a12bc77de, decided on 28/05/2024, made from inputs 91ab44cd0e12 by Patrolwise "
        "0.1.0"
    )
    changed = replace(STAMP, revision=2, decided=None)
    assert changed.origin.startswith("Plan 3f9a12bc77de, change 2, made from")


def test_the_notice_marks_drafts_and_simulated_plans_and_nothing_else():
    assert STAMP.notice == ""
    assert replace(STAMP, is_draft=True).notice.startswith("DRAFT")
    both = replace(STAMP, is_draft=True, is_simulated=True).notice
    assert both.index("DRAFT") < both.index("SIMULATED")


def test_a_stamp_with_several_faults_tells_them_all():
    with pytest.raises(InputError) as error:
        replace(STAMP, title=" ", plan_sha256="abc", inputs_sha256="G" * 64, revision=-1)
    for told in ("4 faults", "plan_sha256", "inputs_sha256", "no programme", "revision"):
        assert told in str(error.value)


def test_tables_that_do_not_fit_each_other_are_told_all_at_once():
    shift = {"service": OUTREACH, "unit_id": "SO-1"}
    visits = [
        {"service": OUTREACH, "unit_id": "SO-9", "start": at(15), "end": at(16)},
        {**shift, "area_id": "hs-99", "start": at(15), "end": at(16)},
        {**shift, "area_id": "hs-1", "start": at(16), "end": at(16)},
    ]
    late = {**shift, "shift": "early", "start": at(20), "end": at(14)}
    areas = make_areas()
    with pytest.raises(InputError) as error:
        make_paper(
            shifts=make_shifts([shift, shift, late]),
            visits=make_visits(visits),
            areas=pl.concat([areas, areas[:1]]),
        )
    for told in (
        "6 faults",
        "An area is there twice",
        "SO-1 (Street outreach) on 2024-06-03, late is there twice",
        "SO-9 (Street outreach) on 2024-06-03, late has visits but no shift",
        "A shift of SO-1 (Street outreach) on 2024-06-03, early ends",
        "A visit or break of SO-1",
        "No area is called hs-99",
    ):
        assert told in str(error.value)


def test_a_hot_spot_without_a_name_is_called_by_its_id():
    paper = make_paper(areas=make_areas([" ", *NAMES[1:]]))
    assert list(paper.names.values())[:2] == ["hs-1", NAMES[1]]
    assert paper.services == (POLICE, OUTREACH)


def test_shifts_of_units_hold_the_rota_without_its_staff_codes():
    rota = make_rota(make_paper())
    first = pl.col("staff_id") == rota["staff_id"][0]
    early = rota.with_columns(
        pl.when(first).then(pl.col("start") - timedelta(hours=1)).otherwise("start").alias("start")
    )
    shifts = list_unit_shifts(early)
    assert shifts.schema == UNIT_SHIFTS.schema
    assert "staff_id" not in shifts.columns
    by_unit = {row["unit_id"]: row for row in shifts.iter_rows(named=True)}
    assert {unit: row["people"] for unit, row in by_unit.items()} == {
        "P-101": 2,
        "SO-1": 2,
        "SO-2": 3,
    }
    assert by_unit["SO-1"]["start"] == at(13)
    assert by_unit["SO-2"]["start"] == at(14)


def test_a_clock_says_bst_or_gmt_only_in_the_night_of_the_change():
    usual = ShiftClock(start=at(14), end=at(20))
    assert usual.span(at(14), at(15, 5)) == "14:00–15:05"
    assert usual.note == ""
    begin = datetime(2024, 10, 26, 21, tzinfo=UTC)
    night = ShiftClock(start=begin, end=begin + timedelta(hours=8))
    half_past_one = [night.say(datetime(2024, 10, 27, hour, 30, tzinfo=UTC)) for hour in (0, 1)]
    assert half_past_one == ["01:30 BST", "01:30 GMT"]
    assert "Times after midnight are on Sunday 27 October 2024." in night.note
    assert "The clocks change" in night.note


def test_a_shift_that_ends_at_midnight_has_no_times_after_it():
    assert ShiftClock(start=at(16), end=at(24)).note == ""
    assert "Tuesday 4 June 2024" in ShiftClock(start=at(16), end=at(24, 1)).note


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_is_one_line_no_longer_than_asked(text, most):
    cut = clip_words(text, most)
    assert len(cut) <= most
    assert len(cut.splitlines()) <= 1
    assert cut.endswith("…") or cut == " ".join(text.split())


def test_outlines_come_in_the_order_asked_once_each_with_all_their_rings():
    areas = make_areas()
    shapes = shapes_of_areas(areas, ["hs-3", "hs-1", "hs-3"])
    assert [shape.area_id for shape in shapes] == ["hs-3", "hs-1"]
    ring = shapes[1].rings[0]
    assert len(ring) == len(area_geometries(areas)[0].exterior.coords)
    assert all(-1.6 < longitude < -1.5 and 53.7 < latitude < 53.9 for longitude, latitude in ring)
    with pytest.raises(InputError, match=r"No area is called x, y\."):
        shapes_of_areas(areas, ["y", "x", "hs-1"])


def doses_by_counting(paper, services, days, owed):
    """The slow, obvious twin: every visit and every rule's day, one by one."""
    found = {}
    for area_id in paper.names:
        for service in services:
            visits = [
                row
                for row in paper.visits.iter_rows(named=True)
                if row["area_id"] == area_id
                and row["service"] == service
                and days[0] <= row["day"] <= days[1]
            ]
            rules = [
                row
                for row in owed.iter_rows(named=True)
                if row["area_id"] == area_id
                and row["service"] == service
                and days[0] <= row["day"] <= days[1]
                and row["status"] != "no rule"
            ]
            minutes = sum((row["end"] - row["start"]).total_seconds() / 60 for row in visits)
            owed_min = sum(row["planned_min"] for row in rules) if rules else None
            if visits or owed_min:
                found[area_id, service] = (len(visits), minutes, owed_min)
    return found


@pytest.mark.parametrize("last", [MONDAY, date(2024, 6, 9)])
@pytest.mark.parametrize("services", [(OUTREACH,), (POLICE, OUTREACH), ()])
def test_planned_minutes_are_those_a_person_would_count_by_hand(services, last):
    paper, owed = make_paper(), make_owed()
    doses = count_plan_doses(paper, services, (MONDAY, last), owed)
    counted = {
        (row["area_id"], row["service"]): (row["visits"], row["planned_min"], row["owed_min"])
        for row in doses.iter_rows(named=True)
    }
    assert counted == doses_by_counting(paper, services, (MONDAY, last), owed)
    assert list(counted) == list(doses_by_counting(paper, services, (MONDAY, last), owed))
