"""Campaigns that were recorded, as the library knows them: for charts, and for evaluations."""

import csv
import io
from datetime import date, datetime, time, timedelta

from patrolwise.partnership.weeks_of_action import Campaign
from patrolwise.times import Window
from patrolwise.web.tasking.concealing import LOCAL, local_day
from patrolwise.web.tasking.models import EventKind, PlaceEvent

_DAY = timedelta(days=1)


def list_campaigns(first: date | None = None, last: date | None = None) -> tuple[Campaign, ...]:
    """Return the campaigns that have a day between two days, the earliest first.

    Parameters
    ----------
    first, last : date, optional
        Both included; without them, all.

    Returns
    -------
    tuple of Campaign
        Days are local, both ends included. One that ends at midnight ends on the day before.
    """
    rows = PlaceEvent.objects.filter(kind=EventKind.CAMPAIGN, withdrawn=None)
    if first is not None:
        rows = rows.filter(last__gt=datetime.combine(first, time(), LOCAL))
    if last is not None:
        rows = rows.filter(first__lt=datetime.combine(last + _DAY, time(), LOCAL))
    return tuple(
        Campaign(
            name=title,
            window=Window(title, local_day(begin), _last_day(begin, end)),
            area_ids=tuple(areas),
        )
        for title, begin, end, areas in rows.values_list("title", "first", "last", "area_ids")
    )


def write_campaigns() -> str:
    """Return all campaigns as a table that `events` of a programme reads.

    Returns
    -------
    str
        CSV with the columns first, last and event.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("first", "last", "event"))
    for one in list_campaigns():
        writer.writerow((one.window.first, one.window.last, _guard(one.name)))
    return out.getvalue()


def tell_days(window: Window) -> str:
    """Return the days of a campaign as they are shown.

    Parameters
    ----------
    window : Window

    Returns
    -------
    str

    Examples
    --------
    >>> tell_days(Window("w", date(2026, 11, 13), date(2026, 11, 20)))
    '13 to 20 Nov 2026'
    >>> tell_days(Window("w", date(2026, 11, 30), date(2026, 12, 1)))
    '30 Nov to 1 Dec 2026'
    """
    first, last = window.first, window.last
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} to {end}"


def _last_day(begin: datetime, end: datetime) -> date:
    return max(local_day(begin), local_day(end - timedelta(microseconds=1)))


def _guard(name: str) -> str:
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
