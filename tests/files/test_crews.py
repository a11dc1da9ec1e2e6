"""Lists of crews: units, devices and how many people, never who they are."""

from datetime import UTC, datetime

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.crews import read_assignments
from patrolwise.tables import ASSIGNMENTS

HEADER = "unit_id,service,start,end,device_id,people"
PAIR = "pair 1,police,2024-06-03T14:00+01:00,2024-06-03T22:00+01:00,radio 7,1"


def write(folder, *lines):
    path = folder / "crews.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_list_of_crews_is_read_as_assignments(tmp_path):
    alone = "pair 1,police,2024-06-03 14:00,03/06/2024 22:00,,1"
    found = read_assignments(write(tmp_path, HEADER, PAIR, alone), zone="Europe/London")
    assert dict(found.schema) == ASSIGNMENTS.schema
    assert found["device_id"].to_list() == ["radio 7", None]
    assert found["start"].to_list() == [datetime(2024, 6, 3, 13, tzinfo=UTC)] * 2
    assert found["end"].to_list() == [datetime(2024, 6, 3, 21, tzinfo=UTC)] * 2


def test_a_local_time_needs_its_zone(tmp_path):
    local = "pair 1,police,2024-06-03 14:00,2024-06-03 22:00,radio 7,1"
    with pytest.raises(
        InputError, match="Row 2, column start is '2024-06-03 14:00': it has no off"
    ):
        read_assignments(write(tmp_path, HEADER, local))


def test_a_row_that_cannot_be_right_is_told_with_the_file_and_its_row(tmp_path):
    nobody = PAIR.replace("radio 7,1", "radio 8,0")
    with pytest.raises(InputError, match=r"crews\.csv: .*Row 4, column people is 0"):
        read_assignments(write(tmp_path, HEADER, PAIR, "", nobody))


def test_names_of_officers_are_refused(tmp_path):
    with pytest.raises(RefusedError, match=r"It has Officer\. A list of crews holds units"):
        read_assignments(write(tmp_path, HEADER + ",Officer", PAIR + ",Sam Smith"))
