"""What one table of Insight is: its rows, what it means, and the same as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString

from patrolwise.web.about import About

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column."""

    title: str
    is_number: bool = False
    is_short: bool = False  # a day or a month: kept on one line

    def begin_cell(self, *, is_first: bool) -> str:
        """Return how a cell of this column begins in HTML; the first of a row is its heading.

        Parameters
        ----------
        is_first : bool

        Returns
        -------
        str
        """
        label = f'data-label="{escape(self.title)}"'
        if is_first:
            short = " pw-short" if self.is_short else ""
            return f'<th scope="row" {label} class="govuk-table__header{short}">'
        number = " pw-number" if self.is_number else ""
        return f'<td {label} class="govuk-table__cell{number}">'


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing of a table, and the same in a sentence."""

    svg: str  # made here, of numbers and escaped words alone
    told: str
    notes: tuple[str, ...] = ()  # campaigns that it marks, a line each


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table, as it is shown and as it is given out."""

    key: str  # also the name of its CSV
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    about: About
    empty: str  # what is said when there is no row, and what to do
    told: str = ""  # what it comes to, in words
    chart: Chart | None = None
    shown: int | None = None  # rows before the others are folded; None: all are shown

    @cached_property
    def written_rows(self) -> list[SafeString]:
        """The cells of each row as HTML: of thousands, a template takes four times as long."""
        ends = ["</th>", *["</td>"] * (len(self.columns) - 1)]
        begins = [one.begin_cell(is_first=k == 0) for k, one in enumerate(self.columns)]
        return [
            SafeString(
                "".join(
                    f"{begin}{escape(cell)}{end}"
                    for begin, cell, end in zip(begins, row, ends, strict=True)
                )
            )
            for row in self.rows
        ]

    @property
    def first_rows(self) -> list[SafeString]:
        """The rows that are shown at once."""
        return self.written_rows[: self.shown]

    @property
    def folded_rows(self) -> list[SafeString]:
        """The rows that are shown when somebody asks."""
        return self.written_rows[self.shown :] if self.shown is not None else []


def write_csv(sheet: Sheet) -> str:
    """Return a table as CSV that no spreadsheet takes for a formula.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    str
        A cell that begins like a formula and is no number has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_guard(column.title) for column in sheet.columns])
    writer.writerows([_guard(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True


def tell_minutes(minutes: float) -> str:
    """Return minutes as they are shown: whole, with commas.

    Parameters
    ----------
    minutes : float

    Returns
    -------
    str
    """
    return f"{minutes:,.0f}"


def tell_share(part: float, whole: float) -> str:
    """Return a share in per cent; a dash where there is nothing to be a share of.

    Parameters
    ----------
    part, whole : float

    Returns
    -------
    str
    """
    return f"{100 * part / whole:.0f} %" if whole > 0 else "–"
