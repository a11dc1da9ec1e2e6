"""What the rota board shows of a week: units by days, their visits, and minutes by hot spot."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.wall import is_of_outreach
from patrolwise.web.tasking.concealing import LOCAL, may_see_day
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift
from patrolwise.web.tasking.own_service import rank_service

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Block:
    """One visit or break, in words."""

    time: str  # local
    told: str
    minutes: int
    is_break: bool
    is_locked: bool


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One shift of a unit."""

    shift_id: int
    hours: str  # local
    blocks: tuple[Block, ...]
    is_concealed: bool


@dataclass(frozen=True, kw_only=True)
class BoardDay:
    """One day of the week."""

    day: date
    is_chosen: bool  # the one that a phone shows
    is_today: bool
    is_concealed: bool
    plan_id: int | None


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """One unit in the week."""

    unit_id: str
    days: tuple[tuple[BoardDay, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class ServicePart:
    """The units of one service."""

    service: str
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True, kw_only=True)
class DoseRow:
    """What one hot spot is planned to get of one service in the days that are shown."""

    name: str
    service: str
    visits: int
    minutes: int
    owed: int | None  # None: no rule owes anything

    @property
    def difference(self) -> int:
        """Minutes planned above those owed; below 0, what is lacking."""
        return self.minutes - (self.owed or 0)

    @property
    def lacking(self) -> int:
        """Minutes owed and not planned."""
        return max(-self.difference, 0)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole week."""

    days: tuple[BoardDay, ...]
    parts: tuple[ServicePart, ...]
    doses: tuple[DoseRow, ...]
    plans: tuple[Plan, ...]
    shown_days: int

    @property
    def first(self) -> date:
        """The first day."""
        return self.days[0].day

    @property
    def last(self) -> date:
        """The last day."""
        return self.days[-1].day

    @property
    def before(self) -> date:
        """The week before."""
        return self.first - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        """The week after."""
        return self.first + timedelta(days=DAYS)

    @property
    def chosen(self) -> date:
        """The day that a phone shows."""
        return next(one.day for one in self.days if one.is_chosen)


@dataclass(frozen=True, kw_only=True)
class BoardAsk:
    """Whose board, and of which week."""

    person: Person
    day: date  # any of the week; the one that a phone shows
    today: date


def read_board(plans: list[Plan], ask: BoardAsk) -> Board:
    """Return the week of some plans, without what is concealed from whoever asks.

    Parameters
    ----------
    plans : list of Plan
        That cover days of the week; of two on one day, the later one holds.
    ask : BoardAsk

    Returns
    -------
    Board
    """
    monday = ask.day - timedelta(days=ask.day.weekday())
    days = tuple(_day(plans, ask, monday + timedelta(days=n)) for n in range(DAYS))
    by_day = {one.day: one for one in days}
    shifts = [
        row
        for row in UnitShift.objects.filter(plan__in=plans, day__range=(monday, days[-1].day))
        .order_by("start", "id")
        .values_list("id", "plan_id", "service", "unit_id", "day", "start", "end")
        if row[1] == by_day[row[4]].plan_id
    ]
    shown = {row[0]: row for row in shifts if not by_day[row[4]].is_concealed}
    visits = _read_visits(plans, (monday, days[-1].day), shown)
    names = {area_id: name for plan in plans for area_id, name in plan.places.items()}
    return Board(
        days=days,
        parts=tuple(
            sorted(
                _parts(days, shifts, _blocks(visits, names)),
                key=lambda part: rank_service(ask.person, part.service),
            )
        ),
        doses=_doses(plans, days, names, [(shown[v[0]][2], *v[1:]) for v in visits]),
        plans=tuple(plans),
        shown_days=sum(one.plan_id is not None and not one.is_concealed for one in days),
    )


def _day(plans: list[Plan], ask: BoardAsk, day: date) -> BoardDay:
    plan = next((one for one in reversed(plans) if one.first <= day <= one.last), None)
    return BoardDay(
        day=day,
        is_chosen=day == ask.day,
        is_today=day == ask.today,
        is_concealed=plan is not None and not may_see_day(ask.person, plan, day, ask.today),
        plan_id=None if plan is None else plan.pk,
    )


def _read_visits(
    plans: list[Plan], days: tuple[date, date], shown: dict[int, Any]
) -> list[tuple[int, str, datetime, datetime, bool]]:
    rows = (
        PlannedVisit.objects.filter(shift__plan__in=plans, shift__day__range=days)
        .order_by("start", "id")
        .values_list("shift_id", "area_id", "start", "end", "is_locked")
    )
    return [row for row in rows if row[0] in shown]


def _blocks(
    visits: list[tuple[int, str, datetime, datetime, bool]], names: dict[str, str]
) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = defaultdict(list)
    for shift_id, area_id, start, end, is_locked in visits:
        found[shift_id].append(
            Block(
                time=_clock(start),
                told=names.get(area_id, area_id) if area_id else "Break",
                minutes=_minutes(start, end),
                is_break=not area_id,
                is_locked=is_locked,
            )
        )
    return found


def _parts(
    days: tuple[BoardDay, ...], shifts: list[Any], blocks: dict[int, list[Block]]
) -> tuple[ServicePart, ...]:
    concealed = {one.day for one in days if one.is_concealed}
    cells: dict[tuple[str, str], dict[date, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for shift_id, _, service, unit_id, day, start, end in shifts:
        cells[service, unit_id][day].append(
            Cell(
                shift_id=shift_id,
                hours=f"{_clock(start)} to {_clock(end)}",
                blocks=tuple(blocks.get(shift_id, ())),
                is_concealed=day in concealed,
            )
        )
    services = dict.fromkeys(service for service, _ in sorted(cells))
    return tuple(
        ServicePart(
            service=service,
            rows=tuple(
                UnitRow(
                    unit_id=unit_id,
                    days=tuple((one, tuple(cells[key, unit_id].get(one.day, ()))) for one in days),
                )
                for key, unit_id in sorted(cells)
                if key == service
            ),
        )
        for service in services
    )


def _doses(
    plans: list[Plan],
    days: tuple[BoardDay, ...],
    names: dict[str, str],
    visits: list[tuple[str, str, datetime, datetime, bool]],
) -> tuple[DoseRow, ...]:
    given: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for service, area_id, start, end, _ in visits:
        if area_id:
            given[area_id, service][0] += 1
            given[area_id, service][1] += _minutes(start, end)
    owed: dict[tuple[str, str], float] = defaultdict(float)
    counted = {str(one.day): one.plan_id for one in days if not one.is_concealed}
    for plan in plans:
        for day, service, area_id, _, minutes in plan.owed:
            if counted.get(day) == plan.pk:
                owed[area_id, service] += minutes
    order = {area_id: number for number, area_id in enumerate(names)}
    keys = sorted(
        {*given, *owed},
        key=lambda key: (order.get(key[0], len(order)), key[0], is_of_outreach(key[1]), key[1]),
    )
    return tuple(
        DoseRow(
            name=names.get(area_id, area_id),
            service=service,
            visits=given[area_id, service][0],
            minutes=given[area_id, service][1],
            owed=round(owed[area_id, service]) if (area_id, service) in owed else None,
        )
        for area_id, service in keys
    )


def _minutes(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() / 60)


@lru_cache(maxsize=4_096)  # units of a week share most of their times
def _clock(time: datetime) -> str:
    return f"{time.astimezone(LOCAL):%H:%M}"
