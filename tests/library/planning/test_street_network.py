"""Ways by streets: against plain Dijkstra, and on maps small enough to walk with a finger."""

import heapq
from collections import defaultdict
from math import hypot

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.planning.street_network import StreetRule, build_network, find_travel
from patrolwise.planning.street_rules import DRIVEN, STREETS, WALKED, drive_speeds, may_walk
from patrolwise.planning.travel import TRAVEL_PLACES
from patrolwise.tables import make_table

TAGS = [name for name in STREETS.names if name not in ("way_id", "geometry")]
PACE = 80.0  # metres a minute: 4.8 km/h


def way(highway="residential", **tags):
    return {**dict.fromkeys(TAGS), "highway": highway, **tags}


def streets_of(*ways):
    """Return STREETS from (points or lists of points, tags)."""
    rows = []
    for number, (points, tags) in enumerate(ways):
        is_one = not isinstance(points[0], list)
        line = shapely.LineString(points) if is_one else shapely.MultiLineString(points)
        rows.append({"way_id": str(number), **way(**tags), "geometry": bytes(shapely.to_wkb(line))})
    return make_table(STREETS, pl.DataFrame(rows, schema=STREETS.schema))


def places_of(*points):
    return make_table(
        TRAVEL_PLACES,
        {
            "place_id": [f"p{n}" for n in range(len(points))],
            "x": [float(x) for x, _ in points],
            "y": [float(y) for _, y in points],
        },
    )


def between(travel, one, other):
    """Return minutes and metres of one way."""
    row = travel.filter(pl.col("from_id") == one, pl.col("to_id") == other)
    return row["minutes"][0], row["metres"][0]


# --- who may use it


@pytest.mark.parametrize(
    ("tags", "walks"),
    [
        ({}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "construction"}, False),
        ({"access": "private"}, False),
        ({"access": "private", "foot": "permissive"}, True),
        ({"foot": "no"}, False),
        ({"foot": "use_sidepath", "access": "yes"}, False),
        ({"motor_vehicle": "no"}, True),
        ({"access": "destination"}, True),
        ({"oneway": "yes"}, True),
    ],
)
def test_a_way_may_be_walked_by_its_class_and_what_the_map_says(tags, walks):
    assert may_walk(way(**tags)) is walks


@pytest.mark.parametrize(
    ("tags", "speeds"),
    [
        ({}, (22, 22)),
        ({"oneway": "yes"}, (22, 0)),
        ({"oneway": "-1"}, (0, 22)),
        ({"oneway": "reversible"}, (22, 22)),
        ({"highway": "motorway"}, (80, 0)),
        ({"highway": "motorway", "oneway": "no"}, (80, 80)),
        ({"junction": "roundabout"}, (22, 0)),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, (0, 0)),
        ({"motor_vehicle": "no"}, (0, 0)),
        ({"motor_vehicle": "no", "motorcar": "yes"}, (22, 22)),
        ({"vehicle": "private"}, (0, 0)),
        ({"access": "no", "vehicle": "destination"}, (22, 22)),
        ({"access": "no"}, (0, 0)),
        ({"foot": "no"}, (22, 22)),
        ({"maxspeed": "5 mph"}, (8.04672, 8.04672)),
        ({"maxspeed": "10"}, (10, 10)),
        ({"maxspeed": "60 mph"}, (22, 22)),
        ({"maxspeed": "signals"}, (22, 22)),
    ],
)
def test_a_way_is_driven_by_its_class_and_no_faster_than_its_limit(tags, speeds):
    assert drive_speeds(way(**tags)) == pytest.approx(speeds)


def test_classes_that_are_driven_are_walked_but_for_motorways():
    assert set(DRIVEN) - WALKED == {"motorway", "motorway_link"}


# --- the shortest way

GRID = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.booleans(), st.sampled_from([None, "yes", "-1"])
    ),
    min_size=1,
    max_size=30,
)


def plain_dijkstra(steps, source):
    """Return the minutes to each node that can be reached; steps are (node, node, minutes)."""
    after = defaultdict(list)
    for one, other, minutes in steps:
        after[one].append((other, minutes))
    found, queue = {}, [(0.0, source)]
    while queue:
        minutes, node = heapq.heappop(queue)
        if node not in found:
            found[node] = minutes
            for other, more in after[node]:
                heapq.heappush(queue, (minutes + more, other))
    return found


@settings(max_examples=60)
@given(GRID, st.sampled_from(["walking", "driving"]))
def test_ways_are_as_long_as_plain_dijkstra_says(blocks, mode):
    ways, steps = [], []
    for column, row, goes_east, oneway in blocks:
        one = (100 * column, 100 * row)
        other = (one[0] + 100, one[1]) if goes_east else (one[0], one[1] + 100)
        ways.append(([one, other], {"oneway": oneway}))
        minutes = 100 / (PACE if mode == "walking" else 22_000 / 60)
        if mode == "walking" or oneway != "-1":
            steps.append((one, other, minutes))
        if mode == "walking" or oneway != "yes":
            steps.append((other, one, minutes))
    nodes = {node for step in steps for node in step[:2]}
    reach = {node: plain_dijkstra(steps, node) for node in nodes}
    parts = {node: frozenset(n for n in reach[node] if node in reach[n]) for node in nodes}
    # without added nodes, so that the largest part is that of the most corners
    network = build_network(streets_of(*ways), mode, StreetRule(longest_step_m=1000))
    kept = {(int(x), int(y)) for x, y in zip(network.x, network.y, strict=True)}
    assert kept in parts.values()
    assert len(kept) == max(map(len, parts.values()))
    assert network.dropped_parts == len(set(parts.values())) - 1
    corners = sorted(kept)
    travel = find_travel(network, places_of(*corners))
    for i, one in enumerate(corners):
        for j, other in enumerate(corners):
            if i != j:
                minutes, metres = between(travel, f"p{i}", f"p{j}")
                assert minutes == pytest.approx(reach[one][other])
                assert metres == pytest.approx(minutes / steps[0][2] * 100)


