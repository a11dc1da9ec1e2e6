"""How long units were in areas: the visits of their devices taken as one, people counted.

A pair that patrols together gives one patrol minute and two person minutes each minute. Adding up
the visits of its two devices would call that two patrol minutes.
"""

from datetime import timedelta

import polars as pl

from patrolwise.errors import InputError
from patrolwise.patrols.assignments import check_assignments
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.tables import (
    UNIT_VISITS,
    UTC_TIME,
    VISIT_PIECES,
    VISITS,
    Column,
    Table,
    check_columns,
    make_table,
)
from patrolwise.times import patrol_day

UNASSIGNED = Table(
    "UNASSIGNED",
    "one visit of a device while, for a part of it or all, the device was in no unit",
    (
        Column("device_id", pl.String, "the device"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("area_id", pl.String, "the area"),
        Column("start", UTC_TIME, "when it came"),
        Column("end", UTC_TIME, "when it left"),
        Column("credited_s", pl.Float64, "seconds credited to the device in the whole visit"),
        Column("unassigned_s", pl.Float64, "seconds of the stay that belong to no unit"),
    ),
)

DEFAULT_RULE = VisitRule()

_SECOND = timedelta(seconds=1)
_HAIR_S = 1e-3  # what sums of decimals may differ by
_VISIT = ["device_id", "area_id", "visit_start"]
_STAY = ["unit_id", "service", "area_id", "day"]  # a stay never leaves these; its number is `stay`


def find_unit_visits(
    visits: pl.DataFrame,
    pieces: pl.DataFrame,
    assignments: pl.DataFrame,
    rule: VisitRule = DEFAULT_RULE,
) -> pl.DataFrame:
    """Return the stays of units: visits of their devices that overlap or touch, taken as one.

    A visit counts for the unit that had the device, and only for the time that it had it; time of
    a device without a unit is in no stay: see `find_unassigned`.

    Parameters
    ----------
    visits : (n, 12) VISITS, any order
    pieces : (m, 5) VISIT_PIECES
        Of the same visits.
    assignments : (k, 6) ASSIGNMENTS
    rule : VisitRule
        The one by which the visits were found: a stay is a pass-through when its visits all are
        and its credited time and silence are shorter than `shortest_visit`.

    Returns
    -------
    (s, 12) UNIT_VISITS, by unit, start and area; no rows when no device of a unit was inside
        ``patrol_s`` is the length of the union of the devices' credited pieces.

        ``person_s`` counts each device's own credited seconds once for each person of its row, and
        ``patrol_s`` once for each person without a device while the row lasts.

        ``unknown_s`` is the silence of a device while no device of the unit is credited. VISITS
        do not say at which uncredited seconds of a visit the silence lay, so that it is spread
        evenly over them, and over several silent devices the sum is taken; it is never more than
        the stay less ``patrol_s``.

        ``edge_s``, ``variance_s2`` and ``common_s`` are the device's own for one device. For
        several the larger of theirs counts at each moment, each spread evenly over its visit: for
        a pair that stays together that is the larger of the two, for a device that takes over
        from another the sum. Two devices that err independently would err less in union: the
        interval is rather too wide than too narrow.

    Raises
    ------
    InputError
        A frame is not such a table; as `check_assignments`; or a visit is there twice, does not
        lie within its patrol day, or has pieces that do not add up to its credited seconds.
    """
    check_columns(visits, VISITS, name="visits")
    check_columns(pieces, VISIT_PIECES, name="pieces")
    check_assignments(assignments)
    _check_visits(visits, pieces)
    parts = _number_stays(_cut(visits, assignments))
    credited = _cut_pieces(pieces, parts)
    union = _unite(credited)
    parts = _add_silence(_add_credit(parts, credited), union)
    stays = (
        parts.group_by("stay")
        .agg(
            *(pl.col(name).first() for name in _STAY),
            start=pl.col("start").min(),
            end=pl.col("end").max(),
            all_pass=pl.col("is_pass_through").all(),
            device_person_s=(pl.col("part_s") * pl.col("people")).sum(),
            silent_s=pl.col("silent_s").sum(),
        )
        .join(union.group_by("stay").agg(patrol_s=pl.col("length_s").sum()), on="stay", how="left")
        .with_columns(pl.col("patrol_s").fill_null(0.0))
        .join(_spread_error(parts), on="stay", how="left")
    )
    stays = stays.join(_count_others(assignments, stays, union), on="stay", how="left")
    uncredited = (pl.col("end") - pl.col("start")) / _SECOND - pl.col("patrol_s")
    is_short = pl.col("patrol_s") + pl.col("unknown_s") < rule.shortest_visit / _SECOND
    found = stays.with_columns(
        person_s=pl.col("device_person_s") + pl.col("others_s").fill_null(0.0),
        unknown_s=pl.min_horizontal("silent_s", uncredited).clip(lower_bound=0.0),
    ).with_columns(is_pass_through=pl.col("all_pass") & is_short)
    return make_table(UNIT_VISITS, found.sort("unit_id", "start", "area_id", "service"))


def find_unassigned(visits: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Return the visits of devices that were in no unit at the time: somebody patrolled unseen.

    Their minutes are in no dose. Either the list of assignments lacks a row, or a device was used
    that nobody was given.

    Parameters
    ----------
    visits : (n, 12) VISITS, any order
    assignments : (k, 6) ASSIGNMENTS

    Returns
    -------
    (u, 7) UNASSIGNED, by device, start and area; no rows when every second has a unit

    Raises
    ------
    InputError
        A frame is not such a table; or as `check_assignments`.
    """
    check_columns(visits, VISITS, name="visits")
    check_assignments(assignments)
    on = ["device_id", "area_id", "visit_start"]
    owned = _cut(visits, assignments).group_by(on).agg(owned_s=pl.col("length_s").sum())
    rows = visits.join(
        owned, left_on=["device_id", "area_id", "start"], right_on=on, how="left"
    ).with_columns(
        unassigned_s=(pl.col("end") - pl.col("start")) / _SECOND - pl.col("owned_s").fill_null(0)
    )
    found = rows.filter((pl.col("unassigned_s") > _HAIR_S) | pl.col("owned_s").is_null())
    return make_table(UNASSIGNED, found.sort("device_id", "start", "area_id"))


def _check_visits(visits: pl.DataFrame, pieces: pl.DataFrame) -> None:
    twice = visits.filter(visits.select("device_id", "area_id", "start").is_duplicated())
    if not twice.is_empty():
        raise InputError(
            f"visits has {twice.height} rows that are there twice, such as {_tell(twice)}; their "
            "seconds would count twice. Leave out the copies."
        )
    last = pl.max_horizontal("start", pl.col("end") - timedelta(microseconds=1))
    astray = visits.filter(
        (patrol_day(pl.col("start")) != pl.col("day")) | (patrol_day(last) != pl.col("day"))
    )
    if not astray.is_empty():
        raise InputError(
            f"visits has {astray.height} rows that do not lie within their patrol day, such as "
            f"{_tell(astray)}. Cut them at 04:00 UTC."
        )
    length = (pl.col("end") - pl.col("start")) / _SECOND
    sums = pieces.group_by(_VISIT).agg(pieces_s=length.sum())
    joined = visits.join(
        sums, left_on=["device_id", "area_id", "start"], right_on=_VISIT, how="left"
    )
    gap = (pl.col("credited_s") - pl.col("pieces_s").fill_null(0.0)).abs()
    unequal = joined.filter(gap > _HAIR_S)
    if not unequal.is_empty():
        raise InputError(
            f"visits has {unequal.height} rows whose pieces do not add up to their credited "
            f"seconds, such as {_tell(unequal)}. Give the pieces of the same visits: find_visits "
            "with with_pieces=True."
        )


def _tell(visits: pl.DataFrame) -> str:
    device, area, start = visits.select("device_id", "area_id", "start").row(0)
    return f"{device} in {area} from {start:%Y-%m-%d %H:%M:%S} UTC"


def _by_day(assignments: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each patrol day of each assignment: visits then join their own day's."""
    last = pl.col("end") - timedelta(microseconds=1)
    days = pl.date_ranges(patrol_day(pl.col("start")), patrol_day(last))
    return assignments.select(
        "device_id", "unit_id", "service", "people", from_time="start", until_time="end", day=days
    ).explode("day")


def _cut(visits: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Return each visit's parts, one for each assignment that its device was under meanwhile."""
    crews = _by_day(assignments).drop_nulls("device_id")
    timed = visits.with_columns(
        visit_start=pl.col("start"), visit_s=(pl.col("end") - pl.col("start")) / _SECOND
    )
    is_within = (pl.col("start") < pl.col("until_time")) & (
        (pl.col("end") > pl.col("from_time"))
        # one fix alone has no length, and yet somebody was there
        | ((pl.col("visit_s") == 0) & (pl.col("start") >= pl.col("from_time")))
    )
    return (
        timed.join(crews, on=["device_id", "day"])
        .filter(is_within)
        .with_columns(
            start=pl.max_horizontal("start", "from_time"),
            end=pl.min_horizontal("end", "until_time"),
        )
        .with_columns(length_s=(pl.col("end") - pl.col("start")) / _SECOND)
        .with_columns(
            share=pl.when(pl.col("visit_s") > 0)
            .then(pl.col("length_s") / pl.col("visit_s"))
            .otherwise(1.0)
        )
    )


def _number_stays(parts: pl.DataFrame) -> pl.DataFrame:
    """Add the number of the stay: parts of one unit, area and day that overlap or touch."""
    left = pl.col("end").cum_max().shift().over(_STAY)
    is_new = (pl.col("start") > left).fill_null(value=True)
    return (
        parts.sort(*_STAY, "start", "end")
        .with_columns(stay=is_new)
        .with_columns(pl.col("stay").cast(pl.Int64).cum_sum())
        .with_row_index("part")
    )


def _cut_pieces(pieces: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return the credited pieces of each part, cut to its times."""
    bounds = parts.select("part", "stay", *_VISIT, from_time="start", until_time="end")
    return (
        pieces.join(bounds, on=_VISIT)
        .with_columns(
            start=pl.max_horizontal("start", "from_time"),
            end=pl.min_horizontal("end", "until_time"),
        )
        .filter(pl.col("end") > pl.col("start"))
        .with_columns(length_s=(pl.col("end") - pl.col("start")) / _SECOND)
    )


def _unite(credited: pl.DataFrame) -> pl.DataFrame:
    """Return the union of each stay's pieces as intervals without overlap."""
    left = pl.col("end").cum_max().shift().over("stay")
    is_new = (pl.col("start") > left).fill_null(value=True)
    return (
        credited.sort("stay", "start")
        .with_columns(run=is_new)
        .with_columns(pl.col("run").cast(pl.Int64).cum_sum())
        .group_by("stay", "run")
        .agg(start=pl.col("start").min(), end=pl.col("end").max())
        .with_columns(length_s=(pl.col("end") - pl.col("start")) / _SECOND)
    )


def _add_credit(parts: pl.DataFrame, credited: pl.DataFrame) -> pl.DataFrame:
    own = credited.group_by("part").agg(part_s=pl.col("length_s").sum())
    return parts.join(own, on="part", how="left").with_columns(pl.col("part_s").fill_null(0.0))


def _add_silence(parts: pl.DataFrame, union: pl.DataFrame) -> pl.DataFrame:
    """Add the silence of each part that no other device of the unit fills."""
    runs = union.select("stay", run_start="start", run_end="end")
    shared = pl.min_horizontal("end", "run_end") - pl.max_horizontal("start", "run_start")
    filled = (
        parts.filter(pl.col("unknown_s") > 0)  # most visits have none
        .join(runs, on="stay")
        .group_by("part")
        .agg(filled_s=(shared / _SECOND).clip(lower_bound=0.0).sum())
    )
    uncredited = pl.col("visit_s") - pl.col("credited_s")
    share_silent = pl.when(uncredited > 0).then(pl.col("unknown_s") / uncredited).otherwise(0.0)
    left_open = (pl.col("length_s") - pl.col("filled_s").fill_null(0.0)).clip(lower_bound=0.0)
    return parts.join(filled, on="part", how="left").with_columns(silent_s=share_silent * left_open)


def _count_others(
    assignments: pl.DataFrame, stays: pl.DataFrame, union: pl.DataFrame
) -> pl.DataFrame:
    """Return the seconds of people without a device: the unit's own, once for each of them."""
    others = _by_day(assignments).filter(pl.col("device_id").is_null())
    shared = pl.min_horizontal("end", "until_time") - pl.max_horizontal("start", "from_time")
    seconds = (shared / _SECOND).clip(lower_bound=0.0) * pl.col("people")
    on = ["unit_id", "service", "day"]
    with_others = stays.select("stay", *on).join(others, on=on)
    return with_others.join(union, on="stay").group_by("stay").agg(others_s=seconds.sum())


def _spread_error(parts: pl.DataFrame) -> pl.DataFrame:
    """Return each stay's error: at each moment the largest of its devices' rates."""
    errors = ("edge_s", "variance_s2", "common_s")
    whole = {name: pl.col(name) * pl.col("share") for name in errors}
    timed = parts.select("stay", "start", "end", "length_s", **whole)
    # without a length there is no rate: such a visit's error is added as it is, and one alone too
    is_plain = (pl.col("length_s") == 0) | (pl.len().over("stay") == 1)
    plain = timed.filter(is_plain).select("stay", *whole)
    several = timed.filter(~is_plain)
    moments = pl.concat([several.select("stay", t=pl.col(end)) for end in ("start", "end")])
    spans = (
        moments.unique()
        .sort("stay", "t")
        .with_columns(until=pl.col("t").shift(-1).over("stay"))
        .drop_nulls("until")
    )
    rates = several.with_columns(pl.col(name) / pl.col("length_s") for name in errors)
    length = (pl.col("until") - pl.col("t")) / _SECOND
    largest = (
        spans.join(rates, on="stay")
        .filter(pl.col("start") <= pl.col("t"), pl.col("until") <= pl.col("end"))
        .group_by("stay", "t", "until")
        .agg(pl.col(errors).max())
        .select("stay", *(pl.col(name) * length for name in errors))
    )
    return pl.concat([largest, plain]).group_by("stay").agg(pl.col(errors).sum())
