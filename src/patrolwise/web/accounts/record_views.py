"""The pages of the record: one's own, and everybody's without what was read."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.checks import ask_for_check, look_at_checks
from patrolwise.web.audit.queries import list_events

_A_PAGE = 50


@needs(Permission.SEE_OWN_RECORD)
def record(request: HttpRequest) -> HttpResponse:
    """Show one's own events; everybody's to whoever may see them."""
    person = person_of(request)
    sees_all = person.may(Permission.SEE_ALL_RECORDS)
    events = list_events(
        actor_id=None if sees_all else person.pk, action=request.GET.get("action", "")
    )
    page = Paginator(events, _A_PAGE).get_page(request.GET.get("page"))
    names = dict(Person.objects.filter(pk__in=[e.actor_id for e in page]).values_list("pk", "name"))
    rows = [(event, names.get(event.actor_id, "")) for event in page]
    return render(
        request, "accounts/record.html", {"page": page, "rows": rows, "sees_all": sees_all}
    )


@needs(Permission.SEE_ALL_RECORDS)
def check(request: HttpRequest) -> HttpResponse:
    """Say whether the record was as it was written when it was last checked; check it anew."""
    if request.method == "POST":
        person = person_of(request)
        ask_for_check(actor_id=person.pk, role=person.role, now=now())
        return redirect("record-check")
    return render(request, "accounts/record_check.html", {"found": look_at_checks(now())})
