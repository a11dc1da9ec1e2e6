"""Who works with whom: partners over the weeks, and the units of each shift."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import polars as pl

from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_grid import Bar, Duty, RotaGrid
from patrolwise.tables import make_table

Together = Counter[frozenset[str]]  # how often two members were in one unit, by their codes


def find_partners(grid: RotaGrid) -> tuple[tuple[int, int], ...]:
    """Return which members are to work together where possible.

    Declared partners come first; then those who worked together most in the rotas given; then,
    of each service, those whose patterns have most shifts in common. Relief staff have a partner
    only where it is declared: they fill gaps beside anyone.

    Parameters
    ----------
    grid : RotaGrid

    Returns
    -------
    tuple of pairs of int
        Numbers of members, each in one pair at most. None where the rule does not keep pairs,
        and none for services whose units are single members.
    """
    if not grid.problem.rule.keep_pairs:
        return ()
    number_of = {member.staff_id: who for who, member in enumerate(grid.staff)}
    declared = {
        (who, number_of[member.partner])
        for who, member in enumerate(grid.staff)
        if member.partner is not None and who < number_of[member.partner]
    }
    in_pairs = {each.service for each in grid.problem.templates if each.people > 1}
    free = [
        who
        for who, member in enumerate(grid.staff)
        if member.service in in_pairs and member.partner is None and not member.is_relief
    ]
    together, open_to = _together_before(grid), [_open_duties(grid, who) for who in free]
    ranked = sorted(
        (-together[frozenset({grid.staff[a].staff_id, grid.staff[b].staff_id})], -len(x & y), a, b)
        for (a, x), (b, y) in combinations(zip(free, open_to, strict=True), 2)
        if x & y
    )
    taken: set[int] = set()
    pairs = sorted(declared)
    for _, _, one, other in ranked:
        if not taken & {one, other}:
            taken |= {one, other}
            pairs.append((one, other))
    return tuple(sorted(pairs))


def form_units(
    grid: RotaGrid, partners: Sequence[tuple[int, int]], works: Iterable[tuple[int, int]]
) -> pl.DataFrame:
    """Return a rota: who works is parted into units on each duty.

    Locked members stay in their units. Then those who were in one unit of the published rota that
    day are kept together, then partners, then those who have worked together most; a crew keeps
    the unit that it had.

    Parameters
    ----------
    grid : RotaGrid
    partners : sequence of pairs of int
        Numbers of members.
    works : iterable of (member, duty)
        By numbers; on each duty as many members as fill whole units.

    Returns
    -------
    (n, 8) ROTA, by start, shift, unit and member
    """
    crews = _Crews(grid, partners)
    on_duty: dict[int, list[int]] = defaultdict(list)
    for who, number in sorted(works):
        on_duty[number].append(who)
    rows = [
        _row(grid, who, number, unit_id)
        for number in sorted(on_duty)
        for unit_id, members in crews.form(number, on_duty[number]).items()
        for who in members
    ]
    rota = pl.DataFrame(rows, schema=ROTA.schema, orient="row")
    return make_table(ROTA, rota.sort("start", "shift", "unit_id", "staff_id"))


def _row(grid: RotaGrid, who: int, number: int, unit_id: str) -> tuple[object, ...]:
    duty, staff_id = grid.duties[number], grid.staff[who].staff_id
    is_locked = grid.is_locked(who, number)
    span = grid.span_of(who, number)
    return (duty.day, duty.shift, duty.template.service, unit_id, staff_id, *span, is_locked)


def _together_before(grid: RotaGrid) -> Together:
    rotas = [grid.problem.around.select("day", "shift", "unit_id", "staff_id")]
    if grid.problem.previous is not None:
        rotas.append(grid.problem.previous.select(rotas[0].columns))
    crews = pl.concat(rotas).group_by("day", "shift", "unit_id").agg("staff_id")
    return Counter(
        frozenset(pair)
        for staff_ids in crews["staff_id"].to_list()
        for pair in combinations(sorted(set(staff_ids)), 2)
    )


def _open_duties(grid: RotaGrid, who: int) -> set[int]:
    numbers = [grid.places[place][1] for mine in grid.of_member[who].values() for place in mine]
    return {n for n in numbers if grid.bar_of(who, n) not in (Bar.MAY_NOT, Bar.PATTERN)}


class _Crews:
    """Forms the units of one duty after the other, and remembers who worked with whom where."""

    def __init__(self, grid: RotaGrid, partners: Sequence[tuple[int, int]]) -> None:
        self.grid = grid
        self.partners = {frozenset(pair) for pair in partners}
        self.together: Together = _together_before(grid)
        self.last_unit: dict[int, str] = {}
        number_of = {member.staff_id: who for who, member in enumerate(grid.staff)}
        self.published: Mapping[tuple[int, object, object], str] = {}
        if grid.problem.previous is not None:
            rows = grid.problem.previous.select("staff_id", "day", "shift", "unit_id").iter_rows()
            self.published = {
                (number_of[staff_id], day, shift): unit_id
                for staff_id, day, shift, unit_id in rows
                if staff_id in number_of
            }

    def form(self, number: int, members: Sequence[int]) -> dict[str, list[int]]:
        """Return the members of each unit of a duty."""
        duty = self.grid.duties[number]
        units: dict[str, list[int]] = defaultdict(list)
        for who in members:
            if self.grid.is_locked(who, number):
                unit_id = self.grid.locked[self.grid.staff[who].staff_id, duty.day][1]
                units[unit_id].append(who)
        rest = [who for who in members if not self.grid.is_locked(who, number)]
        for crew in units.values():
            self._fill(duty, crew, rest)
        crews = []
        while rest:
            crew = self._closest(duty, rest)
            self._fill(duty, crew, rest)
            crews.append(crew)
        free = [unit_id for unit_id in duty.unit_ids if unit_id not in units]
        units |= {unit_id: crew for crew, unit_id in self._name(duty, crews, free)}
        self._remember(units)
        return units

    def _affinity(self, duty: Duty, one: int, other: int) -> tuple[bool, bool, int]:
        ours = self.published.get((one, duty.day, duty.shift))
        theirs = self.published.get((other, duty.day, duty.shift))
        ids = frozenset({self.grid.staff[one].staff_id, self.grid.staff[other].staff_id})
        is_kept = ours is not None and ours == theirs
        return is_kept, frozenset({one, other}) in self.partners, self.together[ids]

    def _closest(self, duty: Duty, rest: list[int]) -> list[int]:
        """Take out of the rest, and return, the two who belong together most."""
        if duty.template.people == 1:
            return [rest.pop(0)]
        pair = max(
            combinations(rest, 2),
            key=lambda pair: (self._affinity(duty, *pair), -pair[0], -pair[1]),
        )
        for who in pair:
            rest.remove(who)
        return list(pair)

    def _fill(self, duty: Duty, crew: list[int], rest: list[int]) -> None:
        """Move members from the rest to a crew until it is full."""
        while len(crew) < duty.template.people:
            best = max(
                rest,
                key=lambda who: (max(self._affinity(duty, who, each) for each in crew), -who),
            )
            rest.remove(best)
            crew.append(best)

    def _name(
        self, duty: Duty, crews: list[list[int]], free: list[str]
    ) -> list[tuple[list[int], str]]:
        def had(crew: list[int], unit_id: str) -> tuple[int, int]:
            published = [self.published.get((who, duty.day, duty.shift)) for who in crew]
            last = [self.last_unit.get(who) for who in crew]
            return published.count(unit_id), last.count(unit_id)

        named, left = [], list(range(len(crews)))
        while left:
            which, unit_id = max(
                ((which, unit_id) for which in left for unit_id in free),
                key=lambda one: (*had(crews[one[0]], one[1]), -one[0], -free.index(one[1])),
            )
            named.append((crews[which], unit_id))
            left.remove(which)
            free.remove(unit_id)
        return named

    def _remember(self, units: Mapping[str, Sequence[int]]) -> None:
        for unit_id, crew in units.items():
            for who in crew:
                self.last_unit[who] = unit_id
            codes = [self.grid.staff[who].staff_id for who in crew]
            self.together.update(frozenset(pair) for pair in combinations(codes, 2))
