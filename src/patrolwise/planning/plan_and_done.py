"""What became of a plan: each planned visit beside the visit that was made, with its minutes.

A plan that was not kept is no failing by itself: a unit may have been called away. Whether a hot
spot got its dose is for `compliance` to say; this says how the plan and the patrols differ.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.dose import find_interval
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.visit_matching import Times, match_visits
from patrolwise.tables import UNIT_VISITS, UTC_TIME, Column, Table, check_columns, make_table

OUTCOMES = ("done", "early", "late", "short", "other unit", "same stay", "missed")

_MINUTES = (
    Column("credited_min", pl.Float64, "credited patrol-minutes of the visit; 0 if none"),
    Column("credited_low_min", pl.Float64, "lower end of their interval"),
    Column("credited_high_min", pl.Float64, "upper end of their interval"),
    Column("edge_min", pl.Float64, "expected truth less credited_min, minutes"),
    Column("variance_min2", pl.Float64, "its variance, by visit: these add up"),
    Column("common_min", pl.Float64, "standard error that visits share: these add up"),
    Column("unknown_min", pl.Float64, "minutes of silence inside the visit, credited to nobody"),
)

PLAN_DONE = Table(
    "PLAN_DONE",
    "one planned visit, and the visit that was made of it",
    (
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("shift", pl.String, "name of the shift template"),
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit that was planned"),
        Column("area_id", pl.String, "the hot spot"),
        Column("planned_start", UTC_TIME, "planned from, UTC"),
        Column("planned_end", UTC_TIME, "planned until, UTC"),
        Column("outcome", pl.String, f"{', '.join(OUTCOMES)}"),
        Column("done_by", pl.String, "the unit that came; null when missed", True),
        Column("visit_start", UTC_TIME, "when it came, UTC; null when missed", True),
        Column("visit_end", UTC_TIME, "when it left, UTC; null when missed", True),
        Column("late_min", pl.Float64, "minutes from planned to real start; below 0: early", True),
        Column("planned_min", pl.Float64, "minutes planned"),
        *_MINUTES,
        Column("overlap_min", pl.Float64, "minutes from coming to leaving in the planned time"),
        Column("is_sure", pl.Boolean, "the whole interval is long enough, or too short", True),
    ),
)

UNPLANNED_VISITS = Table(
    "UNPLANNED_VISITS",
    "one visit that no planned one stands for",
    (
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the hot spot"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("start", UTC_TIME, "when it came, UTC"),
        Column("end", UTC_TIME, "when it left, UTC"),
        *_MINUTES,
    ),
)


@dataclass(frozen=True, kw_only=True)
class PlanDoneRule:
    """When a visit is the planned one, and when it was in time and long enough."""

    furthest: timedelta = timedelta(minutes=60)  # from the planned time; further was another
    off_by: timedelta = timedelta(minutes=10)  # that a visit may begin before or after its time
    share: float = 0.9  # of the planned minutes: plans are whole minutes, walks are not
    level: float = 0.95  # of the interval of its minutes

    def __post_init__(self) -> None:
        faults = []
        if self.furthest <= timedelta(0) or self.off_by < timedelta(0):
            faults.append(
                "furthest must be above 0 and off_by at least 0, got "
                f"{self.furthest} and {self.off_by}."
            )
        if not 0 < self.share <= 1:
            faults.append(f"share must be above 0 and at most 1, got {self.share}.")
        if not 0 < self.level < 1:
            faults.append(f"level must be above 0 and below 1, got {self.level}.")
        check_faults("Plan-done rule", faults)


@dataclass(frozen=True, kw_only=True)
class PlanAndDone:
    """What became of each planned visit, and which visits no plan stands for."""

    planned: pl.DataFrame  # PLAN_DONE
    unplanned: pl.DataFrame  # UNPLANNED_VISITS
    rule: PlanDoneRule


def compare_plan(
    planned: pl.DataFrame, unit_visits: pl.DataFrame, rule: PlanDoneRule | None = None
) -> PlanAndDone:
    """Return what became of each planned visit, and the visits that were not planned.

    Within each unit and hot spot, visits are paired with planned ones so that times agree best
    as a whole (`visit_matching.match_visits`): a visit that began before its time and ran into it
    counts by their overlap. What is left is paired in the same way with visits of other units of
    the same service to that hot spot. Outcomes, the first that is true:

    - *other unit*: another unit of the service came.
    - *short*: surely shorter than the share of the planned minutes: the upper end of its interval,
      with all the silence inside it, does not reach them.
    - *late*, *early*: it began further from its time than the rule allows. A visit that began
      early and stayed through enough of the planned time is done.
    - *done*: none of these. `is_sure` is false when a part of its interval is too short.
    - *same stay*: there is no visit of its own, but the unit was there in one stay with another
      planned visit; its minutes are told in that row alone.
    - *missed*: no visit is near its time. Pass-throughs are no visits; and a unit whose tracker
      was silent cannot be told from one that did not come.

    Parameters
    ----------
    planned : (n, 8) PLANNED_VISITS, any order
        Breaks are left aside.
    unit_visits : (m, 13) UNIT_VISITS, any order
        Of the same days: any other visit is taken as not planned. Pass-throughs are left aside.
    rule : PlanDoneRule, optional

    Returns
    -------
    PlanAndDone
        One row for each planned visit, by planned start, service, unit and hot spot. Minutes are
        patrol-minutes: a pair counts once.

    Raises
    ------
    InputError
        A frame is not such a table.
    """
    check_columns(planned, PLANNED_VISITS, name="planned")
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    rule = rule or PlanDoneRule()
    plans = planned.filter(pl.col("area_id").is_not_null()).sort(
        "start", "service", "unit_id", "area_id", "end"
    )
    visits = unit_visits.filter(~pl.col("is_pass_through")).sort(
        "start", "service", "unit_id", "area_id", "end"
    )
    pairs = _pair(plans, visits, rule.furthest)
    numbers = pl.Series("visit", [pairs.get(n) for n in range(plans.height)], dtype=pl.UInt32)
    told = _with_minutes(visits, rule).with_row_index("visit")
    rows = plans.with_columns(numbers).join(
        told.select("visit", *_OF_VISIT), on="visit", how="left", maintain_order="left"
    )
    rows = rows.with_columns(_same_stay(plans, visits, pairs))
    unplanned = told.filter(~pl.col("visit").is_in(list(pairs.values())))
    return PlanAndDone(
        planned=make_table(PLAN_DONE, _judge(rows, rule)),
        unplanned=make_table(UNPLANNED_VISITS, unplanned),
        rule=rule,
    )


_OF_VISIT = (
    "done_by", "visit_start", "visit_end", *(column.name for column in _MINUTES),
)  # fmt: skip


def _pair(plans: pl.DataFrame, visits: pl.DataFrame, furthest: timedelta) -> dict[int, int]:
    """Return the number of the visit of each planned visit that has one: own units' first."""
    pairs: dict[int, int] = {}
    for keys in (("service", "area_id", "unit_id"), ("service", "area_id")):
        taken = set(pairs.values())
        free = _numbers_by(visits, keys, taken)
        for key, numbers in _numbers_by(plans, keys, set(pairs)).items():
            others = free.get(key, [])
            found = match_visits(_times(plans[numbers]), _times(visits[others]), furthest)
            pairs |= {numbers[one]: others[other] for one, other in found}
    return pairs


