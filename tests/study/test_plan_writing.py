"""How a plan is written: a whole set of files, each with what its reader may know and no more."""

import json
import re
import zipfile

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.plan_files import read_plan, read_rota
from patrolwise.study import plan_writing
from patrolwise.study.plan_sets import LIST
from patrolwise.study.plan_writing import WRITING_STEPS, write_plan
from patrolwise.study.writing import make_plain

from .plan_worlds import (
    EARLY_AND_LATE,
    ONE_DAY,
    SHIFTS,
    TWO_DAYS,
    PlanWorld,
    late_rota,
    quiet,
)

CODES = ("s11", "s12", "s13", "s14", "s21", "s22", "s23", "s24")
CODED = "staff_id,service\n" + "".join(
    f"{code},{'outreach' if code < 's20' else 'police'}\n" for code in CODES
)
TEXTS = {".html", ".ics", ".csv", ".json"}


def world_of(folder):
    """Sunday with police early and late, Monday with outreach alone."""
    world = PlanWorld(folder, staff=CODED, planning={"window": TWO_DAYS, "effort": "0.6"})
    world.parts[1] = EARLY_AND_LATE
    return world


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return world_of(tmp_path_factory.mktemp("made")).make()


@pytest.fixture(scope="module")
def writing(made, tmp_path_factory):
    """The folder that the plan was written to, the files that were told, and the steps."""
    folder, steps = tmp_path_factory.mktemp("written") / "plan", []
    return folder, write_plan(made, folder, progress=steps.append), steps


@pytest.fixture(scope="module")
def out(writing):
    """The folder that the plan was written to."""
    return writing[0]


@pytest.fixture
def no_pages(monkeypatch):
    """Leave out what makes PDFs, for tests that look at the other files alone."""
    for name in ("lay_out_pdf", "make_cards_pdf", "make_week_pdf"):
        monkeypatch.setattr(plan_writing, name, lambda *given: b"%PDF")


def texts_of(out):
    """Return the text of each file that is text, by name; the workbook's sheets too."""
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in out.iterdir()
        if path.suffix in TEXTS
    }
    with zipfile.ZipFile(out / "plan.xlsx") as book:
        found["plan.xlsx"] = "".join(
            book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")
        )
    return found


def has_word(text, word):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def test_the_whole_set_of_files_is_written(writing):
    out, written, told = writing
    assert len(told) == WRITING_STEPS
    names = [path.name for path in written]
    assert len(set(names)) == len(names)
    assert set(names) == {
        *("plan.json", "plan.csv", "rota.csv", "travel.csv", "plan.xlsx"),
        *("report.html", "report.pdf", "burden-until-2024-06-03.csv", LIST),
        *(
            f"cards-{card}.{kind}"
            for card in ("outreach-2024-06-02", "outreach-2024-06-03", "police-2024-06-02")
            for kind in ("html", "pdf")
        ),  # police have no shift on Monday, and no card
        *("calendar-outreach-1.ics", "calendar-outreach-2.ics", "calendar-police-1.ics"),
        *(
            f"week-{monday}-{sheet}"
            for monday in ("2024-05-27", "2024-06-03")
            for sheet in ("outreach.pdf", "police.pdf", "coordinator.html", "coordinator.pdf")
        ),
    }
    assert {path.name for path in out.iterdir()} == set(names)
    for path in written:
        assert path.stat().st_size > 0
        assert path.suffix != ".pdf" or path.read_bytes().startswith(b"%PDF-")


def test_plan_and_rota_are_read_back_as_they_were(made, out):
    assert read_plan(out / "plan.csv").equals(made.planned)
    assert read_rota(out / "rota.csv").equals(made.rota)
    travel = pl.read_csv(out / "travel.csv")
    assert travel.height == made.sources.travel.height == 7 * 6
    assert json.loads((out / "plan.json").read_text(encoding="utf-8")) == make_plain(made.report)


def test_staff_codes_are_in_the_rota_and_fair_shares_and_in_nothing_else_that_is_text(out):
    texts = texts_of(out)
    with_codes = {
        name for name, text in texts.items() if any(has_word(text, code) for code in CODES)
    }
    # plan.json and the report, the coordinator's, hold them where fair shares are told
    assert with_codes == {"rota.csv", "plan.json", "report.html", "burden-until-2024-06-03.csv"}
    assert all(has_word(texts["rota.csv"], code) for code in CODES)
    report = json.loads(texts["plan.json"])
    assert [one.pop("staff_id") for one in report["fairness"]] == list(CODES)
    assert not any(has_word(json.dumps(report), code) for code in CODES)


