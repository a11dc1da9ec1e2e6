"""How the first rows of a tracker's table would be read, beside each question that is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from patrolwise.files.degree_texts import read_degrees
from patrolwise.files.export_times import text_of
from patrolwise.files.fix_mapping import SPEED_UNITS, FixMapping
from patrolwise.files.fix_trial import try_fix_mapping
from patrolwise.places import to_longitude_latitude, to_national_grid
from patrolwise.web.records.fix_hints import DECIMAL, METRES, SEXAGESIMAL, read_times

ROWS = 3
LOCAL = "Europe/London"
_MPH = SPEED_UNITS["mph"]
_BOX = (-9.0, 49.0, 2.5, 61.5)  # of the United Kingdom, generously: degrees
_NOT_READ = "not to be read so"
_FAST_MPH = 150


@dataclass(frozen=True, kw_only=True)
class RowRead:
    """One of the first rows: each item as the file has it, and as it is read."""

    row: int  # line of the file
    items: tuple[tuple[str, str, str], ...]  # what, in the file, read as
    fault: str = ""  # why it is left out


def tell_times(rows: pl.DataFrame, columns: Sequence[str], form: str) -> list[str]:
    """Return how the first times are read in one way.

    Parameters
    ----------
    rows : (n, c) frame
    columns : sequence of str
        One or two, which are there.
    form : str

    Returns
    -------
    list of str
        One sentence for each of three rows, or of fewer.
    """
    first = _first_of(rows, columns)
    times = read_times(first, columns, form, "")
    told = zip(text_of(first, tuple(columns)), times, strict=True)
    return [f"{text} is {_moment(time) if time else _NOT_READ}" for text, time in told]


def tell_zone(rows: pl.DataFrame, columns: Sequence[str], form: str, zone: str) -> list[str]:
    """Return which local time the first times are in one zone.

    Parameters
    ----------
    rows : (n, c) frame
    columns : sequence of str
    form, zone : str

    Returns
    -------
    list of str
        One sentence for each of three rows, or of fewer.
    """
    first = _first_of(rows, columns)
    times = read_times(first, columns, form, zone)
    told = zip(text_of(first, tuple(columns)), times, strict=True)
    return [f"{text} is {_in_both(time) if time else _NOT_READ}" for text, time in told]


def tell_places(rows: pl.DataFrame, x: str, y: str, way: str, decimal: str) -> list[str]:
    """Return where the first places are, read in one way.

    Parameters
    ----------
    rows : (n, c) frame
    x, y : str
        Columns.
    way : str
        METRES, DECIMAL or SEXAGESIMAL.
    decimal : str

    Returns
    -------
    list of str
        One sentence for each of three rows, or of fewer.
    """
    first = _first_of(rows, (x, y))
    east, north = (_numbers(first, name, way, decimal) for name in (x, y))
    texts = zip(text_of(first, (x,)), text_of(first, (y,)), east, north, strict=True)
    return [f"{a}, {b} is {_place(e, n, way)}" for a, b, e, n in texts]


def tell_speeds(rows: pl.DataFrame, column: str, unit: str) -> str:
    """Return what the fastest of the first rows comes to in one unit.

    Parameters
    ----------
    rows : (n, c) frame
    column : str
    unit : str
        Of SPEED_UNITS.

    Returns
    -------
    str
    """
    texts = text_of(rows, (column,)).str.replace(",", ".", literal=True)
    speeds = texts.cast(pl.Float64, strict=False).drop_nulls()
    if speeds.is_empty():
        return "no row has a number there"
    fastest = float(speeds.max())  # type: ignore[arg-type]  # of a column of numbers
    mph = fastest * SPEED_UNITS[unit] / _MPH
    doubt = ", which nobody drives" if mph > _FAST_MPH else ""
    return f"the fastest of the first rows, {fastest:g}, is {mph:.0f} mph{doubt}"


def tell_rows(rows: pl.DataFrame, mapping: FixMapping) -> list[RowRead]:
    """Return the first rows, each as it is in the file and as it would be kept.

    Parameters
    ----------
    rows : (n, c) frame
    mapping : FixMapping

    Returns
    -------
    list of RowRead
    """
    return [_tell_row(rows[k], mapping, k + 2) for k in range(min(ROWS, rows.height))]


def _tell_row(row: pl.DataFrame, mapping: FixMapping, number: int) -> RowRead:
    tried = try_fix_mapping(row, mapping, first_row=number)
    given = {
        target: text_of(row, sources)[0] or "blank" for target, sources in mapping.columns.items()
    }
    if tried.fixes.is_empty():
        items = tuple((what, said, "") for what, said in _in_file(given))
        return RowRead(row=number, items=items, fault=tried.fault or "; ".join(tried.dropped))
    fix = tried.fixes.row(0, named=True)
    read = {
        "Device": fix["device_id"],
        "Time": _in_both(fix["time"]),
        "Place": _place(fix["x"], fix["y"], METRES),
        "Radius": f"{fix['accuracy_m']:.0f} m" if fix["accuracy_m"] is not None else "unknown",
        "Speed": f"{fix['speed_m_s'] / _MPH:.0f} mph"
        if fix["speed_m_s"] is not None
        else "unknown",
    }
    given.setdefault("device_id", "the whole file")
    return RowRead(
        row=number, items=tuple((what, said, read[what]) for what, said in _in_file(given))
    )


def _in_file(given: Mapping[str, str]) -> list[tuple[str, str]]:
    told = {
        "Device": given.get("device_id"),
        "Time": given.get("time"),
        "Place": f"{given['x']}, {given['y']}",
        "Radius": given.get("accuracy_m"),
        "Speed": given.get("speed"),
    }
    return [(what, said) for what, said in told.items() if said is not None]


def _first_of(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the first rows of some columns, each of its kind once: few rows say more then."""
    return (
        rows.select(list(dict.fromkeys(columns)))
        .drop_nulls()
        .unique(maintain_order=True)
        .head(ROWS)
    )


