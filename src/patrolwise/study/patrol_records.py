"""How the tables of a study of patrols become the records that a reader sees."""

from datetime import UTC, datetime

import polars as pl

from patrolwise.patrols.abstractions import sum_abstractions
from patrolwise.patrols.dose import Period, sum_doses_by
from patrolwise.patrols.dose_rules import EVERY_DAY, DoseRule
from patrolwise.patrols.reported_minutes import as_reported_doses
from patrolwise.patrols.rhythm import measure_rhythm
from patrolwise.reporting.patrol_results import (
    AbstractionRecord,
    DoseDayRecord,
    DoseRecord,
    DoseRuleRecord,
    ReportedRecord,
    RhythmRecord,
    StayRecord,
)
from patrolwise.study.patrol_measures import PatrolTables

VERDICTS = {"yes": "met", "no": "short"}  # others are the same in words
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def record_doses(tables: PatrolTables) -> tuple[DoseRecord, ...]:
    """Return what each service gave to each hot spot in the whole window.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of DoseRecord
        By hot spot in the set's order, then service in the programme's.
    """
    keys = ["area_id", "service"]
    sums = sum_doses_by(tables.unit_visits, tables.doses, Period.ALL)
    met = pl.col("met")
    judged = tables.compliance.group_by(keys).agg(
        # without a rule nothing was owed, which is not the same as owing no minutes
        planned_min=pl.when((met != "no rule").any()).then(pl.col("planned_min").sum()),
        abstracted_min=pl.col("abstracted_min").sum(),
        days_planned=met.is_in(["yes", "no", "cannot tell"]).sum(),
        days_met=(met == "yes").sum(),
        days_short=(met == "no").sum(),
        days_unclear=(met == "cannot tell").sum(),
    )
    order = tables.doses.select(keys).unique(maintain_order=True)
    rows = (
        order.join(sums, on=keys, maintain_order="left")
        .join(judged, on=keys, maintain_order="left")
        .join(_names(tables), on="area_id", maintain_order="left")
    )
    return tuple(
        DoseRecord(
            area_id=row["area_id"],
            name=row["name"],
            service=row["service"],
            patrol_min=row["patrol_min"],
            low_min=row["patrol_low_min"],
            high_min=row["patrol_high_min"],
            person_min=row["person_min"],
            planned_min=row["planned_min"],
            visits=row["visits"],
            pass_throughs=row["pass_throughs"],
            unknown_min=row["unknown_min"],
            abstracted_min=row["abstracted_min"],
            days_planned=row["days_planned"],
            days_met=row["days_met"],
            days_short=row["days_short"],
            days_unclear=row["days_unclear"],
        )
        for row in rows.iter_rows(named=True)
    )


def record_days(tables: PatrolTables) -> tuple[DoseDayRecord, ...]:
    """Return each hot spot, patrol day and service with its verdict.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of DoseDayRecord
        By hot spot, day and service, as DOSES.
    """
    keys = ["area_id", "day", "service"]
    judged = tables.compliance.select(*keys, "met", "planned_min")
    rows = tables.doses.join(judged, on=keys, maintain_order="left")
    return tuple(
        DoseDayRecord(
            area_id=row["area_id"],
            day=row["day"].isoformat(),
            service=row["service"],
            patrol_min=row["patrol_min"],
            low_min=row["patrol_low_min"],
            high_min=row["patrol_high_min"],
            planned_min=None if row["met"] == "no rule" else row["planned_min"],
            visits=row["visits"],
            verdict=VERDICTS.get(row["met"], row["met"]),
        )
        for row in rows.iter_rows(named=True)
    )


def record_rules(tables: PatrolTables) -> tuple[DoseRuleRecord, ...]:
    """Return the dose rules that were in force on some day of the window, as declared.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of DoseRuleRecord
    """
    window, rules = tables.programme.tracking.window, tables.programme.tracking.dose_rules
    return tuple(
        DoseRuleRecord(
            service=rule.service,
            first=rule.first.isoformat(),
            last=rule.last.isoformat() if rule.last else "",
            words=describe_rule(rule),
            reason=rule.reason,
            decided=rule.decided.isoformat(),
        )
        for rule in rules
        if rule.first <= window.last and (rule.last is None or rule.last >= window.first)
    )


