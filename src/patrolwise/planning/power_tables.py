"""How small an effect an experiment of each size can find, and how many weeks an effect needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import numpy as np
import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.design import EVERY_DAY, LONGEST_BLOCK, Arm, DesignRule, ServiceLoad
from patrolwise.planning.design_days import Design, lay_out_design
from patrolwise.planning.lasting import EffectRule
from patrolwise.planning.power import find_detectable_ratio, find_power, tabulate_power
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.power_simulation import SimulationRule, Test, simulate_power
from patrolwise.tables import Column, Table, make_table
from patrolwise.times import Window

MOST_WEEKS = 260  # five years: nobody waits longer for an answer
FORMULA, SIMULATION = "formula", "simulation"
_SUNDAY = date(2026, 1, 4)  # any Sunday: the tables hold for all
_FIRST_DAYS = (7, 1, 2, 3, 4, 5, 6)  # a week of so many days on patrol begins on Sunday
_STEP = 0.05  # of falls that are tried by simulation
_WEEKS_OF_BASE = 24  # of the design that a longer one is a multiple of
_SHARE_SLACK = 0.005

DETECTABLE = Table(
    "DETECTABLE",
    "the smallest fall that an experiment of one size finds",
    (
        Column("outcome", pl.String, "crimes or harm"),
        Column("hot_spots", pl.Int64, "hot spots"),
        Column("share", pl.Float64, "of a hot spot's days on which it has patrol"),
        Column("weeks", pl.Int64, "weeks in whole blocks; those asked for, or a few less"),
        Column("patrol_days", pl.Int64, "hot spot-days with patrol"),
        Column("other_days", pl.Int64, "hot spot-days compared with them, without washout days"),
        Column("crimes", pl.Float64, "crimes expected on all of these without any patrol"),
        Column("fall", pl.Float64, "smallest fall found with the chance wanted, 0 to 1", True),
        Column("method", pl.String, "formula or simulation"),
    ),
)
WEEKS_NEEDED = Table(
    "WEEKS_NEEDED",
    "how many weeks it takes to find a fall",
    (
        Column("outcome", pl.String, "crimes or harm"),
        Column("hot_spots", pl.Int64, "hot spots"),
        Column("share", pl.Float64, "of a hot spot's days on which it has patrol"),
        Column("fall", pl.Float64, "true fall on a day with patrol, 0 to 1"),
        Column("weeks", pl.Int64, "weeks in whole blocks; none up to the longest tried", True),
        Column("power", pl.Float64, "chance of finding it in so many weeks, or in the longest"),
        Column("longest", pl.Int64, "most weeks that were tried"),
        Column("method", pl.String, "formula or simulation"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class PowerPlan:
    """What is known before the start, but for the size of the experiment."""

    crimes_a_day: float  # of a hot spot, on a working day, without any patrol
    dispersion: float = 1.5  # variance over mean of the crimes of a hot spot-day
    harms: tuple[float, ...] = ()  # of single crimes; given: the outcome is harm
    days_a_week: int = 5  # on which the service works, from Sunday on
    washout_days: int = 0  # days after patrol that are left out of the comparison
    lasting: tuple[float, ...] = ()  # share of the effect 1, 2, ... days after patrol
    spell_days: int = 1  # working days in a row that are drawn together
    delivered: float = 1.0  # share of the planned days with patrol that take place
    power: float = 0.8  # chance wanted

    def __post_init__(self) -> None:
        faults = []
        if not 1 <= self.days_a_week <= len(EVERY_DAY):
            faults.append(f"days_a_week must be from 1 to 7, got {self.days_a_week}.")
        if not 0.05 < self.power < 1:
            faults.append(f"power must lie between 0.05 and 1, got {self.power:g}.")
        check_faults("Power", faults)
        self.case(0.1)  # refuses what else is wrong

    def case(self, fall: float) -> PowerCase:
        """Return what is to be found: a fall, as a share, on a delivered day with patrol."""
        effect = EffectRule(ratio=1 - fall, lasting=self.lasting, delivered=self.delivered)
        return PowerCase(
            effect=effect,
            crimes_a_day=self.crimes_a_day,
            dispersion=self.dispersion,
            harms=self.harms,
            without_washout=self.washout_days > 0,
        )


@dataclass(frozen=True, kw_only=True)
class PowerGrid:
    """The sizes that are looked at, and the falls that are asked about."""

    hot_spots: tuple[int, ...] = (7, 20)
    weeks: tuple[int, ...] = (12, 26, 52)
    shares: tuple[float, ...] = (0.5,)
    falls: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4)

    def __post_init__(self) -> None:
        faults = [
            f"Give one of {name} or more."
            for name in ("hot_spots", "weeks", "shares", "falls")
            if not getattr(self, name)
        ]
        faults += [f"{n} hot spots: give 1 or more." for n in self.hot_spots if n < 1]
        faults += [
            f"A fall of {f:g}: give a share from 0 to 1." for f in self.falls if not 0 < f < 1
        ]
        found = [_find_block(share) for share in self.shares]
        faults += [
            _tell_share(share)
            for share, weeks in zip(self.shares, found, strict=True)
            if weeks is None
        ]
        longest = max((one.denominator for one in found if one is not None), default=1)
        faults += [
            f"{n} weeks: give {longest} to {MOST_WEEKS}, as a block of these shares has {longest}."
            for n in self.weeks
            if not longest <= n <= MOST_WEEKS
        ]
        check_faults("Power", faults)


@dataclass(frozen=True, kw_only=True)
class SimulatedTest:
    """The test that simulated experiments are judged by, and how many there are."""

    make_test: Callable[[Design], Test]
    rule: SimulationRule

    def find_power(self, design: Design, case: PowerCase) -> float:
        """Return how often it finds what is there."""
        return simulate_power(design, case, self.make_test(design), self.rule).power


def lay_out_plan(plan: PowerPlan, hot_spots: int, weeks: int, share: float) -> Design:
    """Return the days of an experiment of one size.

    Parameters
    ----------
    plan : PowerPlan
    hot_spots, weeks : int
        Weeks after the last whole block are left out.
    share : float
        Of a hot spot's days on which it has patrol: so many weeks of a block.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        The share is no whole weeks of a block, or as `DesignRule`.

    Examples
    --------
    >>> design = lay_out_plan(PowerPlan(crimes_a_day=0.4), 7, 26, 0.4)
    >>> design.rule.block_weeks, design.shape
    (5, (7, 125))
    """
    block = _find_block(share)
    check_faults("Power", [] if block else [_tell_share(share)])
    assert block is not None
    patrol, length = block.numerator, block.denominator
    rule = DesignRule(
        arms=(Arm("patrol", ("patrol",), patrol), Arm("none", (), length - patrol)),
        window=Window("plan", _SUNDAY, _SUNDAY + timedelta(days=7 * weeks - 1)),
        weekdays=_FIRST_DAYS[: plan.days_a_week],
        loads=(ServiceLoad("patrol", most=hot_spots),),
        spell_days=plan.spell_days,
        washout_days=plan.washout_days,
    )
    return lay_out_design(rule, [f"spot-{number:03d}" for number in range(1, hot_spots + 1)])


def tabulate_detectable(
    plan: PowerPlan, grid: PowerGrid, simulated: SimulatedTest | None = None
) -> pl.DataFrame:
    """Return the smallest fall that is found with the chance wanted, for each size.

    Parameters
    ----------
    plan : PowerPlan
    grid : PowerGrid
    simulated : SimulatedTest, optional
        Given: found by simulation of the test itself, in steps of 5 points; needed for harm, where
        a few crimes weigh so much that no formula holds. None: by `planning.power`'s formula.

    Returns
    -------
    (n, 9) DETECTABLE, by share, hot spots, weeks
        `fall` is null where not even a fall by 99 % (95 % by simulation) is found.

    Raises
    ------
    RefusedError
        The limits of the draw cannot be kept.
    InputError
        Washout leaves no day without patrol.

    References
    ----------
    As `planning.power.find_power` and `simulate_power`.

    Examples
    --------
    >>> table = tabulate_detectable(
    ...     PowerPlan(crimes_a_day=0.4, dispersion=2.0), PowerGrid(hot_spots=(7,), weeks=(26,)))
    >>> table["fall"].round(2).to_list()
    [0.38]
    """
    rows = []
    for share, hot_spots, weeks in product(grid.shares, grid.hot_spots, grid.weeks):
        design, case = lay_out_plan(plan, hot_spots, weeks, share), plan.case(0.1)
        sizes = tabulate_power([(design, case, None)]).row(0, named=True)
        days = sizes["treated_days"] + sizes["control_days"]
        rows.append(
            {
                "outcome": case.outcome,
                "hot_spots": hot_spots,
                "share": share,
                "weeks": sizes["weeks"],
                "patrol_days": sizes["treated_days"],
                "other_days": sizes["control_days"],
                "crimes": days * plan.crimes_a_day,
                "fall": _find_fall(plan, design, simulated),
                "method": SIMULATION if simulated else FORMULA,
            }
        )
    return make_table(DETECTABLE, pl.DataFrame(rows, schema=DETECTABLE.schema))


def tabulate_weeks_needed(
    plan: PowerPlan, grid: PowerGrid, simulated: SimulatedTest | None = None
) -> pl.DataFrame:
    """Return how many weeks it takes to find each fall with the chance wanted.

    Parameters
    ----------
    plan : PowerPlan
    grid : PowerGrid
        Its weeks are what is tried by simulation; by formula all are, up to five years.
    simulated : SimulatedTest, optional
        As `tabulate_detectable`.

    Returns
    -------
    (n, 8) WEEKS_NEEDED, by share, hot spots, fall

    Raises
    ------
    RefusedError, InputError
        As `tabulate_detectable`.

    Examples
    --------
    >>> table = tabulate_weeks_needed(
    ...     PowerPlan(crimes_a_day=0.4, dispersion=2.0), PowerGrid(hot_spots=(20,)))
    >>> table["weeks"].to_list()
    [150, 36, 16, 8]
    """
    find = _find_weeks if simulated is None else _try_weeks
    rows = [
        {
            "outcome": plan.case(fall).outcome,
            "hot_spots": hot_spots,
            "share": share,
            "fall": fall,
            **find(plan, grid, (hot_spots, share, fall), simulated),
            "method": SIMULATION if simulated else FORMULA,
        }
        for share, hot_spots, fall in product(grid.shares, grid.hot_spots, grid.falls)
    ]
    return make_table(WEEKS_NEEDED, pl.DataFrame(rows, schema=WEEKS_NEEDED.schema))


def _find_block(share: float) -> Fraction | None:
    """Return weeks with patrol over weeks of a block; None where no block has such a share."""
    if not 0 < share < 1:
        return None
    near = Fraction(share).limit_denominator(LONGEST_BLOCK)
    return near if 0 < near < 1 and abs(float(near) - share) <= _SHARE_SLACK else None


def _tell_share(share: float) -> str:
    return (
        f"A share of {share:g} is no whole weeks of {LONGEST_BLOCK} or fewer. Give one such as "
        "0.5, 0.4 or 0.25."
    )


def _find_fall(plan: PowerPlan, design: Design, simulated: SimulatedTest | None) -> float | None:
    if simulated is None:
        ratio = find_detectable_ratio(design, plan.case(0.1), plan.power)
        return None if ratio is None else 1 - ratio
    falls = [round(float(step), 2) for step in np.arange(_STEP, 1 - 1e-9, _STEP)]
    low, high = 0, len(falls)  # the first that is found lies in falls[low:high], or nowhere
    while low < high:
        middle = (low + high) // 2
        if simulated.find_power(design, plan.case(falls[middle])) >= plan.power:
            high = middle
        else:
            low = middle + 1
    return falls[low] if low < len(falls) else None


def _find_weeks(
    plan: PowerPlan, _: PowerGrid, size: tuple[int, float, float], __: SimulatedTest | None
) -> dict[str, float | int | None]:
    """Search by formula: with the same days over again, power is that of as much more crime."""
    hot_spots, share, fall = size
    block = _find_block(share)
    assert block is not None
    length = block.denominator
    base = _WEEKS_OF_BASE // length
    design, case = lay_out_plan(plan, hot_spots, base * length, share), plan.case(fall)

    def find(blocks: int) -> float:
        more = replace(case, crimes_a_day=case.crimes_a_day * blocks / base)
        return find_power(design, more)

    low, high = 0, MOST_WEEKS // length
    longest = high * length
    if (power := find(high)) < plan.power:
        return {"weeks": None, "power": power, "longest": longest}
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if find(middle) >= plan.power else (middle, high)
    return {"weeks": high * length, "power": find(high), "longest": longest}


def _try_weeks(
    plan: PowerPlan, grid: PowerGrid, size: tuple[int, float, float], test: SimulatedTest | None
) -> dict[str, float | int | None]:
    """Try the weeks asked for, the fewest first."""
    hot_spots, share, fall = size
    assert test is not None
    power, weeks = 0.0, 0
    for design in _lay_out_all(plan, grid, hot_spots, share):
        power = test.find_power(design, plan.case(fall))
        weeks = design.rule.blocks * design.rule.block_weeks
        if power >= plan.power:
            return {"weeks": weeks, "power": power, "longest": weeks}
    return {"weeks": None, "power": power, "longest": weeks}


def _lay_out_all(
    plan: PowerPlan, grid: PowerGrid, hot_spots: int, share: float
) -> Iterator[Design]:
    for weeks in sorted(grid.weeks):
        yield lay_out_plan(plan, hot_spots, weeks, share)
