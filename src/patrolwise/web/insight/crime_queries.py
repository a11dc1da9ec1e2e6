"""Crimes and harm in the hot spots by month, and whether the newest month is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Max, Min, Q, Sum

from patrolwise.evaluation.xmr import XmrChart, chart_xmr
from patrolwise.times import months_between
from patrolwise.web.about import About
from patrolwise.web.insight.campaign_bands import Band, place_campaigns
from patrolwise.web.insight.charts import draw_xmr
from patrolwise.web.insight.sheets import Column, Sheet
from patrolwise.web.insight.variation import RULES, tell_level, tell_variation, title_of
from patrolwise.web.insight.windows import last_day_of, tell_day
from patrolwise.web.livemap.spots import SpotsInForce, find_spots
from patrolwise.web.records.models import DayCount, Kind, State, Upload
from patrolwise.web.tasking.campaigns import list_campaigns

_MOST_MONTHS = 36
_SHOWN_MONTHS = 13  # a year, and the month a year before; earlier ones are folded
_YEAR = 12
# from one definition to the next by the index: DISTINCT would read every count of some years
_DEFINITIONS = """
WITH RECURSIVE known(definition) AS (
    SELECT min(definition) FROM records_daycount WHERE spot_set_id = %s
    UNION ALL
    SELECT (
        SELECT min(definition) FROM records_daycount
        WHERE spot_set_id = %s AND definition > known.definition
    )
    FROM known WHERE known.definition IS NOT NULL
)
SELECT definition FROM known WHERE definition IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True)
class Months:
    """Counts of one definition in all hot spots, month by month, whole months only."""

    definition: str
    months: list[date]
    crimes: list[int]
    harm: list[float]  # empty when no harm was weighed

    @property
    def chart(self) -> XmrChart:
        """The crimes' chart."""
        return chart_xmr(self.crimes)

    @property
    def harm_chart(self) -> XmrChart:
        """The harm's chart."""
        return chart_xmr(self.harm)


def list_definitions() -> list[str]:
    """Return the definitions that were counted against the set in force.

    Returns
    -------
    list of str
    """
    spots = find_spots()
    if spots is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DEFINITIONS, [spots.pk, spots.pk])
        return [definition for (definition,) in cursor.fetchall()]


def count_months(definition: str) -> Months:
    """Return the months of a definition: from the first to the last that is whole.

    Parameters
    ----------
    definition : str
        id@version.

    Returns
    -------
    Months
        A month without a crime is zero. The month that the newest upload ends in is left out
        unless the upload holds all of it.
    """
    spots, months = find_spots(), list_whole_months()
    none = Months(definition=definition, months=[], crimes=[], harm=[])
    if spots is None:
        return none
    counted = DayCount.objects.filter(spot_set_id=spots.pk, definition=definition)
    if not counted.exists():
        return none
    shown = counted.filter(day__gte=months[0]) if months else counted.none()
    found: dict[date, tuple[int, float | None]] = {}
    for day, crimes, harm in shown.values_list("day").annotate(Sum("crimes"), Sum("harm")):
        kept = found.get(day.replace(day=1), (0, None))
        weighed = kept[1] if harm is None else harm + (kept[1] or 0.0)
        found[day.replace(day=1)] = (kept[0] + crimes, weighed)
    has_harm = any(harm is not None for _, harm in found.values())
    return Months(
        definition=definition,
        months=months,
        crimes=[found.get(month, (0, 0))[0] for month in months],
        harm=[found.get(month, (0, 0))[1] or 0.0 for month in months] if has_harm else [],
    )


def list_whole_months() -> list[date]:
    """Return the last months that kept crime files hold from their first day to their last.

    Returns
    -------
    list of date
        First days, the oldest first; 36 at most.
    """
    first, last = _find_ends()
    if first is None or last is None:
        return []
    months = months_between(first, last)
    whole = [month for month in months if month >= first and last_day_of(month) <= last]
    return whole[-_MOST_MONTHS:]


def tabulate_crimes(definition: str) -> list[Sheet]:
    """Return crimes by month, harm by month where it was weighed, and crimes by hot spot.

    Parameters
    ----------
    definition : str

    Returns
    -------
    list of Sheet
    """
    counted, spots = count_months(definition), find_spots()
    about = About(
        definition=f"{title_of(definition)} ({definition}): crimes of this definition inside the "
        f"hot spots, by the day or month that their record gives. {RULES}",
        window=_tell_window(counted),
        source=f"Crime files that were kept; hot spot set {spots.key if spots else 'none'}.",
        completeness=_tell_completeness(counted),
    )
    periods = [(month, last_day_of(month)) for month in counted.months]
    campaigns = list_campaigns(periods[0][0], periods[-1][1]) if periods else ()
    bands = place_campaigns(periods, campaigns)
    sheets = [_by_month("Crimes by month", counted.crimes, counted, (about, bands))]
    if counted.harm:
        harm = "Harm by month, days of the index"
        sheets.append(_by_month(harm, counted.harm, counted, (about, bands)))
    if spots is not None and counted.months:
        sheets.append(_by_spot(definition, spots, counted, about))
    return sheets


