"""The printable week: units by days, services apart, staff codes only where they may be."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.reporting.week_sheet import (
    WeekView,
    make_week_html,
    make_week_pdf,
    make_week_sheet,
)

from .plan_samples import (
    MONDAY,
    NAMES,
    OUTREACH,
    POLICE,
    STAMP,
    at,
    make_owed,
    make_paper,
    make_rota,
    make_shifts,
    make_visits,
    route,
)

OWN = WeekView(first=MONDAY, services=(OUTREACH,))
BOTH = WeekView(first=MONDAY, services=(POLICE, OUTREACH))


def sheet_of(view=OWN, paper=None, owed=None, **rota):
    owed = make_owed() if owed is None else owed
    return make_week_sheet(paper or make_paper(), view, owed, **rota)


def full_paper(units):
    """Every day of the week, so many outreach units."""
    shifts, visits = [], []
    for day in (MONDAY + timedelta(days=n) for n in range(7)):
        for unit in range(1, units + 1):
            name = {"service": OUTREACH, "unit_id": f"SO-{unit}"}
            shifts.append({**name, "day": day, "start": at(14, 0, day), "end": at(20, 0, day)})
            visits += [
                {
                    **row,
                    "day": day,
                    "start": row["start"] + (day - MONDAY),
                    "end": row["end"] + (day - MONDAY),
                }
                for row in route((OUTREACH, f"SO-{unit}"), range(1, 8), 40, 7)
            ]
    return make_paper(shifts=make_shifts(shifts), visits=make_visits(visits))


def words_of(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_a_row_a_unit_seven_days_with_hours_and_hot_spots_in_order():
    sheet = sheet_of()
    assert [row.unit_id for row in sheet.rows] == ["SO-1", "SO-2"]
    assert sheet.columns[0] == "Mon 3 Jun"
    assert len(sheet.columns) == len(sheet.rows[0].days) == 7
    (shift,) = sheet.rows[0].days[0]
    assert (shift.hours, shift.shift) == ("14:00–20:00", "late")
    assert shift.visits[:2] == (("14:06", "Old Market"), ("14:51", "Canal Basin & Lock"))
    assert len(shift.visits) == 7  # and no break
    assert sheet.rows[0].days[1:] == ((),) * 6
    assert sheet.rows[1].days[0][0].visits == ()


def test_a_services_own_sheet_shows_nothing_of_the_other():
    sheet = sheet_of()
    page, words = make_week_html(sheet), words_of(make_week_pdf(sheet))
    for shown in (page, words):
        assert "P-101" not in shown
        assert POLICE not in shown
    assert {total.service for total in sheet.totals} == {OUTREACH}
    assert sheet.note == ""


def test_the_coordinators_sheet_shows_places_and_times_of_both_and_says_whom_it_is_for():
    sheet = sheet_of(BOTH)
    words = words_of(make_week_pdf(sheet))
    for said in ("P-101 Police", "SO-1", "For the coordinator only", "no staff", "14:06 Old Bus"):
        assert said in words
    page = make_week_html(sheet)
    assert "For the coordinator only" in page
    assert "Police" in page


def test_staff_codes_are_off_unless_asked_for_and_never_on_a_shared_sheet():
    rota = make_rota(make_paper())
    plain = sheet_of(rota=rota)
    assert all(shift.staff == () for row in plain.rows for day in row.days for shift in day)
    shown = sheet_of(replace(OWN, show_staff=True), rota=rota)
    assert shown.rows[0].days[0][0].staff == ("S00", "S01")
    assert shown.rows[1].days[0][0].staff == ("S10", "S11", "S12")
    assert "S00, S01" in words_of(make_week_pdf(shown))
    assert "S00, S01" in make_week_html(shown)
    assert shown.note == "For Street outreach only."
    with pytest.raises(RefusedError, match="may not be on one sheet"):
        replace(BOTH, show_staff=True)
    with pytest.raises(InputError, match="needs the rota"):
        sheet_of(replace(OWN, show_staff=True))


def test_a_view_names_each_service_once():
    for services in ((), (OUTREACH, OUTREACH)):
        with pytest.raises(InputError, match="each once"):
            WeekView(first=MONDAY, services=services)


def test_minutes_are_held_against_the_rule_in_words_as_well_as_signs():
    sheet = sheet_of(owed=make_owed(days=1))
    by_name = {total.name: total for total in sheet.totals}
    market = by_name["Old Market"]
    assert (market.visits, market.planned, market.owed) == ("1", "38", "40")
    assert market.difference == "−2 (short)"
    assert by_name["Humberstone Row"].difference == "−40 (short)"  # owed, and not planned
    full = sheet_of(paper=full_paper(1))
    assert {total.difference for total in full.totals if total.name in NAMES[:7]} == {"as owed"}
    twice = sheet_of(paper=full_paper(2))
    assert twice.totals[0].difference == "+280 (more than owed)"


def test_a_hot_spot_without_a_rule_says_so():
    totals = sheet_of(BOTH).totals
    (last,) = [t for t in totals if t.name == NAMES[7] and t.service == POLICE]
    assert (last.owed, last.difference) == ("no rule", "–")


def test_another_week_is_an_empty_sheet_that_still_says_what_is_owed():
    later = WeekView(first=MONDAY + timedelta(days=7), services=(OUTREACH,))
    sheet = sheet_of(later, owed=make_owed().clear())
    assert sheet.rows == sheet.totals == ()
    words = words_of(make_week_pdf(sheet))
    for said in ("No unit is on duty in this week.", "Nothing is planned, and no rule owes"):
        assert said in words
        assert said in make_week_html(sheet)


def test_two_shifts_of_one_day_stand_in_one_cell_in_order():
    shifts = [
        {"service": OUTREACH, "unit_id": "SO-1", "shift": "night", "start": at(20), "end": at(26)},
        {"service": OUTREACH, "unit_id": "SO-1"},
    ]
    sheet = sheet_of(paper=make_paper(shifts=make_shifts(shifts), visits=make_visits([])))
    assert [shift.hours for shift in sheet.rows[0].days[0]] == ["14:00–20:00", "20:00–02:00"]


def test_a_small_week_is_one_page_and_a_large_one_repeats_its_head():
    one = pypdf.PdfReader(io.BytesIO(make_week_pdf(sheet_of(paper=full_paper(2)))))
    assert len(one.pages) == 1
    width, height = one.pages[0].mediabox[2:]
    assert width > height
    many = pypdf.PdfReader(io.BytesIO(make_week_pdf(sheet_of(paper=full_paper(12)))))
    assert len(many.pages) > 1
    heads = [page.extract_text() for page in many.pages if "SO-" in page.extract_text()]
    assert all("Mon 3 Jun" in head for head in heads)
    assert sum(text.count("SO-") for text in heads) == 12


def test_the_sheet_is_tagged_titled_and_marks_drafts_on_every_page():
    stamp = replace(STAMP, is_draft=True, is_simulated=True)
    sheet = replace(sheet_of(paper=full_paper(12)), stamp=stamp)
    reader = pypdf.PdfReader(io.BytesIO(make_week_pdf(sheet)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == (
        "Simulated: Week of Monday 3 June 2024: Street outreach (draft)"
    )
    assert all("DRAFT" in page.extract_text() for page in reader.pages)
    assert "SIMULATED" in make_week_html(sheet)


def test_names_with_code_in_them_are_shown_and_not_run():
    nasty = '#panic("x") <script>alert(1)</script>'
    sheet = sheet_of()
    odd = replace(sheet, rows=(replace(sheet.rows[0], unit_id=nasty),))
    assert '#panic("x")' in words_of(make_week_pdf(odd))
    assert "<script>" not in make_week_html(odd)


def test_the_same_sheet_gives_the_same_bytes():
    sheet = sheet_of()
    assert make_week_pdf(sheet) == make_week_pdf(sheet)
    assert make_week_html(sheet) == make_week_html(sheet)
