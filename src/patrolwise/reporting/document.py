"""Which sections a report has, and in which order; `outcome_sections` words the figures.

The page and the PDF are two drawings of what `build_document` returns.
"""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.blocks import (
    Alert,
    Block,
    Bullets,
    Card,
    Cards,
    Document,
    Grid,
    Paragraph,
    Section,
    Terms,
)
from patrolwise.reporting.campaign_bands import tell_marked
from patrolwise.reporting.comparator_sections import comparator_section
from patrolwise.reporting.conclusions import SEVERITY_WORDS, warn_of
from patrolwise.reporting.cost_sections import cost_sections
from patrolwise.reporting.day_sections import day_sections
from patrolwise.reporting.displacement_sections import displacement_section
from patrolwise.reporting.glossary import terms_used
from patrolwise.reporting.harm_sections import harm_card, harm_section
from patrolwise.reporting.maps import draw_map, number_hot_spots
from patrolwise.reporting.mistake_sections import mistakes_section
from patrolwise.reporting.outcome_sections import outcome_card, outcome_section
from patrolwise.reporting.protocol_sections import protocol_line, protocol_sections
from patrolwise.reporting.reflection_sections import reflection_sections
from patrolwise.reporting.results import AreaRecord, Guard, Results, Severity
from patrolwise.reporting.robustness_sections import robustness_section
from patrolwise.reporting.source_grids import files_grid, quality_grid
from patrolwise.reporting.wording import NONE, format_count, format_window


