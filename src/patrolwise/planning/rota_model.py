"""How a rota problem becomes a model of CP-SAT: hard limits, and what each shortcoming costs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.rota_fair_shares import KINDS, FairShares, fair_shares
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_limits import Family, Limit, list_limits, units_variable
from patrolwise.planning.rota_rule import MOST_WEIGHT
from patrolwise.planning.rota_tables import OFF

SCALE = 1000  # costs are whole thousandths of a point: fair shares are no whole numbers
FREE = 10**15  # beyond what any limit sums to
LACK = 10 * MOST_WEIGHT  # what is needed or owed and missing: a rota with any is none


@dataclass(frozen=True)
class Wish:
    """One request, by numbers."""

    who: int
    day: date
    places: tuple[int, ...]  # of the shift wanted, or of every shift of the day
    wants_off: bool

    def is_kept(self, values: Sequence[int]) -> bool:
        """Return whether a solution keeps it."""
        return any(values[place] for place in self.places) != self.wants_off


@dataclass(eq=False)
class RotaModel:
    """A model of CP-SAT and its variables: places, then units of duties, as in the limits."""

    grid: RotaGrid
    teams: tuple[tuple[int, ...], ...]  # partners, and members without one, by number
    model: Any
    variables: list[Any]
    lacks: list[Any] = field(default_factory=list)  # of what is needed or owed; all must be 0
    # each request: member, day, and the places of which one keeps it, or must all be empty for OFF
    wishes: list[Wish] = field(default_factory=list)
    # name of the weight → the costs of that kind, in thousandths
    costs: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


def build_model(grid: RotaGrid, partners: Sequence[tuple[int, int]]) -> RotaModel:
    """Return the model whose best solution is the rota of least cost.

    Parameters
    ----------
    grid : RotaGrid
    partners : sequence of pairs of int
        Members who are to work together, by number.

    Returns
    -------
    RotaModel
    """
    model = need_ortools().CpModel()
    works = [model.new_bool_var("") for _ in grid.places]
    units = [model.new_int_var(0, duty.template.units, "") for duty in grid.duties]
    alone = {*range(len(grid.staff))} - {who for pair in partners for who in pair}
    teams = (*partners, *((who,) for who in sorted(alone)))
    built = RotaModel(grid, teams, model, [*works, *units], wishes=list_wishes(grid))
    for limit in list_limits(grid):
        if limit.rule.family in (Family.NEED, Family.LEAST):
            _add_owed(built, limit)
        else:
            add_limit(model, built.variables, limit)
    _cost_coverage(built)
    _cost_requests(built)
    _cost_partners(built, partners)
    _cost_changes(built)
    _cost_spreads(built)
    model.minimize(sum(cost for costs in built.costs.values() for cost in costs))
    return built


def _add_owed(built: RotaModel, limit: Limit) -> None:
    """Add a limit from below that a search may begin without, at a cost that nothing outweighs."""
    lack = built.model.new_int_var(0, limit.low, "")
    total = sum(coefficient * built.variables[number] for number, coefficient in limit.terms)
    built.model.add(total + lack >= limit.low)
    built.lacks.append(lack)
    built.costs["lack"].append(SCALE * LACK * lack)


def add_limit(model: Any, variables: Sequence[Any], limit: Limit) -> Any:
    """Add a limit to a model.

    Parameters
    ----------
    model : CpModel
    variables : sequence of variables
        By number.
    limit : Limit

    Returns
    -------
    constraint of the model
    """
    total = need_ortools().LinearExpr.weighted_sum(
        [variables[number] for number, _ in limit.terms],
        [coefficient for _, coefficient in limit.terms],
    )
    low = -FREE if limit.low is None else limit.low
    high = FREE if limit.high is None else limit.high
    return model.add_linear_constraint(total, low, high)


def _cost_coverage(built: RotaModel) -> None:
    grid, weights = built.grid, built.grid.problem.rule.weights
    for number, duty in enumerate(grid.duties):
        out = built.variables[units_variable(grid, number)]
        built.costs["missing_unit"].append(
            SCALE * weights.missing_unit * (duty.template.units - out)
        )
    for place, (who, _) in enumerate(grid.places):
        if grid.staff[who].is_relief:
            built.costs["relief"].append(SCALE * weights.relief * built.variables[place])


def _cost_requests(built: RotaModel) -> None:
    weight = built.grid.problem.rule.weights.request
    own = built.grid.problem.requests["weight"]
    for wish, times in zip(built.wishes, own, strict=True):
        works = sum(built.variables[place] for place in wish.places)
        refused = works if wish.wants_off else 1 - works
        built.costs["request"].append(SCALE * weight * times * refused)


def list_wishes(grid: RotaGrid) -> list[Wish]:
    """Return the requests by the places that they are about.

    Parameters
    ----------
    grid : RotaGrid

    Returns
    -------
    list of Wish, in the order of the requests
    """
    number_of = {member.staff_id: who for who, member in enumerate(grid.staff)}
    wishes = []
    for staff_id, day, wants in grid.problem.requests.select(
        "staff_id", "day", "wants"
    ).iter_rows():
        who = number_of[staff_id]
        places = tuple(
            place
            for place in grid.of_member[who].get(day, ())
            if wants in (OFF, grid.duties[grid.places[place][1]].shift)
        )
        wishes.append(Wish(who, day, places, wants == OFF))
    return wishes


def _cost_partners(built: RotaModel, partners: Sequence[tuple[int, int]]) -> None:
    grid, weight = built.grid, built.grid.problem.rule.weights.apart
    if not weight:
        return
    place_of = {pair: place for place, pair in enumerate(grid.places)}
    for one, other in partners:
        for number in range(len(grid.duties)):
            if (one, number) not in place_of:
                continue
            if grid.bar_of(one, number) or grid.bar_of(other, number):
                continue  # cannot be together there: nothing to choose
            mine = built.variables[place_of[one, number]]
            theirs = built.variables[place_of[other, number]]
            is_apart = built.model.new_bool_var("")
            built.model.add(is_apart >= mine - theirs)
            built.model.add(is_apart >= theirs - mine)
            built.costs["apart"].append(SCALE * weight * is_apart)


def _cost_changes(built: RotaModel) -> None:
    grid, weight = built.grid, built.grid.problem.rule.weights.change
    if grid.problem.previous is None or not weight:
        return
    before: dict[tuple[str, date], str] = {
        (staff_id, day): shift
        for staff_id, day, shift in grid.problem.previous.select(
            "staff_id", "day", "shift"
        ).iter_rows()
    }
    for who, member in enumerate(grid.staff):
        changes = []
        for day, places in grid.of_member[who].items():
            shift = before.get((member.staff_id, day))
            same = [p for p in places if grid.duties[grid.places[p][1]].shift == shift]
            if shift is None:
                changes.append(sum(built.variables[place] for place in places))
            else:
                changes.append(1 - sum(built.variables[place] for place in same))
        is_moved = built.model.new_bool_var("")
        for change in changes:
            built.model.add(is_moved >= change)
        built.costs["change"].append(SCALE * weight * (is_moved + sum(changes)))


def _cost_spreads(built: RotaModel) -> None:
    """Cost, for each service and kind of burden, the most above a fair share less the least."""
    grid = built.grid
    for kind in KINDS:
        weight = getattr(grid.problem.rule.weights, kind)
        for service in grid.problem.services if weight else ():
            shares = fair_shares(grid, service, kind)
            if len(shares.members) > 1:
                spread = _spread(built, shares)
                built.costs[kind].append(weight * spread)


def _spread(built: RotaModel, shares: FairShares) -> Any:
    model, grid = built.model, built.grid
    totals = []
    for who, done in zip(shares.members, shares.done, strict=True):
        mine = [
            shares.burdens[grid.places[place][1]] * built.variables[place]
            for places in grid.of_member[who].values()
            for place in places
            if shares.burdens[grid.places[place][1]]
        ]
        totals.append(done + sum(mine))
    most = sum(shares.done) + sum(shares.burdens) * len(totals)
    total = model.new_int_var(0, most, "")
    model.add(total == sum(totals))
    top, low = (model.new_int_var(-SCALE * most, SCALE * most, "") for _ in range(2))
    for own, permille in zip(totals, shares.permille, strict=True):
        model.add(top >= SCALE * own - permille * total)
        model.add(low <= SCALE * own - permille * total)
    spread = model.new_int_var(0, 2 * SCALE * most, "")
    # shifts are whole: what one of them makes uneven is not held against a rota
    model.add(shares.unit * spread >= top - low - SCALE * max(shares.burdens))
    return spread
