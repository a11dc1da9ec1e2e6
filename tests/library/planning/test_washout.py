"""A day without patrol soon after one with it is washout, counted in days of the calendar."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.planning.design import FOUR_ARMS, ServiceLoad
from patrolwise.planning.drawing import OUT, draw_codes
from patrolwise.planning.washout import drop_washout, find_washout, mark_washout

from .trial_worlds import away, make_design_of

BOTH = (ServiceLoad("police", most=50), ServiceLoad("outreach", most=50))


def washout_by_walking(design, codes):
    treated = {n for n, arm in enumerate(design.rule.arms) if arm.services}
    found = np.zeros(codes.shape, dtype=bool)
    for area in range(codes.shape[0]):
        for column, day in enumerate(design.days):
            if codes[area, column] in treated or codes[area, column] == OUT:
                continue
            found[area, column] = any(
                0 < (day - other).days <= design.rule.washout_days
                for c, other in enumerate(design.days)
                if codes[area, c] in treated
            )
    return found


@given(st.integers(0, 14), st.booleans(), st.integers(0, 2**32))
def test_washout_is_what_walking_through_the_calendar_gives(days, has_four, seed):
    changes = {"arms": FOUR_ARMS, "loads": BOTH} if has_four else {}
    design = make_design_of(
        areas=3,
        weeks=8,
        washout_days=days,
        unavailable=away(("b", 1, None, "x"), (None, 17, None, "y")),
        **changes,
    )
    codes = draw_codes(design, 2, np.random.default_rng(seed))
    for number, one in enumerate(find_washout(design, codes)):
        np.testing.assert_array_equal(one, washout_by_walking(design, codes[number]))
        np.testing.assert_array_equal(one, find_washout(design, codes[number]))


def test_dropped_days_are_out_of_play_and_the_codes_given_are_left_alone():
    design = make_design_of(washout_days=3)
    codes = draw_codes(design, 3, np.random.default_rng(1))
    before = codes.copy()
    dropped = drop_washout(design, codes)
    assert dropped.dtype == np.int8
    np.testing.assert_array_equal(codes, before)
    np.testing.assert_array_equal(dropped == OUT, find_washout(design, codes))
    assert (dropped[dropped != OUT] == codes[dropped != OUT]).all()


def test_whole_weeks_keep_more_days_without_patrol_than_single_days():
    kept = []
    for spell_days in (1, 5):
        design = make_design_of(areas=6, weeks=12, washout_days=4, spell_days=spell_days)
        codes = draw_codes(design, 50, np.random.default_rng(1))
        kept.append((drop_washout(design, codes) == 1).mean() / 0.5)
    assert kept[0] < 0.25
    assert kept[1] > 0.65


def test_machine_code_and_plain_python_mark_the_same_days():
    design = make_design_of(washout_days=2, unavailable=away(("b", 1, None, "x")))
    codes = draw_codes(design, 3, np.random.default_rng(1))
    marks = [np.zeros(codes.shape, dtype=bool) for _ in range(2)]
    arguments = (codes, design.ordinals, np.array([True, False]), 2)
    mark_washout(*arguments, marks[0])
    mark_washout.py_func(*arguments, marks[1])
    np.testing.assert_array_equal(*marks)
    assert marks[0].any()
