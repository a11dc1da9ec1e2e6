"""Debriefs get the minutes of the trackers, once their day was counted after the shift."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from patrolwise.web.livemap.debriefs import join_counted_debriefs
from patrolwise.web.livemap.models import CountedDay, Stay
from patrolwise.web.tasking.models import Debrief, Plan, PlanState, UnitShift

DAY = date(2026, 3, 2)
START, END = datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 2, 20, tzinfo=UTC)
NOW = END + timedelta(hours=2)


@pytest.fixture
def debrief(db):
    plan = Plan.objects.create(
        first=DAY,
        last=DAY,
        state=PlanState.PUBLISHED,
        folder="x",
        programme_sha256="",
        seed=1,
        is_whole=True,
        report={},
        made=START,
        made_by_id=1,
    )
    UnitShift.objects.create(
        plan=plan, unit_id="u", service="police", day=DAY, start=START, end=END
    )
    return Debrief.objects.create(
        unit_id="u", service="police", day=DAY, said=END, said_by_id=1, client_id="c"
    )


def count(at):
    CountedDay.objects.create(
        spot_set_id=1,
        device_id=1,
        day=DAY,
        unit_id="u",
        service="police",
        fixes=9,
        counted=at,
        start=START,
        end=END,
    )


def stay(area_id, hour, seconds, unit_id="u"):
    start = datetime(2026, 3, 2, hour, 5, tzinfo=UTC)
    Stay.objects.create(
        spot_set_id=1,
        unit_id=unit_id,
        service="police",
        area_id=area_id,
        day=DAY,
        start=start,
        end=start + timedelta(seconds=seconds),
        patrol_s=seconds,
        person_s=2 * seconds,
        unknown_s=0,
        is_pass_through=False,
        edge_s=0,
        variance_s2=0,
        common_s=0,
    )


def test_minutes_of_the_shift_are_joined_by_hot_spot(debrief):
    count(NOW)
    stay("a", 14, 600)
    stay("a", 16, 330)
    stay("b", 17, 60)
    stay("a", 21, 999)  # after the shift
    stay("a", 15, 999, unit_id="other")
    assert join_counted_debriefs(NOW) == 1
    debrief.refresh_from_db()
    assert debrief.minutes == {"a": 15.5, "b": 1.0}
    assert debrief.joined is not None
    assert join_counted_debriefs(NOW) == 0  # once


def test_a_day_that_was_counted_before_the_shift_was_over_waits(debrief):
    count(END - timedelta(hours=1))
    assert join_counted_debriefs(NOW) == 0
    debrief.refresh_from_db()
    assert debrief.joined is None


def test_a_unit_without_fixes_waits_until_it_is_counted(debrief):
    assert join_counted_debriefs(NOW) == 0


def test_the_nightly_command_says_how_many(db, capsys):
    call_command("count_doses", days=1)
    assert "0 debriefs joined" in capsys.readouterr().out
