"""Who is on shift now, how they said they are, and near which hot spot they were last."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import shapely
from django.db.models import Exists, OuterRef
from shapely.geometry import Point, shape

from patrolwise.places.projection import to_national_grid
from patrolwise.web.casework.queries import name_people
from patrolwise.web.street.models import Call, Shift, ShiftWorker, Track, Wellbeing
from patrolwise.web.street.places import list_places

FORGOTTEN = timedelta(hours=24)  # after the end of a shift nothing of where it was is shown
_LEFT = "Somebody who left"
_NEAREST_M = 10


@dataclass(frozen=True, kw_only=True)
class OnShift:
    """One worker of a shift that is not ended."""

    name: str
    shift: Shift
    is_overdue: bool  # the shift is past its end, and nobody ended it
    call: Call | None  # the newest
    places: tuple[str, ...]  # one a phone


@dataclass(frozen=True, kw_only=True)
class Safety:
    """Everything that the page of safety shows."""

    calls: list[tuple[Call, str]]  # not answered, need help first, and who called
    workers: list[OnShift]
    wants: list[tuple[Wellbeing, str]]  # want a call


def tell_safety(now: datetime) -> Safety:
    """Return who is on shift now and how they are.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Safety
        Nobody off shift; no position once a shift's end is 24 hours ago.
    """
    shifts = Shift.objects.filter(start__lte=now, end__gt=now - FORGOTTEN)
    found = list(shifts.exclude(status__in=("closed", "cancelled")))
    pairs = list(ShiftWorker.objects.filter(shift__in=found).order_by("pk"))
    waits = Call.objects.filter(answered_at=None).exclude(state="safe")
    calls = sorted(waits, key=lambda call: call.state != "need help")
    wants = list(Wellbeing.objects.filter(wants_call=True, called_at=None))
    ids = {one.person_id for one in pairs} | {one.created_by_id for one in (*calls, *wants)}
    names = name_people(ids)
    last: dict[tuple[object, int], Call] = {}
    for call in Call.objects.filter(shift__in=found).order_by("at"):
        last[(call.shift_id, call.created_by_id)] = call  # type: ignore[attr-defined]
    places = _tell_places(found, now)
    by_id = {shift.pk: shift for shift in found}
    workers = []
    for pair in pairs:
        key = (pair.shift_id, pair.person_id)  # type: ignore[attr-defined]
        shift = by_id[key[0]]
        workers.append(
            OnShift(
                name=names.get(pair.person_id, _LEFT),
                shift=shift,
                is_overdue=shift.end <= now,
                call=last.get(key),
                places=tuple(places.get(key, ())),
            )
        )
    return Safety(
        calls=[(call, names.get(call.created_by_id, _LEFT)) for call in calls],
        workers=workers,
        wants=[(one, names.get(one.created_by_id, _LEFT)) for one in wants],
    )


def _tell_places(shifts: list[Shift], now: datetime) -> dict[tuple[object, int], list[str]]:
    same = {name: OuterRef(name) for name in ("shift", "created_by_id", "device_id")}
    later = Track.objects.filter(**same, last_at__gt=OuterRef("last_at"))
    newest = Track.objects.filter(~Exists(later), shift__in=shifts).defer("fixes")
    told: dict[tuple[object, int], list[str]] = {}
    tracks = list(newest.order_by("-last_at"))
    near = Nearest(max(shift.date for shift in shifts)) if tracks else None
    for track in tracks:
        assert near is not None
        seconds, longitude, latitude, _ = track.last_place["fix"]
        minutes = round((now - datetime.fromtimestamp(seconds, tz=UTC)).total_seconds() / 60)
        key = (track.shift_id, track.created_by_id)  # type: ignore[attr-defined]
        words = f"{near.tell(longitude, latitude)}, {max(minutes, 0)} min ago"
        told.setdefault(key, []).append(words)
    return told


class Nearest:
    """Tells a position by the hot spots of a day.

    Parameters
    ----------
    on : date
    """

    def __init__(self, on: date) -> None:
        self._areas = [(one.name, _to_metres(one.shape)) for one in list_places(on)]

    def tell(self, longitude: float, latitude: float) -> str:
        """Return the name of the hot spot that a position is in, or how far the nearest is.

        Parameters
        ----------
        longitude, latitude : float
            Degrees, WGS 84.

        Returns
        -------
        str
        """
        if not self._areas:
            return "Somewhere (no hot spot is known)"
        x, y = to_national_grid([longitude], [latitude])
        here = Point(float(x[0]), float(y[0]))
        away, name = min((area.distance(here), name) for name, area in self._areas)
        if away == 0:
            return name
        told = max(round(away / _NEAREST_M) * _NEAREST_M, _NEAREST_M)
        return f"{told:,} m from {name}"


def _to_metres(area: object) -> shapely.Geometry:
    def change(points: np.ndarray) -> np.ndarray:
        return np.column_stack(to_national_grid(points[:, 0], points[:, 1]))

    changed: shapely.Geometry = shapely.transform(shape(area), change)
    return changed
