"""Where displaced crime is counted: rings that share no ground, and sums that a slow twin makes."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.places import area_geometries, areas_from_geometries, union_of
from patrolwise.study.areas import make_rings
from patrolwise.study.displacement_places import kept_ground, place_displacement

from .displacement_worlds import (
    AFTER,
    BEFORE,
    crimes_from,
    make_areas,
    plain_sum,
    quiet,
    rows_of,
    study_of,
    with_rings,
)


def places_of(study):
    return place_displacement(study.crimes, study.areas, study.windows, 1.0)


def test_each_ring_is_summed_as_a_slow_count_has_it():
    counts = quiet(3, 4, near=(0, 9), far=(0, -4))
    study = study_of(rows_of(counts), make_areas(hot=3, other=4))
    values = np.arange(study.crimes.height) % 5 + 0.5
    places = places_of(study)
    spots = area_geometries(study.areas.hot_spots)
    others = area_geometries(study.areas.comparison)
    for ring, (inner, outer) in enumerate(((0, 100), (100, 200))):
        found = places.sum_in_ring(values, ring)
        for k, spot in enumerate(spots):
            shape = spot.buffer(outer).difference(spot.buffer(inner) if inner else spot)
            assert (found.before[k], found.after[k]) == plain_sum(study, values, shape)
        for k, other in enumerate(others):
            shape = other.buffer(outer).difference(other.buffer(inner) if inner else other)
            told = (found.comparison_before[k], found.comparison_after[k])
            assert told == plain_sum(study, values, shape)


def test_hot_spots_and_comparison_areas_are_summed_too():
    study = study_of(rows_of(quiet(spot=(0, -10))))
    ones = np.ones(study.crimes.height)
    found = places_of(study).sum_in(ones)
    for k, spot in enumerate(area_geometries(study.areas.hot_spots)):
        assert (found.before[k], found.after[k]) == plain_sum(study, ones, spot)
    beside = places_of(study).sum_beside_rings(ones)
    assert beside.comparison_before.tolist() == found.comparison_before.tolist()


def test_a_crime_on_the_edge_of_a_hot_spot_is_the_hot_spots_alone():
    areas = make_areas()
    row = {"x": 100.0, "y": 50.0, "month": BEFORE.first, "category": "robbery"}
    study = study_of([row, {**row, "month": AFTER.first}], areas)
    places = places_of(study)
    assert places.sum_in(np.ones(2)).before.sum() == 1
    assert places.sum_in_ring(np.ones(2), 0).before.sum() == 0


def test_crimes_beyond_the_windows_or_without_a_place_count_nowhere():
    row = {"x": 50.0, "y": 50.0, "month": BEFORE.first, "category": "robbery"}
    lost = {**row, "x": None, "y": None}
    early = {**row, "month": BEFORE.first.replace(year=2018)}
    study = study_of([row, lost, early])
    assert places_of(study).sum_in(np.ones(3)).before.sum() == 1


def test_equal_ground_weighs_one_and_half_the_ground_two():
    study = study_of(rows_of(quiet()))
    assert places_of(study).rings[0].weight == pytest.approx(1.0)
    # comparison areas in pairs, edge to edge: each has lost ground to the other
    hot = make_areas().hot_spots
    squares = [shapely.box(x, 9000, x + 100, 9100) for x in (0, 100, 5000, 5100)]
    paired = areas_from_geometries([f"comparison-{k}" for k in range(4)], squares)
    areas = with_rings(hot, paired)
    ring = places_of(study_of(rows_of(quiet()), areas)).rings[0]
    assert ring.weight == pytest.approx(ring.hot_m2.mean() / ring.comparison_m2.mean())
    assert 1.2 < ring.weight < 2


def test_without_comparison_areas_nothing_is_weighed():
    areas = make_areas(other=0)
    places = places_of(study_of(rows_of(quiet(other=0)), areas))
    assert places.rings[0].weight == 1.0
    assert (len(places.comparison), places.without) == (0, 0)


def test_a_comparison_area_with_no_room_for_a_ring_is_left_out():
    hot = make_areas().hot_spots
    # the first stands within 100 m of a hot spot, so that its ring to 100 m is all theirs
    squares = [shapely.box(120, 20, 160, 60), *area_geometries(make_areas().comparison)]
    ids = [f"comparison-{k}" for k in range(len(squares))]
    areas = with_rings(hot, areas_from_geometries(ids, squares))
    places = places_of(study_of(rows_of(quiet()), areas))
    assert places.without == 1
    assert places.comparison.tolist() == list(range(1, 9))
    ones = np.ones(places.crime.max() + 1)
    assert len(places.sum_beside_rings(ones).comparison_before) == 8
    assert len(places.sum_in(ones).comparison_before) == 9


def test_no_ring_at_all_round_comparison_areas_leaves_none():
    hot = make_areas().hot_spots
    squares = [shapely.box(2000 * k + 120, 20, 2000 * k + 140, 40) for k in range(6)]
    areas = with_rings(hot, areas_from_geometries([f"comparison-{k}" for k in range(6)], squares))
    places = places_of(study_of(rows_of(quiet()), areas))
    assert (len(places.comparison), places.without) == (0, 6)
    assert len(places.sum_in_ring(np.ones(len(study_of(rows_of(quiet())).crimes)), 0).before) == 6


def test_crimes_are_kept_as_far_as_rings_of_comparison_areas_reach():
    inner = make_areas()
    narrow = with_rings(inner.hot_spots, inner.comparison)
    object.__setattr__(narrow, "study_area", None)
    outermost = narrow.rings[-1].outer_m
    assert kept_ground(narrow).bounds[3] == 10_100.0 + outermost  # beyond their own north edge
    places = places_of(study_of(rows_of(quiet()), narrow))
    share = places.rings[0].comparison_m2.sum() / places.rings[0].hot_m2.sum()
    assert share == pytest.approx(8 / 6, rel=1e-3)
    # a weight is of one area's ring beside another's, however many there are: none was cut off
    assert places.rings[0].weight == pytest.approx(1.0, rel=1e-3)


def test_without_rings_there_is_nothing_but_the_areas():
    areas = make_areas(edges=())
    places = places_of(study_of(rows_of(quiet()), areas))
    assert places.rings == ()
    assert places.without == 8


def test_what_is_near_is_in_a_hot_spot_or_its_rings():
    rows = rows_of({(0, "spot", 0): (1, 0), (0, "far", 0): (0, 1), (1, "near", 0): (1, 1)})
    study = study_of(rows)
    assert places_of(study).is_near(study.crimes.height).tolist() == [True, True, False, False]


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=6, unique=True)
)
def test_no_crime_is_ever_in_two_places(cells):
    """Wherever areas lie, each crime of a fine lattice is in one place at most."""
    squares = [shapely.box(60 * i, 60 * j, 60 * i + 60, 60 * j + 60) for i, j in cells]
    half = max(1, len(squares) // 2)
    hot = areas_from_geometries([f"s{k}" for k in range(half)], squares[:half])
    other = areas_from_geometries(
        [f"comparison-{k}" for k in range(len(squares) - half)], squares[half:]
    )
    areas = with_rings(hot, other, (0.0, 50.0, 110.0))
    points = itertools.product(np.arange(-95.0, 900.0, 31.0), repeat=2)
    rows = [{"x": x, "y": y, "month": BEFORE.first, "category": "robbery"} for x, y in points]
    crimes = crimes_from(rows)
    places = place_displacement(crimes, areas, (BEFORE, AFTER), 1.0)
    assert np.bincount(places.crime, minlength=len(rows)).max() <= 1
    rings = make_rings(hot, (0.0, 50.0, 110.0), union_of(other))
    assert len(places.rings) == len(rings)
