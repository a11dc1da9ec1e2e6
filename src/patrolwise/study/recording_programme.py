"""What a programme declares of how its crimes were recorded: the extract, and known changes."""

from dataclasses import dataclass
from datetime import date

from patrolwise.errors import check_faults
from patrolwise.evaluation.national_trend import RecordingBreak


@dataclass(frozen=True, kw_only=True)
class Recording:
    """When the crimes were taken from the records, and what changed in how they are recorded."""

    extracted: date | None = None  # None: nobody wrote it down
    changes: tuple[RecordingBreak, ...] = ()

    def __post_init__(self) -> None:
        faults = [
            f"The change of {one.month} does not say what changed: give what, in a few words."
            for one in self.changes
            if not one.what.strip()
        ]
        check_faults("recording", faults)
