"""How the report becomes a tagged PDF on A4: the page's own words and pictures, laid out by Typst.

Typst brings its fonts and needs no browser, so the same results give the same bytes anywhere.
"""

import json
import re
from dataclasses import asdict
from importlib import resources
from typing import Any

from patrolwise.reporting.blocks import Document, Figure, Grid
from patrolwise.reporting.document import build_document
from patrolwise.reporting.results import Results
from patrolwise.reporting.svg import FONTS, missing_report_extra

PRINT_WIDTH = 700  # CSS pixels that fill the 170 mm between the margins
TALLEST = 880  # CSS pixels at that scale: what a page holds, with the caption
PDF_FONT = "Libertinus Serif"
_FLEXIBLE = 14  # characters; a column with longer text shares the room that is left


def make_report_pdf(results: Results) -> bytes:
    """Return the report as a PDF for screen readers and printers (PDF/UA-1).

    Parameters
    ----------
    results : Results

    Returns
    -------
    bytes
        The same results give the same bytes: it holds no date.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return lay_out_pdf(build_document(results, (PRINT_WIDTH,)))


def lay_out_pdf(document: Document) -> bytes:
    """Return any report as a PDF for screen readers and printers (PDF/UA-1).

    Parameters
    ----------
    document : Document
        Its pictures drawn once, for the width `PRINT_WIDTH`.

    Returns
    -------
    bytes
        The same document gives the same bytes: it holds no date.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return set_typst("report", json.dumps(_printable(document), ensure_ascii=False))


def set_typst(name: str, text: str) -> bytes:
    """Return a template set as a PDF for screen readers and printers (PDF/UA-1).

    Parameters
    ----------
    name : str
        Of the template: "report" is report.typ.
    text : str
        What it speaks of, as JSON: nothing in it is ever read as Typst code.

    Returns
    -------
    bytes
        The same text gives the same bytes: it holds no date of today.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    try:
        import typst  # noqa: PLC0415  optional, and only the PDF needs it
    except ImportError as error:
        raise missing_report_extra("typst") from error
    template = resources.files("patrolwise.reporting").joinpath(f"templates/{name}.typ")

    def compile_pdf(text: str) -> bytes:
        pdf: bytes = typst.compile(
            template.read_bytes(),
            format="pdf",
            sys_inputs={"document": text},
            pdf_standards="ua-1",
            ignore_system_fonts=True,
        )
        return pdf

    try:
        return compile_pdf(text)
    except typst.TypstError:
        # An accessible PDF may hold no letter that its fonts lack, such as one of another script
        # in a street's name, or an emoji in a note: those are replaced, here only.
        return compile_pdf(_UNPRINTABLE.sub("?", text))


# Latin, Greek, Cyrillic, punctuation, currency, arrows and mathematics are in the fonts.
_UNPRINTABLE = re.compile(
    "[^\x00-\u024f\u0370-\u03ff\u0400-\u045f\u2000-\u2044\u20ac\u2190-\u2193\u2200-\u226f]"
)


def _printable(document: Document) -> dict[str, Any]:
    """Return the document as plain data, with what only paper needs to know."""
    plain = asdict(document)
    for section, plain_section in zip(document.sections, plain["sections"], strict=True):
        for block, plain_block in zip(section.blocks, plain_section["blocks"], strict=True):
            if isinstance(block, Figure):
                tallest = max(drawing.height for drawing in block.drawings)
                plain_block["share"] = min(1.0, TALLEST / tallest)
                for drawing in plain_block["drawings"]:
                    drawing["svg"] = drawing["svg"].replace(FONTS, PDF_FONT)
            elif isinstance(block, Grid):
                plain_block["widths"] = _column_widths(block)
    return plain


def _column_widths(grid: Grid) -> list[int]:
    """Return 0 for columns that keep their own width, and the weight of those that share."""
    widths = []
    for column in range(len(grid.columns)):
        longest = max(len(row[column]) for row in grid.rows)
        shares = longest > _FLEXIBLE and column not in (*grid.numeric, *grid.code)
        widths.append(min(longest, 60) if shares else 0)
    return widths
