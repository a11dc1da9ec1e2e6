"""Recommendations, the learning log and stage gates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.partnership.learning import CLOSED, MOVES, Gate
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.learning import actions
from patrolwise.web.learning.forms import (
    GateForm,
    LessonForm,
    RecommendationForm,
    StepForm,
    TrialForm,
)
from patrolwise.web.learning.models import (
    Lesson,
    Recommendation,
    RecommendationStep,
    StageGate,
    Trial,
)

_PAGE = 50


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, _PAGE).get_page(request.GET.get("page"))


def _may(request: HttpRequest) -> bool:
    return person_of(request).may(Permission.KEEP_LEARNING)


@needs(Permission.SEE_LEARNING)
@never_cache
def recommendations(request: HttpRequest) -> HttpResponse:
    """Show recommendations, the one that is due first, first."""
    is_closed = request.GET.get("show") == "closed"
    rows = Recommendation.objects.all()
    rows = rows.filter(state=CLOSED) if is_closed else rows.exclude(state=CLOSED)
    told = {
        "page": _page(request, rows),
        "is_closed": is_closed,
        "today": clock.today(),
        "may_keep": _may(request),
        "more": "&show=closed" if is_closed else "",
    }
    return render(request, "learning/recommendations.html", told)


@needs(Permission.KEEP_LEARNING)
@never_cache
def recommendation_new(request: HttpRequest) -> HttpResponse:
    """Add a recommendation."""
    form = RecommendationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_recommendation(form.cleaned_data, person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            return redirect("recommendation", recommendation_id=made.pk)
    return _show_form(request, form, "Add a recommendation", "recommendations")


@needs(Permission.SEE_LEARNING)
@never_cache
def recommendation(request: HttpRequest, recommendation_id: int) -> HttpResponse:
    """Show a recommendation with its steps, and take the next."""
    found = get_object_or_404(Recommendation, pk=recommendation_id)
    form = None
    if _may(request) and MOVES[found.state]:
        form = StepForm(request.POST or None, state=found.state)
        if request.method == "POST" and form.is_valid():
            try:
                actions.take_step(found, form.cleaned_data, person_of(request), clock.now())
            except PatrolwiseError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "The step is kept.")
                return redirect("recommendation", recommendation_id=found.pk)
    steps = list(RecommendationStep.objects.filter(recommendation=found))
    told = {
        "found": found,
        "steps": _name_people(steps),
        "form": form,
        "is_late": found.due < clock.today() and found.state != CLOSED,
    }
    return render(request, "learning/recommendation.html", told)


@needs(Permission.SEE_LEARNING)
@never_cache
def lessons(request: HttpRequest) -> HttpResponse:
    """Show what was learned, the newest first; what was written anew is shown as it is now."""
    rows = Lesson.objects.filter(lesson=None)
    told = {
        "page": _page(request, rows),
        "may_keep": _may(request),
        "spots": dict(list_choices()),
    }
    return render(request, "learning/lessons.html", told)


@needs(Permission.KEEP_LEARNING)
@never_cache
def lesson_new(request: HttpRequest) -> HttpResponse:
    """Write a lesson."""
    return _write_lesson(request, None)


@needs(Permission.KEEP_LEARNING)
@never_cache
def lesson_again(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Write a lesson anew, such as when its effect is known."""
    return _write_lesson(request, get_object_or_404(Lesson, pk=lesson_id))


@needs(Permission.SEE_LEARNING)
@never_cache
def trials(request: HttpRequest) -> HttpResponse:
    """Show what is tried, and the stage that each is in."""
    last = {gate.trial: gate for gate in StageGate.objects.select_related("trial")}
    told = {
        "trials": [(one, last.get(one)) for one in Trial.objects.all()],
        "today": clock.today(),
        "may_keep": _may(request),
    }
    return render(request, "learning/trials.html", told)


@needs(Permission.KEEP_LEARNING)
@never_cache
def trial_new(request: HttpRequest) -> HttpResponse:
    """Begin something that is to be tried."""
    form = TrialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.begin_trial(
                given["name"], given["question"], person_of(request), clock.now()
            )
        except PatrolwiseError as error:
            form.add_error("name", str(error))
        else:
            return redirect("trial", trial_id=made.pk)
    return _show_form(request, form, "Begin a trial", "trials")


@needs(Permission.SEE_LEARNING)
@never_cache
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Show a trial with its gates, and pass the next."""
    found = get_object_or_404(Trial, pk=trial_id)
    form = GateForm(request.POST or None) if _may(request) else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.pass_gate(found, Gate(**form.cleaned_data), person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The gate is kept.")
            return redirect("trial", trial_id=found.pk)
    told = {"found": found, "gates": StageGate.objects.filter(trial=found), "form": form}
    return render(request, "learning/trial.html", told)


def _write_lesson(request: HttpRequest, replaces: Lesson | None) -> HttpResponse:
    initial = {name: getattr(replaces, name) for name in LessonForm.base_fields} if replaces else {}
    form = LessonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_lesson(form.cleaned_data, person_of(request), clock.now(), replaces)
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The lesson is kept.")
            return redirect("lessons")
    return _show_form(request, form, "Write a lesson", "lessons")


def _show_form(request: HttpRequest, form: Form, title: str, back: str) -> HttpResponse:
    told = {"form": form, "title": title, "back": back}
    return render(request, "learning/form.html", told)


def _name_people(steps: list[RecommendationStep]) -> list[tuple[RecommendationStep, str]]:
    ids = {step.by_id for step in steps}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [(step, names.get(step.by_id, "–")) for step in steps]
