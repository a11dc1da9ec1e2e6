"""Known truth: seconds and visits, each against a slow twin that looks at every second."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import areas_from_geometries
from patrolwise.simulate import (
    ON_FOOT,
    TRUE_PATHS,
    TRUE_SECONDS,
    TRUE_VISITS,
    Round,
    Stay,
    TruthRule,
    find_true_visits,
    make_town,
    true_seconds,
    walk_round,
)
from patrolwise.simulate.walks import path_table
from patrolwise.tables import UTC_TIME, check_columns, make_table

START = datetime(2024, 10, 27, 0, tzinfo=UTC)  # the clocks go back an hour later
BOXES = {"left": shapely.box(0, 0, 10, 10), "both": shapely.box(0, 0, 30, 10)}
AREAS = areas_from_geometries(list(BOXES), list(BOXES.values()))
# where a unit may be: in both, on the left one's edge, in one, in none
EASTINGS = st.sampled_from([5.0, 10.0, 20.0, 50.0])


def path_of(eastings, unit_id="unit", start=START):
    return path_table(unit_id, start, np.array([[x, 5.0] for x in eastings]).reshape(-1, 2))


def seconds_by_looking(path, quarters=None):
    """The slow twin: each second against each box; `quarters` says which quarters count."""
    found = {}
    for unit_id, time, x, y in path.iter_rows():
        for area_id, box in BOXES.items():
            found.setdefault((unit_id, area_id), 0.0)
            if box.intersects(shapely.Point(x, y)):
                at = int((time - START).total_seconds() * 4)
                heard = (
                    [q in quarters for q in range(at, at + 4)] if quarters is not None else [1] * 4
                )
                found[unit_id, area_id] += sum(heard) / 4
    return found


def visits_by_looking(path, rule):
    """The slow twin: walk through the seconds, and end a visit when an absence is too long."""
    found = set()
    for unit_id in path["unit_id"].unique():
        for area_id, box in BOXES.items():
            seconds = sorted(
                time
                for unit, time, x, y in path.iter_rows()
                if unit == unit_id and box.intersects(shapely.Point(x, y))
            )
            visit = []
            for time in [*seconds, None]:
                left = visit[-1] + timedelta(seconds=1) if visit else None
                if visit and (time is None or (time - left).total_seconds() > rule.bridge_s):
                    short = (left - visit[0]).total_seconds() < rule.shortest_s
                    found.add((unit_id, area_id, visit[0], left, float(len(visit)), short))
                    visit = []
                visit = [*visit, time]
    return found


@given(st.lists(EASTINGS, max_size=60), st.lists(EASTINGS, max_size=20), st.integers(1, 30))
def test_seconds_are_those_a_person_would_count(first, second, pause):
    later = START + timedelta(seconds=len(first) + pause)
    path = pl.concat([path_of(first), path_of(second, start=later), path_of(second, "other")])
    found = true_seconds(path, AREAS)
    assert {(u, a): s for u, a, s in found.iter_rows()} == seconds_by_looking(path)


@given(
    st.lists(EASTINGS, min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(-20, 180), st.integers(-20, 180)), max_size=6),
)
def test_seconds_in_observed_intervals_are_those_a_person_would_count(eastings, intervals):
    path = path_of(eastings)
    frame = pl.DataFrame(
        [
            (START + timedelta(seconds=a / 4), START + timedelta(seconds=b / 4))
            for a, b in intervals
        ],
        schema={"start": UTC_TIME, "end": UTC_TIME},
        orient="row",
    )
    quarters = {q for a, b in intervals for q in range(a, b)}
    found = true_seconds(path, AREAS, frame)
    expected = seconds_by_looking(path, quarters)
    assert {(u, a): round(s, 3) for u, a, s in found.iter_rows()} == expected


def test_intervals_within_a_longer_one_do_not_count_again():
    within = [(0, 100), (10, 20), (30, 40), (90, 110)]
    frame = pl.DataFrame(
        {
            "start": [START + timedelta(seconds=a) for a, _ in within],
            "end": [START + timedelta(seconds=b) for _, b in within],
        }
    )
    assert true_seconds(path_of([5.0] * 200), AREAS[:1], frame)["seconds"].item() == 110


def test_intervals_of_one_unit_do_not_count_for_another():
    path = pl.concat([path_of([5.0] * 10), path_of([5.0] * 10, "other")])
    frame = pl.DataFrame(
        {"unit_id": ["unit"], "start": [START], "end": [START + timedelta(seconds=4)]},
        schema={"unit_id": pl.String, "start": UTC_TIME, "end": UTC_TIME},
    )
    found = {(u, a): s for u, a, s in true_seconds(path, AREAS, frame).iter_rows()}
    assert found["unit", "left"] == 4
    assert found["other", "left"] == 0


@given(
    st.lists(st.tuples(EASTINGS, st.integers(1, 8)), max_size=15),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_visits_are_those_a_person_would_count(stretches, bridge_s, shortest_s):
    eastings = [x for x, seconds in stretches for _ in range(seconds)]
    path = pl.concat([path_of(eastings), path_of(eastings[::-1], "other")])
    rule = TruthRule(bridge_s=bridge_s, shortest_s=shortest_s)
    found = find_true_visits(path, AREAS, rule)
    assert set(found.iter_rows()) == visits_by_looking(path, rule)
    assert found.height == len(set(found.iter_rows()))
    assert found.equals(found.sort("unit_id", "start", "area_id"))


def test_an_absence_of_exactly_the_bridge_does_not_end_a_visit():
    visits = {
        gap: find_true_visits(
            path_of([5.0] * 9 + [50.0] * gap + [5.0]), AREAS[:1], TruthRule(bridge_s=60)
        )
        for gap in (60, 61)
    }
    assert visits[60].height == 1
    assert visits[60]["inside_s"].to_list() == [10]
    assert visits[61].height == 2


def test_a_stay_of_exactly_the_shortest_is_a_visit():
    stays = [
        find_true_visits(path_of([5.0] * seconds), AREAS[:1], TruthRule(shortest_s=60))
        for seconds in (59, 60)
    ]
    assert [one["is_pass_through"].item() for one in stays] == [True, False]


def test_the_hour_that_happens_twice_counts_once_each_time():
    found = true_seconds(path_of([5.0] * 7200), AREAS[:1])
    assert found["seconds"].to_list() == [7200]


def test_a_walk_through_the_town_adds_up_in_visits_and_seconds():
    town = make_town()
    stays = tuple(Stay(area_id, 600) for area_id in town["area_id"])
    round_ = Round(unit_id="unit", start=START, base=(561000.0, 560850.0), stays=stays)
    path = walk_round(round_, town, ON_FOOT, np.random.default_rng(1))
    visits = find_true_visits(path, town, TruthRule())
    summed = visits.group_by("area_id").agg(pl.col("inside_s").sum())
    seconds = true_seconds(path, town)
    both = seconds.join(summed, on="area_id", how="left")
    assert both["seconds"].to_list() == both["inside_s"].to_list()
    assert seconds["area_id"].to_list() == town["area_id"].to_list()
    assert (visits.filter(~pl.col("is_pass_through"))["area_id"].n_unique()) == 7


def test_an_empty_path_and_no_areas_give_the_declared_tables():
    empty = make_table(TRUE_PATHS)
    check_columns(find_true_visits(empty, AREAS, TruthRule()), TRUE_VISITS, name="visits")
    check_columns(true_seconds(empty, AREAS), TRUE_SECONDS, name="seconds")
    assert true_seconds(path_of([5.0]), AREAS.clear()).height == 0
    assert find_true_visits(path_of([5.0]), AREAS.clear(), TruthRule()).height == 0


def test_a_frame_without_an_end_is_refused():
    with pytest.raises(InputError, match="frame lacks end; it has start"):
        true_seconds(path_of([5.0]), AREAS, pl.DataFrame({"start": [START]}))
    with pytest.raises(InputError, match="it has no columns"):
        true_seconds(path_of([5.0]), AREAS, pl.DataFrame())


def test_a_wrong_rule_is_refused():
    with pytest.raises(InputError, match="2 faults"):
        TruthRule(bridge_s=-1.0, shortest_s=float("inf"))
