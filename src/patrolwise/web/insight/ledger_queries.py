"""Minutes of one service as the partnership's hours ledger is told of them: by hot spot and day."""

from django.db.models import Sum

from patrolwise.partnership.ledger_counts import TRACKER, LedgerCount
from patrolwise.times import Window
from patrolwise.web.livemap.models import CountedDay, DayDose


def list_services() -> list[str]:
    """Return the services whose minutes were ever counted here, by name."""
    rows = DayDose.objects.order_by("service").values_list("service", flat=True)
    return list(rows.distinct())


def count_minutes(service: str, window: Window, stream: str | None) -> tuple[LedgerCount, ...]:
    """Return a service's verified minutes in each hot spot and patrol day that has any.

    Parameters
    ----------
    service : str
    window : Window
    stream : str or None
        The stream that pays all of them.

    Returns
    -------
    tuple of LedgerCount
        Whole minutes, each day's sum rounded to the nearest. What only passed through is not in
        them, as in `DayDose`.
    """
    rows = (
        DayDose.objects.filter(service=service, day__range=(window.first, window.last))
        .order_by("day", "area_id")
        .values_list("day", "area_id")
        .annotate(Sum("patrol_min"), Sum("person_min"))
    )
    told = [(day, area, round(patrol), round(person)) for day, area, patrol, person in rows]
    return tuple(
        LedgerCount(
            hot_spot=area,
            day=day,
            service=service,
            stream=stream,
            basis=TRACKER,
            patrol_minutes=patrol,
            person_minutes=max(patrol, person),
        )
        for day, area, patrol, person in told
        if patrol
    )


def count_lacking(service: str, window: Window) -> int:
    """Return on how many days of a window no tracker of a service was counted.

    Parameters
    ----------
    service : str
    window : Window

    Returns
    -------
    int
    """
    days = CountedDay.objects.filter(service=service, day__range=(window.first, window.last))
    return window.days - days.order_by().values("day").distinct().count()
