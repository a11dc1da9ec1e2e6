"""PDFs for screen readers: what can be checked of PDF/UA-1 without a validator."""

import io
from itertools import pairwise

import pypdf
import pytest

from patrolwise.reporting.pdf import make_report_pdf
from patrolwise.reporting.plain_document import make_plain_pdf
from patrolwise.reporting.reflection_records import NO_FACTS, NOTHING_SAID

LEVELS = {"/Title": 0, **{f"/H{number}": number for number in range(1, 7)}}


@pytest.fixture(scope="module", params=["report", "plain"])
def reader(request, make_results):
    results = make_results()
    pdf = (
        make_report_pdf(results)
        if request.param == "report"
        else make_plain_pdf(results, NOTHING_SAID, NO_FACTS)
    )
    return pypdf.PdfReader(io.BytesIO(pdf))


def elements_of(reader):
    """Every structure element in reading order, its parent's role first."""

    def walk(node, parent):
        node = node.get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            for one in node:
                yield from walk(one, parent)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            role = node.get("/S", parent)
            if "/S" in node:
                yield parent, role, node
            if "/K" in node:
                yield from walk(node["/K"], role)

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"], None))


def test_it_is_tagged_and_says_its_title_and_language(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert not root["/MarkInfo"]["/Suspects"].value
    assert root["/Lang"].lower() == "en-gb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_page_is_read_in_the_order_of_its_structure(reader):
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    assert all("/StructParents" in page for page in reader.pages)


def test_every_picture_has_words(reader):
    figures = [node for _, role, node in elements_of(reader) if role == "/Figure"]
    assert figures
    assert all(len(node.get("/Alt", "")) > 40 for node in figures)


def test_headings_never_skip_a_level_and_each_section_is_a_bookmark(reader):
    levels = [LEVELS[role] for _, role, _ in elements_of(reader) if role in LEVELS]
    assert levels[0] <= 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    assert len(marks) == levels.count(min(level for level in levels if level > 0))


def test_every_table_has_rows_and_a_row_of_heads(reader):
    elements = elements_of(reader)
    roles = [role for _, role, _ in elements]
    assert roles.count("/Table") == roles.count("/THead") > 0
    heads = [node for _, role, node in elements if role == "/TH"]
    assert heads
    assert all(parent == "/TR" for parent, role, _ in elements if role in ("/TH", "/TD"))


def test_lists_are_lists(reader):
    elements = elements_of(reader)
    assert any(role == "/L" for _, role, _ in elements)
    assert all(parent == "/L" for parent, role, _ in elements if role == "/LI")


def test_every_font_is_inside_and_can_be_copied_as_text(reader):
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.get_object()["/BaseFont"]] = font.get_object()
    assert fonts
    for name, font in fonts.items():
        assert "/ToUnicode" in font, name
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name
