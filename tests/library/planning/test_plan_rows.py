"""Plans as rows: nothing is lost on the way there and back, and slips in edited rows are told."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.plan_rows import read_back, tabulate_plan
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan

from .shift_worlds import MONDAY, build, on_rota, planned_of, rota_of, utc

PROBLEM = build(
    rota=rota_of(on_rota("p1"), on_rota("o1", service="outreach", shift="evening")),
    shifts=("late", "evening"),
).problem
VISITS = st.builds(
    PlannedVisit,
    start=st.integers(0, 300),
    unit=st.integers(0, 1),
    area=st.integers(0, 2),
    minutes=st.integers(1, 60),
    is_locked=st.booleans(),
)
BREAKS = st.builds(
    PlannedBreak, start=st.integers(0, 300), unit=st.integers(0, 1), minutes=st.integers(1, 60)
)


@given(st.lists(VISITS, max_size=6), st.lists(BREAKS, max_size=3))
def test_a_plan_comes_back_from_its_rows_as_it_was(visits, breaks):
    plan = ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))
    rows = tabulate_plan(PROBLEM, plan, MONDAY, ["evening", "late"])
    assert read_back(PROBLEM, rows) == plan


def test_each_unit_has_the_name_of_its_own_shift():
    plan = ShiftPlan(visits=[PlannedVisit(start=0, unit=n, area=0, minutes=15) for n in (0, 1)])
    rows = tabulate_plan(PROBLEM, plan, MONDAY, ["evening", "late"])
    assert rows.select("unit_id", "shift").rows() == [("o1", "evening"), ("p1", "late")]
    assert tabulate_plan(PROBLEM, plan, MONDAY, "late")["shift"].to_list() == ["late"] * 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            ("p9", "a", utc(14), utc(15)),
            "Row 1 is of p9, which is not on this shift. It has o1, p1",
        ),
        (("o1", "a", utc(14), utc(15)), "is of o1 of police; on this shift it is of outreach"),
        (("p1", "z", utc(14), utc(15)), "is in z, which is no hot spot of this plan"),
        (("p1", "a", utc(14), utc(14)), "ends at .*, not after"),
        (("p1", "a", utc(14) + timedelta(seconds=9), utc(15)), "plans go by whole minutes"),
        (("p1", "a", None, utc(15)), "has nothing in start"),
    ],
)
def test_a_row_that_was_edited_wrongly_is_told(row, fault):
    with pytest.raises(InputError, match=fault):
        read_back(PROBLEM, planned_of(row))


def test_the_line_of_the_file_is_named_and_all_faults_at_once():
    rows = planned_of(("p9", "a", utc(14), utc(15)), ("p1", "z", utc(14), utc(13)))
    with pytest.raises(InputError, match=r"3 faults(?s:.*)Row 7 is of p9(?s:.*)Row 9 ends"):
        read_back(PROBLEM, rows.with_columns(row=pl.Series([7, 9])))
