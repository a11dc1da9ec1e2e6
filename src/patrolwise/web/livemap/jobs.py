"""What is counted in the background."""

from datetime import UTC, date, datetime, timedelta

from django_tasks import task

from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.livemap.counting import count_day, days_between, patrol_day_of
from patrolwise.web.livemap.debriefs import join_again
from patrolwise.web.livemap.rules import refresh_book
from patrolwise.web.livemap.spots import find_spots


@task()
def count_doses(day: str) -> int:
    """Count one patrol day; return how many units were counted anew.

    Parameters
    ----------
    day : str
        ISO date.

    Returns
    -------
    int
        0 also when no set is in force: there is nothing to hold fixes against.
    """
    now = datetime.now(UTC)
    book, spots = refresh_book(now=now), find_spots()
    if spots is None:
        return 0
    counted = count_day(date.fromisoformat(day), spots, book, now=now)
    if counted:
        join_again(date.fromisoformat(day), counted, now)
        detail = {"units": len(counted)}
        record_event(NewEvent(action="minutes counted", subject=f"day:{day}", detail=detail))
    return len(counted)


def count_recent(days: int, *, now: datetime) -> dict[str, int]:
    """Count today and the days before it where they changed.

    Parameters
    ----------
    days : int
        How many, today with them.
    now : datetime
        Aware.

    Returns
    -------
    dict of str to int
        Units counted anew, by day.
    """
    today = patrol_day_of(now)
    first = today - timedelta(days=days - 1)
    return {str(day): count_doses.call(str(day)) for day in days_between(first, today)}
