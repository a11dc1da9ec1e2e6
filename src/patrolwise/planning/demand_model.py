"""What hot spots get from all units together, as constraints of CP-SAT, and what it earns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from patrolwise.planning.position_model import UnitVariables
from patrolwise.planning.shift_problem import Demand, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class _Chance:
    """A visit of a demand that a unit may make at one of its positions."""

    start: Any
    is_made: Any
    kinds: dict[int, Any]  # number of the kind → whether it is made and of this kind


def add_demands(model: Any, problem: ShiftProblem, units: Sequence[UnitVariables]) -> Any:
    """Add what all units together must keep, and return what their visits earn.

    Parameters
    ----------
    model : CpModel
        Gets variables and constraints.
    problem : ShiftProblem
    units : sequence of UnitVariables
        All of the problem.

    Returns
    -------
    linear expression
        The sum of the prizes, as `scoring.score_plan` counts them.
    """
    percents = {
        (kind.demand, number): kind.percent
        for unit in units
        for number, kind in enumerate(unit.stations.kinds)
    }
    chances = [list(_find_chances(model, units, one)) for one in range(len(problem.demands))]
    earned: list[Any] = []
    for number, demand in enumerate(problem.demands):
        kinds = {kind: one for (of, kind), one in percents.items() if of == number}
        earned += _add_prizes(model, demand, chances[number], kinds)
        _keep_apart(model, chances[number], demand.visit_min + demand.apart_min)
    for separation in problem.separations:
        for one, other in product(range(len(problem.demands)), repeat=2):
            pair = (problem.demands[one], problem.demands[other])
            is_same_place = pair[0].area == pair[1].area
            if is_same_place and (pair[0].service, pair[1].service) == separation.services:
                both = (chances[one], chances[other])
                _keep_separate(model, pair, both, separation.margin_min)
    return sum(earned)


def _find_chances(model: Any, units: Sequence[UnitVariables], demand: int) -> Iterator[_Chance]:
    for unit in units:
        own = unit.stations
        for k, here in enumerate(unit.visits):
            kinds: dict[int, list[Any]] = {}
            for station, is_here in here.items():
                number = own.kind_of(station)
                if own.kinds[number].demand == demand:
                    kinds.setdefault(number, []).append(is_here)
            made = [one for ones in kinds.values() for one in ones]
            if made:
                yield _Chance(
                    start=unit.starts[k],
                    is_made=made[0] if len(made) == 1 else _any(model, made),
                    kinds={number: sum(ones) for number, ones in kinds.items()},
                )


def _any(model: Any, choices: list[Any]) -> Any:
    is_any = model.new_bool_var("")
    model.add(sum(choices) == is_any)
    return is_any


def _add_prizes(
    model: Any, demand: Demand, chances: list[_Chance], percents: dict[int, int]
) -> list[Any]:
    """Return the terms that the visits earn: the n-th by time the n-th prize, by its kind."""
    model.add(sum(one.is_made for one in chances) >= demand.least_visits)
    kinds = sorted(percents)  # by time
    nth = [{kind: model.new_bool_var("") for kind in kinds} for _ in demand.prizes]
    for kind in kinds:
        made = sum(one.kinds.get(kind, 0) for one in chances)
        model.add(sum(of[kind] for of in nth) == made)
    for of in nth:
        model.add_at_most_one(of.values())
    for before, after in pairwise(nth):
        model.add(sum(after.values()) <= sum(before.values()))
        for earlier, later in product(kinds, repeat=2):
            if earlier < later:
                model.add_at_most_one([before[later], after[earlier]])
    return [
        (prize * percents[kind] // 100) * is_it
        for prize, of in zip(demand.prizes, nth, strict=True)
        for kind, is_it in of.items()
    ]


def _keep_apart(model: Any, chances: Sequence[_Chance], minutes: int) -> None:
    """Keep visits from beginning within so many minutes of each other."""
    model.add_no_overlap(
        model.new_optional_fixed_size_interval_var(one.start, minutes, one.is_made, "")
        for one in chances
    )


def _keep_separate(
    model: Any,
    demands: tuple[Demand, Demand],
    chances: tuple[list[_Chance], list[_Chance]],
    margin_min: int,
) -> None:
    """Keep visits of two services to one hot spot apart by a margin."""
    minutes = [demand.visit_min + margin_min for demand in demands]
    if margin_min <= min(demand.apart_min for demand in demands):
        # visits of one service lie further apart anyway, so that all can be treated alike
        model.add_no_overlap(
            model.new_optional_fixed_size_interval_var(one.start, long, one.is_made, "")
            for long, ones in zip(minutes, chances, strict=True)
            for one in ones
        )
        return
    for one, other in product(*chances):
        is_first = model.new_bool_var("")
        both = (one.is_made, other.is_made)
        model.add(one.start + minutes[0] <= other.start).only_enforce_if(is_first, *both)
        model.add(other.start + minutes[1] <= one.start).only_enforce_if(~is_first, *both)
