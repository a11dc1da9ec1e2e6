"""Made-up areas: a town that is nowhere, areas by chance, places inside, and where to set out."""

import numpy as np
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, areas_from_geometries, to_longitude_latitude
from patrolwise.simulate import draw_within, find_base, make_town, random_areas

RING = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))


def test_the_town_has_seven_hot_spots_that_do_not_touch():
    town = make_town()
    shapes = area_geometries(town)
    assert town.height == 7
    assert min(a.distance(b) for i, a in enumerate(shapes) for b in shapes[:i]) > 100


def test_the_town_is_two_kilometres_wide_and_at_sea():
    low_x, low_y, high_x, high_y = shapely.union_all(area_geometries(make_town())).bounds
    longitude, latitude = to_longitude_latitude([low_x], [low_y])
    assert high_x - low_x < 2000
    assert high_y - low_y < 2000
    # the coast of England lies west of 0.2 degrees at this latitude
    assert longitude[0] > 0.4
    assert 54.5 < latitude[0] < 55.5


def test_the_town_has_one_concave_hot_spot():
    concave = [s for s in area_geometries(make_town()) if s.area < s.convex_hull.area - 1]
    assert len(concave) == 1


def test_areas_by_chance_are_circles_and_irregular_in_turn_with_mean_radii_in_range():
    areas = random_areas(40, 5000.0, np.random.default_rng(1))
    for number, shape in enumerate(area_geometries(areas)):
        corners = shapely.get_coordinates(shape)[:-1]
        if number % 2 == 0:
            distances = np.hypot(*(corners - shapely.get_coordinates(shape.centroid)).T)
            assert np.ptp(distances) < 1e-6
            assert 90 <= distances.mean() <= 150
        else:
            assert 8 <= len(corners) <= 14
            assert 0.5 * np.pi * 90**2 < shape.area < 1.5 * np.pi * 150**2


def test_irregular_areas_are_valid_whatever_the_seed():
    for seed in range(50):
        assert shapely.is_valid(
            area_geometries(random_areas(20, 100.0, np.random.default_rng(seed)))
        ).all()


def test_no_areas_are_a_table_without_rows():
    assert random_areas(0, 100.0, np.random.default_rng(1)).height == 0


@pytest.mark.parametrize(("n", "extent"), [(-1, 10.0), (1, 0.0), (1, float("nan"))])
def test_areas_that_cannot_be_drawn_are_refused(n, extent):
    with pytest.raises(InputError, match="Areas cannot be drawn"):
        random_areas(n, extent, np.random.default_rng(1))


def test_places_drawn_within_are_inside_and_uniform():
    drawn = draw_within(RING, 20_000, np.random.default_rng(2))
    assert shapely.contains_xy(RING, drawn).all()
    # the strip below the hole is 2,000 of 6,400 square metres: within 4 standard errors
    share, expected = (drawn[:, 1] < 20).mean(), 2000 / 6400
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / len(drawn))


def test_no_places_drawn_are_an_empty_array():
    assert draw_within(RING, 0, np.random.default_rng(2)).shape == (0, 2)


@pytest.mark.parametrize("shape", [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 900, 900), RING])
def test_a_base_lies_at_least_50_m_outside_every_area(shape):
    base = find_base(areas_from_geometries(["a"], [shape]))
    assert shapely.Point(base).distance(shape) >= 50


def test_a_base_lies_between_areas_where_there_is_room():
    two = areas_from_geometries(
        ["a", "b"], [shapely.box(0, 0, 10, 10), shapely.box(990, 0, 1000, 10)]
    )
    x, y = find_base(two)
    assert abs(x - 500) < 20
    assert abs(y - 5) < 20


def test_without_an_area_there_is_no_base():
    with pytest.raises(InputError, match="no area to patrol"):
        find_base(random_areas(0, 100.0, np.random.default_rng(1)))
