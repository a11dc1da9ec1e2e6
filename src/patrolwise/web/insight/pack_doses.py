"""What of a tasking pack is about minutes: the league of four weeks, and the last seven days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from patrolwise.study.tasking_league import SERVED_DAYS, compare_served
from patrolwise.tables import make_table
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.livemap.spots import SpotsInForce

LEAGUE_DAYS = 28
_WEEK = timedelta(days=7)
_TOLD = ("yes", "no")  # verdicts on a day; one that cannot be told counts for nobody

Row = tuple[str, str, date, float, float, str]


def describe_doses(spots: SpotsInForce, week: date) -> dict[str, Any]:
    """Return the league of the last 28 days, and minutes of the last seven, by service.

    Parameters
    ----------
    spots : SpotsInForce
    week : date
        Monday.

    Returns
    -------
    dict
        first, last (ISO), services: each with its rows in the order of the set.
    """
    last = week + _WEEK - timedelta(days=1)
    first = last - timedelta(days=LEAGUE_DAYS - 1)
    rows = DayDose.objects.filter(
        spot_set_id=spots.pk, day__range=(first, last), owed_min__gt=0
    ).values_list("service", "area_id", "day", "patrol_min", "owed_min", "met")
    by_service: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_service[row[0]].append(row)
    return {
        "first": str(first),
        "last": str(last),
        "services": [
            {"service": service, "rows": _describe(spots, by_service[service], week)}
            for service in sorted(by_service)
        ],
    }


def _describe(spots: SpotsInForce, rows: Iterable[Row], week: date) -> list[dict[str, Any]]:
    owed, met, unknown = (dict.fromkeys(spots.names, 0) for _ in range(3))
    minutes = {area_id: [0.0, 0.0] for area_id in spots.names}
    for _, area_id, day, given, asked, verdict in rows:
        if area_id not in owed:
            continue
        owed[area_id] += verdict in _TOLD
        met[area_id] += verdict == "yes"
        unknown[area_id] += verdict not in _TOLD
        if day >= week:
            minutes[area_id][0] += given
            minutes[area_id][1] += asked
    served = compare_served(
        make_table(
            SERVED_DAYS,
            pl.DataFrame(
                {
                    "area_id": list(owed),
                    "days_owed": list(owed.values()),
                    "days_met": list(met.values()),
                }
            ),
        )
    )
    return [
        {
            "area_id": one.area_id,
            "owed": one.days_owed,
            "met": one.days_met,
            "unknown": unknown[one.area_id],
            "share": one.share,
            "low": one.low,
            "high": one.high,
            "standing": one.standing.value,
            "given_min": round(minutes[one.area_id][0]),
            "owed_min": round(minutes[one.area_id][1]),
        }
        for one in served
        if one.days_owed or unknown[one.area_id]
    ]
