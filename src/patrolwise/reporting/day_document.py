"""The report on days with and without patrol: its sections, in words and tables."""

from collections.abc import Sequence
from dataclasses import replace

from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.blocks import (
    Alert,
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    Terms,
)
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.day_results import DayResults, RefusedDays
from patrolwise.reporting.day_sections import day_sections
from patrolwise.reporting.day_wording import tell_hours, tell_ratio, tell_scale
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.source_grids import files_grid, quality_grid
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_interval,
    format_p,
    format_percent,
    format_window,
)

QUESTION = "Was there less crime on days with patrol, and what else may have made it so?"
_COLUMNS = ("What is compared", "Ratio", "95 % interval", "p", "How")
_BEFORE = "Simulated data. "


def build_day_document(results: DayResults) -> Document:
    """Return the report in words and tables, ready to be laid out.

    Parameters
    ----------
    results : DayResults

    Returns
    -------
    Document
        Simulated data is marked on every page and table.
    """
    mark = _BEFORE if results.is_simulated else ""
    sections = [
        _findings(results),
        _estimates(results, mark),
        *(_harm(results, mark) if results.harm else ()),
        *(_dose(results, mark) if results.curves else ()),
        _quality(results, mark),
        Section(id="limits", title="What this cannot say", blocks=(Bullets(items=results.limits),)),
        _made(results, mark),
    ]
    footer = f"{mark}Made by Patrolwise {results.made.version}. Every figure rests on days.json."
    return Document(
        title=f"Days with and without patrol of {results.service}",
        question=QUESTION,
        notice=f"{SIMULATED}." if results.is_simulated else "",
        sections=tuple(sections),
        footer=footer,
    )


def build_days_document(
    results: Sequence[DayResults],
    refused: Sequence[RefusedDays],
    title: str,
    widths: Sequence[int],
) -> Document:
    """Return the report on all comparisons of days of a programme.

    Parameters
    ----------
    results : sequence of DayResults
    refused : sequence of RefusedDays
        At least one of the two.
    title : str
        Of the programme.
    widths : sequence of int
        Each picture is drawn once for each, CSS pixels.

    Returns
    -------
    Document

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    is_simulated = any(one.is_simulated for one in results)
    mark = _BEFORE if is_simulated else ""
    sections = list(day_sections(results, refused, widths))
    if results:
        sections.append(_made(results[0], mark))
    return Document(
        title=title,
        question=QUESTION,
        notice=f"{SIMULATED}." if is_simulated else "",
        sections=tuple(sections),
        footer=f"{mark}Made by Patrolwise. Every figure rests on days.json.",
    )


def _findings(results: DayResults) -> Section:
    blocks: list[Block] = [Paragraph(text=results.verdict, strong=True)]
    blocks += [
        Alert(level=SEVERITY_WORDS[guard.severity], title=guard.title, text=guard.message)
        for guard in results.guards
    ]
    hours = tell_hours(results.hours) + (", local time" if results.hours else "")
    facts = (
        ("Outcome", f"{results.outcome} ({results.definition})"),
        ("Patrol", f"{results.service}, days of {results.least_min:g} min or more in a hot spot"),
        ("Window", format_window(results.window)),
        ("Hours", hours),
        ("Hot spots", results.hot_spots),
        (
            "Days drawn by lot",
            results.allocation_sha256[:12] or "no",
        ),
        (
            "With patrol",
            f"{results.patrolled.days:,} hot spot-days, {format_count(results.patrolled.crimes)} "
            "crimes",
        ),
        (
            "Without",
            f"{results.without.days:,} hot spot-days, {format_count(results.without.crimes)} "
            "crimes",
        ),
        *((("Events allowed for beside it", ", ".join(results.events)),) if results.events else ()),
        ("Compared", f"{format_percent(results.used_share)} of all hot spot-days"),
    )
    return Section(id="findings", title="Main findings", blocks=(*blocks, Terms(items=facts)))


def _estimates(results: DayResults, mark: str) -> Section:
    blocks: list[Block] = [
        _grid(f"{mark}The result, and what stands beside it", (results.headline, *results.beside)),
        Paragraph(text="Only the first row carries the conclusion."),
    ]
    if results.lags:
        blocks.append(_grid(f"{mark}Day after day, over later days", results.lags))
    if results.together:
        blocks.append(_grid(f"{mark}Two services, and both on one day", results.together))
    return Section(id="days", title="Days with patrol, days without", blocks=tuple(blocks))


def _harm(results: DayResults, mark: str) -> tuple[Section, ...]:
    worst = results.worst_share or 0.0
    return (
        Section(
            id="harm",
            title="Harm",
            blocks=(
                _grid(f"{mark}Harm by {results.harm_index}", results.harm),
                Paragraph(
                    text=f"The hot spot-day with most harm has {format_percent(worst)} of it. The "
                    "first row decides; the interval of weeks drawn again is too narrow where few "
                    "crimes hold most harm."
                ),
            ),
        ),
    )


def _dose(results: DayResults, mark: str) -> tuple[Section, ...]:
    rows = tuple(
        (
            curve.name,
            curve.unit,
            tell_ratio(curve.estimate),
            format_interval(curve.estimate.low, curve.estimate.high),
            f"{curve.gain:.1f}",
        )
        for curve in results.curves
    )
    grid = Grid(
        caption=f"{mark}Curves of dose, fitted to the same days",
        columns=("Curve", "One unit", "Ratio", "95 % interval", "Gain"),
        rows=rows,
        numeric=(2, 3, 4),
        note="Gain: how much better than no dose at all, about 4 by chance alone once in twenty.",
    )
    told = Bullets(items=tuple(tell_scale(one) for one in results.scales))
    why = Paragraph(
        text="Exploratory: minutes go where somebody decided to go, and the best of several curves "
        "was looked for. It helps to plan the next experiment."
    )
    return (Section(id="dose", title="Dose, and how long it lasts", blocks=(grid, told, why)),)


def _quality(results: DayResults, mark: str) -> Section:
    return Section(
        id="data",
        title="The data",
        blocks=(_marked(quality_grid(results.quality), mark),),
    )


def _made(results: DayResults, mark: str) -> Section:
    return Section(
        id="made",
        title="How this was made",
        blocks=(
            Paragraph(
                text=f"Patrolwise {results.made.version}, seed {results.made.seed}; method and its "
                "calibration: docs/explanation/patrol-days.md."
            ),
            _marked(files_grid(results.made.inputs), mark),
        ),
    )


def _grid(caption: str, estimates: Sequence[Estimate]) -> Grid:
    return Grid(
        caption=caption,
        columns=_COLUMNS,
        rows=tuple(
            (
                one.name,
                tell_ratio(one),
                format_interval(one.low, one.high) if one.low or one.high else NONE,
                format_p(one.p) if one.p is not None else NONE,
                one.note,
            )
            for one in estimates
        ),
        numeric=(1, 2, 3),
    )


def _marked(grid: Grid, mark: str) -> Grid:
    return replace(grid, caption=f"{mark}{grid.caption}")
