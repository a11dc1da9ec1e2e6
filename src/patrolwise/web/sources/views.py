"""Sources, their files, their counts, and what is still to be placed."""

from dataclasses import fields
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.files.agency_records import agency_form
from patrolwise.partnership.agency_sources import SourceTerms
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.sources import actions, queries
from patrolwise.web.sources.forms import FileForm, PlaceForm, TermsForm, UndoForm
from patrolwise.web.sources.models import AgencyRecord, AgencySource, Batch


@needs(Permission.SEE_SOURCES)
@never_cache
def sources(request: HttpRequest) -> HttpResponse:
    """Show the sources, and on what terms each is here."""
    told = {
        "sources": queries.list_sources(clock.today()),
        "may_agree": person_of(request).may(Permission.AGREE_SOURCES),
    }
    return render(request, "sources/sources.html", told)


@needs(Permission.AGREE_SOURCES)
@never_cache
def source_new(request: HttpRequest) -> HttpResponse:
    """Agree a source's terms, or new ones."""
    name = request.GET.get("again", "")
    before = AgencySource.objects.filter(name=name, is_current=True).first()
    names = [field.name for field in fields(SourceTerms)]
    initial = {one: getattr(before, one) for one in names} if before else {}
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.agree_terms(
                SourceTerms(**form.cleaned_data), person_of(request), clock.now()
            )
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            return redirect("source", source_id=made.pk)
    return render(request, "sources/terms.html", {"form": form})


@needs(Permission.SEE_SOURCES)
@never_cache
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show a source: terms, counts by hot spot and month, quality, files."""
    found = get_object_or_404(AgencySource, pk=source_id)
    person = person_of(request)
    may_see = person.may(Permission.SEE_SOURCE_RECORDS)
    form = FileForm(request.POST or None, request.FILES or None) if may_see else None
    if request.method == "POST" and form is not None and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.take_file(found, file.name, file.read(), person, clock.now())
        except PatrolwiseError as error:
            form.add_error("file", str(error))
        else:
            new = batch.rows - batch.known
            messages.success(request, f"{new} records are taken in; {batch.known} were here.")
            return redirect("source", source_id=found.pk)
    told = {
        "found": found,
        "counts": queries.count_by_month(found, person, clock.today()),
        "quality": queries.sum_quality(found) if may_see else None,
        "batches": Batch.objects.filter(source__name=found.name) if may_see else None,
        "unplaced": len(queries.list_unplaced(found)) if may_see else 0,
        "columns": agency_form(found.kind).names,
        "form": form,
        "may_agree": person.may(Permission.AGREE_SOURCES),
    }
    return render(request, "sources/source.html", told)


@needs(Permission.SEE_SOURCE_RECORDS)
@never_cache
def batch_undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Undo a file."""
    found = get_object_or_404(Batch.objects.select_related("source"), pk=batch_id, undone_at=None)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_batch(found, form.cleaned_data["why"], person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error("why", str(error))
        else:
            messages.success(request, "Its records are deleted.")
            return redirect("source", source_id=found.source.pk)
    return render(request, "sources/undo.html", {"form": form, "found": found})


@needs(Permission.SEE_SOURCE_RECORDS)
@never_cache
def unplaced(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show records whose words nobody has placed yet."""
    found = get_object_or_404(AgencySource, pk=source_id)
    told = {"found": found, "records": queries.list_unplaced(found), "form": PlaceForm()}
    return render(request, "sources/unplaced.html", told)


@needs(Permission.SEE_SOURCE_RECORDS)
@never_cache
def place(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say by hand where something was."""
    found = get_object_or_404(AgencyRecord.objects.select_related("batch__source"), pk=record_id)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.place_record(found, form.cleaned_data["hot_spot_id"], person_of(request))
        except PatrolwiseError as error:
            form.add_error("hot_spot_id", str(error))
        else:
            messages.success(request, "It is placed, and its words are dropped.")
            return redirect("source-unplaced", source_id=found.batch.source.pk)
    return render(request, "sources/place.html", {"form": form, "found": found})
