"""Fixes that came in are the table that the library's visits are found in."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely

from patrolwise.patrols.visits import find_visits
from patrolwise.places import to_longitude_latitude
from patrolwise.tables import AREAS, FIXES, check_columns, make_table
from patrolwise.web.field.models import CheckIn, Device, Fix, LastFix
from patrolwise.web.field.queries import fixes_between, to_time, to_us

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def make_device(name, service="police", **changed):
    return Device.objects.create(
        name=name,
        service=service,
        token_sha256=name.ljust(64, "0"),
        made=NOW,
        made_by_id=1,
        **changed,
    )


def add(device, at, *, x=458_100.0, y=304_100.0, **changed):
    longitude, latitude = to_longitude_latitude([x], [y])
    place = {"longitude": float(longitude[0]), "latitude": float(latitude[0])}
    return Fix.objects.create(
        device=device, time=to_us(at), received=to_us(at), **(place | changed)
    )


def test_without_fixes_there_is_an_empty_table(db):
    fixes = fixes_between(NOW, NOW)
    check_columns(fixes, FIXES, name="fixes")
    assert fixes.is_empty()
    make_device("a")
    assert fixes_between(NOW, NOW + timedelta(days=1)).is_empty()


def test_fixes_of_a_span_are_the_librarys_table(db):
    first, second = make_device("a"), make_device("b", service="outreach", is_active=False)
    for minute in (5, 0, 10):
        add(first, NOW + timedelta(minutes=minute))
    add(second, NOW, is_mock=True, accuracy_m=8.0, speed_m_s=1.5)
    fixes = fixes_between(NOW, NOW + timedelta(minutes=10))
    check_columns(fixes, FIXES, name="fixes")
    assert fixes["device_id"].to_list() == [str(first.pk)] * 2 + [str(second.pk)]
    assert fixes["time"].to_list() == [NOW, NOW + timedelta(minutes=5), NOW]
    assert fixes["x"].to_list() == pytest.approx([458_100.0] * 3, abs=0.01)
    assert fixes["is_mock"].to_list() == [False, False, True]
    assert fixes["accuracy_m"].to_list() == [None, None, 8.0]
    assert set(fixes["source"]) == {"live"}


def test_fixes_beyond_the_national_grid_are_left_out(db):
    device = make_device("a")
    add(device, NOW)
    add(device, NOW + timedelta(seconds=1), longitude=88.0, latitude=0.5)
    assert fixes_between(NOW, NOW + timedelta(days=1))["time"].to_list() == [NOW]


def test_visits_are_found_in_what_came_in(db):
    device = make_device("a")
    for second in range(0, 900, 30):
        add(device, NOW + timedelta(seconds=second))
    square = shapely.to_wkb(shapely.box(458_000, 304_000, 458_200, 304_200))
    areas = {"area_id": ["h1"], "name": ["High Street"], "geometry": [square]}
    fixes = fixes_between(NOW, NOW + timedelta(hours=1))
    visits = find_visits(fixes, make_table(AREAS, areas)).visits
    assert visits["device_id"].to_list() == [str(device.pk)]
    assert visits["start"].to_list() == [NOW]


def test_times_go_to_microseconds_and_back():
    odd = NOW + timedelta(microseconds=123_457)
    assert to_time(to_us(odd)) == odd


def test_what_a_row_calls_itself_never_says_where(db):
    device = make_device("a")
    fix = add(device, NOW)
    last = LastFix(device=device, time=fix.time, longitude=1.5, latitude=52.5, received=fix.time)
    assert (str(device), str(fix), str(last)) == ("a", str(fix.time), str(fix.time))
    said = CheckIn(unit_id="HS1", is_in=True, time=NOW)
    assert str(said) == "HS1 in 12:00"
