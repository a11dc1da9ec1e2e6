"""Forms of planning: what they hold, what they refuse, and what they say of a slip."""

from datetime import UTC, date, datetime, time

import pytest
import xlsxwriter

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.planning_forms import (
    read_availability,
    read_bases,
    read_burden,
    read_events,
    read_leave,
    read_priorities,
    read_requests,
)
from patrolwise.files.staff_forms import read_staff
from patrolwise.planning.priorities import EVENTS, PRIORITIES
from patrolwise.planning.rota_problem import Cycle, StaffMember
from patrolwise.planning.rota_tables import AVAILABILITY, FAIRNESS_HISTORY, LEAVE, REQUESTS
from patrolwise.planning.travel import TRAVEL_PLACES

LONDON = "Europe/London"


@pytest.fixture
def form(tmp_path):
    """Return a writer of a form: lines in, path out."""

    def write(*lines):
        path = tmp_path / "form.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_leave_is_read_by_code_and_kind(form):
    found = read_leave(form("staff_id,first,last,kind", "s1,2024-06-03,07/06/2024,Leave"))
    assert dict(found.schema) == LEAVE.schema
    assert found.rows() == [("s1", date(2024, 6, 3), date(2024, 6, 7), "leave")]


def test_a_request_weighs_one_unless_it_says_more(form):
    lines = ("r1,s1,2024-06-03,Late,", "r2,s2,2024-06-03,off,5")
    found = read_requests(form("request_id,staff_id,day,wants,weight", *lines))
    assert dict(found.schema) == REQUESTS.schema
    assert found.select("wants", "weight").rows() == [("Late", 1), ("off", 5)]
    bare = read_requests(form("request_id,staff_id,day,wants", "r1,s1,2024-06-03,off"))
    assert bare["weight"].to_list() == [1]


def test_partners_say_from_when_to_when_they_can(form):
    path = form("service,unit_id,start,end", "wardens,,2024-06-03 14:00,2024-06-03 20:00")
    found = read_availability(path, zone=LONDON)
    assert dict(found.schema) == AVAILABILITY.schema
    start, end = (datetime(2024, 6, 3, hour, tzinfo=UTC) for hour in (13, 19))
    assert found.rows() == [("wardens", None, start, end)]


def test_what_past_rotas_gave_is_read(form):
    header = "staff_id,contracted,evenings,weekends,worst_min"
    found = read_burden(form(header, "s1,40,12,9,310.5"))
    assert dict(found.schema) == FAIRNESS_HISTORY.schema
    assert found.rows() == [("s1", 40.0, 12, 9, 310.5)]


@pytest.mark.parametrize(
    ("read", "header", "row"),
    [
        (read_leave, "staff_id,first,last,kind", "s1,2024-06-03,2024-06-07,leave"),
        (read_requests, "request_id,staff_id,day,wants", "r1,s1,2024-06-03,off"),
        (read_burden, "staff_id,contracted,evenings,weekends,worst_min", "s1,40,12,9,310"),
        (read_availability, "service,unit_id,start,end", "w,,2024-06-03T14:00Z,2024-06-03T20:00Z"),
        (read_staff, "staff_id,service", "s1,police"),
    ],
)
def test_a_form_of_staff_refuses_names_and_reasons(form, read, header, row):
    read(form(header, row))
    with pytest.raises(RefusedError, match=r"It has reason\. Planning forms hold codes"):
        read(form(header + ",reason", row + ",flu"))
    with pytest.raises(RefusedError, match="It has Name"):
        read(form(header + ",Name", row + ",Sam Smith"))


def test_priorities_are_read_with_days_and_hours(form):
    lines = ("market;Fri-Sun;22:00;02.00;2", "market;;;;1.5", "park;1,3;0:00;24:00;0")
    with pytest.raises(InputError, match="Row 4, column until_clock is 00:00:00: it is from_clock"):
        read_priorities(form("area_id;weekdays;from_clock;until_clock;weight", *lines))
    found = read_priorities(form("area_id;weekdays;from_clock;until_clock;weight", *lines[:2]))
    assert dict(found.schema) == PRIORITIES.schema
    assert found.rows() == [
        ("market", [5, 6, 7], time(22), time(2), 2.0),
        ("market", None, None, None, 1.5),
    ]


