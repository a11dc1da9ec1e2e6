"""How somebody is asked, reads what it means, and changes their mind."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.outreach.vocabulary import ConsentPurpose
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import consents
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Consent, Service
from patrolwise.web.casework.reach import find_case
from patrolwise.web.casework.sharing_forms import (
    SHARED,
    ConsentChoiceForm,
    ConsentForm,
    WithdrawForm,
)
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.casework.words import key_of

WORDING_VERSION = "2"


@needs(Permission.WRITE_CASES)
@never_cache
def consent_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose what somebody is to be asked; then they read it on a page of its own.

    The choice is posted on, so that it stands in no address.
    """
    found = find_case(person_of(request), case_id, clock.now())
    services = [(str(pk), name) for pk, name in _services().values_list("pk", "name")]
    form = ConsentChoiceForm(request.POST or None, services=services)
    told = {"form": form, "case": found}
    if request.method != "POST" or not form.is_valid():
        return render(request, "casework/consent_new.html", told)
    chosen = form.cleaned_data
    service = _services().filter(pk=chosen["service"]).first() if chosen["service"] else None
    answer = ConsentForm(request.POST if "given_by" in request.POST else None)
    new = {
        "purpose": chosen["purpose"],
        "fields": tuple(chosen["fields_told"]),
        "service_id": service.pk if service else None,
        "recipient": chosen["recipient"],
        "since": clock.now().date(),
        "wording_version": WORDING_VERSION,
    }
    if answer.is_bound and answer.is_valid():
        given = {**answer.cleaned_data, "competence": tuple(answer.cleaned_data["competence"])}
        made = consents.NewConsent(**new, **given)
        writing = write_now(request)
        if is_done(answer, lambda: consents.give_consent(writing=writing, case=found, new=made)):
            messages.success(request, "Kept. They can change their mind at any time.")
            return redirect("case", found.pk)
    purpose = ConsentPurpose[chosen["purpose"].upper()]
    told |= {
        "answer": answer,
        "chosen": chosen,
        "purpose": purpose.value,
        "is_referral": purpose is ConsentPurpose.REFER_TO_SERVICE,
        "is_story": purpose is ConsentPurpose.TELL_MY_STORY,
        "service": service,
        "fields": [words for key, words in SHARED if key in chosen["fields_told"]],
    }
    return render(request, "casework/consent_read.html", told)


@needs(Permission.WRITE_CASES)
@never_cache
def consent_withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Take a consent back."""
    found = Consent.objects.filter(pk=consent_id).select_related("engagement", "service").first()
    if found is None:
        raise Http404
    case = find_case(person_of(request), found.engagement.pk, clock.now())
    form = WithdrawForm(request.POST or None)
    is_story = found.purpose == key_of(ConsentPurpose.TELL_MY_STORY)
    ended: list[int] = []
    if request.method == "POST" and form.is_valid():
        how = form.cleaned_data["how"]
        writing = write_now(request)
        if is_done(
            form,
            lambda: ended.append(
                consents.withdraw_consent(writing=writing, consent=found, how=how)
            ),
        ):
            stopped = " Tell who got their story: see Stories to release." if is_story else ""
            stopped += f" {ended[0]} referral{'s' * (ended[0] != 1)} ended." if ended[0] else ""
            messages.success(request, f"Taken back.{stopped}")
            return redirect("case", case.pk)
    told = {"form": form, "case": case, "consent": found, "is_story": is_story}
    return render(request, "casework/consent_withdraw.html", told)


def _services() -> QuerySet[Service]:
    return Service.objects.filter(is_active=True)
