"""The pages of assessors: what was given to them, and nothing of another's scores before time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.grants import queries
from patrolwise.web.grants.actions import panel
from patrolwise.web.grants.answers import describe_pages
from patrolwise.web.grants.forms.fields import is_done
from patrolwise.web.grants.forms.running import DeclareForm, ScoreForm
from patrolwise.web.grants.models import GrantAssessment


@needs(Permission.SCORE_GRANTS)
@never_cache
def assess_list(request: HttpRequest) -> HttpResponse:
    """List what was given to an assessor."""
    rows = queries.list_to_score(person_of(request))
    return render(request, "grants/assess_list.html", {"rows": rows})


@needs(Permission.SCORE_GRANTS)
@never_cache
def assess_declare(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Ask for an interest before the application is shown."""
    by = person_of(request)
    row = queries.find_own_assessment(by, assessment_id, is_declared=False)
    if row.declared_at is not None:
        return redirect("assess-list") if row.has_conflict else redirect("assess", row.pk)
    form = DeclareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if is_done(form, lambda: panel.declare(by=by, now=clock.now(), row=row, **said)):
            if not said["has_conflict"]:
                return redirect("assess", row.pk)
            messages.success(request, "Thank you. Somebody else scores it.")
            return redirect("assess-list")
    return render(request, "grants/assess_declare.html", {"row": row, "form": form})


@needs(Permission.SCORE_GRANTS)
@never_cache
def assess(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Show one application with the criteria beside it, and keep scores."""
    by = person_of(request)
    row = queries.find_own_assessment(by, assessment_id, is_declared=True)
    form = _make_form(request, row)
    if request.method == "POST" and form.is_valid():
        said = panel.Scored(
            scores=form.scores, notes=form.notes, is_complete="complete" in request.POST
        )
        if is_done(form, lambda: panel.score(by=by, now=clock.now(), row=row, said=said)):
            messages.success(request, "Your scores are complete." if said.is_complete else "Kept.")
            return redirect("assess-list")
    told = {
        "row": row,
        "pages": describe_pages(row.application, with_contact=False),
        "form": form,
        "scored": queries.see_scores(row),
        "is_over": row.completed_at is not None,
    }
    return render(request, "grants/assess.html", told)


def _make_form(request: HttpRequest, row: GrantAssessment) -> ScoreForm:
    declared = row.application.round
    initial = {
        **{f"score-{key}": value for key, value in row.scores.items()},
        **{f"note-{key}": value for key, value in row.notes.items()},
    }
    return ScoreForm(
        request.POST or None, criteria=declared.criteria, top=declared.top_score, initial=initial
    )
