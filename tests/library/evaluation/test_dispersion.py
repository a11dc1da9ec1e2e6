import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.evaluation.dispersion import find_dispersion


def find_cell_by_cell(counts):
    total = sum(sum(row) for row in counts)
    rows = [sum(row) for row in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    squares = chance = 0.0
    for i, row in enumerate(counts):
        for j, seen in enumerate(row):
            expected = rows[i] * columns[j] / total
            squares += (seen - expected) ** 2
            chance += expected * (1 - rows[i] / total) * (1 - columns[j] / total)
    return max(1.0, squares / chance)


@given(st.lists(st.lists(st.integers(1, 40), min_size=4, max_size=4), min_size=2, max_size=6))
def test_dispersion_is_that_of_cells_one_at_a_time(counts):
    assert find_dispersion(counts) == pytest.approx(find_cell_by_cell(counts))


@pytest.mark.parametrize("phi", [1.5, 3.0])
@pytest.mark.parametrize("mean", [0.2, 8.0])
def test_dispersion_is_found_where_crimes_are_rare_too(phi, mean):
    rng = np.random.default_rng(5)
    means = np.repeat(rng.gamma(2, mean / 2, (1500, 1)), 12, axis=1)
    counts = rng.negative_binomial(means / (phi - 1) + 1e-12, 1 / phi)
    assert find_dispersion(counts) == pytest.approx(phi, rel=0.08)


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[3, 4], [0, 0]], [[3, 0], [2, 0]], [[5]]])
def test_counts_that_cannot_vary_are_taken_as_chance(counts):
    assert find_dispersion(counts) == 1.0
