"""Slow, obvious twins of the compiled search: times by longest paths, places by trying all."""

import functools
import importlib
import sys
from itertools import pairwise
from types import SimpleNamespace

import numba

from patrolwise.planning.improving_state import (
    BREAK,
    DEMAND,
    DOWN,
    EARLY,
    END,
    HIGH,
    KIND,
    LOW,
    MINUTES,
    NEXT,
    NONE,
    PLACE,
    VISIT,
)
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import NOWHERE, PlannedVisit, ShiftPlan

_PACKAGE = "patrolwise.planning"


@functools.cache
def plain_modules():
    """Return second copies of the search's modules, in which nothing is compiled.

    As `patrols.visit_oracles.plain_modules`: coverage counts their lines, and the two can be
    compared in one process.
    """
    package = importlib.import_module(_PACKAGE)
    importlib.import_module(f"{_PACKAGE}.improving_large")
    compiled, before = _take_away(package), numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = True
    try:
        importlib.import_module(f"{_PACKAGE}.improving_large")
    finally:
        numba.config.DISABLE_JIT = before
        plain = _take_away(package)
        for short, module in compiled.items():
            sys.modules[f"{_PACKAGE}.{short}"] = module
            setattr(package, short, module)
    return SimpleNamespace(**plain)


def _take_away(package):
    start = f"{_PACKAGE}."
    taken = {
        name.removeprefix(start): module
        for name, module in sys.modules.items()
        if name.startswith(f"{start}improving_")
    }
    for short in taken:
        del sys.modules[start + short]
        vars(package).pop(short, None)
    return taken


