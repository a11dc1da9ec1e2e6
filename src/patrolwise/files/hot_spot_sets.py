"""How a hot spot set is kept in a GeoJSON file, and how a file changed by hand is noticed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes.quality import FileRead
from patrolwise.errors import InputError, check_faults
from patrolwise.files.areas import read_areas
from patrolwise.files.whole_files import write_whole
from patrolwise.hot_spots.hot_spot_set import Edit, HotSpotSet, changed_areas
from patrolwise.hot_spots.ranking import GammaPrior
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.tables import COUNTS, make_table
from patrolwise.times import Window

SCHEMA = "patrolwise.hot-spot-set/1"

# A set is exact to 0.1 m, and the six decimals that are usual may move a corner by 0.06 m:
# rounded again it could land on another tenth, and an untouched file would look changed.
_DECIMALS = 8
_NEEDED = ("schema", "id", "version", "method", "window", "definition", "hash", "area_hashes")


def write_hot_spot_set(path: str | Path, spots: HotSpotSet) -> None:
    """Write a hot spot set as GeoJSON that any map program opens, with its hash.

    Polygons are longitude and latitude; what makes the set is in the member ``patrolwise``. The
    file holds no arm of a trial, so that it can be shared with those who deliver it. It appears
    whole or not at all.

    Parameters
    ----------
    path : str or Path
        A file there is replaced.
    spots : HotSpotSet

    Raises
    ------
    InputError
        The folder is not there or cannot be written to.

    References
    ----------
    RFC 7946, The GeoJSON Format: section 6.1 for the further member.
    """
    path = Path(path)
    crimes = dict(spots.selected_on.select("area_id", "crimes").iter_rows())
    rows = zip(*spots.areas.select("area_id", "name"), area_geometries(spots.areas), strict=True)
    features = [
        {
            "type": "Feature",
            "id": area_id,
            "properties": {"area_id": area_id, "name": name, "selected_on": crimes.get(area_id)},
            "geometry": json.loads(shapely.to_geojson(_in_degrees(shape))),
        }
        for area_id, name, shape in rows
    ]
    document = {
        "type": "FeatureCollection",
        "patrolwise": _describe(spots),
        "features": features,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_whole(path, text.encode())


def is_hot_spot_set(path: str | Path) -> bool:
    """Return whether a file is a hot spot set of Patrolwise's own, and not plain areas.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    bool
        False too when it cannot be read: the reader of areas then says why.
    """
    try:
        document = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and isinstance(document.get("patrolwise"), dict)


def read_hot_spot_set(
    path: str | Path, *, accept_edits: bool = False, reason: str = ""
) -> HotSpotSet:
    """Return the hot spot set of a file, its hash verified.

    A file that was changed by hand is not the set that it says it is. It is refused, or read as
    the next version when `accept_edits` says so and the reason is given.

    Parameters
    ----------
    path : str or Path
        As `write_hot_spot_set` wrote it.
    accept_edits : bool
        Whether a changed file is read as the next version.
    reason : str
        Why it was changed; kept with the set.

    Returns
    -------
    HotSpotSet
        Unchanged: the version in the file. Changed: one more, with counts only for the areas that
        did not change.

    Raises
    ------
    InputError
        The file cannot be read, is no hot spot set, or was changed and the change is not accepted
        with a reason; what changed is named.
    """
    path = Path(path)
    declared, features = _read_member(path)
    spots = _build(declared, features, path)
    if spots.hash == declared["hash"]:
        return spots
    changes = changed_areas(declared["area_hashes"], spots.area_hashes)
    said = "; ".join(changes or ["its method, window, definition or hash was changed"])
    if not accept_edits or not reason.strip():
        raise InputError(
            f"{path.name} is not {spots.key} as it was written: {said}. Fetch the file again; or, "
            f"if the change is meant, read it with accept_edits and a reason, which makes it "
            f"{spots.id}@{spots.version + 1}."
        )
    return _as_next_version(spots, declared, reason)


def _describe(spots: HotSpotSet) -> dict[str, Any]:
    prior = spots.prior
    window = spots.window
    return {
        "schema": SCHEMA,
        "id": spots.id,
        "version": spots.version,
        "method": spots.method,
        "window": {"name": window.name, "first": str(window.first), "last": str(window.last)},
        "definition": spots.definition,
        "hash": spots.hash,
        "area_hashes": spots.area_hashes,
        # JSON has no infinity: a collapsed prior has no alpha.
        "prior": None
        if prior is None
        else {"mean": prior.mean, "alpha": None if prior.is_collapsed else prior.alpha},
        "created_from": [
            {"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in spots.created_from
        ],
        "edits": [
            {"version": e.version, "reason": e.reason, "from_hash": e.from_hash}
            for e in spots.edits
        ],
    }


def _read_member(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the path.") from error
    except ValueError as error:
        raise InputError(f"{path.name} is not GeoJSON: {error}. Export it again.") from error
    declared = document.get("patrolwise") if isinstance(document, dict) else None
    if not isinstance(declared, dict):
        raise InputError(
            f"{path.name} has no member patrolwise, so it is no hot spot set. Map programs drop it "
            "when they save: read the set's own file, and give these areas to its edited()."
        )
    faults = [f"{name} is missing." for name in _NEEDED if name not in declared]
    if declared.get("schema", SCHEMA) != SCHEMA:
        faults.append(f"schema is {declared['schema']}, and this version reads {SCHEMA}.")
    if not isinstance(declared.get("area_hashes", {}), dict):
        faults.append("area_hashes must be one hash by area id.")
    check_faults(f"{path.name}, member patrolwise", faults)
    return declared, document.get("features") or []


def _build(declared: Mapping[str, Any], features: list[dict[str, Any]], path: Path) -> HotSpotSet:
    areas = read_areas(path).areas
    try:
        window = Window(
            str(declared["window"]["name"]),
            date.fromisoformat(declared["window"]["first"]),
            date.fromisoformat(declared["window"]["last"]),
        )
        return HotSpotSet(
            id=str(declared["id"]),
            version=int(declared["version"]),
            method=str(declared["method"]),
            window=window,
            definition=str(declared["definition"]),
            areas=areas,
            selected_on=_counts(areas, features, window),
            prior=_prior(declared.get("prior")),
            created_from=tuple(FileRead(**file) for file in declared.get("created_from", [])),
            edits=tuple(Edit(**edit) for edit in declared.get("edits", [])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path.name}, member patrolwise: a value is not what it should be ({error!r}). "
            "Fetch the file again."
        ) from error


def _prior(declared: Mapping[str, Any] | None) -> GammaPrior | None:
    if declared is None:
        return None
    alpha = declared["alpha"]
    return GammaPrior(mean=declared["mean"], alpha=inf if alpha is None else alpha)


def _counts(areas: pl.DataFrame, features: list[dict[str, Any]], window: Window) -> pl.DataFrame:
    crimes = [(feature.get("properties") or {}).get("selected_on") for feature in features]
    counted = areas.select("area_id").with_columns(
        window=pl.lit(window.name), crimes=pl.Series(crimes, dtype=pl.Int64)
    )
    return make_table(COUNTS, counted.drop_nulls())


def _as_next_version(spots: HotSpotSet, declared: Mapping[str, Any], reason: str) -> HotSpotSet:
    # The set before the change is gone, so edited() cannot be asked; its hashes are still here.
    found, following = spots.area_hashes, spots.version + 1
    same = [i for i, shape_hash in declared["area_hashes"].items() if found.get(i) == shape_hash]
    edit = Edit(version=following, reason=reason, from_hash=str(declared["hash"]))
    return replace(
        spots,
        version=following,
        selected_on=spots.selected_on.filter(pl.col("area_id").is_in(same)),
        edits=(*spots.edits, edit),
    )


def _in_degrees(shape: BaseGeometry) -> BaseGeometry:
    def to_degrees(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_longitude_latitude(metres[:, 0], metres[:, 1])).round(_DECIMALS)

    # Outer rings run anticlockwise in RFC 7946.
    return shapely.orient_polygons(shapely.transform(shape, to_degrees))
