"""The pages of a unit on its phone. Each works as a plain form; scripts add work without signal."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.patrols.abstractions import REASONS
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, open_to_all, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field import actions_phone, queries_phone
from patrolwise.web.field.forms_phone import read_item
from patrolwise.web.field.notes_phone import MOST_NOTES, gather_notes
from patrolwise.web.field.passes_phone import make_pass, scope_of
from patrolwise.web.field.queries_phone import Unit
from patrolwise.web.field.sync_phone import answer_message, read_message
from patrolwise.web.field.uuids import make_uuid7
from patrolwise.web.field.worker import write_manifest, write_worker
from patrolwise.web.phone_messages import SyncError
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.models import UnitShift
from patrolwise.web.tasking.note_kinds import NOTE_KINDS

_UNIT = "field-unit"  # in the session
_AFTER = timedelta(hours=1)  # that a phone without signal still shows the page of a shift
_MINUTES = "minutes-"
_DONE = {
    "checkin": "Kept: you have arrived.",
    "checkout": "Kept: you have left.",
    "abstraction": "Kept: called away.",
    "back": "Kept: back on patrol.",
    "debrief": "Kept. Thank you.",
}


@needs(Permission.CHECK_IN)
@never_cache
def field(request: HttpRequest) -> HttpResponse:
    """Show today of the unit that was chosen, and keep what it says."""
    shift = _find_shift(request)
    if shift is None:
        return _choose(request)
    fault = _keep(request) if request.method == "POST" else ""
    if request.method == "POST" and not fault:
        return redirect("field")
    response = render(request, "field/today.html", _tell_page(request, shift, fault))
    response.status_code = 400 if fault else 200
    until = shift.end + _AFTER
    response["X-Field-Until"] = str(round(until.timestamp() * 1000))
    return response


@needs(Permission.CHECK_IN)
@never_cache
def field_unit(request: HttpRequest) -> HttpResponse:
    """Choose today's unit."""
    shifts = queries_phone.list_units_on_duty(person_of(request), clock.now())
    chosen = next((one for one in shifts if str(one.pk) == request.POST.get("shift")), None)
    if chosen is None:
        return _choose(request)
    unit = queries_phone.unit_of(chosen)
    request.session[_UNIT] = [unit.service, unit.unit_id, unit.day.isoformat()]
    return redirect("field")


@needs(Permission.CHECK_IN)
@never_cache
def field_position(request: HttpRequest) -> HttpResponse:
    """Say what the position feed sends and when it stops; turn it on or off."""
    person, shift = person_of(request), _find_shift(request)
    if request.method == "POST" and request.POST.get("feed") == "off":
        actions_phone.turn_feed_off(by=person)
        return redirect("field-position")
    if request.method == "POST" and shift is not None:
        actions_phone.turn_feed_on(by=person, shift=shift, now=clock.now())
        return redirect("field")
    feed = queries_phone.find_feed(person, shift) if shift else None
    return render(request, "field/position.html", {"shift": shift, "feed": feed})


@needs(Permission.CHECK_IN)
@never_cache
def field_out(request: HttpRequest) -> HttpResponse:
    """Ask whether all was sent, before somebody signs out."""
    return render(request, "field/out.html", _tell_phone(person_of(request)))


@open_to_all("It shows what one phone itself keeps; nothing of the site or of anybody is in it.")
@never_cache
def field_unsent(request: HttpRequest) -> HttpResponse:
    """Show what this phone could not send yet, also when nobody is signed in on it."""
    return render(request, "field/unsent.html", {"pass": "", "scope": ""})


@open_to_all("Every item has a signed pass; without a sign-in it is put aside, and none is read.")
@never_cache
def field_sync(request: HttpRequest) -> JsonResponse:
    """Keep what a phone sends, each item by itself."""
    person = request.user if isinstance(request.user, Person) else None
    now = clock.now()
    try:
        answers = answer_message(read_message(request.body), person, now)
    except SyncError as error:
        return JsonResponse({"why": str(error)}, status=error.status)
    told = [vars(answer) for answer in answers]
    return JsonResponse({"answers": told, "now": round(now.timestamp() * 1000)})


@open_to_all("A script that holds no data; browsers ask for it without saying who they are.")
def field_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, with the version of what it keeps."""
    response = HttpResponse(write_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all("It says how the page is installed on a phone, and holds no data.")
def field_manifest(request: HttpRequest) -> HttpResponse:
    """Return the manifest."""
    return HttpResponse(write_manifest(), content_type="application/manifest+json")


def _choose(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    shifts = queries_phone.list_units_on_duty(person, clock.now())
    return render(request, "field/choose.html", {"shifts": shifts, **_tell_phone(person)})


def _find_shift(request: HttpRequest) -> UnitShift | None:
    chosen = request.session.get(_UNIT)
    if not chosen:
        return None
    unit = Unit(chosen[0], chosen[1], date.fromisoformat(chosen[2]))
    return queries_phone.find_own_shift(person_of(request), unit, clock.now())


def _keep(request: HttpRequest) -> str:
    """Keep what a plain form says; return what is wrong with it, or nothing."""
    now = clock.now()
    given: dict[str, Any] = dict(request.POST.items())
    said = {k.removeprefix(_MINUTES): v for k, v in given.items() if k.startswith(_MINUTES)}
    given["notes"] = gather_notes(given)
    given["minutes"] = {k: int(v) if v.isdecimal() else v for k, v in said.items() if v}
    given["time"] = now.isoformat()
    try:
        item = read_item(given)
        actions_phone.keep_item(by=person_of(request), item=item, now=now)
    except PatrolwiseError as error:
        return str(error)
    messages.success(request, _DONE.get(item.kind, "Kept."))
    return ""


def _tell_page(request: HttpRequest, shift: UnitShift, fault: str) -> dict[str, Any]:
    person, now = person_of(request), clock.now()
    return {
        "today": queries_phone.tell_today(person, shift, now),
        "reasons": REASONS,
        "note_kinds": NOTE_KINDS,
        "note_rows": _tell_notes(request.POST if fault else {}),
        "made": round(now.timestamp() * 1000),
        "until": round(shift.end.timestamp() * 1000),
        "fault": fault,
        "said": request.POST if fault else {},
        "new_id": lambda: make_uuid7(now),
        **_tell_phone(person),
    }


def _tell_notes(said: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows for notes, with what was said when a debrief was not taken."""
    parts = ("area_id", "kind", "text")
    return [
        {"number": str(number), **{part: said.get(f"note-{part}-{number}", "") for part in parts}}
        for number in range(1, MOST_NOTES + 1)
    ]


def _tell_phone(person: Person) -> dict[str, str]:
    return {"pass": make_pass(person), "scope": scope_of(person)}
