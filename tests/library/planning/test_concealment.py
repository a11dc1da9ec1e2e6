"""Each role sees what its work needs and is refused the rest, with the reason."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.allocation import draw_allocation, tabulate_allocation
from patrolwise.planning.concealment import ROLES, Request, reveal_days
from patrolwise.planning.sealing import seal_allocation

from .trial_worlds import SUNDAY, make_design_of

DESIGN = make_design_of(areas=3, weeks=8, washout_days=2)
SEAL = seal_allocation(DESIGN, 11, "ab" * 32)
ALL = tabulate_allocation(draw_allocation(DESIGN, 11))
TODAY = SUNDAY + timedelta(days=16)  # a Tuesday
ROTA_UNTIL = TODAY + timedelta(days=10)
LAST = SUNDAY + timedelta(days=55)


def ask(role, first, last, **changes):
    usual = {
        "role": role,
        "today": TODAY,
        "first": TODAY + timedelta(days=first),
        "last": TODAY + timedelta(days=last),
        "rota_until": ROTA_UNTIL,
        "own_areas": ("a", "c"),
    }
    return Request(**{**usual, **changes})


UNIT = {"area_ids": ("a",)}
ALLOWED = {
    "trial statistician": [(-16, 39, {})],
    "seal keeper": [(-16, 39, {})],
    "planner": [(-16, 10, {}), (0, 10, {}), (3, 3, {"area_ids": ("b",)})],
    "coordinator": [(-16, 10, {}), (10, 10, {})],
    "unit": [(0, 0, UNIT), (0, 0, {"area_ids": ("a", "c")}), (0, 0, {"area_ids": ()})],
    "evaluator": [(-16, -1, {}), (-1, -1, {"area_ids": ("b",)})],
}
REFUSED = {
    "planner": [(0, 11, {}), (11, 12, {}), (0, 1, {"rota_until": None})],
    "coordinator": [(-16, 39, {}), (0, 0, {"rota_until": None})],
    "unit": [
        (0, 0, {}),
        (0, 0, {"area_ids": ("b",)}),
        (0, 0, {"area_ids": ("a", "b")}),
        (0, 0, {**UNIT, "own_areas": ()}),
        (-1, 0, UNIT),
        (0, 1, UNIT),
        (1, 1, UNIT),
        (-1, -1, UNIT),
    ],
    "evaluator": [(-16, 0, {}), (0, 0, {}), (1, 5, {})],
    "analyst": [(-16, -1, {}), (0, 0, {})],
    "commander": [(-16, -1, {}), (0, 0, {})],
    "partner": [(-16, -1, {}), (0, 0, {})],
    "public": [(-16, -1, {}), (0, 0, {})],
}


def cases(table):
    return [(role, *case) for role, found in table.items() for case in found]


def test_every_role_is_tested_both_ways_unless_it_sees_all_or_nothing():
    assert {*ALLOWED, *REFUSED} == set(ROLES)
    assert set(ROLES) - set(ALLOWED) == {
        name for name, role in ROLES.items() if role.sees == "nothing before the end"
    }
    assert set(ROLES) - set(REFUSED) == {
        name for name, role in ROLES.items() if role.sees == "all days"
    }


@pytest.mark.parametrize(("role", "first", "last", "changes"), cases(ALLOWED))
def test_a_role_sees_the_days_that_it_may_see_and_only_those_asked_for(role, first, last, changes):
    request = ask(role, first, last, **changes)
    wanted = request.area_ids if request.area_ids is not None else DESIGN.area_ids
    expected = ALL.filter(
        pl.col("day") >= request.first, pl.col("day") <= request.last,
        pl.col("area_id").is_in(wanted),
    )  # fmt: skip
    assert reveal_days(SEAL, request).equals(expected)


@pytest.mark.parametrize(("role", "first", "last", "changes"), cases(REFUSED))
def test_a_role_that_asks_for_more_is_refused_with_the_reason(role, first, last, changes):
    with pytest.raises(RefusedError) as error:
        reveal_days(SEAL, ask(role, first, last, **changes))
    assert str(error.value).startswith(f"The {role} may see {ROLES[role].sees}")
    assert "The rest stays sealed" in str(error.value)


def test_a_role_that_is_not_known_and_a_hot_spot_that_is_none_are_refused():
    with pytest.raises(InputError, match="no role 'chief'; roles are trial statistician"):
        reveal_days(SEAL, ask("chief", 0, 0))
    with pytest.raises(InputError, match="no hot spot x, y"):
        reveal_days(SEAL, ask("planner", 0, 0, area_ids=("y", "a", "x")))


@given(
    st.sampled_from([role for role in ROLES if ROLES[role].sees != "all days"]),
    st.integers(-20, 45),
    st.integers(0, 30),
    st.integers(0, 20),
)
def test_nobody_but_the_keepers_of_the_seal_sees_a_day_beyond_the_next_rota(
    role, first, length, rota
):
    request = ask(role, first, first + length, area_ids=("a",))
    request = replace(request, rota_until=TODAY + timedelta(days=rota))
    try:
        seen = reveal_days(SEAL, request)
    except RefusedError:
        return
    assert (seen["day"] <= request.rota_until).all()
    assert role in ("planner", "coordinator") or (seen["day"] <= TODAY).all()
