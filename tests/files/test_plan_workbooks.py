"""A plan as a workbook: dates are dates, text is text, the same bytes each time, whole or not."""

import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import fastexcel
import polars as pl
import pytest
import shapely

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.files.plan_workbooks import PlanWorkbook, make_plan_workbook, write_plan_workbook
from patrolwise.places import areas_from_geometries
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.reporting.plan_paper import UNIT_SHIFTS, PlanPaper, PlanStamp
from patrolwise.reporting.planned_minutes import PLAN_DOSES
from patrolwise.tables import make_table

DAY = date(2024, 6, 3)
STAMP = PlanStamp(
    title="Northgate",
    version="0.1.0",
    plan_sha256="a" * 64,
    inputs_sha256="b" * 64,
    decided=date(2024, 5, 28),
)
RISKY = ("=1+1", "+44 116 496 0123", "-2", "@SUM(A1)", '=HYPERLINK("http://x.test","y")')


def at(hour, minute=0):
    return datetime(2024, 6, 3, hour - 1, minute, tzinfo=UTC)


def make_workbook(names=("Old Market", "Łódź & <Row>"), unit="SO-1", **changes):
    who = {"day": DAY, "shift": "late", "service": "Street outreach", "unit_id": unit}
    areas = areas_from_geometries(
        ["hs-1", "hs-2"], [shapely.box(0, 0, 9, 9), shapely.box(20, 0, 29, 9)], list(names)
    )
    shift = {**who, "start": at(14), "end": at(20), "people": 2}
    visits = [
        {**who, "area_id": "hs-1", "start": at(14, 5), "end": at(14, 45), "is_locked": True},
        {**who, "area_id": None, "start": at(15), "end": at(15, 30), "is_locked": False},
        {**who, "area_id": "hs-2", "start": at(16), "end": at(16, 40), "is_locked": False},
    ]
    paper = PlanPaper(
        stamp=STAMP,
        shifts=make_table(UNIT_SHIFTS, pl.DataFrame([shift])),
        visits=make_table(PLANNED_VISITS, pl.DataFrame(visits)),
        areas=areas,
    )
    dose = {"area_id": "hs-1", "name": names[0], "service": "Street outreach", "visits": 1,
            "planned_min": 40.0, "owed_visits": 2, "owed_min": 80.0}  # fmt: skip
    free = {**dose, "area_id": "hs-2", "owed_visits": None, "owed_min": None}
    given = {"paper": paper, "doses": make_table(PLAN_DOSES, pl.DataFrame([dose, free]))}
    return PlanWorkbook(**{**given, **changes})


def make_rota():
    row = {"day": DAY, "shift": "late", "service": "Street outreach", "unit_id": "SO-1",
           "staff_id": "S1", "start": at(14), "end": at(20), "is_locked": False}  # fmt: skip
    return make_table(ROTA, pl.DataFrame([row]))


def read(data, sheet):
    return fastexcel.read_excel(data).load_sheet(sheet).to_polars()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_sheets_stand_in_their_order_and_the_rota_only_when_it_is_given():
    plain = fastexcel.read_excel(make_plan_workbook(make_workbook()))
    assert plain.sheet_names == ["Week", "Visits", "Dose", "About"]
    full = fastexcel.read_excel(make_plan_workbook(make_workbook(rota=make_rota())))
    assert full.sheet_names == ["Week", "Visits", "Dose", "Rota", "About"]
    assert "S1" not in "".join(parts_of(make_plan_workbook(make_workbook())).values())


def test_visits_come_back_with_dates_as_dates_and_local_times():
    visits = read(make_plan_workbook(make_workbook()), "Visits")
    assert visits.schema["Day"] in (pl.Date, pl.Datetime("ms"))
    assert visits["Day"].cast(pl.Date).to_list() == [DAY] * 3
    assert visits["From (local time)"].to_list()[0] == datetime(2024, 6, 3, 14, 5)
    assert visits["Until (local time)"].to_list()[2] == datetime(2024, 6, 3, 16, 40)
    assert visits["Minutes"].to_list() == [40, 30, 40]
    assert visits["Hot spot"].to_list() == ["Old Market", "Break", "Łódź & <Row>"]
    assert visits["Hot spot id"].to_list() == ["hs-1", None, "hs-2"]
    assert visits["Fixed by hand"].to_list() == ["yes", "no", "no"]


def test_the_week_has_a_row_a_unit_with_hours_and_hot_spots_in_order():
    week = read(make_plan_workbook(make_workbook()), "Week")
    assert week.columns == ["Service", "Unit", "Mon 03/06/2024"]
    cell = week["Mon 03/06/2024"][0]
    assert cell.split("\n") == ["14:00 to 20:00 late", "14:05 Old Market", "16:00 Łódź & <Row>"]


