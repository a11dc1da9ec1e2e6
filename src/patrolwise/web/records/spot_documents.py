"""How a hot spot set of the library becomes a row, and a row the library's set again."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from patrolwise.errors import RefusedError
from patrolwise.files.hot_spot_sets import read_hot_spot_set, write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.web.records.models import SpotSet


def read_set(spot_set: SpotSet) -> HotSpotSet:
    """Return a row's set, its hash verified.

    Parameters
    ----------
    spot_set : SpotSet

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError
        The row was changed behind the site's back.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{spot_set.set_id}.geojson"
        path.write_text(json.dumps(spot_set.document), encoding="utf-8")
        return read_hot_spot_set(path)


def write_text(spots: HotSpotSet) -> str:
    """Return a set as the library's file of it.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    str
        GeoJSON.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.geojson"
        write_hot_spot_set(path, spots)
        return path.read_text(encoding="utf-8")


def add_set(spots: HotSpotSet, *, by_id: int, reason: str) -> SpotSet:
    """Add a set as a draft; call it inside a transaction.

    Parameters
    ----------
    spots : HotSpotSet
    by_id : int
    reason : str

    Returns
    -------
    SpotSet

    Raises
    ------
    RefusedError
        That version is there already.
    """
    try:
        with transaction.atomic():
            return SpotSet.objects.create(
                set_id=spots.id,
                version=spots.version,
                document=json.loads(write_text(spots)),
                sha256=spots.hash,
                hot_spots=spots.areas.height,
                reason=reason,
                made=datetime.now(UTC),
                made_by_id=by_id,
            )
    except IntegrityError as error:
        raise RefusedError(
            f"{spots.key} is there already: somebody made that version before you. Look at it, "
            "and go on from the newest one, or give the set another id."
        ) from error
