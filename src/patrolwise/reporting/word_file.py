"""How a Word file is made that screen readers can follow, and that is the same bytes each time.

python-docx writes the parts; here they get a language, a title, header rows, words for pictures,
and dates that do not move.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from patrolwise.reporting.blocks import Drawing
from patrolwise.reporting.plain_words import cut_text
from patrolwise.reporting.svg import INK, missing_report_extra

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table

LANGUAGE = "en-GB"
_FONT = "Arial"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a file needs some date; this one never moves
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # in XML
_LONGEST_TITLE = 255  # characters that the title property can hold
_TEXT_CM = 16.0  # width between the margins of A4


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing with its caption, and what a person who cannot see it should know."""

    drawing: Drawing
    title: str
    description: str


def open_word(title: str) -> "WordDocument":
    """Return an empty Word document on A4, in British English, with its title.

    Parameters
    ----------
    title : str

    Returns
    -------
    docx.document.Document

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    try:
        import docx  # noqa: PLC0415  optional, and only this file needs it
        from docx.shared import Cm  # noqa: PLC0415
    except ImportError as error:
        raise missing_report_extra("python-docx") from error
    word = docx.Document()
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21.0 - _TEXT_CM) / 2)
    _set_styles(word)
    facts = word.core_properties
    facts.title, facts.language = cut_text(clean_text(title), _LONGEST_TITLE), LANGUAGE
    facts.author, facts.last_modified_by, facts.comments = "Patrolwise", "Patrolwise", ""
    facts.created = facts.modified = _LONG_AGO.replace(tzinfo=None)
    word.add_heading(clean_text(title), level=0)
    return word


def add_table(
    word: "WordDocument", name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Add a table whose first row is a header row, repeated on each page.

    Parameters
    ----------
    word : docx.document.Document
    name : str
        What the table holds, for screen readers.
    columns : sequence of str
    rows : sequence of sequence of str
        As many texts in each as there are columns, two or more; the first heads the row.
    """
    table = word.add_table(rows=1, cols=len(columns))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(clean_text(text)).bold = True
    for row in rows:
        cells = table.add_row().cells
        for number, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.paragraphs[0].add_run(clean_text(text)).bold = number == 0
    _mark_header(table, name)
    _set_widths(table)
    word.add_paragraph()


def add_text(word: "WordDocument", text: str, *, strong: bool = False) -> None:
    """Add a paragraph.

    Parameters
    ----------
    word : docx.document.Document
    text : str
    strong : bool
    """
    word.add_paragraph().add_run(clean_text(text)).bold = strong


def add_list(word: "WordDocument", texts: Sequence[str]) -> None:
    """Add a list of texts.

    Parameters
    ----------
    word : docx.document.Document
    texts : sequence of str
    """
    for text in texts:
        word.add_paragraph(clean_text(text), style="List Bullet")


def add_picture(word: "WordDocument", picture: Picture) -> None:
    """Add a picture as wide as the text, with its caption below and words for screen readers.

    Parameters
    ----------
    word : docx.document.Document
    picture : Picture
    """
    import vl_convert  # noqa: PLC0415  there already: it drew the picture
    from docx.shared import Cm  # noqa: PLC0415

    png = vl_convert.svg_to_png(picture.drawing.svg, scale=2)
    shape = word.add_picture(io.BytesIO(png), width=Cm(_TEXT_CM))
    named = shape._inline.docPr
    named.set("descr", clean_text(picture.description))
    named.set("title", clean_text(picture.title))
    word.add_paragraph(clean_text(picture.title), style="Caption")


def set_footer(word: "WordDocument", text: str) -> None:
    """Print a line at the foot of every page.

    Parameters
    ----------
    word : docx.document.Document
    text : str
    """
    word.sections[0].footer.paragraphs[0].text = clean_text(text)


def save_word(word: "WordDocument") -> bytes:
    """Return the file; the same document gives the same bytes.

    Parameters
    ----------
    word : docx.document.Document

    Returns
    -------
    bytes
    """
    written, settled = io.BytesIO(), io.BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(settled, "w") as out:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, _ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(part, parts.read(name))
    return settled.getvalue()


def clean_text(text: str) -> str:
    r"""Return a text without the control characters that no XML file can hold.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> clean_text("Market\x00 Cross")
    'Market Cross'
    """
    return _FORBIDDEN.sub("", text)


def _set_styles(word: "WordDocument") -> None:
    """Set language, font and ink of every style: the defaults are American and pale blue."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for tag in word.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), LANGUAGE)
    for tag in word.settings.element.iter(qn("w:themeFontLang")):
        tag.set(qn("w:val"), LANGUAGE)
    ink = RGBColor.from_string(INK.removeprefix("#").upper())
    sizes = {"Normal": 11, "Title": 22, "Heading 1": 15, "Caption": 10, "List Bullet": 11}
    for name, size in sizes.items():
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), ink
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


def _set_widths(table: "Table") -> None:
    """Give the first column a quarter of the width, and share the rest evenly."""
    from docx.shared import Cm  # noqa: PLC0415

    first = _TEXT_CM / 4
    others = (_TEXT_CM - first) / (len(table.columns) - 1)
    for number, column in enumerate(table.columns):
        width = Cm(others if number else first)
        column.width = width
        for cell in column.cells:
            cell.width = width


def _mark_header(table: "Table", name: str) -> None:
    """Mark the first row as a header, tell what the table holds, and keep its rows whole."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    for number, row in enumerate(table.rows):
        kept = row._tr.get_or_add_trPr()
        kept.append(OxmlElement("w:cantSplit"))
        if number == 0:
            kept.append(OxmlElement("w:tblHeader"))
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), clean_text(name))
    table._tbl.tblPr.append(caption)
