"""How the columns of a tracker's own table become those of FIXES."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import InputError, check_faults

MAPPED: tuple[str, ...] = ("device_id", "time", "x", "y", "accuracy_m", "speed", "valid")
ISO = "iso"
UNIX = "unix"
UNIX_MS = "unix_ms"
SPEED_UNITS: dict[str, float] = {  # metres a second
    "m/s": 1.0,
    "km/h": 1 / 3.6,
    "mph": 0.44704,
    "knots": 1852 / 3600,
}
LENGTH_UNITS: dict[str, float] = {"m": 1.0, "ft": 0.3048}  # metres
USUAL_SHARE = 0.68  # of the fixes that lie within the radius that a receiver reports
_TYPES: dict[str, tuple[type, ...]] = {
    "columns": (dict,),
    "crs": (int,),
    "accuracy_share": (float,),
    "valid_words": (list,),
}
_TEXTS = (
    "device",
    "zone",
    "time_format",
    "speed_unit",
    "accuracy_unit",
    "id_salt",
    "decimal",
    "encoding",
    "separator",
    "sheet",
)
_TYPE_WORDS: dict[type, str] = {
    str: "quoted text",
    int: "a whole number",
    float: "a number with a decimal point",
    list: "a list of quoted words",
    dict: "a table",
}


@dataclass(frozen=True, kw_only=True)
class FixMapping:
    """What the columns of an AVL, Airwave or tracker export hold.

    `columns` leads from device_id, time, x, y, accuracy_m, speed and valid to the column of the
    file; time may be a date and a clock column. `x` is easting or longitude and `y` northing or
    latitude, as `crs` says. `zone` is the time zone of times that carry no offset.

    With `id_salt`, devices are named by a hash of salt and id, so that a table can be shared
    without the radios' numbers. The salt is a secret: no message shows it.
    """

    columns: Mapping[str, tuple[str, ...]]
    device: str = ""  # of a file that holds one device and no column for it
    zone: str = ""
    crs: int = 4326
    time_format: str = ISO  # or "unix", "unix_ms", or as strptime writes it
    speed_unit: str = "m/s"
    accuracy_unit: str = "m"
    accuracy_share: float = USUAL_SHARE  # of fixes within the radius that the file gives
    valid_words: tuple[str, ...] = ("1", "true", "yes", "y", "valid", "a")
    id_salt: str = field(default="", repr=False)
    decimal: str = "."
    encoding: str = "utf-8"
    separator: str = ","
    sheet: str = ""  # of an Excel workbook; the first when empty
    name: str = field(default="mapping", compare=False)

    def __post_init__(self) -> None:
        check_faults(self.name, [*_column_faults(self), *_value_faults(self)])

    @property
    def source_columns(self) -> list[str]:
        """The file's columns that are read, each once."""
        return list(dict.fromkeys(column for group in self.columns.values() for column in group))

    @property
    def is_metric(self) -> bool:
        """Whether x and y are metres of British National Grid."""
        return self.crs == 27700

    @property
    def metres_of_accuracy(self) -> float:
        """What the file's radius is multiplied by to give metres that hold 68 fixes of 100.

        The error east and north is taken as normal, so that the distance is Rayleigh's.
        """
        scale = LENGTH_UNITS[self.accuracy_unit]
        if self.accuracy_share == USUAL_SHARE:
            return scale
        return scale * math.sqrt(math.log(1 - USUAL_SHARE) / math.log(1 - self.accuracy_share))


