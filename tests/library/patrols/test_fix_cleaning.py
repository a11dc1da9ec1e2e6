"""Which fixes of a device-day are used, and how often it reports.

Each fact is tried on the machine code and on the Python that it was made from.
"""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols import fix_arrays, fix_cleaning
from patrolwise.patrols.fix_arrays import SECOND
from patrolwise.patrols.fix_cleaning import DayNumbers
from patrolwise.patrols.visit_rule import VisitRule

from .visit_oracles import (
    START,
    arrays_of,
    fixes_of,
    keep_by_hand,
    longest_step_by_hand,
    patrol_day_of,
    plain_modules,
    refresh_by_hand,
    steps_by_hand,
)

RULE = VisitRule()
WAYS = ("machine code", "plain Python")


@pytest.fixture(params=WAYS)
def way(request):
    """The module as machine code, and as plain Python."""
    return module_of(request.param)


def module_of(name):
    return fix_cleaning if name == WAYS[0] else plain_modules().fix_cleaning


def arrays_module(module):
    """Return the module of arrays that goes with one of cleaning."""
    return fix_arrays if module is fix_cleaning else plain_modules().fix_arrays


def kept_of(module, fixes, rule=RULE):
    """Return the rows kept, and the counts of kept, mock, repeated and spikes."""
    kept = np.empty(fixes.height, dtype=np.int64)
    days = empty_days()
    module.keep_fixes(arrays_of(fixes), (0, fixes.height, 0), rule.numbers, kept, days)
    counts = days.counts[0].tolist()
    return kept[: counts[0]].tolist(), tuple(counts)


def refresh_of(module, *seconds):
    """Return the refresh in seconds of fixes at these seconds."""
    time = np.array([round(s * SECOND) for s in seconds], dtype=np.int64)
    bins = np.empty(fix_cleaning.REFRESH_BINS, dtype=np.int32)
    kept = np.arange(len(time), dtype=np.int64)
    return module.find_refresh(time, kept, len(time), bins) / SECOND


def empty_days(days=1):
    return DayNumbers(
        counts=np.zeros((days, 4), dtype=np.int64),
        refresh=np.zeros(days, dtype=np.int64),
        seconds=np.zeros((days, 2), dtype=np.int64),
        accuracy=np.zeros((days, 2)),
        box=np.zeros((days, 4)),
        ends=np.zeros((days, 2), dtype=np.int64),
        fingerprint=np.zeros(days, dtype=np.uint64),
    )


def described(module, fixes, longest_step_s=120):
    kept = np.arange(fixes.height, dtype=np.int64)
    days = empty_days()
    rows = (0, fixes.height, 0)
    module.describe_day(arrays_of(fixes), rows, kept, longest_step_s * SECOND, days)
    return days


def fingerprint(module, fixes, first=0, last=None):
    with np.errstate(over="ignore"):  # 64 bits wrap round: so they are meant to
        return int(
            arrays_module(module).fingerprint_fixes(arrays_of(fixes), first, last or fixes.height)
        )


def day_starts(module, times, device_start=None):
    time = np.array([round(t.timestamp() * 1e6) for t in times], dtype=np.int64)
    starts = np.empty(len(time) + 1, dtype=np.int64)
    devices = np.array(device_start or [0, len(time)], dtype=np.int64)
    days = arrays_module(module).find_day_starts(time, devices, starts)
    return days if days < 0 else starts[: days + 1].tolist()


# which fixes are kept


def test_a_fix_made_up_by_an_app_is_left_out(way):
    fixes = fixes_of((0, 0), (10, 5, {"is_mock": True}), (20, 10))
    assert kept_of(way, fixes) == ([0, 2], (2, 1, 0, 0))


def test_when_all_are_made_up_none_is_kept(way):
    fixes = fixes_of((0, 0, {"is_mock": True}), (10, 5, {"is_mock": True}))
    assert kept_of(way, fixes) == ([], (0, 2, 0, 0))


def test_of_two_fixes_of_one_instant_the_more_accurate_is_kept(way):
    fixes = fixes_of(
        (0, 0, {"accuracy_m": 8.0}),
        (0, 1, {"accuracy_m": 5.0}),
        (10, 2, {"accuracy_m": 5.0}),
        (10, 3, {"accuracy_m": 8.0}),
    )
    assert kept_of(way, fixes) == ([1, 2], (2, 0, 2, 0))


