"""What every rota must keep, and what it is to prefer where it has a choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from math import isfinite
from types import MappingProxyType

from patrolwise.errors import check_faults
from patrolwise.times import Window

MOST_WEIGHT = 10_000
_NO_PAY: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class RotaWeights:
    """What each shortcoming of a rota costs beside the others; 0 for what does not matter.

    Coverage is worth far more than comfort by default: one missing unit outweighs 100 requests of
    weight 1.
    """

    missing_unit: int = 1000  # for each unit that a shift lacks
    request: int = 10  # for each refused request, times its own weight
    evenings: int = 20  # for each shift between the most and the least above their fair share
    weekends: int = 20  # likewise
    worst_spots: int = 10  # likewise, for each hour in the hardest hot spots
    apart: int = 5  # for each shift that one of two partners works without the other
    relief: int = 3  # for each shift of relief staff: they fill gaps
    # for each day of a member that differs from the published rota, and for each such member
    change: int = 50

    def __post_init__(self) -> None:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        faults = [
            f"{name} must be from 0 to {MOST_WEIGHT}, got {value}."
            for name, value in given.items()
            if not 0 <= value <= MOST_WEIGHT
        ]
        check_faults("Rota weights", faults)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most that a service, or all together, may be paid for in the window of the rota."""

    service: str | None = None  # None for all services together
    minutes: int | None = None  # paid minutes, counted once for each person
    pounds: float | None = None  # to the penny; needs what each service pays an hour

    def __post_init__(self) -> None:
        faults = []
        if (self.minutes is None) == (self.pounds is None):
            faults.append("Give it minutes or pounds, one of the two.")
        if self.minutes is not None and self.minutes < 0:
            faults.append(f"minutes must be 0 or more, got {self.minutes}.")
        if self.pounds is not None and not _is_pennies(self.pounds):
            faults.append(f"pounds must be 0 or more, to the penny, got {self.pounds}.")
        check_faults(f"Budget of {self.service or 'all services'}", faults)

    def __str__(self) -> str:
        amount = f"{self.minutes:,} paid minutes" if self.pounds is None else f"£{self.pounds:,.2f}"
        return f"the budget of {self.service or 'all services'}, {amount}"


@dataclass(frozen=True, kw_only=True)
class RotaRule:
    """What a rota must keep, and what it is to prefer.

    References
    ----------
    Working Time Regulations 1998 (SI 1998/1833): regulation 10(1), a rest of not less than eleven
    consecutive hours in each 24-hour period, for `least_rest`; regulation 11, at least 24 hours
    free in each seven days, which `days_in_seven` of at most 6 leaves room for. Agreements of a
    service may ask for more; a rule that asks for less than the regulations is refused.
    """

    window: Window  # local dates on which shifts begin
    days_in_seven: int = 5  # shifts at most in any seven days in a row, not only Monday to Sunday
    longest_run: int = 5  # days in a row with a shift, at most
    least_rest: timedelta = timedelta(hours=11)  # from the end of a shift to the next one's start
    budgets: tuple[Budget, ...] = ()
    pay_an_hour: Mapping[str, float] = field(default_factory=lambda: _NO_PAY)  # service → pounds
    evening_after: time = time(18)  # a shift that ends later is an evening, or ends next day
    keep_pairs: bool = True  # prefer that the same two people work together
    weights: RotaWeights = field(default_factory=RotaWeights)

    def __post_init__(self) -> None:
        checks = [
            (
                not 1 <= self.days_in_seven <= 6,
                f"days_in_seven must be from 1 to 6, got {self.days_in_seven}: regulation 11 of "
                "the Working Time Regulations gives one day free in seven.",
            ),
            (
                not 1 <= self.longest_run <= 6,
                f"longest_run must be from 1 to 6 days, got {self.longest_run}.",
            ),
            (
                not timedelta(hours=11) <= self.least_rest <= timedelta(hours=48),
                f"least_rest must be from 11 to 48 hours, got {self.least_rest}: regulation 10 of "
                "the Working Time Regulations gives 11.",
            ),
            (
                self.window.days > 366,
                f"The window has {self.window.days} days; at most 366 are planned at once.",
            ),
        ]
        faults = [sentence for is_wrong, sentence in checks if is_wrong]
        check_faults("Rota rule", [*faults, *_budget_faults(self)])


def _budget_faults(rule: RotaRule) -> list[str]:
    named = [budget.service for budget in rule.budgets]
    faults = [
        f"{service or 'All services'} have two budgets. Make them one."
        for service in sorted({one for one in named if named.count(one) > 1}, key=str)
    ]
    faults += [
        f"Pay of {service} must be 0 or more pounds an hour, to the penny, got {pounds}."
        for service, pounds in rule.pay_an_hour.items()
        if not _is_pennies(pounds)
    ]
    return faults


def _is_pennies(pounds: float) -> bool:
    return isfinite(pounds) and pounds >= 0 and abs(pounds * 100 - round(pounds * 100)) < 1e-6
