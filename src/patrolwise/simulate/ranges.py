"""Which numbers a rule may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; `low` itself is left out where it says so."""

    words: str
    low: float
    high: float = inf
    without_low: bool = False

    def holds(self, value: float) -> bool:
        """Return whether a number is finite and within; NaN is not."""
        above = value > self.low if self.without_low else value >= self.low
        return isfinite(value) and above and value <= self.high


POSITIVE = Range("above 0", 0.0, without_low=True)
NOT_NEGATIVE = Range("0 or more", 0.0)
SHARE = Range("from 0 to 1", 0.0, 1.0)
FROM_ONE = Range("1 or more", 1.0)


def range_faults(rule: Any, ranges: Mapping[str, Range]) -> list[str]:
    """Return a sentence for each number of a rule that is out of its range.

    Parameters
    ----------
    rule : object
        Has the attributes that are named.
    ranges : mapping of attribute to Range

    Returns
    -------
    list of str
        Empty when all are within.
    """
    return [
        f"{name} must be {allowed.words}, got {getattr(rule, name):g}."
        for name, allowed in ranges.items()
        if not allowed.holds(getattr(rule, name))
    ]
