"""Invitations, roles and the end of access."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts import actions
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.audit.models import Event

NEW = {"name": "Ada Byron", "email": "Ada@Example.org", "role": "officer", "team": ""}


def test_the_list_shows_everybody_with_role_team_and_access(sign_in, people):
    team = Team.objects.create(name="City wardens", is_partner=True)
    Person.objects.filter(role="partner").update(team=team)
    Person.objects.filter(role="analyst").update(is_active=False)
    page = sign_in("administrator").get("/people/").content.decode()
    for told in ("The coordinator", "Patrol coordinator", "City wardens", "Ended", "never"):
        assert told in page
    assert page.index("The partner") < page.index("The analyst")  # no access: at the end


def test_the_list_needs_few_queries_however_many_people(sign_in, django_assert_max_num_queries):
    for number in range(40):
        Person.objects.create(email=f"{number}@example.org", name=f"P {number}", role="officer")
    client = sign_in("administrator")
    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_an_invitation_gives_a_way_in_that_works_once(sign_in):
    page = sign_in("administrator").post("/people/invite/", NEW).content.decode()
    way = re.search(r"http://testserver(/accounts/password/reset/key/\S+?/)<", page).group(1)
    guest = Client()
    form = guest.get(way, follow=True)
    done = guest.post(
        form.request["PATH_INFO"],
        {"password1": "quite a long one 42", "password2": "quite a long one 42"},
        follow=True,
    )
    assert done.status_code == 200
    assert Person.objects.get(email="ada@example.org").check_password("quite a long one 42")
    again = Client().get(way, follow=True).content.decode()
    assert 'name="password1"' not in again


def test_an_invitation_with_faults_names_them_and_invites_nobody(sign_in, people):
    page = sign_in("administrator").post("/people/invite/", {**NEW, "email": "no", "role": ""})
    assert page.status_code == 200
    assert page.content.decode().count("govuk-error-message") == 2
    assert Person.objects.count() == len(people)


def test_an_address_that_is_taken_is_refused_whatever_its_capitals(people):
    with pytest.raises(InputError) as caught:
        actions.invite_person(
            by=people["administrator"],
            email="OFFICER@example.org",
            name="x",
            role="chief",
            team=None,
        )
    assert "'chief' is no role" in str(caught.value)
    assert "belongs to somebody already" in str(caught.value)


def test_an_invited_person_cannot_sign_in_before_a_password_is_chosen(people):
    made = actions.invite_person(
        by=people["administrator"], email="a@example.org", name="A", role="officer", team=None
    )
    assert not made.has_usable_password()
    event = Event.objects.get()
    assert (event.action, event.subject) == ("person invited", f"person:{made.pk}")
    assert event.detail == {"role": "officer"}  # no name, no address


def test_another_role_is_given_with_a_reason_and_ends_the_sessions(sign_in, people):
    officer, client = people["officer"], sign_in("officer")
    done = sign_in("administrator").post(
        f"/people/{officer.pk}/", {"role": "analyst", "reason": "moved"}, follow=True
    )
    assert "is now analyst" in done.content.decode()
    officer.refresh_from_db()
    assert officer.role == "analyst"
    assert client.get("/").status_code == 302  # signed out
    event = Event.objects.get(action="role changed")
    assert event.detail == {"before": "officer", "after": "analyst", "reason": "moved"}


def test_the_page_of_a_person_shows_their_role(sign_in, people):
    page = sign_in("administrator").get(f"/people/{people['analyst'].pk}/").content.decode()
    assert "Give another role" in page


def test_the_end_of_access_is_at_once(sign_in, people):
    officer, client = people["officer"], sign_in("officer")
    admin = sign_in("administrator")
    assert "signed out at once" in admin.get(f"/people/{officer.pk}/end/").content.decode()
    admin.post(f"/people/{officer.pk}/end/", {"reason": "left"})
    officer.refresh_from_db()
    assert not officer.is_active
    assert client.get("/").status_code == 302
    assert "Access has ended" in admin.get(f"/people/{officer.pk}/").content.decode()
    assert admin.get(f"/people/{officer.pk}/end/").status_code == 404


def test_nobody_changes_or_ends_their_own_access(sign_in, people):
    admin = people["administrator"]
    page = sign_in("administrator").post(
        f"/people/{admin.pk}/", {"role": "analyst", "reason": "why not"}
    )
    assert page.status_code == 409
    assert "Nobody changes their own role" in page.content.decode()
    with pytest.raises(RefusedError):
        actions.end_access(by=admin, person=admin, reason="x")


def test_a_change_without_reason_or_known_role_is_refused_with_both_faults(people):
    with pytest.raises(InputError, match="2 faults"):
        actions.change_role(
            by=people["administrator"], person=people["officer"], role="king", reason=" "
        )
    with pytest.raises(InputError, match="No reason"):
        actions.end_access(by=people["administrator"], person=people["officer"], reason="")


def test_only_the_persons_own_sessions_end(sign_in, people):
    sign_in("officer"), sign_in("officer"), sign_in("analyst")
    assert actions.end_sessions(people["officer"]) == 2
    assert Session.objects.count() == 1


def test_a_role_that_is_no_longer_known_may_do_nothing_and_is_shown_by_its_key(sign_in, people):
    Person.objects.filter(role="partner").update(role="old-role")
    assert "old-role" in sign_in("administrator").get("/people/").content.decode()


def test_names_print(db):
    assert str(Team(name="Wardens")) == "Wardens"
    assert str(Person(name="Ada")) == "Ada"


def test_the_first_administrator_is_made_on_the_server_and_only_the_first(db, capsys):
    given = ("--name", "Ada Byron", "--email", "ada@example.org")
    call_command("first_administrator", *given)
    way = capsys.readouterr().out.split(": ")[1].strip()
    assert Client().get(way, follow=True).status_code == 200
    person = Person.objects.get()
    assert (person.role, person.email) == ("administrator", "ada@example.org")
    assert Event.objects.get().actor_id is None
    with pytest.raises(RefusedError, match="There is an administrator already"):
        call_command("first_administrator", *given)
