"""What a file that was sent says: its rows, or everything that is wrong with it.

Rows are plain values, so that they can be kept until somebody has looked at them. Of a tracker's
file visits are left, and its line, simplified: all positions are read in a folder that is deleted
with the reading.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from patrolwise.errors import InputError, PatrolwiseError, check_faults
from patrolwise.files.fixes import FixReadRule, read_fixes
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.files.return_forms import return_form
from patrolwise.partnership.hours_ledger import WAYS_PAID
from patrolwise.partnership.ledger_counts import read_counts
from patrolwise.partnership.sealed_tables import FIRST_ROW, is_sealed
from patrolwise.patrols.dose import find_interval
from patrolwise.patrols.visits import find_visits
from patrolwise.places import areas_from_geometries
from patrolwise.places.projection import to_national_grid
from patrolwise.web.agencies.link_actions import check_unit
from patrolwise.web.agencies.models import Agency, Stream
from patrolwise.web.agencies.tracks import Walked, simplify
from patrolwise.web.commons import clock
from patrolwise.web.commons.models import AgreedHotSpot

_ZONE = "Europe/London"
_NAMES = "It needs no names and no notes: units, places and times are enough."
_COUNTS = "Counts by hot spot, day and service are enough; nothing about people may come with them."
MOST_ROWS = 2_000
_SIMPLE = {
    "patrols": (
        (
            *(("hot_spot", "text"), ("unit", "text"), ("start", "time"), ("end", "time")),
            *(("people", "whole"), ("paid", "word"), ("stream", "text")),
        ),
        _NAMES,
    ),
    "roster": (
        (("unit", "text"), ("start", "time"), ("end", "time"), ("people", "whole")),
        _NAMES,
    ),
    "counts": (
        (
            *(("hot_spot", "text"), ("day", "day"), ("service", "text")),
            *(("patrol_minutes", "whole"), ("person_minutes", "whole")),
        ),
        _COUNTS,
    ),
}
_MAY_BE_BLANK = ("stream",)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was read: rows of plain values, what is wrong, what else is to be known."""

    rows: list[dict[str, Any]]
    faults: list[str]
    notes: list[str]
    walked: Walked | None = None  # of a tracker's file: for the agency itself


@dataclass(frozen=True, kw_only=True)
class Track:
    """Whose tracker a file is of."""

    unit_id: str
    staff: int


def form_of(kind: str) -> Form:
    """Return the columns of a kind of file.

    Parameters
    ----------
    kind : str
        patrols, roster, counts; or hours, which is the return's own form.

    Returns
    -------
    Form
    """
    if kind == "hours":
        return return_form("hours")
    columns, why = _SIMPLE[kind]
    return Form(
        columns=tuple(
            FormColumn(name=name, kind=of, may_be_blank=name in _MAY_BE_BLANK)  # type: ignore[arg-type]
            for name, of in columns
        ),
        why_no_others=why,
    )


def read_table(kind: str, name: str, data: bytes) -> Read:
    """Return the rows of a form, or of another site's own file, places and agencies by key or name.

    Parameters
    ----------
    kind : str
        As of `form_of`.
    name : str
        Of the file: its ending tells nothing, but messages name it.
    data : bytes

    Returns
    -------
    Read
        No rows where something is wrong.
    """
    if kind == "counts" and is_sealed(data):
        return _read_sealed_counts(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "file.csv")
        path.write_bytes(data)
        try:
            frame = read_form(path, form_of(kind), zone=_ZONE)
        except PatrolwiseError as error:
            return Read(rows=[], faults=str(error).splitlines(), notes=[])
    faults, notes = [], []
    if frame.height > MOST_ROWS:
        faults.append(f"It has {frame.height} rows. Send {MOST_ROWS} at a time.")
    if kind == "hours":
        gone = frame.filter(pl.col("withdrawn").is_not_null()).height
        frame = frame.filter(pl.col("withdrawn").is_null())
        notes += [f"{gone} rows were taken back where they come from, and are left out."] * bool(
            gone
        )
    rows = [_plain(kind, row) for row in frame.iter_rows(named=True)]
    return _settle_all(rows, faults, notes)


def read_track(name: str, data: bytes, track: Track, now: datetime) -> Read:
    """Return the visits that a tracker's file shows, each with its minutes and their error.

    Parameters
    ----------
    name : str
    data : bytes
    track : Track
    now : datetime
        Aware.

    Returns
    -------
    Read
        Visits by start; no position is in them. Beside them the track, simplified.
    """
    try:
        check_faults("The unit", check_unit(track.unit_id))
        fixes, notes = _read_positions(name, data, track, now)
        first = clock.day_of(fixes["time"].min())  # type: ignore[arg-type]  # of a column of times
        last = clock.day_of(fixes["time"].max())  # type: ignore[arg-type]
        found = find_visits(fixes, _areas_between(first, last)).visits
    except PatrolwiseError as error:
        return Read(rows=[], faults=str(error).splitlines(), notes=[])
    low, high = find_interval(("credited_s", "edge_s", "variance_s2", "common_s"))
    told = found.with_columns(low=low / 60, high=high / 60).sort("start", "area_id")
    rows = [
        {
            "unit": track.unit_id,
            "people": track.staff,
            "hot_spot": row["area_id"],
            "start": row["start"].isoformat(),
            "end": row["end"].isoformat(),
            "minutes": round((row["low"] + row["high"]) / 2, 1),
            "error": round((row["high"] - row["low"]) / 2, 1),
            "is_pass_through": row["is_pass_through"],
        }
        for row in told.iter_rows(named=True)
    ]
    if not rows:
        notes.append("The tracker was in no hot spot.")
    return Read(rows=rows, faults=[], notes=notes, walked=simplify(fixes))


