"""A pair counts once in patrol-minutes and twice in person-minutes, by one tracker or by two."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from django.urls import reverse

from patrolwise.errors import InputError
from patrolwise.patrols.dose import sum_doses
from patrolwise.patrols.units import find_unit_visits
from patrolwise.patrols.visits import find_visits
from patrolwise.places import to_national_grid
from patrolwise.tables import ASSIGNMENTS, DOSES, FIXES, UNIT_VISITS, make_table
from patrolwise.web.audit.models import Event
from patrolwise.web.field.assignments_actions import Given, correct_assignment, hand_over
from patrolwise.web.field.models import Assignment, Fix
from patrolwise.web.insight.cost_queries import tabulate_costs
from patrolwise.web.insight.dose_queries import tabulate_dose
from patrolwise.web.insight.first_page import list_cards
from patrolwise.web.insight.sheets import write_csv
from patrolwise.web.insight.windows import span_of_weeks
from patrolwise.web.livemap.counting import count_day, days_between, read_stays, span_of
from patrolwise.web.livemap.models import CountedDay, DayDose
from patrolwise.web.livemap.queries import look_now
from patrolwise.web.livemap.spots import find_spots

from .patrol_rows import (
    DAY,
    EPOCH,
    NOON,
    dose_of,
    make_book,
    make_device,
    make_plan,
    make_programme,
    make_set,
    make_shift,
    send,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def programme(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    make_set()
    return make_programme(tmp_path)


@pytest.fixture
def by(people):
    return people["coordinator"]


def say_people(device, people):
    device.assignments.update(people=people)


def count(day=DAY):
    return count_day(day, find_spots(), None, now=NOON)


def both_minutes(area="a", day=DAY):
    dose = dose_of(area, day=day)
    return round(dose.patrol_min, 6), round(dose.person_min, 6)


# --- the rule


@pytest.mark.parametrize(
    ("trackers", "people", "told"),
    [(1, 1, (10, 10)), (1, 2, (10, 20)), (2, 1, (10, 20)), (2, 2, (10, 40)), (1, 3, (10, 30))],
)
def test_patrol_minutes_are_one_units_and_person_minutes_each_persons(trackers, people, told):
    for number in range(trackers):
        device = make_device(f"tracker {number}")
        say_people(device, people)
        send(device, NOON, 10)
    count()
    assert both_minutes() == told


def test_two_trackers_of_a_pair_that_overlap_in_part_are_their_union_once():
    first, second = make_device(), make_device("tracker 2")
    send(first, NOON, 10)
    send(second, NOON + 5 * MINUTE, 10)
    count()
    assert both_minutes() == (15, 20)


def test_two_units_in_one_place_are_two_patrols():
    for number in (1, 2):
        device = make_device(f"tracker {number}", f"P{number}")
        say_people(device, 2)
        send(device, NOON, 10)
    count()
    assert both_minutes() == (20, 40)


def test_the_sites_minutes_are_the_librarys_on_the_same_fixes(by):
    """Pairs with one tracker and with two, one that becomes three, one that hands a tracker on."""
    one, two, also, moved = (
        make_device(name, unit)
        for name, unit in (("one", "P1"), ("two", "P2"), ("also", "P2"), ("moved", "P3"))
    )
    say_people(one, 2)
    hand_over(by=by, device=one, given=_given("P1", NOON + 4 * MINUTE, people=3))
    hand_over(by=by, device=moved, given=_given("P4", NOON + 7 * MINUTE, people=2))
    for device, start, minutes, area in (
        (one, 0, 12, 0), (two, 1, 9, 0), (also, 3, 20, 0), (moved, 0, 25, 1), (one, 40, 6, 2),
    ):  # fmt: skip
        send(device, NOON + start * MINUTE, minutes, area=area)
    spots = find_spots()
    assert count() == ["P1", "P2", "P3", "P4"]
    visits = find_visits(_read_fixes(), spots.areas, with_pieces=True)
    stays = find_unit_visits(visits.visits, visits.pieces, _read_assignments())
    doses = sum_doses(stays, spots.areas, [DAY], ["police"])
    kept = DayDose.objects.order_by("area_id").values_list(*DOSES.names)
    kept = pl.DataFrame(list(kept), schema=DOSES.schema, orient="row")
    order = ["unit_id", "start"]
    assert read_stays(DAY, DAY).sort(order).equals(stays.select(UNIT_VISITS.names).sort(order))
    for name in ("visits", "patrol_min", "person_min", "unknown_min"):
        assert kept[name].to_list() == pytest.approx(doses.sort("area_id")[name].to_list()), name
    assert both_minutes() == (34, 4 * 2 + 8 * 3 + 9 + 20)
    assert both_minutes("b") == (25, 7 + 18 * 2)


def _given(unit_id, start, **more):
    return Given(unit_id=unit_id, service="police", start=start, **more)


def _read_fixes():
    rows = Fix.objects.values_list("device_id", "time", "longitude", "latitude", "accuracy_m")
    device, time, longitude, latitude, accuracy = zip(*rows, strict=True)
    x, y = to_national_grid(np.array(longitude), np.array(latitude))
    times = [EPOCH + timedelta(microseconds=one) for one in time]
    names = {"device_id": [str(one) for one in device], "time": times, "x": x, "y": y}
    return make_table(FIXES, names | {"accuracy_m": accuracy})


def _read_assignments():
    first, last = span_of(DAY)
    rows = [
        (one.unit_id, one.service, max(one.start, first), min(one.end or last, last),
         str(one.device_id), one.people)
        for one in Assignment.objects.all()
    ]  # fmt: skip
    return make_table(ASSIGNMENTS, pl.DataFrame(rows, schema=ASSIGNMENTS.schema, orient="row"))


# --- said, by date, and corrected


def test_from_a_date_on_a_unit_is_more_people_and_only_days_from_then_on_change(
    by, django_capture_on_commit_callbacks
):
    device = make_device()
    days = days_between(DAY, DAY + timedelta(days=2))
    for number, day in enumerate(days):
        send(device, NOON + timedelta(days=number), 10)
        count(day)
    assert [both_minutes(day=day) for day in days] == [(10, 10)] * 3
    with django_capture_on_commit_callbacks(execute=True):
        start = span_of(days[1])[0]
        hand_over(by=by, device=device, given=_given("P1", start, people=2))
    assert [both_minutes(day=day) for day in days] == [(10, 10), (10, 20), (10, 20)]
    assert list(CountedDay.objects.order_by("day").values_list("people", flat=True)) == [1, 2, 2]
    lines = device.assignments.values_list("unit_id", "people", "end")
    assert list(lines) == [("P1", 1, start), ("P1", 2, None)]
    event = Event.objects.get(action="device handed over").detail
    assert (event["unit"], event["people_before"], event["people"]) == ("P1", "1", "2")
    with pytest.raises(InputError, match=r"P1 has it already .* for as many people. Give another"):
        hand_over(by=by, device=device, given=_given("P1", NOON + timedelta(days=9), people=2))


def test_a_number_that_was_wrong_is_corrected_with_a_reason_and_counted_anew(
    by, django_capture_on_commit_callbacks
):
    device = make_device()
    send(device, NOON, 10)
    count()
    line = device.assignments.get()
    with django_capture_on_commit_callbacks(execute=True):
        correct_assignment(
            by=by, assignment=line, given=_given("P1", line.start, people=2), reason="A pair."
        )
    assert both_minutes() == (10, 20)
    detail = Event.objects.get(action="device history corrected").detail
    assert (detail["people_before"], detail["people"], detail["reason"]) == ("1", "2", "A pair.")
    assert count() == []


def test_live_asks_to_look_where_devices_and_the_plan_are_of_other_people():
    plan, device = make_plan(), make_device()
    shift = make_shift(plan)
    shift.people = 2
    shift.save()
    send(device, NOON - 5 * MINUTE, 5)
    (told,) = look_now(NOON).devices
    assert (told.name, told.unit_id) == ("tracker 1", "P1")
    assert told.why.startswith("People: 1 by its devices, 2 by the plan.")
    say_people(device, 2)
    assert look_now(NOON).devices == []
    send(make_device("tracker 2"), NOON - 5 * MINUTE, 5)  # of the same pair: one person too many
    (told,) = look_now(NOON).devices
    assert (told.name, told.why[:34]) == (
        "tracker 1, tracker 2",
        "People: 3 by its devices, 2 by the",
    )
    type(shift).objects.update(people=0)  # a plan that says nothing of people
    assert look_now(NOON).devices == []


# --- told wherever minutes are


def test_tables_of_dose_tell_both_kinds_of_minutes(sign_in):
    make_book()
    device = make_device()
    say_people(device, 2)
    send(device, NOON, 16)
    count()
    weeks, spots, people = tabulate_dose(span_of_weeks(4, now=NOON))
    titles = [column.title for column in weeks.columns]
    row = dict(zip(titles, weeks.rows[0], strict=True))
    assert (row["Patrol-minutes"], row["Person-minutes"], row["Owed"]) == ("16", "32", "0")
    cells = [{row[0]: row[2] for row in sheet.rows}["Square A"] for sheet in (spots, people)]
    assert cells == ["16", "32"]
    assert "a pair counts once" in weeks.about.definition
    assert "Square A,police,32,not counted" in write_csv(people)
    asked = {"csv": "person-minutes-by-hot-spot"}
    assert sign_in("officer").get(reverse("insight-dose"), asked).status_code == 200


def test_a_minute_of_a_person_costs_half_that_of_a_pair(people):
    ledger = {
        "service": "police", "first": "2026-02-01", "last": "2026-02-28", "kind": "overtime",
        "pounds": 2800.0, "may_split": True, "note": None,
    }  # fmt: skip
    book = make_book(ledger=[ledger], cost_kinds={"police": ["overtime"]})
    device = make_device()
    say_people(device, 2)
    send(device, datetime(2026, 2, 10, 12, tzinfo=UTC), 50)
    first = datetime(2026, 2, 1, tzinfo=UTC).date()
    for day in days_between(first, first + timedelta(days=27)):
        count_day(day, find_spots(), book, now=NOON)
    pair, person = tabulate_costs(DAY, 1).rows
    assert pair[2:6] == ("a pair or other unit", "2,800", "50", "56.00")
    assert person[2:6] == ("a person", "2,800", "100", "28.00")
    low, high = (float(end) for end in pair[6].split(" to "))
    assert [float(end) for end in person[6].split(" to ")] == pytest.approx(
        [low / 2, high / 2], abs=0.01
    )
    cards = {card.title: card for card in list_cards(people["commissioner"], now=NOON)}
    cost = cards["Cost a minute"]
    told = f"police, Feb 2026, a pair or other unit: 95 % interval {pair[6]}; £28.00 a person"
    assert (cost.figure, cost.told) == ("£56.00", told)
