"""How a hot spot set leaves the site: for map programs, for tables, for spreadsheets."""

import csv
import io
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
import shapely

from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.web.records.spot_tables import list_areas

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_geoparquet(spots: HotSpotSet) -> bytes:
    """Return a set as GeoParquet, longitude and latitude.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    bytes

    References
    ----------
    OGC GeoParquet 1.1.0: without a member crs the coordinates are OGC:CRS84.
    """
    shapes = shapely.transform(area_geometries(spots.areas), _to_degrees)
    west, south, east, north = shapely.total_bounds(shapes)
    crimes = dict(spots.selected_on.select("area_id", "crimes").iter_rows())
    table = spots.areas.select("area_id", "name").with_columns(
        pl.Series("selected_on", [crimes.get(i) for i in spots.areas["area_id"]], pl.Int64),
        pl.lit(spots.key).alias("hot_spot_set"),
        pl.Series("geometry", shapely.to_wkb(shapes, byte_order=1).tolist(), pl.Binary),
    )
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "bbox": [float(west), float(south), float(east), float(north)],
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    buffer = io.BytesIO()
    table.write_parquet(buffer, metadata={"geo": json.dumps(geo)})
    return buffer.getvalue()


def as_csv(spots: HotSpotSet) -> str:
    """Return the table of a set's areas for a spreadsheet; no cell of it is taken for a formula.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    str
    """
    buffer = io.StringIO()
    rows = [asdict(row) for row in list_areas(spots)]
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows({key: make_safe(value) for key, value in row.items()} for row in rows)
    return buffer.getvalue()


def make_safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are.

    Parameters
    ----------
    value : Any

    Returns
    -------
    Any

    References
    ----------
    OWASP, CSV Injection: a quote before the characters that begin a formula.

    Examples
    --------
    >>> make_safe("=1+1"), make_safe("High Street"), make_safe(-1.5)
    ("'=1+1", 'High Street', -1.5)
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _to_degrees(metres: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    return np.column_stack(to_longitude_latitude(metres[:, 0], metres[:, 1]))
