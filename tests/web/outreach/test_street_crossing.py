"""What leaves the street for the police side, and what comes from there: places only."""

import datetime as dt
import json

import pytest

from patrolwise.errors import RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions import concerns
from patrolwise.web.exchange.delivery import exchange_parcels
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.street import crossing, minutes, taking
from patrolwise.web.street.actions import safety
from patrolwise.web.street.models import (
    BriefItem,
    HotSpotMinutes,
    OutreachBrief,
    Place,
    PlaceDebrief,
    PlaceIssue,
    Shift,
    Track,
)

from . import cases
from .streets import END, NOW, START, TODAY, make_place, make_shift, walk, writing
from .test_casework_actions import move, refer
from .test_street_actions import debrief, log, report

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def worker(people, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)
    make_place()
    make_place("hs-2", "Market", east=0.01)
    return people["worker"]


def track(person, shift, fixes, number=1, device=""):
    safety.keep_track(
        writing=writing(person)
        if not device
        else writing(person).__class__(by=person, now=NOW, device_id=device),
        track_id=f"018f0000-0000-7000-8000-00000000000{number}",
        shift=shift,
        fixes=fixes,
    )


def test_minutes_are_reckoned_by_the_librarys_rule_when_the_shift_is_over(worker):
    shift = make_shift(worker)
    track(worker, shift, walk(40))
    assert minutes.reckon_shifts(END) == 0  # phones may come back into signal
    assert minutes.reckon_shifts(END + HOUR) == 1
    assert minutes.reckon_shifts(END + HOUR) == 0
    one, two = HotSpotMinutes.objects.order_by("hot_spot_id")
    assert one.minutes == pytest.approx(40, abs=0.6)
    assert one.least <= one.minutes <= one.most
    assert (one.visits, two.visits, two.minutes) == (1, 0, 0.0)
    assert (one.shift_start, one.date) == (START.time(), TODAY)


def test_two_phones_of_a_pair_are_one_patrol(worker, people):
    shift = make_shift(worker, people["other"])
    track(worker, shift, walk(40), number=1, device="a")
    track(people["other"], shift, walk(40), number=2, device="b")
    minutes.reckon_shifts(END + HOUR)
    assert HotSpotMinutes.objects.get(hot_spot_id="hs-1").minutes == pytest.approx(40, abs=0.6)


def test_two_pairs_of_the_same_hours_add_up(worker, people):
    for number, unit in enumerate(("out-1", "out-2"), start=1):
        shift = make_shift(worker, unit_id=unit)
        track(worker, shift, walk(20), number=number)
    minutes.reckon_shifts(END + HOUR)
    assert HotSpotMinutes.objects.get(hot_spot_id="hs-1").minutes == pytest.approx(40, abs=1)


def test_positions_that_come_late_count_and_are_forgotten_a_day_later(worker):
    shift = make_shift(worker)
    track(worker, shift, walk(10))
    minutes.reckon_shifts(END + HOUR)
    late = writing(worker, END + 2 * HOUR)
    safety.keep_track(
        writing=late, track_id="018f0000-0000-7000-8000-000000000009", shift=shift,
        fixes=[[t + 3600, x, y, a] for t, x, y, a in walk(10)],
    )  # fmt: skip
    assert minutes.reckon_shifts(END + 3 * HOUR) == 1
    assert HotSpotMinutes.objects.get(hot_spot_id="hs-1").minutes == pytest.approx(20, abs=1)
    assert minutes.forget_tracks(END + 23 * HOUR) == 0
    assert minutes.forget_tracks(END + DAY) == 2
    assert not Track.objects.exists()
    assert HotSpotMinutes.objects.exists()
    assert Event.objects.last().detail == {"tracks": 2}
    assert minutes.forget_tracks(END + DAY) == 0


def test_without_places_there_is_nothing_to_reckon(worker):
    shift = make_shift(worker)
    Place.objects.all().delete()
    assert minutes.reckon_shift(shift, END) == []


def test_what_is_due_crosses_once(worker):
    shift = make_shift(worker)
    track(worker, shift, walk(40))
    debrief(worker, shift, what_worked="Stall by the bus stop")
    report(worker)
    crossing.gather_due(END + HOUR)
    crossing.gather_due(END + 2 * HOUR)
    sent = {parcel.kind: parcel.body["rows"] for parcel in Parcel.objects.all()}
    assert Parcel.objects.count() == 4
    assert sent["minutes"][0]["hot_spot_id"] == "hs-1"
    assert sent["minutes"][0]["minutes"] == pytest.approx(40, abs=0.6)
    assert sent["issues"][0]["text"] == "Two lamps out"
    assert sent["debriefs"][0]["what_worked"] == "Stall by the bus stop"
    assert {row["month"] for row in sent["counts"]} == {"2026-01"}
    everything = json.dumps(sent)
    for word in (worker.name, worker.email, "out-1", "-1.13"):
        assert word not in everything


