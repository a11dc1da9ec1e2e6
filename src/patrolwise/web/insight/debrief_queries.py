"""How many shifts were debriefed, and how soon."""

from collections import Counter
from datetime import date, datetime, timedelta

from patrolwise.web.about import About
from patrolwise.web.insight.sheets import Column, Sheet, tell_share
from patrolwise.web.insight.windows import Span, tell_day, week_of
from patrolwise.web.livemap.counting import days_between, span_of
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
    said = _find_first_said(span)
    days = days_between(span.first, span.last)
    weeks = {day: week_of(day) for day in days}
    in_time = {day: span_of(day + _DAY)[1] for day in days}
    shifts = UnitShift.objects.filter(
        day__range=(span.first, span.last), plan__state=PlanState.PUBLISHED.value, end__lte=now
    ).values_list("unit_id", "service", "day")
    over: Counter[tuple[date, str]] = Counter()
    done: Counter[tuple[date, str]] = Counter()
    soon: Counter[tuple[date, str]] = Counter()
    for unit, service, day in shifts:
        key = (weeks[day], service)
        over[key] += 1
        at = said.get((unit, service, day))
        if at is not None:
            done[key] += 1
            soon[key] += at < in_time[day]
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


def _find_first_said(span: Span) -> dict[tuple[str, str, date], datetime]:
    """Return when each unit first said something of a day: by unit, service and day."""
    said: dict[tuple[str, str, date], datetime] = {}
    # in the order of the index, which is by when it was said within a day
    rows = Debrief.objects.filter(day__range=(span.first, span.last)).order_by("day", "said")
    for unit, service, day, at in rows.values_list("unit_id", "service", "day", "said"):
        said.setdefault((unit, service, day), at)
    return said
