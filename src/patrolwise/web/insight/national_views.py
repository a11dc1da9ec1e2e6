"""The pages of the national comparison: a force beside all others."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight import national_actions as actions
from patrolwise.web.insight.models import NationalRun
from patrolwise.web.insight.national_forms import MOST_BYTES, NationalForm
from patrolwise.web.insight.national_queries import (
    FILES,
    find_national_file,
    list_national,
    show_measure,
    show_national,
)
from patrolwise.web.insight.run_campaigns import list_force_campaigns
from patrolwise.web.insight.views_runs import SANDBOX
from patrolwise.web.records.models import Kind
from patrolwise.web.records.queries import list_kept

_ON_A_PAGE = 25


@needs(Permission.SEE_INSIGHT)
def national(request: HttpRequest) -> HttpResponse:
    """Show the comparisons that were made, and how to begin."""
    page = Paginator(list_national(), _ON_A_PAGE).get_page(request.GET.get("page"))
    given = {"page": page, "has_tables": list_kept(Kind.RECORDED).exists(), **_may(request)}
    return render(request, "insight/national.html", given)


@csrf_exempt  # checked within: the form must not be read before its size is known
@needs(Permission.RUN_EVALUATIONS)
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a comparison; a list of similar forces that is far too long is not read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise InputError(
            f"A list of similar forces has some kilobytes, and {MOST_BYTES / 1e6:g} MB is the most "
            "that is taken. None of it was read. Send the list alone."
        )
    return _start(request)


@csrf_protect
def _start(request: HttpRequest) -> HttpResponse:
    form = NationalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name, text = given["similar"]
        ask = actions.NationalAsk(
            uploads=tuple(one.pk for one in given["uploads"]),
            force=given["force"],
            period=given["period"],
            baseline=given["baseline"],
            measures=tuple(given["measures"]),
            similar_name=name,
            similar=text,
            campaigns=list_force_campaigns() if given.get("campaigns") else (),
        )
        run = actions.start_national(by=person_of(request), ask=ask)
        return redirect("national-result", national_id=run.pk)
    given = {"form": form, "has_tables": list_kept(Kind.RECORDED).exists(), **_may(request)}
    return render(request, "insight/national_start.html", given)


@needs(Permission.SEE_INSIGHT)
def result(request: HttpRequest, national_id: int) -> HttpResponse:
    """Show what a comparison says: whether anything stands, what changed, all measures."""
    shown = show_national(_get(national_id))
    return render(request, "insight/national_result.html", {"shown": shown, **_may(request)})


@needs(Permission.RUN_EVALUATIONS)
def again(request: HttpRequest, national_id: int) -> HttpResponse:
    """Start a comparison again that was refused, that died, or whose files are gone."""
    if request.method == "POST":
        actions.restart_national(by=person_of(request), run=_get(national_id))
    return redirect("national-result", national_id=national_id)


@needs(Permission.SEE_INSIGHT)
def measure(request: HttpRequest, national_id: int, measure_id: str) -> HttpResponse:
    """Show one measure: charts, similar forces, what it is and how far it can be trusted."""
    shown = show_national(_get(national_id))
    found = show_measure(shown, measure_id)
    if found is None:
        raise Http404
    return render(request, "insight/national_measure.html", {"shown": shown, "found": found})


@needs(Permission.SEE_INSIGHT, is_recorded=False)  # a part of a page, whose read was recorded
def picture(request: HttpRequest, national_id: int, picture: str) -> HttpResponseBase:
    """Give one chart."""
    found = _get(national_id)
    if picture in FILES:
        raise Http404
    return _give(found, picture, "image/svg+xml")


@needs(Permission.SEE_INSIGHT)
def file(request: HttpRequest, national_id: int, name: str) -> HttpResponseBase:
    """Give a file of a comparison; the pack without any power in the browser."""
    if name not in FILES:
        raise Http404
    return _give(_get(national_id), name, FILES[name][1])


def _give(run: NationalRun, name: str, kind: str) -> HttpResponseBase:
    path = find_national_file(run, name)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Content-Security-Policy"] = SANDBOX
    return response


def _get(national_id: int) -> NationalRun:
    return get_object_or_404(NationalRun, pk=national_id)


def _may(request: HttpRequest) -> dict[str, bool]:
    person = person_of(request)
    return {
        "may_run": person.may(Permission.RUN_EVALUATIONS),
        "may_upload": person.may(Permission.UPLOAD_RECORDS),
    }
