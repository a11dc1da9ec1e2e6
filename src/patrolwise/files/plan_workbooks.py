"""How a plan is written as a workbook for Excel: week, visits, dose, rota, and what it is."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.files.table_workbooks import SAFE, load_xlsxwriter
from patrolwise.files.whole_files import write_whole
from patrolwise.planning.plan_tables import ROTA
from patrolwise.reporting.plan_paper import SHIFT_KEY, PlanPaper
from patrolwise.reporting.plan_wording import count_minutes, to_local
from patrolwise.reporting.planned_minutes import PLAN_DOSES
from patrolwise.tables import check_columns

# Text that a spreadsheet could take for a formula, now or when somebody edits the cell.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 8  # characters across a column

Cell = str | int | float | date | datetime | bool | None


@dataclass(frozen=True, kw_only=True)
class PlanWorkbook:
    """What the workbook holds."""

    paper: PlanPaper
    doses: pl.DataFrame  # (n, 7) PLAN_DOSES
    rota: pl.DataFrame | None = None  # (n, 8) ROTA: staff codes, for the service's own copy
    rules: tuple[str, ...] = ()  # the dose rules in words, for the page on what the plan is

    def __post_init__(self) -> None:
        check_columns(self.doses, PLAN_DOSES, name="doses")
        if self.rota is not None:
            check_columns(self.rota, ROTA, name="rota")


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def write_plan_workbook(path: Path, workbook: PlanWorkbook) -> None:
    """Write a plan as a workbook, whole or not at all.

    Parameters
    ----------
    path : Path
    workbook : PlanWorkbook

    Raises
    ------
    InputError
        The folder does not exist, or the disk refuses.
    MissingExtraError
        The plan extra is not installed.
    """
    write_whole(path, make_plan_workbook(workbook))


def make_plan_workbook(workbook: PlanWorkbook) -> bytes:
    """Return a plan as a workbook.

    Days are dates and clock times are local. Text is text: nothing in a name or a code becomes a
    formula or a link.

    Parameters
    ----------
    workbook : PlanWorkbook

    Returns
    -------
    bytes
        XLSX; the same plan gives the same bytes: it is dated by the plan, never by the clock.

    Raises
    ------
    MissingExtraError
        The plan extra is not installed.
    """
    xlsxwriter = load_xlsxwriter()
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFE) as book:
        stamp = workbook.paper.stamp
        book.set_properties(
            {
                "title": f"Plan of {stamp.title}",
                "comments": stamp.notice,
                "created": _dated(workbook.paper),
            }
        )
        looks = _Looks(book)
        for sheet in _sheets(workbook):
            _write_sheet(book, sheet, looks)
    return file.getvalue()


class _Looks:
    """The formats of one workbook, by the kind of cell."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
        self.text = book.add_format({"valign": "top"})
        self.risky = book.add_format({"valign": "top"})
        self.risky.set_quote_prefix()
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self.time = book.add_format(
            {"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"}
        )

    def of_text(self, text: str) -> Any:
        """Return how a text looks; one like a formula keeps the mark that makes it text."""
        if text.startswith(_RISKY):
            return self.risky
        return self.wrapped if "\n" in text else self.text


def _sheets(workbook: PlanWorkbook) -> Iterator[_Sheet]:
    paper = workbook.paper
    yield _week_sheet(paper)
    yield _Sheet(
        name="Visits",
        columns=(
            "Day",
            "Shift",
            "Service",
            "Unit",
            "Hot spot",
            "Hot spot id",
            "From (local time)",
            "Until (local time)",
            "Minutes",
            "Fixed by hand",
        ),
        rows=list(_visit_rows(paper)),
    )
    yield _Sheet(
        name="Dose",
        columns=(
            "Hot spot",
            "Hot spot id",
            "Service",
            "Visits",
            "Planned min",
            "Owed visits",
            "Owed min",
            "Difference, min",
        ),
        rows=[
            (
                row["name"],
                row["area_id"],
                row["service"],
                row["visits"],
                row["planned_min"],
                row["owed_visits"],
                row["owed_min"],
                None if row["owed_min"] is None else row["planned_min"] - row["owed_min"],
            )
            for row in workbook.doses.iter_rows(named=True)
        ],
    )
    if workbook.rota is not None:
        yield _rota_sheet(workbook.rota)
    yield _Sheet(name="About", columns=("What", "Value"), rows=list(_about(workbook)))


