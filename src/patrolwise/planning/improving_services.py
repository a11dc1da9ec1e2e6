"""A shift taken apart into what each service does by itself, and put together again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class ServicePart:
    """What one service has to do on a shift, as a shift of its own."""

    problem: ShiftProblem
    units: tuple[int, ...]  # which of the whole shift's units are its units

    def read_own(self, plan: ShiftPlan) -> ShiftPlan:
        """Return what the service does in a plan of the whole shift."""
        number = {unit: own for own, unit in enumerate(self.units)}
        return _renumber(plan, number)

    def write_own(self, plan: ShiftPlan) -> ShiftPlan:
        """Return a plan of the service with units numbered as in the whole shift."""
        return _renumber(plan, dict(enumerate(self.units)))


def _renumber(plan: ShiftPlan, number: dict[int, int]) -> ShiftPlan:
    return ShiftPlan(
        visits=tuple(replace(v, unit=number[v.unit]) for v in plan.visits if v.unit in number),
        breaks=tuple(replace(b, unit=number[b.unit]) for b in plan.breaks if b.unit in number),
    )


def split_services(problem: ShiftProblem) -> tuple[ServicePart, ...]:
    """Return each service's part of a shift, in order of the alphabet.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of ServicePart
        All rules but those between two services are kept in the parts.
    """
    parts = []
    for service in sorted({unit.service for unit in problem.units}):
        units = tuple(n for n, unit in enumerate(problem.units) if unit.service == service)
        part = ServicePart(problem=problem, units=units)
        shift = replace(
            problem,
            units=tuple(problem.units[unit] for unit in units),
            demands=tuple(one for one in problem.demands if one.service == service),
            separations=tuple(one for one in problem.separations if {*one.services} == {service}),
            locked=part.read_own(problem.locked),
        )
        parts.append(replace(part, problem=shift))
    return tuple(parts)


def join_parts(plans: Sequence[ShiftPlan]) -> ShiftPlan:
    """Return one plan of those of several services; rules between them are not looked at.

    Parameters
    ----------
    plans : sequence of ShiftPlan
        Units are numbered as in the whole shift.

    Returns
    -------
    ShiftPlan
    """
    return ShiftPlan(
        visits=tuple(visit for plan in plans for visit in plan.visits),
        breaks=tuple(pause for plan in plans for pause in plan.breaks),
    )
