"""The lead's pages of figures, and what evaluators take away."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.outreach.scorecard import make_scorecard
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.forms import is_done
from patrolwise.web.street import clock
from patrolwise.web.team import quality as qualities
from patrolwise.web.team import scoring
from patrolwise.web.team.extracts import COLUMNS, CSV, Extract, make_extract
from patrolwise.web.team.forms import ExtractForm
from patrolwise.web.team.views import write_now


@needs(Permission.SEE_TEAM)
@never_cache
def caseload(request: HttpRequest) -> HttpResponse:
    """Show what each worker carries, and which follow-ups were missed."""
    now = clock.now()
    told = {"loads": qualities.list_loads(now), "missed": qualities.list_missed(now)}
    return render(request, "team/caseload.html", told)


@needs(Permission.SEE_TEAM)
@never_cache
def quality(request: HttpRequest) -> HttpResponse:
    """Show how well records are kept."""
    return render(request, "team/quality.html", {"figures": qualities.list_figures(clock.now())})


@needs(Permission.SEE_TEAM)
@never_cache
def scorecard(request: HttpRequest) -> HttpResponse:
    """Show how the service did in a quarter."""
    now = clock.now()
    quarters = scoring.list_quarters(clock.day_of(now))
    asked = request.GET.get("quarter", "")
    quarter = asked if asked in dict(quarters) else quarters[0][0]
    first, last = scoring.find_days(quarter)
    told = {
        "quarters": quarters,
        "quarter": quarter,
        "title": dict(quarters)[quarter],
        "is_running": last >= clock.day_of(now),
        "measures": make_scorecard(scoring.count_scorecard(first, last, now)),
        "start_days": scoring.START_WITHIN.days,
        "complete_weeks": scoring.COMPLETE_WITHIN.days // 7,
    }
    return render(request, "team/scorecard.html", told)


@needs(Permission.READ_PSEUDONYMS)
@never_cache
def extracts(request: HttpRequest) -> HttpResponse:
    """Tell what is in the tables, and hand them over."""
    writing = write_now(request)
    today = clock.day_of(writing.now)
    first = {"first": today - timedelta(days=365), "last": today, "form": CSV}
    form = ExtractForm(request.POST or None, initial=first)
    made: list[Extract] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if is_done(form, lambda: made.append(make_extract(writing=writing, **given))):
            response = HttpResponse(made[0].data, content_type="application/zip")
            response["Content-Disposition"] = f'attachment; filename="{made[0].name}"'
            return response
    told = {"form": form, "tables": COLUMNS.items()}
    return render(request, "team/extracts.html", told)
