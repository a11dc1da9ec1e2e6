"""Small forms: what is read from CSV and workbook, and that every fault is told, none repaired."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, PatrolwiseError, RefusedError, check_faults
from patrolwise.files.form_cells import read_cells
from patrolwise.files.forms import Form, FormColumn, naming, read_form

FORM = Form(
    columns=(
        FormColumn(name="area_id"),
        FormColumn(name="day", kind="day"),
        FormColumn(name="start", kind="time"),
        FormColumn(name="pounds", kind="number"),
        FormColumn(name="people", kind="whole"),
        FormColumn(name="may_split", kind="yes_no"),
        FormColumn(name="note", may_be_blank=True),
    )
)
HEADER = "area_id,day,start,pounds,people,may_split,note"
GOOD = "A,2024-06-03,2024-06-03T14:00+01:00,12.5,2,yes,"
VALUES = ("A", date(2024, 6, 3), datetime(2024, 6, 3, 13, tzinfo=UTC), 12.5, 2, True, None)


def write(folder, text, name="form.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(path, **more):
    with pytest.raises(InputError) as raised:
        read_form(path, FORM, **more)
    return str(raised.value)


def test_a_form_is_read_in_its_types_with_the_line_of_each_row(tmp_path):
    found = read_form(write(tmp_path, f"{HEADER}\n{GOOD}\n"), FORM)
    assert found.columns == [*FORM.names, "row"]
    assert found.rows() == [(*VALUES, 2)]
    assert found.schema["start"] == pl.Datetime("us", "UTC")


def test_capitals_spaces_and_order_of_the_header_do_not_matter(tmp_path):
    text = "\ufeffNote;May split; PEOPLE;pounds;start;Day;Area-ID\r\n\r\nx;N;3;1,234.50;"
    text += "2024-06-03 14:00:00+01:00;03/06/2024;B\r\n;;;;;;\r\n"
    (row,) = read_form(write(tmp_path, text), FORM).iter_rows(named=True)
    assert (row["area_id"], row["day"], row["pounds"]) == ("B", date(2024, 6, 3), 1234.5)
    assert (row["may_split"], row["note"], row["row"]) == (False, "x", 3)


def test_a_value_over_two_lines_does_not_shift_the_lines_told(tmp_path):
    text = f'{HEADER}\n{GOOD}"two\nlines"\n{GOOD}\n'
    assert read_form(write(tmp_path, text), FORM)["row"].to_list() == [2, 4]


def test_a_workbook_gives_what_the_csv_gives(tmp_path):
    path = tmp_path / "form.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    day, clock = (book.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm"))
    sheet.write_row(1, 0, HEADER.split(","))
    for row in (2, 4):
        sheet.write(row, 0, "A")
        sheet.write_datetime(row, 1, datetime(2024, 6, 3), day)
        sheet.write_datetime(row, 2, datetime(2024, 6, 3, 14), clock)
        sheet.write(row, 3, 12.5)
        sheet.write(row, 4, 2)
        sheet.write(row, 5, True)
    book.close()
    found = read_form(path, FORM, zone="Europe/London")
    assert found.rows() == [(*VALUES, 3), (*VALUES, 5)]


def test_every_fault_is_told_at_once_with_row_column_and_value(tmp_path):
    rows = [
        "A,yesterday,noon,few,2.5,maybe,",
        ",,,,,,x",
        GOOD + ",one too many",
        "A,2024-06-03,2024-06-03T14:00+01:00",
    ]
    told = faults_of(write(tmp_path, "\n".join([HEADER, *rows])))
    assert "form.csv: 15 faults." in told
    for fault in (
        "Row 4 has 8 values for 7 columns. Mend that row.",
        "Row 2, column day is 'yesterday': that is no day of these years; write it as 2024-06-03.",
        "Row 2, column start is 'noon': that is no time of these years",
        "Row 2, column pounds is 'few': that is no number; write it as 1234.50.",
        "Row 2, column people is '2.5': that is no whole number",
        "Row 2, column may_split is 'maybe': write yes or no.",
        "Row 3, column area_id is blank: fill it in.",
        "Row 5, column pounds is blank: fill it in.",
    ):
        assert fault in told


def test_after_twenty_rows_of_one_fault_the_rest_are_counted(tmp_path):
    rows = [GOOD.replace("12.5", "few")] * 23
    told = faults_of(write(tmp_path, "\n".join([HEADER, *rows])))
    assert "21 faults" in told
    assert "Row 21, column pounds" in told
    assert "Row 22" not in told
    assert "Column pounds is wrong in 3 more rows." in told


def test_a_header_that_lacks_repeats_or_adds_a_column_is_told_at_once(tmp_path):
    told = faults_of(write(tmp_path, "area_id,day,Day,start,people,may_split,remarks\nA\n"))
    assert "3 faults" in told
    assert "The header lacks pounds; it has area_id, day, Day, start" in told
    assert "The header has remarks, which the form does not know" in told
    assert "The header has day more than once" in told
    assert "note" not in told.split("does not know")[0]  # it may be blank, so it may be missing


def test_a_rule_against_further_columns_is_given_as_the_reason(tmp_path):
    form = Form(columns=(FormColumn(name="area_id"),), why_no_others="Notes name people.")
    path = write(tmp_path, "area_id,What happened\nA,Sam was there\n")
    with pytest.raises(RefusedError) as refused:
        read_form(path, form)
    told = str(refused.value)
    assert "It has What happened. Notes name people. Take the column out" in told
    assert "Sam" not in told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "form.csv: It is empty"),
        (b"<html>", "It is a web page"),
        (b"\n , \n", "It has no header. Give it area_id, day"),
        (HEADER.encode() + b"\n\n", "It has a header and no rows. Fill it in."),
        (b"area_id,note\n\xa35,x\n", r"Row 2 holds b'\xa3', not UTF-8. Save it as CSV UTF-8."),
        (HEADER.encode() + b'\nA,"x" y\n', "Row 2 cannot be taken apart"),
        (b"PK\x03\x04 and no more", "form.csv is no workbook that can be read"),
    ],
)
def test_what_is_no_form_is_said(tmp_path, data, told):
    assert told in faults_of(write(tmp_path, data))


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert "none.csv cannot be read: No such file" in faults_of(tmp_path / "none.csv")


@given(st.binary(max_size=80), st.sampled_from([b"", b"PK\x03\x04", HEADER.encode() + b"\n"]))
def test_whatever_the_bytes_the_error_is_one_of_ours(tmp_path_factory, noise, start):
    path = write(tmp_path_factory.mktemp("noise"), start + noise)
    with pytest.raises(PatrolwiseError):
        read_form(path, FORM)


@given(st.text(max_size=25), st.sampled_from(["day", "time", "number", "whole", "yes_no"]))
def test_whatever_a_cell_says_it_is_read_or_told_to_be_wrong(text, kind):
    values, wrong = read_cells([text], kind, "Europe/London")
    assert (values[0] is None) == bool(wrong) or not text


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_time_with_an_offset_is_that_instant(local, offset_min):
    sign = "-" if offset_min < 0 else "+"
    hours, minutes = divmod(abs(offset_min), 60)
    written = f"{local.isoformat()}{sign}{hours:02d}:{minutes:02d}"
    values, wrong = read_cells([written], "time")
    assert wrong == {}
    assert values[0] == local.replace(tzinfo=UTC) - timedelta(minutes=offset_min)


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("3/6/2024", "day", date(2024, 6, 3)),
        ("2024-06-03T00:00:00", "day", date(2024, 6, 3)),
        ("£1,234,567.5", "number", 1234567.5),
        ("-2e3", "number", -2000.0),
        ("2.0", "whole", 2),
        ("Y", "yes_no", True),
        ("0", "yes_no", False),
        ("Team Leader", "word", "team leader"),
        ("Team Leader", "text", "Team Leader"),
        ("2024-06-03T14:00Z", "time", datetime(2024, 6, 3, 14, tzinfo=UTC)),
    ],
)
def test_these_are_read(cell, kind, value):
    values, wrong = read_cells([cell], kind)
    assert (values[0], wrong) == (value, {})


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("31/02/2024", "day"),
        ("2024-06-03 14:00:00", "day"),
        ("0024-06-03", "day"),
        ("06/13/2024", "day"),
        ("3/6/24", "day"),
        ("nan", "number"),
        ("1e999", "number"),
        ("12,34", "number"),
        ("2.5", "whole"),
        ("1" * 10, "whole"),
        ("2024-06-03", "time"),
        ("0001-01-01T00:00+05:00", "time"),
        ("14:00", "time"),
    ],
)
def test_these_are_wrong_and_not_repaired(cell, kind):
    values, wrong = read_cells([cell], kind)
    assert values.to_list() == [None]
    assert list(wrong) == [0]


def test_local_times_follow_the_clocks_and_the_hours_that_are_not_one_instant_are_told():
    cells = [
        "03/06/2024 14:00",
        "2024-01-08 14:00:30",
        "2024-10-27 01:30",
        "2024-10-27T01:30+00:00",
        "2024-03-31 01:30",
        "",
    ]
    values, wrong = read_cells(cells, "time", "Europe/London")
    assert values.to_list() == [
        datetime(2024, 6, 3, 13, tzinfo=UTC),
        datetime(2024, 1, 8, 14, 0, 30, tzinfo=UTC),
        None,
        datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
        None,
        None,
    ]
    assert list(wrong) == [2, 4]
    assert "happened twice" in wrong[2]
    assert "never was" in wrong[4]


def test_a_local_time_without_a_zone_and_a_zone_that_is_none_are_told():
    values, wrong = read_cells(["2024-06-03 14:00", "2024-06-03T14:00Z"], "time")
    assert values.to_list() == [None, datetime(2024, 6, 3, 14, tzinfo=UTC)]
    assert "no offset. Write it as 2024-06-03T14:00+01:00, or name the zone" in wrong[0]
    with pytest.raises(InputError, match="The zone 'Leicester' is not known"):
        read_cells(["2024-06-03 14:00"], "time", "Leicester")


def test_a_table_found_wrong_is_told_with_the_files_name_and_the_same_family():
    with pytest.raises(RefusedError, match=r"june\.csv: Log: No\."), naming("made/june.csv"):
        check_faults("Log", ["No."], RefusedError)
    with naming("june.csv"):
        pass
