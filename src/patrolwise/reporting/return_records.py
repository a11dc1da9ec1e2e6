"""What a quarterly return is: a declaration, the rows that it is made of, sheets, cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.errors import InputError
from patrolwise.partnership.fund_rules import FundRules
from patrolwise.partnership.quarters import Quarter

RETURN_SCHEMA = "patrolwise.quarterly-return/1"
SHEET_NAMES = {
    1: "Cover",
    2: "Hot spots",
    3: "Patrol",
    4: "Activity",
    5: "Outcomes",
    6: "Problem solving",
    7: "Finance",
    8: "Assurance",
    9: "Survey",
}
Value = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class ReturnDeclaration:
    """What is said of a return before anything is counted."""

    title: str
    force: str
    notice: str
    quarter: str  # 2024-Q2
    fund_rules: str  # id@version
    version: int  # of the return: 1, and one more for each time that it is sent again
    cut: date  # data cut: rows recorded after it are not in
    earlier_cut: date | None  # of the version before; None: there is none
    prepared_by: str
    approved_by: str
    definitions: tuple[str, ...]  # id@version
    harm_index: str  # with its version; empty: harm is not told
    open_queries: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]  # agency → police, outreach or partner


@dataclass(frozen=True)
class ReturnCell:
    """One figure, or word, with the rows that it is made of."""

    value: Value
    source: str = ""  # a key of RETURN_TABLES; empty: it is declared, not counted
    row_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReturnSheet:
    """One sheet; the first columns name its rows."""

    number: int
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[ReturnCell, ...]], ...]

    @property
    def name(self) -> str:
        """Such as "3 Patrol"."""
        return f"{self.number} {SHEET_NAMES[self.number]}"

    def cells(self) -> Iterator[tuple[str, ReturnCell]]:
        """Yield each cell with its id, such as "3/A1/2024-07/police/patrol_min"."""
        for key, cells in self.rows:
            for column, cell in zip(self.columns, cells, strict=True):
                yield "/".join((str(self.number), *key, column)), cell

    def table(self) -> pl.DataFrame:
        """Return the sheet as a frame; a column that holds a word holds text."""
        keys = {
            name: pl.Series([key[at] for key, _ in self.rows], dtype=pl.String)
            for at, name in enumerate(self.keys)
        }
        values = {
            name: _as_series([cells[at].value for _, cells in self.rows])
            for at, name in enumerate(self.columns)
        }
        return pl.DataFrame(keys | values)


@dataclass(frozen=True, kw_only=True)
class ReturnParts:
    """What sheets are compiled from."""

    declaration: ReturnDeclaration
    rules: FundRules
    quarter: Quarter
    sources: Mapping[str, pl.DataFrame]  # all of RETURN_TABLES, as known at the cut

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month of the quarter."""
        return tuple(self.quarter.window.months)

    @property
    def kinds(self) -> dict[str, str]:
        """Agency → kind."""
        return dict(self.declaration.kinds)

    @property
    def kinds_told(self) -> tuple[str, ...]:
        """The kinds that there are, each once, in order."""
        return tuple(sorted(set(self.kinds.values())))

    @property
    def live_spots(self) -> pl.DataFrame:
        """The versions of hot spots that were live on a day of the quarter."""
        window = self.quarter.window
        return self.sources["hot_spots"].filter(
            pl.col("first") <= window.last,
            pl.col("last").is_null() | (pl.col("last") >= window.first),
        )

    @property
    def live_months(self) -> tuple[tuple[str, date], ...]:
        """Each hot spot and month with a day on which it was live, in order."""
        found = set()
        for area, first, last in self.live_spots.select("area_id", "first", "last").iter_rows():
            for month in self.months:
                last_of_month = _end_of(month)
                if first <= last_of_month and (last is None or last >= month):
                    found.add((area, month))
        return tuple(sorted(found))


@dataclass(frozen=True, kw_only=True)
class QuarterlyReturn:
    """A compiled return."""

    parts: ReturnParts
    sheets: tuple[ReturnSheet, ...]

    def sheet(self, number: int) -> ReturnSheet:
        """Return the sheet of that number, or `InputError` when the fund asks for none such."""
        for one in self.sheets:
            if one.number == number:
                return one
        raise InputError(f"{self.parts.rules.key} asks for no sheet {number}.")


def _as_series(values: list[Value]) -> pl.Series:
    if any(isinstance(value, str) for value in values):
        return pl.Series([None if one is None else str(one) for one in values], dtype=pl.String)
    return pl.Series(values, strict=False)


def _end_of(month: date) -> date:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)
