"""Where a simulated unit truly was, each second of its shift."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, check_faults
from patrolwise.places import area_geometries
from patrolwise.simulate.areas import draw_within
from patrolwise.simulate.ranges import NOT_NEGATIVE, POSITIVE, SHARE, range_faults
from patrolwise.tables import UTC_TIME, Column, Table, make_table

Floats = NDArray[np.float64]

TRUE_PATHS = Table(
    "TRUE_PATHS",
    "one unit in one second: where it truly was; simulated",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("time", UTC_TIME, "UTC, whole seconds without a hole within a shift"),
        Column("x", pl.Float64, "true easting, metres, British National Grid (EPSG:27700)"),
        Column("y", pl.Float64, "true northing, metres, British National Grid (EPSG:27700)"),
    ),
)

_AT_ONCE = 16  # places drawn at a time
_WALK_RANGES = {
    "slowest_m_s": POSITIVE,
    "fastest_m_s": POSITIVE,
    "between_m_s": POSITIVE,
    "pause_share": SHARE,
    "longest_pause_s": NOT_NEGATIVE,
    "edge_share": SHARE,
    "edge_m": NOT_NEGATIVE,
}


@dataclass(frozen=True, kw_only=True)
class WalkRule:
    """How a unit moves. The defaults are two people on foot."""

    slowest_m_s: float = 0.8  # within a hot spot
    fastest_m_s: float = 1.4
    between_m_s: float = 1.2  # from one hot spot to the next
    pause_share: float = 0.5  # of the places reached, those at which it stands to talk
    longest_pause_s: float = 300.0  # a pause is drawn from 0 to this
    edge_share: float = 0.15  # of the places reached, those close to the edge
    edge_m: float = 5.0  # how close
    reach_m: float = (
        0.0  # places are drawn from the area and this far round it; below 0: its middle
    )

    def __post_init__(self) -> None:
        faults = range_faults(self, _WALK_RANGES)
        if self.slowest_m_s > self.fastest_m_s:
            faults.append(
                f"slowest_m_s, {self.slowest_m_s:g}, is above fastest_m_s, {self.fastest_m_s:g}."
            )
        if not isfinite(self.reach_m):
            faults.append(f"reach_m must be a number of metres, got {self.reach_m:g}.")
        check_faults("WalkRule", faults)


ON_FOOT = WalkRule()
BY_VEHICLE = WalkRule(between_m_s=8.0)  # drives between hot spots, walks within


@dataclass(frozen=True)
class Stay:
    """A hot spot to go to, and the whole seconds to be inside."""

    area_id: str
    seconds: int

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise InputError(f"A stay lasts at least 1 s, got {self.seconds} in {self.area_id}.")


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a unit does in one shift: from its base to each stay in turn, and home."""

    unit_id: str
    start: datetime  # aware
    base: tuple[float, float]  # metres, British National Grid
    stays: tuple[Stay, ...]

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise InputError(f"The start of {self.unit_id}, {self.start}, has no time zone.")


def walk_round(
    round_: Round, areas: pl.DataFrame, rule: WalkRule, rng: np.random.Generator
) -> pl.DataFrame:
    """Return where a unit truly was, each second from leaving its base to coming home.

    It goes straight to the nearest edge of each hot spot, wanders inside for the seconds asked,
    and leaves by the edge nearest to where it goes next. In a convex area it is inside for
    exactly those seconds; in a concave one it may cut a corner outside, and with a `reach_m`
    above 0 it goes in and out. On its way it may cross other areas: `find_true_visits` says what
    truly happened.

    How much of a stay a noisy tracker misses hangs on `reach_m`: units that never leave the area
    lose seconds at its edge, and none are given back by those who stand outside.

    Parameters
    ----------
    round_ : Round
    areas : (m, 3) AREAS
    rule : WalkRule
    rng : numpy Generator

    Returns
    -------
    (seconds, 4) TRUE_PATHS, in order of time

    Raises
    ------
    InputError
        A stay names an area that is not in the table; all are named.
    """
    shapes = dict(zip(areas["area_id"], area_geometries(areas), strict=True))
    if unknown := sorted({stay.area_id for stay in round_.stays} - shapes.keys()):
        raise InputError(
            f"{round_.unit_id} is to go to {', '.join(unknown)}, which no row of areas has. "
            f"There are {', '.join(shapes) or 'none'}."
        )
    base = shapely.Point(round_.base)
    ahead = [*(shapes[stay.area_id] for stay in round_.stays[1:]), base]
    here = np.array(round_.base, dtype=float)
    pieces = []
    for stay, goal in zip(round_.stays, ahead, strict=False):
        door = nearest_edge(shapes[stay.area_id], here)
        ends = (door, choose_way_out(shapes[stay.area_id], door, goal, stay.seconds, rule))
        pieces.append(go_straight(here, door, rule.between_m_s))
        pieces.append(wander(shapes[stay.area_id], ends, stay.seconds, rule, rng))
        here = ends[1]
    pieces.append(go_straight(here, np.array(round_.base, dtype=float), rule.between_m_s))
    pieces.append(np.array([round_.base], dtype=float))
    return path_table(round_.unit_id, round_.start, np.concatenate(pieces))


def path_table(unit_id: str, start: datetime, places: Floats) -> pl.DataFrame:
    """Return places, one each second, as a table.

    Parameters
    ----------
    unit_id : str
    start : datetime
        Aware; the time of the first place.
    places : (n, 2) array
        Easting and northing, metres.

    Returns
    -------
    (n, 4) TRUE_PATHS
    """
    first = np.datetime64(round(start.timestamp() * 1e6), "us")
    time = pl.Series(first + np.arange(len(places)) * np.timedelta64(1_000_000, "us"))
    return make_table(
        TRUE_PATHS,
        pl.DataFrame(
            {
                "unit_id": pl.repeat(unit_id, len(places), dtype=pl.String, eager=True),
                "time": time.dt.replace_time_zone("UTC"),
                "x": places[:, 0],
                "y": places[:, 1],
            }
        ),
    )


