"""The pages by which trackers' tokens are given and taken."""

import os

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.timezone import now

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field import devices_actions
from patrolwise.web.field.assignments_queries import find_crew
from patrolwise.web.field.devices_addresses import draw_code, find_door, list_addresses
from patrolwise.web.field.devices_forms import DeviceForm, GivenForm, ReasonForm
from patrolwise.web.field.devices_queries import (
    DeviceRow,
    find_device,
    list_devices,
    list_forwarders,
    list_history,
)
from patrolwise.web.field.models import Device
from patrolwise.web.field.tokens_actions import end_token, renew_token
from patrolwise.web.records.services import list_own_services


@needs(Permission.MANAGE_DEVICES)
def devices(request: HttpRequest) -> HttpResponse:
    """Show all devices, and whether each sends as it should."""
    given = {"rows": list_devices(now()), "forwarders": list_forwarders()}
    return render(request, "field/devices.html", given)


@needs(Permission.MANAGE_DEVICES)
def give(request: HttpRequest) -> HttpResponse:
    """Add a device, and show its token once; none where a server forwards for it."""
    asked = {name: request.GET.get(name) for name in ("forwarder_id", "service")}
    form = DeviceForm(request.POST or None, initial=asked, forwarders=list_forwarders())
    services = list_own_services()
    unit = GivenForm(request.POST or None, initial=asked, services=services)
    if request.method == "POST" and form.is_valid() and unit.is_valid():
        try:
            made = devices_actions.give_device(
                by=person_of(request), details=form.details(), given=unit.given(), now=now()
            )
        except InputError as error:
            form.add_error(None, str(error))
        else:
            return _tell_given(request, made.device, made.token)
    given = {"form": form, "unit": unit, "services": services}
    return render(request, "field/devices_give.html", given)


@needs(Permission.MANAGE_DEVICES)
def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Show one device with its history, and change its name or how it sends."""
    row = _find(device_id)
    initial, forwarders = vars(row.device), list_forwarders()
    form = DeviceForm(request.POST or None, initial=initial, forwarders=forwarders)
    if request.method == "POST" and form.is_valid():
        try:
            devices_actions.change_device(
                by=person_of(request), device=row.device, details=form.details()
            )
        except InputError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{row.device.name} is changed.")
            return redirect("devices")
    crew = find_crew(row.unit_id, now())
    given = {"row": row, "form": form, "history": list_history(row), "crew": crew}
    return render(request, "field/devices_one.html", given)


@needs(Permission.MANAGE_DEVICES)
def renew(request: HttpRequest, device_id: int) -> HttpResponse:
    """Give a device another token."""
    row = _find(device_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = renew_token(by=person_of(request), holder=row.device, **form.cleaned_data)
        return _show_token(request, row.device, token)
    return render(request, "field/devices_renew.html", {"row": row, "form": form})


@needs(Permission.MANAGE_DEVICES)
def end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Take a device's token away."""
    row = _find(device_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_token(by=person_of(request), holder=row.device, **form.cleaned_data)
        messages.success(request, f"What {row.device.name} sends is no longer taken.")
        return redirect("devices")
    return render(request, "field/devices_end.html", {"row": row, "form": form})


def _tell_given(request: HttpRequest, made: Device, token: str) -> HttpResponse:
    if made.forwarder is None:
        return _show_token(request, made, token)
    told = f"What {made.forwarder} forwards as {made.sent_as} is taken now."
    messages.success(request, told)
    return redirect("forwarder", forwarder_id=made.forwarder.pk)


def _show_token(request: HttpRequest, owner: Device, token: str) -> HttpResponse:
    addresses = list_addresses(find_door(request.build_absolute_uri("/in/"), os.environ), token)
    code = mark_safe(draw_code(addresses[0].address))  # noqa: S308  (drawn here, of no given text)
    page = {"device": owner, "token": token, "addresses": addresses, "code": code}
    response = render(request, "field/devices_token.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _find(device_id: int) -> DeviceRow:
    row = find_device(device_id, now())
    if row is None:
        raise Http404
    return row
