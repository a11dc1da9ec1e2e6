"""The first page, and the hot spots."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.accounts.todos import NOW, SOON, order_todos
from patrolwise.web.commons import clock
from patrolwise.web.commons.forms import HotSpotsForm
from patrolwise.web.commons.hot_spots import take_set
from patrolwise.web.commons.models import AgreedHotSpot


@needs(Permission.SEE_OWN_RECORD)
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs whoever signs in, the most urgent first."""
    person, now = person_of(request), clock.now()
    found = [todo for path in settings.FIRST_PAGE for todo in import_string(path)(person, now)]
    told = {
        "todos": order_todos(found),
        "now": NOW,
        "soon": SOON,
        "today": clock.day_of(now),
        "role": ROLES[person.role],
    }
    return render(request, "commons/home.html", told)


@needs(Permission.SEE_AGREED_HOT_SPOTS)
@never_cache
def hot_spots(request: HttpRequest) -> HttpResponse:
    """Show the hot spots in force and before, and take in a published set."""
    may_load = person_of(request).may(Permission.LOAD_AGREED_HOT_SPOTS)
    form = HotSpotsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and may_load and form.is_valid():
        try:
            number = take_set(
                form.cleaned_data["file"].read(),
                valid_from=form.cleaned_data["valid_from"],
                by=person_of(request).pk,
            )
        except PatrolwiseError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"{number} hot spots are taken in.")
            return redirect("hot-spots")
    spots = AgreedHotSpot.objects.order_by("-valid_from", "name")
    told = {"spots": spots, "form": form if may_load else None}
    return render(request, "commons/hot_spots.html", told)
