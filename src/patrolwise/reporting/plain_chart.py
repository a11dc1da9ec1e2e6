"""The one picture of the plain version: crimes before and after, here and in similar places."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.results import OutcomeRecord
from patrolwise.reporting.svg import ACCENT, Label, Spec, draw_figure, rows_axis
from patrolwise.reporting.wording import format_count

_BEFORE, _AFTER = "Before", "After"


def chart_before_after(outcome: OutcomeRecord, figure_id: str, widths: Sequence[int]) -> Figure:
    """Return the counts as pairs of bars from zero: hollow before, solid after.

    Each pair has its own scale, as there may be many more similar places than hot spots.

    Parameters
    ----------
    outcome : OutcomeRecord
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.

    Returns
    -------
    Figure

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    pairs = [("Hot spots", outcome.before, outcome.after)]
    if outcome.comparison_before is not None and outcome.comparison_after is not None:
        pairs.append(("Similar places", outcome.comparison_before, outcome.comparison_after))
    description = " ".join(
        f"{name}: {format_count(before)} before, {format_count(after)} after."
        for name, before, after in pairs
    )
    caption = "Crimes before and after. An empty bar is before, a full bar is after."
    if len(pairs) > 1:
        caption += " Each pair has its own scale, from 0: compare the two shapes."

    def spec(width: int) -> Spec:
        return {
            "vconcat": [_panel(*pair, width) for pair in pairs],
            "spacing": 10,
            "resolve": {"scale": {"x": "independent"}},
        }

    return draw_figure(Label(id=figure_id, title=caption, description=description), widths, spec)


def _panel(name: str, before: int, after: int, width: int) -> Spec:
    bars = [
        {"when": when, "value": value, "text": format_count(value)}
        for when, value in ((_BEFORE, before), (_AFTER, after))
    ]
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"zero": True, "nice": False},
    }
    fill = {"domain": [_BEFORE, _AFTER], "range": ["white", ACCENT]}
    return {
        "title": name,
        "width": width - 130,  # room for the names on the left and the figure on the right
        "height": {"step": 24},
        "data": {"values": bars},
        "encoding": {"y": {**rows_axis([_BEFORE, _AFTER], width), "field": "when"}, "x": x},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": ACCENT, "strokeWidth": 1.5, "size": 15},
                "encoding": {
                    "fill": {"field": "when", "type": "nominal", "scale": fill, "legend": None}
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"text": {"field": "text"}},
            },
        ],
    }
