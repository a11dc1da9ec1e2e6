"""What stands before every page: sessions that end, a second factor, refusals with a reason."""

from collections.abc import Callable
from time import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path, resolve

from patrolwise.errors import InputError, PatrolwiseError, RefusedError
from patrolwise.web.accounts.lacks import answer_lack, find_lack
from patrolwise.web.accounts.models import Person

Respond = Callable[[HttpRequest], HttpResponse]
_SEEN, _BEGAN, _SECOND = "last-seen", "began", "has-second-factor"
_MINUTE = 60
_ASKED_BY = "X-Asked-By"  # of the phone page: "person" when a button was just pressed, or "page"
_STATUS = {RefusedError: 409, InputError: 400}


class SessionRules:
    """End idle and old sessions, and ask for a second factor before anything else is seen."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or the way to sign in again or to set a second factor up."""
        person = request.user
        if isinstance(person, Person):
            if self._has_ended(request):
                logout(request)
                messages.info(
                    request, "You were signed out after a time without use. Sign in again."
                )
                return redirect("account_login")
            if not self._has_second_factor(request, person) and not _is_sign_in(request):
                return redirect("mfa_index")
        return self._respond(request)

    def _has_ended(self, request: HttpRequest) -> bool:
        now, session = time(), request.session
        began = session.setdefault(_BEGAN, now)
        seen = session.setdefault(_SEEN, now)
        if now - seen > settings.SESSION_IDLE.total_seconds():
            return True
        # not at every page: each would write to the database
        if now - seen > _MINUTE and not _is_background(request):
            session[_SEEN] = now
        return bool(now - began > settings.SESSION_COOKIE_AGE)

    def _has_second_factor(self, request: HttpRequest, person: Person) -> bool:
        if settings.IS_DEMO or request.session.get(_SECOND):
            return True
        has = bool(is_mfa_enabled(person))
        if has:
            request.session[_SECOND] = True
        return has


class Refusals:
    """Turn errors that a person can do something about into pages that say what."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return what comes next."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a page that says what is wrong; None for what is no error of ours."""
        if lack := find_lack(error):
            return answer_lack(lack)
        if not isinstance(error, PatrolwiseError):
            return None
        status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 500)
        return render(request, "refused.html", {"reason": str(error)}, status=status)


def _is_background(request: HttpRequest) -> bool:
    """Return whether a page asks by itself while it is open: nobody need be there to see it.

    Views say so of themselves with ``is_recorded=False``, the phone page with each of its requests.
    """
    if is_valid_path(request.path_info):
        view = resolve(request.path_info).func
        if not getattr(view, "is_recorded", True):
            return True
    return request.headers.get(_ASKED_BY) == "page"


def _is_sign_in(request: HttpRequest) -> bool:
    return request.path.startswith("/accounts/") or request.path.startswith(settings.STATIC_URL)
