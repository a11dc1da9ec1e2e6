"""How small numbers are kept out of what is told: hidden, rounded, and not to be subtracted.

Sub-national counts of persons: 0 is shown, 1 to 7 as "*", 8 and more to the nearest 5; no rate or
mean on 7 or fewer. Totals are sums of what is shown, so that a total less its parts gives nothing.

The published rule is NHS England's for hospital statistics (HES, ECDS). We differ in totals, which
it rounds from the true sum; and we add a guard, since rounding alone lets two overlapping figures
tell roughly how many lie between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.times import Window

HIDDEN = "*"
LARGEST_HIDDEN = 7
ROUNDED_TO = 5


def suppress(count: int) -> str:
    """Return a count as it may be shown.

    Parameters
    ----------
    count : int
        0 or more.

    Returns
    -------
    str
        "0", "*" for 1 to 7, else the nearest multiple of 5.

    Raises
    ------
    InputError
        It is below zero.

    References
    ----------
    NHS England (2018), Disclosure control methodology for Hospital Episode Statistics and
    Emergency Care Data Set: sub-national counts.

    Examples
    --------
    >>> [suppress(count) for count in (0, 1, 7, 8, 12, 13)]
    ['0', '*', '*', '10', '10', '15']
    """
    if count < 0:
        raise InputError(f"{count} is no count. Give 0 or more.")
    return HIDDEN if _is_small(count) else str(_round(count))


def show_share(part: int, whole: int) -> str:
    """Return a share in whole per cent as it may be shown.

    Parameters
    ----------
    part, whole : int
        Counts, 0 or more.

    Returns
    -------
    str
        "*" where the whole is 7 or fewer or the part is hidden; else the rounded part of the
        rounded whole, which tells no more than the two counts do.

    Raises
    ------
    InputError
        A count is below zero, or the part is larger than the whole.

    Examples
    --------
    >>> show_share(9, 41), show_share(3, 41), show_share(0, 41), show_share(2, 4)
    ('25%', '*', '0%', '*')
    """
    if not 0 <= part <= whole:
        raise InputError(f"{part} of {whole} is no share. Give a part of a whole.")
    if whole <= LARGEST_HIDDEN or _is_small(part):
        return HIDDEN
    return f"{round(100 * _round(part) / _round(whole))}%"


def show_mean(total: float, count: int) -> str:
    """Return a mean, with one decimal, as it may be shown.

    Parameters
    ----------
    total : float
        Sum of the values.
    count : int
        Of how many; 0 or more.

    Returns
    -------
    str
        "*" for 7 or fewer.

    Raises
    ------
    InputError
        The count is below zero.

    Examples
    --------
    >>> show_mean(90, 8), show_mean(90, 7)
    ('11.2', '*')
    """
    if count < 0:
        raise InputError(f"{count} is no count. Give 0 or more.")
    return HIDDEN if count <= LARGEST_HIDDEN else f"{total / count:.1f}"


@dataclass(frozen=True)
class SuppressedRow:
    """One line of a table as it may be shown."""

    label: str
    shown: tuple[str, ...]  # by column
    total: str  # sum of what is shown; "*" where nothing of it is


@dataclass(frozen=True)
class SuppressedTable:
    """A table of counts as it may be shown; its totals leave hidden cells out."""

    columns: tuple[str, ...]
    rows: tuple[SuppressedRow, ...]
    totals: SuppressedRow
    hidden: int  # cells shown as "*", so that the page can say that totals leave them out


def suppress_table(rows: Mapping[str, Mapping[str, int]]) -> SuppressedTable:
    """Return a table of counts as it may be shown, with totals of what is shown.

    Parameters
    ----------
    rows : mapping of label to (mapping of column to count)
        Every row has the same columns; no row and no column is a total.

    Returns
    -------
    SuppressedTable
        Rows in their order, columns in that of the first row.

    Raises
    ------
    InputError
        A row has other columns, or a count is below zero; all are named.

    Examples
    --------
    >>> table = suppress_table({"a": {"met": 13, "stayed": 3}, "b": {"met": 8, "stayed": 0}})
    >>> [(row.label, row.shown, row.total) for row in (*table.rows, table.totals)]
    [('a', ('15', '*'), '15'), ('b', ('10', '0'), '10'), ('total', ('25', '*'), '25')]
    """
    columns = tuple(next(iter(rows.values()), {}))
    faults = [
        f"Row {label} has the columns {', '.join(cells)}, not {', '.join(columns)}."
        for label, cells in rows.items()
        if set(cells) != set(columns)
    ]
    faults += [
        f"Row {label}, {column}: {count} is no count."
        for label, cells in rows.items()
        for column, count in cells.items()
        if count < 0
    ]
    check_faults("Table to be suppressed", faults)
    shown = {label: tuple(suppress(cells[c]) for c in columns) for label, cells in rows.items()}
    by_column = tuple(_add_shown(line[n] for line in shown.values()) for n in range(len(columns)))
    everything = [cell for line in shown.values() for cell in line]
    return SuppressedTable(
        columns,
        tuple(SuppressedRow(label, line, _add_shown(line)) for label, line in shown.items()),
        SuppressedRow("total", by_column, _add_shown(everything)),
        everything.count(HIDDEN),
    )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One count that is released, or that somebody wants to release."""

    counted: str  # of what: "contacts"; only counts of the same are compared
    window: Window
    filters: Mapping[str, frozenset[str]]  # field → values let through; no field, all values
    count: int

    def is_within(self, other: "Cell") -> bool:
        """Return whether everything that this counts, the other counts too."""
        return (
            self.counted == other.counted
            and other.window.first <= self.window.first
            and self.window.last <= other.window.last
            and all(
                name in self.filters and self.filters[name] <= values
                for name, values in other.filters.items()
            )
        )

    def slides_over(self, other: "Cell") -> bool:
        """Return whether both count the same in windows that share days."""
        return (
            self.counted == other.counted
            and dict(self.filters) == dict(other.filters)
            and self.window.overlaps(other.window)
        )

    def __str__(self) -> str:
        chosen = "; ".join(
            f"{name}: {', '.join(sorted(values))}" for name, values in sorted(self.filters.items())
        )
        return f"{self.counted}, {self.window}{f', {chosen}' if chosen else ''}"


