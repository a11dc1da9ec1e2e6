"""Who comes in to the tables: whoever is signed in, or a program with somebody's token."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight.actions import hash_token
from patrolwise.web.insight.models import ReadToken

View = Callable[..., HttpResponseBase]
_SCHEME = "Bearer "
_A_MINUTE = 120  # requests of one token


def open_to_readers(view: View) -> View:
    """Return a view that lets in by session or token, and only whoever may read tables.

    Parameters
    ----------
    view : callable

    Returns
    -------
    callable
        Without either, the way to the sign-in; a token that is not known gets 401.
    """
    checked = needs(Permission.READ_API)(view)

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = request.headers.get("Authorization", "")
        if given:
            person = _find_person(given)
            if person is None:
                return JsonResponse(
                    {"detail": "This token is not known, or has ended."},
                    status=401,
                    headers={"WWW-Authenticate": "Bearer"},
                )
            if _is_too_many(person):
                return JsonResponse(
                    {"detail": "Too many requests; wait a minute."},
                    status=429,
                    headers={"Retry-After": "60"},
                )
            request.user = person
        elif not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        response = checked(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    door: View = login_not_required(csrf_exempt(opened))
    door.needs = Permission.READ_API  # type: ignore[attr-defined]  # the test of all pages reads it
    return door


def _find_person(given: str) -> Person | None:
    """Return whose token it is; None for what is none, has ended, or whose owner has gone."""
    if not given.startswith(_SCHEME):
        return None
    hashed = hash_token(given.removeprefix(_SCHEME).strip())
    token = ReadToken.objects.filter(token_sha256=hashed, ended=None).first()
    if token is None:
        return None
    today = datetime.now(UTC).date()
    if token.last_used != today:
        ReadToken.objects.filter(pk=token.pk).update(last_used=today)
    return Person.objects.filter(pk=token.person_id, is_active=True).first()


def _is_too_many(person: Person) -> bool:
    key = f"api-{person.pk}-{int(time.time()) // 60}"
    if cache.add(key, 1, 120):
        return False
    return cache.incr(key) > _A_MINUTE
