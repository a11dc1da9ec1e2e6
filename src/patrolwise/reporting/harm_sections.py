"""How one harm score is told: the total and the score per crime, apart, and what drives them."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Block, Card, Grid, Paragraph, Section
from patrolwise.reporting.charts import chart_harm
from patrolwise.reporting.conclusions import explain_caution, guards_about, state_verdict
from patrolwise.reporting.protocol_sections import standing_lines, state_standing
from patrolwise.reporting.results import HarmRecord, Results
from patrolwise.reporting.wording import (
    describe_change,
    format_change,
    format_count,
    format_estimate,
    format_interval,
    format_percent,
    format_signed,
)


def harm_card(results: Results, harm: HarmRecord) -> Card:
    """Return the headline of one harm score: total and per crime, apart.

    Parameters
    ----------
    results : Results
    harm : HarmRecord

    Returns
    -------
    Card
    """
    base = _crimes_behind(harm)
    lines = [
        ("Total before", _ranged(harm.before, harm.before_low, harm.before_high)),
        ("Total after", _ranged(harm.after, harm.after_low, harm.after_high)),
        ("Change", describe_change(harm.before, harm.after, base=base, countable=False)),
        ("Harm per crime", _per_crime(harm)),
    ]
    if harm.wdd is not None:
        lines.append(("Against comparison areas", format_estimate(harm.wdd)))
    lines += standing_lines(results, harm.planned)
    return Card(
        title="Harm score" + (", an estimate" if harm.is_estimate else ""),
        definition=f"{harm.index}, {harm.definition}",
        label="Estimate" if harm.is_estimate else "Two figures: total and per crime",
        is_firm=False,
        lines=tuple(lines),
        verdict=harm.verdict,
        caution=explain_caution(guards_about(results.guards, harm.definition)),
    )


def harm_section(results: Results, harm: HarmRecord, widths: Sequence[int]) -> Section:
    """Return the section of one harm score.

    Parameters
    ----------
    results : Results
    harm : HarmRecord
    widths : sequence of int

    Returns
    -------
    Section
    """
    position = results.harm.index(harm) + 1
    label = "Estimate" if harm.is_estimate else "Harm"
    blocks: list[Block] = [
        *state_verdict(
            label, harm.verdict, explain_caution(guards_about(results.guards, harm.definition))
        ),
        *state_standing(results, harm.planned),
        Paragraph(text=f"Weights of {harm.index}, on crimes counted as {harm.definition}."),
    ]
    if harm.is_estimate:
        blocks.append(
            Paragraph(
                text="This score is an estimate. Open data has no offence codes, and no official "
                "weight exists for a whole category, so the force's own mix of offences is used. "
                "The range shows how far that mix could be wrong."
            )
        )
    blocks += [
        _harm_grid(harm),
        chart_harm(harm, f"harm-{position}", widths),
        Paragraph(
            text=f"{format_percent(harm.coverage)} of these crimes have a weight. "
            f"{format_count(harm.excluded)} that police find by searching were left out, as the "
            "authors of the index say."
        ),
    ]
    if harm.drivers:
        blocks.append(_drivers_grid(harm))
    titles = {outcome.definition: outcome.title for outcome in results.outcomes}
    title = f"Harm: {titles.get(harm.definition, harm.definition)}"
    return Section(id=f"harm-score-{position}", title=title, blocks=tuple(blocks))


def _crimes_behind(harm: HarmRecord) -> float:
    """Return the crimes scored before; 0 when not known, which forbids a percentage."""
    if not harm.per_crime_before:
        return 0.0
    return harm.before / harm.per_crime_before


def _ranged(value: float, low: float | None, high: float | None, decimals: int = 0) -> str:
    text = format_count(value, decimals)
    if low is None or high is None:
        return text
    return f"{text} (estimate, range {format_interval(low, high, decimals)})"


def _per_crime(harm: HarmRecord) -> str:
    if harm.per_crime_before is None or harm.per_crime_after is None:
        return "not defined: no crimes with a weight"
    return format_change(
        harm.per_crime_before,
        harm.per_crime_after,
        base=_crimes_behind(harm),
        countable=False,
        decimals=2,
    )


def _harm_grid(harm: HarmRecord) -> Grid:
    base = _crimes_behind(harm)
    name = "Total harm score" + (", estimate" if harm.is_estimate else "")
    change = describe_change(harm.before, harm.after, base=base, countable=False)
    rows = [(name, format_count(harm.before), format_count(harm.after), change)]
    if harm.before_low is not None and harm.after_low is not None:
        before = format_interval(harm.before_low, harm.before_high, 0)
        after = format_interval(harm.after_low, harm.after_high, 0)
        rows.append(("Range of the estimate", before, after, ""))
    first, last = harm.per_crime_before, harm.per_crime_after
    if first is not None and last is not None:
        change = describe_change(first, last, base=base, countable=False, decimals=2)
        rows.append(("Harm score per crime", format_count(first, 2), format_count(last, 2), change))
    return Grid(
        caption=f"T4. Harm before and after, {harm.index}, {harm.definition}",
        columns=("", "Before", "After", "Change"),
        rows=tuple(rows),
        numeric=(1, 2),
    )


def _drivers_grid(harm: HarmRecord) -> Grid:
    return Grid(
        caption=f"The offences behind the score, the largest first, {harm.index}",
        columns=("Offence", "Before", "After", "Difference"),
        rows=tuple(
            (
                driver.name,
                format_count(driver.before),
                format_count(driver.after),
                format_signed(driver.after - driver.before),
            )
            for driver in harm.drivers
        ),
        numeric=(1, 2, 3),
    )
