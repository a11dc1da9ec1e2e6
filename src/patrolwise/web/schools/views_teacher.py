"""The pages of a teacher: five questions behind a code, without an account."""

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.schools import session_actions
from patrolwise.web.schools.forms import SessionCodeForm, TeacherForm

_TRIES, _SHUT_S = 60, 15 * 60
_WHY = "A teacher has no account: a code opens one empty form, and tells nothing."


@open_to_all(_WHY)
@never_cache
def session_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code below the square, for whoever cannot scan it."""
    form = SessionCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = "".join(filter(str.isalnum, form.cleaned_data["code"].upper()))
        if is_done(form, lambda: session_actions.check_code(code)):
            return redirect("teacher", code)
    return render(request, "schools/code.html", {"form": form})


@open_to_all(_WHY)
@never_cache
def teacher(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the five questions; answered once."""
    key = f"school-code:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, _SHUT_S)
    if int(cache.get(key, 0)) >= _TRIES:
        raise Http404
    found = session_actions.find_session(code, clock.now())
    if found is None:
        cache.incr(key)
        return render(request, "schools/closed.html", status=404)
    form = TeacherForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, act = clock.now(), session_actions.answer_session
        if is_done(form, lambda: act(session=found, said=form.read(), now=now)):
            return redirect("teacher-thanks")
    return render(request, "schools/teacher.html", {"form": form, "found": found})


@open_to_all("It thanks whoever answered, and holds nothing.")
def teacher_thanks(request: HttpRequest) -> HttpResponse:
    """Thank a teacher."""
    return render(request, "schools/thanks.html")
