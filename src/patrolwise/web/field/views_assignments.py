"""The pages by which a device goes to another unit, and by which its history is mended."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime, now

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field import assignments_actions
from patrolwise.web.field.assignments_queries import (
    BEGINNING,
    find_assignment,
    find_crew,
    find_holder,
)
from patrolwise.web.field.devices_forms import GivenForm, ReasonForm
from patrolwise.web.field.models import Assignment, Device
from patrolwise.web.records.services import list_own_services

_REMOVE = "remove"


@needs(Permission.MANAGE_DEVICES)
def hand_over(request: HttpRequest, device_id: int) -> HttpResponse:
    """Give a device to another unit, or say who goes by it, from now or from another time on."""
    device = get_object_or_404(Device.objects.select_related("forwarder"), pk=device_id)
    start = {"service": device.service, "start": localtime()}
    held = find_holder(device, now())
    if held is not None:
        start["people"] = held.people
    services = list_own_services()
    form = GivenForm(request.POST or None, initial=start, services=services)
    if request.method == "POST" and form.is_valid():
        try:
            given = assignments_actions.hand_over(
                by=person_of(request), device=device, given=form.given()
            )
        except InputError as error:
            form.add_error(None, str(error))
        else:
            told = f"{device.name} is given to {given.unit_id}. {_tell_crew(given)}"
            messages.success(request, told)
            return redirect("device", device_id)
    return render(request, "field/devices_hand_over.html", {"device": device, "form": form})


@needs(Permission.MANAGE_DEVICES)
def correct(request: HttpRequest, device_id: int, assignment_id: int) -> HttpResponse:
    """Mend one line of a device's history, or take it out."""
    found = find_assignment(device_id, assignment_id)
    if found is None:
        raise Http404
    start = {
        **vars(assignments_actions.read_given(found)),
        "start": found.start if found.start > BEGINNING else None,
    }
    services = list_own_services()
    form = GivenForm(request.POST or None, initial=start, services=services, now=found.service)
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and reason.is_valid():
        if request.POST.get("do") == _REMOVE:
            assignments_actions.remove_assignment(
                by=person_of(request), assignment=found, **reason.cleaned_data
            )
            messages.success(request, f"{found.unit_id} no longer stands in the history.")
            return redirect("device", device_id)
        if form.is_valid() and _correct(request, found, form, reason):
            said = "The history is corrected, and its days are counted anew."
            messages.success(request, f"{said} {_tell_crew(found)}")
            return redirect("device", device_id)
    told = {"found": found, "form": form, "reason": reason}
    return render(request, "field/devices_correct.html", told)


def _tell_crew(given: Assignment) -> str:
    """Say how many people the unit now counts as: with two trackers it is soon one too many."""
    crew = find_crew(given.unit_id, max(given.start, now()))
    if not crew.devices:
        return ""
    people = "1 person" if crew.people == 1 else f"{crew.people} people"
    by = "1 device" if crew.devices == 1 else f"{crew.devices} devices"
    return f"{given.unit_id} counts as {people}, by {by}."


def _correct(request: HttpRequest, found: Assignment, form: GivenForm, reason: ReasonForm) -> bool:
    try:
        assignments_actions.correct_assignment(
            by=person_of(request), assignment=found, given=form.given(), **reason.cleaned_data
        )
    except InputError as error:
        form.add_error(None, str(error))
        return False
    return True
