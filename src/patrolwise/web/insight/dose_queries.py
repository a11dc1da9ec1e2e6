"""Minutes against the rule, whether two services kept apart, and what took units away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max, Q, Sum

from patrolwise.patrols.abstractions import REASONS
from patrolwise.web.about import About
from patrolwise.web.field.models import Abstraction
from patrolwise.web.insight.sheets import Column, Sheet, tell_minutes, tell_share
from patrolwise.web.insight.windows import Span, tell_day, week_of
from patrolwise.web.livemap.counting import span_of
from patrolwise.web.livemap.models import DayDose, DaySeparation, RuleBook
from patrolwise.web.livemap.rules import find_book, pair_of
from patrolwise.web.livemap.spots import find_spots

_Key = TypeVar("_Key")
_SHOWN_WEEKS = 6
_MINUTE = timedelta(minutes=1)
_DOSE = (
    "Patrol-minutes: minutes in hot spots that fixes verify, without stays of less than a minute; "
    "a pair counts once, with one tracker or two. Person-minutes: the same, once for each of its "
    "people, as the devices' pages say how many go by them. Owed: visits times minutes of the rule "
    "in force on each day, in patrol-minutes. A day is met when enough visits surely "
    "were long enough; it cannot be told when silence or position error leaves it open. Unknown: "
    "silence of a tracker inside a stay, credited to nobody."
)
_VERDICTS = ("yes", "no", "cannot tell")
_OF_WEEK = (
    "Patrol-minutes",
    "Person-minutes",
    "Owed",
    "Share of owed",
    "Unknown",
    "Days met",
    "Not met",
    "Cannot tell",
)


def tabulate_dose(span: Span) -> list[Sheet]:
    """Return dose against the rule by week, and both kinds of minutes by hot spot and week.

    Parameters
    ----------
    span : Span

    Returns
    -------
    list of Sheet
    """
    doses = DayDose.objects.filter(day__range=(span.first, span.last))
    spots, book = find_spots(), find_book()
    about = About(
        definition=_DOSE,
        window=str(span),
        source=_tell_source(book, spots.key if spots else "none"),
        completeness=_tell_counted(span, doses),
    )
    names = spots.names if spots else {}
    return [_by_week(doses, about), *_by_spot(doses, about, names, span)]


def find_delivered(span: Span) -> dict[str, tuple[float, float, float, float]]:
    """Return patrol-minutes delivered, owed and unknown of each service, and person-minutes.

    Parameters
    ----------
    span : Span

    Returns
    -------
    dict of str to four floats
    """
    rows = (
        DayDose.objects.filter(day__range=(span.first, span.last))
        .values_list("service")
        .annotate(Sum("patrol_min"), Sum("owed_min"), Sum("unknown_min"), Sum("person_min"))
        .order_by("service")
    )
    return {
        service: (given, owed, unknown, people) for service, given, owed, unknown, people in rows
    }


def tabulate_separation(span: Span) -> Sheet:
    """Return meetings of the two services by week.

    Parameters
    ----------
    span : Span

    Returns
    -------
    Sheet
    """
    two = " and ".join(pair_of(find_book()) or ("the two services",))
    days = (
        DaySeparation.objects.filter(day__range=(span.first, span.last))
        .values_list("day")
        .annotate(
            Sum("meetings"),
            Sum("near_misses"),
            Sum("together_min"),
            Sum("present_min"),
            Count("pk"),
            days_met=Count("pk", filter=Q(meetings__gt=0)),
        )
        .order_by("day")
    )
    weeks = _sum_weeks((week_of(day), tuple(sums)) for day, *sums in days)
    shown = [_tell_separation(week, *sums) for week, sums in sorted(weeks.items(), reverse=True)]
    met = int(sum(sums[0] for sums in weeks.values()))
    return Sheet(
        key="separation",
        title="Separation by week",
        columns=(
            Column(title="Week from", is_short=True),
            Column(title="Meetings", is_number=True),
            Column(title="Near misses", is_number=True),
            Column(title="Minutes together", is_number=True),
            Column(title="Of outreach's minutes", is_number=True),
            Column(title="Hot spot days with a meeting", is_number=True),
        ),
        rows=shown,
        told=f"{met:,} meetings of {two} in this window." if shown else "",
        about=About(
            definition=f"A meeting: {two} in one hot spot at the same time, from coming to "
            "leaving; each minute counts once however many units. A near miss: apart by no more "
            "than the programme's margin.",
            window=str(span),
            source="Fixes of both services, by the hot spot set in force.",
            completeness="Hot spot days on which outreach was there, and no others. Where outreach "
            "carries no tracker, nothing is shown here and nothing is proved.",
        ),
        empty="No day in this window on which a tracker of outreach was in a hot spot.",
    )


def tabulate_abstractions(span: Span, *, now: datetime) -> Sheet:
    """Return how often and for how long units were called away, by service and reason.

    Parameters
    ----------
    span : Span
    now : datetime
        Aware; those that still last are counted until then.

    Returns
    -------
    Sheet
    """
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    begins, ends = span_of(span.first)[0], span_of(span.last)[1]
    rows = Abstraction.objects.filter(start__gte=begins, start__lt=ends)
    for service, reason, start, end in rows.values_list("service", "reason", "start", "end"):
        found[service, reason].append(((end or now) - start) / _MINUTE)
    owed = {service: row[1] for service, row in find_delivered(span).items()}
    shown = [
        (
            service,
            reason,
            f"{len(minutes):,}",
            tell_minutes(sum(minutes)),
            tell_share(sum(minutes), owed.get(service, 0.0)),
        )
        for (service, reason), minutes in sorted(found.items(), key=lambda one: -sum(one[1]))
    ]
    return Sheet(
        key="called-away",
        title="Called away, by reason",
        columns=(
            Column(title="Service"),
            Column(title="Reason"),
            Column(title="Times", is_number=True),
            Column(title="Minutes", is_number=True),
            Column(title="Of minutes owed", is_number=True),
        ),
        rows=shown,
        about=About(
            definition="Times that a unit said it was taken away from its hot spot. Reasons: "
            + "; ".join(f"{key}, {told}" for key, told in REASONS.items())
            + ". It excuses no minute by itself.",
            window=str(span),
            source="What officers said on their phones.",
            completeness="Only what was said. Those that have not ended count until now.",
        ),
        empty="Nobody was called away in this window.",
    )


def _by_week(doses: Any, about: About) -> Sheet:
    days = (
        doses.values_list("day", "service")
        .annotate(
            Sum("patrol_min"),
            Sum("person_min"),
            Sum("owed_min"),
            Sum("unknown_min"),
            **{
                f"days_{k}": Count("pk", filter=Q(met=verdict))
                for k, verdict in enumerate(_VERDICTS)
            },
        )
        .order_by("day")
    )
    weeks = _sum_weeks(((week_of(day), service), tuple(sums)) for day, service, *sums in days)
    shown = [
        (
            tell_day(week),
            service,
            tell_minutes(given),
            tell_minutes(people),
            tell_minutes(owed),
            tell_share(given, owed),
            *(f"{value:,.0f}" for value in others),
        )
        for (week, service), (given, people, owed, *others) in sorted(
            weeks.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1])
        )
    ]
    return Sheet(
        key="dose-by-week",
        title="Minutes against the rule, by week",
        columns=(
            Column(title="Week from", is_short=True),
            Column(title="Service"),
            *(Column(title=title, is_number=True) for title in _OF_WEEK),
        ),
        rows=shown,
        about=about,
        empty="No day in this window has been counted. Fixes must arrive, and a hot spot set must "
        "be in force.",
    )


def _by_spot(doses: Any, about: About, names: dict[str, str], span: Span) -> Iterator[Sheet]:
    """Yield patrol-minutes of owed, then person-minutes, by hot spot and week."""
    weeks = span.mondays[:_SHOWN_WEEKS]
    days = doses.filter(day__gte=weeks[-1]).values_list(
        "area_id", "service", "day", "patrol_min", "owed_min", "person_min"
    )
    cells = _sum_weeks(((area, service, week_of(day)), sums) for area, service, day, *sums in days)
    pairs = sorted({key[:2] for key in cells}, key=lambda one: (names.get(one[0], one[0]), one[1]))
    for key, title, tell in (
        ("dose-by-hot-spot", "Minutes against the rule, by hot spot and week", _tell_owed),
        ("person-minutes-by-hot-spot", "Person-minutes, by hot spot and week", _tell_people),
    ):
        yield Sheet(
            key=key,
            title=title,
            columns=(
                Column(title="Hot spot"),
                Column(title="Service"),
                *(Column(title=f"From {tell_day(week)}", is_number=True) for week in weeks),
            ),
            rows=[
                (
                    names.get(area, area),
                    service,
                    *(_tell_cell(cells.get((area, service, week)), tell) for week in weeks),
                )
                for area, service in pairs
            ],
            about=about,
            empty="No hot spot has a counted day in these weeks.",
        )


def _tell_cell(cell: list[float] | None, tell: Callable[[list[float]], str]) -> str:
    return "not counted" if cell is None else tell(cell)


def _tell_owed(cell: list[float]) -> str:
    given, owed, _ = cell
    return f"{given:,.0f} of {owed:,.0f}" if owed else f"{given:,.0f}"


def _tell_people(cell: list[float]) -> str:
    return tell_minutes(cell[-1])


def _tell_separation(week: date, *sums: float) -> tuple[str, ...]:
    meetings, near, together, present, days, met = sums
    return (
        tell_day(week),
        f"{meetings:,.0f}",
        f"{near:,.0f}",
        tell_minutes(together),
        tell_share(together, present),
        f"{met:.0f} of {days:.0f}",
    )


def _sum_weeks(days: Iterable[tuple[_Key, Sequence[float]]]) -> dict[_Key, list[float]]:
    """Return sums by week: of days, since a database may be slow to know the week of each row."""
    summed: dict[_Key, list[float]] = {}
    for key, sums in days:
        kept = summed.setdefault(key, [0.0] * len(sums))
        for k, value in enumerate(sums):
            kept[k] += value
    return summed


def _tell_source(book: RuleBook | None, key: str) -> str:
    rule = f"the programme “{book.title}”" if book and not book.fault else "no programme"
    return f"Fixes of trackers; hot spot set {key}; rules of {rule}."


def _tell_counted(span: Span, doses: Any) -> str:
    found = doses.aggregate(days=Count("day", distinct=True), newest=Max("counted"))
    days = (span.last - span.first).days + 1
    if not found["days"]:
        return f"None of the {days} days has been counted."
    return (
        f"{found['days']} of {days} days have been counted, last on "
        f"{tell_day(found['newest'].date())}. "
        "The others are left out, not taken as zero. A service without a tracker on this site is "
        "not here: where it was cannot be known."
    )