def test_what_may_not_cross_is_held_back_and_holds_up_nothing(worker):
    shift = make_shift(worker)
    debrief(worker, shift, what_worked="Fine")
    PlaceDebrief.objects.update(what_worked="Aisha liked it")  # as if by another hand
    report(worker)
    crossing.gather_due(END + HOUR)
    assert PlaceDebrief.objects.get().crossing == "held back"
    assert PlaceIssue.objects.get().crossing == "sent"
    assert not Parcel.objects.filter(kind="debriefs").exists()
    held = Event.objects.get(action="held back")
    assert (held.subject, held.detail) == ("debriefs", {"rows": 1})


def test_a_month_is_counted_by_place_rounded_and_small_ones_hidden(worker, people):
    for number in range(9):
        log(worker, contact_id=f"018f0000-0000-7000-8000-0000000001{number:02d}", group_size=3)
    log(worker, contact_id="018f0000-0000-7000-8000-000000000200", hot_spot_id="hs-2")
    case = cases.open_case(worker, hot_spot_id="hs-1")
    cases.open_case(worker)
    service = cases.make_service()
    cases.consent_to(worker, case, service)
    move(worker, refer(worker, case, service), "sent")
    concerns.raise_concern(
        writing=writing(worker), case=None, new=concerns.NewConcern(hot_spot_id="hs-1")
    )
    make_place("hs-3", "Gone", valid_until=dt.date(2026, 2, 1))
    rows = crossing.list_counts("2026-03")
    told = {(row["measure"], row["hot_spot_id"]): row["count"] for row in rows}
    assert told["contacts", "hs-1"] == 10
    assert told["contacts", "hs-2"] == "*"
    assert told["people in contacts", "hs-1"] == 25
    assert told["engagements", "hs-1"] == "*"
    assert told["engagements", "hs-2"] == 0
    assert told["referrals", "hs-1"] == "*"
    assert told["concerns", "hs-1"] == "*"
    assert told["referrals completed", "hs-1"] == 0
    assert {spot for _, spot in told} == {"hs-1", "hs-2"}


def test_a_month_crosses_once_it_has_settled_and_never_again(worker):
    crossing.gather_due(dt.datetime(2026, 4, 6, 12, tzinfo=dt.UTC))
    log(worker)
    crossing.gather_due(dt.datetime(2026, 4, 8, 12, tzinfo=dt.UTC))
    crossing.gather_due(dt.datetime(2026, 4, 9, 12, tzinfo=dt.UTC))
    months = [p.body["rows"][0]["month"] for p in Parcel.objects.order_by("number")]
    assert months == ["2026-02", "2026-03"]


PLACE = {
    "hot_spot_id": "hs-7", "name": "Clock Tower", "set_version": "seven@2",
    "shape": {"type": "Polygon", "coordinates": []}, "valid_from": "2026-03-01",
    "valid_until": None,
}  # fmt: skip


def test_places_are_taken_in_and_a_version_stands_once(worker):
    taking.take_places([PLACE, {**PLACE, "hot_spot_id": "hs-8", "valid_until": "2026-05-01"}], NOW)
    taking.take_places([{**PLACE, "name": "Clock Tower North"}], NOW)
    found = Place.objects.filter(set_version="seven@2").order_by("hot_spot_id")
    assert [(one.hot_spot_id, one.name) for one in found] == [
        ("hs-7", "Clock Tower North"), ("hs-8", "Clock Tower"),
    ]  # fmt: skip
    assert found[1].valid_until == dt.date(2026, 5, 1)


def plan(start=START, **more):
    visit = {
        "hot_spot_id": "hs-1", "start": start.isoformat(), "end": (start + HOUR).isoformat(),
    }  # fmt: skip
    return {
        "unit_id": "out-1", "date": start.date().isoformat(), "start": start.isoformat(),
        "end": (start + 6 * HOUR).isoformat(), "visits": [visit], **more,
    }  # fmt: skip


def test_the_plan_is_taken_in_and_may_change_until_the_shift_begins(worker):
    taking.take_plan([plan()], NOW)
    taking.take_plan([plan(visits=[])], NOW)
    shift = Shift.objects.get()
    assert shift.visits.count() == 0
    taking.take_plan([plan()], NOW)
    assert shift.visits.get().hot_spot_id == "hs-1"
    Shift.objects.update(status="on")
    with pytest.raises(RefusedError, match="has begun"):
        taking.take_plan([plan()], NOW)


def test_notes_about_places_go_into_the_brief_of_their_day(worker):
    note = {
        "hot_spot_id": "hs-1", "text": "Car park closed for works",
        "valid_from": (NOW - DAY).isoformat(), "valid_until": (NOW + DAY).isoformat(),
    }  # fmt: skip
    taking.take_released([note, note], NOW)
    assert OutreachBrief.objects.get().date == TODAY
    kept = BriefItem.objects.get()
    assert (kept.source, kept.text) == ("police", "Car park closed for works")


def test_all_of_it_goes_through_the_folder(worker, settings, tmp_path):
    settings.EXCHANGE_FOLDER = tmp_path / "shared"
    settings.EXCHANGE_PEER = tmp_path / "peer.pub"
    settings.EXCHANGE_PEER.write_text("00" * 32)
    report(worker)
    crossing.gather_due(END + HOUR)
    assert exchange_parcels(END + HOUR).sent == 2
