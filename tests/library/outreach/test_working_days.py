"""Working days: the list of bank holidays against the Act's rules, sums against walking."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.working_days import (
    add_working_days,
    is_working_day,
    load_bank_holidays,
    working_days_between,
)

DAY = timedelta(days=1)
IN_DATA = st.dates(date(2023, 1, 1), date(2028, 6, 30))
PROCLAIMED = {date(2023, 5, 8)}  # the coronation


def easter_by_full_moons(year):
    """Walk to the first Sunday after the church's full moon on or after 21 March."""
    golden = year % 19
    century = year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    moon = date(year, 3, 21) + epact * DAY
    day = moon + DAY
    while day.weekday() != 6:
        day += DAY
    return day


def holidays_by_the_act(year):
    def first_monday_from(day):
        while day.weekday() != 0:
            day += DAY
        return day

    easter = easter_by_full_moons(year)
    found = {
        easter - 2 * DAY,
        easter + DAY,
        first_monday_from(date(year, 5, 1)),
        first_monday_from(date(year, 5, 25)),
        first_monday_from(date(year, 8, 25)),
    }
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() >= 5 or day in found:
            day += DAY
        found.add(day)
    return found


def test_the_list_is_what_the_act_and_one_proclamation_give():
    listed = load_bank_holidays()
    assert list(listed) == sorted(listed)
    for year in range(2023, 2029):
        in_year = {day for day in listed if day.year == year}
        assert in_year - PROCLAIMED == holidays_by_the_act(year)
    assert set(listed) >= PROCLAIMED


def test_no_bank_holiday_is_at_a_weekend():
    assert all(day.weekday() < 5 for day in load_bank_holidays())


@given(IN_DATA, st.integers(0, 60))
def test_days_are_those_that_somebody_counts_on_a_calendar(day, number):
    found, left = day, number
    while left:
        found += DAY
        if found.weekday() not in (5, 6) and found not in load_bank_holidays():
            left -= 1
    assert add_working_days(day, number) == found
    assert working_days_between(day, found) == number
    assert number == 0 or is_working_day(found)


def test_days_of_the_christmas_of_2026():
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert working_days_between(date(2026, 12, 24), date(2026, 12, 28)) == 0


def test_years_beyond_the_list_are_refused_and_never_guessed():
    with pytest.raises(InputError, match="known from 2023 to 2028, and 2029-01-01"):
        add_working_days(date(2028, 12, 29), 1)
    with pytest.raises(InputError, match="Add the year"):
        is_working_day(date(2022, 12, 30))
    with pytest.raises(InputError, match="known from"):
        working_days_between(date(2028, 12, 29), date(2029, 1, 2))


def test_counting_back_is_refused():
    with pytest.raises(InputError, match="counted forward"):
        add_working_days(date(2026, 1, 5), -1)
    with pytest.raises(InputError, match="Swap the two dates"):
        working_days_between(date(2026, 1, 6), date(2026, 1, 5))
