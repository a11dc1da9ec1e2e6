"""What forces tell each other of counts that are not published, and how these are hidden.

A force's share is a table of sums: what was observed, what was expected, and of how much. Nothing
of a person, a place or a day is in it. Counts of 1 to 7 are hidden, and others rounded, as
everywhere here (`reporting/suppression.py`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import polars as pl

from patrolwise.benchmarking.measures import DIRECTIONS
from patrolwise.benchmarking.spans import Period, parse_period
from patrolwise.errors import check_faults
from patrolwise.reporting.suppression import HIDDEN, LARGEST_HIDDEN, ROUNDED_TO, suppress
from patrolwise.tables import Column, Table

SHARES_SCHEMA = "patrolwise.shares/1"
LEAST_EXPOSURE = 1_000.0  # what is counted of fewer could be about a handful of people

SHARES = Table(
    "SHARES",
    "one force's count in one measure and period, as it tells it to other forces",
    (
        Column("force", pl.String, "its name, as in FORCES"),
        Column("measure", pl.String, "id of a shared measure"),
        Column("period", pl.String, "financial year, years or quarter, as 2023/24 Q2"),
        Column("observed", pl.Int64, "0, or to the nearest 5; null: hidden, not nought", True),
        Column("expected", pl.Int64, "to the nearest 5; null: not given, or hidden", True),
        Column("exposure", pl.Float64, "of how much it is, such as residents; 1,000 or more"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SharedMeasure:
    """What forces agreed to count. All of it must be the same for counts to be compared."""

    id: str
    title: str
    counted: str  # what is in, what is out, from which system
    exposure: str  # what the exposure is
    expected: str  # how the expected are made; empty: none are shared
    direction_good: str  # down, up or neutral
    min_count: int  # fewest expected for a force to be judged
    within: str = ""  # id of the measure of which it is a part; parts of one do not overlap

    def __post_init__(self) -> None:
        faults = [
            f"{name} is blank; say it in words that all forces can count by."
            for name in ("id", "title", "counted", "exposure")
            if not getattr(self, name).strip()
        ]
        if self.direction_good not in DIRECTIONS:
            faults.append(
                f"direction_good is {self.direction_good!r}; it is one of {', '.join(DIRECTIONS)}."
            )
        if self.min_count <= LARGEST_HIDDEN:
            faults.append(
                f"min_count is {self.min_count}; counts up to {LARGEST_HIDDEN} are hidden, so that "
                f"it is {LARGEST_HIDDEN + 1} or more."
            )
        if self.within == self.id:
            faults.append("within names the measure itself; name the wider one, or none.")
        check_faults(f"Measure {self.id}", faults)

    @property
    def sha256(self) -> str:
        """The hash of the whole definition, hexadecimal."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True).encode()
        return hashlib.sha256(told).hexdigest()


@dataclass(frozen=True, kw_only=True)
class OwnCount:
    """What a force counted itself, and knows exactly."""

    measure: str
    period: Period
    observed: int
    expected: float | None
    exposure: float

    @property
    def key(self) -> tuple[str, str]:
        """Its measure and period."""
        return self.measure, self.period.label


@dataclass(frozen=True, kw_only=True)
class SharedCount:
    """What is told of it."""

    measure: str
    period: str  # a label of `Period`
    observed: int | None  # None: hidden, whatever for; not 0
    expected: int | None
    exposure: float

    @property
    def key(self) -> tuple[str, str]:
        """Its measure and period."""
        return self.measure, self.period

    @property
    def span(self) -> Period:
        """Its period."""
        return parse_period(self.period)


def show_count(count: int) -> int | None:
    """Return a count as it may be told.

    Parameters
    ----------
    count : int
        0 or more.

    Returns
    -------
    int or None
        0, None for 1 to 7, else the nearest multiple of 5.

    Examples
    --------
    >>> [show_count(count) for count in (0, 7, 8, 13)]
    [0, None, 10, 15]
    """
    shown = suppress(count)
    return None if shown == HIDDEN else int(shown)


def shown_range(shown: int | None) -> tuple[int, int]:
    """Return between which counts one lies that was shown so.

    Parameters
    ----------
    shown : int or None
        As of `show_count`.

    Returns
    -------
    (int, int)
        Both included. What is hidden is taken for a small count.

    Examples
    --------
    >>> shown_range(0), shown_range(None), shown_range(10), shown_range(45)
    ((0, 0), (1, 7), (8, 12), (43, 47))
    """
    if shown is None:
        return 1, LARGEST_HIDDEN
    half = ROUNDED_TO // 2
    return (shown - half, shown + half) if shown else (0, 0)


def is_small(low: int, high: int) -> bool:
    """Return whether a count between two others can be one that is hidden.

    Parameters
    ----------
    low, high : int

    Returns
    -------
    bool
    """
    return low <= LARGEST_HIDDEN and high >= 1


def find_parts(measures: Mapping[str, SharedMeasure]) -> dict[str, frozenset[str]]:
    """Return of which pieces each measure is made: its parts, theirs, and what is in none of them.

    Parameters
    ----------
    measures : mapping of id to SharedMeasure

    Returns
    -------
    dict of id to frozenset of str
        A measure's own id stands for what is in none of its parts.

    Raises
    ------
    InputError
        A measure is within one that is not defined, or within itself by way of others.
    """
    pieces: dict[str, set[str]] = {one: {one} for one in measures}
    faults = []
    for one in measures.values():
        wider, seen = one.within, {one.id}
        while wider:
            if wider in seen or wider not in measures:
                why = "comes back to it" if wider in seen else "is not defined"
                faults.append(f"{one.id} is within {wider}, which {why}. Mend within.")
                break
            seen.add(wider)
            pieces[wider].add(one.id)
            wider = measures[wider].within
    check_faults("Measures", faults)
    return {one: frozenset(own) for one, own in pieces.items()}
