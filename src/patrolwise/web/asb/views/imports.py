"""Exports of other case systems: looked at, kept or dropped, and undone."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import imports as actions
from patrolwise.web.asb.forms.rules import ImportForm
from patrolwise.web.asb.models import ImportRun
from patrolwise.web.asb.queries import name_people
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, write_now
from patrolwise.web.commons import clock

_DONE = {
    "keep": (actions.keep_import, "Kept."),
    "drop": (actions.drop_import, "Dropped. Nothing of the file is left here."),
    "undo": (actions.undo_import, "Undone. Its records are gone."),
}


@needs(Permission.IMPORT_ASB)
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """List what was read in."""
    actions.drop_overdue(clock.now())
    page = Paginator(ImportRun.objects.defer("content"), A_PAGE).get_page(request.GET.get("page"))
    names = name_people(one.created_by_id for one in page)
    rows = [(one, names.get(one.created_by_id, "")) for one in page]
    return render(request, "asb/imports.html", {"page": page, "rows": rows})


@needs(Permission.IMPORT_ASB)
@never_cache
def import_new(request: HttpRequest) -> HttpResponse:
    """Read an export to look at it: nothing is written yet."""
    form = ImportForm(request.POST or None, request.FILES or None)
    page = FormPage(
        title="Read in an export",
        button="Look at it",
        back=reverse("asb-imports"),
        back_title="Imports",
        intro="A CSV of Sentinel, ECINS or another case system. Nothing is written before you say.",
        done="Nothing is written yet. Look at the report, then keep or drop it.",
    )

    def act() -> ImportRun:
        given = form.cleaned_data
        try:
            mapping = given["mapping"].read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("The mapping is no text in UTF-8. Save it as such.") from error
        return actions.preview_import(
            writing=write_now(request),
            data=given["file"].read(),
            mapping=mapping,
            lead_agency=given["lead_agency"],
        )

    return answer_form(request, form, page, act, lambda made: reverse("asb-import", args=[made.pk]))


@needs(Permission.IMPORT_ASB)
@never_cache
def import_one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Show the report of quality of an export, and keep, drop or undo it."""
    actions.drop_overdue(clock.now())
    found = get_object_or_404(ImportRun, pk=import_id)
    do = request.POST.get("do", "")
    refused = ""
    if request.method == "POST" and do in _DONE:
        act, done = _DONE[do]
        try:
            act(writing=write_now(request), run=found)
        except PatrolwiseError as error:
            refused = str(error)
        else:
            messages.success(request, done)
            return redirect("asb-import", found.pk)
    names = name_people([found.created_by_id, found.decided_by_id or 0])
    told = {
        "run": found,
        "by": names.get(found.created_by_id, ""),
        "decided_by": names.get(found.decided_by_id or 0, ""),
        "refused": refused,
        "until": actions.waits_until(found),
    }
    return render(request, "asb/import.html", told)
