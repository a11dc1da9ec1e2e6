"""Draws are balanced in every block, keep their limits, and come as often as the mechanism says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning import drawing
from patrolwise.planning.design import FOUR_ARMS, TWO_ARMS, Arm, ServiceLoad
from patrolwise.planning.drawing import (
    OUT,
    Choices,
    draw_codes,
    fill_codes,
    frame_design,
    list_orders,
    mark_long_runs,
)

from .trial_worlds import (
    away,
    counts_by,
    enumerate_block,
    keeps_runs,
    make_design_of,
    make_rule_of,
    runs_of,
)

BOTH = (ServiceLoad("police", most=50), ServiceLoad("outreach", most=50))
ARK = (Arm("patrol", ("police",), 2), Arm("none", (), 3))
FOUR = {"arms": FOUR_ARMS, "loads": BOTH}


def rng():
    return np.random.default_rng(20_261_127)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"areas": 7, "spell_days": 5},
        {"areas": 5, "spell_days": 2, "weekdays": (1, 2, 3, 4, 5, 6, 7)},
        {"areas": 6, "weeks": 8, **FOUR},
        {"areas": 7, "weeks": 10, "arms": ARK},
        {"areas": 5, "max_run": 4},
        {"areas": 1},
    ],
)
def test_every_hot_spot_gets_every_arm_equally_often_on_each_weekday_of_each_block(changes):
    design = make_design_of(**changes)
    codes = draw_codes(design, 50, rng())
    for draw in codes:
        for number, arm in enumerate(design.rule.arms):
            assert (counts_by(draw, design, number) == arm.weeks).all()


def test_whole_groups_make_every_days_load_the_same():
    design = make_design_of(areas=20, weeks=10, arms=ARK)
    assert ((draw_codes(design, 30, rng()) == 0).sum(axis=1) == 8).all()


def test_days_of_one_spell_have_one_arm():
    design = make_design_of(areas=3, spell_days=3)
    cube = draw_codes(design, 40, rng()).reshape(40, 3, -1, 5)
    assert (cube[..., :3] == cube[..., :1]).all()
    assert (cube[..., 3:] == cube[..., 3:4]).all()
    assert (cube[..., 0] != cube[..., 3]).any()


def test_days_out_of_play_are_out_in_every_draw_and_the_rest_stays_balanced():
    design = make_design_of(areas=3, unavailable=away(("b", 1, None, "x"), (None, 17, None, "y")))
    codes = draw_codes(design, 40, rng())
    assert ((codes == OUT) == ~design.in_play).all()
    assert ((codes == 0).sum(axis=2) == (codes == 1).sum(axis=2)).all()


@pytest.mark.parametrize(
    ("most", "changes"), [(2, {}), (3, {}), (4, FOUR), (10, {"spell_days": 5}), (4, {"areas": 7})]
)
def test_no_run_is_longer_than_the_limit_across_blocks_too(most, changes):
    design = make_design_of(weeks=12, max_run=most, **changes)
    codes = draw_codes(design, 60, rng())
    longest = max(max(runs_of(row)) for draw in codes for row in draw)
    assert longest == most


def test_without_a_limit_longer_runs_are_drawn():
    codes = draw_codes(make_design_of(weeks=12), 60, rng())
    assert max(max(runs_of(row)) for draw in codes for row in draw) > 5


def test_a_limit_that_days_out_of_play_make_impossible_is_refused(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_TRIES", 3)
    design = make_design_of(areas=40, weeks=12, max_run=2)
    with pytest.raises(RefusedError, match="at most 2 days in a row of one arm, in 3 tries"):
        draw_codes(design, 50, rng())


@pytest.mark.parametrize("count", [0, -1, 10**9])
def test_a_number_of_draws_that_cannot_be_is_refused(count):
    with pytest.raises(InputError, match="cannot be drawn at once"):
        draw_codes(make_design_of(), count, rng())


@pytest.mark.parametrize(
    "changes",
    [
        {"areas": 2, "weekdays": (1, 3)},
        {"areas": 3, "weekdays": (1, 3)},
        {"areas": 4, "weekdays": (1,)},
        {"areas": 3, "weekdays": (1, 2, 3), "spell_days": 2},
        {"areas": 3, "weekdays": (1, 2, 3), "max_run": 2},
        {"areas": 2, "weekdays": (1, 3), "unavailable": away(("b", 1, None, "x"))},
        {"areas": 3, "weekdays": (1,), "arms": (Arm("p", ("police",)), Arm("n", (), 2))},
        {"areas": 2, "weekdays": (1,), **FOUR},
    ],
)
def test_draws_come_as_often_as_trying_every_choice_says(changes):
    arms = changes.get("arms", TWO_ARMS)
    design = make_design_of(weeks=sum(arm.weeks for arm in arms), **changes)
    chances = enumerate_block(design)
    assert sum(chances.values()) == 1
    count = 20_000
    drawn, times = np.unique(draw_codes(design, count, rng()), axis=0, return_counts=True)
    seen = {tuple(map(tuple, codes.tolist())): n for codes, n in zip(drawn, times, strict=True)}
    assert set(seen) <= set(chances)
    expected = np.array([float(chance) * count for chance in chances.values()])
    assert stats.chisquare([seen.get(key, 0) for key in chances], expected).pvalue > 0.001


def test_two_hot_spots_of_a_pair_and_one_weekday_are_uniform_over_all_that_is_balanced():
    design = make_design_of(areas=4, weeks=2, weekdays=(1,))
    assert len(enumerate_block(design)) == 6  # which two of four begin: each as likely
    assert len(set(enumerate_block(design).values())) == 1


def test_orders_are_all_arrangements_of_a_blocks_arms_each_once():
    assert len(list_orders(make_rule_of(weeks=5, arms=ARK))) == 10
    assert len(list_orders(make_rule_of(**FOUR))) == 24
    assert list_orders(make_rule_of()).tolist() == [[0, 1], [1, 0]]


def test_blocks_are_drawn_independently_of_each_other():
    codes = draw_codes(make_design_of(areas=2, weeks=4, weekdays=(1,)), 4000, rng())
    first, second = codes[:, 0, 0], codes[:, 0, 2]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.06


def test_machine_code_and_plain_python_write_the_same_codes():
    design = make_design_of(areas=5, unavailable=away(("b", 1, None, "x")), max_run=4)
    frame, chance = frame_design(design), rng()
    choices = Choices(
        chance.permuted(np.tile(np.arange(5, dtype=np.int16), (6, 2, 1)), axis=2),
        chance.integers(2, size=(6, 2, 3, 5), dtype=np.uint16),
    )
    written = [np.full((6, 5, 20), 9, dtype=np.int8) for _ in range(2)]
    fill_codes(frame, choices, written[0])
    fill_codes.py_func(frame, choices, written[1])
    np.testing.assert_array_equal(*written)
    limits = np.array([2, 4, 2])
    groups = np.arange(36)
    broken = [np.zeros(36, dtype=bool) for _ in range(2)]
    mark_long_runs(frame, choices, limits, groups, broken[0])
    mark_long_runs.py_func(frame, choices, limits, groups, broken[1])
    np.testing.assert_array_equal(*broken)
    # and both mark what walking through the days marks
    for number in groups:
        draw, block, group = number // 6, number // 3 % 2, number % 3
        seats = choices.seats[draw, block, 2 * group : 2 * group + 2]
        rows = written[0][draw, seats, 10 * block : 10 * block + 10]
        assert broken[0][number] == (not all(keeps_runs(row, 4) for row in rows))
    assert 0 < broken[0].sum() < 36


@given(count=st.integers(1, 9000))
def test_work_in_threads_covers_every_draw_once(count):
    done = np.zeros(count, dtype=int)

    def work(part):
        done[part] += 1

    drawing._in_parts(count, work)
    assert (done == 1).all()
