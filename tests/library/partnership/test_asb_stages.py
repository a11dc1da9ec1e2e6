"""Stages of a partnership's approach, and the words of casework."""

from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.partnership.asb_stages import load_stages, make_stages
from patrolwise.partnership.asb_words import ActionKind, ContactResult

ROW = {
    "key": "a", "title": "A", "next_step": "A word", "from": "2026-01-01", "until": "2026-06-30",
    "source": "ours",
}  # fmt: skip


def test_a_stage_stands_from_its_first_day_to_its_last():
    (stage,) = make_stages([ROW], "stages")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [stage.is_in_force(day) for day in days] == [False, True, True, False]


def test_every_fault_of_stages_is_told_at_once():
    with pytest.raises(InputError) as caught:
        make_stages([{**ROW, "from": "soon"}, ROW, ROW, {"key": "b"}], "stages")
    for part in ("Line 2: Invalid", "Line 4 has the key a again", "Line 5 lacks title"):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="has no stage"):
        make_stages([], "stages")


def test_the_shipped_stages_are_in_force_and_each_says_its_source():
    assert all(stage.is_in_force(date(2026, 6, 1)) and stage.source for stage in load_stages())


def test_an_attempt_is_no_contact():
    assert [one for one in ContactResult if one.counts] == [
        "spoke with them",
        "they wanted no contact",
    ]
    assert list(ActionKind)[-1] == "another action"
