"""Every page names who may see it, and for everybody else it is not there."""

import re

import pytest
from django.conf import settings as site
from django.urls import URLPattern, get_resolver, reverse

from patrolwise.web.accounts import outreach_roles, police_roles
from patrolwise.web.accounts.outreach_navigation import WAYS
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event

from ..orders import test_of_two_rows_one_always_comes_first  # noqa: F401  (it runs here)

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
SHARED = {Permission.MANAGE_PEOPLE, Permission.SEE_OWN_RECORD, Permission.SEE_ALL_RECORDS}


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


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_says_who_may_see_it_or_why_all_may(name):
    view = PAGES[name].callback
    needed, opened = getattr(view, "needs", None), getattr(view, "open_to_all", "")
    assert isinstance(needed, Permission) != bool(opened)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("name", PLAIN)
def test_a_page_is_there_for_who_may_see_it_and_for_nobody_else(name, role, sign_in):
    may = PAGES[name].callback.needs in ROLES[role].permissions
    response = sign_in(role).get(reverse(name))
    if may:
        assert response.status_code in (200, 302, 405)
    else:
        assert response.status_code == 404


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_sends_whoever_is_not_signed_in_to_the_sign_in(name, client, db):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_a_refusal_looks_like_a_page_that_does_not_exist(sign_in):
    client = sign_in("partner")
    refused, absent = client.get("/cases/"), client.get("/no-such-page/")
    assert refused.status_code == absent.status_code == 404
    token = re.compile(rb'value="\w{64}"')
    assert token.sub(b"", refused.content) == token.sub(b"", absent.content)
    assert Event.objects.last().detail == {"needed": "SEE_OWN_CASES"}


def test_nobody_stands_on_two_sides_of_the_wall():
    told = [
        {one for role in table.ROLES.values() for one in role.permissions}
        for table in (police_roles, outreach_roles)
    ]
    assert told[0] & told[1] == SHARED


def test_no_app_of_the_police_is_installed_here():
    police = ("records", "tasking", "field", "livemap", "insight")
    assert not {f"patrolwise.web.{app}" for app in police} & set(site.INSTALLED_APPS)
    assert site.SESSION_COOKIE_NAME == "patrolwise-outreach"


def test_the_menu_leads_to_pages_whose_permission_it_names():
    for way in WAYS:
        assert PAGES[way.page].callback.needs in way.permissions or len(way.permissions) > 1
