"""What the map of a report shows: numbered hot spots, comparison areas, rings, the study area.

Plain SVG with no base map, so that it opens anywhere and nothing is fetched.
"""

import math
from collections.abc import Sequence

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Drawing, Figure
from patrolwise.reporting.map_frame import MapFrame, frame_rings
from patrolwise.reporting.map_furniture import (
    draw_legend,
    draw_north_arrow,
    draw_numbers,
    draw_scale_bar,
)
from patrolwise.reporting.results import MapShape, Results
from patrolwise.reporting.svg import ACCENT, FONTS, QUIET, Label, wrap_svg
from patrolwise.reporting.wording import format_count

OPEN_DATA_CREDIT = (
    "Contains public sector information licensed under the Open Government Licence v3.0."
)
_SHADES = ("#f3f1ea", "#e3dcc6", "#cdbf97", "#ad9a63")  # light to dark also in grey


def number_hot_spots(results: Results) -> dict[str, int]:
    """Return the number that each hot spot carries on the map and in every table.

    Parameters
    ----------
    results : Results

    Returns
    -------
    dict of area id to number
        From 1, in the order of the first outcome; then those that are only on the map.
    """
    comparison = {shape.area_id for shape in results.shapes if shape.kind == "comparison"}
    counted = [area.area_id for area in results.outcomes[0].areas] if results.outcomes else []
    drawn = [shape.area_id for shape in results.shapes if shape.kind == "hot spot"]
    ids = dict.fromkeys([*(i for i in counted if i not in comparison), *drawn])
    return {area_id: number for number, area_id in enumerate(ids, start=1)}


def draw_map(results: Results, figure_id: str, widths: Sequence[int]) -> Figure:
    """Return the map of the hot spots and what they are compared with.

    Parameters
    ----------
    results : Results
        Its shapes, in degrees; kinds are "hot spot", "comparison", "ring", "study area", "cell".
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There are no shapes.
    """
    if not results.shapes:
        raise InputError("There are no shapes to draw a map of. Leave the map out.")
    numbers = number_hot_spots(results)
    spots = _of_kind(results.shapes, "hot spot")
    caption = f"The hot spots of {results.hot_spot_set}, numbered as in the tables."
    named = "; ".join(f"{numbers[s.area_id]} {s.name}" for s in spots)
    others = [
        f"{format_count(len(found))} {word}"
        for kind, word in _COUNTED
        if (found := _of_kind(results.shapes, kind))
    ]
    description = f"Map of {' and '.join(others)}. Hot spots: {named or 'none'}."
    credit = "No base map. North is up."
    if any(outcome.is_open_data for outcome in results.outcomes):
        credit += f" {OPEN_DATA_CREDIT}"
    drawings = tuple(
        _draw(
            results.shapes,
            numbers,
            credit,
            Label(id=f"{figure_id}-{width}", title=caption, description=description),
            width,
        )
        for width in widths
    )
    return Figure(caption=caption, description=description, drawings=drawings)


_COUNTED = (("hot spot", "hot spots"), ("comparison", "comparison areas"), ("ring", "rings"))


def _draw(
    shapes: Sequence[MapShape], numbers: dict[str, int], credit: str, label: Label, width: int
) -> Drawing:
    frame = frame_rings(_rings_to_show(shapes), width)
    leaders, circles = draw_numbers(_of_kind(shapes, "hot spot"), numbers, frame)
    parts = [
        _patterns(label.id, frame),
        f'<rect width="{width}" height="{frame.height:.1f}" fill="#fff"/>',
        f'<g clip-path="url(#{label.id}-clip)" fill-rule="evenodd" stroke-linejoin="round">',
        *_areas(shapes, frame, label.id, leaders),
        "</g>",
        *circles,
        draw_scale_bar(frame),
        draw_north_arrow(frame),
        f'<rect x=".5" y=".5" width="{width - 1}" height="{frame.height - 1:.1f}" fill="none" '
        f'stroke="{QUIET}"/>',
    ]
    words, height = draw_legend(_legend(shapes, label.id), credit, frame.height + 10, width)
    return wrap_svg(f'<g font-family="{FONTS}">{"".join(parts)}{words}</g>', width, height, label)


def _rings_to_show(shapes: Sequence[MapShape]) -> list[tuple[tuple[float, float], ...]]:
    """Return what the map must hold: the study area too, unless it would dwarf the hot spots."""
    close = [s for s in shapes if s.kind in ("hot spot", "comparison", "ring")]
    rings = [ring for shape in close or shapes for ring in shape.rings]
    everything = [ring for shape in shapes for ring in shape.rings]
    near, far = frame_rings(rings, 100), frame_rings(everything, 100)
    return everything if near.pixels_per_m <= 2.5 * far.pixels_per_m else rings


def _of_kind(shapes: Sequence[MapShape], kind: str) -> list[MapShape]:
    return [shape for shape in shapes if shape.kind == kind]


def _patterns(prefix: str, frame: MapFrame) -> str:
    return (
        f'<defs><pattern id="{prefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{QUIET}" stroke-width="2"/></pattern>'
        f'<clipPath id="{prefix}-clip"><rect width="{frame.width:g}" height="{frame.height:.1f}"/>'
        "</clipPath></defs>"
    )


def _style(kind: str, prefix: str) -> str:
    return {
        "study area": f'fill="none" stroke="{QUIET}" stroke-width="1.5"',
        "ring": f'fill="none" stroke="{ACCENT}" stroke-dasharray="4 3"',
        "comparison": f'fill="url(#{prefix}-hatch)" stroke="{QUIET}"',
        "hot spot": f'fill="{ACCENT}" stroke="#fff" stroke-width=".8"',
    }[kind]


def _areas(
    shapes: Sequence[MapShape], frame: MapFrame, prefix: str, leaders: Sequence[str]
) -> list[str]:
    """Return the areas, the widest beneath; leaders run under the hot spots they end in."""
    cells = _of_kind(shapes, "cell")
    largest = max((cell.value or 0 for cell in cells), default=0)
    drawn = [
        f'<path d="{frame.trace(cell.rings)}" fill="{_shade(cell.value or 0, largest)}"/>'
        for cell in cells
    ]
    for kind in ("study area", "ring", "comparison", "hot spot"):
        if kind == "hot spot":
            drawn += leaders
        drawn += [
            f'<path d="{frame.trace(shape.rings)}" {_style(kind, prefix)}/>'
            for shape in _of_kind(shapes, kind)
        ]
    return drawn


def _shade(value: float, largest: float) -> str:
    step = int(len(_SHADES) * value / largest) if largest > 0 else 0
    return _SHADES[min(step, len(_SHADES) - 1)]


def _legend(shapes: Sequence[MapShape], prefix: str) -> list[tuple[str, str]]:
    """Return swatch and words of each entry that the map needs."""
    entries = [
        (f'<rect y="1" width="18" height="13" {_style(kind, prefix)}/>', words)
        for kind, words in _LEGEND
        if _of_kind(shapes, kind)
    ]
    cells = _of_kind(shapes, "cell")
    for step, shade in enumerate(_SHADES if cells else ()):
        swatch = f'<rect y="1" width="18" height="13" fill="{shade}" stroke="{QUIET}"/>'
        largest = max(cell.value or 0 for cell in cells)
        bound = format_count(math.ceil(largest * (step + 1) / len(_SHADES)))
        entries.append((swatch, f"Cell: up to {bound}"))
    return entries


_LEGEND = (
    ("hot spot", "Hot spot"),
    ("comparison", "Comparison area"),
    ("ring", "Ring, for displacement"),
    ("study area", "Study area"),
)
