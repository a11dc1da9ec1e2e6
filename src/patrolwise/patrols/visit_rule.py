"""What counts as a visit, and what as credited time."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from patrolwise.errors import check_faults

_US = timedelta(microseconds=1)


class RuleNumbers(NamedTuple):
    """The rule as numbers, for the compiled kernel: microseconds and metres."""

    longest_step: int
    step_share: float
    longest_absence: int
    absence_share: float
    longest_near: int
    longest_silence: int
    shortest_visit: int
    slow_refresh: int
    fixes_to_leave: int
    margin_share: float
    margin_least: float
    margin_most: float
    poorest_entry: float
    assumed_accuracy: float
    fastest: float
    correlation_s: float
    correlated_share: float


@dataclass(frozen=True, kw_only=True)
class VisitRule:
    """What counts as one visit and which seconds are credited; every result carries its rule.

    The visit is an envelope with hysteresis: it opens at the first fix inside and closes only
    when the device is clearly outside, so that position error at the edge does not cut one visit
    into many. The credit is the plain sum of the steps begun inside, so that the envelope adds
    no minute. The two are kept apart because each alone is wrong about the other.
    """

    longest_step: timedelta = timedelta(seconds=120)  # a longer silence is credited to nobody,
    step_refreshes: float = 2.5  # unless it is shorter than so many usual steps
    longest_absence: timedelta = timedelta(seconds=90)  # bridged: one visit, nothing credited,
    absence_refreshes: float = 2.0  # or so many usual steps if that is longer
    longest_near: timedelta = timedelta(minutes=10)  # just outside the edge, and still one visit
    longest_silence: timedelta = timedelta(minutes=30)  # inside before and after: still one visit
    shortest_visit: timedelta = timedelta(seconds=60)  # less is a pass-through, counted apart
    slow_refresh: timedelta = timedelta(seconds=120)  # from here on one fix outside is enough
    fixes_to_leave: int = 2  # beyond the margin, one after another, at a faster refresh
    margin_accuracies: float = 2.0  # the margin outside the edge, in accuracies of the fix,
    margin_least_m: float = 10.0
    margin_most_m: float = 60.0
    poorest_entry_m: float = 100.0  # a fix less accurate than this cannot begin a visit
    assumed_accuracy_m: float = 10.0  # 68 % radius of a fix that reports none
    fastest_m_s: float = 12.0  # on foot; a single fix that needs more is a spike; 60 in a car
    error_correlation_s: float = 60.0  # over how long position error stays the same
    error_correlated_share: float = 0.7  # of its variance; the rest is new at each fix

    def __post_init__(self) -> None:
        faults = [
            f"{name} must not be below zero, got {value}."
            for name, value in asdict(self).items()
            if value < (timedelta(0) if isinstance(value, timedelta) else 0)
        ]
        if self.fixes_to_leave < 1:
            faults.append(f"fixes_to_leave must be at least 1, got {self.fixes_to_leave}.")
        if self.margin_most_m > 60:
            faults.append(f"margin_most_m must be at most 60, got {self.margin_most_m}.")
        if self.margin_least_m > self.margin_most_m:
            faults.append(
                f"margin_least_m is {self.margin_least_m}, above margin_most_m "
                f"{self.margin_most_m}. Swap them."
            )
        if self.error_correlated_share > 1:
            faults.append(
                f"error_correlated_share is a share, 0 to 1, got {self.error_correlated_share}."
            )
        check_faults("The visit rule", faults)

    @classmethod
    def without_hysteresis(cls) -> "VisitRule":
        """Return the rule of a plain geometric join: each unbroken run of fixes inside is a visit.

        For comparison with other programs; it counts noise at the edge as visits.
        """
        zero = timedelta(0)
        return cls(
            step_refreshes=0.0,
            longest_absence=zero,
            absence_refreshes=0.0,
            longest_near=zero,
            longest_silence=zero,
            shortest_visit=zero,
            fixes_to_leave=1,
            margin_least_m=0.0,
            margin_most_m=0.0,
            poorest_entry_m=1e12,
            fastest_m_s=1e12,
        )

    @property
    def numbers(self) -> RuleNumbers:
        """The rule for the compiled kernel."""
        return RuleNumbers(
            longest_step=self.longest_step // _US,
            step_share=self.step_refreshes,
            longest_absence=self.longest_absence // _US,
            absence_share=self.absence_refreshes,
            longest_near=self.longest_near // _US,
            longest_silence=self.longest_silence // _US,
            shortest_visit=self.shortest_visit // _US,
            slow_refresh=self.slow_refresh // _US,
            fixes_to_leave=self.fixes_to_leave,
            margin_share=self.margin_accuracies,
            margin_least=self.margin_least_m,
            margin_most=self.margin_most_m,
            poorest_entry=self.poorest_entry_m,
            assumed_accuracy=self.assumed_accuracy_m,
            fastest=self.fastest_m_s,
            correlation_s=self.error_correlation_s,
            correlated_share=self.error_correlated_share,
        )

    def as_record(self) -> dict[str, Any]:
        """Return the rule as plain values, durations in seconds, for the record of a result."""
        return {
            name: value.total_seconds() if isinstance(value, timedelta) else value
            for name, value in asdict(self).items()
        }
