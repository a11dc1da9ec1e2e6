"""Whether an impact assessment is to be signed, for the first page."""

from datetime import datetime

from django.conf import settings

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import Todo
from patrolwise.web.openness.assessments import find_signed


def list_waiting(person: Person, now: datetime) -> list[Todo]:
    """Return that a site in real use has no impact assessment that is good today.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Todo
    """
    if settings.IS_DEMO or not person.may(Permission.SIGN_GOVERNANCE):
        return []
    number = int(find_signed(now.date()) is None)
    return [Todo(title="Impact assessment to sign", number=number, page="assessment")]
