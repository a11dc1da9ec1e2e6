from datetime import UTC, datetime, timedelta
from math import hypot

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.device_questions import (
    LEFT_BEHIND,
    UNDECLARED_PAIRS,
    LeftBehindRule,
    PairRule,
    find_left_behind,
    find_undeclared_pairs,
)
from patrolwise.tables import ASSIGNMENTS, FIXES, make_table

NOON = datetime(2024, 6, 7, 12, tzinfo=UTC)
HOUR = 3600


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def track(device, seconds, x, y=0.0, **columns):
    """Return FIXES of one device; x and y are functions of the second, or numbers."""
    times = list(seconds)
    place = [(x(t) if callable(x) else x, y(t) if callable(y) else y) for t in times]
    rows = {
        "device_id": [device] * len(times),
        "time": [at(t) for t in times],
        "x": [float(p[0]) for p in place],
        "y": [float(p[1]) for p in place],
    }
    return make_table(FIXES, rows | columns)


def crews(*rows):
    listed = [(unit, "police", at(a), at(b), device, 1) for unit, a, b, device in rows]
    return make_table(ASSIGNMENTS, pl.DataFrame(listed, ASSIGNMENTS.schema, orient="row"))


def walk(t):
    return 1.0 * t


APART = crews(("u1", -9, 9 * HOUR, "d1"), ("u2", -9, 9 * HOUR, "d2"))


def test_two_trackers_that_walk_as_one_in_two_units_are_named():
    fixes = pl.concat(
        [track("d1", range(0, HOUR, 10), walk), track("d2", range(3, HOUR, 30), walk, 20)]
    )
    found = find_undeclared_pairs(fixes, APART)
    assert found.schema == UNDECLARED_PAIRS.schema
    row = found.row(0, named=True)
    assert (row["device_a"], row["device_b"]) == ("d1", "d2")
    assert (row["unit_a"], row["unit_b"]) == ("u1", "u2")
    assert row["share"] == 1.0
    assert row["near_s"] == row["shared_s"] == 59 * 60
    assert row["moved_m"] == 58 * 60


def test_trackers_of_one_unit_and_trackers_apart_are_not():
    together = pl.concat(
        [track("d1", range(0, HOUR, 10), walk), track("d2", range(0, HOUR, 10), walk)]
    )
    assert find_undeclared_pairs(
        together, crews(("u1", 0, HOUR, "d1"), ("u1", 0, HOUR, "d2"))
    ).is_empty()
    apart = pl.concat(
        [track("d1", range(0, HOUR, 10), walk), track("d2", range(0, HOUR, 10), walk, 31)]
    )
    assert find_undeclared_pairs(apart, APART).is_empty()


def test_a_tracker_without_a_unit_is_a_stranger_to_every_unit():
    fixes = pl.concat([track(d, range(0, HOUR, 10), walk) for d in ("d1", "d2", "d3")])
    found = find_undeclared_pairs(fixes, crews(("u1", 0, HOUR, "d1")))
    assert found.select("device_a", "device_b", "unit_a", "unit_b").rows() == [
        ("d1", "d2", "u1", None),
        ("d1", "d3", "u1", None),
        ("d2", "d3", None, None),
    ]


def test_time_in_one_unit_counts_on_neither_side_of_the_share():
    fixes = pl.concat([track(d, range(0, 4 * HOUR, 10), walk) for d in ("d1", "d2")])
    joined = crews(
        ("u1", 0, 4 * HOUR, "d1"), ("u1", 0, 2 * HOUR, "d2"), ("u2", 2 * HOUR, 4 * HOUR, "d2")
    )
    row = find_undeclared_pairs(fixes, joined).row(0, named=True)
    assert (row["unit_b"], row["shared_s"]) == ("u2", 2 * HOUR)


def test_two_radios_on_their_chargers_are_no_pair():
    fixes = pl.concat([track(d, range(0, HOUR, 10), 5.0) for d in ("d1", "d2")])
    assert find_undeclared_pairs(fixes, APART).is_empty()
    assert find_undeclared_pairs(fixes, APART, PairRule(moved_m=0)).height == 1


