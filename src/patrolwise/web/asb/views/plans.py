"""The plan of a case, and the actions that are one's own or one's agency's."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import plans as actions
from patrolwise.web.asb.forms.cases import ActionForm, OutcomeForm
from patrolwise.web.asb.reach import find_case, reach_actions
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, write_now
from patrolwise.web.commons import clock


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def action_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add an action to a case's plan."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    teams = {
        str(party.team.pk): party.team
        for party in found.parties.filter(until=None).select_related("team")
    }
    form = ActionForm(request.POST or None, teams=[(key, team.name) for key, team in teams.items()])
    page = FormPage(
        title="Plan an action",
        button="Plan it",
        back=reverse("asb-case", args=[found.pk]),
        back_title=f"Case {found.reference}",
    )

    def act() -> object:
        given = {**form.cleaned_data, "team": teams.get(form.cleaned_data["team"])}
        return actions.add_action(writing=writing, case=found, new=actions.NewAction(**given))

    return answer_form(request, form, page, act)


@needs(Permission.DO_ASB_ACTIONS)
@never_cache
def action_done(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Say what came of an action."""
    writing = write_now(request)
    found = get_object_or_404(reach_actions(writing.by, writing.now), pk=action_id)
    form = OutcomeForm(request.POST or None)
    page = FormPage(
        title="What came of it?",
        button="It is done",
        back=reverse("asb-case", args=[found.case.pk]),
        back_title=f"Case {found.case.reference}",
        intro=found.what,
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.do_action(writing=writing, action=found, **form.cleaned_data),
    )


@needs(Permission.DO_ASB_ACTIONS)
@never_cache
def own_actions(request: HttpRequest) -> HttpResponse:
    """List the actions that are to be done: of own cases, or of one's agency."""
    person, now = person_of(request), clock.now()
    undone = reach_actions(person, now).filter(done_on=None)
    page = Paginator(undone, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "asb/own_actions.html", {"page": page, "today": clock.day_of(now)})
