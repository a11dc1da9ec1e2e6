"""What a rota is made for: shifts to fill, members of staff, and what is already settled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.number_words import count_things
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_rule import RotaRule
from patrolwise.planning.rota_settled import find_settled_faults
from patrolwise.planning.rota_tables import (
    AVAILABILITY,
    FAIRNESS_HISTORY,
    LEAVE,
    OFF,
    REQUESTS,
    find_availability_faults,
    find_history_faults,
    find_leave_faults,
    find_request_faults,
)
from patrolwise.tables import make_table

LOCAL_ZONE = ZoneInfo("Europe/London")
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)  # as date.isoweekday counts: Monday is 1


@dataclass(frozen=True, kw_only=True)
class ShiftTemplate:
    """A shift that is worked on the same weekdays and hours throughout. Hours are local."""

    name: str  # such as "late"; unique, as rotas and requests name it
    service: str
    start: time  # Europe/London, as is `end`; one that the clocks skip is taken an hour later,
    end: time  # of one that happens twice the earlier; at or before `start` is the next day
    weekdays: tuple[int, ...] = EVERY_DAY  # on which it begins, 1 is Monday
    units: int = 1  # wanted; fewer is a shortfall
    least_units: int = 0  # needed: a rota with fewer is none
    people: int = 2  # in each unit
    unit_names: str = "{service}-{number}"
    first_number: int = 1  # of its units; the others follow
    is_evening: bool | None = None  # None: by RotaRule.evening_after
    worst_min: float = 0.0  # minutes in the hardest hot spots that a person expects on it

    def __post_init__(self) -> None:
        checks = [
            (
                not self.name.strip() or self.name == OFF,
                f"Its name is {self.name!r}: give a name, and not {OFF!r}, which means no shift.",
            ),
            (not self.service.strip(), "It names no service."),
            (
                not self.weekdays or not set(self.weekdays) <= {*EVERY_DAY},
                f"weekdays must be some of 1 (Monday) to 7 (Sunday), got {self.weekdays}.",
            ),
            (
                self.units < 1 or not 0 <= self.least_units <= self.units,
                f"{count_things(self.units, 'unit')} wanted and {self.least_units} needed: give at "
                "least 1, and no more needed than wanted.",
            ),
            (self.people < 1, f"people must be at least 1, got {self.people}."),
            (
                "{number}" not in self.unit_names and self.units > 1,
                f"unit_names {self.unit_names!r} needs {{number}}: there are several units.",
            ),
            (
                any(clock.second or clock.microsecond for clock in (self.start, self.end)),
                f"start and end must be whole minutes, got {self.start} and {self.end}.",
            ),
            (not 0 <= self.worst_min <= 1440, f"worst_min is {self.worst_min}: give 0 to 1440."),
        ]
        faults = [sentence for is_wrong, sentence in checks if is_wrong]
        check_faults(f"Shift template {self.name or 'without a name'}", faults)

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """The ids of its units, in order of their numbers."""
        numbers = range(self.first_number, self.first_number + self.units)
        return tuple(
            self.unit_names.replace("{service}", self.service).replace("{number}", str(number))
            for number in numbers
        )

    def start_on(self, day: date) -> datetime:
        """Return when it begins on a local day, UTC."""
        return datetime.combine(day, self.start, LOCAL_ZONE).astimezone(UTC)

    def end_on(self, day: date) -> datetime:
        """Return when the one that begins on a local day ends, UTC."""
        last = day if self.end > self.start else day + timedelta(days=1)
        return datetime.combine(last, self.end, LOCAL_ZONE).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """A pattern such as five days on, two off, that takes no heed of the calendar's weeks."""

    days_on: int
    days_off: int
    anchor: date  # the first of some days on; the pattern runs from it in both directions

    def __post_init__(self) -> None:
        if self.days_on < 1 or self.days_off < 0:
            check_faults("Cycle", [f"{self.days_on} days on and {self.days_off} off is no cycle."])

    def is_on(self, day: date) -> bool:
        """Return whether a shift may begin on a day."""
        return (day - self.anchor).days % (self.days_on + self.days_off) < self.days_on


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """One who can be put on a shift: a code, never a name; nothing about the person but duty."""

    staff_id: str
    service: str
    least_shifts: int = 0  # owed in each week, Monday to Sunday; leave lowers it
    most_shifts: int = 5  # in each week
    weekdays: tuple[int, ...] = EVERY_DAY  # on which a shift may begin
    cycle: Cycle | None = None  # in addition to the weekdays
    may_work: tuple[str, ...] | None = None  # names of shifts; None for all of the service
    partner: str | None = None  # with whom to work where possible; None: found from past rotas
    is_relief: bool = False  # fills gaps: has no share of evenings and weekends that is fair

    def __post_init__(self) -> None:
        checks = [
            (not self.staff_id.strip(), "It has no code."),
            (not self.service.strip(), "It names no service."),
            (
                not 0 <= self.least_shifts <= self.most_shifts <= 7,
                f"{self.least_shifts} to {self.most_shifts} shifts a week: give 0 to 7, the "
                "least first.",
            ),
            (
                not self.weekdays or not set(self.weekdays) <= {*EVERY_DAY},
                f"weekdays must be some of 1 (Monday) to 7 (Sunday), got {self.weekdays}.",
            ),
            (self.partner == self.staff_id, "Its partner is itself."),
        ]
        faults = [sentence for is_wrong, sentence in checks if is_wrong]
        check_faults(f"Member of staff {self.staff_id or 'without a code'}", faults)

    def has_day(self, day: date) -> bool:
        """Return whether weekdays and cycle let a shift begin on a day."""
        is_on = self.cycle is None or self.cycle.is_on(day)
        return is_on and day.isoweekday() in self.weekdays


