"""What a week looks like on one sheet: units by days, hot spots in order, minutes against the rule.

A service's own sheet can show staff codes; the coordinator's sheet of several services never does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.plan_tables import ROTA
from patrolwise.reporting.plan_pages import fill_page, set_pdf
from patrolwise.reporting.plan_paper import SHIFT_KEY, PlanPaper, PlanStamp
from patrolwise.reporting.plan_wording import ShiftClock, format_date
from patrolwise.reporting.planned_minutes import count_plan_doses
from patrolwise.reporting.wording import NONE, format_count, format_signed
from patrolwise.tables import check_columns, make_table

DAYS = 7

Row = dict[str, Any]  # one row of a declared table


@dataclass(frozen=True, kw_only=True)
class WeekView:
    """Which week and whose: one service for its own sheet, several for the coordinator's."""

    first: date  # the day on which the sheet begins, a Monday as a rule
    services: tuple[str, ...]
    show_staff: bool = False

    def __post_init__(self) -> None:
        if not self.services or len(set(self.services)) < len(self.services):
            raise InputError(
                f"A week sheet needs services, each once; got {', '.join(self.services) or 'none'}."
            )
        if self.show_staff and len(self.services) > 1:
            raise RefusedError(
                f"Staff codes of {' and '.join(self.services)} may not be on one sheet. Make one "
                "sheet a service, or leave the codes off."
            )

    @property
    def last(self) -> date:
        """The last day of the sheet."""
        return self.first + timedelta(days=DAYS - 1)


@dataclass(frozen=True, kw_only=True)
class WeekShift:
    """One shift of a unit; times are local."""

    hours: str
    shift: str
    visits: tuple[tuple[str, str], ...]  # when it begins, hot spot; in order
    staff: tuple[str, ...]  # codes; empty unless asked for


@dataclass(frozen=True, kw_only=True)
class WeekRow:
    """One unit, with its shifts of each day."""

    unit_id: str
    service: str
    days: tuple[tuple[WeekShift, ...], ...]


@dataclass(frozen=True, kw_only=True)
class WeekTotal:
    """What a hot spot gets of one service in the week, in words."""

    name: str
    service: str
    visits: str
    planned: str
    owed: str
    difference: str


@dataclass(frozen=True, kw_only=True)
class WeekSheet:
    """All that a week sheet says."""

    stamp: PlanStamp
    title: str
    services: tuple[str, ...]
    columns: tuple[str, ...]  # the days
    rows: tuple[WeekRow, ...]
    totals: tuple[WeekTotal, ...]
    note: str  # whom it is for


def make_week_sheet(
    paper: PlanPaper, view: WeekView, owed: pl.DataFrame, rota: pl.DataFrame | None = None
) -> WeekSheet:
    """Return what the sheet of a week says.

    Parameters
    ----------
    paper : PlanPaper
    view : WeekView
    owed : (n, 10) PLANNED_DOSES
        What the rules owe; no rows when there is no rule.
    rota : (n, 8) ROTA, optional
        Needed when staff codes are to be shown, and read for nothing else.

    Returns
    -------
    WeekSheet
        Units by service, as the view names them, then by id; a unit without a shift in the week
        is left out.

    Raises
    ------
    InputError
        Staff codes are to be shown, and no rota was given.
    """
    if view.show_staff and rota is None:
        raise InputError("A sheet with staff codes needs the rota. Give it, or leave them off.")
    staff = make_table(ROTA) if rota is None or not view.show_staff else rota
    check_columns(staff, ROTA, name="rota")
    days = (view.first, view.last)
    shifts = paper.shifts.filter(pl.col("day").is_between(*days))
    units = [
        (unit_id, service)
        for service in view.services
        for unit_id in sorted(set(shifts.filter(pl.col("service") == service)["unit_id"]))
    ]
    rows = [_make_row(paper, shifts, unit, view.first, staff) for unit in units]
    doses = count_plan_doses(paper, view.services, days, owed)
    return WeekSheet(
        stamp=paper.stamp,
        title=f"Week of {format_date(view.first)}: {' and '.join(view.services)}",
        services=view.services,
        columns=tuple(
            f"{day:%a} {day.day} {day:%b}"
            for day in (view.first + timedelta(days=n) for n in range(DAYS))
        ),
        rows=tuple(rows),
        totals=tuple(_total(row) for row in doses.iter_rows(named=True)),
        note=_note(view),
    )


