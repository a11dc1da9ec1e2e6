"""An agency's own tracks: its own people see them for 31 days, and nobody else any position."""

import io
import zipfile
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from patrolwise.outreach.retention import load_retention
from patrolwise.places.projection import to_national_grid
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.agencies import tracks
from patrolwise.web.agencies.models import UnitTrack, Upload
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock

from .. import permissions
from .agency_rows import AT, NOW, add_agency, add_places

INSIDE = (52.63517, -1.13329)  # in a hot spot; its digits are in no outline
TAINT = ("52.6351", "-1.1332", "1.13329")
GONE = date(2026, 12, 5)  # 31 days after the last position
LIST = "/patrols/tracks/"


def write_gpx(places, step_s=20, start=AT):
    points = "".join(
        f'<trkpt lat="{latitude}" lon="{longitude}">'
        f"<time>{(start + timedelta(seconds=step_s * n)).isoformat()}</time></trkpt>"
        for n, (latitude, longitude) in enumerate(places)
    )
    return (
        '<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    )


@pytest.fixture
def wardens(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    add_places()
    return add_agency(person=people["agency"])


def send(client, places, start=AT):
    file = SimpleUploadedFile("walk.gpx", write_gpx(places, start=start).encode())
    given = {"kind": "tracker", "file": file, "people": 1, "unit": "W1"}
    assert client.post("/patrols/files/", given).status_code == 302
    return Upload.objects.first()


def do(client, upload, what, **more):
    assert client.post(f"/patrols/files/{upload.pk}/", {"do": what} | more).status_code == 302


@pytest.fixture
def kept(wardens, sign_in):
    """Return a client of the agency that kept a tracker's file of twenty minutes in one place."""
    client = sign_in("agency")
    upload = send(client, [INSIDE] * 60)
    do(client, upload, "keep")
    return client


def test_its_own_people_see_a_list_then_a_table_then_a_drawing(kept):
    track = UnitTrack.objects.get()
    page = kept.get(LIST).content.decode()
    assert "W1" in page
    assert "5 Dec 2026" in page
    assert not [one for one in TAINT if one in page]  # the list opens no position
    page = kept.get(f"{LIST}{track.pk}/").content.decode()
    for words in ("52.63517", "-1.13329", "Clock Tower", "simplified", "of 60 positions", "<svg"):
        assert words in page
    assert page.index("<table") < page.index("<svg")


def test_nobody_sees_where_it_went_before_the_file_is_kept_or_after_it_is_undone(wardens, sign_in):
    client = sign_in("agency")
    assert "There is no track." in client.get(LIST).content.decode()
    upload = send(client, [INSIDE] * 60)
    waiting = UnitTrack.objects.get()
    assert "until 5 December 2026" in client.get(f"/patrols/files/{upload.pk}/").content.decode()
    assert client.get(f"{LIST}{waiting.pk}/").status_code == 404
    do(client, upload, "drop")
    assert not UnitTrack.objects.exists()
    upload = send(client, [INSIDE] * 60)
    do(client, upload, "keep")
    assert client.get(f"{LIST}{UnitTrack.objects.get().pk}/").status_code == 200
    do(client, upload, "undo", reason="Another unit")
    assert not UnitTrack.objects.exists()


def test_each_goes_31_days_after_its_last_position_by_the_job_and_from_the_page_before(
    kept, monkeypatch, capsys
):
    track = UnitTrack.objects.get()
    assert (track.retention_class, track.delete_on) == ("agency-track", GONE)
    assert load_retention()["agency-track"].keep == "31 days"
    midnight = datetime(2026, 12, 5, tzinfo=NOW.tzinfo)
    assert tracks.drop_old_tracks(midnight - timedelta(minutes=1)) == 0
    monkeypatch.setattr(clock, "now", lambda: midnight)
    assert kept.get(f"{LIST}{track.pk}/").status_code == 404  # though the job was not yet there
    assert "There is no track." in kept.get(LIST).content.decode()
    assert tracks.drop_old_tracks(midnight) == 1
    assert not UnitTrack.objects.exists()
    assert Event.objects.get(action="agency tracks dropped").detail == {"tracks": 1}
    call_command("drop_old_records")
    assert "Tracks of agencies: 0." in capsys.readouterr().out


def test_a_track_whose_days_are_over_when_it_comes_is_not_kept_at_all(wardens, sign_in):
    client = sign_in("agency")
    upload = send(client, [INSIDE] * 60, start=AT - timedelta(days=31))
    assert "not kept: its last position is too long ago" in " ".join(upload.notes)
    assert not UnitTrack.objects.exists()


def test_another_agency_and_every_other_role_find_no_such_page(kept, sign_in, people):
    track = UnitTrack.objects.get()
    pages = (LIST, f"{LIST}{track.pk}/")
    for role in set(ROLES) - {"agency"}:
        assert [sign_in(role).get(page).status_code for page in pages] == [404, 404], role
    other = Person.objects.create(email="other@example.org", name="Other", role="agency")
    add_agency("faith", other)
    client = Client()
    client.force_login(other)
    assert client.get(pages[0]).status_code == 200
    assert "W1" not in client.get(pages[0]).content.decode()
    assert client.get(pages[1]).status_code == 404


def read_all(answer):
    """Return what an answer holds, each file of a zip by itself."""
    data = answer.content
    if answer["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [archive.read(name).decode() for name in archive.namelist()]
    return [data.decode(errors="replace")]


def test_no_page_and_no_file_of_anybody_else_has_a_position(kept, sign_in):
    upload, track = Upload.objects.get(), UnitTrack.objects.get()
    with_more = [
        "/minutes/?csv=1", "/ledger/file/?quarter=2026-Q3", "/ledger/file/",
        f"/patrols/files/{upload.pk}/", f"/ledger/services/{upload.pk}/",
        f"{LIST}{track.pk}/",
    ]  # fmt: skip
    plain = [reverse(name) for name in permissions.list_plain()]
    other = Person.objects.create(email="other@example.org", name="Other", role="agency")
    add_agency("faith", other)
    faith = Client()
    faith.force_login(other)
    clients = {role: sign_in(role) for role in set(ROLES) - {"agency"}} | {"faith": faith}
    seen = 0
    for role, client in clients.items():
        for page in [*plain, *with_more]:
            answer = client.get(page, follow=True)
            seen += answer.status_code == 200
            for text in read_all(answer):
                assert not [one for one in TAINT if one in text], (role, page)
    assert seen > 60
    # of its own pages that of the track alone has one
    for page in plain:
        assert not [one for one in TAINT if one in kept.get(page, follow=True).content.decode()]


def test_what_the_database_and_its_backups_hold_is_sealed(kept):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                told = " ".join(
                    bytes(one).decode("latin-1")
                    if isinstance(one, (bytes, memoryview))
                    else str(one)
                    for one in row
                )
                assert not [one for one in TAINT if one in told], table


def test_no_position_that_is_left_out_is_further_than_ten_metres_from_the_line():
    chance = np.random.default_rng(7)
    steps = chance.normal(0, 8, (500, 2)).cumsum(axis=0) + np.array([458_000, 304_000])
    seconds = 20 * np.arange(500) + np.where(np.arange(500) >= 300, 900, 0)
    times = [AT + timedelta(seconds=int(one)) for one in seconds]
    fixes = pl.DataFrame({"time": times, "x": steps[:, 0], "y": steps[:, 1]})
    walked = tracks.simplify(fixes.reverse())
    assert [len(walked.legs), walked.positions] == [2, 500]
    assert (walked.start, walked.end) == (times[0], times[-1])
    assert sum(map(len, walked.legs)) < 250
    given = {float(second): xy for second, xy in zip(seconds, steps, strict=True)}
    begin = AT.timestamp()
    for leg, part in zip(walked.legs, (steps[:300], steps[300:]), strict=True):
        line = shapely.LineString(tracks.project(leg))
        assert max(line.distance(shapely.Point(xy)) for xy in part) <= tracks.TOLERANCE_M + 1.5
        for second, longitude, latitude in leg:  # what is left has its own time
            x, y = to_national_grid([longitude], [latitude])
            assert np.hypot(x[0] - given[second - begin][0], y[0] - given[second - begin][1]) < 1.5
    single = tracks.simplify(fixes.head(1))
    assert (len(single.legs[0]), tracks.measure_m(single.legs)) == (1, 0.0)
