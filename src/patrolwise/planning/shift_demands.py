"""What each service is to do in each hot spot on one shift, and where it is not to go and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.dose_rules import DoseRule, rule_in_force
from patrolwise.planning.number_words import count_things
from patrolwise.planning.shift_hours import (
    Mask,
    ShiftClock,
    find_bands,
    find_windows,
    within_hours,
)
from patrolwise.planning.shift_inputs import ShiftInputs
from patrolwise.planning.shift_problem import Demand


class OtherVisit(NamedTuple):
    """A visit that another shift has planned already."""

    service: str
    area_id: str
    patrol_day: date
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A hot spot that a service is not to go to on this shift."""

    service: str
    area_id: str
    why: str  # the end of a sentence


@dataclass(frozen=True, kw_only=True, eq=False)
class ShiftSetting:
    """One shift among the others of its day."""

    inputs: ShiftInputs
    clock: ShiftClock
    others: tuple[OtherVisit, ...]  # of other shifts, before or after
    later: Mapping[str, tuple[ShiftClock, ...]]  # service → its later shifts of that patrol day

    @cached_property
    def arms(self) -> dict[str, str]:
        """The arm of each hot spot that has one."""
        return self.inputs.arms_on(self.clock.patrol_day)


def make_demand(setting: ShiftSetting, service: str, area_id: str) -> Demand | LeftOut:
    """Return what a service is to do in a hot spot on this shift, or why it is not to go there.

    The dose is owed by the patrol day. What other shifts of that day have planned counts towards
    it; of what is left, this shift owes its equal share with the later shifts of the service that
    have room for a visit there, rounded down, and the last of them all that is left.

    Parameters
    ----------
    setting : ShiftSetting
    service : str
    area_id : str

    Returns
    -------
    Demand or LeftOut
        Windows leave out the hours that the dose rule does not have, another patrol day, closures,
        and what other shifts have planned there with its distance.
    """
    rule = rule_in_force(setting.inputs.dose_rules, service, area_id, setting.clock.patrol_day)
    why = _forbidden(setting, service, area_id)
    if rule is None or why:
        return LeftOut(service=service, area_id=area_id, why=why or "no dose rule asks for it")
    own = setting.inputs.service_rule(service)
    done = _count_done(setting, service, area_id)
    most = rule.visits_a_day + own.further_visits - done
    if most < 1:
        why = f"it has its {count_things(rule.visits_a_day, 'visit')} of the day from other shifts"
        return LeftOut(service=service, area_id=area_id, why=why)
    windows = _windows(setting, rule, area_id)
    if not windows:
        why = _why_no_room(setting, rule, area_id)
        return LeftOut(service=service, area_id=area_id, why=why)
    is_any = windows == [(0, setting.clock.minutes)]
    return Demand(
        service=service,
        area=setting.inputs.area_ids.index(area_id),
        visit_min=_visit_min(rule),
        least_visits=_owed_in_shift(setting, rule, area_id, done) if own.is_owed else 0,
        most_visits=most,
        apart_min=own.apart_min,
        prizes=tuple(round(own.prize * own.repeat_share ** (done + n)) for n in range(most)),
        windows=() if is_any else tuple(windows),
        bands=find_bands(_weights(setting, area_id)),
    )


def _forbidden(setting: ShiftSetting, service: str, area_id: str) -> str:
    """Return why the experiment keeps a service out of a hot spot that day; blank if it may go."""
    arm = setting.arms.get(area_id)
    if arm is None:
        return ""
    if not arm:
        return "nothing was drawn for it that day"
    return "" if service in setting.inputs.arms[arm] else f"its arm that day is {arm}"


def _visit_min(rule: DoseRule) -> int:
    return ceil(rule.visit_min)


def _count_done(setting: ShiftSetting, service: str, area_id: str) -> int:
    day = setting.clock.patrol_day
    return sum(one[:3] == (service, area_id, day) for one in setting.others)


