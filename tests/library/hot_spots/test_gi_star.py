"""Gi*: z by the book, exact permutation by enumeration, and the faults other tools have."""

import itertools
import math

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots import permutation
from patrolwise.hot_spots.cells import count_cells
from patrolwise.hot_spots.gi_star import (
    GI_STARS,
    GiStarRule,
    Inference,
    adjust_for_discoveries,
    score_gi_star,
    standardise_totals,
)
from patrolwise.hot_spots.neighbours import Contiguity, Neighbourhood, sum_neighbourhoods
from patrolwise.hot_spots.permutation import find_exact_tails, simulate_tails
from patrolwise.hot_spots.subset_sums import sum_chances
from patrolwise.places import Grid, GridShape
from patrolwise.tables import CELL_COUNTS, check_columns, make_table

SQUARE = Grid(size_m=100)
HEXAGON = Grid(shape=GridShape.HEXAGON, size_m=100)
H3 = Grid(shape=GridShape.H3, resolution=10)
E, N = 458_000.0, 304_000.0
COUNTS = st.lists(st.integers(0, 6), min_size=3, max_size=7)


def square_counts(values):
    """Return the CELL_COUNTS of a two-dimensional array of counts."""
    values = np.asarray(values)
    row, column = (axis.ravel() for axis in np.indices(values.shape))
    cells = SQUARE.pack(column + 4580, row + 3040)
    x, y = SQUARE.centres(cells)
    crimes = values.ravel()
    harm = crimes * 1.5
    data = {"cell": cells, "x": x, "y": y, "crimes": crimes.astype(int), "harm": harm}
    return make_table(CELL_COUNTS, data)


def touching(grid, cells, order, contiguity):
    """Return which cells are within `order` steps of each other, by looking at their outlines."""
    left, bottom, right, top = shapely.total_bounds(grid.polygons(cells))
    ground = grid.cells_in(shapely.box(left - 400, bottom - 400, right + 400, top + 400))
    shapes = shapely.buffer(grid.polygons(ground), -0.01, join_style="mitre")
    tree = shapely.STRtree(shapes)
    # shrunk by 1 cm, cells that share a side are 2 cm apart, and those that share a corner 2.8 cm
    near = tree.query(shapes, predicate="dwithin", distance=0.022 if contiguity == "rook" else 0.1)
    step = np.zeros((len(ground), len(ground)), dtype=int)
    step[near[0], near[1]] = 1
    own = np.flatnonzero(np.isin(ground, cells))
    return (np.linalg.matrix_power(step, order) > 0)[np.ix_(own, own)]


def tails_by_enumeration(values, others, drawn):
    """Return both tails by listing every way to draw the neighbours from the other cells."""
    high, low = [], []
    for i, (seen, k) in enumerate(zip(others, drawn, strict=True)):
        rest = [*values[:i], *values[i + 1 :]]
        sums = [sum(draw) for draw in itertools.combinations(rest, int(k))]
        high.append(sum(s >= seen for s in sums) / len(sums))
        low.append(sum(s <= seen for s in sums) / len(sums))
    return np.array(high), np.array(low)


def z_by_the_book(values, within):
    """Return Ord and Getis' equation, cell by cell, with weights of 0 and 1."""
    n = len(values)
    mean = sum(values) / n
    s = math.sqrt(sum(v * v for v in values) / n - mean**2)
    z = []
    for i in range(n):
        w = [1 if within[i][j] else 0 for j in range(n)]
        top = sum(a * b for a, b in zip(w, values, strict=True)) - mean * sum(w)
        bottom = s * math.sqrt((n * sum(a * a for a in w) - sum(w) ** 2) / (n - 1))
        z.append(top / bottom)
    return z


@pytest.mark.parametrize(
    ("grid", "order", "contiguity"),
    [
        (SQUARE, 1, Contiguity.QUEEN),
        (SQUARE, 2, Contiguity.QUEEN),
        (SQUARE, 1, Contiguity.ROOK),
        (SQUARE, 2, Contiguity.ROOK),
        (HEXAGON, 1, Contiguity.QUEEN),
        (HEXAGON, 2, Contiguity.ROOK),
        (H3, 1, Contiguity.QUEEN),
    ],
    ids=str,
)
def test_sums_and_z_are_those_of_the_book_over_cells_that_touch(grid, order, contiguity):
    area = shapely.Point(E, N).buffer(420).difference(shapely.box(E, N, E + 150, N + 500))
    cells = grid.cells_in(area)
    values = np.random.default_rng(3).poisson(2, len(cells))
    place = Neighbourhood(order=order, contiguity=contiguity)
    totals, sizes = sum_neighbourhoods(cells, values, grid, place)
    within = touching(grid, cells, order, contiguity)
    assert sizes.tolist() == within.sum(axis=1).tolist()
    assert totals.tolist() == (within @ values).tolist()
    z = standardise_totals(values, totals, sizes)
    np.testing.assert_allclose(z, z_by_the_book(values.tolist(), within), atol=1e-12)


