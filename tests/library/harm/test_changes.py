"""Total harm, counts and harm per crime move apart, and the sentence says which moved."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.harm import compare_harm

SENTENCES = {
    (-1, -1, -1): "Total harm fell because counts fell and average harm per crime fell.",
    (-1, -1, 0): "Total harm fell because counts fell; average harm per crime did not change.",
    (-1, -1, 1): "Total harm fell because counts fell; average harm per crime rose.",
    (-1, 0, -1): "Total harm fell because average harm per crime fell; counts did not change.",
    (-1, 1, -1): "Total harm fell because average harm per crime fell; counts rose.",
    (0, -1, 1): "Total harm did not change: counts fell and average harm per crime rose.",
    (0, 0, 0): "Total harm did not change, nor did counts or average harm per crime.",
    (0, 1, -1): "Total harm did not change: counts rose and average harm per crime fell.",
    (1, -1, 1): "Total harm rose because average harm per crime rose; counts fell.",
    (1, 0, 1): "Total harm rose because average harm per crime rose; counts did not change.",
    (1, 1, -1): "Total harm rose because counts rose; average harm per crime fell.",
    (1, 1, 0): "Total harm rose because counts rose; average harm per crime did not change.",
    (1, 1, 1): "Total harm rose because counts rose and average harm per crime rose.",
}


def sign(before, after):
    return (after > before) - (after < before)


@pytest.mark.parametrize("signs", SENTENCES)
def test_each_combination_of_moves_has_its_sentence(signs):
    figures = product((40, 50, 60, 100, 120, 200, 300), (5, 10, 20))
    for total, n in figures:
        moved = (sign(100, total), sign(10, n), sign(100 / 10, total / n))
        if moved == signs:
            assert compare_harm(100, total, 10, n).sentence == SENTENCES[signs]
            return
    pytest.fail(f"no figures move as {signs}")


def test_crimes_of_no_harm_have_an_average_of_nothing():
    change = compare_harm(0, 0, 2, 4)
    assert change.sentence == (
        "Total harm did not change: counts rose and average harm per crime did not change."
    )
    assert change.total_change is None
    assert change.per_crime_change is None


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ((0, 9, 0, 3), "Total harm rose: there were no crimes before"),
        ((9, 0, 3, 0), "Total harm fell: there were no crimes after"),
        ((0, 0, 0, 0), "There were no crimes in either period"),
    ],
)
def test_a_period_without_crime_has_no_average(figures, sentence):
    change = compare_harm(*figures)
    assert change.sentence.startswith(sentence)
    assert change.per_crime_change is None


def test_sums_that_differ_by_rounding_alone_are_the_same():
    change = compare_harm(sum([0.1] * 10), 1.0, 10, 10)
    assert change.sentence == SENTENCES[0, 0, 0]


@pytest.mark.parametrize(
    "figures", [(-1, 0, 1, 1), (1, float("nan"), 1, 1), (1, 1, -1, 1), (5, 1, 0, 1)]
)
def test_figures_that_cannot_be_are_refused(figures):
    with pytest.raises(InputError, match="Change of harm"):
        compare_harm(*figures)


AMOUNT = st.integers(1, 10_000)


@settings(deadline=None, max_examples=50)
@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_the_three_changes_always_fit_together(before, after, before_n, after_n):
    change = compare_harm(before, after, before_n, after_n)
    together = (1 + change.count_change) * (1 + change.per_crime_change)
    assert together == pytest.approx(1 + change.total_change)
