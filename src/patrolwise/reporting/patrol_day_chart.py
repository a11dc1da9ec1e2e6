"""On which days did each hot spot get its dose? One tile a day, read by its mark.

A full tile was met, an empty one short, a half one cannot be told; a dot had no plan that day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.patrol_charts import TALLEST
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import DoseDayRecord
from patrolwise.reporting.patrol_wording import PLANNED, VERDICTS, judge_days, monday_of
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count, format_day

LONGEST_BY_DAY = 42  # days; a longer window is drawn by week
_LONGEST_BY_WEEK = 54 * 7
_STEP = 22  # pixels from row to row
_NARROWEST = 19  # pixels of a tile that holds three digits
_WIDEST = 30
_LABELS = 150  # pixels for names; a phone has room for the number only
_WIDE = 500  # pixels from which names are shown

_SQUARE = "M-1,-1H1V1H-1Z"
_CROSSED = f"{_SQUARE}M-.6,-.6L.6,.6M-.6,.6L.6,-.6"
_MARKS = {  # shape in a box from -1 to 1, fill, stroke
    "met": (_SQUARE, ACCENT, ACCENT),
    "short": (_SQUARE, "white", INK),
    "cannot tell": ("M-1,1H1V-1Z", "#c3d0dc", "#8496a6"),
    "not planned": ("M-.2,.75A.2,.2,0,1,1,.2,.75A.2,.2,0,1,1,-.2,.75Z", QUIET, QUIET),
    "no rule": ("M-.5,.7H.5V.8H-.5Z", QUIET, QUIET),
}
_WORDS = {
    "met": "Met",
    "short": "Short",
    "cannot tell": "Cannot tell",
    "not planned": "Not planned",
    "no rule": "No rule",
}
_LONG_WORDS = {
    **_WORDS,
    "met": "All planned days met",
    "short": "A day was short",
    "cannot tell": "A day cannot be told",
}


@dataclass(frozen=True, kw_only=True)
class _Tile:
    row: str
    column: str
    verdict: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Strip:
    """Columns that stand side by side; further ones go into the strip below."""

    columns: tuple[date, ...]
    last: date


def chart_days(
    days: Sequence[DoseDayRecord], places: PatrolledPlaces, figure_id: str, widths: Sequence[int]
) -> Figure:
    """Return a tile for each hot spot and day of one service; by week in a long window.

    Parameters
    ----------
    days : sequence of DoseDayRecord
        Of one service, at least one.
    places : PatrolledPlaces
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels; what does not fit side by side goes into strips.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is no day, or services are mixed.
    """
    services = sorted({day.service for day in days})
    if len(services) != 1:
        raise InputError(
            f"A chart of days shows one service, got {', '.join(services) or 'none'}. "
            "Draw one chart for each."
        )
    step = _days_in_a_tile(days)
    areas = [area_id for area_id in places.numbers if any(d.area_id == area_id for d in days)]
    tiles = _make_tiles(days, step)
    words = _WORDS if step == 1 else _LONG_WORDS
    caption = _caption(services[0], step)
    counted = {verdict: sum(d.verdict == verdict for d in days) for verdict in VERDICTS}
    counts = [f"{format_count(n)} {verdict}" for verdict, n in counted.items() if n]
    description = f"Days of {len(areas)} hot spots: {', '.join(counts)}."

    def spec(width: int) -> Spec:
        labels = {a: places.label(a) if width >= _WIDE else places.number(a) for a in areas}
        return _draw(_lay_out(days, step, width, len(areas)), tiles, labels, words, width)

    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def _caption(service: str, step: int) -> str:
    if step == 1:
        said, period = "minutes delivered that day", "day by day"
    else:
        said, period = "days met of days planned", "by week" if step == 7 else "by four weeks"
    return f"Each hot spot, {period}, {service}. Numbers, where tiles have room for them: {said}."


def _days_in_a_tile(days: Sequence[DoseDayRecord]) -> int:
    first, last = _ends(days)
    length = (last - first).days + 1
    if length <= LONGEST_BY_DAY:
        return 1
    return 7 if length <= _LONGEST_BY_WEEK else 28


def _ends(days: Sequence[DoseDayRecord]) -> tuple[date, date]:
    iso = [record.day for record in days]
    return date.fromisoformat(min(iso)), date.fromisoformat(max(iso))


def _make_tiles(days: Sequence[DoseDayRecord], step: int) -> list[_Tile]:
    first = _first_column(days, step)
    found: dict[tuple[str, date], list[DoseDayRecord]] = {}
    for record in days:
        passed = (date.fromisoformat(record.day) - first).days // step
        column = first + timedelta(days=passed * step)
        found.setdefault((record.area_id, column), []).append(record)
    return [
        _Tile(
            row=area_id,
            column=_name_column(column, step),
            verdict=judge_days([record.verdict for record in records]),
            text=_say(records, step),
        )
        for (area_id, column), records in found.items()
    ]


def _first_column(days: Sequence[DoseDayRecord], step: int) -> date:
    first = _ends(days)[0]
    return first if step == 1 else monday_of(first)


def _say(records: Sequence[DoseDayRecord], step: int) -> str:
    """Return what stands in a tile: minutes of one day, or days met of several."""
    if step == 1:
        (record,) = records
        silent = record.verdict not in PLANNED and not record.visits
        return "" if silent else format_count(record.patrol_min)
    planned = [record for record in records if record.verdict in PLANNED]
    met = sum(record.verdict == "met" for record in planned)
    return f"{met}/{len(planned)}" if planned else ""


def _name_column(column: date, step: int) -> str:
    """Return two lines to print and the date, which keeps columns apart."""
    lines = f"{column:%a}"[0] if step == 1 else f"{column:%b}"
    upper, lower = (lines, str(column.day)) if step == 1 else (str(column.day), lines)
    return f"{upper}|{lower}|{column.isoformat()}"


def _lay_out(
    days: Sequence[DoseDayRecord], step: int, width: int, rows: int
) -> tuple[list[_Strip], int]:
    """Return the strips, and the pixels of a tile; too narrow for digits when paper is short."""
    first, last = _first_column(days, step), _ends(days)[1]
    columns = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    room = width - 30 - (_LABELS if width >= _WIDE else 22)
    most = room // _NARROWEST
    whole = 7 if step == 1 else 1  # strips of days hold whole weeks, so that weekdays line up
    most -= most % whole
    strips = ceil(len(columns) / most)
    if width >= _WIDE and strips * rows * _STEP > TALLEST:
        strips = 1
    across = whole * ceil(len(columns) / strips / whole)
    cut = [columns[at : at + across] for at in range(0, len(columns), across)]
    across = max(len(part) for part in cut)
    tile = min(_WIDEST, room // across)
    return [_Strip(columns=tuple(part), last=min(last, _end(part, step))) for part in cut], tile


def _end(columns: Sequence[date], step: int) -> date:
    return columns[-1] + timedelta(days=step - 1)


def _draw(
    layout: tuple[list[_Strip], int],
    tiles: Sequence[_Tile],
    labels: Mapping[str, str],
    words: Mapping[str, str],
    width: int,
) -> Spec:
    strips, tile = layout
    used = [verdict for verdict in VERDICTS if any(t.verdict == verdict for t in tiles)]
    marks = {**_MARKS}
    if tile < _NARROWEST:
        marks["short"] = (_CROSSED, "white", INK)
    scales = _scales({words[verdict]: marks[verdict] for verdict in used}, width)
    panels = []
    for strip in strips:
        ends = (strip.columns[0].isoformat(), strip.columns[-1].isoformat())
        values = [
            {
                "label": labels[t.row],
                "column": t.column,
                "verdict": words[t.verdict],
                "text": t.text,
                "light": t.verdict == "met",
            }
            for t in tiles
            if ends[0] <= t.column.rpartition("|")[2] <= ends[1]
        ]
        panels.append(_panel(strip, values, list(labels.values()), scales, tile))
    return {"vconcat": panels, "spacing": 20}


def _scales(marks: Mapping[str, tuple[str, str, str]], width: int) -> Spec:
    legend = {"direction": "horizontal", "columns": 5 if width >= _WIDE else 2, "symbolSize": 150}
    return {
        channel: {
            "field": "verdict",
            "type": "nominal",
            "scale": {"domain": list(marks), "range": [mark[at] for mark in marks.values()]},
            "legend": legend,
        }
        for at, channel in enumerate(("shape", "fill", "stroke"))
    }


def _panel(strip: _Strip, values: list[Spec], labels: list[str], scales: Spec, tile: int) -> Spec:
    order = sorted({value["column"] for value in values}, key=lambda name: name.rpartition("|")[2])
    y = rows_axis(labels, 0)
    y["axis"]["labelLimit"] = _LABELS - 12
    y["scale"] = {"type": "band", "domain": labels, "padding": 0}
    side = min(tile, _STEP) - 4
    layers: list[Spec] = [
        {
            "mark": {"type": "point", "size": side**2, "strokeWidth": 1.6, "opacity": 1},
            "encoding": scales,
        }
    ]
    if tile >= _NARROWEST:
        colour = {"condition": {"test": "datum.light", "value": "white"}, "value": INK}
        layers.append(
            {
                "mark": {"type": "text", "fontSize": 10, "fontWeight": "bold"},
                "encoding": {"text": {"field": "text"}, "color": colour},
            }
        )
    title = f"{format_day(strip.columns[0].isoformat())} to {format_day(strip.last.isoformat())}"
    return {
        "title": title,
        "width": {"step": tile},
        "height": {"step": _STEP if tile >= _NARROWEST else 20},
        "data": {"values": values},
        "encoding": {"x": _columns_axis(order), "y": y},
        "layer": layers,
    }


def _columns_axis(order: list[str]) -> Spec:
    return {
        "field": "column",
        "type": "ordinal",
        "sort": order,
        "title": None,
        "scale": {"type": "band", "padding": 0},
        "axis": {
            "orient": "top",
            "labelExpr": "slice(split(datum.label, '|'), 0, 2)",
            "labelAngle": 0,
            "labelFontSize": 10,
            "labelPadding": 16,
            "labelLineHeight": 12,
            "labelOverlap": True,
            "domain": False,
            "ticks": False,
            "grid": False,
        },
    }
