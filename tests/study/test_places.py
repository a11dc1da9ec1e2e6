"""Hot spots and comparison areas from files, rings, and what is refused of them."""

import json
from datetime import date

import numpy as np
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.places import Grid, area_geometries, areas_from_geometries, union_of
from patrolwise.study.areas import StudyAreas, make_rings, match_cells
from patrolwise.study.map_shapes import MOST_CELLS, map_shapes
from patrolwise.tables import AREAS, CELL_COUNTS, make_table

SPOTS = ((2, 2), (2, 6), (6, 2), (6, 6))
OTHERS = ((0, 0), (0, 4), (4, 0), (4, 4), (8, 8), (8, 4))
DRAWN = """
id = "drawn"
file = "spots.geojson"
expected = 4
chosen_on = { first = 2019-01-01, last = 2019-12-31 }
definition = "violence-and-sexual-offences"
"""


@pytest.fixture
def world(fallen, own_copy, tmp_path, geojson_of):
    copy = own_copy(fallen, tmp_path)
    (copy.folder / "spots.geojson").write_text(geojson_of(SPOTS), encoding="utf-8")
    (copy.folder / "others.geojson").write_text(geojson_of(OTHERS), encoding="utf-8")
    return copy


def drawn(world, hot_spots=DRAWN, comparison='file = "others.geojson"', **changes):
    return world.evaluate(
        hot_spots=hot_spots, hot_spots__select=None, comparison=comparison, **changes
    )


def test_a_patrolwise_set_gives_the_counts_of_the_choice_that_it_was_made_by(world, fallen):
    from patrolwise.cli.__main__ import main

    arguments = ["hot-spots", world.folder / "street", "--study-area"]
    arguments += [world.folder / "study-area.geojson", "--first", "2019-01-01", "--last"]
    arguments += ["2019-12-31", "--definition", "violence-and-sexual-offences", "--count", "4"]
    arguments += ["--id", "made-four", "--seed", "7", "--out", world.folder / "set.geojson"]
    assert main([str(a) for a in arguments]) == 0
    results = drawn(world, 'file = "set.geojson"\nexpected = 4')
    chosen = fallen.evaluate()
    assert results.hot_spot_set == "made-four@1"
    assert results.hot_spot_hash == chosen.hot_spot_hash
    for one, other in zip(results.outcomes[0].areas, chosen.outcomes[0].areas, strict=True):
        assert (one.before, one.after, one.selected_on) == (
            other.before,
            other.after,
            other.selected_on,
        )
    assert results.outcomes[0].expected_after is None  # no grid to learn chance from


def test_a_drawn_set_is_counted_and_says_how_it_was_chosen(world, fallen):
    results = drawn(world)
    assert results.hot_spot_set == "drawn@1"
    assert results.hot_spot_method == "drawn by hand"
    assert results.outcomes[0].before == fallen.evaluate().outcomes[0].before
    assert all(area.selected_on is None for area in results.outcomes[0].areas)
    assert results.comparison_rule == "areas of others.geojson"
    shapes = [s.area_id for s in results.shapes if s.kind == "comparison"]
    assert shapes == [f"comparison-area-{n}" for n in range(1, 7)]


def test_a_drawn_set_keeps_the_method_that_the_programme_tells(world):
    results = drawn(world, DRAWN + 'method = "agreed at a meeting"')
    assert results.hot_spot_method == "agreed at a meeting"


def test_a_drawn_set_chosen_on_the_before_window_is_caught(world):
    late = DRAWN.replace("2019-01-01", "2020-01-01").replace("2019-12-31", "2020-12-31")
    assert "selected-on-before" in {g.id for g in drawn(world, late).guards}


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("chosen_on", "hot_spots lacks chosen_on."),
        ("definition", "hot_spots lacks definition."),
        ("chosen_on definition", "hot_spots lacks chosen_on and definition."),
    ],
)
def test_a_drawn_set_must_say_on_which_crimes_it_was_chosen(world, without, said):
    kept = [line for line in DRAWN.splitlines() if line.split(" ")[0] not in without.split()]
    with pytest.raises(InputError, match=said):
        drawn(world, "\n".join(kept))


