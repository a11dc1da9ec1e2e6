"""What of a tasking pack is about crimes: thirteen weeks of each hot spot, and their signals."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Max

from patrolwise.errors import RefusedError
from patrolwise.partnership.weeks_of_action import Campaign, chart_without_campaigns
from patrolwise.study.tasking_signals import WEEKS, expect_chance_signals, list_signals
from patrolwise.web.insight.crime_queries import list_definitions, list_whole_months
from patrolwise.web.insight.variation import title_of
from patrolwise.web.insight.windows import last_day_of, week_of
from patrolwise.web.livemap.spots import SpotsInForce
from patrolwise.web.records.models import DayCount, Kind, State, Upload
from patrolwise.web.tasking.campaigns import list_campaigns

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SEED = 20_261_129  # the same counts foretell the same number
ASB = "anti-social-behaviour@1"

Period = tuple[date, date]


def find_definition(spots: SpotsInForce) -> str:
    """Return the definition that crimes are counted by: that of the set, where it is counted.

    Parameters
    ----------
    spots : SpotsInForce

    Returns
    -------
    str
        Else the first that is; empty when none is.
    """
    counted = list_definitions()
    own = str(spots.document.get("patrolwise", {}).get("definition", ""))
    return own if own in counted else next(iter(counted), "")


def describe_crimes(spots: SpotsInForce, week: date) -> dict[str, Any]:
    """Return crimes, harm and anti-social behaviour of each hot spot by week, with signals.

    Parameters
    ----------
    spots : SpotsInForce
    week : date
        Monday; later weeks are left out.

    Returns
    -------
    dict
        Thirteen whole weeks up to the newest that crime files hold; months where only months are
        known, as in open data. Without a whole one there are no periods.
    """
    definition = find_definition(spots)
    told: dict[str, Any] = {
        "definition": definition,
        "title": title_of(definition) if definition else "",
        "unit": "week",
        "periods": [],
        "spots": [],
        "signals": [],
        "expected": 0.0,
        "campaigns": [],
    }
    counts = DayCount.objects.filter(spot_set_id=spots.pk, definition=definition)
    is_monthly = not counts.filter(is_month=False).exists()
    periods = _list_months(week) if is_monthly else _list_weeks(week)
    if not definition or not periods:
        return told
    crimes, harm = _sum(spots, definition, periods)
    has_asb = definition != ASB and ASB in list_definitions()
    asb = _sum(spots, ASB, periods)[0] if has_asb else {}
    campaigns = list_campaigns(periods[0][0], periods[-1][1])
    return told | {
        "unit": "month" if is_monthly else "week",
        "periods": [[str(first), str(last)] for first, last in periods],
        "spots": [
            {
                "area_id": area,
                "crimes": crimes[area],
                "asb": asb.get(area, []),
                "harm": [round(value, 1) for value in harm.get(area, [])],
            }
            for area in spots.names
        ],
        "campaigns": [[one.name, str(one.window.first), str(one.window.last)] for one in campaigns],
        "without": "" if is_monthly else _tell_without(crimes, periods, campaigns),
        **_describe_signals({"crimes": crimes, "ASB": asb}, {"harm": harm}, periods),
    }


def _describe_signals(
    counts: Mapping[str, Mapping[str, Sequence[int]]],
    weights: Mapping[str, Mapping[str, Sequence[float]]],
    periods: Sequence[Period],
) -> dict[str, Any]:
    """Return the signals of the newest period, and how many counts bring by chance alone."""
    counted = {(area, what): row for what, rows in counts.items() for area, row in rows.items()}
    weighed = {(area, what): row for what, rows in weights.items() for area, row in rows.items()}
    found = list_signals({**counted, **weighed}, [first for first, _ in periods])
    rng = np.random.default_rng(_SEED)
    return {
        "signals": [
            {
                "area_id": one.area_id,
                "what": one.what,
                "date": str(one.week),
                "rule": one.rule.value,
                "side": "above" if one.is_above else "below",
                "value": one.value,
                "mean": one.mean,
            }
            for one in found
        ],
        "expected": round(expect_chance_signals(counted, rng), 1),
    }


def _tell_without(
    crimes: Mapping[str, Sequence[int]], periods: Sequence[Period], campaigns: Sequence[Campaign]
) -> str:
    """Return what campaigns do to the limits of all hot spots together; empty without any."""
    if not campaigns:
        return ""
    totals = [sum(row) for row in zip(*crimes.values(), strict=True)]
    weeks = {first: float(many) for (first, _), many in zip(periods, totals, strict=True)}
    try:
        return chart_without_campaigns(weeks, campaigns).sentence
    except RefusedError as error:
        return str(error)


def _list_weeks(week: date) -> list[Period]:
    """Return the newest thirteen whole weeks that kept crime files hold, up to one."""
    newest = Upload.objects.filter(kind=Kind.CRIMES.value, state=State.KEPT.value).aggregate(
        day=Max("last_day")
    )["day"]
    if newest is None:
        return []
    last = min(week, week_of(newest + _DAY) - _WEEK)
    mondays = [last - _WEEK * k for k in range(WEEKS)][::-1]
    return [(monday, monday + _WEEK - _DAY) for monday in mondays]


def _list_months(week: date) -> list[Period]:
    months = [month for month in list_whole_months() if month <= week][-WEEKS:]
    return [(month, last_day_of(month)) for month in months]


def _sum(
    spots: SpotsInForce, definition: str, periods: Sequence[Period]
) -> tuple[dict[str, list[int]], dict[str, list[float]]]:
    """Return crimes and harm of each hot spot by period; no harm where none was weighed."""
    rows = DayCount.objects.filter(
        spot_set_id=spots.pk, definition=definition, day__range=(periods[0][0], periods[-1][1])
    )
    firsts = np.array([first.toordinal() for first, _ in periods])
    crimes = {area: [0] * len(periods) for area in spots.names}
    harm = {area: [0.0] * len(periods) for area in spots.names}
    has_harm = False
    for area, day, many, weight in rows.values_list("area_id", "day", "crimes", "harm"):
        if area not in crimes:
            continue
        at = int(np.searchsorted(firsts, day.toordinal(), side="right")) - 1
        crimes[area][at] += many
        harm[area][at] += weight or 0.0
        has_harm = has_harm or weight is not None
    return crimes, (harm if has_harm else {})
