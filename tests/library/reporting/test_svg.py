"""Pictures that can lie side by side on a page, and that have a name."""

import sys
import xml.etree.ElementTree as ET

import pytest

from patrolwise.errors import MissingExtraError
from patrolwise.reporting.svg import Label, render_chart, rows_axis, wrap_svg

SVG = "{http://www.w3.org/2000/svg}"
NAME = 'Rise & <fall> of class="marks" role="img"'
SPEC = {
    "width": 80,
    "height": 40,
    "data": {"values": [{"a": NAME, "b": 1}, {"a": "Other", "b": 2}]},
    "mark": {"type": "bar", "clip": True},
    "encoding": {
        "y": {**rows_axis([NAME, "Other"], 900), "field": "a"},
        "x": {"field": "b", "type": "quantitative"},
    },
}


def label(prefix: str = "fig") -> Label:
    return Label(id=prefix, title=NAME, description="One & two <b>.")


def test_a_picture_is_named_and_described_for_those_who_cannot_see_it():
    root = ET.fromstring(render_chart(SPEC, label()).svg)
    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    texts = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert [texts[name] for name in named] == [NAME, "One & two <b>."]


def test_ids_are_the_pictures_own_and_every_reference_leads_to_one():
    drawing = render_chart(SPEC, label("one"))
    ids = [e.get("id") for e in ET.fromstring(drawing.svg).iter() if e.get("id")]
    assert len(ids) == len(set(ids)) > 2
    assert all(name.startswith("one-") for name in ids)
    used = [part.split(")")[0] for part in drawing.svg.split("url(#")[1:]]
    assert used
    assert set(used) <= set(ids)


def test_nothing_inside_is_announced_twice_or_styled_from_the_page():
    root = ET.fromstring(render_chart(SPEC, label()).svg)
    inside = [element for element in root.iter() if element is not root]
    assert not [e for e in inside if {"class", "role", "aria-label"} & set(e.attrib)]


def test_a_name_that_looks_like_an_attribute_is_kept_as_it_is():
    root = ET.fromstring(render_chart(SPEC, label()).svg)
    assert NAME in [element.text for element in root.iter(f"{SVG}text")]


def test_the_same_chart_is_the_same_text():
    assert render_chart(SPEC, label()) == render_chart(SPEC, label())


def test_text_in_a_wrapped_picture_is_escaped():
    ET.fromstring(wrap_svg("<g/>", 10, 5, label()).svg)


def test_without_vl_convert_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'patrolwise\[report\]'"):
        render_chart(SPEC, label())


def test_what_is_no_picture_is_not_passed_on(monkeypatch):
    import vl_convert

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda *a, **k: "<html>")
    with pytest.raises(AssertionError, match="gave no SVG"):
        render_chart(SPEC, label())
