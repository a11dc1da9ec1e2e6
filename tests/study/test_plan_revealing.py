"""Who is shown which days of a sealed experiment, a unit above all: its own hot spots of today."""

from datetime import date, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.design import Arm, DesignRule, ServiceLoad
from patrolwise.planning.design_days import lay_out_design
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.sealing import seal_allocation
from patrolwise.study.plan_revealing import RevealAsk, reveal
from patrolwise.tables import make_table
from patrolwise.times import Window

from .plan_worlds import AREA_IDS, MONDAY, SUNDAY


@pytest.fixture(scope="module")
def seal():
    rule = DesignRule(
        arms=(Arm("patrol", ("police",), 1), Arm("none", (), 1)),
        window=Window("trial", SUNDAY, SUNDAY + timedelta(days=27)),
        loads=(ServiceLoad("police", 0, 7, 15.0),),
    )
    return seal_allocation(lay_out_design(rule, list(AREA_IDS)), 7, "5" * 64)


@pytest.fixture(scope="module")
def planned():
    """Return a plan: of one unit two hot spots and a break today, of another one, and a day on."""

    def row(unit_id, area_id, day, hour):
        start = pl.datetime(day.year, day.month, day.day, hour, time_zone="UTC")
        return pl.select(
            day=pl.lit(day), shift=pl.lit("late"), service=pl.lit("police"),
            unit_id=pl.lit(unit_id), area_id=pl.lit(area_id, pl.String), start=start,
            end=start + timedelta(minutes=15), is_locked=pl.lit(value=False),
        )  # fmt: skip

    return make_table(
        PLANNED_VISITS,
        pl.concat([
            row("u1", AREA_IDS[3], MONDAY, 14), row("u1", None, MONDAY, 15),
            row("u1", AREA_IDS[1], MONDAY, 16), row("u1", AREA_IDS[3], MONDAY, 17),
            row("u2", AREA_IDS[2], MONDAY, 14), row("u1", AREA_IDS[5], SUNDAY, 14),
        ]),
    )  # fmt: skip


def ask(**given):
    return RevealAsk(**{"role": "unit", "unit_id": "u1", **given})


def test_a_unit_sees_its_own_hot_spots_of_today_and_no_more(seal, planned):
    days = reveal(seal, ask(), planned, MONDAY)
    assert set(days["area_id"]) == {AREA_IDS[1], AREA_IDS[3]}
    assert days["day"].to_list() == [MONDAY, MONDAY]
    whole = reveal(seal, RevealAsk(role="seal keeper", first=SUNDAY), None, MONDAY)
    assert days.join(whole, on=days.columns).height == 2


def test_a_unit_may_ask_for_some_of_them(seal, planned):
    days = reveal(seal, ask(area_ids=(AREA_IDS[1],)), planned, MONDAY)
    assert days["area_id"].to_list() == [AREA_IDS[1]]


@pytest.mark.parametrize(
    "given",
    [
        {"area_ids": (AREA_IDS[2],)},  # of another unit
        {"area_ids": (AREA_IDS[5],)},  # its own of another day
        {"first": SUNDAY},
        {"last": date(2024, 6, 4)},
    ],
)
def test_a_unit_is_refused_anything_else(seal, planned, given):
    with pytest.raises(RefusedError, match="The unit may see today"):
        reveal(seal, ask(**given), planned, MONDAY)


def test_what_a_unit_must_give_is_said_at_once(seal):
    with pytest.raises(InputError) as caught:
        reveal(seal, ask(unit_id=None), None, MONDAY)
    assert "Which unit is it?" in str(caught.value)
    assert "The plan is missing." in str(caught.value)


def test_a_unit_without_a_visit_today_is_told_so(seal, planned):
    with pytest.raises(InputError, match="The plan has no visit of u9 on 2024-06-03"):
        reveal(seal, ask(unit_id="u9"), planned, MONDAY)


def test_others_may_ask_for_some_hot_spots_and_are_told_when_there_is_no_day(seal):
    given = {"role": "planner", "unit_id": None, "first": SUNDAY, "last": MONDAY}
    days = reveal(seal, ask(**given, rota_until=MONDAY, area_ids=(AREA_IDS[0],)), None, MONDAY)
    assert days["area_id"].to_list() == [AREA_IDS[0]] * 2
    past = {"role": "evaluator", "unit_id": None, "first": date(2023, 1, 1)}
    with pytest.raises(InputError, match="no day from 2023-01-01 to 2023-01-02"):
        reveal(seal, ask(**past, last=date(2023, 1, 2)), None, MONDAY)
