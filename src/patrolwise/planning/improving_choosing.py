"""The best plan that can be made of patrols as they are: one for each unit, chosen by CP-SAT."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.improving_arrays import find_owed_price, find_pieces
from patrolwise.planning.improving_pools import (
    Patrol,
    PatrolPool,
    group_kinds,
    read_patrols,
    write_plan,
)
from patrolwise.planning.shift_problem import NOWHERE, Demand, PlanUnit, ShiftPlan, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How to choose: what is known, and how hard to look."""

    near: ShiftPlan  # keeps every rule, but may lack visits that are owed
    most: int  # patrols of each kind of unit, beside those of `near`
    seed: int
    work: float  # in the solver's own count, which leaves out most of what it does beforehand


@dataclass(frozen=True, kw_only=True)
class _Stay:
    """A visit of a patrol that may be chosen."""

    start: int
    minutes: int
    service: str
    is_made: Any

    @property
    def end(self) -> int:
        return self.start + self.minutes


def choose_patrols(problem: ShiftProblem, pool: PatrolPool, choice: Choice) -> ShiftPlan:
    """Return the best plan in which each unit makes a patrol of the pool, or of the plan near by.

    Parameters
    ----------
    problem : ShiftProblem
    pool : PatrolPool
    choice : Choice

    Returns
    -------
    ShiftPlan
        Keeps every rule, but may lack visits that are owed. The best if the work was enough.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.

    References
    ----------
    Subramanian, Uchoa and Ochi (2013), Computers & Operations Research 40(10), 2519-2531: routes
    of a local search are chosen by set partitioning. Here a route may be worth less beside
    others, and visits have their times.
    """
    cp_model = need_ortools()
    model = cp_model.CpModel()
    made = {
        kind: _add_kind(model, problem, units, pool.list_best(kind, choice.most), choice.near)
        for kind, units in group_kinds(problem).items()
    }
    stays = _list_stays(made)
    _keep_apart(model, problem, stays)
    worth = [
        -problem.travel_cost * _count_travel(problem, kind, patrol) * is_made
        for kind, patrols in made.items()
        for patrol, is_made in patrols.items()
    ]
    for demand in problem.demands:
        there = stays.get(demand.area, ())
        own = [stay for stay in there if stay.service == demand.service]
        worth += _add_prizes(model, problem, demand, own)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    _set_limits(solver.parameters, choice)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return choice.near
    chosen: list[Patrol] = [()] * len(problem.units)
    for kind, units in group_kinds(problem).items():
        patrols = [
            patrol
            for patrol, is_made in made[kind].items()
            for _ in range(round(solver.value(is_made)))
        ]
        for unit, patrol in zip(units, patrols, strict=True):
            chosen[unit] = patrol
    return write_plan(problem, chosen)


def _set_limits(parameters: Any, choice: Choice) -> None:
    """Make the same choice give the same plan on any machine: no clock, and one worker."""
    parameters.random_seed = choice.seed % (1 << 31)  # it takes no larger one
    parameters.max_deterministic_time = choice.work
    parameters.num_workers = 1
    # the linear relaxation is nearly the answer; what else is done beforehand takes longer
    parameters.linearization_level = 2
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.max_presolve_iterations = 1
    parameters.find_big_linear_overlap = False


def _add_kind(
    model: Any,
    problem: ShiftProblem,
    units: Sequence[int],
    known: Sequence[Patrol],
    near: ShiftPlan,
) -> dict[Patrol, Any]:
    """Add how often each patrol is made by units of a kind: as many as there are units."""
    patrols = read_patrols(problem, near)
    own = [patrols[unit] for unit in units]
    made = {}
    for patrol in dict.fromkeys([*own, *known]):
        # two units never make the same visit at once
        most = 1 if _list_areas(patrol) else len(units)
        made[patrol] = model.new_int_var(0, most, "")
        model.add_hint(made[patrol], own.count(patrol))
    model.add(sum(made.values()) == len(units))
    return made


def _list_areas(patrol: Patrol) -> list[int]:
    return [area for _, area, _ in patrol if area != NOWHERE]


def _count_travel(problem: ShiftProblem, kind: PlanUnit, patrol: Patrol) -> int:
    areas = _list_areas(patrol)
    places = [kind.base, *areas, kind.base] if areas else []
    travel = problem.travel[kind.service]
    return sum(int(travel[way]) for way in pairwise(places) if NOWHERE not in way)


