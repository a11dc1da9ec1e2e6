"""What the map of a patrol card shows: hot spots by their order, the base, the way between.

Plain SVG in black and white, no base map: numbers, names and line styles carry the meaning.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Drawing
from patrolwise.reporting.card_marks import (
    Mark,
    Point,
    draw_mark,
    draw_marks,
    draw_names,
    place_marks,
)
from patrolwise.reporting.card_records import Line, PatrolCard
from patrolwise.reporting.map_frame import METRES_PER_DEGREE, SMALLEST_SPAN_M, MapFrame
from patrolwise.reporting.map_furniture import draw_legend, draw_north_arrow, draw_scale_bar
from patrolwise.reporting.svg import FONTS, INK, Label, wrap_svg

_STREET = "#cfd4da"
_EDGE = 0.09  # of the frame, left free on each side
_BEND = 0.12  # how far a straight way bows out: there and back are two lines
_LINE = f'fill="none" stroke="{INK}"'
_WAY = f'{_LINE} stroke-width="1.8" stroke-dasharray="7 4"'
_HOME = f'{_LINE} stroke-width="2.4" stroke-linecap="round" stroke-dasharray="0.5 5"'


def draw_card_map(card: PatrolCard, label: Label, size: tuple[int, int]) -> Drawing:
    """Return the map of a card's route.

    Parameters
    ----------
    card : PatrolCard
        With at least one visit.
    label : Label
    size : (width, height)
        CSS pixels of the map; the legend comes below.

    Returns
    -------
    Drawing
        The name of a place is left out where there is no room for it; its number never is.

    Raises
    ------
    InputError
        No visit is planned, so there is no route.
    """
    if not card.visits:
        raise InputError(f"{card.unit_id} has no visit to draw a map of. Leave the map out.")
    width = size[0]
    frame = _frame(card, size)
    marks = place_marks(card, frame)
    clip = f"{label.id}-clip"
    box = f'width="{width}" height="{frame.height:g}"'
    parts = [
        f'<defs><clipPath id="{clip}"><rect {box}/></clipPath></defs><rect {box} fill="#fff"/>',
        f'<g clip-path="url(#{clip})" fill-rule="evenodd" stroke-linejoin="round">',
        *_draw_streets(card.ground.streets, frame),
        *(
            f'<path d="{frame.trace(shape.rings)}" fill="#eceef0" stroke="{INK}" '
            'stroke-width="1.6"/>'
            for shape in card.shapes
        ),
        *_draw_ways(card, frame, marks),
        "</g>",
        *draw_marks(marks),
        *draw_names(marks, frame),
        draw_scale_bar(frame),
        draw_north_arrow(frame),
        f'<rect x=".5" y=".5" width="{width - 1}" height="{frame.height - 1:g}" fill="none" '
        f'stroke="{INK}"/>',
    ]
    credit = f"North is up. {card.ground.credit}".strip()
    words, height = draw_legend(_legend(card), credit, frame.height + 8, width)
    return wrap_svg(f'<g font-family="{FONTS}">{"".join(parts)}{words}</g>', width, height, label)


def describe_card_map(card: PatrolCard) -> str:
    """Return in words what the map shows, for those who cannot see it.

    Parameters
    ----------
    card : PatrolCard

    Returns
    -------
    str
    """
    route = "; ".join(f"{step.number} {step.name}" for step in card.visits)
    base = f" It begins and ends at {card.base.name}." if card.base else ""
    return f"Map of the route. Hot spots in order: {route}.{base} The table says the same in words."


def _frame(card: PatrolCard, size: tuple[int, int]) -> MapFrame:
    width, height = size
    places: list[Point] = [place for shape in card.shapes for ring in shape.rings for place in ring]
    if card.base is not None:
        places.append((card.base.longitude, card.base.latitude))
    longitudes, latitudes = zip(*places, strict=True)
    middle = ((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
    shrink = math.cos(math.radians(middle[1]))
    across = (max(longitudes) - min(longitudes)) * METRES_PER_DEGREE * shrink
    upward = (max(latitudes) - min(latitudes)) * METRES_PER_DEGREE
    across, upward = max(across, SMALLEST_SPAN_M), max(upward, SMALLEST_SPAN_M * height / width)
    scale = min(width / across, height / upward) * (1 - 2 * _EDGE)
    return MapFrame(middle=middle, pixels_per_m=scale, width=width, height=height)


def _draw_streets(streets: Sequence[Line], frame: MapFrame) -> Iterator[str]:
    """Yield the streets that touch the frame, as one path."""
    lines = [[frame.locate(*place) for place in line] for line in streets]
    drawn = [_trace(points) for points in lines if _touches(points, frame)]
    if drawn:
        yield f'<path d="{"".join(drawn)}" fill="none" stroke="{_STREET}"/>'


def _touches(points: Sequence[Point], frame: MapFrame) -> bool:
    if not points:
        return False
    xs, ys = zip(*points, strict=True)
    across = min(xs) < frame.width and max(xs) > 0
    return bool(across and min(ys) < frame.height and max(ys) > 0)


def _draw_ways(card: PatrolCard, frame: MapFrame, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield the way from mark to mark; one that is gone twice is drawn once."""
    by_key = {mark.key: mark for mark in marks}
    route = [step.area_id for step in card.visits]
    base = [card.base.base_id] if card.base else []
    given = {(way.from_id, way.to_id): way.line for way in card.ground.ways}
    for origin, target in dict.fromkeys(pairwise([*base, *route, *base])):
        if origin == target:
            continue
        line = given.get((origin, target), ())
        points = [frame.locate(*place) for place in line]
        if len(points) < 2:
            points = _bow(by_key[origin], by_key[target])
        yield f'<path d="{_trace(points)}" {_HOME if [target] == base else _WAY}/>'
        yield _arrow_head(points)


