"""What the chart of displacement looks like: hot spots, each ring, and all together.

Kinds of place are told apart by shape, so that the picture needs no colour.
"""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.displacement_records import MovedOutcome, RingMove
from patrolwise.reporting.results import Estimate
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count, format_estimate

_HOT, _RING, _ALL = "Hot spots", "Ring", "All of them"
_SHAPES = {"domain": [_HOT, _RING, _ALL], "range": ["square", "circle", "diamond"]}
_FILLS = {"domain": [_HOT, _RING, _ALL], "range": [ACCENT, "white", "white"]}


def chart_moves(outcome: MovedOutcome, figure_id: str, widths: Sequence[int]) -> Figure:
    """Return the net change in hot spots, in each ring, and in all, with intervals.

    Parameters
    ----------
    outcome : MovedOutcome
        With at least one ring.
    figure_id : str
    widths : sequence of int
        CSS pixels.

    Returns
    -------
    Figure
    """
    unit = "days of harm" if outcome.is_harm else "crimes"
    found: list[tuple[str, str, Estimate]] = [("Hot spots", _HOT, outcome.local)]
    found += [(name_ring(ring), _RING, ring.displacement) for ring in outcome.rings]
    found.append(("Hot spots and rings", _ALL, outcome.total))
    level = format_count(100 * outcome.local.level)
    what = f"{outcome.title}, harm" if outcome.is_harm else outcome.title
    caption = (
        f"Net change in {unit}, with {level} % intervals: {what} ({outcome.definition}). Left of "
        "0 in a ring would be a benefit that spread, right of 0 crime that moved there."
    )
    description = "; ".join(f"{name}: {format_estimate(estimate)}" for name, _, estimate in found)
    rows = [_row(name, kind, estimate) for name, kind, estimate in found]

    def spec(width: int) -> Spec:
        return _spec(rows, f"Net change, {unit} (WDD)", width)

    return draw_figure(
        Label(id=figure_id, title=caption, description=description + "."), widths, spec
    )


def name_ring(ring: RingMove) -> str:
    """Return a ring's name, which says when it has nothing alike to compare with.

    Parameters
    ----------
    ring : RingMove

    Returns
    -------
    str
    """
    return ring.name if ring.is_like else f"{ring.name} (unlike)"


def _row(name: str, kind: str, estimate: Estimate) -> Spec:
    return {
        "label": name,
        "kind": kind,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
    }


def _spec(rows: Sequence[Spec], title: str, width: int) -> Spec:
    axis: Spec = {
        "type": "quantitative",
        "title": title,
        "axis": {
            "labelExpr": "datum.value ? format(datum.value, '+,d') : '0'",
            "tickCount": 5 if width > 400 else 3,
            "grid": True,
        },
        "scale": {"nice": True, "padding": 12},
    }
    kinds = {"field": "kind", "type": "nominal"}
    return {
        "width": width,
        "height": {"step": 34},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        "encoding": {"y": rows_axis([row["label"] for row in rows], width)},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
                "encoding": {"x": {"datum": 0}, "y": None},
            },
            {
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
                "encoding": {"x": {**axis, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {
                    "type": "point",
                    "size": 80,
                    "stroke": INK,
                    "strokeWidth": 1.4,
                    "opacity": 1,
                },
                "encoding": {
                    "x": {**axis, "field": "value"},
                    "shape": {**kinds, "scale": _SHAPES, "legend": None},
                    "fill": {**kinds, "scale": _FILLS, "legend": None},
                },
            },
        ],
    }
