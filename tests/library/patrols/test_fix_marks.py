"""What a fix's cell says by itself is what measuring its distance to every area says."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols import area_index, fix_marks
from patrolwise.patrols.area_index import AWAY, SEVERAL, index_areas
from patrolwise.patrols.fix_marks import AXIS_SHARE, BLUR, SILENT, make_room
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


def module_of(name):
    return fix_marks if name == WAYS[0] else plain_modules().fix_marks


def marked(module, fixes):
    """Return the marks of fixes, all of which are taken."""
    n = fixes.height
    room = make_room(n)
    module.take_fixes(arrays_of(fixes), 0, n, RULE.numbers, room)
    module.mark_fixes(INDEX.arrays, n, RULE.numbers, room)
    return room


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
)
def test_a_mark_says_what_measuring_says(places, name):
    fixes = fixes_of(
        *((10 * k, x, {"y": y, "accuracy_m": a}) for k, (x, y, a) in enumerate(places))
    )
    room = marked(module_of(name), fixes)
    for k, (x, y, accuracy) in enumerate(places):
        known = RULE.assumed_accuracy_m if accuracy is None else accuracy
        measured = [matters(shape, (x, y), known) for shape in SHAPES]
        if room.mark[k] == AWAY:
            assert all(signed <= -outside + 1e-6 for signed, outside in measured)
        elif room.mark[k] == SEVERAL:
            assert sum(signed > -outside - 12.0 for signed, outside in measured) > 1
        else:
            own = measured.pop(room.mark[k])
            assert all(signed <= -outside + 1e-6 for signed, outside in measured)
            if math.isinf(room.distance[k]):
                assert own[0] >= BLUR * AXIS_SHARE * known - 1e-6
            else:
                assert room.distance[k] == pytest.approx(max(own[0], -area_index.REACH_M), abs=4.5)
                assert (room.distance[k] >= 0.0) == (own[0] >= 0.0) or abs(own[0]) < 1e-6


@pytest.mark.parametrize("name", WAYS)
def test_fixes_taken_as_they_are_and_fixes_that_were_kept_are_the_same(name):
    module = module_of(name)
    fixes = fixes_of(
        (0, 5, {"accuracy_m": 4.0}), (10, 20), (300, 30), (301, 40, {"accuracy_m": -1.0})
    )
    plain, kept = make_room(4), make_room(4)
    module.take_fixes(arrays_of(fixes), 0, 4, RULE.numbers, plain)
    kept.row[:] = range(4)
    longest = RULE.numbers.longest_step
    arrays = arrays_of(fixes)
    none = arrays.starts_segment[:0]
    module.take_kept_fixes(
        arrays._replace(starts_segment=none), 4, (4, longest), RULE.numbers, kept
    )
    for field in ("time", "x", "y", "accuracy", "step"):
        assert getattr(plain, field).tolist() == getattr(kept, field).tolist()
    assert plain.step.tolist() == [10_000_000, SILENT, 1_000_000, 0]
    assert plain.accuracy.tolist() == [4.0, 10.0, 10.0, 10.0]


def test_an_area_whose_number_no_word_can_hold_is_looked_at_closely():
    cell_start = np.array([0, 1, 2, 2], dtype=np.int32)
    areas = np.array([40_000, 7], dtype=np.int32)
    middles = np.array([-12.34, 12.38], dtype=np.float32)
    words = area_index._make_words(cell_start, areas, middles)
    assert words[0] == SEVERAL
    assert words[2] == AWAY
    assert area_index.read_word(int(words[1])) == (7, pytest.approx(12.3))


@given(st.floats(-3000.0, 3000.0), st.integers(0, 32_766))
def test_a_word_holds_its_area_and_a_distance_no_farther_from_the_edge(middle, area):
    words = area_index._make_words(
        np.array([0, 1], dtype=np.int32),
        np.array([area], dtype=np.int32),
        np.array([middle], dtype=np.float32),
    )
    for read in (area_index.read_word, plain_modules().area_index.read_word):
        number, told = read(int(words[0]))
        assert number == area
        assert abs(told) <= abs(middle) + 1e-3
        assert told == pytest.approx(middle, abs=0.11)
