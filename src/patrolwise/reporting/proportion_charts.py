"""What charts of forces' shares look like: the funnel, and one force's periods.

Shape and fill carry the meaning, so that a print in black and white says the same.
"""

from collections.abc import Sequence
from dataclasses import asdict

from patrolwise.reporting.benchmark_charts import mark_points, name_series
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.proportion_records import ProportionResults, ShareChartRecord
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure

_MOST_NAMED = 8
_INSIDE, _BEYOND = "Within the limits", "Beyond a limit"
_SIZED: Spec = {
    "field": "of",
    "type": "quantitative",
    "title": "Of how many (log scale)",
    "scale": {"type": "log", "nice": False},
    "axis": {"format": "~s", "tickCount": 5},
}
_SHARE: Spec = {"type": "quantitative", "title": "Share", "axis": {"format": ".0%"}}


def chart_proportions(results: ProportionResults, widths: Sequence[int]) -> Figure:
    """Return the funnel of forces' shares by how many each is of.

    Parameters
    ----------
    results : ProportionResults
        With limits.
    widths : sequence of int

    Returns
    -------
    Figure
        The force looked at and those farthest beyond limits are named.
    """
    rows = _rows(results)
    inside = name_series(0.0)
    flagged = sorted((row for row in rows if row["series"] != inside), key=lambda r: -r["far"])
    names = {results.force, *(row["force"] for row in flagged[:_MOST_NAMED])}
    shown = sorted((row for row in rows if row["force"] in names), key=lambda row: row["of"])
    limits = [asdict(one) for one in results.limits]
    title = (
        f"{results.title}, {results.period}: each force's share. Inner lines hold 95 of 100 forces "
        "that are like the others, outer lines 998 of 1,000. Lines are of all forces together; "
        "shape says where each lies against the others alone."
    )
    described = "; ".join(f"{row['force']} {row['share']:.1%}, {row['series']}" for row in flagged)

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 300 if width > 500 else 260,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                {
                    "data": {"values": [{"all": results.share}]},
                    "mark": {"type": "rule", "color": INK},
                    "encoding": {"y": {**_SHARE, "field": "all"}},
                },
                *(_limit_line(limits, side) for side in ("low", "high", "lowest", "highest")),
                {
                    "data": {"values": rows},
                    **mark_points(_SIZED, {**_SHARE, "field": "share"}),
                },
                *(_names(shown[side::2], -9 if side else 10) for side in (0, 1)),
            ],
        }

    text = described or "No force lies beyond the limits"
    return draw_figure(Label(id="funnel-shares", title=title, description=f"{text}."), widths, spec)


def chart_share_periods(
    results: ProportionResults, chart: ShareChartRecord, widths: Sequence[int]
) -> Figure:
    """Return the shares of the force looked at, period by period, with their limits.

    Parameters
    ----------
    results : ProportionResults
    chart : ShareChartRecord
    widths : sequence of int

    Returns
    -------
    Figure
        A period beyond a limit is a filled triangle.
    """
    columns = (chart.periods, chart.shares, chart.centre, chart.low, chart.high)
    rows = [
        {
            "period": period,
            "share": share,
            "centre": centre,
            "low": low,
            "high": high,
            "series": _INSIDE if low <= share <= high else _BEYOND,
        }
        for period, share, centre, low, high in zip(*columns, strict=True)
    ]
    title = (
        f"{results.title}, {results.force}: each period, with its level (line) and limits of three "
        f"standard deviations (dashed). {chart.kind} chart."
    )
    x: Spec = {
        "field": "period",
        "type": "ordinal",
        "sort": list(chart.periods),
        "title": None,
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }

    def line(field: str, look: Spec) -> Spec:
        return {
            "mark": {"type": "line", "strokeWidth": 1.2, **look},
            "encoding": {"x": x, "y": {**_SHARE, "field": field}},
        }

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 220,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "layer": [
                line("centre", {"color": INK, "interpolate": "step"}),
                *(
                    line(side, {"color": QUIET, "strokeDash": [4, 3], "interpolate": "step"})
                    for side in ("low", "high")
                ),
                line("share", {"color": ACCENT}),
                _period_points(x),
            ],
        }

    described = " ".join(chart.signals) or "No period lies beyond a limit."
    return draw_figure(Label(id="periods-shares", title=title, description=described), widths, spec)


def _rows(results: ProportionResults) -> list[Spec]:
    return [
        {
            "force": one.force,
            "of": one.of,
            "share": one.share,
            "far": abs(one.z),
            "series": name_series(abs(one.z)),
            "is_own": one.force == results.force,
        }
        for one in results.forces
        if one.z is not None
    ]


def _limit_line(limits: list[Spec], side: str) -> Spec:
    dash = [4, 3] if side in ("low", "high") else [1, 0]
    look = {"color": QUIET, "strokeWidth": 1.2, "strokeDash": dash}
    return {
        "data": {"values": limits},
        "mark": {"type": "line", **look},
        "encoding": {"x": _SIZED, "y": {**_SHARE, "field": side}},
    }


def _names(rows: list[Spec], offset: int) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "dx": 6, "dy": offset, "fontSize": 11},
        "encoding": {
            "x": _SIZED,
            "y": {**_SHARE, "field": "share"},
            "text": {"field": "force"},
        },
    }


def _period_points(x: Spec) -> Spec:
    series: Spec = {"field": "series", "type": "nominal", "legend": {}}
    names = [_INSIDE, _BEYOND]
    return {
        "mark": {"type": "point", "size": 40, "stroke": INK, "opacity": 1},
        "encoding": {
            "x": x,
            "y": {**_SHARE, "field": "share"},
            "shape": {**series, "scale": {"domain": names, "range": ["circle", "triangle-up"]}},
            "fill": {**series, "scale": {"domain": names, "range": ["white", ACCENT]}},
        },
    }
