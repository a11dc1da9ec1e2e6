"""How patrol cards are laid out: one A4 page a card as a PDF, and a page that a phone can show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from patrolwise.errors import InputError, RefusedError
from patrolwise.reporting.blocks import Drawing
from patrolwise.reporting.card_fit import ALONE, BESIDE, fit_print
from patrolwise.reporting.card_map import describe_card_map, draw_card_map
from patrolwise.reporting.card_records import CardStep, KeepClear, PatrolCard
from patrolwise.reporting.plan_pages import fill_page, set_pdf
from patrolwise.reporting.plan_timeline import (
    TimelineBar,
    TimelineRow,
    describe_timeline,
    draw_timeline,
)
from patrolwise.reporting.plan_wording import format_date
from patrolwise.reporting.svg import Label
from patrolwise.reporting.wording import format_count

PRINT_WIDTH, PHONE_WIDTH = 700, 328  # CSS pixels
# of the map on paper: the PDF takes the tallest that leaves one page
_MAP_HEIGHTS = (200, 230, 260, 295, 330, 370, 420, 480)

_CORNER = 'preserveAspectRatio="xMinYMin meet"'


def make_cards_html(cards: Sequence[PatrolCard]) -> str:
    """Return cards of one service as one self-contained page: read on a phone, or printed on A4.

    Parameters
    ----------
    cards : sequence of PatrolCard
        At least one. A unit's own phone gets a page of its card alone.

    Returns
    -------
    str
        HTML5; the same cards give the same text.

    Raises
    ------
    InputError
        There is no card.
    RefusedError
        The cards are of more than one service.
    MissingExtraError
        The report extra is not installed.
    """
    check_one_service(cards)
    return fill_page(
        "card",
        title=_title(cards),
        cards=[_for_page(card, f"card-{number}") for number, card in enumerate(cards, start=1)],
    )


def make_cards_pdf(cards: Sequence[PatrolCard]) -> bytes:
    """Return cards of one service as a PDF (PDF/UA-1) with exactly one A4 page a card.

    Parameters
    ----------
    cards : sequence of PatrolCard
        At least one.

    Returns
    -------
    bytes
        The same cards give the same bytes. Type shrinks with the number of visits, never below
        what fits one page.

    Raises
    ------
    InputError
        There is no card.
    RefusedError
        The cards are of more than one service.
    MissingExtraError
        The report extra is not installed.
    """
    check_one_service(cards)
    plain = [_plain(card, f"card-{number}") for number, card in enumerate(cards, start=1)]
    return set_pdf("card", {"title": _title(cards), "cards": plain})


def check_one_service(cards: Sequence[PatrolCard]) -> None:
    """Raise unless there are cards, and all of one service.

    A file goes to one service: with the other's cards in it, it would show that service's route.

    Parameters
    ----------
    cards : sequence of PatrolCard

    Raises
    ------
    InputError
        There is no card.
    RefusedError
        The cards are of more than one service.
    """
    services = sorted({card.service for card in cards})
    if not services:
        raise InputError("There is no card to lay out: nobody is on duty. Choose another day.")
    if len(services) > 1:
        raise RefusedError(
            f"Cards of {' and '.join(services)} may not be in one file: each service gets its own "
            "cards only. Make one file a service."
        )


def timeline_of(card: PatrolCard) -> TimelineRow:
    """Return a card's shift as a row of a timeline, with the numbers of its visits.

    Parameters
    ----------
    card : PatrolCard

    Returns
    -------
    TimelineRow
    """
    return TimelineRow(
        unit_id=card.unit_id,
        service=card.service,
        start=card.start,
        end=card.end,
        bars=tuple(
            TimelineBar(
                start=step.start,
                end=step.end,
                number="" if step.is_break else str(step.number),
                name=step.name,
            )
            for step in card.steps
        ),
    )


def _title(cards: Sequence[PatrolCard]) -> str:
    first = cards[0]
    whose = first.unit_id if len(cards) == 1 else f"{first.service}, {len(cards)} cards"
    notice = " (draft)" if first.stamp.is_draft else ""
    simulated = "Simulated: " if first.stamp.is_simulated else ""
    return f"{simulated}Patrol card of {whose}, {format_date(first.day)}{notice}"


def _for_page(card: PatrolCard, prefix: str) -> dict[str, Any]:
    """Return what the page's template speaks of."""
    fit = fit_print(card)
    return {
        "id": prefix,
        "card": card,
        "date": format_date(card.day),
        "people": _people(card),
        "size_pt": f"{fit.size_pt:g}",
        "timelines": _timelines(card, prefix, (PRINT_WIDTH, PHONE_WIDTH)),
        "maps": [
            # on paper the map shrinks to the room that is left, towards its upper left corner
            replace(one, svg=one.svg.replace("<svg ", f"<svg {_CORNER} ", 1))
            for one in _maps(card, prefix, (fit.map_size, (PHONE_WIDTH, PHONE_WIDTH)))
        ],
        "phone": "".join(c for c in card.note.phone if c.isdigit() or c == "+"),
    }