def test_slips_in_days_and_hours_are_told_all_at_once(form):
    lines = ("a,Frl,22:00,2500,1", "a,,24:30,9:60,1", "a,Mo-Fri,,,1", "a,8,,,1", "a,-,,,1")
    with pytest.raises(InputError) as raised:
        read_priorities(form("area_id,weekdays,from_clock,until_clock,weight", *lines))
    told = str(raised.value)
    assert "7 faults" in told
    assert "Row 2, column weekdays is 'Frl': write days such as Mon Tue" in told
    assert "Row 3, column from_clock is '24:30': write a clock time" in told
    assert "Row 6, column weekdays is '-'" in told


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("Mon", [1]),
        ("monday / SUN", [1, 7]),
        ("Sat-Mon", [1, 6, 7]),
        ("Tue-Tue", [2]),
        ("1 2;3+4", [1, 2, 3, 4]),
        ("5-7", [5, 6, 7]),
    ],
)
def test_days_of_the_week_are_read_as_people_write_them(form, cell, days):
    path = form("area_id\tweekdays\tweight", f"a\t{cell}\t1")
    assert read_priorities(path)["weekdays"].to_list() == [days]


def test_a_workbook_with_clock_times_is_read_as_the_csv_is(tmp_path):
    path = tmp_path / "priorities.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["area_id", "weekdays", "from_clock", "until_clock", "weight"])
        sheet.write_row(1, 0, ["a", "Fri"])
        sheet.write_datetime(1, 2, time(22, 30), clock)
        sheet.write_datetime(1, 3, time(2), clock)
        sheet.write_number(1, 4, 2)
    assert read_priorities(path).rows() == [("a", [5], time(22, 30), time(2), 2.0)]


def test_events_are_read_and_checked_under_the_name_of_the_file(form):
    header = "event_id,area_id,start,end,effect,weight,note"
    found = read_events(
        form(header, "match,,2024-06-03 14:00,2024-06-03 17:00,Priority,3,home"), zone=LONDON
    )
    assert dict(found.schema) == EVENTS.schema
    assert found.select("area_id", "effect", "weight").rows() == [(None, "priority", 3.0)]
    with pytest.raises(InputError, match=r"form\.csv: Events: Row 2, column effect is 'shut'"):
        read_events(form(header, "works,a,2024-06-03T14:00Z,2024-06-03T17:00Z,shut,,"))


def test_bases_become_metres(form):
    found = read_bases(form("base_id,longitude,latitude", "station,-1.1331,52.6369"))
    assert dict(found.schema) == TRAVEL_PLACES.schema
    place, x, y = found.row(0)
    assert place == "station"
    assert (round(x, -2), round(y, -2)) == (458_800, 304_700)


def test_a_base_in_the_sea_or_twice_is_told(form):
    header = "base_id,longitude,latitude"
    with pytest.raises(InputError, match=r"Row 2 lies at longitude 52\.6, latitude -1\.1, outside"):
        read_bases(form(header, "station,52.6,-1.1"))
    with pytest.raises(InputError, match=r"csv: Places: 2 faults(?s:.*)Row 4, .*another place"):
        read_bases(form(header, "station,-1.1,52.6", " ", "station,-1.2,52.6"))


def test_staff_have_what_their_row_says_and_else_what_is_usual(form):
    header = ("staff_id,service,least_shifts,most_shifts,weekdays,days_on,days_off,anchor,may_work,"
              "partner,is_relief")  # fmt: skip
    full = "s1,police,4,5,Sun-Thu,5,2,2024-06-03,late/early night,s2,yes"
    found = read_staff(form(header, full, "s2,police,,,,,,,,,"))
    assert found == (
        StaffMember(
            staff_id="s1", service="police", least_shifts=4, most_shifts=5,
            weekdays=(1, 2, 3, 4, 7), cycle=Cycle(days_on=5, days_off=2, anchor=date(2024, 6, 3)),
            may_work=("late", "early night"), partner="s2", is_relief=True,
        ),
        StaffMember(staff_id="s2", service="police"),
    )  # fmt: skip


def test_all_rows_that_are_no_member_of_staff_are_told(form):
    header = "staff_id,service,most_shifts,weekdays,days_on"
    with pytest.raises(InputError) as raised:
        read_staff(form(header, "s1,police,9,,", "s2,police,,,5", "s3,police,,Xyz,"))
    told = str(raised.value)
    assert "3 faults" in told
    assert "Row 2: Member of staff s1: 0 to 9 shifts a week" in told
    assert "Row 3: A cycle needs days_off, anchor too" in told
    assert "Row 4, column weekdays is 'Xyz'" in told