def test_of_equals_the_first_is_kept_and_of_three_the_best(way):
    fixes = fixes_of((0, 0, {"accuracy_m": 5.0}), (0, 1, {"accuracy_m": 5.0}))
    assert kept_of(way, fixes) == ([0], (1, 0, 1, 0))
    best = fixes_of(*((0, x, {"accuracy_m": a}) for x, a in ((0, 9.0), (1, 4.0), (2, 6.0))))
    assert kept_of(way, best) == ([1], (1, 0, 2, 0))


@pytest.mark.parametrize("unknown", [None, math.nan, -1.0, 0.0, math.inf, 3e7])
def test_an_accuracy_that_is_unknown_is_taken_as_assumed(way, unknown):
    better = fixes_of((0, 0, {"accuracy_m": unknown}), (0, 1, {"accuracy_m": 9.0}))
    assert kept_of(way, better)[0] == [1]
    worse = fixes_of((0, 0, {"accuracy_m": unknown}), (0, 1, {"accuracy_m": 11.0}))
    assert kept_of(way, worse)[0] == [0]


def test_a_made_up_fix_does_not_push_out_a_true_one_of_the_same_instant(way):
    fixes = fixes_of((0, 0), (0, 1, {"is_mock": True, "accuracy_m": 1.0}), (10, 2))
    assert kept_of(way, fixes) == ([0, 2], (2, 1, 0, 0))


def test_one_fix_far_from_two_that_agree_is_a_spike(way):
    fixes = fixes_of((0, 0), (10, 400), (20, 10))
    assert kept_of(way, fixes) == ([0, 2], (2, 0, 0, 1))


def test_nobody_is_a_spike_for_going_far_and_staying_there(way):
    fixes = fixes_of((0, 0), (10, 400), (20, 405), (30, 410))
    assert kept_of(way, fixes)[1] == (4, 0, 0, 0)


def test_two_far_fixes_one_after_another_are_not_spikes(way):
    fixes = fixes_of((0, 0), (10, 400), (20, 400), (30, 0))
    assert kept_of(way, fixes)[1] == (4, 0, 0, 0)


def test_after_a_spike_the_next_fix_is_kept_whatever_it_is(way):
    # 0 and 20 agree, so 10 goes; 20 is then far from 30, but one spike does not excuse another
    fixes = fixes_of((0, 0), (10, 2_000), (20, 100), (21, 900), (22, 110))
    assert kept_of(way, fixes) == ([0, 2, 4], (3, 0, 0, 2))
    twice = fixes_of((0, 0), (10, 2_000), (11, 131), (12, 0))
    rows, counts = kept_of(way, twice)
    assert rows == [0, 2, 3]
    assert counts[3] == 1


def test_the_first_and_the_last_fix_are_never_spikes(way):
    fixes = fixes_of((0, 5_000), (10, 0), (20, 5), (30, -5_000))
    assert kept_of(way, fixes)[1] == (4, 0, 0, 0)


def test_position_error_is_allowed_for_three_accuracies_of_it(way):
    # 12 m/s for 1 s and three accuracies of 30 m: 102 m is no spike, 103 m is
    rows = {x: fixes_of((0, 0), (1, x), (2, 0)) for x in (102.0, 103.0)}
    for x, spikes in ((102.0, 0), (103.0, 1)):
        fixes = rows[x].with_columns(accuracy_m=pl.lit(30.0, dtype=pl.Float32))
        assert kept_of(way, fixes)[1][3] == spikes


def test_the_worse_accuracy_of_the_two_counts(way):
    fixes = fixes_of((0, 0), (1, 100, {"accuracy_m": 30.0}), (2, 0))
    assert kept_of(way, fixes)[1][3] == 0
    assert kept_of(way, fixes.with_columns(accuracy_m=pl.lit(10.0, pl.Float32)))[1][3] == 1


def test_a_car_may_go_faster_than_a_walker(way):
    fixes = fixes_of((0, 0), (10, 500), (20, 0))
    assert kept_of(way, fixes)[1][3] == 1
    assert kept_of(way, fixes, VisitRule(fastest_m_s=60.0))[1][3] == 0


