"""The rules of pages and permissions on every partners' site: each site's tests call them.

`PAGES` are those of the site whose settings are in force.
"""

import re

from django.urls import URLPattern, get_resolver, reverse

from patrolwise.web.accounts import (
    asb_roles,
    outreach_roles,
    partnership_roles,
    police_roles,
)
from patrolwise.web.accounts.roles import ROLES, Permission

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
EVERY_SITE = {Permission.MANAGE_PEOPLE, Permission.SEE_OWN_RECORD, Permission.SEE_ALL_RECORDS}
PARTNERS = {Permission.SEE_AGREED_HOT_SPOTS, Permission.LOAD_AGREED_HOT_SPOTS}
TABLES = {
    "police": police_roles.ROLES,
    "outreach": outreach_roles.ROLES,
    "asb": asb_roles.ROLES,
    "partnership": partnership_roles.ROLES,
}
_TOKEN = re.compile(rb'value="\w{64}"')


def walk(patterns, before=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern
        else:
            yield from walk(pattern.url_patterns, before + str(pattern.pattern))


def list_views():
    """Return the site's own pages by name."""
    return {
        pattern.name: pattern
        for _, pattern in walk(get_resolver().url_patterns)
        if not pattern.name.startswith(SIGN_IN)
    }


def list_plain():
    """Return the names of pages that need a permission and no number."""
    return sorted(
        name
        for name, pattern in list_views().items()
        if hasattr(pattern.callback, "needs") and not pattern.pattern.converters
    )


def find_undeclared():
    """Return pages that do not say who may see them, or why all may."""
    return [
        name
        for name, pattern in list_views().items()
        if isinstance(getattr(pattern.callback, "needs", None), Permission)
        == bool(getattr(pattern.callback, "open_to_all", ""))
    ]


def find_wrong(client, role):
    """Return plain pages that a role sees and may not, or may and does not."""
    pages, wrong = list_views(), []
    for name in list_plain():
        may = pages[name].callback.needs in ROLES[role].permissions
        status = client.get(reverse(name)).status_code
        if status not in ((200, 302, 405) if may else (404,)):
            wrong.append((name, status))
    return wrong


def find_unguarded(client):
    """Return plain pages that do not send to the sign-in whoever is not signed in."""
    told = {name: client.get(reverse(name)) for name in list_plain()}
    return [
        name
        for name, one in told.items()
        if one.status_code != 302 or not one["Location"].startswith("/accounts/login/")
    ]


def is_alike(first, second):
    """Return whether two answers look the same but for the token of a form."""
    return _TOKEN.sub(b"", first.content) == _TOKEN.sub(b"", second.content)


def permissions_of_site(site):
    """Return all that anybody on a site may do."""
    return {one for role in TABLES[site].values() for one in role.permissions}
