"""Which stages a partnership's own approach has, as dated data."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from patrolwise.errors import check_faults

_COLUMNS = ("key", "title", "next_step", "from", "until", "source")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the approach, from when to when."""

    key: str
    title: str
    next_step: str  # what is usual in it
    starts: date
    ends: date | None  # last day; None while it stands
    source: str

    def is_in_force(self, on: date) -> bool:
        """Return whether it stands on a day."""
        return self.starts <= on and (self.ends or on) >= on


@cache
def load_stages() -> tuple[Stage, ...]:
    """Return the stages that come with Patrolwise.

    Returns
    -------
    tuple of Stage
        In order, from the least to the most.

    Examples
    --------
    >>> [stage.key for stage in load_stages()]
    ['stage-1', 'stage-2', 'stage-3', 'stage-4']
    """
    text = (files("patrolwise.partnership") / "data" / "asb-stages.csv").read_text("utf-8")
    return make_stages(csv.DictReader(text.splitlines()), "asb-stages.csv")


def make_stages(rows: Iterable[Mapping[str, str | None]], what: str) -> tuple[Stage, ...]:
    """Return stages from rows of text.

    Parameters
    ----------
    rows : iterable of mapping
        With the columns of `data/asb-stages.csv`.
    what : str
        What is being read, for the message.

    Returns
    -------
    tuple of Stage

    Raises
    ------
    InputError
        There is no row, a column is missing, a day is none, or a key comes twice; all are named.
    """
    found: list[Stage] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):  # the header is line 1
        if missing := [name for name in _COLUMNS if row.get(name) is None]:
            faults.append(f"Line {number} lacks {', '.join(missing)}.")
            continue
        cells = {name: str(row[name]).strip() for name in _COLUMNS}
        if cells["key"] in [stage.key for stage in found]:
            faults.append(f"Line {number} has the key {cells['key']} again. Keep one.")
        try:
            found.append(
                Stage(
                    key=cells["key"],
                    title=cells["title"],
                    next_step=cells["next_step"],
                    starts=date.fromisoformat(cells["from"]),
                    ends=date.fromisoformat(cells["until"]) if cells["until"] else None,
                    source=cells["source"],
                )
            )
        except ValueError as error:
            faults.append(f"Line {number}: {error}. Mend that cell.")
    if not found and not faults:
        faults.append("It has no stage. Give one or more.")
    check_faults(what, faults)
    return tuple(found)
