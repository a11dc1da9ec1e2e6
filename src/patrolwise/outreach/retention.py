"""How long each kind of record is kept, from when, and what happens to it then.

The periods are data, `data/retention.csv`, and defaults for a data protection officer to sign. A
record on hold is kept past its day; a hold is the site's to set and to lift.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.outreach.dates_ahead import add_months, find_birthday

NO_DAY_OF_ITS_OWN = ("with the case", "per protocol", "force schedule")
_COLUMNS = ("key", "what", "clock", "keep", "then", "basis", "tag")
_BIRTHDAY = re.compile(r"(\d+)(?:st|nd|rd|th) birthday")
_PERIOD = re.compile(r"(\d+) (hour|day|month|year)s?")
_HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """How long one kind of record is kept, and what then."""

    key: str
    what: str
    clock: str  # which event starts it
    keep: str  # "24 months"; "25th birthday or 6 years" is whichever comes later
    then: str
    basis: str
    tag: str  # who has to confirm it

    @property
    def needs_birth_date(self) -> bool:
        """Whether its day hangs on when the person was born."""
        return "birthday" in self.keep


def load_retention(path: str | Path | None = None) -> dict[str, RetentionClass]:
    """Return the retention classes of a file.

    Parameters
    ----------
    path : str or Path, optional
        A CSV with the columns of `data/retention.csv`; that file itself when None.

    Returns
    -------
    dict of key to RetentionClass
        In the order of the file.

    Raises
    ------
    InputError
        The file cannot be read, a column or a cell is missing, a key comes twice, or a period
        cannot be understood; all are named.

    Examples
    --------
    >>> load_retention()["contact"].keep
    '24 months'
    """
    name = "retention.csv" if path is None else Path(path).name
    found: dict[str, RetentionClass] = {}
    faults: list[str] = []
    reader = csv.DictReader(_read(path, name).splitlines())
    if absent := [column for column in _COLUMNS if column not in (reader.fieldnames or ())]:
        raise InputError(f"{name} lacks {', '.join(absent)}. It needs {', '.join(_COLUMNS)}.")
    for number, row in enumerate(reader, start=2):  # the header is line 1
        cells = {column: (row[column] or "").strip() for column in _COLUMNS}
        if empty := [column for column in _COLUMNS if not cells[column]]:
            faults.append(f"Line {number} has nothing in {', '.join(empty)}.")
        elif cells["keep"] not in NO_DAY_OF_ITS_OWN and not _understands(cells["keep"]):
            faults.append(
                f"Line {number}: {cells['keep']!r} is no period. Write it as 24 months, or "
                f"25th birthday or 6 years, or one of {', '.join(NO_DAY_OF_ITS_OWN)}."
            )
        if cells["key"] in found:
            faults.append(f"Line {number} has the key {cells['key']} again. Keep one.")
        found[cells["key"]] = RetentionClass(**cells)
    check_faults(name, faults)
    return found


def due_date(
    retention_class: RetentionClass, clock_start: date, born: date | None = None
) -> date | None:
    """Return the day on which a record's time is over.

    Parameters
    ----------
    retention_class : RetentionClass
    clock_start : date
        When its clock started.
    born : date, optional
        The person's date of birth; where that is estimated, the latest that is possible.

    Returns
    -------
    date or None
        From this day on the record is due. Of two periods, the later. None where the record goes
        with another, or by a schedule that is not ours. Hours are made whole days, upwards.

    Raises
    ------
    InputError
        A birthday is needed and `born` is not given, or it is after `clock_start`.

    References
    ----------
    Dodds v Walker [1981] 1 WLR 1027, the corresponding date rule: six years from 29 February end
    on 28 February. A birthday of 29 February falls on 1 March in other years.

    Examples
    --------
    >>> child = load_retention()["case-child"]
    >>> due_date(child, date(2026, 6, 1), born=date(2012, 2, 29))
    datetime.date(2037, 3, 1)
    >>> due_date(child, date(2034, 6, 1), born=date(2012, 2, 29))
    datetime.date(2040, 6, 1)
    """
    if retention_class.keep in NO_DAY_OF_ITS_OWN:
        return None
    if born is not None and born > clock_start:
        raise InputError(f"The birth, {born}, is after the clock's start, {clock_start}. Mend one.")
    return max(_end_of(part, clock_start, born) for part in retention_class.keep.split(" or "))


def _read(path: str | Path | None, name: str) -> str:
    if path is None:
        return (files("patrolwise.outreach") / "data" / name).read_text("utf-8")
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name} cannot be read: {error}. Give a CSV file in UTF-8.") from error


def _understands(keep: str) -> bool:
    parts = keep.split(" or ")
    return all(_BIRTHDAY.fullmatch(part) or _PERIOD.fullmatch(part) for part in parts)


def _end_of(part: str, clock_start: date, born: date | None) -> date:
    if birthday := _BIRTHDAY.fullmatch(part):
        if born is None:
            raise InputError(
                f"It is kept to the {part}, and the date of birth is not known. Give the latest "
                "one that is possible."
            )
        return find_birthday(born, int(birthday[1]))
    period = _PERIOD.fullmatch(part)
    if period is None:
        raise InputError(f"{part!r} is no period. Write it as 24 months or 25th birthday.")
    number, unit = int(period[1]), period[2]
    if unit == "hour":
        return clock_start + timedelta(days=-(-number // _HOURS_A_DAY))
    if unit == "day":
        return clock_start + timedelta(days=number)
    return add_months(clock_start, number * (12 if unit == "year" else 1))
