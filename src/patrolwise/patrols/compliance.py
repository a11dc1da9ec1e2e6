"""Whether each area got the dose that the rule in force that day asked for.

The answer is yes, no or cannot tell: minutes have an error, and a verdict must not be surer than
they are. A day without a rule is no failure.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.patrols.abstractions import check_abstractions
from patrolwise.patrols.dose import AREA_DAYS, Period, find_interval
from patrolwise.patrols.dose_rules import PLANNED_DOSES
from patrolwise.tables import UNIT_VISITS, Column, Table, check_columns, make_table
from patrolwise.times import patrol_day

LOCAL_ZONE = "Europe/London"  # of the hours in a rule
VERDICTS = ("yes", "no", "cannot tell", "no rule", "not planned")

COMPLIANCE = Table(
    "COMPLIANCE",
    "one area, patrol day and service: what was owed that day, and what was delivered",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service"),
        Column("met", pl.String, "yes, no, cannot tell, no rule, or not planned that weekday"),
        Column("visit_min", pl.Float64, "minutes that each visit must last; null if none", True),
        Column("planned_visits", pl.Int64, "visits owed"),
        Column("surely", pl.Int64, "visits surely long enough: the whole interval is"),
        Column("possibly", pl.Int64, "visits that may be long enough: a part of the interval is"),
        Column("too_short", pl.Int64, "visits surely too short"),
        Column("outside_hours", pl.Int64, "visits begun outside the rule's hours: not counted"),
        Column("planned_min", pl.Float64, "minutes owed"),
        Column("delivered_min", pl.Float64, "credited minutes of visits within the hours"),
        Column("delivered_low_min", pl.Float64, "lower end of its interval"),
        Column("delivered_high_min", pl.Float64, "upper end of its interval"),
        Column("delivered_edge_min", pl.Float64, "expected truth less delivered_min, minutes"),
        Column("delivered_variance_min2", pl.Float64, "its variance, by visit"),
        Column("delivered_common_min", pl.Float64, "standard error that the visits share"),
        Column("unknown_min", pl.Float64, "minutes of silence inside those visits"),
        Column("abstracted_min", pl.Float64, "minutes that units were taken away from the area"),
        Column(
            "abstracted_for", pl.String, "reasons with minutes, such as arrest 35; or null", True
        ),
        Column("is_backdated", pl.Boolean, "the rule was decided after this day"),
    ),
)

COMPLIANCE_SUMS = Table(
    "COMPLIANCE_SUMS",
    "one service in one week, month or longer, all areas together",
    (
        Column("period_start", pl.Date, "first day of the period; weeks begin on Monday"),
        Column("service", pl.String, "the service"),
        Column("planned_days", pl.Int64, "days on which a visit was owed, each once an area"),
        Column("met_days", pl.Int64, "of those, the ones surely met"),
        Column("unmet_days", pl.Int64, "of those, the ones surely not met"),
        Column("unsure_days", pl.Int64, "of those, the ones that cannot be told"),
        Column("no_rule_days", pl.Int64, "days without a rule: in no share"),
        Column("not_planned_days", pl.Int64, "days of a weekday left out: in no share"),
        Column("backdated_days", pl.Int64, "planned days judged by a rule decided after them"),
        Column("met_share_low", pl.Float64, "share met if every unsure day failed", True),
        Column("met_share_high", pl.Float64, "share met if every unsure day was met", True),
        Column("planned_min", pl.Float64, "minutes owed"),
        Column("delivered_min", pl.Float64, "credited minutes on planned days"),
        Column("delivered_low_min", pl.Float64, "lower end of its interval"),
        Column("delivered_high_min", pl.Float64, "upper end of its interval"),
        Column("delivered_share", pl.Float64, "delivered over owed minutes", True),
        Column("abstracted_min", pl.Float64, "minutes taken away on planned days"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class ComplianceRule:
    """When a visit is long enough, and how sure that must be."""

    share: float = 1.0  # of the rule's minutes that a visit must reach
    level: float = 0.95  # of the interval of its minutes

    def __post_init__(self) -> None:
        faults = []
        if not 0 < self.share <= 1:
            faults.append(f"share must be above 0 and at most 1, got {self.share}.")
        if not 0 < self.level < 1:
            faults.append(f"level must be above 0 and below 1, got {self.level}.")
        check_faults("The compliance rule", faults)


DEFAULT_RULE = ComplianceRule()

_DELIVERED_ERROR = (
    "delivered_min",
    "delivered_edge_min",
    "delivered_variance_min2",
    "delivered_common_min",
)
_DELIVERED = (
    "surely",
    "possibly",
    "too_short",
    "outside_hours",
    "unknown_min",
    *_DELIVERED_ERROR,
)


def measure_compliance(
    unit_visits: pl.DataFrame,
    planned: pl.DataFrame,
    abstractions: pl.DataFrame,
    rule: ComplianceRule = DEFAULT_RULE,
) -> pl.DataFrame:
    """Return what was owed and what was delivered, in each area on each day by each service.

    A visit is *surely* long enough when the lower end of its interval reaches the minutes needed;
    *too short* when the upper end, with all the silence inside it, does not; *possibly* long
    enough in between. A day is met when enough visits surely are, not met when even those that
    possibly are do not suffice, and cannot be told otherwise. Where the rule has hours, only
    visits that begin within them count. Abstractions stand beside: they excuse nothing by
    themselves.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
        Pass-throughs are not visits.
    planned : (m, 10) PLANNED_DOSES
        `dose_rules.plan_doses` makes it from the rules in force.
    abstractions : (k, 6) ABSTRACTIONS
        Each belongs to the patrol day in which it began.
    rule : ComplianceRule

    Returns
    -------
    (m, 21) COMPLIANCE, in the order of `planned`
        Days on which no rule was in force are rows "no rule"; all their visits are delivered.

    Raises
    ------
    InputError, RefusedError
        A frame is not such a table; or as `check_abstractions`.
    """
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    check_columns(planned, PLANNED_DOSES, name="planned")
    check_abstractions(abstractions)
    if planned.select(AREA_DAYS.names).is_duplicated().any():
        raise InputError(
            "planned has an area, day and service twice; its minutes would count twice. "
            "Make it with plan_doses."
        )
    visits = unit_visits.filter(~pl.col("is_pass_through")).join(planned, on=AREA_DAYS.names)
    delivered = _deliver(_judge_visits(visits, rule))
    low, high = find_interval(_DELIVERED_ERROR, rule.level)
    rows = (
        planned.join(delivered, on=AREA_DAYS.names, how="left", maintain_order="left")
        .join(_abstract(abstractions), on=AREA_DAYS.names, how="left", maintain_order="left")
        .with_columns(pl.col(*_DELIVERED, "abstracted_min").fill_null(0))
        .with_columns(delivered_low_min=low, delivered_high_min=high, met=_verdict())
    )
    return make_table(COMPLIANCE, rows)


def sum_compliance(
    compliance: pl.DataFrame, period: Period, rule: ComplianceRule = DEFAULT_RULE
) -> pl.DataFrame:
    """Return how many days each service met its rule in each week, month or longer.

    Parameters
    ----------
    compliance : (n, 21) COMPLIANCE
    period : Period
    rule : ComplianceRule
        The one it was measured by; its level is that of the interval.

    Returns
    -------
    (k, 17) COMPLIANCE_SUMS, by period and service
        Shares are of planned days; null when there is none. The two ends of the share met are
        bounds: what it is if every unsure day failed, and if none did.

    Raises
    ------
    InputError
        `compliance` is not such a table.
    """
    check_columns(compliance, COMPLIANCE, name="compliance")
    met, keys = pl.col("met"), ["period_start", "service"]
    is_planned = met.is_in(VERDICTS[:3])
    minutes = ("planned_min", "delivered_min", "abstracted_min")
    low, high = find_interval(_DELIVERED_ERROR, rule.level)
    share = {
        "met_share_low": pl.col("met_days"),
        "met_share_high": pl.col("met_days") + pl.col("unsure_days"),
    }
    sums = (
        compliance.with_columns(period_start=period.start(pl.col("day")))
        .group_by(keys)
        .agg(
            is_planned.sum().alias("planned_days"),
            (met == "yes").sum().alias("met_days"),
            (met == "no").sum().alias("unmet_days"),
            (met == "cannot tell").sum().alias("unsure_days"),
            (met == "no rule").sum().alias("no_rule_days"),
            (met == "not planned").sum().alias("not_planned_days"),
            (is_planned & pl.col("is_backdated")).sum().alias("backdated_days"),
            pl.col(*minutes, *_DELIVERED_ERROR[1:]).filter(is_planned).sum(),
        )
        .with_columns(
            *(_share(days, pl.col("planned_days")).alias(name) for name, days in share.items()),
            _share(pl.col("delivered_min"), pl.col("planned_min")).alias("delivered_share"),
            delivered_low_min=low,
            delivered_high_min=high,
        )
    )
    return make_table(COMPLIANCE_SUMS, sums.sort(keys))


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _is_in_hours() -> pl.Expr:
    """Return whether a visit begins within the rule's hours, by the clock on the wall."""
    clock = pl.col("start").dt.convert_time_zone(LOCAL_ZONE).dt.time()
    begun, not_over = clock >= pl.col("from_clock"), clock < pl.col("until_clock")
    crosses_midnight = pl.col("until_clock") < pl.col("from_clock")
    inside = pl.when(crosses_midnight).then(begun | not_over).otherwise(begun & not_over)
    return pl.col("from_clock").is_null() | inside


