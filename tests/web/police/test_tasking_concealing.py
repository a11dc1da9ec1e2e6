"""Days to come of an experiment: nobody learns from any page what was drawn for a hot spot."""

# ruff: noqa: F811  (fixtures come in by name)

import re
from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.tasking.concealing import may_see_day
from patrolwise.web.tasking.models import Brief, Debrief, Plan

from .tasking_worlds import MONDAY, NOON, SUNDAY, TIME, add_shift, at, data, plain_plan  # noqa: F401

DAYS = (-1, 0, 1)
# role → days from today that it may see of a plan with an experiment (the matrix: police
# coordinator per protocol, patrol officer today, evaluator all, analyst and commissioner none)
SEES = {
    "coordinator": {-1, 0, 1},
    "officer": {-1, 0},
    "partner": {-1, 0},
    "evaluator": {-1, 0, 1},
    "analyst": {-1},
    "commissioner": {-1},
    "administrator": {-1},
}
SECRET = "Nelson Mandela Park"  # named nowhere but in the visits


@pytest.fixture
def drawn(people, at):
    """Return a plan in force that carries an experiment, with one shift on each of three days."""
    at(NOON)
    plan = plain_plan(
        people, first=SUNDAY - timedelta(days=1), has_experiment=True,
        places={"secret": SECRET},
        owed=[[str(SUNDAY + timedelta(days=n)), "police", "secret", 1, 15.0] for n in DAYS],
    )  # fmt: skip
    shifts = {}
    for n in DAYS:
        shift = add_shift(plan, day=SUNDAY + timedelta(days=n))
        shift.visits.all().update(area_id="secret")
        shifts[n] = shift
    team = Team.objects.create(name="police", is_partner=True)
    Person.objects.filter(role="partner").update(team=team)
    return plan, shifts


def enter(sign_in, role):
    client = sign_in(role)
    client.force_login(Person.objects.get(role=role))
    return client


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("offset", DAYS)
def test_each_role_sees_the_days_of_the_matrix(role, offset, drawn):
    person, day = Person.objects.get(role=role), SUNDAY + timedelta(days=offset)
    assert may_see_day(person, drawn[0], day, SUNDAY) == (offset in SEES[role])


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_plan_without_an_experiment_conceals_nothing(role, drawn):
    plan = Plan(has_experiment=False, last=MONDAY)
    assert may_see_day(Person.objects.get(role=role), plan, MONDAY, SUNDAY)


def test_a_role_that_is_no_longer_known_sees_no_day_to_come(drawn):
    assert not may_see_day(Person(role="king"), drawn[0], SUNDAY, SUNDAY)


def test_somebody_whose_access_ended_sees_no_day_to_come(drawn):
    evaluator = Person.objects.get(role="evaluator")
    evaluator.is_active = False
    assert not may_see_day(evaluator, drawn[0], MONDAY, SUNDAY)


@pytest.mark.parametrize("role", ["coordinator", "officer", "analyst", "commissioner", "evaluator"])
@pytest.mark.parametrize("offset", DAYS)
def test_the_rota_board_shows_duty_on_all_days_and_places_on_those_that_one_may_see(
    role, offset, drawn, sign_in
):
    plan, shifts = drawn
    for n in set(DAYS) - {offset}:
        shifts[n].delete()
    Plan.objects.filter(pk=plan.pk).update(
        owed=[one for one in plan.owed if one[0] == str(shifts[offset].day)]
    )
    day = SUNDAY + timedelta(days=offset)
    page = enter(sign_in, role).get(f"/rota/?day={day}").content.decode()
    assert "police-1" in page
    assert "14:00 to 20:00" in page
    assert (SECRET in page) == (offset in SEES[role])
    assert ("Places are told on the day" in page) == (offset not in SEES[role])


@pytest.mark.parametrize("role", ["officer", "partner"])
@pytest.mark.parametrize("offset", DAYS)
@pytest.mark.parametrize("way", ["", "print/", "calendar/"])
def test_a_card_of_tomorrow_is_not_there_until_tomorrow(role, offset, way, drawn, sign_in, data):
    shift = drawn[1][offset]
    client = enter(sign_in, role)
    is_there = offset == 0 and way == ""  # this plan has no files to print
    assert client.get(f"/cards/{shift.pk}/{way}").status_code == (200 if is_there else 404)
    listed = re.findall(r"/cards/(\d+)/", client.get("/cards/").content.decode())
    assert listed == [str(drawn[1][0].pk)]


