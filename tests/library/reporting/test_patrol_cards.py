"""Cards on paper and on a phone: one page each, every place on it, each service's apart."""

import io
import itertools
import re
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pypdf
import pytest

from patrolwise.errors import InputError, MissingExtraError, RefusedError
from patrolwise.reporting import plan_pages
from patrolwise.reporting.card_fit import fit_print
from patrolwise.reporting.card_making import make_cards
from patrolwise.reporting.card_records import LONGEST_NOTE, CardNotes, Ground, PlaceNote
from patrolwise.reporting.patrol_cards import make_cards_html, make_cards_pdf

from .plan_samples import (
    MONDAY,
    NAMES,
    OUTREACH,
    POLICE,
    STAMP,
    make_areas,
    make_notes,
    make_paper,
)

LONG = tuple(f"{name} beside the Żółć Straße underpass, lower level" for name in NAMES)


def card_of(visits=7, **changes):
    notes = changes.pop("notes", None) or make_notes(ground=Ground())
    return make_cards(make_paper(visits, **changes), notes, MONDAY, [OUTREACH])[0]


@pytest.fixture(scope="module")
def usual():
    return card_of(notes=make_notes())


@pytest.fixture(scope="module")
def page(usual):
    return make_cards_html([usual])


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(page):
    return re.sub(r"\s+", " ", page.extract_text())


def roles_of(reader):
    found, todo = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        element = todo.pop().get_object()
        if isinstance(element, pypdf.generic.ArrayObject):
            todo += list(element)
        elif isinstance(element, pypdf.generic.DictionaryObject):
            if "/S" in element:
                found.append((element["/S"], element.get("/Alt")))
            if "/K" in element:
                todo.append(element["/K"])
    return found


