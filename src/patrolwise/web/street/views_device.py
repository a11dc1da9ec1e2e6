"""What a phone asks for and sends by its scripts: its half of a key, its items, its files."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, open_to_all, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.phone_messages import SyncError
from patrolwise.web.street import clock
from patrolwise.web.street.actions.contacts import find_shift
from patrolwise.web.street.models import Phone
from patrolwise.web.street.phones import add_phone, find_half, make_pass, read_pass
from patrolwise.web.street.sync import answer_message, read_message
from patrolwise.web.street.views import tell_phone, until_of
from patrolwise.web.street.worker import write_manifest, write_worker

_GONE = 410


@open_to_all("It holds nothing of anybody: what it shows, the phone itself keeps sealed.")
@never_cache
def street_shell(request: HttpRequest) -> HttpResponse:
    """Show the frame of the phone's pages, which is kept for times without signal."""
    return render(request, "street/shell.html", tell_phone(None))


@open_to_all("Every item has a signed pass; without a sign-in it is put aside, and none is read.")
@never_cache
def street_sync(request: HttpRequest) -> JsonResponse:
    """Keep what a phone sends, each item by itself."""
    person = request.user if isinstance(request.user, Person) else None
    try:
        message = read_message(request.body)
        writing = Writing(by=person, now=clock.now())  # type: ignore[arg-type]  # items are the pass's
        answers = answer_message(message, person, writing)
    except SyncError as error:
        return JsonResponse({"why": str(error)}, status=error.status)
    return JsonResponse({"answers": [vars(answer) for answer in answers]})


@needs(Permission.WORK_STREET)
@never_cache
@require_POST
def phone_add(request: HttpRequest) -> JsonResponse:
    """Let a worker use the phone that asks."""
    person, now = person_of(request), clock.now()
    phone = add_phone(writing=Writing(by=person, now=now), name=request.POST.get("name", ""))
    return JsonResponse({"phone": str(phone.pk), **_tell_half(person, phone)})


@open_to_all("It asks for a signed pass, and gives a half only to the person who is signed in.")
@never_cache
@require_POST
def phone_half(request: HttpRequest) -> JsonResponse:
    """Return the half of the phone's key; 410 says that access ended and the phone is to wipe."""
    try:
        owner = read_pass(json.loads(request.body)["pass"])
    except (ValueError, KeyError, TypeError, RecursionError):
        owner = None
    person = request.user if isinstance(request.user, Person) else None
    if owner is None:
        return _renew(request, person)
    writer = Person.objects.filter(pk=owner.person_id).first()
    phone = Phone.objects.filter(pk=owner.phone_id).first()
    if writer is None or phone is None or find_half(writer, owner.phone_id) is None:
        return JsonResponse({"why": "Access ended."}, status=_GONE)
    if person is None or person.pk != writer.pk:
        return JsonResponse({"why": "Sign in."}, status=401)
    return JsonResponse(_tell_half(person, phone))


@open_to_all("A script that holds no data; browsers ask for it without saying who they are.")
def street_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, with the version of what it keeps."""
    response = HttpResponse(write_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all("It says how the pages are installed on a phone, and holds no data.")
def street_manifest(request: HttpRequest) -> HttpResponse:
    """Return the manifest."""
    return HttpResponse(write_manifest(), content_type="application/manifest+json")


def _renew(request: HttpRequest, person: Person | None) -> JsonResponse:
    """Answer a phone whose pass is too old: whoever is signed in may have it anew."""
    try:
        phone_id = UUID(json.loads(request.body)["phone"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return JsonResponse({"why": "Send the pass of a phone."}, status=400)
    if person is None:
        return JsonResponse({"why": "Sign in."}, status=401)
    phone = Phone.objects.filter(pk=phone_id, person_id=person.pk).first()
    if phone is None or find_half(person, phone_id) is None:
        return JsonResponse({"why": "Access ended."}, status=_GONE)
    return JsonResponse(_tell_half(person, phone))


def _tell_half(person: Person, phone: Phone) -> dict[str, object]:
    now = clock.now()
    return {
        "half": phone.half,
        "pass": make_pass(person, phone),
        "until": until_of(find_shift(person.pk, now), now),
    }
