"""What the page of one service and day joins: plan, rules, minutes, hazards, actions, yesterday.

Of the other service it has the times that both agreed in the published plan, and nothing else. Of
outreach's own patrols it has the plan alone: its minutes and its trackers stay on its own site.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, Sum

from patrolwise.partnership.problem_plans import Stage
from patrolwise.partnership.weeks_of_action import Campaign
from patrolwise.patrols.dose import list_area_days
from patrolwise.patrols.dose_rules import plan_doses
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field.assignments_queries import assignments_between
from patrolwise.web.insight.briefing_words import (
    Room,
    drop_rules,
    list_times,
    room_for,
    shorten,
    tell_clock,
    tell_rule,
    tell_since,
)
from patrolwise.web.insight.pack_queries import find_reasons_told
from patrolwise.web.livemap.counting import patrol_day_of
from patrolwise.web.livemap.models import RuleBook, Stay
from patrolwise.web.livemap.owed import tabulate_spots
from patrolwise.web.livemap.rules import find_book, is_outreach, rules_for
from patrolwise.web.livemap.spots import SpotsInForce, find_spots
from patrolwise.web.problems.models import PlanAction
from patrolwise.web.problems.plan_queries import OPEN_ACTIONS
from patrolwise.web.tasking.brief_making import begin_brief
from patrolwise.web.tasking.campaigns import list_campaigns
from patrolwise.web.tasking.concealing import may_see_day
from patrolwise.web.tasking.models import Brief, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.own_service import rank_service
from patrolwise.web.tasking.queries import list_plans_in_force, list_services

_DAY = timedelta(days=1)
_BACK = timedelta(days=14)  # a visit longer ago is told as none
_AHEAD = timedelta(days=14)  # actions due later are not to be checked yet
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SpotLine:
    """One hot spot of the day, in words."""

    number: int  # in the order of the first visit
    name: str
    visits: str  # when, and which unit
    rule: str
    owed: str  # minutes still owed today; empty where it is not told
    last: str  # visit of this service
    why: str
    hazards: str
    apart: str  # when others are planned there


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """One unit: today's hours and trackers, and the day before planned against delivered."""

    unit_id: str
    people: int  # 0: not said
    hours: str  # empty: not on duty today
    trackers: str
    planned: int | None  # minutes in hot spots the day before; None: none
    delivered: int | None  # None: not told


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """A plan's action that is to be looked at."""

    place: str
    what: str
    owner: str
    due: date
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """All of the page."""

    service: str
    day: date
    is_concealed: bool = False
    is_tracked: bool = True  # False: outreach, whose trackers are not on this site
    spots: tuple[SpotLine, ...] = ()
    units: tuple[UnitLine, ...] = ()
    events: tuple[str, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    actions: tuple[ActionLine, ...] = ()
    actions_left: int = 0  # not on the page
    units_left: int = 0
    brief: Brief | None = None  # published, the newest version
    intention: str = ""
    pack_week: date | None = None  # of the pack that the reasons are of

    @property
    def is_dense(self) -> bool:
        """Whether the page has to be set small to stay one page."""
        return len(self.spots) > 10


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """What the parts of the page are asked with."""

    service: str
    day: date
    now: datetime
    spots: SpotsInForce | None
    book: RuleBook | None
    is_tracked: bool
    room: Room = field(default_factory=lambda: room_for(0))


def list_briefing_services(person: Person) -> list[str]:
    """Return the services whose page somebody may see, their own first.

    Parameters
    ----------
    person : Person

    Returns
    -------
    list of str
        Outreach's only for whoever writes briefs.
    """
    book = find_book()
    may_all = person.may(Permission.WRITE_BRIEF)
    services = [one for one in list_services() if may_all or not is_outreach(one, book)]
    return sorted(services, key=lambda one: rank_service(person, one))


def read_briefing(person: Person, service: str, day: date, *, now: datetime) -> Briefing:
    """Return the page of one service and day.

    Parameters
    ----------
    person : Person
    service : str
        One of `list_briefing_services`.
    day : date
        Local.
    now : datetime
        Aware.

    Returns
    -------
    Briefing
        Concealed, and without anything else, where an experiment's day is not for whoever asks.
    """
    today = patrol_day_of(now)
    plans = list_plans_in_force(day, day)
    if not all(may_see_day(person, plan, day, today) for plan in plans):
        return Briefing(service=service, day=day, is_concealed=True)
    start, book = begin_brief(service, day), find_book()
    ask = _Ask(
        service=service,
        day=day,
        now=now,
        spots=find_spots(),
        book=book,
        is_tracked=not is_outreach(service, book),
        room=room_for(len(start.places)),
    )
    brief = Brief.objects.filter(service=service, day=day).exclude(published=None).first()
    week, reasons = find_reasons_told(ask.spots, ask.room.reasons)
    actions = _list_actions(ask, {one["area_id"]: one["name"] for one in start.places})
    campaigns, units = list_campaigns(day, day), _list_units(ask)
    events = dict.fromkeys(told for one in start.places for told in one["events"])
    others = [one for one in events if not one.startswith(tuple(f"{c.name}," for c in campaigns))]
    return Briefing(
        service=service,
        day=day,
        is_tracked=ask.is_tracked,
        spots=tuple(_list_spots(ask, start.places, reasons)),
        units=tuple(units[: ask.room.units]),
        units_left=max(0, len(units) - ask.room.units),
        events=tuple(shorten(one, ask.room.line) for one in others[: ask.room.events]),
        campaigns=campaigns,
        actions=tuple(actions[: ask.room.actions]),
        actions_left=max(0, len(actions) - ask.room.actions),
        brief=brief,
        intention=shorten(brief.intention, ask.room.line) if brief else "",
        pack_week=week,
    )


def _list_spots(ask: _Ask, places: list[dict[str, Any]], reasons: dict[str, str]) -> list[SpotLine]:
    rules, owed, last = _find_rules(ask), _find_owed(ask), _find_last(ask)
    room = ask.room
    return [
        SpotLine(
            number=number,
            name=shorten(one["name"], room.name),
            visits=shorten(list_times(one["visits"]), room.visits),
            rule=rules.get(one["area_id"], "no rule"),
            owed=owed.get(one["area_id"], ""),
            last=tell_since(last.get(one["area_id"]), ask.now),
            why=shorten(
                "; ".join(filter(None, (reasons.get(one["area_id"]), drop_rules(one["why"])))),
                room.why,
            ),
            hazards=shorten(" ".join(one["hazards"]), room.hazards),
            apart=shorten(
                "; ".join(
                    f"{other['service']} {list_times(other['times'])}" for other in one["others"]
                ),
                room.apart,
            ),
        )
        for number, one in enumerate(places, start=1)
    ]


def _find_rules(ask: _Ask) -> dict[str, str]:
    """Return the rule in force of each hot spot that day, in words."""
    if ask.spots is None:
        return {}
    rules = [one for one in rules_for(ask.book, ask.spots.areas) if one.service == ask.service]
    area_days = list_area_days(ask.spots.areas, [ask.day], [ask.service])
    rows = plan_doses(rules, area_days).iter_rows(named=True)
    return {row["area_id"]: tell_rule(row) for row in rows}


def _find_owed(ask: _Ask) -> dict[str, str]:
    """Return the minutes that each hot spot is still owed today; nothing of another day."""
    if ask.spots is None or not ask.is_tracked or ask.day != patrol_day_of(ask.now):
        return {}
    coming = PlannedVisit.objects.filter(
        shift__plan__state=PlanState.PUBLISHED, shift__service=ask.service, end__gt=ask.now
    )
    visits = list(coming.filter(start__lt=ask.now + _DAY).select_related("shift"))
    doses = tabulate_spots(ask.spots, ask.book, visits, now=ask.now)
    return {
        one.area_id: f"{max(0.0, one.owed - one.delivered):.0f}"
        for one in doses
        if one.service == ask.service and one.status == "planned"
    }


def _find_last(ask: _Ask) -> dict[str, datetime]:
    if not ask.is_tracked:
        return {}
    day = patrol_day_of(ask.now)
    stays = Stay.objects.filter(
        service=ask.service, day__range=(day - _BACK, day), is_pass_through=False
    )
    return dict(stays.order_by().values_list("area_id").annotate(at=Max("end")))


def _list_units(ask: _Ask) -> list[UnitLine]:
    shifts = list(
        UnitShift.objects.filter(
            plan__state=PlanState.PUBLISHED, service=ask.service, day=ask.day
        ).order_by("unit_id", "start")
    )
    trackers: dict[str, list[str]] = defaultdict(list)
    if shifts and ask.is_tracked:
        first, last = min(one.start for one in shifts), max(one.end for one in shifts)
        given = assignments_between(first, last).filter(service=ask.service, device__is_active=True)
        for unit_id, name in given.values_list("unit_id", "device__name"):
            if name not in trackers[unit_id]:
                trackers[unit_id].append(name)
    return _tell_units(ask, shifts, trackers)


def _tell_units(
    ask: _Ask, shifts: list[UnitShift], trackers: dict[str, list[str]]
) -> list[UnitLine]:
    planned, given = _sum_yesterday(ask)
    on_duty = {one.unit_id: one for one in shifts}
    nothing = "none given" if ask.is_tracked else "on its own site"
    return [
        UnitLine(
            unit_id=unit_id,
            people=shift.people if shift else 0,
            hours=f"{tell_clock(shift.start)}–{tell_clock(shift.end)}" if shift else "",
            trackers=(", ".join(trackers.get(unit_id, ())) or nothing) if shift else "",
            planned=round(planned[unit_id]) if unit_id in planned else None,
            delivered=round(given.get(unit_id, 0.0) / 60) if ask.is_tracked else None,
        )
        for unit_id in (*on_duty, *sorted({*planned, *given} - {*on_duty}))
        for shift in [on_duty.get(unit_id)]
    ]


def _list_actions(ask: _Ask, names: dict[str, str]) -> list[ActionLine]:
    """Return actions of open plans in the day's hot spots that are due soon or overdue."""
    rows = (
        PlanAction.objects.filter(state__in=OPEN_ACTIONS, due__lte=ask.day + _AHEAD)
        .exclude(plan__stage=Stage.CLOSED)
        .order_by("due", "id")
        .values_list("plan__area_ids", "mechanism", "owner", "due")
    )
    return [
        ActionLine(
            place=", ".join(names[area] for area in areas if area in names),
            what=shorten(mechanism, ask.room.line),
            owner=owner,
            due=due,
            is_overdue=due < ask.day,
        )
        for areas, mechanism, owner, due in rows
        if any(area in names for area in areas)
    ]


def _sum_yesterday(ask: _Ask) -> tuple[dict[str, float], dict[str, float]]:
    """Return minutes planned in hot spots the day before, and seconds delivered, by unit."""
    before = ask.day - _DAY
    planned: dict[str, float] = defaultdict(float)
    visits = PlannedVisit.objects.filter(
        ~Q(area_id=""),
        shift__plan__state=PlanState.PUBLISHED,
        shift__service=ask.service,
        shift__day=before,
    )
    for unit_id, start, end in visits.values_list("shift__unit_id", "start", "end"):
        planned[unit_id] += (end - start) / _MINUTE
    if not ask.is_tracked:
        return planned, {}
    stays = Stay.objects.filter(service=ask.service, day=before, is_pass_through=False)
    return planned, dict(stays.order_by().values_list("unit_id").annotate(s=Sum("patrol_s")))
