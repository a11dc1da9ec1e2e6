"""Small multiples: every measure of one force on one page, each beside the middle of all forces."""

from collections.abc import Sequence
from statistics import median

from patrolwise.reporting.benchmark_records import BenchmarkResults, MeasureRecord
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.svg import ACCENT, QUIET, Label, Spec, draw_figure

_OWN, _MIDDLE = "own", "middle"
_PANEL = 150  # CSS pixels: as wide as a panel is at least
_YEAR = "slice(datum.label, 2, 7)"  # 23/24
_LONGEST = 30  # letters of a title that fit over a panel


def chart_multiples(results: BenchmarkResults, widths: Sequence[int]) -> Figure:
    """Return a panel for each measure: the force looked at, and the middle force.

    Parameters
    ----------
    results : BenchmarkResults
        It looks at a force.
    widths : sequence of int

    Returns
    -------
    Figure
    """
    rows = [row for measure in results.measures for row in _rows(results.force, measure)]
    titles = [_short(measure.title) for measure in results.measures]
    last = results.measures[0].trend_periods[-1] if results.measures else ""
    title = (
        f"Every measure, recorded for every 1,000 people a year, up to {last}. Thick: "
        f"{results.force}. Thin and dashed: the middle of all forces. Each panel has its own scale."
    )
    described = "; ".join(_describe(results.force, measure) for measure in results.measures)

    def spec(width: int) -> Spec:
        across = max(2, width // (_PANEL + 40))
        panel = width // across - 44
        return {
            "data": {"values": rows},
            "facet": {"field": "title", "type": "nominal", "sort": titles, "title": None},
            "columns": across,
            "spacing": 18,
            "resolve": {"scale": {"y": "independent"}},
            "spec": {
                "width": panel,
                "height": 80,
                "layer": [
                    _line(_MIDDLE, {"color": QUIET, "strokeWidth": 1.2, "strokeDash": [4, 3]}),
                    _line(_OWN, {"color": ACCENT, "strokeWidth": 2.4}),
                ],
            },
        }

    return draw_figure(
        Label(id="multiples", title=title, description=f"{described}."), widths, spec
    )


def _rows(force: str, measure: MeasureRecord) -> list[Spec]:
    found = []
    for k, period in enumerate(measure.trend_periods):
        known = ((one.force, one.rates[k]) for one in measure.trends)
        rates = {name: rate for name, rate in known if rate is not None}
        both = {_MIDDLE: median(rates.values())} if rates else {}
        if force in rates:
            both[_OWN] = rates[force]
        found += [
            {"title": _short(measure.title), "period": period[:7], "rate": rate, "series": series}
            for series, rate in both.items()
        ]
    return found


def _line(series: str, look: Spec) -> Spec:
    axis = {"title": None, "labelFontSize": 10}
    return {
        "transform": [{"filter": f"datum.series === '{series}'"}],
        "mark": {"type": "line", **look},
        "encoding": {
            "x": {
                "field": "period",
                "type": "ordinal",
                "axis": {**axis, "labelAngle": 0, "labelOverlap": True, "labelExpr": _YEAR},
            },
            "y": {
                "field": "rate",
                "type": "quantitative",
                "scale": {"zero": True},
                "axis": {**axis, "tickCount": 3, "format": ".3~f"},
            },
        },
    }


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


def _describe(force: str, measure: MeasureRecord) -> str:
    own = next((one for one in measure.trends if one.force == force), None)
    rates = [rate for rate in own.rates if rate is not None] if own else []
    if not rates:
        return f"{measure.title}: no rate"
    return f"{measure.title}: {rates[0]:.2f} to {rates[-1]:.2f}"
