"""The timeline of a shift: bars with numbers, breaks hatched, the same again as a table."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.plan_timeline import (
    TimelineBar,
    TimelineRow,
    chart_timeline,
    describe_timeline,
    draw_timeline,
    list_timeline,
)
from patrolwise.reporting.svg import Label

from .plan_samples import OUTREACH, POLICE, at

SVG = "{http://www.w3.org/2000/svg}"
LABEL = Label(id="time", title="The plan", description="Who is where.")


def bar(hour, minute, minutes, number="", name="Break"):
    begin = at(hour, minute)
    return TimelineBar(
        start=begin, end=begin + timedelta(minutes=minutes), number=number, name=name
    )


SO = TimelineRow(
    unit_id="SO-1",
    service=OUTREACH,
    start=at(14),
    end=at(20),
    bars=(bar(14, 5, 40, "3", "Old Market"), bar(16, 30, 30), bar(18, 0, 2, "12", "Yard")),
)
PC = replace(SO, unit_id="P-101", service=POLICE, bars=())


def rects_of(drawing):
    return [dict(e.attrib) for e in ET.fromstring(drawing.svg).iter(f"{SVG}rect")]


def texts_of(drawing):
    return [e.text for e in ET.fromstring(drawing.svg).iter(f"{SVG}text")]


def test_a_bar_is_as_long_as_its_visit_and_begins_when_it_does():
    bars = [r for r in rects_of(draw_timeline([SO], LABEL, 700)) if r["height"] == "19"]
    first, pause, short = (float(r["width"]) for r in bars)
    assert first / pause == pytest.approx(40 / 30, abs=0.02)
    assert short / first == pytest.approx(2 / 40, abs=0.02)
    per_minute = first / 40
    starts = [float(r["x"]) for r in bars]
    assert (starts[1] - starts[0]) / per_minute == pytest.approx(145, abs=0.5)


def test_breaks_are_hatched_and_visits_white_with_their_number():
    drawing = draw_timeline([SO], LABEL, 700)
    fills = [r["fill"] for r in rects_of(drawing) if r["height"] == "19"]
    assert fills == ["#fff", "url(#time-hatch)", "#fff"]
    texts = texts_of(drawing)
    assert "3" in texts
    assert "12" not in texts  # two minutes have no room for two digits


def test_one_unit_alone_stands_without_names_several_under_their_services():
    assert "SO-1" not in texts_of(draw_timeline([SO], LABEL, 700))
    texts = texts_of(draw_timeline([SO, PC], LABEL, 700))
    assert texts.index(OUTREACH) < texts.index("SO-1") < texts.index(POLICE) < texts.index("P-101")


def test_a_narrow_picture_cuts_the_shift_into_strips_and_loses_nothing():
    wide, narrow = chart_timeline([SO, PC], LABEL, (700, 320)).drawings
    assert narrow.height > 1.5 * wide.height
    assert texts_of(narrow).count("SO-1") == 2
    minutes = {
        width: sum(float(r["width"]) for r in rects_of(drawing) if r["height"] == "19")
        for width, drawing in ((700, wide), (320, narrow))
    }
    hours = {700: 6, 320: 3}  # side by side
    inner = {700: 700 - 112 - 18, 320: 320 - 60 - 18}
    for width, total in minutes.items():
        assert total / inner[width] * hours[width] * 60 == pytest.approx(72, abs=0.7)


def test_the_clock_below_is_local_and_begins_at_a_whole_hour():
    late = replace(SO, start=at(14, 30))
    clock = [t for t in texts_of(draw_timeline([late], LABEL, 700)) if re.fullmatch(r"\d\d:00", t)]
    assert clock[0] == "14:00"
    assert clock[-1] == "20:00"


def test_a_unit_that_is_off_duty_in_a_strip_has_no_line_there():
    early = replace(PC, end=at(15))
    svg = draw_timeline([SO, early], LABEL, 320).svg
    assert svg.count('stroke-width="1.2"') == 3


def test_the_table_says_what_the_picture_shows():
    grid = list_timeline([SO, PC], "As a table")
    assert grid.rows == (
        ("SO-1", OUTREACH, "14:05–14:45", "3 Old Market"),
        ("SO-1", OUTREACH, "16:30–17:00", "Break"),
        ("SO-1", OUTREACH, "18:00–18:02", "12 Yard"),
    )
    told = describe_timeline([SO, PC])
    assert "14:05–14:45 3 Old Market; 16:30–17:00 break" in told
    assert "P-101, Police, on duty 14:00–20:00: nothing planned." in told


def test_names_and_numbers_are_escaped_and_long_unit_ids_cut():
    odd = replace(SO, unit_id="<Pair & dog> of the north", service="<a>")
    drawing = draw_timeline([odd, PC], LABEL, 320)
    assert any(text.startswith("<Pair") and text.endswith("…") for text in texts_of(drawing))


def test_nobody_on_duty_gives_no_picture():
    with pytest.raises(InputError, match="Nobody is on duty"):
        draw_timeline([], LABEL, 700)