def test_a_place_that_is_nowhere_is_no_spike(way):
    fixes = fixes_of((0, 0), (10, math.nan), (20, 10), (30, 5, {"y": math.nan}), (40, 10))
    assert kept_of(way, fixes)[1] == (5, 0, 0, 0)


def test_noise_of_thirty_metres_each_second_is_not_removed_wholesale(way):
    rng = np.random.default_rng(4)
    n = 2_000
    noise = rng.normal(0.0, 30.0 / math.sqrt(2.0), (n, 2))  # new in each fix: the worst case
    fixes = fixes_of(*((k, k + noise[k, 0], {"y": noise[k, 1]}) for k in range(n)))
    fixes = fixes.with_columns(accuracy_m=pl.lit(32.0, pl.Float32))
    assert kept_of(way, fixes)[1][3] <= 0.01 * n


RULES = (RULE, VisitRule(fastest_m_s=2.0), VisitRule(fastest_m_s=60.0, assumed_accuracy_m=40.0))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 1, 1, 2, 10, 60]),
            st.sampled_from([-300, 0, 1, 25, 50, 110, 400]),
            st.sampled_from([None, math.nan, math.inf, -2.0, 0.0, 4.0, 9.5, 30.0]),
            st.sampled_from([None, None, False, True]),
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from(RULES),
    st.sampled_from(WAYS),
)
def test_the_fixes_kept_are_those_that_a_person_would_keep(drawn, rule, name):
    seconds = np.cumsum([step for step, *_ in drawn]).tolist()
    fixes = fixes_of(
        *(
            (s, x, {"accuracy_m": accuracy, "is_mock": mock})
            for s, (_, x, accuracy, mock) in zip(seconds, drawn, strict=True)
        )
    )
    by_hand = keep_by_hand(fixes.rows(named=True), rule)
    rows, counts = kept_of(module_of(name), fixes, rule)
    got = fixes[rows]
    assert got["time"].to_list() == [fix.time for fix in by_hand.fixes]
    assert got["x"].to_list() == [fix.x for fix in by_hand.fixes]
    assert counts == (len(by_hand.fixes), by_hand.mock, by_hand.repeated, by_hand.spikes)


# how often it reports


def test_one_fix_has_no_refresh(way):
    assert refresh_of(way) == 0
    assert refresh_of(way, 5) == 0


@pytest.mark.parametrize(
    ("seconds", "refresh"),
    [
        ((0, 10, 20, 30), 10),
        ((0, 10, 400, 410, 420), 10),  # one silence does not change the median
        ((0, 10, 30), 10),  # of an even number the lower
        ((0, 9.6, 19.2), 10),  # to the second
        ((0, 0.2, 0.4), 1),  # at least one
        ((0, 4_000, 9_000), 1_800),  # at most half an hour
        ((0, 1_799.4), 1_799),
        ((0, 1_799.6), 1_800),
    ],
)
def test_the_refresh_is_the_median_step_in_whole_seconds(way, seconds, refresh):
    assert refresh_of(way, *seconds) == refresh


@given(
    st.lists(st.one_of(st.integers(0, 70), st.floats(0.0, 4_000.0)), min_size=1, max_size=40),
    st.sampled_from(WAYS),
)
def test_the_refresh_is_the_one_that_sorting_the_steps_gives(steps, name):
    seconds = [0.0, *np.cumsum(np.round(steps, 6))]
    rows = [round(s * SECOND) / SECOND for s in seconds]
    by_hand = keep_by_hand([], RULE)
    by_hand.fixes = [_fix_at(s) for s in rows]
    assert refresh_of(module_of(name), *rows) == refresh_by_hand(by_hand.fixes)


def _fix_at(seconds):
    rows = fixes_of((0, 0)).with_columns(time=pl.lit(START + timedelta(seconds=seconds)))
    return keep_by_hand(rows.rows(named=True), RULE).fixes[0]


# what is known of a day


