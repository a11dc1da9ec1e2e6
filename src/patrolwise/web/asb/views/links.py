"""That one person is harmed and held to do harm: a lead alone sees it, by numbers, with why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.people import link_roles
from patrolwise.web.asb.forms.people import LinkForm
from patrolwise.web.asb.models import RoleLink
from patrolwise.web.asb.reach import find_case
from patrolwise.web.asb.views.shown import FormPage, answer_form, number_people, write_now


@needs(Permission.LINK_ASB_ROLES)
@never_cache
def links(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show which records of a case are of one person, and join two; no name stands here."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    victims = {str(one.pk): one for one in found.victims.all()}
    subjects = {str(one.pk): one for one in found.subjects.all()}
    form = LinkForm(
        request.POST or None,
        victims=number_people("Harmed person", victims.values()),
        subjects=number_people("Subject", subjects.values()),
    )
    page = FormPage(
        title="One person, two records",
        button="Join them",
        back=reverse("asb-links", args=[found.pk]),
        back_title=f"Case {found.reference}",
        done="Joined. Only leads see it.",
    )

    def act() -> RoleLink:
        given = form.cleaned_data
        return link_roles(
            writing=writing,
            victim=victims[given["victim"]],
            subject=subjects[given["subject"]],
            reason=given["reason"],
        )

    answer = answer_form(request, form, page, act)
    if answer.status_code != 200:
        return answer
    joined = RoleLink.objects.filter(victim__case=found).select_related("victim", "subject")
    told = {"form": form, "case": found, "links": joined, "can_join": victims and subjects}
    return render(request, "asb/links.html", told)
