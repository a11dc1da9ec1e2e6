"""What was read, kept and dropped, and what in the data a reader must know before trusting it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class FileFault:
    """A file that is not what it says, in one sentence that says what to do."""

    file: str
    message: str  # names row, column and value where there are any


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """One file that was read."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """The data-quality report: every row is accounted for, nothing is dropped silently."""

    files: tuple[FileRead, ...]
    faults: tuple[FileFault, ...]
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]  # reason → rows; sums with rows_kept to rows_read
    first_month: date | None
    last_month: date | None
    missing_months: dict[str, tuple[date, ...]]  # force → months absent between first and last
    rows_by_month: dict[date, int]
    missing_coordinates: dict[date, int]  # month → rows without a coordinate
    repeated_ids: int  # different ids that occur more than once
    repeated_id_rows: int  # rows that carry one of them
    repeated_id_rows_dropped: int  # by the stated rule
    asb_rows: int
    identical_asb_rows: int  # ASB rows equal to another in every column: kept, they may be real
    out_of_area: int | None  # rows outside the force area; None when no area was given
    blank_places: int  # "On or near " with nothing after
    snap_point_change: bool  # the months straddle July 2022, when open data's points moved
    notes: tuple[str, ...] = field(default=())  # further sentences for the reader
