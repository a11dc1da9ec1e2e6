"""The map of a patrol day: hot spots numbered, tracks told apart, and who may see them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.map_frame import frame_rings
from patrolwise.reporting.map_furniture import draw_legend, wrap_words
from patrolwise.reporting.patrol_map import NO_TRACKS, WHO_MAY_SEE, draw_patrol_map
from patrolwise.reporting.patrol_places import find_places
from patrolwise.reporting.patrol_results import TrackRecord

from .patrol_samples import OUTREACH, POLICE, locate, make_bare, make_patrols


def draw(results, widths=(700, 320)):
    return draw_patrol_map(results, find_places(results), "map", widths)


def texts_of(drawing):
    return [e.text for e in ET.fromstring(drawing.svg).iter() if e.tag.endswith("text")]


def test_each_hot_spot_is_numbered_once_with_a_scale_and_north():
    for drawing in draw(make_patrols()).drawings:
        texts = texts_of(drawing)
        assert sorted(t for t in texts if re.fullmatch(r"\d+", t)) == list("1234567")
        assert {"N", "Hot spot", f"Track: {POLICE}", f"Track: {OUTREACH}"} <= set(texts)
        assert any(re.fullmatch(r"\d+ k?m", t) for t in texts)


def test_services_are_told_apart_by_their_dashes():
    svg = draw(make_patrols()).drawings[0].svg
    looks = re.findall(r'd="M1,8H21" ([^/]+)/>', svg)
    dashes = [re.findall(r'stroke-dasharray="([^"]+)"', look) for look in looks]
    assert len(dashes) == 3
    assert len({str(dash) for dash in dashes}) == 3


def test_it_says_that_tracks_are_thinned_and_who_may_see_them():
    figure = draw(make_patrols())
    assert "thinned" in figure.caption
    assert WHO_MAY_SEE in figure.caption
    assert f"2 tracks of {POLICE}; 2 tracks of {OUTREACH}" in figure.description
    assert "1 track of Nobody assigned" in figure.description


def test_without_tracks_the_hot_spots_stand_alone():
    figure = draw(replace(make_patrols(), tracks=()))
    assert figure.caption.endswith(f", numbered as in the tables. {NO_TRACKS}")
    assert "dose --tracks" in NO_TRACKS
    assert WHO_MAY_SEE not in figure.caption
    assert not [text for text in texts_of(figure.drawings[0]) if text.startswith("Track")]
    assert figure.description.endswith("Tracks: none.")


def test_without_hot_spots_the_tracks_stand_alone():
    figure = draw(replace(make_patrols(), shapes=()))
    assert "Hot spots: none" in figure.description
    assert "Hot spot" not in texts_of(figure.drawings[0])


def test_with_neither_there_is_no_map():
    silent = TrackRecord(device_id="T", unit_id="", service="", lines=((),))
    with pytest.raises(InputError, match="no hot spots and no tracks"):
        draw(replace(make_bare(), tracks=(silent,)))


def test_a_drive_to_the_coast_does_not_shrink_the_hot_spots_to_specks():
    results = make_patrols()
    far = TrackRecord(
        device_id="T",
        unit_id="P-1",
        service=POLICE,
        lines=((locate(0, 0), locate(150_000, 60_000)),),
    )
    near = frame_rings([ring for shape in results.shapes for ring in shape.rings], 700)
    outline = near.trace(results.shapes[0].rings)
    assert outline in draw(replace(results, tracks=(far,))).drawings[0].svg
    assert "clip-path" in draw(replace(results, tracks=(far,))).drawings[0].svg


def test_one_fix_is_drawn_as_a_dot_and_an_empty_line_is_not():
    results = make_patrols()
    alone = replace(results, tracks=results.tracks[-1:])
    paths = re.findall(r'<path d="(M[^"]+)" fill="none" stroke="#', draw(alone).drawings[0].svg)
    assert paths.count("M1,8H21") == 1
    drawn = [path for path in paths if "H" not in path]  # neither the legend nor the scale bar
    assert len(drawn) == 1
    start, end = drawn[0].removeprefix("M").split("L")
    assert start == end


def test_a_legend_goes_on_to_the_next_line_and_tells_where_it_ends():
    entries = [("<rect/>", f"Track: service number {n}") for n in range(6)]
    _, wide = draw_legend(entries[:1], "Credit.", 100, 700)
    svg, narrow = draw_legend(entries, "Credit.", 100, 320)
    assert narrow > wide
    assert svg.count("translate(0.0,") == 6
    _, bare = draw_legend([], "Credit.", 100, 700)
    assert bare == wide


def test_a_word_wider_than_the_line_keeps_its_own():
    assert wrap_words("a incomprehensibilities b", 40) == ["a", "incomprehensibilities", "b"]
    assert wrap_words("", 40) == [""]
