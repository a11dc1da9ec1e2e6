"""The page on which the columns of a tracker's table are told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import person_of
from patrolwise.web.records import actions
from patrolwise.web.records.fix_mapping_form import FixMappingForm
from patrolwise.web.records.fix_mapping_start import begin_fix_mapping
from patrolwise.web.records.fix_tables import find_usable
from patrolwise.web.records.fix_trying import try_fixes
from patrolwise.web.records.models import SavedMapping, Upload
from patrolwise.web.records.samples import Sample

_USE = "use"
_SHOWN = 3  # rows of the file, as they are


def map_fixes(request: HttpRequest, found: Upload, sample: Sample) -> HttpResponse:
    """Ask what each column holds, show the first rows as they are read, and read the file so.

    Parameters
    ----------
    request : HttpRequest
        Of somebody who may upload.
    found : Upload
        Of fixes, which waits or was read.
    sample : Sample

    Returns
    -------
    HttpResponse
    """
    usable = find_usable(list(sample.columns))
    start = begin_fix_mapping(found, sample, _find_asked(request, usable))
    form = FixMappingForm(request.POST or None, rows=sample.rows, initial=start)
    tried = None
    if request.method == "POST" and form.is_valid():
        text = form.as_mapping()
        tried = try_fixes(sample, text)
        if not tried.faults and request.POST.get("do") == _USE:
            name = form.cleaned_data["name"]
            saved = actions.NamedMapping(name=name, columns=list(sample.columns))
            actions.map_upload(by=person_of(request), upload=found, mapping=text, save_as=saved)
            messages.success(request, f"The mapping {name} is saved, and the file is being read.")
            return redirect("upload", found.pk)
    told = {
        "found": found,
        "form": form,
        "first_rows": list(_list_values(sample)),
        "numbers": range(2, 2 + min(_SHOWN, sample.rows.height)),
        "tried": tried,
        "usable": usable,
    }
    return render(request, "records/fix_mapping.html", told)


def _find_asked(request: HttpRequest, usable: list[SavedMapping]) -> SavedMapping | None:
    """Return the saved mapping that the address asks to begin with."""
    asked = request.GET.get("from", "")
    return next((one for one in usable if str(one.pk) == asked), None)


def _list_values(sample: Sample) -> list[tuple[str, list[str]]]:
    """Return each column with what it holds in the first three rows."""
    first = sample.rows.head(_SHOWN)
    return [
        (name, ["" if cell is None else str(cell)[:60] for cell in first[name]])
        for name in first.columns
    ]
