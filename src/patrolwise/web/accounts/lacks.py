"""What a page says when the site's disk is full, or its database busy or away."""

import errno
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request, server_error

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# of SQLite, of PostgreSQL and of readers of tables, which keep the system's words alone
_SAYS_FULL = re.compile(r"disk is full|disk I/O error|no space left on device|os error 28", re.I)
_WAIT_S = "60"  # after which a program may try again


@dataclass(frozen=True)
class Lack:
    """What the site is short of for now: no fault of whoever asked."""

    status: int  # HTTP's
    sentence: str


FULL = Lack(
    507,
    "The site's disk is full, so what you sent was not kept. Ask whoever looks after the site to "
    "make room, then send it again.",
)
BUSY = Lack(
    503,
    "The site's database is busy, or cannot be reached, so what you sent was not kept. Wait a "
    "minute, then send it again; if it comes again, tell whoever looks after the site.",
)


def find_lack(error: BaseException | None) -> Lack | None:
    """Return what the site was short of when something failed; None for any other failure.

    Parameters
    ----------
    error : exception or None
        What it was raised from, or meanwhile, is looked at too.

    Returns
    -------
    Lack or None
    """
    chain = list(_causes(error))
    if any(_is_full(one) for one in chain):
        return FULL
    return BUSY if any(isinstance(one, OperationalError) for one in chain) else None


def answer_lack(lack: Lack) -> HttpResponse:
    """Return the page that tells of a lack; making it asks the database nothing.

    Parameters
    ----------
    lack : Lack

    Returns
    -------
    HttpResponse
    """
    # a page of its own: the shell's menu would ask the database
    page = HttpResponse(render_to_string("lack.html", {"lack": lack}), status=lack.status)
    page["Retry-After"] = _WAIT_S
    return page


def answer_fault(request: HttpRequest) -> HttpResponse:
    """Return the page for what nobody foresaw; sessions and sign-in can meet a lack too."""
    lack = find_lack(sys.exc_info()[1])
    return answer_lack(lack) if lack else server_error(request)


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for what cannot be understood; a session that could not be kept is none."""
    lack = find_lack(exception)
    return answer_lack(lack) if lack else bad_request(request, exception)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        hidden = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or hidden


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return bool(_SAYS_FULL.search(str(error)))
