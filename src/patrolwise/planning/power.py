"""How likely an experiment is to find an effect, before it begins: for crimes and for harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import polars as pl
from scipy import special

from patrolwise.errors import InputError
from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import draw_codes
from patrolwise.planning.lasting import Shown, Strengths, find_strength, find_strengths
from patrolwise.planning.margins import find_share_left
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.power_simulation import Simulated
from patrolwise.planning.washout import drop_washout
from patrolwise.tables import Column, Table, make_table

POWER = Table(
    "POWER",
    "one experiment, outcome and true effect, and how likely it is to be found",
    (
        Column("outcome", pl.String, "crimes or harm"),
        Column("hot_spots", pl.Int64, "hot spots of the experiment"),
        Column("weeks", pl.Int64, "weeks of its blocks"),
        Column("treated_days", pl.Int64, "hot spot-days with patrol"),
        Column("control_days", pl.Int64, "hot spot-days without, washout days left out if asked"),
        Column("crimes_a_day", pl.Float64, "mean crimes of a hot spot-day without any patrol"),
        Column("dispersion", pl.Float64, "variance over mean of the outcome, over harm per crime"),
        Column("delivered", pl.Float64, "share of the planned days with patrol that take place"),
        Column("lasting_days", pl.Int64, "days after patrol on which some effect is left"),
        Column("true_ratio", pl.Float64, "rate ratio of a day with patrol, delivered"),
        Column("shown_ratio", pl.Float64, "what the comparison shows of it on average"),
        Column("power", pl.Float64, "chance that the interval leaves out 1, by formula"),
        Column("detectable", pl.Float64, "true ratio below 1 with a power of 0.8, if any", True),
        Column("simulated", pl.Float64, "power by simulated experiments and the test itself", True),
        Column("simulated_low", pl.Float64, "lower end of its 95 % interval", True),
        Column("simulated_high", pl.Float64, "upper end of its 95 % interval", True),
    ),
)

_SHOWN_OVER = 200  # drawn allocations to average over
_LEFT_OVER = 50  # likewise, for what expected crimes take away
_STEPS = 100  # in which a true ratio is looked for, from 1 down to 0


@dataclass(frozen=True)
class _Sides:
    """How many hot spot-days there are on each side, and how strong the effect is on them."""

    treated: float
    control: float
    strengths: Strengths
    left: float = 1.0  # share of the log ratio that expected crimes do not take away

    def show(self, ratio: float) -> Shown:
        """Return the mean rates that the comparison shows of a true rate ratio."""
        shown = self.strengths.show(ratio)
        return Shown(shown.control * shown.ratio**self.left, shown.control)


def find_power(design: Design, case: PowerCase, seed: int = 1) -> float:
    """Return the chance that the test of the design finds the effect, by formula.

    Within hot spot and block every hot spot has each arm equally often on each weekday, so the
    levels of hot spots, weekdays and blocks cancel: what is left is two sums of crimes. Their log
    ratio is taken as normal, with variance phi (1/M1 + 1/M0) at the expected sums, and under no
    effect the same at the pooled rate, as the test sees it. Half a crime is allowed for, since the
    test counts draws that are just as far out.

    Parameters
    ----------
    design : Design
        All its arms with patrol together are compared with those without, as if each had the
        effect.
    case : PowerCase
    seed : int
        Of the allocations that lasting effects are averaged over.

    Returns
    -------
    float
        Too high for harm where single crimes weigh heavily: the log ratio is then far from
        normal. Simulate it.

    Raises
    ------
    RefusedError
        As `draw_allocation`.
    InputError
        No arm is without patrol, or washout leaves no day without.

    References
    ----------
    Zhu and Lakkis (2014), Statistics in Medicine 33(3), 376-387, the formula with the variance
    under either hypothesis, here with variance proportional to the mean (quasi-Poisson: McCullagh
    and Nelder 1989, Generalized Linear Models, section 9.2.4).
    """
    return _power_of(_describe(design, case, seed), case, case.effect.ratio)


def find_detectable_ratio(
    design: Design, case: PowerCase, power: float = 0.8, seed: int = 1
) -> float | None:
    """Return the true ratio nearest to 1, below it, that is found with the chance wanted.

    Parameters
    ----------
    design : Design
    case : PowerCase
        Its own ratio is passed over.
    power : float
        The chance wanted.
    seed : int
        As `find_power`.

    Returns
    -------
    float or None
        None when no ratio from 0.01 is found with that chance.

    Raises
    ------
    RefusedError, InputError
        As `find_power`, or power is not between 0 and 1.
    """
    if not 0 < power < 1:
        raise InputError(f"power must lie between 0 and 1, got {power:g}.")

    sides = _describe(design, case, seed)
    # From 1 downwards: with hardly a crime left on the treated side, power falls again.
    for step in range(1, _STEPS):
        low, high = 1 - step / _STEPS, 1 - (step - 1) / _STEPS
        if _power_of(sides, case, low) >= power:
            break
    else:
        return None
    while high - low > 1e-4:
        middle = (low + high) / 2
        is_found = _power_of(sides, case, middle) >= power
        low, high = (middle, high) if is_found else (low, middle)
    return low


def tabulate_power(
    rows: Sequence[tuple[Design, PowerCase, Simulated | None]], seed: int = 1
) -> pl.DataFrame:
    """Return the power of several experiments, by formula and where simulated.

    Parameters
    ----------
    rows : sequence of Design, PowerCase, and Simulated or None
        None: `simulate_power` was not asked.
    seed : int
        As `find_power`.

    Returns
    -------
    (n, 16) POWER, in the order given

    Raises
    ------
    RefusedError, InputError
        As `find_power`.
    """
    told = []
    for design, case, simulated in rows:
        sides = _describe(design, case, seed)
        told.append(
            {
                "outcome": case.outcome,
                "hot_spots": design.shape[0],
                "weeks": design.rule.blocks * design.rule.block_weeks,
                "treated_days": round(sides.treated),
                "control_days": round(sides.control),
                "crimes_a_day": case.crimes_a_day,
                "dispersion": case.spread,
                "delivered": case.effect.delivered,
                "lasting_days": len(case.effect.lasting),
                "true_ratio": case.effect.ratio,
                "shown_ratio": sides.show(case.effect.ratio).ratio,
                "power": _power_of(sides, case, case.effect.ratio),
                "detectable": find_detectable_ratio(design, case, seed=seed),
                "simulated": simulated and simulated.power,
                "simulated_low": simulated and simulated.low,
                "simulated_high": simulated and simulated.high,
            }
        )
    return make_table(POWER, pl.DataFrame(told, schema=POWER.schema))


def _describe(design: Design, case: PowerCase, seed: int) -> _Sides:
    rule, effect = design.rule, case.effect
    cells = float(design.in_play.sum()) / rule.block_weeks
    weeks = [sum(rule.arms[arm].weeks for arm in side) for side in (rule.treated, rule.untreated)]
    days = [cells * number for number in weeks]
    if effect.lasting or case.without_washout:
        rng = np.random.default_rng(seed)
        codes = draw_codes(design, _SHOWN_OVER, rng)
        if case.without_washout:
            codes = drop_washout(design, codes)
            sides = rule.treated, rule.untreated
            days = [float(np.isin(codes, side).sum()) / len(codes) for side in sides]
        _check_days(days)
        some = codes[:_LEFT_OVER]
        strength = find_strength(design, np.isin(some, rule.treated), effect, rng)
        return _Sides(
            days[0],
            days[1],
            find_strengths(design, codes, effect, rng),
            find_share_left(design, some, strength.astype(np.float64), effect.ratio),
        )
    _check_days(days)
    share = effect.delivered
    plain = Strengths(((0.0, 1 - share), (1.0, share)), ((0.0, 1.0),))
    return _Sides(days[0], days[1], plain)


def _check_days(days: Sequence[float]) -> None:
    if min(days) <= 0:
        raise InputError(
            "No hot spot-day without patrol is left to compare with. Give an arm without a "
            "service, or fewer washout days."
        )


def _power_of(sides: _Sides, case: PowerCase, ratio: float) -> float:
    shown = sides.strengths.show(ratio)
    treated = sides.treated * case.crimes_a_day * shown.treated
    control = sides.control * case.crimes_a_day * shown.control
    pooled = (treated + control) / (sides.treated + sides.control)
    alone = sqrt(case.spread / pooled * (1 / sides.treated + 1 / sides.control))
    true = sqrt(case.spread * (1 / treated + 1 / control))
    # Crimes come whole, and a draw as far out as what was found counts as further: on average the
    # test asks for half a crime more.
    half = 0.0 if case.harms else 0.5 * (1 / treated + 1 / control)
    reach = special.ndtri((1 + case.level) / 2) * alone + half
    distance = abs(log(sides.show(ratio).ratio))
    return float(special.ndtr((distance - reach) / true) + special.ndtr((-distance - reach) / true))
