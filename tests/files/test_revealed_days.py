"""The revealed days of an experiment as a file: what is written is what is read."""

from datetime import date

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.revealed_days import read_revealed_days, write_revealed_days
from patrolwise.planning.plan_tables import ALLOCATIONS
from patrolwise.tables import make_table

HEADER = "area_id,day,block,arm,is_washout\n"


def days(*rows):
    return make_table(
        ALLOCATIONS, pl.DataFrame(list(rows), schema=ALLOCATIONS.schema, orient="row")
    )


SOME = days(
    ("mill-race", date(2024, 6, 2), "mill-race 1", "patrol", False),
    ("mill-race", date(2024, 6, 3), "mill-race 1", "none", True),
    ("tannery-row", date(2024, 6, 2), "tannery-row 1", "none", False),
)


def test_days_come_back_as_they_were_written_in_the_same_order(tmp_path):
    path = tmp_path / "revealed.csv"
    write_revealed_days(path, SOME.reverse())
    assert read_revealed_days(path).equals(SOME.reverse())
    write_revealed_days(path, SOME)
    assert read_revealed_days(path).equals(SOME)


def test_the_file_can_be_read_by_people(tmp_path):
    path = tmp_path / "revealed.csv"
    write_revealed_days(path, SOME)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        HEADER.strip(),
        "mill-race,2024-06-02,mill-race 1,patrol,no",
        "mill-race,2024-06-03,mill-race 1,none,yes",
    ]


def test_a_file_without_any_day_is_refused_as_empty(tmp_path):
    path = tmp_path / "revealed.csv"
    write_revealed_days(path, days())
    with pytest.raises(InputError, match=r"revealed\.csv"):
        read_revealed_days(path)


def test_only_allocations_are_written(tmp_path):
    with pytest.raises(InputError, match="days"):
        write_revealed_days(tmp_path / "revealed.csv", SOME.drop("block"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="gone"):
        write_revealed_days(tmp_path / "gone" / "revealed.csv", SOME)


def test_a_hot_spot_that_has_two_arms_on_one_day_is_refused_with_the_file(tmp_path):
    path = tmp_path / "revealed.csv"
    path.write_text(
        HEADER + "a,2024-06-02,a 1,patrol,no\nb,2024-06-02,b 1,none,no\na,2024-06-02,a 1,none,no\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"revealed\.csv.*a is there twice on 2024-06-02"):
        read_revealed_days(path)


def test_a_cell_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "revealed.csv"
    path.write_text(HEADER + "a,yesterday,a 1,patrol,perhaps\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_revealed_days(path)
    assert "yesterday" in str(caught.value)
    assert "perhaps" in str(caught.value)
