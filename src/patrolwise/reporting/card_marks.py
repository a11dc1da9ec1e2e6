"""Where the numbers and names of places stand on a card's map, so that none hides another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patrolwise.reporting.card_records import PatrolCard
from patrolwise.reporting.map_frame import Box, MapFrame
from patrolwise.reporting.map_furniture import draw_text
from patrolwise.reporting.plan_wording import clip_words
from patrolwise.reporting.svg import INK

Point = tuple[float, float]

_HALF = 10.5  # pixels, half the height of a mark
_DIGIT = 7.6  # pixels of one character of a number
_LETTER = 6.3  # pixels of one letter of a name
_LONGEST_NAMES = (26, 15)  # characters, tried in turn; the table has the whole name
_BOLD = 'font-weight="bold" text-anchor="middle"'


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One place on the map: what it is called, where it lies, where its number stands."""

    key: str  # of the hot spot or base
    text: str  # "1", or "1, 8" where it is visited twice, or "B" of the base
    name: str
    anchor: Point  # pixels: the middle of the place
    at: Point
    is_base: bool = False

    @property
    def box(self) -> Box:
        """The room that the number takes, pixels."""
        return _box_at(self.at, self.text)

    @property
    def is_moved(self) -> bool:
        """Whether the number stands beside its place."""
        return self.at != self.anchor


def place_marks(card: PatrolCard, frame: MapFrame) -> list[Mark]:
    """Return the marks, each on its place, or beside it where another stands there already.

    Parameters
    ----------
    card : PatrolCard
    frame : MapFrame

    Returns
    -------
    list of Mark
        The hot spots in the order of the route, then the base.
    """
    wanted = []
    for shape in card.shapes:
        numbers = ", ".join(str(s.number) for s in card.visits if s.area_id == shape.area_id)
        left, top, right, bottom = frame.box(shape.rings)
        middle = ((left + right) / 2, (top + bottom) / 2)
        wanted.append((shape.area_id, numbers, shape.name, middle, False))
    if card.base is not None:
        place = frame.locate(card.base.longitude, card.base.latitude)
        wanted.append((card.base.base_id, "B", card.base.name, place, True))
    marks: list[Mark] = []
    for key, text, name, anchor, is_base in wanted:
        taken = [*_furniture(frame), *(mark.box for mark in marks)]
        spots = (s for s in _spots_round(anchor) if _is_free(_box_at(s, text), taken, frame))
        marks.append(
            Mark(
                key=key,
                text=text,
                name=name,
                anchor=anchor,
                at=next(spots, anchor),
                is_base=is_base,
            )
        )
    return marks


def draw_marks(marks: Sequence[Mark]) -> Iterator[str]:
    """Yield a leader for each mark that was moved, then the marks.

    Parameters
    ----------
    marks : sequence of Mark

    Yields
    ------
    str
        SVG elements.
    """
    for mark in marks:
        if mark.is_moved:
            (a, b), (x, y) = mark.anchor, mark.at
            yield f'<path d="M{a:.1f},{b:.1f}L{x:.1f},{y:.1f}" stroke="{INK}"/>'
    for mark in marks:
        yield draw_mark(mark.text, mark.at, is_base=mark.is_base)


def draw_mark(text: str, at: Point, *, is_base: bool, half: float = _HALF) -> str:
    """Return one mark: white on black for a visit, a white square for the base.

    Parameters
    ----------
    text : str
    at : (x, y)
        Its middle, pixels.
    is_base : bool
    half : float
        Half its height, pixels.

    Returns
    -------
    str
        SVG elements.
    """
    share = half / _HALF
    wide = share * _half_width(text)
    fill, ink, edge, bend = (
        ("#fff", INK, INK, 2 * share) if is_base else (INK, "#fff", "#fff", half)
    )
    looks = f'font-size="{13 * share:.3g}" {_BOLD} style="fill:{ink}"'
    return (
        f'<rect x="{at[0] - wide:.1f}" y="{at[1] - half:.1f}" width="{2 * wide:.1f}" '
        f'height="{2 * half:g}" rx="{bend:g}" fill="{fill}" stroke="{edge}" stroke-width="1.6"/>'
    ) + draw_text(at[0], at[1] + 4.6 * share, text, looks)


def draw_names(marks: Sequence[Mark], frame: MapFrame) -> Iterator[str]:
    """Yield names beside their marks, each where it covers no mark and no other name.

    Parameters
    ----------
    marks : sequence of Mark
    frame : MapFrame

    Yields
    ------
    str
        SVG elements; a name without room is left out.
    """
    taken: list[Box] = [*_furniture(frame), *(mark.box for mark in marks)]
    for mark in marks:
        for box, name, anchor in _rooms(mark):
            if _is_free(box, taken, frame):
                taken.append(box)
                at = {"start": box[0], "end": box[2], "middle": mark.at[0]}[anchor]
                looks = (
                    f'font-size="12.5" font-weight="bold" text-anchor="{anchor}" stroke="#fff" '
                    'stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"'
                )
                yield draw_text(at, box[1] + 12.5, name, looks)
                break


def _rooms(mark: Mark) -> Iterator[tuple[Box, str, str]]:
    """Yield where a name could stand: right, left, below, above; then shorter."""
    left, top, right, bottom = mark.box
    x, y = mark.at
    for longest in _LONGEST_NAMES:
        name = clip_words(mark.name, longest)
        reach = _LETTER * len(name)
        yield (right + 3, y - 8, right + 3 + reach, y + 8), name, "start"
        yield (left - 3 - reach, y - 8, left - 3, y + 8), name, "end"
        yield (x - reach / 2, bottom + 2, x + reach / 2, bottom + 17), name, "middle"
        yield (x - reach / 2, top - 17, x + reach / 2, top - 2), name, "middle"


def _furniture(frame: MapFrame) -> tuple[Box, Box]:
    """Return the room of the scale bar and of the arrow to the north."""
    return (
        (0, frame.height - 40, 0.33 * frame.width + 24, frame.height),
        (frame.width - 36, 0, frame.width, 52),
    )


def _spots_round(anchor: Point) -> Iterator[Point]:
    yield anchor
    for step in range(1, 9):
        for turn in range(8):
            angle = math.pi / 4 * (turn + 1)
            reach = 1.6 * _HALF * step + 4
            yield anchor[0] + reach * math.cos(angle), anchor[1] - reach * math.sin(angle)


def _half_width(text: str) -> float:
    return max(_HALF, len(text) * _DIGIT / 2 + 4)


def _box_at(spot: Point, text: str) -> Box:
    half = _half_width(text)
    return spot[0] - half, spot[1] - _HALF, spot[0] + half, spot[1] + _HALF


def _is_free(box: Box, taken: Sequence[Box], frame: MapFrame) -> bool:
    left, top, right, bottom = box
    inside = left > 2 and top > 2 and right < frame.width - 2 and bottom < frame.height - 2
    return inside and not any(
        left < other[2] + 2
        and other[0] < right + 2
        and top < other[3] + 2
        and other[1] < bottom + 2
        for other in taken
    )
