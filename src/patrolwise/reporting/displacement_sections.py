"""How displacement is told: one plain sentence, then the rings of each outcome, then the rest."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.guards import Severity
from patrolwise.reporting.blocks import Alert, Block, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.displacement_charts import chart_moves, name_ring
from patrolwise.reporting.displacement_records import (
    DisplacementRecord,
    MovedOutcome,
    RingMove,
    RingQuotientRecord,
)
from patrolwise.reporting.displacement_shift_sections import (
    tell_hours,
    tell_near_repeats,
    tell_switches,
    tell_tests,
)
from patrolwise.reporting.results import Estimate
from patrolwise.reporting.wording import (
    NONE,
    describe_change,
    format_count,
    format_day,
    format_interval,
    format_p,
    format_value,
)

_HOW = (
    "If patrols only push crime round the corner, crime rises in the rings round the hot spots. If "
    "the benefit spreads, crime falls in the rings too. Each ring is set beside the like ring "
    "round the comparison areas, and what is left is the net change: above 0 speaks for crime that "
    "moved there, below 0 for a benefit that spread."
)
_RING_NOTE = (
    "Like rings: those round the comparison areas, as counted. q is p allowing for all tests of "
    "displacement; only a q of {level} or less is a find. Unlike: the like rings had far more or "
    "fewer crimes before, so nothing is concluded from that ring."
)
_QUOTIENT_NOTE = (
    "Quotient (WDQ): the ring's change over the hot spots', both net of comparison areas; 1 or "
    "more is a spread as large as the effect, below \u22121 a move larger than it. It has no "
    "interval, so whether it is more than chance is for the tables above to say. Net effect: the "
    "fall of the hot spots' ratio to the comparison areas; total net effect: crimes prevented in "
    "hot spots and ring together."
)


def displacement_section(record: DisplacementRecord, widths: Sequence[int]) -> Section:
    """Return the section on displacement.

    Parameters
    ----------
    record : DisplacementRecord
    widths : sequence of int
        Of the pictures, CSS pixels.

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text=record.verdict, strong=True)]
    blocks += _tell_standing(record)
    if record.rings_reason:
        blocks.append(Paragraph(text=record.rings_reason))
    if record.outcomes:
        blocks.append(Paragraph(text=_tell_how(record)))
    for number, outcome in enumerate(record.outcomes, start=1):
        blocks += _tell_outcome(outcome, record, f"moves-{number}", widths)
    blocks += _tell_quotients(record)
    blocks += tell_hours(record)
    blocks += tell_switches(record)
    blocks += tell_near_repeats(record)
    blocks += tell_tests(record)
    return Section(
        id="displacement",
        title="Did crime move, or did the benefit spread?",
        blocks=tuple(blocks),
    )


def _tell_standing(record: DisplacementRecord) -> Iterator[Block]:
    if not record.outcomes:
        return
    if record.is_fixed_in_advance and record.declared is not None:
        yield Paragraph(
            text=f"The rings were fixed on {format_day(record.declared)}, before the after window."
        )
        return
    when = (
        "Nobody said when they were fixed"
        if record.declared is None
        else f"They were fixed on {format_day(record.declared)}, when the after window had begun"
    )
    yield Alert(
        level=SEVERITY_WORDS[Severity.AMBER],
        title="Exploratory: the rings were not fixed in advance",
        text=f"{when}. What they show is to be looked for in new data before anybody relies on it.",
    )


def _tell_how(record: DisplacementRecord) -> str:
    told = (_HOW, _tell_comparison(record), _tell_weights(record.outcomes[0].rings))
    return " ".join(sentence for sentence in told if sentence)


def _tell_comparison(record: DisplacementRecord) -> str:
    if not record.comparison_areas:
        return ""
    without = record.comparison_areas_without
    told = f"{record.comparison_areas} comparison areas have rings of their own"
    if not without:
        return f"{told}."
    verb = "has" if without == 1 else "have"
    return f"{told}; {without} {verb} no room for them and {verb} no part here."


