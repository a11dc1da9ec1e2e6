"""What a force's quarters look like on a control chart."""

from collections.abc import Sequence

from patrolwise.reporting.benchmark_records import MeasureRecord, OverTimeRecord
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure

_INSIDE, _BEYOND = "Within the limits", "Beyond a limit"


def chart_quarters(
    force: str, measure: MeasureRecord, chart: OverTimeRecord, widths: Sequence[int]
) -> Figure:
    """Return the quarters of one force with their level and limits.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    chart : OverTimeRecord
        Of that force and measure.
    widths : sequence of int

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
    label = Label(id=f"quarters-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


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
