"""Figures on a photocopy: words and marks stand out, and no two things differ by colour alone."""

from itertools import combinations, pairwise

import pytest

from patrolwise.reporting.charts import _SHADES as WINDOWS
from patrolwise.reporting.charts import chart_harm, chart_months
from patrolwise.reporting.comparator_charts import chart_blend
from patrolwise.reporting.displacement_charts import chart_moves
from patrolwise.reporting.interval_charts import chart_areas
from patrolwise.reporting.maps import _SHADES as CELLS
from patrolwise.reporting.maps import draw_map
from patrolwise.reporting.plain_chart import chart_before_after
from patrolwise.reporting.robustness_chart import chart_robustness
from patrolwise.reporting.svg import RULE

from .grey_checks import MARK, TEXT, colours_of, contrast, elements_of, luminance_of

WIDTH = (660,)
APART = 1.5  # least contrast of two fills that no shape, dash or word tells apart


@pytest.fixture(scope="module")
def pictures(make_results, evaluated):
    results = make_results()
    outcome = results.outcomes[0]
    windows = [results.before, results.after, results.selection_window]
    figures = {
        "months": chart_months(outcome, windows, "m", WIDTH),
        "harm": chart_harm(results.harm[0], "h", WIDTH),
        "areas": chart_areas(outcome, [(a.name, a) for a in outcome.areas], "a", WIDTH),
        "before and after": chart_before_after(outcome, "b", WIDTH),
        "map": draw_map(results, "map", WIDTH),
    }
    blended = evaluated.comparators[0]
    assert blended.panel is not None
    assert blended.synthetic is not None
    assert evaluated.displacement is not None
    figures["blend"] = chart_blend(blended, "c", WIDTH)
    figures["moves"] = chart_moves(evaluated.displacement.outcomes[0], "d", WIDTH)
    robust = evaluated.robustness[0]
    figures["robustness"] = chart_robustness(robust, robust.rows, "r", WIDTH)
    return {name: figure.drawings[0].svg for name, figure in figures.items()}


def test_grey_is_measured_as_the_standard_does():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#777777", "white") == contrast("white", "#777")


def test_words_stand_out_from_the_page_and_from_what_is_shaded(pictures):
    for name, svg in pictures.items():
        words = colours_of(svg, ("text",), "fill")
        assert words, name
        grounds = ("white", *WINDOWS)
        assert min(contrast(w, ground) for w in words for ground in grounds) >= TEXT, name


def test_lines_and_outlines_stand_out_but_for_the_grid(pictures):
    for name, svg in pictures.items():
        drawn = colours_of(svg, ("path", "line", "circle", "rect"), "stroke") - {RULE}
        outlines = {colour for colour in drawn if luminance_of(colour) < 0.9}
        assert outlines, name
        assert min(contrast(colour, "white") for colour in outlines) >= MARK, name


def test_fills_that_mean_something_are_apart_as_greys(pictures):
    for name, svg in pictures.items():
        fills = colours_of(svg, ("path", "circle"), "fill") - {*WINDOWS, *CELLS}
        for one, other in combinations(sorted(fills), 2):
            near = contrast(one, other)
            # "#fff" and "white" are one colour
            assert near == pytest.approx(1) or near >= APART, (name, one, other)


def test_the_two_lines_of_months_differ_in_dash_and_in_marks(pictures):
    found = {
        (given.get("stroke-dasharray"), given.get("stroke-width"))
        for tag, given in elements_of(pictures["months"])
        if tag == "path" and "stroke-dasharray" in given
    }
    assert len({dash for dash, _ in found}) == 2
    assert {"#1d4f7c", "white"} <= colours_of(pictures["months"], ("path",), "fill")


def test_what_was_seen_and_what_to_expect_differ_in_shape(pictures):
    shapes = {
        (given["fill"], given["d"])
        for tag, given in elements_of(pictures["areas"])
        if tag == "path" and given.get("fill") in ("white", "#1d4f7c")
    }
    by_fill = {fill: {d for f, d in shapes if f == fill} for fill, _ in shapes}
    assert set(by_fill) == {"white", "#1d4f7c"}
    assert not by_fill["white"] & by_fill["#1d4f7c"]


def test_kinds_of_area_on_the_map_differ_in_dash_hatch_and_fill(pictures):
    paths = [given for tag, given in elements_of(pictures["map"]) if tag == "path"]
    assert any("stroke-dasharray" in given for given in paths), "rings"
    assert any("hatch" in given.get("fill", "") for given in paths), "comparison areas"
    assert any(given.get("fill") == "#1d4f7c" for given in paths), "hot spots"


def test_shades_of_cells_grow_darker_step_by_step():
    steps = [contrast(lighter, darker) for lighter, darker in pairwise(CELLS)]
    assert all(luminance_of(a) > luminance_of(b) for a, b in pairwise(CELLS))
    assert min(steps) > 1.2


def test_windows_whose_shades_are_near_are_named_in_the_picture(pictures):
    assert max(contrast(a, b) for a, b in combinations(WINDOWS, 2)) < APART
    for word in ("Before", "After", "Selection"):
        assert f">{word}</text>" in pictures["months"]