def make_week_html(sheet: WeekSheet) -> str:
    """Return a week sheet as one self-contained page, printed on A4 landscape.

    Parameters
    ----------
    sheet : WeekSheet

    Returns
    -------
    str
        HTML5; the same sheet gives the same text.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return fill_page("week", sheet=sheet, heading=_heading(sheet))


def make_week_pdf(sheet: WeekSheet) -> bytes:
    """Return a week sheet as a PDF (PDF/UA-1) on A4 landscape, on one page where it fits.

    Parameters
    ----------
    sheet : WeekSheet

    Returns
    -------
    bytes
        The same sheet gives the same bytes.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    plain = {
        "title": _heading(sheet),
        "notice": sheet.stamp.notice,
        "programme": sheet.stamp.title,
        "origin": sheet.stamp.origin,
        "heading": sheet.title,
        "note": sheet.note,
        "columns": list(sheet.columns),
        "is_one": len(sheet.services) == 1,
        "rows": [
            {
                "unit": row.unit_id,
                "service": row.service,
                "days": [[_plain_shift(shift) for shift in day] for day in row.days],
            }
            for row in sheet.rows
        ],
        "totals": [
            [one.name, one.service, one.visits, one.planned, one.owed, one.difference]
            for one in sheet.totals
        ],
    }
    return set_pdf("week", plain)


def _heading(sheet: WeekSheet) -> str:
    simulated = "Simulated: " if sheet.stamp.is_simulated else ""
    return f"{simulated}{sheet.title}{' (draft)' if sheet.stamp.is_draft else ''}"


def _note(view: WeekView) -> str:
    if len(view.services) > 1:
        return (
            "For the coordinator only: it shows places and times of more than one service, and "
            "no staff. Each service gets its own sheet."
        )
    return f"For {view.services[0]} only." if view.show_staff else ""


def _make_row(
    paper: PlanPaper,
    shifts: pl.DataFrame,
    unit: tuple[str, str],
    first: date,
    staff: pl.DataFrame,
) -> WeekRow:
    unit_id, service = unit
    is_own = (pl.col("unit_id") == unit_id) & (pl.col("service") == service)
    own = shifts.filter(is_own).sort("start", "shift")
    by_day = [
        tuple(
            _make_shift(paper, shift, staff)
            for shift in own.filter(pl.col("day") == first + timedelta(days=n)).to_dicts()
        )
        for n in range(DAYS)
    ]
    return WeekRow(unit_id=unit_id, service=service, days=tuple(by_day))


def _make_shift(paper: PlanPaper, shift: Row, staff: pl.DataFrame) -> WeekShift:
    is_own = [pl.col(name) == shift[name] for name in SHIFT_KEY]
    clock = ShiftClock(start=shift["start"], end=shift["end"])
    visits = paper.visits.filter(is_own, pl.col("area_id").is_not_null()).sort("start")
    codes = staff.filter(is_own)["staff_id"].unique().sort()
    return WeekShift(
        hours=clock.span(shift["start"], shift["end"]),
        shift=shift["shift"],
        visits=tuple(_visits(visits, paper, clock)),
        staff=tuple(codes),
    )


def _visits(visits: pl.DataFrame, paper: PlanPaper, clock: ShiftClock) -> Iterator[tuple[str, str]]:
    names = paper.names
    for area_id, start in visits.select("area_id", "start").iter_rows():
        yield clock.say(start), names[area_id]


def _total(row: Row) -> WeekTotal:
    owed = row["owed_min"]
    return WeekTotal(
        name=row["name"],
        service=row["service"],
        visits=format_count(row["visits"]),
        planned=format_count(row["planned_min"]),
        owed="no rule" if owed is None else format_count(owed),
        difference=NONE if owed is None else _difference(row["planned_min"] - owed),
    )


def _difference(minutes: float) -> str:
    """Return the difference in words too: a sign alone is lost on a bad copy."""
    if round(minutes) == 0:
        return "as owed"
    return f"{format_signed(minutes)} ({'short' if minutes < 0 else 'more than owed'})"


def _plain_shift(shift: WeekShift) -> dict[str, Any]:
    return {
        "hours": shift.hours,
        "shift": shift.shift,
        "visits": [list(visit) for visit in shift.visits],
        "staff": list(shift.staff),
    }
