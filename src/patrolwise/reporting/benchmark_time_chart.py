"""What a force's quarters look like on a control chart."""

from collections.abc import Sequence
from datetime import timedelta

from patrolwise.benchmarking.spans import parse_period
from patrolwise.reporting.benchmark_records import MeasureRecord, OverTimeRecord
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
_INSIDE, _BEYOND = "Within the limits", "Beyond a limit"


def chart_quarters(
    force: str,
    measure: MeasureRecord,
    chart: OverTimeRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign] = (),
) -> Figure:
    """Return the quarters of one force with their level and limits.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    chart : OverTimeRecord
        Of that force and measure.
    widths : sequence of int
    campaigns : sequence of MarkedCampaign
        Every quarter that has a day of one is marked; see `campaigns_of_quarters`.

    Returns
    -------
    Figure
        A quarter beyond a limit is a filled triangle.
    """
    rows = _rows(chart)
    title = (
        f"{measure.title}, {force}, {chart.unit}: each quarter, with its level (line) and limits "
        f"of three standard deviations (dashed). {chart.kind} chart."
    )
    x = {
        "field": "quarter",
        "type": "ordinal",
        "sort": list(chart.quarters),
        "title": None,
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }
    y = {"type": "quantitative", "title": chart.unit.capitalize(), "scale": {"zero": True}}
    marked = campaigns_of_quarters(chart.quarters, campaigns)
    if marked:
        title += f" {CAPTION}"
    columns = find_columns(chart.quarters)

    def line(field: str, look: Spec) -> Spec:
        return {
            "mark": {"type": "line", "interpolate": "step", **look},
            "encoding": {"x": x, "y": {**y, "field": field}},
        }

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 220,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "layer": [
                *column_layers(marked, columns, x, width - _BESIDE),
                line("centre", {"color": INK, "strokeWidth": 1}),
                line("low", {"color": QUIET, "strokeDash": [4, 3], "strokeWidth": 1.2}),
                line("high", {"color": QUIET, "strokeDash": [4, 3], "strokeWidth": 1.2}),
                {
                    "mark": {"type": "line", "color": ACCENT, "strokeWidth": 1},
                    "encoding": {"x": x, "y": {**y, "field": "value"}},
                },
                _points(x, y),
            ],
        }

    described = " ".join(chart.signals) or "No quarter lies beyond a limit."
    described += describe_campaigns(marked)
    label = Label(id=f"quarters-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def find_columns(quarters: Sequence[str]) -> list[Column]:
    """Return quarters with their days.

    Parameters
    ----------
    quarters : sequence of str
        As `parse_period` reads them.

    Returns
    -------
    list of Column
    """
    found = []
    for quarter in quarters:
        period = parse_period(quarter)
        last = period.before(-1).first - timedelta(days=1)
        found.append(Column(name=quarter, first=period.first.isoformat(), last=last.isoformat()))
    return found


def campaigns_of_quarters(
    quarters: Sequence[str], campaigns: Sequence[MarkedCampaign]
) -> tuple[MarkedCampaign, ...]:
    """Return the campaigns that a chart of quarters marks.

    Parameters
    ----------
    quarters : sequence of str
        At least one, in order.
    campaigns : sequence of MarkedCampaign

    Returns
    -------
    tuple of MarkedCampaign
        Those with a day in any of them.
    """
    ends = find_columns((quarters[0], quarters[-1]))
    return within(campaigns, ends[0].first, ends[1].last)


def _rows(chart: OverTimeRecord) -> list[Spec]:
    columns = (chart.quarters, chart.values, chart.centre, chart.low, chart.high)
    return [
        {
            "quarter": quarter,
            "value": value,
            "centre": centre,
            "low": low,
            "high": high,
            "series": _INSIDE if low <= value <= high else _BEYOND,
        }
        for quarter, value, centre, low, high in zip(*columns, strict=True)
    ]


def _points(x: Spec, y: Spec) -> Spec:
    series = {"field": "series", "type": "nominal", "legend": {}}
    names = [_INSIDE, _BEYOND]
    return {
        "mark": {"type": "point", "size": 40, "stroke": INK, "opacity": 1},
        "encoding": {
            "x": x,
            "y": {**y, "field": "value"},
            "shape": {**series, "scale": {"domain": names, "range": ["circle", "triangle-up"]}},
            "fill": {**series, "scale": {"domain": names, "range": ["white", ACCENT]}},
        },
    }
