"""A level that is learned as it goes: scores as by the book, run lengths as stated."""

import numpy as np
import pytest
from scipy import stats

from patrolwise.benchmarking.level_moves import LEARNED, follow_level
from patrolwise.errors import InputError

OTHERS = np.full(40, 9_000.0)


def score_slowly(counts, sizes, start=0):
    """Each quarter against those before it, one at a time, as Hawkins has it."""
    y = [np.log((n + 0.5) / m) for n, m in zip(counts, sizes, strict=True)]
    found = [np.nan] * len(y)
    for k in range(start + 2, len(y)):
        before = y[start:k]
        t = (y[k] - np.mean(before)) / (np.std(before, ddof=1) * np.sqrt(1 + 1 / len(before)))
        found[k] = stats.norm.ppf(stats.t.cdf(t, len(before) - 1))
    return np.array(found)


def test_scores_and_sums_are_those_of_the_book_and_the_level_is_learned_anew():
    rng = np.random.default_rng(1)
    counts = np.concatenate([rng.poisson(400, 24), rng.poisson(520, 16)])
    path = follow_level(counts, OTHERS)
    (move,) = path.moves
    assert (move.since, move.is_down) == (24, False)
    assert move.ratio == pytest.approx(counts[24:].mean() / counts[:24].mean())
    first = score_slowly(counts, OTHERS)
    assert np.isnan(path.scores[:LEARNED]).all()
    assert path.scores[LEARNED : move.at + 1] == pytest.approx(first[LEARNED : move.at + 1])
    sums, total = [], 0.0
    for score in path.scores[LEARNED : move.at + 1]:
        total = max(0.0, total + score - 0.5)
        sums.append(total)
    assert path.ups[LEARNED : move.at + 1] == pytest.approx(sums)
    assert sums[-1] >= path.threshold > max(sums[:-1])
    again = score_slowly(counts, OTHERS, start=move.since)
    anew = move.since + LEARNED
    assert np.isnan(path.scores[move.at + 1 : anew]).all()
    assert path.scores[anew:] == pytest.approx(again[anew:])
    down = follow_level(counts[::-1].copy(), OTHERS).moves[0]
    assert down.is_down
    assert down.ratio < 1.0


def test_few_counts_are_held_against_the_share_of_all_so_far():
    counts, sizes = np.array([2, 0, 3, 1, 2, 4, 1, 0, 2, 9, 8, 7, 9]), np.arange(20.0, 33.0)
    path = follow_level(counts, sizes)
    for k in range(LEARNED, 10):
        total, share = int(counts[: k + 1].sum()), sizes[k] / sizes[: k + 1].sum()
        middle = sum(stats.binom.pmf(n, total, share) for n in range(counts[k])) + 0.5 * float(
            stats.binom.pmf(counts[k], total, share)
        )
        assert path.scores[k] == pytest.approx(stats.norm.ppf(middle), abs=1e-6)
    assert path.moves[0].since == 9
    none_before = follow_level([0] * 12 + [5, 6, 4, 5], np.full(16, 10.0))
    assert none_before.moves[0].ratio == np.inf
    assert follow_level([], []).moves == ()


def test_false_signals_are_as_rare_as_stated():
    """Of series that do not change, each quarter after the first eight errs once in 100."""
    rng = np.random.default_rng(5)
    quarters, series = LEARNED + 150, 260
    lengths = []
    for _ in range(series):
        path = follow_level(np.round(np.exp(rng.normal(9.0, 0.05, quarters))), np.full(quarters, 9))
        moves = path.moves
        lengths.append((moves[0].at - LEARNED + 1, 1) if moves else (150, 0))
    run, signals = np.array(lengths).sum(axis=0)
    assert run / signals == pytest.approx(path.in_control, rel=4.0 / np.sqrt(signals))
    few = [follow_level(rng.poisson(3, 60), np.full(60, 9.0)).scores[LEARNED:] for _ in range(150)]
    scores = np.concatenate(few)
    scores = scores[~np.isnan(scores)]
    assert abs(scores.mean()) < 0.05
    assert 0.85 < scores.std() <= 1.02


def test_what_cannot_be_followed_is_told_at_once():
    with pytest.raises(InputError, match="Point 2 counts -1") as told:
        follow_level([1, -1, 1.5], [1.0, 1.0])
    assert "Point 3 counts 1.5" in str(told.value)
    assert "3 counts and 2 exposures" in str(told.value)
    with pytest.raises(InputError, match="above 0"):
        follow_level([1, 2], [1.0, 0.0])
