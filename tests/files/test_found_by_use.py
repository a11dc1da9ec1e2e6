"""Faults that were found by using the program as its users do."""

from pathlib import Path

import pytest

from patrolwise.errors import InputError
from patrolwise.files import read_crimes
from patrolwise.files.areas import read_areas

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
ROW = "{},2022-01,A,A,{},52.6,{},E01013605,L,Robbery,,"
NAME = "2022-01-a-street.csv"
MAPPING = """
force = "A"
zone = "Europe/London"
[columns]
crime_id = "id"
time_from = "at"
"""


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def fault_of(path: Path, mapping: Path | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_crimes([path], mapping=mapping)
    return str(caught.value)


def test_line_ends_of_old_macs_are_named(tmp_path):
    text = "\r".join([HEADER, ROW.format("i", -1.1, "On or near High Street"), ""])
    assert "bare carriage return" in fault_of(write(tmp_path, NAME, text.encode()))


def test_line_ends_of_old_macs_are_named_in_a_force_export(tmp_path):
    mapping = write(tmp_path, "m.toml", MAPPING.encode())
    export = write(tmp_path, "e.csv", b"id,at\r1,2022-01-01 10:00:00\r")
    assert "bare carriage return" in fault_of(export, mapping)


def test_bytes_of_another_kind_of_file_are_a_fault_and_cannot_steer_the_terminal(tmp_path):
    told = fault_of(write(tmp_path, "x.xlsx", b"\xf1\x1b[2Jab\rc,d\n\x00\x01"))
    assert "Row 1 (the header) lacks Crime ID" in told
    assert "\x1b" not in told


def test_a_header_without_end_is_cut_in_the_message(tmp_path):
    told = fault_of(write(tmp_path, NAME, ("Crime ID," + "B" * 100_000 + "\n1,2\n").encode()))
    assert len(told) < 1_200
    assert "…" in told


def test_a_value_without_end_before_a_bad_row_is_a_fault(tmp_path):
    rows = [HEADER, ROW.format("i", -1.1, "A" * 200_000), ROW.format("j", "abc", "B")]
    told = fault_of(write(tmp_path, NAME, "\n".join(rows).encode()))
    assert "row 2 cannot be taken apart" in told


@pytest.mark.parametrize(("other", "shown"), [(";", '";"'), ("\t", '"\\t"'), ("|", '"|"')])
def test_another_separator_is_recognised(tmp_path, other, shown):
    mapping = write(tmp_path, "m.toml", MAPPING.encode())
    export = write(tmp_path, "e.csv", f"id{other}at\n1{other}2022-01-01 10:00:00\n".encode())
    assert f"separator = {shown} in m.toml" in fault_of(export, mapping)


def test_another_separator_is_recognised_when_values_hold_commas(tmp_path):
    mapping = write(tmp_path, "m.toml", MAPPING.encode())
    export = write(tmp_path, "e.csv", b"id;at\n1;a, b\n")
    assert 'separator = ";" in m.toml' in fault_of(export, mapping)


def test_values_are_counted_with_the_separator_of_the_mapping(tmp_path):
    mapping = write(tmp_path, "m.toml", ('separator = ";"' + MAPPING).encode())
    export = write(tmp_path, "e.csv", b"id;at\n1;2022-01-01 10:00:00\n2;x;y\n")
    assert "row 3 has 3 values for 2 columns" in fault_of(export, mapping)


def test_a_missing_column_is_not_taken_for_another_separator(tmp_path):
    mapping = write(tmp_path, "m.toml", MAPPING.encode())
    export = write(tmp_path, "e.csv", b"number\n1\n")
    assert "Correct [columns] in m.toml" in fault_of(export, mapping)


def test_a_mapped_column_that_is_there_twice_is_a_fault(tmp_path):
    mapping = write(tmp_path, "m.toml", MAPPING.encode())
    export = write(tmp_path, "e.csv", b"id,at,id\n1,2022-01-01 10:00:00,2\n")
    assert "has id more than once" in fault_of(export, mapping)


def test_a_blank_id_of_an_area_is_none(tmp_path):
    ring = "[[-1.13,52.63],[-1.12,52.63],[-1.12,52.64],[-1.13,52.63]]"
    area = (
        '{"type":"Feature","properties":{"area_id":"  "},'
        f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}'
    )
    with pytest.raises(InputError, match="Feature 1 has no property area_id"):
        read_areas(write(tmp_path, "a.geojson", area.encode()))
