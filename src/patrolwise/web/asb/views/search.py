"""Looking somebody up: those harmed and those held to do it, on two pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.forms.people import SearchForm
from patrolwise.web.asb.reach import search_subjects, search_victims
from patrolwise.web.commons import clock

_PAGES = {
    "harmed": ("Look up who is harmed", "asb-harmed-one", search_victims),
    "subjects": ("Look up a subject", "asb-subject", search_subjects),
}


@needs(Permission.SEE_ASB_CASES)
@never_cache
def search_harmed(request: HttpRequest) -> HttpResponse:
    """Look up who is harmed, by two things or more; what was asked is in no address."""
    return _answer(request, "harmed")


@needs(Permission.SEE_ASB_CASES)
@never_cache
def search_held(request: HttpRequest) -> HttpResponse:
    """Look up a subject, by two things or more; what was asked is in no address."""
    return _answer(request, "subjects")


def _answer(request: HttpRequest, about: str) -> HttpResponse:
    title, leads_to, search = _PAGES[about]
    form, found, is_cut = SearchForm(request.POST or None), None, False
    if request.method == "POST" and form.is_valid():
        asked = {key: str(value or "") for key, value in form.cleaned_data.items()}
        found, is_cut = search(person_of(request), asked, clock.now())
    told = {"form": form, "found": found, "is_cut": is_cut, "title": title, "leads_to": leads_to}
    return render(request, "asb/search.html", {**told, "about": about})
