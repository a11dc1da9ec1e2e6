"""The pages of hot spot sets: the list, one set, two compared, publishing, downloads."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.files.geopackage import write_geopackage
from patrolwise.files.geoparquet import write_geoparquet
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records import spot_actions, spot_queries
from patrolwise.web.records.forms import ReasonForm
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.records.spot_documents import read_set, write_text
from patrolwise.web.records.spot_downloads import as_csv, layer_of_set
from patrolwise.web.records.spot_forms import CompareForm
from patrolwise.web.records.spot_tables import compare_sets, draw_set, list_areas


@needs(Permission.SEE_HOT_SPOTS)
def hot_spots(request: HttpRequest) -> HttpResponse:
    """Show all sets and versions, and which one is in force."""
    sets = list(spot_queries.list_sets())
    told = {
        "sets": sets,
        "in_force": next((one for one in sets if one.state == SetState.PUBLISHED), None),
        "choices": spot_queries.list_open_choices(),
        "names": spot_queries.name_people(one.made_by_id for one in sets),
        "may_draw": person_of(request).may(Permission.DRAW_HOT_SPOTS),
    }
    return render(request, "records/hot_spots.html", told)


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """Show one version: its areas, how they were chosen, its edits, its map."""
    found = get_set(set_id)
    spots, person = read_set(found), person_of(request)
    told = {
        "found": found,
        "spots": spots,
        "areas": list_areas(spots),
        "drawings": draw_set(spots),
        "versions": spot_queries.list_versions(found),
        "names": spot_queries.name_people([found.made_by_id, found.published_by_id]),
        "may_edit": person.may(Permission.DRAW_HOT_SPOTS) and spot_queries.is_newest(found),
        "may_publish": person.may(Permission.PUBLISH_HOT_SPOTS),
    }
    return render(request, "records/hot_spot_set.html", told)


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_compare(request: HttpRequest) -> HttpResponse:
    """Hold two versions side by side."""
    form = CompareForm(request.GET or None, spot_queries.list_sets())
    told: dict[str, object] = {"form": form}
    if form.is_valid():
        first, second = form.cleaned_data["a"], form.cleaned_data["b"]
        compared = compare_sets(read_set(first), read_set(second))
        told |= {"first": first, "second": second, "compared": compared}
    return render(request, "records/hot_spot_compare.html", told)


@needs(Permission.PUBLISH_HOT_SPOTS)
def hot_spot_publish(request: HttpRequest, set_id: int) -> HttpResponse:
    """Put a version in force, with a reason."""
    found = get_set(set_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        spot_actions.publish_set(by=person_of(request), spot_set=found, **form.cleaned_data)
        messages.success(request, f"{found} is in force now. Counts are being made anew for it.")
        return redirect("hot-spot-set", set_id)
    return render(request, "records/hot_spot_publish.html", {"found": found, "form": form})


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_geojson(request: HttpRequest, set_id: int) -> HttpResponse:
    """Give the library's own file of a version."""
    found = get_set(set_id)
    text = write_text(read_set(found))
    return _file(text, "application/geo+json", f"{found.set_id}-v{found.version}.geojson")


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_geoparquet(request: HttpRequest, set_id: int) -> HttpResponse:
    """Give a version as GeoParquet."""
    found = get_set(set_id)
    kind, name = "application/vnd.apache.parquet", f"{found.set_id}-v{found.version}.parquet"
    return _file(write_geoparquet(layer_of_set(read_set(found))), kind, name)


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_geopackage(request: HttpRequest, set_id: int) -> HttpResponse:
    """Give a version as GeoPackage, dated on the day that it was made."""
    found = get_set(set_id)
    content = write_geopackage([layer_of_set(read_set(found))], changed=found.made.date())
    name = f"{found.set_id}-v{found.version}.gpkg"
    return _file(content, "application/geopackage+sqlite3", name)


@needs(Permission.SEE_HOT_SPOTS)
def hot_spot_csv(request: HttpRequest, set_id: int) -> HttpResponse:
    """Give a version's table of areas for a spreadsheet."""
    found = get_set(set_id)
    name = f"{found.set_id}-v{found.version}.csv"
    return _file(as_csv(read_set(found)), "text/csv; charset=utf-8", name)


def get_set(set_id: int) -> SpotSet:
    """Return a version, or the page that says there is none."""
    found = spot_queries.find_set(set_id)
    if found is None:
        raise Http404
    return found


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
