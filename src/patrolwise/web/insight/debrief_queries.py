"""How many shifts were debriefed, and how soon."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db.models import Min

from patrolwise.web.insight.sheets import About, Column, Sheet, tell_share
from patrolwise.web.insight.windows import Span, tell_day, week_of
from patrolwise.web.livemap.counting import span_of
from patrolwise.web.tasking.models import Debrief, PlanState, UnitShift

_DAY = timedelta(days=1)


def tabulate_debriefs(span: Span, *, now: datetime) -> Sheet:
    """Return shifts that are over and their debriefs, by week and service.

    Parameters
    ----------
    span : Span
    now : datetime
        Aware.

    Returns
    -------
    Sheet
    """
    said = {
        (unit, service, day): at
        for unit, service, day, at in Debrief.objects.filter(day__range=(span.first, span.last))
        .order_by()
        .values_list("unit_id", "service", "day")
        .annotate(Min("said"))
    }
    in_time = {day: span_of(day + _DAY)[1] for _, _, day in said}
    shifts = UnitShift.objects.filter(
        day__range=(span.first, span.last), plan__state=PlanState.PUBLISHED.value, end__lte=now
    ).values_list("unit_id", "service", "day")
    over: Counter[tuple[date, str]] = Counter()
    done: Counter[tuple[date, str]] = Counter()
    soon: Counter[tuple[date, str]] = Counter()
    for unit, service, day in shifts:
        key = (week_of(day), service)
        over[key] += 1
        at = said.get((unit, service, day))
        done[key] += at is not None
        soon[key] += at is not None and at < in_time[day]
    rows = [
        (
            tell_day(key[0]),
            key[1],
            f"{over[key]:,}",
            f"{done[key]:,}",
            tell_share(done[key], over[key]),
            tell_share(soon[key], over[key]),
        )
        for key in sorted(over, key=lambda one: (-one[0].toordinal(), one[1]))
    ]
    titles = ("Shifts over", "Debriefed", "Share", "By the end of the next day")
    return Sheet(
        key="debriefs",
        title="Debriefs, by week",
        columns=(
            Column(title="Week from", is_short=True),
            Column(title="Service"),
            *(Column(title=title, is_number=True) for title in titles),
        ),
        rows=rows,
        about=About(
            definition="Shifts of published plans that are over, and those of them for which the "
            "unit said something; and whether by the end of the next patrol day, 04:00 UTC.",
            window=str(span),
            source="Published plans and debriefs.",
            completeness="Shifts that were worked without a plan are not here.",
        ),
        empty="No shift of a published plan is over in this window.",
    )
