"""How one result of any kind stands to the protocol: planned, changed or exploratory."""

import calendar
from dataclasses import dataclass
from datetime import date

from patrolwise.evaluation.protocol import (
    DeclaredChange,
    HeadlineResult,
    Plan,
    PlanStatus,
    Protocol,
    Standing,
    planned_or_not,
)
from patrolwise.files.protocols import read_protocol
from patrolwise.reporting.day_results import DayResults
from patrolwise.study.programme import Programme

RING_TEST = "wdd-robust-ring"  # results add the ring's name; rings_m says which rings


@dataclass(frozen=True, kw_only=True)
class HeldPlan:
    """What was really done, beside the protocol that it is held against."""

    protocol: Protocol | None  # None: none was frozen
    plan: Plan
    last_day: date  # of the data
    changes: tuple[DeclaredChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResultKey:
    """Which result is meant: its outcome and test; for patrol days whose, when, and which hours."""

    outcome: str  # id@version
    test: str | None = None  # id of the estimate; not asked for of patrol days
    is_harm: bool = False
    service: str = ""
    hours: tuple[int, int] | None = None
    days: tuple[date, date] | None = None  # first and last that were compared


def hold_plan(programme: Programme, plan: Plan, last_month: date | None) -> HeldPlan:
    """Return a plan beside the protocol that a programme names.

    Parameters
    ----------
    programme : Programme
        Names the protocol and the changes that were declared.
    plan : Plan
        What was really done.
    last_month : date or None
        Of the crimes that were read; None when there were none.

    Returns
    -------
    HeldPlan

    Raises
    ------
    InputError
        The protocol cannot be read, or was changed after it was frozen.
    """
    source = programme.protocol
    return HeldPlan(
        protocol=None if source.file is None else read_protocol(source.file),
        plan=plan,
        last_day=_last_day(last_month) if last_month else programme.after.last,
        changes=source.changes,
    )


def stand_of(held: HeldPlan, kind: str, key: ResultKey) -> PlanStatus:
    """Return whether one result was planned, changed or exploratory, and why.

    Parameters
    ----------
    held : HeldPlan
    kind : str
        The part of the plan that has its test: tests (before and after), patrol_days,
        displacement or comparators.
    key : ResultKey

    Returns
    -------
    PlanStatus
    """
    first, last = key.days or (None, held.last_day)
    days = None
    if kind == "patrol_days":
        wanted = (key.service, key.outcome, key.hours)
        days = next((one for one in held.plan.patrol_days or () if one.key == wanted), None)
        if held.protocol is not None and days is None:
            return PlanStatus(
                status=Standing.EXPLORATORY, reason="It is none of the comparisons declared."
            )
    result = HeadlineResult(
        outcome=key.outcome,
        test=_planned_id(key.test),
        plan=held.plan,
        last_day=last,
        first_day=first,
        changes=held.changes,
        is_harm=key.is_harm,
        kind=kind,
        days=days,
    )
    return planned_or_not(held.protocol, result)


def key_of_days(results: DayResults) -> ResultKey:
    """Return the key of a comparison of days, for `stand_of`.

    Parameters
    ----------
    results : DayResults

    Returns
    -------
    ResultKey
    """
    window = results.window
    return ResultKey(
        outcome=results.definition,
        test=results.headline.id,
        service=results.service,
        hours=results.hours,
        days=(date.fromisoformat(window.first), date.fromisoformat(window.last)),
    )


def _planned_id(test: str | None) -> str | None:
    """Return the id that a plan has: one for all rings, whose edges are a part of their own."""
    return RING_TEST if test is not None and test.startswith(RING_TEST) else test


def _last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
