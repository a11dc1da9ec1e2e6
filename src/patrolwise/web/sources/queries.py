"""What the pages of sources show."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from patrolwise.partnership.agency_sources import KINDS
from patrolwise.reporting.suppression import suppress
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.sources.models import AgencyRecord, AgencySource, Batch

_MONTHS = 12
_WARN_DAYS = 60
_HIDDEN = "*"


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """Counts of one hot spot, month by month."""

    name: str
    shown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CountTable:
    """What a source's records come to."""

    months: tuple[date, ...]
    rows: tuple[CountRow, ...]
    is_exact: bool  # for who may see records; for others small counts are hidden


def count_by_month(source: AgencySource, person: Person, today: date) -> CountTable:
    """Return a source's events by hot spot and month.

    Parameters
    ----------
    source : AgencySource
    person : Person
        Analysts see the counts as they are; for others, those below the source's least count are
        hidden, and the rest are to the nearest five. No total is told: it would tell what is
        hidden.
    today : date

    Returns
    -------
    CountTable
    """
    months = _list_months(today)
    rows = AgencyRecord.objects.filter(source_name=source.name, day__gte=months[0])
    counted: Counter[tuple[str, date]] = Counter()
    for spot, day in rows.exclude(hot_spot_id="").values_list("hot_spot_id", "day"):
        counted[spot, day.replace(day=1)] += 1
    names = dict(AgreedHotSpot.objects.values_list("hot_spot_id", "name"))
    is_exact = person.may(Permission.SEE_SOURCE_RECORDS)
    least = source.least_count
    return CountTable(
        months=months,
        rows=tuple(
            CountRow(
                name=names.get(spot, spot),
                shown=tuple(_show(counted[spot, one], least, is_exact=is_exact) for one in months),
            )
            for spot in sorted({spot for spot, _ in counted}, key=lambda one: names.get(one, one))
        ),
        is_exact=is_exact,
    )


def list_sources(today: date) -> list[dict[str, Any]]:
    """Return the sources with terms in force, and what is to be looked at of each."""
    found = []
    for source in AgencySource.objects.filter(is_current=True):
        left = (source.last - today).days
        found.append(
            {
                "source": source,
                "told": KINDS[source.kind],
                "state": "ended" if left < 0 else "ends soon" if left < _WARN_DAYS else "in force",
            }
        )
    return found


def list_unplaced(source: AgencySource) -> list[AgencyRecord]:
    """Return the records whose words nobody has placed yet, the oldest first."""
    rows = AgencyRecord.objects.filter(
        source_name=source.name, placed_by="", place__isnull=False
    ).order_by("came_on", "day", "row_id")
    return list(rows[:50])


def sum_quality(source: AgencySource) -> list[dict[str, Any]]:
    """Return usable locations by site and month, of all files that stand; the newest first."""
    summed: dict[tuple[str, str], Counter[str]] = {}
    for quality in Batch.objects.filter(source__name=source.name, undone_at=None).values_list(
        "quality", flat=True
    ):
        for row in quality:
            own = summed.setdefault((row["month"], row["site_code"]), Counter())
            own.update({key: row[key] for key in ("rows", "usable", "with_hour", "in_hot_spots")})
    return [
        {
            "month": date.fromisoformat(month),
            "site": site,
            "rows": own["rows"],
            "usable": _percent(own["usable"], own["rows"]),
            "with_hour": _percent(own["with_hour"], own["rows"]),
            "in_hot_spots": own["in_hot_spots"],
        }
        for (month, site), own in sorted(summed.items(), reverse=True)
    ]


def _show(count: int, least: int, *, is_exact: bool) -> str:
    if is_exact:
        return str(count)
    return _HIDDEN if 0 < count < least else suppress(count)


def _list_months(today: date) -> tuple[date, ...]:
    found = [today.replace(day=1)]
    while len(found) < _MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(found))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"