class SlowPlan:
    """A plan read from the arrays of the search: chains of units and hot spots, as lists."""

    def __init__(self, problem, state):
        self.problem, self.node = problem, state.node
        self.chains = [
            list(_follow(state.node, 2 * unit, NEXT)) for unit in range(len(problem.units))
        ]
        self.spots = [list(_follow(state.node, x, DOWN)) for x in state.first]

    def place(self, x):
        """Return the place of a start, a visit or an end, as the problem numbers it."""
        if self.node[x, KIND] == VISIT:
            return int(self.node[x, PLACE])
        return self.problem.units[x // 2].base

    def waits(self, chains, spots, about):
        """Return (one, other, minutes): the other begins so long after the one, or later."""
        found = []
        for unit, chain in enumerate(chains):
            found += [(one, other, about[one][1]) for one, other in pairwise(chain)]
            going = [x for x in chain if about[x][0] != BREAK]
            for one, other in pairwise(going):
                between = chain[chain.index(one) + 1 : chain.index(other)]
                ends = about[one][2], about[other][2]
                way = self.problem.minutes_between(unit, *ends)
                if about[one][0] != VISIT and about[other][0] != VISIT:
                    way = 0
                pause = sum(about[x][1] for x in between)
                found.append((one, other, about[one][1] + pause + way))
        unit_of = {x: unit for unit, chain in enumerate(chains) for x in chain}
        for spot in spots:
            for k, one in enumerate(spot):
                for other in spot[k + 1 :]:
                    gap = self.gap(unit_of[one], unit_of[other], about[one][2])
                    if gap is not None:
                        found.append((one, other, about[one][1] + gap))
        return found

    def gap(self, one, other, area):
        """Return minutes that visits of two units to a hot spot keep between them, or None."""
        services = {self.problem.units[unit].service for unit in (one, other)}
        gaps = [s.margin_min for s in self.problem.separations if {*s.services} == services]
        if len(services) == 1:
            gaps.append(self.problem.demand_of(one, area).apart_min)
        return max(gaps, default=None)

    def about(self):
        """Return for each node its kind, minutes, place, first and last minute of beginning."""
        return {
            x: (
                int(self.node[x, KIND]),
                int(self.node[x, MINUTES]),
                NOWHERE if self.node[x, KIND] == BREAK else self.place(x),
                int(self.node[x, LOW]),
                int(self.node[x, HIGH]),
            )
            for chain in self.chains
            for x in chain
        }

    def times(self, chains=None, spots=None, about=None):
        """Return earliest and latest minutes of all nodes; None when there is no plan."""
        about = about or self.about()
        waits = self.waits(chains or self.chains, spots or self.spots, about)
        early = {x: one[3] for x, one in about.items()}
        late = {x: one[4] for x, one in about.items()}
        has_changed = True
        while has_changed:
            has_changed = False
            for one, other, minutes in waits:
                if early[one] + minutes > early[other]:
                    early[other], has_changed = early[one] + minutes, True
                if late[other] - minutes < late[one]:
                    late[one], has_changed = late[other] - minutes, True
            if any(early[x] > about[x][4] for x in about):
                return None
        return early, late

    def plan(self, chains, about, early):
        """Return the visits of a plan, all as early as can be."""
        return ShiftPlan(
            visits=tuple(
                PlannedVisit(start=early[x], unit=unit, area=about[x][2], minutes=about[x][1])
                for unit, chain in enumerate(chains)
                for x in chain
                if about[x][0] == VISIT
            )
        )

    def best_gain(self, unit, extra):
        """Return what the best visit that a unit could make besides would add; 0 for none.

        `extra` gives what a visit of a demand is worth beside its prize.
        """
        problem, best = self.problem, 0.0
        early = self.times()[0]
        before = score_plan(problem, self.plan(self.chains, self.about(), early))
        for number, demand in enumerate(problem.demands):
            made = sum(self.node[x, DEMAND] == number for spot in self.spots for x in spot)
            if demand.service != problem.units[unit].service or made >= demand.most_visits:
                continue
            for low, high in _stretches(demand):
                for chains, spots in self.ways_to_put(unit, demand.area, early):
                    about = {**self.about(), "x": (VISIT, demand.visit_min, demand.area, low, high)}
                    times = self.times(chains, spots, about)
                    if times is not None:
                        score = score_plan(problem, self.plan(chains, about, times[0]))
                        best = max(best, score - before + extra(demand, made))
        return best

    def ways_to_put(self, unit, area, early):
        """Yield chains with a visit put in, but not where two nodes might wait for each other."""
        chain, spot = self.chains[unit], self.spots[area]
        unit_of = {x: number for number, some in enumerate(self.chains) for x in some}
        near = [x for x in spot if self.gap(unit, unit_of[x], area) is not None]
        for k in range(1, len(chain)):
            for n in range(len(spot) + 1):
                is_after = self.node[chain[k], KIND] == END or all(
                    early[x] < early[chain[k]] for x in spot[:n] if x in near
                )
                if is_after and all(early[chain[k - 1]] < early[x] for x in spot[n:] if x in near):
                    chains, spots = list(self.chains), list(self.spots)
                    chains[unit] = [*chain[:k], "x", *chain[k:]]
                    spots[area] = [*spot[:n], "x", *spot[n:]]
                    yield chains, spots


def _follow(node, x, column):
    while x != NONE:
        yield int(x)
        x = node[x, column]


def _stretches(demand):
    """Return stretches of minutes of one percent in which a visit may begin, minute by minute."""
    found = []
    for minute in range(200):
        end = minute + demand.visit_min
        is_in = not demand.windows or any(a <= minute and end <= b for a, b in demand.windows)
        is_next = is_in and found and found[-1][1] == minute - 1
        if is_next and demand.percent_at(minute) == demand.percent_at(minute - 1):
            found[-1] = (found[-1][0], minute)
        elif is_in:
            found.append((minute, minute))
    return found


def early_times(state):
    """Return the earliest minutes that the search has found, of nodes in chains of units."""
    return {
        x: int(state.node[x, EARLY])
        for unit in range(int((state.node[:, KIND] == END).sum()))
        for x in _follow(state.node, 2 * unit, NEXT)
    }
