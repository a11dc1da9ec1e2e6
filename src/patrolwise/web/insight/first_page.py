"""What somebody sees first after signing in: at most six cards, each of them a way on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import NoReverseMatch, reverse

from patrolwise.planning.proposals import Status
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.models import CheckIn, Device, LastFix
from patrolwise.web.insight.cost_queries import UNKNOWN, tabulate_costs
from patrolwise.web.insight.crime_queries import Months, count_months, list_definitions
from patrolwise.web.insight.dose_queries import find_delivered
from patrolwise.web.insight.models import EvaluationRun, RunState
from patrolwise.web.insight.sheets import tell_minutes, tell_share
from patrolwise.web.insight.variation import tell_variation, title_of
from patrolwise.web.insight.windows import Span, tell_day
from patrolwise.web.livemap.counting import patrol_day_of
from patrolwise.web.livemap.queries import look_now
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.problems.plan_queries import OPEN_ACTIONS, count_overdue, list_own_actions
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Brief, PlannedVisit, PlanState, ProposedChange

_WAITING = (Status.PROPOSED, Status.ACCEPTED, Status.CHANGED, Status.REFUSED)  # nobody was told yet
_QUIET = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card: a title that leads on, a figure, and what it means."""

    title: str
    figure: str
    told: str
    address: str


def list_cards(person: Person, *, now: datetime) -> list[Card]:
    """Return the cards of somebody's role, what asks to be done first.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Card
        At most six; none for a role that is not known.
    """
    return _CARDS.get(person.role, _for_nobody)(person, now)


def _coordinator(person: Person, now: datetime) -> list[Card]:
    live = look_now(now)
    short = [dose for dose in live.doses if dose.told == "Short"]
    lacking = sum(dose.lacking for dose in short)
    spots = (
        f"in {_many(len(short), 'hot spot')}, neither delivered nor still planned today"
        if short
        else "every hot spot has its minutes today, delivered or still planned"
    )
    told = (
        "Keep apart: a unit is in or near an outreach hot spot."
        if live.alarms
        else "by the published plan"
    )
    unread = Brief.objects.filter(
        day=local_day(now), published__isnull=False, receipts__isnull=True
    ).count()
    unanswered = ProposedChange.objects.filter(status__in=[one.value for one in _WAITING]).count()
    return [
        _card("Units on duty now", f"{len(live.units)}", told, "live"),
        _card(
            "Minutes lacking",
            tell_minutes(lacking),
            spots if live.doses else "no hot spot set or service is known yet",
            "live",
        ),
        _card(
            "Devices to look at",
            f"{len(live.devices)}",
            "of units on duty: silent, made-up places, or other people than planned",
            "live",
        ),
        _card("Briefs nobody has opened", f"{unread}", "of those published for today", "briefs"),
        _card(
            "Changes to answer",
            f"{unanswered}",
            "proposed, and the proposer has not been told",
            "changes",
        ),
        _uploads_card(),
    ]


def _officer(person: Person, now: datetime) -> list[Card]:
    unread = (
        Brief.objects.filter(day=local_day(now), published__isnull=False)
        .exclude(receipts__person_id=person.pk)
        .count()
    )
    return [
        _card("Today's card", "Open", "where your unit goes today, and why", "cards"),
        _next_visit(person, now),
        _card("Brief", f"{unread} unread" if unread else "Read", "of today's briefs", "briefs"),
        _card(
            "Debrief",
            "Write",
            "after the shift: what of the places was good, what was not",
            "debrief-new",
        ),
        _card(
            "Minutes by hot spot", _tell_week(now), "delivered of owed, this week", "insight-dose"
        ),
    ]


def _partner(person: Person, now: datetime) -> list[Card]:
    return [
        _card("Today's card", "Open", "where your unit goes today", "cards"),
        _next_visit(person, now),
        _card(
            "Debrief",
            "Write",
            "after the shift: what of the places was good, what was not",
            "debrief-new",
        ),
        _card("Changes", "Propose", "what the plan should do otherwise", "changes"),
        _actions_card(person),
    ]