def _people(card: PatrolCard) -> str:
    return "1 person" if card.people == 1 else f"{format_count(card.people)} people"


def _timelines(card: PatrolCard, prefix: str, widths: Sequence[int]) -> list[Drawing]:
    row = timeline_of(card)
    if not card.steps:
        return []
    return [
        draw_timeline(
            [row],
            Label(
                id=f"{prefix}-time-{width}",
                title="The shift at a glance",
                description=describe_timeline([row]),
            ),
            width,
        )
        for width in widths
    ]


def _maps(card: PatrolCard, prefix: str, sizes: Sequence[tuple[int, int]]) -> list[Drawing]:
    if not card.visits:
        return []
    return [
        draw_card_map(
            card,
            Label(
                id=f"{prefix}-map-{width}-{height}",
                title="Map of the route",
                description=describe_card_map(card),
            ),
            (width, height),
        )
        for width, height in sizes
    ]


def _plain(card: PatrolCard, prefix: str) -> dict[str, Any]:
    """Return what the PDF's template speaks of."""
    width = BESIDE if card.is_kept_apart else ALONE
    maps = _maps(card, prefix, [(width, height) for height in _MAP_HEIGHTS])
    return {
        "notice": card.stamp.notice,
        "programme": card.stamp.title,
        "origin": card.stamp.origin,
        "unit": card.unit_id,
        "service": card.service,
        "people": _people(card),
        "date": format_date(card.day),
        "shift": card.shift,
        "hours": card.hours,
        "clock_note": card.clock_note,
        "first_leg": card.first_leg,
        "steps": [_plain_step(step) for step in card.steps],
        "is_kept_apart": card.is_kept_apart,
        "keep_clear": [_plain_clear(one) for one in card.keep_clear],
        "when_not": card.note.when_not,
        "phone": card.note.phone,
        "notes": card.note.notes,
        "timeline": [drawing.svg for drawing in _timelines(card, prefix, (PRINT_WIDTH,))],
        "timeline_text": describe_timeline([timeline_of(card)]),
        "maps": [{"svg": one.svg, "ratio": one.height / one.width} for one in maps],
        "map_text": describe_card_map(card),
    }


def _plain_step(step: CardStep) -> dict[str, Any]:
    return {
        "number": "" if step.is_break else str(step.number),
        "name": step.name,
        "span": step.span,
        "minutes": format_count(step.minutes),
        "then": step.then,
        "why": step.why,
        "hazards": step.hazards,
    }


def _plain_clear(one: KeepClear) -> dict[str, Any]:
    return {
        "numbers": one.label,
        "name": one.name,
        "service": one.service,
        "planned": list(one.planned),
        "clear": list(one.clear),
    }
