"""What the chart of hot spots beside their blend of comparison areas looks like."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.comparator_records import PanelRecord, SyntheticRecord
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure
from patrolwise.reporting.wording import format_count, format_day

SPOTS, BLEND = "Hot spots, mean of one", "Blend of comparison areas"


def chart_blend(
    panel: PanelRecord,
    synthetic: SyntheticRecord,
    title: str,
    figure_id: str,
    widths: Sequence[int],
) -> Figure:
    """Return the hot spots' mean and their blend by period; what lies between windows is a gap.

    Parameters
    ----------
    panel : PanelRecord
    synthetic : SyntheticRecord
        Of this panel.
    title : str
        Of the outcome, with its definition.
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.

    Returns
    -------
    Figure
    """
    values = [
        value
        for name, counts in ((SPOTS, synthetic.hot_spots), (BLEND, synthetic.blend))
        for value in _series(panel, name, counts)
    ]
    top = 1.2 * max(1.0, *synthetic.hot_spots, *synthetic.blend)
    caption = (
        f"Crimes a {panel.unit} in a hot spot and in the blend that is nearest to it before: "
        f"{title}. What matters is how far the lines part after the dashed upright."
    )

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 230,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [*_start_layers(panel, top), *_line_layers(values, top)],
        }

    label = Label(id=figure_id, title=caption, description=_describe(panel, synthetic))
    return draw_figure(label, widths, spec)


def _describe(panel: PanelRecord, synthetic: SyntheticRecord) -> str:
    at = panel.first_after
    told = []
    for name, counts in ((SPOTS, synthetic.hot_spots), (BLEND, synthetic.blend)):
        before, after = format_count(fmean(counts[:at]), 1), format_count(fmean(counts[at:]), 1)
        told.append(f"{name}: {before} crimes a {panel.unit} before, {after} after.")
    started = format_day(panel.periods[at])
    return f"Two lines by {panel.unit}. {' '.join(told)} The after window begins on {started}."


def _series(panel: PanelRecord, name: str, counts: Sequence[float]) -> list[Spec]:
    values: list[Spec] = []
    for at, (day, count) in enumerate(zip(panel.periods, counts, strict=True)):
        if at == panel.first_after and panel.gap_days:
            gap = date.fromisoformat(day) - timedelta(days=1)
            values.append({"day": gap.isoformat(), "crimes": None, "series": name})
        values.append({"day": day, "crimes": count, "series": name})
    return values


def _start_layers(panel: PanelRecord, top: float) -> list[Spec]:
    start = [{"day": panel.periods[panel.first_after], "crimes": top, "text": "After begins"}]
    x = {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "title": None}
    return [
        {
            "data": {"values": start},
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"x": x},
        },
        {
            "data": {"values": start},
            "mark": {"type": "text", "align": "left", "dx": 5, "dy": 6, "fontStyle": "italic"},
            "encoding": {"x": x, "y": _height(top), "text": {"field": "text"}},
        },
    ]


def _height(top: float) -> Spec:
    return {
        "field": "crimes",
        "type": "quantitative",
        "title": "Crimes",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"tickCount": 5, "grid": True},
    }


def _line_layers(values: list[Spec], top: float) -> list[Spec]:
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"format": "%b %Y", "grid": False, "labelOverlap": "greedy", "labelSeparation": 12},
    }
    names = [SPOTS, BLEND]

    def by(marks: Sequence[object], legend: Spec | None = None) -> Spec:
        scale = {"domain": names, "range": list(marks)}
        return {"field": "series", "type": "nominal", "scale": scale, "legend": legend}

    return [
        {
            "data": {"values": values},
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": x,
                "y": _height(top),
                "strokeDash": by([[1, 0], [5, 3]]),
                "stroke": by([ACCENT, QUIET], {}),
            },
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "size": 34, "stroke": INK, "strokeWidth": 1.1, "opacity": 1},
            "encoding": {
                "x": x,
                "y": _height(top),
                "shape": by(["square", "circle"], {}),
                "fill": by([ACCENT, "white"], {}),
            },
        },
    ]
