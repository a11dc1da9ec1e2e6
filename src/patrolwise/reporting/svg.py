"""How a picture becomes SVG that a page can hold many of and a screen reader can name."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from patrolwise.errors import MissingExtraError
from patrolwise.reporting.blocks import Drawing, Figure

# Arial's widths are those of Liberation Sans, with which vl-convert measures: nothing is clipped.
FONTS = "Arial, 'Liberation Sans', Helvetica, sans-serif"

ACCENT = "#1d4f7c"
INK = "#1a1f24"
QUIET = "#5b6570"
RULE = "#d5dae0"
TEXT = 13  # pixels
# Where no font of Arial's widths is installed, names grow to the left by up to a tenth.
_PADDING = {"left": 18, "top": 6, "right": 10, "bottom": 6}

Spec = dict[str, Any]

_TAG = re.compile(r"<[^>]+>")
_INNER = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events)="[^"]*"')
_ID = re.compile(r'( id="|url\(#)([\w-]+)')
_OPENING = re.compile(r"^<svg[^>]*>")
_SIZE = re.compile(r'^<svg[^>]* width="([\d.]+)" height="([\d.]+)"')

_STYLE: Spec = {
    "aria": False,  # the whole picture has one name and one description
    "font": FONTS,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": TEXT - 1,
        "titleFontSize": TEXT - 1,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "gridColor": RULE,
        "titlePadding": 8,
    },
    "title": {"fontSize": TEXT, "color": INK, "anchor": "start", "fontWeight": "bold"},
    "text": {"fontSize": TEXT - 1, "color": INK},
    "legend": {
        "orient": "top",
        "direction": "vertical",
        "title": None,
        "labelFontSize": TEXT - 1,
        "labelColor": INK,
        "labelLimit": 320,
        "symbolSize": 70,
    },
}


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a picture is called and what it shows; `id` is unique within the page."""

    id: str
    title: str
    description: str


def wrap_svg(inside: str, width: float, height: float, label: Label) -> Drawing:
    """Return SVG elements as a whole picture with a name and a description.

    Parameters
    ----------
    inside : str
        SVG elements, escaped already; their ids begin with `label.id`.
    width, height : float
        CSS pixels.
    label : Label
        Any text: it is escaped here.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> label = Label(id="map", title="Map", description="Two areas.")
    >>> wrap_svg("<g/>", 20, 10, label).svg.count('id="map-')
    2
    """
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}"'
        f' aria-labelledby="{label.id}-title {label.id}-text">'
    )
    named = (
        f'<title id="{label.id}-title">{escape(label.title)}</title>'
        f'<desc id="{label.id}-text">{escape(label.description)}</desc>'
    )
    return Drawing(svg=f"{opening}{named}{inside}</svg>", width=width, height=height)


def render_chart(spec: Mapping[str, Any], label: Label) -> Drawing:
    """Return a Vega-Lite chart as a picture.

    Parameters
    ----------
    spec : mapping
        Vega-Lite, with its data inside.
    label : Label

    Returns
    -------
    Drawing

    Raises
    ------
    MissingExtraError
        vl-convert is not installed.
    """
    try:
        import vl_convert  # noqa: PLC0415  the one picture maker, and an optional one
    except ImportError as error:
        raise missing_report_extra("vl-convert-python") from error
    styled = {"config": _STYLE, "background": "white", "padding": _PADDING, **spec}
    svg = vl_convert.vegalite_to_svg(styled, allowed_base_urls=[])
    size = _SIZE.match(svg)
    if size is None:
        raise AssertionError(f"vl-convert gave no SVG: {svg[:80]}")
    inside = _OPENING.sub("", svg).removesuffix("</svg>")
    return wrap_svg(_own(inside, label.id), float(size[1]), float(size[2]), label)


def draw_figure(label: Label, widths: Sequence[int], spec: Callable[[int], Spec]) -> Figure:
    """Return a chart drawn once for each width.

    Parameters
    ----------
    label : Label
        Its title is printed as the caption.
    widths : sequence of int
        CSS pixels.
    spec : function of a width
        Gives the Vega-Lite chart.

    Returns
    -------
    Figure
    """
    drawings = tuple(
        render_chart(
            spec(width),
            Label(id=f"{label.id}-{width}", title=label.title, description=label.description),
        )
        for width in widths
    )
    return Figure(caption=label.title, description=label.description, drawings=drawings)


def rows_axis(order: Sequence[str], width: int) -> Spec:
    """Return the axis of named rows, in the order given, their names cut where they are long.

    Parameters
    ----------
    order : sequence of str
    width : int
        Of the whole chart, CSS pixels.

    Returns
    -------
    dict
        A Vega-Lite encoding of the field "label".
    """
    return {
        "field": "label",
        "type": "ordinal",
        "sort": list(order),
        "title": None,
        "axis": {
            "labelLimit": width * 0.36,
            "labelPadding": 8,
            "ticks": False,
            "domain": False,
            "grid": False,
        },
    }


def missing_report_extra(package: str) -> MissingExtraError:
    """Return the error for a part of the report extra that is not installed.

    Parameters
    ----------
    package : str
        Its name in the package index.

    Returns
    -------
    MissingExtraError
    """
    return MissingExtraError(
        f"Reports need {package}, which is not installed. Run: pip install 'patrolwise[report]'. "
        "results.json and the terminal summary need nothing more."
    )


def _own(inside: str, prefix: str) -> str:
    """Drop what would be announced twice or clash on a page, and make the ids this picture's.

    vl-convert counts clips through the life of the process; counted anew, the same chart is the
    same text.
    """
    numbers: dict[str, int] = {}

    def name(found: re.Match[str]) -> str:
        number = numbers.setdefault(found[2], len(numbers) + 1)
        return f"{found[1]}{prefix}-{number}"

    def clean(tag: re.Match[str]) -> str:
        return _ID.sub(name, _INNER.sub("", tag[0]))

    return _TAG.sub(clean, inside)
