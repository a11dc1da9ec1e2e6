"""How one weight is made of several, and what an index refuses."""

import statistics

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.harm import (
    HARM_WEIGHTS,
    OFFENCE_ROWS,
    Choice,
    HarmIndex,
    read_found_by,
    starting_points_index,
    weigh_offences,
)
from patrolwise.harm.shipped import read_shipped
from patrolwise.tables import make_table


def offences(*rows):
    codes, classifications, days = zip(*rows, strict=True) if rows else ((), (), ())
    return make_table(
        OFFENCE_ROWS,
        {
            "offence_code": pl.Series(codes, dtype=pl.String),
            "classification": pl.Series(classifications, dtype=pl.String),
            "offence": pl.Series([f"offence {i}" for i in range(len(days))], dtype=pl.String),
            "days": pl.Series(days, dtype=pl.Float64),
        },
    )


def an_index(weights=None, **changes):
    given = {"name": "made-up", "title": "Made up", "version": "2024-01", "source": "a test"}
    if weights is None:
        weights = weigh_offences(offences(("8N", None, 7.0)))
    return HarmIndex(**(given | {"licence": "none", "weights": weights} | changes))


def weights_of(*rows):
    names = ("offence_code", "days", "low", "high")
    data = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return make_table(HARM_WEIGHTS, data | {"offence": ["x"] * len(rows), "rows": [1] * len(rows)})


@pytest.mark.parametrize(
    ("choice", "days"),
    [
        (Choice.MEDIAN, 11.0),
        (Choice.MEDIAN_LOW, 2.0),
        (Choice.MIN, 2.0),
        (Choice.MAX, 40.0),
        (Choice.MEAN, 16.0),
    ],
)
def test_one_weight_is_made_of_several_by_the_choice(choice, days):
    rows = offences(("59", None, 2.0), ("59", None, 2.0), ("59", None, 20.0), ("59", None, 40.0))
    found = weigh_offences(rows, choice)
    assert found.select("days", "low", "high", "rows").row(0) == (days, 2.0, 40.0, 4)


def test_codes_written_in_different_ways_are_one_code():
    found = weigh_offences(offences(("4/3", None, 1.0), ("4.3", None, 3.0), ("04.03", None, 5.0)))
    assert found["offence_code"].to_list() == ["4.3"]
    assert found["days"].to_list() == [3.0]


def test_a_full_classification_has_its_own_weight_beside_that_of_its_code():
    rows = offences(("8N", "008/06", 10.0), ("8N", "00801", 500.0), ("8S", "008/06", 30.0))
    found = dict(weigh_offences(rows).select("offence_code", "days").iter_rows())
    assert found == {"8N": 10.0, "8S": 30.0, "008/06": 10.0, "008/01": 500.0}


def test_a_classification_counts_as_found_by_police_only_when_all_its_codes_are():
    rows = offences(("92D", "092/01", 1.0), ("10D", "010/09", 2.0), ("8N", "010/09", 2.0))
    found = dict(weigh_offences(rows).select("offence_code", "found_by").iter_rows())
    assert found["092/01"] == "police"
    assert found["010/09"] is None


def test_no_offences_give_no_weights():
    assert weigh_offences(offences()).equals(make_table(HARM_WEIGHTS))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["1", "8N", "4.3"]), st.integers(1, 5475)), max_size=20),
    st.sampled_from(list(Choice)),
)
def test_weights_are_those_of_a_plain_loop(rows, choice):
    make = {
        Choice.MEDIAN: statistics.median,
        Choice.MEDIAN_LOW: statistics.median_low,
        Choice.MIN: min,
        Choice.MAX: max,
        Choice.MEAN: statistics.fmean,
    }[choice]
    expected = {}
    for code in sorted({code for code, _ in rows}):
        days = [float(d) for c, d in rows if c == code]
        expected[code] = (pytest.approx(make(days)), min(days), max(days), len(days))
    found = weigh_offences(offences(*[(code, None, float(d)) for code, d in rows]), choice)
    table = found.select("offence_code", "days", "low", "high", "rows")
    assert {row[0]: row[1:] for row in table.iter_rows()} == expected


def test_an_index_is_named_with_its_version():
    index = an_index(name="cchi", version="2020-10", title="Cambridge Crime Harm Index")
    assert index.key == "cchi@2020-10"
    assert index.label == "Cambridge Crime Harm Index (cchi@2020-10)"
    assert not index.is_estimate


def test_an_index_refuses_all_its_faults_at_once():
    weights = weights_of(("8N", 5.0, 6.0, 7.0), ("8N", 5.0, 5.0, 5.0), ("1", -1.0, -1.0, 1.0))
    with pytest.raises(InputError) as refused:
        an_index(weights, name="CCHI!", version="lately")
    message = str(refused.value)
    for told in ("slug", "'CCHI!'", "'lately'", "two weights: 8N", "low <= days <= high: 8N, 1"):
        assert told in message


def test_an_index_without_weights_is_refused():
    with pytest.raises(InputError, match="no weights"):
        an_index(make_table(HARM_WEIGHTS))


@pytest.mark.parametrize("days", [float("nan"), float("inf"), 0.0])
def test_a_weight_that_is_no_number_of_days_is_refused(days):
    with pytest.raises(InputError, match="low <= days <= high"):
        an_index(weights_of(("8N", days, days, days)))


def days_in_words(basis: str) -> float:
    """Return the days of a sentence, as docs/explanation/harm.md says they are counted."""
    if "custody" in basis:
        number, unit, _ = basis.split()
        return int(number) * {"y": 365, "m": 365 / 12, "w": 7}[unit[0]]
    if "community order" in basis:
        unpaid_hours = {"low": 40, "medium": 80, "high": 150}[basis.split(maxsplit=1)[0]]
        return round(unpaid_hours / 8)
    share = {"A": 0.5, "B": 1.0, "C": 1.5}[basis.split()[1]]
    return round(share * 120 / (8.72 * 8))


def test_the_shipped_days_follow_from_the_words_beside_them():
    table = read_shipped("starting-points.csv")
    worked_out = [days_in_words(basis) for basis in table["basis"]]
    assert [float(days) for days in table["days"]] == pytest.approx(worked_out)


def test_the_shipped_index_names_a_guideline_for_each_of_its_codes():
    table = read_shipped("starting-points.csv")
    assert (
        table.select("offence_code", "offence", "basis", "guideline")
        .null_count()
        .sum_horizontal()[0]
        == 0
    )
    assert table["offence_code"].is_unique().all()
    index = starting_points_index()
    assert index.key == "guideline-starting-points@2020"
    assert "Cambridge" not in index.label
    assert index.weights.filter(offence_code="1")["days"].item() == 15 * 365


def test_each_code_left_out_has_a_reason_and_a_source():
    table = read_found_by()
    assert table.null_count().sum_horizontal()[0] == 0
    assert set(table["found_by"]) == {"police", "company"}
