"""The pages of problem-solving plans."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patrolwise.definitions import load_definitions
from patrolwise.errors import PatrolwiseError
from patrolwise.partnership.problem_plans import Stage
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems import plan_actions, plan_queries
from patrolwise.web.problems.counting import list_outcomes
from patrolwise.web.problems.forms import (
    ActionForm,
    ActionStateForm,
    EvidenceForm,
    HypothesisForm,
    HypothesisTestForm,
    MeasureForm,
    PlanDecisionForm,
    PlanForm,
)
from patrolwise.web.problems.models import PlanAction, ProblemPlan
from patrolwise.web.problems.plan_facts import is_measured
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.queries import list_areas

_A_PAGE = 30
# what can be added to a plan: its form, its action, the heading of its page
_ADDED: dict[str, tuple[Any, Any, str]] = {
    "evidence": (EvidenceForm, plan_actions.add_evidence, "Add evidence"),
    "hypothesis": (HypothesisForm, plan_actions.add_hypothesis, "Add a hypothesis"),
    "action": (ActionForm, plan_actions.add_action, "Add an action"),
}


@needs(Permission.SEE_PROBLEMS)
def problems(request: HttpRequest) -> HttpResponse:
    """List plans, those with something overdue first."""
    is_closed = request.GET.get("show") == "closed"
    keys = plan_queries.order_plans(_today(), is_closed=is_closed)
    page = Paginator(keys, _A_PAGE).get_page(request.GET.get("page"))
    lines = plan_queries.list_plans(page.object_list, _today())
    told = {"page": page, "lines": lines, "is_closed": is_closed, "areas": list_areas()}
    return render(request, "problems/plans.html", {**told, "may_write": _may_write(request)})


@needs(Permission.WRITE_PROBLEMS)
def problem_new(request: HttpRequest) -> HttpResponse:
    """Begin a plan."""
    person, areas, owners = person_of(request), list_areas(), plan_queries.list_owners()
    begins = {"owner_id": person.pk}
    form = PlanForm(request.POST or None, areas=areas, owners=owners, initial=begins)
    if request.method == "POST" and form.is_valid():
        made = plan_actions.begin_plan(by=person, given=form.cleaned_data, today=_today())
        messages.success(request, "The plan is begun. Its page says what comes next.")
        return redirect("problem", made.pk)
    return render(request, "problems/plan_form.html", {"form": form, "plan": None, "areas": areas})


@needs(Permission.WRITE_PROBLEMS)
def problem_edit(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Change what a plan says of its problem."""
    plan, areas, owners = _find_plan(problem_id), list_areas(), plan_queries.list_owners()
    form = PlanForm(request.POST or None, areas=areas, owners=owners, initial=vars(plan))
    by = person_of(request)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if is_done(form, lambda: plan_actions.edit_plan(by=by, plan=plan, given=said)):
            messages.success(request, "The plan is changed.")
            return redirect("problem", plan.pk)
    return render(request, "problems/plan_form.html", {"form": form, "plan": plan, "areas": areas})


@needs(Permission.SEE_PROBLEMS)
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Show a plan in its five steps, and what lacks before the next."""
    return render(request, "problems/plan.html", _tell_plan(request, problem_id))


@needs(Permission.SEE_PROBLEMS)
def problem_print(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Show a plan on two pages, to be printed."""
    return render(request, "problems/plan_print.html", _tell_plan(request, problem_id))


@needs(Permission.WRITE_PROBLEMS)
def problem_add(request: HttpRequest, problem_id: int, kind: str) -> HttpResponse:
    """Add evidence, a hypothesis or an action."""
    plan = _find_plan(problem_id)
    if kind not in _ADDED:
        raise Http404
    make, act, title = _ADDED[kind]
    form = make(request.POST or None, places=tuple(list_areas().values()))
    if request.method == "POST" and form.is_valid():
        by, today = person_of(request), _today()
        given = form.said if kind == "action" else form.cleaned_data
        if is_done(form, lambda: act(by=by, plan=plan, given=given, today=today)):
            messages.success(request, "Kept.")
            return redirect("problem", plan.pk)
    return _show_form(request, plan, form, title)


@needs(Permission.WRITE_PROBLEMS)
def hypothesis_test(request: HttpRequest, problem_id: int, hypothesis_id: int) -> HttpResponse:
    """Say how a hypothesis was tested."""
    plan = _find_plan(problem_id)
    row = plan.hypotheses.filter(pk=hypothesis_id).first()
    if row is None:
        raise Http404
    places = tuple(list_areas().values())
    form = HypothesisTestForm(request.POST or None, places=places, initial=vars(row))
    if request.method == "POST" and form.is_valid():
        by, today, said = person_of(request), _today(), form.cleaned_data
        if is_done(form, lambda: plan_actions.keep_test(by=by, row=row, today=today, **said)):
            messages.success(request, "The test is kept.")
            return redirect("problem", plan.pk)
    return _show_form(request, plan, form, "Test a hypothesis", told=row.text)


@needs(Permission.WRITE_PROBLEMS)
def plan_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """Say how far an action is."""
    row = PlanAction.objects.select_related("plan").filter(pk=action_id).first()
    return _move_action(request, row, "problem")


