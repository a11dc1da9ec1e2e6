"""How many crimes a place would have had on each day, and which, with a known effect of patrol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.simulate.ranges import FROM_ONE, NOT_NEGATIVE, POSITIVE, SHARE, range_faults
from patrolwise.tables import Column, Table
from patrolwise.times import Window

Floats = NDArray[np.float64]

RING_ID = "ring"

PLACE_DAYS = Table(
    "PLACE_DAYS",
    "one area on one patrol day; days without patrol or crime are rows; simulated",
    (
        Column("area_id", pl.String, "the hot spot, or the ring round them"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("patrolled", pl.Boolean, "a unit truly was inside that day"),
        Column("minutes", pl.Float64, "true minutes of patrol that day"),
        Column("expected_without", pl.Float64, "mean crimes, had nobody patrolled"),
        Column("expected", pl.Float64, "mean crimes as it was: the effect is in it"),
        Column("crimes", pl.Int64, "crimes drawn"),
        Column("harm", pl.Float64, "harm of those crimes, in the rule's made-up weights"),
    ),
)


@dataclass(frozen=True)
class Offence:
    """One kind of crime that is drawn. The harm is made up: it is no published weight."""

    code: str
    category: str
    share: float  # of all crimes; shares are scaled to 1
    harm: float = 1.0
    knife_share: float = 0.0

    def __post_init__(self) -> None:
        ranges = {"share": POSITIVE, "harm": NOT_NEGATIVE, "knife_share": SHARE}
        check_faults(f"Offence {self.code}", range_faults(self, ranges))


# made up, of the order that a town's evening streets have
OFFENCES = (
    Offence("105A", "violence-and-sexual-offences", 0.40, harm=1.0),
    Offence("8N", "violence-and-sexual-offences", 0.30, harm=10.0, knife_share=0.05),
    Offence("5D", "violence-and-sexual-offences", 0.03, harm=500.0, knife_share=0.4),
    Offence("34B", "robbery", 0.12, harm=300.0, knife_share=0.2),
    Offence("10D", "possession-of-weapons", 0.05, harm=5.0, knife_share=1.0),
    Offence("39", "theft-from-the-person", 0.10, harm=1.0),
)
EVENING_HOURS = (3, 2, 2, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 7, 7, 7, 6, 6, 5, 4)
_CRIME_RANGES = {
    "mean_a_day": POSITIVE,
    "spot_shape": POSITIVE,
    "season_amplitude": SHARE,
    "season_peak": FROM_ONE,
    "variance_to_mean": FROM_ONE,
    "rate_ratio": POSITIVE,
    "half_life_days": NOT_NEGATIVE,
    "full_dose_min": NOT_NEGATIVE,
    "displaced_share": SHARE,
    "ring_mean_a_day": NOT_NEGATIVE,
}


@dataclass(frozen=True, kw_only=True)
class CrimeRule:
    """How much crime there is, and what patrol does to it."""

    mean_a_day: float = 0.3  # of a hot spot, on average over hot spots, weekdays and seasons
    spot_shape: float = (
        4.0  # of the gamma from which hot spots' means are drawn; more is more alike
    )
    weekdays: tuple[float, ...] = (0.8, 0.8, 0.9, 1.0, 1.3, 1.4, 0.8)  # Monday first; scaled to 1
    season_amplitude: float = 0.1  # the peak is this share above the mean
    season_peak: float = 200.0  # day of the year
    variance_to_mean: float = 1.3  # of the crimes of a day; 1 is Poisson
    rate_ratio: float = 0.8  # of a day with patrol over the same day without
    half_life_days: float = 0.0  # in which the effect on the log of the rate halves; 0: no carry
    full_dose_min: float = 0.0  # minutes a day for all of the effect; 0: any patrol has all of it
    displaced_share: float = 0.0  # of the crimes prevented, those that happen in the ring instead
    ring_mean_a_day: float = 0.0  # of the ring itself; 0 with no displacement means no ring
    offences: tuple[Offence, ...] = OFFENCES
    hours: tuple[float, ...] = EVENING_HOURS  # 24 weights by the local clock; scaled to 1

    def __post_init__(self) -> None:
        faults = range_faults(self, _CRIME_RANGES)
        for name, count in (("weekdays", 7), ("hours", 24)):
            given = getattr(self, name)
            good = len(given) == count and all(isfinite(one) and one >= 0 for one in given)
            if not good or sum(given) == 0:
                faults.append(f"{name} must be {count} weights of 0 or more, got {given}.")
        if not self.offences:
            faults.append("offences must name at least one kind of crime.")
        if self.displaced_share > 0 and self.rate_ratio > 1:
            faults.append(
                f"displaced_share is {self.displaced_share:g}, but a rate_ratio of "
                f"{self.rate_ratio:g} prevents no crime that could move."
            )
        check_faults("CrimeRule", faults)

    @property
    def has_ring(self) -> bool:
        """Whether there is a ring round the hot spots."""
        return self.displaced_share > 0 or self.ring_mean_a_day > 0


@dataclass(frozen=True)
class DrawnDays:
    """Crimes of each area and day, and of which kinds they are."""

    place_days: pl.DataFrame  # PLACE_DAYS
    kinds: NDArray[np.int64]  # (rows of place_days, offences of the rule): crimes of each


def draw_place_days(
    area_ids: Sequence[str],
    minutes: pl.DataFrame,
    window: Window,
    rule: CrimeRule,
    rng: np.random.Generator,
) -> DrawnDays:
    """Return how many crimes each area would have had on each day, with what was expected.

    The rate ratio holds on a patrolled day; it fades over the days after it with the half-life,
    and patrols of several days do not add up. Counts are negative binomial about the expected
    number, with the variance over mean of the rule on every day.

    Parameters
    ----------
    area_ids : (m,) sequence of str
        Hot spots; patrolled ones and others.
    minutes : frame with `area_id`, `day` and `minutes`
        True minutes of patrol. Rows of one area and day are added up; days outside the window
        are left out; no row means no patrol.
    window : Window
        Patrol days.
    rule : CrimeRule
    rng : numpy Generator

    Returns
    -------
    DrawnDays
        Its `place_days` has (m + 1 with a ring) * days rows, by area in the order given, the ring
        last, then day.

    Raises
    ------
    InputError
        A column is missing, an area is not among `area_ids`, or minutes are negative or missing.
    """
    _check_minutes(minutes, area_ids)
    days = [window.first + timedelta(days=number) for number in range(window.days)]
    given = _spread_minutes(minutes, area_ids, days)
    spots = rng.gamma(rule.spot_shape, rule.mean_a_day / rule.spot_shape, len(area_ids))
    rhythm = _day_factors(days, rule)
    without = spots[:, None] * rhythm
    expected = without * rule.rate_ratio ** _find_effect(given, rule)
    ids = list(area_ids)
    if rule.has_ring:
        ring = rule.ring_mean_a_day * rhythm
        moved = rule.displaced_share * (without - expected).sum(axis=0)
        without, expected = np.vstack([without, ring]), np.vstack([expected, ring + moved])
        given = np.vstack([given, np.zeros(len(days))])
        ids.append(RING_ID)
    counts = _draw_counts(expected.ravel(), rule.variance_to_mean, rng)
    shares = np.array([offence.share for offence in rule.offences])
    kinds = rng.multinomial(counts, shares / shares.sum())
    place_days = pl.DataFrame(
        {
            "area_id": np.repeat(ids, len(days)),
            "day": days * len(ids),
            "patrolled": given.ravel() > 0,
            "minutes": given.ravel(),
            "expected_without": without.ravel(),
            "expected": expected.ravel(),
            "crimes": counts,
            "harm": kinds @ np.array([offence.harm for offence in rule.offences]),
        },
        schema=PLACE_DAYS.schema,
    )
    return DrawnDays(place_days, kinds)


def _check_minutes(minutes: pl.DataFrame, area_ids: Sequence[str]) -> None:
    if missing := [c for c in ("area_id", "day", "minutes") if c not in minutes.columns]:
        raise InputError(
            f"minutes lacks {', '.join(missing)}; it has "
            f"{', '.join(minutes.columns) or 'no columns'}. Give area_id, day and minutes."
        )
    faults = [
        f"{area_id} is no area of this simulation."
        for area_id in minutes["area_id"].unique().sort()
        if area_id not in area_ids
    ]
    possible = pl.col("minutes").ge(0) & pl.col("minutes").is_finite()
    bad = minutes.filter(~possible.fill_null(value=False)).height
    if bad:
        faults.append(f"{bad} rows have minutes that are negative or missing.")
    check_faults("minutes", faults)


def _spread_minutes(minutes: pl.DataFrame, area_ids: Sequence[str], days: list[date]) -> Floats:
    """Return an array of areas by days."""
    given = np.zeros((len(area_ids), len(days)))
    row = {area_id: number for number, area_id in enumerate(area_ids)}
    column = {day: number for number, day in enumerate(days)}
    for area_id, day, spent in minutes.select("area_id", "day", "minutes").iter_rows():
        if day in column:
            given[row[area_id], column[day]] += spent
    return given


def _day_factors(days: list[date], rule: CrimeRule) -> Floats:
    """Return what each day's mean is multiplied by; 1 on average over weeks and years."""
    weekdays = np.array(rule.weekdays) * 7 / sum(rule.weekdays)
    of_week = weekdays[[day.weekday() for day in days]]
    of_year = np.array([day.timetuple().tm_yday for day in days])
    season = np.cos(2 * np.pi * (of_year - rule.season_peak) / 365.25)
    return np.asarray(of_week * (1 + rule.season_amplitude * season))


def _find_effect(minutes: Floats, rule: CrimeRule) -> Floats:
    """Return the share of the full effect in each area on each day, from 0 to 1."""
    dose = (minutes > 0).astype(float)
    if rule.full_dose_min > 0:
        dose = np.minimum(minutes / rule.full_dose_min, 1.0)
    kept = 0.5 ** (1.0 / rule.half_life_days) if rule.half_life_days > 0 else 0.0
    effect = dose.copy()
    for day in range(1, effect.shape[1]):
        effect[:, day] = np.maximum(dose[:, day], kept * effect[:, day - 1])
    return effect


def _draw_counts(
    expected: Floats, variance_to_mean: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw negative binomial counts as Poisson about a gamma: its variance over mean is as set."""
    if variance_to_mean > 1:
        extra = variance_to_mean - 1.0
        expected = rng.gamma(expected / extra, extra)
    return np.asarray(rng.poisson(expected), dtype=np.int64)
