import json
from datetime import date
from math import inf

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.crimes.quality import FileRead
from patrolwise.errors import InputError
from patrolwise.files.areas import read_areas
from patrolwise.files.hot_spot_sets import (
    is_hot_spot_set,
    read_hot_spot_set,
    write_hot_spot_set,
)
from patrolwise.hot_spots.hot_spot_set import Edit, HotSpotSet
from patrolwise.hot_spots.ranking import GammaPrior
from patrolwise.places import Grid, GridShape, areas_from_geometries
from patrolwise.tables import COUNTS, make_table
from patrolwise.times import Window

SQUARES = [shapely.box(458_000 + 500 * i, 304_000, 458_200 + 500 * i, 304_200) for i in range(3)]


def hot_spots(shapes=SQUARES, **values):
    ids = [f"spot-{i:02d}" for i in range(1, len(shapes) + 1)]
    counts = {
        "area_id": ids[:2],
        "window": ["selection"] * len(ids[:2]),
        "crimes": [40, 30][: len(ids)],
    }
    right = {
        "id": "leicester",
        "method": "squares of 200 m by shrunken count",
        "window": Window("selection", date(2020, 1, 1), date(2021, 12, 31)),
        "definition": "robbery@1",
        "areas": areas_from_geometries(ids, shapes, [f"Près du n° {i}" for i in ids]),
        "selected_on": make_table(COUNTS, counts),
        "prior": GammaPrior(mean=2.5, alpha=0.75),
        "created_from": (FileRead(name="2020-01-street.csv", sha256="ab" * 32, rows=12),),
        "edits": (),
    }
    return HotSpotSet(**{**right, **values})


