"""How long a pair was in each hot spot in a shift, by the library's rule; then positions go.

The minutes are the pair's, not a person's: what its two phones say is taken as one.
"""

import json
from datetime import datetime, time, timedelta
from math import sqrt

import numpy as np
import polars as pl
import shapely
from django.db import transaction

from patrolwise.patrols.units import find_unit_visits
from patrolwise.patrols.visits import KERNEL_VERSION, find_visits
from patrolwise.places import areas_from_geometries, to_national_grid
from patrolwise.tables import ASSIGNMENTS, FIXES, make_table
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.street.clock import LOCAL
from patrolwise.web.street.models import HotSpotMinutes, Place, Shift, Track
from patrolwise.web.street.places import list_places

TRACKS_LAST = timedelta(hours=24)  # after the shift: then the minutes are all that stays
_WAIT = timedelta(hours=1)  # for phones that come back into signal
_REACH = 1.96  # standard errors of a 95 % interval
_SERVICE = "outreach"


def reckon_shifts(now: datetime) -> int:
    """Reckon the minutes of shifts that are over, and anew where positions came late.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Shifts that were reckoned.
    """
    tracked = Track.objects.values("shift")
    reckoned = 0
    for shift in Shift.objects.filter(end__lte=now - _WAIT, pk__in=tracked):
        rows = HotSpotMinutes.objects.filter(date=shift.date, shift_start=_start_of(shift))
        newest = Track.objects.filter(shift=shift).latest("created_at").created_at
        if rows.filter(reckoned_at__gte=newest).exists():
            continue
        reckon_shift(shift, now)
        reckoned += 1
    return reckoned


def reckon_shift(shift: Shift, now: datetime) -> list[HotSpotMinutes]:
    """Reckon one shift's minutes and put them in the place of those that stood there.

    Parameters
    ----------
    shift : Shift
        Of two pairs that work the same hours the minutes of both are added.
    now : datetime
        Aware.

    Returns
    -------
    list of HotSpotMinutes
        One a hot spot in force that day: zero where nobody was.
    """
    places = list_places(shift.date)
    if not places:
        return []
    start = _start_of(shift)
    same = [one for one in Shift.objects.filter(date=shift.date) if _start_of(one) == start]
    found = pl.concat([_find_stays(one, places) for one in same])
    with transaction.atomic():
        HotSpotMinutes.objects.filter(date=shift.date, shift_start=start).delete()
        made = HotSpotMinutes.objects.bulk_create(
            HotSpotMinutes(
                hot_spot_id=place.hot_spot_id,
                date=shift.date,
                shift_start=start,
                is_tracked=True,
                rule=f"visits {KERNEL_VERSION}",
                reckoned_at=now,
                **_sum_up(found.filter(pl.col("area_id") == place.hot_spot_id)),
            )
            for place in places
        )
        detail = {"date": shift.date.isoformat(), "hot_spots": len(made)}
        record_event(NewEvent(action="minutes reckoned", detail=detail), now=now)
    return made


def forget_tracks(now: datetime) -> int:
    """Delete positions of shifts that ended a day ago; their minutes stay.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Tracks that were deleted.
    """
    old = Track.objects.filter(shift__end__lte=now - TRACKS_LAST, is_held=False)
    with transaction.atomic():
        gone = old.count()
        old.delete()
        if gone:
            record_event(NewEvent(action="positions forgotten", detail={"tracks": gone}), now=now)
    return gone


def _find_stays(shift: Shift, places: list[Place]) -> pl.DataFrame:
    """Return the stays of one pair, passing by left out."""
    tracks = list(Track.objects.filter(shift=shift))
    devices = sorted({track.device_id or "page" for track in tracks})
    shapes = shapely.transform(
        [shapely.from_geojson(json.dumps(place.shape)) for place in places], _to_grid
    )
    areas = areas_from_geometries([place.hot_spot_id for place in places], list(shapes))
    found = find_visits(_read_fixes(tracks), areas, with_pieces=True)
    held = make_table(
        ASSIGNMENTS,
        pl.DataFrame(
            {
                "unit_id": [shift.unit_id] * len(devices),
                "service": [_SERVICE] * len(devices),
                "start": [shift.start] * len(devices),
                "end": [shift.end] * len(devices),
                "device_id": devices,
                "people": [1] * len(devices),
            },
            schema=ASSIGNMENTS.schema,
        ),
    )
    stays = find_unit_visits(found.visits, found.pieces, held)
    return stays.filter(~pl.col("is_pass_through"))


def _read_fixes(tracks: list[Track]) -> pl.DataFrame:
    rows = [(track.device_id or "page", *fix) for track in tracks for fix in track.fixes["fixes"]]
    names = ("device_id", "seconds", "longitude", "latitude", "accuracy_m")
    schema = dict(zip(names, (pl.String, *[pl.Float64] * 4), strict=True))
    read = pl.DataFrame(rows, schema=schema, orient="row")
    x, y = to_national_grid(read["longitude"].to_numpy(), read["latitude"].to_numpy())
    time = (pl.col("seconds") * 1e6).round().cast(pl.Int64)
    timed = read.with_columns(
        time=pl.from_epoch(time, "us").dt.replace_time_zone("UTC"),
        x=np.asarray(x),
        y=np.asarray(y),
    )
    return make_table(FIXES, timed.drop("seconds"))


def _sum_up(stays: pl.DataFrame) -> dict[str, float]:
    """Return the visits and minutes of a hot spot, with their interval."""
    seconds, edge = float(stays["patrol_s"].sum()), float(stays["edge_s"].sum())
    common = float(stays["common_s"].sum())
    error = _REACH * sqrt(float(stays["variance_s2"].sum()) + common * common)
    return {
        "visits": len(stays),
        "minutes": seconds / 60,
        "least": max(seconds + edge - error, 0.0) / 60,
        "most": (seconds + edge + error + float(stays["unknown_s"].sum())) / 60,
    }


def _to_grid(points: np.ndarray) -> np.ndarray:
    return np.column_stack(to_national_grid(points[:, 0], points[:, 1]))


def _start_of(shift: Shift) -> time:
    return shift.start.astimezone(LOCAL).time().replace(second=0, microsecond=0)