def test_it_is_today_by_the_local_clock(drawn, sign_in, at):
    at(datetime(2024, 6, 2, 22, 30, tzinfo=UTC))  # 23:30 on Sunday
    tomorrow = drawn[1][1]
    assert enter(sign_in, "officer").get(f"/cards/{tomorrow.pk}/").status_code == 404
    at(datetime(2024, 6, 2, 23, 30, tzinfo=UTC))  # 00:30 on Monday
    assert enter(sign_in, "officer").get(f"/cards/{tomorrow.pk}/").status_code == 200


@pytest.mark.parametrize("role", ["coordinator", "officer", "analyst"])
@pytest.mark.parametrize("offset", DAYS)
def test_a_brief_of_a_concealed_day_is_neither_listed_nor_read(role, offset, drawn, sign_in):
    brief = Brief.objects.create(
        service="police", day=SUNDAY + timedelta(days=offset), information=SECRET, intention="x",
        method="x", places=[], written=TIME, published=TIME,
        written_by_id=Person.objects.get(role="coordinator").pk,
    )  # fmt: skip
    client = enter(sign_in, role)
    sees = offset in SEES[role]
    assert client.get(f"/briefs/{brief.pk}/").status_code == (200 if sees else 404)
    assert (f"/briefs/{brief.pk}/" in client.get("/briefs/").content.decode()) == sees
    confirmed = client.post(f"/briefs/{brief.pk}/read/", {"unit_id": "police-1"})
    assert confirmed.status_code == (302 if sees else 404)


def test_a_plan_that_was_withdrawn_still_conceals_the_briefs_that_were_made_from_it(drawn, sign_in):
    Plan.objects.update(state="withdrawn")
    brief = Brief.objects.create(
        service="police", day=MONDAY, information=SECRET, intention="x", method="x",
        written=TIME, published=TIME, written_by_id=1,
    )  # fmt: skip
    assert enter(sign_in, "officer").get(f"/briefs/{brief.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "officer", "analyst", "commissioner", "evaluator"])
def test_a_debrief_of_today_keeps_its_places_from_who_may_not_see_today(role, drawn, sign_in):
    debrief = Debrief.objects.create(
        unit_id="police-1", service="police", day=SUNDAY, said=NOON, client_id="c" * 10,
        said_by_id=Person.objects.get(role="officer").pk, said_minutes={"secret": 9},
    )  # fmt: skip
    page = enter(sign_in, role).get(f"/debriefs/{debrief.pk}/").content.decode()
    assert (SECRET in page) == (0 in SEES[role])
    assert ("told later" in page) == (0 not in SEES[role])
    listed = enter(sign_in, role).get("/debriefs/").content.decode()
    assert SECRET not in listed


@pytest.mark.parametrize("role", ["officer", "partner"])
def test_the_debrief_of_a_shift_that_has_not_begun_is_not_there(role, drawn, sign_in):
    client = enter(sign_in, role)
    for shift in (drawn[1][0], drawn[1][1]):
        assert client.get(f"/debrief/{shift.pk}/").status_code == 404
    assert client.get(f"/debrief/{drawn[1][-1].pk}/").status_code == 200
    note = client.get("/places/new/").content.decode()
    assert SECRET in note  # it was gone to yesterday: that is no secret


def test_a_shift_that_begins_tomorrow_does_not_name_its_places_to_a_partner(drawn, sign_in):
    for n in (-1, 0):
        drawn[1][n].delete()
    assert SECRET not in enter(sign_in, "partner").get("/places/new/").content.decode()
    assert SECRET not in enter(sign_in, "partner").get("/debrief/").content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_page_without_arguments_names_a_place_of_tomorrow_to_who_may_not_see_it(
    role, drawn, sign_in
):
    from .test_permissions import PAGES, PLAIN

    for n in (-1, 0):
        drawn[1][n].delete()
    Plan.objects.update(owed=[[str(MONDAY), "police", "secret", 1, 15.0]])
    client = enter(sign_in, role)
    for name in PLAIN:
        if not PAGES[name].callback.__module__.startswith("patrolwise.web.tasking"):
            continue
        from django.urls import reverse

        page = client.get(reverse(name), {"day": str(MONDAY)}).content.decode()
        is_told = "police-1" in page and SECRET in page
        assert not is_told or 1 in SEES[role], name