def _numbers_by(
    frame: pl.DataFrame, keys: tuple[str, ...], taken: set[int]
) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, key in enumerate(frame.select(keys).iter_rows()):
        if number not in taken:
            groups.setdefault(key, []).append(number)
    return groups


def _times(spans: pl.DataFrame) -> Times:
    columns = spans.select(pl.col("start", "end").dt.epoch("us"))
    return np.asarray(columns.to_numpy(), dtype=np.int64).reshape(-1, 2)


def _same_stay(plans: pl.DataFrame, visits: pl.DataFrame, pairs: dict[int, int]) -> pl.Series:
    """Return the minutes that each unit's other visits overlap a planned one without a visit."""
    keys = ("service", "area_id", "unit_id")
    own = _numbers_by(visits, keys, set())
    minutes = np.zeros(plans.height)
    for key, numbers in _numbers_by(plans, keys, set(pairs)).items():
        planned, stays = _times(plans[numbers]), _times(visits[own.get(key, [])])
        starts = np.maximum(planned[:, None, 0], stays[None, :, 0])
        ends = np.minimum(planned[:, None, 1], stays[None, :, 1])
        minutes[numbers] = np.clip(ends - starts, 0, None).sum(axis=1) / 60e6
    return pl.Series("same_stay_min", minutes)


def _with_minutes(visits: pl.DataFrame, rule: PlanDoneRule) -> pl.DataFrame:
    """Return visits with what PLAN_DONE and UNPLANNED_VISITS tell of them."""
    low, high = find_interval(("patrol_s", "edge_s", "variance_s2", "common_s"), rule.level)
    return visits.with_columns(
        pl.col("unit_id").alias("done_by"),
        pl.col("start").alias("visit_start"),
        pl.col("end").alias("visit_end"),
        (pl.col("patrol_s") / 60).alias("credited_min"),
        (low / 60).alias("credited_low_min"),
        (high / 60).alias("credited_high_min"),
        (pl.col("edge_s") / 60).alias("edge_min"),
        (pl.col("variance_s2") / 3600).alias("variance_min2"),
        (pl.col("common_s") / 60).alias("common_min"),
        (pl.col("unknown_s") / 60).alias("unknown_min"),
    )


def _judge(rows: pl.DataFrame, rule: PlanDoneRule) -> pl.DataFrame:
    minute = timedelta(minutes=1)
    start, end = pl.col("start"), pl.col("end")
    both = pl.min_horizontal(end, "visit_end") - pl.max_horizontal(start, "visit_start")
    own = pl.max_horizontal(both / minute, pl.lit(0.0))
    is_there, off_by = pl.col("visit").is_not_null(), rule.off_by / minute
    timed = rows.with_columns(
        planned_min=(end - start) / minute,
        late_min=(pl.col("visit_start") - start) / minute,
        overlap_min=pl.when(is_there).then(own).otherwise("same_stay_min"),
    ).with_columns(pl.col(*(column.name for column in _MINUTES)).fill_null(0.0))
    # a hair less, so that 0.9 of 40 minutes does not miss 36 by the last bit
    needed = rule.share * pl.col("planned_min") * (1 - 1e-12)
    is_short = pl.col("credited_high_min") + pl.col("unknown_min") < needed
    is_early = (pl.col("late_min") < -off_by) & (pl.col("overlap_min") < needed)
    outcome = (
        pl.when(~is_there & (pl.col("same_stay_min") > 0)).then(pl.lit("same stay"))
        .when(~is_there).then(pl.lit("missed"))
        .when(pl.col("done_by") != pl.col("unit_id")).then(pl.lit("other unit"))
        .when(is_short).then(pl.lit("short"))
        .when(pl.col("late_min") > off_by).then(pl.lit("late"))
        .when(is_early).then(pl.lit("early"))
        .otherwise(pl.lit("done"))
    )  # fmt: skip
    is_sure = is_short | (pl.col("credited_low_min") >= needed)
    return timed.with_columns(outcome=outcome, is_sure=pl.when(is_there).then(is_sure)).rename(
        {"start": "planned_start", "end": "planned_end"}
    )
