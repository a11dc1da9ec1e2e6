"""Which ways of a street map may be walked or driven, in which direction and how fast."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from patrolwise.tables import Column, Table

STREETS = Table(
    "STREETS",
    "one way of a street map, with the tags that say who may use it; OpenStreetMap's words",
    (
        Column("way_id", pl.String, "its id in the map"),
        Column("highway", pl.String, "the class of way, such as residential or footway"),
        Column("access", pl.String, "who may use it", True),
        Column("foot", pl.String, "whether it may be walked, if said", True),
        Column("vehicle", pl.String, "whether vehicles may use it, if said", True),
        Column("motor_vehicle", pl.String, "whether motor vehicles may, if said", True),
        Column("motorcar", pl.String, "whether cars may, if said", True),
        Column("oneway", pl.String, "yes, no, or -1 for against its direction", True),
        Column("junction", pl.String, "roundabout, if it is one", True),
        Column("maxspeed", pl.String, "such as 20 mph; km/h without a unit", True),
        Column("geometry", pl.Binary, "its lines as WKB, metres, British National Grid"),
    ),
)

WALKED = frozenset(
    (
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service",
        "pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "track", "corridor",
        "road", "platform", "crossing", "elevator",
    )
)  # fmt: skip

# km/h on an ordinary town journey, lights and junctions included: declared, not measured
DRIVEN: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 80.0, "motorway_link": 50.0,
        "trunk": 45.0, "trunk_link": 35.0,
        "primary": 32.0, "primary_link": 28.0,
        "secondary": 30.0, "secondary_link": 26.0,
        "tertiary": 28.0, "tertiary_link": 24.0,
        "unclassified": 26.0, "residential": 22.0, "road": 22.0,
        "living_street": 12.0, "service": 12.0,
    }
)  # fmt: skip

# Who may use it is written in many words; these shut a patrol out, all others let it through.
CLOSED = frozenset(
    (
        "no", "private", "customers", "delivery", "permit", "agricultural", "forestry",
        "military", "emergency", "restricted", "residents", "use_sidepath",
    )
)  # fmt: skip
_FOOT = ("foot", "access")  # the first that is said counts
_CAR = ("motorcar", "motor_vehicle", "vehicle", "access")
_SPEED = re.compile(r"(\d{1,3})\s*(mph)?")
_KM_OF_MILE = 1.609344


def may_walk(way: Mapping[str, str | None]) -> bool:
    """Return whether a way may be walked, in both directions.

    By its class (`WALKED`), unless `foot`, or else `access`, says that it is closed. Motorways are
    never walked, whatever is said. One-way rules are for vehicles.

    Parameters
    ----------
    way : mapping
        A row of STREETS.

    Returns
    -------
    bool

    References
    ----------
    OpenStreetMap Wiki, "OSM tags for routing/Access restrictions", default for all countries:
    motorways are closed on foot, trunk roads and smaller ones are not, and a key of its own counts
    before `access`. We let cycleways be walked unless the map says otherwise.

    Examples
    --------
    >>> may_walk({"highway": "service", "access": "private", "foot": "yes"})
    True
    >>> may_walk({"highway": "motorway", "foot": "yes"})
    False
    """
    return way["highway"] in WALKED and _is_open(way, _FOOT)


def drive_speeds(way: Mapping[str, str | None]) -> tuple[float, float]:
    """Return the speed at which a way is driven along and against its direction, km/h.

    By its class (`DRIVEN`), and no more than its limit; 0 where it may not be driven. Ways of other
    classes are not driven, such as pedestrian streets that let in deliveries.

    Parameters
    ----------
    way : mapping
        A row of STREETS.

    Returns
    -------
    float, float

    Examples
    --------
    >>> drive_speeds({"highway": "primary", "oneway": "-1", "maxspeed": "10 mph"})
    (0.0, 16.09344)
    """
    speed = DRIVEN.get(way["highway"] or "", 0.0)
    if not speed or not _is_open(way, _CAR):
        return 0.0, 0.0
    limit = _SPEED.fullmatch((way.get("maxspeed") or "").strip())
    if limit is not None:
        speed = min(speed, int(limit[1]) * (_KM_OF_MILE if limit[2] else 1.0))
    oneway = way.get("oneway")
    if oneway is None and (way["highway"] == "motorway" or way.get("junction") == "roundabout"):
        oneway = "yes"
    along = 0.0 if oneway in ("-1", "reverse") else speed
    against = 0.0 if oneway in ("yes", "true", "1") else speed
    return along, against


def _is_open(way: Mapping[str, str | None], keys: tuple[str, ...]) -> bool:
    said = next((value for key in keys if (value := way.get(key)) is not None), "yes")
    return said not in CLOSED
