"""What two counts alone can say, and what they cannot."""

from typing import Any

from patrolwise.evaluation.detectable import find_detectable_fall
from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.evaluation.rates import estimate_rate_ratios
from patrolwise.harm import compare_harm

CANNOT_SAY = (
    "Two numbers cannot show a trend, a season, or that hot spots were chosen when they were high.",
    "The interval takes counts as Poisson. Real months vary more: on placebo months without any "
    "patrol such a test finds a change several times too often. Evaluate a programme file for "
    "intervals that allow for it.",
)


def evaluate_two_numbers(
    counts: tuple[int, int],
    *,
    harm: tuple[float, float] | None = None,
    days: tuple[float, float] = (1.0, 1.0),
) -> dict[str, Any]:
    """Return all that two counts say, ready for JSON.

    Parameters
    ----------
    counts : (before, after)
    harm : (before, after), optional
        Total harm scores of the same crimes.
    days : (before, after)
        Length of each period, where they differ.

    Returns
    -------
    dict
        Schema "patrolwise.two-numbers/1".
    """
    periods = TwoPeriods(*counts, *days)
    before, after = counts
    ratio = periods.ratio
    return {
        "schema": "patrolwise.two-numbers/1",
        "before": before,
        "after": after,
        "days_before": days[0],
        "days_after": days[1],
        "definition": "not stated",
        "change_percent": (
            100 * (ratio - 1) if ratio is not None and before >= FEWEST_FOR_PERCENT else None
        ),
        "estimates": [_as_document(e) for e in estimate_rate_ratios(periods)],
        "detectable_fall_percent": _percent(find_detectable_fall(before) if before else None),
        "harm": _harm_document(counts, harm) if harm else None,
        "cannot_say": list(CANNOT_SAY),
    }


def describe_two_numbers(found: dict[str, Any]) -> str:
    """Return the same as text for a terminal.

    Parameters
    ----------
    found : dict
        From `evaluate_two_numbers`.

    Returns
    -------
    str
    """
    change = found["change_percent"]
    told = (
        f"{change:+.2f} %".replace("-", "−") if change is not None else "too few for a percentage"
    )
    lines = [f"Crimes {found['before']:,} → {found['after']:,}: {told}", ""]
    for estimate in found["estimates"]:
        value = estimate["value"]
        limits = ""
        if estimate["low"] is not None:
            high = "no limit" if estimate["high"] is None else f"{estimate['high']:.3f}"
            limits = f"  95 % {estimate['low']:.3f} to {high}"
        told_value = "not defined" if value is None else f"{value:.3f}"
        p = estimate["p"]
        told_p = "" if p is None else f"  p {'< .001' if p < 0.001 else f'{p:.3f}'}"
        lines.append(f"  {estimate['name']:<42} {told_value}{limits}{told_p}")
    fall = found["detectable_fall_percent"]
    if fall is not None:
        lines.append(f"  A fall of {fall:.0f} % or more would be found four times in five.")
    if found["harm"]:
        lines += ["", *_harm_lines(found["harm"])]
    lines += ["", "What this cannot say:", *(f"  - {text}" for text in found["cannot_say"])]
    return "\n".join(lines)


def _as_document(estimate: Estimate) -> dict[str, Any]:
    return {
        "id": estimate.id,
        "name": estimate.name,
        "value": estimate.value,
        "low": estimate.low,
        "high": None if estimate.high == float("inf") else estimate.high,
        "p": estimate.p,
        "headline": estimate.headline,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _harm_document(counts: tuple[int, int], harm: tuple[float, float]) -> dict[str, Any]:
    change = compare_harm(harm[0], harm[1], counts[0], counts[1])
    return {
        "before": harm[0],
        "after": harm[1],
        "change_percent": _percent(change.total_change),
        "per_crime_before": change.per_crime_before,
        "per_crime_after": change.per_crime_after,
        "per_crime_change_percent": _percent(change.per_crime_change),
        "sentence": change.sentence,
    }


def _harm_lines(harm: dict[str, Any]) -> list[str]:
    lines = [f"Harm {harm['before']:,.0f} → {harm['after']:,.0f}{_told(harm['change_percent'])}"]
    if harm["per_crime_before"] is not None and harm["per_crime_after"] is not None:
        lines.append(
            f"Harm per crime {harm['per_crime_before']:.2f} → {harm['per_crime_after']:.2f}"
            f"{_told(harm['per_crime_change_percent'])}"
        )
    return [*lines, harm["sentence"]]


def _told(percent: float | None) -> str:
    return "" if percent is None else f": {percent:+.2f} %".replace("-", "−")
