"""What .docx and .odt files say, and how bad ones are refused."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files import office_parts
from patrolwise.files.office_texts import read_office_text

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


def word_part(body, root="document"):
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} xmlns:w="{WORD}" '
        f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{body}</w:{root}>'
    )


def p(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def docx(path, body, **parts):
    named = {f"word/{name}.xml": word_part(text, name) for name, text in parts.items()}
    whole = word_part(f"<w:body>{body}</w:body>")
    return archive(path, {"[Content_Types].xml": "<Types/>", "word/document.xml": whole, **named})


def odt(path, body, manifest="<manifest/>"):
    content = (
        f'<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        f'xmlns:text="{TEXT}" xmlns:table="{TABLE}"><o:body><o:text>{body}</o:text></o:body>'
        "</o:document-content>"
    )
    parts = {"mimetype": "x", "content.xml": content, "META-INF/manifest.xml": manifest}
    return archive(path, parts)


def told(path):
    return [(passage.name, passage.text) for passage in read_office_text(path)]


def test_paragraphs_are_counted_where_they_hold_text(tmp_path):
    body = p("Crime fell.") + "<w:p/>" + p("  ") + p("By a third.")
    assert told(docx(tmp_path / "a.docx", body)) == [
        ("paragraph 1", "Crime fell."),
        ("paragraph 2", "By a third."),
    ]


def test_runs_are_joined_and_tabs_breaks_and_hyphens_are_letters(tmp_path):
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Crime fe</w:t></w:r><w:r>"
        '<w:rPr><w:b/></w:rPr><w:t>ll by 3</w:t><w:tab/><w:t>%</w:t><w:br w:type="page"/>'
        "<w:t>in hot</w:t><w:noBreakHyphen/><w:t>spots</w:t></w:r></w:p>"
    )
    assert told(docx(tmp_path / "a.docx", body)) == [
        ("paragraph 1", "Crime fell by 3 % in hot-spots")
    ]


def test_what_was_deleted_or_is_said_twice_or_is_a_field_code_is_left_out(tmp_path):
    body = (
        "<w:p><w:del><w:r><w:delText>416</w:delText></w:r></w:del><w:ins><w:r><w:t>252</w:t></w:r>"
        "</w:ins><w:r><w:instrText> PAGE 9 </w:instrText></w:r><w:r><mc:AlternateContent>"
        "<mc:Choice><w:t> once</w:t></mc:Choice><mc:Fallback><w:t> twice</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert told(docx(tmp_path / "a.docx", body)) == [("paragraph 1", "252 once")]


def test_a_table_is_told_by_rows_and_one_within_a_cell_belongs_to_its_row(tmp_path):
    def row(*cells):
        return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    inner = f"<w:tbl>{row(p('7'))}</w:tbl>"
    first = f"<w:tbl>{row(p('ASB'), p('183') + p('203'))}{row(p(''))}{row(p('x'), inner)}</w:tbl>"
    body = first + p("Between.") + f"<w:tbl>{row(p('y'))}</w:tbl>"
    assert told(docx(tmp_path / "a.docx", body)) == [
        ("table 1, row 1", "ASB 183 203"),
        ("table 1, row 3", "x 7"),
        ("paragraph 1", "Between."),
        ("table 2, row 1", "y"),
    ]


def test_text_boxes_footnotes_and_endnotes_are_read(tmp_path):
    box = f"<w:p><w:r><w:t>Round.</w:t><w:txbxContent>{p('Boxed.')}</w:txbxContent></w:r></w:p>"
    notes = (
        f'<w:footnote w:type="separator">{p("---")}</w:footnote>'
        f"<w:footnote>{p('From 416')}{p('to 252.')}</w:footnote><w:footnote>{p('')}</w:footnote>"
        f"<w:footnote>{p('Third.')}</w:footnote>"
    )
    ends = f"<w:endnote>{p('End.')}</w:endnote>"
    assert told(docx(tmp_path / "a.docx", box, footnotes=notes, endnotes=ends)) == [
        ("paragraph 1", "Boxed."),
        ("paragraph 2", "Round."),
        ("footnote 1", "From 416 to 252."),
        ("footnote 3", "Third."),
        ("endnote 1", "End."),
    ]


def test_an_open_document_text_is_read_with_its_notes_and_tables(tmp_path):
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:h>A <text:span>title</text:span></text:h>"
        '<text:p>Fell<text:s text:c="2"/>by<text:tab/>3<text:line-break/>%'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>From 416.</text:p></text:note-body></text:note> then.</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>ASB</text:p></table:table-cell>"
        "<table:table-cell><text:p>183</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert told(odt(tmp_path / "a.odt", body)) == [
        ("paragraph 1", "A title"),
        ("paragraph 2", "Fell by 3 % then."),
        ("table 1, row 1", "ASB 183"),
        ("note 1", "From 416."),
    ]


def test_a_deeply_nested_file_is_read(tmp_path):
    body = "<w:sdt>" * 5_000 + p("Deep.") + "</w:sdt>" * 5_000
    assert told(docx(tmp_path / "a.docx", body)) == [("paragraph 1", "Deep.")]


@given(st.lists(st.text(alphabet="aZ 3%é£,.", max_size=12), max_size=6))
def test_the_text_that_was_put_in_comes_out(texts):
    content = io.BytesIO()
    docx(content, "".join(p(text) for text in texts))
    with zipfile.ZipFile(content) as file:
        steps = office_parts.walk_part(
            file.read("word/document.xml"), "word/document.xml", "a.docx"
        )
        read = [step.text for step in steps if step.what == "start" and step.name == "t"]
    assert read == texts


def test_a_file_that_is_none_says_what_to_do(tmp_path):
    def refused(name, content, match):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match=match):
            read_office_text(path)

    whole = docx(tmp_path / "whole.docx", p("Crime fell. " * 200)).read_bytes()
    refused("a.docx", b"", "is cut short")
    refused("a.docx", b"plain text", "is no word processor's file")
    refused("cut.docx", whole[: len(whole) // 2], "is cut short")
    refused("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password")
    refused("x.docx", b"%PDF-1.7", "is a PDF under another name")
    with pytest.raises(InputError, match="cannot be read"):
        read_office_text(tmp_path / "absent.docx")


def test_a_part_that_is_missing_encrypted_damaged_or_no_xml_is_told(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"lacks word/document\.xml"):
        read_office_text(archive(tmp_path / "a.docx", {"other.xml": "<x/>"}))
    with pytest.raises(InputError, match="is damaged"):
        read_office_text(archive(tmp_path / "b.docx", {"word/document.xml": "<w:document>"}))
    evil = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with pytest.raises(InputError, match="declares a document type"):
        read_office_text(archive(tmp_path / "c.docx", {"word/document.xml": evil}))
    whole = bytearray(docx(tmp_path / "d.docx", p("Crime fell. " * 200)).read_bytes())
    place = whole.find(b"word/document.xml") + len(b"word/document.xml") + 10
    whole[place : place + 8] = bytes(8)
    (tmp_path / "d.docx").write_bytes(bytes(whole))
    with pytest.raises(InputError, match=r"damaged or cut short \(word/document.xml\)"):
        read_office_text(tmp_path / "d.docx")
    with pytest.raises(InputError, match="protected by a password"):
        read_office_text(odt(tmp_path / "e.odt", "", "<m><encryption-data/></m>"))
    monkeypatch.setattr(office_parts, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_office_text(docx(tmp_path / "f.docx", p("Crime fell. " * 200)))


def test_a_zip_that_is_locked_with_a_password_is_told(tmp_path):
    content = bytearray(docx(tmp_path / "a.docx", p("x")).read_bytes())
    # the mark of encryption, in the local head of each part and in the directory at the end
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 1)
    (tmp_path / "a.docx").write_bytes(bytes(content))
    with pytest.raises(InputError, match="protected by a password"):
        read_office_text(tmp_path / "a.docx")


def test_a_file_whose_parts_are_locked_is_refused_in_words(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    locked = bytearray(held.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + flags] |= 1  # encrypted, says the format
            at = locked.find(mark, at + 4)
    path = tmp_path / "release.docx"
    path.write_bytes(locked)
    with pytest.raises(InputError, match=r"release\.docx"):
        read_office_text(path)
