"""Returns: forms, compiling, sheets, the rows behind each figure."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.returns import actions, queries
from patrolwise.web.returns.bundles import unpack_files
from patrolwise.web.returns.forms import FormsForm, QuarterForm, SettingsForm
from patrolwise.web.returns.models import CompiledReturn, PublicUpdate, ReturnSettings

_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}


def answer_file(files: dict[str, bytes], name: str) -> HttpResponse:
    """Return one of the files as what is saved, not shown.

    Raises
    ------
    Http404
        There is none of that name, or it is a page: pages are shown by this site alone.
    """
    suffix = f".{name.rpartition('.')[2]}"
    if name not in files or suffix not in _TYPES:
        raise Http404
    return HttpResponse(
        files[name],
        content_type=_TYPES[suffix],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@needs(Permission.SEE_RETURNS)
@never_cache
def returns(request: HttpRequest) -> HttpResponse:
    """Show the returns that were made, and how the next is made."""
    told = {
        "returns": queries.list_made(),
        "updates": queries.list_updates(),
        "settings": ReturnSettings.objects.first(),
        "may_prepare": person_of(request).may(Permission.PREPARE_RETURNS),
    }
    return render(request, "returns/returns.html", told)


@needs(Permission.PREPARE_RETURNS)
@never_cache
def declare(request: HttpRequest) -> HttpResponse:
    """Say how returns are made."""
    form = SettingsForm(request.POST or None, initial=_tell_settings())
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["kinds"] = given.pop("agencies")
        actions.declare_settings(given, person_of(request), clock.now())
        messages.success(
            request, "Returns are made so from now on. Those that were made stay as they are."
        )
        return redirect("return-forms")
    return render(request, "returns/declare.html", {"form": form})


@needs(Permission.PREPARE_RETURNS)
@never_cache
def return_forms(request: HttpRequest) -> HttpResponse:
    """Show which forms hold, and take in newer ones."""
    form = FormsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = [
            actions.SentForm(name=one.name, content=one.read()) for one in form.cleaned_data["sent"]
        ]
        try:
            kept = actions.keep_forms(sent, person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error("sent", str(error))
        else:
            told = ", ".join(f"{one.file_name} ({one.rows:,} rows)" for one in kept)
            messages.success(request, f"Kept: {told}.")
            return redirect("return-forms")
    return render(request, "returns/forms.html", {"form": form, "forms": queries.list_forms()})


@needs(Permission.PREPARE_RETURNS)
@require_POST
def take_ledger(request: HttpRequest) -> HttpResponse:
    """Take this site's own ledger as forms."""
    try:
        kept = actions.take_ledger(person_of(request), clock.now())
    except PatrolwiseError as error:
        messages.error(request, str(error))
    else:
        told = ", ".join(f"{one.file_name} ({one.rows:,} rows)" for one in kept)
        messages.success(request, f"Kept: {told}." if kept else "Nothing has changed since.")
    return redirect("return-forms")


@needs(Permission.PREPARE_RETURNS)
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """Compile a return."""
    form = QuarterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = actions.NewReturn(**form.cleaned_data)
        try:
            made = actions.make_return(new, person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The return {made} is made.")
            return redirect("return", return_id=made.pk)
    return render(request, "returns/make.html", {"form": form, "forms": queries.list_forms()})


@needs(Permission.SEE_RETURNS)
@never_cache
def one_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """Show one return: what it is made of, its sheets and files, and where it stands."""
    bare = CompiledReturn.objects.defer("files").select_related("settings")
    found = get_object_or_404(bare, pk=return_id)
    before = CompiledReturn.objects.filter(quarter=found.quarter, version=found.version - 1)
    release = queries.find_release(compiled=found)
    told = {
        "found": found,
        "sheets": queries.show_sheets(found),
        "files": queries.list_files(found),
        "forms": found.forms.defer("content"),
        "before": before.defer("files").first(),
        "release": release,
        "by": queries.name_person(found.made_by_id),
        "updates": PublicUpdate.objects.filter(compiled=found).defer("files"),
        "may_prepare": person_of(request).may(Permission.PREPARE_RETURNS),
    }
    return render(request, "returns/return.html", told)


@needs(Permission.SEE_RETURNS)
@never_cache
def sheet(request: HttpRequest, return_id: int, number: int) -> HttpResponse:
    """Show one sheet, each figure with a way to its rows."""
    found = get_object_or_404(CompiledReturn.objects.defer("files"), pk=return_id)
    shown = queries.show_sheet(found, number)
    if shown is None:
        raise Http404
    told = {
        "found": found,
        "sheet": shown,
        "sheets": queries.show_sheets(found),
        "number": str(number),
    }
    return render(request, "returns/sheet.html", told)


@needs(Permission.SEE_RETURNS)
@never_cache
def cell(request: HttpRequest, return_id: int) -> HttpResponse:
    """Show the rows that a figure is made of."""
    found = get_object_or_404(CompiledReturn.objects.defer("files"), pk=return_id)
    cell_id = request.GET.get("cell", "")
    rows = queries.show_cell(found, cell_id)
    if rows is None:
        raise Http404
    parts = cell_id.split("/")
    told = {"found": found, "number": parts[0], "parts": parts[1:], "rows": rows}
    return render(request, "returns/cell.html", told)


@needs(Permission.SEE_RETURNS)
@never_cache
def return_file(request: HttpRequest, return_id: int, name: str) -> HttpResponse:
    """Hand out one file of a return: with both names, once it is released."""
    found = get_object_or_404(CompiledReturn, pk=return_id)
    release = queries.find_release(compiled=found)
    packed = release.files if release and release.files else found.files
    return answer_file(unpack_files(packed), name)


@needs(Permission.SEE_RETURNS)
@never_cache
def compare(request: HttpRequest, return_id: int) -> HttpResponse:
    """Show how a return differs from the version before, and because of which rows."""
    bare = CompiledReturn.objects.defer("files")
    found = get_object_or_404(bare, pk=return_id)
    before = get_object_or_404(bare, quarter=found.quarter, version=found.version - 1)
    told = queries.show_change(before, found)
    return render(request, "returns/compare.html", {"found": found, "before": before, "told": told})


def _tell_settings() -> dict[str, Any]:
    now = ReturnSettings.objects.first()
    if now is None:
        return {}
    return {
        "title": now.title,
        "force": now.force,
        "zone": now.zone,
        "definitions": "\n".join(now.definitions),
        "harm_index": now.harm_index,
        "agencies": "\n".join(", ".join(one) for one in now.kinds),
    }
