"""How long the way is from place to place: straight line times a detour factor, or by streets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import hypot, inf

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.places import area_geometries
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.tables import Column, Table, check_columns, make_table

MODES = ("walking", "driving")
_LONGEST_MIN = 1440.0
_WAY = ("mode", "from_id", "to_id")

TRAVEL_PLACES = Table(
    "TRAVEL_PLACES",
    "one place that units go between: a hot spot, by a point inside it, or a base",
    (
        Column("place_id", pl.String, "the hot spot or the base; unique"),
        Column("x", pl.Float64, "easting, metres, British National Grid (EPSG:27700)"),
        Column("y", pl.Float64, "northing, metres, British National Grid (EPSG:27700)"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class TravelRule:
    """How fast units go where no street map says it, and how much longer than straight.

    The pace of walking and the speed of driving along streets are declared. The detours were
    measured on the streets within 2.5 km of the centre of Leeds (OpenStreetMap, 11,705 ways), over
    pairs of 400 random places 200 m to 2 km apart; median, with the range of 90 % of pairs.

    Walking: 1.26 (1.11 to 1.62) between places on streets, 1.31 (1.14 to 1.90) between places
    anywhere within 100 m of one. So 1.3 is about right for half of the ways and too little for the
    other half; below 500 m the median is 1.37 and 1.51. Driving, with one-way streets: 1.67 (1.21
    to 2.99) and 1.69 (1.24 to 3.15); 1.3 would be far too little. Another town differs:
    `scripts/measure_detour.py` measures it, and `street_network` needs no factor.
    """

    walking_km_h: float = 4.8
    driving_km_h: float = 26.0  # along streets: on the same pairs, by speeds of `street_rules`
    detour: float = 1.3  # the way on foot over the straight line
    driving_detour: float = 1.7  # the way by car over the straight line

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be above 0, got {getattr(self, name)}."
            for name in ("walking_km_h", "driving_km_h")
            if not 0 < getattr(self, name) < inf
        ]
        faults += [
            f"{name} must be at least 1, as no way is shorter than straight; got "
            f"{getattr(self, name)}."
            for name in ("detour", "driving_detour")
            if not 1 <= getattr(self, name) < inf
        ]
        check_faults("Travel rule", faults)

    def speed_of(self, mode: str) -> float:
        """Return the speed of a way of going, km/h."""
        return {"walking": self.walking_km_h, "driving": self.driving_km_h}[mode]

    def detour_of(self, mode: str) -> float:
        """Return how much longer than straight a way of going is."""
        return {"walking": self.detour, "driving": self.driving_detour}[mode]


def list_places(areas: pl.DataFrame, bases: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the places that units go between: the hot spots, then the bases.

    A hot spot stands for its centroid, or a point inside it where the centroid is outside. The
    way within a hot spot is part of the visit: a patrol that enters at the near edge walks the
    rest while it is there.

    Parameters
    ----------
    areas : (n, 3) AREAS
    bases : (m, 3) TRAVEL_PLACES, optional

    Returns
    -------
    (n + m, 3) TRAVEL_PLACES

    Raises
    ------
    InputError
        As `check_places`.

    Examples
    --------
    >>> import shapely
    >>> from patrolwise.places import areas_from_geometries
    >>> list_places(areas_from_geometries(["a"], [shapely.box(0, 0, 10, 20)])).rows()
    [('a', 5.0, 10.0)]
    """
    polygons = area_geometries(areas)
    centres = shapely.centroid(polygons)
    points = np.where(
        shapely.intersects(polygons, centres), centres, shapely.point_on_surface(polygons)
    )
    columns = {"place_id": areas["area_id"], "x": shapely.get_x(points), "y": shapely.get_y(points)}
    places = make_table(TRAVEL_PLACES, columns)
    if bases is not None:
        check_columns(bases, TRAVEL_PLACES, name="bases")
        places = pl.concat([places, bases.select(TRAVEL_PLACES.names)])
    check_places(places)
    return places


def check_places(places: pl.DataFrame) -> None:
    """Raise when travel between places cannot be told; silent when it can.

    Parameters
    ----------
    places : (n, 3) TRAVEL_PLACES
        May have a column `row`, the line in its file, which messages then name.

    Raises
    ------
    InputError
        An id is blank or there twice, such as of a hot spot and a base; or a position is no
        number. All are named.
    """
    check_columns(places, TRAVEL_PLACES, name="places")
    rows = number_rows(places)
    place_id = pl.col("place_id")
    faults = [
        *describe_bad_rows(rows, place_id.str.strip_chars() == "", "place_id", "fill it in."),
        *describe_bad_rows(
            rows, place_id.is_duplicated(), "place_id",
            "another place has this id too. Give each its own.",
        ),
        *(
            fault
            for name in ("x", "y")
            for fault in describe_bad_rows(
                rows, ~pl.col(name).is_finite(), name, "write metres of British National Grid."
            )
        ),
    ]  # fmt: skip
    check_faults("Places", faults)


