"""The pages of grantees: a report in five minutes on a phone, with a code and no account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.commons import clock
from patrolwise.web.grants.actions import awards
from patrolwise.web.grants.award_queries import list_quarters_to_report
from patrolwise.web.grants.codes import may_try
from patrolwise.web.grants.forms.applying import ReturnForm
from patrolwise.web.grants.forms.fields import is_done
from patrolwise.web.grants.forms.reporting import ReportForm
from patrolwise.web.grants.visits import find_award, open_for

_WHY = "A grantee reports on their own grant, with its number and code; no account."


@open_to_all(_WHY)
@never_cache
def report_enter(request: HttpRequest, reference: str = "") -> HttpResponse:
    """Ask for the code of a grant's reports; a link may bring the number."""
    form = ReturnForm(request.POST or None, initial={"reference": reference})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not may_try(request, f"report {said['reference']}"):
            form.add_error(None, "Too many tries. Wait for 15 minutes.")
        elif is_done(form, lambda: open_for(
            request, awards.open_reports(now=clock.now(), **said)
        )):  # fmt: skip
            return redirect("report-own")
    return render(request, "grants/report_enter.html", {"form": form})


@open_to_all(_WHY)
@never_cache
def report_own(request: HttpRequest) -> HttpResponse:
    """Show which reports are due and which we have; take one."""
    award, now = find_award(request), clock.now()
    if award is None:
        return redirect("report-enter")
    due = list_quarters_to_report(award, clock.day_of(now))
    choices = [(one.label, one.told) for one in due]
    form = ReportForm(request.POST or None, quarters=choices)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if is_done(form, lambda: awards.send_report(row=award, values=values, now=now)):
            messages.success(request, "We have it. Thank you.")
            return redirect("report-own")
    told = {"award": award, "due": due, "form": form, "reports": award.reports.all()}  # type: ignore[attr-defined]
    return render(request, "grants/report_own.html", told)
