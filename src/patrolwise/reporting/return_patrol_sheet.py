"""Sheet 3 of a quarterly return: patrols by hot spot, month and kind of agency."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from patrolwise.partnership.fund_visits import find_fund_visits
from patrolwise.partnership.hours_totals import add_minutes
from patrolwise.reporting.return_records import ReturnCell, ReturnParts, ReturnSheet
from patrolwise.times import patrol_day

ALL_SPOTS, ALL_MONTHS = "all hot spots", "quarter"
COLUMNS = (
    "planned_patrols",
    "delivered_patrols",
    "patrol_min",
    "patrol_hours",
    "person_min",
    "person_hours",
    "extended_person_min",
    "funded_person_min",
    "in_kind_person_min",
    "overtime_person_min",
    "tracker_verified_percent",
    "visits",
    "median_dwell_min",
    "days_judged",
    "days_met_percent",
    "abstracted_min",
)
PAID_COLUMNS = {
    "funded": "funded_person_min",
    "in kind": "in_kind_person_min",
    "overtime": "overtime_person_min",
}


def make_patrol_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return what each kind of agency did in each hot spot and month, and in all of them.

    Kinds are never added together. Patrol-minutes are those of patrols alone; person-minutes
    likewise, and those of work that grew out of patrols stand apart.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        A row for each kind, hot spot and month that was live, zeros too; then one for each kind
        over all.
    """
    tables = _by_month_and_kind(parts)
    rows = []
    for area, month in parts.live_months:
        for kind in parts.kinds_told:
            own = {
                name: table.filter(
                    pl.col("area_id") == area, pl.col("month") == month, pl.col("kind") == kind
                )
                for name, table in tables.items()
            }
            rows.append(((area, f"{month:%Y-%m}", kind), _count(own)))
    for kind in parts.kinds_told:
        own = {name: table.filter(pl.col("kind") == kind) for name, table in tables.items()}
        rows.append(((ALL_SPOTS, ALL_MONTHS, kind), _count(own)))
    return ReturnSheet(
        number=3, keys=("hot_spot", "month", "agency_kind"), columns=COLUMNS, rows=tuple(rows)
    )


def _by_month_and_kind(parts: ReturnParts) -> dict[str, pl.DataFrame]:
    start = patrol_day(pl.col("start")).dt.truncate("1mo")
    tables = {
        "hours": add_minutes(parts.sources["hours"]),
        "planned": parts.sources["planned"].with_columns(month=pl.col("day").dt.truncate("1mo")),
        "visits": find_fund_visits(parts.sources["stays"], parts.rules),
        "away": parts.sources["away"].with_columns(
            month=start, minutes=(pl.col("end") - pl.col("start")).dt.total_minutes()
        ),
    }
    first, last = parts.months[0], parts.months[-1]
    return {name: _with_kind(table, parts.kinds, first, last) for name, table in tables.items()}


def _with_kind(
    table: pl.DataFrame, kinds: Mapping[str, str], first: date, last: date
) -> pl.DataFrame:
    kind = pl.col("agency").replace_strict(dict(kinds), return_dtype=pl.String)
    return table.filter(pl.col("month").is_between(first, last)).with_columns(kind=kind)


def _count(own: Mapping[str, pl.DataFrame]) -> tuple[ReturnCell, ...]:
    cells = _count_hours(own["hours"]) | _count_visits(own["visits"]) | _count_days(own["planned"])
    away = own["away"]
    cells["abstracted_min"] = ReturnCell(int(away["minutes"].sum()), "away", _ids(away))
    return tuple(cells[column] for column in COLUMNS)


def _count_hours(hours: pl.DataFrame) -> dict[str, ReturnCell]:
    patrols = hours.filter(pl.col("activity") == "patrol")
    extended = hours.filter(pl.col("activity") == "extended")
    verified = patrols.filter(pl.col("basis") == "tracker")
    patrol_min, person_min = int(patrols["patrol_min"].sum()), int(patrols["person_min"].sum())
    ids = _ids(patrols)
    share = _percent(int(verified["patrol_min"].sum()), patrol_min)
    cells = {
        "delivered_patrols": ReturnCell(patrols.height, "hours", ids),
        "patrol_min": ReturnCell(patrol_min, "hours", ids),
        "patrol_hours": ReturnCell(round(patrol_min / 60, 2), "hours", ids),
        "person_min": ReturnCell(person_min, "hours", ids),
        "person_hours": ReturnCell(round(person_min / 60, 2), "hours", ids),
        "extended_person_min": ReturnCell(
            int(extended["person_min"].sum()), "hours", _ids(extended)
        ),
        "tracker_verified_percent": ReturnCell(share, "hours", ids),
    }
    for paid, column in PAID_COLUMNS.items():
        own = hours.filter(pl.col("paid") == paid)
        cells[column] = ReturnCell(int(own["person_min"].sum()), "hours", _ids(own))
    return cells


def _count_visits(visits: pl.DataFrame) -> dict[str, ReturnCell]:
    ids = tuple(sorted(visits["row_ids"].explode())) if visits.height else ()
    median = visits["minutes"].median()
    dwell = round(float(median), 1) if isinstance(median, float) else None
    return {
        "visits": ReturnCell(visits.height, "stays", ids),
        "median_dwell_min": ReturnCell(dwell, "stays", ids),
    }


def _count_days(planned: pl.DataFrame) -> dict[str, ReturnCell]:
    judged = planned.filter(pl.col("met") != "cannot tell")
    met = judged.filter(pl.col("met") == "met").height
    return {
        "planned_patrols": ReturnCell(int(planned["planned"].sum()), "planned", _ids(planned)),
        "days_judged": ReturnCell(judged.height, "planned", _ids(judged)),
        "days_met_percent": ReturnCell(_percent(met, judged.height), "planned", _ids(judged)),
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _ids(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(rows["row_id"].sort())
