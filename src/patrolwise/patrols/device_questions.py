"""Which trackers somebody must ask about: two on one person, or one left in the van.

Neither is proof of anything. One person with two trackers in two units is counted twice; a tracker
left on a desk inside a hot spot earns minutes that nobody patrolled.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.assignments import check_assignments
from patrolwise.tables import FIXES, UTC_TIME, Column, Table, check_columns, make_table
from patrolwise.times import patrol_day

UNDECLARED_PAIRS = Table(
    "UNDECLARED_PAIRS",
    "two devices that moved as one on a patrol day, and are not of one unit",
    (
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("device_a", pl.String, "one device"),
        Column("device_b", pl.String, "the other, later in the alphabet"),
        Column("unit_a", pl.String, "unit of the first at the time; null if it had none", True),
        Column("unit_b", pl.String, "unit of the second at the time; null if it had none", True),
        Column("shared_s", pl.Float64, "seconds in which both reported and were not of one unit"),
        Column("near_s", pl.Float64, "of those, seconds near each other"),
        Column("share", pl.Float64, "near_s over shared_s, 0 to 1"),
        Column("moved_m", pl.Float64, "how far they moved together: the diagonal of their box"),
    ),
)

LEFT_BEHIND = Table(
    "LEFT_BEHIND",
    "one device that did not move on a patrol day while another of its unit did",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("device_id", pl.String, "the device that did not move"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("first", UTC_TIME, "its first fix of the day in the unit"),
        Column("last", UTC_TIME, "its last fix of the day in the unit"),
        Column("x", pl.Float64, "where it lay: easting, metres"),
        Column("y", pl.Float64, "where it lay: northing, metres"),
        Column("spread_m", pl.Float64, "95 of 100 of its fixes lie within this of that place"),
        Column("noise_m", pl.Float64, "what position error alone explains"),
        Column("moved_device_id", pl.String, "the device of the unit that moved most"),
        Column("moved_spread_m", pl.Float64, "how far that one's fixes spread, measured likewise"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class PairRule:
    """When two devices are taken to be carried by one person, or by two who patrol together."""

    within_m: float = 30.0  # this near each other,
    share: float = 0.8  # for more than this share of the shared time,
    least_shared: timedelta = timedelta(minutes=30)  # which must be at least this long,
    moved_m: float = 100.0  # and going somewhere: two radios on their chargers are no pair
    every: timedelta = timedelta(seconds=60)  # how often their places are compared
    longest_step: timedelta = timedelta(minutes=6)  # a device is silent in a longer one

    def __post_init__(self) -> None:
        zero = timedelta(0)
        checks = [
            (self.within_m <= 0, f"within_m must be above 0, got {self.within_m}."),
            (not 0 <= self.share < 1, f"share must be 0 to below 1, got {self.share}."),
            (self.least_shared <= zero, f"least_shared must be above 0, got {self.least_shared}."),
            (self.moved_m < 0, f"moved_m must not be below 0, got {self.moved_m}."),
            (self.every <= zero, f"every must be above 0, got {self.every}."),
            (self.longest_step <= zero, f"longest_step must be above 0, got {self.longest_step}."),
        ]
        check_faults("The pair rule", [sentence for is_wrong, sentence in checks if is_wrong])


@dataclass(frozen=True, kw_only=True)
class LeftBehindRule:
    """When a device is taken to lie still while its unit is out."""

    accuracies: float = 3.0  # spread below so many accuracies is position error
    shortest: timedelta = timedelta(hours=2)  # less can be a meal, or a talk
    moved_m: float = 100.0  # spread from which another device has moved
    assumed_accuracy_m: float = 10.0  # 68 % radius of a fix that reports none

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be above 0, got {value}."
            for name, value in (
                ("accuracies", self.accuracies),
                ("moved_m", self.moved_m),
                ("assumed_accuracy_m", self.assumed_accuracy_m),
            )
            if value <= 0
        ]
        if self.shortest <= timedelta(0):
            faults.append(f"shortest must be above 0, got {self.shortest}.")
        check_faults("The rule for devices left behind", faults)


DEFAULT_PAIRS = PairRule()
DEFAULT_LEFT_BEHIND = LeftBehindRule()

_PAIR = ["day", "device", "device_b"]


def find_undeclared_pairs(
    fixes: pl.DataFrame, assignments: pl.DataFrame, rule: PairRule = DEFAULT_PAIRS
) -> pl.DataFrame:
    """Return the devices that moved as one all day, though they are not of one unit.

    To be asked about: one person with two trackers, one of them in another unit or in none, is
    counted twice; two people who in truth patrol as a pair give each patrol minute twice. Their
    places are compared at equal instants, drawn straight between fixes, so that trackers that
    report at different times can be compared. Slow ones walk round corners unseen: at a refresh
    of minutes a pair can be missed.

    Parameters
    ----------
    fixes : (n, 10) FIXES, any order
        Cleaned: no mock fixes, no spikes.
    assignments : (k, 6) ASSIGNMENTS
        Time in which the two are of one unit is left out on both sides of the share.
    rule : PairRule

    Returns
    -------
    (p, 9) UNDECLARED_PAIRS, by day and devices; no rows when there is nothing to ask

    Raises
    ------
    InputError
        A frame is not such a table; or as `check_assignments`.
    """
    check_columns(fixes, FIXES, name="fixes")
    check_assignments(assignments)
    found = [make_table(UNDECLARED_PAIRS)]
    days = fixes.select("device_id", "time", "x", "y", "starts_segment").with_columns(
        day=patrol_day(pl.col("time"))
    )
    for day in days.sort("day").partition_by("day"):  # a day at a time: pairs are many
        places = _attach_units(_place_regularly(day, rule), assignments)
        found.append(make_table(UNDECLARED_PAIRS, _pair_up(places, rule)))
    return pl.concat(found).sort("day", "device_a", "device_b")


def find_left_behind(
    fixes: pl.DataFrame, assignments: pl.DataFrame, rule: LeftBehindRule = DEFAULT_LEFT_BEHIND
) -> pl.DataFrame:
    """Return the devices that did not move on a patrol day while another of their unit did.

    Left in the van or on a desk: if that lies in a hot spot, its minutes are nobody's patrol. The
    spread is the distance from the median place within which 95 of 100 fixes lie: the whole
    box of a still device's fixes grows with their number, this does not.

    Parameters
    ----------
    fixes : (n, 10) FIXES, any order
    assignments : (k, 6) ASSIGNMENTS
        Fixes outside every row are left out.
    rule : LeftBehindRule

    Returns
    -------
    (b, 11) LEFT_BEHIND, by day, unit and device; no rows when there is nothing to ask

    Raises
    ------
    InputError
        A frame is not such a table; or as `check_assignments`.
    """
    check_columns(fixes, FIXES, name="fixes")
    check_assignments(assignments)
    keys = ["unit_id", "device_id", "day"]
    owned = _attach_units(
        fixes.select("time", "x", "y", "accuracy_m", device="device_id"), assignments
    ).drop_nulls("unit_id")
    placed = owned.with_columns(
        device_id="device",
        day=patrol_day(pl.col("time")),
        accuracy=pl.col("accuracy_m").cast(pl.Float64).fill_null(rule.assumed_accuracy_m),
    ).with_columns(
        mid_x=pl.col("x").median().over(keys), mid_y=pl.col("y").median().over(keys)
    )  # fmt: skip
    away = ((pl.col("x") - pl.col("mid_x")) ** 2 + (pl.col("y") - pl.col("mid_y")) ** 2).sqrt()
    days = placed.group_by(keys).agg(
        first=pl.col("time").min(),
        last=pl.col("time").max(),
        x=pl.col("mid_x").first(),
        y=pl.col("mid_y").first(),
        spread_m=away.quantile(0.95, "higher"),
        noise_m=rule.accuracies * pl.col("accuracy").mean(),
    )
    moved = (
        days.filter(pl.col("spread_m") >= pl.max_horizontal("noise_m", rule.moved_m))
        .sort("spread_m", "device_id", descending=[True, False])
        .unique(["unit_id", "day"], keep="first", maintain_order=True)
        .select("unit_id", "day", moved_device_id="device_id", moved_spread_m="spread_m")
    )
    still = days.filter(
        pl.col("spread_m") < pl.col("noise_m"),
        pl.col("last") - pl.col("first") >= rule.shortest,
    )
    found = still.join(moved, on=["unit_id", "day"])
    return make_table(LEFT_BEHIND, found.sort("day", "unit_id", "device_id"))


def _place_regularly(day: pl.DataFrame, rule: PairRule) -> pl.DataFrame:
    """Return each device's place at every instant of a regular clock, straight between fixes."""
    width = int(rule.every / timedelta(microseconds=1))
    longest = int(rule.longest_step / timedelta(microseconds=1))
    following = {
        f"{name}_next": pl.col(name).shift(-1).over("device")
        for name in ("t", "x", "y", "starts_segment")
    }
    steps = (
        day.select(
            "day", "x", "y", "starts_segment", device="device_id", t=pl.col("time").dt.epoch("us")
        )
        .unique(["device", "t"], keep="first", maintain_order=True)
        .sort("device", "t")
        .with_columns(**following)
        .filter(
            pl.col("t_next") - pl.col("t") <= longest,
            ~pl.col("starts_segment_next").fill_null(value=False),
        )
    )
    first, until = (-(-pl.col(name) // width) for name in ("t", "t_next"))  # rounded up
    along = (pl.col("instant") - pl.col("t")) / (pl.col("t_next") - pl.col("t"))
    return (
        steps.with_columns(instant=pl.int_ranges(first, until))
        .explode("instant")
        .drop_nulls("instant")
        .with_columns(pl.col("instant") * width)
        .select(
            "day",
            "device",
            pl.col("instant").cast(UTC_TIME).alias("time"),
            *(
                (pl.col(name) + along * (pl.col(f"{name}_next") - pl.col(name))).alias(name)
                for name in ("x", "y")
            ),
        )
    )


def _attach_units(places: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Return places with the unit that had the device at the time; null where none had it."""
    crews = assignments.drop_nulls("device_id").select(
        "unit_id", device="device_id", from_time="start", until_time="end"
    )
    return (
        places.sort("time")
        .join_asof(
            crews.sort("from_time"),
            left_on="time",
            right_on="from_time",
            by="device",
            check_sortedness=False,  # sorted above; polars cannot see it group by group
        )
        .with_columns(unit_id=pl.when(pl.col("time") < pl.col("until_time")).then("unit_id"))
        .drop("from_time", "until_time")
    )


def _pair_up(places: pl.DataFrame, rule: PairRule) -> pl.DataFrame:
    """Return the pairs of one day that were near each other for most of their shared time."""
    every_s = rule.every / timedelta(seconds=1)
    # numbers in place of names: at a briefing every device meets every other at every instant
    places = places.with_columns(
        pl.col(name).cast(pl.Enum(places[name].drop_nulls().unique().sort()))
        for name in ("device", "unit_id")
    )
    near = (
        _meet_nearby(places, rule.within_m)
        .group_by(_PAIR)
        .agg(
            pl.len().alias("near"),
            pl.col("unit_id", "unit_id_b").drop_nulls().first(),
            width=pl.col("x").max() - pl.col("x").min(),
            height=pl.col("y").max() - pl.col("y").min(),
        )
        # the shared time is counted only for pairs that can still pass
        .filter(pl.col("near") * every_s > rule.share * (rule.least_shared / timedelta(seconds=1)))
    )
    other = places.select("time", device_b="device", unit_id_b="unit_id")
    shared = (
        near.select(_PAIR)
        .join(places.select("device", "time", "unit_id"), on="device")
        .join(other, on=["device_b", "time"])
        .filter(_is_undeclared())
        .group_by(_PAIR)
        .agg(shared=pl.len())
    )
    return near.join(shared, on=_PAIR).select(
        "day",
        device_a="device",
        device_b="device_b",
        unit_a="unit_id",
        unit_b="unit_id_b",
        shared_s=pl.col("shared") * every_s,
        near_s=pl.col("near") * every_s,
        share=pl.col("near") / pl.col("shared"),
        moved_m=(pl.col("width") ** 2 + pl.col("height") ** 2).sqrt(),
    ).filter(
        pl.col("share") > rule.share,
        pl.col("shared_s") >= rule.least_shared / timedelta(seconds=1),
        pl.col("moved_m") >= rule.moved_m,
    )  # fmt: skip


def _meet_nearby(places: pl.DataFrame, within_m: float) -> pl.DataFrame:
    """Return each two devices of different units that are near each other at an instant."""
    cells = places.with_columns(
        cx=(pl.col("x") / within_m).floor().cast(pl.Int64),
        cy=(pl.col("y") / within_m).floor().cast(pl.Int64),
    )
    beside = pl.DataFrame(
        [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)], ["i", "j"], orient="row"
    )
    other = cells.join(beside, how="cross").select(
        "time",
        device_b="device",
        unit_id_b="unit_id",
        x_b="x",
        y_b="y",
        cx=pl.col("cx") + pl.col("i"),
        cy=pl.col("cy") + pl.col("j"),
    )
    apart_2 = (pl.col("x") - pl.col("x_b")) ** 2 + (pl.col("y") - pl.col("y_b")) ** 2
    return cells.join(other, on=["time", "cx", "cy"]).filter(
        pl.col("device") < pl.col("device_b"), apart_2 <= within_m**2, _is_undeclared()
    )


def _is_undeclared() -> pl.Expr:
    return pl.col("unit_id").is_null() | pl.col("unit_id").ne_missing(pl.col("unit_id_b"))
