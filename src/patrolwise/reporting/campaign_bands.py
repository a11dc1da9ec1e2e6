"""How charts over time mark campaigns: numbered bands, and the same campaigns in words.

The number carries the meaning; shade and outline only help to find it: a photocopy reads the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TypeVar

from patrolwise.reporting.blocks import Block, Bullets, Paragraph
from patrolwise.reporting.campaign_records import MarkedCampaign
from patrolwise.reporting.svg import INK, QUIET, Spec
from patrolwise.reporting.wording import format_day

SHADE = "#cfd3c9"  # darker than any window, lighter than any line
CAPTION = "Numbered bands: campaigns, listed below."
_Marked = TypeVar("_Marked", bound=MarkedCampaign)
_DAY = timedelta(days=1)
_NARROWEST = 4.0  # pixels of a band: one week of four years is seen
_NUMBER: Spec = {"type": "text", "y": -9, "align": "center", "fontWeight": "bold", "color": INK}
_LETTER = 8.0  # pixels of one digit of a number, with what keeps it from the next


@dataclass(frozen=True, kw_only=True)
class Column:
    """One quarter of an axis, with its days (ISO, both included)."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class _Label:
    """Numbers of campaigns at one place of an axis."""

    at: float  # pixels
    key: str  # what the axis calls that place
    numbers: tuple[int, ...]


def within(campaigns: Sequence[_Marked], first: str, last: str) -> tuple[_Marked, ...]:
    """Return the campaigns that have a day between two days.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign
    first, last : str
        ISO dates, both included.

    Returns
    -------
    tuple of MarkedCampaign
        In the order given.
    """
    return tuple(one for one in campaigns if one.first <= last and first <= one.last)


def name_campaign(one: MarkedCampaign) -> str:
    """Return a campaign as it is listed below a chart.

    Parameters
    ----------
    one : MarkedCampaign

    Returns
    -------
    str

    Examples
    --------
    >>> name_campaign(MarkedCampaign(number=2, name="Sceptre", first="2023-11-13",
    ...                              last="2023-11-20", where="everywhere", url=""))
    '2: Sceptre, 13 November 2023 to 20 November 2023, everywhere'
    """
    days = format_day(one.first)
    if one.last != one.first:
        days = f"{days} to {format_day(one.last)}"
    address = f". {one.url}" if one.url else ""
    return f"{one.number}: {one.name}, {days}, {one.where}{address}"


def tell_marked(campaigns: Sequence[MarkedCampaign], span: tuple[str, str]) -> str:
    """Return how many campaigns the charts mark, and those that lie beside their days.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign
        At least one.
    span : (str, str)
        First and last day of the charts, ISO.

    Returns
    -------
    str
    """
    shown = within(campaigns, *span)
    beside = [name_campaign(one) for one in campaigns if one not in shown]
    told = f"{len(shown)}, numbered and listed with the charts of months" if shown else ""
    also = f"Beside the days of the charts: {'; '.join(beside)}" if beside else ""
    return ". ".join(part for part in (told, also) if part)


def list_campaigns(campaigns: Sequence[MarkedCampaign]) -> list[Block]:
    """Return what stands below a chart that marks campaigns.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign
        That it marks.

    Returns
    -------
    list of block
        None without a campaign.
    """
    if not campaigns:
        return []
    return [
        Paragraph(
            text="Campaigns, by their numbers on the chart. On their days more was done than "
            "usual, so counts may differ because of them."
        ),
        Bullets(items=tuple(map(name_campaign, campaigns))),
    ]


def describe_campaigns(campaigns: Sequence[MarkedCampaign]) -> str:
    """Return the campaigns of a chart for readers who cannot see it; blank without any.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign

    Returns
    -------
    str
    """
    if not campaigns:
        return ""
    return f" Campaigns marked: {'; '.join(map(name_campaign, campaigns))}."


