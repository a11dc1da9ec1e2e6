"""The pages of applicants. They need no account, and nothing is kept before the first save."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import PatrolwiseError
from patrolwise.partnership.grants import GrantState
from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.commons import clock
from patrolwise.web.grants.actions import applying
from patrolwise.web.grants.actions.rounds import is_taking
from patrolwise.web.grants.answers import describe_pages
from patrolwise.web.grants.codes import may_begin, may_try
from patrolwise.web.grants.forms.applying import BY_KEY, PAGES, MoreForm, Page, ReturnForm
from patrolwise.web.grants.forms.fields import LinesForm, is_done
from patrolwise.web.grants.models import FundRound, GrantApplication
from patrolwise.web.grants.queries import list_open_rounds
from patrolwise.web.grants.visits import close_for, find_application, open_for

_OPEN = "Anybody may see which funds are open and apply, without an account."
_OWN = "An applicant works on their own application, with its number and code; no account."
_TOO_MANY = "Too many tries. Wait for 15 minutes."


@open_to_all(_OPEN)
@never_cache
def grants_open(request: HttpRequest) -> HttpResponse:
    """Show the rounds that are open, and the way back to what was begun."""
    told = {"rounds": list_open_rounds(clock.now()), "own": find_application(request)}
    return render(request, "grants/apply_open.html", told)


@open_to_all(_OPEN)
@never_cache
def grant_preview(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show what is asked in a round, before anything is written."""
    row = _find_open(round_id)
    asked = [(page, _list_questions(page)) for page in PAGES]
    criteria = row.conditions.splitlines()
    told = {"round": row, "asked": asked, "conditions": [one for one in criteria if one.strip()]}
    return render(request, "grants/apply_preview.html", told)


@open_to_all(_OPEN)
@never_cache
def grant_begin(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take the first answers; only with them something is kept, and a code is given."""
    row, page, now = _find_open(round_id), PAGES[0], clock.now()
    form = page.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_begin(request):
            form.add_error(None, _TOO_MANY)
        else:
            made, code = applying.begin_application(row=row, values=form.cleaned_data, now=now)
            open_for(request, made)
            # not a redirect: the code is shown now and never again
            told = {"own": made, "code": code, "next": PAGES[1]}
            return render(request, "grants/apply_code.html", told)
    return _show_page(request, page, form, {"round": row, "is_first": True})


@open_to_all(_OWN)
@never_cache
def grant_return(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, and open what was begun."""
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not may_try(request, said["reference"]):
            form.add_error(None, _TOO_MANY)
        elif is_done(form, lambda: open_for(
            request, applying.open_application(now=clock.now(), **said)
        )):  # fmt: skip
            return redirect("grant-own")
    return render(request, "grants/apply_return.html", {"form": form})


@open_to_all(_OWN)
@never_cache
def grant_own(request: HttpRequest) -> HttpResponse:
    """Show how far one's application is, and what comes next."""
    own = find_application(request)
    if own is None:
        return redirect("grant-return")
    award = getattr(own, "award", None)
    told = {
        "own": own,
        "pages": describe_pages(own, with_contact=True),
        "is_taking": is_taking(own.round, clock.now()),
        "award": award,
        "more": MoreForm(),
        "has_ended": own.decided_at is not None or own.is_eligible is False,
    }
    return render(request, "grants/apply_own.html", told)


@open_to_all(_OWN)
@never_cache
def grant_page(request: HttpRequest, page: str) -> HttpResponse:
    """Show one page of one's application, and keep its answers."""
    own, known = find_application(request), BY_KEY.get(page)
    if own is None:
        return redirect("grant-return")
    if known is None:
        raise Http404
    form = known.form(request.POST or None, initial=_initial(own, known))
    if request.method == "POST" and form.is_valid():
        values, now = form.cleaned_data, clock.now()
        if is_done(form, lambda: applying.save_answers(row=own, values=values, now=now)):
            return _go_on(request, known)
    return _show_page(request, known, form, {"own": own, "round": own.round})


@open_to_all(_OWN)
@never_cache
def grant_check(request: HttpRequest) -> HttpResponse:
    """Show all answers and what is lacking; submit."""
    own, now = find_application(request), clock.now()
    if own is None:
        return redirect("grant-return")
    told: dict[str, Any] = {"own": own, "faults": ""}
    if request.method == "POST":
        try:
            applying.submit(row=own, now=now)
        except PatrolwiseError as error:
            told["faults"] = str(error)
        else:
            messages.success(request, "We have it. You need do nothing more now.")
            return redirect("grant-own")
    told["pages"] = describe_pages(own, with_contact=True)
    told["missing"] = applying.list_missing(own, now) if own.state == GrantState.DRAFT else ()
    told["is_taking"] = is_taking(own.round, now)
    return render(request, "grants/apply_check.html", told)


@open_to_all(_OWN)
@never_cache
def grant_withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once more, and withdraw."""
    own = find_application(request)
    if own is None:
        return redirect("grant-return")
    if request.method == "POST":
        applying.withdraw(row=own, now=clock.now())
        messages.success(request, "You took it back. We do not look at it any more.")
        return redirect("grant-own")
    return render(request, "grants/apply_withdraw.html", {"own": own})


@open_to_all(_OWN)
@require_POST
def grant_more(request: HttpRequest) -> HttpResponse:
    """Keep the answer to what was asked at screening."""
    own, form = find_application(request), MoreForm(request.POST)
    if own is None:
        return redirect("grant-return")
    if form.is_valid() and is_done(
        form,
        lambda: applying.answer_more(row=own, now=clock.now(), **form.cleaned_data),
    ):
        messages.success(request, "We have your answer.")
        return redirect("grant-own")
    return render(request, "grants/apply_more.html", {"own": own, "form": form})


@open_to_all(_OWN)
@require_POST
def grant_accept(request: HttpRequest) -> HttpResponse:
    """Accept an award with its conditions."""
    own = find_application(request)
    if own is None:
        return redirect("grant-return")
    applying.accept_award(row=own, now=clock.now())
    messages.success(request, "You said yes. We will be in touch.")
    return redirect("grant-own")


@open_to_all("Forgets which application was open in this browser.")
@require_POST
def grant_leave(request: HttpRequest) -> HttpResponse:
    """Close what was open in this browser."""
    close_for(request)
    messages.success(request, "It is closed here. What you saved is kept.")
    return redirect("grants-open")


def _find_open(round_id: int) -> FundRound:
    row = FundRound.objects.filter(pk=round_id).first()
    if row is None or not is_taking(row, clock.now()):
        raise Http404
    return row


def _initial(own: GrantApplication, page: Page) -> dict[str, Any]:
    names = page.form.base_fields
    return {"budget": own.budget, **{name: getattr(own, name) for name in names}}


def _list_questions(page: Page) -> list[str]:
    asked = [str(field.label) for field in page.form.base_fields.values()]
    return ["What each thing costs", *asked] if page.key == "money" else asked


def _go_on(request: HttpRequest, page: Page) -> HttpResponse:
    keys = list(BY_KEY)
    at = keys.index(page.key) + 1
    if "stop" in request.POST:
        messages.success(request, "It is saved. Come back with your number and code.")
        return redirect("grant-own")
    return redirect("grant-page", keys[at]) if at < len(keys) else redirect("grant-check")


def _show_page(request: HttpRequest, page: Page, form: Any, told: dict[str, Any]) -> HttpResponse:
    told |= {"page": page, "form": form, "number": PAGES.index(page) + 1, "many": len(PAGES)}
    told["has_lines"] = isinstance(form, LinesForm)
    return render(request, "grants/apply_page.html", told)
