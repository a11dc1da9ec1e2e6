"""What the columns of a tracker's table probably hold, by their names and by their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from patrolwise.files.avl_times import parse_times, read_row_times
from patrolwise.files.degree_texts import read_degrees
from patrolwise.files.export_times import text_of
from patrolwise.files.fix_mapping import ISO, UNIX, UNIX_MS, FixMapping

METRES, DECIMAL, SEXAGESIMAL = "27700", "4326", "dms"
_PARTS = "%.f"  # of a second: fits whole seconds too
_FITS = 0.9  # share of the values that a reading must fit, as the library asks
_LOOKED_AT = 100  # times, to see how they are written
_FIRST_YEAR, _LAST_YEAR = 1995, 2100  # of a time that can be meant
# what a column may be called, in lower case, letters and digits only
_NAMES: dict[str, tuple[str, ...]] = {
    "device_id": ("issi", "deviceid", "device", "radioid", "radio", "terminalid", "terminal",
                  "imei", "trackerid", "tracker", "unitid", "unit", "vehicleid", "vehicle",
                  "assetid", "asset", "resourceid", "resource", "callsign", "fleetno", "id"),
    "time": ("timestamp", "datetime", "gpstime", "gpsdatetime", "fixtime", "positiontime",
             "reporttime", "datetimeutc", "timeutc", "utc", "utctime", "eventtime", "date", "day",
             "time"),
    "clock": ("time", "clock", "timeofday", "clocktime", "gpstime", "hour"),
    "x": ("easting", "eastings", "osx", "gridx", "x", "xcoord", "longitude", "long", "lon", "lng"),
    "y": ("northing", "northings", "osy", "gridy", "y", "ycoord", "latitude", "lat"),
    "accuracy_m": ("accuracy", "accuracym", "radius", "error", "horizontalaccuracy", "hacc",
                   "hdopm", "epe", "uncertainty"),
    "speed": ("speed", "speedmph", "speedkmh", "speedkph", "speedms", "speedknots", "velocity",
              "gpsspeed"),
    "valid": ("valid", "gpsvalid", "gpsok", "fixvalid", "gpsfix", "fix", "status", "gpsstatus",
              "quality"),
}  # fmt: skip
_SPEEDS = {"mph": "mph", "kmh": "km/h", "kph": "km/h", "ms": "m/s", "knots": "knots", "kn": "knots"}
FORMS: dict[str, str] = {  # how dates are written → in words
    ISO: "Year, month, day, as in 2026-11-28 14:05:00 or 2026-11-28T14:05:00Z",
    "%d/%m/%Y %H:%M:%S": "Day, month, year",
    "%d/%m/%Y %H:%M": "Day, month, year, without seconds",
    "%m/%d/%Y %H:%M:%S": "Month, day, year",
    "%m/%d/%Y %H:%M": "Month, day, year, without seconds",
    "%d/%m/%y %H:%M:%S": "Day, month, year of two digits",
    "%d/%m/%y %H:%M": "Day, month, year of two digits, without seconds",
    "%d/%m/%Y %I:%M:%S %p": "Day, month, year, with AM and PM",
    "%m/%d/%Y %I:%M:%S %p": "Month, day, year, with AM and PM",
    "%d-%m-%Y %H:%M:%S": "Day, month, year, with hyphens",
    "%d.%m.%Y %H:%M:%S": "Day, month, year, with full stops",
    "%d-%b-%Y %H:%M:%S": "Day, name of the month, year, with hyphens",
    "%d-%b-%y %H:%M:%S": "Day, name of the month, year of two digits, with hyphens",
    "%d %b %Y %H:%M:%S": "Day, name of the month, year",
    "%Y/%m/%d %H:%M:%S": "Year, month, day, with slashes",
    "%Y%m%d %H%M%S": "Year, month, day without anything between, then the clock",
    "%Y%m%d%H%M%S": "Year, month, day and clock without anything between",
    "%d%m%Y %H%M%S": "Day, month, year without anything between, then the clock",
    "%d/%m/%Y %H:%M:%S%.f": "Day, month, year, with parts of a second",
    UNIX: "Seconds since 1970",
    UNIX_MS: "Thousandths of a second since 1970",
}


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a table probably holds."""

    columns: dict[str, str]  # of device_id, time, clock, x, y, …, to the file's column
    place: str  # METRES, DECIMAL or SEXAGESIMAL
    speed_unit: str
    decimal: str


def guess_fix_columns(rows: pl.DataFrame) -> Guess:
    """Return what a tracker's table probably holds: by names, then by values.

    Parameters
    ----------
    rows : (n, c) frame
        The first rows, as the file has them.

    Returns
    -------
    Guess
        No column is taken twice.
    """
    plain = {_plain(name): name for name in reversed(rows.columns)}
    found: dict[str, str] = {}
    for target, names in _NAMES.items():
        name = next((plain[n] for n in names if n in plain and plain[n] not in found.values()), "")
        if name and (target != "clock" or not _is_whole_time(rows, found)):
            found[target] = name
    _add_by_values(rows, found)
    speed = _plain(found.get("speed", ""))
    unit = next((unit for end, unit in _SPEEDS.items() if speed.endswith(end)), "mph")
    return Guess(
        columns=found,
        place=guess_place(rows, found),
        speed_unit=unit,
        decimal="," if _has_commas(rows, found) else ".",
    )


