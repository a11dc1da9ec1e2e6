"""How hard it is to foretell when a service comes to a hot spot, and plans that make it harder."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.random import Generator

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving import improve_plan
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import Solved
from patrolwise.planning.shift_problem import Demand, ShiftProblem
from patrolwise.tables import Column, Table, check_columns, make_table

BIN_MIN = 30
LOCAL = "Europe/London"

ARRIVALS = Table(
    "ARRIVALS",
    "one hot spot and service: how its planned arrivals are spread over the hours of duty",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("service", pl.String, "the service"),
        Column("visits", pl.Int64, "planned visits"),
        Column("entropy_bits", pl.Float64, "of half hours of arrival; null with one visit", True),
        Column("most_bits", pl.Float64, "most that so many visits and half hours can have", True),
    ),
)


def find_entropy(planned: pl.DataFrame) -> pl.DataFrame:
    """Return how evenly the arrivals of each service in each hot spot are spread over half hours.

    Who watches learns when a patrol comes. With all arrivals in one half hour the entropy is 0;
    each bit doubles the half hours that must be watched to see as many arrivals.

    Parameters
    ----------
    planned : (n, 8) PLANNED_VISITS, any order
        Of several days: one day says little. Breaks are left aside.

    Returns
    -------
    (k, 5) ARRIVALS, by hot spot, then service
        `most_bits` is log2 of the fewer of visits and half hours in which the service has any
        visit of the plan. Local half hours, so that clock changes do not spread them.

    Raises
    ------
    InputError
        It is no such table.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27, 379-423: the entropy of relative frequencies,
    which few visits make too low; nothing is added for that.
    """
    check_columns(planned, PLANNED_VISITS, name="planned")
    local = pl.col("start").dt.convert_time_zone(LOCAL)
    bins = (
        planned.filter(pl.col("area_id").is_not_null())
        .with_columns(bin=(local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()) // BIN_MIN)
        .select("area_id", "service", "bin")
    )
    hours = dict(bins.group_by("service").agg(pl.col("bin").n_unique()).iter_rows())
    rows = []
    for (area_id, service), own in bins.group_by("area_id", "service", maintain_order=True):
        counts = own["bin"].value_counts()["count"].to_numpy()
        shares = counts / counts.sum()
        is_known = len(own) > 1
        rows.append(
            {
                "area_id": area_id,
                "service": service,
                "visits": len(own),
                "entropy_bits": float(-(shares * np.log2(shares)).sum()) if is_known else None,
                "most_bits": math.log2(min(len(own), hours[service])) if is_known else None,
            }
        )
    table = pl.DataFrame(rows, schema=ARRIVALS.schema)
    return make_table(ARRIVALS, table.sort("area_id", "service"))


HOUR_MIN = 60
_LEAST_PERCENT = 50  # what an hour is worth, at least, while plans are varied
_TRIES = 3


def vary_plan(
    problem: ShiftProblem, best: Solved, share: float, rng: Generator, rounds: int = 40
) -> Solved:
    """Return a plan that is nearly as good as the best one known, at other times of day.

    For this search alone, each hour of each hot spot is worth a share of its prize that is drawn
    by lot; the plan found is then judged by the true prizes.

    Parameters
    ----------
    problem : ShiftProblem
    best : Solved
        A plan that keeps every rule.
    share : float
        Of the best score that may be given away, such as 0.02; 0 gives the best back.
    rng : Generator
    rounds : int
        Of improvement, for each of a few tries.

    Returns
    -------
    Solved
        The first plan found that keeps every rule and gives away no more; else the best.

    References
    ----------
    Randomised patrols that lose little: Pita et al. (2008), AAMAS 2008, 125-132 (ARMOR), where
    attackers' payoffs are known; here they are not, and the loss is bounded instead.
    """
    least = best.score - share * abs(best.score)
    for _ in range(_TRIES if share > 0 else 0):
        varied = replace(
            problem, demands=tuple(_vary(demand, problem, rng) for demand in problem.demands)
        )
        plan = improve_plan(varied, plan_greedily(varied, rng), rng, rounds)
        score = score_plan(problem, plan)
        if score >= least and not find_breaches(problem, plan):
            return replace(best, plan=plan, score=score, method=f"{best.method}, varied")
    return best


def _vary(demand: Demand, problem: ShiftProblem, rng: Generator) -> Demand:
    """Return a demand whose hours are worth different shares of what they were."""
    horizon = max(unit.end for unit in problem.units)
    bands = []
    for start in range(0, horizon, HOUR_MIN):
        percent = demand.percent_at(start) * int(rng.integers(_LEAST_PERCENT, 101)) // 100
        bands.append((start, start + HOUR_MIN, percent))
    return replace(demand, bands=tuple(bands))