def _numbers(rows: pl.DataFrame, column: str, way: str, decimal: str) -> pl.Series:
    texts = text_of(rows, (column,))
    plain = texts.str.replace(",", ".", literal=True) if decimal == "," else texts
    return read_degrees(plain) if way == SEXAGESIMAL else plain.cast(pl.Float64, strict=False)


def _place(east: float | None, north: float | None, way: str) -> str:
    """Return both names of a place, and whether it can be one of ours."""
    if east is None or north is None:
        return _NOT_READ
    if way == METRES and max(abs(east), abs(north)) <= 180:
        return "off the coast of Cornwall: these look like degrees"
    if way == METRES:
        longitude, latitude = (float(one[0]) for one in to_longitude_latitude([east], [north]))
    else:
        longitude, latitude = east, north
    west, south, most_east, most_north = _BOX
    if not (west <= longitude <= most_east and south <= latitude <= most_north):
        is_swapped = way == DECIMAL and west <= latitude <= most_east and longitude >= south
        hint = ": they look swapped" if is_swapped else ""
        return f"outside the United Kingdom{hint}"
    x, y = (float(one[0]) for one in to_national_grid([longitude], [latitude]))
    side = "west" if longitude < 0 else "east"
    told = f"{latitude:.5f} north, {abs(longitude):.5f} {side}"
    return f"{told} (easting {np.round(x):.0f}, northing {np.round(y):.0f})"


def _moment(time: object) -> str:
    return f"{time:%a} {time.day} {time:%b %Y, %H:%M:%S}"  # type: ignore[attr-defined]


def _in_both(time: object) -> str:
    local = time.astimezone(ZoneInfo(LOCAL))  # type: ignore[attr-defined]
    utc = f"{time:%H:%M:%S} UTC"
    return f"{_moment(local)} local time, {utc}"
