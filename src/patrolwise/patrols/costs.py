"""What a minute in a hot spot cost: declared pounds over declared minutes, and how sure that is."""

from dataclasses import dataclass

import polars as pl
from scipy import special

from patrolwise.errors import RefusedError, check_faults
from patrolwise.patrols.ledgers import KINDS, LEDGER, sum_pounds
from patrolwise.patrols.minutes_totals import BASES, Basis, MinutesTotal, total_minutes
from patrolwise.times import Window

__all__ = [
    "LEDGER",
    "CostPerMinute",
    "CostRule",
    "MinutesTotal",
    "cost_per_minute",
    "divide_costs",
]

_PER = {"patrol": "per pair (or other unit) in hot spot", "person": "per person in hot spot"}


@dataclass(frozen=True, kw_only=True)
class CostRule:
    """What is divided by what."""

    service: str
    kinds: tuple[str, ...]  # of the ledger's lines that count
    basis: Basis  # what the minutes are: see MinutesTotal
    level: float = 0.95
    allow_reported: bool = False  # whether minutes that nobody verified may be divided by

    def __post_init__(self) -> None:
        faults = [
            f"kinds has {kind!r}, which is none of {', '.join(KINDS)}."
            for kind in self.kinds
            if kind not in KINDS
        ]
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            faults.append(f"kinds must name what counts, each once; got {self.kinds}.")
        if self.basis not in BASES:
            faults.append(f"basis must be patrol or person, got {self.basis!r}.")
        if not 0 < self.level < 1:
            faults.append(f"level must lie between 0 and 1, got {self.level:g}.")
        check_faults("CostRule", faults)


@dataclass(frozen=True, kw_only=True)
class CostPerMinute:
    """Pounds a minute of one service over one period, with what went in."""

    rule: CostRule
    minutes: MinutesTotal
    pounds_by_kind: dict[str, float]
    value: float  # pounds over credited minutes
    low: float | None  # for the true minutes; None when nobody knows how sure they are
    high: float | None  # also None when the true minutes may be none

    @property
    def pounds(self) -> float:
        """All that is counted."""
        return sum(self.pounds_by_kind.values())

    @property
    def corrected(self) -> float:
        """Pounds over the expected true minutes: the middle of the interval, on minutes."""
        return self.pounds / self.minutes.expected

    @property
    def per(self) -> str:
        """What the minute is a minute of."""
        return _PER[self.rule.basis]

    @property
    def sentence(self) -> str:
        """The figure as it may be quoted: with its denominator, interval and numerator.

        The interval is that of the corrected figure. Where this differs by a penny or more, both
        are told, so that a credited figure outside the interval does not read as an error.
        """
        sure = f"{100 * self.rule.level:g} % interval "
        if self.low is None:
            sure += "unknown"
        else:
            sure += f"£{self.low:.2f} to "
            sure += "no upper end" if self.high is None else f"£{self.high:.2f}"
        told = "" if self.minutes.verified else " UNVERIFIED: the minutes are self-reported."
        if self.minutes.leaves_out_shared:
            told += " The interval leaves out error that all visits share: it is too narrow."
        credited, expected = f"£{self.value:.2f}", f"£{self.corrected:.2f}"
        figure = f"{credited} a minute {self.per}"
        if expected != credited:
            figure = f"{credited} a credited minute {self.per}; {expected} a minute on the minutes "
            figure += "expected to be true"
        return (
            f"{self.rule.service}: {figure} ({sure}), counting "
            f"{', '.join(self.pounds_by_kind)}, {self.minutes.period}.{told}"
        )


def cost_per_minute(
    ledger: pl.DataFrame,
    doses: pl.DataFrame,
    rule: CostRule,
    period: Window,
    refresh_s: float | None = None,
) -> CostPerMinute:
    """Return pounds a verified minute in hot spots, from doses.

    As doses do not tell shared error, the interval leaves it out and the sentence says so. With
    visits at hand, give `divide_costs` the minutes that `total_visit_minutes` returns.

    Parameters
    ----------
    ledger : (n, 7) LEDGER
    doses : (m, 11) DOSES
    rule : CostRule
    period : Window
    refresh_s : float, optional
        Seconds from fix to fix, so that a comparison can say whether it is fair.

    Returns
    -------
    CostPerMinute

    Raises
    ------
    InputError
        The ledger cannot be right.
    RefusedError
        As `total_minutes` and `divide_costs`.
    """
    minutes = total_minutes(doses, rule.service, period, rule.basis, refresh_s)
    return divide_costs(ledger, minutes, rule)


def divide_costs(ledger: pl.DataFrame, minutes: MinutesTotal, rule: CostRule) -> CostPerMinute:
    """Return pounds a minute for minutes from any source.

    The pounds are taken as exact, so the interval is that of the minutes: credit and edge, more
    or less so many standard errors. As with doses, a strong edge can leave the credited value
    beside its interval; `corrected` is then the better figure.

    Parameters
    ----------
    ledger : (n, 7) LEDGER
    minutes : MinutesTotal
        Its period is the cost's.
    rule : CostRule

    Returns
    -------
    CostPerMinute

    Raises
    ------
    InputError
        The ledger cannot be right.
    RefusedError
        Service or basis of the minutes are not the rule's; there are no minutes; nobody verified
        them and the rule does not allow that; or the ledger does not cover the same days.

    Examples
    --------
    >>> from datetime import date
    >>> june = Window("June", date(2024, 6, 1), date(2024, 6, 30))
    >>> line = {"service": ["S"], "first": [june.first], "last": [june.last], "kind": ["pay"]}
    >>> ledger = pl.DataFrame(line | {"pounds": [500.0], "may_split": [False], "note": ["made up"]})
    >>> stated = {"period": june, "basis": "patrol", "verified": True, "variance_min2": 25.0}
    >>> minutes = MinutesTotal(service="S", minutes=200.0, **stated)
    >>> rule = CostRule(service="S", kinds=("pay",), basis="patrol")
    >>> cost = divide_costs(ledger, minutes, rule)
    >>> round(cost.value, 2), round(cost.low, 2), round(cost.high, 2)
    (2.5, 2.38, 2.63)
    """
    faults = []
    if minutes.service != rule.service:
        faults.append(f"The minutes are of {minutes.service} and the cost is of {rule.service}.")
    if minutes.basis != rule.basis:
        faults.append(f"The minutes are {minutes.basis}-minutes and the rule asks {rule.basis}.")
    if minutes.minutes == 0 or minutes.expected <= 0:
        faults.append("There are no minutes in hot spots to divide by; say the pounds alone.")
    if not (minutes.verified or rule.allow_reported):
        faults.append(
            "The minutes are self-reported. Set allow_reported to have a figure marked unverified."
        )
    check_faults(f"Cost per minute of {rule.service}", faults, RefusedError)
    by_kind = sum_pounds(ledger, rule.service, rule.kinds, minutes.period)
    pounds = sum(by_kind.values())
    low = high = None
    if minutes.error_min is not None:
        reach = float(special.ndtri((1 + rule.level) / 2)) * minutes.error_min
        low = pounds / (minutes.expected + reach)
        high = pounds / (minutes.expected - reach) if minutes.expected > reach else None
    return CostPerMinute(
        rule=rule,
        minutes=minutes,
        pounds_by_kind=by_kind,
        value=pounds / minutes.minutes,
        low=low,
        high=high,
    )