def test_a_day_is_described_by_its_ends_its_box_and_its_seconds(way):
    fixes = fixes_of(
        (0, 10, {"y": 5.0, "accuracy_m": 4.0}),
        (60, -20, {"y": 90.0}),
        (600, 0, {"y": 40.0, "accuracy_m": 8.0}),
        (610, 1, {"y": 41.0, "accuracy_m": math.nan}),
        (620, 2, {"y": 42.0, "accuracy_m": -8.0}),
    )
    days = described(way, fixes)
    assert days.seconds[0].tolist() == [80 * SECOND, 540 * SECOND]
    assert days.box[0].tolist() == [-20.0, 5.0, 10.0, 90.0]
    assert days.accuracy[0].tolist() == [12.0, 2.0]
    ends = [round(t.timestamp() * 1e6) for t in (START, START + timedelta(seconds=620))]
    assert days.ends[0].tolist() == ends


def test_a_step_of_the_longest_length_is_observed_and_a_longer_one_silent(way):
    fixes = fixes_of((0, 0), (120, 0), (240.000001, 0))
    assert described(way, fixes).seconds[0].tolist() == [120 * SECOND, 120 * SECOND + 1]


def test_time_in_which_recording_had_stopped_is_silence_however_short(way):
    fixes = fixes_of((0, 0), (10, 0, {"starts_segment": True}), (20, 0))
    assert described(way, fixes).seconds[0].tolist() == [10 * SECOND, 10 * SECOND]
    arrays = arrays_of(fixes)
    ten = 10 * SECOND
    assert not way.is_step(arrays, 0, 1, 3, ten)
    assert way.is_step(arrays, 1, 2, 3, ten)
    assert not way.is_step(arrays, 1, 2, 3, ten - 1)
    assert not way.is_step(arrays, 0, 2, 3, 2 * ten)  # the fix between was left out
    nothing = arrays._replace(starts_segment=arrays.starts_segment[:0])
    assert way.is_step(nothing, 0, 1, 3, ten)


def test_that_recording_had_stopped_holds_for_the_instant_not_for_the_device_behind(way):
    stopped = {"starts_segment": True}
    fixes = fixes_of((0, 0), (10, 0), (10, 0, stopped), (20, 0), (5, 0, stopped))
    arrays = arrays_of(fixes)  # the last row is of the next device, whose day began earlier
    assert not way.is_step(arrays, 0, 1, 4, 99 * SECOND)
    assert way.is_step(arrays, 1, 3, 4, 99 * SECOND)


def test_a_day_of_no_fixes_kept_stays_all_nought(way):
    days = described(way, fixes_of((0, 0))[:0])
    assert all((array == 0).all() for array in days)


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 60, 119.5, 120, 121, 900]), st.booleans()),
        min_size=1,
        max_size=15,
    ),
    st.sampled_from(WAYS),
)
def test_observed_and_silent_seconds_add_up_to_the_day(steps, name):
    seconds = np.cumsum([step for step, _ in steps]).tolist()
    fixes = fixes_of(
        *((s, 0, {"starts_segment": cut}) for s, (_, cut) in zip(seconds, steps, strict=True))
    )
    by_hand = keep_by_hand(fixes.rows(named=True), RULE).fixes
    longest = longest_step_by_hand(by_hand, RULE)
    days = described(module_of(name), fixes, int(longest.total_seconds()))
    observed = sum((s for s in steps_by_hand(by_hand, RULE) if s), timedelta(0))
    assert days.seconds[0, 0] == observed // timedelta(microseconds=1)
    assert days.seconds[0].sum() == round((seconds[-1] - seconds[0]) * SECOND)


# the quick way


def surveyed(module, fixes, rule=RULE):
    """Return what one look at a device-day gives: the refresh, and what is known of it."""
    arrays = arrays_of(fixes)
    none = arrays.is_mock[:0]
    arrays = arrays._replace(is_mock=none, starts_segment=none)
    bins = np.empty(fix_cleaning.REFRESH_BINS, dtype=np.int32)
    days = empty_days()
    with np.errstate(over="ignore"):
        silences = np.empty(fixes.height + 1, dtype=np.int32)
        room = (bins, silences)
        refresh = module.survey_day(arrays, (0, fixes.height, 0), rule.numbers, room, days)
    if refresh >= 0:
        steps = np.diff(arrays.time)
        listed = [*np.flatnonzero(steps > rule.numbers.longest_step), fixes.height]
        assert silences[: len(listed)].tolist() == listed
    return int(refresh), days


