"""The first page: at most six cards of somebody's role, each a way on, whatever there is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.field.models import CheckIn
from patrolwise.web.insight import first_page
from patrolwise.web.insight.first_page import list_cards
from patrolwise.web.insight.models import EvaluationRun
from patrolwise.web.livemap.counting import count_day, patrol_day_of
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import DayCount
from patrolwise.web.tasking.models import Brief, ProposedChange, Receipt

from .patrol_rows import make_book, make_device, make_plan, make_set, make_shift, make_upload, send

HOUR = timedelta(hours=1)
# in the middle of a patrol day, which ends at 04:00, and of a month, which is not over
NOW = datetime.now(UTC).replace(day=15, hour=12, minute=0, second=0, microsecond=0)


def cards_of(people, role):
    return {card.title: card for card in list_cards(people[role], now=NOW)}


def make_brief(service="police", version=1, **more):
    now = NOW
    given = {
        "service": service,
        "day": now.date(),
        "version": version,
        "information": "i",
        "intention": "i",
        "method": "m",
        "written": now,
        "written_by_id": 1,
        "published": now,
        **more,
    }
    return Brief.objects.create(**given)


@pytest.fixture
def filled(db):
    now = NOW
    spots = make_set()
    ledger = {
        "service": "police",
        "first": "2020-01-01",
        "last": "2039-12-31",
        "kind": "overtime",
        "pounds": 1e6,
        "may_split": True,
        "note": None,
    }
    make_book(ledger=[ledger], cost_kinds={"police": ["overtime"]})
    make_shift(make_plan(), start=now - HOUR, visits=[("a", 0, 120), ("b", 130, 30)])
    send(make_device(), now - HOUR / 3, 19)
    today = patrol_day_of(now)
    count_day(today, find_spots(), find_book(), now=now)
    make_upload(kind="fixes", state="preview")
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    make_upload(
        kind="crimes", first_day=month, last_day=today, rows=1234, quality=[{"what": "Rows"}]
    )
    DayCount.objects.create(
        spot_set=spots, area_id="a", definition="all-crime@1", day=month, crimes=7, harm=70.0
    )
    make_brief()
    ProposedChange.objects.create(
        what="x", why="y", service="police", proposed=now, proposed_by_id=1, status="proposed"
    )
    EvaluationRun.objects.create(
        title="First year", state="done", findings=["It fell."], asked=now, asked_by_id=1
    )


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_has_cards_when_there_is_nothing_yet(role, sign_in, people):
    cards = cards_of(people, role)
    assert 3 <= len(cards) <= 6
    assert all(card.address.startswith("/") for card in cards.values())
    page = sign_in(role).get(reverse("home")).content.decode()
    assert all(f'href="{card.address}"' in page for card in cards.values())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_card_leads_where_its_reader_may_go(role, sign_in, people, filled):
    client = sign_in(role)
    for card in cards_of(people, role).values():
        assert client.get(card.address).status_code == 200, card.title


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_first_page_asks_the_database_seldom(
    role, sign_in, filled, django_assert_max_num_queries
):
    client = sign_in(role)
    client.get("/")
    with django_assert_max_num_queries(32):
        assert client.get("/").status_code == 200


def test_a_coordinator_sees_what_asks_to_be_done(people, filled):
    make_brief("outreach", published=None)
    cards = {title: card.figure for title, card in cards_of(people, "coordinator").items()}
    assert cards == {
        "Units on duty now": "1",
        "Minutes lacking": "15",  # square c; a is met and b is planned
        "Devices to look at": "0",
        "Briefs nobody has opened": "1",
        "Changes to answer": "1",
        "Uploads to look at": "1",
    }


def test_the_alarm_is_on_the_coordinators_first_card(people, filled):
    now = NOW
    make_shift(make_plan(), "O1", "outreach", start=now - HOUR, visits=[("a", 0, 120)])
    assert "Keep apart" in cards_of(people, "coordinator")["Units on duty now"].told


def test_an_officer_sees_the_brief_as_unread_until_it_was_opened(people, filled):
    assert cards_of(people, "officer")["Brief"].figure == "1 unread"
    Receipt.objects.create(brief=Brief.objects.get(), person_id=people["officer"].pk, read=NOW)
    assert cards_of(people, "officer")["Brief"].figure == "Read"


def check_in(person, unit="P1"):
    now = NOW
    CheckIn.objects.create(
        client_id=unit,
        unit_id=unit,
        service="police",
        person_id=person.pk,
        area_id="a",
        is_in=True,
        time=now,
        received=now,
    )


def test_the_next_visit_is_that_of_the_unit_somebody_checked_in_with(people, filled):
    assert cards_of(people, "partner")["Next visit"].figure == "Not known"
    check_in(people["partner"])
    assert "Square A" in cards_of(people, "partner")["Next visit"].told
    check_in(people["officer"], "P9")
    assert cards_of(people, "officer")["Next visit"].figure == "None"


def test_a_visit_is_named_by_its_area_when_no_set_is_in_force(people, db):
    make_shift(make_plan(), start=NOW - HOUR, visits=[("a", 0, 120)])
    check_in(people["officer"])
    assert cards_of(people, "officer")["Next visit"].told.startswith("a, until")


def test_a_commissioner_sees_minutes_crimes_harm_and_the_last_evaluation(people, filled):
    cards = cards_of(people, "commissioner")
    assert cards["Minutes delivered this month"].figure == "42 %"
    assert cards["Minutes delivered this month"].told.startswith("19 of 45 owed")
    assert cards["Crimes in hot spots"].figure == "7"
    assert cards["Harm"].figure == "70"
    assert cards["Cost a minute"].figure == "Not known"  # last month was not counted
    assert cards["Evaluation"].told == "First year: It fell."


def test_what_was_counted_without_harm_or_a_whole_month_is_told(people, filled):
    DayCount.objects.update(harm=None)
    assert cards_of(people, "commissioner")["Harm"].figure == "Not counted"


def test_an_analyst_sees_the_quality_of_the_newest_crimes(people, filled):
    card = cards_of(people, "analyst")["Crimes"]
    assert card.figure == "1,234"
    assert "1 line on their quality" in card.told
    make_upload(kind="crimes", uploaded=NOW, rows=5)
    assert "no known day" in cards_of(people, "analyst")["Crimes"].told


def test_an_evaluator_and_an_administrator_see_what_is_theirs(people, filled):
    assert cards_of(people, "evaluator")["Hot spots in force"].figure == "squares@1"
    cards = cards_of(people, "administrator")
    assert cards["People"].figure == str(len(ROLES))
    assert cards["Devices"].told.endswith("1 sent in the last day")


def test_a_role_that_is_gone_has_no_cards(db):
    assert list_cards(Person(role="gone"), now=NOW) == []


def test_a_page_that_this_site_has_not_leads_to_ones_own_record():
    assert first_page._card("t", "f", "w", "no-such-page").address == reverse("record")


def test_a_page_without_cards_says_whom_to_ask(client, settings, db):
    settings.IS_DEMO = True
    person = Person.objects.create(email="x@example.org", name="X", role="officer")
    client.force_login(person)
    assert "pw-card" in client.get("/").content.decode()
