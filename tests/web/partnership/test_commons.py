"""The first page, and the hot spots that were agreed."""

import json
from datetime import date

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import areas_from_geometries
from patrolwise.times import Window
from patrolwise.web.commons import hot_spots
from patrolwise.web.commons.models import AgreedHotSpot


def make_file(tmp_path, version=1):
    shapes = [shapely.box(x, 304_000, x + 200, 304_200) for x in (458_000, 458_600)]
    spots = HotSpotSet(
        id="leicester", version=version, method="drawn by hand",
        window=Window("before", date(2024, 1, 1), date(2024, 12, 31)), definition="all-crime@1",
        areas=areas_from_geometries(["hs-1", "hs-2"], shapes, ["Clock Tower", "Market"]),
    )  # fmt: skip
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, spots)
    return path.read_bytes()


def send(client, data, day):
    file = SimpleUploadedFile("set.geojson", data)
    return client.post("/hot-spots/", {"file": file, "valid_from": day})


def test_a_new_set_ends_the_one_before_and_keeps_it(sign_in, tmp_path):
    client = sign_in("programme")
    assert send(client, make_file(tmp_path), "2026-01-01").status_code == 302
    assert send(client, make_file(tmp_path, 2), "2026-06-01").status_code == 302
    for day, key in ((date(2026, 5, 31), "leicester@1"), (date(2026, 6, 1), "leicester@2")):
        found = hot_spots.list_hot_spots(day)
        assert [(one.name, one.set_version) for one in found] == [
            ("Clock Tower", key), ("Market", key),
        ]  # fmt: skip
    assert hot_spots.list_hot_spots(date(2025, 12, 31)) == []
    assert hot_spots.list_names() == ["Clock Tower", "Market"]
    assert "since 1 Jun 2026" in client.get("/hot-spots/").content.decode()


@pytest.mark.parametrize(
    ("change", "day", "told"),
    [
        (lambda text: text.replace("hs-2", "hs-3"), "2026-06-01", "as it was written"),
        (lambda text: "{", "2026-06-01", "is not GeoJSON"),
        (lambda text: text, "2026-06-01", "is here already"),
        (lambda text: text, "", "required"),
    ],
)
def test_what_cannot_be_taken_in_is_told_and_changes_nothing(change, day, told, sign_in, tmp_path):
    client, data = sign_in("programme"), make_file(tmp_path)
    send(client, data, "2026-01-01")
    answer = send(client, change(data.decode()).encode(), day)
    assert told in answer.content.decode()
    assert AgreedHotSpot.objects.filter(valid_until=None).count() == 2


def test_a_set_that_begins_before_the_last_one_is_refused(sign_in, tmp_path):
    client = sign_in("programme")
    send(client, make_file(tmp_path, 2), "2026-06-01")
    answer = send(client, make_file(tmp_path, 1), "2026-06-01")
    assert "is not after 2026-06-01, when leicester@2" in answer.content.decode()


def test_who_may_only_look_cannot_take_in(sign_in, tmp_path):
    client = sign_in("agency")
    assert b"No set was taken in yet" in client.get("/hot-spots/").content
    assert send(client, make_file(tmp_path), "2026-01-01").status_code == 200
    assert not AgreedHotSpot.objects.exists()


def test_a_set_that_is_too_large_is_refused(sign_in, monkeypatch, tmp_path):
    monkeypatch.setattr("patrolwise.web.commons.forms.MOST_BYTES", 10)
    answer = send(sign_in("programme"), json.dumps({"a": 1} | {"b": 2}).encode(), "2026-01-01")
    assert "MB at most" in answer.content.decode()


def test_the_first_page_says_that_nothing_is_due(sign_in):
    assert b"Nothing needs you" in sign_in("commissioner").get("/").content
