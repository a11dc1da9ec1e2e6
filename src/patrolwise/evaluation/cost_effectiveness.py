"""What a crime prevented cost, how sure that is, and what the service must prevent to pay."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from scipy import special

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.evaluation.prevented import Floats, Prevented
from patrolwise.evaluation.unit_costs import CrimeValue, check_one_price_year
from patrolwise.patrols.costs import CostPerMinute
from patrolwise.patrols.minutes_totals import BASES, Basis, MinutesTotal

_LARGEST_ERROR = 0.25  # of the pounds: beyond it their normal draws would reach 0
FEW_POUNDS = 10  # for each one prevented: below it pence are told
_LEAST = 1e-300  # stands for nothing prevented, whose price has no upper end


@dataclass(frozen=True, kw_only=True)
class MinuteRate:
    """Pounds a minute in hot spots, as known from elsewhere."""

    service: str
    pounds: float  # a minute
    basis: Basis  # what the minute is of: a patrol, or each person

    def __post_init__(self) -> None:
        faults = []
        if not 0 < self.pounds < inf:
            faults.append(f"pounds must be above 0, got {self.pounds:g}.")
        if self.basis not in BASES:
            faults.append(f"basis must be patrol or person, got {self.basis!r}.")
        check_faults(f"Rate of {self.service}", faults)


@dataclass(frozen=True, kw_only=True)
class PatrolCost:
    """What the patrols of one service cost on the patrol days that were evaluated."""

    service: str
    pounds: float
    price_year: int
    error_pounds: float | None = 0.0  # one standard error; None: nobody knows
    pounds_per_minute: float | None = None
    is_verified: bool = True

    def __post_init__(self) -> None:
        faults = []
        if not 0 < self.pounds < inf:
            faults.append(f"pounds must be above 0, got {self.pounds:g}.")
        error = self.error_pounds or 0.0
        if not (isfinite(error) and error >= 0):
            faults.append(f"error_pounds must be 0 or more, got {error:g}.")
        elif error > _LARGEST_ERROR * self.pounds:
            faults.append(
                f"The error (£{error:,.0f}) is more than a quarter of £{self.pounds:,.0f}: too "
                "unsure to divide. Measure the minutes better."
            )
        check_faults(f"Cost of {self.service}", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class CostEffectiveness:
    """Pounds for each one prevented, with an interval through the whole chain."""

    cost: PatrolCost
    prevented: Prevented
    value: float | None  # None: not shown to prevent crime
    low: float | None  # None: crime was not lower in any plausible case
    high: float | None  # None: no upper end
    per_pound: Floats  # (n,) draws of what a pound prevented

    @property
    def sentence(self) -> str:
        """The figure as it may be quoted: with its interval and what went in."""
        if self.value is None:
            return f"{self.cost.service}: {self.prevented.sentence}"
        top = "no upper end" if self.high is None else _tell_price(self.high)
        told = (
            f"{self.cost.service}: {_tell_price(self.value)} for each {self.prevented.what} "
            f"prevented ({100 * self.prevented.effect.level:g} % interval "
            f"{_tell_price(self.low or 0.0)} to {top}, "
            f"{self.cost.price_year} prices), £{self.cost.pounds:,.0f} for "
            f"{self.prevented.value:,.0f} {self.prevented.what}s."
        )
        if self.cost.error_pounds is None:
            told += " The interval leaves out the error of the minutes: it is too narrow."
        return told if self.cost.is_verified else told + " UNVERIFIED: minutes are self-reported."


@dataclass(frozen=True, kw_only=True)
class ServiceComparison:
    """Pounds for each one prevented by one service, over those by another."""

    a: str
    b: str
    ratio: float | None  # a over b; None: one of them is not shown to prevent crime
    low: float | None
    high: float | None
    reason: str  # why there is no ratio; empty when there is


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """What must be prevented for a service to pay for itself."""

    crimes: float  # to prevent on the patrol days
    low: float | None  # None: nobody knows how sure the minutes are
    high: float | None
    fall: float  # share of the crimes that there would have been, 0 to 1
    ratio: float  # the same as θ: the largest with which it pays
    pounds_a_crime: float
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CostBenefit:
    """What the crimes prevented would have cost, for each pound paid."""

    pounds_a_pound: float | None  # None: not shown to prevent crime
    low: float | None
    high: float | None
    minutes_paid_for: float | None  # that the crimes prevented would pay for; None: no rate known
    sentence: str


def cost_from_ledger(cost: CostPerMinute, price_year: int) -> PatrolCost:
    """Return what patrols cost by a ledger: pounds that were paid, so exact.

    Parameters
    ----------
    cost : CostPerMinute
        Its period must be that of the evaluation's patrol days.
    price_year : int

    Returns
    -------
    PatrolCost
    """
    return PatrolCost(
        service=cost.rule.service,
        pounds=cost.pounds,
        price_year=price_year,
        pounds_per_minute=cost.corrected,
        is_verified=cost.minutes.verified,
    )


def cost_from_rate(rate: MinuteRate, minutes: MinutesTotal, price_year: int) -> PatrolCost:
    """Return what patrols cost by a rate and the minutes delivered, whose error goes along.

    Parameters
    ----------
    rate : MinuteRate
        Such as £2.28 a minute.
    minutes : MinutesTotal
        Of the patrol days that are evaluated.
    price_year : int
        Of the rate.

    Returns
    -------
    PatrolCost

    Raises
    ------
    RefusedError
        Service or basis differ.
    InputError
        There are no minutes, or they are too unsure.
    """
    faults = []
    if rate.service != minutes.service:
        faults.append(f"The rate is of {rate.service}, the minutes are of {minutes.service}.")
    if rate.basis != minutes.basis:
        faults.append(
            f"The rate is for {rate.basis}-minutes and the minutes are {minutes.basis}-minutes: a "
            "pair's minute is two of a person."
        )
    check_faults("Cost from a rate", faults, RefusedError)
    error = minutes.error_min
    return PatrolCost(
        service=rate.service,
        pounds=rate.pounds * minutes.expected,
        price_year=price_year,
        error_pounds=None if error is None else rate.pounds * error,
        pounds_per_minute=rate.pounds,
        is_verified=minutes.verified,
    )


def cost_per_prevented(
    prevented: Prevented, cost: PatrolCost, rng: np.random.Generator
) -> CostEffectiveness:
    """Return pounds for each one prevented, with an interval by bootstrap through the chain.

    Each draw of the effect meets one of the pounds. What a pound prevented is looked at, as its
    draws pass through 0 without harm; turned over, its limits are those of the price. Where none
    prevented is plausible the price has no upper end, as in Fieller's theorem.

    Parameters
    ----------
    prevented : Prevented
        Draws of counts are in its effect.
    cost : PatrolCost
        On the same patrol days.
    rng : numpy Generator

    Returns
    -------
    CostEffectiveness

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16, 175-185: limits of a ratio.
    Briggs, Wonderling and Mooney (1997), Health Economics 6, 327-340: bootstrap of ratios of cost
    and effect, and what to do where the effect may be none.
    """
    draws = prevented.draws
    pounds = cost.pounds + (cost.error_pounds or 0.0) * rng.standard_normal(len(draws))
    # Four standard errors at the least lie above 0, so a draw at 0 is a fluke.
    per_pound = draws / np.maximum(pounds, 0.01 * cost.pounds)
    level = prevented.effect.level
    least, most = np.quantile(per_pound, [(1 - level) / 2, (1 + level) / 2])
    is_shown = prevented.value is not None
    return CostEffectiveness(
        cost=cost,
        prevented=prevented,
        value=cost.pounds / prevented.value if prevented.value is not None else None,
        low=float(1 / most) if most > 0 else None,
        high=float(1 / least) if least > 0 and is_shown else None,
        per_pound=per_pound,
    )


def compare_effectiveness(a: CostEffectiveness, b: CostEffectiveness) -> ServiceComparison:
    """Return how the price of one prevented by one service stands to that by another.

    Two services that share one `Effect` share its draws, so that only their costs differ; with
    an effect each, both errors count.

    Parameters
    ----------
    a, b : CostEffectiveness

    Returns
    -------
    ServiceComparison
        Without a ratio where either is not shown to prevent crime.

    Raises
    ------
    RefusedError
        What is prevented, the price year or the level differ.
    InputError
        They have other numbers of draws.
    """
    faults = []
    if a.prevented.what != b.prevented.what:
        faults.append(f"One is per {a.prevented.what}, the other per {b.prevented.what}.")
    if a.cost.price_year != b.cost.price_year:
        faults.append(
            f"One is in pounds of {a.cost.price_year}, the other of {b.cost.price_year}: prices "
            "of two years are never compared."
        )
    level = a.prevented.effect.level
    if level != b.prevented.effect.level:
        faults.append(f"Levels are {level:g} and {b.prevented.effect.level:g}.")
    check_faults("Comparison of services", faults, RefusedError)
    names = {"a": a.cost.service, "b": b.cost.service}
    unshown = [one.cost.service for one in (a, b) if one.value is None]
    if a.value is None or b.value is None:
        reason = f"Not shown to prevent crime: {' and '.join(unshown)}. So there is no ratio."
        return ServiceComparison(**names, ratio=None, low=None, high=None, reason=reason)
    if len(a.per_pound) != len(b.per_pound):
        raise InputError("Give both effects the same number of draws.")
    ratios = np.maximum(b.per_pound, _LEAST) / np.maximum(a.per_pound, _LEAST)
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return ServiceComparison(
        **names, ratio=a.value / b.value, low=float(low), high=float(high), reason=""
    )


def find_break_even(
    cost: PatrolCost, value: CrimeValue, recorded: float, level: float = 0.95
) -> BreakEven:
    """Return how many crimes must be prevented for a service to pay for itself.

    Parameters
    ----------
    cost : PatrolCost
    value : CrimeValue
        What a crime costs, in pounds of the same year.
    recorded : float
        Crimes on the patrol days.
    level : float
        Of the interval, which is that of the pounds paid: unit costs are taken as they are.

    Returns
    -------
    BreakEven

    Raises
    ------
    RefusedError
        The price years differ.
    InputError
        Nothing was recorded.

    Examples
    --------
    >>> cost = PatrolCost(service="S", pounds=50_000, price_year=2021)
    >>> value = CrimeValue(pounds=1_000, price_year=2021, sources=("made up",), crimes=150)
    >>> even = find_break_even(cost, value, recorded=150)
    >>> even.crimes, even.fall, even.ratio
    (50.0, 0.25, 0.75)
    """
    check_one_price_year(cost.price_year, value)
    if not 0 < recorded < inf:
        raise InputError(f"{recorded:g} crimes recorded on patrol days: nothing to start from.")
    crimes, error = cost.pounds / value.pounds, cost.error_pounds
    # Half the width; adding 0 errors is exact, and is not the same as not knowing them.
    reach = None if error is None else float(special.ndtri((1 + level) / 2)) * error / value.pounds
    return BreakEven(
        crimes=crimes,
        low=None if reach is None else crimes - reach,
        high=None if reach is None else crimes + reach,
        fall=crimes / (recorded + crimes),
        ratio=recorded / (recorded + crimes),
        pounds_a_crime=value.pounds,
        sources=value.sources,
    )


def weigh_benefit(found: CostEffectiveness, value: CrimeValue) -> CostBenefit:
    """Return what the crimes prevented would have cost, for each pound paid.

    Parameters
    ----------
    found : CostEffectiveness
        For each crime prevented.
    value : CrimeValue
        Taken as exact: how sure unit costs are, their source says.

    Returns
    -------
    CostBenefit
        Without a figure where the patrols are not shown to prevent crime.

    Raises
    ------
    RefusedError
        The price years differ, or what was prevented is no crimes.
    """
    if found.prevented.what != "crime":
        raise RefusedError(
            f"A unit cost is of a crime, and this is per {found.prevented.what}. Weigh the crimes."
        )
    check_one_price_year(found.cost.price_year, value)
    if found.value is None or found.low is None or found.high is None:
        return CostBenefit(
            pounds_a_pound=None, low=None, high=None, minutes_paid_for=None, sentence=found.sentence
        )
    worth, low, high = (value.pounds / price for price in (found.value, found.high, found.low))
    rate = found.cost.pounds_per_minute
    saved = worth * found.cost.pounds
    return CostBenefit(
        pounds_a_pound=worth,
        low=low,
        high=high,
        minutes_paid_for=saved / rate if rate else None,
        sentence=(
            f"{found.cost.service}: £{worth:.2f} of crime prevented for each pound (£{low:.2f} to "
            f"£{high:.2f}), {value.price_year} prices, by {'; '.join(value.sources)}."
        ),
    )


def _tell_price(pounds: float) -> str:
    return f"£{pounds:,.2f}" if pounds < FEW_POUNDS else f"£{pounds:,.0f}"