def test_a_short_meeting_is_no_pair():
    fixes = pl.concat([track(d, range(0, 1740, 10), walk) for d in ("d1", "d2")])
    assert find_undeclared_pairs(fixes, APART).is_empty()


def test_each_patrol_day_is_asked_about_by_itself():
    fixes = pl.concat([track(d, range(15 * HOUR, 17 * HOUR, 10), walk) for d in ("d1", "d2")])
    found = find_undeclared_pairs(fixes, crews())
    assert [day.day for day in found["day"]] == [7, 8]


def test_nobody_is_anywhere_during_a_silence_or_before_a_new_segment():
    silent = [t for t in range(0, 2 * HOUR, 10) if not HOUR <= t < HOUR + 600]
    fixes = pl.concat([track("d1", silent, walk), track("d2", range(0, 2 * HOUR, 10), walk)])
    assert find_undeclared_pairs(fixes, crews())["shared_s"].item() == 7200 - 600
    starts = [t == HOUR + 300 for t in range(0, 2 * HOUR, 300)]
    cut = track("d2", range(0, 2 * HOUR, 300), walk, starts_segment=starts)
    both = pl.concat([track("d1", range(0, 2 * HOUR, 10), walk), cut])
    assert find_undeclared_pairs(both, crews())["shared_s"].item() == 23 * 300 - 300


def test_without_fixes_there_is_nothing_to_ask():
    assert find_undeclared_pairs(make_table(FIXES), APART).is_empty()
    assert find_left_behind(make_table(FIXES), APART).is_empty()


def follow(device, walked):
    return track(device, walked, lambda t: walked[t][0], lambda t: walked[t][1])


def pairs_by_walking(places, owner, rule):
    """Return pairs by comparing every two devices minute by minute."""
    found = {}
    for a in sorted(places):
        for b in sorted(places):
            if a >= b:
                continue
            common = [
                t for t in places[a]
                if t in places[b] and (owner.get(a) is None or owner.get(a) != owner.get(b))
            ]  # fmt: skip
            near = [
                t for t in common
                if hypot(places[a][t][0] - places[b][t][0], places[a][t][1] - places[b][t][1])
                <= rule.within_m
            ]  # fmt: skip
            if common and len(near) / len(common) > rule.share:
                xs, ys = zip(*(places[a][t] for t in near), strict=True)
                moved = hypot(max(xs) - min(xs), max(ys) - min(ys))
                if moved >= rule.moved_m and len(common) * 60 >= rule.least_shared.seconds:
                    found[a, b] = (60.0 * len(common), 60.0 * len(near))
    return found


@given(
    st.integers(0, 10_000), st.lists(st.sampled_from([None, "u1", "u2"]), min_size=4, max_size=4)
)
def test_pairs_are_those_that_comparing_every_two_devices_gives(seed, units):
    rng = np.random.default_rng(seed)
    rule = PairRule(within_m=30, share=0.5, least_shared=timedelta(minutes=4), moved_m=20)
    places, fixes = {}, [make_table(FIXES)]
    for n in range(4):
        start, end = sorted(rng.integers(0, 15, 2))
        minutes = range(start, end + 1)
        x, y = (np.cumsum(rng.normal(0, 12, 16)) - 5 for _ in range(2))
        walked = {60 * m: (x[m], y[m]) for m in minutes}
        fixes.append(follow(f"d{n}", walked))
        # the last fix begins no step: nothing is known from then on
        places[f"d{n}"] = {m: (x[m], y[m]) for m in minutes[:-1]}
    owner = {f"d{n}": unit for n, unit in enumerate(units)}
    listed = crews(*((unit, 0, HOUR, device) for device, unit in owner.items() if unit))
    found = find_undeclared_pairs(pl.concat(fixes), listed, rule)
    told = {(r["device_a"], r["device_b"]): (r["shared_s"], r["near_s"]) for r in found.to_dicts()}
    assert told == pairs_by_walking(places, owner, rule)


