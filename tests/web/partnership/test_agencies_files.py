"""Files of patrols, rosters, trackers and services: looked at first, kept whole, undone whole."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile

from patrolwise.web.agencies.models import DayCount, HoursRow, RosterRow, TrackedVisit, Upload
from patrolwise.web.commons import clock

from .agency_rows import (
    AT,
    DAY,
    NOW,
    add_agency,
    add_places,
    add_shift,
    add_stream,
    keep,
    new_hours,
)

PATROLS = """hot_spot,unit,start,end,people,paid,stream
Clock Tower,W1,2026-11-04 18:00,2026-11-04 18:30,2,in kind,
hs-2,W1,04/11/2026 18:30,04/11/2026 19:00,2,in kind,
"""
INSIDE, OUTSIDE = (52.635, -1.133), (52.645, -1.133)  # latitude, longitude


@pytest.fixture
def wardens(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    add_places()
    return add_agency(person=people["agency"])


def send(client, text, kind="patrols", page="/patrols/files/", **more):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("November.csv", data)
    return client.post(page, {"kind": kind, "file": file, "people": 1} | more)


def do(client, what, **more):
    newest = Upload.objects.first()
    page = "/patrols/files/" if newest.agency_id else "/ledger/services/"
    return client.post(f"{page}{newest.pk}/", {"do": what} | more)


def test_a_file_of_patrols_is_looked_at_kept_and_undone(sign_in, wardens):
    client = sign_in("agency")
    assert send(client, PATROLS).status_code == 302
    newest = Upload.objects.get()
    page = client.get(f"/patrols/files/{newest.pk}/").content.decode()
    assert "No fault was found" in page
    assert "Market" in page
    assert not HoursRow.objects.exists()
    assert do(client, "keep").status_code == 302
    assert "Send the file again" in do(client, "keep").content.decode()
    assert [one.patrol_minutes for one in HoursRow.objects.all()] == [30, 30]
    assert "is kept already" in send(client, PATROLS).content.decode()
    assert "required" in do(client, "undo", reason="").content.decode()
    assert do(client, "undo", reason="Wrong month").status_code == 302
    assert not HoursRow.objects.filter(withdrawn_at=None).exists()
    assert set(HoursRow.objects.values_list("reason", flat=True)) == {"Wrong month"}
    send(client, PATROLS)
    assert do(client, "keep").status_code == 302
    assert HoursRow.objects.filter(withdrawn_at=None).count() == 2


def test_all_that_is_wrong_with_a_file_is_told_at_once_and_nothing_is_kept(sign_in, wardens):
    client = sign_in("agency")
    send(client, PATROLS.replace("Clock Tower", "Nowhere").replace("hs-2,W1", "hs-2,Sarah Jones"))
    page = client.get(f"/patrols/files/{Upload.objects.get().pk}/").content.decode()
    assert "Nowhere" in page
    assert "somebody&#x27;s name" in page
    keep(wardens, new_hours(10, 30))
    send(client, PATROLS)
    faults = " ".join(Upload.objects.first().faults)
    assert faults.count("is in both at once") == 2
    assert "Send the file again" in do(client, "keep").content.decode()
    assert do(client, "drop").status_code == 302
    for text, why in (
        (PATROLS.replace("stream\n", "stream,note\n"), "no names and no notes"),
        ("hot_spot,unit\n", "lacks"), ("\n", "is empty"),
        (PATROLS.replace("18:30,2", "17:00,2"), "after start"),
        (PATROLS.replace("18:30,2", "18:30,0"), "too small"),
    ):  # fmt: skip
        send(client, text)
        newest = Upload.objects.first()
        told = " ".join(newest.faults)
        assert (newest.state, why in told) == ("faulty", True), told
    assert HoursRow.objects.count() == 1


def test_another_agencys_file_is_not_there(sign_in, wardens, people):
    send(sign_in("agency"), PATROLS)
    newest = Upload.objects.get()
    Upload.objects.filter(pk=newest.pk).update(agency=add_agency("faith"))
    assert sign_in("agency").get(f"/patrols/files/{newest.pk}/").status_code == 404
    assert sign_in("programme").get(f"/ledger/services/{newest.pk}/").status_code == 404


def test_a_roster_bounds_hours_in_whatever_order_they_come(sign_in, wardens):
    client, header = sign_in("agency"), "unit,start,end,people\n"
    keep(wardens, new_hours(0, 60))
    send(client, header + "W1,2026-11-04 18:00,2026-11-04 18:30,2\n", "roster")
    assert "not rostered" in do(client, "keep").content.decode()
    assert not RosterRow.objects.exists()
    send(client, header + "W1,2026-11-04 18:00,2026-11-04 22:00,2\n", "roster")
    assert do(client, "keep").status_code == 302
    line = "hs-2,W1,2026-11-04 19:00,2026-11-04 {},2,in kind,\n"
    columns = PATROLS.splitlines(keepends=True)[0]
    send(client, columns + line.format("22:01"))
    assert "not rostered" in " ".join(Upload.objects.first().faults)
    send(client, columns + line.format("22:00"))
    assert do(client, "keep").status_code == 302
    add_shift(add_agency("faith"))
    roster = Upload.objects.filter(kind="roster", state="kept").get()
    answer = client.post(f"/patrols/files/{roster.pk}/", {"do": "undo", "reason": "x"})
    assert answer.status_code == 302  # with no roster left none is kept, and in kind needs none
    assert not RosterRow.objects.filter(agency=wardens, withdrawn_at=None).exists()


def test_a_roster_that_pays_for_hours_is_not_taken_away(sign_in, wardens):
    stream = add_stream(wardens)
    client = sign_in("agency")
    send(client, "unit,start,end,people\nW1,2026-11-04 18:00,2026-11-04 22:00,2\n", "roster")
    do(client, "keep")
    keep(wardens, new_hours(paid="funded", stream=stream, patrol_type="extra-funded"))
    assert "need a roster" in do(client, "undo", reason="x").content.decode()
    assert RosterRow.objects.filter(withdrawn_at=None).count() == 1


def make_track(places):
    """Return a GPX file of one position every 20 seconds."""
    points = "".join(
        f'<trkpt lat="{at[0]}" lon="{at[1]}">'
        f"<time>{(AT + timedelta(seconds=20 * n)).isoformat()}</time></trkpt>"
        for n, at in enumerate(places)
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    )


def test_a_trackers_file_becomes_visits_and_its_positions_are_thrown_away(sign_in, wardens):
    client = sign_in("agency")
    track = make_track([OUTSIDE] * 6 + [INSIDE] * 60 + [OUTSIDE] * 12)
    assert "which unit" in send(client, track, "tracker").content.decode()
    assert send(client, track, "tracker", unit="W1").status_code == 302
    found = Upload.objects.get()
    page = client.get(f"/patrols/files/{found.pk}/").content.decode()
    assert "2 visits. Nobody logged 1 of them" in page  # both spots have the same square
    assert "were thrown away" in page
    assert do(client, "keep").status_code == 302
    visit = TrackedVisit.objects.filter(hot_spot_id="hs-1").get()
    assert 18 <= visit.minutes <= 21
    assert 0 < visit.error_minutes < 5
    row = HoursRow.objects.get()
    assert (row.basis, row.sent_by, row.patrol_minutes) == ("tracker", "tracker", 20)
    kept = json.dumps([
        serializers.serialize("json", model.objects.all())
        for model in (Upload, TrackedVisit, HoursRow)
    ])  # fmt: skip
    assert "52.6" not in kept
    assert "-1.13" not in kept
    assert do(client, "undo", reason="Another unit").status_code == 302
    assert not TrackedVisit.objects.filter(withdrawn_at=None).exists()


def test_a_trackers_visit_that_was_logged_is_counted_once(sign_in, wardens):
    keep(wardens, new_hours(0, 30))
    client = sign_in("agency")
    send(client, make_track([INSIDE] * 60), "tracker", unit="W1")
    assert do(client, "keep").status_code == 302
    assert HoursRow.objects.count() == 1
    assert TrackedVisit.objects.count() == 2
    assert b"is not GPX" in send(client, b"x", "tracker", unit="W1").content or (
        Upload.objects.first().state == "faulty"
    )
    send(client, make_track([OUTSIDE] * 5), "tracker", unit="W1")
    assert "in no hot spot" in " ".join(Upload.objects.first().notes)


COUNTS = "hot_spot,day,service,patrol_minutes,person_minutes\nhs-1,2026-11-04,police,90,180\n"


def test_services_minutes_come_as_counts_and_never_twice(sign_in, wardens):
    police = add_agency("police", kind="police")
    client = sign_in("programme")
    services = {"kind": "counts", "page": "/ledger/services/"}
    assert send(client, COUNTS, **services).status_code == 302
    assert do(client, "keep").status_code == 302
    assert DayCount.objects.get().person_minutes == 180
    send(client, COUNTS + "Market,2026-11-04,The police,9,9\n", **services)
    assert "counted already" in " ".join(Upload.objects.first().faults)
    told = sign_in("agency").get("/minutes/").content.decode()
    assert "The police" in told
    assert "not known" in told
    with pytest.raises(Exception, match="sent as a count"):
        keep(police, new_hours())
    assert do(client, "drop").status_code == 302
    kept = Upload.objects.get(state="kept")
    client.post(f"/ledger/services/{kept.pk}/", {"do": "undo", "reason": "Wrong day"})
    keep(police, new_hours())
    send(client, COUNTS, **services)
    assert "has rows in the ledger" in " ".join(Upload.objects.first().faults)


def test_services_hours_come_in_the_returns_own_form(sign_in, wardens):
    add_agency("police", kind="police")
    names = ("row_id,area_id,agency,unit_id,staff,start,end,patrol_type,activity,paid,visibility,"
             "basis,stream_id,staff_codes,recorded,withdrawn")  # fmt: skip
    row = ("{},hs-1,police,{},2,2026-11-04T18:00Z,2026-11-04T19:00Z,targeted,patrol,overtime,"
           "police uniform,tracker,,{},2026-11-04,{}")  # fmt: skip
    lines = [row.format(1, "P1", "a b", ""), row.format(2, "P2", "", ""),
             row.format(3, "P1", "", "2026-11-04")]  # fmt: skip
    client = sign_in("commissioner")
    send(client, "\n".join([names, *lines]) + "\n", "hours", "/ledger/services/")
    newest = Upload.objects.get()
    assert (newest.state, newest.number) == ("read", 2), newest.faults
    assert "1 rows were taken back" in newest.notes[0]
    assert do(client, "keep").status_code == 302
    kept = HoursRow.objects.order_by("unit_id")
    assert [(one.unit_id, one.paid, one.staff_codes) for one in kept] == [
        ("P1", "overtime", "a b"), ("P2", "overtime", ""),
    ]  # fmt: skip
    assert {one.day for one in kept} == {DAY}
    double = [row.format(4, "P3", "a c", "")]
    send(client, "\n".join([names, *double]) + "\n", "hours", "/ledger/services/")
    assert "Staff a of police is in both" in " ".join(Upload.objects.first().faults)
