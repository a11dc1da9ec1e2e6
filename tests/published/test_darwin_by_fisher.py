"""Fisher's randomisation test of Darwin's maize.

Fisher (1935), The Design of Experiments, sections 17 and 21: 15 pairs of plants, one crossed and
one self-fertilised, heights in eighths of an inch; the differences add up to 314. Of the 32,768
ways in which lots could have fallen, 863 give 314 or more and as many -314 or less: 5.267 %.
"""

from itertools import product

import numpy as np
import pytest

from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation

DIFFERENCES = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)


def test_the_share_of_lots_as_far_out_is_fishers():
    assert sum(DIFFERENCES) == 314
    counts = np.array([[max(d, 0), max(-d, 0)] for d in DIFFERENCES])
    first = np.array(list(product((0, 1), repeat=15)), dtype=np.int8)
    every = np.stack([first, 1 - first], axis=2)
    rule = RandomisationRule(statistic="difference", block_days=2)
    estimate = estimate_by_randomisation(counts, every[0], every, rule, np.ones((15, 2)))
    assert estimate.value == pytest.approx(314 / 15)
    as_far = estimate.p * (1 + 32_768) - 1
    assert as_far == pytest.approx(2 * 863)
    assert as_far / 32_768 == pytest.approx(0.05267, abs=5e-6)
