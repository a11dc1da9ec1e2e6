"""50 hot spots, 20 units, a week of 21 shifts: how near to the best known plan in 10 s and 60 s.

``python -m benchmarks.plan_large`` measures; with ``--best`` it looks for better plans first, by
all methods, for some minutes, and keeps the best score of each shift beside this file.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.pairs import Ratio
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving import improve_plan
from patrolwise.planning.improving_large import improve_large_plan
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import (
    NOWHERE,
    Demand,
    PlanUnit,
    Separation,
    ShiftProblem,
)
from patrolwise.planning.solving import solve_shifts

BEST_KNOWN = Path(__file__).with_name("plan_best_known.json")
WORKERS = 2
# seconds by the wall clock → effort that takes about so long on two threads of an ordinary machine
EFFORTS = {10: 16.0, 60: 150.0}
TARGETS = {10: 0.99, 60: 1.0}
BEST_S = 300.0
SPOTS, OUTREACH, POLICE, SHIFT_MIN, SIDE_M = 50, 8, 12, 480, 4000.0
WALK_M_PER_MIN, DETOUR = 80.0, 1.3


def measure(seconds: tuple[int, ...] = (10, 60)) -> list[Ratio]:
    """Return the score over the best known; a plan with a breach counts as worth nothing."""
    problems = make_week()
    best = sum(read_best().values())
    improve_large_plan(problems[0], SearchRule(effort=0.3))  # compiling is not part of the job
    return [_measure(problems, best, wanted) for wanted in seconds]


def _measure(problems: tuple[ShiftProblem, ...], best: int, wanted: int) -> Ratio:
    start, busy = time.perf_counter(), time.process_time()
    found = solve_shifts(problems, SearchRule(effort=EFFORTS[wanted]), WORKERS)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    breaches = sum(
        len(find_breaches(problem, solved.plan))
        for problem, solved in zip(problems, found, strict=True)
    )
    score = sum(solved.score for solved in found)
    visits = sum(len(solved.plan.visits) for solved in found)
    return Ratio(
        job=f"plan of {SPOTS} hot spots, {OUTREACH + POLICE} units, {len(problems)} shifts",
        peer=f"best known score, {best:,}",
        ratios=(0.0 if breaches else score / best,),
        target=TARGETS[wanted],
        note=f"{took:.1f} s of {wanted} s ({busy:.1f} s of processor), {WORKERS} threads, effort "
        f"{EFFORTS[wanted]:g}; "
        f"{100 * (score / best - 1):+.2f} %, {visits:,} visits, {breaches} breaches",
    )


def read_best() -> dict[str, int]:
    """Return the best score known of each shift, by its name."""
    return json.loads(BEST_KNOWN.read_text(encoding="utf-8"))


def find_best(seconds: float = BEST_S) -> dict[str, int]:
    """Look for better plans by all methods, and keep the best score of each shift.

    Each turn goes through the week: once greedily, once greedily and improved, then by search with
    one seed after the other, until the time is up. Better scores of earlier runs stay.
    """
    problems = make_week()
    best = read_best() if BEST_KNOWN.exists() else {}
    start, seed = time.perf_counter(), 0
    turns = [_plan_greedily, _plan_and_improve]
    while time.perf_counter() - start < seconds:
        with ThreadPoolExecutor(WORKERS) as pool:
            turn = turns.pop(0) if turns else _plan_by_search
            plans = list(pool.map(turn, problems, [seed] * len(problems)))
        for problem, plan in zip(problems, plans, strict=True):
            if not find_breaches(problem, plan):
                score = score_plan(problem, plan)
                best[problem.name] = max(best.get(problem.name, score), score)
        print(f"{time.perf_counter() - start:.0f} s: {turn.__name__}, {sum(best.values()):,}")
        seed += 1
    BEST_KNOWN.write_text(json.dumps(best, indent=1) + "\n", encoding="utf-8")
    return best


def _plan_greedily(problem, _seed):
    return plan_greedily(problem)


def _plan_and_improve(problem, seed):
    return improve_plan(problem, plan_greedily(problem), np.random.default_rng(seed), 50)


def _plan_by_search(problem, seed):
    return improve_large_plan(problem, SearchRule(seed=seed, effort=4.0)).plan


def make_week(seed: int = 1) -> tuple[ShiftProblem, ...]:
    """Return 21 shifts: hot spots half of them in five clusters, units by thirds, 5 days in 7."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0.2 * SIDE_M, 0.8 * SIDE_M, (5, 2))
    spread = rng.random((SPOTS, 1)) < 0.5
    clustered = centres[rng.integers(0, 5, SPOTS)] + rng.normal(0, 0.08 * SIDE_M, (SPOTS, 2))
    points = np.where(spread, clustered, rng.uniform(0, SIDE_M, (SPOTS, 2)))
    points = np.clip(points, 0, SIDE_M)
    station = np.array([[SIDE_M / 2, SIDE_M / 2]])
    metres = np.r_[points, station]
    metres = np.linalg.norm(metres[:, None] - metres[None], axis=2)
    travel = np.ceil(metres * DETOUR / WALK_M_PER_MIN).astype(np.int64)
    weight = rng.lognormal(0, 0.5, SPOTS)
    return tuple(
        _make_shift(rng, travel, weight, day, shift) for day in range(7) for shift in range(3)
    )


def _make_shift(rng, travel, weight, day: int, shift: int) -> ShiftProblem:
    weights = [weight * rng.lognormal(0, 0.3, SPOTS) for _ in range(2)]
    return ShiftProblem(
        name=f"day {day} shift {shift}",
        start=datetime(2024, 6, 3, 6, tzinfo=UTC) + timedelta(days=day, hours=8 * shift),
        units=tuple(
            _make_unit(service, number)
            for service, count in (("outreach", OUTREACH), ("police", POLICE))
            for number in range(count)
            if number % 3 == shift and (day - number) % 7 < 5
        ),
        area_ids=tuple(f"spot-{number + 1}" for number in range(SPOTS)),
        travel={"outreach": travel, "police": travel},
        demands=tuple(
            Demand(
                service=service,
                area=area,
                visit_min=minutes,
                most_visits=2,
                apart_min=60,
                prizes=(prize, prize // 2),
            )
            for service, minutes, own, scale in (
                ("outreach", 40, weights[0], 3000),
                ("police", 15, weights[1], 2000),
            )
            for area, prize in enumerate(np.rint(scale * own).astype(int).tolist())
        ),
        separations=(Separation(services=("outreach", "police"), margin_min=5),),
    )


def _make_unit(service: str, number: int) -> PlanUnit:
    return PlanUnit(
        unit_id=f"{service}-{number + 1}",
        service=service,
        end=SHIFT_MIN,
        base=SPOTS if service == "police" else NOWHERE,
        break_min=30 if service == "outreach" else 45,
        break_from=180,
        break_until=330,
    )


if __name__ == "__main__":
    if "--best" in sys.argv[1:]:
        find_best()
    for line in measure():
        print(f"{line.job}: {line.median:.4f} (target {line.target:g}), {line.note}")
