"""What a programme declares of a wider area: its crimes by month, and how they were recorded."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from patrolwise.errors import check_faults
from patrolwise.evaluation.national_trend import RecordingBreak


@dataclass(frozen=True, kw_only=True)
class WiderTrend:
    """A force, a region or a nation whose change the hot spots' change is set beside."""

    name: str  # as a reader is told it
    file: Path  # CSV or workbook: month, crimes, and area where it holds several
    definition: str  # id@version of the outcome whose crimes it counts
    holds_hot_spots: bool  # whether the hot spots' crimes are among its crimes
    area: str = ""  # which area of the file; blank when it holds one
    breaks: tuple[RecordingBreak, ...] = ()  # in order of time

    def __post_init__(self) -> None:
        faults = []
        if not self.name.strip():
            faults.append("It has no name: give the name that a reader is to see.")
        faults += [
            f"A break is dated {broken.month}; give the first day of the first month of the new "
            "way of recording."
            for broken in self.breaks
            if broken.month.day != 1
        ]
        faults += [
            f"The break of {broken.month:%B %Y} does not say what changed. Say it in a few words."
            for broken in self.breaks
            if not broken.what.strip()
        ]
        if any(later.month <= earlier.month for earlier, later in pairwise(self.breaks)):
            faults.append("Breaks must be in order of time, each month once.")
        check_faults(f"Wider trend {self.name.strip() or 'without a name'}", faults)
