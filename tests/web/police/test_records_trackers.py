"""Fixes are taken in of trackers that were given here, and of no others: none of outreach's."""

import io
import zipfile
from datetime import timedelta

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.demo import demo_programme, demo_study_area
from patrolwise.errors import InputError, RefusedError
from patrolwise.files.fix_store import write_fixes
from patrolwise.tables import FIXES, make_table
from patrolwise.web.field.models import Fix, LastFix
from patrolwise.web.livemap import arrivals
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.records import trackers
from patrolwise.web.records.actions import keep_upload, read_again, undo_upload
from patrolwise.web.records.models import State, Upload
from patrolwise.web.records.stored_files import find_stored, folder_of

from .patrol_rows import CORNER, DAY, NOON, make_book, make_device, make_set, send

STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


def fixes_of(device, first=NOON, minutes=20):
    rows = 2 * minutes + 1
    return pl.DataFrame(
        {
            "device_id": [device] * rows,
            "time": [first + STEP * n for n in range(rows)],
            "x": [CORNER[0] + 100] * rows,
            "y": [CORNER[1] + 100] * rows,
            "accuracy_m": [5.0] * rows,
        }
    )


def store(tmp_path, *parts):
    path = tmp_path / "sent.parquet"
    write_fixes(path, make_table(FIXES, pl.concat(parts)))
    return path.read_bytes()


def send_file(client, content, name="week.parquet", kind="fixes"):
    files = content if isinstance(content, list) else [SimpleUploadedFile(name, content)]
    client.post(reverse("upload-new"), {"kind": kind, "sent": files})
    return Upload.objects.first()


def minutes_of(area="a"):
    return sum(DayDose.objects.filter(day=DAY, area_id=area).values_list("patrol_min", flat=True))


def test_fixes_that_are_kept_count_and_count_no_more_once_undone(
    analyst, people, tmp_path, django_capture_on_commit_callbacks
):
    make_set()
    make_book()
    device = make_device("radio 7")
    send(device, NOON - timedelta(hours=1), 10)  # by the door, an hour before
    make_device("radio 9", unit_id="P9")  # of which the file has nothing
    before = list(Fix.objects.values_list("time", "received"))
    upload = send_file(analyst, store(tmp_path, fixes_of("radio 7")))
    assert upload.state == State.PREVIEW, upload.reason
    assert Fix.objects.count() == len(before)  # nothing counts before it is kept
    with django_capture_on_commit_callbacks(execute=True):
        keep_upload(by=people["analyst"], upload=upload)
    assert Fix.objects.count() == len(before) + 41
    assert LastFix.objects.get().time > max(time for time, _ in before)
    assert minutes_of() == pytest.approx(30.0)  # ten minutes and twenty
    assert arrivals.add_fixes.call(upload.pk) == 41  # once more, as after a crash
    assert Fix.objects.count() == len(before) + 41
    with django_capture_on_commit_callbacks(execute=True):
        undo_upload(by=people["analyst"], upload=upload, reason="of another week")
    assert list(Fix.objects.values_list("time", "received")) == before
    assert LastFix.objects.get().time == max(time for time, _ in before)
    assert minutes_of() == pytest.approx(10.0)
    assert arrivals.add_fixes.call(upload.pk) == 0  # its turn came after it was undone


def test_the_last_place_of_a_tracker_goes_with_its_only_fixes(
    analyst, people, tmp_path, django_capture_on_commit_callbacks
):
    make_device("radio 7")
    upload = send_file(analyst, store(tmp_path, fixes_of("radio 7")))
    for done in (keep_upload, lambda **of: undo_upload(reason="wrong", **of)):
        with django_capture_on_commit_callbacks(execute=True):
            done(by=people["analyst"], upload=upload)
    assert (Fix.objects.count(), LastFix.objects.count()) == (0, 0)


def test_a_file_with_a_tracker_that_is_not_of_this_site_is_refused_whole_and_forgotten(
    analyst, people, tmp_path, django_capture_on_commit_callbacks
):
    make_device("radio 7")
    content = store(tmp_path, fixes_of("pair 2"), fixes_of("radio 7"))
    with django_capture_on_commit_callbacks(execute=True):
        upload = send_file(analyst, content)
    assert upload.state == State.REFUSED
    assert "41 fixes are of 'pair 2', which is no tracker of this site." in upload.reason
    assert "stay with the outreach service" in upload.reason
    assert list(folder_of("incoming").iterdir()) == []
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "send it again" in page
    assert "Read it again" not in page
    with pytest.raises(RefusedError, match="Send it again"):
        read_again(by=people["analyst"], upload=upload)
    make_device("pair 2", unit_id="P2")  # it was the police's after all
    assert send_file(analyst, content).state == State.PREVIEW


def test_a_tracker_that_was_renamed_meanwhile_is_unknown_again(
    analyst, people, tmp_path, django_capture_on_commit_callbacks
):
    device = make_device("radio 7")
    upload = send_file(analyst, store(tmp_path, fixes_of("radio 7")))
    device.name = "radio 8"
    device.save()
    with pytest.raises(InputError, match="'radio 7', which is no tracker"):
        keep_upload(by=people["analyst"], upload=upload)
    Upload.objects.update(state=State.KEPT)
    assert arrivals.add_fixes.call(upload.pk) == 0
    upload.refresh_from_db()
    assert (upload.state, Fix.objects.count()) == (State.REFUSED, 0)


