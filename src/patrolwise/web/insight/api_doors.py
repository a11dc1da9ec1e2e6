"""Who comes in to the tables, and how: whoever is signed in, or a program with somebody's token."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight.actions import hash_token
from patrolwise.web.insight.models import ReadToken

View = Callable[..., HttpResponseBase]
A_MINUTE = 120  # requests of one person's tokens
_SCHEME = "bearer"
_NO_TOKEN = "Send a token as a bearer token; the page Tables for programs makes one."  # noqa: S105
_UNKNOWN = "This token is not known, or has ended."


def open_to_readers(view: View, names: frozenset[str] = frozenset()) -> View:
    """Return a view that lets in by session or token, and only whoever may read tables.

    Parameters
    ----------
    view : callable
    names : frozenset of str
        Those that the query may have.

    Returns
    -------
    callable
        Without either, a browser is sent to the sign-in and a program gets 401, as does a token
        that is not known.
    """
    checked = needs(Permission.READ_API)(_asked_as_described(view, names))

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        has_token = "Authorization" in request.headers
        refused = _let_in(request) if has_token else _send_to_sign_in(request)
        if refused is not None:
            return refused
        try:
            response = checked(request, *args, **kwargs)
        except Http404:
            if not has_token:
                raise  # the page that every page has that is not there
            response = _refuse(404, "Not there, or not for you.")
        response["Cache-Control"] = "private, no-store"
        return response

    door: View = login_not_required(csrf_exempt(opened))
    door.needs = Permission.READ_API  # type: ignore[attr-defined]  # the test of all pages reads it
    return door


def _let_in(request: HttpRequest) -> JsonResponse | None:
    """Let in whoever a token belongs to; return the refusal where it cannot be."""
    person = _find_person(request.headers["Authorization"])
    if person is None:
        return _refuse(401, _UNKNOWN, ("WWW-Authenticate", "Bearer"))
    if _is_too_many(person):
        return _refuse(429, "Too many requests; wait a minute.", ("Retry-After", "60"))
    request.user = person
    return None


def _send_to_sign_in(request: HttpRequest) -> HttpResponseBase | None:
    if request.user.is_authenticated:
        return None
    if "text/html" in request.headers.get("Accept", ""):  # a person with a browser
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    return _refuse(401, _NO_TOKEN, ("WWW-Authenticate", "Bearer"))


def _asked_as_described(view: View, names: frozenset[str]) -> View:
    """Return a view that refuses what it would pass over: other methods, and unknown names."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return _refuse(405, "Only GET and HEAD are answered here.", ("Allow", "GET, HEAD"))
        if faults := _find_faults(request, names):
            return JsonResponse({"detail": faults}, status=422)
        method, request.method = request.method, "GET"  # of HEAD the server sends no body
        response = view(request, *args, **kwargs)
        request.method = method
        return response

    return asked


def _find_faults(request: HttpRequest, names: frozenset[str]) -> list[dict[str, Any]]:
    """Return the names in the query that are not known, or come twice, as faults to be told."""
    faults = []
    for name, values in request.GET.lists():
        if name not in names:
            known = f"Known here: {', '.join(sorted(names))}." if names else "None is known here."
            faults.append(("unknown_name", name, known))
        elif len(values) > 1:
            faults.append(("given_twice", name, "Give it once."))
    return [{"type": kind, "loc": ["query", name], "msg": told} for kind, name, told in faults]


def _refuse(status: int, sentence: str, *headers: tuple[str, str]) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status, headers=dict(headers))


def _find_person(given: str) -> Person | None:
    """Return whose token it is; None for what is none, has ended, or whose owner has gone."""
    scheme, _, token_given = given.partition(" ")
    if scheme.lower() != _SCHEME:  # RFC 9110, 11.1: in capitals or not
        return None
    hashed = hash_token(token_given.strip())
    token = ReadToken.objects.filter(token_sha256=hashed, ended=None).first()
    if token is None:
        return None
    today = datetime.now(UTC).date()
    if token.last_used != today:
        ReadToken.objects.filter(pk=token.pk).update(last_used=today)
    return Person.objects.filter(pk=token.person_id, is_active=True).first()


def _is_too_many(person: Person) -> bool:
    key = f"api-{person.pk}-{int(time.time()) // 60}"
    asked = cache.get(key, 0) + 1  # not incr, which fails when the key is dropped meanwhile
    cache.set(key, asked, 120)
    return asked > A_MINUTE
