"""Drawings that the server makes itself: a series with its limits. Classes give the colours."""

from collections.abc import Sequence
from html import escape

from patrolwise.evaluation.xmr import XmrChart
from patrolwise.web.insight.sheets import Chart

_WIDE, _HIGH = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 84, 14, 34
_MOST_LABELS = 8


def draw_xmr(chart: XmrChart, labels: Sequence[str], what: str) -> Chart | None:
    """Return an XmR chart as SVG; None with fewer than two points.

    Parameters
    ----------
    chart : XmrChart
    labels : sequence of str
        One a point.
    what : str
        What is counted, for the description.

    Returns
    -------
    Chart or None
        Signals are rings, legible without colour.
    """
    if len(chart.values) < 2:
        return None
    top = max(*chart.values, chart.high) * 1.05 or 1.0
    floor = max(0.0, chart.low)

    def height(value: float) -> float:
        return _TOP + (_HIGH - _TOP - _BOTTOM) * (1 - value / top)

    step = (_WIDE - _LEFT - _RIGHT) / (len(chart.values) - 1)
    points = [(_LEFT + k * step, height(value)) for k, value in enumerate(chart.values)]
    told = (
        f"{what}: {len(labels)} periods, mean {chart.mean:,.1f}, ordinary variation from "
        f"{floor:,.1f} to {chart.high:,.1f}. The newest is {chart.last_state}."
    )
    parts = [
        _line("axis", _LEFT, height(0), _WIDE - _RIGHT, height(0)),
        _text(_LEFT - 8, height(0) + 4, "0", "end"),
        _text(_LEFT - 8, height(top / 1.05) + 4, f"{top / 1.05:,.0f}", "end"),
        *_level("mean", height(chart.mean), f"mean {chart.mean:,.1f}"),
        *_level("limit", height(chart.high), f"upper {chart.high:,.1f}"),
    ]
    if chart.low > 0:
        parts += _level("limit", height(chart.low), f"lower {chart.low:,.1f}")
    parts.append(
        f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    )
    for (x, y), signals in zip(points, chart.signals, strict=True):
        mark = ("signal", 6) if signals else ("dot", 3)
        parts.append(f'<circle class="{mark[0]}" cx="{x:.1f}" cy="{y:.1f}" r="{mark[1]}"/>')
    every = -(-len(labels) // _MOST_LABELS)
    parts += [
        _text(x, _HIGH - 10, labels[k], "middle")
        for k, (x, _) in enumerate(points)
        if k % every == 0
    ]
    return Chart(svg=_wrap(parts, told), told=told)


def _wrap(parts: list[str], told: str) -> str:
    return (
        f'<svg class="pw-chart" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(told)}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _level(kind: str, y: float, told: str) -> list[str]:
    right = _WIDE - _RIGHT
    return [_line(kind, _LEFT, y, right, y), _text(right + 6, y + 4, told, "start")]


def _text(x: float, y: float, told: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(told)}</text>'