def _analyst(person: Person, now: datetime) -> list[Card]:
    return [
        _uploads_card(),
        _quality_card(),
        _crime_cards()[0],
        _run_card(),
        _card(
            "Minutes by hot spot", _tell_week(now), "delivered of owed, this week", "insight-dose"
        ),
        _spots_card(),
    ]


def _commissioner(person: Person, now: datetime) -> list[Card]:
    today = patrol_day_of(now)
    delivered = find_delivered(Span(first=today.replace(day=1), last=today, weeks=0))
    given = sum(row[0] for service, row in delivered.items() if row[1])
    owed = sum(row[1] for row in delivered.values())
    unknown = sum(row[2] for row in delivered.values())
    people = sum(row[3] for service, row in delivered.items() if row[1])
    pound, why = _tell_newest_cost(today)
    return [
        _card(
            "Minutes delivered this month",
            tell_share(given, owed),
            f"{tell_minutes(given)} of {tell_minutes(owed)} owed, a pair counted once; "
            f"{tell_minutes(people)} person-minutes; {tell_minutes(unknown)} more are unknown",
            "insight-dose",
        ),
        *_crime_cards(),
        _card("Cost a minute", pound, why, "insight-cost"),
        _run_card(),
        _plans_card(now),
    ]


def _tell_newest_cost(today: date) -> tuple[str, str]:
    """Return pounds a minute of a pair or other unit, and what that is; a person's beside it."""
    rows = tabulate_costs(today, 1).rows
    if not rows:
        return "Not known", "no ledger is kept"
    (month, service, per, _, _, pounds, ends), *others = rows
    if pounds == UNKNOWN:
        return "Not known", f"{service}, {month}: {ends}"
    person = others[0]
    told = f"{service}, {month}, {per}: 95 % interval {ends}; £{person[5]} {person[2]}"
    return f"£{pounds}", told


def _evaluator(person: Person, now: datetime) -> list[Card]:
    return [
        _spots_card(),
        _card(
            "Minutes by hot spot", _tell_week(now), "delivered of owed, this week", "insight-dose"
        ),
        _run_card(),
        _crime_cards()[0],
        _card("Tables for programs", "Read", "tokens, and what the interface gives", "tokens"),
    ]


def _administrator(person: Person, now: datetime) -> list[Card]:
    active = Person.objects.filter(is_active=True)
    waiting = active.filter(last_login=None).count()
    newest = int((now - _QUIET).timestamp() * 1_000_000)
    devices = Device.objects.filter(is_active=True).count()
    sending = LastFix.objects.filter(device__is_active=True, time__gte=newest).count()
    return [
        _card("People", f"{active.count()}", f"can sign in; {waiting} never have", "people"),
        _card("Devices", f"{devices}", f"have a token; {sending} sent in the last day", "devices"),
        _card("Record", "Check", "of reads and changes: that it is whole", "record-check"),
    ]


def _for_nobody(person: Person, now: datetime) -> list[Card]:
    return []


_CARDS: dict[str, Callable[[Person, datetime], list[Card]]] = {
    "coordinator": _coordinator,
    "officer": _officer,
    "partner": _partner,
    "analyst": _analyst,
    "commissioner": _commissioner,
    "evaluator": _evaluator,
    "administrator": _administrator,
}


def _next_visit(person: Person, now: datetime) -> Card:
    """Return the next visit of the unit that somebody last checked in with today."""
    since = now - timedelta(hours=16)
    checked = CheckIn.objects.filter(person_id=person.pk, time__gte=since).first()
    if checked is None:
        told = "It is shown here once you have checked in with your unit."
        return _card("Next visit", "Not known", told, "cards")
    visit = (
        PlannedVisit.objects.filter(
            shift__unit_id=checked.unit_id,
            shift__service=checked.service,
            shift__plan__state=PlanState.PUBLISHED.value,
            end__gt=now,
            start__lt=now + timedelta(hours=16),
        )
        .exclude(area_id="")
        .first()
    )
    if visit is None:
        return _card("Next visit", "None", f"{checked.unit_id} has no more visits today", "cards")
    spots = find_spots()
    name = spots.names.get(visit.area_id, visit.area_id) if spots else visit.area_id
    return _card("Next visit", _clock(visit.start), f"{name}, until {_clock(visit.end)}", "cards")


