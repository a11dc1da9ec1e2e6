"""The directory of services."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.errors import RefusedError
from patrolwise.files.services import read_services
from patrolwise.outreach.vocabulary import NeedDomain
from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions import services as actions
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Service
from patrolwise.web.casework.sharing_forms import DirectoryForm, ServiceForm
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.casework.words import tell_word

_MOST_BYTES = 5_000_000


@needs(Permission.SEE_SERVICES)
def services(request: HttpRequest) -> HttpResponse:
    """List services, those that take referrals first."""
    rows = [
        (one, ", ".join(tell_word(NeedDomain, key) for key in one.needs))
        for one in Service.objects.order_by("-is_active", "name")
    ]
    may_manage = person_of(request).may(Permission.MANAGE_SERVICES)
    return render(request, "casework/services.html", {"rows": rows, "may_manage": may_manage})


@needs(Permission.MANAGE_SERVICES)
def service_new(request: HttpRequest) -> HttpResponse:
    """Add a service."""
    return _edit(request, None)


@needs(Permission.MANAGE_SERVICES)
def service_edit(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Change a service."""
    found = Service.objects.filter(pk=service_id).first()
    if found is None:
        raise Http404
    return _edit(request, found)


@needs(Permission.MANAGE_SERVICES)
def services_read(request: HttpRequest) -> HttpResponse:
    """Read a directory in: services that are known by their number are changed, others added."""
    form = DirectoryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        counts: list[tuple[int, int]] = []

        def act() -> None:
            if file.size > _MOST_BYTES:
                raise RefusedError("The file has more than 5 MB. Ask for the services near you.")
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "services.json"
                path.write_bytes(file.read())
                found = read_services(path)
            counts.append(actions.take_directory(writing=write_now(request), found=found))

        if is_done(form, act):
            added, changed = counts[0]
            messages.success(request, f"{added} added, {changed} changed.")
            return redirect("services")
    return render(request, "casework/services_read.html", {"form": form})


def _edit(request: HttpRequest, found: Service | None) -> HttpResponse:
    teams = [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]
    names = [name for name in ServiceForm.base_fields if name != "team"]
    first: dict[str, Any] = {name: getattr(found, name) for name in names} if found else {}
    if found:
        first["team"] = str(found.team_id or "")
    form = ServiceForm(request.POST or None, initial=first, teams=teams)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        team = given.pop("team")
        given["team_id"] = int(team) if team else None
        actions.set_service(writing=write_now(request), service=found, values=given)
        messages.success(request, "Kept.")
        return redirect("services")
    return render(request, "casework/service_edit.html", {"form": form, "service": found})
