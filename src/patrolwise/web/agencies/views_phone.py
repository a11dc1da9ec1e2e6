"""The pages of a phone link: whoever has its code, without an account and without scripts."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.agencies import phone_actions, queries
from patrolwise.web.agencies.forms import BeenForm, CodeForm
from patrolwise.web.agencies.link_actions import find_link, use_code
from patrolwise.web.agencies.models import HoursRow, OpenPatrol, PhoneLink
from patrolwise.web.agencies.phone_forms import KeyForm, StartForm
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.commons.hot_spots import list_hot_spots
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.identifiers import make_uuid7

_LINK = "patrol-link"
_LASTS = timedelta(days=7)  # of a phone that is not asked for its code again
_TRIES, _POSTS, _SHUT_S = 60, 120, 15 * 60
_WHY = (
    "Wardens and volunteers have no account: a code opens their own unit's patrols, nothing else."
)
_WAIT = "Too many tries. Wait for 15 minutes."


@open_to_all(_WHY)
@never_cache
def patrol(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or show what the unit can do now and what it did."""
    link = _find(request)
    if link is not None:
        return _show(request, link)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may(f"patrol-code:{request.META.get('REMOTE_ADDR', '')}", _TRIES):
            form.add_error("code", _WAIT)
        elif is_done(form, lambda: _enter(request, form.cleaned_data["code"])):
            return redirect("patrol")
    return render(request, "agencies/code.html", {"form": form})


@open_to_all(_WHY)
@never_cache
def patrol_start(request: HttpRequest) -> HttpResponse:
    """Begin a patrol in the hot spot that was pressed."""
    link, form = _find(request), StartForm(request.POST or None)
    if link is None or request.method != "POST":
        return redirect("patrol")
    if not form.is_valid():
        return _show(request, link, "Say how many people, and choose a hot spot.")
    given = form.cleaned_data

    here = phone_actions.Here(
        key=given["key"],
        hot_spot_id=given["hot_spot"],
        staff=given["people"],
        is_funded=given["paid"] == "funded",
    )

    def act() -> None:
        phone_actions.start_patrol(link=link, here=here, now=clock.now())

    return _try(request, link, act, "Started. Press “Stop” when you leave.")


@open_to_all(_WHY)
@never_cache
def patrol_stop(request: HttpRequest) -> HttpResponse:
    """End the patrol and keep it."""
    return _by_key(
        request,
        lambda link, key: phone_actions.stop_patrol(link=link, key=key, now=clock.now()),
        "Kept. You can take it back for 10 minutes.",
    )


@open_to_all(_WHY)
@never_cache
def patrol_drop(request: HttpRequest) -> HttpResponse:
    """Forget a patrol that was started by mistake."""
    return _by_key(
        request,
        lambda link, key: phone_actions.drop_patrol(link=link, key=key, now=clock.now()),
        "Nothing of it is kept.",
    )


@open_to_all(_WHY)
@never_cache
def patrol_undo(request: HttpRequest) -> HttpResponse:
    """Take back what was kept within the last 10 minutes."""
    return _by_key(
        request,
        lambda link, key: phone_actions.undo(link=link, key=key, now=clock.now()),
        "Taken back.",
    )


@open_to_all(_WHY)
@never_cache
def patrol_later(request: HttpRequest) -> HttpResponse:
    """Write down a patrol that was made before."""
    link = _find(request)
    if link is None:
        return redirect("patrol")
    has_fund = phone_actions.find_stream(link, clock.today()) is not None
    begin = {"key": make_uuid7(), "day": clock.today(), "people": link.staff}
    begin["paid"] = "funded" if has_fund else "in kind"
    form = BeenForm(request.POST or None, initial=begin, has_fund=link.stream_id is not None)
    if request.method == "POST" and form.is_valid():
        if not _may(f"patrol-posts:{link.pk}", _POSTS):
            form.add_error(None, _WAIT)
        elif is_done(form, lambda: _keep_later(link, form)):
            messages.success(request, "Kept. You can take it back for 10 minutes.")
            return redirect("patrol")
    return render(request, "agencies/later.html", {"form": form, "link": link})


@open_to_all(_WHY)
@never_cache
def patrol_leave(request: HttpRequest) -> HttpResponse:
    """Forget the code in this browser."""
    if request.method == "POST":
        request.session.pop(_LINK, None)
    return redirect("patrol")


def _enter(request: HttpRequest, code: str) -> None:
    link = use_code(code, clock.now())
    request.session.cycle_key()
    request.session[_LINK] = link.pk
    request.session.set_expiry(_LASTS)


def _find(request: HttpRequest) -> PhoneLink | None:
    """Return the link that this browser opened; None once it has ended."""
    return find_link(request.session.get(_LINK), clock.now())


def _show(request: HttpRequest, link: PhoneLink, fault: str = "") -> HttpResponse:
    now = clock.now()
    open_now = OpenPatrol.objects.filter(link=link).first()
    rows = queries.link_hours(link)
    told: dict[str, Any] = {
        "link": link,
        "open": open_now,
        "has_fund": phone_actions.find_stream(link, clock.day_of(now)) is not None,
        "is_forgotten": open_now and now - open_now.started > phone_actions.LONGEST,
        "spots": _sort_spots(clock.day_of(now), rows),
        "places": queries.name_places(),
        "rows": [(row, now - row.recorded_at <= phone_actions.UNDO_WITHIN) for row in rows],
        "key": make_uuid7(),
        "fault": fault,
    }
    return render(request, "agencies/patrol.html", told)


def _sort_spots(today: date, rows: list[HoursRow]) -> list[AgreedHotSpot]:
    """Return today's hot spots, where the unit was last first: those are two taps away."""
    latest = list(dict.fromkeys(row.hot_spot_id for row in rows))
    at = {key: number for number, key in enumerate(latest)}
    return sorted(list_hot_spots(today), key=lambda one: at.get(one.hot_spot_id, len(at)))


def _by_key(request: HttpRequest, act: Any, said: str) -> HttpResponse:
    """Do something with the patrol whose form was sent."""
    link, form = _find(request), KeyForm(request.POST or None)
    if link is None or request.method != "POST" or not form.is_valid():
        return redirect("patrol")
    return _try(request, link, lambda: act(link, form.cleaned_data["key"]), said)


def _try(request: HttpRequest, link: PhoneLink, act: Any, said: str) -> HttpResponse:
    if not _may(f"patrol-posts:{link.pk}", _POSTS):
        return _show(request, link, _WAIT)
    try:
        act()
    except PatrolwiseError as error:
        return _show(request, link, str(error))
    messages.success(request, said)
    return redirect("patrol")


def _keep_later(link: PhoneLink, form: BeenForm) -> None:
    given = form.cleaned_data
    start, end = form.times
    been = phone_actions.Been(
        key=given["key"],
        hot_spot_id=given["hot_spot"],
        start=start,
        end=end,
        staff=given["people"],
        is_funded=given["paid"] == "funded",
    )
    phone_actions.add_later(link=link, been=been, now=clock.now())


def _may(key: str, most: int) -> bool:
    """Return whether one more is let in within a quarter of an hour."""
    cache.add(key, 0, _SHUT_S)
    return int(cache.incr(key)) <= most
