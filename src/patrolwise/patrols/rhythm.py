"""How often, how long and at what distance in time the visits of a service come.

Sherman's three: frequency, duration and intermittency; and Koper's two: visits of 10 to 16 minutes
that come at least every two hours.
"""

from datetime import date, timedelta

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.dose import AREA_DAYS, Period, list_area_days
from patrolwise.tables import UNIT_VISITS, UTC_TIME, Column, Table, check_columns, make_table

KOPER_VISIT_MIN = (10.0, 16.0)  # minutes, both ends included
KOPER_GAP_MIN = 120.0  # minutes

SHIFTS = Table(
    "SHIFTS",
    "one shift of a service",
    (
        Column("service", pl.String, "the service"),
        Column("shift", pl.String, "what it is called: early, late, Friday night"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
    ),
)

_MEASURES = (
    Column("visits", pl.Int64, "frequency: visits, without pass-throughs"),
    Column("minutes_mean", pl.Float64, "duration: mean credited minutes a visit", True),
    Column("minutes_median", pl.Float64, "duration: median credited minutes a visit", True),
    Column("visits_10_16", pl.Int64, "visits of 10 to 16 credited minutes"),
    Column("share_10_16", pl.Float64, "their share of visits; null without a visit", True),
    Column("gaps", pl.Int64, "times between visits of the same patrol day or shift"),
    Column("gap_mean_min", pl.Float64, "intermittency: mean minutes of a gap", True),
    Column("gap_median_min", pl.Float64, "intermittency: median minutes of a gap", True),
    Column("gaps_to_2_h", pl.Int64, "gaps of at most two hours"),
    Column("share_to_2_h", pl.Float64, "their share of gaps; null without a gap", True),
)

RHYTHM = Table(
    "RHYTHM",
    "one area and service in one day, week, month or longer",
    (
        Column("area_id", pl.String, "the area"),
        Column("period_start", pl.Date, "first day of the period; weeks begin on Monday"),
        Column("service", pl.String, "the service"),
        Column("days", pl.Int64, "patrol days reported on"),
        *_MEASURES,
    ),
)

SHIFT_RHYTHM = Table(
    "SHIFT_RHYTHM",
    "one area in one shift of a service",
    (
        Column("area_id", pl.String, "the area"),
        Column("service", pl.String, "the service"),
        Column("shift", pl.String, "what the shift is called"),
        Column("shift_start", UTC_TIME, "its start, UTC"),
        *_MEASURES,
    ),
)


def measure_rhythm(
    unit_visits: pl.DataFrame, area_days: pl.DataFrame, period: Period = Period.DAY
) -> pl.DataFrame:
    """Return frequency, duration and intermittency of each area and service.

    Frequency is the number of visits of the service's units. Duration is the credited minutes of
    a visit. Intermittency is the time from the end of one presence to the start of the next: while
    any unit of the service is inside, the service is present, so that a second unit that comes
    before the first has left ends no gap. A gap lies within one patrol day; the night between two
    days is none. Pass-throughs are neither visits nor presence.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
    area_days : (m, any) AREA_DAYS
        What is reported on; visits elsewhere are left out.
    period : Period
        Visits and gaps of its days are pooled.

    Returns
    -------
    (k, 14) RHYTHM, by area, period and service; those without a visit are rows

    Raises
    ------
    InputError
        A frame is not such a table.

    References
    ----------
    Crime Science (2024), 10.1186/s40163-024-00221-x: the three measures from GPS. Its abstract
    and opening were at hand, not its pseudocode: the definitions above are ours.
    Koper (1995), Justice Quarterly 12(4), 649-672: visits of 10 to 16 minutes.
    """
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    check_columns(area_days, AREA_DAYS, name="area_days")
    period_start = period.start(pl.col("day"))
    days = area_days.select(AREA_DAYS.names).unique().with_columns(period_start=period_start)
    keys = ["area_id", "period_start", "service"]
    visits = unit_visits.join(days, on=AREA_DAYS.names)
    groups = days.group_by(keys).agg(days=pl.len())
    return make_table(RHYTHM, _measure(groups, _with_gaps(visits, "day"), keys))


def measure_shift_rhythm(
    unit_visits: pl.DataFrame, areas: pl.DataFrame, shifts: pl.DataFrame
) -> pl.DataFrame:
    """Return frequency, duration and intermittency of each area in each shift of a service.

    As `measure_rhythm`, with the shift in place of the day: a visit belongs to the shift in which
    it begins, and a gap lies within one shift. Visits begun outside every shift are left out.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
    areas : (a, any) AREAS, or any frame with an ``area_id`` column
    shifts : (s, 4) SHIFTS, any order

    Returns
    -------
    (a * s, 14) SHIFT_RHYTHM, by area, service and start; shifts without a visit are rows

    Raises
    ------
    InputError
        A frame is not such a table, an area is given twice, or a shift ends before it begins or
        overlaps another one of its service.
    """
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    _check_shifts(shifts)
    named = shifts.select("service", "shift", shift_start="start", shift_end="end")
    services = sorted(set(shifts["service"]))
    known = list_area_days(areas, [date.min], services).select("area_id", "service")
    in_shift = (
        unit_visits.join(known, on=["area_id", "service"], how="semi")
        .sort("start")
        .join_asof(
            named.sort("shift_start"),
            left_on="start",
            right_on="shift_start",
            by="service",
            check_sortedness=False,  # sorted above; polars cannot see it group by group
        )
        .filter(pl.col("start") < pl.col("shift_end"))
    )
    keys = ["area_id", "service", "shift", "shift_start"]
    groups = known.join(named.select(keys[1:]), on="service")
    measured = _measure(groups, _with_gaps(in_shift, "shift_start"), keys)
    return make_table(SHIFT_RHYTHM, measured.sort("area_id", "service", "shift_start"))


def _with_gaps(visits: pl.DataFrame, session: str) -> pl.DataFrame:
    """Return real visits with the minutes since anyone of the service was there; null if none."""
    left = pl.col("end").cum_max().shift().over("area_id", "service", session)
    gap = (pl.col("start") - left) / timedelta(minutes=1)
    return (
        visits.filter(~pl.col("is_pass_through"))
        .sort("start", "end")
        .with_columns(gap_min=gap, minutes=pl.col("patrol_s") / 60)
        .with_columns(gap_min=pl.when(pl.col("gap_min") > 0).then("gap_min"))
    )


def _measure(groups: pl.DataFrame, visits: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return the measures of each group; groups without a visit have zeros and nulls."""
    minutes, gap = pl.col("minutes"), pl.col("gap_min")
    measured = visits.group_by(keys).agg(
        visits=pl.len(),
        minutes_mean=minutes.mean(),
        minutes_median=minutes.median(),
        visits_10_16=minutes.is_between(*KOPER_VISIT_MIN).sum(),
        gaps=gap.count(),
        gap_mean_min=gap.mean(),
        gap_median_min=gap.median(),
        gaps_to_2_h=(gap <= KOPER_GAP_MIN).sum(),
    )
    counts = ("visits", "visits_10_16", "gaps", "gaps_to_2_h")
    shares = {
        "share_10_16": pl.when(pl.col("visits") > 0).then(
            pl.col("visits_10_16") / pl.col("visits")
        ),
        "share_to_2_h": pl.when(pl.col("gaps") > 0).then(pl.col("gaps_to_2_h") / pl.col("gaps")),
    }
    return (
        groups.join(measured, on=keys, how="left")
        .with_columns(pl.col(counts).fill_null(0))
        .with_columns(**shares)
        .sort(keys)
    )


def _check_shifts(shifts: pl.DataFrame) -> None:
    check_columns(shifts, SHIFTS, name="shifts")
    before = pl.col("end").cum_max().shift().over("service")
    rows = shifts.sort("start").with_columns(before=before)
    told = pl.format(
        "{}, {} from {}", "service", "shift", pl.col("start").dt.to_string("%Y-%m-%d %H:%M UTC")
    )
    wrong = rows.filter(pl.col("end") <= pl.col("start")).select(told).to_series()
    twice = rows.filter(pl.col("start") < pl.col("before")).select(told).to_series()
    check_faults(
        "Shifts",
        [
            *(f"{shift} does not end after it begins." for shift in wrong),
            *(f"{shift} begins before an earlier shift has ended. Cut one." for shift in twice),
        ],
    )
