"""What every page has: the site's name, whether it is a demonstration, the ways that lead on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.navigation import Way
from patrolwise.web.accounts.needs import person_of


@dataclass(frozen=True, kw_only=True)
class Link:
    """One way on, as it is drawn."""

    title: str
    address: str
    current: str  # for aria-current: page, true (a page beneath it) or nothing
    beneath: tuple["Link", ...] = ()  # the ways of its group; none for a way by itself


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
    ways = list_ways(request) if isinstance(person, Person) else []
    return {
        "site_title": settings.SITE_TITLE,
        "site_key": settings.SITE_KEY,
        "is_demo": settings.IS_DEMO,
        "ways": ways,
        "way_here": next((way for way in ways if way.current and way.beneath), None),
    }


def list_ways(request: HttpRequest) -> list[Link]:
    """Return the menu for whoever is signed in, in order.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    list of Link
        A group leads to the first of its ways. One of which somebody may see a single way only is
        that way.
    """
    person = person_of(request)
    table: tuple[Way, ...] = import_string(settings.WAYS)
    seen = [way for way in table if any(person.may(one) for one in way.permissions)]
    addresses = {way.page: reverse(way.page) for way in seen}
    here = _find_here(request.path, list(addresses.values()))
    menu = []
    for group, ways in groupby(seen, key=lambda way: way.group or way.page):
        links = tuple(
            Link(
                title=way.title,
                address=addresses[way.page],
                current=_mark(addresses[way.page], here, request.path),
            )
            for way in ways
        )
        menu.append(links[0] if len(links) == 1 else _gather(group, links))
    return menu


def _gather(group: str, links: tuple[Link, ...]) -> Link:
    current = "true" if any(link.current for link in links) else ""
    return Link(title=group, address=links[0].address, current=current, beneath=links)


def _find_here(path: str, addresses: Sequence[str]) -> str:
    """Return the longest address that a page lies at or beneath; every page lies beneath `/`."""
    found = [one for one in addresses if path == one or (one != "/" and path.startswith(one))]
    return max(found, key=len, default="")


def _mark(address: str, here: str, path: str) -> str:
    if address != here:
        return ""
    return "page" if path == address else "true"