class Outline(HTMLParser):
    """Tags, ids and words of a page; all that opens is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title", "desc"):
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_a_card_is_exactly_one_page_for_no_visit_to_fourteen_with_long_names_and_notes():
    notes = make_notes(
        ground=Ground(),
        places=tuple(
            PlaceNote(area_id=f"hs-{n}", why="Łódź " * 32, hazards="é" * (LONGEST_NOTE - 10))
            for n in range(1, 9)
        ),
    )
    areas = make_areas(LONG)
    cards = [card_of(visits, notes=notes, areas=areas) for visits in range(15)]
    pages = read(make_cards_pdf(cards)).pages
    assert len(pages) == 15
    for card, page in zip(cards, pages, strict=True):
        words = words_of(page)
        assert words.startswith("Patrol card")
        for step in card.steps:
            assert step.span in words
            assert step.name in words
        assert "If you cannot do a visit" in words
        assert STAMP.plan_sha256[:12] in words


def test_even_more_than_a_page_holds_is_one_page_with_nothing_left_out():
    card = card_of(8)
    steps = tuple(
        replace(step, hazards=f"{step.hazards} {'take care ' * 60}", why="why " * 60)
        for step in (*card.steps, *card.steps)
    )
    crowded = replace(card, steps=steps)
    (page,) = read(make_cards_pdf([crowded])).pages
    assert words_of(page).count("take care") >= 60 * len(steps)
    assert fit_print(crowded).size_pt == 5


def test_the_pdf_is_tagged_titled_and_every_picture_has_words(usual):
    reader = read(make_cards_pdf([usual]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower() == "en-gb"
    assert reader.metadata.title == "Patrol card of SO-1, Monday 3 June 2024"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")
    roles = roles_of(reader)
    pictures = [alt for role, alt in roles if role == "/Figure"]
    assert len(pictures) == 2
    assert any("Hot spots in order: 1 Old Market" in alt for alt in pictures)
    names = [role for role, _ in roles]
    assert names.count("/Table") == names.count("/THead") == 2
    assert names.count("/H1") == 1


def test_paper_says_who_when_where_why_what_next_and_whom_to_keep_clear_of(usual):
    (page,) = read(make_cards_pdf([usual])).pages
    words = words_of(page)
    for said in (
        "SO-1",
        "Street outreach · 2 people",
        "Monday 3 June 2024",
        "14:00–20:00",
        "Begin at Town Hall, walk 11 min to 1.",
        "Victoria Park <north gate>",
        "Robbery and assault after school",
        "Take care: Open water",
        "Police 17:02–17:17",
        "16:57–17:22",
        "Do not be there",
        "Do not swap hot spots or times",
        "0116 496 0123",
        "School is out",
        "made from inputs 91ab44cd0e12",
        "OpenStreetMap",
    ):
        assert said in words
    assert "P-101" not in words


def test_drafts_and_simulated_plans_say_so_first_on_every_card(usual):
    stamp = replace(STAMP, is_draft=True, is_simulated=True)
    cards = [replace(usual, stamp=stamp, ground=Ground(), unit_id=unit) for unit in ("A", "B")]
    reader = read(make_cards_pdf(cards))
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert words_of(page).startswith("DRAFT: not decided, do not patrol by it · SIMULATED")
    assert reader.metadata.title == (
        "Simulated: Patrol card of Street outreach, 2 cards, Monday 3 June 2024 (draft)"
    )
    assert Outline(make_cards_html(cards)).text.count("DRAFT: not decided") == 2


def test_a_unit_without_visits_still_has_a_card_that_says_so():
    card = card_of(0)
    (page,) = read(make_cards_pdf([card])).pages
    assert "No visits are planned for this unit on this shift." in words_of(page)
    text = Outline(make_cards_html([card])).text
    assert "No visits are planned for this unit on this shift." in text
    assert "Keep clear" not in text


def test_a_card_with_nobody_near_says_so_and_one_that_was_not_asked_says_nothing():
    alone = make_notes(ground=Ground())
    card = replace(card_of(1, notes=alone), keep_clear=())
    (page,) = read(make_cards_pdf([card])).pages
    assert "No other service plans to be in your hot spots" in words_of(page)
    assert "No other service plans to be in your hot spots" in make_cards_html([card])
    bare = card_of(2, notes=CardNotes(bases=alone.bases))
    (page,) = read(make_cards_pdf([bare])).pages
    assert "Keep clear" not in words_of(page)
    assert "Notes" not in words_of(page)
    assert "Keep clear" not in Outline(make_cards_html([bare])).text


def test_a_break_alone_needs_no_map():
    card = card_of(7)
    pause = next(step for step in card.steps if step.is_break)
    idle = replace(card, steps=(pause,), keep_clear=(), shapes=())
    (page,) = read(make_cards_pdf([idle])).pages
    assert "16:21–16:51" in words_of(page)
    assert 'class="map"' not in make_cards_html([idle])


def test_what_a_clock_change_does_is_told_on_the_card(usual):
    card = replace(usual, clock_note="The clocks change in this shift.", ground=Ground())
    assert "The clocks change" in words_of(read(make_cards_pdf([card])).pages[0])
    assert "The clocks change" in make_cards_html([card])
    assert fit_print(card).size_pt <= fit_print(usual).size_pt


def test_one_person_alone_is_not_people(usual):
    assert "1 person" in make_cards_html([replace(usual, people=1)])


def test_cards_of_two_services_are_refused_in_one_file():
    cards = make_cards(make_paper(2), make_notes(ground=Ground()), MONDAY)
    for lay_out in (make_cards_html, make_cards_pdf):
        with pytest.raises(RefusedError, match="Police and Street outreach may not be in one"):
            lay_out(cards)
        with pytest.raises(InputError, match="nobody is on duty"):
            lay_out([])


def test_the_page_is_well_formed_fetches_nothing_and_runs_nothing(page):
    outline = Outline(page)
    assert outline.open == []
    tags = {tag for tag, _ in outline.tags}
    assert not {"script", "link", "img", "iframe", "object"} & tags
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    links = [attrs["href"] for tag, attrs in outline.tags if tag == "a"]
    assert links == ["tel:01164960123"]


def test_ids_are_unique_and_labels_lead_somewhere(usual):
    outline = Outline(make_cards_html([usual, replace(usual, unit_id="SO-3")]))
    ids = Counter(attrs["id"] for _, attrs in outline.tags if attrs.get("id"))
    assert max(ids.values()) == 1
    for _, attrs in outline.tags:
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids


def test_headings_never_skip_a_level_and_each_card_has_one_of_its_own(page):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_page_says_what_the_paper_says_and_warns_at_each_visit(page, usual):
    text = Outline(page).text
    for step in usual.visits:
        assert step.span in text
        assert step.name in text
    assert "Police plan to be here 17:02–17:17 . Do not be here 16:57–17:22 ." in text
    assert "P-101" not in page
    assert "prefers-color" not in page


def test_tables_stay_tables_for_screen_readers_when_they_are_laid_out_as_blocks(page):
    outline = Outline(page)
    roles = [attrs.get("role") for tag, attrs in outline.tags if tag in ("table", "tr", "td", "th")]
    assert roles.count("table") == 1
    assert roles.count("row") == 1 + 8
    assert roles.count("rowheader") == 8


def test_the_style_of_the_page_has_no_colour_but_greys(page):
    style = page[page.index("<style>") : page.index("</style>")]
    colours = set(re.findall(r"#([0-9a-f]{3,6})\b", style))
    assert colours
    assert all(len(set(colour)) == 1 for colour in colours)
    assert not re.search(r"\b(red|green|blue|orange|rgb|hsl)\b", style)


def test_the_more_a_card_says_the_smaller_its_print():
    sizes = [fit_print(card_of(visits)).size_pt for visits in (1, 4, 7, 14)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 11
    wide, narrow = (
        fit_print(card_of(3, notes=CardNotes(bases=make_notes().bases))),
        fit_print(card_of(3)),
    )
    assert (wide.map_size[0], narrow.map_size[0]) == (700, 400)


def test_the_same_cards_give_the_same_page_and_the_same_bytes(usual):
    card = replace(usual, ground=Ground())
    assert make_cards_html([card]) == make_cards_html([card])
    assert make_cards_pdf([card]) == make_cards_pdf([card])


def test_names_with_code_in_them_are_shown_and_not_run(usual):
    nasty = '#panic("x") $ * _ \\ " @ref <script>alert(1)</script> `raw` // [ ] { }'
    steps = tuple(replace(step, name=nasty, why=nasty, hazards=nasty) for step in usual.steps)
    card = replace(usual, unit_id=nasty, steps=steps, ground=Ground())
    words = words_of(read(make_cards_pdf([card])).pages[0])
    assert words.count('#panic("x")') > 20
    page = make_cards_html([card])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_letters_that_paper_has_no_type_for_become_question_marks(usual):
    card = replace(usual, unit_id="Owls 🦉", ground=Ground())
    assert "Owls ?" in words_of(read(make_cards_pdf([card])).pages[0])
    assert "Owls 🦉" in make_cards_html([card])


def test_without_the_report_extra_the_message_says_what_to_install(monkeypatch, usual):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match="Reports need typst"):
        make_cards_pdf([usual])
    plan_pages._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="Reports need jinja2"):
        make_cards_html([usual])
    plan_pages._environment.cache_clear()


def test_the_police_card_tells_of_outreach_places_and_times_alone():
    (card,) = make_cards(make_paper(), make_notes(ground=Ground()), MONDAY, [POLICE])
    words = words_of(read(make_cards_pdf([card])).pages[0])
    assert "Street outreach 14:06–14:44" in words
    for private in ("SO-1", "3 people", "School is out", "0116"):
        assert private not in words
        assert private not in make_cards_html([card])
