"""Which rows of leave, requests, availability and history are told, and what is refused."""

import re
from datetime import timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.rota_tables import (
    AVAILABILITY,
    FAIRNESS_HISTORY,
    LEAVE,
    LEAVE_KINDS,
    REQUESTS,
    find_availability_faults,
    find_history_faults,
    find_leave_faults,
    find_request_faults,
)
from patrolwise.tables import make_table

from .rota_test_worlds import MONDAY, on, rows_of, utc

STAFF = ("p1", "p2")
GOOD_LEAVE = ("p1", MONDAY, on(1), "leave")
GOOD_REQUEST = ("r1", "p1", MONDAY, "late", 1)
GOOD_STRETCH = ("police", None, utc(9), utc(17))
GOOD_PAST = ("p1", 10.0, 2, 3, 45.0)


def leave_faults(*rows):
    return find_leave_faults(rows_of(LEAVE, *rows), STAFF)


def request_faults(*rows):
    return find_request_faults(rows_of(REQUESTS, *rows), STAFF, {"late", "early"})


def availability_faults(*rows):
    return find_availability_faults(rows_of(AVAILABILITY, *rows), ("police",))


def history_faults(*rows):
    return find_history_faults(rows_of(FAIRNESS_HISTORY, *rows))


def but(row, **changes):
    """Return the row with a value changed, by place: `at1` is the second."""
    values = list(row)
    for place, value in changes.items():
        values[int(place.removeprefix("at"))] = value
    return tuple(values)


def test_rows_that_can_be_used_have_no_faults():
    assert leave_faults(*(but(GOOD_LEAVE, at3=kind) for kind in LEAVE_KINDS)) == []
    assert leave_faults(but(GOOD_LEAVE, at2=MONDAY)) == []
    assert request_faults(GOOD_REQUEST, ("r2", "p1", on(1), "off", 9)) == []
    assert request_faults(GOOD_REQUEST, ("r2", "p2", MONDAY, "early", 1)) == []
    assert availability_faults(GOOD_STRETCH, but(GOOD_STRETCH, at1="police-1")) == []
    assert history_faults(GOOD_PAST, ("gone", 0.0, 0, 0, 0.0)) == []


def test_empty_tables_have_no_faults():
    assert leave_faults() == request_faults() == availability_faults() == history_faults() == []


