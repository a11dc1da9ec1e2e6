"""Wider areas with their crimes by month, as a programme declares them."""

from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.study.declared_trends import ReadTrend, read_declared_trends
from patrolwise.study.wider_trend_programme import WiderTrend

TWO = "month,crimes,area\n2020-01,5,North\n2020-02,7,North\n2020-01,50,South\n"


@pytest.fixture
def declare(tmp_path):
    (tmp_path / "forces.csv").write_text(TWO, encoding="utf-8")

    def make(name, area="", file="forces.csv"):
        return WiderTrend(
            name=name,
            file=tmp_path / file,
            definition="all-crime@1",
            holds_hot_spots=True,
            area=area,
        )

    return make


def test_each_area_comes_with_its_own_months_in_the_order_declared(declare):
    south, north = declare("The south", "South"), declare("The north", "North")
    read = read_declared_trends([south, north])
    assert [one.declared for one in read] == [south, north]
    assert isinstance(read[0], ReadTrend)
    assert read[0].series.counts == (50.0,)
    assert read[1].series.months == (date(2020, 1, 1), date(2020, 2, 1))


def test_none_declared_reads_none():
    assert read_declared_trends([]) == ()


def test_faults_of_all_files_are_told_together_and_each_once(declare):
    wrong = [declare("A", "East"), declare("B", "West"), declare("A", "East")]
    with pytest.raises(InputError) as caught:
        read_declared_trends([*wrong, declare("The north", "North")])
    told = str(caught.value)
    assert "East" in told
    assert "West" in told
    assert told.count("East") == 1
