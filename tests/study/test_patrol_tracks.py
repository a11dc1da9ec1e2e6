"""The tracks that are drawn: thinned by no more than they say, on duty only, cut at silences."""

import numpy as np
import polars as pl
import pytest
import shapely

from patrolwise.places import to_national_grid
from patrolwise.study.patrol_tracks import THINNED_TO_M, record_tracks
from patrolwise.tables import FIXES, make_table

from .patrol_worlds import MONDAY, TUESDAY, at, crew, quiet_world, stand


@pytest.fixture
def world(tmp_path):
    return quiet_world(tmp_path)


def wander(device, minutes, seed=5):
    """Return the FIXES of a device that wanders for so many minutes from 14:00 UTC."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 3, size=(minutes * 6, 2)).cumsum(axis=0)
    rows = {
        "device_id": [device] * len(steps),
        "time": [at(MONDAY, n / 6) for n in range(len(steps))],
        "x": 458_000 + steps[:, 0],
        "y": 304_200 + steps[:, 1],
    }
    return make_table(FIXES, rows)


def metres(line):
    return np.column_stack(to_national_grid(*np.array(line).T))


def test_a_thinned_track_stays_within_five_metres_of_every_fix(world):
    fixes = wander("d1", 120)
    world.fixes = [fixes]
    (track,) = record_tracks(world.tables(), MONDAY)
    assert (track.device_id, track.unit_id, track.service) == ("d1", "o1", "outreach")
    (line,) = track.lines
    assert len(line) < fixes.height / 2
    drawn = shapely.LineString(metres(line))
    apart = shapely.distance(drawn, shapely.points(fixes.select("x", "y").to_numpy()))
    assert apart.max() <= THINNED_TO_M + 0.2  # of six decimals of a degree
    ends = fixes.select("x", "y").to_numpy()[[0, -1]]
    assert np.abs(metres(line)[[0, -1]] - ends).max() < 0.2


def test_a_line_is_cut_where_recording_stopped_or_was_silent(world):
    fixes = wander("d1", 60)
    stopped = pl.int_range(pl.len()) == 200
    silent = pl.when(pl.int_range(pl.len()) >= 100).then(pl.duration(minutes=10))
    world.fixes = [
        fixes.with_columns(
            starts_segment=stopped, time=pl.col("time") + silent.otherwise(pl.duration(minutes=0))
        )
    ]
    (track,) = record_tracks(world.tables(), MONDAY)
    assert len(track.lines) == 3


def test_a_slow_tracker_is_not_cut_at_each_of_its_steps(world):
    world.fixes = [wander("d1", 360)[::30]]  # a fix every five minutes
    (track,) = record_tracks(world.tables(), MONDAY)
    assert len(track.lines) == 1


def test_only_the_time_that_a_unit_had_the_device_is_drawn(world):
    world.fixes = [wander("d1", 120)]
    world.crews = [
        crew("o1", "outreach", MONDAY, "d1", first=0, last=30),
        crew("p1", "police", MONDAY, "d1", first=60, last=90),
    ]
    tracks = record_tracks(world.tables(), MONDAY)
    assert [track.unit_id for track in tracks] == ["o1", "p1"]
    first, second = world.fixes[0][:180], world.fixes[0][360:540]
    for track, own in zip(tracks, (first, second), strict=True):
        ends = metres(track.lines[0])[[0, -1]]
        assert np.abs(ends - own.select("x", "y").to_numpy()[[0, -1]]).max() < 0.2


def test_a_device_of_nobody_a_lone_fix_and_made_up_fixes_are_not_drawn(world):
    world.fixes = [
        wander("d9", 10),
        stand("d1", MONDAY, ("away", 10, 0)),
        wander("d2", 10).with_columns(is_mock=pl.lit(value=True)),
    ]
    world.crews.append(crew("o2", "outreach", MONDAY, "d2"))
    assert record_tracks(world.tables(), MONDAY) == ()


def test_another_day_has_its_own_tracks(world):
    world.fixes.append(stand("d1", TUESDAY, ("away", 0, 5), ("south", 6, 5)))
    world.crews.append(crew("o1", "outreach", TUESDAY, "d1"))
    tables = world.tables()
    monday, tuesday = (record_tracks(tables, day)[0].lines for day in (MONDAY, TUESDAY))
    assert monday != tuesday
