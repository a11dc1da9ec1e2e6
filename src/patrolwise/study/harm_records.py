"""What happened to harm: the total and harm per crime, apart, in hot spots and comparison areas."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import local_day
from patrolwise.evaluation.differences import estimate_robust_difference
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT, Guard, Severity
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.harm import CategoryWeights, HarmIndex, HarmScore, compare_harm, weight_of
from patrolwise.places import locate_points
from patrolwise.reporting.results import HarmDriver, HarmRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.study.harm_scores import score_with
from patrolwise.study.outcomes import OutcomeCounts
from patrolwise.times import Window

DRIVERS = 8
_LEAST_COVERAGE = 0.9
_ONE_OFFENCE = 0.5  # share of a score from one class, above which a reader must be told


def has_harm(counts: OutcomeCounts, weights: HarmIndex | CategoryWeights) -> bool:
    """Return whether a harm score adds anything to the count of this outcome.

    Within one open data category every crime has one weight, so that harm would be the count
    again; anti-social behaviour has none.

    Parameters
    ----------
    counts : OutcomeCounts
    weights : HarmIndex or CategoryWeights

    Returns
    -------
    bool
    """
    column = "category" if isinstance(weights, CategoryWeights) else "offence_code"
    kinds = counts.crimes[column].drop_nulls().unique()
    return len(kinds.filter(kinds != "anti-social-behaviour")) > 1


def record_harm(
    counts: OutcomeCounts,
    weights: HarmIndex | CategoryWeights,
    areas: StudyAreas,
    windows: tuple[Window, Window],
) -> tuple[HarmRecord, list[Guard]]:
    """Return the harm of one outcome before and after, and the guards that fire on it.

    Parameters
    ----------
    counts : OutcomeCounts
    weights : HarmIndex or CategoryWeights
    areas : StudyAreas
    windows : (before, after)

    Returns
    -------
    HarmRecord, list of Guard
    """
    inside = [_within(counts.crimes, areas.hot_spots, window) for window in windows]
    scores = [score_with(crimes, weights) for crimes in inside]
    before, after = scores
    change = compare_harm(before.total, after.total, before.scored, after.scored)
    drivers = _drivers(before, after)
    record = HarmRecord(
        index=before.label if before.is_estimate else before.index,
        definition=counts.definition.key,
        is_estimate=before.is_estimate,
        before=before.total,
        after=after.total,
        before_low=before.mix_low if before.is_estimate else before.low,
        before_high=before.mix_high if before.is_estimate else before.high,
        after_low=after.mix_low if after.is_estimate else after.low,
        after_high=after.mix_high if after.is_estimate else after.high,
        per_crime_before=before.per_crime,
        per_crime_after=after.per_crime,
        coverage=_coverage(before, after),
        excluded=before.left_out + after.left_out,
        drivers=drivers[:DRIVERS],
        wdd=_difference(counts, weights, areas, windows),
        verdict=_verdict(before, after, change.sentence),
    )
    return record, _guards(record)


def _verdict(before: HarmScore, after: HarmScore, sentence: str) -> str:
    if before.scored < FEWEST_FOR_PERCENT:
        return f"Too few crimes to say: {before.scored} scored before, {after.scored} after."
    return sentence


def _within(crimes: pl.DataFrame, areas: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Return the crimes in any of the areas in the window, each once."""
    dated = _in_window(crimes, window)
    points, _ = locate_points(dated["x"].to_numpy(), dated["y"].to_numpy(), areas)
    return dated[np.unique(points)]


def _in_window(crimes: pl.DataFrame, window: Window) -> pl.DataFrame:
    return crimes.filter(local_day().is_between(window.first, window.last))


def _difference(
    counts: OutcomeCounts,
    weights: HarmIndex | CategoryWeights,
    areas: StudyAreas,
    windows: tuple[Window, Window],
) -> Estimate | None:
    if not areas.comparison.height:
        return None
    crimes = counts.crimes
    hot = [_harm_by_area(crimes, weights, areas.hot_spots, window) for window in windows]
    other = [_harm_by_area(crimes, weights, areas.comparison, window) for window in windows]
    return estimate_robust_difference(
        AreaPeriods(
            before=hot[0],
            after=hot[1],
            comparison_before=other[0],
            comparison_after=other[1],
            time_ratio=counts.areas.time_ratio,
        ),
        crimes=counts.areas,
    )


def _harm_by_area(
    crimes: pl.DataFrame,
    weights: HarmIndex | CategoryWeights,
    areas: pl.DataFrame,
    window: Window,
) -> NDArray[np.float64]:
    dated = _in_window(crimes, window)
    days = np.nan_to_num(np.asarray(weight_of(dated, weights), dtype=float))
    points, inside = locate_points(dated["x"].to_numpy(), dated["y"].to_numpy(), areas)
    return np.bincount(inside, weights=days[points], minlength=areas.height).astype(float)


def _drivers(before: HarmScore, after: HarmScore) -> tuple[HarmDriver, ...]:
    held = [
        {row["name"]: row["harm"] for row in score.drivers.iter_rows(named=True)}
        for score in (before, after)
    ]
    names = sorted(
        {*held[0], *held[1]}, key=lambda name: (-held[0].get(name, 0) - held[1].get(name, 0), name)
    )
    return tuple(
        HarmDriver(name=name, before=held[0].get(name, 0.0), after=held[1].get(name, 0.0))
        for name in names
    )


def _coverage(before: HarmScore, after: HarmScore) -> float:
    crimes = before.crimes + after.crimes
    return (before.weighed + after.weighed) / crimes if crimes else 0.0


def _guards(record: HarmRecord) -> list[Guard]:
    fired = []
    if record.coverage < _LEAST_COVERAGE:
        fired.append(
            Guard(
                id="low-harm-coverage",
                severity=Severity.AMBER,
                title="The harm index knows too few of the crimes",
                message=(
                    f"{record.coverage:.0%} of the crimes have a weight in {record.index}. The "
                    "score leaves out the others, so it is too low."
                ),
                about=record.definition,
            )
        )
    total = record.before + record.after
    worst = record.drivers[0] if record.drivers else None
    share = (worst.before + worst.after) / total if worst and total else 0.0
    if worst and share >= _ONE_OFFENCE:
        fired.append(
            Guard(
                id="one-offence-harm",
                severity=Severity.AMBER,
                title="One class of crime makes most of the harm score",
                message=(
                    f"{worst.name} is {share:.0%} of it. Without it, harm went from "
                    f"{record.before - worst.before:,.0f} to {record.after - worst.after:,.0f}."
                ),
                about=record.definition,
            )
        )
    return fired
