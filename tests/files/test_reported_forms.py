"""The form for partners without trackers: written empty, filled in, read back."""

from datetime import date, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.reported_minutes import read_reported_minutes, write_reported_minutes_form
from patrolwise.patrols.reported_minutes import REPORTED_MINUTES

MONDAY = date(2024, 6, 3)
TODAY = date(2024, 6, 30)
HEADER = "service,area_id,day,minutes,people,reported_by,method"


def write(folder, *lines):
    path = folder / "june.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_form_has_one_line_for_each_day_and_area(tmp_path):
    path = tmp_path / "form.csv"
    days = [MONDAY, MONDAY + timedelta(days=1)]
    write_reported_minutes_form(path, ["A", "B, the square"], days, "wardens")
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        HEADER,
        "wardens,A,2024-06-03,,,,",
        'wardens,"B, the square",2024-06-03,,,,',
        "wardens,A,2024-06-04,,,,",
        'wardens,"B, the square",2024-06-04,,,,',
    ]


def test_a_form_filled_in_by_half_gives_what_was_told_and_counts_the_rest(tmp_path):
    path = tmp_path / "form.csv"
    areas = ["A", "Ärea"]
    write_reported_minutes_form(path, areas, [MONDAY, MONDAY + timedelta(days=1)], "wardens")
    text = path.read_text(encoding="utf-8")
    filled = text.replace("A,2024-06-03,,,,", "A,2024-06-03,45,2,Team leader,Diary")
    filled = filled.replace("Ärea,2024-06-04,,,,", "Ärea,2024-06-04,0,,worker,form")
    path.write_text(filled, encoding="utf-8")
    read = read_reported_minutes(path, areas, TODAY)
    assert dict(read.reported.schema) == REPORTED_MINUTES.schema
    assert read.left_blank == 2
    assert read.reported.rows() == [
        ("wardens", "A", MONDAY, 45.0, 2, "team leader", "diary"),
        ("wardens", "Ärea", MONDAY + timedelta(days=1), 0.0, 0, "worker", "form"),
    ]


def test_what_was_told_is_checked_with_the_rows_of_the_file(tmp_path):
    lines = [
        "wardens,A,2024-06-03,,,,",
        "wardens,Z,2024-06-04,2000,,Sam Smith,diary",
    ]
    with pytest.raises(InputError) as raised:
        read_reported_minutes(write(tmp_path, HEADER, *lines), ["A"], TODAY)
    told = str(raised.value)
    assert "june.csv: 4 faults." in told
    assert "Row 3, column area_id is 'Z'" in told
    assert "Row 3, column minutes is 2000.0" in told
    assert "Row 3, column people is blank" in told
    assert "Row 3, column reported_by is 'sam smith': write a role and no name" in told


def test_notes_are_refused(tmp_path):
    path = write(tmp_path, HEADER + ",who we met", "wardens,A,2024-06-03,5,2,worker,form,Sam")
    with pytest.raises(RefusedError, match="This form has no notes and no names"):
        read_reported_minutes(path, ["A"], TODAY)


def test_a_form_of_nothing_or_of_formulas_is_not_written(tmp_path):
    path = tmp_path / "form.csv"
    with pytest.raises(InputError) as raised:
        write_reported_minutes_form(path, [], [], "=1+1")
    assert "3 faults" in str(raised.value)
    assert "'=1+1' is blank, or a spreadsheet takes it for a formula" in str(raised.value)
    with pytest.raises(InputError, match="' ' is blank"):
        write_reported_minutes_form(path, [" "], [MONDAY], "wardens")
    assert not path.exists()