def test_seven_expected_and_eighteen_found_are_refused(world, geojson_of):
    cells = [(i, j) for i in range(6) for j in range(3)]
    (world.folder / "spots.geojson").write_text(geojson_of(cells), encoding="utf-8")
    with pytest.raises(InputError, match="expects 7 hot spots, and the set drawn@1 has 18"):
        drawn(world, DRAWN.replace("expected = 4", "expected = 7"))


def test_comparison_areas_that_overlap_hot_spots_are_refused_by_name(world, geojson_of):
    (world.folder / "others.geojson").write_text(
        geojson_of([(0, 0), (2, 2), (6, 6)]), encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"comparison-area-2, comparison-area-3\. A place cannot"):
        drawn(world)


def test_comparison_areas_may_touch_hot_spots(world, geojson_of):
    (world.folder / "others.geojson").write_text(
        geojson_of([(3, 2), (0, 0), (8, 8)]), encoding="utf-8"
    )
    assert drawn(world).outcomes[0].comparison_before > 0


def test_like_cells_cannot_be_matched_without_a_grid(world):
    with pytest.raises(InputError, match=r"Give comparison.file instead"):
        drawn(world, comparison="match = 3")


def test_a_set_changed_by_hand_is_refused(world, tmp_path):
    from patrolwise.files.hot_spot_sets import write_hot_spot_set
    from patrolwise.study.programme import SpotSource
    from patrolwise.study.spots import read_spots
    from patrolwise.times import Window

    window = Window("selection", date(2019, 1, 1), date(2019, 12, 31))
    plain = SpotSource(
        file=world.folder / "spots.geojson", chosen_on=window, definition="all-crime@1"
    )
    path = tmp_path / "set.geojson"
    write_hot_spot_set(path, read_spots(plain, []))
    assert read_spots(SpotSource(file=path), []).hash == read_spots(plain, []).hash
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"] = document["features"][:3]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="area-4 is missing"):
        read_spots(SpotSource(file=path), [])


def test_places_can_be_excluded_nudged_and_taken_by_count(world, geojson_of):
    (world.folder / "custody.geojson").write_text(geojson_of([(2, 2)]), encoding="utf-8")
    select = """
window = { first = 2019-01-01, last = 2019-12-31 }
definition = "violence-and-sexual-offences"
study_area = "study-area.geojson"
count = 4
method = "count"
nudge = true
exclude = "custody.geojson"
"""
    results = world.evaluate(hot_spots__select=select)
    assert results.hot_spot_method == (
        "4 cells (square 200 m) by count, 100 m apart, nudged to hold most, "
        "without places where crimes are only recorded"
    )
    barred = shapely.box(458_000 + 400, 304_000 + 400, 458_000 + 600, 304_000 + 600)
    from patrolwise.places import to_national_grid

    for shape in results.shapes:
        if shape.kind == "hot spot":
            metres = to_national_grid(*zip(*shape.rings[0], strict=True))
            held = shapely.Polygon(np.column_stack(metres))
            assert shapely.area(shapely.intersection(held, barred)) < 1


# --- the parts ------------------------------------------------------------------------------------


def boxes(*corners, side=100.0):
    shapes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return areas_from_geometries([f"s{n}" for n in range(len(shapes))], shapes)


def test_rings_do_not_overlap_each_other_the_spots_or_what_is_left_out():
    spots, without = boxes((0, 0), (150, 0)), shapely.box(-60, -60, -10, 200)
    rings = make_rings(spots, (0.0, 50.0, 100.0), without)
    assert [(r.inner_m, r.outer_m) for r in rings] == [(0, 50), (50, 100)]
    for ring in rings:
        assert ring.outline.intersection(without).area == pytest.approx(0, abs=1e-6)
        assert ring.outline.intersection(union_of(spots)).area == pytest.approx(0, abs=1e-6)
    assert rings[0].outline.intersection(rings[1].outline).area == pytest.approx(0, abs=1e-6)


