import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.false_discoveries import Q_VALUES, find_q_values
from patrolwise.tables import check_columns


def family_of(p):
    return {f"test {n}": Estimate(id="e", name="e", value=1.0, p=one) for n, one in enumerate(p)}


@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=40))
def test_q_values_are_scipys(p):
    found = find_q_values(family_of(p))
    check_columns(found, Q_VALUES, name="found")
    np.testing.assert_allclose(found["q"].to_numpy(), stats.false_discovery_control(p))
    assert found["p"].to_list() == p


def test_tests_that_were_not_made_are_named_but_not_counted():
    found = find_q_values(family_of([None, 0.02, None]))
    assert found["name"].to_list() == ["test 0", "test 1", "test 2"]
    assert found["q"].to_list() == [None, 0.02, None]


def test_no_tests_are_an_empty_table():
    assert find_q_values({}).shape == (0, 3)
