"""The practice-bank entry: a real Word file, filled from the results, with nothing made up."""

import io
import re
import sys
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from patrolwise.errors import MissingExtraError
from patrolwise.reporting.practice_bank import make_practice_bank_docx
from patrolwise.reporting.reflection_records import (
    NO_FACTS,
    NOT_SAID,
    NOTHING_SAID,
    HarmWatch,
    Reflection,
    ReportFacts,
)

SAID = Reflection(
    theory=("guardianship",),
    mechanisms=("A pair is there",),
    implementation="From June, 40 minutes a visit.",
    aim="Fewer assaults after school.",
    problem="Assaults between 14:00 and 20:00.",
    response="Pairs of outreach workers.",
    harms=(HarmWatch(what="trust", how="A survey", found="41 of 60 felt safer"),),
    changes=("The bus station was added", "Trackers were charged at noon"),
    voices=("Somewhere dry to sit",),
    referrals="38 people.",
    learning=("A spare battery",),
    organisation="Northgate Police",
    contact="hub@example.org",
)
FACTS = ReportFacts(dose_sentence="268 of 332 visits.", cost_sentence="£2.28 a minute.")


@pytest.fixture(scope="module")
def entry(make_results):
    return make_practice_bank_docx(make_results(), SAID, FACTS)


def read(content):
    return docx.Document(io.BytesIO(content))


def parts_of(content):
    """Heading → the text under it, tables apart."""
    parts, heading = {}, ""
    for paragraph in read(content).paragraphs:
        if paragraph.style.name.startswith(("Heading", "Title")):
            heading = paragraph.text
            parts[heading] = []
        else:
            parts[heading].append(paragraph.text)
    return {heading: "\n".join(texts).strip() for heading, texts in parts.items()}


def table_of(content, first):
    table = next(t for t in read(content).tables if t.rows[0].cells[0].text == first)
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_it_has_the_fields_of_a_practice_bank_in_order(entry):
    assert list(parts_of(entry)) == [
        "Street outreach in Northgate: the first 11 months",
        "Key details",
        "Summary",
        "Aim",
        "Problem",
        "Response",
        "Why it might work",
        "Changes made on the way",
        "Outcome and evaluation",
        "Strength of the evidence",
        "What was not shown",
        "How it was done",
        "Cost",
        "Referrals and voices",
        "Harms that were watched for",
        "Learning",
        "Contact",
    ]


def test_it_is_filled_from_the_results_and_from_what_was_said(entry):
    parts = parts_of(entry)
    assert "not safe to rely on: see “What was not shown”." in parts["Summary"]
    assert parts["Aim"] == "Fewer assaults after school."
    assert "Only recorded crime is counted." in parts["What was not shown"]
    assert "Patrols had already begun" in parts["What was not shown"]
    assert parts["Cost"] == "£2.28 a minute."
    assert "Level 1 of 5" in parts["Strength of the evidence"]
    assert "268 of 332 visits." in parts["How it was done"]
    details = dict(table_of(entry, "What")[1:])
    assert details["Does it work?"].startswith("Untested: new.")
    assert "those who run the bank decide" in details["Does it work?"]
    assert details["Scale"] == "7 hot spots"
    assert details["Organisation"] == "Northgate Police"
    outcomes = table_of(entry, "Outcome")
    assert outcomes[1][1] == "416 → 252, 39.4 % lower"
    assert outcomes[1][4] == "Fall, but not safe to rely on"
    assert table_of(entry, "Harm")[2][1:] == ["A survey", "41 of 60 felt safer"]


def test_what_was_not_said_stays_open(make_results):
    bare = make_results(
        outcomes=(), harm=(), limits=(), notice="", question="", services=(), comparison_rule=""
    )
    entry = make_practice_bank_docx(bare, NOTHING_SAID, NO_FACTS)
    parts = parts_of(entry)
    for heading in ("Aim", "Problem", "Response", "Learning", "Contact", "How it was done"):
        assert parts[heading] == f"{NOT_SAID}."
    assert parts["Cost"] == "Not known: no costs were given."
    assert parts["What was not shown"] == "No limits were recorded with the results."
    assert parts["Strength of the evidence"] == "There is no design to judge."
    assert parts["Outcome and evaluation"] == "No crimes were counted."
    details = dict(table_of(entry, "What")[1:])
    assert details["Scale"] == "Nothing was counted"
    assert details["Services"] == NOT_SAID


def test_an_outcome_without_comparison_or_headline_says_so(make_results):
    outcome = make_results().outcomes[0]
    alone = replace(
        outcome,
        comparison_before=None,
        comparison_after=None,
        estimates=(),
        areas=outcome.areas[:1],
    )
    entry = make_practice_bank_docx(
        make_results(outcomes=(alone,), comparison_rule=""), SAID, NO_FACTS
    )
    assert table_of(entry, "Outcome")[1][2:4] == ["None", "None that can be relied on"]
    assert "There was nothing to compare with." in parts_of(entry)["Outcome and evaluation"]
    assert dict(table_of(entry, "What")[1:])["Scale"] == "1 hot spot"


def test_every_table_has_a_header_row_and_a_name(entry):
    tables = read(entry).tables
    assert len(tables) == 3
    for table in tables:
        marked = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert marked == [True] + [False] * (len(table.rows) - 1)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def test_the_picture_has_words_and_the_file_a_title_and_a_language(entry, make_results):
    word = read(entry)
    pictures = list(word.element.iter(qn("wp:docPr")))
    assert [p.get("descr") for p in pictures] == [
        "Hot spots: 416 before, 252 after. Similar places: 2,231 before, 2,104 after."
    ]
    assert word.core_properties.title == make_results().title
    assert word.core_properties.language == "en-GB"
    languages = {tag.get(qn("w:val")) for tag in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_same_results_give_the_same_bytes_with_no_date_of_today(entry, make_results):
    assert make_practice_bank_docx(make_results(), SAID, FACTS) == entry
    with zipfile.ZipFile(io.BytesIO(entry)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2000-01-01T"}


def test_what_no_word_file_can_hold_is_left_out(make_results):
    nasty = "Café \x00\x0b\ud800 <b>&amp;</b> 🚓 " + "x" * 300
    results = make_results(title=nasty, notice=nasty, limits=(nasty, nasty), comparison_rule=nasty)
    outcome = replace(results.outcomes[0], title=nasty)
    said = replace(SAID, aim=nasty, learning=(nasty, nasty), organisation=nasty)
    entry = make_practice_bank_docx(replace(results, outcomes=(outcome,)), said, FACTS)
    assert parts_of(entry)["Aim"].startswith("Café  <b>&amp;</b> 🚓 x")
    assert len(read(entry).core_properties.title) <= 255


def test_without_python_docx_the_message_says_what_to_install(monkeypatch, make_results):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match="Reports need python-docx"):
        make_practice_bank_docx(make_results(), SAID, FACTS)