def still(device, seconds, sigma=5.7, seed=1, **columns):
    rng = np.random.default_rng(seed)
    jitter = {t: rng.normal(0, sigma, 2) for t in seconds}
    return track(device, seconds, lambda t: 500 + jitter[t][0], lambda t: jitter[t][1], **columns)


TEAM = crews(("u1", -9, 9 * HOUR, "d1"), ("u1", -9, 9 * HOUR, "d2"))


def test_a_tracker_left_in_the_van_while_its_unit_walks_is_named():
    seconds = range(0, 3 * HOUR, 30)
    fixes = pl.concat([still("d1", seconds), track("d2", seconds, walk)])
    found = find_left_behind(fixes, TEAM)
    assert found.schema == LEFT_BEHIND.schema
    row = found.row(0, named=True)
    assert (row["unit_id"], row["device_id"], row["moved_device_id"]) == ("u1", "d1", "d2")
    assert (row["x"], row["y"]) == (pytest.approx(500, abs=2), pytest.approx(0, abs=2))
    assert row["spread_m"] == pytest.approx(5.7 * 2.448, rel=0.1)  # 95 % radius of such an error
    assert row["noise_m"] == 30.0
    assert row["moved_spread_m"] == pytest.approx(0.95 * 1.5 * HOUR, rel=0.01)


def test_a_unit_that_stands_together_or_walks_together_left_nothing_behind():
    seconds = range(0, 3 * HOUR, 30)
    standing = pl.concat([still("d1", seconds), still("d2", seconds, seed=2)])
    walking = pl.concat([track("d1", seconds, walk), track("d2", seconds, walk)])
    assert find_left_behind(standing, TEAM).is_empty()
    assert find_left_behind(walking, TEAM).is_empty()


def test_a_rest_shorter_than_two_hours_and_another_units_walk_do_not_count():
    short = pl.concat([still("d1", range(0, 7170, 30)), track("d2", range(0, 7170, 30), walk)])
    assert find_left_behind(short, TEAM).is_empty()
    long = pl.concat([still("d1", range(0, 7230, 30)), track("d2", range(0, 7230, 30), walk)])
    assert find_left_behind(long, TEAM).height == 1
    assert find_left_behind(long, APART).is_empty()
    assert find_left_behind(long, crews()).is_empty()


def test_the_reported_accuracy_says_what_is_noise():
    seconds = range(0, 3 * HOUR, 30)
    exact = [1.0] * len(seconds)
    fixes = pl.concat([still("d1", seconds, accuracy_m=exact), track("d2", seconds, walk)])
    assert find_left_behind(fixes, TEAM).is_empty()


def test_a_device_counts_only_while_it_is_in_the_unit():
    seconds = range(0, 4 * HOUR, 30)
    x = lambda t: 0.0 if t < 3 * HOUR else walk(t)  # noqa: E731
    fixes = pl.concat([track("d1", seconds, x), track("d2", seconds, walk)])
    assert find_left_behind(fixes, TEAM).is_empty()
    handed_over = crews(("u1", 0, 3 * HOUR, "d1"), ("u1", 0, 9 * HOUR, "d2"))
    assert find_left_behind(fixes, handed_over)["device_id"].to_list() == ["d1"]


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (lambda: PairRule(within_m=0, share=1), 2),
        (lambda: PairRule(least_shared=timedelta(0), moved_m=-1, every=timedelta(0)), 3),
        (lambda: PairRule(longest_step=timedelta(0), share=-0.1), 2),
        (lambda: LeftBehindRule(accuracies=0, moved_m=0, assumed_accuracy_m=0), 3),
        (lambda: LeftBehindRule(shortest=timedelta(0), moved_m=-1), 2),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_with_all_their_faults(make, faults):
    with pytest.raises(InputError, match=f"{faults} faults"):
        make()