def test_dose_rota_and_about_come_back_as_they_were():
    data = make_plan_workbook(make_workbook(rota=make_rota(), rules=("1 visit of 40 min a day",)))
    dose = read(data, "Dose")
    assert dose["Difference, min"].to_list() == [-40, None]
    assert dose["Owed min"].to_list() == [80, None]
    rota = read(data, "Rota")
    assert rota["Staff code"].to_list() == ["S1"]
    about = read(data, "About")
    values = dict(zip(about["What"], about["Value"], strict=True))
    assert values["Plan, SHA-256"] == "a" * 64
    assert values["Inputs, SHA-256"] == "b" * 64
    assert values["Dose rule"] == "1 visit of 40 min a day"
    assert "Notice" not in values


def test_a_draft_says_so_on_the_page_about_the_plan():
    workbook = make_workbook()
    paper = replace(workbook.paper, stamp=replace(STAMP, is_draft=True))
    about = read(make_plan_workbook(replace(workbook, paper=paper)), "About")
    assert about["Value"][0].startswith("DRAFT")


@pytest.mark.parametrize("risky", RISKY)
def test_text_that_looks_like_a_formula_is_text_and_stays_text_when_edited(risky):
    data = make_plan_workbook(make_workbook(names=(risky, "b"), unit=risky))
    assert read(data, "Visits")["Hot spot"][0] == risky
    assert read(data, "Week")["Unit"][0] == risky
    parts = parts_of(data)
    assert not any("<f>" in text or "hyperlink" in text for text in parts.values())
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]
    (prefixed,) = [
        number
        for number, xf in enumerate(
            re.findall(r"<xf [^>]*>", parts["xl/styles.xml"].split("<cellXfs")[1])
        )
        if "quotePrefix" in xf
    ]
    assert f's="{prefixed}" t="s"' in parts["xl/worksheets/sheet2.xml"]


def test_heads_are_frozen_columns_fit_and_days_are_written_as_in_britain():
    parts = parts_of(make_plan_workbook(make_workbook(rota=make_rota())))
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 5
    for text in sheets:
        assert '<pane ySplit="1"' in text
        widths = [float(width) for width in re.findall(r'width="([\d.]+)"', text)]
        assert widths
        assert all(8 <= width <= 61 for width in widths)
    assert 'formatCode="dd/mm/yyyy"' in parts["xl/styles.xml"]
    assert 'formatCode="dd/mm/yyyy hh:mm"' in parts["xl/styles.xml"]


def test_the_same_plan_gives_the_same_bytes_and_is_dated_by_the_plan():
    data = make_plan_workbook(make_workbook())
    assert make_plan_workbook(make_workbook()) == data
    assert "2024-05-28T00:00:00Z" in parts_of(data)["docProps/core.xml"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_a_plan_without_a_day_of_decision_is_dated_by_its_first_day_or_not_at_all():
    workbook = make_workbook()
    undated = replace(workbook.paper, stamp=replace(STAMP, decided=None))
    data = make_plan_workbook(replace(workbook, paper=undated))
    assert "2024-06-03T00:00:00Z" in parts_of(data)["docProps/core.xml"]
    empty = replace(undated, shifts=undated.shifts.clear(), visits=undated.visits.clear())
    data = make_plan_workbook(replace(workbook, paper=empty, doses=workbook.doses.clear()))
    assert "2000-01-01T00:00:00Z" in parts_of(data)["docProps/core.xml"]
    assert read(data, "Week").columns == ["Service", "Unit"]


def test_a_workbook_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"before")
    write_plan_workbook(path, make_workbook())
    assert path.read_bytes() == make_plan_workbook(make_workbook())
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.xlsx"]
    with pytest.raises(InputError, match="cannot be written"):
        write_plan_workbook(tmp_path / "none" / "plan.xlsx", make_workbook())


def test_a_table_of_another_kind_is_refused():
    with pytest.raises(InputError, match="doses lacks"):
        make_workbook(doses=pl.DataFrame({"a": [1]}))
    with pytest.raises(InputError, match="rota lacks"):
        make_workbook(rota=pl.DataFrame({"a": [1]}))


def test_without_the_plan_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'patrolwise\[plan\]'"):
        make_plan_workbook(make_workbook())


def test_visits_after_midnight_keep_the_date_of_the_wall_clock():
    workbook = make_workbook()
    night = timedelta(hours=9)
    paper = replace(
        workbook.paper,
        shifts=workbook.paper.shifts.with_columns(pl.col("start") + night, pl.col("end") + night),
        visits=workbook.paper.visits.with_columns(pl.col("start") + night, pl.col("end") + night),
    )
    visits = read(make_plan_workbook(replace(workbook, paper=paper)), "Visits")
    assert visits["From (local time)"].to_list()[2] == datetime(2024, 6, 4, 1, 0)
    assert visits["Day"].cast(pl.Date).to_list() == [DAY] * 3
