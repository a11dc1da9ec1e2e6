"""How far what agencies log can be trusted: what was late, refused, taken back and tracked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum

from patrolwise.web.agencies.hours_actions import LATE_AFTER, REFUSALS
from patrolwise.web.agencies.models import Agency, HoursRow, Refusal, TrackedVisit


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """How far what one agency logs can be trusted."""

    agency: Agency
    patrols: int
    late: int
    refused: Mapping[str, int]  # by why
    taken_back: int
    logged: int  # minutes logged by hand of units and days that have a tracker
    tracked: float  # minutes of the same units and days by their trackers
    error: float  # half of the 95 % interval of these

    @property
    def refusals(self) -> list[tuple[str, int]]:
        """Why rows were refused, and how many; only what there was."""
        return [(why, number) for why, number in self.refused.items() if number]


def read_quality(agencies: Iterable[Agency], first: date, last: date) -> list[QualityLine]:
    """Return how far what agencies log can be trusted, by what was late, refused and tracked.

    Parameters
    ----------
    agencies : iterable of Agency
    first, last : date
        Patrol days; refusals are of the days on which they were sent.

    Returns
    -------
    list of QualityLine
        In the order given.
    """
    days = Q(day__range=(first, last))
    rows = _rows_by_agency(days)
    refused = _refusals(first, last)
    logged, tracked = _logged_and_tracked(days)
    return [
        QualityLine(
            agency=one,
            refused={REFUSALS[kind]: refused.get((one.pk, kind), 0) for kind in REFUSALS},
            logged=logged.get(one.pk, 0),
            tracked=tracked.get(one.pk, (0.0, 0.0))[0],
            error=tracked.get(one.pk, (0.0, 0.0))[1],
            **rows.get(one.pk, {"patrols": 0, "late": 0, "taken_back": 0}),
        )
        for one in agencies
    ]


def _rows_by_agency(days: Q) -> dict[int, dict[str, int]]:
    late = Q(recorded_at__gt=F("end") + LATE_AFTER)
    found = HoursRow.objects.filter(days).order_by().values("agency_id")
    told = found.annotate(
        patrols=Count("pk", filter=Q(withdrawn_at=None)),
        late=Count("pk", filter=late & Q(withdrawn_at=None)),
        taken_back=Count("pk", filter=Q(withdrawn_at__isnull=False)),
    )
    return {row.pop("agency_id"): row for row in told}


def _refusals(first: date, last: date) -> dict[tuple[int, str], int]:
    found = Refusal.objects.filter(at__date__range=(first, last)).order_by()
    told = found.values("agency_id", "kind").annotate(number=Count("pk"))
    return {(row["agency_id"], row["kind"]): row["number"] for row in told}


def _logged_and_tracked(days: Q) -> tuple[dict[int, int], dict[int, tuple[float, float]]]:
    """Return minutes logged by hand and by trackers, of units and days that have a tracker."""
    tracked: dict[tuple[Any, ...], list[float]] = {}
    visits = TrackedVisit.objects.filter(days, withdrawn_at=None, is_pass_through=False).order_by()
    for *key, minutes, error in visits.values_list(
        "agency_id", "unit_id", "day", "minutes", "error_minutes"
    ):
        sums = tracked.setdefault(tuple(key), [0.0, 0.0])
        sums[0] += minutes
        sums[1] += error**2  # of visits apart: variances add up
    logged: dict[int, int] = {}
    both: dict[int, tuple[float, float]] = {}
    by_hand = HoursRow.objects.filter(days, withdrawn_at=None, basis="self-reported").order_by()
    summed = by_hand.values("agency_id", "unit_id", "day").annotate(sum=Sum("patrol_minutes"))
    for row in summed:
        found = tracked.get((row["agency_id"], row["unit_id"], row["day"]))
        if found is not None:
            key = row["agency_id"]
            logged[key] = logged.get(key, 0) + row["sum"]
            before = both.get(key, (0.0, 0.0))
            both[key] = (before[0] + found[0], (before[1] ** 2 + found[1]) ** 0.5)
    return logged, both
