"""How an evaluation tells days with patrol from days without: table T5, one row a comparison."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.protocol import NO_PROTOCOL
from patrolwise.reporting.blocks import Alert, Block, Bullets, Grid, Paragraph, Section
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.day_charts import chart_days
from patrolwise.reporting.day_results import DayResults, RefusedDays
from patrolwise.reporting.day_wording import tell_comparison, tell_hours, tell_lot, tell_ratio
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.protocol_sections import label_standing
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_interval,
    format_p,
    format_percent,
    format_window,
)

# estimates beside the headline: id → column of T5
BESIDE = {
    "patrol-days-delivered": "Delivered",
    "patrol-days-washed-out": "Washed out",
    "panel-patrol": "Model",
    "patrol-days-naive": "Plain ratio",
}
_HOW_READ = (
    "Below 1 is less crime on days with patrol. Only the first ratio carries the conclusion: of "
    "days drawn for patrol, come what may (intention to treat), or of days exchanged with days of "
    "one weekday in the same weeks. Delivered: of days on which patrol came, where days were "
    "drawn. Washed out: without days too soon after a patrol. Model: hot spots, weekdays, months "
    "and events aside. The plain ratio mixes all of these into it, and shows by how much."
)


def day_sections(
    results: Sequence[DayResults], refused: Sequence[RefusedDays], widths: Sequence[int]
) -> tuple[Section, ...]:
    """Return the section on patrol days; none where none were asked for.

    Parameters
    ----------
    results : sequence of DayResults
    refused : sequence of RefusedDays
        What was asked for and cannot be had.
    widths : sequence of int
        The picture is drawn once for each, CSS pixels.

    Returns
    -------
    tuple of Section
        One or none.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    if not results and not refused:
        return ()
    blocks: list[Block] = []
    if any(one.is_simulated for one in results):
        blocks.append(Paragraph(text=f"{SIMULATED}.", strong=True))
    blocks += [Paragraph(text=one.verdict, strong=True) for one in results]
    if results:
        blocks += [day_grid(results), _sides_grid(results)]
    if any(_is_drawable(one) for one in results):
        drawable = [one for one in results if _is_drawable(one)]
        blocks.append(chart_days(drawable, "patrol-days-chart", widths))
    blocks += _warn(results)
    blocks += [
        Alert(
            level=SEVERITY_WORDS[Severity.AMBER],
            title=f"No comparison of days: {one.service}, {one.outcome}, {tell_hours(one.hours)}",
            text=one.reason,
        )
        for one in refused
    ]
    limits = tuple(dict.fromkeys(limit for one in results for limit in one.limits))
    if limits:
        blocks.append(Bullets(items=limits))
    title = "Days with patrol, days without"
    return (Section(id="patrol-days", title=title, blocks=tuple(blocks)),)


def day_grid(results: Sequence[DayResults]) -> Grid:
    """Return table T5: each comparison of days in one row.

    Parameters
    ----------
    results : sequence of DayResults
        At least one.

    Returns
    -------
    Grid
    """
    return Grid(
        caption="T5. Crime on days with patrol over days without, as a ratio",
        columns=(
            "What is compared",
            "Days told apart",
            "Ratio",
            "Interval",
            "p",
            *BESIDE.values(),
        ),
        rows=tuple(tuple(_cells(number, one)) for number, one in enumerate(results, start=1)),
        numeric=(2, 3, 4, 5, 6, 7, 8),
        note=_HOW_READ,
    )


def _cells(number: int, one: DayResults) -> Iterator[str]:
    headline = one.headline
    yield f"{number}. {tell_comparison(one)} ({one.definition})"
    yield tell_lot(one)
    yield tell_ratio(headline)
    yield _interval(headline)
    yield format_p(headline.p)
    beside = {estimate.id: estimate for estimate in one.beside}
    for key in BESIDE:
        yield tell_ratio(beside[key]) if key in beside else NONE


def _interval(estimate: Estimate) -> str:
    if estimate.value is None:
        return NONE
    return f"{format_interval(estimate.low, estimate.high)} ({100 * estimate.level:g} %)"


def _sides_grid(results: Sequence[DayResults]) -> Grid:
    return Grid(
        caption="The days that were compared",
        columns=(
            "What is compared",
            "Window",
            "Days",
            "Hot spot-days",
            "Crimes",
            "Used",
            "Protocol",
        ),
        rows=tuple(
            (
                f"{number}. {tell_comparison(one)}",
                format_window(one.window),
                name,
                format_count(side.days),
                format_count(side.crimes),
                format_percent(one.used_share),
                "none frozen" if one.planned == NO_PROTOCOL else label_standing(one.planned),
            )
            for number, one in enumerate(results, start=1)
            for name, side in (("with patrol", one.patrolled), ("without", one.without))
        ),
        numeric=(3, 4, 5),
        note="Used: share of all hot spot-days that had something alike to be compared with.",
    )


def _warn(results: Sequence[DayResults]) -> Iterator[Alert]:
    """Yield each guard once, with the comparisons that it fired on."""
    fired: dict[tuple[str, str, str], list[str]] = {}
    for one in results:
        for guard in one.guards:
            key = (SEVERITY_WORDS[guard.severity], guard.title, guard.message)
            fired.setdefault(key, []).append(f"{one.service}, {one.definition}")
    for (level, title, message), held in fired.items():
        about = "" if len(held) == len(results) else f" ({'; '.join(held)})"
        yield Alert(level=level, title=title, text=f"{message}{about}")


def _is_drawable(one: DayResults) -> bool:
    headline = one.headline
    return headline.value is not None and headline.value > 0 and headline.low is not None
