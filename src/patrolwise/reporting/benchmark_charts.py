"""What charts of forces look like: funnels, forces like the one looked at, years.

Shape and fill carry the meaning, so that a print in black and white says the same; colour repeats
it.
"""

from collections.abc import Sequence

from patrolwise.reporting.benchmark_records import (
    BenchmarkResults,
    ComparisonRecord,
    ForceRecord,
    MeasureRecord,
)
from patrolwise.reporting.benchmark_time_chart import campaigns_of_quarters, find_columns
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.campaign_bands import CAPTION, column_layers, describe_campaigns
from patrolwise.reporting.campaign_records import MarkedCampaign
from patrolwise.reporting.svg import ACCENT, INK, QUIET, Label, Spec, draw_figure, rows_axis

_LIKE, _WATCH, _OUTLIER = "Within 95 % limits", "Beyond 95 %", "Beyond 99.8 %"
_SERIES = (_LIKE, _WATCH, _OUTLIER)
_SHAPES = ("circle", "square", "triangle-up")
_FILLS = ("white", "#9db8d2", ACCENT)
_WATCH_Z, _OUTLIER_Z = 1.959964, 3.090232
_MOST_NAMED = 8
_BESIDE = 60  # pixels beside the plot of years
_SIZED: Spec = {
    "field": "size",
    "type": "quantitative",
    "title": "Crimes that the ratio rests on (log scale)",
    "scale": {"type": "log", "nice": False},
    "axis": {"format": "~s", "tickCount": 5},
}
_TREND_LOOKS: dict[str, Spec] = {
    "": {"color": "#b9c2cb", "strokeWidth": 0.7},
    "like": {"color": QUIET, "strokeWidth": 1.4, "strokeDash": [5, 3]},
    "own": {"color": ACCENT, "strokeWidth": 3, "point": {"color": ACCENT}},
}
_RATIO_TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)


def chart_funnel(
    measure: MeasureRecord, comparison: ComparisonRecord, force: str, widths: Sequence[int]
) -> Figure:
    """Return the funnel of one comparison: each force's ratio by how many crimes it rests on.

    Parameters
    ----------
    measure : MeasureRecord
    comparison : ComparisonRecord
        Of that measure.
    force : str
        Named in the chart; those beyond limits are named too, the farthest first.
    widths : sequence of int

    Returns
    -------
    Figure
    """
    rows = [_funnel_row(one, force) for one in comparison.forces if one.z is not None]
    flagged = sorted((row for row in rows if row["series"] != _LIKE), key=lambda row: -row["z"])
    named = {force, *(row["force"] for row in flagged[:_MOST_NAMED])}
    shown = sorted((row for row in rows if row["force"] in named), key=lambda row: row["size"])
    people = comparison.exposure.startswith("people")
    what = (
        f"recorded for {'its people' if people else comparison.exposure} as a ratio of all forces "
        "together"
        if comparison.kind == "level"
        else f"change since {comparison.baseline} as a ratio of that of all forces together"
    )
    title = (
        f"{measure.title}, {comparison.period}: {what}. Inner lines hold 95 of 100 forces that are "
        "like the others, outer lines 998 of 1,000. Lines are of all forces together; "
        "shape says where each lies against the others alone."
    )
    described = "; ".join(f"{row['force']} {row['ratio']:.2f}, {row['series']}" for row in flagged)
    y = _funnel_axis(comparison, rows)
    # by turns above and below, so that the names of neighbours keep apart
    names = [_names(shown[side::2], y, -9 if side else 10) for side in (0, 1)]

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 300 if width > 500 else 260,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                {
                    "data": {"values": [{"one": 1}]},
                    "mark": {"type": "rule", "color": INK},
                    "encoding": {"y": {**y, "field": "one"}},
                },
                *(
                    _limit_line(comparison, side, y)
                    for side in ("low", "high", "lowest", "highest")
                ),
                {"data": {"values": rows}, **mark_points(_SIZED, {**y, "field": "ratio"})},
                *names,
            ],
        }

    text = described or "No force lies beyond the limits"
    label = Label(id=f"funnel-{comparison.kind}-{measure.id}", title=title, description=f"{text}.")
    return draw_figure(label, widths, spec)


