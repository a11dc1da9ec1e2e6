"""What a fix's cell says by itself is what measuring its distance to every area says."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols import area_index, fix_marks, sightings
from patrolwise.patrols.area_index import AWAY, SEVERAL, index_areas
from patrolwise.patrols.fix_marks import AXIS_SHARE, BLUR
from patrolwise.patrols.visit_rule import VisitRule

from .visit_oracles import areas_of, arrays_of, fixes_of, plain_modules

RULE = VisitRule()
SHAPES = [
    shapely.box(0, 0, 150, 150),
    shapely.Point(400, 80).buffer(70),
    shapely.box(160, 0, 260, 90),
]
AREAS = areas_of(*SHAPES, ids=["a", "b", "c"])
INDEX = index_areas(AREAS)
WAYS = ("machine code", "plain Python")


def way_of(name):
    """Return the modules that mark fixes and list sightings."""
    compiled = SimpleNamespace(fix_marks=fix_marks, sightings=sightings)
    return compiled if name == WAYS[0] else plain_modules()


def sighted(way, fixes, index=INDEX, room=None):
    """Return, for each fix, the areas that it is near or in, with their distances."""
    arrays, n = arrays_of(fixes), fixes.height
    used = way.fix_marks.UsedFixes(arrays.time, arrays.x, arrays.y, arrays.accuracy)
    stretches = way.fix_marks.make_stretches(n)
    count = way.fix_marks.mark_fixes(index.arrays, used, RULE.numbers, stretches)
    seen = [[] for _ in range(n)]
    number, last = 0, 0
    while number < count:
        out = way.sightings.make_sightings(len(index.area_ids), n if room is None else room)
        number, written = way.sightings.list_sightings(
            index.arrays, used, RULE.numbers, (stretches, number, count), out
        )
        assert written <= len(out.first)
        for k in range(written):
            assert last <= out.first[k] < out.end[k]  # in order of the fixes
            last = out.first[k]
            for fix in range(out.first[k], out.end[k]):
                seen[fix].append((int(out.area[k]), float(out.distance[k])))
    return seen


def matters(shape, place, accuracy):
    """Return the signed distance to a shape, and whether it can be beyond doubt outside."""
    point = shapely.Point(place)
    away = shape.boundary.distance(point)
    signed = away if shape.intersects(point) else -away
    margin = min(max(RULE.margin_accuracies * accuracy, RULE.margin_least_m), RULE.margin_most_m)
    return signed, max(BLUR * AXIS_SHARE * accuracy, margin)


@given(
    st.lists(
        st.tuples(
            st.floats(-80.0, 520.0),
            st.floats(-80.0, 220.0),
            st.sampled_from([None, 3.0, 8.0, 20.0]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(WAYS),
    st.sampled_from([None, 1]),
)
def test_what_is_seen_from_a_fix_is_what_measuring_says(places, name, room):
    fixes = fixes_of(
        *((10 * k, x, {"y": y, "accuracy_m": a}) for k, (x, y, a) in enumerate(places))
    )
    seen = sighted(way_of(name), fixes, room=room)
    for own, (x, y, accuracy) in zip(seen, places, strict=True):
        known = RULE.assumed_accuracy_m if accuracy is None else accuracy
        assert len({area for area, _ in own}) == len(own)
        found = dict(own)
        for area, shape in enumerate(SHAPES):
            signed, outside = matters(shape, (x, y), known)
            if area not in found:
                assert signed <= -outside + 1e-3
            elif math.isinf(found[area]):
                assert signed >= BLUR * AXIS_SHARE * known - 1e-3
            else:
                assert found[area] == pytest.approx(max(signed, -area_index.REACH_M), abs=4.5)
                assert (found[area] >= 0.0) == (signed >= 0.0) or abs(signed) < 1e-6


@pytest.mark.parametrize("name", WAYS)
def test_fixes_in_a_row_well_inside_one_area_are_one_stretch(name):
    way = way_of(name)
    rows = [(0, 75.0), (10, 76.0), (20, 77.0), (30, 149.0), (40, 75.0), (50, -400.0), (60, -401.0)]
    fixes = fixes_of(*((s, x, {"y": 40.0, "accuracy_m": 4.0}) for s, x in rows))
    arrays = arrays_of(fixes)
    used = way.fix_marks.UsedFixes(arrays.time, arrays.x, arrays.y, arrays.accuracy)
    stretches = way.fix_marks.make_stretches(7)
    count = way.fix_marks.mark_fixes(INDEX.arrays, used, RULE.numbers, stretches)
    assert stretches.first[: count + 1].tolist() == [0, 3, 4, 5, 7]
    marks = stretches.mark[:count].tolist()
    assert (marks[0], marks[2], marks[3]) == (0, 0, AWAY)
    assert marks[1] <= SEVERAL  # the first area ends there, and another begins soon


@pytest.mark.parametrize("name", WAYS)
def test_fixes_that_were_kept_are_taken_with_the_silences_between_them(name):
    module = way_of(name).fix_marks
    fixes = fixes_of(
        (0, 5, {"accuracy_m": 4.0}),
        (5, 999),
        (10, 20),
        (300, 30),
        (301, 40, {"accuracy_m": -1.0, "starts_segment": True}),
        (302, 50),
    )
    kept, used = module.make_kept(6)
    stretches = module.make_stretches(6)
    kept.row[:5] = [0, 2, 3, 4, 5]
    longest = RULE.numbers.longest_step
    module.take_kept_fixes(arrays_of(fixes), 5, (6, longest), (kept, stretches))
    assert used.x[:5].tolist() == [5.0, 20.0, 30.0, 40.0, 50.0]
    assert np.diff(used.time[:5]).tolist() == [10e6, 290e6, 1e6, 1e6]
    assert stretches.silences[:3].tolist() == [1, 2, 5]  # too long; recorded anew; the end
    known = [module.find_accuracy(used, k, RULE.numbers) for k in range(5)]
    assert known == [4.0, 10.0, 10.0, 10.0, 10.0]
    with pytest.raises(ValueError, match="read-only"):
        used.x[0] = 1.0


def test_areas_without_number_in_a_word_are_seen_all_the_same():
    cell_start = np.array([0, 1, 2, 2, 4], dtype=np.int32)
    areas = np.array([40_000, 7, 3, 50_000], dtype=np.int32)
    middles = np.array([-12.34, 12.38, 1.0, -2.04], dtype=np.float32)
    words, several = area_index._make_words(cell_start, areas, middles)
    assert words.tolist()[0::2] == [SEVERAL, AWAY]
    assert area_index.read_word(int(words[1])) == (7, pytest.approx(12.3))
    assert words[3] == SEVERAL - 1
    told = [area_index.read_row(int(row)) for row in several[:-1]]
    assert [(area, is_last) for area, _, is_last in told] == [
        (40_000, True), (3, False), (50_000, True)
    ]  # fmt: skip
    assert [middle for _, middle, _ in told] == pytest.approx([-12.3, 1.0, -2.0], abs=1e-5)


@given(st.floats(-3000.0, 3000.0), st.integers(0, 32_766))
def test_a_word_holds_its_area_and_a_distance_no_farther_from_the_edge(middle, area):
    words, _ = area_index._make_words(
        np.array([0, 1], dtype=np.int32),
        np.array([area], dtype=np.int32),
        np.array([middle], dtype=np.float32),
    )
    for read in (area_index.read_word, plain_modules().area_index.read_word):
        number, told = read(int(words[0]))
        assert number == area
        assert abs(told) <= abs(middle) + 1e-3
        assert told == pytest.approx(middle, abs=0.11)