@needs(Permission.WRITE_PROBLEMS)
def problem_measure(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Register what the response will be judged by."""
    plan, today = _find_plan(problem_id), _today()
    others, outcomes = plan_queries.list_comparison_areas(plan, list_areas()), list_outcomes()
    form = MeasureForm(request.POST or None, outcomes=outcomes, areas=others, today=today)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "comparison_ids": tuple(form.cleaned_data["comparison_ids"])}
        ask, by = plan_actions.MeasureAsk(**said), person_of(request)
        if is_done(
            form, lambda: plan_actions.register_measure(by=by, plan=plan, ask=ask, today=today)
        ):
            messages.success(request, "The measure is registered. It stays as it is.")
            return redirect("problem", plan.pk)
    told = "It cannot be changed once it is registered: so nobody can choose it by its result."
    return _show_form(request, plan, form, "Register the measure", told=told)


@needs(Permission.WRITE_PROBLEMS)
@require_POST
def problem_move(request: HttpRequest, problem_id: int, stage: str) -> HttpResponse:
    """Move a plan to its next step."""
    plan = _find_plan(problem_id)
    if stage not in list(Stage):
        raise Http404
    by, to, today = person_of(request), Stage(stage), _today()
    return _try(request, plan, lambda: plan_actions.move_on(by=by, plan=plan, to=to, today=today))


@needs(Permission.WRITE_PROBLEMS)
@require_POST
def problem_outcome(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Take the counts of the registered measure."""
    plan, by, today = _find_plan(problem_id), person_of(request), _today()
    return _try(request, plan, lambda: plan_actions.take_outcome(by=by, plan=plan, today=today))


@needs(Permission.WRITE_PROBLEMS)
def problem_decide(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Close, adapt or continue."""
    plan, today = _find_plan(problem_id), _today()
    form = PlanDecisionForm(request.POST or None, places=tuple(list_areas().values()))
    if request.method == "POST" and form.is_valid():
        by, said = person_of(request), form.cleaned_data
        if is_done(form, lambda: plan_actions.decide(by=by, plan=plan, today=today, **said)):
            messages.success(request, "The decision is kept.")
            return redirect("problem", plan.pk)
    return _show_form(request, plan, form, "Decide after the assessment")


@needs(Permission.SEE_PROBLEMS)
def worked(request: HttpRequest) -> HttpResponse:
    """Show what closed plans came to: the library of what worked here."""
    page = Paginator(plan_queries.list_worked(), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "problems/worked.html", {"page": page, "areas": list_areas()})


@needs(Permission.DO_OWN_ACTIONS)
def own_actions(request: HttpRequest) -> HttpResponse:
    """List the actions that one's own team owes."""
    person, today = person_of(request), _today()
    rows = plan_queries.list_own_actions(person)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "problems/own_actions.html", {"page": page, "today": today, "team": person.team}
    )


@needs(Permission.DO_OWN_ACTIONS)
def own_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """Say how far an action of one's own team is."""
    row = plan_queries.list_own_actions(person_of(request)).filter(pk=action_id).first()
    return _move_action(request, row, "own-actions")


def _move_action(request: HttpRequest, row: PlanAction | None, back: str) -> HttpResponse:
    if row is None:
        raise Http404
    places = tuple(list_areas().values())
    form = ActionStateForm(request.POST or None, places=places, initial=vars(row))
    if request.method == "POST" and form.is_valid():
        by, today, said = person_of(request), _today(), form.cleaned_data
        given = {"to": said["state"], "note": said["note"]}
        if is_done(form, lambda: plan_actions.move_action(by=by, row=row, today=today, **given)):
            messages.success(request, "Kept.")
            return redirect(back, *([row.plan_id] if back == "problem" else []))
    told = {"form": form, "row": row, "is_own": back == "own-actions"}
    return render(request, "problems/action.html", told)


def _show_form(
    request: HttpRequest, plan: ProblemPlan, form: forms.Form, title: str, told: str = ""
) -> HttpResponse:
    given = {"form": form, "plan": plan, "title": title, "told": told}
    return render(request, "problems/add.html", given)


def _try(request: HttpRequest, plan: ProblemPlan, act: Any) -> HttpResponse:
    """Do something to a plan; a refusal is told on its page."""
    try:
        act()
    except PatrolwiseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kept.")
    return redirect("problem", plan.pk)


def _tell_plan(request: HttpRequest, problem_id: int) -> dict[str, Any]:
    plan, today = _find_plan(problem_id), _today()
    sheet = plan_queries.read_sheet(plan, today)
    may_write = _may_write(request) and plan.stage != Stage.CLOSED
    may_register = plan.stage in (Stage.ANALYSIS, Stage.RESPONSE) and sheet.measure is None
    return {
        "plan": plan,
        "sheet": sheet,
        "areas": list_areas(),
        "today": today,
        "objective": plan_queries.tell_objective(plan),
        "titles": {key: one.title for key, one in load_definitions().items()},
        "may_write": may_write,
        "may_register": may_write and may_register,
        "may_measure": may_write and is_measured(plan, today),
    }


def _find_plan(problem_id: int) -> ProblemPlan:
    plan = plan_queries.find_plan(problem_id)
    if plan is None:
        raise Http404
    return plan


def _may_write(request: HttpRequest) -> bool:
    return person_of(request).may(Permission.WRITE_PROBLEMS)


def _today() -> date:
    return local_day(clock.now())
