"""Maps: true to scale, numbered as in the tables, every label readable."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.reporting.map_frame import MapFrame, frame_rings, nice_length_m, place_labels
from patrolwise.reporting.maps import draw_map, number_hot_spots
from patrolwise.reporting.results import MapShape
from patrolwise.reporting.svg import INK


def haversine_m(a, b):
    """Distance over the globe: the slow, obvious twin of the flat map."""
    (lon_a, lat_a), (lon_b, lat_b) = ([math.radians(v) for v in place] for place in (a, b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6_378_000 * math.asin(math.sqrt(half))


place = st.tuples(st.floats(-1.6, -0.7), st.floats(52.4, 52.9))


@settings(deadline=None, max_examples=50)
@given(place, place)
def test_distances_on_the_map_are_those_over_the_globe(a, b):
    frame = frame_rings([[(-1.6, 52.4), (-0.7, 52.9)]], 640)
    (ax, ay), (bx, by) = frame.locate(*a), frame.locate(*b)
    drawn_m = math.hypot(ax - bx, ay - by) / frame.pixels_per_m
    assert drawn_m == pytest.approx(haversine_m(a, b), rel=0.01, abs=1)


@settings(deadline=None, max_examples=50)
@given(st.lists(place, min_size=1, max_size=6), st.sampled_from([320, 700]))
def test_every_point_falls_inside_the_frame(places, width):
    frame = frame_rings([places], width)
    for longitude, latitude in places:
        x, y = frame.locate(longitude, latitude)
        assert 0 < x < frame.width
        assert 0 < y < frame.height


def test_a_single_point_is_shown_at_a_scale_people_know():
    frame = frame_rings([[(-1.13, 52.63)]], 400)
    assert 800 <= frame.width / frame.pixels_per_m < 1200


def test_no_point_and_no_scale_are_refused():
    with pytest.raises(InputError, match="no area to draw"):
        frame_rings([[]], 640)
    with pytest.raises(InputError, match="scale and a size above 0"):
        MapFrame(middle=(0, 0), pixels_per_m=0, width=10, height=10)


@settings(deadline=None, max_examples=50)
@given(st.floats(0.002, 5e5))
def test_a_scale_bar_is_the_longest_round_length_that_fits(longest):
    round_lengths = [s * 10.0**p for p in range(-4, 7) for s in (1, 2, 5)]
    by_hand = max(length for length in round_lengths if length <= longest)
    assert nice_length_m(longest) == pytest.approx(by_hand)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(20, 620), st.floats(20, 420)), max_size=25))
def test_labels_do_not_cover_each_other_while_there_is_room(anchors):
    frame = MapFrame(middle=(0, 0), pixels_per_m=1, width=640, height=440)
    placed = place_labels(anchors, [], frame, 9.5)
    assert len(placed) == len(anchors)
    for i, (x, y) in enumerate(placed):
        assert all(max(abs(x - u), abs(y - v)) >= 19 - 1e-9 for u, v in placed[:i])


def test_a_label_with_nowhere_to_go_stays_on_its_place():
    frame = MapFrame(middle=(0, 0), pixels_per_m=1, width=640, height=440)
    assert place_labels([(50.0, 50.0)], [(0, 0, 640, 440)], frame, 9.5) == [(50.0, 50.0)]


def test_hot_spots_are_numbered_as_in_the_table_and_comparison_areas_are_not(make_results):
    results = make_results()
    outcome = results.outcomes[0]
    other = replace(outcome.areas[0], area_id="c-1")
    drawn = MapShape(area_id="late", name="Late", kind="hot spot", rings=results.shapes[-1].rings)
    results = replace(
        results,
        outcomes=(replace(outcome, areas=(*outcome.areas[::-1], other)),),
        shapes=(*results.shapes, drawn),
    )
    numbers = number_hot_spots(results)
    assert numbers["hs-7"] == 1
    assert numbers["late"] == 8
    assert "c-1" not in numbers


def test_the_map_is_well_formed_and_holds_each_number_once(make_results):
    figure = draw_map(make_results(), "map", (700, 320))
    for drawing in figure.drawings:
        texts = [e.text for e in ET.fromstring(drawing.svg).iter() if e.tag.endswith("text")]
        assert sorted(t for t in texts if re.fullmatch(r"\d+", t or "")) == list("1234567")
        assert {"N", "Hot spot", "Comparison area", "Study area"} <= set(texts)
        assert any(re.fullmatch(r"\d+ k?m", t or "") for t in texts)
    assert "Victoria Park <north gate>" in figure.description


def test_open_data_is_credited_and_a_forces_own_is_not(make_results):
    results = make_results()
    assert "Open Government Licence" in draw_map(results, "m", (700,)).drawings[0].svg
    own = tuple(replace(outcome, is_open_data=False) for outcome in results.outcomes)
    figure = draw_map(replace(results, outcomes=own), "m", (700,))
    assert "Open Government" not in figure.drawings[0].svg


def test_a_county_does_not_shrink_its_hot_spots_to_specks(make_results):
    results = make_results(shapes=tuple(s for s in make_results().shapes if s.kind == "hot spot"))
    county = MapShape(
        area_id="county",
        name="County",
        kind="study area",
        rings=(((-2.0, 52.0), (-0.2, 52.0), (-0.2, 53.2), (-2.0, 53.2), (-2.0, 52.0)),),
    )
    wide = replace(results, shapes=(*results.shapes, county))
    scale = r">(\d+ k?m)</text>"
    bars = [re.search(scale, draw_map(r, "m", (700,)).drawings[0].svg)[1] for r in (results, wide)]
    assert bars[0] == bars[1]


def test_cells_are_shaded_by_value_and_zero_everywhere_is_one_shade(make_results):
    shapes = make_results().shapes
    cells = [s for s in shapes if s.kind == "cell"]
    figure = draw_map(make_results(), "m", (700,))
    assert shades_of(figure) == 4
    flat = tuple(replace(cell, value=None) for cell in cells)
    figure = draw_map(make_results(shapes=flat), "m", (700,))
    assert shades_of(figure) == 1
    assert "Hot spots: none" in figure.description


def shades_of(figure):
    cells = re.findall(r'<path d="[^"]+" fill="(#\w+)"/>', figure.drawings[0].svg)
    return len(set(cells) - {INK})


def test_without_shapes_or_outcomes_there_is_no_map(make_results):
    with pytest.raises(InputError, match="no shapes"):
        draw_map(make_results(shapes=()), "m", (700,))
    assert number_hot_spots(make_results(shapes=(), outcomes=())) == {}