def build_document(results: Results, widths: Sequence[int]) -> Document:
    """Return the report in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    results : Results
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
    numbers = number_hot_spots(results)
    outcomes = [outcome_section(results, outcome, numbers, widths) for outcome in results.outcomes]
    harm = [harm_section(results, harm, widths) for harm in results.harm]
    compared = [
        comparator_section(record, number, widths, results.campaigns)
        for number, record in enumerate(results.comparators, start=1)
    ]
    displacement = results.displacement
    moved = [displacement_section(displacement, widths)] if displacement else []
    robust = [robustness_section(results.robustness, widths)] if results.robustness else []
    mistakes = [mistakes_section(results.mistakes)] if results.mistakes else []
    sections = [
        _findings(results),
        *protocol_sections(results),
        _places(results, numbers, widths),
        *outcomes,
        *harm,
        *day_sections(results.days, results.days_refused, widths),
        *compared,
        *moved,
        *cost_sections(results.costs),
        *robust,
        *reflection_sections(results, results.reflection, results.facts),
        _checks(results.guards),
        *mistakes,
        _quality(results),
        _limits(results),
        Section(id="words", title="Words used", blocks=(Terms(items=terms_used(results)),)),
        _made(results),
    ]
    return Document(
        title=results.title,
        question=results.question,
        notice=results.notice,
        sections=tuple(sections),
        footer=f"Made by Patrolwise {results.made.version}. Every figure is in results.json.",
    )


def _findings(results: Results) -> Section:
    cards: list[Card] = [outcome_card(results, outcome) for outcome in results.outcomes]
    cards += [harm_card(results, harm) for harm in results.harm]
    blocks: list[Block] = [Bullets(items=results.findings, numbered=True)]
    if not results.findings:
        blocks = [Paragraph(text="No finding could be stated from these data.", strong=True)]
    blocks += warn_of(results.guards)
    blocks.append(Paragraph(text=protocol_line(results)))
    if results.window_override:
        blocks.append(
            Alert(
                level=SEVERITY_WORDS[Severity.AMBER],
                title="The windows do not match, and were used for a stated reason",
                text=results.window_override,
            )
        )
    if cards:
        blocks.append(Cards(items=tuple(cards)))
    blocks.append(Terms(items=tuple(_facts(results))))
    return Section(id="findings", title="Main findings", blocks=tuple(blocks))


def _facts(results: Results) -> Iterator[tuple[str, str]]:
    yield "Before", format_window(results.before)
    yield "After", format_window(results.after)
    if results.selection_window is not None:
        yield "Hot spots chosen on", format_window(results.selection_window)
    if results.services:
        yield "Services", "; ".join(results.services)
    if results.campaigns:
        yield "Campaigns", tell_marked(results.campaigns, _chart_days(results))
    yield "Compared with", results.comparison_rule or "Nothing: there are no comparison areas"


def _chart_days(results: Results) -> tuple[str, str]:
    """Return the first and the last day that any chart of an outcome has."""
    windows = [one for one in (results.selection_window, results.before, results.after) if one]
    return min(one.first for one in windows), max(one.last for one in windows)


def _places(results: Results, numbers: dict[str, int], widths: Sequence[int]) -> Section:
    blocks: list[Block] = [
        Paragraph(text=f"Hot spot set {results.hot_spot_set}. {results.hot_spot_method}")
    ]
    if results.shapes:
        blocks.append(draw_map(results, "map", widths))
    known = {area.area_id: area for outcome in reversed(results.outcomes) for area in outcome.areas}
    names = {shape.area_id: shape.name for shape in results.shapes}
    rows = tuple(
        _place_row(number, known.get(area_id), names.get(area_id, area_id))
        for area_id, number in numbers.items()
    )
    if rows:
        blocks.append(
            Grid(
                caption=f"T1. Hot spots of {results.hot_spot_set}",
                columns=("No.", "Hot spot", "Size, hectares", "Crimes it was chosen on"),
                rows=rows,
                numeric=(2, 3),
            )
        )
    else:
        blocks.append(Paragraph(text="No areas were given: only totals are compared."))
    return Section(id="places", title="The hot spots", blocks=tuple(blocks))


def _place_row(number: int, area: AreaRecord | None, name: str) -> tuple[str, ...]:
    if area is None:
        return str(number), name, NONE, NONE
    return (
        str(number),
        area.name,
        format_count(area.area_m2 / 10_000, 1),
        "not chosen on counts" if area.selected_on is None else format_count(area.selected_on),
    )


def _checks(guards: Sequence[Guard]) -> Section:
    order = list(SEVERITY_WORDS)
    rows = dict.fromkeys(
        (guard.title, SEVERITY_WORDS[guard.severity], guard.message)
        for guard in sorted(guards, key=lambda guard: order.index(guard.severity))
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text="Known mistakes of evaluation were looked for. None was found."),
    )
    if rows:
        blocks = (
            Paragraph(text="Known mistakes of evaluation were looked for. These were found."),
            Grid(
                caption="Checks that fired, the gravest first",
                columns=("Check", "How much it weighs", "What it means here"),
                rows=tuple(rows),
            ),
        )
    return Section(id="checks", title="What was checked", blocks=blocks)


def _quality(results: Results) -> Section:
    blocks: tuple[Block, ...] = (Paragraph(text="No data-quality lines came with the results."),)
    if results.quality:
        blocks = (quality_grid(results.quality),)
    return Section(id="quality", title="The data", blocks=blocks)


def _limits(results: Results) -> Section:
    blocks: tuple[Block, ...] = (Paragraph(text="No limits were recorded with the results."),)
    if results.limits:
        blocks = (Bullets(items=results.limits),)
    return Section(id="limits", title="What these figures cannot say", blocks=blocks)


def _made(results: Results) -> Section:
    made = results.made
    definitions = dict.fromkeys(outcome.definition for outcome in results.outcomes)
    facts = [
        ("Patrolwise version", made.version),
        ("Results schema", results.schema),
        ("Random seed", str(made.seed)),
        ("Definitions", ", ".join(definitions) or "none"),
        ("Harm index", ", ".join(dict.fromkeys(h.index for h in results.harm)) or "none"),
        ("Hot spot set", results.hot_spot_set),
        ("Hot spot set, SHA-256", results.hot_spot_hash),
        ("Programme file, SHA-256", made.programme_sha256),
        *_source_facts(results),
    ]
    files = files_grid(made.inputs)
    return Section(
        id="made",
        title="How this was made",
        blocks=(
            Paragraph(
                text="The same files, programme and version give the same figures, to the byte."
            ),
            Terms(items=tuple(facts)),
            *((files,) if made.inputs else ()),
        ),
    )


def _source_facts(results: Results) -> Iterator[tuple[str, str]]:
    if results.source is not None:
        yield "Command", results.source.command
        yield "Made with", ", ".join(f"{v.name} {v.version}" for v in results.source.versions)
        yield "To check", "patrolwise reproduce results.json"
