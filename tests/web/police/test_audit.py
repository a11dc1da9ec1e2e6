"""The record is only added to, and shows when it was not."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from patrolwise.web.accounts import record_views
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.audit.chain import FIRST, Link, check_chain, hash_link
from patrolwise.web.audit.checks import LONGEST
from patrolwise.web.audit.jobs import check_record
from patrolwise.web.audit.models import Event, RecordCheck
from patrolwise.web.audit.queries import list_events, verify_chain

NOW = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def three(db):
    for number in range(3):
        record_event(NewEvent(action=f"did {number}", actor_id=number, detail={"é": [1, None]}))


def test_events_are_numbered_from_one_without_gaps(three):
    assert list(Event.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_an_event_holds_the_hash_of_the_one_before(three):
    first, second, _ = Event.objects.all()
    assert first.previous == FIRST
    assert second.previous == first.hash


def test_the_hash_is_of_every_column_as_sorted_json():
    link = Link(
        number=1,
        time="2026-03-01T07:00:00.000000+00:00",
        actor_id=None,
        role="",
        action="a",
        subject="s",
        is_read=False,
        detail={"b": 1, "a": 2},
        previous=FIRST,
    )
    by_hand = (
        '{"action":"a","actor_id":null,"detail":{"a":2,"b":1},"is_read":false,"number":1,'
        f'"previous":"{FIRST}","role":"","subject":"s","time":"2026-03-01T07:00:00.000000+00:00"}}'
    )
    assert json.loads(by_hand) == vars(link)
    assert hash_link(link) == hashlib.sha256(by_hand.encode()).hexdigest()


def test_a_record_as_it_was_written_is_whole(three):
    found = verify_chain()
    assert found.is_whole
    assert found.events == 3


def test_an_empty_record_is_whole(db):
    assert verify_chain().events == 0


@pytest.mark.parametrize("sql", ["UPDATE audit_event SET action='x'", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_or_delete(sql, three):
    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert verify_chain().is_whole


def links_of(count):
    links, previous = [], FIRST
    for number in range(1, count + 1):
        link = Link(
            number=number,
            time=NOW.isoformat(),
            actor_id=1,
            role="r",
            action="a",
            subject="",
            is_read=True,
            detail={},
            previous=previous,
        )
        previous = hash_link(link)
        links.append((link, previous))
    return links


@pytest.mark.parametrize("column", ["time", "actor_id", "role", "action", "subject", "detail"])
def test_a_changed_column_is_found_where_it_was_changed(column):
    links = links_of(5)
    link, kept = links[2]
    links[2] = (Link(**{**vars(link), column: {"x": 1} if column == "detail" else "other"}), kept)
    found = check_chain(links)
    assert (found.broken_at, found.events) == (3, 2)
    assert "not what was written" in found.reason


def test_an_event_that_was_taken_out_is_missed():
    links = links_of(5)
    found = check_chain(links[:2] + links[3:])
    assert found.broken_at == 3
    assert "number 3 is missing; 4 comes next" in found.reason


def test_an_event_that_was_written_anew_with_a_fitting_hash_breaks_the_next():
    links = links_of(4)
    new = Link(**{**vars(links[1][0]), "action": "other"})
    found = check_chain([links[0], (new, hash_link(new)), *links[2:]])
    assert found.broken_at == 3
    assert "does not follow" in found.reason


def test_a_change_and_its_event_are_kept_together_or_not_at_all(db):
    def do_half():
        with transaction.atomic():
            record_event(NewEvent(action="did"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do_half()
    assert not Event.objects.exists()


def test_the_time_can_be_given_and_is_kept_in_utc(db):
    record_event(NewEvent(action="did"), now=NOW)
    assert Event.objects.get().time == NOW
    assert verify_chain().is_whole


def test_events_are_listed_newest_first_of_one_person_or_kind(three):
    assert [e.number for e in list_events()] == [3, 2, 1]
    assert [e.number for e in list_events(actor_id=1)] == [2]
    assert [e.number for e in list_events(action="did 2")] == [3]


def test_the_pager_keeps_which_events_are_listed(sign_in, three, monkeypatch):
    monkeypatch.setattr(record_views, "_A_PAGE", 1)
    record_event(NewEvent(action="did 2"))
    page = sign_in("administrator").get("/record/?action=did%202&more=1").content.decode()
    assert 'href="?action=did+2&amp;more=1&amp;page=2" rel="next"' in page
    assert "Page 1 of 2" in page


def test_an_event_prints_without_who(three):
    assert str(Event.objects.first()) == "1 did 0"


def test_the_record_is_checked_in_the_background_and_the_page_tells_what_was_found(sign_in):
    client = sign_in("administrator")
    page = client.get(reverse("record-check")).content.decode()
    assert "has not been checked yet" in page
    assert "Check the record now" in page
    asked = client.post(reverse("record-check"), follow=True).content.decode()
    check = RecordCheck.objects.get()
    assert (check.broken_at, check.reason) == (None, "")
    assert "The record is whole" in asked
    assert f"{check.events} events, each" in asked
    assert Event.objects.filter(action="record check asked for").count() == 1
    assert "not checked yet: 0." in asked
    assert "not checked yet: 1." in client.get(reverse("record-check")).content.decode()
    RecordCheck.objects.update(broken_at=2, events=1, reason="number 2 is missing; 3 comes next")
    page = client.get(reverse("record-check")).content.decode()
    assert "From event 2 on: number 2 is missing" in page


def test_a_check_that_goes_on_is_not_asked_for_twice_until_it_took_too_long(sign_in, three):
    now = datetime.now(UTC)
    begun = RecordCheck.objects.create(asked=now - LONGEST / 2)
    client = sign_in("administrator")
    page = client.get(reverse("record-check")).content.decode()
    assert "Being checked" in page
    assert "Check the record now" not in page
    client.post(reverse("record-check"))
    assert RecordCheck.objects.count() == 1
    check_record.call(begun.pk)
    begun.refresh_from_db()
    assert begun.events == Event.objects.count() == 5  # the sign-in and the first look with them
    RecordCheck.objects.update(finished=None, asked=now - LONGEST * 2)
    client.post(reverse("record-check"))
    assert RecordCheck.objects.exclude(finished=None).count() == 1
