"""What a weekly tasking pack holds, gathered once and kept as it was.

Nothing in it is of a day to come by hot spot: what is drawn for an experiment stays concealed from
whoever may open a pack.
"""

from datetime import date, datetime, timedelta
from typing import Any

from patrolwise.web.insight.dose_queries import tabulate_abstractions
from patrolwise.web.insight.pack_crimes import describe_crimes
from patrolwise.web.insight.pack_doses import describe_doses
from patrolwise.web.insight.pack_places import describe_places
from patrolwise.web.insight.pack_tasks import describe_tasks
from patrolwise.web.insight.windows import Span
from patrolwise.web.livemap.spots import find_spots

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def make_document(week: date, *, now: datetime) -> dict[str, Any]:
    """Return all of a pack.

    Parameters
    ----------
    week : date
        Monday of the whole week that it looks back on.
    now : datetime
        Aware.

    Returns
    -------
    dict
        JSON alone; days are ISO. Without a hot spot set it says so and has what needs none.
    """
    spots = find_spots()
    span = Span(first=week, last=week + _WEEK - _DAY, weeks=1)
    away = tabulate_abstractions(span, now=now)
    document: dict[str, Any] = {
        "week": str(week),
        "set": spots.key if spots else "",
        "names": spots.names if spots else {},
        "abstractions": [list(row) for row in away.rows],
        **describe_tasks(week, now=now),
    }
    if spots is None:
        return document
    return {
        **document,
        "doses": describe_doses(spots, week),
        "crimes": describe_crimes(spots, week),
        "places": describe_places(spots, week),
    }
