"""How a hot spot set leaves the site: for map programs, for tables, for spreadsheets."""

import csv
import io
from dataclasses import asdict
from typing import Any

import polars as pl

from patrolwise.files.map_layers import MapLayer, layer_of_areas
from patrolwise.hot_spots import HotSpotSet
from patrolwise.web.records.spot_tables import list_areas

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def layer_of_set(spots: HotSpotSet) -> MapLayer:
    """Return a set as a layer for map programs.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    MapLayer
        Columns area_id, name, selected_on (crimes; null where they were not counted) and
        hot_spot_set (id@version).
    """
    crimes = spots.selected_on.select("area_id", pl.col("crimes").alias("selected_on"))
    rows = spots.areas.select("area_id").join(
        crimes, on="area_id", how="left", maintain_order="left"
    )
    told = rows.with_columns(pl.lit(spots.key).alias("hot_spot_set"))
    return layer_of_areas(spots.areas, told, name="hot_spots", title=f"Hot spots {spots.key}")


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