def nearest_edge(area: BaseGeometry, to: BaseGeometry | Floats) -> Floats:
    """Return the place on an area's edge nearest to something.

    Parameters
    ----------
    area : polygon
    to : geometry or (2,) array

    Returns
    -------
    (2,) array
        Easting and northing, metres.
    """
    goal = to if isinstance(to, BaseGeometry) else shapely.Point(to)
    line = shapely.shortest_line(area.boundary, goal)
    return np.asarray(shapely.get_coordinates(line)[0], dtype=float)


def go_straight(start: Floats, end: Floats, speed_m_s: float) -> Floats:
    """Return where a unit is each second on a straight way; its end is not among them.

    Parameters
    ----------
    start, end : (2,) array
        Metres.
    speed_m_s : float
        Kept or stayed just below, so that the way takes whole seconds.

    Returns
    -------
    (seconds, 2) array
        No rows when the two are one place.

    Examples
    --------
    >>> go_straight(np.zeros(2), np.array([3.0, 0.0]), 1.0)[:, 0].tolist()
    [0.0, 1.0, 2.0]
    """
    seconds = int(np.ceil(np.hypot(*(end - start)) / speed_m_s))
    return np.asarray(start + (end - start) * np.arange(seconds)[:, None] / max(seconds, 1))


def choose_way_out(
    area: BaseGeometry, way_in: Floats, goal: BaseGeometry | Floats, seconds: int, rule: WalkRule
) -> Floats:
    """Return the place on the edge by which a unit leaves: the nearest to where it goes next.

    Parameters
    ----------
    area : polygon
    way_in : (2,) array
        Where it came in; also its way out, when it stays too short to walk to the other side.
    goal : geometry or (2,) array
    seconds : int
        How long it stays.
    rule : WalkRule

    Returns
    -------
    (2,) array
    """
    way_out = nearest_edge(area, goal)
    return way_out if np.hypot(*(way_out - way_in)) <= seconds * rule.slowest_m_s else way_in


def wander(
    area: BaseGeometry,
    ends: tuple[Floats, Floats],
    seconds: int,
    rule: WalkRule,
    rng: np.random.Generator,
) -> Floats:
    """Return where a unit is each second of a stay inside an area.

    It walks from place to place, each drawn uniformly or close to the edge, at a speed drawn
    anew, and stands at some of them. At the last it stands until it must go to leave in time.

    Parameters
    ----------
    area : polygon
    ends : pair of (2,) arrays
        Where it comes in and where it goes out, see `choose_way_out`.
    seconds : int
    rule : WalkRule
    rng : numpy Generator

    Returns
    -------
    (seconds, 2) array
    """
    way_in, way_out = ends
    out_m_s = rng.uniform(rule.slowest_m_s, rule.fastest_m_s)
    places, arrive, leave = _draw_legs(area, way_in, seconds, rule, rng)
    must_go = seconds - np.hypot(*(places - way_out).T) / out_m_s
    last = np.flatnonzero(arrive <= must_go)[-1]
    # a unit stands from arriving to leaving: each place is there twice, at both times
    at = np.concatenate([np.repeat(places[: last + 1], 2, axis=0), [way_out]])
    when = np.c_[arrive[: last + 1], leave[: last + 1]].ravel()
    when[-1] = must_go[last]
    when = np.append(when, seconds)
    clock = np.arange(seconds)
    x, y = np.interp(clock, when, at[:, 0]), np.interp(clock, when, at[:, 1])
    return np.asarray(np.c_[x, y])


def _draw_legs(
    area: BaseGeometry, start: Floats, seconds: int, rule: WalkRule, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Return places in order, and the seconds at which each is reached and left."""
    places, arrive, leave = start[None, :], np.zeros(1), np.zeros(1)
    reached = area.buffer(rule.reach_m) if rule.reach_m else area
    if reached.is_empty:  # narrower than twice the reach: it has no middle
        reached = area
    while leave[-1] <= seconds:
        drawn = draw_within(reached, _AT_ONCE, rng)
        drawn = _move_to_edge(area, drawn, rule, rng)
        steps = np.diff(np.concatenate([places[-1:], drawn]), axis=0)
        walks = np.hypot(*steps.T) / rng.uniform(rule.slowest_m_s, rule.fastest_m_s, _AT_ONCE)
        stands = rng.random(_AT_ONCE) < rule.pause_share
        pauses = np.where(stands, rng.uniform(0.0, rule.longest_pause_s, _AT_ONCE), 0.0)
        left = leave[-1] + np.cumsum(walks + pauses)
        places = np.concatenate([places, drawn])
        arrive, leave = np.append(arrive, left - pauses), np.append(leave, left)
    return places, arrive, leave


def _move_to_edge(
    area: BaseGeometry, drawn: Floats, rule: WalkRule, rng: np.random.Generator
) -> Floats:
    """Move a share of places to within `edge_m` of the edge, each on its side of it."""
    n = len(drawn)
    lines = shapely.shortest_line(area.boundary, shapely.points(drawn))
    edge = shapely.get_coordinates(lines).reshape(n, 2, 2)[:, 0]
    away = drawn - edge
    depth = np.hypot(*away.T)
    # between a place and its nearest edge lies no other edge: what is drawn there is on its side
    wanted = np.minimum(depth, rng.uniform(0.0, rule.edge_m, n))
    moved = edge + away * (wanted / depth)[:, None]
    is_moved = rng.random(n) < rule.edge_share
    return np.asarray(np.where(is_moved[:, None], moved, drawn))
