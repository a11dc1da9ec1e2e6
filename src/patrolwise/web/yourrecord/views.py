"""The pages of the person, which need a code and no account, and those of staff who answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, open_to_all, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions.consents import take_back, tell_consent
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Engagement
from patrolwise.web.casework.reach import find_case
from patrolwise.web.casework.story_queries import list_own
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.desk.models import Disclosure
from patrolwise.web.yourrecord import actions
from patrolwise.web.yourrecord.forms import AnswerForm, AskForm, CodeForm, MindForm, RateForm
from patrolwise.web.yourrecord.models import PersonRequest

_KEY, _SINCE = "own-record", "own-record-since"
_LASTS_S = 30 * 60
_TRIES, _SHUT_S = 100, 15 * 60  # an address: behind a proxy, or in a hostel, it is many people's
AWAY = "https://www.bbc.co.uk/weather"  # where "Exit this page" leads: nothing to see
_WHY = "Somebody reads their own record here, with a code that was given to them; no account."
_OPEN = "Anybody may complain or ask, without a code and without a name."


@open_to_all(_WHY)
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or show one's own record."""
    case = _find(request)
    if case is not None:
        return render(request, "yourrecord/record.html", _tell(case, clock.now()))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error("code", "Too many tries. Wait for 15 minutes.")
        elif is_done(form, lambda: _enter(request, form.cleaned_data["code"])):
            return redirect("own")
    return render(request, "yourrecord/code.html", {"form": form})


@open_to_all(_WHY)
@never_cache
def own_mind(request: HttpRequest) -> HttpResponse:
    """Take a yes back."""
    case, form = _find(request), MindForm(request.POST or None)
    if case is None or request.method != "POST" or not form.is_valid():
        return redirect("own")
    consent = case.consents.filter(pk=form.cleaned_data["consent"]).first()  # type: ignore[attr-defined]
    if consent is None:
        raise Http404
    if consent.withdrawn_at is None:
        take_back(consent=consent, now=clock.now())
        messages.success(request, "Done. It has stopped.")
    return redirect("own")


@open_to_all(_WHY)
@never_cache
def own_rate(request: HttpRequest) -> HttpResponse:
    """Say how one found us."""
    case, form = _find(request), RateForm(request.POST or None)
    if case is None:
        return redirect("own")
    if request.method == "POST" and form.is_valid():
        actions.rate(case=case, now=clock.now(), **form.cleaned_data)
        messages.success(request, "Thank you.")
        return redirect("own")
    return render(request, "yourrecord/rate.html", {"form": form})


@open_to_all(_OPEN)
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Complain, or ask for a copy, a change or a deletion."""
    form = AskForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error(None, "Too many tries. Wait for 15 minutes.")
        else:
            asked = actions.Asked(**form.cleaned_data, case=_find(request))
            made = actions.ask(asked=asked, now=clock.now())
            return render(request, "yourrecord/asked.html", {"made": made})
    return render(request, "yourrecord/ask.html", {"form": form})


@open_to_all("Leaves this site at once, and forgets whose record was open.")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the record and go where nobody sees that it was open."""
    request.session.flush()
    response = HttpResponse(status=303, headers={"Location": AWAY})
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


@needs(Permission.WRITE_CASES)
@never_cache
def case_code(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give somebody the code to their own record."""
    writing = write_now(request)
    case = find_case(writing.by, case_id, writing.now)
    told: dict[str, Any] = {"case": case, "code": ""}
    if request.method == "POST":
        # not a redirect: the code is shown now and never again
        told["code"] = actions.give_code(writing=writing, case=case)
    return render(request, "yourrecord/case_code.html", told)


@needs(Permission.ANSWER_COMPLAINTS)
@never_cache
def asked_list(request: HttpRequest) -> HttpResponse:
    """List what people asked or complained of, with its clocks."""
    today = clock.now().date()
    rows = [
        (one, actions.KINDS[one.kind], (one.answer_by - today).days)
        for one in PersonRequest.objects.all()[:200]
    ]
    return render(request, "yourrecord/asked_list.html", {"rows": rows})


@needs(Permission.ANSWER_COMPLAINTS)
@never_cache
def asked_one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show what somebody asked, note that they were told, and answer."""
    found = PersonRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST if "text" in request.POST else None)
    writing = write_now(request)
    if request.method == "POST":
        if not form.is_bound:
            actions.acknowledge(writing=writing, request=found)
            return redirect("asked-one", found.pk)
        if form.is_valid():
            actions.answer(writing=writing, request=found, text=form.cleaned_data["text"])
            messages.success(request, "Kept. See that they get it.")
            return redirect("asked-one", found.pk)
    told = {"found": found, "kind": actions.KINDS[found.kind], "form": form}
    told["sees_case"] = person_of(request).may(Permission.SEE_ALL_CASES)
    return render(request, "yourrecord/asked_one.html", told)


def _enter(request: HttpRequest, code: str) -> None:
    now = clock.now()
    case = actions.use_code(code=code, now=now)
    request.session.cycle_key()
    request.session[_KEY], request.session[_SINCE] = str(case.pk), now.timestamp()


def _find(request: HttpRequest) -> Engagement | None:
    """Return whose record is open in this browser; None after half an hour."""
    key, since = request.session.get(_KEY), request.session.get(_SINCE, 0.0)
    if key is None:
        return None
    if clock.now().timestamp() - since > _LASTS_S:
        request.session.flush()
        return None
    return Engagement.objects.filter(pk=key).first()


def _may_try(request: HttpRequest) -> bool:
    """Return whether an address may try again; a code has 60 bits of chance, so many may."""
    key = f"own-record:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, _SHUT_S)
    return int(cache.incr(key)) <= _TRIES


def _tell(case: Engagement, now: datetime) -> dict[str, Any]:
    """Return what somebody may read of their own record: all but worries about them."""
    today = now.date()
    told = Disclosure.objects.filter(engagement=case, told_person="yes").exclude(decision="refuse")
    return {
        "case": case,
        "identity": getattr(case, "identity", None),
        "needs": list(case.needs.all()),  # type: ignore[attr-defined]
        "notes": list(case.notes.all()),  # type: ignore[attr-defined]
        "consents": [
            (one, tell_consent(one, today), one.withdrawn_at is None and one.until >= today)
            for one in case.consents.select_related("service")  # type: ignore[attr-defined]
        ],
        "referrals": list(
            case.referrals.exclude(sent_at=None).select_related("service")  # type: ignore[attr-defined]
        ),
        "told": list(told),
        "stories": list_own(case, today),
    }
