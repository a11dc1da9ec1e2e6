"""Programmes of areas and months, made up and real, and every test that compares areas.

Made-up areas differ in their level, have a season and a common trend, and counts whose variance is
a multiple of their mean. Real ones are cells of Leicester by month: which of them are "hot spots",
and where the windows lie, is drawn; the counts stay as they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from calibrate_comparators import draw_counts
from calibrate_days import draw_harm
from calibrate_displacement import _draw_months
from numpy.typing import NDArray
from placebo_cells import Programme, Tallies

from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.difference_in_differences import (
    MANY_AREAS,
    estimate_by_permutation_in_space,
    estimate_difference_in_differences,
)
from patrolwise.evaluation.differences import estimate_robust_difference
from patrolwise.evaluation.displacement import DisplacementEstimates
from patrolwise.evaluation.displacement_by_area import AreaRing, estimate_displacement_by_area
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.pre_trends import PreTrendRule, check_pre_trend
from patrolwise.evaluation.robust import (
    AreaPeriods,
    estimate_paired_month_ratio,
    estimate_poisson_ratio_of_ratios,
    estimate_ratio_of_ratios,
    find_permutation_p,
)
from patrolwise.evaluation.shifts_by_area import TypeAreas, estimate_crime_switches_by_area
from patrolwise.evaluation.synthetic_control import estimate_by_synthetic_control

Floats = NDArray[np.float64]

MONTHS, HALF, EFFECT = 24, 12, 0.7
DRAWS = 99  # 5 % of them and the true one is whole: the tests are exact, as with any more
SHARES = (0.5, 0.3, 0.2)  # of three types of crime
RING = 0.7  # crimes of an area's ring over its own
DISPERSIONS = (1, 2, 3)
CHOSEN = "27 busiest of 200 places on the before window itself"
TWICE = "7 hot spots twice as busy as 20 others"
UNLIKE = "busiest 7 of 200 places on the year before that, next 20 beside"
TRAP = "trap: busiest 7 of 200 places on the before window itself, next 20 beside"
POOL = 60  # busiest real cells that a split is drawn from


@dataclass(frozen=True, kw_only=True)
class AreaProgramme(Programme):
    """Areas of one kind of study."""

    treated: int = 7
    other: int = 20
    dispersion: int = 2
    size: float = 1.0  # treated areas' crime over that of the others
    # "all": all areas on the before window; "hot spots": these alone; "before that": likewise, but
    # on another year
    chosen: str = ""
    drift: float = 0.0  # standard deviation of the log of each area's own change
    is_fading: bool = False  # the effect wears off month by month
    outcome: str = ""  # of real months
    is_ordered: bool = True  # real whole years in order; False: months drawn at random

    @property
    def areas(self) -> int:
        """How many there are."""
        return self.treated + self.other


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """What one programme drew: crimes by area and month, before and after."""

    crimes: Floats  # (areas, months)
    types: Floats  # (types, areas, months); those of real months hold more than the outcome
    ring: Floats  # (areas, months)
    harm: Floats  # (areas, months)
    treated: NDArray[np.bool_]
    gone: float = 0.0  # crimes that the effect took from the hot spots, as expected
    ratio: float = 1.0  # of all crimes after

    @property
    def panel(self) -> AreaPanel:
        """Areas by months, as comparators take them."""
        return AreaPanel(counts=self.crimes, treated=self.treated, first_after=HALF)

    @cached_property
    def displacement(self) -> DisplacementEstimates:
        """What three tests ask for: the differences of the areas, of the ring, and of both."""
        return estimate_displacement_by_area(
            self.periods(self.crimes),
            [AreaRing(ring_id="near", areas=self.periods(self.ring))],
            is_fixed_in_advance=True,
        )

    def periods(self, counts: Floats) -> AreaPeriods:
        """Return counts by area, before and after."""
        before, after = counts[:, :HALF].sum(axis=1), counts[:, HALF:].sum(axis=1)
        return AreaPeriods(
            before=before[self.treated],
            after=after[self.treated],
            comparison_before=before[~self.treated],
            comparison_after=after[~self.treated],
        )


def list_made_up() -> list[AreaProgramme]:
    """Return made-up programmes, each at variance over mean 1, 2 and 3."""
    usual = [
        AreaProgramme(group="7 hot spots, 20 other areas", column=""),
        AreaProgramme(group="20 hot spots, 60 other areas", column="", treated=20, other=60),
        AreaProgramme(group="7 of 27 areas, each with a drift of its own", column="", drift=0.2),
        AreaProgramme(group=TWICE, column="", size=2.0),
        AreaProgramme(group=f"{CHOSEN}, 7 of them hot spots", column="", chosen="all"),
        AreaProgramme(group=UNLIKE, column="", chosen="before that"),
        AreaProgramme(group=TRAP, column="", chosen="hot spots", is_trap=True),
        AreaProgramme(
            group="7 hot spots, 20 other areas, effect that fades", column="", is_fading=True
        ),
        AreaProgramme(group="1 hot spot, 39 other areas", column="", treated=1, other=39),
    ]
    return [replace(one, column=str(phi), dispersion=phi) for one in usual for phi in DISPERSIONS]


def list_real(outcomes: list[str]) -> list[AreaProgramme]:
    """Return placebo splits of real months, for each outcome."""
    usual = [
        AreaProgramme(group="whole years in order, 7 and 20 cells", column=""),
        AreaProgramme(group="months at random, 7 and 20 cells", column="", is_ordered=False),
        AreaProgramme(
            group="whole years in order, 20 and 40 cells", column="", treated=20, other=40
        ),
        AreaProgramme(group="whole years in order, 1 and 39 cells", column="", treated=1, other=39),
    ]
    return [replace(one, column=name, outcome=name) for one in usual for name in outcomes]


def draw_world(programme: AreaProgramme, rng: np.random.Generator, ratio: float = 1.0) -> World:
    """Return made-up crimes; treated areas have the ratio from the second year on."""
    many = 200 if programme.chosen else programme.areas
    rates = rng.gamma(1 if programme.chosen else 4, 1.5, (many, 1))
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    trend = np.where(np.arange(MONTHS) < HALF, 1.0, 1.0 if programme.chosen else 0.9)
    means = rates * season * trend
    treated = np.arange(programme.areas) < programme.treated
    seen = None
    if programme.chosen:
        first = draw_counts(means[:, :HALF], programme.dispersion, rng)
        order = np.argsort(-first.sum(axis=1), kind="stable")[: programme.areas]
        order = rng.permutation(order) if programme.chosen == "all" else order
        means = means[order]
        seen = None if programme.chosen == "before that" else first[order]
    means[: programme.treated] *= programme.size
    means[:, HALF:] *= np.exp(rng.normal(0, programme.drift, (programme.areas, 1)))
    kept = np.ones(MONTHS)
    kept[HALF:] = ratio
    if programme.is_fading:
        kept[HALF:] = ratio ** (0.5 ** (np.arange(HALF) / 4))
    ring = draw_counts(RING * means, programme.dispersion, rng)
    hot = means[: programme.treated, HALF:].sum(axis=0)
    means[: programme.treated] *= kept
    types = np.stack([draw_counts(part * means, programme.dispersion, rng) for part in SHARES])
    if seen is not None:  # what they were chosen by is what stands before
        types[:, :, :HALF] = np.stack([seen, np.zeros_like(seen), np.zeros_like(seen)])
    crimes = types.sum(axis=0)
    return World(
        crimes=crimes,
        types=types,
        ring=ring,
        harm=draw_harm(crimes, rng),
        treated=treated,
        gone=float(hot @ (kept[HALF:] - 1)),
        ratio=float(hot @ kept[HALF:] / hot.sum()),
    )


def draw_real(
    programme: AreaProgramme,
    cubes: dict[str, Floats],
    rng: np.random.Generator,
    ratio: float = 1.0,
) -> World:
    """Return real months of real cells; with a ratio, each crime of hot spots after may be gone."""
    cube = cubes[programme.outcome]
    busiest = np.argsort(-cube.sum(axis=1), kind="stable")[:POOL]
    first, second = _draw_months(programme.is_ordered, rng)
    months = [*first, *second]
    cells = rng.permutation(busiest)
    own = cells[: programme.areas]
    # parts of rings are other cells, as busy; where there are too few, cells of the next hundred
    spare = np.argsort(-cube.sum(axis=1), kind="stable")[POOL : POOL + programme.areas]
    rest = cells[programme.areas :]
    around = rest if len(rest) >= programme.areas else rng.permutation(spare)
    counts = cube[own][:, months].astype(float)
    treated = np.arange(programme.areas) < programme.treated
    gone = 0.0
    if ratio != 1:
        after = counts[: programme.treated, HALF:]
        gone = float((ratio - 1) * after.sum())
        after[:] = rng.binomial(after.astype(int), ratio)
    names = [name for name in cubes if "harm" not in name]
    every, violence, disorder = (cubes[name][own][:, months].astype(float) for name in names)
    return World(
        crimes=counts,
        types=np.stack([violence, disorder, every - violence]),  # all crime holds no disorder
        ring=cube[around[: programme.areas]][:, months].astype(float),
        harm=counts,
        treated=treated,
        gone=gone,
        ratio=ratio,
    )


def run_area_programme(
    programme: AreaProgramme,
    runs: int,
    rng: np.random.Generator,
    cubes: dict[str, Floats] | None = None,
) -> Tallies:
    """Return the tallies of so many programmes without effect, and as many with one."""
    tallies = Tallies()

    def draw(ratio: float = 1.0) -> World:
        if cubes is None:
            return draw_world(programme, rng, ratio)
        return draw_real(programme, cubes, rng, ratio)

    for _ in range(runs):
        world = draw()
        for name, test in list_tests(programme):
            tallies.at(name).add_test(test(world, rng))
        if programme.is_trap or programme.drift or "harm" in programme.outcome:
            continue
        world = draw(EFFECT)
        for name, test in list_tests(programme):
            truth = find_truth(name, world, programme)
            if truth is not None:
                tally = tallies.at(name)
                add = tally.add_set if name == BLEND else tally.add_interval
                add(test(world, rng), truth)
    return tallies


Test = Callable[[World, np.random.Generator], Estimate]

RATIO = "Ratio of ratios, spread between areas"
PLACEBO = "Ratio of ratios, placebo in space"
POISSON = "Ratio of ratios, Poisson"
PAIRED = "Rate ratio, spread of paired months"
LOCAL, NEAR, TOTAL = (
    f"Displacement difference by area: {what}" for what in ("hot spots", "ring", "both")
)
PLACEBO_HARM = "Ratio of ratios, placebo in space: harm"
LOCAL_HARM = "Displacement difference by area: harm"
SWITCH = "Type of crime over all types, by area"
CLUSTERED = "Difference-in-differences, clustered"
IN_SPACE = "Difference-in-differences, placebo in space"
BLEND = "Synthetic control, placebo in space"
LEADS = "Pre-trend, joint test of leads"
RATIOS = (RATIO, PAIRED, CLUSTERED, IN_SPACE, BLEND)  # whose interval is of the ratio


def list_tests(programme: AreaProgramme) -> Iterator[tuple[str, Test]]:
    """Yield the tests that are meant for a programme."""
    is_harm = "harm" in programme.outcome
    is_real = bool(programme.outcome)
    if programme.treated > 1:
        if not is_harm:
            yield RATIO, lambda w, _: estimate_ratio_of_ratios(w.periods(w.crimes))
            yield POISSON, lambda w, _: estimate_poisson_ratio_of_ratios(w.periods(w.crimes))
        yield PLACEBO, lambda w, rng: find_permutation_p(w.periods(w.crimes), rng, draws=DRAWS)
        yield from _displacement_tests()
    if not is_real and programme.treated > 1:
        yield PLACEBO_HARM, lambda w, rng: find_permutation_p(w.periods(w.harm), rng, draws=DRAWS)
        yield (
            LOCAL_HARM,
            lambda w, _: estimate_robust_difference(w.periods(w.harm), crimes=w.periods(w.crimes)),
        )
    if not is_harm and not programme.is_ordered:  # areas left aside: only without a trend
        yield PAIRED, _paired
    is_all = not is_real or "all-crime" in programme.outcome
    if is_all and programme.treated > 1 and programme.chosen in ("", "before that"):
        yield SWITCH, _switch
    yield from _comparator_tests(programme)


def _displacement_tests() -> Iterator[tuple[str, Test]]:
    yield LOCAL, lambda w, _: w.displacement.local
    yield NEAR, lambda w, _: w.displacement.rings[0].displacement
    yield TOTAL, lambda w, _: w.displacement.total


def _comparator_tests(programme: AreaProgramme) -> Iterator[tuple[str, Test]]:
    if programme.treated > 1:
        if programme.areas >= MANY_AREAS:
            yield CLUSTERED, lambda w, _: estimate_difference_in_differences(w.panel)
        yield (
            IN_SPACE,
            lambda w, rng: estimate_by_permutation_in_space(w.panel, rng, draws=DRAWS),
        )
    # No blend reaches areas that are busier than all others: a guard fires there.
    is_like = programme.size == 1 and programme.chosen in ("", "all")
    if is_like and programme.areas <= 40 and programme.is_ordered:
        yield (
            BLEND,
            lambda w, rng: estimate_by_synthetic_control(w.panel, rng, draws=DRAWS),
        )
    if programme.treated > 1 and programme.is_ordered:
        yield LEADS, _leads


def _paired(world: World, _: np.random.Generator) -> Estimate:
    hot = world.crimes[world.treated].sum(axis=0)
    return estimate_paired_month_ratio(hot[:HALF], hot[HALF:])


def _switch(world: World, _: np.random.Generator) -> Estimate:
    kinds = [
        TypeAreas(name=str(number), areas=world.periods(counts))
        for number, counts in enumerate(world.types)
    ]
    return estimate_crime_switches_by_area(kinds)[0]


def _leads(world: World, rng: np.random.Generator) -> Estimate:
    checked = check_pre_trend(world.panel, rng, PreTrendRule(draws=DRAWS))
    return Estimate(id="pre-trend", name="", value=None, p=checked.p, headline=True)


def find_truth(test: str, world: World, programme: AreaProgramme) -> float | None:
    """Return what a test's interval should hold in a world with an effect; None: it has none."""
    if test in RATIOS:
        # one ratio for all months is what a blend's interval is of
        return None if test == BLEND and programme.is_fading else world.ratio
    if test in (LOCAL, TOTAL):
        return world.gone
    if test == NEAR:
        return 0.0
    return None
