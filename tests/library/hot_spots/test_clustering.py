"""Clusters: those of DBSCAN done the slow way, crime by crime, and none counted twice."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.hot_spots import clustering
from patrolwise.hot_spots.clustering import CLUSTERS, cluster_points, summarise_clusters
from patrolwise.places import area_geometries, areas_from_geometries, locate_points
from patrolwise.tables import AREAS, check_columns

E, N = 458_000.0, 304_000.0
PLACE = st.tuples(st.integers(0, 14), st.integers(0, 6))


def clusters_by_walking(x, y, eps, least, weights=None):
    """Return DBSCAN's labels: take the first crime not yet placed, and walk from core to core."""
    n = len(x)
    weights = [1.0] * n if weights is None else weights
    near = [[j for j in range(n) if math.hypot(x[i] - x[j], y[i] - y[j]) <= eps] for i in range(n)]
    core = [sum(weights[j] for j in near[i]) >= least for i in range(n)]
    labels, number = [-1] * n, 0
    for start in range(n):
        if labels[start] != -1 or not core[start]:
            continue
        to_visit = [start]
        while to_visit:
            i = to_visit.pop()
            if labels[i] != -1:
                continue
            labels[i] = number
            if core[i]:
                to_visit.extend(near[i])
        number += 1
    return labels


@settings(deadline=None, max_examples=50)
@given(
    places=st.lists(PLACE, min_size=1, max_size=40),
    eps=st.sampled_from([1.0, 2.0, 5.0]),
    least=st.integers(1, 6),
)
def test_clusters_and_their_numbers_are_those_of_walking(places, eps, least):
    x, y = (E + np.array(places).T[0]).tolist(), (N + np.array(places).T[1]).tolist()
    assert cluster_points(x, y, eps, least).tolist() == clusters_by_walking(x, y, eps, least)


@settings(deadline=None, max_examples=50)
@given(
    rows=st.lists(st.tuples(PLACE, st.sampled_from([0.0, 0.5, 1.0, 3.0])), max_size=30),
    least=st.sampled_from([0.5, 2.0, 4.0]),
)
def test_weighted_clusters_are_those_of_walking(rows, least):
    x, y = [E + p[0] for p, _ in rows], [N + p[1] for p, _ in rows]
    weights = [w for _, w in rows]
    found = cluster_points(x, y, 2.0, least, weights)
    assert found.tolist() == clusters_by_walking(x, y, 2.0, least, weights)


def test_pairs_worked_out_strip_by_strip_are_the_same_pairs(monkeypatch):
    rng = np.random.default_rng(1)
    x, y = E + rng.integers(0, 60, 400), N + rng.integers(0, 60, 400)
    x[:40] = E + 7  # a strip may end inside a column of places
    whole = cluster_points(x, y, 5, 8)
    assert whole.max() > 1
    for most in (1, 100, 3_000):
        monkeypatch.setattr(clustering, "_MOST_PAIRS", most)
        assert cluster_points(x, y, 5, 8).tolist() == whole.tolist()


def test_a_distance_of_exactly_eps_is_near_and_the_crime_itself_counts():
    x, y = [E, E + 30, E + 100], [N, N + 40, N]
    assert cluster_points(x, y, 50, 2).tolist() == [0, 0, -1]
    assert cluster_points(x, y, 49.999, 2).tolist() == [-1, -1, -1]


def test_crimes_at_one_snap_point_are_a_cluster_by_themselves():
    assert cluster_points([E] * 5, [N] * 5, 10, 5).tolist() == [0] * 5
    assert cluster_points([E] * 4, [N] * 4, 10, 5).tolist() == [-1] * 4


def test_a_border_is_not_a_bridge_and_takes_the_lower_number():
    # cores at 0 and 80 m each need their own crowd; the crime at 40 m reaches both and has 3 near
    x = [E + 80, E + 100, E + 110, E + 120, E, E - 20, E - 30, E - 40, E + 40]
    labels = cluster_points(x, [N] * 9, 40, 5)
    assert labels.tolist() == clusters_by_walking(x, [N] * 9, 40, 5)
    assert labels[8] == labels[0] == 0
    assert labels[4] == 1


def test_crimes_without_coordinates_are_in_no_cluster():
    assert cluster_points([E, np.nan, E], [N, N, N], 10, 2).tolist() == [0, -1, 0]
    assert cluster_points([np.nan], [np.nan], 10, 1).tolist() == [-1]


def test_labels_do_not_depend_on_where_the_origin_is():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 3000, 500), rng.integers(0, 3000, 500)
    here = cluster_points(E + x, N + y, 120, 4)
    assert cluster_points(E + 1e5 + x, N - 1e5 + y, 120, 4).tolist() == here.tolist()


def test_numbers_that_cannot_be_meant_are_refused_together():
    with pytest.raises(InputError, match="2 faults"):
        cluster_points([E], [N], 0, 0)
    with pytest.raises(InputError, match="look like degrees"):
        cluster_points([-1.13], [52.64], 50, 5)


def test_every_crime_is_counted_in_one_cluster_at_most():
    # hexseg 0.2.0 gives 181 clusters that sum to 8,402 of 948 crimes
    rng = np.random.default_rng(3)
    x, y = E + rng.integers(0, 100, 948) * 10, N + rng.integers(0, 100, 948) * 10
    weights = rng.uniform(0, 9, 948)
    labels = cluster_points(x, y, 25, 4)
    found = summarise_clusters(x, y, labels, 40, weights)
    assert labels.max() > 5
    assert found["crimes"].sum() == (labels >= 0).sum() < 948
    assert found["weight"].sum() == pytest.approx(weights[labels >= 0].sum())
    within = locate_points(x, y, found.select(AREAS.names))[0]
    assert len(within) > found["crimes"].sum()  # the areas do overlap, the counts do not


def test_a_cluster_row_holds_its_crimes_places_and_area():
    x, y = [E, E, E + 30, E + 900, E + 900, np.nan], [N, N, N, N, N, N]
    found = summarise_clusters(x, y, [0, 0, 0, 1, 1, -1], buffer_m=10)
    check_columns(found, CLUSTERS, name="found")
    check_columns(found, AREAS, name="found")
    assert found.select("area_id", "name", "crimes", "places").rows() == [
        ("cluster-1", "Cluster 1", 3, 2),
        ("cluster-2", "Cluster 2", 2, 1),
    ]
    assert found["weight"].null_count() == 2
    assert found["area_m2"].to_list() == pytest.approx([600 + 100 * math.pi, 100 * math.pi], 0.02)
    hulls = area_geometries(found)
    assert hulls[0].covers(shapely.Point(E + 30, N))
    areas_from_geometries(found["area_id"].to_list(), list(hulls))  # valid areas


def test_the_largest_cluster_comes_first_and_ties_by_number():
    labels = [2, 0, 0, 1, 1, 1, 2]
    found = summarise_clusters([E] * 7, [N] * 7, labels)
    assert found["area_id"].to_list() == ["cluster-2", "cluster-1", "cluster-3"]


def test_labels_that_do_not_fit_the_crimes_are_refused():
    with pytest.raises(InputError, match="1 labels for 2 crimes"):
        summarise_clusters([E, E], [N, N], [0])
    with pytest.raises(InputError, match=r"(?s)without coordinates has the label.*buffer must be"):
        summarise_clusters([np.nan], [N], [0], buffer_m=0)
