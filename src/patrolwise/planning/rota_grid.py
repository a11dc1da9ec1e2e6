"""Which shift of which day each member of staff could be put on, and what is settled already."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from patrolwise.planning.rota_problem import RotaProblem, ShiftTemplate, StaffMember

ONE_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class Bar(StrEnum):
    """Why a member can never be put on a shift of a day, whatever the others do."""

    MAY_NOT = "may not work that shift"
    PATTERN = "has that day off by the pattern"
    LEAVE = "is on leave"
    TRAINING = "is on training"
    AWAY = "is away"


_BAR_OF_KIND = {"leave": Bar.LEAVE, "training": Bar.TRAINING, "other": Bar.AWAY}


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One shift template on one local day."""

    day: date
    template: ShiftTemplate
    start: datetime  # UTC
    end: datetime  # UTC
    unit_ids: tuple[str, ...]  # units of the template that can be provided that day

    @property
    def shift(self) -> str:
        """The template's name."""
        return self.template.name

    def __str__(self) -> str:
        return f"{self.shift} on {self.day}"


@dataclass(frozen=True, eq=False)
class RotaGrid:
    """A rota problem by duty and member, so that models and reasons look things up alike.

    Duties and members are numbered by their order; a place is a member on a duty of its service.
    """

    problem: RotaProblem

    @cached_property
    def staff(self) -> tuple[StaffMember, ...]:
        """The members, in the order given."""
        return self.problem.staff

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The duties of the window, by day, then as the templates are given."""
        return tuple(
            self._duty_on(day, template)
            for day in self.problem.days
            for template in self.problem.templates
            if day.isoweekday() in template.weekdays
        )

    def _duty_on(self, day: date, template: ShiftTemplate) -> Duty:
        start, end = template.start_on(day), template.end_on(day)
        unit_ids = tuple(
            unit_id
            for unit_id in template.unit_ids
            if self.is_offered(template.service, unit_id, (start, end))
        )
        return Duty(day=day, template=template, start=start, end=end, unit_ids=unit_ids)

    def is_offered(self, service: str, unit_id: str, wanted: Span) -> bool:
        """Return whether a service can provide a unit from then to then."""
        if service not in self._offers:
            return True
        reached = wanted[0]
        for unit, (start, end) in self._offers[service]:
            if unit in (None, unit_id) and start <= reached < end:
                reached = end
        return reached >= wanted[1]

    @cached_property
    def _offers(self) -> Mapping[str, list[tuple[str | None, Span]]]:
        """Each service's stretches of availability, in order of their start."""
        offers: dict[str, list[tuple[str | None, Span]]] = defaultdict(list)
        rows = self.problem.availability.sort("start").select("service", "unit_id", "start", "end")
        for service, unit_id, start, end in rows.iter_rows():
            offers[service].append((unit_id, (start, end)))
        return offers

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Each member with each duty of its service, by member, then duty."""
        return tuple(
            (who, number)
            for who, member in enumerate(self.staff)
            for number, duty in enumerate(self.duties)
            if duty.template.service == member.service
        )

    @cached_property
    def of_member(self) -> tuple[Mapping[date, tuple[int, ...]], ...]:
        """The numbers of each member's places by day, for days that have any."""
        found: list[dict[date, tuple[int, ...]]] = [{} for _ in self.staff]
        for place, (who, number) in enumerate(self.places):
            day = self.duties[number].day
            found[who][day] = (*found[who].get(day, ()), place)
        return tuple(found)

    @cached_property
    def of_duty(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of each duty's places, in the order of the members."""
        found: list[list[int]] = [[] for _ in self.duties]
        for place, (_, number) in enumerate(self.places):
            found[number].append(place)
        return tuple(map(tuple, found))

    @cached_property
    def locked(self) -> Mapping[tuple[str, date], tuple[str, str, Span]]:
        """Shift, unit and times of each locked row, by member and day."""
        return {
            (staff_id, day): (shift, unit_id, (start, end))
            for staff_id, day, shift, unit_id, start, end in self.problem.locked.select(
                "staff_id", "day", "shift", "unit_id", "start", "end"
            ).iter_rows()
        }

    @cached_property
    def around(self) -> Mapping[str, Mapping[date, Span]]:
        """Times of each member's shifts outside the window, by day."""
        found: dict[str, dict[date, Span]] = defaultdict(dict)
        rows = self.problem.around.select("staff_id", "day", "start", "end")
        for staff_id, day, start, end in rows.iter_rows():
            found[staff_id][day] = (start, end)
        return found

    @cached_property
    def away(self) -> Mapping[str, Mapping[date, str]]:
        """The kind of leave of each member by day; of two at once, the first in the table."""
        found: dict[str, dict[date, str]] = defaultdict(dict)
        for staff_id, first, last, kind in self.problem.leave.select(
            "staff_id", "first", "last", "kind"
        ).iter_rows():
            for number in range((last - first).days + 1):
                found[staff_id].setdefault(first + number * ONE_DAY, kind)
        return found

    def span_of(self, who: int, number: int) -> Span:
        """Return when a member would be on a duty, UTC: a locked row has times of its own."""
        duty = self.duties[number]
        shift, _, span = self.locked.get(
            (self.staff[who].staff_id, duty.day), ("", "", (duty.start, duty.end))
        )
        return span if shift == duty.shift else (duty.start, duty.end)

    def is_locked(self, who: int, number: int) -> bool:
        """Return whether the member is locked on that duty."""
        duty = self.duties[number]
        row = self.locked.get((self.staff[who].staff_id, duty.day))
        return row is not None and row[0] == duty.shift

    def bar_of(self, who: int, number: int) -> Bar | None:
        """Return why a member can never be on a duty of its service; None when it may be."""
        member, duty = self.staff[who], self.duties[number]
        if member.may_work is not None and duty.shift not in member.may_work:
            return Bar.MAY_NOT
        if not member.has_day(duty.day):
            return Bar.PATTERN
        kind = self.away.get(member.staff_id, {}).get(duty.day)
        return None if kind is None else _BAR_OF_KIND[kind]

    def could_work(self, member: StaffMember, day: date) -> bool:
        """Return whether, leave aside, some shift of a day is open to a member.

        The day may lie outside the window.
        """
        return member.has_day(day) and any(
            template.service == member.service
            and day.isoweekday() in template.weekdays
            and (member.may_work is None or template.name in member.may_work)
            for template in self.problem.templates
        )

    def week_limits(self, member: StaffMember, monday: date) -> tuple[int, int]:
        """Return the least and most shifts of a member in the week that begins on a Monday.

        Each day of leave or training on which the member could have worked counts as a shift
        worked. A week that the window cuts owes nothing.
        """
        days = [monday + number * ONE_DAY for number in range(7)]
        kinds = [
            self.away.get(member.staff_id, {}).get(day)
            for day in days
            if self.could_work(member, day)
        ]
        paid = sum(kind in ("leave", "training") for kind in kinds)
        absent = sum(kind is not None for kind in kinds)
        window = self.problem.rule.window
        is_whole = window.first <= monday and days[-1] <= window.last
        owed = min(member.least_shifts - absent, len(kinds) - absent) if is_whole else 0
        return max(0, owed), max(0, member.most_shifts - paid)

    def contracted(self, member: StaffMember) -> float:
        """Return how many shifts of the window are the member's, less leave: its share of burdens.

        0 for relief staff.
        """
        if member.is_relief:
            return 0.0
        by_week: dict[date, list[date]] = defaultdict(list)
        for day in self.problem.days:
            by_week[monday_of(day)].append(day)
        away = self.away.get(member.staff_id, {})
        return sum(
            max(
                0.0,
                member.most_shifts * len(days) / 7
                - sum(day in away and self.could_work(member, day) for day in days),
            )
            for days in by_week.values()
        )

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        """The Monday of each week that the window touches."""
        return tuple(dict.fromkeys(monday_of(day) for day in self.problem.days))


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day.

    Parameters
    ----------
    day : date

    Returns
    -------
    date

    Examples
    --------
    >>> monday_of(date(2024, 6, 9))
    datetime.date(2024, 6, 3)
    """
    return day - (day.isoweekday() - 1) * ONE_DAY
