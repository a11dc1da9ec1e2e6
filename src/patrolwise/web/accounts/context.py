"""What every page has: the site's name, whether it is a demonstration, the ways that lead on."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.navigation import WAYS
from patrolwise.web.accounts.needs import person_of


@dataclass(frozen=True, kw_only=True)
class Link:
    """One way on, as it is drawn."""

    title: str
    address: str
    is_current: bool


def tell_pages(request: HttpRequest) -> dict[str, Any]:
    """Return what the shell of a page is filled with.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    dict
    """
    person = getattr(request, "user", None)
    return {
        "site_title": settings.SITE_TITLE,
        "site_key": settings.SITE_KEY,
        "is_demo": settings.IS_DEMO,
        "ways": list_ways(request) if isinstance(person, Person) else [],
    }


def list_ways(request: HttpRequest) -> list[Link]:
    """Return the ways that lead on for whoever is signed in, in order.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    list of Link
    """
    person = person_of(request)
    links = []
    for way in WAYS:
        if any(person.may(permission) for permission in way.permissions):
            address = reverse(way.page)
            is_current = request.path == address or (
                address != "/" and request.path.startswith(address)
            )
            links.append(Link(title=way.title, address=address, is_current=is_current))
    return links
