"""Days so many months ahead, and birthdays, leap days too."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.dates_ahead import add_months, find_birthday

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def months_by_walking(day, months):
    """Go to the first of the month, walk to each next first, then to the day or the month's end."""
    first = day.replace(day=1)
    for _ in range(months):
        first += timedelta(days=1)
        while first.day != 1:
            first += timedelta(days=1)
    found = first
    while found.day < day.day and (found + timedelta(days=1)).month == first.month:
        found += timedelta(days=1)
    return found


@given(DAYS, st.integers(0, 40))
def test_months_are_those_that_walking_gives(day, months):
    assert add_months(day, months) == months_by_walking(day, months)


@given(DAYS, st.integers(0, 110))
def test_a_birthday_is_the_first_day_on_which_the_years_are_full(born, age):
    found = find_birthday(born, age)
    assert found.year - born.year == age
    assert (found.month, found.day) >= (born.month, born.day)
    before = found - timedelta(days=1)
    assert before.year < found.year or (before.month, before.day) < (born.month, born.day)


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 29), 20, date(2028, 2, 29)),
        (date(2000, 2, 29), 100, date(2100, 3, 1)),  # no leap year
        (date(2001, 3, 1), 25, date(2026, 3, 1)),
    ],
)
def test_a_leap_day_has_its_birthday_on_1_march_in_other_years(born, age, day):
    assert find_birthday(born, age) == day


def test_what_cannot_be_reckoned_is_refused():
    for months in (-1, 12 * 8000):
        with pytest.raises(InputError, match="cannot be reckoned"):
            add_months(date(2026, 1, 1), months)
    for age in (-1, 8000):
        with pytest.raises(InputError, match="cannot be reckoned"):
            find_birthday(date(2026, 1, 1), age)
