"""Measure how often the randomisation test of a drawn allocation rejects, with and without effect.

    python scripts/calibrate_allocation.py [--runs 10000] [--write]

Programmes are simulated by patrolwise.simulate, so the truth is known. Each run draws its own
allocation and its own set of what could have been drawn. With --write the tables are put between
the markers of docs/explanation/evidence-by-design.md. The exit code is 1 where a claim fails.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation
from patrolwise.evaluation.rates import estimate_exact_ratio
from patrolwise.planning.allocation import Allocation, draw_allocation, draw_allocations
from patrolwise.planning.design import (
    EVERY_DAY,
    FOUR_ARMS,
    SUNDAY_TO_THURSDAY,
    Arm,
    DesignRule,
    ServiceLoad,
)
from patrolwise.planning.design_days import UNAVAILABLE, Design, lay_out_design
from patrolwise.planning.lasting import EffectRule, fade, find_strengths
from patrolwise.planning.power import find_detectable_ratio, find_power
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.power_simulation import Simulated
from patrolwise.planning.washout import drop_washout
from patrolwise.simulate.crimes import OFFENCES, CrimeRule, draw_place_days
from patrolwise.tables import make_table
from patrolwise.times import Window

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "evidence-by-design.md"
SEED = 20_261_127
# Of the set of each run. The test is exact with any number such that 5 % of it and one is whole;
# fewer find a little less.
PLACEBO_DRAWS, EFFECT_DRAWS = 199, 999
EFFECT_SHARE = 0.4  # of the runs: a power of 50 % is as sure with fewer
HALF_YEAR = Window("half a year", date(2024, 6, 2), date(2024, 11, 30))
NINETY_DAYS = Window("90 days", date(2024, 6, 3), date(2024, 8, 31))
# Friday and Saturday are worst, and no service works then: the trap for patrol v other days
TRAP = (0.7, 0.7, 0.8, 1.0, 1.6, 1.8, 0.9)
TESTS = ("ratio", "no washout", "difference", "harm", "naive")
CLAIMED = TESTS[:4]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One design in one town."""

    label: str
    areas: int = 7
    rule: DesignRule
    crimes: CrimeRule
    with_leave: bool = False  # some days are out of play
    half_life_days: float = 0.0
    delivered: float = 1.0
    runs_share: float = 1.0  # of the runs asked for, where a run takes long
    draws: int = PLACEBO_DRAWS


@dataclass
class Tally:
    """What the runs of a scenario gave."""

    runs: int = 0
    rejected: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TESTS, 0))
    covered: int = 0
    naive: float = 0.0  # sum of log ratios


def pilot_rule(**changes: object) -> DesignRule:
    """Return the design of the pilot's size: one service, Sunday to Thursday, two-week blocks."""
    usual: dict[str, object] = {
        "window": HALF_YEAR,
        "weekdays": SUNDAY_TO_THURSDAY,
        "loads": (ServiceLoad("police", most=50),),
        "washout_days": 2,
    }
    return DesignRule(**{**usual, **changes})  # type: ignore[arg-type]


def crime_rule(dispersion: float, ratio: float = 1.0, **changes: object) -> CrimeRule:
    """Return how much crime there is."""
    usual: dict[str, object] = {
        "mean_a_day": 0.4,
        "weekdays": TRAP,
        "season_amplitude": 0.3,
        "variance_to_mean": dispersion,
        "rate_ratio": ratio,
    }
    return CrimeRule(**{**usual, **changes})  # type: ignore[arg-type]


def list_placebos() -> list[Scenario]:
    """Return scenarios in which patrol does nothing."""
    four = tuple(ServiceLoad(name, most=50) for name in ("police", "outreach"))
    ark = (Arm("patrol", ("police",), 2), Arm("none", (), 3))
    return [
        *(
            Scenario(
                label=f"7 hot spots, 26 weeks, variance/mean {phi}",
                rule=pilot_rule(),
                crimes=crime_rule(phi),
            )
            for phi in (1, 2, 3)
        ),
        Scenario(
            label="the same at 2, whole weeks drawn together",
            rule=pilot_rule(spell_days=5),
            crimes=crime_rule(2),
        ),
        Scenario(
            label="the same at 2, runs of 4 at most",
            rule=pilot_rule(max_run=4),
            crimes=crime_rule(2),
        ),
        Scenario(
            label="the same at 2, with events and leave",
            rule=pilot_rule(),
            crimes=crime_rule(2),
            with_leave=True,
        ),
        Scenario(
            label="the same at 2, four arms, police v neither",
            rule=pilot_rule(arms=FOUR_ARMS, loads=four),
            crimes=crime_rule(2),
        ),
        Scenario(
            label="20 hot spots, 90 days, 8 a day, every weekday, 2",
            areas=20,
            rule=pilot_rule(arms=ark, window=NINETY_DAYS, weekdays=EVERY_DAY),
            crimes=crime_rule(2),
        ),
        Scenario(
            label="50 hot spots, 26 weeks, 2",
            areas=50,
            rule=pilot_rule(),
            crimes=crime_rule(2),
            runs_share=0.5,
        ),
    ]


