"""How large the type of a card can be on one A4 page of a browser, whose style cannot measure.

The PDF measures what it sets; a page can only be told. Heights are reckoned from counts of
letters, on the safe side: where a browser's letters are wider, a little paper stays white.
"""

import math
from dataclasses import dataclass

from patrolwise.reporting.card_records import PatrolCard

BESIDE = 400  # CSS pixels across of a map that has the warnings beside it
ALONE = 700

_MM_PER_PT = 0.3528
_LETTER = 0.46  # of the type size: what a letter of Arial takes, with room to spare
_LINE = 1.24  # of the type size
_PAGE_MM = 281.0  # four more than lie between the margins: the map gives way
_WIDE_MM, _BESIDE_MM = 188.0, 107.0
_SMALLEST_MAP_MM, _TALLEST_MAP_MM = 46.0, 112.0
_FIXED_MM = 31.0  # head, foot and paddings
_LEGEND_MM = 15.0


@dataclass(frozen=True, kw_only=True)
class PrintFit:
    """How a card is printed from a page."""

    size_pt: float
    map_size: tuple[int, int]  # CSS pixels


def fit_print(card: PatrolCard) -> PrintFit:
    """Return the largest type with which a card fits one page, and the map that fills the rest.

    Parameters
    ----------
    card : PatrolCard

    Returns
    -------
    PrintFit
        The type is 11 to 5 points: where words are much more than a shift's, they run over.
    """
    sizes = [half / 2 for half in range(22, 9, -1)]
    size = next((s for s in sizes if _rest_mm(card, s) >= _least_mm(card, s)), sizes[-1])
    width = BESIDE if card.is_kept_apart else ALONE
    across_mm = _BESIDE_MM if card.is_kept_apart else _WIDE_MM
    room = min(max(_rest_mm(card, size) - _LEGEND_MM, _SMALLEST_MAP_MM), _TALLEST_MAP_MM)
    return PrintFit(size_pt=size, map_size=(width, round(room / across_mm * width)))


def _rest_mm(card: PatrolCard, size: float) -> float:
    """Return the height that is left for the map, or for the warnings beside it."""
    used = _FIXED_MM + (9.0 if card.stamp.notice else 0.0) + (15.0 if card.steps else 0.0)
    used += _lines_mm(3.5, size) + 3.0  # heading, first leg and heads of the table
    for step in card.steps:
        lines = 1.15 * _lines(step.name, 112.0, 1.2 * size)
        lines += _lines(step.why, 114.0, size) + _lines(step.hazards, 98.0, size)
        lines = max(lines, _lines(step.then, 31.0, size))
        used += _lines_mm(lines, size) + 0.9
    across = 104.0 if card.note.notes else 184.0
    told = _lines(card.note.when_not, across, size) + (1.2 if card.note.phone else 0.0)
    used += _lines_mm(1.2 + max(told, _lines(card.note.notes, 76.0, size)), size) + 7.0
    used += _lines_mm(1.0, size) if card.clock_note else 0.0
    return _PAGE_MM - used


def _least_mm(card: PatrolCard, size: float) -> float:
    """Return the height that the smallest map and the warnings beside it take."""
    warnings = 0.0
    if card.is_kept_apart:
        warnings = _lines_mm(3.4, size) + 7.0
    for one in card.keep_clear:
        left = _lines(f"{one.label} {one.name}", 45.0, size)
        left += _lines(f"{one.service} {', '.join(one.planned)}", 45.0, size)
        warnings += _lines_mm(max(left, len(one.clear)), size) + 1.0
    return max(warnings, _SMALLEST_MAP_MM + _LEGEND_MM if card.visits else 0.0)


def _lines(text: str, across_mm: float, size: float) -> int:
    """Return how many lines a text takes; none when it is empty."""
    return math.ceil(len(text) * _LETTER * size * _MM_PER_PT / across_mm)


def _lines_mm(lines: float, size: float) -> float:
    return lines * _LINE * size * _MM_PER_PT
