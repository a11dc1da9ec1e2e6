"""Who sees which row of agencies and schools: each cell both ways; and what is open is plain."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from patrolwise.outreach.reading_age import reading_age
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.agencies.link_actions import make_link
from patrolwise.web.agencies.models import PhoneLink, UnitTrack, Upload
from patrolwise.web.commons import clock
from patrolwise.web.schools.models import Campaign, Initiative, School, SchoolSession, WeekActivity
from patrolwise.web.schools.session_actions import make_session_link

from .. import permissions
from .agency_rows import add_agency, add_places, add_stream, keep, new_hours

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLDEST = 9  # years
OWN = (
    "own-patrol",
    "own-patrol-back",
    "own-file",
    "own-track",
    "session",
    "session-back",
    "activity-done",
)


@pytest.fixture
def rows(people, monkeypatch):
    """Return one address of each page with a number, of the agency of the coordinator."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    add_places()
    wardens, person = add_agency(person=people["agency"]), people["agency"]
    row = keep(wardens, new_hours())[0]
    stream = add_stream(wardens)
    make_link(by=person, agency=wardens, unit_id="W1", staff=2, stream=None)
    plain = {"kind": "patrols", "sha256": "", "rows": [], "sent_at": NOW, "sent_by_id": person.pk}
    own = Upload.objects.create(agency=wardens, name="a.csv", state="kept", kept_at=NOW, **plain)
    theirs = Upload.objects.create(name="b.csv", state="faulty", **plain)
    track = UnitTrack.objects.create(
        agency=wardens, upload=own, unit_id="W1", start=NOW, end=NOW, positions=1,
        legs=[[[NOW.timestamp(), -1.133, 52.635]]], retention_class="agency-track",
        delete_on=date(2026, 12, 21), recorded_at=NOW,
    )  # fmt: skip
    school = School.objects.create(urn="100001", name="Demo Academy")
    common = {"team_id": person.team_id}
    session = SchoolSession.objects.create(
        school=school, programme="assembly", audience="pupils", day=NOW.date(), sessions=1,
        attendances=90, new=90, deliverer="Wardens", had_second_adult=True, content_version="1",
        has_no_scare_images=True, offered_follow_up=False, recorded_at=NOW, recorded_by_id=1,
        **common,
    )  # fmt: skip
    week = Campaign.objects.create(name="Sceptre", first=NOW.date(), last=NOW.date())
    activity = WeekActivity.objects.create(
        campaign=week, day=NOW.date(), organisation="Wardens", kind="sweep", state="planned",
        was_planned=True, said_by_id=1, said_at=NOW, **common,
    )  # fmt: skip
    officer = Initiative.objects.create(
        kind="mini police", school=school, aim="Trust", started=NOW.date(), said_at=NOW,
        said_by_id=1,
    )  # fmt: skip
    return {
        "own-patrol": row.pk, "own-patrol-back": row.pk, "own-file": own.pk,
        "own-track": track.pk,
        "service-file": theirs.pk, "stream": stream.pk, "stream-back": stream.pk,
        "session": session.pk, "session-back": session.pk, "week": week.pk,
        "activity-new": week.pk, "activity-done": activity.pk, "initiative-end": officer.pk,
    }  # fmt: skip


def ask_all(client, rows):
    return {
        name: client.get(reverse(name, args=[number])).status_code for name, number in rows.items()
    }


def test_each_row_is_there_for_who_may_see_it_and_for_nobody_else(rows, sign_in, people):
    views = permissions.list_views()
    numbered = {
        name
        for name, view in views.items()
        if view.callback.__module__.split(".")[2] in ("agencies", "schools")
        and hasattr(view.callback, "needs")
        and view.pattern.converters
    }
    assert numbered == {*rows, "phone-link-end"}
    for role in ROLES:
        may = ROLES[role].permissions
        told = ask_all(sign_in(role), rows)
        assert told == {name: 200 if views[name].callback.needs in may else 404 for name in rows}, (
            role
        )
    other = Person.objects.create(email="other@example.org", name="Other", role="agency")
    for team in (None, Team.objects.create(name="Another agency", is_partner=True)):
        Person.objects.filter(pk=other.pk).update(team=team)
        client = Client()
        client.force_login(Person.objects.get(pk=other.pk))
        told = ask_all(client, rows)
        assert {told[name] for name in OWN} == {404}
        assert (told["week"], told["activity-new"]) == (200, 200)


def test_a_link_is_ended_by_its_own_agency_alone(rows, sign_in, people):
    link = PhoneLink.objects.get()
    end = reverse("phone-link-end", args=[link.pk])
    for role in set(ROLES) - {"agency"}:
        assert sign_in(role).post(end).status_code == 404
    add_agency("faith", people["agency"])
    assert sign_in("agency").post(end).status_code == 404
    link.refresh_from_db()
    assert link.ended_at is None


def test_who_changes_may_change_and_readers_only_read():
    changing = {
        Permission.KEEP_OWN_PATROLS, Permission.RUN_LEDGER, Permission.KEEP_SESSIONS,
        Permission.RUN_SCHOOLS,
    }  # fmt: skip
    told = {role: ROLES[role].permissions & changing for role in ROLES}
    assert told.pop("agency") == {Permission.KEEP_OWN_PATROLS, Permission.KEEP_SESSIONS}
    for role in ("programme", "commissioner"):
        assert told.pop(role) == changing - {Permission.KEEP_OWN_PATROLS}
    assert not any(told.values())


def test_open_pages_are_plain_and_show_nothing_of_anybody(rows, people, monkeypatch):
    session = SchoolSession.objects.get()
    code = make_session_link(by=people["agency"], session=session)
    link = make_link(
        by=people["agency"], agency=PhoneLink.objects.get().agency, unit_id="W2", staff=2,
        stream=None,
    )  # fmt: skip
    phone = Client()
    phone.post("/patrol/", {"code": link})
    pages = ("/patrol/", "/patrol/earlier/", "/s/", f"/s/{code}/", "/s/no/", "/s/thank-you/")
    texts = [Client().get("/patrol/").content.decode()]
    texts += [phone.get(page).content.decode() for page in pages]
    for text in texts:
        main = re.search(r"<main.*?</main>", text, re.DOTALL)[0]
        told = re.sub(r"</(?:h\d|p|li|button|label|legend|div|option)>", ". ", main)
        told = unescape(re.sub(r"<[^>]+>", " ", told))
        words = re.sub(r"\s+", " ", re.sub(r"(?:\s*[.:,?–]){2,}", ".", told)).strip(" .")
        assert reading_age(words) <= OLDEST, (reading_age(words), words)
        assert "W1" not in text
        assert "18:00" not in text
