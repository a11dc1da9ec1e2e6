"""How a harm score becomes a document for a program or a terminal."""

from typing import Any

import polars as pl

from patrolwise.errors import InputError
from patrolwise.harm import CategoryWeights, HarmIndex, HarmScore, score_categories, score_crimes


def score_with(crimes: pl.DataFrame, weights: HarmIndex | CategoryWeights) -> HarmScore:
    """Return the score by category for an estimate, by offence code otherwise.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    weights : HarmIndex or CategoryWeights

    Returns
    -------
    HarmScore
    """
    if isinstance(weights, CategoryWeights):
        return score_categories(crimes, weights)
    return score_crimes(crimes, weights)


def check_weighed(crimes: pl.DataFrame, weights: HarmIndex | CategoryWeights) -> None:
    """Raise when the index knows none of the crimes; silent when it knows some.

    Asked of all crimes that were read, never of one hot spot's: its few crimes may well lack a
    weight, and that is told as coverage.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    weights : HarmIndex or CategoryWeights

    Raises
    ------
    InputError
        There are crimes, and a weight for none: a score of 0 would say that they did no harm.
    """
    score = score_with(crimes, weights)
    if isinstance(weights, CategoryWeights) or not score.crimes or score.weighed:
        return
    codes = crimes["offence_code"].drop_nulls().unique().sort()[:3].to_list()
    raise InputError(
        f"The index {weights.key} has a weight for none of the {score.crimes:,} crimes. Their "
        f"offence codes look like {', '.join(codes) or 'nothing'}, the index's like "
        f"{', '.join(weights.weights['offence_code'][:3])}. Map the column with Home Office "
        "codes, or give the workbook that fits them."
    )


def score_all(crimes: pl.DataFrame, weights: HarmIndex | CategoryWeights) -> dict[str, Any]:
    """Return the harm of all crimes given, ready for JSON.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    weights : HarmIndex or CategoryWeights

    Returns
    -------
    dict
        Schema "patrolwise.harm/1".
    """
    check_weighed(crimes, weights)
    score = score_with(crimes, weights)
    return {
        "schema": "patrolwise.harm/1",
        "index": score.index,
        "label": score.label,
        "is_estimate": score.is_estimate,
        "crimes": score.crimes,
        "incidents": score.incidents,
        "coverage": score.coverage,
        "left_out": score.left_out,
        "total": score.total,
        "low": score.low,
        "high": score.high,
        "mix_low": score.mix_low,
        "mix_high": score.mix_high,
        "per_crime": score.per_crime,
        "worst": score.worst,
        "total_without_worst": score.total_without_worst,
        "drivers": score.drivers.to_dicts(),
    }
