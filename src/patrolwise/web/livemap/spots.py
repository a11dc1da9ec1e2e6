"""Which hot spots are in force, as the library's table of areas."""

import json
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.files.areas import read_areas
from patrolwise.web.records.models import SetState, SpotSet


@dataclass(frozen=True, kw_only=True, eq=False)
class SpotsInForce:
    """The set in force."""

    pk: int
    key: str  # id@version
    areas: pl.DataFrame  # AREAS
    document: dict[str, Any]  # GeoJSON, degrees

    @cached_property
    def names(self) -> dict[str, str]:
        """What people call each area, by its id."""
        return dict(self.areas.select("area_id", "name").iter_rows())


def find_spots() -> SpotsInForce | None:
    """Return the set in force; None when none was published yet.

    A published set never changes, so that its document is read once in each process.

    Returns
    -------
    SpotsInForce or None
    """
    found = (
        SpotSet.objects.filter(state=SetState.PUBLISHED.value)
        .values_list("pk", "set_id", "version", "sha256")
        .first()
    )
    if found is None:
        return None
    pk, set_id, version, sha256 = found
    return _read(pk, f"{set_id}@{version}", sha256)


@lru_cache(maxsize=4)
def _read(pk: int, key: str, sha256: str) -> SpotsInForce:
    document = SpotSet.objects.values_list("document", flat=True).get(pk=pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.geojson"
        path.write_text(json.dumps(document))
        areas = read_areas(path).areas
    return SpotsInForce(pk=pk, key=key, areas=areas, document=document)