def test_calendars_hold_shifts_and_no_hot_spot(made, out):
    texts = texts_of(out)
    calendars = {name: text for name, text in texts.items() if name.endswith(".ics")}
    assert len(calendars) == 3
    for name, text in calendars.items():
        unfolded = text.replace("\n ", "").replace("\r\n ", "")
        assert unfolded.count("BEGIN:VEVENT") == 2, name
        for area_id, spot in made.paper.names.items():
            assert area_id not in unfolded
            assert spot.casefold() not in unfolded.casefold()


def test_a_service_is_not_told_the_units_of_the_other(made, out):
    texts = texts_of(out)
    units = {
        service: set(made.paper.shifts.filter(pl.col("service") == service)["unit_id"])
        for service in ("outreach", "police")
    }
    cards = {name: text for name, text in texts.items() if name.startswith("cards-")}
    assert len(cards) == 3
    for name, text in cards.items():
        own = name.split("-")[1]
        (other,) = set(units) - {own}
        assert any(has_word(text, unit_id) for unit_id in units[own])
        assert not any(has_word(text, unit_id) for unit_id in units[other]), name


def test_the_coordinators_week_has_both_services(out):
    text = texts_of(out)["week-2024-05-27-coordinator.html"]
    assert has_word(text, "outreach-1")
    assert has_word(text, "police-1")


def test_the_same_seed_gives_the_same_bytes(made, out, tmp_path):
    again = world_of(tmp_path).make()
    written = write_plan(again, tmp_path / "again", progress=quiet)
    assert {path.name for path in written} == {path.name for path in out.iterdir()}
    for path in written:
        assert path.read_bytes() == (out / path.name).read_bytes(), path.name


def test_a_plan_on_which_nobody_is_on_duty_has_no_week_sheets(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5"})
    world.parts[1] = SHIFTS.replace("least_units = 1\n", "")
    world.staff = "staff_id,service\no1,outreach\np1,police\n"  # one is no pair
    written = write_plan(world.make(), tmp_path / "plan", progress=quiet)
    names = {"plan.json", "plan.csv", "rota.csv", "travel.csv", "report.html", "report.pdf"}
    names |= {"burden-until-2024-06-02.csv", LIST}
    assert {path.name for path in written} == names | {"plan.xlsx"}
    report = (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    assert "outreach lacks 2 of 2 units" in report


def test_names_of_services_and_units_become_names_of_files(tmp_path, no_pages):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5", "separated": None})
    world.planning["margin_min"] = None
    world.head = world.head.replace('"outreach"', '"Outreach / Süd"')
    world.parts = [part.replace('"outreach"', '"Outreach / Süd"') for part in world.parts]
    rota = late_rota(pairs=1).replace(",outreach,outreach-1,", ",Outreach / Süd,  --,")
    world.forms = {"rota": rota}
    names = {path.name for path in write_plan(world.make(), tmp_path / "p", progress=quiet)}
    assert "cards-outreach-süd-2024-06-02.html" in names
    assert "week-2024-05-27-outreach-süd.pdf" in names
    assert {name for name in names if name.endswith(".ics")} == {
        "calendar-police-1.ics",
        "calendar-unnamed.ics",
    }


def test_units_whose_names_would_make_one_file_name_have_each_a_calendar(tmp_path, no_pages):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5"})
    rota = late_rota().replace("outreach-1", "Car 1").replace("outreach-2", "car-1")
    world.forms = {"rota": rota}
    out = tmp_path / "p"
    write_plan(world.make(), out, progress=quiet)
    calendars = {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.ics")}
    assert set(calendars) == {"calendar-car-1.ics", "calendar-car-1-2.ics", "calendar-police-1.ics"}
    assert len(set(calendars.values())) == 3


def test_a_folder_that_cannot_be_written_to_is_told(made, tmp_path, no_pages):
    (tmp_path / "plan").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="plan"):
        write_plan(made, tmp_path / "plan", progress=quiet)
    assert (tmp_path / "plan").read_text(encoding="utf-8") == "a file"