def describe_rule(rule: DoseRule) -> str:
    """Return what a dose rule asks for, in words.

    Parameters
    ----------
    rule : DoseRule

    Returns
    -------
    str

    Examples
    --------
    >>> from datetime import date, time
    >>> print(describe_rule(DoseRule(
    ...     service="outreach", first=date(2024, 6, 2), visit_min=40, visits_a_day=1,
    ...     weekdays=(7, 1, 2, 3, 4), from_clock=time(14), until_clock=time(20),
    ...     reason="as agreed", decided=date(2024, 5, 1),
    ... )))
    1 visit of 40 min a day, Sunday to Thursday, begun 14:00 to 20:00
    """
    visits = "1 visit" if rule.visits_a_day == 1 else f"{rule.visits_a_day} visits"
    parts = [f"{visits} of {rule.visit_min:g} min a day", _describe_weekdays(rule.weekdays)]
    if rule.from_clock is not None and rule.until_clock is not None:
        parts.append(f"begun {rule.from_clock:%H:%M} to {rule.until_clock:%H:%M}")
    if rule.areas is not None:
        parts.append(f"in {', '.join(rule.areas)}")
    return ", ".join(parts)


def record_stays(tables: PatrolTables) -> tuple[StayRecord, ...]:
    """Return each stay of a unit in a hot spot, by its beginning.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of StayRecord
    """
    rows = tables.unit_visits.sort("start", "unit_id", "area_id")
    return tuple(
        StayRecord(
            unit_id=row["unit_id"],
            service=row["service"],
            area_id=row["area_id"],
            day=row["day"].isoformat(),
            start=tell_time(row["start"]),
            end=tell_time(row["end"]),
            patrol_min=row["patrol_s"] / 60,
            unknown_min=row["unknown_s"] / 60,
            is_pass_through=row["is_pass_through"],
        )
        for row in rows.iter_rows(named=True)
    )


def record_rhythm(tables: PatrolTables) -> tuple[RhythmRecord, ...]:
    """Return how often, how long and at what distance in time each service came.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of RhythmRecord
        By hot spot, then service, as `record_doses`; without a visit they are there too.
    """
    keys = ["area_id", "service"]
    measured = measure_rhythm(tables.unit_visits, tables.doses, Period.ALL)
    order = tables.doses.select(keys).unique(maintain_order=True)
    rows = order.join(measured, on=keys, maintain_order="left")
    named = rows.join(_names(tables), on="area_id", maintain_order="left")
    return tuple(
        RhythmRecord(
            area_id=row["area_id"],
            name=row["name"],
            service=row["service"],
            visits_a_day=row["visits"] / row["days"],
            mean_min=row["minutes_mean"],
            median_min=row["minutes_median"],
            median_gap_min=row["gap_median_min"],
            koper_visits=row["share_10_16"],
            koper_gaps=row["share_to_2_h"],
        )
        for row in named.iter_rows(named=True)
    )


def record_abstractions(tables: PatrolTables) -> tuple[AbstractionRecord, ...]:
    """Return how often and how long units were called away, by service and reason.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of AbstractionRecord
        Reasons that never came are left out; no items without a log.
    """
    summed = sum_abstractions(tables.sources.abstractions, tables.planned)
    rows = summed.filter(pl.col("abstractions") > 0)
    return tuple(
        AbstractionRecord(
            service=row["service"],
            reason=row["reason"],
            times=row["abstractions"],
            minutes=row["minutes"],
            share_of_planned=row["share_of_planned"],
        )
        for row in rows.iter_rows(named=True)
    )


def record_reported(tables: PatrolTables) -> tuple[ReportedRecord, ...]:
    """Return the minutes that partners say they gave, apart from all that was verified.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of ReportedRecord
        By service and hot spot; no items without a form.
    """
    told = as_reported_doses(tables.sources.reported)
    sums = told.group_by("service", "area_id").agg(
        minutes=pl.col("reported_min").sum(), days=pl.col("day").n_unique()
    )
    rows = sums.join(_names(tables), on="area_id").sort("service", "area_id")
    return tuple(
        ReportedRecord(
            service=row["service"],
            area_id=row["area_id"],
            name=row["name"],
            minutes=row["minutes"],
            days=row["days"],
        )
        for row in rows.iter_rows(named=True)
    )


def tell_time(time: datetime) -> str:
    """Return a time as UTC, ISO 8601, to the second.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    str
    """
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _names(tables: PatrolTables) -> pl.DataFrame:
    return tables.areas.select("area_id", "name")


def _describe_weekdays(weekdays: tuple[int, ...]) -> str:
    if set(weekdays) == set(EVERY_DAY):
        return "every day"
    # a run of days is told by its ends, also across the week's end
    for first in sorted(weekdays):
        run = [(first - 1 + step) % 7 + 1 for step in range(len(weekdays))]
        if set(run) == set(weekdays) and len(run) > 2:
            return f"{_WEEKDAYS[run[0] - 1]} to {_WEEKDAYS[run[-1] - 1]}"
    return ", ".join(_WEEKDAYS[day - 1] for day in sorted(weekdays))
