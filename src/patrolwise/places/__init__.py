"""Where things are: areas, grids and projections; metres of British National Grid throughout."""

from patrolwise.places.areas import (
    area_geometries,
    areas_from_geometries,
    locate_points,
    make_ring,
    union_of,
)
from patrolwise.places.grids import Grid, GridShape
from patrolwise.places.projection import to_longitude_latitude, to_national_grid

__all__ = [
    "Grid",
    "GridShape",
    "area_geometries",
    "areas_from_geometries",
    "locate_points",
    "make_ring",
    "to_longitude_latitude",
    "to_national_grid",
    "union_of",
]