def sum_by_spot(
    definition: str, spots: SpotsInForce, first: date, last: date
) -> dict[str, tuple[int, float | None]]:
    """Return crimes and harm of each hot spot between two days; areas without any are left out.

    Parameters
    ----------
    definition : str
        id@version.
    spots : SpotsInForce
    first, last : date
        Both included.

    Returns
    -------
    dict of area id to (crimes, harm)
        Harm is None where none was weighed.
    """
    within = DayCount.objects.filter(
        spot_set_id=spots.pk,
        definition=definition,
        area_id__in=spots.names,  # all there are: by name, an index finds the days of each
        day__range=(first, last),
    )
    summed = within.values_list("area_id").annotate(Sum("crimes"), Sum("harm"))
    return {area: (crimes, harm) for area, crimes, harm in summed}


def sum_by_definition(
    spots: SpotsInForce, first: date, last: date, newest: date
) -> dict[str, dict[str, tuple[int, float | None, int]]]:
    """Return crimes and harm by definition and hot spot between two days, asked for at once.

    Parameters
    ----------
    spots : SpotsInForce
    first, last : date
        Both included.
    newest : date
        From this day on crimes are counted once more by themselves.

    Returns
    -------
    dict of id@version to dict of area id to (crimes, harm, crimes since newest)
        Every definition that was counted, by name; areas without any are left out; harm is None
        where none was weighed.
    """
    found: dict[str, dict[str, tuple[int, float | None, int]]] = {
        definition: {} for definition in list_definitions()
    }
    within = DayCount.objects.filter(
        spot_set_id=spots.pk,
        definition__in=found,
        area_id__in=spots.names,
        day__range=(first, last),
    )
    since = Sum("crimes", filter=Q(day__gte=newest), default=0)
    summed = within.values_list("definition", "area_id").annotate(
        Sum("crimes"), Sum("harm"), since=since
    )
    for definition, area, crimes, harm, here in summed.order_by():
        found[definition][area] = (crimes, harm, here)
    return found


def _by_month(
    title: str, values: Sequence[float], counted: Months, beside: tuple[About, Sequence[Band]]
) -> Sheet:
    chart, (about, bands) = chart_xmr(values), beside
    rows = [
        (
            f"{month:%b %Y}",
            f"{value:,.0f}",
            f"{values[k - _YEAR]:,.0f}" if k >= _YEAR else "–",
            tell_variation(chart, k),
        )
        for k, (month, value) in enumerate(zip(counted.months, values, strict=True))
    ][::-1]
    return Sheet(
        key=title.split(" ", maxsplit=1)[0].lower(),
        title=title,
        columns=(
            Column(title="Month"),
            Column(title=title.split(" by", maxsplit=1)[0], is_number=True),
            Column(title="A year before", is_number=True),
            Column(title="Variation"),
        ),
        rows=rows,
        shown=_SHOWN_MONTHS,
        told=_tell_newest(counted, chart) if rows else "",
        about=about,
        chart=draw_xmr(chart, [f"{month:%b %y}" for month in counted.months], title, bands),
        empty="No whole month has been counted. Keep a crime file that holds one, and publish a "
        "hot spot set.",
    )


def _tell_newest(counted: Months, chart: XmrChart) -> str:
    value, low, high = chart.values[-1], max(0.0, chart.low), chart.high
    told = [
        f"{counted.months[-1]:%B %Y}: {value:,.0f}, {tell_variation(chart, len(chart.values) - 1)}"
        f" (limits {low:,.0f} to {high:,.0f}).",
        "There are fewer than 12 months: these limits are for trial." if chart.is_trial else "",
        tell_level(chart),
    ]
    return " ".join(one for one in told if one)


def _by_spot(definition: str, spots: SpotsInForce, counted: Months, about: About) -> Sheet:
    last = counted.months[-1]
    year = counted.months[-12:]
    summed = sum_by_spot(definition, spots, year[0], last_day_of(last))
    newest = sum_by_spot(definition, spots, last, last_day_of(last))
    nothing = (0, None)
    rows = [
        (
            name,
            f"{newest.get(area, nothing)[0]:,}",
            f"{summed.get(area, nothing)[0]:,}",
            f"{summed.get(area, nothing)[0] / len(year):,.1f}",
        )
        for area, name in spots.names.items()
    ]
    return Sheet(
        key="crimes-by-hot-spot",
        title="Crimes by hot spot",
        columns=(
            Column(title="Hot spot"),
            Column(title=f"{last:%b %Y}", is_number=True),
            Column(title=f"{len(year)} months", is_number=True),
            Column(title="A month", is_number=True),
        ),
        rows=rows,
        about=about,
        empty="",
    )


def _find_ends() -> tuple[date | None, date | None]:
    """Return the first and the last day that kept crime files hold."""
    kept = Upload.objects.filter(kind=Kind.CRIMES.value, state=State.KEPT.value)
    ends = kept.aggregate(first=Min("first_day"), last=Max("last_day"))
    return ends["first"], ends["last"]


def _tell_window(counted: Months) -> str:
    if not counted.months:
        return "No whole month."
    return f"{tell_day(counted.months[0])} to {tell_day(last_day_of(counted.months[-1]))}"


def _tell_completeness(counted: Months) -> str:
    _, last = _find_ends()
    if last is None:
        return "No crime file is kept."
    return (
        f"Kept files end on {tell_day(last)}; a month that they hold in part is left out. Crimes "
        "recorded later, or moved by the police, are not in it until a newer file is kept."
    )