def looked_at_closely(module, fixes, rule=RULE):
    """Return the same, the long way."""
    rows, counts = kept_of(module, fixes, rule)
    kept = np.array(rows, dtype=np.int64)
    arrays = arrays_of(fixes)
    bins = np.empty(fix_cleaning.REFRESH_BINS, dtype=np.int32)
    refresh = int(module.find_refresh(arrays.time, kept, len(kept), bins))
    days = empty_days()
    longest = max(rule.numbers.longest_step, int(rule.step_refreshes * refresh))
    module.describe_day(arrays, (0, fixes.height, 0), kept, longest, days)
    days.counts[0] = counts
    days.fingerprint[0] = fingerprint(module, fixes)
    return refresh, kept, days


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 1, 10, 10, 30, 60, 119.5, 200]),
            st.sampled_from([0, 1, 25, 50, 110, 400]),
            st.sampled_from([None, math.nan, math.inf, -2.0, 4.0, 9.5]),
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from(RULES),
    st.sampled_from(WAYS),
)
def test_one_pass_says_of_an_ordinary_day_what_a_closer_look_says(drawn, rule, name):
    module = module_of(name)
    seconds = np.cumsum([step for step, *_ in drawn]).tolist()
    fixes = fixes_of(
        *((s, x, {"accuracy_m": a}) for s, (_, x, a) in zip(seconds, drawn, strict=True))
    )
    refresh, days = surveyed(module, fixes, rule)
    close_refresh, close_kept, close_days = looked_at_closely(module, fixes, rule)
    is_odd = len(close_kept) < fixes.height or 2.5 * close_refresh > 120 * SECOND
    if refresh < 0:  # the closer look follows; nothing has been written
        assert all((array == 0).all() for array in days)
        return
    assert not is_odd
    assert refresh == close_refresh
    assert close_kept.tolist() == list(range(fixes.height))
    for array, close in zip(days, close_days, strict=True):
        np.testing.assert_allclose(array, close)


def test_one_pass_is_enough_for_a_walk_at_a_steady_refresh(way):
    fixes = fixes_of((0, 0), (10, 9), (20, 18), (30, 27), (400, 30), (410, 39))
    assert surveyed(way, fixes)[0] == 10 * SECOND


def test_one_fix_is_surveyed_in_one_pass_and_has_no_refresh(way):
    assert surveyed(way, fixes_of((0, 0)))[0] == 0


@pytest.mark.parametrize(
    "rows",
    [
        ((0, 0), (0, 1), (10, 2)),  # two of one instant
        ((0, 0), (10, 400), (20, 1)),  # a jump
        ((0, 0), (60, 1), (120, 2)),  # 60 s is usual: 2.5 of them are longer than 120 s
    ],
)
def test_what_is_odd_is_left_to_a_closer_look(way, rows):
    assert surveyed(way, fixes_of(*rows))[0] == -1


def test_a_long_step_within_accuracy_is_no_jump(way):
    rows = ((0, 0, {"accuracy_m": 60.0}), (10, 200), (20, 230))
    assert surveyed(way, fixes_of(*rows))[0] == 10 * SECOND


def test_a_flag_on_any_fix_of_the_batch_is_left_to_a_closer_look(way):
    arrays = arrays_of(fixes_of((0, 0), (10, 1)))
    room = (np.empty(fix_cleaning.REFRESH_BINS, np.int32), np.empty(3, np.int32))
    none = arrays.is_mock[:0]
    for flagged in (arrays._replace(is_mock=none), arrays._replace(starts_segment=none)):
        assert way.survey_day(flagged, (0, 2, 0), RULE.numbers, room, empty_days()) == -1


# hash


def _noted():
    return fixes_of((0, 1.5, {"accuracy_m": 4.0}), (10, -2.5, {"y": 3.0}), (20, 7.0))


def test_the_fingerprint_is_the_same_in_whatever_order_the_fixes_come(way):
    fixes = _noted()
    assert fingerprint(way, fixes) == fingerprint(way, fixes.reverse())


def test_the_fingerprints_of_parts_add_up_to_that_of_the_whole(way):
    fixes = _noted()
    parts = fingerprint(way, fixes, 0, 1) + fingerprint(way, fixes, 1, 3)
    assert parts % 2**64 == fingerprint(way, fixes)


