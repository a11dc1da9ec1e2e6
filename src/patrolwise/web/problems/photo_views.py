"""The pages of photographs of places: taken, looked at by a second person, seen or deleted."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.errors import RefusedError
from patrolwise.partnership.environment_audits import load_items
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems import photo_actions, photo_queries
from patrolwise.web.problems.models import PlacePhoto
from patrolwise.web.problems.photo_forms import PhotoForm
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.queries import list_areas


@needs(Permission.WRITE_PROBLEMS)
def photo_new(request: HttpRequest, walk_id: int) -> HttpResponse:
    """Take a photograph on a walk; the phone pixelates it before it is sent."""
    walk, areas = photo_queries.find_walk(walk_id), list_areas()
    if walk is None:
        raise Http404
    items = load_items(walk.audit.items_version)
    form = PhotoForm(request.POST or None, request.FILES or None, items=items)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = photo_actions.NewPhoto(
            item=said["item"], data=said["photograph"], marks=said["marks"]
        )
        by = person_of(request)
        if is_done(
            form, lambda: photo_actions.keep_photo(by=by, walk=walk, new=new, now=clock.now())
        ):
            messages.success(request, "The photograph is kept. A second person looks at it first.")
            return redirect("audit", walk.audit_id)
    told = {"form": form, "walk": walk, "areas": areas}
    return render(request, "problems/photo_new.html", told)


@needs(Permission.SEE_PROBLEMS)
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Show a photograph, and take what comes next: let be seen, or deleted."""
    row, by = _find(request, photo_id), person_of(request)
    is_mine, is_sealed = row.kept_by_id == by.pk, row.seen is None
    may_check = by.may(Permission.CHECK_PHOTOS)
    if request.method == "POST":
        if not (may_check or is_mine):
            raise Http404
        return _decide(request, row)
    told = {
        "row": row,
        "title": load_items(row.walk.audit.items_version)[row.item].title,
        "areas": list_areas(),
        "is_sealed": is_sealed,
        "may_let": is_sealed and may_check and not is_mine,
        "may_delete": may_check or is_mine,
    }
    return render(request, "problems/photo.html", told)


@needs(Permission.SEE_PROBLEMS)
def photo_picture(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Give the pixels of a photograph to who may see it, and to nobody's cache."""
    row = _find(request, photo_id)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(bytes(row.jpeg), content_type="image/jpeg", headers=headers)


def _decide(request: HttpRequest, row: PlacePhoto) -> HttpResponse:
    by, audit_id = person_of(request), row.walk.audit_id
    if request.POST.get("do") == "delete":
        photo_actions.delete_photo(by=by, photo=row)
        messages.success(request, "The photograph is deleted.")
        return redirect("audit", audit_id)
    if not by.may(Permission.CHECK_PHOTOS) or request.POST.get("do") != "let":
        raise Http404
    try:
        photo_actions.let_be_seen(by=by, photo=row, now=clock.now())
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "All who see walks may see it now.")
    return redirect("place-photo", row.pk)


def _find(request: HttpRequest, photo_id: int) -> PlacePhoto:
    row = photo_queries.find_photo(photo_id, person_of(request), _today())
    if row is None:
        raise Http404
    return row


def _today() -> date:
    return local_day(clock.now())
