"""Which service is in which hot spot, and when: what simulated units have decided so far."""

from collections.abc import Iterator
from math import ceil

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.places import area_geometries
from patrolwise.simulate.areas import find_base
from patrolwise.simulate.services import SeparationRule
from patrolwise.simulate.truth import find_runs_of, is_inside

Floats = NDArray[np.float64]

STEP_OUT_M = 20.0  # how far outside a hot spot a unit waits


class Ground:
    """The areas and the base, ready to be asked."""

    def __init__(self, areas: pl.DataFrame) -> None:
        x, y = find_base(areas)
        self.base = np.array([x, y])
        self.ids: list[str] = areas["area_id"].to_list()
        self.shapes = area_geometries(areas)
        shapely.prepare(self.shapes)

    def check_room_between(self, reach_m: float) -> None:
        """Raise when a unit that waits outside one area or reaches out may be in another."""
        room_m = 2 * STEP_OUT_M + max(reach_m, 0.0)
        hulls = shapely.convex_hull(self.shapes)
        first, second = shapely.STRtree(hulls).query(hulls, "dwithin", room_m)
        pairs = zip(first, second, strict=True)
        close = [f"{self.ids[i]} and {self.ids[j]}" for i, j in pairs if i < j]
        if close:
            raise InputError(
                f"Services cannot be kept apart where areas lie within {room_m:g} m of "
                f"each other: {'; '.join(close)}. Give areas further apart, or "
                "SeparationRule(keep_apart=False)."
            )

    def find_crossings(self, places: Floats, first: int) -> Iterator[tuple[int, int, int]]:
        """Yield area, start and end of each run of seconds inside; one place a second."""
        seconds = first + np.arange(len(places))
        for number, shape in enumerate(self.shapes):
            runs = find_runs_of(seconds, is_inside(shape, places))
            for start, end in zip(*runs, strict=True):
                yield number, int(start), int(end)

    def waiting_place(self, area: int, way_out: Floats) -> Floats:
        """Return where a unit waits that has left an area: a few steps outside."""
        around = self.shapes[area].buffer(STEP_OUT_M).boundary
        line = shapely.shortest_line(around, shapely.Point(way_out))
        return np.asarray(shapely.get_coordinates(line)[0], dtype=float)


class Bookings:
    """The stays and crossings decided so far, by area."""

    def __init__(self, rule: SeparationRule) -> None:
        self.rule = rule
        self._booked: list[tuple[int, int, int, str]] = []

    def forget_before(self, second: int) -> None:
        """Leave out what ended long before."""
        last = second - ceil(self.rule.apart_s)
        self._booked = [one for one in self._booked if one[2] >= last]

    def add(self, area: int, start: int, end: int, service: str) -> None:
        """Note that a service is in an area from a second to another."""
        self._booked.append((area, start, end, service))

    def is_taken(self, area: int, start: int, end: int, service: str) -> bool:
        """Return whether another service is or is to be there, or too soon before or after."""
        apart = self.rule.apart_s
        return any(
            area == other_area
            and service != other
            and start < other_end + apart
            and other_start < end + apart
            for other_area, other_start, other_end, other in self._booked
        )
