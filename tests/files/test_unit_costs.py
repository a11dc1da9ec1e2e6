"""The forms of unit costs and price levels: read whole, or all that is wrong in them."""

import pytest

from patrolwise.errors import InputError
from patrolwise.files.unit_costs import read_deflators, read_unit_costs

HEADER = "crime_group,unit_cost_gbp,price_year,source\n"


def test_a_form_is_read_in_its_order(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(f"{HEADER}theft,1000.50,2021,made up p. 1\nrobbery,9000,2021,made up p. 2\n")
    assert read_unit_costs(path).rows() == [
        ("theft", 1000.5, 2021, "made up p. 1"),
        ("robbery", 9000.0, 2021, "made up p. 2"),
    ]


def test_all_that_is_wrong_in_cells_is_told_with_its_row(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(f"{HEADER}theft,much,2021,A\nrobbery,9000,next,\n")
    with pytest.raises(InputError, match="3 faults") as told:
        read_unit_costs(path)
    for words in ("costs.csv", "unit_cost_gbp", "price_year", "source"):
        assert words in str(told.value)


def test_all_that_is_wrong_with_the_lines_is_told_with_the_file(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(f"{HEADER}theft,0,2021,A\ntheft,9000,21,A\n")
    with pytest.raises(InputError, match=r"costs.csv: 3 faults"):
        read_unit_costs(path)


def test_price_levels_are_read(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("price_year,index,source\n2020,100,B\n2021,102.5,B\n")
    assert read_deflators(path).rows() == [(2020, 100.0, "B"), (2021, 102.5, "B")]
