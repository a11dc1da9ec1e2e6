"""The made-up rounds of the demonstration: every page of grants answers with them."""

import datetime as dt

import pytest

from patrolwise.web.grants import demo

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def test_it_fills(people, hot_spot):
    assert demo.fill(NOW, people) == 12
