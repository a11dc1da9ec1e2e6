"""Seven hot spots and two pairs: how soon the best plan is proved, beside a plain circuit model."""

import time
from datetime import UTC, datetime
from itertools import product

import numpy as np

from benchmarks.pairs import Ratio
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.extras import need_ortools
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import Demand, PlanUnit, ShiftProblem

CASES = 6
BAR_S = 2.0
PEER_S = 20.0  # that the plain circuit model gets for each case
SPOTS, VISIT_MIN, APART_MIN, SHIFT_MIN = 7, 40, 60, 360
BREAK_MIN, BREAK_FROM, BREAK_UNTIL = 30, 135, 225
SIDES_M = (1000.0, 2000.0)  # of the square in which the hot spots lie
WALK_M_PER_MIN, DETOUR = 80.0, 1.3


def measure(cases: int = CASES, peer_s: float = PEER_S) -> list[Ratio]:
    """Return the seconds allowed over ours, and the circuit model's over ours."""
    need_ortools()  # loading it is not part of the job
    return [line for side_m in SIDES_M for line in _measure_side(side_m, cases, peer_s)]


def _measure_side(side_m: float, cases: int, peer_s: float) -> list[Ratio]:
    seconds, peers, gaps, visits = [], [], [], []
    proven = 0
    for seed in range(cases):
        problem = make_case(seed, side_m)
        start = time.perf_counter()
        solved = plan_exactly(problem, SearchRule(effort=2.0))
        seconds.append(time.perf_counter() - start)
        proven += solved.is_proven
        visits.append(len(solved.plan.visits))
        start = time.perf_counter()
        score, bound = solve_circuit(problem, peer_s)
        peers.append(time.perf_counter() - start)
        gaps.append(100 * (bound - score) / bound)
        if score > solved.bound or bound < solved.score:
            raise AssertionError(f"Case {seed}: one of two solvers is wrong about the best plan.")
    job = f"best plan of {SPOTS} hot spots in {side_m / 1000:g} km, 2 pairs, proved"
    took = f"median {np.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})"
    closed = sum(gap == 0 for gap in gaps)
    return [
        Ratio(
            job=job,
            peer=f"{BAR_S:g} s",
            # a case without proof counts as if it had taken for ever
            ratios=tuple(BAR_S / one if proven == cases else 0.0 for one in seconds),
            target=1.0,
            note=f"{took}, {proven} of {cases} proved, {min(visits)}–{max(visits)} visits",
        ),
        Ratio(
            job=job,
            peer=f"CP-SAT, a circuit for each pair, stopped after {peer_s:g} s",
            ratios=tuple(peer / own for peer, own in zip(peers, seconds, strict=True)),
            note=f"it closed {closed} of {cases}; gap {min(gaps):.1f}–{max(gaps):.1f} %",
        ),
    ]


def make_case(seed: int, side_m: float = SIDES_M[0]) -> ShiftProblem:
    """Return two pairs from 14:00 to 20:00, with a break, in hot spots anywhere in a square."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.0, side_m, (SPOTS, 2))
    prizes = rng.integers(1000, 3001, SPOTS)
    metres = np.linalg.norm(points[:, None] - points[None], axis=2)
    pair = {"service": "outreach", "end": SHIFT_MIN, "break_min": BREAK_MIN}
    window = {"break_from": BREAK_FROM, "break_until": BREAK_UNTIL}
    return ShiftProblem(
        name=f"seeds {seed}",
        start=datetime(2024, 6, 3, 13, tzinfo=UTC),
        units=tuple(PlanUnit(unit_id=name, **pair, **window) for name in ("pair-A", "pair-B")),
        area_ids=tuple(f"spot-{number}" for number in range(1, SPOTS + 1)),
        travel={"outreach": np.ceil(metres * DETOUR / WALK_M_PER_MIN).astype(np.int64)},
        demands=tuple(
            Demand(
                service="outreach",
                area=area,
                visit_min=VISIT_MIN,
                most_visits=2,
                apart_min=APART_MIN,
                prizes=(int(prize), int(prize) // 2),
            )
            for area, prize in enumerate(prizes)
        ),
    )


def solve_circuit(problem: ShiftProblem, longest_s: float) -> tuple[int, int]:
    """Return score and bound of the model that anyone would write first.

    Who goes from where to where, and when; each hot spot is there twice.
    """
    cp_model = need_ortools()
    model = cp_model.CpModel()
    nodes = [(area, nth) for area in range(SPOTS) for nth in range(2)]
    starts = [model.new_int_var(0, SHIFT_MIN - VISIT_MIN, "") for _ in nodes]
    made = [model.new_bool_var("") for _ in nodes]
    by_pair, walked = [[] for _ in nodes], []
    for _ in problem.units:
        visits, ways = _add_circuit(model, problem, nodes, starts)
        walked += ways
        for of, visit in zip(by_pair, visits, strict=True):
            of.append(visit)
    for node, is_made in enumerate(made):
        model.add(sum(by_pair[node]) == is_made)
    for first in range(0, len(nodes), 2):  # the first visit to a hot spot, and the second
        model.add_implication(made[first + 1], made[first])
        apart = starts[first] + VISIT_MIN + APART_MIN <= starts[first + 1]
        model.add(apart).only_enforce_if(made[first + 1])
    earned = sum(
        problem.demands[area].prizes[nth] * is_made
        for (area, nth), is_made in zip(nodes, made, strict=True)
    )
    model.maximize(earned - sum(walked))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = longest_s
    solver.solve(model)
    return round(solver.objective_value), int(solver.best_objective_bound)


def _add_circuit(model, problem, nodes, starts):
    """Add one pair's way through the nodes; return which it visits, and its walking."""
    visits = [model.new_bool_var("") for _ in nodes]
    # the break is just before a node, or after the last
    rests = [model.new_bool_var("") for _ in (*nodes, None)]
    model.add_exactly_one(rests)
    pause = model.new_int_var(BREAK_FROM, BREAK_UNTIL - BREAK_MIN, "")
    idle = model.new_bool_var("")
    arcs, ways = [(0, 0, idle)], []
    for node, visit in enumerate(visits):
        out, back = model.new_bool_var(""), model.new_bool_var("")
        arcs += [(0, node + 1, out), (node + 1, 0, back), (node + 1, node + 1, ~visit)]
        model.add_implication(rests[node], visit)
        model.add(pause + BREAK_MIN <= starts[node]).only_enforce_if(rests[node])
        model.add(starts[node] + VISIT_MIN <= pause).only_enforce_if(rests[-1], visit)
    for (i, one), (j, other) in product(enumerate(nodes), repeat=2):
        if i == j:
            continue
        goes = model.new_bool_var("")
        arcs.append((i + 1, j + 1, goes))
        way = int(problem.travel["outreach"][one[0], other[0]])
        ways.append(way * goes)
        free = starts[i] + VISIT_MIN
        model.add(free + way + BREAK_MIN * rests[j] <= starts[j]).only_enforce_if(goes)
        model.add(free <= pause).only_enforce_if(goes, rests[j])
    model.add_circuit(arcs)
    return visits, ways