def chart_similar(
    results: BenchmarkResults,
    measure: MeasureRecord,
    comparison: ComparisonRecord,
    widths: Sequence[int],
) -> Figure:
    """Return the force looked at among those like it: each ratio, with limits for one like all.

    Parameters
    ----------
    results : BenchmarkResults
        It looks at a force.
    measure : MeasureRecord
    comparison : ComparisonRecord
    widths : sequence of int

    Returns
    -------
    Figure
    """
    known = {one.force: one for one in comparison.forces if one.z is not None}
    names = [results.force, *(one.force for one in results.similar)]
    shown = sorted((known[name] for name in names if name in known), key=lambda one: one.ratio)
    distances = {one.force: one.distance for one in results.similar}
    rows = [{**_funnel_row(one, results.force), "label": _tell(one, distances)} for one in shown]
    title = (
        f"{measure.title}, {comparison.period}, by {comparison.kind}: {results.force} and the "
        "forces most like it, with how far they are from it. Lines are 95 % limits for a force "
        "like the others."
    )
    described = "; ".join(f"{row['label']}: {row['ratio']:.2f}" for row in rows)
    axis = {
        "type": "quantitative",
        "title": "Ratio to all forces (log scale)",
        "scale": {"type": "log", "nice": False},
        "axis": {"values": list(_RATIO_TICKS), "format": "~g"},
    }

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": {"step": 24},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "encoding": {"y": rows_axis([row["label"] for row in rows], width)},
            "layer": [
                {
                    "mark": {"type": "rule", "color": INK},
                    "encoding": {"x": {"datum": 1}, "y": None},
                },
                {
                    "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1.5},
                    "encoding": {"x": {**axis, "field": "low"}, "x2": {"field": "high"}},
                },
                mark_points({**axis, "field": "ratio"}, None),
            ],
        }

    label = Label(
        id=f"similar-{comparison.kind}-{measure.id}", title=title, description=f"{described}."
    )
    return draw_figure(label, widths, spec)


def chart_trend(results: BenchmarkResults, measure: MeasureRecord, widths: Sequence[int]) -> Figure:
    """Return a measure year by year: the force looked at, those like it, all others behind.

    Every year that has a day of a campaign is marked; see `campaigns_of_years`.

    Parameters
    ----------
    results : BenchmarkResults
    measure : MeasureRecord
    widths : sequence of int

    Returns
    -------
    Figure
        Where no force is looked at, all are thin.
    """
    series = _trend_rows(results, measure)
    own = [row for row in series if row["kind"] == "own"]
    title = (
        f"{measure.title}: recorded for every 1,000 people a year. "
        + (f"Thick: {results.force}. Dashed: forces most like it. " if own else "")
        + "Thin: all other forces."
    )
    described = "; ".join(f"{row['period']} {row['rate']:.2f}" for row in own) or "All forces"
    marked = campaigns_of_years(measure, results.campaigns)
    if marked:
        title += f" {CAPTION}"
    columns = find_columns(measure.trend_periods)
    x = {
        "field": "period",
        "type": "ordinal",
        "title": None,
        "sort": list(measure.trend_periods),
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }
    y = {
        "field": "rate",
        "type": "quantitative",
        "title": "For every 1,000 people",
        "scale": {"zero": True},
    }

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": 220,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "layer": [
                *column_layers(marked, columns, x, width - _BESIDE),
                *_trend_lines(series, x, y),
            ],
        }

    described = f"{described}.{describe_campaigns(marked)}"
    label = Label(id=f"trend-{measure.id}", title=title, description=described)
    return draw_figure(label, widths, spec)


def campaigns_of_years(
    measure: MeasureRecord, campaigns: Sequence[MarkedCampaign]
) -> tuple[MarkedCampaign, ...]:
    """Return the campaigns that a measure's chart by year marks.

    Parameters
    ----------
    measure : MeasureRecord
    campaigns : sequence of MarkedCampaign

    Returns
    -------
    tuple of MarkedCampaign
        Those with a day in any of its years.
    """
    return campaigns_of_quarters(measure.trend_periods, campaigns) if measure.trend_periods else ()


def _trend_lines(series: Sequence[Spec], x: Spec, y: Spec) -> list[Spec]:
    return [
        {
            "data": {"values": [row for row in series if row["kind"] == kind]},
            "mark": {"type": "line", **look},
            "encoding": {"x": x, "y": y, "detail": {"field": "force"}},
        }
        for kind, look in _TREND_LOOKS.items()
    ]


