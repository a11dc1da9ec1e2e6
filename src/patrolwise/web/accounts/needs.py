"""How a page says who may see it: every view has `needs` or `open_to_all`, and a test looks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event

View = Callable[..., HttpResponseBase]
_READS = ("GET", "HEAD")


def person_of(request: HttpRequest) -> Person:
    """Return who is signed in; only for pages that need it.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    Person
    """
    person = request.user
    assert isinstance(person, Person)  # LoginRequiredMiddleware stands before
    return person


def needs(permission: Permission, *, is_recorded: bool = True) -> Callable[[View], View]:
    """Return a decorator that lets in who has a permission; for all others the page is not there.

    A page that exists but may not be seen looks like one that does not, so that nobody learns
    from a refusal. Reads that succeed, and refusals, go into the record.

    Parameters
    ----------
    permission : Permission
    is_recorded : bool
        False only for what a page asks for again and again while it is open: the page itself was
        recorded. Such a request does not keep a session from being idle.

    Returns
    -------
    decorator
    """

    def declare(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = person_of(request)
            if not person.may(permission):
                record_event(_tell(request, person, "refused", permission.name))
                raise Http404
            response = view(request, *args, **kwargs)
            if is_recorded and request.method in _READS and response.status_code == 200:
                record_event(_tell(request, person, "read", ""))
            return response

        checked.needs = permission  # type: ignore[attr-defined]  # the test of all pages reads it
        checked.is_recorded = is_recorded  # type: ignore[attr-defined]  # and sessions this
        return checked

    return declare


def open_to_all(reason: str) -> Callable[[View], View]:
    """Return a decorator for a page that needs no sign-in, with the reason why.

    Parameters
    ----------
    reason : str

    Returns
    -------
    decorator
    """

    def declare(view: View) -> View:
        opened: View = login_not_required(view)
        opened.open_to_all = reason  # type: ignore[attr-defined]
        return opened

    return declare


def _tell(request: HttpRequest, person: Person, action: str, needed: str) -> NewEvent:
    match = request.resolver_match
    name = match.view_name if match else ""
    given = {key: str(value) for key, value in (match.kwargs if match else {}).items()}
    return NewEvent(
        action=action,
        subject=name,
        actor_id=person.pk,
        role=person.role,
        is_read=action == "read",
        detail={**given, **({"needed": needed} if needed else {})},
    )