def list_fitting_forms(rows: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return in which ways the dates of a column, or of a date and a clock column, can be read.

    Parameters
    ----------
    rows : (n, c) frame
    columns : sequence of str
        One or two.

    Returns
    -------
    list of str
        Of FORMS. Several where the order of day and month cannot be told from the rows.
    """
    if not columns or any(column not in rows.columns for column in columns):
        return []
    if all(rows[column].dtype.is_temporal() for column in columns):
        return [ISO]  # cells of a workbook that are times already
    texts = text_of(rows, tuple(columns)).drop_nulls().head(_LOOKED_AT)
    fitting = [form for form in FORMS if _share_read(texts, form) >= _FITS]
    return [form for form in fitting if form.removesuffix(_PARTS) == form or len(fitting) == 1]


def says_zone(rows: pl.DataFrame, columns: Sequence[str], form: str) -> bool:
    """Return whether all times say their zone themselves.

    Parameters
    ----------
    rows : (n, c) frame
    columns : sequence of str
        One or two.
    form : str

    Returns
    -------
    bool
    """
    if not columns or all(rows[column].dtype.is_temporal() for column in columns):
        return False
    return bool(parse_times(text_of(rows, tuple(columns)), form)[1].is_null().all())


def read_times(rows: pl.DataFrame, columns: Sequence[str], form: str, zone: str) -> pl.Series:
    """Return when each row was, as UTC; null where that cannot be read.

    Parameters
    ----------
    rows : (n, c) frame
    columns : sequence of str
        One or two.
    form : str
        As a mapping's `time_format`.
    zone : str
        Of times without an offset; blank for none.

    Returns
    -------
    (n,) series of aware times
    """
    mapping = FixMapping(
        columns={"time": tuple(columns), "x": ("x",), "y": ("y",)},
        device="any",
        time_format=form,
        zone=zone or "UTC",
    )
    lines = pl.Series("row", range(2, rows.height + 2), dtype=pl.UInt32)
    times = read_row_times(rows.select(columns).with_columns(lines), mapping).time_us
    return times.cast(pl.Datetime("us", "UTC"))


def guess_place(rows: pl.DataFrame, columns: Mapping[str, str]) -> str:
    """Return how places are probably written.

    Parameters
    ----------
    rows : (n, c) frame
    columns : mapping
        With x and y, when they are known.

    Returns
    -------
    str
    """
    if "x" not in columns or "y" not in columns:
        return METRES
    texts = text_of(rows, (columns["y"],)).str.replace(",", ".", literal=True)
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() == len(numbers):
        is_told = read_degrees(texts).is_not_null().any()
        return SEXAGESIMAL if is_told else METRES
    return DECIMAL if (numbers.abs() <= 180).all() else METRES


def _add_by_values(rows: pl.DataFrame, found: dict[str, str]) -> None:
    """Find times and places under names that nobody knows."""
    if "time" not in found:
        for column in rows.columns:
            if column not in found.values() and list_fitting_forms(rows, (column,)):
                found["time"] = column
                break
    for target, low, high in (("y", 49.0, 61.5), ("x", -9.0, 2.5)):
        for column in rows.columns:
            if target not in found and column not in found.values():
                numbers = _numbers(rows, column)
                is_place = numbers.is_between(low, high) & (numbers != numbers.round())
                if len(numbers) and is_place.all():
                    found[target] = column


def _is_whole_time(rows: pl.DataFrame, found: Mapping[str, str]) -> bool:
    """Return whether the column of times holds the clock too."""
    return "time" in found and bool(list_fitting_forms(rows, (found["time"],)))


def _share_read(texts: pl.Series, form: str) -> float:
    aware, local = parse_times(texts, form)
    years = aware.dt.year().zip_with(aware.is_not_null(), local.dt.year())
    meant = years.is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(False)
    return int(meant.sum()) / len(texts) if len(texts) else 0.0


def _has_commas(rows: pl.DataFrame, found: Mapping[str, str]) -> bool:
    columns = [found[target] for target in ("x", "y") if target in found]
    pattern = r"^\s*[+-]?\d+,\d+\s*$"
    texts = [text_of(rows, (column,)).drop_nulls() for column in columns]
    return bool(texts) and all(len(one) and one.str.contains(pattern).all() for one in texts)


def _numbers(rows: pl.DataFrame, column: str) -> pl.Series:
    texts = text_of(rows, (column,)).drop_nulls()
    numbers = texts.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return numbers if not numbers.null_count() else numbers.head(0)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
