"""Plans for the quarterly return: looked at, then given as a file that the partnership reads."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.partnership.plans_told import ToldPlan, hash_plans, write_plans
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems.return_queries import list_quarters, tell_plans
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.queries import list_areas

_SHOWN = 50  # plans on the page; a force with more sees all of them in the file


@needs(Permission.SEE_PROBLEMS)
def plans_return(request: HttpRequest) -> HttpResponse:
    """Show what a quarter's file of plans would hold."""
    asked = request.GET.get("quarter", "")
    quarter = _parse(asked) if asked else list_quarters(_today())[0]
    fault = ""
    plans: tuple[ToldPlan, ...] = ()
    try:
        plans = tell_plans(quarter)
    except PatrolwiseError as error:
        fault = str(error)
    told = {
        "quarter": quarter,
        "quarters": list_quarters(_today()),
        "plans": plans,
        "shown": plans[:_SHOWN],
        "more": len(plans[_SHOWN:]),
        "fault": fault,
        "sha256": hash_plans(quarter, _today(), plans) if plans else "",
        "areas": list_areas(),
    }
    return render(request, "problems/plans_return.html", told)


@needs(Permission.SEE_PROBLEMS)
def plans_return_file(request: HttpRequest, quarter: str) -> HttpResponse:
    """Give a quarter's plans as the file that the partnership's site reads."""
    found = _parse(quarter)
    try:
        plans = tell_plans(found)
    except PatrolwiseError:
        plans = ()
    if not plans:  # the page says why there is no file
        return redirect(f"{reverse('plans-return')}?quarter={found.label}")
    headers = {"Content-Disposition": f'attachment; filename="plans-{found.label}-{_today()}.csv"'}
    return HttpResponse(
        write_plans(found, _today(), plans),
        content_type="text/csv; charset=utf-8",
        headers=headers,
    )


def _parse(asked: str) -> Quarter:
    try:
        return parse_quarter(asked)
    except InputError as error:
        raise Http404 from error


def _today() -> date:
    return local_day(clock.now())
