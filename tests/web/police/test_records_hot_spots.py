"""Hot spot sets: drafts, edits by keyboard, comparison, publishing, downloads, choosing."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from patrolwise.demo import demo_street_folder, demo_study_area
from patrolwise.errors import InputError, RefusedError
from patrolwise.files.hot_spot_sets import read_hot_spot_set, write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import areas_from_geometries, to_longitude_latitude, to_national_grid
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import Window
from patrolwise.web.audit.models import Event
from patrolwise.web.records import jobs, queries, spot_actions, spot_edits
from patrolwise.web.records.choosing import choose_for
from patrolwise.web.records.models import SetState, SpotChoice, SpotSet, State, Upload
from patrolwise.web.records.spot_documents import add_set, read_set, write_text
from patrolwise.web.records.spot_tables import compare_sets, list_areas

WINDOW = Window("selection", date(2021, 1, 1), date(2021, 12, 31))


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()
    return settings.DATA_FOLDER


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


READERS = {"analyst", "coordinator", "officer", "commissioner", "evaluator"}


def make_spots(set_id="centre", boxes=((458_000, 304_000), (458_600, 304_000)), side=200, **more):
    shapes = [shapely.box(x, y, x + side, y + side) for x, y in boxes]
    ids = [f"h{n}" for n in range(1, len(boxes) + 1)]
    names = [f"Street {n}" for n in range(1, len(boxes) + 1)]
    counted = pl.DataFrame(
        {"area_id": ids, "window": "selection", "crimes": [40, 30, 20, 10][: len(ids)]}
    )
    return HotSpotSet(
        id=set_id,
        method="squares drawn for a test",
        window=WINDOW,
        definition="robbery@1",
        areas=areas_from_geometries(ids, shapes, names),
        selected_on=counted,
        **more,
    )


@pytest.fixture
def draft(people):
    return add_set(make_spots(), by_id=people["analyst"].pk, reason="for the test")


def send(client, content, name, kind):
    data = {"kind": kind, "sent": SimpleUploadedFile(name, content)}
    client.post(reverse("upload-new"), data)
    upload = Upload.objects.first()
    assert upload.state == State.PREVIEW, upload.reason
    client.post(reverse("upload-keep", args=[upload.pk]))
    upload.refresh_from_db()
    return upload


def test_a_set_goes_into_its_row_and_comes_out_the_same(draft):
    spots = read_set(draft)
    assert spots.hash == draft.sha256 == make_spots().hash
    assert str(draft) == spots.key == "centre@1"
    assert spots.selected_on.equals(make_spots().selected_on)


def test_a_row_changed_behind_the_sites_back_is_noticed(draft):
    draft.document["features"][0]["geometry"]["coordinates"][0][0][0] += 0.001
    with pytest.raises(InputError, match="is not centre@1 as it was written"):
        read_set(draft)


def test_a_version_is_made_once(draft, people):
    with pytest.raises(RefusedError, match="is there already"):
        add_set(make_spots(), by_id=people["analyst"].pk, reason="again")


def test_the_list_is_empty_has_one_and_many(
    analyst, sign_in, people, django_assert_max_num_queries
):
    assert "There is no set yet" in analyst.get(reverse("hot-spots")).content.decode()
    assert "Upload areas" not in sign_in("officer").get(reverse("hot-spots")).content.decode()
    add_set(make_spots(), by_id=people["analyst"].pk, reason="first")
    page = analyst.get(reverse("hot-spots")).content.decode()
    assert "centre@1" in page
    assert "Compare two" not in page
    assert "No set is in force" in page
    for n in range(30):
        add_set(make_spots(f"set-{n}"), by_id=people["analyst"].pk, reason="many")
    SpotSet.objects.filter(set_id="set-3").update(made_by_id=99_999)
    with django_assert_max_num_queries(15):
        page = analyst.get(reverse("hot-spots")).content.decode()
    assert page.count('scope="row"') == 31
    assert "Compare two" in page


def test_the_page_of_a_set_has_the_table_first_and_a_map_with_words(
    analyst, draft, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        page = analyst.get(reverse("hot-spot-set", args=[draft.pk])).content.decode()
    for told in ("Street 1", "squares drawn for a test", "robbery@1", "1 Jan 2021", draft.sha256):
        assert told in page
    assert page.index("<table") < page.index("<svg")
    assert "Map of 2 hot spots, numbered as in the table: 1 Street 1; 2 Street 2." in page
    assert 'role="img"' in page
    assert " style=" not in page
    assert page.count("<svg") == 2
    assert "4.0" in page
    assert "Put it in force" not in page


@pytest.mark.parametrize(
    ("name", "more", "may"),
    [
        ("hot-spot-set", [], READERS),
        ("hot-spot-geojson", [], READERS),
        ("hot-spot-geoparquet", [], READERS),
        ("hot-spot-geopackage", [], READERS),
        ("hot-spot-csv", [], READERS),
        ("hot-spot-publish", [], {"coordinator"}),
        ("hot-spot-add", [], {"analyst"}),
        ("hot-spot-area", [1], {"analyst"}),
    ],
)  # fmt: skip
def test_a_page_of_a_set_is_there_for_who_may_see_it_and_nobody_else(
    name, more, may, sign_in, draft, people
):
    for role in people:
        response = sign_in(role).get(reverse(name, args=[draft.pk, *more]))
        assert response.status_code == (200 if role in may else 404), role
    someone = next(iter(may))
    assert sign_in(someone).get(reverse(name, args=[9_999, *more])).status_code == 404


def edit(client, spot_set, do, **given):
    number = given.pop("number", 1)
    data = {"do": do, "name": "Street 1", "reason": "council asked", **given}
    return client.post(reverse("hot-spot-area", args=[spot_set.pk, number]), data, follow=True)


def test_a_name_is_changed_and_counts_stay(analyst, draft):
    page = edit(analyst, draft, "rename", name="Clock Tower").content.decode()
    assert "Saved as centre@2, a draft." in page
    spots = read_set(SpotSet.objects.get(version=2))
    assert spots.areas["name"].to_list() == ["Clock Tower", "Street 2"]
    assert spots.edits[0].reason == "council asked"
    assert spots.edits[0].from_hash == draft.sha256
    assert spots.selected_on.height == 2


@pytest.mark.parametrize(
    ("do", "east", "north"),
    [("north-10", 0, 10), ("south-50", 0, -50), ("east-50", 50, 0), ("west-10", -10, 0)],
)
def test_an_area_is_moved_by_buttons(do, east, north, analyst, draft):
    page = edit(analyst, draft, do).content.decode()
    assert 'value="council asked"' in page  # the next move begins with the same reason
    spots = read_set(SpotSet.objects.get(version=2))
    before, after = list_areas(read_set(draft))[0], list_areas(spots)[0]
    assert (after.x - before.x, after.y - before.y) == pytest.approx((east, north), abs=0.05)
    assert after.crimes is None  # what it was chosen on, it no longer is
    assert (
        "not counted"
        in analyst.get(
            reverse("hot-spot-set", args=[SpotSet.objects.get(version=2).pk])
        ).content.decode()
    )


def test_an_area_is_taken_out_but_never_the_last(analyst, draft):
    page = edit(analyst, draft, "take-out").content.decode()
    assert "centre@2" in page
    second = SpotSet.objects.get(version=2)
    assert second.hot_spots == 1
    refused = edit(analyst, second, "take-out")
    assert refused.status_code == 400
    assert "is the only area" in refused.content.decode()


def test_an_edit_needs_a_reason_and_a_change(analyst, draft):
    assert "govuk-error-message" in edit(analyst, draft, "north-10", reason="").content.decode()
    assert "keeps its name" in edit(analyst, draft, "rename").content.decode()
    assert edit(analyst, draft, "rename", name=" ").status_code == 400
    assert edit(analyst, draft, "rename", number=3).status_code == 404
    assert SpotSet.objects.count() == 1


def test_an_old_version_cannot_be_edited_past_a_newer_one(analyst, draft):
    edit(analyst, draft, "north-10")
    refused = edit(analyst, draft, "south-10")
    assert refused.status_code == 409
    assert "centre@2 is there already" in refused.content.decode()
    assert (
        "Change<span" not in analyst.get(reverse("hot-spot-set", args=[draft.pk])).content.decode()
    )


NEW = {
    "name": "Market", "kind": "grid", "first": "459000", "second": "304100",
    "outline": "square", "across_m": "150", "reason": "new hot spot",
}  # fmt: skip


@pytest.mark.parametrize("outline", ["square", "circle"])
@pytest.mark.parametrize("kind", ["grid", "degrees"])
def test_an_area_is_added_by_its_middle_and_size(outline, kind, analyst, draft):
    given = {**NEW, "outline": outline, "kind": kind}
    if kind == "degrees":
        longitude, latitude = to_longitude_latitude([459_000.0], [304_100.0])
        given |= {"first": str(latitude[0]), "second": str(longitude[0])}
    analyst.post(reverse("hot-spot-add", args=[draft.pk]), given)
    row = list_areas(read_set(SpotSet.objects.get(version=2)))[-1]
    assert row.name == "Market"
    assert (row.x, row.y) == pytest.approx((459_000, 304_100), abs=0.2)
    assert row.across_m == pytest.approx(150, abs=0.3)
    square = 150 * 150 / 10_000
    assert row.hectares == pytest.approx(
        square if outline == "square" else square * 0.785, rel=0.01
    )


def test_an_area_that_cannot_be_is_told(analyst, draft):
    add = reverse("hot-spot-add", args=[draft.pk])
    assert "govuk-error-message" in analyst.post(add, {**NEW, "across_m": "5"}).content.decode()
    refused = analyst.post(add, {**NEW, "first": "52.6", "second": "9999999"})
    assert refused.status_code == 400
    assert "outside the United Kingdom" in refused.content.decode()
    with pytest.raises(InputError, match="no name"):
        spot_edits.NewArea(name=" ", x=1, y=1, across_m=100)
    with pytest.raises(InputError, match="give 20 to 2000 m"):
        spot_edits.NewArea(name="a", x=1, y=1, across_m=1)


def test_an_added_id_is_free_even_after_one_was_taken_out():
    spots = make_spots()
    area = spot_edits.NewArea(name="a", x=458_300, y=304_500, across_m=50)
    taken = spots.edited(
        spots.areas.with_columns(area_id=pl.Series(["added-3-3", "added-3-4"])), "ids"
    )
    added = spot_edits.add_area(taken, area, "b")
    assert added.areas["area_id"].to_list()[-1] == "added-3-5"


def test_an_area_that_is_not_there_is_told():
    with pytest.raises(InputError, match="has no area 'x'"):
        spot_edits.rename_area(make_spots(), "x", "new", "why")


def test_two_sets_are_compared():
    first = make_spots(boxes=((458_000, 304_000), (458_600, 304_000), (459_500, 304_000)))
    second = make_spots("other", boxes=((458_000, 304_000), (458_700, 304_000), (461_000, 304_000)))
    compared = compare_sets(first, second)
    same, moved, gone = compared.pairs
    assert (same.is_same, same.share, same.moved_m) == (True, 1.0, 0.0)
    assert (moved.other, moved.share, moved.moved_m) == ("Street 2", 0.5, 100.0)
    assert (gone.other, gone.share, gone.moved_m) == ("", 0.0, None)
    assert compared.only_second == ("Street 3",)
    assert compared.same == 1
    assert compared.overlap == pytest.approx(60_000 / 180_000)


def test_the_page_of_a_comparison_says_it_in_words(
    analyst, draft, people, django_assert_max_num_queries
):
    edit(analyst, draft, "east-50")
    a, b = SpotSet.objects.get(version=1), SpotSet.objects.get(version=2)
    with django_assert_max_num_queries(15):
        page = analyst.get(reverse("hot-spot-compare"), {"a": a.pk, "b": b.pk}).content.decode()
    assert "1 of 2 hot spots of centre@1 are in centre@2 without a change" in page
    assert "75 %" in page
    third = add_set(make_spots("far", ((461_000, 304_000),)), by_id=1, reason="x")
    page = analyst.get(reverse("hot-spot-compare"), {"a": a.pk, "b": third.pk}).content.decode()
    assert "Only in far@1: Street 1." in page
    assert (
        "govuk-error-message"
        in analyst.get(reverse("hot-spot-compare"), {"a": "x"}).content.decode()
    )


def publish(client, spot_set, reason="agreed"):
    return client.post(
        reverse("hot-spot-publish", args=[spot_set.pk]), {"reason": reason}, follow=True
    )


def test_a_set_is_put_in_force_and_the_one_before_is_retired(sign_in, draft, people):
    coordinator = sign_in("coordinator")
    assert (
        "Put it in force"
        in coordinator.get(reverse("hot-spot-set", args=[draft.pk])).content.decode()
    )
    assert "is in force now" in publish(coordinator, draft).content.decode()
    found, spots = queries.set_in_force()
    assert (found.pk, spots.key, found.published_by_id) == (
        draft.pk,
        "centre@1",
        people["coordinator"].pk,
    )
    second = add_set(make_spots("second"), by_id=people["analyst"].pk, reason="y")
    publish(coordinator, second)
    draft.refresh_from_db()
    assert draft.state == SetState.RETIRED
    assert queries.set_in_force()[0] == second
    event = Event.objects.filter(action="hot spots published").last()
    assert event.detail == {"before": [draft.pk], "reason": "agreed"}
    assert "In force: " in coordinator.get(reverse("hot-spots")).content.decode()
    refused = publish(coordinator, second)
    assert refused.status_code == 409
    assert "is in force already" in refused.content.decode()
    publish(coordinator, draft, "back to the old one")  # a set may come back
    assert queries.set_in_force()[0] == draft


def test_publishing_needs_a_reason_and_areas_apart(sign_in, draft, people):
    coordinator = sign_in("coordinator")
    assert "govuk-error-message" in publish(coordinator, draft, "").content.decode()
    with pytest.raises(InputError, match="No reason"):
        spot_actions.publish_set(by=people["coordinator"], spot_set=draft, reason=" ")
    crossing = add_set(
        make_spots("crossing", ((458_000, 304_000), (458_100, 304_000))), by_id=1, reason="z"
    )
    refused = publish(coordinator, crossing)
    assert refused.status_code == 400
    assert "h1 and h2" in refused.content.decode()
    assert queries.set_in_force() is None


def test_two_who_publish_at_once_do_not_both_win(draft, people, monkeypatch):
    class Race:
        def enqueue(self):
            raise IntegrityError

    monkeypatch.setattr(spot_actions, "count_days", Race())
    with pytest.raises(RefusedError, match="at this moment"):
        spot_actions.publish_set(by=people["coordinator"], spot_set=draft, reason="x")
    draft.refresh_from_db()
    assert draft.state == SetState.DRAFT


def test_a_set_that_was_uploaded_becomes_a_draft_as_it_is(analyst, tmp_path):
    write_hot_spot_set(tmp_path / "s.geojson", make_spots("brought"))
    upload = send(analyst, (tmp_path / "s.geojson").read_bytes(), "s.geojson", "areas")
    assert "Hot spot set" in analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "s.geojson" in analyst.get(reverse("hot-spot-draft")).content.decode()
    page = analyst.post(
        reverse("hot-spot-draft"), {"upload": upload.pk, "reason": "from the force"}, follow=True
    ).content.decode()
    assert "brought@1" in page
    assert SpotSet.objects.get().sha256 == make_spots("brought").hash
    again = analyst.post(reverse("hot-spot-draft"), {"upload": upload.pk, "reason": "again"})
    assert again.status_code == 409


PLAIN = {
    "set_id": "drawn", "first": "2025-01-01", "last": "2025-12-31",
    "definition": "robbery@1", "method": "drawn by hand", "reason": "teams' map",
}  # fmt: skip


def test_plain_areas_become_a_draft_once_they_are_described(analyst):
    upload = send(analyst, demo_study_area().read_bytes(), "a.geojson", "areas")
    draft = reverse("hot-spot-draft")
    bare = analyst.post(draft, {"upload": upload.pk, "reason": "x"})
    assert bare.status_code == 400
    for told in ("The first day", "The last day", "The definition", "The method", "The id"):
        assert told in bare.content.decode()
    assert (
        "govuk-error-message"
        in analyst.post(draft, {**PLAIN, "set_id": "Not An Id"}).content.decode()
    )
    analyst.post(draft, {**PLAIN, "upload": upload.pk})
    made = SpotSet.objects.get()
    assert (str(made), made.hot_spots, read_set(made).window.first) == (
        "drawn@1",
        1,
        date(2025, 1, 1),
    )


def test_an_upload_that_is_not_kept_makes_no_draft(analyst, people):
    upload = send(analyst, demo_study_area().read_bytes(), "a.geojson", "areas")
    Upload.objects.update(state=State.PREVIEW)
    upload.refresh_from_db()
    with pytest.raises(InputError, match="Keep it first"):
        spot_actions.draft_from_upload(
            by=people["analyst"], upload=upload, set_id="a", how={}, reason="x"
        )


def test_the_geojson_is_read_back_by_the_library(analyst, draft, tmp_path):
    response = analyst.get(reverse("hot-spot-geojson", args=[draft.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="centre-v1.geojson"'
    (tmp_path / "a.geojson").write_bytes(response.content)
    assert read_hot_spot_set(tmp_path / "a.geojson").hash == draft.sha256
    assert response.content.decode() == write_text(make_spots())


def transform_to_metres(shape):
    return shapely.transform(
        shape, lambda at: np.column_stack(to_national_grid(at[:, 0], at[:, 1]))
    )


def test_the_geoparquet_is_what_the_standard_says(analyst, draft):
    content = analyst.get(reverse("hot-spot-geoparquet", args=[draft.pk])).content
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame["name"].to_list() == ["Street 1", "Street 2"]
    shapes = shapely.from_wkb(frame["geometry"].to_list())
    in_metres = [transform_to_metres(shape) for shape in shapes]
    assert shapely.area(in_metres) == pytest.approx([40_000, 40_000], rel=0.001)
    geo = json.loads(pl.read_parquet_metadata(io.BytesIO(content))["geo"])
    column = geo["columns"][geo["primary_column"]]
    assert geo["primary_column"] == "geometry"
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Polygon"]
    assert column.get("crs") is None or "CRS84" in json.dumps(column["crs"])  # absent: CRS84


def test_the_geopackage_is_dated_and_comes_back_as_an_upload_of_areas(analyst, draft):
    address = reverse("hot-spot-geopackage", args=[draft.pk])
    response = analyst.get(address)
    assert response["Content-Disposition"] == 'attachment; filename="centre-v1.gpkg"'
    assert response.content == analyst.get(address).content
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(response.content)
        rows = database.execute("SELECT area_id, name, selected_on, hot_spot_set FROM hot_spots")
        assert rows.fetchall() == [("h1", "Street 1", 40, "centre@1"),
                                   ("h2", "Street 2", 30, "centre@1")]  # fmt: skip
        (changed,) = database.execute("SELECT last_change FROM gpkg_contents").fetchone()
        assert changed == f"{draft.made:%Y-%m-%d}T00:00:00.000Z"
    upload = send(analyst, response.content, "from QGIS.gpkg", "areas")
    kept = pl.read_parquet(queries.find_stored(upload.table))
    assert kept.equals(read_set(draft).areas)


def test_the_table_is_given_for_spreadsheets(analyst, draft):
    text = analyst.get(reverse("hot-spot-csv", args=[draft.pk])).content.decode()
    assert text.splitlines()[0].startswith("number,area_id,name,hectares")
    assert text.splitlines()[1].startswith("1,h1,Street 1,4.0,200.0")


RULE = {
    "set_id": "chosen", "first": "2020-01-01", "last": "2020-06-30", "count": "3",
    "definition": "violence-and-sexual-offences@1", "size_m": "200", "apart_m": "100",
}  # fmt: skip


@pytest.fixture(scope="session")
def street_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(demo_street_folder().rglob("*-street.csv*")):
            archive.write(path, path.name)
    return buffer.getvalue()


def test_hot_spots_are_chosen_by_a_rule_in_the_background(analyst, street_zip):
    area = send(analyst, demo_study_area().read_bytes(), "area.geojson", "areas")
    send(analyst, street_zip, "crimes.zip", "crimes")
    page = analyst.post(
        reverse("hot-spot-choose"), {**RULE, "area": area.pk}, follow=True
    ).content.decode()
    assert "3 hot spots were chosen" in page
    made = SpotSet.objects.get()
    spots = read_set(made)
    assert (str(made), spots.areas.height) == ("chosen@1", 3)
    assert "200 m" in spots.method
    assert spots.selected_on["crimes"].min() > 0
    again = analyst.post(reverse("hot-spot-choose"), {**RULE, "area": area.pk})
    assert again.status_code == 409
    assert "another set, not a version" in again.content.decode()


def test_a_choice_that_cannot_be_made_says_why(analyst):
    area = send(analyst, demo_study_area().read_bytes(), "area.geojson", "areas")
    page = analyst.post(
        reverse("hot-spot-choose"), {**RULE, "area": area.pk}, follow=True
    ).content.decode()
    assert "No crimes are kept" in page
    assert "nothing could be chosen" in analyst.get(reverse("hot-spots")).content.decode()
    choice = SpotChoice.objects.get()
    assert str(choice) == f"choice {choice.pk}"
    assert analyst.get(reverse("hot-spot-choice", args=[9_999])).status_code == 404


def test_a_choice_under_way_says_so_and_a_second_job_leaves_it(analyst, people):
    choice = SpotChoice.objects.create(rule={}, asked=datetime.now(UTC), asked_by_id=1)
    page = analyst.get(reverse("hot-spot-choice", args=[choice.pk])).content.decode()
    assert "Waiting for its turn" in page
    assert "under way" in analyst.get(reverse("hot-spots")).content.decode()
    SpotChoice.objects.update(state=State.KEPT)
    jobs.choose_spots.enqueue(choice.pk)
    assert SpotChoice.objects.get().state == State.KEPT


def test_a_study_area_that_was_undone_chooses_nothing(db):
    with pytest.raises(InputError, match="undone meanwhile"):
        choose_for({**RULE, "area": 9_999}, make_table(CRIMES))


def test_a_rule_that_ends_before_it_begins_is_told(analyst):
    area = send(analyst, demo_study_area().read_bytes(), "area.geojson", "areas")
    page = analyst.post(
        reverse("hot-spot-choose"), {**RULE, "last": "2019-01-01", "area": area.pk}
    ).content.decode()
    assert "The last day is before the first" in page
    assert not SpotChoice.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "officer"])
def test_only_whoever_may_draw_asks_for_a_choice(role, sign_in, db):
    choice = SpotChoice.objects.create(rule={}, asked=datetime.now(UTC), asked_by_id=1)
    assert sign_in(role).get(reverse("hot-spot-choice", args=[choice.pk])).status_code == 404
