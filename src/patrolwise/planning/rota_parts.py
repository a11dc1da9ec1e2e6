"""Which part of a rota a step of the search may change: some members, some days, or near a trouble.

A trouble is a unit that is missing, or a request that is refused; half of the steps look at one.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

import numpy as np

from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_model import RotaModel

# members: some teams on all days. days: everyone of a service on a few days. both: some teams
# for a week. around: a few teams for a week, and everyone on a day and its neighbours
KINDS = ("members", "days", "both", "around")
WEEK = 7  # days
_NOBODY = -1

IsFree = Callable[[int, int], bool]  # of a member on a duty, by their numbers
Block = tuple[frozenset[int], tuple[date, date]]  # members, and from which day until before which


def choose_part(
    built: RotaModel, values: Sequence[int], how: tuple[str, int], rng: np.random.Generator
) -> IsFree:
    """Return which places a step may change.

    Parameters
    ----------
    built : RotaModel
    values : sequence of int
        The rota as it is: places, then units of duties.
    how : (str, int)
        One of `KINDS`, and how many teams or days.
    rng : Generator

    Returns
    -------
    function of (member, duty) to bool
    """
    kind, size = how
    service, who_first, day = _choose_trouble(built, values, rng)
    grid = built.grid
    teams = [team for team in built.teams if grid.staff[team[0]].service == service]
    order = [teams[at] for at in rng.permutation(len(teams))]
    order.sort(key=lambda team: who_first not in team)
    everyone = frozenset(who for team in teams for who in team)
    some = frozenset(who for team in order[: 3 * size if kind == "both" else size] for who in team)
    week = _stretch(day - timedelta(int(rng.integers(WEEK))), WEEK)
    blocks: dict[str, tuple[Block, ...]] = {
        "members": ((some, _stretch(grid.problem.days[0], len(grid.problem.days))),),
        "days": ((everyone, _stretch(day - timedelta(int(rng.integers(size))), size)),),
        "both": ((some, week),),
        "around": ((some, week), (everyone, _stretch(day - timedelta(1), 3))),
    }
    return partial(_is_within, grid, blocks[kind])


def _stretch(first: date, days: int) -> tuple[date, date]:
    return first, first + timedelta(days)


def _is_within(grid: RotaGrid, blocks: Sequence[Block], who: int, number: int) -> bool:
    day = grid.duties[number].day
    return any(who in members and first <= day < until for members, (first, until) in blocks)


def _choose_trouble(
    built: RotaModel, values: Sequence[int], rng: np.random.Generator
) -> tuple[str, int, date]:
    """Return a service, one of its members (or nobody) and a day to look at."""
    grid = built.grid
    troubles = [
        (grid.staff[wish.who].service, wish.who, wish.day)
        for wish in built.wishes
        if not wish.is_kept(values)
    ]
    troubles += [
        (duty.template.service, _NOBODY, duty.day)
        for number, duty in enumerate(grid.duties)
        if values[len(grid.places) + number] < duty.template.units
    ]
    if troubles and rng.random() < 0.5:
        return troubles[rng.integers(len(troubles))]
    services, days = grid.problem.services, grid.problem.days
    return services[rng.integers(len(services))], _NOBODY, days[rng.integers(len(days))]