def _trend_rows(results: BenchmarkResults, measure: MeasureRecord) -> list[Spec]:
    """Return each force's rates, and whether it is the one looked at, like it, or another."""
    kinds = {one.force: "like" for one in results.similar} | {results.force: "own"}
    return [
        {
            "force": trend.force,
            "period": period,
            "rate": rate,
            "kind": kinds.get(trend.force, ""),
        }
        for trend in measure.trends
        for period, rate in zip(measure.trend_periods, trend.rates, strict=True)
        if rate is not None
    ]


def _funnel_axis(comparison: ComparisonRecord, rows: Sequence[Spec]) -> Spec:
    """Return the axis of ratios, wide enough for every force and the outer limits of most."""
    middle = comparison.limits[len(comparison.limits) // 2]
    ends = [middle.lowest, middle.highest, *(row["ratio"] for row in rows)]
    domain = [max(0.1, 0.9 * min([0.7, *ends])), min(12.0, 1.1 * max([1.4, *ends]))]
    return {
        "type": "quantitative",
        "title": "Ratio to all forces (log scale)",
        "scale": {"type": "log", "domain": domain, "nice": False, "clamp": True},
        "axis": {
            "values": [tick for tick in _RATIO_TICKS if domain[0] <= tick <= domain[1]],
            "format": "~g",
        },
    }


def _limit_line(comparison: ComparisonRecord, side: str, y: Spec) -> Spec:
    rows = [{"size": one.size, side: getattr(one, side)} for one in comparison.limits]
    dash = [4, 3] if side in ("low", "high") else [1, 0]
    return {
        "data": {"values": rows},
        "mark": {
            "type": "line",
            "color": QUIET,
            "strokeWidth": 1.2,
            "strokeDash": dash,
            "clip": True,
        },
        "encoding": {"x": _SIZED, "y": {**y, "field": side}},
    }


def _names(rows: list[Spec], y: Spec, offset: int) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "dx": 6, "dy": offset, "fontSize": 11},
        "encoding": {"x": _SIZED, "y": {**y, "field": "ratio"}, "text": {"field": "force"}},
    }


def _funnel_row(one: ForceRecord, force: str) -> Spec:
    far = abs(one.z or 0.0)
    return {
        "force": one.force,
        "ratio": one.ratio,
        "size": one.size,
        "low": one.low,
        "high": one.high,
        "z": far,
        "series": name_series(far),
        "is_own": one.force == force,
    }


def name_series(far: float) -> str:
    """Return beyond which limit a force lies, as the charts' legend says it.

    Parameters
    ----------
    far : float
        |z|.

    Returns
    -------
    str
    """
    return _OUTLIER if far >= _OUTLIER_Z else _WATCH if far >= _WATCH_Z else _LIKE


def mark_points(x: Spec, y: Spec | None) -> Spec:
    """Return the layer of forces: shape and fill say beyond which limit each lies.

    Parameters
    ----------
    x : dict
        A Vega-Lite encoding.
    y : dict or None
        Likewise; None: as the whole chart has it.

    Returns
    -------
    dict
        Of rows with `series`, as of `name_series`, and `is_own`, which is drawn larger.
    """
    scale = {"domain": list(_SERIES)}
    encoding = {
        "x": x,
        "shape": {
            "field": "series",
            "type": "nominal",
            "scale": {**scale, "range": list(_SHAPES)},
            "legend": {},
        },
        "fill": {
            "field": "series",
            "type": "nominal",
            "scale": {**scale, "range": list(_FILLS)},
            "legend": {},
        },
        "strokeWidth": {"condition": {"test": "datum.is_own", "value": 3}, "value": 1},
        "size": {"condition": {"test": "datum.is_own", "value": 150}, "value": 55},
    }
    if y is not None:
        encoding["y"] = y
    return {"mark": {"type": "point", "stroke": INK, "opacity": 1}, "encoding": encoding}


def _tell(one: ForceRecord, distances: dict[str, float | None]) -> str:
    distance = distances.get(one.force)
    return one.force if distance is None else f"{one.force} ({distance:.1f})"