class DifferencingGuard:
    """What has been released, and what may be released beside it.

    Two counts are compared when one lies within the other, or when they count the same in windows
    that overlap. The second is refused when their true difference is 1 to 7 and one of them is
    shown as a figure. Counts that merely cross, such as one of girls and one of a hot spot, are
    not compared: their difference is no group of people.

    A refusal itself says that a difference is small. It is for the lead who releases, not for
    those who are told. Three and more figures can be combined further than pairs; totals must come
    from `suppress_table`, and few tables are safer than many.

    Parameters
    ----------
    released : iterable of Cell
        What was released before, in any order; it is taken as it is.
    """

    def __init__(self, released: Iterable[Cell] = ()) -> None:
        self._released = list(released)

    @property
    def released(self) -> tuple[Cell, ...]:
        """What has been released, in order."""
        return tuple(self._released)

    def find_faults(self, cell: Cell) -> list[str]:
        """Return why a count may not be released, a sentence for each figure that it meets."""
        return [
            f"{cell}: with what was released for {other}, a group of {LARGEST_HIDDEN} or fewer "
            "could be worked out. Release the one or the other, or wider ones."
            for other in self._released
            if _tells_small_group(cell, other)
        ]

    def release(self, cell: Cell) -> str:
        """Return a count as it may be shown, and remember it; `RefusedError` when it may not be."""
        shown = suppress(cell.count)
        check_faults("Release", self.find_faults(cell), RefusedError)
        self._released.append(cell)
        return shown


def _tells_small_group(cell: Cell, other: Cell) -> bool:
    compared = cell.is_within(other) or other.is_within(cell) or cell.slides_over(other)
    shows_figure = max(cell.count, other.count) > LARGEST_HIDDEN
    return compared and shows_figure and _is_small(abs(cell.count - other.count))


def _is_small(count: int) -> bool:
    return 1 <= count <= LARGEST_HIDDEN


def _round(count: int) -> int:
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _add_shown(cells: Iterable[str]) -> str:
    cells = list(cells)
    figures = [int(cell) for cell in cells if cell != HIDDEN]
    return HIDDEN if HIDDEN in cells and not any(figures) else str(sum(figures))
