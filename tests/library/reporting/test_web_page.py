"""The page: one file that fetches nothing, runs nothing and breaks on no name."""

import itertools
import re
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from patrolwise.errors import MissingExtraError
from patrolwise.reporting import web_page as page
from patrolwise.reporting.web_page import make_report_html

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Outline(HTMLParser):
    """Collects tags and ids, and checks that what opens is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def count(self, name):
        return sum(tag == name for tag, _ in self.tags)


@pytest.fixture(scope="module")
def text(make_results):
    return make_report_html(make_results())


def test_the_page_is_well_formed_with_one_heading_and_its_landmarks(text):
    outline = Outline(text)
    assert outline.open == []
    assert outline.count("h1") == outline.count("main") == outline.count("nav") == 1
    assert outline.count("header") == outline.count("footer") == 1
    assert ("html", {"lang": "en-GB"}) in outline.tags


def test_headings_never_skip_a_level(text):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unique_and_every_link_and_label_leads_somewhere(text):
    outline = Outline(text)
    ids = Counter(attrs["id"] for _, attrs in outline.tags if attrs.get("id"))
    assert max(ids.values()) == 1
    for _, attrs in outline.tags:
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids
        if (attrs.get("href") or "").startswith("#"):
            assert attrs["href"][1:] in ids
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_the_page_fetches_nothing_and_runs_nothing(text):
    outline = Outline(text)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    for tag, attrs in outline.tags:
        assert not {"src", "onload", "onclick"} & set(attrs), tag
        assert (attrs.get("href") or "#").startswith("#")
    assert "@import" not in text
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_tables_have_captions_heads_and_a_region_to_scroll_in(text):
    outline = Outline(text)
    assert outline.count("table") == outline.count("caption") > 8
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in outline.tags if tag == "th")
    regions = [a for _, a in outline.tags if a.get("role") == "region"]
    assert len(regions) == outline.count("table")
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in regions)


def test_each_picture_is_drawn_wide_and_narrow_and_described(text):
    outline = Outline(text)
    pictures = [attrs for tag, attrs in outline.tags if tag == "svg"]
    assert len(pictures) == 2 * outline.count("figure")
    assert all(a["role"] == "img" and a["aria-labelledby"] for a in pictures)


def test_names_with_markup_are_shown_and_not_obeyed(make_results):
    nasty = '<script>alert("x")</script> & {{ 7 * 7 }} {% raw %}'
    results = make_results(title=nasty, notice=nasty, findings=(nasty,), limits=(nasty,))
    area = replace(results.outcomes[0].areas[0], name=nasty)
    outcome = replace(results.outcomes[0], areas=(area,), title=nasty)
    shapes = tuple(replace(shape, name=nasty) for shape in results.shapes)
    text = make_report_html(replace(results, outcomes=(outcome,), shapes=shapes))
    assert "<script" not in text
    assert "{{ 7 * 7 }}" in text
    assert Outline(text).open == []


def test_percentages_keep_to_one_line_and_can_still_be_searched_for(text):
    assert '<span class="one">39.4 % lower</span>' in text
    assert "416 → 252" in text


def test_the_notice_is_there_only_when_there_is_one(text, make_results):
    assert 'class="notice"' in text
    bare = make_report_html(make_results(notice="", question="", shapes=(), outcomes=(), harm=()))
    assert 'class="notice"' not in bare
    assert 'class="lead"' not in bare


def test_the_same_results_give_the_same_page(make_results):
    results = make_results(outcomes=make_results().outcomes[:1], shapes=())
    assert make_report_html(results) == make_report_html(results)


def test_without_jinja_the_message_says_what_to_install(monkeypatch, make_results):
    page._template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="Reports need jinja2"):
        make_report_html(make_results())
    page._template.cache_clear()
