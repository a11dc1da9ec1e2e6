"""Who works on a case beside its lead officer, and cases that are opened for an hour."""

from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.asb.actions import sharing as actions
from patrolwise.web.asb.forms.cases import GlassForm, PartyForm, ShareForm
from patrolwise.web.asb.models import Case, CaseParty, GlassBreak
from patrolwise.web.asb.queries import name_people
from patrolwise.web.asb.reach import find_case
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, write_now


@needs(Permission.SHARE_ASB_CASES)
@never_cache
def case_share(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Let a colleague work on a case, or lead it."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    roles = [key for key, role in ROLES.items() if Permission.WRITE_ASB_CASES in role.permissions]
    people = Person.objects.filter(is_active=True, role__in=roles).exclude(pk=found.lead_officer_id)
    choices = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
    form = ShareForm(request.POST or None, people=choices)

    def act() -> None:
        given = form.cleaned_data
        person = people.get(pk=int(given["person"]))
        if given["is_lead"]:
            actions.give_case(writing=writing, case=found, person=person)
            return
        until = writing.now + timedelta(days=given["days"]) if given["days"] else None
        actions.share_case(writing=writing, case=found, person=person, until=until)

    return answer_form(
        request, form, _page_of(found, "Let a colleague work on it", "Let them"), act
    )


@needs(Permission.SHARE_ASB_CASES)
@never_cache
def case_party(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Make an agency party to a case."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    now_party = found.parties.filter(until=None).values("team")
    teams = Team.objects.filter(is_partner=True).exclude(pk__in=now_party).order_by("name")
    form = PartyForm(
        request.POST or None,
        teams=[(str(pk), name) for pk, name in teams.values_list("pk", "name")],
    )

    def act() -> CaseParty:
        team = teams.get(pk=int(form.cleaned_data["team"]))
        reason = form.cleaned_data["reason"]
        return actions.add_party(writing=writing, case=found, team=team, reason=reason)

    return answer_form(request, form, _page_of(found, "Make an agency party to it", "Do it"), act)


@needs(Permission.SHARE_ASB_CASES)
@never_cache
def case_party_end(request: HttpRequest, case_id: UUID, party_id: UUID) -> HttpResponse:
    """End that an agency is party to a case."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    party = get_object_or_404(found.parties, pk=party_id, until=None)
    if request.method == "POST":
        actions.end_party(writing=writing, party=party)
        return redirect("asb-case", found.pk)
    return render(request, "asb/party_end.html", {"case": found, "party": party})


@needs(Permission.BREAK_ASB_GLASS)
@never_cache
def case_break(request: HttpRequest) -> HttpResponse:
    """Open a case that one does not work on, for sixty minutes."""
    writing = write_now(request)
    form = GlassForm(request.POST or None)
    page = FormPage(
        title="Open a case that is not mine",
        button="Open it",
        back=reverse("asb-cases"),
        back_title="Cases",
        warning=(
            "It opens for 60 minutes. The lead and the data protection officer are told at once, "
            "with your reason."
        ),
        done="Open for 60 minutes. The lead and the data protection officer are told.",
    )

    def act() -> GlassBreak:
        given = form.cleaned_data
        reference = given["reference"].strip().upper()
        case_id = Case.objects.filter(reference=reference).values_list("pk", flat=True).first()
        return actions.break_glass(
            writing=writing, case_id=case_id, reason=given["reason"], words=given["words"]
        )

    return answer_form(
        request, form, page, act, lambda made: reverse("asb-case", args=[made.case_id])
    )


@needs(Permission.SEE_ASB_GLASS)
@never_cache
def glass(request: HttpRequest) -> HttpResponse:
    """List cases that were opened by somebody who is not on them, and note that one looked."""
    person = person_of(request)
    if request.method == "POST":
        opened = get_object_or_404(GlassBreak, pk=request.POST.get("opened", ""))
        actions.note_seen(writing=write_now(request), opened=opened)
        return redirect("asb-glass")
    breaks = GlassBreak.objects.select_related("case")
    page = Paginator(breaks, A_PAGE).get_page(request.GET.get("page"))
    names = name_people(one.person_id for one in page)
    field = actions.find_seen_field(person)
    told = {
        "page": page,
        "rows": [(one, names.get(one.person_id, ""), getattr(one, field)) for one in page],
        "sees_cases": person.may(Permission.SEE_ALL_ASB_CASES),
    }
    return render(request, "asb/glass.html", told)


def _page_of(case: Case, title: str, button: str) -> FormPage:
    return FormPage(
        title=title,
        button=button,
        back=reverse("asb-case", args=[case.pk]),
        back_title=f"Case {case.reference}",
    )