def _bow(origin: Mark, target: Mark) -> list[Point]:
    """Return a gentle bow from mark to mark that stops short of both."""
    (ax, ay), (bx, by) = origin.at, target.at
    middle = ((ax + bx) / 2 - (by - ay) * _BEND, (ay + by) / 2 + (bx - ax) * _BEND)
    curve = []
    for step in range(25):
        t = step / 24
        a, m, b = (1 - t) ** 2, 2 * t * (1 - t), t**2
        curve.append((a * ax + m * middle[0] + b * bx, a * ay + m * middle[1] + b * by))
    free = [p for p in curve if not _is_near(p, origin) and not _is_near(p, target)]
    return free if len(free) > 1 else [origin.at, target.at]


def _is_near(point: Point, mark: Mark) -> bool:
    left, top, right, bottom = mark.box
    return left - 4 < point[0] < right + 4 and top - 4 < point[1] < bottom + 4


def _arrow_head(points: Sequence[Point]) -> str:
    """Return an arrow head a little past the middle of a line, by its length."""
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left, at = 0.55 * sum(lengths), 0
    while left > lengths[at]:
        left, at = left - lengths[at], at + 1
    (ax, ay), (bx, by) = points[at], points[at + 1]
    share = left / lengths[at] if lengths[at] > 0 else 0.0
    middle = (ax + share * (bx - ax), ay + share * (by - ay))
    return _point_along(middle, math.atan2(by - ay, bx - ax))


def _point_along(at: Point, angle: float) -> str:
    corners = [
        (at[0] + reach * math.cos(angle + turn), at[1] + reach * math.sin(angle + turn))
        for reach, turn in ((7.0, 0.0), (6.5, 2.4), (6.5, -2.4))
    ]
    return f'<path d="{_trace(corners)}Z" fill="{INK}"/>'


def _trace(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _legend(card: PatrolCard) -> list[tuple[str, str]]:
    entries = [
        (draw_mark("1", (10, 8), is_base=False, half=7.5), "Visit"),
        (f'<path d="M0,8H20" {_WAY}/>', "Way to the next"),
    ]
    if card.base is None:
        return entries
    base = (draw_mark("B", (10, 8), is_base=True, half=7.5), "Base")
    return [base, *entries, (f'<path d="M0,8H20" {_HOME}/>', "Way back")]
