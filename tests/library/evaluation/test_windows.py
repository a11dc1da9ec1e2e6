from datetime import date, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.windows import check_windows, find_window_faults
from patrolwise.times import Window, months_between, next_month


def window(first, last, name="w"):
    return Window(name, date.fromisoformat(first), date.fromisoformat(last))


def test_whole_years_apart_and_equal_long_is_right():
    assert (
        find_window_faults(window("2021-02-01", "2022-01-31"), window("2022-02-01", "2023-01-31"))
        == []
    )


def test_a_leap_day_does_not_make_whole_months_unequal():
    assert (
        find_window_faults(window("2023-02-01", "2023-02-28"), window("2024-02-01", "2024-02-29"))
        == []
    )


def test_fifty_two_weeks_back_is_the_same_season():
    after = window("2023-02-27", "2024-01-21")
    before = Window("b", after.first - timedelta(weeks=52), after.last - timedelta(weeks=52))
    assert (after.days, find_window_faults(before, after)) == (329, [])


def test_forty_seven_weeks_are_not_eleven_months():
    faults = find_window_faults(
        window("2022-02-27", "2023-01-26"), window("2023-02-27", "2024-01-21")
    )
    assert any("334 days before, 329 after" in fault for fault in faults)


def test_the_eleven_months_before_october_are_another_season():
    faults = find_window_faults(
        window("2021-11-01", "2022-09-30"), window("2023-02-01", "2023-12-31")
    )
    assert any("different seasons" in fault for fault in faults)


def test_all_faults_come_at_once_and_a_reason_passes_over_them():
    before, after = window("2022-01-01", "2022-03-31"), window("2022-06-01", "2022-07-31")
    with pytest.raises(RefusedError, match="2 faults") as caught:
        check_windows(before, after)
    assert "differ in length" in str(caught.value)
    assert len(check_windows(before, after, override="Only these months exist.")) == 2


def test_a_blank_reason_is_no_reason():
    with pytest.raises(RefusedError):
        check_windows(
            window("2022-01-01", "2022-03-31"), window("2023-06-01", "2023-07-31"), override="  "
        )


def test_no_reason_excuses_windows_that_overlap_or_run_backwards():
    early, late = window("2021-01-01", "2021-12-31"), window("2021-06-01", "2022-05-31")
    with pytest.raises(RefusedError, match="must begin when"):
        check_windows(early, late, override="We insist.")
    with pytest.raises(RefusedError, match="must begin when"):
        check_windows(
            window("2022-01-01", "2022-12-31"), window("2021-01-01", "2021-12-31"), override="x"
        )


def test_a_window_cannot_end_before_it_begins():
    with pytest.raises(InputError, match="Swap the two dates"):
        window("2022-02-01", "2022-01-31")


def test_months_and_their_ends():
    w = window("2021-12-05", "2022-02-01")
    assert [m.isoformat() for m in w.months] == ["2021-12-01", "2022-01-01", "2022-02-01"]
    assert not w.is_whole_months
    assert window("2024-02-01", "2024-02-29").is_whole_months
    assert next_month(date(2021, 11, 30)) == date(2021, 12, 1)
    assert list(months_between(date(2022, 1, 2), date(2021, 1, 1))) == []
    assert str(w) == "2021-12-05 to 2022-02-01"