def read_fix_mapping(path: str | Path) -> FixMapping:
    """Return the mapping that a TOML file holds.

    Parameters
    ----------
    path : str or Path
        See docs/how-to/read-tracker-files.md for what it may say.

    Returns
    -------
    FixMapping

    Raises
    ------
    InputError
        The file cannot be read, or a key is unknown, missing or wrong; all are named.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} is not TOML: {error}. Mend that line.") from error
    check_faults(path.name, _type_faults(given))
    columns = {
        target: (source,) if isinstance(source, str) else tuple(source)
        for target, source in given.pop("columns").items()
    }
    values: dict[str, Any] = {
        key: tuple(word.casefold() for word in value) if isinstance(value, list) else value
        for key, value in given.items()
    }
    return FixMapping(columns=columns, name=path.name, **values)


def _type_faults(given: Mapping[str, Any]) -> list[str]:
    types = {**dict.fromkeys(_TEXTS, (str,)), **_TYPES}
    faults = [] if "columns" in given else ["It has no [columns] table; add one."]
    for key, value in given.items():
        shown = "" if key == "id_salt" else f", got {value!r}"  # no message shows the salt
        if key not in types:
            faults.append(f"It has {key}, which is no key of a mapping of fixes; take it out.")
        elif type(value) not in types[key] or (isinstance(value, list) and not _are_texts(value)):
            faults.append(f"Its {key} must be {_TYPE_WORDS[types[key][0]]}{shown}.")
    columns = given.get("columns", {})
    if isinstance(columns, dict):
        faults += [
            f"Its column {target} must be a quoted name, or a list of two, got {source!r}."
            for target, source in columns.items()
            if not (isinstance(source, str) or (isinstance(source, list) and _are_texts(source)))
        ]
    return faults


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _column_faults(mapping: FixMapping) -> list[str]:
    given = mapping.columns
    faults = [
        f"Its column {target} is none that a mapping of fixes has; known are {', '.join(MAPPED)}."
        for target in given
        if target not in MAPPED
    ]
    for target, sources in given.items():
        most = 2 if target == "time" else 1
        if not 1 <= len(sources) <= most:
            faults.append(f"Its column {target} takes {most} name(s), got {len(sources)}.")
    faults += [
        f"It maps no {needed}; a fix needs one."
        for needed in ("time", "x", "y")
        if needed not in given
    ]
    if "row" in mapping.source_columns:
        faults.append("It maps a column called row, the name of line numbers; rename that column.")
    if bool(mapping.device) == ("device_id" in given):
        faults.append("Name the device once: by device = '...' or by a column device_id.")
    return faults


def _value_faults(mapping: FixMapping) -> list[str]:
    faults = [
        f"Its {key} must be {' or '.join(map(str, allowed))}, got {value!r}."
        for key, value, allowed in (
            ("crs", mapping.crs, (4326, 27700)),
            ("speed_unit", mapping.speed_unit, tuple(SPEED_UNITS)),
            ("accuracy_unit", mapping.accuracy_unit, tuple(LENGTH_UNITS)),
            ("decimal", mapping.decimal, (".", ",")),
        )
        if value not in allowed
    ]
    if not 0 < mapping.accuracy_share < 1:
        faults.append(f"Its accuracy_share must lie between 0 and 1, got {mapping.accuracy_share}.")
    if len(mapping.separator.encode()) != 1:
        faults.append(f"Its separator must be one character, got {mapping.separator!r}.")
    try:
        "".encode(mapping.encoding)
    except LookupError:
        faults.append(f"Its encoding {mapping.encoding!r} is not known; try 'windows-1252'.")
    return faults + _time_faults(mapping)


def _time_faults(mapping: FixMapping) -> list[str]:
    form = mapping.time_format
    if not mapping.zone:
        # ISO times may carry an offset; whether they do is seen row by row.
        has_own = form in (ISO, UNIX, UNIX_MS) or "%z" in form or "%#z" in form
        fault = "It has no zone; write 'Europe/London' for local time, or 'UTC'."
        return [] if has_own else [fault]
    try:
        pl.Series([datetime(2022, 1, 1)]).dt.replace_time_zone(mapping.zone)
    except pl.exceptions.PolarsError:
        return [f"Its zone {mapping.zone!r} is not known; write 'Europe/London' or 'UTC'."]
    return []