def _owed_in_shift(setting: ShiftSetting, rule: DoseRule, area_id: str, done: int) -> int:
    left = max(rule.visits_a_day - done, 0)
    later = sum(
        bool(find_windows(*_hours(clock, rule, setting.inputs, area_id), _visit_min(rule)))
        for clock in setting.later.get(rule.service, ())
    )
    return left // (1 + later)


def _windows(setting: ShiftSetting, rule: DoseRule, area_id: str) -> list[tuple[int, int]]:
    may_begin, is_open = _hours(setting.clock, rule, setting.inputs, area_id)
    is_free = is_open & ~_taken(setting, rule.service, area_id)
    return find_windows(may_begin, is_free, _visit_min(rule))


def _hours(
    clock: ShiftClock, rule: DoseRule, inputs: ShiftInputs, area_id: str
) -> tuple[Mask, Mask]:
    """Return when visits may begin by the rule, and when the hot spot is open."""
    closed = np.zeros(clock.minutes, dtype=np.bool_)
    for start, end, _ in _closures(inputs, area_id):
        closed |= clock.within_times(start, end)
    may_begin = within_hours(clock, rule.from_clock, rule.until_clock)
    return may_begin, clock.within_patrol_day & ~closed


def _closures(inputs: ShiftInputs, area_id: str) -> list[tuple[datetime, datetime, str]]:
    return [
        (row["start"], row["end"], row["event_id"])
        for row in inputs.events.iter_rows(named=True)
        if row["effect"] == "closed" and row["area_id"] in (None, area_id)
    ]


def _taken(setting: ShiftSetting, service: str, area_id: str) -> Mask:
    """Return the minutes that visits of other shifts keep from a service."""
    margins = {service: setting.inputs.service_rule(service).apart_min}
    for separation in setting.inputs.separations:
        if service in separation.services:
            other = next((one for one in separation.services if one != service), service)
            margins[other] = max(margins.get(other, 0), separation.margin_min)
    taken = np.zeros(setting.clock.minutes, dtype=np.bool_)
    for visit in setting.others:
        if visit.area_id == area_id and visit.service in margins:
            margin = timedelta(minutes=margins[visit.service])
            taken |= setting.clock.within_times(visit.start - margin, visit.end + margin)
    return taken


def _why_no_room(setting: ShiftSetting, rule: DoseRule, area_id: str) -> str:
    visit_min, inputs = _visit_min(rule), setting.inputs
    may_begin = within_hours(setting.clock, rule.from_clock, rule.until_clock)
    if not find_windows(may_begin, setting.clock.within_patrol_day, visit_min):
        return f"the hours of its dose rule leave no room for {visit_min} min"
    if not find_windows(*_hours(setting.clock, rule, inputs, area_id), visit_min):
        end = setting.clock.start + timedelta(minutes=setting.clock.minutes)
        ids = [
            event_id
            for start, until, event_id in _closures(inputs, area_id)
            if start < end and until > setting.clock.start
        ]
        return f"it is closed ({', '.join(dict.fromkeys(ids))})"
    return "visits of other shifts leave no room"


def _weights(setting: ShiftSetting, area_id: str) -> NDArray[np.float64]:
    """Return what a visit begun at each minute is worth: weights that hold at once, multiplied."""
    clock, inputs = setting.clock, setting.inputs
    weights = np.ones(clock.minutes)
    for row in inputs.priorities.iter_rows(named=True):
        if row["area_id"] == area_id:
            days = None if row["weekdays"] is None else tuple(row["weekdays"])
            hours = within_hours(clock, row["from_clock"], row["until_clock"], days)
            weights[hours] *= row["weight"]
    for row in inputs.events.iter_rows(named=True):
        if row["effect"] == "priority" and row["area_id"] in (None, area_id):
            weights[clock.within_times(row["start"], row["end"])] *= row["weight"]
    return weights
