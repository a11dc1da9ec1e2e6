"""The pages of people's access."""

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from patrolwise import __version__
from patrolwise.web.accounts import actions
from patrolwise.web.accounts.forms import EndForm, InvitationForm, RoleForm
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, open_to_all, person_of
from patrolwise.web.accounts.queries import list_people
from patrolwise.web.accounts.roles import ROLES, Permission


@needs(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Show everybody, with role and team."""
    return render(request, "accounts/people.html", {"people": list_people(), "roles": ROLES})


@needs(Permission.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody, and show the way by which they choose a password."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = actions.invite_person(by=person_of(request), **form.cleaned_data)
        address = request.build_absolute_uri(actions.invitation_to(person))
        return render(request, "accounts/invited.html", {"person": person, "address": address})
    return render(request, "accounts/invite.html", {"form": form})


@needs(Permission.MANAGE_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person, and give another role."""
    found = get_object_or_404(Person.objects.select_related("team"), pk=person_id)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        actions.change_role(by=person_of(request), person=found, **form.cleaned_data)
        messages.success(request, f"{found.name} is now {ROLES[found.role].title.lower()}.")
        return redirect("people")
    return render(request, "accounts/person.html", {"found": found, "form": form, "roles": ROLES})


@needs(Permission.MANAGE_PEOPLE)
def end(request: HttpRequest, person_id: int) -> HttpResponse:
    """End somebody's access."""
    found = get_object_or_404(Person, pk=person_id, is_active=True)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_access(by=person_of(request), person=found, **form.cleaned_data)
        messages.success(request, f"{found.name} can no longer sign in, and was signed out.")
        return redirect("people")
    return render(request, "accounts/end.html", {"found": found, "form": form})


@open_to_all("A watching program asks whether the site is up; it learns nothing else.")
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        is_up = cursor.fetchone() == (1,)
    return JsonResponse({"up": is_up, "version": __version__}, status=200 if is_up else 503)


@open_to_all("A form that is too old, or came from elsewhere, may come before sign-in.")
def refuse_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form is no longer good, and what to do."""
    told = "This form was open for too long, or cookies are off. Go back, load the page again."
    return render(request, "refused.html", {"reason": told}, status=403)