def test_too_many_fixes_and_too_many_trackers_are_told_together(analyst, tmp_path, monkeypatch):
    monkeypatch.setattr(trackers, "MOST_FIXES", 100)
    content = store(tmp_path, *(fixes_of(f"t{n:02}", minutes=2) for n in range(25)))
    reason = send_file(analyst, content).reason
    assert "'t19'" in reason
    assert "'t20'" not in reason
    assert "So are 5 others." in reason
    assert "It holds 125 fixes, and 100 can come at once." in reason


PROGRAMME = """
[programme]
title = "Walks"
{services}
[hot_spots]
id = "spots"
file = "spots.geojson"
chosen_on = {{ first = 2025-01-01, last = 2025-12-31 }}
definition = "robbery"
[tracking]
window = {{ first = 2026-03-01, last = 2026-03-31 }}
fixes = ["fixes.parquet"]
crews = "crews.csv"
abstractions = "away.csv"
"""
HEAD = "unit_id,service,start,end,device_id,people\n"
TIMES = "2026-03-01T08:00:00Z,2026-03-31T20:00:00Z"


def programme(tmp_path, services, crews, devices, away="", **more):
    named = "".join(
        f'[[services]]\nname = "{name}"\n' + (f'kind = "{kind}"\n' if kind else "")
        for name, kind in services
    )
    log = "service,unit_id,area_id,start,end,reason\n" + away
    held = {
        "programme.toml": PROGRAMME.format(services=named).encode(),
        "spots.geojson": demo_study_area().read_bytes(),
        "fixes.parquet": store(tmp_path, *(fixes_of(one, minutes=2) for one in devices)),
        "crews.csv": (HEAD + crews).encode(),
        "away.csv": log.encode(),
        **more,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_programme_that_holds_where_outreach_was_is_refused_with_all_its_faults(
    analyst, tmp_path, django_capture_on_commit_callbacks
):
    content = programme(
        tmp_path,
        [("Police", ""), ("Street outreach", ""), ("Turning Point", "outreach")],
        f"P1,Police,{TIMES},radio 7,2\nO1,Street outreach,{TIMES},pair 1,2\n",
        ["radio 7", "pair 1", "stray"],
        away="Street outreach,O1,a,2026-03-03T15:00:00Z,2026-03-03T15:10:00Z,arrest\n"
        "Police,P1,a,2026-03-03T15:00:00Z,2026-03-03T15:10:00Z,arrest\n",
    )
    with django_capture_on_commit_callbacks(execute=True):
        upload = send_file(analyst, content, "p.zip", "programme")
    assert upload.state == State.REFUSED
    for fault in (
        "Service Turning Point is outreach, and its name does not say so.",
        "crews.csv has 1 rows of Street outreach. Take them out.",
        "away.csv has 1 rows of Street outreach. Take them out.",
        "tracking.fixes holds fixes of pair 1, stray, which no crew of the police or a partner",
    ):
        assert fault in upload.reason
    assert [list(folder_of(part).iterdir()) for part in ("incoming", "programmes")] == [[], []]


def test_a_service_says_what_it_is(analyst, tmp_path):
    content = programme(
        tmp_path,
        [("Wardens", ""), ("Outreach", "police"), ("Police", "")],
        f"P1,Police,{TIMES},radio 7,2\n",
        ["radio 7"],
        away="Police,P1,,2026-03-03T15:00:00Z,2026-03-03T15:10:00Z,arrest\n",
    )
    reason = send_file(analyst, content, "p.zip", "programme").reason
    assert "Service Wardens does not say what it is." in reason
    assert "Service Outreach is called outreach, and its kind is police." in reason
    assert "away.csv: Row 2, column area_id is blank" in reason


def test_files_that_a_programme_does_not_name_are_not_kept(
    analyst, tmp_path, django_capture_on_commit_callbacks
):
    content = programme(
        tmp_path,
        [("Police", ""), ("Wardens", "partner"), ("Street outreach", "outreach")],
        f"P1,Police,{TIMES},radio 7,2\n",
        ["radio 7"],
        away="Police,P1,a,2026-03-03T15:00:00Z,2026-03-03T15:10:00Z,arrest\n",
        **{"outreach.gpx": b"<gpx/>", "notes/a.txt": b"where they were"},
    )
    with django_capture_on_commit_callbacks(execute=True):
        upload = send_file(analyst, content, "p.zip", "programme")
    assert upload.state == State.PREVIEW, upload.reason
    kept = {one.name for one in find_stored(upload.table).parent.rglob("*") if one.is_file()}
    assert kept == {"programme.toml", "spots.geojson", "fixes.parquet", "crews.csv", "away.csv"}
    (line,) = [line for line in upload.quality if line["what"] == "Files left out"]
    assert "notes/a.txt, outreach.gpx" in line["note"]
    assert list(folder_of("incoming").iterdir()) == []


def test_files_beside_a_programmes_own_folder_are_not_kept_either(analyst):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(demo_programme(), "ours/programme.toml")
        for path in demo_programme().parent.rglob("*"):
            if path.is_file() and path != demo_programme():
                archive.write(path, f"ours/{path.relative_to(demo_programme().parent)}")
        archive.writestr("outreach.gpx", "<gpx/>")
    upload = send_file(analyst, buffer.getvalue(), "p.zip", "programme")
    assert upload.state == State.PREVIEW, upload.reason
    assert not list(folder_of("programmes").rglob("outreach.gpx"))
    assert find_stored(upload.table).parent.name == "ours"
