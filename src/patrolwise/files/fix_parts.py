"""What a GPS reader hands over: one raw fix at a time, and a tally of what it left out and why.

A reader of a format is a generator: it takes an open binary stream and a `FixTally`, yields a
`RawFix` for each point that it can read, and tells the tally about each that it cannot. It never
holds the whole file. What is the same for every format (undated, impossible or null positions)
is judged once, in `patrolwise.files.fix_frames`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, NamedTuple


class RawFix(NamedTuple):
    """One point as its file gave it, in common units; None where the file says nothing."""

    row: int  # line number of a text file; number of the point, from 1, of any other
    time_us: int | None  # microseconds since 1970 UTC
    longitude: float | None  # WGS 84 degrees
    latitude: float | None
    device_id: str | None = None  # None: the file's own id, or its name
    accuracy_m: float | None = None  # 68 % radius
    speed_m_s: float | None = None
    is_mock: bool = False
    starts_segment: bool = False


@dataclass
class FixTally:
    """What became of the points of one file; a reader writes into it while it reads."""

    name: str  # of the file
    on: date | None = None  # the day of a file whose times have none, as the user gave it
    dropped: Counter[str] = field(default_factory=Counter)  # reason → points
    remarks: list[str] = field(default_factory=list)  # whole sentences, each once
    points: int = 0  # points met: those yielded and those dropped
    simulated: bool = False  # whether the file says that a program made it up

    def drop(self, reason: str, points: int = 1) -> None:
        """Count points that cannot be read; the reason is a phrase: "no position"."""
        self.points += points
        self.dropped[reason] += points

    def remark(self, sentence: str) -> None:
        """Keep a sentence for the person who reads the report; once, however often it is said."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)

    def break_off(self, sentence: str) -> None:
        """Keep the sentence which says that nothing after a place could be read."""
        self.remark(sentence)


class NotThisFormatError(ValueError):
    """The file is not what its name or its beginning says; the message says why and what to do.

    `patrolwise.files.fixes` turns it into a fault of that file; nothing of the file is used.
    """


FixReader = Callable[[BinaryIO, FixTally], Iterator[RawFix]]

CUT_SHORT = (
    "The file is cut short {where}: the {points} fixes before it are kept, what came after is "
    "unknown. Export it again if you can."
)

# Reasons that several formats share, so that a report adds them up.
NO_POSITION = "no position"
NO_TIME = "no date or time"
BAD_NUMBER = "a number cannot be read"
BAD_TIME = "a time cannot be read"
BAD_CHECKSUM = "checksum wrong"
NO_SIGNAL = "the receiver had no signal"
