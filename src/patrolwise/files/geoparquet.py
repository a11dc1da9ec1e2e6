"""How a map layer becomes GeoParquet, and what features such a file holds."""

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from patrolwise.errors import InputError
from patrolwise.files.area_shapes import Features
from patrolwise.files.map_layers import MapLayer

_GEOMETRY = "geometry"
_MOST_VALUES = 5_000_000  # rows by columns: a country has fewer areas
_MOST_BYTES = 512 << 20  # of texts and shapes: one long text may be said in every row


def write_geoparquet(layer: MapLayer) -> bytes:
    """Return a layer as GeoParquet, longitude and latitude with 6 decimals.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    bytes

    References
    ----------
    OGC GeoParquet 1.1.0: without a member crs the coordinates are OGC:CRS84.
    """
    shapes = layer.in_degrees
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "orientation": "counterclockwise",
    }
    if len(shapes):
        column["bbox"] = [float(edge) for edge in shapely.total_bounds(shapes)]
    geo = {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
    binary = pl.Series(_GEOMETRY, shapely.to_wkb(shapes, byte_order=1).tolist(), pl.Binary)
    buffer = io.BytesIO()
    layer.rows.with_columns(binary).write_parquet(buffer, metadata={"geo": json.dumps(geo)})
    return buffer.getvalue()


def is_parquet(start: bytes) -> bool:
    """Return whether a file begins as Parquet does.

    Parameters
    ----------
    start : bytes
        Of the file; 4 or more.

    Returns
    -------
    bool
    """
    return start.startswith(b"PAR1")


def read_geoparquet(path: Path) -> Features:
    """Return the features of a GeoParquet file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Features

    Raises
    ------
    InputError
        It is damaged, far too large, or plain Parquet without geometry as well-known binary.
    """
    try:
        geo = json.loads(pl.read_parquet_metadata(path).get("geo", "{}"))
        scan = pl.scan_parquet(path)
        size = scan.select(pl.len()).collect().item() * len(scan.collect_schema())
        table = None if size > _MOST_VALUES else scan.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise InputError(f"{path.name} is cut short or damaged. Export it again.") from error
    if table is None or _count_bytes(table) > _MOST_BYTES:
        raise InputError(f"{path.name} holds more than areas need. Export fewer rows and columns.")
    column, told = _find_geometry(geo)
    if table.schema.get(column) != pl.Binary or told.get("encoding") != "WKB":
        raise InputError(
            f"{path.name} is Parquet without geometry as WKB, so it is no map. Export it as "
            "GeoParquet, GeoPackage or GeoJSON."
        )
    features = [
        {"type": "Feature", "geometry": row.pop(column), "properties": row}
        for row in table.iter_rows(named=True)
    ]
    return Features(crs=_name_crs(told.get("crs")), features=features)


def _count_bytes(table: pl.DataFrame) -> int:
    """Return how many bytes texts and shapes take once each row has its own."""
    columns = table.select(pl.col(pl.String).str.len_bytes(), pl.col(pl.Binary).bin.size())
    return sum(int(column.cast(pl.Int64).sum()) for column in columns)


def _find_geometry(geo: Any) -> tuple[str, dict[str, Any]]:
    """Return the column of geometry and what is told of it; nothing where that is not told."""
    geo = geo if isinstance(geo, dict) else {}
    columns, column = geo.get("columns"), str(geo.get("primary_column", ""))
    told = columns.get(column) if isinstance(columns, dict) else None
    return column, told if isinstance(told, dict) else {}


def _name_crs(crs: Any) -> str:
    if crs is None:
        return "CRS84"
    found = crs.get("id") if isinstance(crs, dict) else None
    return f"{found.get('authority')}:{found.get('code')}" if isinstance(found, dict) else ""
