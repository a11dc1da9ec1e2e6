"""How rows print, where they turn up in errors: never with a person's name."""

from datetime import UTC, date, datetime

import pytest

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.signals import record_sign_out
from patrolwise.web.audit.models import Event
from patrolwise.web.field import models as field
from patrolwise.web.insight.models import EvaluationRun
from patrolwise.web.problems import models as problems
from patrolwise.web.records import models as records
from patrolwise.web.tasking import models as tasking

DAY, TIME = date(2026, 3, 1), datetime(2026, 3, 1, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (records.Upload(kind="crimes", name="a.csv"), "crimes: a.csv"),
        (records.SavedMapping(name="Airwave export"), "Airwave export"),
        (records.SpotSet(set_id="city", version=2), "city@2"),
        (records.DayCount(area_id="a", day=DAY), "a 2026-03-01"),
        (tasking.Plan(first=DAY, last=DAY), "2026-03-01 to 2026-03-01"),
        (tasking.UnitShift(unit_id="u", day=DAY), "u 2026-03-01"),
        (tasking.PlannedVisit(area_id="a", start=TIME), "a 14:05"),
        (tasking.PlannedVisit(start=TIME), "break 14:05"),
        (tasking.PlaceEvent(title="Market"), "Market"),
        (tasking.Brief(service="police", day=DAY), "police 2026-03-01"),
        (tasking.Receipt(read=TIME), "14:05"),
        (tasking.PlaceNote(kind="hazard", area_id="a"), "hazard at a"),
        (tasking.Debrief(unit_id="u", day=DAY), "u 2026-03-01"),
        (tasking.ProposedChange(what="x" * 90), "x" * 60),
        (problems.ProblemPlan(title="Dark arcade"), "Dark arcade"),
        (problems.PlanEvidence(source="Police records"), "Police records"),
        (problems.PlanHypothesis(text="x" * 90), "x" * 60),
        (problems.PlanAction(mechanism="x" * 90), "x" * 60),
        (problems.RegisteredMeasure(outcome="robbery@1"), "robbery@1"),
        (problems.PlaceAudit(area_id="a"), "a"),
        (problems.PlaceWalk(walked=TIME, light="dark"), "01 Mar 2026, dark"),
        (problems.PlaceIssue(item="cctv", state="found"), "cctv: found"),
        (problems.PlacePhoto(item="cctv"), "photograph of cctv"),
        (field.Device(name="tracker 1"), "tracker 1"),
        (field.Fix(time=5), "5"),
        (field.LastFix(time=6), "6"),
        (field.Assignment(unit_id="P1", start=TIME), "P1 from 2026-03-01 14:05"),
        (field.CheckIn(unit_id="u", is_in=True, time=TIME), "u in 14:05"),
        (field.CheckIn(unit_id="u", is_in=False, time=TIME), "u out 14:05"),
        (field.Abstraction(unit_id="u", reason="arrest"), "u: arrest"),
        (EvaluationRun(title="First year"), "First year"),
    ],
)
def test_a_row_prints_what_it_is(row, told):
    assert str(row) == told


def test_an_address_finds_its_person_whatever_its_capitals(people):
    assert Person.objects.get_by_natural_key("OFFICER@example.org") == people["officer"]


def test_the_end_of_a_session_that_nobody_was_signed_in_to_is_no_event(db):
    record_sign_out(user=None)
    assert not Event.objects.exists()
