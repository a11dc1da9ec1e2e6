"""Patrols: where units go, and that two services do not meet unless they are told to."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, time

import numpy as np
import polars as pl
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.simulate import (
    BY_VEHICLE,
    OUTREACH,
    POLICE,
    STAYS,
    TRUE_ABSTRACTIONS,
    TRUE_PATHS,
    SeparationRule,
    TruthRule,
    WalkRule,
    find_base,
    find_true_visits,
    make_town,
    patrol_shifts,
    plan_shifts,
)
from patrolwise.tables import AREAS, check_columns, make_table
from patrolwise.times import Window

TOWN = make_town()
WEEK = Window("week", date(2024, 6, 3), date(2024, 6, 9))
# three police units in seven hot spots: someone is always in the way
PLANS = [replace(OUTREACH, units=2), replace(POLICE, units=3, abstraction_chance=0.1)]
APART = SeparationRule()


def patrolled(plans=PLANS, areas=TOWN, rule=APART, seed=1, window=WEEK):
    shifts = plan_shifts(plans, window)
    return list(patrol_shifts(shifts, plans, areas, rule, np.random.default_rng(seed)))


def stays_of(done):
    return pl.concat([one.stays for one in done])


def seconds_inside(done, areas):
    """The slow, obvious way: service → area → the seconds in which a unit of it was inside."""
    found = defaultdict(lambda: defaultdict(set))
    for one in done:
        x, y = one.path["x"].to_numpy(), one.path["y"].to_numpy()
        seconds = one.path["time"].dt.epoch("s").to_numpy()
        for area_id, shape in zip(areas["area_id"], area_geometries(areas), strict=True):
            found[one.service][area_id] |= set(seconds[shapely.intersects_xy(shape, x, y)].tolist())
    return found


def nearest_s(done, areas):
    """Seconds between two services in one area at their nearest; 0 when they met."""
    inside = seconds_inside(done, areas)
    nearest = []
    for area_id in areas["area_id"]:
        one, other = (np.array(sorted(inside[s][area_id])) for s in ("outreach", "police"))
        if len(one) and len(other):
            after = np.searchsorted(other, one)
            gaps = [
                np.abs(one - other[np.clip(after + shift, 0, len(other) - 1)]) for shift in (0, -1)
            ]
            nearest.append(int(np.min(gaps)))
    return min(nearest)


def test_services_that_reach_out_of_their_hot_spots_still_never_meet():
    plans = [replace(plan, walk=WalkRule(reach_m=60.0)) for plan in PLANS]
    assert nearest_s(patrolled(plans), TOWN) >= 1


@pytest.mark.parametrize("seed", range(4))
def test_the_services_are_never_in_one_hot_spot_in_one_second(seed):
    done = patrolled(seed=seed)
    assert nearest_s(done, TOWN) >= 1


@pytest.mark.parametrize("seed", range(2))
def test_a_night_shift_keeps_apart_from_those_who_begin_before_it_ends(seed):
    every_day = tuple(range(1, 8))
    night = replace(POLICE, units=3, first=time(20), last=time(8), weekdays=every_day)
    early = replace(OUTREACH, units=2, first=time(5), last=time(10), weekdays=every_day)
    assert nearest_s(patrolled([night, early], seed=seed), TOWN) >= 1


@pytest.mark.parametrize("seed", range(2))
def test_the_services_keep_the_time_apart_that_was_asked(seed):
    done = patrolled(rule=SeparationRule(apart_s=600.0), seed=seed)
    assert nearest_s(done, TOWN) >= 600


def test_services_that_are_not_kept_apart_do_meet():
    done = patrolled(rule=SeparationRule(keep_apart=False))
    assert nearest_s(done, TOWN) == 0


def test_breaches_happen_at_the_rate_asked_and_are_marked():
    rate = 0.3
    done = patrolled(
        rule=SeparationRule(breach_rate=rate), window=Window("m", WEEK.first, date(2024, 6, 30))
    )
    stays = stays_of(done)
    assert nearest_s(done, TOWN) == 0
    # an upper bound: when no other service is about, there is nobody to seek
    share, n = stays["is_breach"].mean(), stays.height
    assert 0.5 * rate < share < rate + 4 * np.sqrt(rate * (1 - rate) / n)


def test_without_breaches_no_stay_is_marked():
    assert not stays_of(patrolled())["is_breach"].any()


def test_a_breach_is_a_stay_where_the_other_service_had_a_stay():
    done = patrolled(rule=SeparationRule(breach_rate=1.0))
    stays = stays_of(done)
    others = stays.join(stays, on="area_id", suffix="_other").filter(
        pl.col("service") != pl.col("service_other"),
        pl.col("start") < pl.col("end_other"),
        pl.col("start_other") < pl.col("end"),
        "is_breach",
    )
    breaches = stays.filter("is_breach")
    met = breaches.join(others, on=["unit_id", "start"], how="semi")
    # some sought one who then was called away, or only crossed
    assert met.height > 0.8 * breaches.height > 0


def test_paths_last_the_shift_without_a_hole_and_nobody_runs():
    for one in patrolled():
        check_columns(one.path, TRUE_PATHS, name="path")
        assert one.path.height == 6 * 3600
        assert one.path["time"].diff().drop_nulls().n_unique() == 1
        steps = np.hypot(*np.diff(one.path.select("x", "y").to_numpy(), axis=0).T)
        assert steps.max() <= 1.4 + 1e-9


def test_a_unit_sets_out_from_the_base_and_is_back_or_on_its_way_at_the_end():
    base = find_base(TOWN)
    home = 0
    for one in patrolled([replace(OUTREACH, walk=BY_VEHICLE)]):
        assert one.path.row(0)[2:] == base
        home += one.path.row(-1)[2:] == base
    assert home == 5


def test_every_stay_that_was_decided_truly_happened():
    plans = [OUTREACH]
    for one in patrolled(plans):
        visits = find_true_visits(one.path, TOWN, TruthRule(bridge_s=0.0))
        for stay in one.stays.iter_rows(named=True):
            inside = visits.filter(
                pl.col("area_id") == stay["area_id"],
                pl.col("start") < stay["end"],
                pl.col("end") > stay["start"],
            )["inside_s"].sum()
            planned = (stay["end"] - stay["start"]).total_seconds()
            # the concave hot spot is left when a corner is cut; crossing on the way adds
            assert 0.85 * planned < inside < planned + 400
            assert planned == stay["planned_s"] == 2400


def test_stays_of_a_service_are_spread_evenly_over_the_hot_spots():
    stays = stays_of(patrolled([replace(POLICE, abstraction_chance=0.0)]))
    by_day = stays.group_by(pl.col("start").dt.date(), "area_id").len()
    spread = by_day.group_by("start").agg(pl.col("len").max() - pl.col("len").min())
    # in the last hour only the near ones still fit into the shift
    assert spread["len"].max() <= 2
    assert by_day["area_id"].n_unique() == 7


def test_a_unit_called_away_leaves_early_and_the_reason_is_one_of_the_plan():
    reasons = {"arrest": 3.0, "custody": 1.0}
    plan = replace(POLICE, abstraction_chance=0.5, reasons=reasons, units=4)
    done = patrolled([plan])
    stays = stays_of(done)
    away = pl.concat([one.abstractions for one in done])
    check_columns(away, TRUE_ABSTRACTIONS, name="abstractions")
    short = stays.filter((pl.col("end") - pl.col("start")).dt.total_seconds() < pl.col("planned_s"))
    assert away.height == short.height > 50
    assert set(away["start"]) <= set(short["end"])
    share, n = short.height / stays.height, stays.height
    assert abs(share - 0.5) < 4 * np.sqrt(0.25 / n)
    arrests = (away["reason"] == "arrest").mean()
    assert abs(arrests - 0.75) < 4 * np.sqrt(0.75 * 0.25 / away.height)
    assert set(away["reason"]) == set(reasons)


def test_a_unit_called_away_is_in_no_stay_until_it_is_back():
    for one in patrolled([replace(POLICE, abstraction_chance=0.5)]):
        end = one.path["time"].max()
        for away in one.abstractions.iter_rows(named=True):
            between = one.stays.filter(
                pl.col("start") > away["start"], pl.col("start") < away["end"]
            )
            assert between.height == 0
            assert away["start"] < away["end"]
            assert (away["end"] - end).total_seconds() <= 1


def test_nobody_is_called_away_when_the_chance_is_zero():
    done = patrolled([OUTREACH])
    assert pl.concat([one.abstractions for one in done]).height == 0


def test_with_one_hot_spot_a_unit_waits_outside_between_its_stays():
    one_area = TOWN[:1]
    done = patrolled([POLICE], areas=one_area)
    for one in done:
        assert one.stays.height > 10
        gaps = (one.stays["start"] - one.stays["end"].shift(1)).drop_nulls().dt.total_seconds()
        assert gaps.min() >= 300


def test_two_services_share_one_hot_spot_by_turns():
    done = patrolled([OUTREACH, POLICE], areas=TOWN[:1])
    assert nearest_s(done, TOWN[:1]) >= 1
    assert set(stays_of(done)["service"]) == {"outreach", "police"}


def test_a_stay_that_does_not_fit_the_shift_is_not_begun():
    done = patrolled([replace(OUTREACH, minutes=400.0)])
    assert all(one.stays.height == 0 for one in done)
    assert all(one.path["x"].n_unique() == 1 for one in done)
    check_columns(done[0].stays, STAYS, name="stays")


def test_areas_too_close_to_wait_between_are_named():
    close = areas_from_geometries(
        ["a", "b", "c"],
        [shapely.box(0, 0, 100, 100), shapely.box(130, 0, 200, 100), shapely.box(900, 0, 990, 90)],
    )
    with pytest.raises(InputError, match=r"within 40 m of each other: a and b\. Give"):
        patrolled(areas=close)
    assert patrolled([OUTREACH], areas=close)
    # the town's nearest two lie 430 m apart
    reaching = [OUTREACH, replace(POLICE, walk=WalkRule(reach_m=400.0))]
    with pytest.raises(InputError, match=r"within 440 m of each other: bellfounders-yard and"):
        patrolled(reaching)
    assert patrolled(areas=close, rule=SeparationRule(keep_apart=False))


def test_without_areas_nobody_can_patrol():
    with pytest.raises(InputError, match="no area to patrol"):
        patrolled(areas=make_table(AREAS))


def test_without_shifts_nothing_happens():
    assert patrolled(window=Window("saturday", date(2024, 6, 8), date(2024, 6, 8))) == []


def test_the_same_seed_gives_the_same_patrols_and_another_does_not():
    one, two, other = (patrolled(seed=seed) for seed in (1, 1, 2))
    assert all(a.path.equals(b.path) for a, b in zip(one, two, strict=True))
    assert not all(a.path.equals(b.path) for a, b in zip(one, other, strict=True))
