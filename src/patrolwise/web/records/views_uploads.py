"""The pages of uploads: the list, sending, looking, keeping, undoing."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.lacks import BUSY, find_lack
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records import actions, queries
from patrolwise.web.records.forms import ReasonForm, UploadForm
from patrolwise.web.records.incoming import ArrivedFile, most_bytes, receive_files
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.previews import preview_upload
from patrolwise.web.records.reading_lock import is_held
from patrolwise.web.records.waiting import may_look_into, waits_until

_ON_A_PAGE = 25


@needs(Permission.SEE_RECORDS)
def uploads(request: HttpRequest) -> HttpResponse:
    """Show all uploads, the newest first."""
    page = Paginator(queries.list_uploads(), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "records/uploads.html",
        {
            "rows": queries.make_rows(page),
            "page": page,
            "may_upload": person_of(request).may(Permission.UPLOAD_RECORDS),
        },
    )


@csrf_exempt  # checked within: the form must not be read before its size is known
@needs(Permission.UPLOAD_RECORDS)
def upload_new(request: HttpRequest) -> HttpResponse:
    """Take files; too many bytes are refused before they are read."""
    if request.method == "POST":
        receive_files(request)
    return _upload_new(request)


@csrf_protect
def _upload_new(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = _take(person_of(request), **form.cleaned_data)
        for sentence in told:
            messages.warning(request, sentence)
        return redirect("uploads")
    _forget_files(request)
    return render(request, "records/upload_new.html", {"form": form, "most": most_bytes() / 1e9})


def _take(by: Person, kind: str, sent: list[ArrivedFile]) -> list[str]:
    """Take each file up; return what is to be said of those that were not."""
    told: list[str] = []
    try:
        actions.tidy_up()
    except (OperationalError, OSError):
        for file in sent:
            actions.drop_file(file)
        raise
    parcels = [sent] if kind == Kind.PROGRAMME else [[file] for file in sent]
    for number, parcel in enumerate(parcels):
        try:
            if kind == Kind.PROGRAMME:
                actions.add_programme(by=by, files=parcel)
            else:
                actions.add_upload(by=by, kind=kind, file=parcel[0])
        except PatrolwiseError as error:
            told.append(str(error))
        except (OperationalError, OSError) as error:
            left = [file for later in parcels[number:] for file in later]
            for file in left:
                actions.drop_file(file)
            if not number:
                raise
            names = ", ".join(str(file.name) for file in left)
            told.append(f"{names}: {(find_lack(error) or BUSY).sentence}")
            break
    return told


def _forget_files(request: HttpRequest) -> None:
    """Delete what came in with a form that cannot be used."""
    for name in request.FILES:
        for file in request.FILES.getlist(name):
            actions.drop_file(cast(ArrivedFile, file))


@needs(Permission.SEE_RECORDS)
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show one upload: how far it is, its quality, its first rows."""
    found = _get(upload_id)
    return render(request, "records/upload.html", {**_progress(found, request), **_look(found)})


@needs(Permission.SEE_RECORDS, is_recorded=False)
def upload_progress(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show how far an upload is, for the page that is open on it."""
    return render(request, "records/progress.html", _progress(_get(upload_id), request))


@needs(Permission.UPLOAD_RECORDS)
@require_POST
def upload_keep(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Keep what was read."""
    found = _get(upload_id)
    actions.keep_upload(by=person_of(request), upload=found)
    messages.success(request, f"{found.name} is kept, and counts from now on.")
    return redirect("upload", upload_id)


@needs(Permission.UPLOAD_RECORDS)
@require_POST
def upload_again(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Start the reading once more."""
    actions.read_again(by=person_of(request), upload=_get(upload_id))
    return redirect("upload", upload_id)


@needs(Permission.UPLOAD_RECORDS)
def upload_undo(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Take an upload back, with a reason."""
    found = _get(upload_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.undo_upload(by=person_of(request), upload=found, **form.cleaned_data)
        messages.success(request, f"{found.name} was taken back, and its rows are gone.")
        return redirect("uploads")
    return render(request, "records/upload_undo.html", {"found": found, "form": form})


def _get(upload_id: int) -> Upload:
    found = queries.find_upload(upload_id)
    if found is None:
        raise Http404
    return found


def _progress(found: Upload, request: HttpRequest) -> dict[str, object]:
    is_gone = found.state == State.READING and not is_held(found.pk)
    needs_mapping = queries.needs_mapping(found)
    waits = found.state in (State.WAITING, State.READING) and not needs_mapping
    return {
        "found": found,
        "percent": round(100 * found.done_share),
        "is_busy": waits and not is_gone,
        "is_gone": is_gone or queries.is_late(found, datetime.now(UTC)),
        "needs_mapping": needs_mapping,
        "may_upload": person_of(request).may(Permission.UPLOAD_RECORDS),
        "may_look": may_look_into(person_of(request), found),
        "waits_until": waits_until(found),
    }


def _look(found: Upload) -> dict[str, object]:
    return {
        "preview": preview_upload(found),
        "can_map": queries.is_table(found)
        and found.state in (State.WAITING, State.REFUSED, State.PREVIEW),
        "row": queries.make_rows([found])[0],
    }
