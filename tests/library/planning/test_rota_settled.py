"""Rows that are settled already: which of them no rota could hold."""

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.plan_tables import ROTA

from .rota_worlds import at, day, problem, rota_of, template


def faults_of(make):
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


def locked_row(**changes):
    own = rota_of(problem(), (0, "late", "outreach-1", "s1"), locked=True).row(0, named=True)
    return pl.DataFrame([own | changes], schema=ROTA.schema)


def test_locked_rows_that_fit_are_taken():
    assert problem(locked=locked_row()).locked.height == 1
    problem(locked=locked_row(start=at(0, 9), end=at(0, 23)))  # other hours of the same day


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"day": day(7)}, "is outside the window"),
        ({"shift": "early"}, "is of no shift template."),
        ({"unit_id": "outreach-3"}, "is in outreach-3; the shift has outreach-1, outreach-2."),
        ({"staff_id": "s9"}, "the member of no service: it is not declared."),
        ({"service": "police"}, "is of police, the shift of outreach, the member of outreach."),
        ({"end": at(0, 13)}, "does not end after it begins."),
        ({"end": at(2, 13)}, "Give it hours near those of the shift."),
        ({"start": at(-1, 0), "end": at(-1, 9)}, "Give it hours near those of the shift."),
        ({"start": None}, "locked: column start is blank in 1 row. Fill it in."),
    ],
)
def test_a_locked_row_that_no_rota_could_hold_is_told(changes, told):
    assert told in faults_of(lambda: problem(locked=locked_row(**changes)))


def test_locked_rows_leave_a_member_one_shift_a_day_and_a_unit_its_size():
    twice = pl.concat([locked_row(), locked_row(unit_id="outreach-2")])
    assert "s1 has 2 rows on 2024-06-03. Keep one." in faults_of(lambda: problem(locked=twice))
    three = pl.concat([locked_row(staff_id=f"s{n}") for n in (1, 2, 3)])
    assert "outreach-1 has 3 members on late" in faults_of(lambda: problem(locked=three))


def test_a_locked_row_on_a_weekday_without_the_shift_is_told():
    late = template(units=2, weekdays=(2,))
    told = faults_of(lambda: problem(templates=(late,), locked=locked_row()))
    assert "is on a weekday that the shift is not worked on." in told


def test_rows_around_the_window_lie_outside_it():
    assert "around: 2024-06-03 lies in the window" in faults_of(
        lambda: problem(around=locked_row())
    )
    problem(around=pl.concat([locked_row(day=day(-1)), locked_row(day=day(7))]))


def test_a_published_rota_is_whole_and_may_hold_shifts_of_the_past():
    told = faults_of(lambda: problem(previous=locked_row(shift=None)))
    assert "previous: column shift is blank in 1 row." in told
    with pytest.raises(InputError, match="previous lacks"):
        problem(previous=pl.DataFrame({"day": [day(0)]}))
    problem(previous=locked_row(shift="a shift of the past", staff_id="gone"))
