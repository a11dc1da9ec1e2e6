"""When a simulated unit truly was inside an area, and for how long."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, check_faults
from patrolwise.places import area_geometries
from patrolwise.simulate.ranges import NOT_NEGATIVE, range_faults
from patrolwise.simulate.walks import TRUE_PATHS
from patrolwise.tables import UTC_TIME, Column, Table, check_columns, make_table

Integers = NDArray[np.int64]

TRUE_VISITS = Table(
    "TRUE_VISITS",
    "one stay of a unit in an area, as it truly was; simulated",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the area"),
        Column("start", UTC_TIME, "first second inside"),
        Column("end", UTC_TIME, "end of the last second inside"),
        Column("inside_s", pl.Float64, "seconds truly inside: absences that were bridged left out"),
        Column("is_pass_through", pl.Boolean, "end less start is too short to be a visit"),
    ),
)
TRUE_SECONDS = Table(
    "TRUE_SECONDS",
    "one unit and one area; zeros are rows; simulated",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the area"),
        Column("seconds", pl.Float64, "seconds truly inside"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class TruthRule:
    """What counts as one true visit."""

    bridge_s: float = 60.0  # an absence of up to this does not end a visit
    shortest_s: float = 60.0  # from start to end; less only passed through

    def __post_init__(self) -> None:
        faults = range_faults(self, {"bridge_s": NOT_NEGATIVE, "shortest_s": NOT_NEGATIVE})
        check_faults("TruthRule", faults)


def find_true_visits(path: pl.DataFrame, areas: pl.DataFrame, rule: TruthRule) -> pl.DataFrame:
    """Return each stay of each unit in each area, as it truly was.

    A unit is where it is at a second's beginning for the whole of that second. On the edge is
    inside.

    Parameters
    ----------
    path : (n, 4) TRUE_PATHS, any order
    areas : (m, 3) AREAS
        A second in two areas counts in both.
    rule : TruthRule

    Returns
    -------
    (k, 6) TRUE_VISITS, by unit, start, then area
    """
    by = ["unit_id", "area_id"]
    runs = _find_runs(path, areas).sort(*by, "start")
    absence = pl.col("start") - pl.col("end").shift(1).over(by)
    visits = (
        runs.with_columns(
            visit=(absence.is_null() | (absence > rule.bridge_s)).cum_sum(),
            inside_s=pl.col("end") - pl.col("start"),
        )
        .group_by("visit")
        .agg(
            pl.col(*by, "start").first(),
            pl.col("end").last(),
            pl.col("inside_s").sum().cast(pl.Float64),
        )
        .with_columns(is_pass_through=pl.col("end") - pl.col("start") < rule.shortest_s)
        .with_columns(pl.from_epoch(pl.col("start", "end"), "s").cast(UTC_TIME))
    )
    return make_table(TRUE_VISITS, visits).sort("unit_id", "start", "area_id")


def true_seconds(
    path: pl.DataFrame, areas: pl.DataFrame, frame: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the seconds that each unit truly was inside each area.

    Parameters
    ----------
    path : (n, 4) TRUE_PATHS, any order
    areas : (m, 3) AREAS
    frame : frame with `start`, `end` and, if it differs by unit, `unit_id`; optional
        Only what falls in these intervals counts, to the microsecond: with the steps that were
        credited, it is the truth to which their credit compares. Intervals that overlap count
        once; one that ends before it starts counts for nothing.

    Returns
    -------
    (units * m, 3) TRUE_SECONDS, by unit, then area in the order given

    Raises
    ------
    InputError
        `frame` lacks `start` or `end`.
    """
    if frame is not None and (missing := [c for c in ("start", "end") if c not in frame.columns]):
        raise InputError(
            f"frame lacks {', '.join(missing)}; it has {', '.join(frame.columns) or 'no columns'}. "
            "Give the start and end of each observed interval."
        )
    runs = _find_runs(path, areas).partition_by("unit_id", "area_id", as_dict=True)
    nothing = np.empty(0, dtype=np.int64)
    rows = []
    for unit_id, intervals in _intervals_by_unit(path["unit_id"].unique().sort(), frame).items():
        for area_id in areas["area_id"]:
            own = runs.get((unit_id, area_id))
            starts = nothing if own is None else own["start"].to_numpy()
            ends = nothing if own is None else own["end"].to_numpy()
            rows.append((unit_id, area_id, _seconds_within(starts, ends, intervals)))
    return pl.DataFrame(rows, schema=TRUE_SECONDS.schema, orient="row")


