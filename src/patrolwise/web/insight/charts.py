"""Drawings that the server makes itself: a series with its limits. Classes give the colours."""

from collections.abc import Sequence
from html import escape

from patrolwise.evaluation.xmr import XmrChart
from patrolwise.web.insight.campaign_bands import Band
from patrolwise.web.insight.sheets import Chart

_WIDE, _HIGH = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 84, 14, 34
_LEAST_BAND = 3.0  # so that one day of three years is seen
_MOST_LABELS = 8
_SMALL_WIDE, _SMALL_HIGH, _SMALL_SIDE, _SMALL_TEXT = 320, 90, 8, 28


def draw_xmr(
    chart: XmrChart, labels: Sequence[str], what: str, bands: Sequence[Band] = ()
) -> Chart | None:
    """Return an XmR chart as SVG; None with fewer than two points.

    Parameters
    ----------
    chart : XmrChart
    labels : sequence of str
        One a point.
    what : str
        What is counted, for the description.
    bands : sequence of Band
        Campaigns, each drawn with its number and told in a line.

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
        *_draw_bands(bands, (_WIDE - _LEFT - _RIGHT) / (len(chart.values) - 1)),
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
    return Chart(svg=_wrap(parts, told), told=told, notes=tuple(one.listed for one in bands))


def draw_small_xmr(chart: XmrChart, what: str, bands: Sequence[Band] = ()) -> Chart | None:
    """Return an XmR chart for a card: no axis but its ends; None with fewer than two points.

    Parameters
    ----------
    chart : XmrChart
    what : str
        What is counted, for the description.
    bands : sequence of Band

    Returns
    -------
    Chart or None
    """
    if len(chart.values) < 2:
        return None
    top = max(*chart.values, chart.high) * 1.05 or 1.0
    step = (_SMALL_WIDE - 2 * _SMALL_SIDE - _SMALL_TEXT) / (len(chart.values) - 1)
    right = _SMALL_SIDE + step * (len(chart.values) - 1)

    def height(value: float) -> float:
        return 8 + (_SMALL_HIGH - 16) * (1 - value / top)

    told = (
        f"{what}: {len(chart.values)} periods, mean {chart.mean:,.1f}, ordinary variation from "
        f"{max(0.0, chart.low):,.1f} to {chart.high:,.1f}. The newest is {chart.last_state}."
    )
    points = [(_SMALL_SIDE + k * step, height(value)) for k, value in enumerate(chart.values)]
    parts = [
        f'<rect class="campaign" x="{_SMALL_SIDE + one.begins * step:.1f}" y="4" '
        f'width="{max(_LEAST_BAND, (one.ends - one.begins) * step):.1f}" '
        f'height="{_SMALL_HIGH - 8}"/>'
        for one in bands
    ]
    parts += [
        _line("axis", _SMALL_SIDE, height(0), right, height(0)),
        _line("mean", _SMALL_SIDE, height(chart.mean), right, height(chart.mean)),
        _line("limit", _SMALL_SIDE, height(chart.high), right, height(chart.high)),
        _text(right + 6, height(chart.high) + 4, f"{chart.high:,.0f}", "start"),
        _text(right + 6, height(0) + 4, "0", "start"),
    ]
    if chart.low > 0:
        parts.append(_line("limit", _SMALL_SIDE, height(chart.low), right, height(chart.low)))
    parts.append(
        f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    )
    for (x, y), signals in zip(points, chart.signals, strict=True):
        mark = ("signal", 5) if signals else ("dot", 2.5)
        parts.append(f'<circle class="{mark[0]}" cx="{x:.1f}" cy="{y:.1f}" r="{mark[1]}"/>')
    svg = _wrap(parts, told, (_SMALL_WIDE, _SMALL_HIGH))
    return Chart(svg=svg, told=told, notes=tuple(one.listed for one in bands))


def _draw_bands(bands: Sequence[Band], step: float) -> list[str]:
    parts = []
    for one in bands:
        x, wide = _LEFT + one.begins * step, max(_LEAST_BAND, (one.ends - one.begins) * step)
        parts.append(
            f'<rect class="campaign" x="{x:.1f}" y="{_TOP}" width="{wide:.1f}" '
            f'height="{_HIGH - _TOP - _BOTTOM}"/>'
        )
        parts.append(_text(x + wide / 2, _TOP - 3, str(one.number), "middle"))
    return parts


def _wrap(parts: list[str], told: str, size: tuple[int, int] = (_WIDE, _HIGH)) -> str:
    return (
        f'<svg class="pw-chart" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        f'aria-label="{escape(told)}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _level(kind: str, y: float, told: str) -> list[str]:
    right = _WIDE - _RIGHT
    return [_line(kind, _LEFT, y, right, y), _text(right + 6, y + 4, told, "start")]


def _text(x: float, y: float, told: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(told)}</text>'
