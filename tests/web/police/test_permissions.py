"""Every page names who may see it, and for everybody else it is not there."""

import re

import pytest
from django.urls import URLPattern, get_resolver, reverse

from patrolwise.web.accounts.navigation import WAYS
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event

from ..orders import test_of_two_rows_one_always_comes_first  # noqa: F401  (it runs here)

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages


def walk(patterns, before=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern
        else:
            yield from walk(pattern.url_patterns, before + str(pattern.pattern))


PAGES = {
    pattern.name: pattern
    for _, pattern in walk(get_resolver().url_patterns)
    if not pattern.name.startswith(SIGN_IN)
}
PLAIN = sorted(
    name
    for name, pattern in PAGES.items()
    if hasattr(pattern.callback, "needs") and not pattern.pattern.converters
)


def test_a_page_says_who_may_see_it_or_why_all_may():
    wrong = []
    for name, pattern in PAGES.items():
        view = pattern.callback
        needed, opened = getattr(view, "needs", None), getattr(view, "open_to_all", "")
        if isinstance(needed, Permission) == bool(opened):
            wrong.append(name)
    assert len(PAGES) > 100
    assert wrong == []


def test_the_sign_in_pages_are_those_that_we_have_looked_at():
    names = {p.name for _, p in walk(get_resolver().url_patterns) if p.name.startswith(SIGN_IN)}
    assert not {name for name in names if "signup" in name and name != "account_signup"}
    assert "account_email" not in names
    assert "account_reset_password" not in names


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_page_is_there_for_who_may_see_it_and_for_nobody_else(role, sign_in):
    """One person, signed in once, looks at all of them: each has an answer of its own."""
    client, may = sign_in(role), ROLES[role].permissions
    found = {name: client.get(reverse(name)).status_code for name in PLAIN}
    assert found == {name: 200 if PAGES[name].callback.needs in may else 404 for name in PLAIN}


def test_a_page_sends_whoever_is_not_signed_in_to_the_sign_in(client, db):
    as_browsers_do = {"Accept": "text/html"}
    for name in PLAIN:
        response = client.get(reverse(name), headers=as_browsers_do)
        assert response.status_code == 302, name
        assert response["Location"].startswith("/accounts/login/"), name


def test_a_refusal_looks_like_a_page_that_does_not_exist(sign_in):
    client = sign_in("officer")
    refused, absent = client.get("/people/"), client.get("/no-such-page/")
    assert refused.status_code == absent.status_code == 404
    token = re.compile(rb'value="\w{64}"')
    assert token.sub(b"", refused.content) == token.sub(b"", absent.content)


def test_a_refusal_is_in_the_record_and_names_what_was_lacking(sign_in, people):
    sign_in("officer").get("/people/")
    event = Event.objects.last()
    assert (event.action, event.subject, event.detail) == (
        "refused",
        "people",
        {"needed": "MANAGE_PEOPLE"},
    )
    assert event.actor_id == people["officer"].pk


def test_a_read_is_in_the_record_and_says_what_page_not_what_it_held(sign_in, people):
    found = people["analyst"]
    sign_in("administrator").get(f"/people/{found.pk}/")
    event = Event.objects.last()
    assert (event.action, event.is_read) == ("read", True)
    assert event.detail == {"person_id": str(found.pk)}
    assert found.name not in str(vars(event))


def links_of(page, label):
    """Return the addresses in a part of the menu, and those marked as the page that is shown."""
    found = re.search(rf'<nav class="pw-ways[^>]*aria-label="{label}">(.*?)</nav>', page, re.DOTALL)
    part = found[1] if found else ""
    return re.findall(r'href="([^"]+)"', part), re.findall(r'aria-current="(\w+)">([^<]+)', part)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_ways_on_lead_only_where_one_may_go(role, sign_in):
    client, may = sign_in(role), ROLES[role].permissions
    menu, _ = links_of(client.get(reverse("home")).content.decode(), "Pages")
    by_group = {}
    for way in WAYS:
        if any(p in may for p in way.permissions):
            by_group.setdefault(way.group or way.page, []).append(way)
    assert menu == [reverse(ways[0].page) for ways in by_group.values()]
    for group, ways in by_group.items():
        if len(ways) > 1:
            beneath, current = links_of(client.get(reverse(ways[0].page)).content.decode(), group)
            assert beneath == [reverse(way.page) for way in ways]
            assert current == [("page", ways[0].title)]


def test_a_coordinator_has_at_most_nine_entries_and_each_page_shows_where_it_is(sign_in):
    client = sign_in("coordinator")
    page = client.get(reverse("plan-make")).content.decode()
    menu, current = links_of(page, "Pages")
    assert len(menu) == 9
    assert current == [("true", "Plan")]
    assert links_of(page, "Plan")[1] == [("true", "Plans")]
    assert links_of(client.get("/").content.decode(), "Pages")[1] == [("page", "Today")]


def test_a_page_that_is_not_in_the_menu_marks_no_entry(sign_in):
    page = sign_in("coordinator").get("/no-such-page/").content.decode()
    assert links_of(page, "Pages")[1] == []


def test_nobody_holds_both_the_keys_and_the_content():
    may = ROLES["administrator"].permissions
    content = {Permission.SEE_BRIEF, Permission.SEE_LIVE, Permission.SEE_INSIGHT}
    assert not may & content
