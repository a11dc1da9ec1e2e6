"""Which requests of staff a rota honours, and why it refuses the others."""

from datetime import date
from functools import partial

import polars as pl

from patrolwise.errors import InputError
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_grid import Duty, RotaGrid
from patrolwise.planning.rota_model import Wish, build_model, list_wishes
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.rota_room import BAR_WORDS, RotaRoom, tell_groups
from patrolwise.planning.rota_search import STEP_WORK, Search, solve_part
from patrolwise.planning.rota_units import find_partners
from patrolwise.planning.searching import SearchRule
from patrolwise.tables import Column, Table, check_columns, make_table

REQUEST_ANSWERS = Table(
    "REQUEST_ANSWERS",
    "one request, and what became of it",
    (
        Column("request_id", pl.String, "the request"),
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("day", pl.Date, "the day it is about"),
        Column("wants", pl.String, "off, or the name of a shift template"),
        Column("is_honoured", pl.Boolean, "the rota gives what was wanted"),
        Column("reason", pl.String, "why not, in words; null when it is honoured", True),
    ),
)

REACH_DAYS = 3  # before and after a request's day, that may change for the member and a partner

# what granting a request costs, by the names of RotaWeights
_COSTS = {
    "lack": "less than is needed of a shift, or owed to a member",
    "missing_unit": "a shift with a unit less",
    "request": "other requests of more weight",
    "evenings": "evenings less fairly spread",
    "weekends": "weekends less fairly spread",
    "worst_spots": "the hardest hot spots less fairly spread",
    "apart": "partners who work apart",
    "relief": "more relief staff",
    "change": "more changes of the published rota",
}


def answer_requests(problem: RotaProblem, rota: pl.DataFrame, rule: SearchRule) -> pl.DataFrame:
    """Return for each request whether the rota honours it, and if not, the reason.

    A reason is found by rule where one rule settles it: leave, a pattern, a lock, nobody else for
    the place. Else the request is granted on trial, the days around solved again, and what that
    costs is the reason.

    Parameters
    ----------
    problem : RotaProblem
    rota : (n, 8) ROTA
        That keeps all hard rules of the problem.
    rule : SearchRule
        Its effort bounds all trials together.

    Returns
    -------
    (r, 6) REQUEST_ANSWERS, in the order of the requests

    Raises
    ------
    InputError
        It is not a ROTA table, or the rota breaks a hard rule and a trial is needed.
    MissingExtraError
        OR-Tools is not installed, and a trial is needed.
    """
    check_columns(rota, ROTA, name="rota")
    answering = _Answering(RotaGrid(problem), rota, rule)
    requests = problem.requests
    answers = [answering.answer(wish) for wish in answering.wishes]
    told = requests.with_columns(
        is_honoured=pl.Series([reason is None for reason in answers], dtype=pl.Boolean),
        reason=pl.Series(answers, dtype=pl.String),
    )
    return make_table(REQUEST_ANSWERS, told)


class _Answering:
    """Answers the requests of one rota."""

    def __init__(self, grid: RotaGrid, rota: pl.DataFrame, rule: SearchRule) -> None:
        self.grid = grid
        self.rota = rota
        self.rule = rule
        self.wishes = list_wishes(grid)
        rows = rota.select("staff_id", "day", "shift").iter_rows()
        self.shift_of = {(staff_id, day): shift for staff_id, day, shift in rows}
        self.values = [
            int(self._works(who, grid.duties[number].day) == grid.duties[number].shift)
            for who, number in grid.places
        ]
        self.trial: _Trial | None = None  # made when the first is needed

    def _works(self, who: int, day: date) -> str | None:
        return self.shift_of.get((self.grid.staff[who].staff_id, day))

    def answer(self, wish: Wish) -> str | None:
        """Return the reason why a request is refused; None when it is honoured."""
        if wish.is_kept(self.values):
            return None
        by_rule = self._place_to_fill(wish) if wish.wants_off else self._bar(wish)
        if by_rule is not None:
            return by_rule
        if self.trial is None:
            self.trial = _Trial(self.grid, self.values, self.rule)
        return self.trial.weigh(wish)

    def _locked(self, wish: Wish) -> str | None:
        row = self.grid.locked.get((self.grid.staff[wish.who].staff_id, wish.day))
        return None if row is None else f"locked by hand on {row[0]} that day"

    def _place_to_fill(self, wish: Wish) -> str | None:
        """Return why a member on a shift is needed there, or None when another could take over."""
        if locked := self._locked(wish):
            return locked
        place = next(place for place in wish.places if self.values[place])
        number = self.grid.places[place][1]
        duty, staff_id = self.grid.duties[number], self.grid.staff[wish.who].staff_id
        is_mine = (pl.col("staff_id") == staff_id) & (pl.col("day") == wish.day)
        room = RotaRoom(self.grid, self.rota.filter(~is_mine))
        on_it = {who for who, n in self.grid.places if n == number and self._is_on(who, duty)}
        others = [
            who
            for who in (self.grid.places[other][0] for other in self.grid.of_duty[number])
            if who not in on_it
        ]
        reasons = [(self.grid.staff[who].staff_id, room.hindrance(who, number)) for who in others]
        barred = [(code, reason) for code, reason in reasons if reason is not None]
        if len(barred) < len(reasons):
            return None
        told = f"{duty.shift} has {len(on_it)} of {duty.template.service} that day, and nobody "
        told += "else could take the place"
        return f"{told}: {tell_groups(barred)}" if barred else told

    def _is_on(self, who: int, duty: Duty) -> bool:
        return self._works(who, duty.day) == duty.shift

    def _bar(self, wish: Wish) -> str | None:
        """Return why a member can never be on the shift that is wanted."""
        if locked := self._locked(wish):
            return locked
        if not wish.places:
            return "the shift is not worked that day, or not by the member's service"
        number = self.grid.places[wish.places[0]][1]
        bar = self.grid.bar_of(wish.who, number)
        if bar is not None:
            return f"the member is {BAR_WORDS[bar]} that day"
        duty = self.grid.duties[number]
        return None if duty.unit_ids else "no unit can be provided at that time"


