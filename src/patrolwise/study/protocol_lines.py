"""How a protocol, and what has changed since, are told: in lines and as a document."""

from collections.abc import Iterator, Sequence
from typing import Any

from patrolwise.evaluation.protocol import DeclaredChange, PlanChange, PlannedTest, Protocol


def describe_protocol(protocol: Protocol) -> str:
    """Return what was frozen, in lines.

    Parameters
    ----------
    protocol : Protocol

    Returns
    -------
    str
    """
    plan = protocol.plan
    lines = [
        f"Frozen by {protocol.frozen_by} at {protocol.frozen_at.isoformat()}",
        f"Outcomes: {', '.join(plan.outcomes)}; the first is the primary one",
        f"Before {plan.before}, after {plan.after}",
        f"Hot spots: {len(plan.hot_spots.areas)}, {plan.hot_spots.rule}",
        f"Compared with: {plan.comparison.rule or 'nothing'}",
        f"Tests: {_tell_tests(plan.tests)}",
        *(f"Patrol days: {one}" for one in plan.patrol_days or ()),
    ]
    if plan.displacement:
        lines.append(f"Displacement: {_tell_tests(plan.displacement)}")
    if plan.comparators:
        lines.append(f"Beside the headline: {_tell_tests(plan.comparators)}")
    if protocol.data_until is not None and protocol.data_until >= plan.after.first[:7]:
        lines.append(
            f"! The crime files already reach {protocol.data_until[:7]}, and the after window "
            f"began on {plan.after.first}. A plan that is made when results can be known binds "
            "nobody."
        )
    lines.append(f"SHA-256, to publish: {protocol.sha256}")
    return "\n".join(lines)


def describe_changes(
    protocol: Protocol, changes: Sequence[PlanChange], declared: Sequence[DeclaredChange]
) -> str:
    """Return what has changed since a protocol was frozen, in lines.

    Parameters
    ----------
    protocol : Protocol
    changes : sequence of PlanChange
    declared : sequence of DeclaredChange
        Of the programme: one that changed nothing is told too.

    Returns
    -------
    str
    """
    return "\n".join(_lines(protocol, changes, declared))


def summarise_changes(protocol: Protocol, changes: Sequence[PlanChange]) -> dict[str, Any]:
    """Return what has changed as plain lists and dicts, ready for JSON.

    Parameters
    ----------
    protocol : Protocol
    changes : sequence of PlanChange

    Returns
    -------
    dict
    """
    return {
        "schema": "patrolwise.protocol-check/1",
        "sha256": protocol.sha256,
        "changes": [
            {
                "part": change.part,
                "then": change.then,
                "now": change.now,
                "declared_on": change.declared.day.isoformat() if change.declared else None,
                "reason": change.declared.reason if change.declared else "",
            }
            for change in changes
        ],
    }


def _tell_tests(tests: Sequence[PlannedTest]) -> str:
    return ", ".join(f"{test.id} at {test.level:g}" for test in tests)


def _lines(
    protocol: Protocol, changes: Sequence[PlanChange], declared: Sequence[DeclaredChange]
) -> Iterator[str]:
    yield (
        f"Protocol {protocol.sha256[:16]}, frozen by {protocol.frozen_by} at "
        f"{protocol.frozen_at.isoformat()}"
    )
    if not changes:
        yield "Nothing has changed since."
    for change in changes:
        yield f"{change.part}: {change.then} then, {change.now} now"
        if change.declared is None:
            yield "  not declared: add [[protocol.change]] with date, what and reason"
        else:
            yield f"  declared on {change.declared.day}: {change.declared.reason}"
    parts = {change.part for change in changes}
    for one in declared:
        if one.what not in parts:
            yield f"{one.what}: declared on {one.day} as changed, and is as it was frozen"
