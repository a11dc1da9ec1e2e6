"""What a shift is planned from: who is on, what is owed where, and what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import partial

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.dose_rules import DoseRule, check_dose_rules
from patrolwise.planning.plan_tables import ALLOCATIONS, PLANNED_VISITS, ROTA, TRAVEL
from patrolwise.planning.priorities import EVENTS, PRIORITIES, check_events, check_priorities
from patrolwise.planning.shift_problem import Separation
from patrolwise.tables import Table, check_columns, make_table


@dataclass(frozen=True, kw_only=True)
class BreakRule:
    """The one break of each unit of a service, and the hours that it lies within."""

    service: str
    minutes: int
    earliest: time  # it begins at or after, local time
    latest: time  # it ends at or before, local time; before `earliest` it is past midnight
    longest_without_min: int = 0  # units on duty for no longer than this have none
    shift: str = ""  # blank: on every shift that has no break rule of its own

    def __post_init__(self) -> None:
        faults = []
        if self.minutes < 1 or self.longest_without_min < 0:
            faults.append(
                f"minutes must be at least 1 and longest_without_min at least 0, got "
                f"{self.minutes} and {self.longest_without_min}."
            )
        if self.earliest == self.latest:
            faults.append(f"It lies from {self.earliest:%H:%M} to the same. Give a later end.")
        check_faults(f"Break of {self.service or 'no service'}", faults)


@dataclass(frozen=True, kw_only=True)
class ServiceRule:
    """How the units of one service go about, and what their visits are worth to the plan."""

    service: str
    mode: str = "walking"  # of the travel table
    base_id: str = ""  # where its units begin and end; blank: wherever their patrol does
    apart_min: int = 60  # at least so long between its visits to one hot spot
    is_owed: bool = True  # False: dose rules are wished for, and a plan may give less
    further_visits: int = 0  # that may be planned in a hot spot beyond those owed that day
    prize: int = 1000  # of an ordinary hot spot's first visit; a minute between them costs 1
    repeat_share: float = 0.5  # each further visit of a day earns this share of the one before

    def __post_init__(self) -> None:
        faults = []
        if not self.service.strip():
            faults.append("It names no service.")
        numbers = {name: getattr(self, name) for name in ("apart_min", "further_visits", "prize")}
        faults += [
            f"{name} must be 0 or more, got {value}."
            for name, value in numbers.items()
            if value < 0
        ]
        if not 0 <= self.repeat_share <= 1:
            faults.append(f"repeat_share must be from 0 to 1, got {self.repeat_share}.")
        check_faults(f"Service rule of {self.service or 'no service'}", faults)


@dataclass(frozen=True, kw_only=True)
class ShiftInputs:
    """All that shifts are planned from; `shift_building.build_shift_problem` takes one shift.

    `planned` holds what has been decided: rows of other shifts count towards the day's dose and
    keep their distance; locked rows of the shift itself stay as they are; its others are planned
    anew.
    """

    rota: pl.DataFrame  # ROTA
    area_ids: tuple[str, ...]  # the hot spots, in the order of the travel matrices
    dose_rules: tuple[DoseRule, ...]
    service_rules: tuple[ServiceRule, ...]  # one for each service of the rota
    travel: pl.DataFrame  # TRAVEL, between all hot spots and bases, for each mode in use
    unit_bases: Mapping[str, str] = field(default_factory=dict)  # unit → base, if not the service's
    breaks: tuple[BreakRule, ...] = ()  # at most one for each service and shift
    separations: tuple[Separation, ...] = ()
    priorities: pl.DataFrame = field(default_factory=partial(make_table, PRIORITIES))
    events: pl.DataFrame = field(default_factory=partial(make_table, EVENTS))
    allocation: pl.DataFrame = field(default_factory=partial(make_table, ALLOCATIONS))
    arms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # arm → services that may go
    planned: pl.DataFrame = field(default_factory=partial(make_table, PLANNED_VISITS))

    def __post_init__(self) -> None:
        for name, table in _TABLES.items():
            check_columns(getattr(self, name), table, name=name)
        check_dose_rules(self.dose_rules)
        check_priorities(self.priorities, self.area_ids)
        check_events(self.events, self.area_ids)
        check_faults("Shift inputs", [*_service_faults(self), *_area_faults(self)])

    def service_rule(self, service: str) -> ServiceRule:
        """Return the rule of a service of the rota."""
        return next(rule for rule in self.service_rules if rule.service == service)

    def break_rule(self, service: str, shift: str) -> BreakRule | None:
        """Return the break of a service's units on a shift; None when they have none."""
        own = {rule.shift: rule for rule in self.breaks if rule.service == service}
        return own.get(shift, own.get(""))

    def base_of(self, unit_id: str, service: str) -> str:
        """Return where a unit begins and ends its shift; blank for wherever its patrol does."""
        return self.unit_bases.get(unit_id, self.service_rule(service).base_id)

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases in use, sorted."""
        named = {*self.unit_bases.values(), *(rule.base_id for rule in self.service_rules)}
        return tuple(sorted(named - {""}))

    def arms_on(self, day: date) -> dict[str, str]:
        """Return the arm of each hot spot of the experiment on a patrol day within its dates.

        One for which nothing was drawn that day is "": nobody goes there. On days before the
        first or after the last that was drawn, no hot spot has an arm.
        """
        drawn = self.allocation
        is_within = drawn.height and drawn["day"].min() <= day <= drawn["day"].max()  # type: ignore[operator]
        if not is_within:
            return {}
        today = drawn.filter(pl.col("day") == day)
        found = dict.fromkeys(drawn["area_id"].unique(maintain_order=True), "")
        return {**found, **dict(today.select("area_id", "arm").iter_rows())}


_TABLES: dict[str, Table] = {
    "rota": ROTA,
    "travel": TRAVEL,
    "priorities": PRIORITIES,
    "events": EVENTS,
    "allocation": ALLOCATIONS,
    "planned": PLANNED_VISITS,
}


def _service_faults(inputs: ShiftInputs) -> list[str]:
    ruled = [rule.service for rule in inputs.service_rules]
    breaks = [f"{rule.service} {rule.shift}".strip() for rule in inputs.breaks]
    on_rota = sorted(inputs.rota["service"].unique())
    faults = [
        f"There are two {what} of {service}. Leave one out."
        for what, services in (("service rules", ruled), ("break rules", breaks))
        for service in sorted({one for one in services if services.count(one) > 1})
    ]
    faults += [
        f"The rota has units of {service}, and no service rule says how they go. Add one."
        for service in on_rota
        if service not in ruled
    ]
    named = {
        "A break rule": [rule.service for rule in inputs.breaks],
        "A separation": [service for one in inputs.separations for service in one.services],
        "A dose rule": [rule.service for rule in inputs.dose_rules],
        "An arm": [service for services in inputs.arms.values() for service in services],
    }
    faults += [
        f"{what} is of {service}, which has no service rule. Mend the name, or add the rule."
        for what, services in named.items()
        for service in sorted(set(services) - set(ruled))
    ]
    return faults


def _area_faults(inputs: ShiftInputs) -> list[str]:
    known = list(inputs.area_ids)
    faults = [
        f"Hot spot {area_id} is there twice. Leave one out."
        for area_id in sorted({one for one in known if known.count(one) > 1})
    ]
    named = {
        "A dose rule": {area for rule in inputs.dose_rules for area in rule.areas or ()},
        "The allocation": set(inputs.allocation["area_id"]),
        "The plan": set(inputs.planned["area_id"].drop_nulls()),
    }
    faults += [
        f"{what} names {', '.join(sorted(areas - set(known)))}, which is no hot spot of this "
        "plan. Mend the id, or add the hot spot."
        for what, areas in named.items()
        if areas - set(known)
    ]
    if inputs.allocation.select("area_id", "day").is_duplicated().any():
        faults.append("The allocation has a hot spot and day twice. Draw it again.")
    faults += [
        f"Nobody has said which services may go where {arm!r} was drawn. Add the arm."
        for arm in sorted(set(inputs.allocation["arm"]) - set(inputs.arms))
    ]
    return faults
