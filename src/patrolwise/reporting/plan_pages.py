"""How a card or a week sheet becomes a page and a PDF, each with a template of its own."""

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from patrolwise.reporting.pdf import PDF_FONT, set_typst
from patrolwise.reporting.svg import FONTS, missing_report_extra

if TYPE_CHECKING:
    from jinja2 import Environment


def fill_page(name: str, **given: object) -> str:
    """Return a template filled as one self-contained page.

    Parameters
    ----------
    name : str
        Of a template and its style sheet: "card" is card.html.j2 with card.css.
    **given : object
        What the template speaks of; all text is escaped there.

    Returns
    -------
    str
        HTML5: no network, no script, no fonts.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    template = _environment().get_template(f"{name}.html.j2")
    css = resources.files("patrolwise.reporting").joinpath(f"templates/{name}.css")
    page: str = template.render(css=css.read_text(encoding="utf-8"), **given)
    return page.lstrip()


def set_pdf(name: str, plain: dict[str, Any]) -> bytes:
    """Return a template set as a PDF for screen readers and printers (PDF/UA-1).

    Parameters
    ----------
    name : str
        Of a template: "card" is card.typ.
    plain : dict
        What it speaks of, ready for JSON: nothing in it is ever read as Typst code.

    Returns
    -------
    bytes
        The same content gives the same bytes: it holds no date of today.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return set_typst(name, json.dumps(plain, ensure_ascii=False).replace(FONTS, PDF_FONT))


@cache
def _environment() -> "Environment":
    try:
        import jinja2  # noqa: PLC0415  optional, and only the page needs it
    except ImportError as error:
        raise missing_report_extra("jinja2") from error
    return jinja2.Environment(
        loader=jinja2.PackageLoader("patrolwise.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
