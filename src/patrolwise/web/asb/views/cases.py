"""The lists of cases, a case's page and timeline, and how cases are opened, moved and closed."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.partnership.asb_instruments import Band
from patrolwise.partnership.asb_stages import load_stages
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb import places, queries
from patrolwise.web.asb.actions import cases as actions
from patrolwise.web.asb.forms.cases import CaseForm, CloseForm, StageForm, read_said
from patrolwise.web.asb.reach import find_case
from patrolwise.web.asb.timeline import list_timeline
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, write_now
from patrolwise.web.commons import clock


@needs(Permission.SEE_ASB_CASES)
@never_cache
def cases(request: HttpRequest) -> HttpResponse:
    """List cases: those that need somebody, one's own, the team's, or closed ones."""
    person, now = person_of(request), clock.now()
    is_team = not person.may(Permission.WRITE_ASB_CASES) or person.may(Permission.SEE_ALL_ASB_CASES)
    tabs = [(queries.NEEDS_ME, "Needs me"), (queries.MINE, "Mine")]
    tabs = tabs if person.may(Permission.WRITE_ASB_CASES) else []
    tabs += [(queries.TEAM, "Team")] if is_team else []
    tabs += [(queries.CLOSED, "Closed")]
    asked, band = request.GET.get("tab", ""), request.GET.get("risk", "")
    tab = asked if asked in dict(tabs) else (queries.TEAM if is_team else queries.MINE)
    band = band if band in list(Band) else ""
    found = queries.filter_cases(person, tab, band, now)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "rows": queries.tell_rows(page.object_list, now),
        "tabs": tabs,
        "tab": tab,
        "band": band,
        "bands": list(Band),
        "may_write": person.may(Permission.WRITE_ASB_CASES),
        "may_break": person.may(Permission.BREAK_ASB_GLASS),
    }
    return render(request, "asb/cases.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case."""
    form = CaseForm(request.POST or None)
    page = FormPage(
        title="Open a case",
        button="Open it",
        back=reverse("asb-cases"),
        back_title="Cases",
        intro="People are written down afterwards, each on a page of their own.",
        done="The case is open. Write down who is harmed, and assess their risk today.",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.open_case(
            writing=write_now(request), new=actions.NewCase(**form.cleaned_data)
        ),
        lambda made: reverse("asb-case", args=[made.pk]),
    )


@needs(Permission.SEE_ASB_CASES)
@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case: what happened and what is done; of people their numbers alone."""
    person, now = person_of(request), clock.now()
    found = find_case(person, case_id, now)
    is_open = found.status == "open"
    told = {
        "told": queries.tell_case(found, now),
        "case": found,
        "place": places.name_place(found.hot_spot_id),
        "now": now,
        "today": clock.day_of(now),
        "may_write": person.may(Permission.WRITE_ASB_CASES) and is_open,
        "may_share": person.may(Permission.SHARE_ASB_CASES),
        "may_do": person.may(Permission.DO_ASB_ACTIONS) and is_open,
        "may_link": person.may(Permission.LINK_ASB_ROLES),
        "may_hold": person.may(Permission.PROPOSE_ASB_DELETIONS),
        "team_id": person.team.pk if person.team else None,
    }
    return render(request, "asb/case.html", told)


@needs(Permission.SEE_ASB_CASES)
@never_cache
def case_timeline(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show what happened in a case, in order."""
    found = find_case(person_of(request), case_id, clock.now())
    page = Paginator(list_timeline(found), 2 * A_PAGE).get_page(request.GET.get("page"))
    return render(request, "asb/case_timeline.html", {"case": found, "page": page})


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def case_stage(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Move a case to a stage."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    stages = [
        (one.key, f"{one.title}. {one.next_step}.")
        for one in load_stages()
        if one.is_in_force(clock.day_of(writing.now))
    ]
    form = StageForm(request.POST or None, stages=stages, initial={"stage": found.stage})
    page = FormPage(
        title="Move the case to a stage",
        button="Move it",
        back=reverse("asb-case", args=[found.pk]),
        back_title=f"Case {found.reference}",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.move_stage(writing=writing, case=found, stage=form.cleaned_data["stage"]),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def case_close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close a case."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    form = CloseForm(request.POST or None)
    page = FormPage(
        title="Close the case",
        button="Close it",
        back=reverse("asb-case", args=[found.pk]),
        back_title=f"Case {found.reference}",
        intro="From today it counts how long the case is kept.",
        done="The case is closed.",
    )

    def act() -> None:
        given = form.cleaned_data
        closure = actions.Closure(
            reason=given["reason"],
            is_substantiated=bool(read_said(given["is_substantiated"])),
            is_victim_satisfied=read_said(given["is_victim_satisfied"]),
        )
        actions.close_case(writing=writing, case=found, closure=closure)

    return answer_form(request, form, page, act)
