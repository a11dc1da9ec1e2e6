"""Power as `patrolwise power` tells it, beside how often the test itself finds the effect."""

from dataclasses import dataclass, replace

from placebo_cells import Programme, Tallies

from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation
from patrolwise.planning.design_days import Design
from patrolwise.planning.power import find_power
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.power_simulation import SimulationRule, simulate_power
from patrolwise.planning.power_tables import PowerPlan, lay_out_plan

FOUND = "Days by lot, crimes"
DRAWS = 999


@dataclass(frozen=True, kw_only=True)
class PowerProgramme(Programme):
    """One experiment that is planned, and the effect that it should find."""

    plan: PowerPlan
    hot_spots: int
    weeks: int
    share: float = 0.5
    fall: float

    @property
    def design(self) -> Design:
        """Its days."""
        return lay_out_plan(self.plan, self.hot_spots, self.weeks, self.share)

    @property
    def case(self) -> PowerCase:
        """What is to be found."""
        return self.plan.case(self.fall)

    @property
    def predicted(self) -> float:
        """The power told."""
        return find_power(self.design, self.case)


def list_power() -> list[PowerProgramme]:
    """Return the experiments."""
    plan = PowerPlan(crimes_a_day=0.4)
    rows = [
        (7, 26, 0.5, 0.3, replace(plan, dispersion=1.0)),
        (7, 26, 0.5, 0.4, replace(plan, dispersion=2.0)),
        (7, 26, 0.5, 0.5, replace(plan, dispersion=3.0)),
        (7, 52, 0.25, 0.3, replace(plan, dispersion=1.5)),
        (20, 26, 0.5, 0.2, replace(plan, dispersion=2.0)),
        (20, 50, 0.4, 0.2, replace(plan, dispersion=2.0)),
        (
            7,
            26,
            0.5,
            0.5,
            replace(plan, dispersion=2.0, washout_days=1, lasting=(1.0,)),
        ),
        (7, 52, 0.5, 0.3, replace(plan, dispersion=1.5, delivered=0.8)),
    ]
    return [
        PowerProgramme(
            group=_describe(plan, hot_spots, weeks, share, fall),
            column="",
            plan=plan,
            hot_spots=hot_spots,
            weeks=weeks,
            share=share,
            fall=fall,
            runs=2.0,
        )
        for hot_spots, weeks, share, fall, plan in rows
    ]


def _describe(plan: PowerPlan, hot_spots: int, weeks: int, share: float, fall: float) -> str:
    told = (
        f"{hot_spots} hot spots, {weeks} weeks, {share:.0%} of days, variance/mean "
        f"{plan.dispersion:g}, fall of {fall:.0%}"
    )
    if plan.lasting:
        told += f", lasting a day more, washout of {plan.washout_days}"
    if plan.delivered < 1:
        told += f", {plan.delivered:.0%} delivered"
    return told


def run_power_programme(programme: PowerProgramme, runs: int, seed: int) -> Tallies:
    """Return how often the test finds the effect."""
    design = programme.design
    rule = RandomisationRule(alike=design.alike)
    found = simulate_power(
        design,
        programme.case,
        lambda counts, arms, draws: estimate_by_randomisation(counts, arms, draws, rule).p,
        SimulationRule(runs=runs, draws=DRAWS, seed=seed),
    )
    tallies = Tallies()
    tally = tallies.at(FOUND)
    tally.runs, tally.rejected = found.runs, found.found
    return tallies
