"""Logs of abstractions: when, where and one word of a table; free text is refused."""

from datetime import UTC, datetime

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.abstraction_logs import read_abstractions
from patrolwise.patrols.abstractions import ABSTRACTIONS

HEADER = "service,unit_id,area_id,start,end,reason"
AWAY = "police,pair 1,A,2024-06-03T14:10+01:00,2024-06-03T15:00+01:00,Arrest"


def write(folder, *lines):
    path = folder / "log.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_log_is_read_as_abstractions(tmp_path):
    local = "police,pair 1,A,03/06/2024 16:00,03/06/2024 16:30,emergency"
    found = read_abstractions(write(tmp_path, HEADER, AWAY, local), zone="Europe/London")
    assert dict(found.schema) == ABSTRACTIONS.schema
    assert found["reason"].to_list() == ["arrest", "emergency"]
    assert found["start"].to_list() == [
        datetime(2024, 6, 3, 13, 10, tzinfo=UTC),
        datetime(2024, 6, 3, 15, tzinfo=UTC),
    ]


def test_a_column_of_notes_is_refused_with_the_reason_and_not_repeated(tmp_path):
    with pytest.raises(RefusedError) as refused:
        read_abstractions(write(tmp_path, HEADER + ",Details", AWAY + ",met Sam Smith"))
    told = str(refused.value)
    assert "log.csv: It has Details. A log of abstractions has no notes" in told
    assert "Sam" not in told


def test_a_reason_outside_the_table_is_told_with_the_file_and_its_row(tmp_path):
    with pytest.raises(InputError) as raised:
        read_abstractions(write(tmp_path, HEADER, "", AWAY.replace("Arrest", "lunch")))
    told = str(raised.value)
    assert told.startswith("log.csv: ")
    assert "Row 3" in told
    assert "arrest, emergency, safeguarding, custody, other" in told
