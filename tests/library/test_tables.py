import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import ALL_TABLES, COUNTS, CRIMES, check_columns, make_table


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_keeps_its_columns_and_types(table):
    empty = make_table(table)
    assert dict(empty.schema) == table.schema
    check_columns(empty, table, name="empty")


def test_columns_that_may_be_null_are_filled_and_others_are_dropped():
    given = {"force": ["L"], "month": ["2022-01-01"], "source": ["f"], "row": [2], "extra": [1]}
    frame = make_table(CRIMES, pl.DataFrame(given).with_columns(pl.col("month").str.to_date()))
    assert frame.columns == CRIMES.names
    assert frame["x"].to_list() == [None]


def test_what_is_missing_and_what_is_there_are_both_said():
    with pytest.raises(InputError, match="COUNTS lacks window, crimes; it has area_id"):
        make_table(COUNTS, {"area_id": ["a"]})
    with pytest.raises(InputError, match="counts lacks area_id, window, crimes; it has no columns"):
        check_columns(pl.DataFrame(), COUNTS, name="counts")


def test_a_value_that_does_not_fit_its_column_is_an_input_error():
    with pytest.raises(InputError, match="COUNTS: a value does not fit"):
        make_table(COUNTS, {"area_id": ["a"], "window": ["w"], "crimes": ["many"]})


def test_a_column_of_another_type_is_named():
    frame = pl.DataFrame({"area_id": ["a"], "window": ["w"], "crimes": [1.5]})
    with pytest.raises(InputError, match="crimes is Float64, not Int64"):
        check_columns(frame, COUNTS, name="counts")


def test_several_faults_are_one_numbered_error_of_the_family_asked_for():
    with pytest.raises(RefusedError, match=r"w: 2 faults\.\n  1\. One\.\n  2\. Two\."):
        check_faults("w", ["One.", "Two."], RefusedError)
