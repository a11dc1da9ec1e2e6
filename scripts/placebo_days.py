"""Programmes of hot spots and days, made up, and every test that compares days.

Sunday to Thursday shifts of which some fall out, more crime on Friday and Saturday, nights that are
bad in every hot spot at once, and counts that vary more than Poisson: as in calibrate_days.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from calibrate_days import (
    WEEKDAY,
    Scenario,
    draw_crimes,
    draw_harm,
    make_days,
    plain_ratio,
)
from placebo_cells import Programme, Tallies

from patrolwise.evaluation.cost_calibration import CostWorld, find_coverage
from patrolwise.evaluation.day_comparison import DayComparisonRule, drop_recent
from patrolwise.evaluation.day_terms import find_alike
from patrolwise.evaluation.delivered_days import estimate_delivered
from patrolwise.evaluation.dose_terms import carry
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.permuted_days import permute_days
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation

EFFECT, WASHOUT = 0.7, 4
DRAWS = 99  # 5 % of them and the true one is whole: the tests are exact, as with any more
COST_DRAWS = 999

EXCHANGE, EXCHANGE_HARM = "Days by exchange, crimes", "Days by exchange, harm"
LOT, LOT_HARM = "Days by lot, crimes", "Days by lot, harm"
DIFFERENCE = "Days by lot, difference within hot spot and block"
DELIVERED = "Days by lot, days delivered"
WASHED = "Days by lot, washout days left out"
PLAIN = "Plain ratio of days on and off"
LARGE = "50 hot spots, 100 weeks"
COST = "£ per crime prevented, interval"


@dataclass(frozen=True, kw_only=True)
class DayProgramme(Programme):
    """Days with and without patrol in one kind of town."""

    town: Scenario
    memory: float = 0.0  # share of a night's badness that the next night still has
    half_life_days: float = 0.0  # of an effect: without a lot it cannot be told from its day's


@dataclass(frozen=True, kw_only=True)
class CostProgramme(Programme):
    """A programme whose cost per crime prevented is known."""

    world: CostWorld


def list_days() -> list[DayProgramme]:
    """Return programmes of days, each at variance over mean 1, 2 and 3."""
    town = Scenario(label="")
    usual = [
        DayProgramme(group="7 hot spots, 26 weeks, five-day weekday trap", column="", town=town),
        DayProgramme(group="the same, bad nights that die away", column="", town=town, memory=0.7),
        DayProgramme(
            group="the same, the effect halves with each day",
            column="",
            town=town,
            half_life_days=1.0,
        ),
        DayProgramme(
            group="7 hot spots chosen of 100 places on 13 weeks that stay in the comparison",
            column="",
            town=replace(town, pool=100),
        ),
    ]
    every = [
        replace(one, column=f"{phi}", town=replace(one.town, dispersion=float(phi)))
        for one in usual
        for phi in (1, 2, 3)
    ]
    large = Scenario(label="", areas=50, weeks=100)
    return [*every, DayProgramme(group=LARGE, column="2", town=large)]


def list_costs() -> list[CostProgramme]:
    """Return programmes whose cost is known."""
    worlds = {
        "20 hot spots": CostWorld(),
        "7 hot spots": CostWorld(hot_spots=7, crimes_a_day=0.9),
        "20 hot spots, minutes 10 % unsure": CostWorld(error=0.1),
    }
    return [
        CostProgramme(group=group, column=str(phi), world=replace(world, dispersion=float(phi)))
        for group, world in worlds.items()
        for phi in (1, 2, 3)
    ]


@dataclass(frozen=True, kw_only=True, eq=False)
class Town:
    """What one programme of days drew, but for the crimes."""

    means: np.ndarray
    alike: tuple[int, ...]
    works: np.ndarray
    seen: np.ndarray | None = None  # counts by which hot spots were chosen: they stay as they are


def run_day_programme(programme: DayProgramme, runs: int, rng: np.random.Generator) -> Tallies:
    """Return the tallies of so many programmes without effect, and as many with one."""
    tallies = Tallies()
    for _ in range(runs):
        for name, found in _test_all(programme, 1.0, rng):
            tallies.at(name).add_test(found)
        if programme.group == LARGE:  # as long as ten others: its interval is left out
            continue
        for name, found in _test_all(programme, EFFECT, rng):
            if name not in (PLAIN, DIFFERENCE):  # without an interval of the ratio
                tallies.at(name).add_interval(found, EFFECT)
    return tallies


def run_cost_programme(programme: CostProgramme, runs: int, rng: np.random.Generator) -> Tallies:
    """Return how often the interval of a cost held the truth."""
    tallies = Tallies()
    found = find_coverage(programme.world, runs, COST_DRAWS, rng)
    tally = tallies.at(COST)
    tally.headline_asked = tally.asked = runs
    tally.headline_held = tally.held = round(found.coverage * runs)
    return tallies


def draw_town(programme: DayProgramme, rng: np.random.Generator) -> Town:
    """Return how much crime is to be expected where and when, and when the service works."""
    town, days = programme.town, make_days(programme.town)
    weekday = np.array([day.weekday() for day in days])
    nights = rng.gamma(8, 1 / 8, len(days))
    for day in range(1, len(days)):
        nights[day] = (1 - programme.memory) * nights[day] + programme.memory * nights[day - 1]
    places = town.pool or town.areas
    means = 0.4 * rng.gamma(4, 0.25, (places, 1)) * WEEKDAY[weekday] * nights
    seen = None
    if town.pool:
        first = draw_crimes(means[:, :91], town, rng)
        order = np.argsort(-first.sum(axis=1), kind="stable")[: town.areas]
        means, seen = means[order], first[order]
    works = np.isin(weekday, (6, 0, 1, 2, 3))
    return Town(means=means, alike=find_alike(days), works=works, seen=seen)


def _test_all(
    programme: DayProgramme, ratio: float, rng: np.random.Generator
) -> Iterator[tuple[str, Estimate]]:
    town = draw_town(programme, rng)
    yield from _test_drawn(programme, town, ratio, rng)
    is_lasting = ratio != 1 and programme.half_life_days
    if not is_lasting:  # days that nobody drew show on and off, which is not what patrol did
        yield from _test_exchanged(programme, town, ratio, rng)


def draw_codes(town: Scenario, works: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an allocation and those that could have been drawn: halves of pairs of weeks.

    As in calibrate_days.py, with as many draws as here.
    """
    first = rng.integers(2, size=(DRAWS + 1, town.areas, town.weeks // 2, 1, 7), dtype=np.int8)
    codes = np.concatenate([first, 1 - first], axis=3).reshape(DRAWS + 1, town.areas, -1)
    return np.where(works, codes, np.int8(-1))


def _crimes_of(
    programme: DayProgramme, town: Town, kept: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    crimes = draw_crimes(town.means * kept, programme.town, rng)
    if town.seen is not None:
        # those by which they were chosen stay in the comparison, with what patrol took of them
        days = town.seen.shape[1]
        crimes[:, :days] = rng.binomial(town.seen.astype(int), kept[:, :days])
    return crimes


def _test_exchanged(
    programme: DayProgramme, town: Town, ratio: float, rng: np.random.Generator
) -> Iterator[tuple[str, Estimate]]:
    shape = town.means.shape
    came = (town.works & (rng.random(shape[1]) < 0.75)) & (rng.random(shape) < 0.9)
    crimes = _crimes_of(programme, town, ratio**came, rng)
    lot = permute_days(came, town.alike, rng, DRAWS)
    rule = RandomisationRule(alike=town.alike)
    yield EXCHANGE, estimate_by_randomisation(crimes, lot.arms, lot.draws, rule)
    harm = draw_harm(crimes, rng)
    yield EXCHANGE_HARM, estimate_by_randomisation(harm, lot.arms, lot.draws, rule)
    yield PLAIN, plain_ratio(crimes, came)


def _test_drawn(
    programme: DayProgramme, town: Town, ratio: float, rng: np.random.Generator
) -> Iterator[tuple[str, Estimate]]:
    codes = draw_codes(programme.town, town.works, rng)
    arms, draws = codes[0], codes[1:]
    patrol = arms == 0
    came = patrol & (rng.random(patrol.shape) < 0.75)
    rule = RandomisationRule(alike=town.alike)
    kept = ratio ** carry(patrol, programme.half_life_days)
    crimes = _crimes_of(programme, town, kept, rng)
    if ratio == 1 or not programme.half_life_days:
        yield LOT, estimate_by_randomisation(crimes, arms, draws, rule)
        harm = draw_harm(crimes, rng)
        yield LOT_HARM, estimate_by_randomisation(harm, arms, draws, rule)
        of_block = replace(rule, statistic="difference", block_days=14)
        yield DIFFERENCE, estimate_by_randomisation(crimes, arms, draws, of_block)
        part = _crimes_of(programme, town, ratio**came, rng)
        yield DELIVERED, replace(estimate_delivered(part, came, arms, draws, rule), headline=True)
    if programme.half_life_days:
        washed = DayComparisonRule(service="", washout_days=WASHOUT)
        found = estimate_by_randomisation(
            crimes, drop_recent(arms, washed), drop_recent(draws, washed), rule
        )
        yield WASHED, replace(found, headline=False)
