"""Of which trackers fixes are taken in: only of those that were given on this site.

Trackers are given to police and partners only, so a file that holds the tracks of outreach's is
refused whole, whatever its devices and its sender call them. Which trackers there are is known
to apps above this one, which say so here when the site starts.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

import polars as pl
from django.utils.module_loading import import_string

from patrolwise.errors import check_faults
from patrolwise.web.accounts.wall import NOT_HERE

MOST_FIXES = 2_000_000  # of one upload: they are put to their days in one transaction
_MOST_NAMED = 20


class TrackerBook(Protocol):
    """What knows the trackers, and puts fixes to their days."""

    def list_known(self, names: Collection[str]) -> set[str]:
        """Return those of the names that are names of trackers."""

    def add_fixes(self, upload_id: int) -> None:
        """Begin to put the fixes of a kept upload to the days of their trackers."""

    def take_back(self, upload_id: int) -> None:
        """Begin to take the fixes of an upload back from those days."""

    def count_anew(self, device_id: int, first: datetime, last: datetime | None) -> None:
        """Begin to count the days of a device in a span anew, since other units had it."""


_books: list[str] = []


def use_book(name: str) -> None:
    """Say what knows the trackers.

    Parameters
    ----------
    name : str
        Of a class that is a TrackerBook, with its module; imported when it is first asked, since
        it has jobs, and those bind to the settings.
    """
    _books[:] = [name]


def tracker_book() -> TrackerBook:
    """Return what knows the trackers."""
    made: TrackerBook = import_string(_books[0])()
    return made


def check_trackers(fixes: pl.DataFrame, name: str) -> None:
    """Raise unless every fix is of a tracker that was given on this site.

    Parameters
    ----------
    fixes : (n, 10) FIXES
    name : str
        Of the file, for the message.

    Raises
    ------
    InputError
        There are too many fixes, or devices that are not known here; all are named, up to 20.
    """
    held = fixes.group_by("device_id").agg(rows=pl.len()).sort("device_id")
    known = tracker_book().list_known(held["device_id"].to_list())
    unknown = [row for row in held.iter_rows() if row[0] not in known]
    faults = [
        f"{rows:,} fixes are of {device!r}, which is no tracker of this site. If it is of the "
        "police or a partner, give it under Devices by this name and have the file read again."
        for device, rows in unknown[:_MOST_NAMED]
    ]
    if len(unknown) > _MOST_NAMED:
        faults.append(f"So are {len(unknown) - _MOST_NAMED} others.")
    if unknown:
        faults.append(f"If one is of outreach, take its fixes out of the file. {NOT_HERE}")
    if fixes.height > MOST_FIXES:
        faults.append(
            f"It holds {fixes.height:,} fixes, and {MOST_FIXES:,} can come at once. Send months "
            "apart."
        )
    check_faults(name, faults)
