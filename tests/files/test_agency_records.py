"""Files of other agencies: read whole or refused whole, times cut to day and hour."""

from datetime import date

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.agency_records import agency_form, read_agency_records
from patrolwise.partnership.agency_sources import KINDS

ISTV = """row_id,site_code,arrival_datetime,assault_datetime,assault_method,\
assault_location_type,assault_location_description
1,RWE01,2026-06-01T00:40,2026-05-31T23:30:00Z,30,4,Outside the Clock Tower
2,RWE01,,2026-01-05 01:10,20,6,
"""
OTHER = (
    "row_id;site_code;day;hour;category;longitude;latitude\n7;C1;03/06/2026;;affray;-1.13;52.63\n"
)


def read(tmp_path, text, kind="emergency department"):
    path = tmp_path / "records.csv"
    path.write_text(text, encoding="utf-8")
    return read_agency_records(path, kind)


def test_a_time_becomes_its_local_day_and_hour_and_nothing_finer_stays(tmp_path):
    rows = read(tmp_path, ISTV)
    assert rows.select("day", "hour").rows() == [(date(2026, 6, 1), 0), (date(2026, 1, 5), 1)]
    assert rows["category"].to_list() == ["30", "20"]
    assert rows["place"].to_list() == ["Outside the Clock Tower", None]
    assert "assault_datetime" not in rows.columns


def test_other_agencies_give_days_and_may_give_points(tmp_path):
    rows = read(tmp_path, OTHER, "custody")
    assert rows.row(0) == ("7", "C1", date(2026, 6, 3), None, "affray", None, None, -1.13, 52.63)


def test_every_kind_has_a_form_whose_header_is_read(tmp_path):
    for kind in KINDS:
        with pytest.raises(InputError, match="no rows"):
            read(tmp_path, ",".join(agency_form(kind).names) + "\n", kind)


def test_all_faults_are_told_at_once(tmp_path):
    text = (
        "row_id,site_code,day,hour,category,longitude,latitude\n"
        "1,A,2026-06-03,24,x,-1.1,\n1,A,2026-06-03,3,x,-1.1,5.2\n2,A,2026-06-03,3,x,-91,52.6\n"
    )
    with pytest.raises(InputError) as told:
        read(tmp_path, text, "housing")
    for words in ("hour is 24", "twice", "or neither", "latitude is 5.2", "longitude is -91"):
        assert words in str(told.value)


def test_a_column_about_a_person_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="of an event, not of a person"):
        read(
            tmp_path,
            OTHER.replace("category", "category;name").replace("affray", "affray;Kez"),
            "custody",
        )
