"""Days on which a unit was out and no tracker saw it: against a twin that asks unit by unit."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols.compliance import COMPLIANCE
from patrolwise.study.patrol_silence import (
    UNSEEN_UNITS,
    allow_for_unseen,
    find_unseen_units,
    spread_over_days,
)
from patrolwise.tables import ASSIGNMENTS, DEVICE_DAYS, make_table
from patrolwise.times import Window

from .patrol_worlds import MONDAY, TUESDAY, at, crew, quiet_world, stand

WEEK = Window("week", MONDAY, MONDAY + timedelta(days=6))


def assignments_of(*rows):
    frame = pl.DataFrame(rows, ASSIGNMENTS.schema, orient="row")
    return make_table(ASSIGNMENTS, frame)


def days_of(*rows):
    """Return DEVICE_DAYS; a row is (device, day, first, last)."""
    blank = {"fixes": 1, "mock": 0, "repeated": 0, "spikes": 0, "observed_s": 0.0, "gap_s": 0.0}
    blank |= {"spread_m": 0.0, "grade": "A"}
    return make_table(
        DEVICE_DAYS,
        pl.DataFrame(
            [
                {"device_id": d, "day": day, "first": first, "last": last, **blank}
                for d, day, first, last in rows
            ]
        )
        if rows
        else None,
    )


def test_an_assignment_over_two_nights_is_cut_at_four_in_the_morning():
    rows = assignments_of(("u", "police", at(MONDAY, 0), at(TUESDAY, 900), "d", 2))
    spread = spread_over_days(rows, WEEK)
    four = [at(TUESDAY, -600), at(TUESDAY, 840)]
    assert spread.select("day", "start", "end").rows() == [
        (MONDAY, at(MONDAY, 0), four[0]),
        (TUESDAY, four[0], four[1]),
        (date(2024, 6, 5), four[1], at(TUESDAY, 900)),
    ]


def test_days_outside_the_window_are_left_out():
    rows = assignments_of(("u", "police", at(MONDAY, 0), at(TUESDAY, 900), "d", 2))
    assert spread_over_days(rows, Window("w", TUESDAY, TUESDAY))["day"].to_list() == [TUESDAY]


def test_a_unit_whose_tracker_kept_no_fix_while_it_had_it_is_unseen():
    rows = assignments_of(
        ("dark", "police", at(MONDAY, 0), at(MONDAY, 360), "d1", 2),
        ("late", "police", at(MONDAY, 0), at(MONDAY, 360), "d2", 2),
        ("seen", "police", at(MONDAY, 0), at(MONDAY, 360), "d3", 2),
        ("bare", "outreach", at(MONDAY, 0), at(MONDAY, 360), None, 2),
    )
    days = days_of(
        ("d2", MONDAY, at(MONDAY, 360), at(MONDAY, 400)),
        ("d3", MONDAY, at(MONDAY, -60), at(MONDAY, 0)),
    )
    assert find_unseen_units(rows, days, WEEK).rows() == [
        ("outreach", "bare", MONDAY, False),
        ("police", "dark", MONDAY, True),
        ("police", "late", MONDAY, True),
    ]


def test_a_device_day_of_which_nothing_was_kept_sees_nobody():
    rows = assignments_of(("u", "police", at(MONDAY, 0), at(MONDAY, 360), "d", 2))
    days = days_of(("d", MONDAY, None, None))
    assert find_unseen_units(rows, days, WEEK)["unit_id"].to_list() == ["u"]


def test_one_tracker_of_two_is_enough_to_see_a_unit():
    rows = assignments_of(
        ("u", "police", at(MONDAY, 0), at(MONDAY, 360), "dark", 1),
        ("u", "police", at(MONDAY, 0), at(MONDAY, 360), "d", 1),
    )
    days = days_of(("d", MONDAY, at(MONDAY, 10), at(MONDAY, 20)))
    assert find_unseen_units(rows, days, WEEK).height == 0


SPELL = st.tuples(
    st.sampled_from(["u1", "u2"]),
    st.integers(0, 2),  # day of the week
    st.integers(0, 500),  # to 22:20 UTC
    st.integers(1, 300),  # and before 04:00
    st.sampled_from(["d1", "d2", None]),
)
SIGHT = st.tuples(
    st.sampled_from(["d1", "d2"]), st.integers(0, 2), st.integers(0, 600), st.integers(0, 90)
)


@given(st.lists(SPELL, max_size=6), st.lists(SIGHT, max_size=5))
def test_unseen_units_are_those_that_a_person_would_list(spells, sights):
    days = [MONDAY + timedelta(days=n) for n in range(3)]
    rows = [
        (unit, "police", at(days[n], a), at(days[n], a + long), device, 2)
        for unit, n, a, long, device in spells
    ]
    firsts = {(d, days[n]): (at(days[n], a), at(days[n], a + long)) for d, n, a, long in sights}
    seen_days = days_of(*((d, day, *ends) for (d, day), ends in firsts.items()))
    found = find_unseen_units(assignments_of(*rows), seen_days, WEEK)
    by_hand = set()
    for day in days:
        for unit in ("u1", "u2"):
            own = [
                row
                for row in rows
                if row[0] == unit and (row[2] - timedelta(hours=4)).date() == day
            ]
            is_seen = False
            for _, _, start, end, device, _ in own:
                first, last = firsts.get((device, day), (None, None))
                is_seen |= first is not None and first < end and last >= start
            if own and not is_seen:
                by_hand.add((unit, day, any(row[4] is not None for row in own)))
    assert set(found.select("unit_id", "day", "has_device").rows()) == by_hand


def compliance_of(*verdicts):
    """Return COMPLIANCE of police on Monday in one area a verdict."""
    blank = {c.name: 0 if c.dtype.is_numeric() else None for c in COMPLIANCE.columns}
    rows = [
        {**blank, "area_id": f"a{n}", "day": MONDAY, "service": "police", "met": met}
        | {"is_backdated": False}
        for n, met in enumerate(verdicts)
    ]
    return make_table(COMPLIANCE, pl.DataFrame(rows, schema=COMPLIANCE.schema))


UNSEEN = make_table(
    UNSEEN_UNITS,
    {
        "service": ["police", "police"],
        "unit_id": ["p2", "p1"],
        "day": [MONDAY] * 2,
        "has_device": [True] * 2,
    },
)


def test_a_short_day_cannot_be_told_while_a_unit_was_unseen_and_says_why():
    verdicts = ("no", "yes", "cannot tell", "not planned", "no rule")
    allowed = allow_for_unseen(compliance_of(*verdicts), UNSEEN)
    assert allowed["met"].to_list() == ["cannot tell", *verdicts[1:]]
    assert allowed["why"].to_list() == ["no fix was kept of p1, p2"] + [None] * 4


@pytest.mark.parametrize(
    "change", [{"day": TUESDAY}, {"service": "outreach"}], ids=["another day", "another service"]
)
def test_days_and_services_without_an_unseen_unit_stay_short(change):
    other = UNSEEN.with_columns(pl.lit(value).alias(name) for name, value in change.items())
    allowed = allow_for_unseen(compliance_of("no"), other)
    assert allowed["met"].to_list() == ["no"]
    assert allowed["why"].to_list() == [None]


def test_a_day_without_fixes_of_an_assigned_unit_is_not_called_short(tmp_path):
    world = quiet_world(tmp_path)
    world.crews.append(crew("o1", "outreach", TUESDAY, "d1"))
    days = [one for one in world.results().days if one.service == "outreach"]
    verdicts = {(one.day, one.area_id): one.verdict for one in days}
    assert verdicts == {
        ("2024-06-03", "north"): "met",
        ("2024-06-03", "south"): "short",
        ("2024-06-04", "north"): "cannot tell",
        ("2024-06-04", "south"): "cannot tell",
    }
    world.fixes.append(stand("d1", TUESDAY, ("away", 0, 360)))
    verdicts = {d.verdict for d in world.results().days if d.day == "2024-06-04"}
    assert verdicts == {"short"}
