"""Sums over choices of areas are those written out area by area, and nothing breaks them."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.evaluation.choice_sums import sum_changes, sum_leads


def world(seed, mean=6.0, areas=9, treated=4, choices=12):
    rng = np.random.default_rng(seed)
    labels = rng.permuted(np.tile(np.arange(areas) < treated, (choices, 1)), axis=1)
    return rng.poisson(mean, (areas, 4)).astype(float), labels


def changes(counts, labels, add_up=sum_changes):
    out = np.full((len(labels), 3), 99.0)
    add_up(counts[:, 0] + counts[:, 1], counts[:, 2] + counts[:, 3], labels, out)
    return out


def leads(blocks, labels, add_up=sum_leads):
    covariances, squares = np.zeros((2, len(labels), 3, 3)), np.zeros((2, len(labels)))
    totals = np.stack([labels @ blocks, ~labels @ blocks])
    add_up(blocks, labels, totals, covariances, squares)
    return covariances, squares


@pytest.mark.parametrize("seed", [1, 2])
def test_changes_are_those_written_out_area_by_area(seed):
    counts, labels = world(seed)
    for label, found in zip(labels, changes(counts, labels), strict=True):
        ratio = variance = spread = 0.0
        for sign, side in ((1, label), (-1, ~label)):
            pairs = [
                (c[:2].sum(), c[2:].sum()) for c, is_in in zip(counts, side, strict=True) if is_in
            ]
            before, after = (sum(column) for column in zip(*pairs, strict=True))
            ratio += sign * log(after / before)
            own = squares = 0.0
            for b, a in pairs:
                share = (a + b) / (before + after)
                own += (a / after - b / before) ** 2 / (1 - share)
                squares += share**2
            variance += own
            spread += own**2 / (1 / squares - 1)
        assert found == pytest.approx([ratio, variance, spread])


@pytest.mark.parametrize("seed", [1, 2])
def test_leads_are_those_written_out_area_by_area(seed):
    blocks, labels = world(seed)
    covariances, squares = leads(blocks, labels)
    for choice, label in enumerate(labels):
        for number, side in enumerate((label, ~label)):
            own = blocks[side]
            shares = own.sum(axis=1) / own.sum()
            wanted = np.zeros((3, 3))
            for area, share in zip(own, shares, strict=True):
                off = (area / own.sum(axis=0) - share) / np.sqrt(1 - share)
                wanted += np.outer(off[:-1] - off[-1], off[:-1] - off[-1])
            np.testing.assert_allclose(covariances[number, choice], wanted, rtol=1e-10, atol=1e-15)
            assert squares[number, choice] == pytest.approx((shares**2).sum())


def changes_by_arrays(counts, labels):
    """All choices at once, with every area on both sides: as quick to read, and slow."""
    before, after = counts[:, :2].sum(axis=1), counts[:, 2:].sum(axis=1)
    ratio, variance, spread = (np.zeros(len(labels)) for _ in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        for sign, side in ((1.0, labels), (-1.0, ~labels)):
            total_b, total_a = side @ before, side @ after
            ratio += sign * (np.log(total_a) - np.log(total_b))
            share = (before + after) / (total_b + total_a)[:, None]
            left = after / total_a[:, None] - before / total_b[:, None]
            own = np.where(side, left**2 / (1 - share), 0.0).sum(axis=1)
            variance += own
            spread += own**2 / (1 / np.where(side, share**2, 0.0).sum(axis=1) - 1)
    return np.stack([ratio, variance, spread], axis=1)


@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.4, 3.0]), st.integers(1, 8))
def test_sides_without_crime_are_not_finite_where_arrays_say_so(seed, mean, treated):
    counts, labels = world(seed, mean, treated=treated)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = changes(counts, labels)
    np.testing.assert_allclose(found, changes_by_arrays(counts, labels), rtol=1e-9, atol=1e-12)


def test_a_block_without_crime_has_no_covariance():
    blocks, labels = world(3)
    blocks[:, 1] = 0.0
    covariances, squares = leads(blocks, labels)
    assert not np.isfinite(covariances[:, :, 1]).any()
    assert np.isfinite(squares).all()


def test_machine_code_and_plain_python_add_up_alike():
    counts, labels = world(4)
    plain = changes(counts, labels, sum_changes.py_func)
    np.testing.assert_allclose(changes(counts, labels), plain, rtol=1e-12)
    for found, wanted in zip(
        leads(counts, labels), leads(counts, labels, sum_leads.py_func), strict=True
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
