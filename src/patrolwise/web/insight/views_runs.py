"""The pages of evaluations, and of the tokens by which programs read tables."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight import actions
from patrolwise.web.insight.forms import RunForm, TokenForm
from patrolwise.web.insight.models import EvaluationRun, ReadToken
from patrolwise.web.insight.run_queries import (
    FILES,
    compare_runs,
    find_run_file,
    list_runs,
    list_tokens,
    show_run,
)

# a report is made of numbers and words of uploads: it runs no script, sends nothing, asks nothing
SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'"
)


@needs(Permission.SEE_INSIGHT)
def runs(request: HttpRequest) -> HttpResponse:
    """Show the evaluations that were run."""
    may_run = person_of(request).may(Permission.RUN_EVALUATIONS)
    return render(request, "insight/runs.html", {"runs": list_runs(), "may_run": may_run})


@needs(Permission.RUN_EVALUATIONS)
def start(request: HttpRequest) -> HttpResponse:
    """Start an evaluation of a kept programme."""
    form = RunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = actions.start_run(by=person_of(request), **form.cleaned_data)
        return redirect("run", run_id=run.pk)
    return render(request, "insight/start.html", {"form": form})


@needs(Permission.SEE_INSIGHT)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what an evaluation found."""
    found = get_object_or_404(EvaluationRun, pk=run_id)
    others = list_runs().filter(state="done").exclude(pk=run_id)
    given = {"shown": show_run(found), "others": others}
    given["may_run"] = person_of(request).may(Permission.RUN_EVALUATIONS)
    return render(request, "insight/run.html", given)


@needs(Permission.RUN_EVALUATIONS)
def again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Start an evaluation again that was refused, or that died."""
    found = get_object_or_404(EvaluationRun, pk=run_id)
    if request.method == "POST":
        actions.restart_run(by=person_of(request), run=found)
    return redirect("run", run_id=run_id)


@needs(Permission.SEE_INSIGHT)
def run_file(request: HttpRequest, run_id: int, name: str) -> HttpResponseBase:
    """Give a file of an evaluation; the report without any power in the browser."""
    path = find_run_file(get_object_or_404(EvaluationRun, pk=run_id), name)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=FILES[name])
    response["Content-Security-Policy"] = SANDBOX
    return response


@needs(Permission.SEE_INSIGHT)
def compare(request: HttpRequest, run_id: int, other_id: int) -> HttpResponse:
    """Show two evaluations beside each other."""
    one, other = (show_run(get_object_or_404(EvaluationRun, pk=pk)) for pk in (run_id, other_id))
    given = {
        "one": one,
        "other": other,
        "both": (one, other),
        "rows": compare_runs(one, other),
    }
    return render(request, "insight/compare.html", given)


@needs(Permission.READ_API)
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens, and make one."""
    person, made = person_of(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, form = actions.make_token(by=person, **form.cleaned_data), TokenForm()
    given = {"form": form, "made": made, "tokens": list_tokens(person)}
    return render(request, "insight/tokens.html", given)


@needs(Permission.READ_API)
def token_end(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    person = person_of(request)
    token = get_object_or_404(ReadToken, pk=token_id, person_id=person.pk)
    if request.method == "POST":
        actions.end_token(by=person, token=token)
        messages.success(request, f"The token “{token.name}” has ended.")
    return redirect("tokens")
