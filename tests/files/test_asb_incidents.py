"""Exports of anti-social behaviour: rows kept or counted as dropped, nobody named elsewhere."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.files import asb_incidents
from patrolwise.files.asb_incidents import read_asb, stream_asb
from patrolwise.files.asb_mapping import AsbMapping, read_asb_mapping
from patrolwise.files.asb_rows import RowTally
from patrolwise.partnership.asb_cases import check_incidents
from patrolwise.partnership.asb_subjects import check_people

MAPPING = """
zone = "Europe/London"
time_format = "%d/%m/%Y %H:%M"

[columns]
incident_id = "Ref"
reported_at = ["Date", "Time"]
happened_from = "From"
happened_to = "To"
category = "Type"
qualifier = "NSIR"
hate_strand = "Hate"
child_involved = "Child"
channel = "How"
case_id = "Case"
x = "Easting"
y = "Northing"

[categories]
"Rowdy/Inconsiderate" = "rowdy or inconsiderate"

[qualifiers]
"ASB Personal" = "personal"

[victims]
victim_id = "Complainant ID"
name = "Complainant"

[subjects]
subject_id = "Suspect ID"
name = "Suspect"
"""
ROW = {
    "Ref": "A1", "Date": "01/06/2026", "Time": "14:30", "From": "31/05/2026 22:00",
    "To": "31/05/2026 23:00", "Type": "rowdy/inconsiderate", "NSIR": "ASB personal",
    "Hate": "race", "Child": "Yes", "How": "phone", "Case": "C1", "Easting": "458800",
    "Northing": "304700", "Complainant ID": "V1", "Complainant": "Ahmed Khan",
    "Suspect ID": "S1", "Suspect": "Sarah Jones", "Beat": "NH12",
}  # fmt: skip
HEADS = list(ROW)


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "sentinel.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return read_asb_mapping(path)


def write(folder, rows, heads=HEADS, encoding="utf-8"):
    path = Path(folder) / "sentinel.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        lines = csv.DictWriter(file, heads)
        lines.writeheader()
        lines.writerows(rows)
    return path


def test_one_row_becomes_an_incident_a_victim_and_a_subject_in_three_tables(mapping, tmp_path):
    read = read_asb(write(tmp_path, [ROW], encoding="utf-8-sig"), mapping)
    assert read.incidents.drop("x", "y").rows() == [
        (
            "A1", "C1", datetime(2026, 6, 1, 13, 30, tzinfo=UTC),
            datetime(2026, 5, 31, 21, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC),
            "rowdy or inconsiderate", "personal", "phone", "V1", "race", True, "sentinel.csv", 2,
        )
    ]  # fmt: skip
    assert read.incidents.select("x", "y").row(0) == (458800.0, 304700.0)
    assert read.victims.select("victim_id", "case_id", "name").rows() == [
        ("V1", "C1", "Ahmed Khan")
    ]
    assert read.subjects.select("subject_id", "name", "basis", "review_due").rows() == [
        ("S1", "Sarah Jones", "alleged", date(2026, 12, 1))
    ]
    assert read.not_read == ["Beat"]
    assert read.tally.rows_read == 1
    assert not read.tally.dropped | read.tally.remarks
    check_incidents(read.incidents)
    assert check_people(read.victims, read.subjects) == []


def test_people_come_once_a_case_also_from_part_to_part(mapping, tmp_path, monkeypatch):
    monkeypatch.setattr(asb_incidents, "_ROWS", 2)
    later = {"Date": "02/06/2026"}
    rows = [
        ROW,
        ROW | later | {"Ref": "A2"},
        ROW | later | {"Ref": "A3"},
        ROW | {"Ref": "A4", "Case": ""},
        ROW | {"Ref": "A1", "Complainant ID": "", "Suspect ID": ""},
    ]
    path = write(tmp_path, rows)
    assert len(list(stream_asb(path, mapping, RowTally()))) == 3
    read = read_asb(path, mapping)
    assert read.incidents["incident_id"].to_list() == ["A1", "A2", "A3", "A4"]
    assert read.victims.select("victim_id", "case_id").rows() == [("V1", "C1"), ("V1", None)]
    assert read.subjects["evidenced_on"].to_list() == [date(2026, 6, 1)] * 2
    (again,) = read.tally.dropped.items()
    assert (again[0], again[1].count, again[1].first) == ("a reference that came before", 1, [6])


def test_rows_are_dropped_or_mended_by_reason_with_their_lines(mapping, tmp_path):
    changes = [
        {"Ref": ""},
        {"Date": "", "Time": ""},
        {"Date": "soon"},
        {"Date": "29/03/2026", "Time": "01:30"},
        {"From": "then", "To": ""},
        {"To": "31/05/2026 21:00"},
        {"From": "02/06/2026 10:00", "To": ""},
        {"Type": "loud", "NSIR": "?", "Hate": "other"},
        {"Easting": "0", "Northing": "0"},
        {"Easting": "here"},
        {"Easting": "", "Northing": ""},
    ]
    rows = [ROW | {"Ref": f"A{n}"} | change for n, change in enumerate(changes)]
    read = read_asb(write(tmp_path, rows), mapping)
    told = {why: (lines.count, lines.first) for why, lines in read.tally.dropped.items()}
    assert told == {
        "no reference": (1, [2]),
        "no time of report": (1, [3]),
        "a time of report that does not fit time_format": (1, [4]),
        "a time of report that never was: the clocks went forward": (1, [5]),
    }
    told = {what: (lines.count, lines.first) for what, lines in read.tally.remarks.items()}
    assert told == {
        "a time of the behaviour that does not fit time_format is taken out": (1, [6]),
        "behaviour ends before it begins: its end is taken out": (1, [7]),
        "reported before it happened: the time of the behaviour is taken out": (1, [8]),
        "a category that [categories] leads nowhere is left out": (1, [9]),
        "a qualifier that [qualifiers] leads nowhere is left out": (1, [9]),
        "a hate strand that [hate_strands] leads nowhere is left out": (1, [9]),
        "a place that is none, or outside the United Kingdom, is taken out": (2, [10, 11]),
    }
    assert read.incidents["happened_from"].null_count() == 2
    assert read.incidents["happened_to"].null_count() == 3
    assert read.incidents["x"].null_count() == 3
    check_incidents(read.incidents)


@settings(max_examples=25)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "Ref": st.sampled_from(["A1", "A2", "A3", "A4", ""]),
                "Date": st.sampled_from(["01/06/2026", "29/03/2026", "x", ""]),
                "Time": st.sampled_from(["14:30", "01:30"]),
                "From": st.sampled_from(["", "31/05/2026 22:00", "01/07/2026 01:00"]),
            }
        ),
        max_size=8,
    )
)
def test_rows_read_are_rows_kept_and_rows_dropped(changes):
    with TemporaryDirectory() as folder:
        (Path(folder) / "m.toml").write_text(MAPPING, encoding="utf-8")
        path = write(folder, [ROW | change for change in changes])
        read = read_asb(path, read_asb_mapping(Path(folder) / "m.toml"))
    dropped = sum(lines.count for lines in read.tally.dropped.values())
    assert read.tally.rows_read == len(changes) == read.incidents.height + dropped
    check_incidents(read.incidents)


@pytest.mark.parametrize(
    ("heads", "values"),
    [
        ("Officer Name", "PC Smith"),
        ("VictimSurname", ""),
        ("DOB", ""),
        ("Caller telephone number", ""),
        ("Notes", "Ahmed Khan was shouting at the shop"),
        ("Notes", "Ring 07700 900123"),
        ("How", "Sarah Jones"),
    ],
)
def test_a_column_of_people_is_refused_unless_it_goes_to_victims_or_subjects(
    heads, values, mapping, tmp_path
):
    path = write(tmp_path, [ROW | {heads: values}], list(dict.fromkeys([*HEADS, heads])))
    with pytest.raises(RefusedError, match=rf"{heads} hold\(s\) people's names") as error:
        read_asb(path, mapping)
    assert not values or values not in str(error.value)


def test_people_in_a_later_part_are_found_when_it_comes(mapping, tmp_path, monkeypatch):
    monkeypatch.setattr(asb_incidents, "_ROWS", 1)
    rows = [ROW, ROW | {"Ref": "A2", "How": "Sarah Jones"}]
    parts = stream_asb(write(tmp_path, rows), mapping, RowTally())
    assert next(parts).incidents.height == 1
    with pytest.raises(RefusedError, match="How hold"):
        next(parts)


def test_a_place_in_degrees_becomes_metres_and_victims_need_no_column(tmp_path):
    mapping = AsbMapping(
        columns={
            "incident_id": ("Ref",), "reported_at": ("At",), "x": ("Lon",), "y": ("Lat",),
        },
        zone="UTC", time_format="%Y-%m-%d %H:%M", crs=4326, encoding="windows-1252", separator=";",
    )  # fmt: skip
    path = tmp_path / "x.csv"
    path.write_text(
        "Ref;At;Lon;Lat;Town\nA1;2026-06-01 10:00;-1.1331;52.6369;Café\n\nA2;2026-06-01 10:00\n",
        encoding="windows-1252",
    )
    read = read_asb(path, mapping)
    assert [round(value, -2) for value in read.incidents.select("x", "y").row(0)] == [
        458800,
        304700,
    ]
    assert (read.victims.height, read.subjects.height) == (0, 0)
    assert read.incidents.select("victim_id", "category").row(0) == (None, None)
    (dropped,) = read.tally.dropped.items()
    assert dropped[0] == "more or fewer values than the header has columns"
    assert dropped[1].first == [4]


def test_without_a_header_nobodys_row_is_shown_as_one(mapping, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(",".join(ROW.values()), encoding="utf-8")
    with pytest.raises(InputError, match="export the file with its header") as error:
        read_asb(path, mapping)
    assert not [value for value in ROW.values() if value in str(error.value)]


def test_the_mapping_that_the_docs_show_is_one(tmp_path):
    page = Path(__file__).parents[2] / "docs/explanation/anti-social-behaviour.md"
    shown = page.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "shown.toml").write_text(shown, encoding="utf-8")
    found = read_asb_mapping(tmp_path / "shown.toml")
    assert found.people_columns == ["Complainant ID", "Complainant"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "It is empty"),
        (b"Ref,Date\nA1,x\n", "the header. lacks Time, From"),
        (",".join(HEADS).encode() + b",Ref\n", "has Ref more than once"),
        (",".join(HEADS).encode() + b'\n"A1"x,\n', "Line 2 cannot be taken apart"),
        (",".join(HEADS).encode() + b"\n\xff\n", "it is not utf-8"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(content, told, mapping, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_asb(path, mapping)
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        read_asb(tmp_path / "none.csv", mapping)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('incident_id = "Ref"', "", "It maps no incident_id"),
        ('case_id = "Case"', 'colour = "Case"', "colour is none that incidents have"),
        ('case_id = "Case"', 'case_id = ["Case", "Beat"]', "case_id takes 1 name"),
        ('x = "Easting"', "", "maps one of x and y"),
        ('name = "Suspect"', 'dob = "Suspect"', "subjects. has dob; known are subject_id, name"),
        ('subject_id = "Suspect ID"', "", "has no subject_id"),
        ('name = "Suspect"', 'name = "Complainant"', "victims and to subjects"),
        ('name = "Suspect"', 'name = "How"', "The column How goes to people and to incidents"),
        ('= "personal"', '= "private"', "leads to 'private'; known are personal"),
        ('= "personal"', "= 3", "to quoted text, got 3"),
        ('zone = "Europe/London"', "", "It has no zone"),
        ('zone = "Europe/London"', 'zone = "UTC"\ncrs = 3857', "crs must be 4326"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_what_is_wrong(old, new, told, tmp_path):
    path = tmp_path / "own.toml"
    assert old in MAPPING
    path.write_text(MAPPING.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_asb_mapping(path)
