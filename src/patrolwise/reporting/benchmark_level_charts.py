"""What charts of a force's level and of days between rare crimes look like.

Shape, fill and dashes carry the meaning, so that a print in black and white says the same.
"""

from collections.abc import Sequence

from patrolwise.reporting.benchmark_records import GapsRecord, LevelRecord, MeasureRecord
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure

SHOWN = 20  # newest quarters: what the scan looks at too; benchmark.xlsx has all
_UP, _DOWN = "More than before", "Less than before"
_WITHIN, _BEYOND = "Within the limits", "Beyond a limit"
_ACROSS: Spec = {
    "type": "ordinal",
    "title": None,
    "axis": {"labelAngle": -45, "labelOverlap": True},
}


def chart_level(
    force: str, measure: MeasureRecord, level: LevelRecord, widths: Sequence[int]
) -> Figure:
    """Return the two sums of a force's CUSUM with their threshold, the newest quarters.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    level : LevelRecord
        Of that force and measure.
    widths : sequence of int

    Returns
    -------
    Figure
        More than before goes up, with circles; less goes down, with squares, dashed.
    """
    quarters = level.quarters[-SHOWN:]
    rows = _rows(level)
    title = (
        f"{measure.title}, {force}: how far each quarter's share of all other forces has gone from "
        "its level before, summed up (CUSUM). Above zero: more. Below: less. At a dashed line the "
        "level has moved, and is learned anew."
    )
    x = {**_ACROSS, "field": "quarter", "scale": {"domain": list(quarters)}}
    y: Spec = {"type": "quantitative", "title": "Sum, standard deviations"}
    series: Spec = {"field": "series", "type": "nominal", "legend": {}}
    names = [_UP, _DOWN]
    marks = {
        "shape": {**series, "scale": {"domain": names, "range": ["circle", "square"]}},
        "fill": {**series, "scale": {"domain": names, "range": ["white", ACCENT]}},
    }

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 200,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                *(
                    _rule(side * level.threshold, y, [4, 3] if side else [1, 0])
                    for side in (-1, 0, 1)
                ),
                {
                    "data": {"values": rows},
                    "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.2},
                    "encoding": {
                        "x": x,
                        "y": {**y, "field": "sum"},
                        "detail": [{"field": "series"}, {"field": "stretch"}],
                    },
                },
                {
                    "data": {"values": rows},
                    "mark": {"type": "point", "size": 40, "stroke": INK, "opacity": 1},
                    "encoding": {"x": x, "y": {**y, "field": "sum"}, **marks},
                },
            ],
        }

    described = " ".join(level.moves) or "No move to another level."
    label = Label(id=f"level-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def chart_gaps(
    force: str, measure: MeasureRecord, gaps: GapsRecord, widths: Sequence[int]
) -> Figure:
    """Return the days from each rare crime of a force to the next, with their limits.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    gaps : GapsRecord
        Of that force and measure.
    widths : sequence of int

    Returns
    -------
    Figure
        A gap beyond a limit is a filled triangle.
    """
    rows = [
        {
            "date": f"{number + 1}. {day}",
            "days": days,
            "series": _WITHIN if gaps.low <= days <= gaps.high else _BEYOND,
        }
        for number, (day, days) in enumerate(zip(gaps.dates, gaps.days, strict=True))
    ]
    title = (
        f"{measure.title}, {force}: days from each to the next, with the median (line) and limits "
        "(dashed) that chance passes as seldom as three standard deviations. Long gaps mean fewer."
    )
    x = {**_ACROSS, "field": "date", "sort": [row["date"] for row in rows]}
    y: Spec = {"type": "quantitative", "title": "Days since the one before"}
    series: Spec = {"field": "series", "type": "nominal", "legend": {}}
    names = [_WITHIN, _BEYOND]

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 220,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                _rule(gaps.centre, y, [1, 0]),
                _rule(gaps.low, y, [4, 3]),
                _rule(gaps.high, y, [4, 3]),
                {
                    "data": {"values": rows},
                    "mark": {"type": "line", "color": ACCENT, "strokeWidth": 1},
                    "encoding": {"x": x, "y": {**y, "field": "days"}},
                },
                {
                    "data": {"values": rows},
                    "mark": {"type": "point", "size": 40, "stroke": INK, "opacity": 1},
                    "encoding": {
                        "x": x,
                        "y": {**y, "field": "days"},
                        "shape": {
                            **series,
                            "scale": {"domain": names, "range": ["circle", "triangle-up"]},
                        },
                        "fill": {**series, "scale": {"domain": names, "range": ["white", ACCENT]}},
                    },
                },
            ],
        }

    described = " ".join((gaps.told, *gaps.signals))
    label = Label(id=f"gaps-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def _rows(level: LevelRecord) -> list[Spec]:
    """Return the newest sums that are known; a stretch ends where the level is learned anew."""
    cut = slice(-SHOWN, None)
    columns = (level.quarters[cut], level.ups[cut], level.downs[cut])
    rows, stretch = [], 0
    for quarter, up, down in zip(*columns, strict=True):
        if up is None or down is None:
            stretch += 1
            continue
        rows += [
            {"quarter": quarter, "sum": value, "series": series, "stretch": stretch}
            for series, value in ((_UP, up), (_DOWN, -down))
        ]
    return rows


def _rule(value: float, y: Spec, dash: list[int]) -> Spec:
    return {
        "data": {"values": [{"at": value}]},
        "mark": {"type": "rule", "color": QUIET, "strokeDash": dash, "strokeWidth": 1.2},
        "encoding": {"y": {**y, "field": "at"}},
    }
