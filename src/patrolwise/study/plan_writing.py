"""How a plan is written: tables, report, cards, week sheets, calendars, a workbook; or nothing."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl

from patrolwise.files.plan_files import tell_rows
from patrolwise.files.plan_workbooks import PlanWorkbook, make_plan_workbook
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.reporting.card_making import make_cards
from patrolwise.reporting.patrol_cards import make_cards_html, make_cards_pdf
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.plan_document import build_plan_document
from patrolwise.reporting.planned_minutes import count_plan_doses
from patrolwise.reporting.shift_calendars import CalendarRule, make_calendar
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.reporting.week_sheet import WeekView, make_week_html, make_week_pdf, make_week_sheet
from patrolwise.study.file_names import name_files
from patrolwise.study.plan_sets import write_set
from patrolwise.study.plan_staff import carry_history
from patrolwise.study.plan_study import MadePlan
from patrolwise.study.writing import make_plain

WRITING_STEPS = 4


def write_plan(made: MadePlan, out: Path, *, progress: Callable[[str], None]) -> tuple[Path, ...]:
    """Write a plan into a folder: what the coordinator needs, and what each service is given.

    All is made first, in a folder beside it, and moved in last: what stood there before is
    replaced only by a whole set. What the plan before wrote and this one has not is taken away,
    but for what it hands on to later rotas, the burden of each member of staff. Staff codes are in
    the rota, in that burden, in the coordinator's plan.json and report, and in each service's own
    week sheet; in nothing that another service is given.

    Parameters
    ----------
    made : MadePlan
    out : Path
        Made when absent.
    progress : callable
        Told of each of `WRITING_STEPS` steps.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    RefusedError
        A file of the plan before, which this one has not, was changed since.
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report or the plan extra is not installed.
    """
    progress("Writing plan.json and tables")
    text = json.dumps(make_plain(made.report), indent=1, ensure_ascii=False, allow_nan=False)
    contents = {
        "plan.json": (text + "\n").encode(),
        "plan.csv": tell_rows(made.planned, PLANNED_VISITS),
        "rota.csv": tell_rows(made.rota, ROTA),
        "travel.csv": _csv(made.sources.travel),
    }
    progress("Drawing the report")
    page = build_plan_document(made.report, (WIDE, NARROW))
    contents["report.html"] = lay_out_html(page).encode()
    contents["report.pdf"] = lay_out_pdf(build_plan_document(made.report, (PRINT_WIDTH,)))
    progress("Drawing patrol cards")
    contents |= dict(_cards(made))
    progress("Drawing week sheets, calendars and the workbook")
    contents |= dict(_week_sheets(made))
    contents |= dict(_calendars(made))
    contents["plan.xlsx"] = _workbook(made)
    history = carry_history(made)
    past = f"burden-until-{made.programme.planning.window.last}.csv"
    if history is not None:
        contents[past] = _csv(history)
    return write_set(contents, out, lasting=(past,))


def _cards(made: MadePlan) -> Iterator[tuple[str, bytes]]:
    days = made.paper.shifts["day"].unique().sort()
    services = made.paper.services
    for service, word in zip(services, name_files(services), strict=True):
        for day in days:
            cards = make_cards(made.paper, made.notes, day, [service])
            if cards:
                name = f"cards-{word}-{day}"
                yield f"{name}.html", make_cards_html(cards).encode()
                yield f"{name}.pdf", make_cards_pdf(cards)


def _week_sheets(made: MadePlan) -> Iterator[tuple[str, bytes]]:
    window, services = made.programme.planning.window, made.paper.services
    words = name_files(services, taken=("coordinator",))
    monday = window.first - timedelta(days=window.first.weekday())
    while services and monday <= window.last:  # nobody on duty: no sheet
        for service, word in zip(services, words, strict=True):
            view = WeekView(first=monday, services=(service,), show_staff=True)
            sheet = make_week_sheet(made.paper, view, made.owed, made.rota)
            yield f"week-{monday}-{word}.pdf", make_week_pdf(sheet)
        both = WeekView(first=monday, services=services)
        sheet = make_week_sheet(made.paper, both, made.owed)
        yield f"week-{monday}-coordinator.html", make_week_html(sheet).encode()
        yield f"week-{monday}-coordinator.pdf", make_week_pdf(sheet)
        monday += timedelta(days=7)


def _calendars(made: MadePlan) -> Iterator[tuple[str, bytes]]:
    units = made.paper.shifts.select("service", "unit_id").unique().sort("service", "unit_id")
    words = name_files(units["unit_id"].to_list())
    for (service, unit_id), word in zip(units.iter_rows(), words, strict=True):
        rule = CalendarRule(service=service, unit_id=unit_id)
        yield f"calendar-{word}.ics", make_calendar(made.paper, rule).encode()


def _workbook(made: MadePlan) -> bytes:
    window = made.programme.planning.window
    days = (window.first, window.last)
    doses = count_plan_doses(made.paper, made.paper.services, days, made.owed)
    rules = tuple(str(rule) for rule in made.programme.planning.dose_rules)
    return make_plan_workbook(PlanWorkbook(paper=made.paper, doses=doses, rules=rules))


def _csv(table: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    table.write_csv(file)
    return file.getvalue()