@pytest.mark.parametrize("column", ["time", "x", "y", "accuracy_m"])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_the_fingerprint_changes_with_the_least_change_of_any_number(way, column, row):
    fixes = _noted()
    step = {"time": timedelta(microseconds=1), "accuracy_m": 0.5}.get(column, 1e-9)
    value = fixes[column][row]
    changed = fixes[column].to_list()
    changed[row] = step if value is None else value + step
    other = fixes.with_columns(pl.Series(column, changed, dtype=fixes.schema[column]))
    assert fingerprint(way, other) != fingerprint(way, fixes)


def test_the_fingerprint_changes_when_a_fix_comes_or_goes_or_two_change_places(way):
    fixes = _noted()
    swapped = fixes.with_columns(x=pl.Series([fixes["x"][k] for k in (1, 0, 2)]))
    doubled = pl.concat([fixes, fixes[:1]])
    marks = {fingerprint(way, f) for f in (fixes, swapped, doubled, fixes[1:], fixes[:2])}
    assert len(marks) == 5


@pytest.mark.parametrize("flag", ["is_mock", "starts_segment"])
def test_the_fingerprint_changes_when_one_fix_is_flagged(way, flag):
    marks = {fingerprint(way, _noted())}
    for row in range(3):
        flags = pl.Series([k == row for k in range(3)])
        marks.add(fingerprint(way, _noted().with_columns(flags.alias(flag))))
    assert len(marks) == 4
    arrays = arrays_of(_noted())
    none = arrays.is_mock[:0]
    arrays = arrays._replace(is_mock=none, starts_segment=none)
    with np.errstate(over="ignore"):  # no flag up, and no flags at all, are the same
        assert int(arrays_module(way).fingerprint_fixes(arrays, 0, 3)) in marks


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(-1e6, 1e6)), min_size=1, max_size=20))
def test_machine_code_and_plain_python_give_the_same_fingerprint(rows):
    fixes = fixes_of(*sorted(rows))
    assert fingerprint(fix_cleaning, fixes) == fingerprint(plain_modules().fix_cleaning, fixes)


# where days begin


def _at(day, hour, minute=0, second=0):
    return datetime(2024, 6, day, hour, minute, second, tzinfo=UTC)


def test_a_day_begins_at_four_in_the_morning_utc(way):
    times = [_at(7, 23), _at(8, 3, 59, 59), _at(8, 4), _at(8, 5), _at(10, 3), _at(10, 4)]
    assert day_starts(way, times) == [0, 2, 4, 5, 6]


def test_each_device_begins_a_day_of_its_own(way):
    times = [_at(7, 14), _at(7, 15), _at(7, 14), _at(7, 16)]
    assert day_starts(way, times, [0, 2, 4]) == [0, 2, 4]


def test_a_second_device_may_begin_before_the_first_one_ended(way):
    times = [_at(9, 14), _at(7, 15), _at(8, 14)]
    assert day_starts(way, times, [0, 1, 3]) == [0, 1, 2, 3]


def test_times_of_a_device_that_go_back_are_told(way):
    assert day_starts(way, [_at(7, 14), _at(7, 13)]) == -1
    assert day_starts(way, [_at(7, 14), _at(7, 14)]) == [0, 2]
    assert day_starts(way, [_at(7, 14), _at(7, 12), _at(7, 11)], [0, 1, 3]) == -1


@given(
    st.lists(st.integers(-(10**5), 10**5), min_size=1, max_size=30),
    st.sampled_from(WAYS),
)
def test_days_begin_where_the_patrol_day_changes_before_1970_too(minutes, name):
    first = datetime(1970, 1, 3, tzinfo=UTC)
    times = [first + timedelta(minutes=m) for m in sorted(minutes)]
    days = [patrol_day_of(t) for t in times]
    changes = [0, *(k for k in range(1, len(days)) if days[k] != days[k - 1]), len(days)]
    assert day_starts(module_of(name), times) == changes


def test_a_fix_that_can_just_be_reached_is_no_jump(way):
    # 210 m in 3 s: 60 m/s, and three accuracies of 10 m
    rows = [(0, 0.0), (11, 150.0), (13, -130.0), (14, 360.0)]
    fixes = fixes_of(*((s, x, {"accuracy_m": 10.0}) for s, x in rows))
    kept, counts = kept_of(way, fixes, VisitRule(fastest_m_s=60.0))
    assert (kept, counts[3]) == ([0, 1, 3], 1)
