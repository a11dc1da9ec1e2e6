"""Risk instruments: loaded, looked at, and let into use once a partnership signed them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import risk as actions
from patrolwise.web.asb.forms.rules import FileForm
from patrolwise.web.asb.models import Instrument
from patrolwise.web.asb.views.shown import FormPage, answer_form, write_now


@needs(Permission.SEE_INSTRUMENTS)
@never_cache
def instruments(request: HttpRequest) -> HttpResponse:
    """List risk instruments, and say which is in use."""
    told = {
        "instruments": Instrument.objects.all(),
        "in_use": actions.find_in_use(),
        "may_load": person_of(request).may(Permission.LOAD_INSTRUMENTS),
    }
    return render(request, "asb/instruments.html", told)


@needs(Permission.LOAD_INSTRUMENTS)
@never_cache
def instrument_new(request: HttpRequest) -> HttpResponse:
    """Load a risk instrument."""
    form = FileForm(request.POST or None, request.FILES or None)
    page = FormPage(
        title="Load a risk instrument",
        button="Load it",
        back=reverse("asb-instruments"),
        back_title="Risk instruments",
        intro="A TOML file. It comes into use when a partnership that is trusted here signed it.",
        done="Loaded. It is not in use yet.",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.load_instrument(
            writing=write_now(request), data=form.cleaned_data["file"].read()
        ),
        lambda made: reverse("asb-instrument", args=[made.pk]),
    )


@needs(Permission.SEE_INSTRUMENTS)
@never_cache
def instrument_one(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """Show what an instrument asks, what answers weigh, and who signed it."""
    found = get_object_or_404(Instrument, pk=instrument_id)
    told = {
        "instrument": found,
        "made": actions.as_instrument(found),
        "in_use": actions.find_in_use(),
        "may_sign": person_of(request).may(Permission.SIGN_INSTRUMENTS)
        and not found.signed_by
        and not found.is_demo,
    }
    return render(request, "asb/instrument.html", told)


@needs(Permission.SIGN_INSTRUMENTS)
@never_cache
def instrument_sign(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """Give the signature of an instrument: checked, it comes into use."""
    found = get_object_or_404(Instrument, pk=instrument_id)
    form = FileForm(request.POST or None, request.FILES or None)
    page = FormPage(
        title=f"Give the signature of {found.key}",
        button="Check it, and let it into use",
        back=reverse("asb-instrument", args=[found.pk]),
        back_title=found.key,
        intro="The .sig file that `patrolwise asb sign` wrote, with the key of your partnership.",
        done="The signature holds. Risks are assessed by it from now on.",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.admit_signed(
            writing=write_now(request),
            instrument=found,
            signature=form.cleaned_data["file"].read(),
        ),
    )
