from datetime import date
from math import inf

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.crimes.quality import FileRead
from patrolwise.errors import InputError
from patrolwise.hot_spots.hot_spot_set import Edit, HotSpotSet
from patrolwise.hot_spots.ranking import GammaPrior
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.tables import COUNTS, make_table
from patrolwise.times import Window

SQUARE = shapely.box(458_000, 304_000, 458_200, 304_200)
OTHER = shapely.box(459_000, 304_000, 459_200, 304_200)
PINNED = "0ae3b93941c7"
WINDOW = Window("selection", date(2020, 1, 1), date(2021, 12, 31))


def areas(*shapes):
    return areas_from_geometries([f"spot-{i:02d}" for i in range(1, len(shapes) + 1)], shapes)


def hot_spots(**values):
    right = {
        "id": "city-centre",
        "method": "2 squares of 200 m by count, 100 m apart",
        "window": WINDOW,
        "definition": "violence-and-sexual-offences@1",
        "areas": areas(SQUARE, OTHER),
        "selected_on": make_table(
            COUNTS,
            {"area_id": ["spot-01", "spot-02"], "window": ["selection"] * 2, "crimes": [40, 30]},
        ),
    }
    return HotSpotSet(**{**right, **values})


def test_a_set_has_a_key_and_a_hash_that_do_not_change():
    assert hot_spots().key == "city-centre@1"
    assert hot_spots().hash == hot_spots().hash
    assert len(hot_spots().hash) == 64
    # Written down, so that a change of how sets are hashed cannot go unnoticed.
    assert hot_spots().hash.startswith(PINNED)


@pytest.mark.parametrize(
    "values",
    [
        {"method": "by eye"},
        {"window": Window("selection", date(2020, 1, 1), date(2021, 11, 30))},
        {"window": Window("other", date(2020, 1, 1), date(2021, 12, 31))},
        {"definition": "robbery@1"},
        {"areas": areas(SQUARE, shapely.box(459_000, 304_000, 459_200.1, 304_200))},
        {"areas": areas(OTHER, SQUARE)},
    ],
    ids=["method", "dates", "window", "definition", "moved", "swapped"],
)
def test_whatever_makes_the_set_changes_the_hash(values):
    assert hot_spots(**values).hash != hot_spots().hash


@pytest.mark.parametrize(
    "values",
    [
        {"version": 3},
        {"prior": GammaPrior(mean=1.0, alpha=inf)},
        {"created_from": (FileRead(name="a.csv", sha256="0" * 64, rows=9),)},
        {"selected_on": make_table(COUNTS)},
        {
            "areas": areas_from_geometries(
                ["spot-02", "spot-01"], [OTHER, SQUARE], ["Market", "Station"]
            )
        },
    ],
    ids=["version", "prior", "files", "counts", "names and order"],
)
def test_what_does_not_make_the_set_leaves_the_hash(values):
    assert hot_spots(**values).hash == hot_spots().hash


@given(st.integers(0, 3), st.booleans(), st.floats(-0.04, 0.04))
@settings(deadline=None, max_examples=30)
def test_the_same_ground_has_one_hash_however_its_ring_is_written(start, backwards, off_m):
    ring = list(SQUARE.exterior.coords)[:-1]
    ring = ring[start:] + ring[:start]
    if backwards:
        ring.reverse()
    drawn = shapely.Polygon([(x + off_m, y - off_m) for x, y in ring])
    assert hot_spots(areas=areas(drawn, OTHER)).hash == hot_spots().hash


def test_coordinates_are_kept_to_a_tenth_of_a_metre():
    drawn = hot_spots(areas=areas(shapely.box(0.04, 0.06, 10.0, 10.0), OTHER))
    assert area_geometries(drawn.areas)[0].bounds == (0.0, 0.1, 10.0, 10.0)


def test_an_edit_is_the_next_version_and_keeps_the_reason():
    moved = shapely.box(458_010, 304_000, 458_210, 304_200)
    before = hot_spots()
    after = before.edited(areas(moved, OTHER), "the bus station moved")
    assert (before.key, after.key) == ("city-centre@1", "city-centre@2")
    assert after.edits == (Edit(version=2, reason="the bus station moved", from_hash=before.hash),)
    again = after.edited(areas(SQUARE, OTHER), "it moved back")
    assert [edit.version for edit in again.edits] == [2, 3]
    assert again.hash == before.hash


def test_counts_stay_only_for_areas_that_did_not_change():
    moved = shapely.box(458_010, 304_000, 458_210, 304_200)
    after = hot_spots().edited(areas(moved, OTHER), "moved")
    assert after.selected_on.select("area_id", "crimes").rows() == [("spot-02", 30)]
    fewer = hot_spots().edited(areas(SQUARE), "one is enough")
    assert fewer.selected_on["area_id"].to_list() == ["spot-01"]


def test_an_edit_without_a_reason_or_a_change_is_refused():
    with pytest.raises(InputError, match="needs a reason"):
        hot_spots().edited(areas(OTHER, SQUARE), " ")
    with pytest.raises(InputError, match="was not changed"):
        hot_spots().edited(areas(SQUARE, OTHER), "no reason")
    with pytest.raises(InputError, match="version 2 or later"):
        Edit(version=1, reason="x", from_hash="")


def test_a_set_says_all_that_is_wrong_with_it():
    with pytest.raises(InputError, match="5 faults") as caught:
        hot_spots(
            id="City Centre",
            version=0,
            method=" ",
            definition="violence",
            areas=areas(SQUARE),
        )
    assert "spot-02, which are no area of it" in str(caught.value)


def test_a_set_needs_an_area_and_one_count_for_each():
    nothing = make_table(COUNTS)
    with pytest.raises(InputError, match="no area"):
        hot_spots(areas=areas(), selected_on=nothing)
    twice = pl.concat([hot_spots().selected_on] * 2)
    with pytest.raises(InputError, match="two counts"):
        hot_spots(selected_on=twice)


def test_a_set_never_knows_the_arms_of_a_trial():
    labelled = areas(SQUARE, OTHER).with_columns(arm=pl.lit("treatment"))
    assert "arm" not in hot_spots(areas=labelled).areas.columns
