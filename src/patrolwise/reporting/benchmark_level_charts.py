"""What charts of a force's level and of days between rare crimes look like.

Shape, fill and dashes carry the meaning, so that a print in black and white says the same.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from patrolwise.reporting.benchmark_records import GapsRecord, LevelRecord, MeasureRecord
from patrolwise.reporting.benchmark_time_chart import campaigns_of_quarters, find_columns
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.campaign_bands import (
    CAPTION,
    Column,
    column_layers,
    describe_campaigns,
    within,
)
from patrolwise.reporting.campaign_records import MarkedCampaign
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure

_BESIDE = 60  # pixels beside the plot
SHOWN = 20  # newest quarters: what the scan looks at too; benchmark.xlsx has all
_UP, _DOWN = "More than before", "Less than before"
_WITHIN, _BEYOND = "Within the limits", "Beyond a limit"
_ACROSS: Spec = {
    "type": "ordinal",
    "title": None,
    "axis": {"labelAngle": -45, "labelOverlap": True},
}


def chart_level(
    force: str,
    measure: MeasureRecord,
    level: LevelRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign] = (),
) -> Figure:
    """Return the two sums of a force's CUSUM with their threshold, the newest quarters.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    level : LevelRecord
        Of that force and measure.
    widths : sequence of int
    campaigns : sequence of MarkedCampaign
        Every quarter that has a day of one is marked.

    Returns
    -------
    Figure
        More than before goes up, with circles; less goes down, with squares, dashed.
    """
    quarters = level.quarters[-SHOWN:]
    title = (
        f"{measure.title}, {force}: how far each quarter's share of all other forces has gone from "
        "its level before, summed up (CUSUM). Above zero: more. Below: less. At a dashed line the "
        "level has moved, and is learned anew."
    )
    x = {**_ACROSS, "field": "quarter", "scale": {"domain": list(quarters)}}
    y: Spec = {"type": "quantitative", "title": "Sum, standard deviations"}
    marked = campaigns_of_quarters(quarters, campaigns)
    if marked:
        title += f" {CAPTION}"
    columns = find_columns(quarters)

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 200,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                *column_layers(marked, columns, x, width - _BESIDE),
                *_threshold_layers(level, y),
                *_sum_layers(level, x, {**y, "field": "sum"}),
            ],
        }

    described = " ".join(level.moves) or "No move to another level."
    described += describe_campaigns(marked)
    label = Label(id=f"level-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def chart_gaps(
    force: str,
    measure: MeasureRecord,
    gaps: GapsRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign] = (),
) -> Figure:
    """Return the days from each rare crime of a force to the next, with their limits.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    gaps : GapsRecord
        Of that force and measure.
    widths : sequence of int
    campaigns : sequence of MarkedCampaign
        Every gap that has a day of one is marked; see `campaigns_of_gaps`.

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
    marked = campaigns_of_gaps(gaps.dates, gaps.days, campaigns)
    if marked:
        title += f" {CAPTION}"
    columns = [
        Column(name=str(row["date"]), first=_begin_gap(day, days), last=day)
        for row, day, days in zip(rows, gaps.dates, gaps.days, strict=True)
    ]
    y: Spec = {"type": "quantitative", "title": "Days since the one before"}

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 220,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                *column_layers(marked, columns, x, width - _BESIDE),
                _rule(gaps.centre, y, [1, 0]),
                _rule(gaps.low, y, [4, 3]),
                _rule(gaps.high, y, [4, 3]),
                *_gap_layers(rows, x, y),
            ],
        }

    described = " ".join((gaps.told, *gaps.signals)) + describe_campaigns(marked)
    label = Label(id=f"gaps-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def _gap_layers(rows: Sequence[Spec], x: Spec, y: Spec) -> list[Spec]:
    series: Spec = {"field": "series", "type": "nominal", "legend": {}}
    names = [_WITHIN, _BEYOND]
    return [
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
    ]


def campaigns_of_gaps(
    dates: Sequence[str], days: Sequence[int], campaigns: Sequence[MarkedCampaign]
) -> tuple[MarkedCampaign, ...]:
    """Return the campaigns that a chart of days between crimes marks.

    Parameters
    ----------
    dates, days : sequences, at least one
        As `GapsRecord` has them.
    campaigns : sequence of MarkedCampaign

    Returns
    -------
    tuple of MarkedCampaign
        Those with a day in any gap: after one crime, up to the day of the next.
    """
    return within(campaigns, _begin_gap(dates[0], days[0]), dates[-1])


def _begin_gap(day: str, days: int) -> str:
    """Return the day after the crime that a gap begins with; its own where two share a day."""
    return (date.fromisoformat(day) - timedelta(days=max(0, days - 1))).isoformat()


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


def _threshold_layers(level: LevelRecord, y: Spec) -> list[Spec]:
    ends = (-level.threshold, level.threshold)
    return [_rule(0.0, y, [1, 0]), *(_rule(end, y, [4, 3]) for end in ends)]


def _sum_layers(level: LevelRecord, x: Spec, y: Spec) -> list[Spec]:
    rows = {"values": _rows(level)}
    series: Spec = {"field": "series", "type": "nominal", "legend": {}}
    names = [_UP, _DOWN]
    stretches = [{"field": "series"}, {"field": "stretch"}]
    return [
        {
            "data": rows,
            "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.2},
            "encoding": {"x": x, "y": y, "detail": stretches},
        },
        {
            "data": rows,
            "mark": {"type": "point", "size": 40, "stroke": INK, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "shape": {**series, "scale": {"domain": names, "range": ["circle", "square"]}},
                "fill": {**series, "scale": {"domain": names, "range": ["white", ACCENT]}},
            },
        },
    ]


def _rule(value: float, y: Spec, dash: list[int]) -> Spec:
    return {
        "data": {"values": [{"at": value}]},
        "mark": {"type": "rule", "color": QUIET, "strokeDash": dash, "strokeWidth": 1.2},
        "encoding": {"y": {**y, "field": "at"}},
    }
