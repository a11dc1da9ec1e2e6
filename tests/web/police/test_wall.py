"""Where outreach workers are or were never comes into the police and partners' site."""

from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.web.accounts.wall import is_of_outreach
from patrolwise.web.field.assignments_actions import Given, hand_over
from patrolwise.web.field.devices_actions import DeviceDetails, give_device
from patrolwise.web.field.models import Device
from patrolwise.web.field.queries_phone import find_said_shift, list_units_on_duty, unit_of
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Plan, PlanState, UnitShift

from .patrol_rows import make_programme

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def give(by, service):
    details = DeviceDetails(name="Tracker 1", refresh_s=30.0)
    return give_device(by=by, details=details, given=Given(unit_id="u", service=service), now=NOW)


@pytest.fixture(autouse=True)
def programme(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    kinds = {"police": "", "Street outreach": "outreach", "Turning Point": "outreach"}
    return make_programme(tmp_path, **kinds)


@pytest.fixture
def shifts(db):
    plan = Plan.objects.create(
        first=local_day(NOW),
        last=local_day(NOW),
        state=PlanState.PUBLISHED,
        folder="x",
        programme_sha256="",
        seed=1,
        is_whole=True,
        report={},
        made=NOW,
        made_by_id=1,
        published=NOW,
    )
    return {
        service: UnitShift.objects.create(
            plan=plan,
            unit_id=f"{service}-1",
            service=service,
            day=local_day(NOW),
            start=NOW - timedelta(hours=1),
            end=NOW + timedelta(hours=5),
        )
        for service in ("police", "Street outreach")
    }


@pytest.mark.parametrize(
    "service", ["outreach", "Street Outreach", "OUTREACH", "Street outreach", "Turning Point"]
)
def test_no_tracker_is_given_to_outreach(service, people):
    with pytest.raises(InputError, match="stay with the outreach service"):
        give(people["coordinator"], service)
    assert not Device.objects.exists()


def test_no_tracker_is_handed_over_to_outreach(people):
    by = people["coordinator"]
    device = give(by, "police").device
    for service in ("outreach", "Turning Point"):
        given = Given(unit_id="u2", service=service, start=NOW)
        with pytest.raises(InputError, match="stay with the outreach service"):
            hand_over(by=by, device=device, given=given)
    device.refresh_from_db()
    assert (device.service, device.assignments.get().unit_id) == ("police", "u")


def test_nobody_speaks_from_the_street_for_a_unit_of_outreach(people, shifts):
    officer = people["officer"]
    assert [one.service for one in list_units_on_duty(officer, NOW)] == ["police"]
    assert find_said_shift(officer, unit_of(shifts["police"]), NOW) == shifts["police"]
    assert find_said_shift(officer, unit_of(shifts["Street outreach"]), NOW) is None


def test_outreach_is_known_by_its_name():
    assert is_of_outreach("Turning point outreach")
    assert not is_of_outreach("police")
