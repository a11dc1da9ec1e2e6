"""The map of a card: numbers in the order of the route, nothing hidden, nothing told by colour."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.card_making import make_cards
from patrolwise.reporting.card_map import describe_card_map, draw_card_map
from patrolwise.reporting.card_marks import place_marks
from patrolwise.reporting.card_records import Base, Ground, Way
from patrolwise.reporting.map_frame import MapFrame
from patrolwise.reporting.svg import Label

from .plan_samples import MONDAY, NAMES, OUTREACH, make_notes, make_paper

SVG = "{http://www.w3.org/2000/svg}"
LABEL = Label(id="map", title="Map", description="Where.")


def card_of(visits=7, **notes):
    return make_cards(make_paper(visits), make_notes(**notes), MONDAY, [OUTREACH])[0]


def draw(card, size=(400, 300)):
    return draw_card_map(card, LABEL, size)


def texts_of(drawing):
    return [e.text for e in ET.fromstring(drawing.svg).iter(f"{SVG}text")]


def boxes_of(card, size):
    frame = MapFrame(
        middle=(-1.545, 53.797), pixels_per_m=size[0] / 3000, width=size[0], height=size[1]
    )
    return [mark.box for mark in place_marks(card, frame)]


@pytest.mark.parametrize("size", [(400, 200), (700, 480), (328, 328)])
def test_every_visit_has_its_number_on_the_map_and_the_base_its_letter(size):
    texts = texts_of(draw(card_of(), size))
    for number in "1234567":
        assert texts.count(number) == 1 + (number == "1")  # the legend shows a 1 too
    assert texts.count("B") == 2
    assert {"N", "Visit", "Base", "Way to the next", "Way back"} <= set(texts)


def test_a_place_that_is_visited_twice_carries_both_numbers():
    texts = texts_of(draw(card_of(10)))
    assert {"1, 9", "2, 10"} <= set(texts)
    assert "9" not in texts


def test_names_stand_beside_their_numbers_where_there_is_room_and_are_cut_when_long():
    texts = texts_of(draw(card_of(), (700, 480)))
    assert {"Old Market", "Town Hall"} <= set(texts)
    assert any(text.startswith("Rhôs") and text.endswith("…") for text in texts)
    small = texts_of(draw(card_of(), (120, 120)))
    assert sum(name in small for name in NAMES) < sum(name in texts for name in NAMES)


def test_no_two_numbers_lie_on_each_other_even_where_hot_spots_touch():
    boxes = boxes_of(card_of(14), (400, 300))
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
            assert apart, (one, other)


def test_a_base_inside_a_hot_spot_is_moved_beside_it_with_a_line_to_its_place():
    card = card_of(1)
    inside = card.shapes[0].rings[0]
    longitude = sum(x for x, _ in inside) / len(inside)
    latitude = sum(y for _, y in inside) / len(inside)
    base = Base(base_id="hut", name="Hut", longitude=longitude, latitude=latitude)
    frame = MapFrame(middle=(longitude, latitude), pixels_per_m=0.2, width=400, height=300)
    spot, hut = place_marks(replace(card, base=base), frame)
    assert not spot.is_moved
    assert hut.is_moved
    svg = draw(replace(card, base=base, ground=Ground())).svg
    assert re.search(r'<path d="M[\d.]+,[\d.]+L[\d.]+,[\d.]+" stroke="#1a1f24"/>', svg)


def test_where_a_map_is_too_small_for_all_numbers_each_stands_on_its_place():
    card = card_of()
    frame = MapFrame(middle=(-1.545, 53.797), pixels_per_m=0.001, width=30, height=30)
    marks = place_marks(card, frame)
    assert len(marks) == 8
    assert marks[-1].at == marks[-1].anchor


def test_the_way_there_is_dashed_the_way_back_dotted_and_each_is_drawn_once():
    svg = draw(card_of(ground=Ground())).svg
    legend = svg.index("Way to the next")
    assert svg[:legend].count('stroke-dasharray="7 4"') == 7 + 1  # hall to 1, six between; legend
    assert svg[:legend].count('stroke-dasharray="0.5 5"') == 1
    twice = draw(card_of(14, ground=Ground())).svg
    # the second round goes the ways of the first again, but for the way from 8 to 9
    assert twice.count('stroke-dasharray="7 4"') == 1 + 7 + 1 + 1


def test_without_a_base_there_is_no_base_and_no_way_back():
    texts = texts_of(draw(replace(card_of(), base=None)))
    assert "B" not in texts
    assert "Way back" not in texts
    assert describe_card_map(replace(card_of(), base=None)).count("begins") == 0


def test_two_visits_to_one_place_in_a_row_need_no_way():
    card = card_of(1, ground=Ground())
    again = replace(card.steps[0], number=2)
    svg = draw(replace(card, base=None, steps=(*card.steps, again))).svg
    assert svg.count('stroke-dasharray="7 4"') == 1  # of the legend
    assert "1, 2" in svg


def test_ways_follow_the_streets_where_they_are_given():
    card = card_of()
    straight = draw(replace(card, ground=Ground())).svg
    followed = draw(card).svg
    assert straight != followed
    short = Ground(ways=(Way(from_id="hall", to_id="hs-1", line=((-1.55, 53.8),)),))
    assert draw(replace(card, ground=short)).svg == straight


def test_a_way_of_no_length_is_no_fault():
    here = (-1.55, 53.8)
    still = Ground(ways=(Way(from_id="hall", to_id="hs-1", line=(here, here)),))
    assert "nan" not in draw(replace(card_of(), ground=still)).svg


def test_streets_outside_the_map_are_left_out_and_the_credit_is_printed():
    svg = draw(card_of()).svg
    (streets,) = re.findall(r'<path d="([^"]+)" fill="none" stroke="#cfd4da"/>', svg)
    assert streets.count("M") == 1
    assert "OpenStreetMap" in svg
    bare = draw(card_of(ground=Ground())).svg
    assert "#cfd4da" not in bare
    assert "OpenStreetMap" not in bare


def test_the_map_is_named_described_and_says_that_the_table_says_the_same():
    card = card_of()
    root = ET.fromstring(draw(card).svg)
    assert root.get("role") == "img"
    told = describe_card_map(card)
    assert told.startswith("Map of the route. Hot spots in order: 1 Old Market; 2 Canal Basin")
    assert "It begins and ends at Town Hall." in told


def test_nothing_on_the_map_is_told_by_a_colour():
    for colour in re.findall(r"#([0-9a-f]{3,6})\b", draw(card_of()).svg):
        full = colour if len(colour) == 6 else "".join(2 * c for c in colour)
        channels = [int(full[at : at + 2], 16) for at in (0, 2, 4)]
        assert max(channels) - min(channels) < 26, colour


def test_a_unit_without_visits_has_no_map():
    idle = make_cards(make_paper(), make_notes(), MONDAY, [OUTREACH])[1]
    with pytest.raises(InputError, match="SO-2 has no visit"):
        draw(idle)


def test_the_same_card_gives_the_same_map():
    assert draw(card_of()).svg == draw(card_of()).svg
