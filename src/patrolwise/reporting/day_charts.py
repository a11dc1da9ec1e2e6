"""What the chart of patrol days looks like: each comparison's ratio with its interval."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.day_wording import tell_comparison
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_estimate

_LEAST, _MOST = 0.1, 10.0
_BY_LOT, _NOT_BY_LOT = "Drawn by lot", "Not drawn by lot"
_CAPTION = (
    "Crime on days with patrol over days without, with the interval. Left of 1 is less crime on "
    "days with patrol. Squares: days drawn by lot; hollow diamonds: not drawn."
)
_TICKS = (0.1, 0.2, 0.5, 0.7, 1, 1.5, 2, 5, 10)


def chart_days(results: Sequence[DayResults], figure_id: str, widths: Sequence[int]) -> Figure:
    """Return each comparison's headline ratio with its interval; filled where drawn by lot.

    Parameters
    ----------
    results : sequence of DayResults
        At least one; each with a ratio above 0.
    figure_id : str
    widths : sequence of int

    Returns
    -------
    Figure
    """
    rows = [_row(number, one) for number, one in enumerate(results, start=1)]
    axis = _axis(rows)

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": {"step": 34},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "encoding": {"y": rows_axis([row["label"] for row in rows], width)},
            "layer": _layers(axis),
        }

    pairs = zip(rows, results, strict=True)
    told = "; ".join(f"{row['label']}: {format_estimate(one.headline)}" for row, one in pairs)
    return draw_figure(Label(id=figure_id, title=_CAPTION, description=f"{told}."), widths, spec)


def _axis(rows: Sequence[Spec]) -> Spec:
    keys = ("value", "low", "high")
    ends = [row[key] for row in rows for key in keys if row[key] is not None]
    domain = [max(_LEAST, 0.95 * min(0.5, *ends)), min(_MOST, 1.05 * max(2.0, *ends))]
    return {
        "type": "quantitative",
        "title": "Ratio, days with patrol to days without (log scale)",
        "scale": {"type": "log", "domain": domain, "nice": False, "clamp": True},
        "axis": {
            "values": [tick for tick in _TICKS if domain[0] <= tick <= domain[1]],
            "format": "~g",
            "grid": True,
        },
    }


def _layers(axis: Spec) -> list[Spec]:
    """Return the line of no effect, the intervals, and marks that tell by shape what was drawn."""

    def by_lot(looks: Sequence[str]) -> Spec:
        scale = {"domain": [_BY_LOT, _NOT_BY_LOT], "range": list(looks)}
        return {"field": "lot", "type": "nominal", "scale": scale, "legend": None}

    return [
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"x": {"datum": 1}, "y": None},
        },
        {
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": {**axis, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "size": 62, "stroke": INK, "opacity": 1},
            "encoding": {
                "x": {**axis, "field": "value"},
                "fill": by_lot([ACCENT, "white"]),
                "shape": by_lot(["square", "diamond"]),
            },
        },
    ]


def _row(number: int, one: DayResults) -> Spec:
    headline = one.headline
    return {
        "label": f"{number}. {tell_comparison(one)}",
        "value": _clip(headline.value),
        "low": _clip(headline.low),
        "high": _clip(headline.high),
        "lot": _BY_LOT if one.is_drawn else _NOT_BY_LOT,
    }


def _clip(value: float | None) -> float | None:
    return None if value is None else min(max(value, _LEAST), _MOST)