@pytest.mark.parametrize("grid", [SQUARE, H3], ids=str)
def test_order_of_rows_does_not_matter_and_periods_are_scored_apart(grid):
    cells = grid.cells_in(shapely.box(E, N, E + 600, N + 600))
    cube = np.random.default_rng(4).poisson(1, (len(cells), 3))
    mixed = np.random.default_rng(5).permutation(len(cells))
    totals, sizes = sum_neighbourhoods(cells, cube, grid, Neighbourhood())
    again, sizes_again = sum_neighbourhoods(cells[mixed], cube[mixed], grid, Neighbourhood())
    assert again.tolist() == totals[mixed].tolist()
    assert sizes_again.tolist() == sizes[mixed].tolist()
    z = standardise_totals(cube, totals, sizes)
    for month in range(3):
        alone = standardise_totals(cube[:, month], totals[:, month], sizes)
        np.testing.assert_allclose(z[:, month], alone, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(values=COUNTS, data=st.data())
def test_exact_tails_are_those_of_listing_every_draw(values, data):
    n = len(values)
    drawn = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    others = []  # sums that could have been seen
    for i, k in enumerate(drawn):
        others.append(sum(data.draw(st.permutations([*values[:i], *values[i + 1 :]]))[:k]))
    tails = find_exact_tails(np.array(values), np.array(others), np.array(drawn))
    high, low = tails_by_enumeration(values, others, drawn)
    np.testing.assert_allclose(tails.high, high, rtol=1e-9)
    np.testing.assert_allclose(tails.low, low, rtol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=16), st.integers(1, 4), st.randoms())
def test_exact_tails_of_few_draws_from_many_cells_are_those_of_listing(values, k, chance):
    others = [sum(chance.sample([*values[:i], *values[i + 1 :]], k)) for i in range(len(values))]
    drawn = [k] * len(values)
    tails = find_exact_tails(np.array(values), np.array(others), np.array(drawn))
    high, low = tails_by_enumeration(values, others, drawn)
    np.testing.assert_allclose(tails.high, high, rtol=1e-9)
    np.testing.assert_allclose(tails.low, low, rtol=1e-9)


