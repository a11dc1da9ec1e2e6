"""Visits of a batch are put in order and counted as a plain sort and count would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols.visit_order import order_visits
from patrolwise.patrols.visit_state import AREA, CREDITED, DAY, START, UNKNOWN

DAYS = 3
SHORTEST = 60
VISITS = st.tuples(
    st.integers(0, DAYS - 1), st.integers(0, 4), st.integers(0, 3), st.integers(0, 80), st.just(0)
) | st.tuples(
    st.integers(0, DAYS - 1), st.integers(0, 4), st.integers(0, 3), st.just(0), st.integers(0, 80)
)


@pytest.mark.parametrize("way", [order_visits, order_visits.py_func])
@given(rows=st.lists(VISITS, unique_by=lambda row: row[:3], max_size=40))
def test_visits_are_ordered_and_counted_as_by_hand(way, rows):
    whole = np.zeros((len(rows), 7), dtype=np.int64)
    if rows:
        whole[:, [DAY, START, AREA, CREDITED, UNKNOWN]] = rows
    order, stays = np.empty(len(rows), dtype=np.int64), np.zeros((DAYS, 2), dtype=np.int64)
    way(whole, SHORTEST, order, stays)
    assert [rows[row][:3] for row in order] == sorted(row[:3] for row in rows)
    for day in range(DAYS):
        stayed = [credited + unknown for d, _, _, credited, unknown in rows if d == day]
        passing = sum(seconds < SHORTEST for seconds in stayed)
        assert stays[day].tolist() == [len(stayed) - passing, passing]