def _read_sealed_counts(data: bytes) -> Read:
    """Return the rows of the file that the police's or the outreach service's site gives."""
    try:
        file = read_counts(data)
    except PatrolwiseError as error:
        return Read(rows=[], faults=str(error).splitlines(), notes=[])
    if not file.counts:
        told = f"It has no minutes: {file.service} was in no hot spot in {file.window}."
        return Read(rows=[], faults=[told], notes=[])
    rows = [
        {"kind": "counts", "row": number, **vars(one), "day": one.day.isoformat()}
        for number, one in enumerate(file.counts, FIRST_ROW)
    ]
    notes = [
        f"{file.service}, {file.window}, as counted on {file.as_of}.",
        f"Hash, as the file says and its cells give: {file.sha256}",
    ]
    return _settle_all(rows, [], notes)


def _settle_all(rows: list[dict[str, Any]], faults: list[str], notes: list[str]) -> Read:
    known = _find_known()
    for row in rows:
        faults += _settle(row, known)
    return Read(rows=[] if faults else rows, faults=faults, notes=notes)


def find_places() -> dict[str, str]:
    """Return the ids of hot spots by id and by name, in small letters.

    Returns
    -------
    dict
    """
    known = AgreedHotSpot.objects.order_by("valid_from").values_list("hot_spot_id", "name")
    return {one.strip().casefold(): key for key, name in known for one in (name, key)}


def _read_positions(
    name: str, data: bytes, track: Track, now: datetime
) -> tuple[pl.DataFrame, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "track.gpx")
        path.write_bytes(data)
        read = read_fixes([path], rule=FixReadRule(device_id=track.unit_id, now=now))
    devices = sorted(set(read.fixes["device_id"]))
    if len(devices) > 1:
        raise InputError(f"{name} holds {len(devices)} trackers. Send the file of one unit.")
    fixes = read.fixes.with_columns(device_id=pl.lit(track.unit_id))
    kept = f"{read.quality.points_kept} of {read.quality.points_read} positions could be used."
    return fixes, [f"{kept} Visits were counted of them."]


def _areas_between(first: Any, last: Any) -> pl.DataFrame:
    """Return the hot spots in force on the first day; a file that spans a change is refused."""
    spots = list(AgreedHotSpot.objects.filter(valid_from__lte=first).exclude(valid_until__lt=first))
    if not spots:
        raise InputError(f"No hot spot was in force on {first}. Take in a set first.")
    if any(one.valid_until is not None and one.valid_until < last for one in spots):
        raise InputError("The hot spots changed within the file's days. Send each part by itself.")
    return areas_from_geometries(
        [one.hot_spot_id for one in spots],
        [shapely.transform(shapely.geometry.shape(one.shape), _to_grid) for one in spots],
        [one.name for one in spots],
    )


def _to_grid(points: Any) -> Any:
    return np.column_stack(to_national_grid(points[:, 0], points[:, 1]))


def _plain(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose values can be kept as text, columns named alike in all kinds."""
    names = {"area_id": "hot_spot", "unit_id": "unit", "staff": "people", "stream_id": "stream"}
    plain = {
        names.get(key, key): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
        if key not in ("recorded", "withdrawn")
    }
    if "agency" in plain:
        plain["service"] = plain.pop("agency")
    return {"kind": kind, **plain}


def _find_known() -> dict[str, dict[str, str]]:
    """Return what rows may name, in small letters, and the key of each."""
    agencies = Agency.objects.values_list("key", "name")
    streams = Stream.objects.filter(withdrawn_at=None).values_list("key", flat=True)
    return {
        "hot_spot": find_places(),
        "service": {one.casefold(): key for key, name in agencies for one in (name, key)},
        "stream": {key.casefold(): key for key in streams},
    }


def _settle(row: dict[str, Any], known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Put keys in the place of names, and return what is not known."""
    faults: list[str] = []
    line = f"Row {row['row']}"
    for column, keys in known.items():
        given = row.get(column)
        if given is None:
            continue  # a stream may be blank, and not every kind has each column
        row[column] = keys.get(str(given).strip().casefold(), "")
        if not row[column]:
            faults.append(f"{line}, {column} is {given!r}: there is none of that name.")
    if row["kind"] == "patrols" and row["paid"] not in WAYS_PAID:
        faults.append(f"{line}, paid is {row['paid']!r}: write {', '.join(WAYS_PAID)}.")
    if "unit" in row:
        faults += [f"{line}: {told}" for told in check_unit(str(row["unit"]))]
    return [*faults, *_tell_counts(row, line)]


def _tell_counts(row: Mapping[str, Any], line: str) -> Iterable[str]:
    checks: dict[str, Callable[[int], bool]] = {
        "people": lambda value: value >= 1,
        "patrol_minutes": lambda value: value >= 0,
        "person_minutes": lambda value: value >= row.get("patrol_minutes", 0),
    }
    return [
        f"{line}, {column} is {row[column]}: it is too small."
        for column, holds in checks.items()
        if column in row and not holds(row[column])
    ]
