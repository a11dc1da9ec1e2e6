"""What cannot be used is out before the draw, with its block's same weekday, and it is said why."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.design import FOUR_ARMS, Arm, ServiceLoad
from patrolwise.planning.design_days import find_load_range, lay_out_design
from patrolwise.planning.drawing import draw_codes

from .trial_worlds import SUNDAY, away, loads, make_design_of, make_rule_of


def out_days(design, area):
    rows = design.left_out.filter(pl.col("area_id") == area)
    return [(day - SUNDAY).days for day in rows["day"]]


def test_columns_are_working_days_in_order_and_a_block_after_the_other():
    design = make_design_of(areas=2, weeks=5)
    assert design.shape == (2, 20)
    assert [day.isoweekday() for day in design.days[:6]] == [7, 1, 2, 3, 4, 7]
    assert design.block_starts() == [SUNDAY, SUNDAY + timedelta(days=14)]
    assert design.in_play.all()
    assert design.left_out.is_empty()


def test_a_week_that_begins_on_any_day_has_its_weekdays_in_order_of_date():
    design = make_design_of(weekdays=(4, 1, 7))
    assert [day.isoweekday() for day in design.days[:4]] == [7, 1, 4, 7]


def test_an_event_takes_the_same_weekday_of_its_block_out_with_it():
    design = make_design_of(unavailable=away(("b", 1, None, "fair")))
    assert out_days(design, "b") == [1, 8]
    assert out_days(design, "a") == []
    assert design.left_out["because_of"].unique().to_list() == [SUNDAY + timedelta(days=1)]
    assert design.left_out["reason"].unique().to_list() == ["fair"]


def test_a_day_that_is_itself_unavailable_keeps_its_own_reason():
    design = make_design_of(
        unavailable=away(("b", 1, None, "fair"), ("b", 8, "police", "leave"), (None, 8, None, "x"))
    )
    rows = design.left_out.filter(pl.col("area_id") == "b")
    assert rows["reason"].to_list() == ["fair", "police: leave"]
    assert out_days(design, "a") == [1, 8]


def test_days_that_nobody_works_are_passed_over():
    design = make_design_of(unavailable=away(("b", 5, None, "fair"), ("b", 99, None, "later")))
    assert design.in_play.all()


def test_a_day_whose_rota_cannot_carry_every_draw_is_out_for_all():
    # 4 hot spots, half of them each day: 2 get police
    design = make_design_of(day_loads=loads((2, "police", 0, 1), (3, "police", 3, 4)))
    for area in "abcd":
        assert out_days(design, area) == [2, 3, 9, 10]
    assert "the rota of police serves 0 to 1 hot spots" in design.left_out["reason"].to_list()


def test_a_day_with_too_few_hot_spots_left_for_the_rota_is_out_for_all():
    fixed = (ServiceLoad("police", least=2, most=2),)
    design = make_design_of(loads=fixed, unavailable=away(("b", 1, None, "fair")))
    assert all(out_days(design, area) == [1, 8] for area in "abcd")
    assert "fair" in design.left_out["reason"].to_list()


def test_a_rota_that_cannot_carry_the_design_is_refused_with_both_ranges():
    with pytest.raises(RefusedError, match="With 4 hot spots, 2 to 2 get police on a day, and its"):
        make_design_of(loads=(ServiceLoad("police", least=3, most=4),))
    with pytest.raises(RefusedError, match="serves 0 to 1"):
        make_design_of(loads=(ServiceLoad("police", most=1),))


def test_a_hot_spot_with_no_day_left_is_refused_by_name():
    always = away(*[("c", day, None, "works") for day in range(14)])
    with pytest.raises(RefusedError, match="c has no day left"):
        make_design_of(weeks=2, unavailable=always)


def test_names_that_the_design_has_not_are_told_all_at_once():
    rule = make_rule_of()
    no_reason = away((None, 1, None, "x")).with_columns(reason=pl.lit(None, pl.String))
    with pytest.raises(InputError) as error:
        lay_out_design(
            rule,
            ["a", "a"],
            pl.concat([away(("z", 1, "fire", "x")), no_reason]),
            loads((1, "ghosts", 2, 1)),
        )
    for told in ("a is there twice", "names z", "fire", "ghosts", "without a day", "a least of"):
        assert told in str(error.value)
    with pytest.raises(InputError, match="no hot spot"):
        lay_out_design(rule, [])


def test_a_day_of_a_service_given_twice_is_refused():
    with pytest.raises(InputError, match="once a day"):
        make_design_of(day_loads=loads((1, "police", 0, 3), (1, "police", 0, 4)))


@pytest.mark.parametrize("areas", [1, 2, 3, 7, 10])
@pytest.mark.parametrize(
    "arms",
    [(Arm("p", ("police",), 2), Arm("n", (), 3)), FOUR_ARMS, (Arm("p", ("police",)), Arm("n"))],
)
def test_the_range_of_a_days_load_holds_every_draw_and_is_reached(areas, arms):
    both = tuple(ServiceLoad(name, most=50) for name in ("police", "outreach"))
    both = both if arms is FOUR_ARMS else both[:1]
    design = make_design_of(areas, weeks=5, arms=arms, loads=both, weekdays=(1,))
    codes = draw_codes(design, 500, np.random.default_rng(1))
    for service in design.rule.services:
        serving = [n for n, arm in enumerate(arms) if service in arm.services]
        loads_seen = np.isin(codes, serving).sum(axis=1)
        assert find_load_range(design.rule, service, areas) == (loads_seen.min(), loads_seen.max())


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 30)), max_size=6))
def test_in_play_is_what_walking_through_the_calendar_gives(rows):
    unavailable = away(*[(area, day, None, "x") for area, day in rows])
    design = make_design_of(areas=5, weeks=4, unavailable=unavailable)
    gone = {(area, SUNDAY + timedelta(days=day)) for area, day in rows}
    for number, area in enumerate(design.area_ids):
        for column, day in enumerate(design.days):
            other = day + timedelta(days=7 if ((day - SUNDAY).days // 7) % 2 == 0 else -7)
            is_in = (area, day) not in gone and (area, other) not in gone
            assert design.in_play[number, column] == is_in
