"""The pages of a worker's phone. Each works as a plain form; scripts add work without signal."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.outreach.vocabulary import (
    Advice,
    AgeBand,
    ConcernCategory,
    ContactKind,
    ContactMinutes,
    Gender,
    PerceivedRisk,
    Topic,
    choices,
)
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.needs import FOLLOW_UP_OUTCOMES
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.street import clock, queries
from patrolwise.web.street.actions import shifts
from patrolwise.web.street.actions.contacts import MOST_GROUP, MOST_NOTE, find_shift
from patrolwise.web.street.actions.debriefs import ISSUES, SKIPPED
from patrolwise.web.street.actions.safety import STATES
from patrolwise.web.street.forms import SHAPES, read_form
from patrolwise.web.street.items import keep_item
from patrolwise.web.street.models import Shift
from patrolwise.web.street.places import OUTSIDE, list_choices

PAGES = (
    "today", "street-brief", "contact", "worried", "debrief-places", "debrief-people", "wellbeing",
    "safe", "position", "follow-ups", "shift-end",
)  # fmt: skip
AFTER = timedelta(hours=1)  # that a phone without signal still opens after a shift
_DONE = {
    "contact": "Kept: one contact.",
    "concern": "Kept. The safeguarding lead sees it now.",
    "call": "Kept. Your lead sees it now.",
    "follow-up": "Kept.",
    "change": "Kept.",
}


@needs(Permission.WORK_STREET)
@never_cache
def today(request: HttpRequest) -> HttpResponse:
    """Show the three cards of the day."""
    told = queries.tell_today(person_of(request), clock.now())
    return _show(request, "today", {"today": told}, shift=told.shift)


@needs(Permission.WORK_STREET)
@never_cache
def street_brief(request: HttpRequest) -> HttpResponse:
    """Show what the shift is told, and take the receipt."""
    person, now = person_of(request), clock.now()
    brief = queries.find_brief(now)
    if request.method == "POST" and brief is not None:
        shifts.read_brief(writing=Writing(by=person, now=now), brief=brief)
        return redirect("today")
    told = {
        "brief": brief,
        "headings": queries.list_headings(brief, now) if brief else [],
        "is_read": queries.has_read(person, brief),
    }
    return _show(request, "brief", told)


@needs(Permission.WORK_STREET)
@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    """Log a contact: place and kind, and what else there is a hand free for."""

    def tell() -> dict[str, Any]:
        return {
            "places": [*list_choices(), (OUTSIDE, "Outside of the hot spots")],
            "last": [queries.find_last_place(person_of(request), clock.now())],
            "kinds": choices(ContactKind),
            "risks": choices(PerceivedRisk),
            "ages": choices(AgeBand),
            "genders": choices(Gender),
            "topics": choices(Topic),
            "advice": choices(Advice),
            "minutes": choices(ContactMinutes),
            "sizes": [str(number) for number in range(1, 6)],
            "most_group": MOST_GROUP,
            "most_note": MOST_NOTE,
        }

    return _form(request, ("contact",), tell)


@needs(Permission.RAISE_CONCERNS)
@never_cache
def worried(request: HttpRequest) -> HttpResponse:
    """Show whom to ring, and keep a worry, whatever it says."""

    def tell() -> dict[str, Any]:
        back = "today" if person_of(request).may(Permission.WORK_STREET) else "home"
        return {"places": list_choices(), "categories": choices(ConcernCategory), "back": back}

    return _form(request, ("concern",), tell)


@needs(Permission.WORK_STREET)
@never_cache
def debrief_places(request: HttpRequest) -> HttpResponse:
    """Say how it went at the places, and what is broken there; nothing of people."""

    def tell() -> dict[str, Any]:
        shift = _find_shift(request)
        return {
            "visits": queries.list_visits(shift) if shift else [],
            "skipped": SKIPPED,
            "issues": ISSUES,
            "places": list_choices(),
            "severities": [("0", "Small"), ("1", "Some"), ("2", "Bad"), ("3", "Danger")],
        }

    return _form(request, ("places", "issue"), tell)


@needs(Permission.WORK_STREET)
@never_cache
def debrief_people(request: HttpRequest) -> HttpResponse:
    """Say what is to be known of people; it stays in this service."""
    return _form(request, ("people",), dict)


@needs(Permission.WORK_STREET)
@never_cache
def wellbeing(request: HttpRequest) -> HttpResponse:
    """Say how one is; only the lead reads it."""
    scores = [
        ("1", "1, bad"),
        ("2", "2, not good"),
        ("3", "3, all right"),
        ("4", "4, good"),
        ("5", "5, very good"),
    ]
    return _form(request, ("wellbeing",), lambda: {"scores": scores})


@needs(Permission.WORK_STREET)
@never_cache
def safe(request: HttpRequest) -> HttpResponse:
    """Say that one is safe, late, or in need of help."""
    return _form(request, ("call",), lambda: {"states": STATES})


@needs(Permission.WORK_STREET)
@never_cache
def position(request: HttpRequest) -> HttpResponse:
    """Say what the position feed sends and when it stops; scripts turn it on and off."""
    return _show(request, "position", {})


@needs(Permission.WORK_STREET)
@never_cache
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Show what was promised for today, in own cases."""

    def tell() -> dict[str, Any]:
        due, earlier = queries.list_follow_ups(person_of(request), clock.now())
        return {"due": due, "earlier": earlier, "outcomes": FOLLOW_UP_OUTCOMES}

    return _form(request, ("follow-up", "change"), tell)