def make_matrices(
    travel: pl.DataFrame,
    area_ids: Sequence[str],
    bases: Sequence[str],
    modes: Mapping[str, str],
) -> dict[str, NDArray[np.int64]]:
    """Return the travel times of each service as `ShiftProblem` takes them.

    Parameters
    ----------
    travel : (n, 6) TRAVEL
        Further places are left aside.
    area_ids, bases : sequence of str
        The hot spots, then the bases: the order of rows and columns.
    modes : mapping of service to mode
        How each service goes.

    Returns
    -------
    dict of service to (places, places) int array
        Whole minutes, rounded up, 0 on the diagonal: an estimate that is too short makes a plan
        that nobody can walk.

    Raises
    ------
    InputError
        A pair of places is missing for a mode in use, or is there twice; or its minutes are not
        from 0 to a day. All are named.

    Examples
    --------
    >>> places = make_table(
    ...     TRAVEL_PLACES, {"place_id": ["a", "b"], "x": [0.0, 800.0], "y": [0.0, 0.0]}
    ... )
    >>> travel = estimate_travel(places, TravelRule(detour=1.25), ["walking"])
    >>> make_matrices(travel, ["a", "b"], [], {"outreach": "walking"})["outreach"].tolist()
    [[0, 13], [13, 0]]
    """
    check_columns(travel, TRAVEL, name="travel")
    places = [*area_ids, *bases]
    in_use = list(dict.fromkeys(modes.values()))
    known = travel.filter(
        pl.col("mode").is_in(in_use),
        pl.col("from_id").is_in(places),
        pl.col("to_id").is_in(places),
        pl.col("from_id") != pl.col("to_id"),
    ).select("mode", "from_id", "to_id", "minutes")
    minutes = {row[:3]: row[3] for row in known.iter_rows()}
    wanted = [(mode, *pair) for mode in in_use for pair in permutations(places, 2)]
    missing = [_tell_way(way) for way in wanted if way not in minutes]
    faults = (
        [f"There is no time for {'; '.join(missing)}. Estimate travel anew."] if missing else []
    )
    faults += [
        f"There are two times for {_tell_way(way)}. Take one out."
        for way in known.filter(known.select(*_WAY).is_duplicated())
        .select(*_WAY)
        .unique(maintain_order=True)
        .iter_rows()
    ]
    faults += [
        f"There are {value} min for {_tell_way(way)}. Give 0 to {_LONGEST_MIN:g}."
        for way, value in minutes.items()
        if value is None or not 0 <= value <= _LONGEST_MIN
    ]
    check_faults("Travel", faults)
    matrices = {mode: _fill_matrix(places, mode, minutes) for mode in in_use}
    return {service: matrices[mode].copy() for service, mode in modes.items()}


def estimate_travel(
    places: pl.DataFrame, rule: TravelRule, modes: Sequence[str] = MODES
) -> pl.DataFrame:
    """Return travel times from straight lines.

    Parameters
    ----------
    places : (n, 3) TRAVEL_PLACES
    rule : TravelRule
    modes : sequence of str
        Ways of going: walking, driving.

    Returns
    -------
    (m n (n - 1), 6) TRAVEL, by mode, then as the places are given
        Metres are the straight line times the detour of the mode.

    Raises
    ------
    InputError
        A place is there twice or has no position; or a mode is not known.
    """
    check_places(places)
    if unknown := [mode for mode in modes if mode not in MODES]:
        raise InputError(f"Nobody goes by {', '.join(unknown)}; write {' or '.join(MODES)}.")
    rows = []
    for mode in modes:
        source = f"straight line x {rule.detour_of(mode):g}"
        for origin, target in permutations(places.select(TRAVEL_PLACES.names).iter_rows(), 2):
            metres = rule.detour_of(mode) * hypot(origin[1] - target[1], origin[2] - target[2])
            minutes = metres / 1000 / rule.speed_of(mode) * 60
            rows.append((mode, origin[0], target[0], minutes, metres, source))
    return make_table(TRAVEL, pl.DataFrame(rows, schema=TRAVEL.schema, orient="row"))


def _tell_way(way: tuple[str, str, str]) -> str:
    mode, origin, target = way
    return f"{mode} from {origin} to {target}"


def _fill_matrix(
    places: Sequence[str], mode: str, minutes: Mapping[tuple[str, str, str], float]
) -> NDArray[np.int64]:
    matrix = np.zeros((len(places), len(places)))
    for (i, origin), (j, target) in permutations(enumerate(places), 2):
        matrix[i, j] = minutes[mode, origin, target]
    # a hair less, so that 12 minutes and a rounding error do not become 13
    return np.ceil(matrix - 1e-9).clip(min=0).astype(np.int64)
