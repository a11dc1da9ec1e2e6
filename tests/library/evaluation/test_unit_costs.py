"""What a crime costs: the user's dated table, one price year, a declared deflator."""

import math

import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.unit_costs import (
    DEFLATORS,
    UNIT_COSTS,
    CrimeValue,
    check_one_price_year,
    check_unit_costs,
    deflate_unit_costs,
    value_crimes,
)
from patrolwise.tables import make_table

ROWS = [("robbery", 10_000.0, 2020, "A, p. 3"), ("theft", 1_000.0, 2020, "A, p. 4")]
INDEX = [(2018, 80.0, "B"), (2020, 100.0, "B"), (2024, 125.0, "B")]


def table(rows, schema=UNIT_COSTS):
    return make_table(schema, pl.DataFrame(rows, schema=schema.names, orient="row"))


def test_the_value_is_the_mean_over_the_crimes_counted():
    found = value_crimes(table(ROWS), {"robbery": 10, "theft": 90})
    assert found == CrimeValue(
        pounds=1_900.0, price_year=2020, sources=("A, p. 3", "A, p. 4"), crimes=100
    )
    assert value_crimes(table(ROWS), {"robbery": 0, "theft": 5}).sources == ("A, p. 4",)


def test_prices_of_two_years_are_refused_and_named():
    mixed = table([ROWS[0], ("theft", 1_000.0, 2018, "A")])
    with pytest.raises(RefusedError, match=r"pounds of 2018, 2020.*declared deflator"):
        value_crimes(mixed, {"robbery": 1, "theft": 1})
    # a group without a crime brings no price
    assert value_crimes(mixed, {"robbery": 1, "theft": 0}).price_year == 2020


def test_a_declared_deflator_brings_them_to_one_year():
    mixed = table([ROWS[0], ("theft", 1_000.0, 2018, "A")])
    moved = deflate_unit_costs(mixed, table(INDEX, DEFLATORS), 2024)
    assert moved["unit_cost_gbp"].to_list() == pytest.approx([12_500.0, 1_562.5])
    assert set(moved["price_year"]) == {2024}
    assert moved["source"][0] == "A, p. 3; from 2020 to 2024 prices by B"
    assert mixed["price_year"].to_list() == [2020, 2018]
    same = deflate_unit_costs(table(ROWS), table(INDEX, DEFLATORS), 2020)
    assert same.rows() == table(ROWS).rows()


def test_there_and_back_is_nothing():
    there = deflate_unit_costs(table(ROWS), table(INDEX, DEFLATORS), 2024)
    back = deflate_unit_costs(there, table(INDEX, DEFLATORS), 2020)
    assert back["unit_cost_gbp"].to_list() == pytest.approx([10_000.0, 1_000.0])


def test_faults_of_a_deflator_are_told_together():
    index = table([(2020, 0.0, "B"), (2020, 1.0, "B"), (2018, -1.0, "B")], DEFLATORS)
    with pytest.raises(InputError, match="3 faults") as told:
        deflate_unit_costs(table(ROWS), index, 2024)
    for words in ("twice", "The index of 2018 is -1", "It lacks 2024."):
        assert words in str(told.value)


def test_every_fault_of_the_table_is_told_at_once():
    wrong = table(
        [
            (" ", 1.0, 2020, "A"),
            ("theft", 0.0, 2020, "A"),
            ("fraud", math.inf, 2020, "A"),
            ("arson", 1.0, 20, "A"),
            ("drugs", 1.0, 2020, " "),
            ("theft", 1.0, 2020, "A"),
        ]
    )
    with pytest.raises(InputError, match="6 faults") as told:
        check_unit_costs(wrong, "costs.csv")
    for words in ("name the group", "pounds above 0", "a year such as", "where the figure is from"):
        assert words in str(told.value)
    assert "already" in str(told.value)


def test_a_group_without_a_cost_and_no_crimes_are_told():
    with pytest.raises(InputError, match="2 faults") as told:
        value_crimes(table(ROWS), {"fraud": 3, "theft": -1})
    assert "fraud has no unit cost; there are robbery, theft." in str(told.value)
    with pytest.raises(InputError, match="no crimes to average over"):
        value_crimes(table(ROWS), {"theft": 0})


def test_pounds_paid_and_saved_are_of_one_year():
    value = value_crimes(table(ROWS), {"theft": 1})
    check_one_price_year(2020, value)
    with pytest.raises(RefusedError, match="Bring the unit costs to 2024"):
        check_one_price_year(2024, value)
