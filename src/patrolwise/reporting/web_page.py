"""How the report becomes one web page that needs nothing else: no network, no script, no fonts."""

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from patrolwise.reporting.blocks import Document
from patrolwise.reporting.document import build_document
from patrolwise.reporting.results import Results
from patrolwise.reporting.svg import missing_report_extra

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

WIDE, NARROW = 700, 320  # CSS pixels; a picture is drawn for each, and the page shows what fits

_PERCENTAGE = re.compile(r"[\d.,]+ %(?: (?:lower|higher))?")


def make_report_html(results: Results) -> str:
    """Return the report as one self-contained page.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        HTML5; the same results give the same text.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    _template()  # says what is missing before anything is drawn
    return lay_out_html(build_document(results, (WIDE, NARROW)))


def lay_out_html(document: Document) -> str:
    """Return any report as one self-contained page.

    Parameters
    ----------
    document : Document
        Its pictures drawn for the widths `WIDE` and `NARROW`, in this order.

    Returns
    -------
    str
        HTML5; the same document gives the same text.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    template = _template()
    css = resources.files("patrolwise.reporting").joinpath("templates/report.css")
    page: str = template.render(document=document, css=css.read_text(encoding="utf-8"))
    return page.lstrip()


@cache
def _template() -> "Template":
    try:
        import jinja2  # noqa: PLC0415  optional, and only the page needs it
    except ImportError as error:
        raise missing_report_extra("jinja2") from error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("patrolwise.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["together"] = _keep_together
    return environment.get_template("report.html.j2")


def _keep_together(text: str) -> "Markup":
    """Keep a percentage on one line; the spaces stay spaces, so that text searches find them."""
    from markupsafe import Markup, escape  # noqa: PLC0415  comes with jinja2

    return Markup(  # noqa: S704  escaped on the line below
        _PERCENTAGE.sub(lambda found: f'<span class="one">{found[0]}</span>', str(escape(text)))
    )
