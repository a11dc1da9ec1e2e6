"""Every page names who may see it, and for everybody else it is not there."""

import itertools

import pytest
from django.conf import settings as site

from patrolwise.web.accounts.asb_navigation import WAYS
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event

from .. import permissions
from ..orders import test_of_two_rows_one_always_comes_first  # noqa: F401  (it runs here)

OTHERS = (
    "records", "tasking", "field", "livemap", "insight", "problems", "received", "exchange",
    "casework", "street", "desk", "team", "yourrecord", "keeping", "openness",
)  # fmt: skip


def test_a_page_says_who_may_see_it_or_why_all_may():
    assert permissions.find_undeclared() == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_page_is_there_for_who_may_see_it_and_for_nobody_else(role, sign_in):
    assert permissions.find_wrong(sign_in(role), role) == []


def test_a_page_sends_whoever_is_not_signed_in_to_the_sign_in(client, db):
    assert permissions.find_unguarded(client) == []


def test_a_refusal_looks_like_a_page_that_does_not_exist(sign_in):
    client = sign_in("evaluator")
    refused, absent = client.get("/people/"), client.get("/no-such-page/")
    assert refused.status_code == absent.status_code == 404
    assert permissions.is_alike(refused, absent)
    assert Event.objects.last().detail == {"needed": "MANAGE_PEOPLE"}


def test_nobody_stands_on_two_sides_of_a_wall():
    every, partners = permissions.EVERY_SITE, permissions.PARTNERS
    told = {key: permissions.permissions_of_site(key) for key in permissions.TABLES}
    for a, b in itertools.combinations(told, 2):
        shared = every | partners if {a, b} == {"asb", "partnership"} else every
        assert told[a] & told[b] <= shared
    assert set().union(*told.values()) == set(Permission)


def test_no_app_of_another_site_is_installed_here():
    assert not {f"patrolwise.web.{app}" for app in OTHERS} & set(site.INSTALLED_APPS)
    assert site.SESSION_COOKIE_NAME == "patrolwise-asb"


def test_the_menu_leads_to_pages_whose_permission_it_names():
    pages = permissions.list_views()
    for way in WAYS:
        assert pages[way.page].callback.needs in way.permissions or len(way.permissions) > 1
