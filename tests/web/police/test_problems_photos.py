"""Photographs of places: pixels alone, sealed until a second person looked, gone after a year."""

# ruff: noqa: F811  (fixtures come in by name)

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from patrolwise.files.photographs import MOST_BYTES, draw_jpeg, list_segments
from patrolwise.web.audit.models import Event
from patrolwise.web.problems import jobs, photo_actions
from patrolwise.web.problems.models import PlacePhoto

from .patrol_rows import make_set
from .problem_rows import add_audit, add_photo, add_plan
from .tasking_worlds import at  # noqa: F401
from .test_problems_plans import read

MARCH = datetime(2026, 3, 9, 20, tzinfo=UTC)
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="72">'
    '<rect width="60" height="40" fill="red"/></svg>'
)
JPEG = draw_jpeg(DRAWN)
# where it was taken, as a camera writes it
GPS = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0GPS 52.63 N"
WITH_GPS = JPEG[:2] + b"\xff\xe1" + (len(GPS) + 2).to_bytes(2) + GPS + JPEG[2:]


@pytest.fixture
def walk(people, at):
    """Return a walk of a place."""
    make_set(2)
    at(MARCH)
    return add_audit("a", MARCH).walks.last()


def send(client, walk, data=WITH_GPS, **changed):
    given = {"item": "lighting", "marks": "2", "is_marked": "on", **changed}
    file = SimpleUploadedFile("IMG_1 J Brown.jpg", data)
    return read(client, reverse("photo-new", args=[walk.pk]), photograph=file, **given)


def list_events(photo_id):
    found = Event.objects.filter(subject=f"place-photo:{photo_id}").order_by("number")
    return list(found.values_list("action", "detail"))


def test_a_photograph_is_kept_as_pixels_sealed_and_seen_once_a_second_person_looked(
    walk, sign_in, people
):
    officer, coordinator = sign_in("officer"), sign_in("coordinator")
    commissioner, evaluator = sign_in("commissioner"), sign_in("evaluator")
    assert "A second person looks at it first" in send(officer, walk)
    photo = PlacePhoto.objects.get()
    assert b"GPS" not in photo.jpeg
    assert not list_segments(photo.jpeg) & {*range(0xE1, 0xF0), 0xFE}
    assert (photo.marks, photo.delete_on) == (2, date(2027, 3, 8))
    page, picture = (reverse(name, args=[photo.pk]) for name in ("place-photo", "photo-picture"))
    for other in (commissioner, evaluator):  # who writes plans, and who reads them
        assert {other.get(one).status_code for one in (page, picture)} == {404}
        assert other.post(page, {"do": "let"}).status_code == 404
        assert "There is none to be seen" in read(other, f"/problems/walks/{walk.audit_id}/")
    assert "You sent it" in read(officer, page)
    assert officer.post(page, {"do": "let"}).status_code == 404
    assert "Street lighting at" in read(coordinator, "/problems/walks/")
    assert "No face, plate or window" in read(coordinator, page)
    answer = coordinator.get(picture)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")
    assert answer.content == bytes(photo.jpeg)
    assert "All who see walks may see it now" in read(coordinator, page, do="let")
    assert "It was looked at before" in read(coordinator, page, do="let")
    assert "Photographs to look at first" not in read(coordinator, "/problems/walks/")
    assert evaluator.get(picture).status_code == 200
    assert evaluator.post(page, {"do": "delete"}).status_code == 404
    told = Event.objects.filter(is_read=True, detail__icontains="photo").values_list("actor_id")
    assert {people["coordinator"].pk, people["evaluator"].pk} <= {one for (one,) in told}
    assert [action for action, _ in list_events(photo.pk)] == [
        "photograph kept", "photograph let be seen",
    ]  # fmt: skip
    assert "Brown" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_who_sent_it_does_not_let_it_be_seen_even_where_the_role_may(walk, sign_in, people):
    photo, analyst = add_photo(walk, by=people["analyst"].pk), sign_in("analyst")
    page = f"/problems/photos/{photo.pk}/"
    assert "Another person has to look at it" in read(analyst, page, do="let")
    assert PlacePhoto.objects.get().seen is None
    assert "waits" not in read(analyst, "/problems/walks/")
    assert "is deleted" in read(analyst, page, do="delete")
    assert not PlacePhoto.objects.exists()
    assert list_events(photo.pk)[-1] == ("photograph deleted", {"walk": walk.pk})
    assert analyst.get(page).status_code == 404