def band_layers(
    campaigns: Sequence[MarkedCampaign], span: tuple[str, str], width: float, height: float
) -> list[Spec]:
    """Return the layers that mark campaigns on an axis of days.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign
        Each has a day in the span.
    span : (str, str)
        First and last day of the axis, ISO: a band does not go beyond them.
    width, height : float
        Of the plot, pixels: bands are wide enough to be seen, and numbers do not touch.

    Returns
    -------
    list of dict
        Empty without a campaign. Numbers stand above the plot: leave room there.
    """
    if not campaigns:
        return []
    bands = _place(campaigns, span, width)
    x = {"field": "first", "type": "temporal", "scale": {"type": "utc"}, "title": None}
    outline = {"fill": SHADE, "stroke": QUIET, "strokeWidth": 1}
    labels = [
        _Label(
            at=_days((span[0], one["middle"])) * width / _days(span),
            key=one["middle"],
            numbers=(campaign.number,),
        )
        for campaign, one in zip(campaigns, bands, strict=True)
    ]
    texts = [{"middle": key, "numbers": told} for key, told in _join_numbers(labels)]
    return [
        {
            "data": {"values": bands},
            "mark": {"type": "rect", "y": 0, "y2": height, **outline},
            "encoding": {"x": x, "x2": {"field": "end"}},
        },
        {
            "data": {"values": texts},
            "mark": _NUMBER,
            "encoding": {"x": {**x, "field": "middle"}, "text": {"field": "numbers"}},
        },
    ]


def column_layers(
    campaigns: Sequence[MarkedCampaign], columns: Sequence[Column], x: Spec, width: float
) -> list[Spec]:
    """Return the layers that mark campaigns on an axis of quarters: all that have a day of one.

    Parameters
    ----------
    campaigns : sequence of MarkedCampaign
    columns : sequence of Column
        In the order of the axis.
    x : dict
        Encoding of that axis, whose field the names of the columns are.
    width : float
        Of the plot, pixels.

    Returns
    -------
    list of dict
        Empty without a campaign. Numbers stand above the plot.
    """
    wide = width / max(1, len(columns))
    held = [
        (_Label(at=(k + 0.5) * wide, key=one.name, numbers=numbers))
        for k, one in enumerate(columns)
        if (numbers := tuple(c.number for c in within(campaigns, one.first, one.last)))
    ]
    if not held:
        return []
    field = str(x["field"])
    places = {"values": [{field: one.key} for one in held]}
    texts = {"values": [{field: key, "numbers": told} for key, told in _join_numbers(held)]}
    upright = {"type": "rule", "color": SHADE, "strokeWidth": max(_NARROWEST, 0.7 * wide)}
    return [
        {"data": places, "mark": upright, "encoding": {"x": x}},
        {
            "data": places,
            "mark": {"type": "rule", "color": QUIET, "strokeDash": [2, 2], "strokeWidth": 1},
            "encoding": {"x": x},
        },
        {"data": texts, "mark": _NUMBER, "encoding": {"x": x, "text": {"field": "numbers"}}},
    ]


def _place(
    campaigns: Sequence[MarkedCampaign], span: tuple[str, str], width: float
) -> list[dict[str, str]]:
    """Return first day, day after the last and middle of each band, clipped and widened."""
    begin, end = date.fromisoformat(span[0]), date.fromisoformat(span[1]) + _DAY
    least = ceil(_NARROWEST * _days(span) / width)
    placed = []
    for one in campaigns:
        first = max(begin, date.fromisoformat(one.first))
        after = min(end, date.fromisoformat(one.last) + _DAY)
        more = max(0, least - (after - first).days)
        first = max(begin, first - timedelta(days=more // 2))
        after = min(end, after + timedelta(days=more - more // 2))
        middle = first + timedelta(days=(after - first).days // 2)
        ends = {"first": first, "end": after, "middle": middle}
        placed.append({name: day.isoformat() for name, day in ends.items()})
    return placed


def _join_numbers(labels: Sequence[_Label]) -> list[tuple[str, str]]:
    """Return where numbers stand, and which; those that would touch stand as one text."""
    groups: list[list[_Label]] = []
    for one in sorted(labels, key=lambda label: label.at):
        if groups:
            letters = len(_tell(groups[-1])) + len(_tell([one]))
            if one.at - groups[-1][-1].at < _LETTER * (letters / 2 + 1):
                groups[-1].append(one)
                continue
        groups.append([one])
    return [(group[len(group) // 2].key, _tell(group)) for group in groups]


def _tell(group: Sequence[_Label]) -> str:
    numbers = sorted({number for one in group for number in one.numbers})
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))


def _days(span: tuple[str, str]) -> int:
    first, last = (date.fromisoformat(day) for day in span)
    return (last - first).days + 1
