"""Which outlines maps of a plan draw: hot spots of an AREAS table, in degrees."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.reporting.results import MapShape


def shapes_of_areas(areas: pl.DataFrame, area_ids: Sequence[str]) -> tuple[MapShape, ...]:
    """Return the outlines of some areas, one shape an area.

    Parameters
    ----------
    areas : (n, 3) AREAS
    area_ids : sequence of str
        Which, and in which order; one that is named twice comes once.

    Returns
    -------
    tuple of MapShape
        Of kind "hot spot"; outer and inner rings of all its polygons, to six decimals.

    Raises
    ------
    InputError
        An area is not in the table; all such are named.
    """
    known = dict(zip(areas["area_id"], zip(areas["name"], area_geometries(areas), strict=True),
                     strict=True))  # fmt: skip
    missing = sorted(set(area_ids) - set(known))
    if missing:
        raise InputError(f"No area is called {', '.join(missing)}. Mend the id, or add the area.")
    shapes = []
    for area_id in dict.fromkeys(area_ids):
        name, geometry = known[area_id]
        shapes.append(
            MapShape(
                area_id=area_id,
                name=name,
                kind="hot spot",
                rings=find_rings(geometry),
            )
        )
    return tuple(shapes)


def find_rings(geometry: BaseGeometry) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the outer and inner rings of an area, in longitude and latitude.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        Metres of the National Grid.

    Returns
    -------
    tuple of rings
        Of each polygon the outer one first; six decimals, about 0.1 m.
    """
    return tuple(
        _degrees(shapely.get_coordinates(ring))
        for polygon in shapely.get_parts(geometry)
        for ring in (polygon.exterior, *polygon.interiors)
    )


def _degrees(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    degrees = np.column_stack(to_longitude_latitude(points[:, 0], points[:, 1])).round(6)
    return tuple((float(longitude), float(latitude)) for longitude, latitude in degrees)
