"""An agency's own tracks: kept simplified and sealed for some weeks, seen by that agency alone.

The hours ledger is made of visits, and nobody else needs to know where a unit walked. The agency
itself does: to see what a patrol missed, and to answer for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import shapely
from django.db import transaction
from django.db.models import QuerySet

from patrolwise.outreach.retention import due_date, load_retention
from patrolwise.places.projection import to_longitude_latitude, to_national_grid
from patrolwise.web.agencies.models import Agency, UnitTrack, Upload
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock

CLASS = "agency-track"
TOLERANCE_M = 10.0  # no position that is left out was further from the line
GAP_S = 300.0  # longer silence parts a track: where the unit was then is not known
_DECIMALS = 5  # of a degree: about a metre

Leg = list[list[float]]  # [seconds since 1970, longitude, latitude] each


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A track as it was read, simplified."""

    legs: list[Leg]
    start: datetime
    end: datetime
    positions: int

    @property
    def delete_on(self) -> date:
        """The day on which it goes: by the retention schedule, from the last position."""
        due = due_date(load_retention()[CLASS], clock.day_of(self.end))
        assert due is not None  # the class has a day of its own
        return due


def simplify(fixes: pl.DataFrame) -> Walked:
    """Return a track without the positions that a line through the others tells.

    Parameters
    ----------
    fixes : (n, c) frame
        FIXES of one device, n >= 1, by time; metres of the National Grid.

    Returns
    -------
    Walked
        Parted where the tracker was silent for more than five minutes. Douglas and Peucker's
        simplification: each position left out is within 10 m of the line.

    References
    ----------
    Douglas and Peucker (1973), Cartographica 10(2), 112-122.
    """
    ordered = fixes.sort("time")
    seconds = ordered["time"].dt.epoch("us").to_numpy() / 1e6
    points = np.column_stack([ordered["x"].to_numpy(), ordered["y"].to_numpy(), seconds])
    parted = np.split(points, np.flatnonzero(np.diff(seconds) > GAP_S) + 1)
    return Walked(
        legs=[_simplify_leg(part) for part in parted],
        start=datetime.fromtimestamp(seconds[0], UTC),
        end=datetime.fromtimestamp(seconds[-1], UTC),
        positions=len(points),
    )


def keep_track(upload: Upload, unit_id: str, walked: Walked, now: datetime) -> bool:
    """Keep a track with the file that it came from; of a file that waits nobody sees it yet.

    Parameters
    ----------
    upload : Upload
        Of an agency.
    unit_id : str
    walked : Walked
    now : datetime
        Aware.

    Returns
    -------
    bool
        Whether it is kept: not where its days are over already.
    """
    if walked.delete_on <= clock.day_of(now):
        return False
    UnitTrack.objects.create(
        agency=upload.agency,
        upload=upload,
        unit_id=unit_id,
        start=walked.start,
        end=walked.end,
        legs=walked.legs,
        positions=walked.positions,
        retention_class=CLASS,
        delete_on=walked.delete_on,
        recorded_at=now,
    )
    return True


def forget_track(upload: Upload) -> None:
    """Delete the track of a file that was given up or undone.

    Parameters
    ----------
    upload : Upload
    """
    UnitTrack.objects.filter(upload=upload).delete()


def drop_old_tracks(now: datetime) -> int:
    """Delete the tracks whose days are over, of files that still wait too.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        How many went.
    """
    with transaction.atomic():
        gone = UnitTrack.objects.filter(delete_on__lte=clock.day_of(now)).delete()[0]
        if gone:
            record_event(NewEvent(action="agency tracks dropped", detail={"tracks": gone}), now=now)
    return gone


def own_tracks(agency: Agency, now: datetime) -> QuerySet[UnitTrack]:
    """Return an agency's tracks whose files it kept and whose days are not over; the newest first.

    Parameters
    ----------
    agency : Agency
    now : datetime
        Aware.

    Returns
    -------
    QuerySet of UnitTrack
        Its sealed positions are not opened by it.
    """
    today = clock.day_of(now)  # the job may be late; the page is not
    return UnitTrack.objects.filter(agency=agency, upload__state="kept", delete_on__gt=today)


def measure_m(legs: list[Leg]) -> float:
    """Return how long the lines of a track are, in metres.

    Parameters
    ----------
    legs : list of Leg

    Returns
    -------
    float
        Of the simplified lines: less than what was walked, as corners within 10 m are cut.
    """
    return float(sum(shapely.LineString(project(leg)).length for leg in legs if len(leg) > 1))


def project(leg: Leg) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a leg's positions in metres of the National Grid.

    Parameters
    ----------
    leg : Leg
        n positions.

    Returns
    -------
    (n, 2) array of float
    """
    given = np.asarray(leg, dtype=float)
    return np.column_stack(to_national_grid(given[:, 1], given[:, 2]))


def at(seconds: float) -> datetime:
    """Return the time of a position, aware.

    Parameters
    ----------
    seconds : float
        Since 1970.

    Returns
    -------
    datetime
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _simplify_leg(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Leg:
    kept = points
    if len(points) > 2:
        line = shapely.LineString(points).simplify(TOLERANCE_M, preserve_topology=False)
        kept = shapely.get_coordinates(line, include_z=True)
    longitude, latitude = to_longitude_latitude(kept[:, 0], kept[:, 1])
    return [
        [round(float(second)), round(float(east), _DECIMALS), round(float(north), _DECIMALS)]
        for second, east, north in zip(kept[:, 2], longitude, latitude, strict=True)
    ]
