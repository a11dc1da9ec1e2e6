"""What the map draws: hot spots and units as GeoJSON, and the force's own base map."""

from pathlib import Path
from typing import Any

from django.conf import settings

from patrolwise.web.livemap.queries import Live


def find_base_map() -> Path | None:
    """Return the base map that somebody put into the folder `map` of the data folder.

    Returns
    -------
    Path or None
        The first *.pmtiles by name.
    """
    return next(iter(sorted((settings.DATA_FOLDER / "map").glob("*.pmtiles"))), None)


def draw_now(live: Live) -> dict[str, Any]:
    """Return hot spots with how they stand, and the units on duty.

    Parameters
    ----------
    live : Live

    Returns
    -------
    dict
        Two GeoJSON feature collections, ``spots`` and ``units``.
    """
    told: dict[str, str] = {}
    for dose in live.doses:  # the most lacking first
        told.setdefault(dose.area_id, dose.told)
    drawn = live.spots.document.get("features", []) if live.spots else []
    spots = [
        _feature(
            one["geometry"],
            area_id=one["properties"]["area_id"],
            name=one["properties"].get("name", one["properties"]["area_id"]),
            state=told.get(one["properties"]["area_id"], ""),
        )
        for one in drawn
    ]
    units = [
        _feature(
            {"type": "Point", "coordinates": [unit.longitude, unit.latitude]},
            unit_id=unit.unit_id,
            state=unit.state.value,
            age=unit.age,
        )
        for unit in live.units
        if unit.longitude is not None
    ]
    return {"spots": _collection(spots), "units": _collection(units)}


def _feature(geometry: dict[str, Any], **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