def test_the_way_from_the_street_to_the_place_counts_at_both_ends():
    network = build_network(streets_of(([(0, 0), (400, 0)], {})), "walking")
    travel = find_travel(network, places_of((0, 40), (400, -80)))
    assert dict(travel.schema) == TRAVEL.schema
    assert between(travel, "p0", "p1") == pytest.approx(((400 + 120) / PACE, 520))
    assert travel["source"].to_list() == ["streets"] * 2


def test_a_driver_walks_from_the_street_to_the_place():
    network = build_network(streets_of(([(0, 0), (2200, 0)], {})), "driving")
    minutes, metres = between(find_travel(network, places_of((0, 40), (2200, 40))), "p0", "p1")
    assert minutes == pytest.approx(6 + 80 / PACE)
    assert metres == pytest.approx(2280)


def test_a_place_along_a_long_street_is_joined_where_it_is():
    network = build_network(streets_of(([(0, 0), (1000, 0)], {})), "walking")
    metres = between(find_travel(network, places_of((500, 10), (0, 0))), "p0", "p1")[1]
    assert metres == pytest.approx(510)


def test_of_two_ways_the_quicker_counts_though_it_is_longer():
    streets = streets_of(
        ([(0, 0), (1000, 0)], {"highway": "service"}),
        ([(0, 0), (0, 300), (1000, 300), (1000, 0)], {"highway": "trunk"}),
        ([(0, 0), (1000, 0)], {"highway": "living_street", "maxspeed": "8"}),
    )
    network = build_network(streets, "driving")
    minutes, metres = between(find_travel(network, places_of((0, 0), (1000, 0))), "p0", "p1")
    assert metres == pytest.approx(1600)
    assert minutes == pytest.approx(1.6 / 45 * 60)


def test_a_bridge_that_shares_no_vertex_is_no_junction():
    streets = streets_of(
        ([(0, 0), (200, 0)], {}),
        ([(100, -100), (100, 100)], {"highway": "footway"}),
        ([(0, 0), (0, -100), (100, -100)], {}),
    )
    network = build_network(streets, "walking")
    metres = between(find_travel(network, places_of((100, 100), (200, 0))), "p0", "p1")[1]
    assert metres == pytest.approx(600)


def test_what_does_not_connect_is_left_out_and_measured():
    streets = streets_of(
        ([(0, 0), (300, 0)], {}),
        ([(1000, 0), (1100, 0)], {}),
        ([(2000, 0), (2050, 0)], {}),
        ([(300, 0), (900, 0)], {"highway": "motorway"}),
    )
    network = build_network(streets, "walking")
    assert (network.length_m, network.dropped_m, network.dropped_parts) == (600, 300, 2)


def test_a_street_that_only_leads_in_is_left_out_for_cars():
    streets = streets_of(
        ([(0, 0), (300, 0)], {}),
        ([(300, 0), (400, 0)], {"oneway": "yes"}),
    )
    network = build_network(streets, "driving")
    assert (network.length_m, network.dropped_m) == (600, 100)
    assert network.x.max() == 300


def test_parts_of_a_way_do_not_join_by_themselves():
    streets = streets_of(
        ([[(0, 0), (100, 0)], [(150, 0), (200, 0)]], {}), ([(0, 0), (0, 0)], {"highway": "path"})
    )
    network = build_network(streets, "walking")
    assert (network.length_m, network.dropped_parts) == (200, 1)


def test_places_off_the_map_are_all_named():
    network = build_network(streets_of(([(0, 0), (100, 0)], {})), "walking")
    with pytest.raises(InputError) as raised:
        find_travel(network, places_of((0, 0), (0, 1300), (900, 0)))
    told = str(raised.value)
    assert "p1 is 1,300 m from the nearest street for walking" in told
    assert "p2 is 800 m" in told
    assert "p0" not in told


def test_a_map_without_a_street_of_that_kind_is_refused():
    footpath = streets_of(([(0, 0), (100, 0)], {"highway": "footway"}))
    with pytest.raises(InputError, match="The map has no street for driving"):
        build_network(footpath, "driving")
    with pytest.raises(InputError, match="Nobody goes by tram"):
        build_network(footpath, "tram")


def test_one_place_has_nowhere_to_go():
    network = build_network(streets_of(([(0, 0), (100, 0)], {})), "walking")
    assert find_travel(network, places_of((0, 0))).height == 0


@pytest.mark.parametrize("name", ["walking_km_h", "longest_step_m", "furthest_m"])
def test_a_street_rule_needs_numbers_above_zero(name):
    with pytest.raises(InputError, match=f"{name} must be above 0"):
        StreetRule(**{name: 0.0})


def test_a_place_is_as_far_as_the_finger_walks():
    corner = streets_of(([(0, 0), (30, 40), (30, 140)], {}))
    network = build_network(corner, "walking")
    metres = between(find_travel(network, places_of((0, 0), (30, 140))), "p0", "p1")[1]
    assert metres == pytest.approx(hypot(30, 40) + 100)
