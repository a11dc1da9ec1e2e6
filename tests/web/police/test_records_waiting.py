"""Tables of trackers wait unchecked for a day at most, and nobody but their sender sees a row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import localtime
from django_tasks_db.models import DBTaskResult

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.models import Event
from patrolwise.web.records import actions
from patrolwise.web.records.jobs import forget_unchecked
from patrolwise.web.records.models import SavedMapping, State, Upload
from patrolwise.web.records.saved_mappings import delete_mapping
from patrolwise.web.records.stored_files import find_stored, folder_of
from patrolwise.web.records.waiting import WAITS_FOR, forget_overdue

from .test_records_fix_mapping import ROWS, address, analyst, as_csv, data_folder, send, use

__all__ = ["analyst", "data_folder"]  # fixtures
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def colleague(people):
    """Return the e-mail address of another analyst."""
    return Person.objects.create(
        email="second@example.org", name="A second analyst", role="analyst"
    )


def look(client, person, page):
    client.force_login(person)
    return client.get(page)


def test_nobody_but_its_sender_looks_into_a_table_that_is_not_checked_yet(
    analyst, colleague, client
):
    upload = send(analyst, as_csv())
    page = reverse("upload", args=[upload.pk])
    told = analyst.get(page).content.decode()
    assert "only who sent the file can look into it" in told
    assert "Say what its columns hold" in told
    assert upload.finished < datetime.now(UTC)
    until = localtime(upload.finished + WAITS_FOR)
    assert f"{until.day} {until:%b %Y} at {until:%H:%M}" in told
    assert colleague.may(Permission.UPLOAD_RECORDS)
    assert look(client, colleague, address(upload)).status_code == 404
    assert client.post(address(upload), {"do": "look"}).status_code == 404
    theirs = client.get(page).content.decode()
    assert "only who sent the file can look into it" in theirs
    assert address(upload) not in theirs
    assert "458500" not in theirs
    upload, _ = use(analyst, upload, valid_words="y")  # now it is held against the trackers
    assert upload.state == State.PREVIEW
    assert look(client, colleague, address(upload)).status_code == 200
    assert "can look into it" not in client.get(page).content.decode()


def test_a_table_that_waited_for_a_day_is_deleted_and_says_so(
    analyst, django_capture_on_commit_callbacks
):
    waits = send(analyst, as_csv())
    refused = send(analyst, b"<gpx", "cut-off.gpx")
    kept, _ = use(analyst, send(analyst, as_csv(ROWS[:9]), "kept.csv"), valid_words="y")
    crimes = send_crimes(analyst)
    Upload.objects.filter(pk=waits.pk).update(finished=None)  # as before this was kept
    assert refused.state == State.REFUSED
    assert forget_overdue(datetime.now(UTC) + DAY - MINUTE) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_overdue(datetime.now(UTC) + DAY + MINUTE) == 2
    for upload in (waits, refused):
        stored = find_stored(upload.stored)
        upload.refresh_from_db()
        assert (upload.state, upload.stored) == (State.REFUSED, "")
        assert not stored.exists()
        assert "Nobody said within 24 hours" in upload.reason
    assert Event.objects.filter(action="upload expired").count() == 2
    page = analyst.get(reverse("upload", args=[waits.pk])).content.decode()
    assert "Send it again" in page
    assert "Read it again" not in page
    assert analyst.get(address(waits)).status_code == 404
    for upload in (kept, crimes):
        assert find_stored(upload.stored).exists()
    assert send(analyst, as_csv()).state == State.PREVIEW  # by the mapping saved meanwhile


def send_crimes(client):
    """Return an upload of crimes that waits for its mapping: of these no tracker is known."""
    upload = send(client, b"Ref,East,North\nA1,458500,304500\n", "crimes.csv")
    Upload.objects.filter(pk=upload.pk).update(kind="crimes")
    return upload


def test_the_job_is_asked_for_when_a_table_begins_to_wait_and_each_upload_tidies_too(
    analyst, django_capture_on_commit_callbacks
):
    database = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with override_settings(TASKS=database):
        upload = send(analyst, as_csv())
        (job,) = DBTaskResult.objects.filter(task_path__endswith="read_upload")
        job.task.call(upload.pk)
        upload.refresh_from_db()
        (later,) = DBTaskResult.objects.filter(task_path__endswith="forget_unchecked")
    assert later.run_after >= upload.finished + WAITS_FOR
    assert forget_unchecked.call() == 0
    Upload.objects.update(finished=datetime.now(UTC) - DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.tidy_up() == 0
    upload.refresh_from_db()
    assert upload.stored == ""
    assert list(folder_of("incoming").iterdir()) == []


def test_a_saved_mapping_is_deleted_with_a_reason_and_its_uploads_still_name_it(analyst, sign_in):
    listed = analyst.get(reverse("saved-mappings")).content.decode()
    assert "No mapping is saved" in listed
    first, _ = use(analyst, send(analyst, as_csv()), valid_words="y", name="Airwave")
    second = send(analyst, as_csv(ROWS[:5]), "next.csv")
    assert (second.state, second.mapping_name) == (State.PREVIEW, "Airwave")
    saved = SavedMapping.objects.get()
    (row,) = analyst.get(reverse("saved-mappings")).context["rows"]
    assert (row.saved, row.sender, row.uploads) == (saved, "The analyst", 2)
    where = reverse("saved-mapping-delete", args=[saved.pk])
    page = analyst.get(where).content.decode()
    assert all(f">{upload.name}</a>" in page for upload in (first, second))
    assert "govuk-error" in analyst.post(where, {"reason": " "}).content.decode()
    assert sign_in("officer").get(where).status_code == 404
    answer = analyst.post(where, {"reason": "The system is gone."}, follow=True)
    assert "The mapping Airwave is deleted" in answer.content.decode()
    assert not SavedMapping.objects.exists()
    detail = Event.objects.get(action="mapping deleted").detail
    assert (detail["name"], detail["text"]) == ("Airwave", first.mapping)
    assert detail["reason"] == "The system is gone."
    for upload in (first, second):
        told = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
        assert "Read by the saved mapping Airwave" in told
    form = analyst.get(address(second)).context["form"]
    assert form["name"].value() == "Airwave"
    assert analyst.get(where).status_code == 404
    assert send(analyst, as_csv(ROWS[:4]), "third.csv").state == State.WAITING


def test_a_mapping_is_not_deleted_twice_or_without_a_reason(analyst, people):
    use(analyst, send(analyst, as_csv()), valid_words="y", name="Airwave")
    saved, by = SavedMapping.objects.get(), people["analyst"]
    with pytest.raises(InputError, match="No reason is given"):
        delete_mapping(by=by, saved=saved, reason=" ")
    delete_mapping(by=by, saved=saved, reason="old")
    with pytest.raises(RefusedError, match="Airwave was deleted already"):
        delete_mapping(by=by, saved=saved, reason="again")
