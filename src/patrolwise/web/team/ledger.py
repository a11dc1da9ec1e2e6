"""Minutes on the street as the partnership's hours ledger is told of them: by hot spot and day.

They are a pair's minutes, as they cross to the police. No contact, no case and no count of anybody
who was met is read here: a day with nobody met looks like a day with many.
"""

from collections import defaultdict
from datetime import date, time

from django.db.models import Count

from patrolwise.partnership.ledger_counts import SELF_REPORTED, TRACKER, LedgerCount
from patrolwise.times import Window
from patrolwise.web.street.clock import LOCAL
from patrolwise.web.street.models import HotSpotMinutes, Shift

_Start = tuple[date, time]


def count_minutes(service: str, window: Window, stream: str | None) -> tuple[LedgerCount, ...]:
    """Return minutes in each hot spot on each day that has any.

    Parameters
    ----------
    service : str
        What the ledger calls this service.
    window : Window
    stream : str or None
        The stream that pays all of them.

    Returns
    -------
    tuple of LedgerCount
        Whole minutes. Person-minutes are minutes times the workers of the shift; where pairs of
        several sizes worked the same hours, of the smallest, so that no hour is told too many.
    """
    workers = _count_workers(window)
    patrol: dict[tuple[str, date, str], float] = defaultdict(float)
    person: dict[tuple[str, date, str], float] = defaultdict(float)
    rows = HotSpotMinutes.objects.filter(date__range=(window.first, window.last), minutes__gt=0)
    for spot, day, start, minutes, is_tracked in rows.values_list(
        "hot_spot_id", "date", "shift_start", "minutes", "is_tracked"
    ):
        key = (spot, day, TRACKER if is_tracked else SELF_REPORTED)
        patrol[key] += minutes
        person[key] += minutes * workers.get((day, start), 1)
    return tuple(
        LedgerCount(
            hot_spot=spot,
            day=day,
            service=service,
            stream=stream,
            basis=basis,
            patrol_minutes=round(patrol[spot, day, basis]),
            person_minutes=max(round(person[spot, day, basis]), round(patrol[spot, day, basis])),
        )
        for spot, day, basis in sorted(patrol)
        if round(patrol[spot, day, basis])
    )


def _count_workers(window: Window) -> dict[_Start, int]:
    """Return how many workers a shift has, by its day and start: the fewest of several."""
    shifts = Shift.objects.filter(date__range=(window.first, window.last)).order_by()
    found: dict[_Start, int] = {}
    for day, start, number in shifts.annotate(number=Count("workers")).values_list(
        "date", "start", "number"
    ):
        key = (day, start.astimezone(LOCAL).time().replace(second=0, microsecond=0))
        found[key] = min(found.get(key, number), max(number, 1))
    return {key: max(number, 1) for key, number in found.items()}
