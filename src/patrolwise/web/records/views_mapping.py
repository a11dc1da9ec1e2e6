"""The page on which the columns of a table are told: of a force's export, or of a tracker's."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records import actions, queries
from patrolwise.web.records.forms import MappingForm, TextFormForm
from patrolwise.web.records.mapping_making import Trial, try_mapping
from patrolwise.web.records.mapping_start import begin_mapping, sample_upload
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.previews import Preview, preview_table
from patrolwise.web.records.samples import Sample, TextForm
from patrolwise.web.records.views_fix_mapping import map_fixes
from patrolwise.web.records.waiting import may_look_into

_USE = "use"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the mapping made of the first rows, as the page shows it."""

    trial: Trial
    preview: Preview | None


@needs(Permission.UPLOAD_RECORDS)
def upload_mapping(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Ask what each column holds, try it on the first rows, and read the file by it."""
    found = _get(upload_id)
    if not may_look_into(person_of(request), found):
        raise Http404
    sample = sample_upload(found, _text_form(request))
    if found.kind == Kind.FIXES:
        return map_fixes(request, found, sample)
    start = begin_mapping(found, sample)
    form = MappingForm(request.POST or None, columns=list(sample.columns), initial=start)
    tried = _try(sample, form) if request.method == "POST" and form.is_valid() else None
    if tried and not tried.trial.fault and request.POST.get("do") == _USE:
        actions.map_upload(by=person_of(request), upload=found, mapping=form.as_mapping())
        messages.success(request, "The mapping is saved, and the file is being read by it.")
        return redirect("upload", upload_id)
    told = {"found": found, "form": form, "columns": sample.columns, "tried": tried}
    return render(request, "records/mapping.html", told)


def _get(upload_id: int) -> Upload:
    found = queries.find_upload(upload_id)
    states = (State.WAITING, State.REFUSED, State.PREVIEW)
    if found is None or not queries.is_table(found) or found.state not in states:
        raise Http404
    return found


def _text_form(request: HttpRequest) -> TextForm | None:
    """Return how the file is said to be written; None at first, when that is found out."""
    form = TextFormForm(request.POST or None)
    return TextForm(**form.cleaned_data) if form.is_valid() else None


def _try(sample: Sample, form: MappingForm) -> Tried:
    trial = try_mapping(sample, form.as_mapping())
    if trial.rows is None:
        return Tried(trial=trial, preview=None)
    return Tried(trial=trial, preview=preview_table(trial.rows.lazy(), Kind.CRIMES.value))
