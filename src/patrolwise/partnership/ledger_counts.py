"""Patrol minutes of one service by hot spot and day, as one site tells them to the hours ledger.

The police's and the outreach service's sites write the file, the commissioning partnership's reads
it; both by this module. It has no unit, no time of day and no count of anybody who was met.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from patrolwise.errors import InputError, check_faults
from patrolwise.partnership.sealed_tables import (
    FIRST_ROW,
    SealedTable,
    read_rows,
    read_sealed,
    write_sealed,
)
from patrolwise.times import Window

KIND = "hours-for-the-ledger/1"
TRACKER, SELF_REPORTED = "tracker", "self-reported"
BASES = (TRACKER, SELF_REPORTED)  # verified, or told by whoever was there
MOST_DAYS = 92  # of one file: a quarter
_TOLD = ("service", "first", "last", "as_of")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.@:/&-]{0,79}")
_STREAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_DAY_MINUTES, _MOST_PEOPLE = 24 * 60, 200  # of one service in one place


@dataclass(frozen=True, kw_only=True)
class LedgerCount:
    """Whole minutes of one service in one hot spot on one patrol day."""

    hot_spot: str
    day: date
    service: str
    stream: str | None  # that pays all of them; None: not known where they were counted
    basis: str  # of `BASES`
    patrol_minutes: int  # a unit counts once
    person_minutes: int  # each of its people

    def __post_init__(self) -> None:
        most = _DAY_MINUTES * _MOST_PEOPLE
        wrong = {
            "hot_spot and service are short names": not _NAME.fullmatch(self.hot_spot)
            or not _NAME.fullmatch(self.service),
            "stream is a short key, or blank": self.stream is not None
            and not _STREAM.fullmatch(self.stream),
            f"basis is {' or '.join(BASES)}": self.basis not in BASES,
            "patrol_minutes are 0 or more": self.patrol_minutes < 0,
            "person_minutes are at least patrol_minutes": self.person_minutes < self.patrol_minutes,
            f"minutes of a day are at most {most:,}": self.person_minutes > most,
        }
        told = f"{self.hot_spot} on {self.day}"
        check_faults("Count", [f"{told}: {rule}." for rule, is_so in wrong.items() if is_so])


@dataclass(frozen=True, kw_only=True)
class CountsFile:
    """What a file of counts holds."""

    service: str
    window: Window
    as_of: date
    sha256: str
    counts: tuple[LedgerCount, ...]  # the n-th is in row n + FIRST_ROW of the file


def check_period(window: Window, today: date) -> None:
    """Refuse days that are not over, or too many of them; silent otherwise.

    Parameters
    ----------
    window : Window
    today : date
        Minutes of a day that runs would be others tomorrow.

    Raises
    ------
    InputError
        All that is wrong at once.
    """
    faults = []
    if (window.last - window.first).days >= MOST_DAYS:
        faults.append(f"{window} has more than {MOST_DAYS} days. Give a quarter at most.")
    if window.last >= today:
        faults.append(f"{window.last} is not over. Give a last day before {today}.")
    check_faults("The period", faults)


def write_counts(service: str, window: Window, as_of: date, counts: Sequence[LedgerCount]) -> bytes:
    """Return the file of a service's minutes.

    Parameters
    ----------
    service : str
    window : Window
        The days that were counted, those without a minute too.
    as_of : date
        The day on which it was counted so.
    counts : sequence of LedgerCount

    Returns
    -------
    bytes
        Rows by day, hot spot and basis; the same for the same counts.
    """
    ordered = sorted(counts, key=lambda one: (one.day, one.hot_spot, one.basis))
    told = (service, f"{window.first}", f"{window.last}", f"{as_of}")
    table = SealedTable(
        kind=KIND,
        told=dict(zip(_TOLD, told, strict=True)),
        columns=COLUMNS,
        rows=tuple(
            tuple("" if getattr(one, name) is None else str(getattr(one, name)) for name in COLUMNS)
            for one in ordered
        ),
    )
    return write_sealed(table)


def read_counts(data: bytes) -> CountsFile:
    """Return what a file of minutes says.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    CountsFile

    Raises
    ------
    InputError
        It is no such file, was altered, or a row says what cannot be; all rows at once.
    """
    table = read_sealed(data, KIND, _TOLD, COLUMNS)
    counts, faults = read_rows(table, _read_row)
    try:
        window = Window(
            "counted", *(date.fromisoformat(table.told[one]) for one in ("first", "last"))
        )
        as_of = date.fromisoformat(table.told["as_of"])
    except (ValueError, InputError) as error:
        window, as_of = Window("counted", date.min, date.max), date.min
        faults.append(f"Its first line: {error}")
    faults += _find_strays(counts, table.told["service"], window)
    check_faults("The counts", faults)
    return CountsFile(
        service=table.told["service"],
        window=window,
        as_of=as_of,
        sha256=table.sha256,
        counts=tuple(counts),
    )


def _read_row(cells: tuple[str, ...]) -> LedgerCount:
    row = dict(zip(COLUMNS, cells, strict=True))
    return LedgerCount(
        hot_spot=row["hot_spot"],
        day=date.fromisoformat(row["day"]),
        service=row["service"],
        stream=row["stream"] or None,
        basis=row["basis"],
        patrol_minutes=int(row["patrol_minutes"]),
        person_minutes=int(row["person_minutes"]),
    )


def _find_strays(counts: Sequence[LedgerCount], service: str, window: Window) -> list[str]:
    """Return rows of another service or day than the file is of, and those that are there twice."""
    faults, seen = [], set()
    for number, one in enumerate(counts, FIRST_ROW):
        if one.service != service:
            faults.append(f"Row {number} is of {one.service}; the file is of {service}.")
        if not window.first <= one.day <= window.last:
            faults.append(f"Row {number} is of {one.day}; the file is of {window}.")
        if (key := (one.hot_spot, one.day, one.basis)) in seen:
            faults.append(f"Row {number}: {one.hot_spot} on {one.day} is there twice.")
        seen.add(key)
    return faults


COLUMNS = tuple(one.name for one in fields(LedgerCount))
