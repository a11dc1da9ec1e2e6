"""The pages of walks, of what they found, and of one place with its audits, issues and plans."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime

from patrolwise.partnership.environment_audits import IssueState, load_items
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems import photo_queries, walk_actions, walk_queries
from patrolwise.web.problems.models import PlaceAudit, PlaceIssue
from patrolwise.web.problems.walk_forms import AuditForm, FixForm, ReportForm, WalkForm
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.queries import list_areas

_A_PAGE = 30


@needs(Permission.SEE_PROBLEMS)
def audits(request: HttpRequest) -> HttpResponse:
    """List the audits of places."""
    page = Paginator(walk_queries.all_audits(), _A_PAGE).get_page(request.GET.get("page"))
    lines = walk_queries.tell_audits(page.object_list, _today())
    waiting = photo_queries.list_waiting_photos(person_of(request), _today())
    told = {"page": page, "lines": lines, "areas": list_areas(), "waiting": waiting}
    return render(request, "problems/audits.html", {**told, "may_write": _may_write(request)})


@needs(Permission.WRITE_PROBLEMS)
def audit_new(request: HttpRequest) -> HttpResponse:
    """Begin an audit of a hot spot."""
    areas = list_areas()
    form = AuditForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        by, area_id = person_of(request), form.cleaned_data["area_id"]
        made = walk_actions.begin_audit(by=by, area_id=area_id, today=_today())
        return redirect("walk-new", made.pk)
    return render(request, "problems/audit_new.html", {"form": form, "areas": areas})


@needs(Permission.SEE_PROBLEMS)
def audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """Show what the walks of a place found, what changed, and what is mended."""
    sheet = walk_queries.read_audit(_find_audit(audit_id), _today())
    photos = photo_queries.list_audit_photos(audit_id, person_of(request), _today())
    told = {"sheet": sheet, "photos": photos, "areas": list_areas()}
    told["may_write"] = _may_write(request)
    return render(request, "problems/audit.html", told)


@needs(Permission.WRITE_PROBLEMS)
def walk_new(request: HttpRequest, audit_id: int) -> HttpResponse:
    """Walk a place: score what is there, on a phone."""
    row, now, areas = _find_audit(audit_id), clock.now(), list_areas()
    form = WalkForm(
        request.POST or None,
        items=load_items(row.items_version),
        places=tuple(areas.values()),
        initial={"walked": localtime(now)},
    )
    if request.method == "POST" and form.is_valid():
        by, walk, weather = person_of(request), form.read(), form.cleaned_data["weather"]
        if is_done(
            form,
            lambda: walk_actions.keep_walk(by=by, audit=row, walk=walk, weather=weather, now=now),
        ):
            messages.success(request, "The walk is kept. What is wrong is below, to be reported.")
            return redirect("audit", row.pk)
    name = areas.get(row.area_id, row.area_id)
    return render(request, "problems/walk.html", {"form": form, "audit": row, "name": name})


@needs(Permission.SEE_PROBLEMS)
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show a fault of a place, and take what comes next: told to its owner, or mended."""
    row, today = _find_issue(issue_id), _today()
    may_write = _may_write(request)
    form = _next_form(request, row, today) if may_write else None
    if form is not None and request.method == "POST" and _is_taken(request, row, form, today):
        messages.success(request, "Kept.")
        return redirect("audit", row.audit_id)
    line = walk_queries.tell_issues([row], row.audit.items_version, today)[0]
    is_dark = load_items(row.audit.items_version)[row.item].in_dark
    told = {"line": line, "row": row, "form": form, "areas": list_areas(), "is_dark": is_dark}
    return render(request, "problems/issue.html", told)


@needs(Permission.SEE_PROBLEMS)
def problem_place(request: HttpRequest, area_id: str) -> HttpResponse:
    """Show one hot spot with its audits, issues and plans."""
    today, areas = _today(), list_areas()
    lines = walk_queries.list_place_audits(area_id, today)
    plans = walk_queries.list_place_plans(area_id)
    if area_id not in areas and not lines and not plans:
        raise Http404
    issues = [
        one
        for audit in (line.audit for line in lines)
        for one in walk_queries.tell_issues(audit.issues.all(), audit.items_version, today)
    ]
    told = {
        "area_id": area_id,
        "name": areas.get(area_id, area_id),
        "areas": areas,
        "lines": lines,
        "plans": plans,
        "issues": issues,
    }
    return render(request, "problems/place.html", told)


def _next_form(request: HttpRequest, row: PlaceIssue, today: date) -> ReportForm | FixForm | None:
    if row.state == IssueState.FOUND:
        return ReportForm(request.POST or None, places=tuple(list_areas().values()))
    return FixForm(request.POST or None, today=today) if row.state == IssueState.REPORTED else None


def _is_taken(
    request: HttpRequest, row: PlaceIssue, form: ReportForm | FixForm, today: date
) -> bool:
    if not form.is_valid():
        return False
    by = person_of(request)
    if isinstance(form, FixForm):
        on = form.cleaned_data["on"]
        return is_done(form, lambda: walk_actions.fix(by=by, row=row, on=on, today=today))
    told = form.read()
    return is_done(form, lambda: walk_actions.report(by=by, row=row, told=told, today=today))


def _find_audit(audit_id: int) -> PlaceAudit:
    row = walk_queries.find_audit(audit_id)
    if row is None:
        raise Http404
    return row


def _find_issue(issue_id: int) -> PlaceIssue:
    row = walk_queries.find_issue(issue_id)
    if row is None:
        raise Http404
    return row


def _may_write(request: HttpRequest) -> bool:
    return person_of(request).may(Permission.WRITE_PROBLEMS)


def _today() -> date:
    return local_day(clock.now())
