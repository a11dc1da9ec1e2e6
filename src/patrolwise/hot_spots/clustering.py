"""Which crimes crowd together: DBSCAN clusters of crimes, each crime in one at most."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import check_faults
from patrolwise.hot_spots.points import Points, read_points
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CLUSTERS = Table(
    "CLUSTERS",
    "one cluster of crimes; also an AREAS table",
    (
        Column("area_id", pl.String, "unique within the table"),
        Column("name", pl.String, "what people call it"),
        Column("geometry", pl.Binary, "its crimes' convex hull, widened, as WKB, metres"),
        Column("crimes", pl.Int64, "crimes in the cluster; no crime is in two"),
        Column("weight", pl.Float64, "sum of their weights; null when none were given", True),
        Column("places", pl.Int64, "different coordinates among them"),
        Column("area_m2", pl.Float64, "area of the geometry, square metres"),
    ),
)

_MOST_PAIRS = 12_000_000  # held at once: about 600 MB with what is made of them


def cluster_points(
    x: ArrayLike,
    y: ArrayLike,
    eps_m: float,
    min_crimes: float,
    weights: ArrayLike | None = None,
) -> Integers:
    """Return the cluster that each crime belongs to, or -1.

    A crime is at a core place when `min_crimes` crimes or more, itself included, lie within
    `eps_m` of it. Core places within `eps_m` of each other are of one cluster; other crimes within
    `eps_m` of a core place are its border. A border crime that two clusters reach belongs to the
    one of lower number, and clusters are numbered by the first crime, in the order given, at one
    of their core places. Crimes at the same coordinates are handled once, with their number.

    Parameters
    ----------
    x, y : (n,) array
        Metres; NaN where unknown: such a crime is in no cluster.
    eps_m : float
        Metres, above 0; a distance of exactly `eps_m` is within.
    min_crimes : float
        Above 0.
    weights : (n,) array, optional
        What each crime counts for towards `min_crimes`, 0 or more; None: 1 each.

    Returns
    -------
    (n,) array of int64
        Clusters from 0; -1 for noise.

    Raises
    ------
    InputError
        A number is not above 0, or the points are not points in metres.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231: DBSCAN. The rule for borders and the
    numbers are those of scikit-learn, whose labels are the same.

    Examples
    --------
    >>> x = [1000, 1000, 1000, 1040, 1090, 5000]
    >>> cluster_points(x, [1000] * 6, eps_m=50, min_crimes=4).tolist()
    [0, 0, 0, 0, 0, -1]
    >>> cluster_points([], [], eps_m=50, min_crimes=4).tolist()
    []
    """
    faults = []
    if not (eps_m > 0 and np.isfinite(eps_m)):
        faults.append(f"The distance must be above 0 metres, got {eps_m}.")
    if not min_crimes > 0:
        faults.append(f"The least number of crimes must be above 0, got {min_crimes}.")
    check_faults("Clusters", faults)
    points = read_points(x, y, weights)
    labels = np.full(points.given, -1, dtype=np.int64)
    places, first, which = _unique_places(points)
    loads = np.bincount(which, points.weights, minlength=len(places)).astype(float)
    labels[points.given_at] = _cluster_places(places, loads, first, (eps_m, min_crimes))[which]
    return labels


def summarise_clusters(
    x: ArrayLike,
    y: ArrayLike,
    labels: ArrayLike,
    buffer_m: float = 25.0,
    weights: ArrayLike | None = None,
) -> pl.DataFrame:
    """Return one row a cluster: its area, and how many crimes belong to it.

    Crimes are counted by label, not by area. Hulls of neighbouring clusters may overlap, and a
    crime counted in every area that holds it would be counted twice; the rows sum to the crimes
    that are in a cluster.

    Parameters
    ----------
    x, y : (n,) array
        Metres, as given to `cluster_points`.
    labels : (n,) array of int
        As `cluster_points` returns them.
    buffer_m : float
        By how much the hull is widened, metres; above 0, for a cluster may be a single place.
    weights : (n,) array, optional
        Harm weights, or those given to `cluster_points`; None leaves ``weight`` null.

    Returns
    -------
    (k, 7) CLUSTERS, most crimes first, then by label; no rows when there is no cluster

    Raises
    ------
    InputError
        The labels do not fit the points, one is of a crime without coordinates, or `buffer_m` is
        not above 0.

    Examples
    --------
    >>> x, labels = [1000, 1000, 1040, 5000], [0, 0, 0, -1]
    >>> found = summarise_clusters(x, [1000] * 4, labels)
    >>> found.select("area_id", "crimes", "places").rows()
    [('cluster-1', 3, 2)]
    >>> summarise_clusters([], [], []).height
    0
    """
    points = read_points(x, y, weights)
    given = np.asarray(labels, dtype=np.int64).ravel()
    faults = []
    if len(given) != points.given:
        faults.append(f"There are {len(given)} labels for {points.given} crimes.")
    elif np.sum(given >= 0) != np.sum(given[points.given_at] >= 0):
        faults.append("A crime without coordinates has the label of a cluster.")
    if not buffer_m > 0:
        faults.append(f"The buffer must be above 0 metres, got {buffer_m}.")
    check_faults("Clusters", faults)
    weighted = points.weights is not None
    found = pl.DataFrame(
        {
            "label": given[points.given_at],
            "x": points.x,
            "y": points.y,
            "weight": points.weights if weighted else np.zeros(len(points.x)),
        }
    )
    groups = (
        found.filter(pl.col("label") >= 0)
        .group_by("label")
        .agg(
            pl.len().alias("crimes"),
            pl.struct("x", "y").n_unique().alias("places"),
            "x",
            "y",
            *([pl.col("weight").sum()] if weighted else []),  # not asked for: null, not 0
        )
        .sort(["crimes", "label"], descending=[True, False])
    )
    shapes = [
        shapely.MultiPoint(np.c_[row["x"], row["y"]]).convex_hull.buffer(buffer_m)
        for row in groups.select("x", "y").iter_rows(named=True)
    ]
    return make_table(
        CLUSTERS,
        groups.with_columns(
            ("cluster-" + (pl.col("label") + 1).cast(pl.String)).alias("area_id"),
            ("Cluster " + (pl.col("label") + 1).cast(pl.String)).alias("name"),
            pl.Series("geometry", [shapely.to_wkb(s) for s in shapes], dtype=pl.Binary),
            pl.Series("area_m2", [s.area for s in shapes], dtype=pl.Float64),
        ),
    )


def _unique_places(points: Points) -> tuple[Floats, Integers, Integers]:
    """Return the different coordinates, by easting; the first crime at each; which is whose."""
    # One complex number sorts four times as fast as a row of two.
    places, first, which = np.unique(
        points.x + 1j * points.y, return_index=True, return_inverse=True
    )
    return np.c_[places.real, places.imag], first, which


def _cluster_places(
    places: Floats, loads: Floats, first: Integers, rule: tuple[float, float]
) -> Integers:
    """Return the cluster of each place; `places` are unique and sorted by easting."""
    eps_m, min_crimes = rule
    blocks = _Pairs(places, eps_m)
    within = loads.copy()
    for i, j in blocks:
        within += np.bincount(i, loads[j], minlength=len(places))
        within += np.bincount(j, loads[i], minlength=len(places))
    is_core = within >= min_crimes
    joined = np.arange(len(places))
    for i, j in blocks:
        both = is_core[i] & is_core[j]
        joined = _join(joined, i[both], j[both])
    number = _number_clusters(joined, is_core, first)
    best = np.where(is_core, number, len(places))
    for i, j in blocks:
        for border, core in ((i, j), (j, i)):
            reached = is_core[core] & ~is_core[border]
            np.minimum.at(best, border[reached], number[core[reached]])
    return np.where(best < len(places), best, -1)


class _Pairs:
    """Pairs of places within reach of each other, in blocks that fit in memory.

    Strips from west to east: each yields the pairs whose western place lies in it. One strip,
    the usual case, is worked out once and kept; several are worked out each time.
    """

    def __init__(self, places: Floats, eps_m: float) -> None:
        self._places, self._eps_m = places, eps_m
        n = len(places)
        most = n * (n - 1) / 2
        if most > _MOST_PAIRS:
            tree = self._tree(places)
            most = (tree.count_neighbors(tree, eps_m) - n) / 2
        strips = max(1, int(np.ceil(most / _MOST_PAIRS)))
        self._ends = np.linspace(0, n, strips + 1).astype(np.int64)
        self._kept = [self._strip(0, n)] if strips == 1 else None

    def __iter__(self) -> Iterator[tuple[Integers, Integers]]:
        if self._kept is not None:
            yield from self._kept
            return
        for start, end in pairwise(self._ends.tolist()):
            yield self._strip(start, end)

    def _strip(self, start: int, end: int) -> tuple[Integers, Integers]:
        if start == end:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        # A little more than the distance: rounding must not lose a pair at exactly that.
        east = self._places[end - 1, 0] + self._eps_m * (1 + 1e-9)
        stop = int(np.searchsorted(self._places[:, 0], east, "right"))
        tree = self._tree(self._places[start:stop])
        pairs = tree.query_pairs(self._eps_m, output_type="ndarray").astype(np.int64, copy=False)
        pairs = pairs[pairs[:, 0] < end - start] if stop > end else pairs
        return pairs[:, 0] + start, pairs[:, 1] + start

    @staticmethod
    def _tree(places: Floats) -> Any:
        from scipy.spatial import cKDTree  # noqa: PLC0415  slow to import

        return cKDTree(places)


def _join(joined: Integers, i: Integers, j: Integers) -> Integers:
    """Return the components of the places after i and j have been joined, pair by pair."""
    from scipy.sparse import coo_array  # noqa: PLC0415  slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n = len(joined)
    # In a crowd one pair in 16 joins nearly everything, and the others need no graph.
    for some in (slice(None, None, 16), slice(None)):
        a, b = joined[i[some]], joined[j[some]]
        apart = a != b
        ones = np.ones(int(apart.sum()), dtype=np.int8)
        edges = coo_array((ones, (a[apart], b[apart])), shape=(n, n))
        joined = connected_components(edges, directed=False)[1][joined].astype(np.int64)
    return joined


def _number_clusters(joined: Integers, is_core: NDArray[np.bool_], first: Integers) -> Integers:
    """Return the number of each core place's cluster, by the first crime at one of its cores."""
    earliest = np.full(len(joined), np.iinfo(np.int64).max)
    np.minimum.at(earliest, joined[is_core], first[is_core])
    order = np.argsort(earliest, kind="stable")
    number = np.empty(len(joined), dtype=np.int64)
    number[order] = np.arange(len(joined))
    return number[joined]
