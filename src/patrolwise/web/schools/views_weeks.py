"""The pages of weeks of action: planned and done, and the return."""

import csv
import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.partnership.weeks_of_action import WeekReturn
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.schools import queries, school_actions
from patrolwise.web.schools.forms import ActivityForm, CampaignForm
from patrolwise.web.schools.models import Campaign, WeekActivity


@needs(Permission.SEE_SCHOOLS)
@never_cache
def weeks(request: HttpRequest) -> HttpResponse:
    """List the weeks of action."""
    told = {
        "campaigns": Campaign.objects.all(),
        "today": clock.today(),
        "may_run": person_of(request).may(Permission.RUN_SCHOOLS),
    }
    return render(request, "schools/weeks.html", told)


@needs(Permission.RUN_SCHOOLS)
@never_cache
def week_new(request: HttpRequest) -> HttpResponse:
    """Add a week of action."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, given, made = person_of(request), form.cleaned_data, []
        if is_done(form, lambda: made.append(school_actions.add_campaign(by=by, **given))):
            return redirect("week", made[0].pk)
    return render(request, "schools/week_new.html", {"form": form})


@needs(Permission.SEE_SCHOOLS)
@never_cache
def week(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show what a week of action planned and did, and its return; or give that as CSV."""
    campaign = _find(campaign_id)
    made = queries.read_week(campaign)
    if "csv" in request.GET:
        response = HttpResponse(_write(made), content_type="text/csv; charset=utf-8")
        name = f"week-of-action-{campaign.first}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    person = person_of(request)
    own = set(queries.own_activities(person).filter(campaign=campaign).values_list("pk", flat=True))
    told = {
        "campaign": campaign,
        "made": made,
        "rows": [(one, one.pk in own) for one in campaign.activities.all()],
        "may_keep": person.may(Permission.KEEP_SESSIONS),
    }
    return render(request, "schools/week.html", told)


@needs(Permission.KEEP_SESSIONS)
@never_cache
def activity_new(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Add an activity."""
    return _edit(request, _find(campaign_id), None)


@needs(Permission.KEEP_SESSIONS)
@never_cache
def activity_done(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Say what came of a planned activity."""
    row = queries.own_activities(person_of(request)).filter(pk=activity_id, state="planned").first()
    if row is None:
        raise Http404
    return _edit(request, row.campaign, row)


def _find(campaign_id: int) -> Campaign:
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise Http404
    return found


def _edit(request: HttpRequest, campaign: Campaign, row: WeekActivity | None) -> HttpResponse:
    form = ActivityForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        by, values = person_of(request), form.cleaned_data
        act = school_actions.keep_activity
        if is_done(form, lambda: act(by=by, campaign=campaign, values=values, row=row)):
            messages.success(request, "Kept.")
            return redirect("week", campaign.pk)
    told = {"form": form, "campaign": campaign, "row": row}
    return render(request, "schools/activity.html", told)


def _write(made: WeekReturn) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["line", "number"])
    writer.writerows(made.lines)
    return written.getvalue()
