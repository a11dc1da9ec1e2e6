"""What the chart of re-estimates looks like: one row a way, the headline's on top.

A filled square may carry a conclusion; a hollow circle may not, whatever its interval says.
"""

import math
from collections.abc import Sequence

from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.robustness_records import RobustnessRecord, RobustnessRow
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_estimate, is_difference

_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
_FIRM, _NOT_FIRM = "Could carry a conclusion", "Carries none"


def chart_robustness(
    record: RobustnessRecord,
    rows: Sequence[RobustnessRow],
    figure_id: str,
    widths: Sequence[int],
) -> Figure | None:
    """Return the ratios of all ways with their intervals, the headline's first.

    Parameters
    ----------
    record : RobustnessRecord
    rows : sequence of RobustnessRow
        Those to show, from the top; differences of crimes are left to the table.
    figure_id : str
    widths : sequence of int

    Returns
    -------
    Figure or None
        None when there is no headline with a ratio.
    """
    headline = record.headline
    if headline is None or headline.value is None or is_difference(headline):
        return None
    drawn = [row for row in rows if row.estimate.value and not is_difference(row.estimate)]
    found = [("As declared", headline), *((row.name, row.estimate) for row in drawn)]
    values = [_value(name, estimate) for name, estimate in found]
    domain = _domain(values)
    caption = (
        f"The headline of {record.title} ({record.definition}) reckoned in other ways, with "
        f"{100 * headline.level:.0f} % intervals. Below 1 is fewer crimes. The solid line is the "
        "headline, the broken one no change. A line that runs to the edge goes on beyond it."
    )
    description = "; ".join(f"{name}: {format_estimate(estimate)}" for name, estimate in found)

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": {"step": max(14, min(24, 900 // len(values)))},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": [_clip(value, domain) for value in values]},
            "encoding": {"y": rows_axis([name for name, _ in found], width)},
            "layer": _layers(_axis(domain), min(max(headline.value or 1.0, domain[0]), domain[1])),
        }

    return draw_figure(
        Label(id=figure_id, title=caption, description=description + "."), widths, spec
    )


def _value(name: str, estimate: Estimate) -> Spec:
    return {
        "label": name,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "series": _FIRM if estimate.headline else _NOT_FIRM,
    }


def _domain(values: Sequence[Spec]) -> tuple[float, float]:
    """Return the ratios to show: from 0.5 to 2 at least, from 0.1 to 10 at most."""
    known = [
        value[key]
        for value in values
        for key in ("value", "low", "high")
        if value[key] is not None and value[key] > 0 and math.isfinite(value[key])
    ]
    return max(0.1, 0.95 * min([0.5, *known])), min(10.0, 1.05 * max([2.0, *known]))


def _clip(value: Spec, domain: tuple[float, float]) -> Spec:
    cut = {
        key: None if value[key] is None else min(max(value[key], domain[0]), domain[1])
        for key in ("value", "low", "high")
    }
    return {**value, **cut}


def _axis(domain: tuple[float, float]) -> Spec:
    return {
        "type": "quantitative",
        "title": "Ratio (log scale)",
        "scale": {"type": "log", "domain": list(domain), "nice": False},
        "axis": {
            "values": [tick for tick in _TICKS if domain[0] <= tick <= domain[1]],
            "format": "~g",
            "grid": True,
        },
    }


def _layers(axis: Spec, headline: float) -> list[Spec]:
    series = {"type": "nominal", "field": "series"}
    order = [_FIRM, _NOT_FIRM]
    shape = {**series, "scale": {"domain": order, "range": ["square", "circle"]}, "legend": {}}
    fill = {**series, "scale": {"domain": order, "range": [ACCENT, "white"]}, "legend": {}}
    return [
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"x": {"datum": 1}, "y": None},
        },
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 0.8},
            "encoding": {"x": {"datum": headline}, "y": None},
        },
        {
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": {**axis, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {
                "type": "point",
                "size": 62,
                "stroke": INK,
                "strokeWidth": 1.2,
                "opacity": 1,
            },
            "encoding": {"x": {**axis, "field": "value"}, "shape": shape, "fill": fill},
        },
    ]
