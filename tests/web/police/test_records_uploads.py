"""Uploads: from the form to the table, kept, undone, read again; never twice, never half."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.demo import demo_programme, demo_street_folder, demo_study_area
from patrolwise.web.audit.models import Event
from patrolwise.web.records import jobs, queries
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.reading_lock import hold
from patrolwise.web.records.stored_files import find_stored, folder_of

from .patrol_rows import make_device

STREET = sorted(demo_street_folder().rglob("*-street.csv*"))
HEADER = [
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location",
    "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context",
]  # fmt: skip


def street(rows=3, month="2022-06", first=0, kind="Robbery"):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for n in range(first, first + rows):
        force = "Leicestershire Police"
        writer.writerow(
            [
                f"id{n}",
                month,
                force,
                force,
                -1.13,
                52.63,
                "On or near Park",
                "E01",
                "L",
                kind,
                "",
                "",
            ]
        )
    return text.getvalue().encode()


def send(client, content, name="2022-06-leicestershire-street.csv", kind="crimes", follow=True):
    files = content if isinstance(content, list) else [SimpleUploadedFile(name, content)]
    return client.post(reverse("upload-new"), {"kind": kind, "sent": files}, follow=follow)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


def test_a_file_is_read_and_waits_for_a_look(analyst, people):
    page = send(analyst, street(5)).content.decode()
    upload = Upload.objects.get()
    assert (upload.state, upload.rows, upload.kind) == (State.PREVIEW, 5, "crimes")
    assert str(upload.first_day) == "2022-06-01"
    assert str(upload.last_day) == "2022-06-30"
    assert upload.uploaded_by_id == people["analyst"].pk
    assert "To be kept" in page
    assert find_stored(upload.stored).read_bytes() == street(5)
    actions = list(Event.objects.filter(is_read=False).values_list("action", flat=True))
    assert actions[-2:] == ["upload received", "upload read"]


def test_the_preview_shows_quality_first_rows_and_months_and_no_free_text(analyst):
    send(analyst, street(30))
    page = analyst.get(reverse("upload", args=[Upload.objects.get().pk])).content.decode()
    for told in ("Rows kept", "robbery", "Jun 2022", "Keep it", "Undo this upload"):
        assert told in page
    assert "On or near" not in page
    assert ">id1<" not in page
    assert page.count('<td class="govuk-table__cell">robbery') == 20


def test_kept_crimes_are_handed_to_the_other_apps(analyst):
    send(analyst, street())
    upload = Upload.objects.get()
    assert queries.kept_tables(Kind.CRIMES) == []
    page = analyst.post(reverse("upload-keep", args=[upload.pk]), follow=True).content.decode()
    assert "is kept" in page
    (table,) = queries.kept_tables(Kind.CRIMES)
    assert table.exists()
    assert jobs.load_kept_crimes().height == 3
    again = analyst.post(reverse("upload-keep", args=[upload.pk]))
    assert again.status_code == 409
    assert b"not waiting to be kept" in again.content


def test_what_is_undone_is_gone_after_the_commit(analyst, django_capture_on_commit_callbacks):
    send(analyst, street())
    upload = Upload.objects.get()
    analyst.post(reverse("upload-keep", args=[upload.pk]))
    table, stored = (
        find_stored(upload.table or Upload.objects.get().table),
        find_stored(upload.stored),
    )
    address = reverse("upload-undo", args=[upload.pk])
    assert b"deleted from this site" in analyst.get(address).content
    assert b"govuk-error-message" in analyst.post(address, {"reason": ""}).content
    with django_capture_on_commit_callbacks(execute=True):
        page = analyst.post(address, {"reason": "wrong force"}, follow=True).content.decode()
    assert "was taken back" in page
    assert "wrong force" in page
    assert not table.exists()
    assert not stored.exists()
    assert queries.kept_tables(Kind.CRIMES) == []
    shown = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "Why it was undone" in shown
    assert "First rows" not in shown
    assert analyst.post(address, {"reason": "again"}).status_code == 409


def test_an_undo_that_is_not_committed_leaves_everything(analyst, people):
    from patrolwise.errors import InputError
    from patrolwise.web.records import actions

    send(analyst, street())
    upload = Upload.objects.get()
    with pytest.raises(InputError, match="No reason"):
        actions.undo_upload(by=people["analyst"], upload=upload, reason=" ")
    assert find_stored(upload.table).exists()


def test_the_same_bytes_are_told_and_not_doubled(analyst):
    send(analyst, street())
    page = send(analyst, street(), name="copy.csv").content.decode()
    assert "has the same bytes as 2022-06-leicestershire-street.csv" in page
    assert Upload.objects.count() == 1
    assert len(list(folder_of("incoming").iterdir())) == 1
    assert Event.objects.filter(action="upload received").count() == 1


def test_bytes_that_were_undone_or_refused_can_come_again(analyst):
    send(analyst, b"nonsense", kind="areas", name="a.geojson")
    assert Upload.objects.get().state == State.REFUSED
    send(analyst, b"nonsense", kind="areas", name="a.geojson")
    assert Upload.objects.count() == 2


def test_several_files_come_at_once_each_with_its_own_row(analyst):
    files = [
        SimpleUploadedFile("2022-06-x-street.csv", street(2)),
        SimpleUploadedFile("2022-07-x-street.csv", street(2, "2022-07", first=10)),
    ]
    send(analyst, files)
    assert set(Upload.objects.values_list("state", flat=True)) == {State.PREVIEW}
    assert Upload.objects.count() == 2


def test_a_form_without_kind_or_file_says_so_and_leaves_no_file(analyst):
    page = analyst.post(reverse("upload-new"), {"kind": "crimes"}).content.decode()
    assert "govuk-error-message" in page
    page = analyst.post(
        reverse("upload-new"), {"sent": [SimpleUploadedFile("a.csv", b"x")]}
    ).content.decode()
    assert "govuk-error-message" in page
    assert list(folder_of("incoming").iterdir()) == []
    assert not Upload.objects.exists()


def test_a_form_without_its_token_is_refused(people, settings):
    from django.test import Client

    settings.IS_DEMO = True
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["analyst"])
    assert send(client, street(), follow=False).status_code == 403
    assert not Upload.objects.exists()


def test_two_versions_of_a_month_are_not_kept_together(analyst):
    send(analyst, street(3))
    send(analyst, street(4), name="2022-06-again-street.csv")
    send(analyst, street(2, "2022-08", first=50), name="2022-08-x-street.csv")
    newest, second, first = Upload.objects.all()
    for one in (first, newest):
        assert analyst.post(reverse("upload-keep", args=[one.pk])).status_code == 302
    refused = analyst.post(reverse("upload-keep", args=[second.pk]))
    assert refused.status_code == 409
    assert "3 crimes of 2022-06-again-street.csv are kept already" in refused.content.decode()


def test_parts_of_one_month_without_a_shared_id_go_together(analyst):
    send(analyst, street(3))
    send(analyst, street(3, first=10), name="2022-06-other-street.csv")
    for one in Upload.objects.all():
        assert analyst.post(reverse("upload-keep", args=[one.pk])).status_code == 302


def test_a_job_that_was_killed_half_way_can_be_started_again(analyst):
    send(analyst, street())
    upload = Upload.objects.get()
    Upload.objects.update(state=State.READING, table="", rows=0, doing="Reading the rows")
    address = reverse("upload", args=[upload.pk])
    assert b"is gone" in analyst.get(address).content
    with hold(upload.pk) as is_free:
        assert is_free
        page = analyst.get(address).content.decode()
        assert "Reading the rows: 100 % done" in page or "Reading the rows" in page
        assert "progress.js" in page
        assert analyst.post(reverse("upload-again", args=[upload.pk])).status_code == 409
        assert (
            analyst.post(reverse("upload-undo", args=[upload.pk]), {"reason": "x"}).status_code
            == 409
        )
        jobs.read_upload.enqueue(upload.pk)  # a second job, while the first is at it
        assert Upload.objects.get().state == State.READING
    analyst.post(reverse("upload-again", args=[upload.pk]))
    upload.refresh_from_db()
    assert (upload.state, upload.rows) == (State.PREVIEW, 3)
    assert analyst.post(reverse("upload-again", args=[upload.pk])).status_code == 409


def test_a_job_that_did_not_begin_can_be_started_again(analyst):
    send(analyst, street())
    Upload.objects.update(state=State.WAITING)
    address = reverse("upload", args=[Upload.objects.get().pk])
    page = analyst.get(address).content.decode()
    assert "Waiting for its turn" in page
    assert "Read it again" not in page
    Upload.objects.update(uploaded=datetime.now(UTC) - timedelta(hours=1))
    assert b"Read it again" in analyst.get(address).content


def test_an_upload_undone_while_it_was_read_leaves_no_table(
    analyst, django_capture_on_commit_callbacks, monkeypatch
):
    send(analyst, street())
    upload = Upload.objects.get()
    Upload.objects.update(state=State.WAITING, table="")
    before = set(folder_of("tables").iterdir())
    real = jobs.read_stored

    def undone_meanwhile(reading):
        read = real(reading)
        Upload.objects.update(state=State.UNDONE)
        return read

    monkeypatch.setattr(jobs, "read_stored", undone_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.read_upload.enqueue(upload.pk)
    assert Upload.objects.get().state == State.UNDONE
    assert set(folder_of("tables").iterdir()) == before


def test_the_progress_is_a_piece_of_the_page_and_goes_into_no_record(analyst):
    send(analyst, street())
    upload = Upload.objects.get()
    Upload.objects.update(state=State.READING, done_share=0.2, doing="Reading the rows")
    reads = Event.objects.filter(is_read=True).count()
    with hold(upload.pk):
        page = analyst.get(reverse("upload-progress", args=[upload.pk])).content.decode()
    assert 'data-busy="yes"' in page
    assert "20 %" in page
    assert "<html" not in page
    assert Event.objects.filter(is_read=True).count() == reads


POINTS = "".join(
    f'<trkpt lat="52.63" lon="-1.13"><time>2026-01-01T10:00:{n:02}Z</time></trkpt>'
    for n in range(9)
)
WALK = (
    '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    f"<trk><trkseg>{POINTS}</trkseg></trk></gpx>"
)


def test_fixes_are_read(analyst):
    make_device("walk")
    send(analyst, WALK.encode(), name="walk.gpx", kind="fixes")
    upload = Upload.objects.get()
    assert (upload.state, upload.rows, str(upload.first_day)) == (State.PREVIEW, 9, "2026-01-01")
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "01 Jan 2026 10:00" in page
    page = analyst.post(reverse("upload-keep", args=[upload.pk]), follow=True).content.decode()
    assert "Its fixes are with their trackers" in page
    assert len(queries.kept_tables(Kind.FIXES)) == 1


def test_areas_are_read_by_whatever_id_they_have(analyst):
    send(analyst, demo_study_area().read_bytes(), name="area.geojson", kind="areas")
    plain = demo_study_area().read_text().replace('"area_id"', '"LSOA21CD"')
    send(analyst, plain.encode(), name="lsoa.geojson", kind="areas")
    bare = demo_study_area().read_text().replace('"area_id"', '"zzz"').replace('"name"', '"yyy"')
    send(analyst, bare.encode(), name="bare.geojson", kind="areas")
    assert list(Upload.objects.values_list("state", "rows")) == [(State.PREVIEW, 1)] * 3
    page = analyst.get(reverse("upload", args=[Upload.objects.first().pk])).content.decode()
    assert "First rows" in page
    assert "Rows by month" not in page


def zip_folder(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return buffer.getvalue()


def test_a_programme_comes_as_a_zip_with_its_forms(analyst, django_capture_on_commit_callbacks):
    send(analyst, zip_folder(demo_programme().parent), name="programme.zip", kind="programme")
    upload = Upload.objects.get()
    assert upload.state == State.PREVIEW, upload.reason
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "Seven hot spots in Leicester city centre" in page
    assert find_stored(upload.table).name == "programme.toml"
    with django_capture_on_commit_callbacks(execute=True):
        analyst.post(reverse("upload-undo", args=[upload.pk]), {"reason": "old"})
    assert list(folder_of("programmes").iterdir()) == []


PATROLS = """
[programme]
title = "Walks"
[[services]]
name = "Police"
began = 2026-01-01
[hot_spots]
id = "spots"
file = "spots.geojson"
chosen_on = { first = 2025-01-01, last = 2025-12-31 }
definition = "robbery"
"""
TRACKING = """
[tracking]
window = { first = 2026-01-01, last = 2026-01-31 }
fixes = ["walk.gpx"]
crews = "crews.csv"
"""


def test_a_programme_of_patrols_alone_is_read(analyst):
    content = {
        "programme.toml": (PATROLS + TRACKING).encode(),
        "spots.geojson": demo_study_area().read_bytes(),
        "walk.gpx": WALK.encode(),
        "crews.csv": b"unit_id,service,start,end,device_id,people\n"
        b"P1,Police,2026-01-01T08:00:00Z,2026-01-31T20:00:00Z,walk,2\n",
    }
    files = [SimpleUploadedFile(name, data) for name, data in content.items()]
    send(analyst, files, kind="programme")
    upload = Upload.objects.get()
    assert upload.state == State.PREVIEW, upload.reason
    assert [line["what"] for line in upload.quality] == ["Title", "Services", "Hot spots"]


def test_a_programme_comes_as_its_files_together(analyst):
    toml = (
        demo_programme().read_text().replace('files = ["street"]', f'files = ["{STREET[0].name}"]')
    )
    files = [SimpleUploadedFile(STREET[0].name, STREET[0].read_bytes())]
    files.append(SimpleUploadedFile("programme.toml", toml.encode()))
    files += [
        SimpleUploadedFile(name, (demo_programme().parent / name).read_bytes())
        for name in ("study-area.geojson", "offence-mix.csv")
    ]
    send(analyst, files, kind="programme")
    upload = Upload.objects.get()
    assert upload.state == State.PREVIEW, upload.reason
    assert upload.name == "programme, 4 files.zip"
    assert len(list(folder_of("incoming").iterdir())) == 1
    for file in files:
        file.seek(0)
    assert "has the same bytes" in send(analyst, files, kind="programme").content.decode()


def test_two_files_of_one_name_are_no_programme(analyst):
    files = [SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("a.csv", b"2")]
    assert "Two files are called a.csv" in send(analyst, files, kind="programme").content.decode()
    assert list(folder_of("incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("[tracking]\n", "tracking"),
        ("[planning]\n", "planning"),
        ("", "windows"),
    ],
)
def test_a_programme_is_read_for_what_it_declares(analyst, more, told):
    send(analyst, (PATROLS + more).encode(), name="programme.toml", kind="programme")
    upload = Upload.objects.get()
    assert upload.state == State.REFUSED
    assert told in upload.reason
    assert list(folder_of("programmes").iterdir()) == []


def test_the_list_is_empty_has_one_and_pages_of_many(
    analyst, people, django_assert_max_num_queries
):
    assert "Nothing was read in yet" in analyst.get(reverse("uploads")).content.decode()
    for number in range(60):
        Upload.objects.create(
            kind=Kind.CRIMES, name=f"f{number}.csv", sha256="0", size=1, stored="x",
            uploaded=datetime.now(UTC), uploaded_by_id=people["analyst"].pk,
        )  # fmt: skip
    Upload.objects.filter(name="f1.csv").update(uploaded_by_id=99_999)
    with django_assert_max_num_queries(16):
        page = analyst.get(reverse("uploads")).content.decode()
    assert page.count('scope="row"') == 25
    assert "Page 1 of 3" in page
    assert "f1.csv" in analyst.get(reverse("uploads"), {"page": 3}).content.decode()


def test_the_quality_is_told_in_one_line():
    lines = [
        {"what": "Rows kept", "count": 90},
        {"what": "Rows dropped: no date", "count": 10},
        {"what": "Rows without a place", "count": 4},
        {"what": "Not read: a.csv", "note": "bad"},
        {"what": "Months missing, Leics", "count": 2},
    ]
    told = queries.describe_in_one_line(Upload(state=State.KEPT, quality=lines))
    assert told == "10 rows dropped; 4 without a place; 1 files not read; months missing, leics"
    assert queries.describe_in_one_line(Upload(state=State.KEPT)) == ""


def test_the_form_is_there(analyst):
    page = analyst.get(reverse("upload-new")).content.decode()
    assert "2 GB is the most" in page
    assert 'enctype="multipart/form-data"' in page


def test_crimes_of_no_known_day_are_held_against_all(analyst):
    send(analyst, street())
    Upload.objects.update(state=State.KEPT, first_day=None, last_day=None)
    assert list(queries.list_kept_beside(Upload(pk=0, kind="crimes"))) == [Upload.objects.get()]


@pytest.mark.parametrize("name", ["upload", "upload-progress"])
def test_whoever_sees_records_sees_an_upload_and_nobody_else(name, sign_in):
    send(sign_in("analyst"), street())
    address = reverse(name, args=[Upload.objects.get().pk])
    assert sign_in("coordinator").get(address).status_code == 200
    assert b"Keep it" not in sign_in("coordinator").get(address).content
    assert sign_in("officer").get(address).status_code == 404
    assert sign_in("analyst").get(reverse(name, args=[9_999])).status_code == 404


@pytest.mark.parametrize("name", ["upload-keep", "upload-undo", "upload-again", "upload-mapping"])
def test_only_whoever_may_upload_changes_one(name, sign_in):
    send(sign_in("analyst"), street())
    address = reverse(name, args=[Upload.objects.get().pk])
    for role in ("coordinator", "officer", "administrator"):
        assert sign_in(role).post(address, {"reason": "x"}).status_code == 404
    assert Upload.objects.get().state == State.PREVIEW
    assert sign_in("analyst").get(reverse("upload-keep", args=[1])).status_code == 405


def test_an_upload_page_needs_few_queries(analyst, django_assert_max_num_queries):
    send(analyst, street())
    with django_assert_max_num_queries(16):
        analyst.get(reverse("upload", args=[Upload.objects.get().pk]))


def test_a_table_that_is_missing_is_no_fault_of_the_page(analyst):
    send(analyst, street())
    upload = Upload.objects.get()
    find_stored(upload.table).unlink()
    page = analyst.get(reverse("upload", args=[upload.pk]))
    assert page.status_code == 200
    assert b"First rows" not in page.content


def test_names_print():
    assert str(Upload(kind="crimes", name="a.csv")) == "crimes: a.csv"
