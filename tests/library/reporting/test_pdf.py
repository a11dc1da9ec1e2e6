"""The PDF: tagged, titled, the same bytes each time, and what the page says."""

import io
import re
import sys
from dataclasses import replace

import pypdf
import pytest

from patrolwise.errors import MissingExtraError
from patrolwise.reporting.pdf import make_report_pdf


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return re.sub(r"\s+", " ", text)


def roles_of(reader: pypdf.PdfReader) -> list[str]:
    """Every structure element's role, walked from the root."""
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


def test_the_pdf_is_tagged_titled_and_in_british_english(make_results):
    reader = read(make_report_pdf(make_results()))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).lower() == "en-gb"
    assert reader.metadata.title == make_results().title
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")


def test_pictures_have_words_and_tables_have_heads(make_results):
    roles = roles_of(read(make_report_pdf(make_results())))
    pictures = [alt for role, alt in roles if role == "/Figure"]
    assert len(pictures) == 6  # rings are drawn where displacement is told
    assert all(pictures)
    names = [role for role, _ in roles]
    assert names.count("/Table") == names.count("/THead") > 8


def test_the_pdf_says_what_the_page_says(make_results):
    words = words_of(make_report_pdf(make_results()))
    for said in (
        "Street outreach in Northgate",
        "Worked example on invented figures",
        "Fall, but not safe to rely on",
        "164 fewer, 39.4 % lower",
        "Not a headline: see calibration",
        "Victoria Park <north gate>",
        "Page 1 of",
    ):
        assert said in words


def test_the_same_results_give_the_same_bytes(make_results):
    results = make_results(shapes=(), outcomes=make_results().outcomes[1:])
    assert make_report_pdf(results) == make_report_pdf(results)


def test_typst_code_in_a_name_is_shown_and_not_run(make_results):
    nasty = '#panic("x") $ * _ \\ " @ref <label> `raw` // [ ] { }'
    results = make_results(title=nasty, notice=nasty, question=nasty, findings=(nasty,), harm=())
    area = replace(results.outcomes[0].areas[0], name=nasty)
    outcome = replace(results.outcomes[0], areas=(area,), title=nasty)
    words = words_of(make_report_pdf(replace(results, outcomes=(outcome,), limits=(nasty,))))
    assert words.count('#panic("x")') >= 6


def test_sixty_hot_spots_fit_their_pages(make_results):
    outcome = make_results().outcomes[0]
    areas = tuple(replace(outcome.areas[0], area_id=f"a{n}", name=f"Spot {n}") for n in range(60))
    results = make_results(outcomes=(replace(outcome, areas=areas),), shapes=())
    reader = read(make_report_pdf(results))
    assert len(reader.pages) < 14
    assert "Spot 59" in words_of(make_report_pdf(results))


def test_bare_results_still_make_a_pdf(make_results):
    results = make_results(
        outcomes=(), harm=(), shapes=(), guards=(), notice="", question="", findings=()
    )
    assert "No finding could be stated" in words_of(make_report_pdf(results))


def test_without_typst_the_message_says_what_to_install(monkeypatch, make_results):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match="Reports need typst"):
        make_report_pdf(make_results())
