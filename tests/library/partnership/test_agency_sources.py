"""Records of other agencies: terms, the hot spot that each tells of, how good they are."""

from datetime import date

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.partnership.agency_sources import (
    AGENCY_RECORDS,
    SourceTerms,
    Spot,
    find_quality,
    match_places,
)
from patrolwise.tables import make_table

SPOTS = (
    Spot(id="h1", name="Clock Tower", shape=shapely.box(-1.14, 52.63, -1.13, 52.64)),
    Spot(id="h2", name="St. Peter's", shape=shapely.box(-1.12, 52.63, -1.11, 52.64)),
    Spot(id="h3", name="Tower", shape=shapely.box(-1.10, 52.63, -1.09, 52.64)),
)
TERMS = {
    "name": "Royal Infirmary", "kind": "emergency department", "controller": "NHS trust",
    "lawful_basis": "a section", "purpose": "place counts", "agreement": "ISA 7",
    "first": date(2026, 1, 1), "last": date(2026, 12, 31), "keep_months": 36,
    "location_days": 90, "least_count": 8,
}  # fmt: skip


def record(place=None, point=None, **more):
    longitude, latitude = point or (None, None)
    return {
        "row_id": "1", "site_code": "A", "day": date(2026, 5, 1), "hour": 22, "category": "30",
        "place_type": None, "place": place, "longitude": longitude, "latitude": latitude, **more,
    }  # fmt: skip


def match(*records):
    frame = make_table(AGENCY_RECORDS, pl.DataFrame(list(records), infer_schema_length=None))
    found = match_places(frame, SPOTS)
    return list(zip(found["hot_spot_id"], found["is_usable"], strict=True))


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("outside ST PETER'S church", ("h2", True)),
        ("Towers Street", (None, True)),
        ("the tower", ("h3", True)),
        ("Clock Tower", (None, True)),  # of two: Clock Tower, and Tower
        ("N/A", (None, False)),
        ("??", (None, False)),
        (None, (None, False)),
        ("pub", (None, True)),
    ],
)
def test_words_that_hold_the_whole_name_of_one_hot_spot_tell_of_it(place, found):
    assert match(record(place)) == [found]


def test_coordinates_decide_where_there_are_any():
    told = match(
        record("the tower", (-1.135, 52.635)),
        record("the tower", (-1.0, 52.0)),
        record(None, (-1.14, 52.63)),  # on the edge
    )
    assert told == [("h1", True), (None, True), ("h1", True)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1.16, -1.08), st.floats(52.62, 52.65)), min_size=1, max_size=8)
)
def test_points_are_where_comparing_numbers_puts_them(points):
    bounds = {spot.id: spot.shape.bounds for spot in SPOTS}
    for point, (found, _) in zip(
        points, match(*(record(None, one) for one in points)), strict=True
    ):
        inside = [
            key for key, (west, south, east, north) in bounds.items()
            if west <= point[0] <= east and south <= point[1] <= north
        ]  # fmt: skip
        assert found == (inside[0] if inside else None)


def test_quality_is_what_counting_by_hand_gives():
    rows = [
        record("the tower"),
        record("unknown", hour=None, row_id="2"),
        record("pub", row_id="3", day=date(2026, 6, 2)),
        record(None, (-1.135, 52.635), row_id="4", site_code="B"),
    ]
    frame = make_table(AGENCY_RECORDS, pl.DataFrame(rows, infer_schema_length=None))
    assert find_quality(match_places(frame, SPOTS)).rows() == [
        ("A", date(2026, 5, 1), 2, 1, 1, 1),
        ("A", date(2026, 6, 1), 1, 1, 1, 0),
        ("B", date(2026, 5, 1), 1, 1, 1, 1),
    ]


def test_terms_are_whole_or_all_their_faults_are_told():
    assert SourceTerms(**TERMS).least_count == 8
    wrong = {
        "lawful_basis": " ", "kind": "gossip", "last": date(2025, 1, 1), "keep_months": 85,
        "location_days": 91, "least_count": 5,
    }  # fmt: skip
    with pytest.raises(InputError) as told:
        SourceTerms(**{**TERMS, **wrong})
    for words in (
        "lawful basis is blank",
        "gossip",
        "before 2026-01-01",
        "85",
        "91",
        "count shown is 5",
    ):
        assert words in str(told.value)
