"""Minutes that one site tells the hours ledger: a round trip, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.partnership.ledger_counts import (
    LedgerCount,
    check_period,
    read_counts,
    write_counts,
)
from patrolwise.partnership.sealed_tables import is_sealed
from patrolwise.times import Window

OCTOBER, AS_OF = Window("counted", date(2026, 10, 1), date(2026, 10, 31)), date(2026, 11, 2)
COUNT = LedgerCount(
    hot_spot="hs-1", day=date(2026, 10, 4), service="police", stream=None, basis="tracker",
    patrol_minutes=90, person_minutes=180,
)  # fmt: skip
TOLD = replace(COUNT, basis="self-reported", stream="HR24", patrol_minutes=0, person_minutes=0)


def test_what_one_site_writes_the_ledger_reads_in_one_order_whatever_the_rows_came_in():
    data = write_counts("police", OCTOBER, AS_OF, (COUNT, TOLD))
    assert write_counts("police", OCTOBER, AS_OF, (TOLD, COUNT)) == data
    read = read_counts(data)
    assert (read.service, read.as_of, read.counts) == ("police", AS_OF, (TOLD, COUNT))
    assert (read.window.first, read.window.last) == (OCTOBER.first, OCTOBER.last)
    assert is_sealed(data)
    assert read_counts(write_counts("police", OCTOBER, AS_OF, ())).counts == ()


def test_a_minute_that_was_added_on_the_way_is_found():
    data = write_counts("police", OCTOBER, AS_OF, (COUNT,))
    for given, altered in ((b",90,180", b",91,180"), (b"tracker", b"self-reported"),
                           (b"first=2026-10-01", b"first=2026-09-01")):  # fmt: skip
        assert data.count(given) == 1
        with pytest.raises(InputError, match="was altered since"):
            read_counts(data.replace(given, altered))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((replace(COUNT, service="outreach"),), "is of outreach; the file is of police"),
        ((replace(COUNT, day=date(2026, 11, 1)),), "the file is of 2026-10-01 to 2026-10-31"),
        ((COUNT, replace(COUNT, stream="HR24")), "Row 4: hs-1 on 2026-10-04 is there twice"),
    ],
)
def test_a_row_of_another_service_or_day_or_twice_is_refused(counts, told):
    with pytest.raises(InputError, match=told):
        read_counts(write_counts("police", OCTOBER, AS_OF, counts))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"basis": "guessed"}, "basis is tracker or"), ({"patrol_minutes": -1}, "0 or more"),
        ({"person_minutes": 89}, "at least patrol_minutes"), ({"stream": "a b"}, "short key"),
        ({"hot_spot": "x" * 81}, "short names"), ({"person_minutes": 999_999}, "at most 288,000"),
    ],
)  # fmt: skip
def test_a_count_that_cannot_be_is_refused(given, told):
    with pytest.raises(InputError, match=told):
        replace(COUNT, **given)


def test_all_rows_that_cannot_be_read_are_told_and_so_is_a_day_that_is_not_over():
    with pytest.raises(InputError) as refused:
        check_period(Window("counted", date(2026, 1, 1), AS_OF), AS_OF)
    assert "more than 92 days" in str(refused.value)
    assert "is not over" in str(refused.value)
    check_period(OCTOBER, AS_OF)
