"""Who may see where units go on which day: days of an experiment stay concealed by role.

Where a hot spot is not gone to on a day to come tells what was drawn for it. So the days to come of
a plan that carries an experiment are shown by the library's rule of roles, and hours of duty alone
to everybody else. What is past, and a plan without an experiment, conceals nothing.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from patrolwise.planning.concealment import ROLES, Request
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking.models import Plan

LOCAL = ZoneInfo("Europe/London")
# what each role of this site is to an experiment; any other sees nothing of its days to come
_TO_EXPERIMENT = {
    "coordinator": "coordinator",
    "officer": "unit",
    "partner": "unit",
    "analyst": "analyst",
    "commissioner": "commander",
}


def local_day(now: datetime) -> date:
    """Return the local date of an instant.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    date
    """
    return now.astimezone(LOCAL).date()


def may_see_day(person: Person, plan: Plan, day: date, today: date) -> bool:
    """Return whether somebody may see where units of a plan go on a day.

    Parameters
    ----------
    person : Person
    plan : Plan
    day, today : date
        Local.

    Returns
    -------
    bool
    """
    if not plan.has_experiment or day < today or person.may(Permission.SEE_FUTURE_ALLOCATION):
        return True
    role = ROLES[_TO_EXPERIMENT.get(person.role, "public")]
    request = Request(
        role=person.role, today=today, first=day, last=day, area_ids=(), rota_until=plan.last
    )
    return role.find_fault(request) is None