def test_taking_the_own_value_out_of_the_table_is_the_same_as_a_table_without_it():
    rng = np.random.default_rng(6)
    values = rng.negative_binomial(0.4, 0.1, 60)
    drawn = rng.integers(0, 26, 60)
    others = np.array(
        [rng.permutation(np.delete(values, i))[:k].sum() for i, k in enumerate(drawn)]
    )
    tails = find_exact_tails(values, others, drawn)
    for i in range(60):
        table = sum_chances(np.delete(values, i), 25, int(others.max()))
        high = table.at_least(drawn[i : i + 1], others[i : i + 1])[0]
        low = table.at_most(drawn[i : i + 1], others[i : i + 1])[0]
        assert tails.high[i] == pytest.approx(high, rel=1e-9, abs=1e-14)
        assert tails.low[i] == pytest.approx(low, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("n", [30, 400])
def test_simulated_tails_agree_with_exact_ones(n):
    rng = np.random.default_rng(7)
    values = rng.negative_binomial(0.5, 0.2, n)
    drawn = rng.integers(0, 9, n)
    others = np.array(
        [rng.permutation(np.delete(values, i))[:k].sum() for i, k in enumerate(drawn)]
    )
    exact = find_exact_tails(values, others, drawn)
    drawn_many = 20_000
    found = simulate_tails(values.astype(float), others.astype(float), drawn, drawn_many, rng)
    for a, b in ((found.high, exact.high), (found.low, exact.low)):
        error = np.sqrt(np.maximum(b * (1 - b), 1e-4) / drawn_many)
        assert np.max(np.abs(a - b) / error) < 5


def test_simulation_never_draws_the_cell_itself():
    # One cell holds everything: were it drawn into its own neighbourhood, its low tail would drop.
    values = np.zeros(12)
    values[5] = 1.0
    others = np.zeros(12)
    drawn = np.full(12, 11)
    others = 1.0 - values
    found = simulate_tails(values, others, drawn, 199, np.random.default_rng(8))
    assert found.high.tolist() == [1.0] * 12
    assert found.low.tolist() == [1.0] * 12


def test_a_tie_is_counted_in_both_tails():
    tails = find_exact_tails(np.zeros(40, dtype=int), np.zeros(40, dtype=int), np.full(40, 8))
    assert tails.high.tolist() == tails.low.tolist() == [1.0] * 40
    found = simulate_tails(np.full(40, 0.1), np.full(40, 0.8), np.full(40, 8), 99, RNG())
    assert found.high.tolist() == found.low.tolist() == [1.0] * 40


def RNG():
    return np.random.default_rng(9)


def test_a_smaller_tail_never_falls_below_the_one_arrangement_seen():
    values = np.array([50, *[0] * 40, 50, 50])
    others = np.zeros(43, dtype=int)
    others[1] = 150
    tails = find_exact_tails(values, others, np.full(43, 3))
    assert tails.high[1] == pytest.approx(1 / math.comb(42, 3))


def test_an_empty_neighbourhood_is_no_cold_spot_when_crime_is_sparse():
    # esda 2.8 gives p = .001 here, though one neighbourhood in 15 is empty by chance alone.
    values = np.random.default_rng(10).poisson(0.3, (71, 71))
    scored = score_gi_star(square_counts(values), SQUARE)
    empty = scored.filter((pl.col("total") == 0) & (pl.col("cells") == 9))
    assert empty.height > 100
    share_of_empty_draws = (values == 0).mean() ** 8
    assert empty["p_low"].to_numpy() == pytest.approx(share_of_empty_draws, rel=0.02)
    assert empty["p"].min() > 0.15


def test_two_sided_p_is_not_folded_at_a_half_and_never_above_one():
    values = np.random.default_rng(11).poisson(2, (30, 30))
    p = score_gi_star(square_counts(values), SQUARE)["p"]
    assert p.max() == 1.0
    assert (p > 0.5).mean() > 0.35


@pytest.mark.parametrize("inference", [Inference.EXACT, Inference.SIMULATED])
@pytest.mark.parametrize("mean", [0.3, 3.0])
def test_under_complete_randomness_at_most_one_cell_in_twenty_has_p_below_5_percent(
    inference, mean
):
    rng = np.random.default_rng(12)
    rule = GiStarRule(inference=inference, permutations=999)
    shares, kinds = [], []
    for _ in range(3):
        scored = score_gi_star(square_counts(rng.poisson(mean, (71, 71))), SQUARE, rule, rng)
        shares.append((scored["p"] <= 0.05).mean())
        kinds.append((scored["kind"] != "neither").sum())
    assert np.mean(shares) < 0.055
    assert sum(kinds) <= 3


@pytest.mark.parametrize("inference", list(Inference))
def test_a_planted_hot_spot_is_found_and_little_else(inference):
    rng = np.random.default_rng(13)
    values = rng.poisson(1, (40, 40))
    values[10:14, 20:24] += rng.poisson(6, (4, 4))
    rule = GiStarRule(inference=inference)
    scored = score_gi_star(square_counts(values), SQUARE, rule, rng)
    check_columns(scored, GI_STARS, name="scored")
    hot = scored["kind"].to_numpy().reshape(40, 40) == "hot"
    assert hot[11:13, 21:23].all()
    hot[9:15, 19:25] = False
    assert hot.sum() <= 2
    assert (scored["kind"] == "cold").sum() <= 1


def test_a_cold_gap_in_a_busy_place_is_cold():
    values = np.random.default_rng(14).poisson(20, (30, 30))
    values[10:16, 10:16] = 0
    kinds = score_gi_star(square_counts(values), SQUARE)["kind"].to_numpy().reshape(30, 30)
    assert (kinds[11:15, 11:15] == "cold").all()


def test_a_cell_without_neighbours_is_not_tested_and_not_counted_among_tests():
    block = square_counts(np.random.default_rng(15).poisson(1, (8, 8)))
    lone = SQUARE.pack(np.array([4620]), np.array([3080]))
    x, y = SQUARE.centres(lone)
    more = make_table(CELL_COUNTS, {"cell": lone, "x": x, "y": y, "crimes": [99]})
    scored = score_gi_star(pl.concat([block, more]), SQUARE)
    last = scored.row(-1, named=True)
    assert (last["p"], last["q"], last["p_high"], last["kind"]) == (None, None, None, "neither")
    assert last["z"] > 5  # of its own count alone
    assert last["cells"] == 1
    p = scored["p"].head(64).to_numpy()
    np.testing.assert_allclose(scored["q"].head(64), adjust_for_discoveries(p))


def test_equal_cells_have_no_z_and_are_no_surprise():
    for inference in Inference:
        rule = GiStarRule(inference=inference, permutations=99)
        scored = score_gi_star(square_counts(np.full((5, 5), 2)), SQUARE, rule, RNG())
        assert scored["z"].null_count() == 25
        assert scored["p"].to_list() == [1.0] * 25


def test_one_cell_and_none_are_answered():
    assert score_gi_star(square_counts([[3]]), SQUARE)["p"].to_list() == [None]
    for inference in Inference:
        none = make_table(CELL_COUNTS)
        assert score_gi_star(none, SQUARE, GiStarRule(inference=inference), RNG()).height == 0
        assert score_gi_star(none, H3, GiStarRule(inference=inference), RNG()).height == 0


def test_harm_is_scored_by_simulation_and_refused_an_exact_answer():
    counts = square_counts(np.random.default_rng(16).poisson(1, (20, 20)))
    exact = score_gi_star(counts, SQUARE)
    rule = GiStarRule(inference=Inference.SIMULATED, permutations=5_000, column="harm")
    found = score_gi_star(counts, SQUARE, rule, RNG())
    np.testing.assert_allclose(found["z"], exact["z"], atol=1e-9)
    np.testing.assert_allclose(found["p_high"], exact["p_high"], atol=0.03)
    with pytest.raises(InputError, match="not in whole numbers"):
        score_gi_star(counts, SQUARE, GiStarRule(column="harm"))
    with pytest.raises(InputError, match="needs a seeded generator"):
        score_gi_star(counts, SQUARE, rule)


def test_the_same_seed_gives_the_same_answer():
    counts = square_counts(np.random.default_rng(17).poisson(1, (9, 9)))
    rule = GiStarRule(inference=Inference.SIMULATED, permutations=99)
    assert score_gi_star(counts, SQUARE, rule, RNG()).equals(
        score_gi_star(counts, SQUARE, rule, RNG())
    )


def test_missing_harm_and_cells_given_twice_are_refused():
    counts = square_counts(np.ones((3, 3)))
    without = counts.with_columns(pl.lit(None, pl.Float64).alias("harm"))
    with pytest.raises(InputError, match="9 cells have no harm"):
        score_gi_star(without, SQUARE, GiStarRule(column="harm"))
    with pytest.raises(InputError, match="there twice"):
        score_gi_star(pl.concat([counts, counts]), SQUARE)
    with pytest.raises(InputError, match="0 or more"):
        score_gi_star(counts.with_columns(-pl.col("crimes")), SQUARE)


def test_rules_that_cannot_be_meant_are_refused():
    with pytest.raises(InputError, match="2 faults"):
        GiStarRule(column="crime", false_discovery_rate=5)
    with pytest.raises(InputError, match="1 to 10 steps"):
        Neighbourhood(order=0)
    with pytest.raises(InputError, match="ask for 99 or more"):
        simulate_tails(np.ones(3), np.ones(3), np.ones(3, dtype=int), 49, RNG())
    with pytest.raises(InputError, match="0 or more"):
        find_exact_tails(np.array([-1, 2]), np.array([2, -1]), np.array([1, 1]))


def test_counting_out_that_would_take_minutes_is_refused_with_a_way_out():
    values = np.arange(1, 5001) * 100
    with pytest.raises(RefusedError, match="Use the simulated method"):
        find_exact_tails(values, np.full(5000, 3_000_000), np.full(5000, 8))


def test_rows_of_draws_hold_distinct_cells_each_as_often():
    for n, columns in ((8, 3), (60, 5)):
        ids = permutation._draw_distinct(n, (20_000, columns), RNG())
        assert all(len(set(row)) == columns for row in ids[:500].tolist())
        counts = np.bincount(ids.ravel(), minlength=n)
        assert np.abs(counts / counts.mean() - 1).max() < 0.1


def test_q_values_are_those_of_scipy():
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(18).uniform(0, 1, 200) ** 2
    np.testing.assert_allclose(adjust_for_discoveries(p), false_discovery_control(p))
    assert adjust_for_discoveries(np.array([])).tolist() == []


def test_the_whole_path_from_points_works_on_every_grid():
    rng = np.random.default_rng(19)
    x = np.r_[rng.uniform(E, E + 3000, 300), rng.normal(E + 1000, 60, 200)]
    y = np.r_[rng.uniform(N, N + 3000, 300), rng.normal(N + 2000, 60, 200)]
    area = shapely.box(E, N, E + 3000, N + 3000)
    for grid in (Grid(size_m=150), Grid(shape=GridShape.HEXAGON, size_m=150), H3):
        scored = score_gi_star(count_cells(x, y, grid, area), grid)
        hottest = scored.filter(pl.col("kind") == "hot").sort("z").row(-1, named=True)
        assert math.hypot(hottest["x"] - E - 1000, hottest["y"] - N - 2000) < 250
