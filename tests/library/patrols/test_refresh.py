"""What a refresh rate hides, against a walk through the fixes and against visits drawn by lot."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.refresh import (
    describe_refresh,
    find_chance_seen,
    match_refresh,
    shortest_visible_visit,
)
from patrolwise.tables import FIXES, make_table

NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)


def fixes(rows):
    """Return FIXES of (device, seconds after noon, starts a segment)."""
    if not rows:
        return make_table(FIXES)
    device, seconds, starts = zip(*rows, strict=True)
    columns = {
        "device_id": list(device),
        "time": [NOON + timedelta(seconds=s) for s in seconds],
        "x": [float(s) for s in seconds],
        "y": [0.0] * len(rows),
        "starts_segment": list(starts),
    }
    return make_table(FIXES, pl.DataFrame(columns))


def seconds_kept(rows, refresh_s):
    kept = match_refresh(fixes(rows), refresh_s)
    return [(t - NOON) / timedelta(seconds=1) for t in kept["time"]]


def test_a_ten_second_radio_thinned_to_a_minute_keeps_one_fix_in_six():
    rows = [("a", 10 * n, False) for n in range(31)]
    assert seconds_kept(rows, 60) == [0, 60, 120, 180, 240, 300]


def test_fixes_slower_than_the_rate_all_stay():
    rows = [("a", 90 * n, n == 0) for n in range(5)]
    assert match_refresh(fixes(rows), 60).equals(fixes(rows))


def test_each_device_and_each_patrol_day_counts_from_its_own_first_fix():
    four = 16 * 3600  # 04:00 UTC: the patrol day ends
    rows = [("a", four - 10, False), ("a", four + 5, False), ("a", four + 25, False)]
    assert seconds_kept(rows, 60) == [four - 10, four + 5]
    rows = [("a", 0, False), ("b", 5, False), ("a", 59, False), ("b", 64, False)]
    assert seconds_kept(rows, 60) == [0, 5]


def test_a_stop_of_recording_is_not_thinned_away():
    rows = [("a", s, s in (0, 20)) for s in (0, 10, 20, 30, 40, 60)]
    kept = match_refresh(fixes(rows), 30)
    assert kept["starts_segment"].to_list() == [True, True, False]


def test_of_fixes_at_one_instant_the_same_is_kept_whatever_their_order():
    two = fixes([("a", 0, False), ("a", 0, False)]).with_columns(x=pl.Series([5.0, 3.0]))
    assert match_refresh(two, 60).equals(match_refresh(two.reverse(), 60))
    assert match_refresh(two, 60)["x"].to_list() == [3.0]


def test_no_fixes_stay_none():
    assert match_refresh(make_table(FIXES), 60).equals(make_table(FIXES))


def thinned_by_walking(rows, refresh_s):
    """Return what is kept: (device, second, whether recording had stopped since the last kept)."""
    kept, first, step, stopped = [], {}, {}, {}
    for device, second, starts in sorted(set(rows)):
        day = (device, (NOON + timedelta(seconds=second - 4 * 3600)).date())
        first.setdefault(day, second)
        stopped[device] = stopped.get(device, False) or starts
        number = (second - first[day]) // refresh_s
        if step.get(day) != number:
            step[day] = number
            kept.append((device, second, stopped[device]))
            stopped[device] = False
    return kept


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.integers(16 * 3600 - 200, 16 * 3600 + 200)),
        st.booleans(),
        max_size=40,
    ),
    st.integers(1, 90),
)
def test_thinning_is_what_a_person_would_do_walking_through_the_fixes(drawn, refresh_s):
    rows = [(device, second, starts) for (device, second), starts in drawn.items()]
    kept = match_refresh(fixes(rows), refresh_s)
    told = [
        (device, int((time - NOON) / timedelta(seconds=1)), starts)
        for device, time, starts in kept.select("device_id", "time", "starts_segment").iter_rows()
    ]
    assert told == thinned_by_walking(rows, refresh_s)


@pytest.mark.parametrize("visit_min", [0.5, 2, 4.75, 5, 12])
def test_the_chance_to_be_seen_is_how_often_visits_drawn_by_lot_hold_a_fix(visit_min):
    rng = np.random.default_rng(3)
    begun = rng.uniform(0, 300, 200_000)  # seconds since the last fix
    seen = float(np.mean(begun + visit_min * 60 >= 300))
    assert find_chance_seen(visit_min, 300) == pytest.approx(seen, abs=0.005)


@given(st.floats(1, 3600), st.floats(0.01, 1))
def test_the_shortest_visible_visit_is_seen_just_so_often(refresh_s, chance):
    assert find_chance_seen(shortest_visible_visit(refresh_s, chance), refresh_s) == pytest.approx(
        chance
    )


def test_the_sentence_names_the_rate_and_the_minutes():
    assert describe_refresh(600) == (
        "With a fix every 600 s, visits under 9.5 min cannot be relied on to be seen."
    )


@pytest.mark.parametrize("refresh_s", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_said(refresh_s):
    for ask in (
        lambda: match_refresh(make_table(FIXES), refresh_s),
        lambda: find_chance_seen(1, refresh_s),
        lambda: shortest_visible_visit(refresh_s),
        lambda: describe_refresh(refresh_s),
    ):
        with pytest.raises(InputError, match="refresh_s must be above 0 and finite"):
            ask()


@pytest.mark.parametrize("chance", [0, 1.1, float("nan")])
def test_a_chance_that_is_none_is_said(chance):
    with pytest.raises(InputError, match="chance must be above 0 and at most 1"):
        shortest_visible_visit(60, chance)


@pytest.mark.parametrize("visit_min", [-1, float("nan")])
def test_a_visit_shorter_than_nothing_is_said(visit_min):
    with pytest.raises(InputError, match="visit_min must be 0 or more"):
        find_chance_seen(visit_min, 60)
