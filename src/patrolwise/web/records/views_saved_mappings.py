"""The pages of saved mappings: the list, and deleting one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records.forms import ReasonForm
from patrolwise.web.records.models import SavedMapping
from patrolwise.web.records.saved_mappings import delete_mapping, list_read_by, list_saved


@needs(Permission.UPLOAD_RECORDS)
def saved_mappings(request: HttpRequest) -> HttpResponse:
    """Show all saved mappings."""
    return render(request, "records/saved_mappings.html", {"rows": list_saved()})


@needs(Permission.UPLOAD_RECORDS)
def saved_mapping_delete(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """Say which uploads were read by a mapping, and delete it with a reason."""
    found = get_object_or_404(SavedMapping, pk=mapping_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_mapping(by=person_of(request), saved=found, **form.cleaned_data)
        messages.success(request, f"The mapping {found.name} is deleted.")
        return redirect("saved-mappings")
    told = {"found": found, "form": form, "uploads": list_read_by(found)}
    return render(request, "records/saved_mapping_delete.html", told)
