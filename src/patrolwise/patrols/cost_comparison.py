"""Which of two costs a minute is lower, by how much, how sure that is and whether it is fair."""

from dataclasses import dataclass
from math import exp, hypot, log

from scipy import special

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.patrols.costs import CostPerMinute

_ALIKE = 2.0  # refresh rates at most this many times apart are compared without a caution


@dataclass(frozen=True, kw_only=True)
class CostComparison:
    """One cost a minute over another, and what stands against comparing the two."""

    a: CostPerMinute
    b: CostPerMinute
    ratio: float  # a over b, both on credited minutes
    low: float | None  # of the true minutes' ratio; None when nobody knows how sure they are
    high: float | None
    is_verified: bool
    cautions: tuple[str, ...]  # whole sentences; each belongs beside the figure

    @property
    def difference_percent(self) -> float:
        """How much dearer a is than b, percent; below 0 when it is cheaper."""
        return 100 * (self.ratio - 1)

    @property
    def corrected_percent(self) -> float:
        """The same on the minutes expected to be true: the figure that the interval is of."""
        return 100 * (self.a.corrected / self.b.corrected - 1)

    @property
    def interval_percent(self) -> tuple[float, float] | None:
        """The ends of that difference's interval, percent; None when unknown."""
        if self.low is None or self.high is None:
            return None
        return 100 * (self.low - 1), 100 * (self.high - 1)

    @property
    def refresh_s(self) -> tuple[float | None, float | None]:
        """Seconds from fix to fix of a and of b; None where unknown."""
        return self.a.minutes.refresh_s, self.b.minutes.refresh_s


@dataclass(frozen=True, kw_only=True)
class PaidTime:
    """How the pounds of a service divide over the minutes that were paid."""

    paid_min: float
    in_hot_spots_min: float
    share_elsewhere: float  # of the paid minutes, 0 to 1
    pounds_elsewhere: float  # that share of the pounds


def compare_costs(a: CostPerMinute, b: CostPerMinute) -> CostComparison:
    """Return how one cost a minute compares with another.

    The two totals of minutes are taken as independent (where both services share an error at the
    edges, the interval is wider than it need be) and the pounds as exact. The interval is
    made on the logarithm of the ratio, where the variance of each total of minutes m is var / m²
    to the first order. Good while a total's standard error is below a tenth of it.

    Parameters
    ----------
    a, b : CostPerMinute
        Of two services, or of one in two periods.

    Returns
    -------
    CostComparison
        Cautions say when refresh rates differ more than twofold or are unknown, when other kinds
        of cost or other days went in, and when minutes are self-reported.

    Raises
    ------
    InputError
        The levels differ.
    RefusedError
        One is per patrol-minute and the other per person-minute, or one cost nothing.

    References
    ----------
    Casella and Berger (2002), Statistical Inference, 2nd edition, section 5.5.4: the delta method.
    """
    if a.rule.level != b.rule.level:
        raise InputError(
            f"The levels are {a.rule.level:g} and {b.rule.level:g}. Make both costs at one level."
        )
    faults = []
    if a.rule.basis != b.rule.basis:
        faults.append(
            f"{a.rule.service} is {a.per} and {b.rule.service} is {b.per}: a pair's minute is two "
            "of a person. Make both on one basis."
        )
    faults += [
        f"{cost.rule.service} cost nothing, so there is no ratio. Say the pounds alone."
        for cost in (a, b)
        if cost.pounds == 0
    ]
    check_faults("Comparison of costs", faults, RefusedError)
    low = high = None
    if a.minutes.error_min is not None and b.minutes.error_min is not None:
        error = hypot(
            a.minutes.error_min / a.minutes.expected, b.minutes.error_min / b.minutes.expected
        )
        middle = log(a.corrected / b.corrected)
        reach = float(special.ndtri((1 + a.rule.level) / 2)) * error
        low, high = exp(middle - reach), exp(middle + reach)
    return CostComparison(
        a=a,
        b=b,
        ratio=a.value / b.value,
        low=low,
        high=high,
        is_verified=a.minutes.verified and b.minutes.verified,
        cautions=tuple(filter(None, (_tell_refresh(a, b), _tell_kinds(a, b), *_tell_rest(a, b)))),
    )


def split_paid_time(cost: CostPerMinute, paid_min: float) -> PaidTime:
    """Return which share of the pounds went into paid minutes that were not in hot spots.

    Parameters
    ----------
    cost : CostPerMinute
    paid_min : float
        Minutes paid in the cost's period, on its basis: patrol-minutes or person-minutes.

    Returns
    -------
    PaidTime
        As if each paid minute cost the same. Elsewhere are the walk from one hot spot to the
        next, briefings, breaks, arrests, and gaps in the fixes.

    Raises
    ------
    InputError
        Fewer minutes were paid than spent in hot spots.
    """
    spent = cost.minutes.minutes
    if not spent <= paid_min < float("inf"):
        raise InputError(
            f"{cost.rule.service} was paid for {paid_min:g} minutes and spent {spent:g} in hot "
            f"spots. Give paid {cost.rule.basis}-minutes of {cost.minutes.period}."
        )
    share = 1 - spent / paid_min
    return PaidTime(
        paid_min=paid_min,
        in_hot_spots_min=spent,
        share_elsewhere=share,
        pounds_elsewhere=share * cost.pounds,
    )


def _tell_refresh(a: CostPerMinute, b: CostPerMinute) -> str:
    first, second = a.minutes.refresh_s, b.minutes.refresh_s
    if first is None or second is None:
        return (
            "The refresh rate of one of the two is unknown, so nobody can say whether both were "
            "seen equally well."
        )
    if max(first, second) <= _ALIKE * min(first, second):
        return ""
    return (
        f"{a.rule.service} was tracked every {first:g} s and {b.rule.service} every {second:g} s: "
        "the slower misses short visits. Thin the faster with match_refresh and compare again."
    )


def _tell_kinds(a: CostPerMinute, b: CostPerMinute) -> str:
    if set(a.pounds_by_kind) == set(b.pounds_by_kind):
        return ""
    return (
        f"Other costs went in: {', '.join(a.pounds_by_kind)} for {a.rule.service}, "
        f"{', '.join(b.pounds_by_kind)} for {b.rule.service}."
    )


def _tell_rest(a: CostPerMinute, b: CostPerMinute) -> list[str]:
    first, second = a.minutes.period, b.minutes.period
    cautions = []
    if (first.first, first.last) != (second.first, second.last):
        cautions.append(
            f"{a.rule.service} is of {first} and {b.rule.service} of {second}: prices and pay may "
            "have moved between."
        )
    if a.minutes.leaves_out_shared or b.minutes.leaves_out_shared:
        cautions.append(
            "The interval leaves out error that all visits of a service share: it is too narrow. "
            "Make both costs from visits."
        )
    cautions += [
        f"The minutes of {cost.rule.service} are self-reported: unverified."
        for cost in (a, b)
        if not cost.minutes.verified
    ]
    return cautions