@dataclass(frozen=True, kw_only=True, eq=False)
class RotaProblem:
    """Everything that a rota is made from."""

    templates: tuple[ShiftTemplate, ...]
    staff: tuple[StaffMember, ...]
    rule: RotaRule
    leave: pl.DataFrame = field(default_factory=lambda: make_table(LEAVE))
    requests: pl.DataFrame = field(default_factory=lambda: make_table(REQUESTS))
    availability: pl.DataFrame = field(default_factory=lambda: make_table(AVAILABILITY))
    history: pl.DataFrame = field(default_factory=lambda: make_table(FAIRNESS_HISTORY))
    # shifts outside the window: they count for rest, runs and weeks
    around: pl.DataFrame = field(default_factory=lambda: make_table(ROTA))
    # rows in the window that are kept as they are, with their own times
    locked: pl.DataFrame = field(default_factory=lambda: make_table(ROTA))
    # the published rota, to be changed as little as possible; what of it is to stay goes to locked
    previous: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        check_faults("Rota", list(_find_faults(self)))

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have a shift, in order of their first template."""
        return tuple(dict.fromkeys(template.service for template in self.templates))

    @property
    def days(self) -> tuple[date, ...]:
        """The local days of the window, in order."""
        window = self.rule.window
        return tuple(window.first + timedelta(days=number) for number in range(window.days))

    def template(self, name: str) -> ShiftTemplate:
        """Return the template of that name; KeyError when there is none."""
        return {template.name: template for template in self.templates}[name]

    def member(self, staff_id: str) -> StaffMember:
        """Return the member of that code; KeyError when there is none."""
        return {member.staff_id: member for member in self.staff}[staff_id]

    def is_evening(self, template: ShiftTemplate) -> bool:
        """Return whether a shift counts as an evening."""
        if template.is_evening is not None:
            return template.is_evening
        return template.end <= template.start or template.end > self.rule.evening_after


def _find_faults(problem: RotaProblem) -> Iterator[str]:
    yield from _name_faults(problem)
    yield from _staff_faults(problem)
    yield from _rule_faults(problem)
    staff_ids = {member.staff_id for member in problem.staff}
    shifts = {template.name for template in problem.templates}
    yield from find_leave_faults(problem.leave, staff_ids)
    yield from find_request_faults(problem.requests, staff_ids, shifts)
    yield from find_availability_faults(problem.availability, problem.services)
    yield from find_history_faults(problem.history)
    yield from find_settled_faults(problem)


def _name_faults(problem: RotaProblem) -> Iterator[str]:
    if not problem.templates:
        yield "There is no shift template. Give at least one."
    if not problem.staff:
        yield "There is no member of staff. Give at least one."
    for name in _twice([template.name for template in problem.templates]):
        yield f"Two shift templates are called {name}. Give each its own name."
    for staff_id in _twice([member.staff_id for member in problem.staff]):
        yield f"Two members of staff have the code {staff_id}. Give each its own."
    services_of: dict[str, set[str]] = {}
    for template in problem.templates:
        for unit_id in template.unit_ids:
            services_of.setdefault(unit_id, set()).add(template.service)
    for unit_id, services in services_of.items():
        if len(services) > 1:
            yield (
                f"Unit {unit_id} is of {' and '.join(sorted(services))}. Give their templates "
                "other unit_names."
            )


def _staff_faults(problem: RotaProblem) -> Iterator[str]:
    own = {
        service: {each.name for each in problem.templates if each.service == service}
        for service in problem.services
    }
    service_of = {member.staff_id: member.service for member in problem.staff}
    partner_of = {member.staff_id: member.partner for member in problem.staff}
    for member in problem.staff:
        who = f"Member of staff {member.staff_id}"
        if member.service not in own:
            yield f"{who} is of {member.service}, which has no shift template."
            continue
        if unknown := sorted({*(member.may_work or ())} - own[member.service]):
            yield (
                f"{who} may work {', '.join(unknown)}, which {member.service} has no template of. "
                f"It has {', '.join(sorted(own[member.service]))}."
            )
        if member.least_shifts > problem.rule.days_in_seven:
            yield (
                f"{who} is owed {member.least_shifts} shifts a week; the rule allows "
                f"{problem.rule.days_in_seven} in seven days."
            )
        partner = member.partner
        if partner is not None and (
            service_of.get(partner) != member.service or partner_of[partner] != member.staff_id
        ):
            yield (
                f"{who} has {partner} as partner. Each must be of the same service and name the "
                "other."
            )


def _rule_faults(problem: RotaProblem) -> Iterator[str]:
    named = {*problem.rule.pay_an_hour, *(each.service for each in problem.rule.budgets)}
    for service in sorted(named - {None, *problem.services}, key=str):
        yield f"The rule names pay or a budget of {service}, which has no shift template."
    for budget in problem.rule.budgets:
        services = problem.services if budget.service is None else (budget.service,)
        unpaid = [each for each in services if each not in problem.rule.pay_an_hour]
        if budget.pounds is not None and unpaid:
            yield f"A budget in pounds needs pay_an_hour of {', '.join(unpaid)}."


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({one for one in values if values.count(one) > 1})