def test_what_is_no_plain_marked_photograph_is_refused_and_nothing_is_kept(walk, sign_in):
    officer = sign_in("officer")
    assert "stand behind the picture" in send(officer, walk, JPEG + b"PK\x03\x04")
    assert "not a JPEG file" in send(officer, walk, b"<svg onload='alert(1)'/>")
    assert "are the most" in send(officer, walk, b"\xff" * (MOST_BYTES + 1))
    assert "Look at the photograph" in send(officer, walk, is_marked="")
    assert "Select a valid choice" in send(officer, walk, item="zq")
    page = reverse("photo-new", args=[walk.pk])
    assert "There is no photograph" in read(officer, page, item="lighting")
    for _ in range(10):
        add_photo(walk)
    assert "which is the most" in send(officer, walk)
    assert PlacePhoto.objects.count() == 10
    assert officer.get(reverse("photo-new", args=[999])).status_code == 404
    assert sign_in("evaluator").get(page).status_code == 404


def test_without_scripts_there_is_no_photograph_and_the_page_says_so(walk, sign_in):
    page = sign_in("officer").get(reverse("photo-new", args=[walk.pk])).content.decode()
    assert "scripts are turned off. Describe what you saw in words" in page
    (chosen,) = re.findall(r'<input[^>]*id="photo-file"[^>]*>', page)
    assert " name=" not in chosen  # a browser sends only what has a name
    assert 'id="photo-form" hidden' in page


def test_a_photograph_goes_after_a_year_by_itself_and_with_its_walk(walk, sign_in, at):
    officer = sign_in("officer")
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        send(officer, walk)
    waiting = DBTaskResult.objects.get(task_path__endswith="drop_photographs")
    assert waiting.run_after == datetime(2027, 3, 8, tzinfo=UTC)
    photo = PlacePhoto.objects.get()
    at(MARCH + timedelta(days=366))  # over, though no job ran yet
    assert officer.get(f"/problems/photos/{photo.pk}/").status_code == 404
    assert "over a year ago" in send(officer, walk)
    assert jobs.drop_photographs.call() == 0
    PlacePhoto.objects.update(delete_on=date(2026, 1, 1))
    assert jobs.drop_photographs.call() == 1
    assert Event.objects.last().detail == {"photographs": 1}
    add_photo(walk)
    walk.audit.delete()
    assert not PlacePhoto.objects.exists()


def test_a_plan_that_closes_takes_the_photographs_that_were_taken_for_it_alone(walk, people):
    day, by = MARCH.date() - timedelta(days=5), people["officer"].pk
    plan = add_plan(day, ["a"], ["b"], by)
    add_photo(walk)
    add_photo(add_audit("b", MARCH).walks.last())  # of another place
    add_photo(add_audit("a", MARCH - timedelta(days=30)).walks.last())  # before it began
    other = add_plan(day, ["a"], ["b"], by)
    assert photo_actions.drop_with_plan(plan) == 0  # another plan on the place is open
    type(other).objects.filter(pk=other.pk).update(stage="closed")
    assert photo_actions.drop_with_plan(plan) == 1
    assert PlacePhoto.objects.filter(walk=walk).count() == 0
    assert PlacePhoto.objects.count() == 2


def test_no_export_holds_a_photograph(walk, sign_in):
    photo = add_photo(walk, seen=MARCH)
    walk.audit.issues.update(owner="Council", reported=MARCH.date(), state="reported")
    for form in ("json", "xml"):
        told = sign_in("evaluator").get(f"/problems/owners/Council/requests.{form}").content
        assert b"pixels" not in told
        assert f"/photos/{photo.pk}".encode() not in told
