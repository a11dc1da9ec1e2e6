"""Crimes by month of a wider area, as a form holds them."""

from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.national_trend import RecordingBreak
from patrolwise.files.month_series import read_month_series


@pytest.fixture
def write(tmp_path):
    def put(text):
        path = tmp_path / "force.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_months_come_in_order_however_they_are_written(write):
    broken = RecordingBreak(month=date(2020, 2, 1), what="A new system")
    path = write('Month;Crimes\n2020-02-01;"1,250"\n2020-01;0\n')
    series = read_month_series(path, "The force", breaks=[broken])
    assert series.months == (date(2020, 1, 1), date(2020, 2, 1))
    assert series.counts == (0.0, 1250.0)
    assert (series.name, series.breaks) == ("The force", (broken,))


def test_one_area_of_several_is_taken(write):
    path = write("area,month,crimes\nEast,2020-01,5\nWest,2020-01,7\nWest,2020-02,8\n")
    assert read_month_series(path, "West", area="West").counts == (7.0, 8.0)


def test_an_area_that_is_the_only_one_need_not_be_named(write):
    path = write("area,month,crimes\nEast,2020-01,5\n")
    assert read_month_series(path, "East").counts == (5.0,)


def test_all_that_is_wrong_is_told_at_once(write):
    path = write(
        "month,crimes\n2020-13,5\nJan 2020,many\n2020-03,-1\n2020-02,1\n2020-02-01,1\n"
        "1020-02,2\n2020-04-02,3\n"
    )
    with pytest.raises(InputError) as caught:
        read_month_series(path, "The force")
    for part in (
        "force.csv",
        "Row 2, column month is '2020-13': write it as 2020-07.",
        "Row 3, column month is 'Jan 2020'",
        "Row 3, column crimes is 'many'",
        "Row 4, column crimes is '-1': a count is 0 or more.",
        "Row 7, column month is '1020-02'",
        "Row 8, column month is '2020-04-02'",
        "February 2020 is there 2 times, in rows 5, 6. Keep one.",
    ):
        assert part in str(caught.value)


def test_of_very_many_faults_the_rest_is_counted(write):
    path = write("month,crimes\n" + "x,1\n" * 25)
    with pytest.raises(InputError, match="And 15 faults more"):
        read_month_series(path, "The force")


def test_an_area_must_be_named_where_there_are_several_and_be_there(write):
    rows = "".join(f"A{number},2020-01,5\n" for number in range(11))
    path = write(f"area,month,crimes\n{rows},2020-01,4\n")
    with pytest.raises(InputError) as caught:
        read_month_series(path, "The force")
    assert "several areas: (blank), A0, A1, A10, A2" in str(caught.value)
    assert "and 4 more" in str(caught.value)
    with pytest.raises(InputError, match="no area 'B'"):
        read_month_series(path, "The force", area="B")
