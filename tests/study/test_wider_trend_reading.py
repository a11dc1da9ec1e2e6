"""What a programme declares of wider areas, and every fault of it at once."""

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.national_trend import RecordingBreak
from patrolwise.study.toml_reader import TomlReader
from patrolwise.study.wider_trend_programme import WiderTrend
from patrolwise.study.wider_trend_reading import read_wider_trends

GOOD = """
[[wider_trend]]
name = "Leicestershire"
file = "force.csv"
definition = "all-crime"
holds_hot_spots = true
area = "Leicestershire"
breaks = [{ month = 2019-07-01, what = "Greater Manchester is missing" }]
"""


@pytest.fixture
def read(tmp_path):
    (tmp_path / "force.csv").write_text("month,crimes\n2020-01,5\n")

    def read_text(text, outcomes=("all-crime@1",)):
        faults = []
        top = TomlReader(tomllib.loads(text), "", tmp_path, faults)
        return read_wider_trends(top, outcomes, faults), faults

    return read_text


def test_a_wider_area_is_read_as_declared(read, tmp_path):
    trends, faults = read(GOOD)
    assert faults == []
    assert trends == (
        WiderTrend(
            name="Leicestershire",
            file=(tmp_path / "force.csv").resolve(),
            definition="all-crime@1",
            holds_hot_spots=True,
            area="Leicestershire",
            breaks=(RecordingBreak(month=date(2019, 7, 1), what="Greater Manchester is missing"),),
        ),
    )


def test_without_one_there_is_none(read):
    assert read("") == ((), [])


def test_all_faults_are_told_at_once(read):
    text = GOOD.replace("force.csv", "absent.csv").replace("holds_hot_spots = true", "holds = 1")
    trends, faults = read(text.replace('"all-crime"', '"no-such"').replace("2019-07-01", "7"))
    assert trends == ()
    for part in (
        "absent.csv",
        "holds_hot_spots is missing",
        "wider_trend[1].holds is not known",
        "no-such",
        "month is 7",
    ):
        assert any(part in fault for fault in faults), part


def test_it_must_be_of_an_outcome_that_is_counted(read):
    trends, faults = read(GOOD, outcomes=("robbery@1",))
    assert trends == ()
    assert "which the programme does not count; it counts robbery@1" in faults[0]
    assert "it counts nothing" in read(GOOD, outcomes=())[1][0]


def test_a_missing_definition_or_file_is_told_once(read):
    trends, faults = read('[[wider_trend]]\nname = "A"\nholds_hot_spots = false\n')
    assert trends == ()
    assert len(faults) == 2


def test_the_same_area_for_the_same_crimes_is_declared_once(read):
    _, faults = read(GOOD + GOOD)
    assert faults == [
        "wider_trend: Leicestershire is declared twice for all-crime@1. Take one of them out."
    ]


def test_what_it_says_is_checked_at_once(read):
    trends, faults = read(GOOD.replace("2019-07-01", "2019-07-02").replace('"Leic', '" '))
    assert trends == ()
    assert "first day of the first month" in faults[0]


def test_breaks_have_a_month_a_reason_and_an_order(tmp_path):
    later, early = (
        RecordingBreak(month=date(2020, month, 1), what="A new system") for month in (5, 4)
    )
    good = WiderTrend(
        name="A", file=tmp_path, definition="all-crime@1", holds_hot_spots=False, breaks=(early,)
    )
    silent = RecordingBreak(month=date(2020, 6, 1), what=" ")
    with pytest.raises(InputError) as caught:
        replace(good, name=" ", breaks=(later, early, silent))
    for part in ("without a name", "It has no name", "June 2020 does not say", "in order of time"):
        assert part in str(caught.value)
