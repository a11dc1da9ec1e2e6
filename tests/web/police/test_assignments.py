"""Devices go from unit to unit at a time, and each unit gets the minutes in which it had one."""

import importlib
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from patrolwise.errors import InputError
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event
from patrolwise.web.field.assignments_actions import (
    Given,
    correct_assignment,
    give_feed,
    hand_over,
    remove_assignment,
)
from patrolwise.web.field.assignments_queries import BEGINNING, assignments_between
from patrolwise.web.field.models import Forwarder
from patrolwise.web.livemap.counting import count_day, span_of
from patrolwise.web.livemap.debriefs import join_again, join_counted_debriefs
from patrolwise.web.livemap.models import CountedDay, Stay
from patrolwise.web.livemap.queries import look_now
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import Debrief

from .patrol_rows import (
    DAY,
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
MANAGERS = [key for key, role in ROLES.items() if Permission.MANAGE_DEVICES in role.permissions]


@pytest.fixture(autouse=True)
def programme(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    return make_programme(tmp_path)


@pytest.fixture
def by(people):
    return people["coordinator"]


def give(by, device, unit_id="P2", service="police", start=NOON, end=None, people=1):
    given = Given(unit_id=unit_id, service=service, start=start, end=end, people=people)
    return hand_over(by=by, device=device, given=given)


def count():
    return count_day(DAY, find_spots(), None, now=NOON)


def told_stays():
    rows = Stay.objects.order_by("start", "unit_id")
    return [
        (row.unit_id, row.area_id, round(row.patrol_s / 60), round(row.person_s / 60))
        for row in rows
    ]


def told_lines(device):
    return [(one.unit_id, one.start, one.end) for one in device.assignments.all()]


def test_a_hand_over_in_the_middle_of_a_visit_gives_each_pair_its_minutes(
    by, django_capture_on_commit_callbacks
):
    make_set()
    make_book()
    device, other = make_device(), make_device("tracker 2", "P2")
    send(device, NOON - 10 * MINUTE, 30)  # one visit, ten minutes with P1 and twenty with P2
    send(other, NOON + 5 * MINUTE, 15)  # P2's other tracker, beside it
    assert count() == ["P1", "P2"]
    assert told_stays() == [("P1", "a", 30, 30), ("P2", "a", 15, 15)]
    with django_capture_on_commit_callbacks(execute=True):  # the day is counted anew
        give(by, device)
    assert told_stays() == [("P1", "a", 10, 10), ("P2", "a", 20, 35)]
    assert dose_of("a").patrol_min == pytest.approx(30)  # of two units, the one after the other
    assert dose_of("a").person_min == pytest.approx(45)
    parts = CountedDay.objects.filter(device_id=device.pk).order_by("start")
    assert [(one.unit_id, one.fixes) for one in parts] == [("P1", 20), ("P2", 41)]
    assert count() == []
    send(device, NOON - 20 * MINUTE, 10)  # late, and only P1's; the visit is P2's too
    assert count() == ["P1", "P2"]
    assert told_stays() == [("P1", "a", 20, 20), ("P2", "a", 20, 35)]


def test_debriefs_of_both_units_get_their_part_of_a_visit(by, django_capture_on_commit_callbacks):
    make_set()
    plan, device = make_plan(), make_device()
    for unit, start in (("P1", NOON - 60 * MINUTE), ("P2", NOON)):
        make_shift(plan, unit, start=start, hours=1)
        Debrief.objects.create(
            unit_id=unit, service="police", day=DAY, said=NOON, said_by_id=1, client_id=unit
        )
    give(by, device)
    send(device, NOON - 10 * MINUTE, 30)
    count_day(DAY, find_spots(), None, now=NOON + timedelta(hours=2))
    assert join_counted_debriefs(NOON + timedelta(hours=2)) == 2
    assert {one.unit_id: one.minutes for one in Debrief.objects.all()} == {
        "P1": {"a": pytest.approx(10)},
        "P2": {"a": pytest.approx(20)},
    }
    # told the other way round, and counted anew: what the debriefs say of the trackers is mended
    late = device.assignments.get(unit_id="P2")
    mended = Given(unit_id="P2", service="police", start=NOON + 15 * MINUTE)
    with django_capture_on_commit_callbacks(execute=True):
        correct_assignment(by=by, assignment=late, given=mended, reason="They took it later.")
    tracked = {one.unit_id: one.minutes for one in Debrief.objects.all()}
    assert tracked == {"P1": {"a": pytest.approx(10)}, "P2": {"a": pytest.approx(5)}}
    events = Event.objects.filter(action="debrief joined").count()
    assert join_again(DAY, ["P1", "P2"], NOON + timedelta(hours=2)) == 0
    assert Event.objects.filter(action="debrief joined").count() == events == 3


def test_fixes_of_a_time_at_which_nobody_had_the_device_count_for_nobody(by):
    make_set()
    device = make_device()
    send(device, NOON - 10 * MINUTE, 30)
    give(by, device, start=NOON - 5 * MINUTE, end=NOON)
    count()
    assert told_stays() == [("P1", "a", 5, 5), ("P2", "a", 5, 5)]
    last = device.assignments.get(unit_id="P2")
    remove_assignment(by=by, assignment=last, reason="They never took it.")
    assert count() == ["P1", "P2"]
    assert told_stays() == [("P1", "a", 5, 5)]
    event = Event.objects.get(action="device history line removed").detail
    assert (event["unit_before"], event["people_before"]) == ("P2", "1")
    assert (event["unit_before"], event["reason"]) == ("P2", "They never took it.")
    remove_assignment(by=by, assignment=device.assignments.get(), reason="Nor did they.")
    assert count() == ["P1"]
    assert (Stay.objects.count(), CountedDay.objects.count()) == (0, 0)
    give(by, device, "P3", start=BEGINNING)
    count()
    assert told_stays() == [("P3", "a", 30, 30)]


def test_a_corrected_line_is_in_the_record_and_its_days_are_counted_anew(
    by, django_capture_on_commit_callbacks
):
    make_set()
    device = make_device()
    for day in (0, 1, 3):
        send(device, NOON + timedelta(days=day), 10)
    line = device.assignments.get()
    given = Given(unit_id="W1", service="wardens", start=NOON + timedelta(minutes=4))
    with django_capture_on_commit_callbacks(execute=True) as asked:
        correct_assignment(by=by, assignment=line, given=given, reason="It is the wardens'.")
    assert len(asked) == 1
    days = set(CountedDay.objects.values_list("day", "unit_id", "service"))
    assert days == {(DAY + timedelta(days=day), "W1", "wardens") for day in (0, 1, 3)}
    assert dose_of("a", "wardens").patrol_min == pytest.approx(6)
    device.refresh_from_db()
    assert device.service == "wardens"
    detail = Event.objects.get(action="device history corrected").detail
    assert (detail["unit_before"], detail["unit"], detail["service"]) == ("P1", "W1", "wardens")
    assert (detail["reason"], detail["end"]) == ("It is the wardens'.", "")
    until = Given(unit_id="W1", service="wardens", start=given.start, end=NOON + timedelta(days=2))
    correct_assignment(by=by, assignment=line, given=until, reason="It was given back.")
    earlier = Given(unit_id="W1", service="wardens", start=given.start, end=NOON)
    with pytest.raises(InputError) as refused:
        correct_assignment(by=by, assignment=line, given=earlier, reason=" ")
    for words in ("No reason is given", "It ends at 03 Mar 2026, 12:00, which is not after"):
        assert words in str(refused.value)


def test_no_device_is_with_two_units_and_no_unit_in_two_services_at_once(by):
    device, other = make_device(), make_device("tracker 2", "W1", "wardens")
    later = NOON + timedelta(days=1)
    give(by, device, "P2", start=later)
    for changes, words in (
        ({"start": NOON}, "It is with P2 from 04 Mar 2026, 12:00 on: with two units at once"),
        ({"start": NOON, "unit_id": "W1"}, "W1 is a unit of wardens from its first fix on, with"),
        ({"unit_id": "P1", "end": later}, "P1 has it already at 03 Mar 2026, 12:00"),
        ({"start": later, "unit_id": "P3"}, "P2 has it from that very time. Correct that line"),
        ({"unit_id": " ", "service": ""}, "No unit is given"),
        ({"people": 0}, "0 people cannot go by one device. Give how many of the unit do, from 1"),
        ({"people": 31}, "31 people cannot go by one device"),
        ({"service": "fire"}, "No programme on this site knows the service fire. Choose police"),
        ({"service": "Street outreach"}, "stay with the outreach service"),
    ):
        with pytest.raises(InputError, match=words):
            give(by, device, **changes)
    assert told_lines(device) == [("P1", BEGINNING, later), ("P2", later, None)]
    give(by, device, "P3", start=NOON, end=NOON + MINUTE)
    assert len(told_lines(device)) == 3
    line, given = other.assignments.get(), Given(unit_id="P1", service="wardens")
    with pytest.raises(InputError, match="P1 is a unit of police from its first fix until"):
        correct_assignment(by=by, assignment=line, given=given, reason="It was so.")
    server = Forwarder.objects.create(name="Traccar", service="police", made=NOON, made_by_id=1)
    sent = make_device("Van 3", forwarder=server, sent_as="864")
    with pytest.raises(InputError, match="Traccar forwards only for trackers of police, not of"):
        give(by, sent, "W2", "wardens")
    sent.assignments.all().delete()
    first, last = span_of(DAY)
    assert [one.unit_id for one in assignments_between(first, last)] == ["P1", "P3", "W1"]


def test_a_line_of_a_service_that_no_programme_knows_keeps_it_until_another_is_chosen(by):
    device = make_device("tracker 1", "P1", "polcie")
    line = device.assignments.get()
    same = Given(unit_id="P9", service="polcie")
    correct_assignment(by=by, assignment=line, given=same, reason="The unit was wrong.")
    with pytest.raises(InputError, match="No programme on this site knows the service polcie"):
        give(by, device, "P2", "polcie")
    mended = Given(unit_id="P9", service="police")
    correct_assignment(by=by, assignment=line, given=mended, reason="A slip of the pen.")
    device.refresh_from_db()
    assert device.service == "police"


def test_live_shows_a_unit_by_what_its_device_sent_since_the_unit_has_it(by):
    make_set()
    make_book()
    plan = make_plan()
    for unit in ("P1", "P2"):
        make_shift(plan, unit)
    device = make_device()
    send(device, NOON - 10 * MINUTE, 10)
    give(by, device, start=NOON + MINUTE)
    told = {unit.unit_id: unit.place for unit in look_now(NOON).units}
    assert told == {"P1": "Square A", "P2": ""}
    later = look_now(NOON + 2 * MINUTE)
    assert {unit.unit_id: unit.age for unit in later.units} == {"P1": "never", "P2": "never"}
    assert {one.unit_id: one.why for one in later.devices} == {
        "P1": "Nothing is set up to send for it.",
        "P2": "It has sent nothing since P2 has it.",
    }
    send(device, NOON + MINUTE, 2, area=1)
    now = {unit.unit_id: unit.place for unit in look_now(NOON + 3 * MINUTE).units}
    assert now == {"P1": "", "P2": "Square B"}


def test_a_phone_that_somebody_gave_away_is_the_shifts_again_when_it_sends(by):
    device = make_device("Phone of P1 (1)")
    mine = Given(unit_id="P1", service="police", start=NOON)
    give_feed(device, mine)
    assert len(told_lines(device)) == 1
    give(by, device, "P2", start=NOON - MINUTE)
    give(by, device, "P3", start=NOON + MINUTE)
    give_feed(device, mine)
    assert [line[0] for line in told_lines(device)] == ["P1", "P2", "P1", "P3"]
    assert told_lines(device)[2] == ("P1", NOON, NOON + MINUTE)


def test_a_device_is_given_to_another_unit_on_its_page_and_the_line_mended(sign_in):
    client, device = sign_in("coordinator"), make_device()
    page = client.get(reverse("device", args=[device.pk])).content.decode()
    assert "its first fix" in page
    where = reverse("device-hand-over", args=[device.pk])
    form = client.get(where).context["form"]
    assert form["service"].value() == "police"
    assert [name for name, _ in form.fields["service"].choices] == ["", "police", "wardens"]
    assert form["people"].value() == 1  # as the line that it is with now
    assert abs(form["start"].value() - datetime.now(LOCAL).replace(tzinfo=None)) < MINUTE
    given = {"unit_id": "P2", "service": "police", "start": "2026-03-03T12:00", "people": "2"}
    assert client.post(where, given)["Location"] == reverse("device", args=[device.pk])
    assert told_lines(device) == [("P1", BEGINNING, NOON), ("P2", NOON, None)]
    event = Event.objects.get(action="device handed over")
    names = ("before", "unit", "people_before", "people")
    assert [event.detail[name] for name in names] == ["P1", "P2", "1", "2"]
    told = client.post(where, given).content.decode()
    assert "P2 has it already at 03 Mar 2026, 12:00" in told
    assert "P2 counts as 2 people, by 1 device." in told  # said once, of what was done before
    page = client.get(reverse("device", args=[device.pk])).content.decode()
    assert "P2, which counts as 2 people by 1 device</dd>" in page
    assert page.index("P2") < page.index("3 Mar 2026, 12:00") < page.index("further notice")
    first, second = device.assignments.all()
    mend = reverse("device-correct", args=[device.pk, first.pk])
    shown = client.get(mend).context["form"]
    assert (shown["start"].value(), shown["end"].value()) == (None, NOON.replace(tzinfo=None))
    again = given | {"unit_id": "P9", "start": "", "end": "2026-03-03T12:30", "reason": "Wrong."}
    for wrong in ("0", "31", "two", ""):
        told = client.post(mend, again | {"people": wrong}).content.decode()
        assert "govuk-error" in told, wrong
    assert "at once its minutes would" in client.post(mend, again).content.decode()
    assert "govuk-error" in client.post(mend, again | {"reason": ""}).content.decode()
    assert "govuk-error" in client.post(mend, again | {"unit_id": ""}).content.decode()
    client.post(mend, again | {"end": "2026-03-03T11:30"})
    assert told_lines(device)[0] == ("P9", BEGINNING, NOON - 30 * MINUTE)
    gone = reverse("device-correct", args=[device.pk, second.pk])
    answer = client.post(gone, {"do": "remove", "reason": "They never had it."}, follow=True)
    assert "P2 no longer stands in the history" in answer.content.decode()
    assert client.get(gone).status_code == 404
    client.post(mend, {"do": "remove", "reason": "Nor did they."})
    page = client.get(reverse("device", args=[device.pk])).content.decode()
    assert "No unit has it, or ever had it" in page
    assert "nobody now" in client.get(reverse("devices")).content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_line_is_mended_by_who_manages_devices_only(role, sign_in):
    line = make_device().assignments.get()
    where = reverse("device-correct", args=[line.device_id, line.pk])
    assert sign_in(role).get(where).status_code == (200 if role in MANAGERS else 404)


def test_the_upgrade_makes_dated_lines_of_days_that_were_counted():
    module = importlib.import_module("patrolwise.web.livemap.migrations.0002_counted_parts")
    same, moved = make_device("a", "P1"), make_device("b", "P9")
    rows = [(same, 1, "P1"), (moved, 1, "P1"), (moved, 2, "P1"), (moved, 5, "P2")]
    for device, day, unit in rows:
        CountedDay.objects.create(
            spot_set_id=1, device_id=device.pk, day=DAY + timedelta(days=day), unit_id=unit,
            service="police", fixes=9, counted=NOON, start=BEGINNING, end=BEGINNING,
        )  # fmt: skip
    module.tell_parts(apps, None)
    module.date_lines(apps, None)
    first = CountedDay.objects.first()
    assert (first.start, first.end) == span_of(first.day)
    assert told_lines(same) == [("P1", BEGINNING, None)]
    starts = [span_of(DAY + timedelta(days=day))[0] for day in (5, 6)]
    assert told_lines(moved) == [
        ("P1", BEGINNING, starts[0]),
        ("P2", starts[0], starts[1]),
        ("P9", starts[1], None),
    ]
