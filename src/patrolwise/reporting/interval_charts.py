"""What the charts of estimates look like: each hot spot's ratio, each ring's net change.

The square is what was seen, the line its interval, the hollow diamond what chance would do.
"""

import math
from collections.abc import Sequence

from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.results import AreaRecord, OutcomeRecord
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count, format_estimate

_RATIO_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)


def chart_areas(
    outcome: OutcomeRecord,
    areas: Sequence[tuple[str, AreaRecord]],
    figure_id: str,
    widths: Sequence[int],
) -> Figure:
    """Return each hot spot's ratio with its interval, and the ratio to expect with no effect.

    Parameters
    ----------
    outcome : OutcomeRecord
        For its title and definition.
    areas : sequence of (label, AreaRecord)
        At least one; drawn in this order, from the top.
    figure_id : str
    widths : sequence of int

    Returns
    -------
    Figure
    """
    rows = [_area_row(label, area) for label, area in areas]
    domain = _ratio_domain(rows)
    expected = any(row["expected"] is not None for row in rows)
    order = [label for label, _ in areas]
    level = format_count(100 * areas[0][1].ratio.level)
    caption = (
        f"Crimes after as a ratio of crimes before, by hot spot, with {level} % intervals: "
        f"{outcome.title} ({outcome.definition}). Below 1 is fewer crimes. "
        "A line that runs to the edge goes on beyond it."
    )
    description = "; ".join(f"{label}: {format_estimate(area.ratio)}" for label, area in areas)

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": {"step": max(14, min(26, 860 // len(rows)))},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": [_clip(row, domain) for row in rows]},
            "encoding": {"y": rows_axis(order, width)},
            "layer": _forest_layers(_ratio_axis(domain), {"datum": 1}, expected=expected),
        }

    return draw_figure(
        Label(id=figure_id, title=caption, description=description + "."), widths, spec
    )


def _forest_layers(axis: Spec, no_effect: Spec, *, expected: bool) -> list[Spec]:
    observed, doing_nothing = "Observed, with its interval", "To expect with no effect"
    series = {
        "domain": [observed, doing_nothing] if expected else [observed],
        "range": ["square", "diamond"],
    }
    legend: Spec | None = {} if expected else None
    shape = {"type": "nominal", "scale": series, "legend": legend}
    fill = {**shape, "scale": {**series, "range": [ACCENT, "white"]}}
    x = {**axis, "field": "value"}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"x": no_effect},
        },
        {
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": {**axis, "field": "low"}, "x2": {"field": "high"}},
        },
    ]
    if expected:
        layers.append(_points({**axis, "field": "expected"}, shape, fill, doing_nothing))
    layers.append(_points(x, shape, fill, observed))
    layers[0]["encoding"]["y"] = None  # the line of no effect crosses all rows
    return layers


def _points(x: Spec, shape: Spec, fill: Spec, series: str) -> Spec:
    return {
        "mark": {"type": "point", "size": 62, "stroke": INK, "strokeWidth": 1.2, "opacity": 1},
        "encoding": {
            "x": x,
            "shape": {**shape, "datum": series},
            "fill": {**fill, "datum": series},
        },
    }


def _area_row(label: str, area: AreaRecord) -> Spec:
    expected = None
    if area.expected_after is not None and area.before > 0:
        expected = area.expected_after / area.before
    ratio = area.ratio
    return {
        "label": label,
        "value": ratio.value,
        "low": ratio.low if ratio.value is not None else None,
        "high": ratio.high if ratio.value is not None else None,
        "expected": expected,
    }


def _ratio_domain(rows: Sequence[Spec]) -> tuple[float, float]:
    """Return the ratios to show: from 0.5 to 2 at least, from 0.1 to 10 at most."""
    known = [
        value
        for row in rows
        for key in ("value", "low", "high", "expected")
        if (value := row[key]) is not None and value > 0 and math.isfinite(value)
    ]
    low, high = min([0.5, *known]), max([2.0, *known])
    return max(0.1, 0.95 * low), min(10.0, 1.05 * high)


def _ratio_axis(domain: tuple[float, float]) -> Spec:
    return {
        "type": "quantitative",
        "title": "Ratio, after to before (log scale)",
        "scale": {"type": "log", "domain": list(domain), "nice": False},
        "axis": {
            "values": [tick for tick in _RATIO_TICKS if domain[0] <= tick <= domain[1]],
            "format": "~g",
            "grid": True,
        },
    }


def _clip(row: Spec, domain: tuple[float, float]) -> Spec:
    cut = {
        key: None if row[key] is None else min(max(row[key], domain[0]), domain[1])
        for key in ("value", "low", "high", "expected")
    }
    return {**row, **cut}
