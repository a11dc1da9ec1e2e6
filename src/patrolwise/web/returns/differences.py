"""How two versions of a return differ, drawn as a page tells it."""

import re
from dataclasses import dataclass

from patrolwise.study.return_checking import ReturnComparison

_CELL = re.compile(r"(\d+)/(?:(.+)/)?([^/:]+): (.*?) → (.*?)(?:; (.+))?")
_DECLARED = {
    "cut": "Rows known on",
    "fund_rules": "Rules of the fund",
    "prepared_by": "Made by",
    "approved_by": "Let out by",
}
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class ChangedCell:
    """A figure that is another one now."""

    sheet: str
    where: str
    figure: str
    before: str
    now: str
    because: str  # which rows were added, removed or changed


@dataclass(frozen=True, kw_only=True)
class ShownDifferences:
    """How two versions differ."""

    declared: tuple[tuple[str, str], ...]  # what, from what to what
    rows: tuple[tuple[str, str, str], ...]  # form, how many and what happened, which
    cells: tuple[ChangedCell, ...]
    others: int  # cells that are not told


def show_differences(found: ReturnComparison) -> ShownDifferences:
    """Return a comparison in words.

    Parameters
    ----------
    found : ReturnComparison

    Returns
    -------
    ShownDifferences
    """
    pairs = (one.partition(": ") for one in found.declared)
    return ShownDifferences(
        declared=tuple((_DECLARED[name], told) for name, _, told in pairs if name in _DECLARED),
        rows=tuple(
            (change.table, f"{len(rows)} {word}", ", ".join(rows[:5]) + _tell_rest(len(rows) - 5))
            for change in found.rows
            for word, rows in (
                ("added", change.came),
                ("of those added, written down after the earlier version's day", change.late),
                ("removed", change.went),
                ("changed in place", change.changed),
            )
            if rows
        ),
        cells=tuple(_read(one) for one in found.cells[:_MOST]),
        others=max(0, len(found.cells) - _MOST),
    )


def _read(text: str) -> ChangedCell:
    """Return a cell's sentence by its parts; whole where it has others."""
    parts = _CELL.fullmatch(text)
    if parts is None:
        return ChangedCell(sheet="", where=text, figure="", before="", now="", because="")
    sheet, where, figure, before, now, because = (one or "" for one in parts.groups())
    return ChangedCell(
        sheet=sheet,
        where=where.replace("/", ", "),
        figure=figure,
        before=_part_thousands(before),
        now=_part_thousands(now),
        because=because,
    )


def _part_thousands(value: str) -> str:
    """Return whole numbers as they are read: 7,290. Others as they are."""
    return f"{int(value):,}" if value.isdecimal() else value


def _tell_rest(rest: int) -> str:
    return f" and {rest} more" if rest > 0 else ""