@needs(Permission.WORK_STREET)
@never_cache
def shift_end(request: HttpRequest) -> HttpResponse:
    """Ask whether all was sent, before a shift is ended and somebody signs out."""
    person, now, shift = person_of(request), clock.now(), _find_shift(request)
    waiting = queries.count_waiting(shift) if shift else 0
    if request.method == "POST" and shift is not None:
        shifts.end_shift(writing=Writing(by=person, now=now), shift=shift, waiting=waiting)
        messages.success(request, "The shift is ended. Thank you.")
        return redirect("today")
    return _show(request, "end", {"waiting": waiting, "shift": shift}, shift=shift)


def tell_phone(shift: Shift | None) -> dict[str, Any]:
    """Return what scripts and every page of the phone need.

    Parameters
    ----------
    shift : Shift or None

    Returns
    -------
    dict
    """
    now = clock.now()
    return {
        "pages": " ".join(reverse(name) for name in PAGES),
        "safeguarding_phone": settings.SAFEGUARDING_PHONE,
        "shift": shift,
        "from_s": round(shift.start.timestamp()) if shift else "",
        "until_s": round(shift.end.timestamp()) if shift else "",
        "day": clock.day_of(now).isoformat(),
        "shapes": {kind.replace("-", "_"): shape for kind, shape in SHAPES.items()},
        "new_id": make_uuid7,
    }


def until_of(shift: Shift | None, now: datetime) -> int:
    """Return until when a phone opens without signal.

    Parameters
    ----------
    shift : Shift or None
    now : datetime
        Aware.

    Returns
    -------
    int
        Milliseconds since 1970.
    """
    end = max(shift.end, now) if shift else now
    return round((end + AFTER).timestamp() * 1000)


def _find_shift(request: HttpRequest) -> Shift | None:
    return find_shift(person_of(request).pk, clock.now())


def _form(
    request: HttpRequest, kinds: tuple[str, ...], tell: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """Keep what a plain form says, or show it again with why not."""
    fault, said = "", QueryDict()
    if request.method == "POST" and request.POST.get("item") in kinds:
        kind = request.POST["item"]
        fault = _keep(request, kind)
        if not fault:
            messages.success(request, _DONE.get(kind, "Kept. Thank you."))
            return redirect("today" if request.user.may(Permission.WORK_STREET) else "concerns")  # type: ignore[union-attr]
        said = request.POST
    name = request.path.strip("/").replace("/", "_").replace("-", "_")
    told = {**tell(), "fault": fault, "said": said, "said_lists": dict(said.lists())}
    return _show(request, name, told, status=400 if fault else 200)


def _keep(request: HttpRequest, kind: str) -> str:
    try:
        item = read_form(kind, request.POST)
        keep_item(Writing(by=person_of(request), now=clock.now()), item)
    except PatrolwiseError as error:
        return str(error)
    return ""


def _show(
    request: HttpRequest,
    name: str,
    told: Mapping[str, Any],
    *,
    shift: Shift | None = None,
    status: int = 200,
) -> HttpResponse:
    found = shift or _find_shift(request)
    told = {**tell_phone(found), **told}
    return render(request, f"street/{name}.html", told, status=status)
