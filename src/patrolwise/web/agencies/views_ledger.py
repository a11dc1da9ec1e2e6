"""The pages of all agencies together: minutes by place and day, streams, quality, the ledger."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.partnership.quarters import Quarter
from patrolwise.times import Window
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.agencies import queries, stream_actions, upload_actions
from patrolwise.web.agencies.exporting import pack_ledger, write_minutes
from patrolwise.web.agencies.forms import (
    AgencyForm,
    QuarterForm,
    ReasonForm,
    ServiceFileForm,
    StreamForm,
    WeekForm,
)
from patrolwise.web.agencies.models import Agency, Stream, Upload
from patrolwise.web.agencies.quality import read_quality
from patrolwise.web.agencies.views_own import answer_file
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done

_A_PAGE = 30
_WEEK, _QUALITY_DAYS = timedelta(days=6), timedelta(days=83)


@needs(Permission.SEE_AGENCY_MINUTES)
@never_cache
def agency_minutes(request: HttpRequest) -> HttpResponse:
    """Show minutes by day, hot spot and agency, of one week; or give them as CSV."""
    form = WeekForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = given.get("last") or clock.today()
    rows = queries.list_day_minutes(last - _WEEK, last, given.get("hot_spot", ""))
    if "csv" in request.GET:
        response = HttpResponse(write_minutes(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="agency-minutes.csv"'
        return response
    shown = form if form.is_bound else WeekForm(initial={"last": last})
    told = {"form": shown, "rows": rows, "first": last - _WEEK, "last": last}
    return render(request, "agencies/minutes.html", told)


@needs(Permission.SEE_LEDGER)
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the streams with what is claimed from them, and the hours of a quarter by agency."""
    form = QuarterForm(request.GET or None)
    asked = form.cleaned_data["quarter"] if form.is_bound and form.is_valid() else None
    quarter = asked or _quarter_now()
    window = Window(quarter.label, quarter.window.first, quarter.window.last)
    told = {
        "form": form if form.is_bound else QuarterForm(initial={"quarter": quarter.label}),
        "quarter": quarter,
        "streams": queries.list_streams(),
        "hours": queries.list_agency_hours(window),
        "agencies": Agency.objects.select_related("team"),
        "may_run": person_of(request).may(Permission.RUN_LEDGER),
        "today": clock.today(),
    }
    return render(request, "agencies/ledger.html", told)


@needs(Permission.RUN_LEDGER)
@never_cache
def ledger_file(request: HttpRequest) -> HttpResponse:
    """Give the ledger of a quarter as the tables that the return is made of."""
    form = QuarterForm(request.GET)
    if not form.is_valid():
        return redirect("ledger")
    quarter = form.cleaned_data["quarter"]
    response = HttpResponse(pack_ledger(quarter), content_type="application/zip")
    label = quarter.label if quarter else "all"
    response["Content-Disposition"] = f'attachment; filename="ledger-{label}.zip"'
    return response


@needs(Permission.SEE_LEDGER)
@never_cache
def agency_quality(request: HttpRequest) -> HttpResponse:
    """Show how far what agencies log can be trusted."""
    today = clock.today()
    lines = read_quality(Agency.objects.all(), today - _QUALITY_DAYS, today)
    return render(request, "agencies/quality.html", {"lines": lines})


@needs(Permission.RUN_LEDGER)
@never_cache
def agency_new(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        if is_done(form, lambda: stream_actions.add_agency(by=by, new=form.read())):
            messages.success(request, "The agency is added.")
            return redirect("ledger")
    return render(request, "agencies/agency.html", {"form": form})


@needs(Permission.RUN_LEDGER)
@never_cache
def stream_new(request: HttpRequest) -> HttpResponse:
    """Add a stream of money."""
    return _edit_stream(request, None)


@needs(Permission.RUN_LEDGER)
@never_cache
def stream(request: HttpRequest, stream_id: int) -> HttpResponse:
    """Correct a stream: it is taken back with a reason, and another stands for it."""
    return _edit_stream(request, _find_stream(stream_id))


@needs(Permission.RUN_LEDGER)
@never_cache
def stream_back(request: HttpRequest, stream_id: int) -> HttpResponse:
    """Take a stream back that nothing was claimed from."""
    found = _find_stream(stream_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, reason = person_of(request), form.cleaned_data["reason"]
        act = stream_actions.withdraw_stream
        if is_done(form, lambda: act(by=by, stream=found, reason=reason)):
            messages.success(request, f"{found.key} is taken back.")
            return redirect("ledger")
    return render(request, "agencies/stream_back.html", {"form": form, "found": found})


@needs(Permission.RUN_LEDGER)
@never_cache
def service_files(request: HttpRequest) -> HttpResponse:
    """List services' files of minutes and hours, and take one in to be looked at."""
    form = ServiceFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made: list[Upload] = []
        file, by = form.cleaned_data["file"], person_of(request)

        def act() -> None:
            given = (file.name, file.read())
            kind = form.cleaned_data["kind"]
            made.append(upload_actions.send_file(by=by, agency=None, kind=kind, file=given))

        if is_done(form, act):
            return redirect("service-file", made[0].pk)
    page = Paginator(queries.own_uploads(None), _A_PAGE).get_page(request.GET.get("page"))
    told = {"form": form, "page": page, "title": "Files of services", "is_own": False}
    return render(request, "agencies/files.html", {**told, "kinds": upload_actions.KINDS})


@needs(Permission.RUN_LEDGER)
@never_cache
def service_file(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show what a service's file holds, or its faults; keep it, give it up, or undo it."""
    found = Upload.objects.filter(pk=upload_id, agency=None).first()
    if found is None:
        raise Http404
    return answer_file(request, found, "service-files")


def _quarter_now() -> Quarter:
    today = clock.today()
    months = (today.month - 4) % 12  # since April
    return Quarter(today.year - (today.month < 4), months // 3 + 1)


def _find_stream(stream_id: int) -> Stream:
    found = Stream.objects.filter(pk=stream_id, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return found


def _edit_stream(request: HttpRequest, found: Stream | None) -> HttpResponse:
    form = StreamForm(request.POST or None, stream=found)
    if request.method == "POST" and form.is_valid():
        by, reason = person_of(request), form.cleaned_data.get("reason", "")

        def act() -> None:
            stream_actions.add_stream(by=by, new=form.read(), instead_of=found, reason=reason)

        if is_done(form, act):
            messages.success(request, "The stream is kept.")
            return redirect("ledger")
    has_agencies = Agency.objects.exists()
    told = {"form": form, "found": found, "has_agencies": has_agencies}
    return render(request, "agencies/stream.html", told)
