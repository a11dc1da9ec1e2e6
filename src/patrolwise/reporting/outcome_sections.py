"""How one outcome is told: the verdict, what stands beside it, the charts and the tables."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.reporting.blocks import Block, Card, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.campaign_bands import list_campaigns
from patrolwise.reporting.campaign_sections import state_without_campaigns
from patrolwise.reporting.charts import campaigns_of_months, chart_months
from patrolwise.reporting.conclusions import (
    explain_caution,
    explain_expected,
    guards_about,
    headline_of,
    label_outcome,
    red_guards,
    state_verdict,
)
from patrolwise.reporting.interval_charts import chart_areas
from patrolwise.reporting.protocol_sections import standing_lines, state_standing
from patrolwise.reporting.results import (
    AreaRecord,
    Estimate,
    OutcomeRecord,
    Results,
    WindowRecord,
)
from patrolwise.reporting.wording import (
    NONE,
    describe_change,
    format_count,
    format_estimate,
    format_interval,
    format_p,
    format_percent,
    format_value,
    is_difference,
)

NOT_A_HEADLINE = "Not a headline: see calibration"
_AREAS_NOTE = (
    "Expected: crimes after, with no effect at all (regression to the mean). Too few: under "
    f"{FEWEST_FOR_PERCENT} crimes before, so no percentage. q is p allowing for the number of hot "
    "spots tested."
)
_FIGURES = ("Value", "Interval", "p", "φ")


def outcome_card(results: Results, outcome: OutcomeRecord) -> Card:
    """Return the headline of one outcome: counts, change, interval and verdict together.

    Parameters
    ----------
    results : Results
        Its red guards take the firmness out of the verdict.
    outcome : OutcomeRecord

    Returns
    -------
    Card
    """
    lines = [
        ("Before", f"{format_count(outcome.before)} crimes"),
        ("After", f"{format_count(outcome.after)} crimes"),
        ("Change", describe_change(outcome.before, outcome.after)),
    ]
    headline = headline_of(outcome)
    if headline is not None:
        lines.append((headline.name, format_estimate(headline)))
    else:
        lines.append(("Interval", "none: no calibrated estimate for these data"))
    if outcome.after < outcome.before:
        expected = format_count(outcome.expected_after)
        known = f"about {expected} crimes after" if outcome.expected_after is not None else None
        lines.append(("To expect with no effect", known or "not known for these hot spots"))
    lines += standing_lines(results, outcome.planned)
    red = bool(red_guards(guards_about(results.guards, outcome.definition)))
    return Card(
        title=outcome.title,
        definition=outcome.definition,
        label=label_outcome(outcome, guards_about(results.guards, outcome.definition)),
        is_firm=outcome.verdict_id in ("fall", "rise") and not red,
        lines=tuple(lines),
        verdict=outcome.verdict,
        caution=explain_caution(
            guards_about(results.guards, outcome.definition), outcome.verdict_id
        ),
    )


def outcome_section(
    results: Results, outcome: OutcomeRecord, numbers: dict[str, int], widths: Sequence[int]
) -> Section:
    """Return the section of one outcome.

    Parameters
    ----------
    results : Results
    outcome : OutcomeRecord
    numbers : dict of area id to number
        Of the hot spots, as on the map.
    widths : sequence of int
        Of the pictures, CSS pixels.

    Returns
    -------
    Section
    """
    position = results.outcomes.index(outcome) + 1
    own = [area for area in outcome.areas if area.area_id in numbers]
    blocks: list[Block] = [
        *state_verdict(
            label_outcome(outcome, guards_about(results.guards, outcome.definition)),
            outcome.verdict,
            explain_caution(guards_about(results.guards, outcome.definition), outcome.verdict_id),
        ),
        *state_standing(results, outcome.planned),
        Paragraph(text=f"Crimes counted: {outcome.definition}."),
        _counts_grid(outcome),
        Paragraph(text=explain_expected(outcome)),
    ]
    if outcome.detectable_fall is not None:
        blocks.append(Paragraph(text=_detectable(outcome.detectable_fall)))
    if outcome.months:
        windows, given = _windows(results), results.campaigns
        blocks.append(chart_months(outcome, windows, f"months-{position}", widths, given))
        blocks += list_campaigns(campaigns_of_months(outcome, windows, given))
    blocks += _estimates(outcome)
    blocks += state_without_campaigns(results.robustness, outcome.definition)
    if own:
        blocks.append(Subheading(text="Hot spot by hot spot"))
        labelled = [(f"{numbers[area.area_id]} {area.name}", area) for area in own]
        blocks.append(chart_areas(outcome, labelled, f"areas-{position}", widths))
        blocks.append(_areas_grid(outcome, own, numbers))
    return Section(
        id=f"outcome-{position}",
        title=outcome.title,
        blocks=tuple(blocks),
    )


def _windows(results: Results) -> list[WindowRecord]:
    """Return what to shade: the selection window only where it hides no other."""
    chosen, before = results.selection_window, results.before
    shaded = [before, results.after]
    if chosen is not None and (chosen.last < before.first or chosen.first > results.after.last):
        shaded.append(chosen)
    return shaded


def _detectable(share: float) -> str:
    return (
        f"With counts like these, a fall of {format_percent(share, 0)} or more would be found "
        "4 times in 5 (80 % power). A smaller one could be missed."
    )


def _counts_grid(outcome: OutcomeRecord) -> Grid:
    rows = [_count_row("Hot spots", outcome.before, outcome.after)]
    if outcome.comparison_before is not None and outcome.comparison_after is not None:
        rows.append(
            _count_row("Comparison areas", outcome.comparison_before, outcome.comparison_after)
        )
    note = "" if len(rows) == 2 else "There are no comparison areas."
    return Grid(
        caption=f"T3. Crimes before and after, {outcome.definition}",
        columns=("", "Before", "After", "Change"),
        rows=tuple(rows),
        numeric=(1, 2),
        note=note,
    )


def _count_row(name: str, before: int, after: int) -> tuple[str, ...]:
    return name, format_count(before), format_count(after), describe_change(before, after)


def _estimates(outcome: OutcomeRecord) -> Iterator[Block]:
    if not outcome.estimates:
        return
    ordered = sorted(outcome.estimates, key=lambda estimate: not estimate.headline)
    yield Subheading(text="Estimates")
    columns = ("Estimate", "Standing", "Value", "Interval", "p", "φ", "Note")
    rows = [_estimate_row(estimate) for estimate in ordered]
    # Columns that would be empty cost room that a phone has not.
    kept = [at for at in range(len(columns)) if any(row[at] not in ("", NONE) for row in rows)]
    yield Grid(
        caption=(
            f"Estimates of the change, {outcome.definition}. The first carries the verdict; other "
            "headlines stand beside it."
        ),
        columns=tuple(columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in rows),
        numeric=tuple(n for n, at in enumerate(kept) if columns[at] in _FIGURES),
        note="A ratio of 1, or a difference of 0, is no change.",
    )


def _estimate_row(estimate: Estimate) -> tuple[str, ...]:
    decimals = 0 if is_difference(estimate) else 3
    interval = format_interval(estimate.low, estimate.high, decimals)
    if estimate.value is None:
        interval = NONE
    elif estimate.level != 0.95:
        interval += f" ({format_percent(estimate.level, 0)})"
    return (
        estimate.name,
        "Headline" if estimate.headline else NOT_A_HEADLINE,
        format_value(estimate),
        interval,
        format_p(estimate.p),
        format_count(estimate.dispersion, 2),
        estimate.note,
    )


def _areas_grid(
    outcome: OutcomeRecord, areas: Sequence[AreaRecord], numbers: dict[str, int]
) -> Grid:
    return Grid(
        caption=f"Each hot spot, {outcome.definition}",
        columns=(
            "No.",
            "Hot spot",
            "Before",
            "After",
            "Change",
            "Expected",
            "Ratio",
            "95 % interval",
            "q",
        ),
        rows=tuple(
            (
                str(numbers[area.area_id]),
                area.name,
                format_count(area.before),
                format_count(area.after),
                describe_change(area.before, area.after).replace(" for a percentage", ""),
                format_count(area.expected_after, 1),
                format_value(area.ratio),
                format_interval(area.ratio.low, area.ratio.high),
                format_p(area.q),
            )
            for area in areas
        ),
        numeric=(2, 3, 5, 6, 7, 8),
        note=_AREAS_NOTE,
    )
