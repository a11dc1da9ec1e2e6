"""How long the way is by streets: the network that a street map makes, and its shortest ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from patrolwise.errors import InputError, check_faults
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.planning.street_rules import STREETS, drive_speeds, may_walk
from patrolwise.planning.travel import MODES, check_places
from patrolwise.tables import check_columns, make_table

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_DECIMALS = 3  # of a metre: vertices that ways share are one node


@dataclass(frozen=True, kw_only=True)
class StreetRule:
    """How a street network is used; speeds of driving are in `street_rules`."""

    walking_km_h: float = 4.8
    longest_step_m: float = 25.0  # nodes are added so that a street has one at least so often
    furthest_m: float = 250.0  # of a place from its nearest node; further is off the map

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be above 0, got {value}."
            for name in ("walking_km_h", "longest_step_m", "furthest_m")
            if not 0 < (value := getattr(self, name)) < inf
        ]
        check_faults("Street rule", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class StreetNetwork:
    """Nodes that can all be reached from each other, and the minutes of each step between them."""

    mode: str
    x: Floats  # (n,) of the nodes, metres
    y: Floats
    steps: csr_array  # (n, n) minutes from node to node
    rule: StreetRule
    length_m: float  # of streets kept, each direction that is open counted by itself
    dropped_m: float  # of streets left out, as they do not connect with the others
    dropped_parts: int  # how many parts they are

    @cached_property
    def tree(self) -> cKDTree:
        """The nodes, to find the nearest."""
        return cKDTree(np.c_[self.x, self.y])


def build_network(
    streets: pl.DataFrame, mode: str, rule: StreetRule | None = None
) -> StreetNetwork:
    """Return the network of the streets that may be walked, or driven.

    Streets meet where they share a vertex. The largest part is kept within which each node can be
    reached from each other; what is left out is measured.

    Parameters
    ----------
    streets : (n, 11) STREETS
    mode : str
        walking or driving.
    rule : StreetRule, optional

    Returns
    -------
    StreetNetwork

    Raises
    ------
    InputError
        The mode is not known, or no street may be used so.
    """
    rule = rule or StreetRule()
    check_columns(streets, STREETS, name="streets")
    if mode not in MODES:
        raise InputError(f"Nobody goes by {mode}; write {' or '.join(MODES)}.")
    lines, speeds = _lines_in_use(streets, mode, rule)
    nodes, ends, line = _number_nodes(np.array(lines, dtype=object))
    nodes, ends, step = _add_nodes(nodes, ends, rule.longest_step_m)
    metres, speeds = _lengths(nodes, ends), speeds[line[step]]
    both = [
        (ends[is_open][:, order], metres[is_open], speed[is_open])
        for order, speed in (([0, 1], speeds[:, 0]), ([1, 0], speeds[:, 1]))
        for is_open in ((speed > 0) & (metres > 0),)
    ]
    pairs, metres, speed = (np.concatenate(parts) for parts in zip(*both, strict=True))
    if not len(pairs):
        raise InputError(f"The map has no street for {mode}. Give another map.")
    return _keep_largest(nodes, pairs, (metres, metres / 1000 / speed * 60), (mode, rule))


def find_travel(network: StreetNetwork, places: pl.DataFrame) -> pl.DataFrame:
    """Return the quickest way between places by streets.

    A place is joined to its nearest node, and the straight way to it, walked, is part of the time
    and of the distance at both ends.

    Parameters
    ----------
    network : StreetNetwork
    places : (n, 3) TRAVEL_PLACES
        Such as from `travel.list_places`: hot spots stand for a point inside them.

    Returns
    -------
    (n (n - 1), 6) TRAVEL, as the places are given
        Metres are those of the quickest way, which need not be the shortest.

    Raises
    ------
    InputError
        As `check_places`; or places lie too far from any street that may be used. All are named.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, 269-271: shortest paths, as scipy computes them.
    """
    check_places(places)
    points = places.select("x", "y").to_numpy()
    away, nodes = network.tree.query(points)
    _check_near(places, away, network)
    walk_min = away / 1000 / network.rule.walking_km_h * 60
    ids = places["place_id"].to_list()
    rows = []
    for i, node in enumerate(nodes):  # one at a time: a large map has a million nodes
        minutes, before = dijkstra(network.steps, indices=node, return_predecessors=True)
        metres = _metres_back(network, before, nodes, node)
        for j in range(len(ids)):
            if i != j:
                time = float(minutes[nodes[j]] + walk_min[i] + walk_min[j])
                length = float(metres[j] + away[i] + away[j])
                rows.append((network.mode, ids[i], ids[j], time, length, "streets"))
    return make_table(TRAVEL, pl.DataFrame(rows, schema=TRAVEL.schema, orient="row"))


def _lines_in_use(
    streets: pl.DataFrame, mode: str, rule: StreetRule
) -> tuple[list[shapely.LineString], Floats]:
    """Return the lines that may be used, and their speeds along and against, km/h."""
    lines, speeds = [], []
    for row in streets.iter_rows(named=True):
        along, against = _speeds(row, mode, rule)
        if along or against:
            parts = shapely.get_parts(shapely.from_wkb(row["geometry"])).tolist()
            lines += parts
            speeds += [(along, against)] * len(parts)
    return lines, np.array(speeds, dtype=float).reshape(-1, 2)


def _speeds(row: Mapping[str, str | None], mode: str, rule: StreetRule) -> tuple[float, float]:
    if mode == "driving":
        return drive_speeds(row)
    speed = rule.walking_km_h if may_walk(row) else 0.0
    return speed, speed


def _number_nodes(lines: NDArray[np.object_]) -> tuple[Floats, Whole, Whole]:
    """Return nodes, the two nodes of each step of a line, and which line it is of."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    nodes, number = np.unique(np.round(points, _DECIMALS), axis=0, return_inverse=True)
    number = number.ravel()
    goes_on = line[1:] == line[:-1]
    ends = np.c_[number[:-1], number[1:]][goes_on]
    return nodes, ends.astype(np.int64), line[1:][goes_on].astype(np.int64)


