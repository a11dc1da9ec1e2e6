"""What the charts of months and of harm look like, as Vega-Lite.

Shape, dash and fill carry the meaning, colour only repeats it: a photocopy reads the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.campaign_bands import CAPTION, band_layers, describe_campaigns, within
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.reporting.results import HarmRecord, OutcomeRecord, WindowRecord
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count, format_interval, format_month
from patrolwise.times import months_between, next_month

_SHADES = ("#f0f2f5", "#dbe7f1", "#e9e9e4")  # before, after, selection; each is named too
_SPOTS = "Hot spots"
_BESIDE, _HEIGHT = 66, 130  # pixels beside a panel, and of it
_RAISED = 18  # pixels of a title above the numbers of campaigns
_TIME: Spec = {"type": "temporal", "scale": {"type": "utc"}, "title": None}


def chart_months(
    outcome: OutcomeRecord,
    windows: Sequence[WindowRecord],
    figure_id: str,
    widths: Sequence[int],
    campaigns: Sequence[CampaignRecord] = (),
) -> Figure:
    """Return crimes by month, hot spots above comparison areas, with the windows shaded.

    Each panel has its own scale from zero; a month without data breaks the line. A campaign is
    marked in the panels whose areas it was in.

    Parameters
    ----------
    outcome : OutcomeRecord
        With at least one month.
    windows : sequence of WindowRecord
        Shaded and named; they should not overlap.
    figure_id : str
        Of the figure, unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.
    campaigns : sequence of CampaignRecord
        Those outside the months and windows are not marked; see `campaigns_of_months`.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        The outcome has no months.
    """
    if not outcome.months:
        raise InputError(f"{outcome.definition} has no months to draw. Leave the chart out.")
    series = [(_SPOTS, {m.month: m.hot_spots for m in outcome.months})]
    compared = {m.month: m.comparison for m in outcome.months if m.comparison is not None}
    if compared:
        series.append(("Comparison areas", compared))
    missing = _missing_months([month.month for month in outcome.months])
    description = " ".join(_describe_months(name, counts) for name, counts in series)
    if missing:
        description += f" No data for {', '.join(map(format_month, missing))}."
    marked = campaigns_of_months(outcome, windows, campaigns)
    description += describe_campaigns(marked)
    span = _span_of_months(outcome, windows)

    def spec(width: int) -> Spec:
        panels = []
        for name, counts in series:
            own = [one for one in marked if _is_in_panel(one, name)]
            bands = band_layers(own, span, width - _BESIDE, _HEIGHT)
            every = {**counts, **dict.fromkeys(missing)}
            shades, names = _window_layers(windows)
            layers = [shades, *bands, names, _month_line(name, every, width)]
            panels.append(_month_panel(name, layers, width, has_numbers=bool(bands)))
        return {"vconcat": panels, "spacing": 18, "resolve": {"scale": {"y": "independent"}}}

    caption = f"Crimes a month, {outcome.title} ({outcome.definition}). Each panel starts at zero."
    if missing:
        caption += " The line breaks where a month has no data."
    if marked:
        caption += f" {CAPTION}"
    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def chart_harm(harm: HarmRecord, figure_id: str, widths: Sequence[int]) -> Figure:
    """Return total harm and harm per crime, before and after, as two pairs of bars.

    Parameters
    ----------
    harm : HarmRecord
    figure_id : str
    widths : sequence of int

    Returns
    -------
    Figure
    """
    panels: list[tuple[str, list[Spec], int]] = [
        (
            "Total harm score",
            [
                _bar("Before", harm.before, harm.before_low, harm.before_high),
                _bar("After", harm.after, harm.after_low, harm.after_high),
            ],
            0,
        )
    ]
    if harm.per_crime_before is not None and harm.per_crime_after is not None:
        per_crime = [_bar("Before", harm.per_crime_before), _bar("After", harm.per_crime_after)]
        panels.append(("Harm score per crime", per_crime, 2))
    caption = f"Harm before and after, {harm.index}, crimes of {harm.definition}."
    if harm.before_low is not None:
        caption += " Thin lines: range of the estimate."
    description = " ".join(
        f"{title}: {format_count(bars[0]['value'], decimals)} before, "
        f"{format_count(bars[1]['value'], decimals)} after."
        for title, bars, decimals in panels
    )

    def spec(width: int) -> Spec:
        return {
            "vconcat": [_bar_panel(*panel, harm.index, width) for panel in panels],
            "spacing": 22,
            "resolve": {"scale": {"x": "independent"}},
        }

    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def campaigns_of_months(
    outcome: OutcomeRecord, windows: Sequence[WindowRecord], campaigns: Sequence[CampaignRecord]
) -> tuple[CampaignRecord, ...]:
    """Return the campaigns that the chart of months marks.

    Parameters
    ----------
    outcome : OutcomeRecord
        With at least one month.
    windows : sequence of WindowRecord
        That the chart shades.
    campaigns : sequence of CampaignRecord

    Returns
    -------
    tuple of CampaignRecord
        Those with a day on its axis, in the order given.
    """
    return within(campaigns, *_span_of_months(outcome, windows))


def _span_of_months(outcome: OutcomeRecord, windows: Sequence[WindowRecord]) -> tuple[str, str]:
    """Return the first and the last day of the axis."""
    newest = max(date.fromisoformat(month.month) for month in outcome.months)
    ends = [(next_month(newest) - timedelta(days=1)).isoformat(), *(one.last for one in windows)]
    begins = [*(month.month for month in outcome.months), *(one.first for one in windows)]
    return min(begins), max(ends)


def _is_in_panel(one: CampaignRecord, name: str) -> bool:
    return one.in_hot_spots if name == _SPOTS else one.in_comparison


def _month_panel(name: str, layers: list[Spec], width: int, *, has_numbers: bool) -> Spec:
    title = f"{name}: crimes a month"
    return {
        "title": {"text": title, "offset": _RAISED} if has_numbers else title,
        "width": width - _BESIDE,  # for the axis: concatenated charts do not fit themselves
        "height": _HEIGHT,
        "layer": layers,
    }


def _window_layers(windows: Sequence[WindowRecord]) -> list[Spec]:
    bands = [
        {
            "name": window.name.capitalize(),
            "first": window.first,
            "end": (date.fromisoformat(window.last) + timedelta(days=1)).isoformat(),
            "shade": shade,
        }
        for window, shade in zip(windows, _SHADES, strict=False)
    ]
    first = {**_TIME, "field": "first"}
    shade = {"field": "shade", "type": "nominal", "scale": None}
    name = {"type": "text", "align": "left", "dx": 5, "y": 10, "fontStyle": "italic"}
    return [
        {
            "data": {"values": bands},
            "mark": {"type": "rect"},
            "encoding": {"x": first, "x2": {"field": "end"}, "color": shade},
        },
        {
            "data": {"values": bands},
            "mark": name,
            "encoding": {"x": first, "text": {"field": "name"}},
        },
    ]


def _month_line(name: str, counts: Mapping[str, int | None], width: int) -> Spec:
    solid = name == _SPOTS
    colour = ACCENT if solid else QUIET
    # A month's crimes are drawn at its middle, inside the window it belongs to.
    values = [{"month": f"{month[:8]}15", "crimes": counts[month]} for month in sorted(counts)]
    top = 1.25 * max([1, *(n for n in counts.values() if n is not None)])
    months = {"interval": "month", "step": _month_step(len(counts), width)}
    point = {"filled": True, "fill": ACCENT if solid else "white", "size": 26}
    return {
        "data": {"values": values},
        "mark": {
            "type": "line",
            "color": colour,
            "strokeWidth": 2,
            "strokeDash": [1, 0] if solid else [5, 3],
            "point": {**point, "stroke": colour, "strokeWidth": 1.2},
        },
        "encoding": {
            "x": {
                **_TIME,
                "field": "month",
                "axis": {
                    "format": "%b %Y",
                    "tickCount": months,
                    "grid": False,
                    "labelOverlap": "greedy",
                },
            },
            "y": {
                "field": "crimes",
                "type": "quantitative",
                "title": "Crimes",
                "scale": {"domain": [0, top], "nice": True},
                "axis": {"tickCount": 4, "format": ",d", "minExtent": 34, "tickMinStep": 1},
            },
        },
    }


def _month_step(months: int, width: int) -> int:
    """Return every how many months the axis is labelled, so that labels do not touch."""
    return next((s for s in (1, 2, 3, 6) if 76 * months / s <= width - _BESIDE), 12)


def _describe_months(name: str, counts: Mapping[str, int]) -> str:
    months = sorted(counts)
    low, high = min(months, key=counts.__getitem__), max(months, key=counts.__getitem__)
    return (
        f"{name}, {format_month(months[0])} to {format_month(months[-1])}: "
        f"lowest {format_count(counts[low])} in {format_month(low)}, "
        f"highest {format_count(counts[high])} in {format_month(high)}."
    )


def _missing_months(months: Sequence[str]) -> list[str]:
    first, last = (date.fromisoformat(pick(months)) for pick in (min, max))
    return [m.isoformat() for m in months_between(first, last) if m.isoformat() not in months]


def _bar(when: str, value: float, low: float | None = None, high: float | None = None) -> Spec:
    return {"when": when, "value": value, "low": low, "high": high}


def _bar_panel(title: str, bars: list[Spec], decimals: int, index: str, width: int) -> Spec:
    ranged = any(bar["low"] is not None for bar in bars)
    values = [{**bar, "text": _bar_text(bar, decimals)} for bar in bars]
    largest = max(max(bar["value"], bar["high"] or 0) for bar in bars) or 1
    y = {**rows_axis(["Before", "After"], width), "field": "when"}
    scale = {"domain": [0, largest], "nice": False}
    fill = {"domain": ["Before", "After"], "range": ["white", ACCENT]}
    x = {
        "type": "quantitative",
        "title": f"Score, {index}",
        "scale": scale,
        "axis": {"tickCount": 4, "format": ",.0f", "grid": True},
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "stroke": ACCENT, "strokeWidth": 1.5, "size": 15, "yOffset": 7},
            "encoding": {
                "x": {**x, "field": "value"},
                "fill": {"field": "when", "type": "nominal", "scale": fill, "legend": None},
            },
        },
        {
            "mark": {"type": "text", "align": "left", "yOffset": -9, "dx": 1},
            "encoding": {"x": {"datum": 0, **x}, "text": {"field": "text"}},
        },
    ]
    if ranged:
        rule = {"type": "rule", "color": INK, "strokeWidth": 1.5, "yOffset": 7}
        ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
        layers.append({"mark": rule, "encoding": ends})
    return {
        "title": title,
        "width": width - 96,
        "height": {"step": 46},
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": layers,
    }


def _bar_text(bar: Spec, decimals: int) -> str:
    text = format_count(bar["value"], decimals)
    if bar["low"] is None:
        return text
    return f"{text} (range {format_interval(bar['low'], bar['high'], decimals)})"
