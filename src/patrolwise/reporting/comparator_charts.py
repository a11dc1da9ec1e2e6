"""What the chart of hot spots beside their blend of comparison areas looks like."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.campaign_bands import CAPTION, band_layers, describe_campaigns, within
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.reporting.comparator_records import (
    ComparatorRecord,
    PanelRecord,
    SyntheticRecord,
)
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure
from patrolwise.reporting.wording import format_count, format_day

_BESIDE, _HEIGHT = 66, 230  # pixels beside the plot, and of it
_HALF = timedelta(days=14)  # of a month or of four weeks
SPOTS, BLEND = "Hot spots, mean of one", "Blend of comparison areas"


def chart_blend(
    record: ComparatorRecord,
    figure_id: str,
    widths: Sequence[int],
    campaigns: Sequence[CampaignRecord] = (),
) -> Figure:
    """Return the hot spots' mean and their blend by period; what lies between windows is a gap.

    Parameters
    ----------
    record : ComparatorRecord
        With a panel and a blend.
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.
    campaigns : sequence of CampaignRecord
        Those outside the periods are not marked; see `campaigns_of_blend`.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is no blend.
    """
    panel, synthetic = record.panel, record.synthetic
    if panel is None or synthetic is None:
        raise InputError(f"{record.definition} has no blend to draw. Leave the chart out.")
    values = [
        value
        for name, counts in ((SPOTS, synthetic.hot_spots), (BLEND, synthetic.blend))
        for value in _series(panel, name, counts)
    ]
    top = 1.2 * max(1.0, *synthetic.hot_spots, *synthetic.blend)
    caption = (
        f"Crimes a {panel.unit} in a hot spot and in the blend that is nearest to it before: "
        f"{record.title} ({record.definition}). What matters is how far the lines part after the "
        "dashed upright."
    )

    marked = campaigns_of_blend(panel, campaigns)
    if marked:
        caption += f" {CAPTION}"

    def spec(width: int) -> Spec:
        bands = band_layers(marked, (panel.periods[0], panel.last), width - _BESIDE, _HEIGHT)
        return {
            "width": width,
            "height": _HEIGHT,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [*bands, *_start_layers(panel, top), *_line_layers(values, top)],
        }

    described = _describe(panel, synthetic) + describe_campaigns(marked)
    label = Label(id=figure_id, title=caption, description=described)
    return draw_figure(label, widths, spec)


def campaigns_of_blend(
    panel: PanelRecord, campaigns: Sequence[CampaignRecord]
) -> tuple[CampaignRecord, ...]:
    """Return the campaigns that the chart of a blend marks.

    Parameters
    ----------
    panel : PanelRecord
    campaigns : sequence of CampaignRecord

    Returns
    -------
    tuple of CampaignRecord
        Those with a day in its periods.
    """
    return within(campaigns, panel.periods[0], panel.last)


def _describe(panel: PanelRecord, synthetic: SyntheticRecord) -> str:
    at = panel.first_after
    told = []
    for name, counts in ((SPOTS, synthetic.hot_spots), (BLEND, synthetic.blend)):
        before, after = format_count(fmean(counts[:at]), 1), format_count(fmean(counts[at:]), 1)
        told.append(f"{name}: {before} crimes a {panel.unit} before, {after} after.")
    started = format_day(panel.periods[at])
    return f"Two lines by {panel.unit}. {' '.join(told)} The after window begins on {started}."


def _series(panel: PanelRecord, name: str, counts: Sequence[float]) -> list[Spec]:
    """Return a point a period, at its middle as in the chart of months."""
    values: list[Spec] = []
    for at, (day, count) in enumerate(zip(panel.periods, counts, strict=True)):
        if at == panel.first_after and panel.gap_days:
            gap = date.fromisoformat(day) - timedelta(days=1)
            values.append({"day": gap.isoformat(), "crimes": None, "series": name})
        middle = date.fromisoformat(day) + _HALF
        values.append({"day": middle.isoformat(), "crimes": count, "series": name})
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