def _judge_visits(visits: pl.DataFrame, rule: ComplianceRule) -> pl.DataFrame:
    """Return visits with whether each counts, and whether it is surely or possibly long enough."""
    low, high = find_interval(("patrol_s", "edge_s", "variance_s2", "common_s"), rule.level)
    needed_s = 60 * rule.share * pl.col("visit_min")
    # a hair less, so that 0.8 of 15 minutes does not miss 12 by the last bit
    reached = needed_s * (1 - 1e-12)
    return visits.with_columns(
        counts=_is_in_hours(),
        is_sure=low >= reached,
        is_possible=high + pl.col("unknown_s") >= reached,
    )


def _deliver(visits: pl.DataFrame) -> pl.DataFrame:
    counts, sure, possible = pl.col("counts"), pl.col("is_sure"), pl.col("is_possible")
    return visits.group_by(AREA_DAYS.names).agg(
        (counts & sure).sum().alias("surely"),
        (counts & possible & ~sure).sum().alias("possibly"),
        (counts & ~possible).sum().alias("too_short"),
        (~counts).sum().alias("outside_hours"),
        (pl.col("patrol_s").filter(counts).sum() / 60).alias("delivered_min"),
        (pl.col("edge_s").filter(counts).sum() / 60).alias("delivered_edge_min"),
        (pl.col("variance_s2").filter(counts).sum() / 3600).alias("delivered_variance_min2"),
        (pl.col("common_s").filter(counts).sum() / 60).alias("delivered_common_min"),
        (pl.col("unknown_s").filter(counts).sum() / 60).alias("unknown_min"),
    )


def _abstract(abstractions: pl.DataFrame) -> pl.DataFrame:
    """Return the minutes away of each area, day and service; the longest reason comes first."""
    away = (pl.col("end") - pl.col("start")) / timedelta(minutes=1)
    by_reason = (
        abstractions.with_columns(day=patrol_day(pl.col("start")), minutes=away)
        .group_by(*AREA_DAYS.names, "reason")
        .agg(pl.col("minutes").sum())
        .sort("minutes", "reason", descending=[True, False])
    )
    told = pl.format("{} {}", "reason", pl.col("minutes").round().cast(pl.Int64))
    return by_reason.group_by(AREA_DAYS.names, maintain_order=True).agg(
        pl.col("minutes").sum().alias("abstracted_min"),
        told.str.join("; ").alias("abstracted_for"),
    )


def _verdict() -> pl.Expr:
    owed, sure = pl.col("planned_visits"), pl.col("surely")
    return (
        pl.when(pl.col("status") != "planned")
        .then(pl.col("status"))
        .when(sure >= owed)
        .then(pl.lit("yes"))
        .when(sure + pl.col("possibly") < owed)
        .then(pl.lit("no"))
        .otherwise(pl.lit("cannot tell"))
    )
