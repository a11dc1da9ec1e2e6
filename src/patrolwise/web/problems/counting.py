"""The counts of a registered measure, from the days that were counted against the set in force."""

from collections import Counter
from datetime import date

from django.db.models import Max, Min, Sum

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.plan_measures import MeasuredCounts, PlanMeasure
from patrolwise.times import Window
from patrolwise.web.records.models import DayCount, Kind, SetState, SpotSet, State, Upload


def list_outcomes() -> list[str]:
    """Return the definitions that crimes were counted by in the set in force.

    Returns
    -------
    list of str
        id@version, by the alphabet.
    """
    counted = DayCount.objects.filter(spot_set__state=SetState.PUBLISHED)
    return list(counted.order_by("definition").values_list("definition", flat=True).distinct())


def count_measure(measure: PlanMeasure) -> tuple[MeasuredCounts, str]:
    """Return the counts of a measure, and of which set they are.

    Parameters
    ----------
    measure : PlanMeasure

    Returns
    -------
    (MeasuredCounts, str)
        The set as id@version.

    Raises
    ------
    RefusedError
        A window is not wholly in the crime files that are kept, or an area or the definition is
        not counted; all at once.
    """
    spots = SpotSet.objects.defer("document").filter(state=SetState.PUBLISHED).first()
    rows = DayCount.objects.filter(spot_set=spots, definition=measure.outcome)
    counted = set(rows.values_list("area_id", flat=True).distinct())
    check_faults("Counts", _find_faults(measure, counted), RefusedError)
    within = rows.filter(day__range=(measure.baseline.first, measure.window.last))
    found: Counter[tuple[str, date]] = Counter()
    for area_id, day, crimes in within.values_list("area_id", "day").annotate(Sum("crimes")):
        found[area_id, day.replace(day=1)] += crimes

    def by_month(area_ids: tuple[str, ...], window: Window) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(found[area, month] for month in window.months) for area in area_ids)

    return (
        MeasuredCounts(
            before=by_month(measure.area_ids, measure.baseline),
            after=by_month(measure.area_ids, measure.window),
            comparison_before=by_month(measure.comparison_ids, measure.baseline),
            comparison_after=by_month(measure.comparison_ids, measure.window),
        ),
        str(spots),
    )


def _find_faults(measure: PlanMeasure, counted: set[str]) -> list[str]:
    faults = []
    wanted = {*measure.area_ids, *measure.comparison_ids}
    if not counted:
        faults.append(
            f"No crime of {measure.outcome} is counted in the hot spots in force. Keep a crime "
            "file that can be counted so."
        )
    elif lacking := sorted(wanted - counted):
        faults.append(
            f"{', '.join(lacking)} is not in the set of hot spots in force. Publish a set with it."
        )
    kept = Upload.objects.filter(kind=Kind.CRIMES, state=State.KEPT)
    ends = kept.aggregate(first=Min("first_day"), last=Max("last_day"))
    return faults + [
        f"The crime files that are kept do not hold {window} whole. Keep those that do."
        for window in (measure.baseline, measure.window)
        if ends["first"] is None or ends["first"] > window.first or ends["last"] < window.last
    ]
