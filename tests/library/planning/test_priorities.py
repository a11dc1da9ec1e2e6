"""Priorities by hour and events: what cannot be right is told row by row."""

from datetime import time

import pytest

from patrolwise.errors import InputError
from patrolwise.planning.priorities import check_events, check_priorities

from .shift_worlds import events_of, priorities_of, utc


def test_priorities_that_make_sense_are_let_through():
    check_priorities(
        priorities_of(
            ("a", None, None, None, 2.0),
            ("a", [5, 6], time(20), time(2), 0.0),
        ),
        ["a"],
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ((" ", None, None, None, 1.0), "column area_id is ' ': name the hot spot"),
        (("z", None, None, None, 1.0), "no hot spot has this id"),
        (("a", [8], None, None, 1.0), "write different numbers from 1"),
        (("a", [1, 1], None, None, 1.0), "write different numbers from 1"),
        (("a", [None], None, None, 1.0), "write different numbers from 1"),
        (("a", [], None, None, 1.0), "write different numbers from 1"),
        (("a", None, time(8), None, 1.0), "fill in from_clock and until_clock"),
        (("a", None, time(8), time(8), 1.0), "it is from_clock too"),
        (("a", None, None, None, -1.0), "write a number from 0 to 100"),
        (("a", None, None, None, float("nan")), "write a number from 0 to 100"),
    ],
)
def test_a_priority_that_cannot_be_right_is_told(row, fault):
    with pytest.raises(InputError, match=fault):
        check_priorities(priorities_of(row), ["a"])


def test_events_that_make_sense_are_let_through():
    check_events(
        events_of(
            ("match", None, utc(13), utc(15), "priority", 3.0, "home fixture"),
            ("works", "a", utc(13), utc(15), "closed", None, None),
        )
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({0: " "}, "name the event"),
        ({1: ""}, "leave it out for all hot spots"),
        ({1: "z"}, "no hot spot has this id"),
        ({3: utc(13)}, "it is not after start"),
        ({4: "shut"}, "write closed or priority"),
        ({4: "priority"}, "a priority needs a number"),
        ({5: 1.0}, "a closure has no weight"),
        ({6: "x" * 81}, "shorten it to 80"),
    ],
)
def test_an_event_that_cannot_be_right_is_told(changes, fault):
    row = ["works", "a", utc(13), utc(15), "closed", None, None]
    for place, value in changes.items():
        row[place] = value
    with pytest.raises(InputError, match=fault):
        check_events(events_of(tuple(row)), ["a"])