def _tell_outcome(
    outcome: MovedOutcome, record: DisplacementRecord, figure_id: str, widths: Sequence[int]
) -> Iterator[Block]:
    yield Subheading(text=f"{outcome.title}: harm" if outcome.is_harm else outcome.title)
    yield Paragraph(text=outcome.verdict)
    if outcome.is_harm:
        estimated = ", an estimate" if outcome.is_estimate else ""
        yield Paragraph(text=f"Days of harm by {outcome.harm_index}{estimated}.")
    if any(ring.displacement.value is not None for ring in outcome.rings):
        yield chart_moves(outcome, figure_id, widths)
    yield _rings_grid(outcome, record.level)


def _rings_grid(outcome: MovedOutcome, level: float) -> Grid:
    unit = "days of harm" if outcome.is_harm else "crimes"
    return Grid(
        caption=f"T6. Rings round the hot spots, {unit}, {outcome.definition}",
        columns=(
            "Ring",
            "Before",
            "After",
            "Change",
            "Like rings before",
            "Like rings after",
            "Net change (WDD)",
            "95 % interval",
            "p",
            "q",
        ),
        rows=(
            _net_row("Hot spots", outcome.local),
            *(_ring_row(ring, outcome) for ring in outcome.rings),
            _net_row("Hot spots and rings", outcome.total),
        ),
        numeric=(1, 2, 4, 5, 6, 7, 8, 9),
        note=_RING_NOTE.format(level=f"{level:g}"),
    )


def _ring_row(ring: RingMove, outcome: MovedOutcome) -> tuple[str, ...]:
    found = ring.displacement
    change = describe_change(round(ring.before), round(ring.after), countable=not outcome.is_harm)
    return (
        name_ring(ring),
        format_count(ring.before),
        format_count(ring.after),
        change.replace(" for a percentage", ""),
        format_count(ring.comparison_before),
        format_count(ring.comparison_after),
        format_value(found),
        _interval(found.low, found.high),
        format_p(found.p),
        format_p(ring.q),
    )


def _net_row(name: str, found: Estimate) -> tuple[str, ...]:
    """Return a row of what is judged elsewhere, or is a sum: no counts, and no test of its own."""
    interval = _interval(found.low, found.high)
    return (name, NONE, NONE, NONE, NONE, NONE, format_value(found), interval, NONE, NONE)


def _interval(low: float | None, high: float | None) -> str:
    return NONE if low is None else format_interval(low, high, 0)


def _tell_weights(rings: Sequence[RingMove]) -> str:
    weighed = [ring for ring in rings if abs(ring.comparison_weight - 1) >= 0.005]
    if not weighed:
        return ""
    told = ", ".join(f"{format_count(ring.comparison_weight, 2)} ({ring.name})" for ring in weighed)
    return f"A like ring has other ground than a hot spot's and is weighed by it: {told}."


def _tell_quotients(record: DisplacementRecord) -> Iterator[Block]:
    rows = [
        _quotient_row(outcome, ring.name, ring.quotient)
        for outcome in record.outcomes
        for ring in outcome.rings
        if ring.quotient is not None
    ]
    if not rows:
        return
    yield Subheading(text="As the POP Center's guide measures it")
    yield Grid(
        caption="Displacement quotient of each ring",
        columns=("Outcome", "Ring", "WDQ", "What it says", "Net effect", "Total net effect"),
        rows=tuple(rows),
        numeric=(2, 4, 5),
        note=_QUOTIENT_NOTE,
    )


def _quotient_row(outcome: MovedOutcome, ring: str, found: RingQuotientRecord) -> tuple[str, ...]:
    return (
        outcome.title,
        ring,
        "not defined" if found.quotient is None else format_count(found.quotient, 2),
        found.reading,
        format_count(found.net_effect, 3),
        format_count(found.total_net_effect),
    )
