"""What every drawn map carries: numbers, a scale bar, north, a legend, a credit."""

from collections.abc import Mapping, Sequence
from html import escape

from patrolwise.reporting.map_frame import Box, MapFrame, nice_length_m, place_labels
from patrolwise.reporting.results import MapShape
from patrolwise.reporting.svg import INK

_LABEL_RADIUS = 9.5
_CENTRED = 'font-size="12" font-weight="bold" text-anchor="middle"'
_LINE = 20  # pixels between lines of the legend


def draw_text(x: float, y: float, text: str, looks: str = 'font-size="12"') -> str:
    """Return words on a map.

    Parameters
    ----------
    x, y : float
        Pixels; the left end of the base line.
    text : str
        Escaped here.
    looks : str
        Further SVG attributes.

    Returns
    -------
    str
        An SVG element.
    """
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" {looks}>{escape(text)}</text>'


def draw_scale_bar(frame: MapFrame) -> str:
    """Return a bar of a round length in the lower left corner.

    Parameters
    ----------
    frame : MapFrame

    Returns
    -------
    str
        SVG elements.
    """
    metres = nice_length_m(0.3 * frame.width / frame.pixels_per_m)
    length = metres * frame.pixels_per_m
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    y = frame.height - 13
    return (
        f'<rect x="6" y="{y - 21:.1f}" width="{length + 16:.1f}" height="28" fill="#fff" '
        f'fill-opacity=".85"/><path d="M14,{y - 5:.1f}V{y:.1f}H{14 + length:.1f}V{y - 5:.1f}" '
        f'fill="none" stroke="{INK}" stroke-width="1.5"/>' + draw_text(14, y - 8, text)
    )


def draw_north_arrow(frame: MapFrame) -> str:
    """Return an arrow to the north in the upper right corner.

    Parameters
    ----------
    frame : MapFrame

    Returns
    -------
    str
        SVG elements.
    """
    x = frame.width - 18
    return f'<path d="M{x:g},8L{x + 6:g},28L{x:g},23L{x - 6:g},28Z" fill="{INK}"/>' + draw_text(
        x, 42, "N", _CENTRED
    )


def draw_numbers(
    spots: Sequence[MapShape], numbers: Mapping[str, int], frame: MapFrame
) -> tuple[list[str], list[str]]:
    """Return the lines from hot spots to their numbers, and the numbers in their circles.

    Parameters
    ----------
    spots : sequence of MapShape
    numbers : mapping of area id to number
    frame : MapFrame

    Returns
    -------
    two lists of SVG elements
        Lines are drawn first, so that no number lies under one.
    """
    ordered = sorted(spots, key=lambda spot: numbers[spot.area_id])
    boxes = [frame.box(spot.rings) for spot in ordered]
    anchors = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in boxes]
    furniture: list[Box] = [
        (0, frame.height - 40, 0.4 * frame.width, frame.height),
        (frame.width - 36, 0, frame.width, 52),
    ]
    places = place_labels(anchors, [*boxes, *furniture], frame, _LABEL_RADIUS)
    leaders = [
        f'<path d="M{a:.1f},{b:.1f}L{x:.1f},{y:.1f}" stroke="{INK}"/>'
        for (a, b), (x, y) in zip(anchors, places, strict=True)
    ]
    circles = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_LABEL_RADIUS}" fill="#fff" stroke="{INK}"/>'
        + draw_text(x, y + 4, str(numbers[spot.area_id]), _CENTRED)
        for spot, (x, y) in zip(ordered, places, strict=True)
    ]
    return leaders, circles


def draw_legend(
    entries: Sequence[tuple[str, str]], credit: str, top: float, width: int
) -> tuple[str, int]:
    """Return swatches with their words and the credit, below a map, and where they end.

    Parameters
    ----------
    entries : sequence of (SVG of a swatch within 18 × 15 pixels, words)
    credit : str
        Small print, broken into lines.
    top : float
        Pixels.
    width : int
        Pixels.

    Returns
    -------
    SVG elements, and the height of the picture in pixels
    """
    parts, x, line = [], 0.0, 0
    for swatch, words in entries:
        room = 26 + 6.6 * len(words) + 14
        if x > 0 and x + room > width:
            x, line = 0.0, line + 1
        moved = f"translate({x:.1f},{top + _LINE * line:.1f})"
        parts.append(f'<g transform="{moved}">{swatch}{draw_text(26, 12, words)}</g>')
        x += room
    below = top + _LINE * (line + 1) + 4
    lines = wrap_words(credit, width)
    for number, words in enumerate(lines):
        parts.append(draw_text(0, below + 12 + 15 * number, words, 'font-size="11"'))
    return "".join(parts), round(below + 15 * len(lines) + 6)


def wrap_words(text: str, width: int) -> list[str]:
    """Return small print broken into lines.

    Parameters
    ----------
    text : str
    width : int
        Pixels.

    Returns
    -------
    list of str
        At least one; a word wider than the line keeps its own.

    Examples
    --------
    >>> wrap_words("North is up.", 60)
    ['North is', 'up.']
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * 5.6 > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
