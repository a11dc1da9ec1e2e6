"""The pages of the disclosure desk."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.outreach import gateways
from patrolwise.outreach.sharing_words import Controller, DisclosedField, DisclosureDecision
from patrolwise.outreach.vocabulary import ToldPerson
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Engagement
from patrolwise.web.casework.queries import name_people
from patrolwise.web.casework.reach import find_case, reach_cases
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.casework.words import tell_word
from patrolwise.web.desk import actions
from patrolwise.web.desk.forms import DecisionForm, GatewayForm, ReceiptForm, RequestForm
from patrolwise.web.desk.models import Disclosure, DisclosureRequest, SignedGateway
from patrolwise.web.desk.receipts import note_receipt

_A_PAGE = 30
_KEEP = timedelta(days=90)  # how long a recipient may keep it, unless another day is given


@needs(Permission.SEE_DISCLOSURES)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """List requests that wait, with their clocks, and what was decided."""
    now = clock.now()
    waiting = [
        (one, tell_word(Controller, one.asked_by), (one.due - now.date()).days)
        for one in DisclosureRequest.objects.filter(state="open")
    ]
    page = Paginator(Disclosure.objects.all(), _A_PAGE).get_page(request.GET.get("page"))
    names = name_people(one.decided_by_id for one in page)
    rows = [
        (
            one,
            tell_word(DisclosureDecision, one.decision),
            tell_word(Controller, one.to_controller),
            names.get(one.decided_by_id, "somebody who left"),
        )
        for one in page
    ]
    decides = person_of(request).may(Permission.DECIDE_DISCLOSURES)
    told = {"waiting": waiting, "page": page, "rows": rows, "decides": decides}
    return render(request, "desk/desk.html", told)


@needs(Permission.DECIDE_DISCLOSURES)
@never_cache
def request_new(request: HttpRequest) -> HttpResponse:
    """Write a request down."""
    writing = write_now(request)
    form = RequestForm(request.POST or None, initial={"received_on": writing.now.date()})
    made: list[DisclosureRequest] = []
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        reference = given.pop("reference").strip().upper()
        cases = reach_cases(writing.by, writing.now)
        case = cases.filter(reference=reference).first() if reference else None
        if reference and case is None:
            form.add_error("reference", "There is no such case.")
        else:
            new = actions.NewRequest(**given, case=case)
            if is_done(form, lambda: made.append(actions.take_request(writing=writing, new=new))):
                messages.success(request, f"Answer it by {made[0].due:%A %-d %B}.")
                return redirect("disclosure-request", made[0].pk)
    return render(request, "desk/request_new.html", {"form": form})


@needs(Permission.DECIDE_DISCLOSURES)
@never_cache
def disclosure_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show a request, and decide on it."""
    found = DisclosureRequest.objects.filter(pk=request_id).select_related("engagement").first()
    if found is None:
        raise Http404
    first = {"to_controller": found.asked_by, "decision": "refuse"}
    return _decide(request, first, found, found.engagement)


@needs(Permission.DECIDE_DISCLOSURES)
@never_cache
def disclosure_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Tell another organisation about somebody without being asked."""
    case = find_case(person_of(request), case_id, clock.now())
    return _decide(request, {"decision": "share_less"}, None, case)


@needs(Permission.SEE_DISCLOSURES)
@never_cache
def disclosure(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Show what was decided; what was told only to who decides."""
    found = _find(disclosure_id)
    decides = person_of(request).may(Permission.DECIDE_DISCLOSURES)
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and decides and form.is_valid():
        note_receipt(writing=write_now(request), disclosure=found, state=form.cleaned_data["state"])
        messages.success(request, "Noted.")
        return redirect("disclosure", found.pk)
    gateway = gateways.load_gateways().get(found.gateway)
    told = {
        "found": found,
        "decision": tell_word(DisclosureDecision, found.decision),
        "to": tell_word(Controller, found.to_controller),
        "law": f"{gateway.title}: {gateway.act}" if gateway else "",
        "fields": [tell_word(DisclosedField, key) for key in found.fields],
        "told_person": tell_word(ToldPerson, found.told_person),
        "by": name_people([found.decided_by_id]).get(found.decided_by_id, "somebody who left"),
        "decides": decides,
        "form": form,
    }
    return render(request, "desk/disclosure.html", told)


@needs(Permission.DECIDE_DISCLOSURES)
@never_cache
def disclosure_letter(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Show the letter, to be printed and handed over."""
    found = _find(disclosure_id)
    if not found.told:
        raise Http404
    gateway = gateways.load_gateways().get(found.gateway)
    told = {
        "found": found,
        "to": tell_word(Controller, found.to_controller),
        "law": f"{gateway.title}: {gateway.act}" if gateway else "",
        "told": [(tell_word(DisclosedField, key), value) for key, value in found.told.items()],
    }
    return render(request, "desk/letter.html", told)


@needs(Permission.SEE_GOVERNANCE)
def desk_gateways(request: HttpRequest) -> HttpResponse:
    """List gateways and which are signed; the data protection officer signs them."""
    now = clock.now()
    signs = person_of(request).may(Permission.SIGN_GOVERNANCE)
    known = gateways.load_gateways()
    choices = [(key, f"{one.title} ({one.act})") for key, one in known.items()]
    form = GatewayForm(request.POST or None, gateways=choices)

    def sign() -> None:
        actions.sign_gateway(writing=write_now(request), **form.cleaned_data)

    if request.method == "POST" and signs and form.is_valid() and is_done(form, sign):
        messages.success(request, "Signed.")
        return redirect("desk-gateways")
    signed: dict[str, SignedGateway] = {}
    for one in SignedGateway.objects.filter(until__gte=now.date()).order_by("signed_at"):
        signed[one.key] = one
    rows = [(one, one.is_in_force(now.date()), signed.get(key)) for key, one in known.items()]
    told = {"rows": rows, "form": form if signs else None}
    return render(request, "desk/gateways.html", told)


def _decide(
    request: HttpRequest,
    first: dict[str, str],
    asked: DisclosureRequest | None,
    case: Engagement | None,
) -> HttpResponse:
    writing = write_now(request)
    laws = [(one.key, one.title) for one in actions.list_signed(writing.now.date())]
    initial = {**first, "expires": writing.now.date() + _KEEP}
    form = DecisionForm(request.POST or None, initial=initial, gateways=laws)
    done: list[actions.Decided] = []
    if request.method == "POST" and form.is_valid():
        new = actions.NewDecision(**form.said, told=form.told, request=asked, case=case)
        if is_done(form, lambda: done.append(actions.decide_disclosure(writing=writing, new=new))):
            # not a redirect: the code is shown now and never again
            return render(request, "desk/decided.html", {"done": done[0]})
    told = {
        "form": form,
        "asked": asked,
        "asked_by": tell_word(Controller, asked.asked_by) if asked else "",
        "case": case,
        "has_laws": bool(laws),
    }
    return render(request, "desk/decide.html", told)


def _find(disclosure_id: UUID) -> Disclosure:
    found = Disclosure.objects.filter(pk=disclosure_id).select_related("request").first()
    if found is None:
        raise Http404
    return found
