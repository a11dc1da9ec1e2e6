"""What the charts of dose and cost look like: what was delivered, how sure, what was asked.

One chart a service, never services together. Shape and fill carry the meaning, colour repeats it.
"""

from collections.abc import Sequence

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import CostRecord, DoseRecord
from patrolwise.reporting.patrol_wording import format_cost, format_minutes
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count

TALLEST = 820  # CSS pixels of rows: what a printed page holds at the width of its text
_DELIVERED, _ASKED = "Delivered, with its interval", "Asked for by the rules"
_VERIFIED, _TOLD = "Verified by trackers", "Not verified"


def chart_doses(
    doses: Sequence[DoseRecord], places: PatrolledPlaces, figure_id: str, widths: Sequence[int]
) -> Figure:
    """Return one service's minutes in each hot spot against what its rules asked for.

    Parameters
    ----------
    doses : sequence of DoseRecord
        Of one service, at least one; drawn in this order, from the top.
    places : PatrolledPlaces
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is no dose, or services are mixed.
    """
    services = sorted({dose.service for dose in doses})
    if len(services) != 1:
        raise InputError(
            f"A dose chart shows one service, got {', '.join(services) or 'none'}. "
            "Draw one chart for each."
        )
    rows = [_dose_row(dose, places) for dose in doses]
    asked = any(row["planned"] is not None for row in rows)
    caption = (
        f"Minutes in hot spots in the whole window, {services[0]}. Bars: minutes verified by "
        "trackers. Thin lines: 95 % interval for the true minutes while tracked."
    )
    caption += " Diamonds: what the rules asked for." if asked else " No rule was in force."
    description = "; ".join(map(_describe_dose, doses)) + "."

    def spec(width: int) -> Spec:
        return {
            "width": width,
            "height": {"step": max(18, min(26, TALLEST // len(rows)))},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "encoding": {"y": rows_axis([row["label"] for row in rows], width)},
            "layer": _dose_layers(asked=asked),
        }

    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def chart_costs(costs: Sequence[CostRecord], figure_id: str, widths: Sequence[int]) -> Figure:
    """Return the cost per minute of each service, a panel for each kind of minute.

    A patrol's minute and one person's minute are different things and never share an axis.

    Parameters
    ----------
    costs : sequence of CostRecord
        At least one.
    figure_id : str
    widths : sequence of int

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is no cost.
    """
    if not costs:
        raise InputError("There are no costs to draw. Leave the chart out.")
    titles = {"patrol": "Pounds a minute of a patrol", "person": "Pounds a minute of one person"}
    bases = dict.fromkeys(cost.basis for cost in costs)
    caption = (
        "Cost per minute in hot spots. Squares: on the minutes credited, filled where trackers "
        "verified them. Upright strokes: on the minutes expected to be true, with their 95 % "
        "interval as a line; a line that runs to the edge has no upper end."
    )
    description = "; ".join(f"{cost.service}: {format_cost(cost)}" for cost in costs) + "."

    def spec(width: int) -> Spec:
        panels = [
            _cost_panel(titles[basis], [cost for cost in costs if cost.basis == basis], width)
            for basis in bases
        ]
        return {"vconcat": panels, "spacing": 22, "resolve": {"scale": {"x": "independent"}}}

    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def _dose_row(dose: DoseRecord, places: PatrolledPlaces) -> Spec:
    return {
        "label": places.label(dose.area_id),
        "value": dose.patrol_min,
        "low": dose.low_min,
        "high": dose.high_min,
        "planned": dose.planned_min,
    }


def _describe_dose(dose: DoseRecord) -> str:
    told = format_minutes(dose.patrol_min, dose.low_min, dose.high_min)
    if dose.planned_min is None:
        return f"{dose.name}: {told}, no rule in force"
    return f"{dose.name}: {told} of {format_count(dose.planned_min)} asked for"


def _dose_layers(*, asked: bool) -> list[Spec]:
    x: Spec = {
        "type": "quantitative",
        "title": "Minutes in the window",
        "axis": {"tickCount": 5, "format": ",d", "grid": True},
    }
    layers: list[Spec] = [
        {
            "mark": {
                "type": "bar",
                "color": "#a9c4dc",
                "stroke": ACCENT,
                "strokeWidth": 1,
                "size": 13,
            },
            "encoding": {"x": {**x, "field": "value"}},
        },
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.6},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
    ]
    layers += [
        {
            "mark": {"type": "tick", "color": INK, "size": 7, "thickness": 1.6, "opacity": 1},
            "encoding": {"x": {**x, "field": end}},
        }
        for end in ("low", "high")
    ]
    if asked:
        domain = [_DELIVERED, _ASKED]
        shape = {"domain": domain, "range": ["square", "diamond"]}
        fill = {"domain": domain, "range": ["#a9c4dc", "white"]}
        layers.append(
            {
                "mark": {"type": "point", "size": 90, "stroke": INK, "strokeWidth": 1.6},
                "encoding": {
                    "x": {**x, "field": "planned"},
                    "shape": {"datum": _ASKED, "type": "nominal", "scale": shape},
                    "fill": {"datum": _ASKED, "type": "nominal", "scale": fill},
                    "opacity": {"value": 1},
                },
            }
        )
    return layers


def _cost_row(cost: CostRecord, largest: float) -> Spec:
    return {
        "label": cost.service,
        "value": cost.per_minute,
        "expected": cost.corrected,
        "low": cost.low,
        "high": largest if cost.low is not None and cost.high is None else cost.high,
        "standing": _VERIFIED if cost.is_verified else _TOLD,
    }


def _cost_panel(title: str, costs: Sequence[CostRecord], width: int) -> Spec:
    ends = [end for c in costs for end in (c.per_minute, c.corrected, c.high) if end is not None]
    largest = 1.15 * max(ends) or 1.0
    rows = [_cost_row(cost, largest) for cost in costs]
    standings = [name for name in (_VERIFIED, _TOLD) if any(r["standing"] == name for r in rows)]
    fills = {_VERIFIED: ACCENT, _TOLD: "white"}
    x: Spec = {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, largest], "nice": False},
        "axis": {
            "tickCount": 4 if width >= 500 else 2,
            "labelExpr": "'£' + format(datum.value, '.2f')",
            "grid": True,
        },
    }
    fill = {"domain": standings, "range": [fills[name] for name in standings]}
    legend: Spec | None = {} if len(standings) > 1 else None
    rule = {"type": "rule", "color": ACCENT, "strokeWidth": 2}
    stroke = {"type": "tick", "color": INK, "size": 24, "thickness": 2.5, "opacity": 1}
    point = {"type": "point", "shape": "square", "size": 80, "stroke": INK, "opacity": 1}
    return {
        "title": title,
        "width": width - round(0.36 * width) - 40,
        "height": {"step": 34},
        "data": {"values": rows},
        "encoding": {"y": rows_axis([cost.service for cost in costs], width)},
        "layer": [
            {"mark": rule, "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": stroke, "encoding": {"x": {**x, "field": "expected"}}},
            {
                "mark": point,
                "encoding": {
                    "x": {**x, "field": "value"},
                    "fill": {
                        "field": "standing",
                        "type": "nominal",
                        "scale": fill,
                        "legend": legend,
                    },
                },
            },
        ],
    }
