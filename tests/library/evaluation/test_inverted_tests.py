from math import exp, log

import pytest

from patrolwise.evaluation.inverted_tests import find_interval


@pytest.mark.parametrize("found", [-2.0, 0.0, 1.3])
def test_the_ends_are_where_the_test_begins_to_reject(found):
    low, high = find_interval(lambda at: exp(-2 * abs(at - found)), found, 0.9)
    assert log(low) == pytest.approx(found + log(0.1) / 2)
    assert log(high) == pytest.approx(found - log(0.1) / 2)


def test_an_end_that_is_never_reached_is_open():
    low, high = find_interval(lambda at: 1.0 if at > 0 else 0.0, 0.5, 0.95)
    assert low == pytest.approx(1.0)
    assert high is None
