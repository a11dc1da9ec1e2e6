"""By when what is owed in a case is to be done, and until when a case is kept."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import as_file, files

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.outreach.retention import RetentionClass, due_date, load_retention
from patrolwise.outreach.working_days import add_working_days
from patrolwise.partnership.asb_instruments import Band

CONTACT = "contact the victim"
_COLUMNS = ("action", "band", "from", "until", "working_days", "source")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Within how many working days something is done at a band of risk, from when to when."""

    action: str
    band: Band
    starts: date
    ends: date | None  # last day; None while it stands
    working_days: int
    source: str

    def is_in_force(self, on: date) -> bool:
        """Return whether it stands on a day."""
        return self.starts <= on and (self.ends or on) >= on


@dataclass(frozen=True, kw_only=True)
class ClosedCase:
    """What of a closed case decides how long it is kept."""

    closed_on: date
    is_substantiated: bool
    order_ended_on: date | None = None  # last day of the last order; None without one


@cache
def _shipped() -> tuple[Target, ...]:
    text = (files("patrolwise.partnership") / "data" / "asb-targets.csv").read_text("utf-8")
    return make_targets(csv.DictReader(text.splitlines()), "asb-targets.csv")


def make_targets(rows: Iterable[Mapping[str, str | None]], what: str) -> tuple[Target, ...]:
    """Return targets from rows of text.

    Parameters
    ----------
    rows : iterable of mapping
        With the columns of `data/asb-targets.csv`.
    what : str
        What is being read, for the message.

    Returns
    -------
    tuple of Target

    Raises
    ------
    InputError
        A column is missing, or a band, a date or a number is none; all are named.
    """
    found, faults = [], []
    for number, row in enumerate(rows, start=2):  # the header is line 1
        if missing := [name for name in _COLUMNS if row.get(name) is None]:
            faults.append(f"Line {number} lacks {', '.join(missing)}.")
            continue
        cells = {name: str(row[name]).strip() for name in _COLUMNS}
        try:
            found.append(
                Target(
                    action=cells["action"],
                    band=Band(cells["band"]),
                    starts=date.fromisoformat(cells["from"]),
                    ends=date.fromisoformat(cells["until"]) if cells["until"] else None,
                    working_days=int(cells["working_days"]),
                    source=cells["source"],
                )
            )
        except ValueError as error:
            faults.append(f"Line {number}: {error}. Mend that cell.")
    check_faults(what, faults)
    return tuple(found)


def find_target_day(
    action: str, band: Band, since: date, targets: Iterable[Target] | None = None
) -> date:
    """Return the day by which something is to be done.

    Parameters
    ----------
    action : str
        As `data/asb-targets.csv` names it.
    band : Band
        The risk, after any override.
    since : date
        The day from which working days are counted; not counted itself.
    targets : iterable of Target, optional
        The shipped ones when None.

    Returns
    -------
    date

    Raises
    ------
    RefusedError
        No target stands for it on that day.
    InputError
        The list of bank holidays ends before.

    Examples
    --------
    >>> find_target_day("contact the victim", Band.HIGH, date(2026, 12, 24))
    datetime.date(2026, 12, 29)
    """
    given = tuple(_shipped() if targets is None else targets)
    for target in given:
        if (target.action, target.band) == (action, band) and target.is_in_force(since):
            return add_working_days(since, target.working_days)
    known = ", ".join(dict.fromkeys(target.action for target in given)) or "none"
    raise RefusedError(
        f"There is no target to {action} at {band} risk on {since}; there are targets to: {known}."
    )


def find_victim_contact_due(
    band: Band,
    opened_on: date,
    last_contact_on: date | None,
    targets: Iterable[Target] | None = None,
) -> date:
    """Return the day by which somebody of the case speaks to the victim next.

    Parameters
    ----------
    band : Band
    opened_on : date
    last_contact_on : date or None
        None when nobody has yet.
    targets : iterable of Target, optional

    Returns
    -------
    date

    Raises
    ------
    InputError
        The last contact is before the case.
    RefusedError
        No target stands.

    Examples
    --------
    >>> find_victim_contact_due(Band.MEDIUM, date(2026, 6, 1), None)
    datetime.date(2026, 6, 8)
    """
    if last_contact_on is not None and last_contact_on < opened_on:
        raise InputError(
            f"The last contact, {last_contact_on}, is before the case, {opened_on}. Mend a day."
        )
    return find_target_day(CONTACT, band, last_contact_on or opened_on, targets)


@cache
def load_asb_retention() -> dict[str, RetentionClass]:
    """Return the retention classes of anti-social behaviour.

    Returns
    -------
    dict of key to RetentionClass

    Examples
    --------
    >>> load_asb_retention()["asb-case"].keep
    '6 years'
    """
    with as_file(files("patrolwise.partnership") / "data" / "asb-retention.csv") as path:
        return load_retention(path)


def find_case_end(case: ClosedCase) -> date:
    """Return the day from which a closed case is due to be deleted.

    Parameters
    ----------
    case : ClosedCase

    Returns
    -------
    date
        The latest that one of its parts asks for: an order keeps a case two years after its end.

    Examples
    --------
    >>> find_case_end(ClosedCase(closed_on=date(2026, 6, 1), is_substantiated=False))
    datetime.date(2027, 6, 1)
    """
    classes = load_asb_retention()
    key = "asb-case" if case.is_substantiated else "asb-case-unsubstantiated"
    days = [due_date(classes[key], case.closed_on)]
    if case.order_ended_on is not None:
        days.append(due_date(classes["asb-order"], case.order_ended_on))
    return max(day for day in days if day is not None)