def list_effects() -> list[Scenario]:
    """Return scenarios in which patrol does something; hot spots are alike, for the formula."""
    alike = {"spot_shape": 1e6, "season_amplitude": 0.0}
    scenarios = [
        *(
            Scenario(
                label=f"7 hot spots, variance/mean {phi}",
                rule=pilot_rule(),
                crimes=crime_rule(phi, 0.7, **alike),
            )
            for phi in (1, 2, 3)
        ),
        Scenario(
            label="7 hot spots, 2, a fifth of days not delivered",
            rule=pilot_rule(),
            crimes=crime_rule(2, 0.6, **alike),
            delivered=0.8,
        ),
        Scenario(
            label="7 hot spots, 2, half of the effect left each day after",
            rule=pilot_rule(),
            crimes=crime_rule(2, 0.6, half_life_days=1.0, **alike),
            half_life_days=1.0,
        ),
        Scenario(
            label="the same, whole weeks drawn together",
            rule=pilot_rule(spell_days=5),
            crimes=crime_rule(2, 0.6, half_life_days=1.0, **alike),
            half_life_days=1.0,
        ),
        Scenario(
            label="20 hot spots, 2, ratio 0.8",
            areas=20,
            rule=pilot_rule(),
            crimes=crime_rule(2, 0.8, **alike),
        ),
    ]
    return [
        replace(scenario, draws=EFFECT_DRAWS, runs_share=EFFECT_SHARE) for scenario in scenarios
    ]


def lay_out(scenario: Scenario) -> Design:
    """Return the design of a scenario."""
    ids = [f"spot-{number:02d}" for number in range(1, scenario.areas + 1)]
    first = scenario.rule.window.first
    away = None
    if scenario.with_leave:
        rows = [(ids[n % 7], first + timedelta(days=9 * n), None, "event") for n in range(14)]
        rows += [(None, first + timedelta(days=d), "police", "leave") for d in (36, 37, 99, 150)]
        away = make_table(UNAVAILABLE, pl.DataFrame(rows, schema=UNAVAILABLE.schema, orient="row"))
    return lay_out_design(scenario.rule, ids, away)


def run_once(
    scenario: Scenario, design: Design, rng: np.random.Generator, tests: Sequence[str]
) -> Iterator[tuple[str, bool, float | None, bool]]:
    """Yield of each test its name, whether it rejects, its value, and whether it covers."""
    seeds = [int(seed) for seed in rng.integers(2**62, size=2)]
    allocation = draw_allocation(design, seeds[0])
    codes, draws = allocation.codes, draw_allocations(design, scenario.draws, seeds[1]).codes
    place_days = draw_place_days(
        design.area_ids,
        list_minutes(allocation, scenario.delivered, rng),
        design.rule.window,
        scenario.crimes,
        rng,
    ).place_days
    every_day = (len(design.area_ids), design.rule.window.days)
    crimes = place_days["crimes"].to_numpy().reshape(every_day)
    harm = place_days["harm"].to_numpy().reshape(every_day)
    column = design.ordinals - design.rule.window.first.toordinal()
    treated, control = (0,), design.rule.untreated
    rule = RandomisationRule(treated=treated, control=control, alike=design.alike)
    of_block = replace(rule, statistic="difference", block_days=design.block_days)
    truth, seen = scenario.crimes.rate_ratio, crimes[:, column]
    find = {
        "ratio": lambda: estimate_by_randomisation(seen, codes, draws, rule),
        "no washout": lambda: estimate_by_randomisation(
            seen, drop_washout(design, codes), drop_washout(design, draws), rule
        ),
        "difference": lambda: estimate_by_randomisation(seen, codes, draws, of_block),
        "harm": lambda: estimate_by_randomisation(harm[:, column], codes, draws, rule),
        "naive": lambda: estimate_naively(crimes, np.isin(codes, treated), column),
    }
    for name in tests:
        estimate = find[name]()
        low, high = estimate.low or 0.0, estimate.high or np.inf
        is_rejected = estimate.p is not None and estimate.p <= 0.05
        yield name, is_rejected, estimate.value, low <= truth <= high


