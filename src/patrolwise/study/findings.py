"""Which sentences come first: the three main findings, and what the study cannot say."""

from collections.abc import Sequence

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT, Guard, Severity
from patrolwise.reporting.results import Estimate, HarmRecord, OutcomeRecord

MAIN = 3


def find_findings(
    outcomes: Sequence[OutcomeRecord], harm: Sequence[HarmRecord], guards: Sequence[Guard]
) -> tuple[str, ...]:
    """Return the main findings, plain sentences, the first outcome first.

    Parameters
    ----------
    outcomes : sequence of OutcomeRecord
        In the programme's order: the first is the primary one.
    harm : sequence of HarmRecord
    guards : sequence of Guard

    Returns
    -------
    tuple of str, at most three
    """
    sentences = [_outcome_sentence(outcome) for outcome in outcomes[:1]]
    sentences += [_harm_sentence(record) for record in harm[:1]]
    sentences += [_chance_sentence(outcome) for outcome in outcomes[:1] if outcome.expected_after]
    sentences += [_outcome_sentence(outcome) for outcome in outcomes[1:]]
    sentences += [guard.message for guard in guards if guard.severity is Severity.RED]
    return tuple(sentences[:MAIN])


def find_limits(
    outcomes: Sequence[OutcomeRecord], harm: Sequence[HarmRecord], *, has_days: bool = False
) -> tuple[str, ...]:
    """Return what this evaluation cannot say.

    Parameters
    ----------
    outcomes : sequence of OutcomeRecord
    harm : sequence of HarmRecord
    has_days : bool
        Whether days with and without patrol are compared too.

    Returns
    -------
    tuple of str
    """
    limits = [
        "A comparison of before and after cannot show a cause. It can show whether crime changed "
        "by more than chance, and by more than in like places.",
        "Only recorded crime is counted. Crime that nobody reports, and changes in how it is "
        "recorded, are not seen.",
    ]
    if not has_days:
        limits.append(
            "Days with and without patrols are not compared here: that needs crimes with times, "
            "and [[patrol_days]]."
        )
    if any(outcome.is_open_data for outcome in outcomes):
        limits.append(
            "Open data gives approximate places, months and broad categories. Violence and sexual "
            "offences is not serious violence."
        )
    if any(outcome.comparison_before is not None for outcome in outcomes):
        limits.append(
            "Comparison areas are like the hot spots in their earlier count, not in all else."
        )
    if any(record.is_estimate for record in harm):
        limits.append(
            "Harm is estimated from the force's own mix of offences in each category. It cannot "
            "see that crimes within a category became more or less harmful."
        )
    return tuple(limits)


def _outcome_sentence(outcome: OutcomeRecord) -> str:
    counts = f"{outcome.title}: {outcome.before:,} before, {outcome.after:,} after"
    if outcome.comparison_before is not None:
        counts += (
            f" (comparison areas {outcome.comparison_before:,} and {outcome.comparison_after:,})"
        )
    headline = next((e for e in outcome.estimates if e.headline), None)
    interval = _interval(headline) if outcome.before >= FEWEST_FOR_PERCENT else ""
    return f"{counts}{interval}. {outcome.verdict}"


def _interval(headline: Estimate | None) -> str:
    if headline is None or headline.value is None or headline.low is None:
        return ""
    what = "ratio of ratios" if headline.id.startswith("ratio-of") else "rate ratio"
    return f"; {what} {headline.value:.2f} ({headline.low:.2f} to {headline.high:.2f})"


def _harm_sentence(record: HarmRecord) -> str:
    marked = "Estimated harm" if record.is_estimate else "Harm"
    text = f"{marked}: {record.before:,.0f} days before, {record.after:,.0f} after"
    scored = record.before / record.per_crime_before if record.per_crime_before else 0
    enough = scored >= FEWEST_FOR_PERCENT
    if enough and record.per_crime_before is not None and record.per_crime_after is not None:
        text += f"; per crime {record.per_crime_before:,.1f} and {record.per_crime_after:,.1f}"
    return f"{text}. {record.verdict}"


def _chance_sentence(outcome: OutcomeRecord) -> str:
    expected = outcome.expected_after or 0.0
    return (
        f"With no effect at all, about {expected:,.0f} crimes would be expected after, as places "
        f"chosen for being high are lower next time; {outcome.after:,} were recorded."
    )