def _list_stays(made: Mapping[PlanUnit, Mapping[Patrol, Any]]) -> dict[int, list[_Stay]]:
    """Return the visits that may be made to each hot spot."""
    stays: dict[int, list[_Stay]] = defaultdict(list)
    for kind, patrols in made.items():
        for patrol, is_made in patrols.items():
            for start, area, minutes in patrol:
                if area != NOWHERE:
                    stay = _Stay(
                        start=start, minutes=minutes, service=kind.service, is_made=is_made
                    )
                    stays[area].append(stay)
    return stays


def _add_prizes(
    model: Any, problem: ShiftProblem, demand: Demand, stays: Sequence[_Stay]
) -> Iterator[Any]:
    """Yield what visits of a demand earn: the n-th by time the n-th prize, by its percent."""
    made = [stay.is_made for stay in stays]
    if demand.least_visits:
        lacking = model.new_int_var(0, demand.least_visits, "")
        model.add(sum(made) + lacking >= demand.least_visits)
        yield -round(find_owed_price(problem)) * lacking
    pieces = find_pieces(demand, max(unit.end for unit in problem.units))
    by_piece: dict[int, list[Any]] = defaultdict(list)
    for stay in stays:
        by_piece[_find_piece(pieces, stay.start)].append(stay.is_made)
    nth = [{piece: model.new_bool_var("") for piece in by_piece} for _ in demand.prizes]
    for piece, ones in by_piece.items():
        model.add(sum(of[piece] for of in nth) == sum(ones))
    for of in nth if len(by_piece) > 1 else ():
        model.add_at_most_one(of.values())
    for before, after in pairwise(nth if stays else ()):
        model.add(sum(after.values()) <= sum(before.values()))
        for earlier, later in product(by_piece, repeat=2):
            if earlier < later:
                model.add_at_most_one([before[later], after[earlier]])
    for prize, of in zip(demand.prizes, nth, strict=True):
        for piece, is_it in of.items():
            yield prize * pieces[piece][2] // 100 * is_it


def _find_piece(pieces: Sequence[tuple[int, int, int]], start: int) -> int:
    return next(n for n, (first, last, _) in enumerate(pieces) if first <= start <= last)


def _keep_apart(model: Any, problem: ShiftProblem, stays: Mapping[int, Sequence[_Stay]]) -> None:
    """Keep visits of one service to one hot spot apart, and those of two services."""
    apart = {(one.area, one.service): one.apart_min for one in problem.demands}
    for area, there in stays.items():
        own: dict[str, list[_Stay]] = defaultdict(list)
        for stay in there:
            own[stay.service].append(stay)
        for service, ones in own.items():
            margins = [
                one.margin_min for one in problem.separations if {*one.services} == {service}
            ]
            _add_cliques(model, ones, max([apart[area, service], *margins]))
        for separation in problem.separations:
            one, other = separation.services
            margin = separation.margin_min
            if one == other or not (own[one] and own[other]):
                continue
            if margin <= min(apart[area, one], apart[area, other]):
                # visits of one service lie further apart anyway: all can be treated alike
                _add_cliques(model, [*own[one], *own[other]], margin)
            else:
                _keep_separate(model, own[one], own[other], margin, apart[area, other])


def _add_cliques(model: Any, stays: Sequence[_Stay], gap: int) -> None:
    """Let no visit begin before the one before it, and a gap after that, have ended."""
    here: list[_Stay] = []
    for stay in sorted(stays, key=lambda one: one.start):
        left = [one for one in here if one.end + gap > stay.start]
        if len(left) < len(here):
            model.add_at_most_one(one.is_made for one in here)
        here = [*left, stay]
    model.add_at_most_one(one.is_made for one in here)


def _keep_separate(
    model: Any, ones: Sequence[_Stay], others: Sequence[_Stay], margin: int, apart: int
) -> None:
    """Let no visit of others, which lie apart, be within a margin of one of a service."""
    by_start: dict[int, list[_Stay]] = defaultdict(list)
    for stay in ones:
        by_start[stay.start].append(stay)
    for alike in by_start.values():
        start, end = alike[0].start - margin, alike[0].end + margin
        near = [other for other in others if start < other.end and other.start < end]
        near.sort(key=lambda other: other.start)
        while near:
            # those that cannot be made beside the first, nor beside each other
            together = [other for other in near if other.start < near[0].end + apart]
            model.add_at_most_one(stay.is_made for stay in [*alike, *together])
            near = near[len(together) :]
