"""The pages of servers that forward what many trackers send."""

import os

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field import forwarders_actions
from patrolwise.web.field.devices_addresses import find_door, list_forwarding_addresses
from patrolwise.web.field.devices_forms import ForwarderForm, ReasonForm
from patrolwise.web.field.devices_queries import list_trackers
from patrolwise.web.field.models import Forwarder
from patrolwise.web.field.tokens_actions import end_token, renew_token
from patrolwise.web.records.services import list_own_services


@needs(Permission.MANAGE_DEVICES)
def give(request: HttpRequest) -> HttpResponse:
    """Add a forwarding server, and show its token once."""
    services = list_own_services()
    form = ForwarderForm(request.POST or None, services=services)
    if request.method == "POST" and form.is_valid():
        try:
            given = forwarders_actions.give_forwarder(
                by=person_of(request), now=now(), **form.cleaned_data
            )
        except InputError as error:
            form.add_error(None, str(error))
        else:
            return _show_token(request, given.forwarder, given.token)
    told = {"form": form, "services": services}
    return render(request, "field/forwarders_give.html", told)


@needs(Permission.MANAGE_DEVICES)
def forwarder(request: HttpRequest, forwarder_id: int) -> HttpResponse:
    """Show one forwarding server, and the trackers that it forwards for."""
    found = get_object_or_404(Forwarder, pk=forwarder_id)
    given = {"forwarder": found, "rows": list_trackers(found, now())}
    return render(request, "field/forwarders_one.html", given)


@needs(Permission.MANAGE_DEVICES)
def renew(request: HttpRequest, forwarder_id: int) -> HttpResponse:
    """Give a forwarding server another token."""
    found = get_object_or_404(Forwarder, pk=forwarder_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = renew_token(by=person_of(request), holder=found, **form.cleaned_data)
        return _show_token(request, found, token)
    return render(request, "field/forwarders_renew.html", {"forwarder": found, "form": form})


@needs(Permission.MANAGE_DEVICES)
def end(request: HttpRequest, forwarder_id: int) -> HttpResponse:
    """Take a forwarding server's token away."""
    found = get_object_or_404(Forwarder, pk=forwarder_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_token(by=person_of(request), holder=found, **form.cleaned_data)
        messages.success(request, f"What {found.name} forwards is no longer taken.")
        return redirect("devices")
    return render(request, "field/forwarders_end.html", {"forwarder": found, "form": form})


def _show_token(request: HttpRequest, owner: Forwarder, token: str) -> HttpResponse:
    door = find_door(request.build_absolute_uri("/in/"), os.environ)
    page = {
        "forwarder": owner,
        "token": token,
        "addresses": list_forwarding_addresses(door, token),
    }
    response = render(request, "field/forwarders_token.html", page)
    response["Cache-Control"] = "no-store"
    return response
