"""Newcombe (1998), Two-sided confidence intervals for the single proportion: comparison of seven
methods, Statistics in Medicine 17, 857-872: table I, method 3, the score interval of Wilson (1927).
"""

import pytest

from patrolwise.outreach.scorecard import wilson_interval


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_four_worked_shares_have_their_published_intervals(part, whole, low, high):
    assert wilson_interval(part, whole) == pytest.approx((low, high), abs=5e-5)
