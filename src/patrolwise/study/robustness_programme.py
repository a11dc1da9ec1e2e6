"""What a programme declares for the re-estimates: weeks to leave out, hours, a buffer."""

from dataclasses import dataclass
from datetime import date

from patrolwise.errors import check_faults

MOST_BUFFER_M = 200.0


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Days that a reader may want left out: a campaign, a lockdown, a festival."""

    first: date
    last: date
    what: str  # as it is told: "the lockdown of January 2021"

    def __post_init__(self) -> None:
        faults = []
        if self.last < self.first:
            faults.append(f"It ends on {self.last}, before it begins on {self.first}. Swap them.")
        if not self.what.strip():
            faults.append("It does not say what was on: give what, in a few words.")
        check_faults("Days to leave out", faults)


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """How the headline of each outcome is re-estimated, beyond what is always done."""

    without: tuple[LeftOut, ...] = ()
    hours: tuple[int, int] = (14, 20)  # local; the second is the first that is left out
    buffer_m: float = 25.0  # hot spots are grown and shrunk by it

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.hours[0] < self.hours[1] <= 24:
            faults.append(f"hours are {list(self.hours)}. Give two from 0 to 24, rising.")
        if not 0 < self.buffer_m <= MOST_BUFFER_M:
            faults.append(
                f"buffer_m is {self.buffer_m:g}. Give metres above 0, {MOST_BUFFER_M:g} at most."
            )
        check_faults("robustness", faults)
