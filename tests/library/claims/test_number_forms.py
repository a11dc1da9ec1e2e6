"""Which numbers a text holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.claims.number_forms import find_numbers, read_number_words
from patrolwise.reporting.wording import format_count

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def say(number):
    """Return a number below a thousand in words: the slow way round."""
    if number >= 100:
        rest = f" and {say(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    if number >= 20:
        return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")
    return (ONES + TEENS)[number]


@pytest.mark.parametrize(
    ("text", "value", "unit", "step"),
    [
        ("There were 416 crimes", 416, "count", 1),
        ("a score of 60,314", 60314, "count", 1),
        ("fell 39%", 39, "percent", 1),
        ("fell by 39.4 %.", 39.4, "percent", 0.1),
        ("by −8.4 per cent", -8.4, "percent", 0.1),
        ("by -8.4 percent", -8.4, "percent", 0.1),
        ("+12 crimes", 12, "count", 1),
        ("cost £2.28", 2.28, "pounds", 0.01),
        ("£1.57m in all", 1_570_000, "pounds", 10_000),
        ("£2 million", 2e6, "pounds", 1e6),
        ("£3bn", 3e9, "pounds", 1e9),
        ("£200k", 200_000, "pounds", 1_000),
        ("1.2 million people", 1.2e6, "count", 1e5),
        ("£2.28 per minute", 2.28, "pounds per minute", 0.01),
        ("£3.38 on average per minute", 3.38, "pounds per minute", 0.01),
        ("£136.80 an hour", 136.8, "pounds per hour", 0.01),
        ("£4/min", 4, "pounds per minute", 1),
        ("6,800 hours", 6800, "hours", 1),
        ("a 47-week pilot", 47, "weeks", 1),
        ("eleven months", 11, "months", 1),
        ("by 3 percentage points", 3, "percentage points", 1),
        ("15 mins", 15, "minutes", 1),
        ("two years", 2, "years", 1),
        ("five-day", 5, "days", 1),
        ("within 200 m", 200, "metres", 1),
        ("within 200m of it", 200, "metres", 1),
        ("10k of them", 10, "count", 1),
        ("Seven hot spots", 7, "count", 1),
        ("thirty-five visits", 35, "count", 1),
        ("a hundred visits", 100, "count", 1),
        ("nearly a third", 100 / 3, "percent", 4),
        ("by half", 50, "percent", 4),
        ("two-thirds lower", 200 / 3, "percent", 4),
        ("three quarters of it", 75, "percent", 4),
    ],
)
def test_a_number_is_read_with_its_unit_and_how_exactly_it_is_written(text, value, unit, step):
    (number,) = find_numbers(text)
    assert (number.value, number.unit) == (pytest.approx(value), unit)
    assert number.step == pytest.approx(step)
    assert text[number.start : number.end] == number.text


@pytest.mark.parametrize(
    "text",
    [
        "on 1 July 2023, at 2pm or 14:00",
        "in 2024-25 and in 2023",
        "the 95 % interval and 80 % power",
        "one of the areas, spot-01, all-crime@1",
        "more than half an hour",
        "November 13 to 20",
        "No number at all.",
        "hash a1b2c3",
    ],
)
def test_dates_times_levels_and_names_are_no_numbers(text):
    assert find_numbers(text) == ()


def test_numbers_come_in_the_order_of_the_text():
    found = find_numbers("Nine fell by nearly a third, from 416 to 252.")
    assert [round(number.value) for number in found] == [9, 33, 416, 252]


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 3))
def test_a_number_that_was_formatted_is_read_back(units, decimals):
    value = units / 10**decimals
    (number,) = find_numbers(f"It was {format_count(value, decimals)} then.")
    assert number.value == pytest.approx(value)
    assert number.step == pytest.approx(10.0**-decimals)


@given(st.integers(0, 10_000_000), st.sampled_from(["%", " %", " per cent", " percent"]))
def test_a_percentage_that_was_formatted_is_read_back(tenths, sign):
    (number,) = find_numbers(f"It fell by {format_count(tenths / 10, 1)}{sign}, they say.")
    assert (number.value, number.unit) == (pytest.approx(tenths / 10), "percent")


@given(st.integers(0, 10_000_000))
def test_pounds_that_were_formatted_are_read_back(pence):
    (number,) = find_numbers(f"It cost £{format_count(pence / 100, 2)}.")
    assert (number.value, number.unit) == (pytest.approx(pence / 100), "pounds")


@given(st.integers(0, 999))
def test_number_words_are_read_back(number):
    assert read_number_words(say(number)) == number
    found = find_numbers(f"There were {say(number)} crimes.")
    assert [n.value for n in found] == ([] if number == 1 else [number])


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_numbers_do_not_overlap(text):
    found = find_numbers(text)
    ends = [0, *(number.end for number in found)]
    assert all(number.start >= end for number, end in zip(found, ends, strict=False))