@pytest.mark.parametrize(
    ("find", "row", "told"),
    [
        (leave_faults, but(GOOD_LEAVE, at0="p9"), "staff_id is 'p9': no such member"),
        (leave_faults, but(GOOD_LEAVE, at0=None), "staff_id is blank: no such member"),
        (leave_faults, but(GOOD_LEAVE, at3="flu"), "kind is 'flu': write leave, training or"),
        (leave_faults, but(GOOD_LEAVE, at3=None), "kind is blank: write leave, training or"),
        (leave_faults, but(GOOD_LEAVE, at2=on(-1)), "last is 2024-06-02: it is before the first"),
        (leave_faults, but(GOOD_LEAVE, at2=None), "last is blank: give a date"),
        (leave_faults, but(GOOD_LEAVE, at1=None), "first is blank: give a date"),
        (request_faults, but(GOOD_REQUEST, at1="p9"), "staff_id is 'p9': no such member"),
        (request_faults, but(GOOD_REQUEST, at0=None), "request_id is blank: give each request an"),
        (request_faults, but(GOOD_REQUEST, at2=None), "day is blank: give a date"),
        (request_faults, but(GOOD_REQUEST, at3="x"), "wants is 'x': write one of off, early, late"),
        (request_faults, but(GOOD_REQUEST, at3=None), "wants is blank: write one of"),
        (request_faults, but(GOOD_REQUEST, at4=0), "weight is 0: write 1 or more"),
        (request_faults, but(GOOD_REQUEST, at4=None), "weight is blank: write 1 or more"),
        (availability_faults, but(GOOD_STRETCH, at0="x"), "service is 'x': no shift template"),
        (availability_faults, but(GOOD_STRETCH, at0=None), "service is blank: no shift template"),
        (availability_faults, but(GOOD_STRETCH, at3=utc(9)), "end is 2024-06-03 09:00:00"),
        (availability_faults, but(GOOD_STRETCH, at3=None), "end is blank: it is too early"),
        (history_faults, but(GOOD_PAST, at0=None), "staff_id is blank: give each member one row"),
        (history_faults, but(GOOD_PAST, at1=-0.5), "contracted is -0.5: write 0 or more"),
        (history_faults, but(GOOD_PAST, at1=float("nan")), "contracted is nan: write 0 or more"),
        (history_faults, but(GOOD_PAST, at2=-1), "evenings is -1: write 0 or more"),
        (history_faults, but(GOOD_PAST, at3=None), "weekends is blank: write 0 or more"),
        (history_faults, but(GOOD_PAST, at4=float("inf")), "worst_min is inf: write 0 or more"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_by_number_column_and_value(find, row, told):
    (fault,) = find(row)
    assert re.match(r"(Leave|Requests|Availability|History): Row 1, column ", fault)
    assert told in fault


def test_a_stretch_without_a_start_is_told():
    faults = availability_faults(but(GOOD_STRETCH, at2=None))
    assert faults[0] == "Availability: Row 1, column start is blank: give a time, UTC."


def test_a_second_request_of_a_member_for_a_day_is_told_though_it_wants_the_same():
    (fault,) = request_faults(GOOD_REQUEST, but(GOOD_REQUEST, at0="r2"))
    assert fault == (
        "Requests: Row 2, column day is 2024-06-03: the member has a request for that day "
        "already. Keep one."
    )


def test_two_requests_of_one_id_are_told():
    (fault,) = request_faults(GOOD_REQUEST, but(GOOD_REQUEST, at2=on(1)))
    assert "Row 2, column request_id is 'r1'" in fault


def test_two_rows_of_history_for_one_member_are_told():
    assert "Row 2, column staff_id is 'p1'" in history_faults(GOOD_PAST, GOOD_PAST)[0]


def test_all_faults_of_a_table_are_told_and_rows_keep_the_line_of_their_file():
    rows = [("p9", MONDAY, on(-1), "flu")]
    from_file = rows_of(LEAVE, *rows).with_columns(row=pl.lit(7))
    faults = find_leave_faults(from_file, STAFF)
    assert len(faults) == 3
    assert all(fault.startswith("Leave: Row 7, column ") for fault in faults)


def test_after_twenty_rows_the_others_are_counted():
    faults = leave_faults(*[but(GOOD_LEAVE, at3="x")] * 23)
    assert len(faults) == 21
    assert faults[-1] == "Leave: Column kind is wrong in 3 more rows."


@pytest.mark.parametrize("name", ["reason", "illness", "note"])
def test_a_further_column_of_leave_is_refused_since_it_is_a_place_for_health(name):
    leave = rows_of(LEAVE, GOOD_LEAVE).with_columns(pl.lit("x").alias(name))
    with pytest.raises(RefusedError, match=f"does not allow: {name}. A rota needs no reasons"):
        find_leave_faults(leave, STAFF)


def test_no_column_of_leave_and_no_kind_has_room_for_a_reason():
    assert LEAVE.names == ["staff_id", "first", "last", "kind"]
    assert set(LEAVE_KINDS) == {"leave", "training", "other"}


@pytest.mark.parametrize(
    ("find", "table"),
    [
        (lambda frame: find_leave_faults(frame, STAFF), LEAVE),
        (lambda frame: find_request_faults(frame, STAFF, ()), REQUESTS),
        (lambda frame: find_availability_faults(frame, ()), AVAILABILITY),
        (find_history_faults, FAIRNESS_HISTORY),
    ],
)
def test_another_table_is_no_such_table(find, table):
    with pytest.raises(InputError, match=f"lacks {table.names[1]}"):
        find(make_table(table).drop(table.names[1]))
    with pytest.raises(InputError, match=f"is not a {table.name} table"):
        find(make_table(table).with_columns(pl.lit(timedelta(1)).alias(table.names[1])))


def test_tables_are_left_as_they_were():
    leave = rows_of(LEAVE, GOOD_LEAVE)
    find_leave_faults(leave, STAFF)
    assert leave.equals(rows_of(LEAVE, GOOD_LEAVE))