class _Trial:
    """Grants one request at a time, the days around it solved again, and says what that costs."""

    def __init__(self, grid: RotaGrid, places: list[int], rule: SearchRule) -> None:
        self.grid = grid
        self.built = build_model(grid, find_partners(grid))
        self.rule = rule
        self.spent = 0.0
        self.values = [*places, *(0 for _ in grid.duties)]
        now = self._search()
        if solve_part(now, lambda _, __: False, STEP_WORK) == "INFEASIBLE":
            raise InputError(
                "The rota breaks a rule, so that no request can be weighed in it. "
                "find_rota_breaches says which."
            )
        self.costs = now.costs

    def _search(self) -> Search:
        return Search(self.built, self.rule, self.values, is_begun=True)

    def weigh(self, wish: Wish) -> str:
        """Return what granting a request costs, as its reason."""
        if self.spent >= self.rule.effort:
            return "outweighed by the rest of the rota; with more effort it is said by what"
        forced = {place: int(not wish.wants_off) for place in wish.places}
        status, granted = self._solve(wish, forced)
        if status == "INFEASIBLE":
            return (
                "granting it breaks a rule, unless the rota changes more than a day from it for "
                f"others, or {REACH_DAYS} days for the member"
            )
        if not granted:
            return "no way to grant it was found with this effort"
        if sum(granted.values()) == sum(self.costs.values()):
            return _tell_tie(granted, self.costs)
        more = _more(granted, self.costs)
        if not more:  # a better rota: is it so even beside the best without the request?
            more = _more(granted, self._solve(wish, {})[1] or self.costs)
        if not more:
            return "not seen: it could be granted at no cost; make the rota with more effort"
        how = (
            "granting it means"
            if status == "OPTIMAL"
            else "the best way found of granting it means"
        )
        return f"{how} {', '.join(_COSTS[kind] for kind in more)}"

    def _solve(self, wish: Wish, forced: dict[int, int]) -> tuple[str, dict[str, int]]:
        """Solve the days around a request; return how that ended, and the costs by kind."""
        search = self._search()
        status = solve_part(search, partial(self._is_near, wish), STEP_WORK, forced)
        self.spent += search.spent
        return status, search.costs

    def _is_near(self, wish: Wish, who: int, number: int) -> bool:
        """Return whether a place may change: of others on the days next to it, or of its team."""
        days = abs((self.grid.duties[number].day - wish.day).days)
        team = next(team for team in self.built.teams if wish.who in team)
        return days <= (REACH_DAYS if who in team else 1)


def _tell_tie(granted: dict[str, int], costs: dict[str, int]) -> str:
    """Return why a rota that is as good does not count for more: what it has less of elsewhere."""
    instead = [_COSTS[kind] for kind, cost in granted.items() if cost > costs[kind]]
    if not instead:  # so it is among the requests themselves
        return "a rota as good could grant it, and refuse another request of equal weight instead"
    return f"a rota as good could grant it, which means {', '.join(instead)}"


def _more(costs: dict[str, int], others: dict[str, int]) -> list[str]:
    """Return the kinds of costs that are higher, where the sum is; else none."""
    if sum(costs.values()) <= sum(others.values()):
        return []
    return [kind for kind, cost in costs.items() if cost > others[kind]]
