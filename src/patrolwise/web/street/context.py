"""What the foot of every page of the outreach service says: whom to ring, and where to tell it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission


def tell_worries(request: HttpRequest) -> dict[str, Any]:
    """Return what pages tell somebody who may say that they are worried; nothing for others.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    dict
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not person.may(Permission.RAISE_CONCERNS):
        return {}
    return {"may_raise_concerns": True, "safeguarding_phone": settings.SAFEGUARDING_PHONE}
