"""How debriefs are joined to what the trackers say, once a day's minutes are counted."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Sum

from patrolwise.web.livemap.models import CountedDay, Stay
from patrolwise.web.tasking.actions import join_debrief, tell_tracked
from patrolwise.web.tasking.debrief_queries import (
    list_debriefs_to_join,
    list_joined_debriefs,
)

_MINUTE = 60.0


def join_counted_debriefs(now: datetime) -> int:
    """Join the debriefs whose unit was counted on their day; return how many.

    A unit of which no fix came is joined too, with no minutes: that is what its tracker says.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
    """
    joined = 0
    for debrief, shift in list_debriefs_to_join(now):
        counted = CountedDay.objects.filter(day=debrief.day, unit_id=debrief.unit_id)
        if not counted.filter(counted__gt=shift.end).exists():
            continue  # the day was counted before the shift was over: it will be again
        join_debrief(debrief, _minutes_of(debrief.unit_id, shift.start, shift.end))
        joined += 1
    return joined


def join_again(day: date, units: Collection[str], now: datetime) -> int:
    """Mend the debriefs of units whose day was counted anew; return how many were otherwise.

    Fixes came late, or a device turns out to have been another unit's.

    Parameters
    ----------
    day : date
    units : collection of str
        That were counted anew.
    now : datetime
        Aware.

    Returns
    -------
    int
    """
    mended = 0
    for debrief, shift in list_joined_debriefs(day, units, now):
        minutes = _minutes_of(debrief.unit_id, shift.start, shift.end)
        if tell_tracked(minutes) != debrief.minutes:
            join_debrief(debrief, minutes)
            mended += 1
    return mended


def _minutes_of(unit_id: str, start: datetime, end: datetime) -> dict[str, float]:
    """Return credited minutes by hot spot, of stays that began within a shift."""
    stays = Stay.objects.filter(unit_id=unit_id, start__gte=start, start__lt=end)
    summed = stays.order_by().values_list("area_id").annotate(seconds=Sum("patrol_s"))
    return {area_id: seconds / _MINUTE for area_id, seconds in summed}
