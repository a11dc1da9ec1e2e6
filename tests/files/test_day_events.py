"""Days that were not like others: one day to a line or a stretch, and every fault named."""

from datetime import date, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.files.day_events import read_day_events


@pytest.fixture
def events(tmp_path):
    def write(text):
        path = tmp_path / "events.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_single_days_are_gathered_by_event_in_order_each_once(events):
    found = read_day_events(
        events("day,event\n2024-08-26,holiday\n2024-05-27,holiday\n2024-08-26,holiday\n")
    )
    assert found == {"holiday": (date(2024, 5, 27), date(2024, 8, 26))}


def test_stretches_hold_both_ends_and_may_stand_beside_single_days(events):
    found = read_day_events(
        events(
            "event,day,first,last\ncarnival,,2024-06-28,2024-07-01\nmatch,2024-06-30,,\n"
            "carnival,2024-07-03,,\n"
        )
    )
    days = tuple(date(2024, 6, 28) + timedelta(days=k) for k in range(4))
    assert found == {"carnival": (*days, date(2024, 7, 3)), "match": (date(2024, 6, 30),)}
    assert list(found) == ["carnival", "match"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,,,", "Row 2, column event is 'x': give day, or both first and last"),
        ("x,2024-06-30,2024-06-30,2024-06-30", "not all three"),
        ("x,2024-06-30,2024-06-30,", "not all three"),
        ("x,,2024-06-30,", "give day, or both"),
        ("x,,2024-06-30,2024-06-29", "before first"),
        ("x,,2022-06-30,2024-06-29", "more than a year"),
        (",2024-06-30,,", "column event is blank"),
        ("x,soon,,", "no day of these years"),
    ],
)
def test_a_line_that_cannot_be_right_is_named(events, row, told):
    with pytest.raises(InputError, match=told):
        read_day_events(events(f"event,day,first,last\n{row}\n"))