def changed(path, change):
    """Do to the file what a hand would."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def move_the_first(document):
    for corner in document["features"][0]["geometry"]["coordinates"][0]:
        corner[0] += 0.0001


def test_a_set_comes_back_as_it_was_written(tmp_path):
    edit = Edit(version=2, reason="a corner was redrawn", from_hash="cd" * 32)
    given_set = hot_spots(version=2, edits=(edit,))
    write_hot_spot_set(tmp_path / "set.geojson", given_set)
    found = read_hot_spot_set(tmp_path / "set.geojson")
    assert found.hash == given_set.hash
    for name in ("key", "method", "window", "definition", "prior", "created_from", "edits"):
        assert getattr(found, name) == getattr(given_set, name), name
    assert found.selected_on.equals(given_set.selected_on)
    assert found.areas["name"].to_list() == given_set.areas["name"].to_list()


@given(
    st.floats(100_000, 600_000),
    st.floats(20_000, 900_000),
    st.sampled_from(list(GridShape)),
)
@settings(deadline=None, max_examples=40)
def test_degrees_in_the_file_give_back_every_tenth_of_a_metre(tmp_path_factory, x, y, shape):
    path = tmp_path_factory.mktemp("sets") / "set.geojson"
    grid = Grid(shape=shape, size_m=200.0, shift_m=(x % 7, y % 11))
    keys = grid.cells_at(np.array([x]), np.array([y]))
    given_set = hot_spots([grid.polygons(keys)[0]])
    write_hot_spot_set(path, given_set)
    assert read_hot_spot_set(path).hash == given_set.hash


def test_a_collapsed_prior_and_none_come_back(tmp_path):
    for prior in (GammaPrior(mean=2.0, alpha=inf), None):
        write_hot_spot_set(tmp_path / "set.geojson", hot_spots(prior=prior))
        assert read_hot_spot_set(tmp_path / "set.geojson").prior == prior


def test_the_file_is_geojson_that_any_program_reads_and_is_the_same_every_time(tmp_path):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    first = path.read_bytes()
    write_hot_spot_set(path, hot_spots())
    assert path.read_bytes() == first
    document = json.loads(first)
    assert document["type"] == "FeatureCollection"
    rings = [f["geometry"]["coordinates"][0] for f in document["features"]]
    assert all(shapely.LinearRing(ring).is_ccw for ring in rings)
    assert read_areas(path).areas["area_id"].to_list() == ["spot-01", "spot-02", "spot-03"]
    assert [p.name for p in tmp_path.iterdir()] == ["set.geojson"]


def test_arms_of_a_trial_are_never_written(tmp_path):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    changed(path, lambda d: d["features"][0]["properties"].update(arm="treatment"))
    changed(path, lambda d: d["patrolwise"].update(arms={"spot-01": "treatment"}))
    write_hot_spot_set(path, read_hot_spot_set(path))
    assert "treatment" not in path.read_text(encoding="utf-8")


def test_an_area_moved_by_hand_is_noticed_and_named(tmp_path):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    changed(path, move_the_first)
    with pytest.raises(
        InputError, match="is not leicester@1 as it was written: spot-01 was changed"
    ):
        read_hot_spot_set(path)
    with pytest.raises(InputError, match="accept_edits and a reason, which makes it leicester@2"):
        read_hot_spot_set(path, accept_edits=True)


def test_an_accepted_change_is_the_next_version_with_its_reason(tmp_path):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    changed(path, move_the_first)
    changed(path, lambda d: d["features"].pop())
    found = read_hot_spot_set(path, accept_edits=True, reason="the school asked")
    assert found.key == "leicester@2"
    assert found.edits == (Edit(version=2, reason="the school asked", from_hash=hot_spots().hash),)
    assert found.selected_on["area_id"].to_list() == ["spot-02"]
    write_hot_spot_set(path, found)
    assert read_hot_spot_set(path).hash == found.hash


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["features"].pop(), "spot-03 is missing"),
        (lambda d: d["patrolwise"].update(method="by eye"), "its method, window, definition"),
        (lambda d: d["patrolwise"].update(hash="0" * 64), "or hash was changed"),
        (lambda d: d["features"][0]["properties"].update(area_id="new"), "new was added"),
    ],
)
def test_whatever_was_changed_is_said(tmp_path, change, said):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    changed(path, change)
    with pytest.raises(InputError, match=said):
        read_hot_spot_set(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("patrolwise"), "Map programs drop it"),
        (lambda d: d["patrolwise"].pop("window"), "window is missing"),
        (lambda d: d["patrolwise"].update(schema="other/9"), "schema is other/9"),
        (lambda d: d["patrolwise"].update(area_hashes=[]), "one hash by area id"),
        (lambda d: d["patrolwise"].update(window="2021"), "not what it should be"),
        (lambda d: d["patrolwise"]["window"].update(first="May"), "not what it should be"),
        (lambda d: d["patrolwise"].update(prior={}), "not what it should be"),
        (lambda d: d["patrolwise"].update(edits=[{"by": "me"}]), "not what it should be"),
        (lambda d: d["features"][0]["properties"].update(selected_on="x"), "not what it should be"),
    ],
)
def test_a_file_that_is_no_set_says_what_to_do(tmp_path, change, said):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    changed(path, change)
    with pytest.raises(InputError, match=said):
        read_hot_spot_set(path)


def test_a_file_that_is_not_there_or_not_json_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_hot_spot_set(tmp_path / "none.geojson")
    (tmp_path / "page.geojson").write_text("<html>", encoding="utf-8")
    with pytest.raises(InputError, match="is not GeoJSON"):
        read_hot_spot_set(tmp_path / "page.geojson")
    (tmp_path / "list.geojson").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no member patrolwise"):
        read_hot_spot_set(tmp_path / "list.geojson")


def test_a_folder_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_hot_spot_set(tmp_path / "none" / "set.geojson", hot_spots())


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "set.geojson"
    path.mkdir()  # a file cannot take a folder's place
    with pytest.raises(InputError, match="cannot be written"):
        write_hot_spot_set(path, hot_spots())
    assert [p.name for p in tmp_path.iterdir()] == ["set.geojson"]


def test_a_set_is_told_from_plain_areas_and_from_what_cannot_be_read(tmp_path):
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, hot_spots())
    assert is_hot_spot_set(path)
    changed(path, lambda d: d.pop("patrolwise"))
    assert not is_hot_spot_set(path)
    assert not is_hot_spot_set(tmp_path / "none.geojson")