def find_runs_of(seconds: Integers, inside: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Return where unbroken runs of inside seconds start and end.

    Parameters
    ----------
    seconds : (n,) array
        Whole, rising.
    inside : (n,) array

    Returns
    -------
    (k,) array, (k,) array
        First second, and the second after the last.

    Examples
    --------
    >>> starts, ends = find_runs_of(np.array([5, 6, 7, 9]), np.array([True, True, False, True]))
    >>> starts.tolist(), ends.tolist()
    ([5, 9], [7, 10])
    """
    within = seconds[inside]
    cuts = np.flatnonzero(np.diff(within) > 1)
    starts = np.concatenate([within[:1], within[cuts + 1]])
    ends = np.concatenate([within[cuts], within[-1:]]) + 1
    return starts, ends


def is_inside(area: BaseGeometry, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which places lie inside an area or on its edge.

    Parameters
    ----------
    area : polygon
    places : (n, 2) array

    Returns
    -------
    (n,) array
    """
    low_x, low_y, high_x, high_y = area.bounds
    x, y = places[:, 0], places[:, 1]
    inside = (x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y)
    near = np.flatnonzero(inside)
    inside[near] = shapely.intersects_xy(area, x[near], y[near])
    return np.asarray(inside)


def _find_runs(path: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Return unit_id, area_id and the epoch seconds from which and to which it was inside."""
    check_columns(path, TRUE_PATHS, name="path")
    shapes = area_geometries(areas)
    shapely.prepare(shapes)
    schema = {"unit_id": pl.String, "area_id": pl.String, "start": pl.Int64, "end": pl.Int64}
    runs = [pl.DataFrame(schema=schema)]
    for part in path.sort("unit_id", "time").partition_by("unit_id", maintain_order=True):
        seconds = part["time"].dt.epoch("s").to_numpy()
        places = part.select("x", "y").to_numpy()
        for area_id, shape in zip(areas["area_id"], shapes, strict=True):
            starts, ends = find_runs_of(seconds, is_inside(shape, places))
            found = pl.DataFrame({"start": starts, "end": ends}).select(
                pl.lit(part["unit_id"][0]).alias("unit_id"),
                pl.lit(area_id).alias("area_id"),
                pl.col("start", "end").cast(pl.Int64),
            )
            runs.append(found)
    return pl.concat(runs)


def _intervals_by_unit(
    units: pl.Series, frame: pl.DataFrame | None
) -> dict[str, NDArray[np.float64] | None]:
    """Return each unit's intervals in epoch seconds, none overlapping; None for all time."""
    if frame is None:
        return dict.fromkeys(units)
    if "unit_id" not in frame.columns:
        return dict.fromkeys(units, _intervals_of(frame))
    # once through the frame, which can have a row for each fix, and not once for each unit
    own = frame.partition_by("unit_id", as_dict=True)
    return {unit: _intervals_of(own.get((unit,), frame.clear())) for unit in units}


def _intervals_of(own: pl.DataFrame) -> NDArray[np.float64]:
    if own.height == 0:
        return np.empty((0, 2))
    times = own.sort("start").select(pl.col("start", "end").dt.epoch("us")).to_numpy() / 1e6
    latest = np.maximum.accumulate(times[:, 1])
    starts = np.maximum(times[:, 0], np.append(-np.inf, latest[:-1]))
    return np.asarray(np.c_[starts, np.maximum(starts, times[:, 1])])


def _seconds_within(
    starts: Integers, ends: Integers, intervals: NDArray[np.float64] | None
) -> float:
    if intervals is None or len(starts) == 0:
        return float((ends - starts).sum())
    # the seconds inside up to a time are a broken line: it rises within runs and is level between
    edges = np.c_[starts, ends].ravel()
    so_far = np.c_[np.cumsum(ends - starts) - (ends - starts), np.cumsum(ends - starts)].ravel()
    return float(np.diff(np.interp(intervals, edges, so_far), axis=1).sum())
