"""The lists of cases, a case's page, and how cases are opened, looked up and closed."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.casework import clock, places, queries
from patrolwise.web.casework.actions import engagements
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.forms import (
    CaseForm,
    CloseForm,
    GlassForm,
    IdentityForm,
    SearchForm,
    ShareForm,
    is_done,
)
from patrolwise.web.casework.models import Engagement, Identity
from patrolwise.web.casework.reach import find_case, search_cases

PRIVACY_VERSION = "1"
_A_PAGE = 30
_PROFILE = ("language", "access_needs", "ethnicity")


def write_now(request: HttpRequest) -> Writing:
    """Return who writes, now.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    Writing
    """
    return Writing(by=person_of(request), now=clock.now())


@needs(Permission.SEE_OWN_CASES)
@never_cache
def cases(request: HttpRequest) -> HttpResponse:
    """List cases: those that need somebody, one's own, or the team's."""
    person = person_of(request)
    sees_all = person.may(Permission.SEE_ALL_CASES)
    tabs = [(queries.NEEDS_ME, "Needs me"), (queries.MINE, "Mine")]
    tabs += [(queries.TEAM, "Team")] if sees_all else []
    asked = request.GET.get("tab", "")
    tab = asked if asked in dict(tabs) else (queries.TEAM if sees_all else queries.MINE)
    rows = queries.list_cases(person, tab, clock.now())
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "tabs": tabs,
        "tab": tab,
        "may_write": person.may(Permission.WRITE_CASES),
        "may_break": person.may(Permission.BREAK_GLASS),
    }
    return render(request, "casework/cases.html", told)


@needs(Permission.WRITE_CASES)
@never_cache
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case."""
    writing = write_now(request)
    first = {"agreed_on": writing.now.date(), "is_child": True}
    form = CaseForm(request.POST or None, initial=first, places=places.list_choices())
    opened: list[Engagement] = []
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        is_explained = given.pop("is_explained")
        profile = {key: value for key in _PROFILE if (value := given.pop(key))}
        new = engagements.NewEngagement(
            **{**given, "contact_ok": tuple(given["contact_ok"])},
            privacy_explained_at=writing.now if is_explained else None,
            privacy_version=PRIVACY_VERSION if is_explained else "",
            profile=profile,
        )
        if is_done(form, lambda: opened.append(engagements.open_case(writing=writing, new=new))):
            messages.success(request, f"The case {opened[0].reference} is open.")
            return redirect("case", opened[0].pk)
    return render(request, "casework/case_new.html", {"form": form})


@needs(Permission.SEE_OWN_CASES)
@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case."""
    person, now = person_of(request), clock.now()
    found = find_case(person, case_id, now)
    told = {
        "told": queries.tell_case(found, now),
        "place": places.name_place(found.hot_spot_id),
        "today": now.date(),
        "may_write": person.may(Permission.WRITE_CASES) and found.status != "closed",
        "may_share": person.may(Permission.SEE_TEAM),
        "may_build": person.may(Permission.BUILD_STORIES),
        "sees_concerns": person.may(Permission.DECIDE_CONCERNS),
    }
    return render(request, "casework/case.html", told)


@needs(Permission.SEE_OWN_CASES)
@never_cache
def case_search(request: HttpRequest) -> HttpResponse:
    """Look a case up by two things or more; what was asked is in no address."""
    form, found, is_cut = SearchForm(request.POST or None), None, False
    if request.method == "POST" and form.is_valid():
        asked = {key: str(value or "") for key, value in form.cleaned_data.items()}
        found, is_cut = search_cases(person_of(request), asked, clock.now())
    told = {"form": form, "found": found, "is_cut": is_cut}
    return render(request, "casework/case_search.html", told)


@needs(Permission.BREAK_GLASS)
@never_cache
def case_break(request: HttpRequest) -> HttpResponse:
    """Open a case that one does not work on, for sixty minutes."""
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        reference = given["reference"].strip().upper()
        found = Engagement.objects.filter(reference=reference).values_list("pk", flat=True).first()

        def act() -> None:
            engagements.break_glass(
                writing=write_now(request),
                case_id=found,
                reason=given["reason"],
                words=given["words"],
            )

        if is_done(form, act):
            assert found is not None
            messages.success(
                request, "Open for 60 minutes. The lead and the data protection officer are told."
            )
            return redirect("case", found)
    return render(request, "casework/case_break.html", {"form": form})


@needs(Permission.WRITE_CASES)
@never_cache
def case_identity(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down who somebody is by law."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    known = Identity.objects.filter(engagement=found).first()
    first = {key: getattr(known, key) for key in IdentityForm.base_fields} if known else {}
    form = IdentityForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        new = engagements.NewIdentity(**form.cleaned_data)
        if is_done(form, lambda: engagements.set_identity(writing=writing, case=found, new=new)):
            messages.success(request, "Kept.")
            return redirect("case", found.pk)
    return render(request, "casework/case_identity.html", {"form": form, "case": found})


@needs(Permission.WRITE_CASES)
@never_cache
def case_close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close a case."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if is_done(
            form, lambda: engagements.close_case(writing=writing, case=found, reason=reason)
        ):
            messages.success(request, "The case is closed.")
            return redirect("case", found.pk)
    return render(request, "casework/case_close.html", {"form": form, "case": found})


@needs(Permission.SEE_TEAM)
@never_cache
def case_share(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Let a colleague work on a case too."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    roles = [key for key, role in ROLES.items() if Permission.SEE_OWN_CASES in role.permissions]
    people = Person.objects.filter(is_active=True, role__in=roles).exclude(pk=found.lead_worker_id)
    choices = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
    form = ShareForm(request.POST or None, people=choices)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        engagements.share_case(
            writing=writing,
            case=found,
            person=people.get(pk=int(form.cleaned_data["person"])),
            until=writing.now + timedelta(days=days) if days else None,
        )
        messages.success(request, "They see the case now.")
        return redirect("case", found.pk)
    return render(request, "casework/case_share.html", {"form": form, "case": found})
