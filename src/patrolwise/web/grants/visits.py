"""Which application, or which award's reports, are open in a browser: no account is needed."""

from django.http import HttpRequest

from patrolwise.web.commons import clock
from patrolwise.web.grants.models import GrantApplication, GrantAward

LASTS_S = 2 * 60 * 60  # since the last page: long enough for a form, short for a shared computer
_APPLICATION, _AWARD = "grant-application", "grant-award"


def open_for(request: HttpRequest, row: GrantApplication | GrantAward) -> None:
    """Remember in this browser what a code opened."""
    request.session.cycle_key()
    request.session[_key_of(row)] = [str(row.pk), clock.now().timestamp()]


def close_for(request: HttpRequest) -> None:
    """Forget what was opened in this browser; whoever is signed in stays so."""
    for key in (_APPLICATION, _AWARD):
        request.session.pop(key, None)


def find_application(request: HttpRequest) -> GrantApplication | None:
    """Return the application that is open in this browser, if one is."""
    key = _find(request, _APPLICATION)
    rows = GrantApplication.objects.select_related("round", "award")
    return rows.filter(pk=key).first() if key else None


def find_award(request: HttpRequest) -> GrantAward | None:
    """Return the award whose reports are open in this browser, if one is."""
    key = _find(request, _AWARD)
    rows = GrantAward.objects.select_related("application__round")
    return rows.prefetch_related("reports", "instalments").filter(pk=key).first() if key else None


def _key_of(row: GrantApplication | GrantAward) -> str:
    return _APPLICATION if isinstance(row, GrantApplication) else _AWARD


def _find(request: HttpRequest, name: str) -> str | None:
    kept = request.session.get(name)
    if kept is None:
        return None
    key, since = kept
    now = clock.now().timestamp()
    if now - since > LASTS_S:
        close_for(request)
        return None
    if request.method == "POST":  # not at every look: each would write to the database
        request.session[name] = [key, now]
    return str(key)
