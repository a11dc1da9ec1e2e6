"""Which digits of a text count nothing, and which like them do."""

import pytest

from patrolwise.claims.number_forms import find_numbers


@pytest.mark.parametrize(
    "text",
    [
        "aged 17",
        "ages 11 to 16",
        "a 34-year-old man",
        "16 and 17 year olds",
        "under-18s",
        "Alex Smith, 46, said",
        "call 101 or ring 999",
        "0116 222 2222",
        "+44 (0)116 222 2222",
        "0800 555 111 and 61016",
        "call 101 or Crimestoppers",
        "LE1 5WW",
        "PC 1234",
        "crime reference number 22*123456",
        "incident number 345 of 4 May",
        "quoting 22*123456",
        "Section 60",
        "Operation 7 and Phase 2",
        "Year 9",
        "Hot spot 3: it",
        "12 High Street",
        "24/7",
        "24 hours a day, seven days a week",
        "1st, 2nd and 21st",
        "note [3]",
        "a 20 mph limit",
        "from 6 to 8pm",
        "press2@force.example or www.force.example/2",
        "the A46",
        "per 1,000 residents",
    ],
)
def test_digits_that_count_nothing_are_no_numbers(text):
    assert find_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("101 crimes on 999 days", [101, 999]),
        ("or 101 violent crimes", [101]),
        ("this year 252 crimes", [252]),
        ("in one area 12 robberies", [12]),
        ("hot spot 12 % lower", [12]),
        ("fell from 60, 58, 52", [60, 58, 52]),
        ("between 20 and 30 per cent", [20, 30]),
        ("20 and then 30 per cent", [20, 30]),
    ],
)
def test_digits_like_those_that_count_something_are_numbers(text, values):
    assert [number.value for number in find_numbers(text)] == values


def test_both_ends_of_a_range_of_percentages_are_percentages():
    assert [n.unit for n in find_numbers("20 to 30 per cent")] == ["percent", "percent"]
    assert [n.unit for n in find_numbers("20 then 30 per cent")] == ["count", "percent"]
    assert [n.unit for n in find_numbers("20 to 30 crimes")] == ["count", "count"]