def list_minutes(
    allocation: Allocation, delivered: float, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the minutes of patrol that were done: of each planned day, all or nothing."""
    design = allocation.design
    planned = np.isin(allocation.codes, design.rule.treated)
    area, day = np.nonzero(planned & (rng.random(planned.shape) < delivered))
    return pl.DataFrame(
        {
            "area_id": [design.area_ids[number] for number in area],
            "day": [design.days[number] for number in day],
            "minutes": [15.0] * len(area),
        }
    )


def estimate_naively(crimes: np.ndarray, treated: np.ndarray, column: np.ndarray) -> Estimate:
    """Return patrol days against all other days of the window, as if counts were Poisson."""
    is_on = np.zeros(crimes.shape, dtype=bool)
    is_on[:, column] = treated
    on, off = int(crimes[is_on].sum()), int(crimes[~is_on].sum())
    return estimate_exact_ratio(TwoPeriods(off, on, float((~is_on).sum()), float(is_on.sum())))


def measure(scenario: Scenario, runs: int, tests: Sequence[str] = TESTS) -> Tally:
    """Return what so many runs of a scenario give."""
    tally = Tally()
    design = lay_out(scenario)
    seed = np.random.SeedSequence([SEED, *scenario.label.encode()])
    for child in seed.spawn(max(1, round(runs * scenario.runs_share))):
        tally.runs += 1
        for name, is_rejected, value, is_covered in run_once(
            scenario, design, np.random.default_rng(child), tests
        ):
            tally.rejected[name] += is_rejected
            tally.covered += is_covered and name == "ratio"
            tally.naive += np.log(value) if name == "naive" and value else 0.0
    sys.stderr.write(f"{scenario.label}: {tally.rejected} of {tally.runs}\n")
    return tally


def expect_power(scenario: Scenario, design: Design) -> float:
    """Return the power that the formula gives for a scenario."""
    weekdays = np.array(scenario.crimes.weekdays) * 7 / sum(scenario.crimes.weekdays)
    working = [day - 1 for day in scenario.rule.weekdays]
    lasting = fade(scenario.half_life_days, 14) if scenario.half_life_days else ()
    case = PowerCase(
        effect=EffectRule(
            ratio=scenario.crimes.rate_ratio, lasting=lasting, delivered=scenario.delivered
        ),
        crimes_a_day=scenario.crimes.mean_a_day * float(weekdays[working].mean()),
        dispersion=scenario.crimes.variance_to_mean,
    )
    return find_power(design, case)


def placebo_table(runs: int) -> tuple[str, list[str]]:
    """Return the table of rejections without effect, and what fails."""
    lines = [
        "| programme, no effect | runs | ± | ratio | without washout days | difference | harm "
        "| naive: ratio | naive: rejects |",
        "|---|" + "---:|" * 8,
    ]
    failed = []
    for scenario in list_placebos():
        tally = measure(scenario, runs)
        shares = {name: 100 * count / tally.runs for name, count in tally.rejected.items()}
        error = 196 * (0.05 * 0.95 / tally.runs) ** 0.5
        told = " | ".join(f"{shares[name]:.1f}" for name in CLAIMED)
        naive = np.exp(tally.naive / tally.runs)
        lines.append(
            f"| {scenario.label} | {tally.runs:,} | {error:.1f} | {told} "
            f"| {naive:.3f} | {shares['naive']:.1f} |"
        )
        failed += [
            f"{scenario.label}, {name}: rejects {shares[name]:.1f} %, not 4 to 6"
            for name in CLAIMED
            if not 4 <= shares[name] <= 6
        ]
    return "\n".join(lines) + "\n", failed


def power_table(runs: int) -> tuple[str, list[str]]:
    """Return the table of power beside the formula's, and what fails."""
    lines = [
        "| programme | true ratio | runs | found, simulated | 95 % | formula | interval holds "
        "true ratio |",
        "|---|" + "---:|" * 6,
    ]
    failed = []
    for scenario in list_effects():
        tally, expected = (
            measure(scenario, runs, TESTS[:1]),
            expect_power(scenario, lay_out(scenario)),
        )
        found = Simulated(tally.rejected["ratio"], tally.runs)
        is_whole = scenario.delivered == 1 and scenario.half_life_days == 0
        covered = f"{100 * tally.covered / tally.runs:.1f}" if is_whole else ""
        lines.append(
            f"| {scenario.label} | {scenario.crimes.rate_ratio:g} | {tally.runs:,} "
            f"| {100 * found.power:.1f} | {100 * found.low:.1f} to {100 * found.high:.1f} "
            f"| {100 * expected:.1f} | {covered} |"
        )
        if abs(found.power - expected) > 0.02:
            failed.append(
                f"{scenario.label}: found {found.power:.1%}, formula {expected:.1%}, more than 2 "
                "points apart"
            )
    return "\n".join(lines) + "\n", failed


def lasting_table() -> str:
    """Return what on/off days show of a true 0.70 that lasts, by how days are drawn."""
    designs = {
        "90 days, 8 of 20 hot spots a day, every weekday": lay_out(list_placebos()[7]),
        "half a year, Sunday to Thursday, each day drawn": lay_out(list_effects()[0]),
        "half a year, Sunday to Thursday, whole weeks drawn": lay_out(list_effects()[5]),
    }
    lines = [
        "| design | lasts 0 days | 1 | 2 | 3 | 4 | days without patrol left after a washout of 4 "
        "| 0.70 lasting 4 days, on those |",
        "|---|" + "---:|" * 7,
    ]
    for label, design in designs.items():
        rng = np.random.default_rng(SEED)
        codes = draw_allocations(design, 200, SEED).codes
        wide = lay_out_design(replace(design.rule, washout_days=4), design.area_ids)
        clean = drop_washout(wide, codes)
        effects = [EffectRule(ratio=0.7, lasting=(1.0,) * days) for days in range(5)]
        shown = [find_strengths(design, codes, one, rng).show(0.7).ratio for one in effects]
        kept = np.isin(clean, design.rule.untreated).sum()
        left = 100 * kept / np.isin(codes, design.rule.untreated).sum()
        late = find_strengths(design, clean, effects[4], rng).show(0.7).ratio
        told = " | ".join(f"{ratio:.2f}" for ratio in shown)
        lines.append(f"| {label} | {told} | {left:.0f} % | {late:.2f} |")
    return "\n".join(lines) + "\n"


def detectable_table() -> str:
    """Return the smallest effects that designs of the pilot's kind find, by formula."""
    sizes = [(areas, weeks) for areas in (7, 20, 50) for weeks in (12, 26, 52)]
    lines = [
        "| hot spots | weeks | " + " | ".join(f"{c:g} a day, phi {p}" for c, p in _CASES)
        + " | harm, 0.4 a day |",
        "|---:|" + "---:|" * (len(_CASES) + 2),
    ]  # fmt: skip
    for areas, weeks in sizes:
        first = HALF_YEAR.first
        window = Window("trial", first, first + timedelta(days=7 * weeks - 1))
        rule = pilot_rule(window=window)
        design = lay_out_design(rule, [f"spot-{number:02d}" for number in range(areas)])
        one = PowerCase(effect=EffectRule(ratio=0.7), crimes_a_day=1.0)
        cases = [replace(one, crimes_a_day=c, dispersion=float(p)) for c, p in _CASES]
        cases.append(replace(one, crimes_a_day=0.4, dispersion=2.0, harms=list_harms()))
        found = [find_detectable_ratio(design, case) for case in cases]
        told = " | ".join("none" if ratio is None else f"{ratio:.2f}" for ratio in found)
        lines.append(f"| {areas} | {weeks} | {told} |")
    return "\n".join(lines) + "\n"


_CASES = ((0.1, 1), (0.25, 1), (0.4, 1), (0.4, 2), (0.4, 3), (1.0, 2))


def list_harms() -> tuple[float, ...]:
    """Return the harms of a thousand crimes of the simulator's made-up mix."""
    return tuple(offence.harm for offence in OFFENCES for _ in range(round(1000 * offence.share)))


def fill_page(page: str, tables: dict[str, str]) -> str:
    """Return the page with each table between its two markers."""
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        if begin not in page or end not in page:
            sys.exit(f"{PAGE.name} lacks the markers of {name}. Put them back.")
        before, _, rest = page.partition(begin)
        page = before + begin + table + end + rest.partition(end)[2]
    return page


def main() -> int:
    """Measure, say which claims do not hold, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    placebos, failed = placebo_table(args.runs)
    effects, failed_too = power_table(args.runs)
    tables = {
        "lasting": lasting_table(),
        "detectable": detectable_table(),
        "placebos": placebos,
        "effects": effects,
    }
    if args.write:
        PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
    sys.stdout.write("\n".join(tables.values()))
    sys.stderr.write("".join(f"fails: {line}\n" for line in [*failed, *failed_too]))
    return 1 if failed or failed_too else 0


if __name__ == "__main__":
    sys.exit(main())
