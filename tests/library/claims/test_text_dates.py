"""Which dates and windows a text names."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.claims.text_dates import MONTHS, find_windows

DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))


def british(day):
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


@pytest.mark.parametrize(
    ("text", "first", "last", "is_range"),
    [
        ("on 1st July 2023", "2023-07-01", "2023-07-01", False),
        ("in July 2023", "2023-07-01", "2023-07-31", False),
        ("on 01/07/2023", "2023-07-01", "2023-07-01", False),
        ("2020-07-01 to 2021-06-30", "2020-07-01", "2021-06-30", True),
        ("from 01/07/2023 to 02/07/2023", "2023-07-01", "2023-07-02", True),
        ("from February 2023 to January 2024", "2023-02-01", "2024-01-31", True),
        ("July and September 2024", "2024-07-01", "2024-09-30", True),
        ("November to January 2024", "2023-11-01", "2024-01-31", True),
        ("29 February to 1 January 2024", "2023-02-28", "2024-01-01", True),
        ("1 July until 30 September 2024", "2024-07-01", "2024-09-30", True),
        ("Quarter 2 of 2024-25", "2024-07-01", "2024-09-30", True),
        ("Q4 2024/25", "2025-01-01", "2025-03-31", True),
        ("during 2024-25", "2024-04-01", "2025-03-31", True),
        ("in 2023", "2023-01-01", "2023-12-31", False),
    ],
)
def test_a_date_or_window_is_read(text, first, last, is_range):
    (window,) = find_windows(text)
    told = (window.first.isoformat(), window.last.isoformat(), window.is_range)
    assert told == (first, last, is_range)


@pytest.mark.parametrize(
    "text",
    ["2pm", "at 14:00", "November 13 and 20", "31 February 2023", "in May",
     "July 2024 to May 2023", "1 May 2023 to 31 February 2024"],
)  # fmt: skip
def test_what_has_no_year_or_is_no_date_is_found_without_days(text):
    assert {(window.first, window.last) for window in find_windows(text)} == {(None, None)}


def test_a_year_alone_is_a_date_only_where_it_is_told_as_one():
    assert find_windows("2023 crimes") == ()


@given(DAYS, DAYS)
def test_two_dates_that_were_written_are_read_back(one, two):
    first, last = sorted((one, two))
    for text in (
        f"{british(first)} to {british(last)}",
        f"{first} to {last}",
        f"{first:%d/%m/%Y} to {last:%d/%m/%Y}",
    ):
        (window,) = find_windows(f"The window is {text}.")
        assert (window.first, window.last, window.is_range) == (first, last, True)


@given(DAYS)
def test_a_month_ends_on_the_day_before_the_next(day):
    (window,) = find_windows(f"It was {MONTHS[day.month - 1]} {day.year}.")
    assert window.first == day.replace(day=1)
    assert window.last.month == day.month
    assert (window.last + timedelta(days=1)).day == 1