def _week_sheet(paper: PlanPaper) -> _Sheet:
    """Return units by days: hours, then the hot spots in order."""
    days = sorted(set(paper.shifts["day"]))
    units = sorted(set(paper.shifts.select("service", "unit_id").iter_rows()))
    visits = paper.visits.filter(pl.col("area_id").is_not_null()).sort("start")
    shifts = paper.shifts.sort("start", "shift")
    rows: list[tuple[Cell, ...]] = []
    for service, unit_id in units:
        own = (pl.col("service") == service) & (pl.col("unit_id") == unit_id)
        mine, going = shifts.filter(own), visits.filter(own)
        by_day = [
            "\n".join(
                line
                for shift in mine.filter(pl.col("day") == day).iter_rows(named=True)
                for line in _say_shift(paper, shift, going)
            )
            for day in days
        ]
        rows.append((service, unit_id, *by_day))
    heads = tuple(f"{day:%a} {day:%d/%m/%Y}" for day in days)
    return _Sheet(name="Week", columns=("Service", "Unit", *heads), rows=rows)


def _say_shift(paper: PlanPaper, shift: dict[str, Any], visits: pl.DataFrame) -> Iterator[str]:
    start, end = to_local(shift["start"]), to_local(shift["end"])
    yield f"{start:%H:%M} to {end:%H:%M} {shift['shift']}"
    names = paper.names
    own = visits.filter([pl.col(name) == shift[name] for name in SHIFT_KEY])
    for area_id, begun in own.select("area_id", "start").iter_rows():
        yield f"{to_local(begun):%H:%M} {names[area_id]}"


def _visit_rows(paper: PlanPaper) -> Iterator[tuple[Cell, ...]]:
    names = paper.names
    for row in paper.visits.sort("start", "service", "unit_id").iter_rows(named=True):
        area_id = row["area_id"]
        yield (
            row["day"],
            row["shift"],
            row["service"],
            row["unit_id"],
            "Break" if area_id is None else names[area_id],
            area_id,
            row["start"],
            row["end"],
            count_minutes(row["start"], row["end"]),
            "yes" if row["is_locked"] else "no",
        )


def _rota_sheet(rota: pl.DataFrame) -> _Sheet:
    ordered = rota.sort("day", "service", "unit_id", "start", "staff_id")
    return _Sheet(
        name="Rota",
        columns=(
            "Day",
            "Shift",
            "Service",
            "Unit",
            "Staff code",
            "From (local time)",
            "Until (local time)",
            "Fixed by hand",
        ),
        rows=[
            (
                row["day"],
                row["shift"],
                row["service"],
                row["unit_id"],
                row["staff_id"],
                row["start"],
                row["end"],
                "yes" if row["is_locked"] else "no",
            )
            for row in ordered.iter_rows(named=True)
        ],
    )


def _about(workbook: PlanWorkbook) -> Iterator[tuple[Cell, ...]]:
    stamp = workbook.paper.stamp
    if stamp.notice:
        yield "Notice", stamp.notice
    yield "Programme", stamp.title
    yield "Plan, SHA-256", stamp.plan_sha256
    yield "Change", stamp.revision
    yield "Decided", stamp.decided
    yield "Inputs, SHA-256", stamp.inputs_sha256
    yield "Patrolwise version", stamp.version
    yield "Times", "Local time (Europe/London)"
    for rule in workbook.rules:
        yield "Dose rule", rule


def _dated(paper: PlanPaper) -> datetime:
    days: Iterable[Any] = (paper.stamp.decided, paper.shifts["day"].min(), date(2000, 1, 1))
    return datetime.combine(next(day for day in days if day is not None), time(), UTC)


def _write_sheet(book: Any, given: _Sheet, looks: _Looks) -> None:
    sheet = book.add_worksheet(given.name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, name in enumerate(given.columns):
        sheet.write_string(0, at, name, looks.head)
        sheet.set_column(at, at, _width(name, [row[at] for row in given.rows]))
    for number, row in enumerate(given.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(sheet, (number, at), value, looks)


def _write_cell(sheet: Any, at: tuple[int, int], value: Cell, looks: _Looks) -> None:
    if isinstance(value, str):
        sheet.write_string(*at, value, looks.of_text(value))
    elif isinstance(value, datetime):
        # a spreadsheet knows no time zones: the clock on the wall is what is meant
        sheet.write_datetime(*at, to_local(value).replace(tzinfo=None), looks.time)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, looks.day)
    elif value is not None:
        sheet.write_number(*at, value, looks.text)


def _width(name: str, values: Sequence[Cell]) -> int:
    """Return how wide a column is, in characters."""
    longest = max(
        (len(line) for value in [name, *values] for line in _told(value).split("\n")), default=0
    )
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _told(value: Cell) -> str:
    if isinstance(value, datetime):
        return "03/06/2024 14:00"
    return "" if value is None else str(value)
