"""Minutes are those of the library, counted where something changed and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError

from patrolwise.patrols.visits import find_visits
from patrolwise.tables import FIXES, make_table
from patrolwise.web.accounts.management.commands import serve
from patrolwise.web.field.models import Fix
from patrolwise.web.livemap.counting import count_day, days_between, patrol_day_of
from patrolwise.web.livemap.jobs import count_doses, count_recent
from patrolwise.web.livemap.management.commands import count_doses as command
from patrolwise.web.livemap.models import CountedDay, DayDose, DaySeparation, RuleBook, Stay
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots

from .patrol_rows import (
    CORNER,
    DAY,
    EPOCH,
    NOON,
    dose_of,
    make_book,
    make_device,
    make_set,
    send,
)


def test_a_patrol_day_begins_at_four():
    assert patrol_day_of(datetime(2026, 3, 4, 3, 59, tzinfo=UTC)) == DAY
    assert patrol_day_of(datetime(2026, 3, 4, 4, 0, tzinfo=UTC)) == DAY + timedelta(days=1)
    assert days_between(DAY, DAY - timedelta(days=1)) == []


def test_minutes_are_the_librarys_own(db):
    make_set()
    device = make_device()
    send(device, NOON, 17)
    send(device, NOON + timedelta(minutes=20), 0, area=None)
    spots = find_spots()
    assert count_day(DAY, spots, make_book(), now=NOON) == ["P1"]
    rows = [
        {"device_id": "1", "time": EPOCH + timedelta(microseconds=fix.time), "accuracy_m": 5.0}
        for fix in Fix.objects.order_by("time")
    ]
    places = [(CORNER[0] + 100, CORNER[1] + 100)] * 35 + [(CORNER[0] + 9000, CORNER[1] + 100)]
    fixes = make_table(
        FIXES,
        {name: [row[name] for row in rows] for name in rows[0]}
        | {"x": [p[0] for p in places], "y": [p[1] for p in places]},
    )
    found = find_visits(fixes, spots.areas).visits
    assert dose_of("a").patrol_min == pytest.approx(found["credited_s"].sum() / 60)
    assert dose_of("a").patrol_min == pytest.approx(17)
    assert (dose_of("b").patrol_min, dose_of("b").visits) == (0, 0)
    assert DayDose.objects.count() == 3


def test_nothing_is_counted_twice_and_late_fixes_are_counted_when_they_come(db):
    make_set()
    one, two = make_device(), make_device("tracker 2", "P2")
    send(one, NOON, 10)
    send(two, NOON, 10, area=1)
    spots = find_spots()
    assert count_day(DAY, spots, None, now=NOON) == ["P1", "P2"]
    assert count_day(DAY, spots, None, now=NOON) == []
    send(two, NOON - timedelta(hours=2), 5, area=2)  # late
    assert count_day(DAY, spots, None, now=NOON) == ["P2"]
    assert dose_of("c").patrol_min == pytest.approx(5)
    assert dose_of("a").patrol_min == pytest.approx(10)
    assert Stay.objects.count() == 3


def test_two_devices_of_a_unit_are_one_patrol(db):
    make_set()
    for name in ("tracker 1", "tracker 2"):
        send(make_device(name), NOON, 10)
    count_day(DAY, find_spots(), None, now=NOON)
    assert dose_of("a").patrol_min == pytest.approx(10)
    assert dose_of("a").person_min == pytest.approx(20)


def test_another_set_counts_the_day_anew(db):
    old = make_set()
    send(make_device(), NOON, 10, area=2)
    count_day(DAY, find_spots(), None, now=NOON)
    old.state = "retired"
    old.save()
    make_set(2, version=2)
    assert count_day(DAY, find_spots(), None, now=NOON) == ["P1"]
    assert not Stay.objects.exists()
    assert sorted(DayDose.objects.values_list("area_id", flat=True)) == ["a", "b"]


def test_mock_fixes_are_credited_to_nobody(db):
    make_set()
    send(make_device(), NOON, 10, is_mock=True)
    count_day(DAY, find_spots(), None, now=NOON)
    assert dose_of("a").patrol_min == 0
    assert CountedDay.objects.get().mock == 21


def test_a_day_without_any_fix_has_zeros_once_it_was_counted(db):
    make_set()
    make_device()
    book = make_book()
    assert count_day(DAY, find_spots(), book, now=NOON) == []
    assert DayDose.objects.filter(patrol_min=0, met="no").count() == 3
    assert count_day(DAY, find_spots(), book, now=NOON) == []


def test_without_a_set_there_is_nothing_to_count_against(db):
    assert count_doses.call(str(DAY)) == 0
    assert find_spots() is None


def test_the_command_counts_the_last_days_and_says_what_it_did(db, capsys):
    make_set()
    device = make_device()
    now = datetime.now(UTC)
    send(device, now - timedelta(minutes=2), 1)
    call_command("count_doses", "--days", "2")
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"{patrol_day_of(now) - timedelta(days=1)}: 0 units counted anew",
        f"{patrol_day_of(now)}: 1 units counted anew",
        "0 debriefs joined to minutes",
    ]


def test_it_counts_again_every_so_often_also_after_it_met_a_held_database(db, capsys, monkeypatch):
    given = iter([OperationalError("database is locked"), {"2026-03-03": 1}])

    def count(days, *, now):
        told = next(given)
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(command, "count_recent", count)
    monkeypatch.setattr(command, "close_old_connections", lambda: None)
    monkeypatch.setattr(command.time, "sleep", lambda seconds: print(f"waited {seconds} s"))
    call_command("count_doses", "--every", "3600", "--rounds", "2")
    told = capsys.readouterr()
    assert told.err == "database is locked\n"
    assert told.out.splitlines()[:2] == ["waited 3600 s", "2026-03-03: 1 units counted anew"]


def test_a_served_site_counts_its_minutes_by_itself(settings):
    commands = serve._beside({"host": "127.0.0.1", "ingest_port": 8001})
    assert [" ".join(one[4:]) for one in commands if "count_doses" in one] == [
        "count_doses --every 3600"
    ]


def test_a_service_without_a_tracker_here_has_no_row_rather_than_zeros(db):
    make_set()
    make_book()
    assert count_recent(1, now=NOON) == {str(DAY): 0}
    assert not DayDose.objects.exists()
    make_device()
    assert count_recent(1, now=NOON) == {str(DAY): 0}
    assert set(DayDose.objects.values_list("service", flat=True)) == {"police"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (RuleBook(title="Ours"), "Ours"),
        (CountedDay(unit_id="P1", day=DAY), "P1 2026-03-03"),
        (Stay(unit_id="P1", day=DAY), "P1 2026-03-03"),
        (DayDose(area_id="a", day=DAY), "a 2026-03-03"),
    ],
)
def test_a_row_prints_what_it_is(row, told):
    assert str(row) == told


def test_each_day_is_held_against_the_rule_that_was_in_force(db):
    make_set()
    send(make_device(), NOON, 16)
    send(make_device("tracker 2", "P2"), NOON, 5, area=1)
    make_device("phone 1", "O1", "outreach")
    count_day(DAY, find_spots(), make_book(), now=NOON)
    told = {
        dose.area_id: (dose.owed_min, dose.met) for dose in DayDose.objects.filter(service="police")
    }
    assert told == {"a": (15.0, "yes"), "b": (15.0, "no"), "c": (15.0, "no")}
    assert dose_of("a", "outreach").met == "no rule"


def test_a_new_programme_has_days_judged_anew_though_no_fix_came(db):
    make_set()
    send(make_device(), NOON, 16)
    spots = find_spots()
    count_day(DAY, spots, None, now=NOON)
    assert dose_of("a").met == "no rule"
    assert count_day(DAY, spots, make_book(), now=NOON) == []
    assert (dose_of("a").met, dose_of("a").patrol_min) == ("yes", pytest.approx(16))


def test_meetings_of_the_two_services_are_counted_by_hot_spot(db):
    make_set()
    book = make_book()
    send(make_device(), NOON, 30)
    send(make_device("phone 1", "O1", "outreach"), NOON + timedelta(minutes=20), 30)
    count_day(DAY, find_spots(), book, now=NOON)
    met = DaySeparation.objects.get()
    assert (met.area_id, met.meetings, str(met)) == ("a", 1, "a 2026-03-03")
    assert met.together_min == pytest.approx(10)
    assert met.present_min == pytest.approx(30)


def test_outreach_alone_is_present_and_never_met(db):
    make_set()
    send(make_device("phone 1", "O1", "outreach"), NOON, 30, area=2)
    count_day(DAY, find_spots(), make_book(), now=NOON)
    met = DaySeparation.objects.get()
    assert (met.area_id, met.meetings, met.present_min) == ("c", 0, pytest.approx(30))
    send(make_device(), NOON, 30, area=1)
    count_day(DAY, find_spots(), find_book(), now=NOON)
    assert DaySeparation.objects.get().meetings == 0
