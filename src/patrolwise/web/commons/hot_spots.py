"""Which hot spots there are, and how a published set of them is taken in."""

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from patrolwise.errors import RefusedError
from patrolwise.files.hot_spot_sets import read_hot_spot_set
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.commons.models import AgreedHotSpot

OUTSIDE = "outside_hotspot"
MOST_BYTES = 5_000_000


def list_hot_spots(on: date) -> list[AgreedHotSpot]:
    """Return the hot spots in force on a day, by name.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of AgreedHotSpot
    """
    until = Q(valid_until=None) | Q(valid_until__gte=on)
    return list(AgreedHotSpot.objects.filter(until, valid_from__lte=on))


def list_choices() -> list[tuple[str, str]]:
    """Return the hot spots in force today as choices of a form.

    Returns
    -------
    list of (id, name)
    """
    return [(spot.hot_spot_id, spot.name) for spot in list_hot_spots(clock.today())]


def list_names() -> list[str]:
    """Return the names of all hot spots that ever were: none of them is a person's.

    Returns
    -------
    list of str
    """
    names = AgreedHotSpot.objects.values_list("name", flat=True)
    return list(names.distinct().order_by("name"))


def take_set(data: bytes, *, valid_from: date, by: int) -> int:
    """Take in a published set; the one before it ends the day before, and stays.

    Parameters
    ----------
    data : bytes
        GeoJSON, as the police and partners' site gives a set.
    valid_from : date
    by : int
        Who takes it in.

    Returns
    -------
    int
        How many hot spots it has.

    Raises
    ------
    InputError
        The file is no hot spot set, or was changed by hand.
    RefusedError
        The set is here already, or one that begins later is.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hot-spots.geojson"
        path.write_bytes(data)
        found = read_hot_spot_set(path)
        features = json.loads(data.decode("utf-8-sig"))["features"]
    with transaction.atomic():
        _check_order(found.key, valid_from)
        before = AgreedHotSpot.objects.filter(valid_until=None)
        before.update(valid_until=valid_from - timedelta(days=1))
        AgreedHotSpot.objects.bulk_create(
            AgreedHotSpot(
                hot_spot_id=feature["properties"]["area_id"],
                name=feature["properties"]["name"],
                set_version=found.key,
                shape=feature["geometry"],
                valid_from=valid_from,
            )
            for feature in features
        )
        record_event(
            NewEvent(action="hot spots taken in", subject=found.key, actor_id=by, detail={})
        )
    return len(features)


def _check_order(key: str, valid_from: date) -> None:
    if AgreedHotSpot.objects.filter(set_version=key).exists():
        raise RefusedError(f"The set {key} is here already. Give a newer version.")
    later = AgreedHotSpot.objects.filter(valid_from__gte=valid_from).order_by("-valid_from").first()
    if later:
        raise RefusedError(
            f"{valid_from} is not after {later.valid_from}, when {later.set_version} came into "
            "force. Give a later first day."
        )
