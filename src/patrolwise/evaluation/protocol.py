"""What was planned before the data came, and whether a result is what was planned.

A protocol is a dated plan with a hash. A result that follows it is planned; one that departs from
it for a reason written down is changed; every other is exploratory, and is read as a suggestion.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.plan_parts import (
    LATER_PARTS,
    PARTS,
    Plan,
    PlannedArea,
    PlannedAreas,
    PlannedDays,
    PlannedTest,
    PlannedWindow,
)
from patrolwise.hot_spots.hot_spot_set import changed_areas
from patrolwise.times import Window

__all__ = [
    "FIRST_SCHEMA",
    "KINDS",
    "LATER_PARTS",
    "NO_PROTOCOL",
    "PARTS",
    "PROTOCOL_SCHEMA",
    "DeclaredChange",
    "HeadlineResult",
    "Plan",
    "PlanChange",
    "PlanStatus",
    "PlannedArea",
    "PlannedAreas",
    "PlannedDays",
    "PlannedTest",
    "PlannedWindow",
    "Protocol",
    "Standing",
    "check_date_of_freezing",
    "find_plan_changes",
    "guard_protocol",
    "planned_or_not",
]

_OF_EVERY_RESULT = ("before", "after", "selection", "hot_spots", "comparison", "exclusions", "seed")
# kind of result → the parts that it rests on; its own part holds its test
_RESTS_ON = {
    "tests": _OF_EVERY_RESULT,
    "patrol_days": ("selection", "hot_spots", "exclusions", "seed"),
    "displacement": (*_OF_EVERY_RESULT, "rings_m"),
    "comparators": _OF_EVERY_RESULT,
}
KINDS = tuple(_RESTS_ON)

FIRST_SCHEMA = "patrolwise.protocol/1"  # says nothing of patrol days and what stands beside
PROTOCOL_SCHEMA = "patrolwise.protocol/2"


class Standing(StrEnum):
    """How a result stands to the protocol."""

    PLANNED = "planned"
    CHANGED = "changed"
    EXPLORATORY = "exploratory"


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A plan as it was frozen."""

    frozen_at: datetime  # UTC
    frozen_by: str
    version: str  # of Patrolwise
    programme_sha256: str  # of the programme file at that time
    data_until: str | None  # last month of crimes that were looked at (ISO); None: none were
    plan: Plan
    schema: str = PROTOCOL_SCHEMA

    def __post_init__(self) -> None:
        faults = []
        if self.frozen_at.utcoffset() is None:
            faults.append("frozen_at has no time zone. Give a time in UTC.")
        if not self.frozen_by.strip():
            faults.append("Nobody is named. Say who froze it.")
        if self.schema not in (FIRST_SCHEMA, PROTOCOL_SCHEMA):
            faults.append(f"The schema is {self.schema!r}. Give {PROTOCOL_SCHEMA}.")
        check_faults("Protocol", faults)

    @property
    def sha256(self) -> str:
        """The sha256 of everything in it: publish this, and nobody can change it unseen."""
        text = json.dumps(self.document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @property
    def document(self) -> dict[str, Any]:
        """The protocol as plain lists and dicts, without its hash."""
        plan = asdict(self.plan)
        if self.schema == FIRST_SCHEMA:  # to the letter as it was written then
            plan = {part: value for part, value in plan.items() if part not in LATER_PARTS}
        record = {
            "schema": self.schema,
            "frozen_at": self.frozen_at.isoformat(timespec="seconds"),
            "frozen_by": self.frozen_by,
            "version": self.version,
            "programme_sha256": self.programme_sha256,
            "data_until": self.data_until,
            "plan": plan,
        }
        plain: dict[str, Any] = json.loads(json.dumps(record))  # tuples become lists, as in a file
        return plain


@dataclass(frozen=True, kw_only=True)
class DeclaredChange:
    """A departure from the protocol that was written down."""

    day: date
    what: str  # one of PARTS
    reason: str

    def __post_init__(self) -> None:
        faults = []
        if self.what not in PARTS:
            faults.append(f"what is {self.what!r}. Give one of {', '.join(PARTS)}.")
        if not self.reason.strip():
            faults.append("reason is blank. Say why.")
        check_faults("Change of the protocol", faults)


@dataclass(frozen=True)
class PlanChange:
    """One part of the plan that is no longer what was frozen."""

    part: str
    then: str
    now: str
    declared: DeclaredChange | None  # the last one that names it


@dataclass(frozen=True, kw_only=True)
class PlanStatus:
    """Whether a result was planned, and what it departs from."""

    status: Standing
    reason: str


NO_PROTOCOL = PlanStatus(
    status=Standing.EXPLORATORY, reason="No protocol was frozen before the data came."
)


@dataclass(frozen=True, kw_only=True)
class HeadlineResult:
    """One result that carries a conclusion, with the plan that it was really made by."""

    outcome: str  # id@version
    test: str | None  # id of the estimate; None when none could be made
    plan: Plan
    last_day: date  # of the data
    first_day: date | None = None  # of the days that are judged; None: the after window, guarded
    changes: tuple[DeclaredChange, ...] = ()
    is_harm: bool = False
    kind: str = "tests"  # one of KINDS: the part of the plan that has its test
    days: PlannedDays | None = None  # how days were really compared, where kind is patrol_days


def planned_or_not(protocol: Protocol | None, result: HeadlineResult) -> PlanStatus:
    """Return whether a result was planned, changed or exploratory, and why.

    It is planned when all that it rests on is as frozen; changed when every departure that it
    rests on was declared with a reason; exploratory otherwise, and always when the protocol was
    frozen after the last day of the data.

    Parameters
    ----------
    protocol : Protocol or None
        None when there is none.
    result : HeadlineResult

    Returns
    -------
    PlanStatus

    References
    ----------
    Nosek, Ebersole, DeHaven and Mellor (2018), The preregistration revolution, Proceedings of the
    National Academy of Sciences 115, 2600-2606: a prediction is told from a postdiction by what
    was fixed before the data were seen; departures are reported with their reasons.
    """
    if protocol is None:
        return NO_PROTOCOL
    frozen = protocol.frozen_at.date()
    if frozen > result.last_day:
        return PlanStatus(
            status=Standing.EXPLORATORY,
            reason=(
                f"The protocol was frozen on {frozen}, after the last day of the data "
                f"({result.last_day})."
            ),
        )
    departed = _find_departures(protocol.plan, result)
    undeclared = [change for change in departed if change.declared is None]
    if undeclared:
        told = "; ".join(_tell(change) for change in undeclared)
        reason = f"Not as frozen, with no reason: {told}."
        return PlanStatus(status=Standing.EXPLORATORY, reason=reason)
    if departed:
        told = " ".join(_tell_declared(change) for change in departed)
        return PlanStatus(status=Standing.CHANGED, reason=told)
    told = f"As frozen on {frozen}."
    if result.first_day is not None and frozen >= result.first_day:
        told += f" The days had begun on {result.first_day}: part of it could have been known."
    return PlanStatus(status=Standing.PLANNED, reason=told)


def find_plan_changes(
    then: Plan, now: Plan, declared: Sequence[DeclaredChange] = ()
) -> tuple[PlanChange, ...]:
    """Return which parts of a plan are not what was frozen, each with its reason if it has one.

    Parameters
    ----------
    then, now : Plan
    declared : sequence of DeclaredChange

    Returns
    -------
    tuple of PlanChange
        In the order of `PARTS`; empty when nothing changed.
    """
    reasons = {change.what: change for change in declared}
    return tuple(
        PlanChange(part, before, after, reasons.get(part))
        for part in PARTS
        # a protocol of the first schema says nothing of what came later
        if getattr(then, part) != getattr(now, part)
        and not (part in LATER_PARTS and getattr(then, part) is None)
        for before, after in [_word_change(then, now, part)]
    )


def guard_protocol(protocol: Protocol, after: Window, last_day: date) -> Guard | None:
    """Return an amber guard when a protocol came too late to bind anybody wholly.

    Parameters
    ----------
    protocol : Protocol
    after : Window
    last_day : date
        Of the data.

    Returns
    -------
    Guard or None
        None when it was frozen before the after window began.
    """
    frozen = protocol.frozen_at.date()
    if frozen > last_day:
        return Guard(
            id="protocol-after-data",
            severity=Severity.AMBER,
            title="The protocol was frozen after the last day of the data",
            message=(
                f"It was frozen on {frozen}; the data end on {last_day}. A plan that could have "
                "been made when the result was known binds nobody: every result is exploratory."
            ),
        )
    if frozen < after.first:
        return None
    return Guard(
        id="protocol-during-data",
        severity=Severity.AMBER,
        title="The protocol was frozen when the after window had begun",
        message=(
            f"It was frozen on {frozen}; the after window began on {after.first}. Part of the "
            "result could have been known."
        ),
    )


def check_date_of_freezing(protocol: Protocol, now: datetime) -> None:
    """Raise when a protocol says that it was frozen in the future; silent otherwise.

    Parameters
    ----------
    protocol : Protocol
    now : datetime
        Aware.

    Raises
    ------
    InputError
        It does.
    """
    if protocol.frozen_at > now:
        raise InputError(
            f"The protocol was frozen at {protocol.frozen_at.isoformat()}, which is yet to come. "
            "Set the clock of this computer, or find the right file."
        )


def _find_departures(then: Plan, result: HeadlineResult) -> list[PlanChange]:
    """Return the changes that the result rests on, and no others."""
    changes = find_plan_changes(then, result.plan, result.changes)
    departed = [
        change
        for change in changes
        if change.part in _RESTS_ON[result.kind] or (change.part == "harm" and result.is_harm)
    ]
    if result.kind == "patrol_days":
        return departed + _find_day_departures(then, result)
    declared = {change.what: change for change in result.changes}
    ranks = _rank(then, result.outcome), _rank(result.plan, result.outcome)
    if "none" in ranks or ranks[0] != ranks[1]:
        departed.append(PlanChange("outcomes", *ranks, declared.get("outcomes")))
    if result.test is not None:
        planned, real = (getattr(plan, result.kind) for plan in (then, result.plan))
        # The data may force another test than the plan's, such as where an area had no crime.
        before, now = _find_test(planned, result.test), _find_test(real, result.test)
        if before is None or before != now:
            told = _word(planned), _word(now or result.test)
            departed.append(PlanChange(result.kind, *told, declared.get(result.kind)))
    return departed


def _find_day_departures(then: Plan, result: HeadlineResult) -> list[PlanChange]:
    """Return how a comparison of days is not the one that was planned; none when it is."""
    assert result.days is not None
    planned = next((one for one in then.patrol_days or () if one.key == result.days.key), None)
    if planned == result.days:
        return []
    declared = {change.what: change for change in result.changes}
    told = _word(planned), _word(result.days)
    return [PlanChange("patrol_days", *told, declared.get("patrol_days"))]


def _rank(plan: Plan, outcome: str) -> str:
    """Return whether an outcome is the primary one, another, or none."""
    if outcome not in plan.outcomes:
        return "none"
    return "primary" if plan.outcomes[0] == outcome else "other"


def _find_test(tests: tuple[PlannedTest, ...] | None, test_id: str) -> PlannedTest | None:
    return next((test for test in tests or () if test.id == test_id), None)


def _word_change(then: Plan, now: Plan, part: str) -> tuple[str, str]:
    before, after = getattr(then, part), getattr(now, part)
    if isinstance(before, PlannedAreas):
        told = "; ".join(changed_areas(before.hashes, after.hashes)) or after.rule
        return f"{len(before.areas)} areas: {before.rule or 'none'}", told or "no areas"
    return _word(before), _word(after)


def _word(value: object) -> str:
    if isinstance(value, PlannedTest):
        return f"{value.id} at {value.level:g}"
    if isinstance(value, tuple):
        between = "; " if any(isinstance(item, PlannedDays) for item in value) else ", "
        return between.join(_word(item) for item in value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value in (None, "") else str(value)


def _tell(change: PlanChange) -> str:
    return f"{change.part} ({change.then}; now {change.now})"


def _tell_declared(change: PlanChange) -> str:
    assert change.declared is not None
    reason = change.declared.reason.strip().rstrip(".")
    return f"{change.part}, declared on {change.declared.day}: {reason}."
