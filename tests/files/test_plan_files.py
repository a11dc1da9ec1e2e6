"""Rotas and plans as files: written, edited by hand, read back."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.plan_files import read_plan, read_rota, write_plan, write_rota
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.tables import COUNTS, make_table

# the hour that happens twice in October is in it
STARTS = st.datetimes(datetime(2024, 10, 26), datetime(2024, 10, 28)).map(
    lambda time: time.replace(tzinfo=UTC)
)
WORDS = st.text("abc,;\"' é-1", min_size=1).map(str.strip).filter(bool)
LENGTHS = st.timedeltas(timedelta(microseconds=1), timedelta(days=1))
DAYS = st.dates(date(2024, 1, 1), date(2025, 1, 1))


def rows_of(table, *columns):
    """Return a strategy of tables of at least one row."""
    row = st.tuples(*columns, STARTS, LENGTHS, st.booleans()).map(
        lambda r: (*r[:-3], r[-3], r[-3] + r[-2], r[-1])
    )
    return st.lists(row, min_size=1, max_size=3).map(
        lambda rows: pl.DataFrame(rows, schema=table.schema, orient="row")
    )


@settings(max_examples=40)
@given(rows_of(ROTA, DAYS, WORDS, WORDS, WORDS, WORDS))
def test_a_rota_comes_back_as_it_was_written(tmp_path_factory, rota):
    path = tmp_path_factory.mktemp("rota") / "rota.csv"
    write_rota(path, rota)
    assert read_rota(path).equals(rota)


@settings(max_examples=40)
@given(rows_of(PLANNED_VISITS, DAYS, WORDS, WORDS, WORDS, st.none() | WORDS))
def test_a_plan_comes_back_as_it_was_written(tmp_path_factory, planned):
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    write_plan(path, planned)
    assert read_plan(path).equals(planned)


HEADER = "day,shift,service,unit_id,area_id,start,end,is_locked"
ROW = "2024-06-03,late,police,p1,a,2024-06-03T14:00+01:00,2024-06-03T14:15+01:00,no"


def write(tmp_path, *lines):
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_times_are_written_as_the_clock_on_the_wall(tmp_path):
    path = write(tmp_path, HEADER, ROW)
    write_plan(path, read_plan(path))
    assert path.read_text(encoding="utf-8").splitlines() == [HEADER, ROW]


def test_an_edited_row_may_give_local_times_and_leave_lock_and_hot_spot_blank(tmp_path):
    edited = "03/06/2024,late,police,p1,,03/06/2024 17:00,2024-06-03 17:30,"
    found = read_plan(write(tmp_path, HEADER, ROW, edited))
    assert found["area_id"].to_list() == ["a", None]
    assert found["is_locked"].to_list() == [False, False]
    assert found["start"][1] == datetime(2024, 6, 3, 16, tzinfo=UTC)


def test_times_that_cannot_be_are_told_all_at_once(tmp_path):
    before = ROW.replace("T14:15", "T13:15")
    next_week = ROW.replace("03T14:15", "10T14:15")
    with pytest.raises(InputError) as raised:
        read_plan(write(tmp_path, HEADER, before, next_week))
    told = str(raised.value)
    assert "plan.csv: 2 faults" in told
    assert "Row 2, column end" in told
    assert "Row 3, column end" in told
    assert "more than a day after start" in told
    rota = "2024-06-03,late,police,p1,s1,2024-06-03T14:00Z,2024-06-03T14:00Z,no"
    with pytest.raises(InputError, match="Row 2, column end"):
        read_rota(write(tmp_path, HEADER.replace("area_id", "staff_id"), rota))


def test_a_name_beside_a_code_is_refused(tmp_path):
    with pytest.raises(RefusedError, match=r"It has Name\. Planning forms hold codes"):
        read_plan(write(tmp_path, HEADER + ",Name", ROW + ",Sam Smith"))
    rota_header = HEADER.replace("area_id", "staff_id")
    with pytest.raises(RefusedError, match="It has Name"):
        read_rota(write(tmp_path, rota_header + ",Name", ROW + ",Sam Smith"))


def test_another_table_or_another_ending_is_not_written(tmp_path):
    with pytest.raises(InputError, match=r"rota\.csv lacks day"):
        write_rota(tmp_path / "rota.csv", make_table(COUNTS))
    with pytest.raises(InputError, match=r"must end in \.csv"):
        write_plan(tmp_path / "plan.xlsx", make_table(PLANNED_VISITS))
    assert list(tmp_path.iterdir()) == []
