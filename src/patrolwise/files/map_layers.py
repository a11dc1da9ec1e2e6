"""What a map program shows as one layer: polygons, each with a row of values."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping as as_geojson
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.tables import AREAS, check_columns

_DECIMALS = 6  # of a degree: 0.1 m, RFC 7946 section 11.2


@dataclass(frozen=True, kw_only=True, eq=False)
class MapLayer:
    """Polygons with their values.

    `rows` is (n, c), any columns: each becomes a property. `shapes` are n polygons in metres of
    British National Grid, in the order of the rows.
    """

    name: str  # lower case and underlines: map programs make a table of it
    title: str
    rows: pl.DataFrame
    shapes: NDArray[np.object_]

    def __post_init__(self) -> None:
        if len(self.shapes) != self.rows.height:
            raise InputError(
                f"Layer {self.name} has {self.rows.height} rows for {len(self.shapes)} shapes. "
                "Give one row for each."
            )

    @property
    def in_degrees(self) -> NDArray[np.object_]:
        """The polygons in longitude and latitude, rounded to 6 decimals."""
        return np.array([_in_degrees(shape) for shape in self.shapes], dtype=object)


def layer_of_areas(
    areas: pl.DataFrame, rows: pl.DataFrame | None = None, *, name: str = "areas", title: str = ""
) -> MapLayer:
    """Return areas as a layer, with further values if there are any.

    Parameters
    ----------
    areas : (n, 3) AREAS
    rows : (m, c) frame, optional
        Has `area_id`; an area may have any number of rows, also none. Absent: one for each area.
    name, title : str

    Returns
    -------
    MapLayer
        Columns area_id, name, and those of `rows`, in the order of `rows`.

    Raises
    ------
    InputError
        A column is missing, or a row names an area that is not there.

    Examples
    --------
    >>> from patrolwise.places import areas_from_geometries
    >>> areas = areas_from_geometries(["a"], [shapely.box(0, 0, 1, 1)])
    >>> layer_of_areas(areas, pl.DataFrame({"area_id": ["a", "a"], "crimes": [1, 2]})).rows.columns
    ['area_id', 'name', 'crimes']
    """
    check_columns(areas, AREAS, name="areas")
    given = areas.select("area_id") if rows is None else rows
    places = dict(zip(areas["area_id"], range(areas.height), strict=True))
    if unknown := sorted(set(given["area_id"]) - set(places)):
        raise InputError(f"Rows name areas that are not there: {', '.join(unknown[:5])}.")
    at = [places[area_id] for area_id in given["area_id"]]
    values = given.drop("area_id", "name", strict=False)
    told = areas.select("area_id", "name")[at].hstack(values.get_columns())
    shapes = np.array(area_geometries(areas), dtype=object)[np.array(at, dtype=int)]
    return MapLayer(name=name, title=title or name, rows=told, shapes=shapes)


def write_geojson(layer: MapLayer) -> bytes:
    """Return a layer as GeoJSON, longitude and latitude with 6 decimals.

    Parameters
    ----------
    layer : MapLayer
        A feature's own id is its `area_id`, where each area has one row.

    Returns
    -------
    bytes

    References
    ----------
    RFC 7946, The GeoJSON Format: outer rings run anticlockwise; 6 decimals are about 0.1 m.
    """
    rows = layer.rows.to_dicts()
    ids = [row.get("area_id") for row in rows]
    is_each = len(set(ids)) == len(ids)
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            **({"id": row["area_id"]} if is_each and "area_id" in row else {}),
            "properties": row,
            "geometry": as_geojson(shape),
        }
        for row, shape in zip(rows, layer.in_degrees, strict=True)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, default=str).encode()


def _in_degrees(shape: BaseGeometry) -> BaseGeometry:
    def to_degrees(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_longitude_latitude(metres[:, 0], metres[:, 1])).round(_DECIMALS)

    return shapely.orient_polygons(shapely.transform(shape, to_degrees))