def test_a_ring_is_divided_by_nearest_centre_and_nothing_is_lost():
    spots = boxes((0, 0), (300, 0), (0, 400))
    (ring,) = make_rings(spots, (0.0, 120.0), shapely.Polygon())
    assert shapely.area(area_geometries(ring.parts)).sum() == pytest.approx(ring.outline.area)
    centres = dict(zip(spots["area_id"], shapely.centroid(area_geometries(spots)), strict=True))
    parts = dict(zip(ring.parts["area_id"], area_geometries(ring.parts), strict=True))
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(-120, 520, (400, 2)):
        point = shapely.Point(x, y)
        if ring.outline.contains(point):
            nearest = min(centres, key=lambda k: point.distance(centres[k]))
            assert parts[nearest].distance(point) < 1e-6


def test_a_hot_spot_whose_ground_is_taken_has_no_part():
    spots = boxes((0, 0), (500, 0))
    (ring,) = make_rings(spots, (0.0, 50.0), shapely.box(-100, -100, 250, 300))
    assert ring.parts["area_id"].to_list() == ["s1"]


def test_a_ring_with_nothing_left_is_left_out():
    assert make_rings(boxes((0, 0)), (0.0, 50.0), shapely.box(-500, -500, 500, 500)) == ()


def test_one_hot_spot_has_the_whole_ring():
    (ring,) = make_rings(boxes((0, 0)), (0.0, 50.0), shapely.Polygon())
    assert ring.parts["area_id"].to_list() == ["s0"]


def cells_with(counts):
    grid = Grid(size_m=100)
    keys = grid.pack(np.arange(len(counts)), np.zeros(len(counts), dtype=np.int64))
    x, y = grid.centres(keys)
    return grid, make_table(CELL_COUNTS, {"cell": keys, "x": x, "y": y, "crimes": counts})


def test_like_cells_are_the_nearest_in_count_at_their_distance():
    grid, cells = cells_with([10, 9, 4, 11, 0, 8, 12])
    hot = areas_from_geometries(["h"], list(grid.polygons(cells["cell"].to_numpy()[:1])))
    found = match_cells(cells, grid, hot, 3, 150.0)
    # cell 1 is 0 m away, cell 2 100 m; of the others 11 is nearest to 10, then 8 and 12 by cell
    lefts = [shape.bounds[0] for shape in area_geometries(found)]
    assert lefts == [300, 500, 600]
    assert found["area_id"].to_list() == ["comparison-1", "comparison-2", "comparison-3"]


def test_no_cell_without_crime_is_a_like_cell():
    grid, cells = cells_with([10, 0, 0])
    hot = areas_from_geometries(["h"], list(grid.polygons(cells["cell"].to_numpy()[:1])))
    assert match_cells(cells, grid, hot, 5, 0.0).height == 0


def test_hot_spots_off_the_grid_are_likened_to_the_busiest_cell():
    grid, cells = cells_with([3, 9, 5])
    hot = boxes((5000, 5000))
    found = match_cells(cells, grid, hot, 1, 100.0)
    assert area_geometries(found)[0].bounds[0] == 100


def test_the_map_holds_no_more_cells_than_it_can_show():
    counts = list(range(500))
    grid, cells = cells_with(counts)
    areas = StudyAreas(
        hot_spots=boxes((0, 0)),
        comparison=make_table(AREAS),
        comparison_rule="",
        rings=(),
        selected_on={},
        study_area=None,
        grid=grid,
        cells=cells,
    )
    shapes = map_shapes(areas)
    drawn = [s for s in shapes if s.kind == "cell"]
    assert len(drawn) == MOST_CELLS
    assert drawn[0].value == 499
    assert {s.kind for s in shapes} == {"cell", "hot spot"}


def test_the_map_keeps_the_holes_of_an_area():
    ring = shapely.box(458_000, 304_000, 459_000, 305_000).difference(
        shapely.box(458_400, 304_400, 458_600, 304_600)
    )
    areas = StudyAreas(
        hot_spots=areas_from_geometries(["h"], [ring]),
        comparison=make_table(AREAS),
        comparison_rule="",
        rings=(),
        selected_on={},
        study_area=None,
        grid=None,
    )
    (shape,) = map_shapes(areas)
    assert len(shape.rings) == 2
    assert all(len(ring) == 5 for ring in shape.rings)