def _lengths(nodes: Floats, ends: Whole) -> Floats:
    return np.asarray(np.hypot(*(nodes[ends[:, 1]] - nodes[ends[:, 0]]).T))


def _add_nodes(nodes: Floats, ends: Whole, longest_m: float) -> tuple[Floats, Whole, Whole]:
    """Return nodes, steps no longer than asked, and which of the steps given each is part of.

    Added nodes are of their own step alone: a bridge does not meet the street below it.
    """
    pieces = np.maximum(np.ceil(_lengths(nodes, ends) / longest_m), 1).astype(np.int64)
    step = np.repeat(np.arange(len(ends)), pieces)
    number = np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first_added = len(nodes) + np.cumsum(pieces - 1) - (pieces - 1)
    starts = np.where(number == 0, ends[step, 0], first_added[step] + number - 1)
    is_last = number == pieces[step] - 1
    targets = np.where(is_last, ends[step, 1], first_added[step] + number)
    share = ((number + 1) / pieces[step])[~is_last, None]
    one, other = nodes[ends[step[~is_last], 0]], nodes[ends[step[~is_last], 1]]
    added = one + share * (other - one)
    return np.concatenate([nodes, added]), np.c_[starts, targets], step


def _keep_largest(
    nodes: Floats, pairs: Whole, measures: tuple[Floats, Floats], how: tuple[str, StreetRule]
) -> StreetNetwork:
    metres, minutes = measures
    steps = _quickest(pairs, minutes, len(nodes))
    parts, part = connected_components(steps, directed=True, connection="strong")
    in_use = np.zeros(len(nodes), dtype=bool)
    in_use[pairs.ravel()] = True
    largest = np.bincount(part[in_use], minlength=parts).argmax()
    kept = np.flatnonzero(part == largest)
    inside = (part[pairs] == largest).all(axis=1)
    return StreetNetwork(
        mode=how[0],
        x=nodes[kept, 0],
        y=nodes[kept, 1],
        steps=steps[kept][:, kept],
        rule=how[1],
        length_m=float(metres[inside].sum()),
        dropped_m=float(metres[~inside].sum()),
        dropped_parts=len(np.unique(part[in_use])) - 1,
    )


def _quickest(pairs: Whole, minutes: Floats, nodes: int) -> csr_array:
    """Return the matrix of steps; of two between the same nodes the quicker counts."""
    order = np.lexsort((minutes, pairs[:, 1], pairs[:, 0]))
    pairs, minutes = pairs[order], minutes[order]
    is_first = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)]
    at = pairs[is_first]
    return csr_array(coo_array((minutes[is_first], (at[:, 0], at[:, 1])), shape=(nodes, nodes)))


def _check_near(places: pl.DataFrame, away: Floats, network: StreetNetwork) -> None:
    far = [
        f"{place_id} is {metres:,.0f} m from the nearest street for {network.mode}. Give a map "
        f"that reaches it, or raise furthest_m above {network.rule.furthest_m:g}."
        for place_id, metres in zip(places["place_id"], away, strict=True)
        if metres > network.rule.furthest_m
    ]
    check_faults("Travel by streets", far)


def _metres_back(network: StreetNetwork, before: Whole, targets: Whole, source: int) -> Floats:
    """Return the metres of the quickest way from a node to some others, step by step back."""
    at, metres = targets.astype(np.int64), np.zeros(len(targets))
    while (at != source).any():
        last = np.where(at == source, source, before[at])
        metres += np.hypot(network.x[at] - network.x[last], network.y[at] - network.y[last])
        at = last
    return metres