def _clock(time: datetime) -> str:
    from django.utils.timezone import localtime  # noqa: PLC0415

    return f"{localtime(time):%H:%M}"


def _tell_week(now: datetime) -> str:
    today = patrol_day_of(now)
    week = Span(first=today - timedelta(days=today.weekday()), last=today, weeks=1)
    rows = [row for row in find_delivered(week).values() if row[1]]
    return tell_share(sum(row[0] for row in rows), sum(row[1] for row in rows))


def _uploads_card() -> Card:
    waiting = Upload.objects.filter(state=State.PREVIEW.value).count()
    return _card("Uploads to look at", f"{waiting}", "read: keep or undo them", "uploads")


def _quality_card() -> Card:
    newest = Upload.objects.filter(kind=Kind.CRIMES.value, state=State.KEPT.value).first()
    if newest is None:
        return _card("Crimes", "None", "no crime file is kept yet", "uploads")
    last = tell_day(newest.last_day) if newest.last_day else "no known day"
    lines = _many(len(newest.quality), "line")
    return _card(
        "Crimes",
        f"{newest.rows:,}",
        f"rows of {newest.name}, up to {last}; {lines} on their quality",
        "uploads",
    )


def _crime_cards() -> tuple[Card, Card]:
    """Return the cards of crimes and of harm, of the first definition that was counted."""
    definitions = list_definitions()
    counted = count_months(definitions[0]) if definitions else None
    return _crime_card("Crimes in hot spots", counted, is_harm=False), _crime_card(
        "Harm", counted, is_harm=True
    )


def _crime_card(title: str, counted: Months | None, *, is_harm: bool) -> Card:
    if counted is None:
        return _card(
            title, "Not counted", "a hot spot set and a crime file are needed", "insight-crimes"
        )
    values = counted.harm if is_harm else counted.crimes
    if not values:
        told = f"no harm or no whole month of {title_of(counted.definition)}"
        return _card(title, "Not counted", told, "insight-crimes")
    chart = counted.harm_chart if is_harm else counted.chart
    variation = tell_variation(chart, len(values) - 1)
    told = f"{title_of(counted.definition)}, {counted.months[-1]:%B %Y}: {variation}"
    return _card(title, f"{values[-1]:,.0f}", told, "insight-crimes")


def _run_card() -> Card:
    run = EvaluationRun.objects.first()
    if run is None:
        return _card("Evaluation", "None", "none was run yet", "runs")
    told = run.findings[0] if run.findings else run.doing or run.reason[:160] or "waiting"
    return _card("Evaluation", str(RunState(run.state).label), f"{run.title}: {told}", "runs")


def _plans_card(now: datetime) -> Card:
    """Return what of problem-solving plans is overdue: actions, reviews, assessments."""
    overdue = count_overdue(local_day(now))
    told = "actions, reviews and assessments of problem-solving plans"
    return _card("Overdue in plans", f"{overdue}", told, "problems")


def _actions_card(person: Person) -> Card:
    waiting = list_own_actions(person).filter(state__in=OPEN_ACTIONS).count()
    told = "of your team in problem-solving plans, not done yet"
    return _card("Our actions", f"{waiting}", told, "own-actions")


def _spots_card() -> Card:
    spots = find_spots()
    figure, told = (
        (spots.key, _many(len(spots.names), "hot spot"))
        if spots
        else ("None", "no set is in force")
    )
    return _card("Hot spots in force", figure, told, "hot-spots")


def _card(title: str, figure: str, told: str, page: str) -> Card:
    try:
        address = reverse(page)
    except NoReverseMatch:  # an app that this site was set up without
        address = reverse("record")
    return Card(title=title, figure=figure, told=told, address=address)


def _many(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"
